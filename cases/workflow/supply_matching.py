"""Who of a list is known to the panel: each row compared as the coordinator's own matching compares referrals."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from cases.models import Case, Party, Referral, Supply, SupplyRow
from cases.rules.matching import EXACT, SAME, Agreement
from cases.rules.matching import compare as compare_people
from cases.rules.supply_rows import identity_of
from cases.schemes import scheme_of
from cases.workflow.matching import identity_of as identity_of_party
from cases.workflow.matching import possible_matches
from core.history import noting
from core.recording import record
from core.search import normalise

TOGETHER = 25  # rows compared at once: as many as a page shows
MOST_NOMINATED = 2_000
Stage, State = Supply.Stage, SupplyRow.State
WAITING = (Referral.State.DRAFT, Referral.State.SUBMITTED, Referral.State.RETURNED)


@dataclass(frozen=True)
class Offer:
    """Somebody whom the panel knows and who may be the one in a row.

    *party*: as the case says it that agrees best; *case*: their open case, where there is one.
    """

    subject: Any
    party: Party
    agreement: Agreement
    case: Case | None

    @property
    def is_the_same(self) -> bool:
        """Both names to the letter and the date of birth: the case is managed already."""
        agreed = self.agreement
        exact = agreed.given == agreed.family == EXACT and agreed.date == SAME and not agreed.alias
        return exact and self.case is not None


def offers(*, by, supply: Supply, rows) -> dict:
    """For each of *rows* (by id), at most five people of the panel who may be the same, the likeliest first.

    Only people on cases of this panel that *by* may see: what other panels know of somebody is asked when a nomination
    is screened.  The number of queries does not depend on how many rows there are.
    """
    asked = {row.pk: _as_party(supply, row) for row in rows if row.state != State.REFUSED}
    found = possible_matches(by=by, parties=asked.values())
    return {pk: _of_this_panel(supply, identity_of_party(party), found[party.pk]) for pk, party in asked.items()}


def compare(supply: Supply, *, actor, went=lambda progress: None) -> None:
    """Say of every row of *supply* whether the person is new, a possible match or managed already.

    With the sight of whoever brought it in.  *went* is told how far it has come, in hundredths.  Records
    supply.compared with counts; the people it showed are recorded when a page shows them.
    """
    by = supply.brought_by
    rows = list(SupplyRow.objects.with_key().filter(supply=supply).exclude(state=State.REFUSED).order_by("line"))
    nominated = _nominated(by, supply)
    known = []
    for start in range(0, len(rows), TOGETHER):
        some = rows[start : start + TOGETHER]
        found = offers(by=by, supply=supply, rows=some)
        known += [row for row in some if _place(row, found[row.pk], nominated)]
        went(99 * (start + len(some)) // len(rows))
    with transaction.atomic():
        SupplyRow.objects.bulk_update(known, ["state", "case", "nominated"], batch_size=200)
        supply.stage, supply.progress = Stage.DECIDING, 100
        noting(supply, by=actor, reason="compared").save_over(supply.version)
        counts = {state: sum(1 for row in known if row.state == state) for state in (State.POSSIBLE, State.MANAGED)}
        counts["new"] = len(rows) - len(known)
        detail = {"kind": supply.kind, **{str(state): count for state, count in counts.items()}}
        record("supply.compared", by=by, thing=supply, panel_id=supply.panel_id, detail=detail)


def _place(row: SupplyRow, found: list[Offer], nominated: dict) -> bool:
    """Let *row* say what was found; whether anything was."""
    same = next((offer for offer in found if offer.is_the_same), None)
    row.nominated = nominated.get(_person(identity_of(row.data)))
    if same:
        row.state, row.case = State.MANAGED, same.case
    elif found or row.nominated:
        row.state = State.POSSIBLE
    return row.state != State.NEW


def _as_party(supply: Supply, row: SupplyRow) -> Party:
    """The person of *row* as the matching takes people: never saved."""
    person = identity_of(row.data)
    given, family = person.names[0]
    return Party(
        key=row.key,
        referral=Referral(key=row.key, panel=supply.panel),
        given_name=given,
        family_name=family,
        birth_date=next(iter(person.dates), None),
    )


def _of_this_panel(supply: Supply, person, candidates) -> list[Offer]:
    """Of *candidates* those whom this panel's own cases show, by what those say alone."""
    principal = scheme_of(supply.panel).principal
    found = []
    for candidate in candidates:
        here = [party for party in candidate.parties if party.case.panel_id == supply.panel_id]
        compared = [(compare_people(person, identity_of_party(party)), party) for party in here]
        possible = [one for one in compared if one[0].is_possible]
        if possible:
            agreement, party = max(possible, key=lambda one: one[0].weight)
            running = [p.case for p in here if p.case.state == Case.State.OPEN and p.capacity == principal]
            found.append(Offer(candidate.subject, party, agreement, running[0] if running else None))
    return found


def _nominated(by, supply: Supply) -> dict:
    """Nominations of the panel that are not decided yet, by exactly whom they are about."""
    waiting = Party.objects.visible_to(by).current().select_related("referral")
    waiting = waiting.filter(
        referral__panel=supply.panel_id, referral__state__in=WAITING, capacity=scheme_of(supply.panel).principal
    ).order_by("-referral__created_at", "pk")
    return {_person_of(party): party.referral for party in reversed(list(waiting[:MOST_NOMINATED])) if party.birth_date}


def _person_of(party: Party) -> tuple:
    return normalise(party.given_name), normalise(party.family_name), party.birth_date


def _person(person) -> tuple:
    given, family = person.names[0]
    return normalise(given), normalise(family), next(iter(person.dates), None)
