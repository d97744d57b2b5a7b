"""Who on a case that waits to be heard has no consent in force, as far as one agency knows of its own records.

And what rests on consent and reaches nobody, or no more: said without a name to who prepares and leads a meeting.
"""

from dataclasses import dataclass

from django.db.models import Count, Max
from django.utils import timezone

from cases.models import Bar, Case, Entry, Listing, Party
from cases.models.access import FOR_CONSENT
from cases.schemes import codes_with
from consent.models import Consent, ConsentForm
from consent.rules.ends import phase
from partnership.roles import Permission

State, Phase = Consent.State, Consent.Phase
ANSWERED = frozenset({State.FULL, State.PART, Phase.REVIEW_DUE, State.REFUSED, State.CANNOT, State.NOT_SOUGHT})


@dataclass(frozen=True)
class Missing:
    """A person on a case that waits to be heard, of whom the own agency has recorded nothing that holds now."""

    case: Case
    party: Party
    is_being_asked: bool


def missing(member) -> list[Missing]:
    """What is missing for the next agendas: cases listed and not yet heard, of panels whose scheme asks for consent.

    A refusal, and a reason why somebody is not asked, are answers.  A constant number of queries.
    """
    at, panels = timezone.now(), member.panels_with(Permission.KEEP_CONSENT)
    waiting = Listing.objects.waiting().values("case")
    cases = (
        Case.objects.visible_to(member)
        .open()
        .filter(pk__in=waiting, panel__in=panels, panel__scheme__in=codes_with("consent"))
        .select_related("panel")
        .order_by("reference")
    )
    held = {case.pk: case for case in cases}
    asked_of = {form.scheme: form.asked_of for form in ConsentForm.objects.in_use().order_by("number")}
    people = Party.objects.visible_to(member).filter(case__in=held, subject__isnull=False).current().in_order()
    states: dict[tuple, set[str]] = {}
    for consent in (
        Consent.objects.visible_to(member).filter(case__in=held, agency=member.agency_id).select_related("track")
    ):
        states.setdefault((consent.case_id, consent.subject_id), set()).add(phase(consent, at))
    return [
        Missing(held[party.case_id], party, State.REQUESTED in states.get((party.case_id, party.subject_id), set()))
        for party in people
        if party.capacity in (asked_of.get(held[party.case_id].panel.scheme) or [party.capacity])
        and not states.get((party.case_id, party.subject_id), set()) & ANSWERED
    ]


def uncovered(wanted: dict) -> set:
    """The listings with an entry that rests on consent and that none of the agencies *wanted* there may have now.

    *wanted*: listing id → ids of agencies.  Two queries, whatever the number of listings; one where nothing rests so.
    """
    resting = Entry.objects.filter(listing__in=wanted, on_consent=True, withdrawn_at__isnull=True)
    entries = list(resting.values_list("pk", "listing", "agency", "settled_at"))
    if not entries:
        return set()
    closed: dict = {}
    bars = Bar.objects.live().filter(entry__in=[pk for pk, *_rest in entries], agency__isnull=False)
    for entry, agency in bars.values_list("entry", "agency"):
        closed.setdefault(entry, set()).add(agency)
    return {
        listing
        for pk, listing, own, asked_at in entries
        if (wanted[listing] - {own}) and (asked_at is None or wanted[listing] - {own} <= closed.get(pk, set()))
    }


def closings(listing, agency) -> list:
    """A mark of who is kept, for want of consent, from what *agency* said for *listing*: it changes as that does.

    For the screens of that agency, which is told whom its words do not reach.  One query.
    """
    shut = Bar.objects.live().filter(entry__listing=listing, entry__agency=agency, reason__in=FOR_CONSENT)
    return list(shut.aggregate(n=Count("pk"), last=Max("since")).values())


def has_lost(listing) -> bool:
    """Whether something said for *listing* was open to another agency and, for want of consent, no longer is."""
    lapsed = Bar.objects.live().filter(entry__listing=listing, reason=Bar.Reason.LAPSED)
    return lapsed.filter(entry__withdrawn_at__isnull=True).exists()
