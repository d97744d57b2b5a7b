"""What the research pages show: gathered in a fixed number of queries, whatever the number of cases."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from cases.models import Entry, Party
from cases.rules import entry as entry_rules
from meetings.models import Meeting, PersonCheck, ResearchRequest, Return
from meetings.rules import agenda
from meetings.rules import research as rules


@dataclass
class Person:
    """One person asked about, and what the agency has said of them."""

    party: Party
    check: PersonCheck | None = None

    @property
    def is_unanswered(self) -> bool:
        return self.check is None or not self.check.known


@dataclass
class Row:
    """One case of the list as the agency answers it."""

    answer: Return
    people: list[Person] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    audience: entry_rules.Audience | None = None

    @property
    def case(self):
        return self.answer.listing.case

    @property
    def referral(self):
        return self.answer.listing.referral

    @property
    def is_outstanding(self) -> bool:
        return self.answer.state == Return.State.OUTSTANDING

    @property
    def may_say_nothing(self) -> bool:
        """Whether “nothing known” is offered for the whole case."""
        known = any(person.check and person.check.known == PersonCheck.Known.KNOWN for person in self.people)
        return self.is_outstanding and not known and not self.entries


def rows_for(member, meeting: Meeting, answers: list[Return] | None = None) -> list[Row]:
    """The cases that *member*'s agency is asked about at *meeting*, in order (or those of *answers*)."""
    answers = list(rules.own_returns(member, meeting)) if answers is None else answers
    listings = [answer.listing for answer in answers]
    people = defaultdict(list)
    found = Party.objects.visible_to(member).filter(case__in=[listing.case_id for listing in listings])
    for party in found.current().spoken_of().in_order():
        people[party.case_id].append(party)
    checks = {
        (check.answer_id, check.party_id): check
        for check in PersonCheck.objects.with_key().filter(answer__in=[answer.pk for answer in answers])
    }
    entries = defaultdict(list)
    said = rules.entries_of(member, [listing.pk for listing in listings])
    audiences = entry_rules.audiences(meeting.panel, listings)
    kept_from = entry_rules.closed_to(said)
    for entry in said:
        entry.who = audiences[entry.listing_id].sentence(
            member.agency, kept_from[entry.pk], on_consent=entry.on_consent
        )
        entries[entry.listing_id].append(entry)
    return [
        Row(
            answer=answer,
            people=[Person(p, checks.get((answer.pk, p.pk))) for p in people[answer.listing.case_id]],
            entries=entries[answer.listing_id],
            audience=audiences[answer.listing_id],
        )
        for answer in answers
    ]


@dataclass(frozen=True)
class Cell:
    """What one agency has answered of one case: a `Return.State`, or nothing where it was not asked.

    *answer* is the return's id where it may be read.
    """

    state: str = ""
    is_late: bool = False
    answer: object = None


@dataclass
class BoardRow:
    """One agency on the coordinator's board."""

    request: ResearchRequest
    answered: int = 0
    nothing: int = 0
    outstanding: int = 0
    late: int = 0
    cells: list[Cell] = field(default_factory=list)


@dataclass
class Board:
    """Who has answered: agencies by cases."""

    items: list
    rows: list[BoardRow]
    unsent: int

    @property
    def outstanding(self) -> int:
        return sum(row.outstanding for row in self.rows)


def board_for(member, meeting: Meeting) -> Board:
    """Every request of *meeting* with the state of each case that *member* (of the desk) may see."""
    items = list(meeting.items.model.objects.visible_to(member).filter(meeting=meeting).standing().in_order())
    requests = ResearchRequest.objects.visible_to(member).filter(meeting=meeting).select_related("agency")
    states = _cells(member, meeting, items)
    rows = []
    for request in requests.order_by("agency__name"):
        cells = [states.get((request.pk, item.listing_id), Cell()) for item in items]
        counts = Counter(cell.state for cell in cells)
        rows.append(
            BoardRow(
                request,
                counts[Return.State.ANSWERED],
                counts[Return.State.NOTHING_KNOWN],
                counts[Return.State.OUTSTANDING],
                sum(cell.is_late for cell in cells),
                cells,
            )
        )
    sent = {
        (request.request.agency_id, item.listing_id)
        for request in rows
        for item, cell in zip(items, request.cells, strict=True)
        if cell.state
    }
    asked = agenda.asked(items)
    unsent = sum(1 for item in items for agency in asked[item.listing_id] if (agency.pk, item.listing_id) not in sent)
    return Board(items, rows, unsent)


def _cells(member, meeting: Meeting, items) -> dict:
    """The cell of each return of *items* by its request and listing, with its id where *member* may read it."""
    returns = (
        Return.objects.visible_to(member)
        .asked()
        .filter(request__meeting=meeting, listing__in=[item.listing_id for item in items])
        .select_related("key", "request__agency", "request__meeting__panel")
    )
    found = list(returns)
    read = {answer.pk for answer in rules.readable(member, found)}
    return {
        (answer.request_id, answer.listing_id): Cell(
            answer.state,
            rules.is_late(answer.answered_at, meeting, asked_at=answer.created_at),
            answer.pk if answer.pk in read else None,
        )
        for answer in found
    }
