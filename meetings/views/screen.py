"""What the screen of a sitting shows: gathered once per page, the same number of queries for five items and for thirty.

Every row comes through `visible_to`; a part's tag changes when what the member may see of it changes, and the
screen asks for that part again.
"""

import hashlib
from functools import cached_property

from django.db.models import Count, Q, Sum
from django.utils import timezone

from cases.models import Action, Draft, Entry, Party, Referral
from cases.rules.reporters import reporters_of
from cases.schemes import scheme_of
from consent.rules.missing import closings, has_lost
from meetings.forms.live import StartForm
from meetings.models import AgendaItem, Agreement, Attendance, ItemNote, ItemOutcome, Recusal, Return
from meetings.rules import live as rules
from meetings.rules.recusal import leaders
from meetings.views.kept import readers_of
from meetings.views.screen_entries import entries_of, saying_of
from meetings.views.screen_record import actions_of, decision_of, note_names, notes_of, telling_of

PARTS = ("people", "entries", "actions", "outcome", "telling", "closing")


def parts_of(meeting) -> list[str]:
    """The names of the parts that the screen of an item of *meeting* has."""
    scheme = scheme_of(meeting.panel)
    own = [name for name in PARTS if name != "telling" or scheme.has("telling")]
    return [*own, *note_names(scheme)]


