"""What the screen of a sitting shows: gathered once per page, the same number of queries for five items and for thirty.

Every row comes through `visible_to`; a part's tag changes when what the member may see of it changes, and the
screen asks for that part again.
"""

import hashlib
from dataclasses import dataclass, field

from django.db.models import Count, Sum
from django.utils import timezone

from cases.models import Action, Draft, Entry, Party, Referral, VictimContact
from cases.rules.entry import left_out
from cases.workflow.drafts import typed_before
from meetings.forms.live import ActionForm, DecisionForm, NoteForm, SayForm, StartForm, TellingForm, default_due
from meetings.models import AgendaItem, Agreement, Attendance, ItemNote, ItemOutcome, Recusal, Return
from meetings.rules import live as rules
from meetings.rules.recusal import kept_away, leaders

Part = ItemNote.Part
NOTE_PARTS = tuple(Part.values)
PARTS = ("people", "entries", "actions", "outcome", "telling", *(f"note_{part}" for part in NOTE_PARTS))


@dataclass
class NotePart:
    """One part of the record as one member sees it."""

    part: str
    label: str
    note: ItemNote | None
    form: NoteForm
    theirs: ItemNote | None = None
    draft_at: object = None
    tag: str = ""

    @property
    def name(self) -> str:
        """The part's name on the page and among the drafts."""
        return f"note_{self.part}"


@dataclass
class Group:
    """What one agency says: information and proposals."""

    agency: object
    entries: list = field(default_factory=list)
    proposals: list = field(default_factory=list)


def agenda_of(meeting, member) -> dict:
    """The list at the side: every standing item with state and clock; one that is closed to *member* has no name."""
    now = timezone.now()
    mine = {item.pk: item for item in AgendaItem.objects.visible_to(member).filter(meeting=meeting).standing()}
    rows = list(AgendaItem.objects.filter(meeting=meeting).standing().in_order().select_related("listing"))
    victims: dict = {}
    cases = [item.listing.case_id for item in mine.values()]
    for party in Party.objects.visible_to(member).current().filter(case__in=cases, capacity="victim"):
        victims.setdefault(party.case_id, party)
    for row in rows:
        row.is_mine = row.pk in mine
        row.seconds, row.slot = rules.seconds_on(row, now), rules.slot_minutes(row, meeting)
        row.minutes_spent = row.seconds // 60
        row.is_over = bool(row.slot) and row.seconds > row.slot * 60
        if row.is_mine:
            row.case, row.victim = mine[row.pk].listing.case, victims.get(mine[row.pk].listing.case_id)
    waiting = [row for row in rows if row.state == AgendaItem.State.WAITING]
    return {
        "rows": rows, "forecast": rules.forecast(meeting, rows, now),
        "next": next((row for row in waiting if row.is_mine), None),
        "heard": sum(row.state == AgendaItem.State.HEARD for row in rows),
        "open": next((row for row in rows if row.state == AgendaItem.State.OPEN), None),
        "tag": tag_of([(str(r.pk), r.state, r.version, r.is_mine) for r in rows]),
    }


def room_of(meeting) -> dict:
    """Who is present and signed, who came and has not signed, who is expected."""
    lines = list(Attendance.objects.filter(meeting=meeting).select_related("member", "agency").order_by(
        "agency__name", "created_at"))
    signed = set(Agreement.objects.filter(meeting=meeting).values_list("member_id", flat=True))
    present = [a for a in lines if a.arrived_at and not a.left_at and not a.apologies]
    for line in present:
        line.has_signed = line.observer_signed if line.member_id is None else line.member_id in signed
    return {"present": present, "lines": lines, "tag": tag_of([(str(a.pk), a.version) for a in lines])}


