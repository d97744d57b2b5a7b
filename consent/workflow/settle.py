"""Settling: who is kept from entries that rest on consent, written anew wherever information moves.

Asked when an entry is saved, when what a person decided changes, when an episode begins or ends, at the freeze of an
agenda, at the start of an item, at a release and at each opening of one.  What ends by the calendar is written ahead:
a bar holds from its `since` by itself, so that nothing waits for a job.
"""

import datetime
from collections import defaultdict
from dataclasses import replace

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.gates import Reached
from cases.models import Case, Entry, Party, Track
from cases.models.access import Allowance
from cases.schemes import schemes
from cases.workflow.access import settle_bars
from consent.models import Consent, ConsentForm
from consent.rules.reach import Asked
from consent.rules.sight import NOTHING_KNOWN
from consent.rules.telling import Asking
from consent.stopping import stop
from consent.workflow.sights import settle_sights
from partnership.models import Agency


@transaction.atomic(savepoint=False)
def settle(*, by, cases, at: datetime.datetime | None = None) -> None:
    """Keep every agency that no consent covers at *at* (default now) from the entries of *cases* that rest on it.

    *cases*: cases or their ids, any number under one number of queries.  An agency that is covered has its bar lifted,
    and where the end is known a bar that holds from then.  What an override allows stays.  A panel that asks nobody
    for consent has nothing that covers: what was said elsewhere on consent does not carry over.  So do streams to which
    an agency was named on consent (`consent.workflow.sights`).
    Information Sharing for Community Safety (2010) §3.1.1.1; the duty of confidence.
    """
    at = at or timezone.now()
    settle_sights(by=by, cases=cases, at=at, asked_of=asked_of)
    resting = Q(on_consent=True) | Q(settled_at__isnull=False)
    entries = list(Entry.objects.filter(resting, case__in=cases, withdrawn_at__isnull=True).order_by("pk"))
    if not entries:
        return
    asked = asked_of([entry.case_id for entry in entries])
    allowed = _allowances(entries, at)
    agencies = _agencies(entries)
    closed: dict = defaultdict(dict)
    for entry in entries:
        for agency_id in agencies[entry.case_id] if entry.on_consent else ():
            if agency_id == entry.agency_id:
                continue
            since = asked[entry.case_id].closed_from(entry, agency_id, at)
            until = allowed.get((entry.pk, agency_id), at)
            if since is not None and until is not None:
                closed[entry.pk][agency_id] = max(since, until)
    settle_bars(by=by, entries=entries, closed=closed, at=at)


def settle_of(consent: Consent, *, by) -> None:
    """Settle the case of *consent*, which has just changed, and stop what was released on it and is covered no more.

    A case that is no more has nothing to settle.
    """
    if consent.case_id:
        settle(by=by, cases=[consent.case_id])
        stop(by=by, case_id=consent.case_id)


def asked_of(cases) -> dict:
    """`Asked` of each of *cases* (ids) by its id.  Seven queries, whatever their number."""
    found = {case.pk: case for case in Case.objects.filter(pk__in=cases).select_related("panel")}
    consents, people, episodes, parties = (defaultdict(list), defaultdict(list), defaultdict(list), defaultdict(dict))
    for consent in Consent.objects.filter(case__in=found).with_answers().order_by("created_at", "pk"):
        consents[consent.case_id].append(consent)
    for pk, case_id, subject, capacity, old in Party.objects.filter(case__in=found).values_list(
        "pk", "case", "subject", "capacity", "superseded_at"
    ):
        parties[case_id][pk] = subject
        if not old and capacity == _principal(found[case_id]) and subject not in people[case_id]:
            people[case_id].append(subject)
    kinds = _kinds_of_episodes({case.panel.scheme for case in found.values()})
    running = Track.objects.filter(case__in=found).running().order_by("opened_at", "pk")
    for track, case_id, subject, kind in running.values_list("pk", "case", "subject", "kind"):
        if kind in kinds.get(found[case_id].panel.scheme, ()):
            episodes[case_id].append((track, subject))
    return {pk: Asked(consents[pk], people[pk], episodes[pk], parties[pk]) for pk in found}


def reach(*, by, listing, party, category: str, agencies) -> list[Reached]:
    """Which of *agencies* an entry of *category* about *party* (None: the case) would reach now, for its writer *by*.

    Why not is said from what the writer's own agency recorded, as far as *by* sees it, and from nothing else.
    """
    entry = Entry(case_id=listing.case_id, listing=listing, agency=by.agency, party=party, category=category)
    asked, at = asked_of([listing.case_id])[listing.case_id], timezone.now()
    recorded = _recorded(by, listing.case_id, asked)
    found = []
    for agency in agencies:
        is_open = asked.gap(entry, agency.pk, at) is None
        found.append(Reached(agency, is_open, "" if is_open else _why_not(recorded, entry, agency, at)))
    return found


def asking(*, by, case) -> Asking:
    """What was decided on *case* now (`cases.gates.consent`), and what of it *by* is told where it is too little."""
    asked = asked_of([case.pk])[case.pk]
    return Asking(asked, _recorded(by, case.pk, asked), timezone.now())


def _recorded(by, case_id, asked: Asked) -> Asked:
    """What the own agency of *by* recorded, as far as *by* sees it: nothing else is ever said of a consent."""
    own = Consent.objects.visible_to(by).filter(agency=by.agency_id, case=case_id).with_answers() if by.pk else ()
    return replace(asked, consents=list(own))


def _why_not(recorded: Asked, entry, agency, at) -> str:
    if not recorded.consents:
        return str(_("Your agency has recorded no consent that covers this."))
    missing = recorded.gap(entry, agency.pk, at)
    return str(missing or NOTHING_KNOWN)


def _principal(case: Case) -> str:
    scheme = schemes().get(case.panel.scheme)
    return scheme.principal if scheme else ""


def _kinds_of_episodes(codes: set[str]) -> dict:
    """By scheme, the kinds of tracks of which one form holds for one: as the newest form in use says."""
    forms = ConsentForm.objects.in_use().filter(scheme__in=codes).order_by("number").values_list("scheme", "episodes")
    return dict(forms)


def _allowances(entries, at) -> dict:
    """Until when (None: until taken back) each (entry, agency) is allowed by a decision on the entry as it stands."""
    found: dict = {}
    live = (
        Allowance.objects.live(at)
        .filter(entry__in=entries, version=F("entry__version"))
        .values_list("entry", "agency", "until")
    )
    for entry, agency, until in live:
        before = found.get((entry, agency), until)
        found[entry, agency] = None if before is None or until is None else max(before, until)
    return found


def _agencies(entries) -> dict:
    """The agencies (ids) of the partnership of each case: whoever could ever stand on it."""
    of_partnership = defaultdict(list)
    for pk, partnership in Agency.objects.order_by("pk").values_list("pk", "partnership"):
        of_partnership[partnership].append(pk)
    cases = Case.objects.filter(pk__in={entry.case_id for entry in entries})
    return {pk: of_partnership[partnership] for pk, partnership in cases.values_list("pk", "panel__partnership")}
