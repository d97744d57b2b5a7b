"""What the agenda page shows: gathered for one member in a fixed number of queries, whatever the number of cases."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from cases.models import Action, Case, Party, Referral, VictimContact
from cases.schemes import Scheme, scheme_of
from meetings.models import AgendaItem, Meeting, Recusal, Return
from meetings.rules import agenda as rules
from meetings.rules.agenda import Slot
from meetings.rules.repeat import Last, last_before, last_words
from meetings.rules.unfinished import unfinished
from meetings.rules.window import at_end_of_window

SHOWN_AT_MOST = 100
OPEN_AT_MOST = 5


@dataclass
class Row:
    """One item as one member sees it."""

    item: AgendaItem
    scheme: Scheme
    slot: Slot
    place: int
    people: list[Party] = field(default_factory=list)
    contact: VictimContact | None = None
    asked: list = field(default_factory=list)
    answered: int = 0
    returns: int = 0
    recusals: list[Recusal] = field(default_factory=list)
    last: Last = field(default_factory=Last)
    referral: Referral | None = None

    @property
    def listing(self):
        return self.item.listing

    @property
    def case(self):
        return self.item.listing.case

    def of(self, capacity: str) -> list[Party]:
        """The people in that capacity."""
        return [party for party in self.people if party.capacity == capacity]

    @property
    def principals(self) -> list[Party]:
        """Whom the case is about."""
        return self.of(self.scheme.principal)

    @property
    def briefed(self) -> list:
        """The parts whose people stand in the line by name, each with them, the principal's first."""
        return [(part, self.of(part.capacity)) for part in self.scheme.parts if part.briefed]

    @property
    def counted(self) -> list[str]:
        """How many there are in parts of which no more is told here."""
        parts = [(part, len(self.of(part.capacity))) for part in self.scheme.parts if part.counted]
        return [part.counted(number) for part, number in parts if number]

    @property
    def is_repeat(self) -> bool:
        return self.referral is not None and self.referral.repeat == Referral.RepeatAnswer.REPEAT

    @property
    def last_words(self) -> str:
        """When a repeat was last heard or referred."""
        return last_words(self.referral, self.last)

    @property
    def own_recusal(self):
        """The viewing member's own answer about an interest, where one was asked or given."""
        return next((recusal for recusal in self.recusals if recusal.is_own), None)


@dataclass
class Agenda:
    """The page: rows in order, the finish, and what stands at the top."""

    rows: list[Row]
    finish: datetime.datetime
    unfinished: list[Action]
    at_end_of_window: list[Case]

    @property
    def cases(self) -> list[Case]:
        """The cases that are shown: those of the rows, and those of unfinished actions and ending windows."""
        shown = [row.case for row in self.rows] + [action.case for action in self.unfinished] + self.at_end_of_window
        return list({case.pk: case for case in shown}.values())

    @property
    def opens_with_unfinished(self) -> bool:
        """Whether the unfinished actions are few enough to stand open above the cases."""
        return len(self.unfinished) <= OPEN_AT_MOST


def agenda_for(member, meeting: Meeting, *, is_desk: bool) -> Agenda:
    """The agenda of *meeting* as *member* may see it; *is_desk* adds who was asked and who has answered."""
    standing = list(meeting.items.standing().in_order().select_related("listing"))
    items = list(
        AgendaItem.objects.visible_to(member)
        .filter(meeting=meeting)
        .standing()
        .in_order()
        .select_related("listing__key", "listing__case__key", "listing__referral__key", "presenter__agency")
    )
    slots = rules.slots(meeting, standing)
    scheme = scheme_of(meeting.panel)
    rows = [Row(item=item, scheme=scheme, slot=slots[item.pk], place=place) for place, item in enumerate(items, 1)]
    _add_referrals(member, rows)
    _add_people(member, rows)
    _add_contacts(member, rows)
    _add_recusals(member, rows, is_desk)
    if is_desk:
        _add_research(rows)
    return Agenda(
        rows=rows,
        finish=rules.finish_of(meeting, standing),
        unfinished=list(unfinished(member, meeting)[:SHOWN_AT_MOST]),
        at_end_of_window=_at_end_of_window(member, meeting) if scheme.has("flags") else [],
    )


def waiting_referrals(member, meeting: Meeting) -> list[Referral]:
    """Accepted referrals of *meeting*'s panel that stand on no agenda and were not heard, the longest waiting first."""
    listed = (
        AgendaItem.objects.standing()
        .exclude(meeting__state=Meeting.State.CANCELLED)
        .filter(listing__referral__isnull=False)
    )
    return list(
        Referral.objects.visible_to(member)
        .filter(panel_id=meeting.panel_id, state=Referral.State.ACCEPTED, case__isnull=False)
        .exclude(pk__in=listed.values("listing__referral"))
        .select_related("case", "agency")
        .order_by("submitted_at", "pk")[:SHOWN_AT_MOST]
    )


def _add_referrals(member, rows: list[Row]) -> None:
    """The referral of each row where *member* may read why it was made, and what came before it."""
    found = Referral.objects.brief_for(member).filter(pk__in=[row.listing.referral_id for row in rows])
    briefs = {referral.pk: referral for referral in found.select_related("agency")}
    before = last_before([row.listing for row in rows])
    for row in rows:
        row.referral, row.last = briefs.get(row.listing.referral_id), before[row.listing.pk]


def _add_people(member, rows: list[Row]) -> None:
    people = defaultdict(list)
    found = Party.objects.visible_to(member).filter(case__in=[row.case.pk for row in rows]).current().in_order()
    for party in found.spoken_of():
        people[party.case_id].append(party)
    for row in rows:
        row.people = people[row.case.pk]


def _add_contacts(member, rows: list[Row]) -> None:
    contacts = {}
    found = VictimContact.objects.visible_to(member).filter(referral__in=[row.listing.referral_id for row in rows])
    for contact in found.order_by("happened_at", "pk"):
        before = contacts.get(contact.referral_id)
        if contact.made or before is None or not before.made:
            contacts[contact.referral_id] = contact
    for row in rows:
        row.contact = contacts.get(row.listing.referral_id)


def _add_recusals(member, rows: list[Row], is_desk: bool) -> None:
    recusals = defaultdict(list)
    found = Recusal.objects.filter(item__in=[row.item.pk for row in rows]).select_related("member", "agency")
    for recusal in found.order_by("created_at"):
        recusal.is_own = recusal.member_id == member.pk
        if is_desk or recusal.is_own:
            recusals[recusal.item_id].append(recusal)
    for row in rows:
        row.recusals = recusals[row.item.pk]


def _add_research(rows: list[Row]) -> None:
    asked = rules.asked([row.item for row in rows])
    counts: dict = defaultdict(Counter)
    states = Return.objects.asked().filter(listing__in=[row.listing.pk for row in rows]).values_list("listing", "state")
    for listing_id, state in states:
        counts[listing_id][state] += 1
    for row in rows:
        row.asked = asked[row.listing.pk]
        row.returns = sum(counts[row.listing.pk].values())
        row.answered = row.returns - counts[row.listing.pk][Return.State.OUTSTANDING]


def _at_end_of_window(member, meeting: Meeting) -> list[Case]:
    """Cases whose last referral lies the panel's repeat window back, since the meeting before this one."""
    return list(at_end_of_window(Case.objects.visible_to(member), meeting)[:SHOWN_AT_MOST])