def item_of(request, meeting, item, forms=None) -> dict:
    """Everything that the screen says of one item; *forms* replaces forms that were refused, by part."""
    member, forms = request.member, forms or {}
    listing, case = item.listing, item.listing.case
    recorder = rules.may_record(member, meeting)
    actions = list(Action.objects.visible_to(member).filter(listing=listing).select_related(
        "key", "agency", "member").order_by("number"))
    outcome = ItemOutcome.objects.visible_to(member).filter(item=item).select_related(
        "key", "deferred_to", "teller__agency", "tell_agency", "decided_by").first()
    notes = {n.part: n for n in ItemNote.objects.visible_to(member).filter(item=item).select_related("key", "written_by")}
    drafts = _drafts(member, listing) if recorder else {}
    parts = {part: _note_part(part, notes.get(part), drafts, forms.get(f"note_{part}")) for part in NOTE_PARTS}
    for name in forms:
        if name.startswith("note_"):
            parts[name.removeprefix("note_")].theirs = forms.get("theirs")
    groups = _groups(member, listing, actions)
    found = {
        "item": item, "case": case, "listing": listing, "recorder": recorder,
        "runner": rules.may_run(member, meeting), "now_open": item.state == AgendaItem.State.OPEN,
        "seconds": rules.seconds_on(item), "slot": rules.slot_minutes(item, meeting),
        "people": _people(member, case), "referral": _brief(member, listing), "contacts": _contacts(member, listing),
        "notes": parts, "summary": parts[Part.SUMMARY], "voice": parts[Part.VOICE],
        "risks": [parts[part] for part in rules.RISKS], "perpetrator": parts[Part.PERPETRATOR_LINE],
        "links": parts[Part.LINKS], "groups": groups, "answers": _answers(member, listing), "outcome": outcome,
        "actions": actions, "missing": _missing(item, notes, outcome, actions) if recorder else [],
        "sees": _sees(meeting, listing), "recusals": _recusals(item), "say_form": forms.get("say") or SayForm(),
        "leaders": [], "theirs": forms.get("theirs"),
    }
    if recorder:
        found |= _record_forms(meeting, actions, outcome, forms)
    if found["runner"] and not found["now_open"]:
        found["leaders"] = leaders(item)
        found["start_form"] = StartForm(leaders=found["leaders"])
        found["chair_away"] = meeting.chair_id not in [m.pk for m in found["leaders"]]
    found["tags"] = tags_of(member, item, parts=notes, outcome=outcome, actions=actions)
    for part, shown in parts.items():
        shown.tag = found["tags"][f"note_{part}"]
    return found


def _record_forms(meeting, actions, outcome, forms) -> dict:
    decided = {"decision": outcome.decision, "reason": outcome.reason, "deferred_to": outcome.deferred_to_id,
               "transferred_to": outcome.transferred_to, "seen": outcome.version} if outcome else {"seen": 0}
    telling = {"teller": outcome.teller_id, "tell_by": outcome.tell_by, "tell_how": outcome.tell_how,
               "not_to_tell_reason": outcome.not_to_tell_reason, "seen": outcome.version} if outcome else {"seen": 0}
    new = forms.get("action") or ActionForm(initial={"due_on": default_due()}, meeting=meeting, prefix="new")
    shared = _choices(new)
    for action in actions:
        action.form = forms.get(f"action_{action.pk}") or ActionForm(
            meeting=meeting, prefix=f"a{action.number}",
            initial={name: getattr(action, name) for name in ("text", "due_on", "risk", "safe_words", "person_named")}
            | {"agency": action.agency_id, "member": action.member_id, "seen": action.version},
        )
        _share(action.form, shared)
    return {
        "decision_form": forms.get("outcome") or DecisionForm(initial=decided, meeting=meeting, prefix="decision"),
        "telling_form": _share(forms.get("telling") or TellingForm(initial=telling, meeting=meeting, prefix="telling"),
                               {"teller": shared["member"]}),
        "action_form": new,
    }


def _choices(form) -> dict:
    """The choices of the form's selects, read once for all forms of the page."""
    return {name: list(form.fields[name].choices) for name in ("agency", "member")}


def _share(form, choices: dict):
    for name, listed in choices.items():
        form.fields[name].widget.choices = listed
    return form


def _drafts(member, listing) -> dict:
    return {d.part: d for d in Draft.objects.visible_to(member).filter(about_kind="cases.listing", about_id=listing.pk)}


def _note_part(part, note, drafts, refused) -> NotePart:
    label = Part(part).label
    initial = {"text": note.text if note else "", "given_by": note.given_by if note else "",
               "seen": note.version if note else 0}
    shown = NotePart(part=part, label=label, note=note, form=refused or NoteForm(initial=initial, auto_id=f"{part}_%s"))
    draft = drafts.get(f"note_{part}")
    if refused is None and draft and (note is None or draft.updated_at > note.written_at):
        typed = typed_before(draft)
        if typed.get("text", "") != initial["text"] or typed.get("given_by", "") != initial["given_by"]:
            shown.form.initial |= {"text": typed.get("text", ""), "given_by": typed.get("given_by", ""),
                                   "seen": draft.seen_version}
            shown.draft_at = draft.updated_at
    shown.form.fields["text"].label = label
    return shown


def _people(member, case) -> list[Party]:
    return list(Party.objects.visible_to(member).filter(case=case).current().in_order().select_related(
        "key", "works_for"))


