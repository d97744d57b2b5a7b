"""What the screen of a sitting shows: gathered once per page, the same number of queries for five items and for thirty.

Every row comes through `visible_to`; a part's tag changes when what the member may see of it changes, and the
screen asks for that part again.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Action, Bar, Draft, Entry, Party, Referral, VictimContact
from cases.rules.entry import left_out
from cases.workflow.drafts import typed_before
from meetings.forms.live import (
    ActionForm,
    DecisionForm,
    NoteForm,
    SayForm,
    StartForm,
    TellingForm,
    default_due,
    default_telling,
)
from meetings.models import AgendaItem, Agreement, Attendance, ItemNote, ItemOutcome, Recusal, Return
from meetings.rules import live as rules
from meetings.rules.recusal import kept_away, leaders
from meetings.rules.research import is_late

Part = ItemNote.Part
NOTE_PARTS = tuple(Part.values)
PARTS = ("people", "entries", "actions", "outcome", "telling", "closing", *(f"note_{part}" for part in NOTE_PARTS))


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
        "rows": rows,
        "forecast": rules.forecast(meeting, rows, now),
        "next": next((row for row in waiting if row.is_mine), None),
        "heard": sum(row.state == AgendaItem.State.HEARD for row in rows),
        "open": next((row for row in rows if row.state == AgendaItem.State.OPEN), None),
        "tag": tag_of([(str(r.pk), r.state, r.version, r.is_mine) for r in rows]),
    }


def room_of(meeting) -> dict:
    """Who is present and signed, who came and has not signed, who is expected."""
    lines = list(
        Attendance.objects.filter(meeting=meeting)
        .with_standing()
        .select_related("member", "agency")
        .order_by("agency__name", "created_at")
    )
    signed = set(Agreement.objects.filter(meeting=meeting).values_list("member_id", flat=True))
    present = [a for a in lines if a.arrived_at and not a.left_at and not a.apologies]
    for line in present:
        line.has_signed = line.observer_signed if line.member_id is None else line.member_id in signed
    gone: dict = {}
    for line in present:
        if line.member_id and not line.stands:
            gone.setdefault(line.agency, []).append(line)
    tag = tag_of([(str(a.pk), a.version, a.stands) for a in lines])
    return {"present": present, "lines": lines, "gone": list(gone.items()), "tag": tag}


class Facts:
    """What is recorded on one item as one member sees it; each thing is read once, and only where it is asked for."""

    def __init__(self, member, item):
        self.member, self.item, self.listing = member, item, item.listing

    @cached_property
    def notes(self) -> dict:
        found = ItemNote.objects.visible_to(self.member).filter(item=self.item).select_related("key", "written_by")
        return {note.part: note for note in found}

    @cached_property
    def outcome(self) -> ItemOutcome | None:
        return (
            ItemOutcome.objects.visible_to(self.member)
            .filter(item=self.item)
            .select_related("key", "deferred_to", "teller__agency", "tell_agency", "decided_by")
            .first()
        )

    @cached_property
    def actions(self) -> list:
        return list(
            Action.objects.visible_to(self.member)
            .filter(listing=self.listing)
            .select_related("key", "agency", "member")
            .order_by("number")
        )

    def tag(self, name: str) -> str:
        """The tag of the part called *name*: it changes when what the member sees of the part does."""
        if name == "people":
            return tag_of(_mark(Party.objects.visible_to(self.member).filter(case=self.listing.case_id)))
        if name == "entries":
            return tag_of(
                [*_mark(Entry.objects.visible_to(self.member).filter(listing=self.listing)), len(self.actions)]
            )
        agreed = [(action.number, action.version) for action in self.actions] if name in ("actions", "closing") else []
        decided = self.outcome.version if self.outcome and name in ("outcome", "telling", "closing") else 0
        if name == "closing":
            written = [(note.part, note.version) for note in self.notes.values()]
            return tag_of([agreed, decided, self.item.state, sorted(written)])
        if name.startswith("note_"):
            note = self.notes.get(name.removeprefix("note_"))
            return tag_of([note.version if note else 0])
        return tag_of([agreed, decided, name])


def item_of(request, meeting, item, forms=None, only: str | None = None) -> dict:
    """What the screen says of one item, or of its part called *only*; *forms* replaces forms that were refused."""
    member, forms = request.member, forms or {}
    facts = Facts(member, item)
    recorder = rules.may_record(member, meeting)
    names = PARTS if only is None else (only,)
    found = {
        "item": item,
        "case": item.listing.case,
        "listing": item.listing,
        "recorder": recorder,
        "runner": rules.may_run(member, meeting),
        "now_open": item.state == AgendaItem.State.OPEN,
        "seconds": rules.seconds_on(item),
        "slot": rules.slot_minutes(item, meeting),
        "minutes_spent": rules.seconds_on(item) // 60,
        "theirs": forms.get("theirs"),
        "is_over": rules.seconds_on(item) > rules.slot_minutes(item, meeting) * 60,
        "tags": {name: facts.tag(name) for name in names},
    }
    drafts = _drafts(member, item.listing) if only is None or only == "entries" or only.startswith("note_") else {}
    gather = {
        "people": lambda: {"people": _people(member, item.listing.case), "referral": _brief(member, item.listing)},
        "entries": lambda: _entries(member, meeting, item.listing, facts.actions, drafts, forms),
        "actions": lambda: _actions(meeting, facts.actions, forms, recorder),
        "outcome": lambda: _decision(meeting, facts.outcome, forms, recorder),
        "telling": lambda: _telling(meeting, facts.outcome, forms, recorder),
        "closing": lambda: {"missing": _missing(item, facts) if recorder else []},
    }
    for name in names:
        found |= gather[name]() if name in gather else {}
    if only is None or only.startswith("note_"):
        found |= _notes(facts, drafts, forms)
    return found | (_about(request, meeting, item) if only is None else {})


def _notes(facts, drafts, forms) -> dict:
    parts = {part: _note_part(part, facts.notes.get(part), drafts, forms.get(f"note_{part}")) for part in NOTE_PARTS}
    for part, shown in parts.items():
        shown.tag = facts.tag(f"note_{part}")
        shown.theirs = forms.get("theirs") if f"note_{part}" in forms else None
    return {
        "notes": parts,
        "summary": parts[Part.SUMMARY],
        "voice": parts[Part.VOICE],
        "risks": [parts[part] for part in rules.RISKS],
        "perpetrator": parts[Part.PERPETRATOR_LINE],
        "links": parts[Part.LINKS],
    }


def _about(request, meeting, item) -> dict:
    """What stands at the head of an item: who sees it, who stays away, who may lead it."""
    found = {"sees": _sees(meeting, item.listing), "recusals": _recusals(item)}
    if rules.may_run(request.member, meeting) and item.state != AgendaItem.State.OPEN:
        able = leaders(item)
        found |= {
            "leaders": able,
            "start_form": StartForm(leaders=able),
            "chair_away": meeting.chair_id not in [member.pk for member in able],
        }
    return found


def _entries(member, meeting, listing, actions, drafts, forms) -> dict:
    groups = _groups(member, meeting, listing, actions)
    return {
        "groups": groups,
        "contacts": _contacts(member, listing),
        "answers": _answers(member, meeting, listing, groups),
        "say_form": forms.get("say") or _say_form(drafts.get("say")),
        "say_drafted": "say" in drafts,
    }


def _decision(meeting, outcome, forms, recorder) -> dict:
    if not recorder:
        return {"outcome": outcome}
    decided = (
        {
            "decision": outcome.decision,
            "reason": outcome.reason,
            "deferred_to": outcome.deferred_to_id,
            "transferred_to": outcome.transferred_to,
            "seen": outcome.version,
        }
        if outcome
        else {"seen": 0}
    )
    form = forms.get("outcome") or DecisionForm(initial=decided, meeting=meeting, prefix="decision")
    return {"outcome": outcome, "decision_form": form}


def _telling(meeting, outcome, forms, recorder) -> dict:
    if not recorder:
        return {"outcome": outcome}
    told = (
        {
            "teller": outcome.teller_id,
            "tell_by": outcome.tell_by,
            "tell_how": outcome.tell_how,
            "not_to_tell_reason": outcome.not_to_tell_reason,
            "seen": outcome.version,
        }
        if outcome
        else {"seen": 0}
    )
    told["tell_by"] = told.get("tell_by") or default_telling()
    return {
        "outcome": outcome,
        "telling_form": forms.get("telling") or TellingForm(initial=told, meeting=meeting, prefix="telling"),
    }


def _actions(meeting, actions, forms, recorder) -> dict:
    if not recorder:
        return {"actions": actions}
    new = forms.get("action") or ActionForm(initial={"due_on": default_due()}, meeting=meeting, prefix="new")
    shared = {name: list(new.fields[name].choices) for name in ("agency", "member")}
    for name, listed in shared.items():
        new.fields[name].widget.choices = listed
    for action in actions:
        action.form = forms.get(f"action_{action.pk}") or ActionForm(
            meeting=meeting,
            prefix=f"a{action.number}",
            initial={name: getattr(action, name) for name in ("text", "due_on", "risk", "safe_words", "person_named")}
            | {"agency": action.agency_id, "member": action.member_id, "seen": action.version},
        )
        for name, listed in shared.items():
            action.form.fields[name].widget.choices = listed
    return {"actions": actions, "action_form": new}


def _drafts(member, listing) -> dict:
    return {d.part: d for d in Draft.objects.visible_to(member).filter(about_kind="cases.listing", about_id=listing.pk)}


def _note_part(part, note, drafts, refused) -> NotePart:
    label = Part(part).label
    initial = {
        "text": note.text if note else "",
        "given_by": note.given_by if note else "",
        "seen": note.version if note else 0,
    }
    shown = NotePart(part=part, label=label, note=note, form=refused or NoteForm(initial=initial, part=part))
    draft = drafts.get(f"note_{part}")
    if refused is None and draft and (note is None or draft.updated_at > note.written_at):
        typed = typed_before(draft)
        if typed.get("text", "") != initial["text"] or typed.get("given_by", "") != initial["given_by"]:
            shown.form.initial |= {
                "text": typed.get("text", ""),
                "given_by": typed.get("given_by", ""),
                "seen": typed.get("seen", "0"),
            }
            shown.draft_at = draft.updated_at
    return shown


def _say_form(draft) -> SayForm:
    """The form to say something, with what was typed and not shared."""
    if draft is None:
        return SayForm()
    typed = typed_before(draft)
    return SayForm(initial={name: typed.get(name) for name in ("text", "kind", "nature", "reach") if typed.get(name)})


def _people(member, case) -> list[Party]:
    return list(
        Party.objects.visible_to(member).filter(case=case).current().in_order().select_related("key", "works_for")
    )


def _brief(member, listing):
    return Referral.objects.brief_for(member).filter(pk=listing.referral_id).select_related("key", "agency").first()


def _contacts(member, listing) -> list[VictimContact]:
    return list(
        VictimContact.objects.visible_to(member)
        .filter(referral=listing.referral_id)
        .select_related("key", "agency", "recorded_by")
        .order_by("-happened_at")
    )


def _groups(member, meeting, listing, actions) -> list[Group]:
    """What each agency says, by its name; each entry knows whether it may become an action as it stands."""
    entries = list(
        Entry.objects.visible_to(member)
        .filter(listing=listing)
        .select_related("key", "agency", "written_by", "party__key")
        .order_by("agency__name", "written_at", "pk")
    )
    kept = left_out(entries)
    used = {action.proposal_id for action in actions}
    groups: dict = {}
    for entry in entries:
        entry.is_kept_from_some = bool(kept.get(entry.pk))
        entry.is_used = entry.pk in used
        entry.is_late = is_late(entry.written_at, meeting, asked_at=listing.created_at)
        entry.may_become_action = (
            entry.reach == Entry.Reach.MINUTE and not entry.is_kept_from_some and not entry.is_used
        )
        group = groups.setdefault(entry.agency_id, Group(entry.agency))
        (group.proposals if entry.kind == Entry.Kind.PROPOSAL else group.entries).append(entry)
    return list(groups.values())


def _answers(member, meeting, listing, groups) -> dict:
    """The agencies that know nothing, and those that have not answered, by name; not those that stay away.

    Who said so late is marked: the chair may have read the agenda before.
    """
    away = Bar.objects.live().on(listing).filter(agency__isnull=False)
    returns = (
        Return.objects.visible_to(member)
        .filter(listing=listing)
        .exclude(request__agency__in=away.values("agency"))
        .select_related("request__agency")
        .order_by("request__agency__name")
    )
    spoken = {group.agency.pk for group in groups}
    found: dict = {"nothing": [], "outstanding": []}
    for answer in returns:
        if answer.request.agency_id not in spoken:
            late = is_late(answer.answered_at, meeting, asked_at=answer.created_at)
            name = answer.request.agency.short_name
            found.setdefault(answer.state, []).append(_("%(agency)s (late)") % {"agency": name} if late else name)
    return found


def _sees(meeting, listing) -> list[str]:
    """The agencies of those who signed and are not kept away: who sees what is recorded here."""
    members, agencies = kept_away(listing)
    signed = Agreement.objects.filter(meeting=meeting).select_related("agency").order_by("agency__name")
    return list(
        dict.fromkeys(a.agency.short_name for a in signed if a.member_id not in members and a.agency_id not in agencies)
    )


def _recusals(item) -> list[Recusal]:
    return list(Recusal.objects.standing().filter(item=item).select_related("member", "agency"))


def _missing(item, facts) -> list[tuple[str, str]]:
    return rules.missing(item, notes=facts.notes, outcome=facts.outcome, actions=facts.actions)


def signal_of(meeting, member, item) -> str:
    """A mark that changes when anything changes that *member* may see on the screen; a handful of small queries."""
    items = AgendaItem.objects.filter(meeting=meeting).aggregate(n=Count("pk"), v=Sum("version"), b=Sum("beat"))
    facts = [meeting.version, str(meeting.current_item_id), *items.values()]
    facts += _mark(Attendance.objects.filter(meeting=meeting))
    facts += [Attendance.objects.filter(meeting=meeting).overstaying().count()]
    if item is not None:
        facts += [
            str(item.pk),
            *_mark(Entry.objects.visible_to(member).filter(listing=item.listing_id)),
            *_mark(Action.objects.visible_to(member).filter(listing=item.listing_id)),
        ]
    return tag_of(facts)


def tags_of(member, item) -> dict[str, str]:
    """The tag of each part of *item* as *member* sees it."""
    facts = Facts(member, item)
    return {name: facts.tag(name) for name in PARTS}


def _mark(rows) -> list:
    """How many *rows* there are and the sum of their versions: changes with every save."""
    return list(rows.order_by().aggregate(n=Count("pk"), v=Sum("version")).values())


def tag_of(facts) -> str:
    """A short digest of versions and counts."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