def agenda_of(meeting, member) -> dict:
    """The list at the side: every standing item with state and clock; one that is closed to *member* has no name."""
    now = timezone.now()
    mine = {item.pk: item for item in AgendaItem.objects.visible_to(member).filter(meeting=meeting).standing()}
    rows = list(AgendaItem.objects.filter(meeting=meeting).standing().in_order().select_related("listing"))
    principals: dict = {}
    principal = scheme_of(meeting.panel).principal
    cases = [item.listing.case_id for item in mine.values()]
    for party in Party.objects.visible_to(member).current().filter(case__in=cases, capacity=principal):
        principals.setdefault(party.case_id, party)
    for row in rows:
        row.is_mine = row.pk in mine
        row.seconds, row.slot = rules.seconds_on(row, now), rules.slot_minutes(row, meeting)
        row.minutes_spent = row.seconds // 60
        row.is_over = bool(row.slot) and row.seconds > row.slot * 60
        if row.is_mine:
            row.case, row.principal = mine[row.pk].listing.case, principals.get(mine[row.pk].listing.case_id)
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
        line.has_signed = line.observer_signed or line.member_id in signed
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
    def has_lost(self) -> bool:
        """That information was withdrawn, for who leads the meeting: not why, not whose."""
        return rules.may_run(self.member, self.item.meeting) and has_lost(self.listing)

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
            return tag_of(_mark(Party.objects.visible_to(self.member).filter(case=self.listing.case_id).spoken_of()))
        if name == "entries":
            seen = _mark(Entry.objects.visible_to(self.member).filter(listing=self.listing))
            seen += _answered(self.member, self.listing.pk)
            return tag_of([*seen, len(self.actions), self.has_lost, *_closings(self.member, self.item)])
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
    scheme = scheme_of(meeting.panel)
    names = parts_of(meeting) if only is None else (only,)
    found = {
        "item": item,
        "scheme": scheme,
        "has_telling": scheme.has("telling"),
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
    drafts = _drafts(member, item.listing) if only is None or only == "say" or only.startswith("note_") else {}
    gather = {
        "people": lambda: {"people": _people(member, item.listing.case), "referral": _brief(member, item.listing)},
        "entries": lambda: entries_of(member, meeting, item.listing, facts.actions) | {"has_lost": facts.has_lost},
        "say": lambda: saying_of(member, meeting, drafts, forms),
        "actions": lambda: actions_of(member, item, facts.actions, forms, recorder),
        "outcome": lambda: decision_of(meeting, facts.outcome, forms, recorder),
        "telling": lambda: telling_of(meeting, facts.outcome, forms, recorder),
        "closing": lambda: {"missing": _missing(item, facts) if recorder else []},
    }
    for name in [*names, "say"] if only is None else names:
        found |= gather[name]() if name in gather else {}
    if only is None or only.startswith("note_"):
        found |= notes_of(scheme, facts, drafts, forms)
    return found | (_about(request, meeting, item) if only is None else {})


def _about(request, meeting, item) -> dict:
    """What stands at the head of an item: who sees it, who stays away, who may lead it."""
    found = {"sees": list(readers_of(meeting, item.listing).values()), "recusals": _recusals(item)}
    if rules.may_run(request.member, meeting) and item.state != AgendaItem.State.OPEN:
        able = leaders(item)
        found |= {
            "leaders": able,
            "start_form": StartForm(leaders=able),
            "chair_away": meeting.chair_id not in [member.pk for member in able],
        }
    return found


def _drafts(member, listing) -> dict:
    return {d.part: d for d in Draft.objects.visible_to(member).filter(about_kind="cases.listing", about_id=listing.pk)}


def _people(member, case) -> list[Party]:
    people = Party.objects.visible_to(member).filter(case=case).current().spoken_of().in_order()
    withheld = reporters_of(scheme_of(case.panel), [case.pk]).get(case.pk, [])
    return [*people.select_related("key", "works_for"), *withheld]


def _brief(member, listing):
    return Referral.objects.brief_for(member).filter(pk=listing.referral_id).select_related("key", "agency").first()


def _recusals(item) -> list[Recusal]:
    return list(Recusal.objects.standing().filter(item=item).select_related("member", "agency"))


def _missing(item, facts) -> list[tuple[str, str]]:
    return rules.missing(item, notes=facts.notes, outcome=facts.outcome, actions=facts.actions)


def signal_of(meeting, member, item) -> str:
    """A mark that changes when anything changes that *member* may see on the screen; a handful of small queries."""
    items = AgendaItem.objects.filter(meeting=meeting).aggregate(n=Count("pk"), v=Sum("version"), b=Sum("beat"))
    facts = [meeting.version, str(meeting.current_item_id), *items.values()]
    room = Attendance.objects.filter(meeting=meeting).with_standing()
    standing = Count("pk", filter=Q(stands=True))  # an agency's standing ends without anything being saved here
    facts += room.order_by().aggregate(n=Count("pk"), v=Sum("version"), s=standing).values()
    if item is not None:
        facts += [
            str(item.pk),
            *_mark(Entry.objects.visible_to(member).filter(listing=item.listing_id)),
            *_mark(Action.objects.visible_to(member).filter(listing=item.listing_id)),
            *_answered(member, item.listing_id),
            rules.may_run(member, meeting) and has_lost(item.listing_id),
            *_closings(member, item),
        ]
    return tag_of(facts)


def _closings(member, item) -> list:
    """What changes when what the own agency said reaches fewer or more; asked only where consent is."""
    asked = scheme_of(item.meeting.panel).has("consent")
    return closings(item.listing_id, member.agency_id) if asked else []


def tags_of(member, item) -> dict[str, str]:
    """The tag of each part of *item* as *member* sees it."""
    facts = Facts(member, item)
    return {name: facts.tag(name) for name in parts_of(item.meeting)}


def _mark(rows) -> list:
    """How many *rows* there are and the sum of their versions: changes with every save."""
    return list(rows.order_by().aggregate(n=Count("pk"), v=Sum("version")).values())


def _answered(member, listing_id) -> list:
    """The mark of what agencies answered for a listing, with what they said of each person; one query."""
    given = Return.objects.visible_to(member).filter(listing=listing_id).order_by()
    said = Q(state=Return.State.ANSWERED)
    marks = {"n": Count("checks", filter=said), "v": Sum("checks__version", filter=said), "r": Sum("version")}
    return list(given.aggregate(**marks).values())


def tag_of(facts) -> str:
    """A short digest of versions and counts."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