def _brief(member, listing):
    return Referral.objects.brief_for(member).filter(pk=listing.referral_id).select_related("key", "agency").first()


def _contacts(member, listing) -> list[VictimContact]:
    return list(VictimContact.objects.visible_to(member).filter(referral=listing.referral_id).select_related(
        "key", "agency", "recorded_by").order_by("-happened_at"))


def _groups(member, listing, actions) -> list[Group]:
    """What each agency says, by its name; each entry knows whether it may become an action as it stands."""
    entries = list(Entry.objects.visible_to(member).filter(listing=listing).select_related(
        "key", "agency", "written_by", "party__key").order_by("agency__name", "written_at", "pk"))
    kept = left_out(entries)
    used = {action.proposal_id for action in actions}
    groups: dict = {}
    for entry in entries:
        entry.is_kept_from_some = bool(kept.get(entry.pk))
        entry.is_used = entry.pk in used
        entry.may_become_action = entry.reach == Entry.Reach.MINUTE and not entry.is_kept_from_some and not entry.is_used
        group = groups.setdefault(entry.agency_id, Group(entry.agency))
        (group.proposals if entry.kind == Entry.Kind.PROPOSAL else group.entries).append(entry)
    return list(groups.values())


def _answers(member, listing) -> dict:
    """The agencies that know nothing, and those that have not answered, by name."""
    returns = Return.objects.visible_to(member).filter(listing=listing).select_related("request__agency").order_by(
        "request__agency__name")
    found: dict = {"nothing": [], "outstanding": []}
    for answer in returns:
        found.setdefault(answer.state, []).append(answer.request.agency.short_name)
    return found


def _sees(meeting, listing) -> list[str]:
    """The agencies of those who signed and are not kept away: who sees what is recorded here."""
    members, agencies = kept_away(listing)
    signed = Agreement.objects.filter(meeting=meeting).select_related("agency").order_by("agency__name")
    return list(dict.fromkeys(a.agency.short_name for a in signed
                              if a.member_id not in members and a.agency_id not in agencies))


def _recusals(item) -> list[Recusal]:
    return list(Recusal.objects.standing().filter(item=item).select_related("member", "agency"))


def _missing(item, notes, outcome, actions) -> list[tuple[str, str]]:
    return rules.missing(item, notes=notes, outcome=outcome, actions=actions)


def signal_of(meeting, member, item) -> str:
    """A short mark that changes when anything changes that *member* may see on the screen; a handful of small queries."""
    items = AgendaItem.objects.filter(meeting=meeting).aggregate(n=Count("pk"), v=Sum("version"), b=Sum("beat"))
    room = Attendance.objects.filter(meeting=meeting).aggregate(n=Count("pk"), v=Sum("version"))
    facts = [meeting.version, str(meeting.current_item_id), *items.values(), *room.values()]
    if item is not None:
        facts += [str(item.pk), *Entry.objects.visible_to(member).filter(listing=item.listing_id).aggregate(
            n=Count("pk"), v=Sum("version")).values()]
        facts += Action.objects.visible_to(member).filter(listing=item.listing_id).aggregate(
            n=Count("pk"), v=Sum("version")).values()
    return tag_of(facts)


def tags_of(member, item, *, parts=None, outcome=None, actions=None) -> dict[str, str]:
    """The tag of each part of *item* as *member* sees it; rows that the caller has are not read again."""
    if parts is None:
        parts = {n.part: n for n in ItemNote.objects.visible_to(member).filter(item=item)}
        outcome = ItemOutcome.objects.visible_to(member).filter(item=item).first()
        actions = list(Action.objects.visible_to(member).filter(listing=item.listing_id))
    entries = Entry.objects.visible_to(member).filter(listing=item.listing_id).aggregate(n=Count("pk"), v=Sum("version"))
    people = Party.objects.visible_to(member).filter(case=item.listing.case_id).aggregate(n=Count("pk"), v=Sum("version"))
    agreed = [(a.number, a.version) for a in actions]
    decided = outcome.version if outcome else 0
    tags = {"people": tag_of(list(people.values())), "actions": tag_of(agreed), "outcome": tag_of([decided, "o"]),
            "entries": tag_of([*entries.values(), len(agreed)]), "telling": tag_of([decided, "t"])}
    return tags | {f"note_{part}": tag_of([parts[part].version if part in parts else 0]) for part in NOTE_PARTS}


def tag_of(facts) -> str:
    """A short digest of versions and counts."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
