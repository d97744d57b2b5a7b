"""A panel that hears people on their written consent: without it, what the merits decide is overridden, and no more."""

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.rules.merits import is_asked, merits_in_force
from disclosures.models.override import ConsentOverride
from disclosures.rules.resting import WITHOUT


def rests_on_merits(decision) -> bool:
    """Whether *decision* shares, without consent, something of a case of such a panel."""
    case = decision.disclosure.case
    return case is not None and is_asked(case.panel) and decision.no_consent in WITHOUT


def decided_on_merits(decision) -> dict:
    """The originator's decisions on the merits by the id (text) of the agency that is to have it."""
    return merits_in_force(decision.disclosure.case, giving=decision.originator_id) if rests_on_merits(decision) else {}


def problems(decision, recipients) -> list[tuple[str, str]]:
    """For whom a decision on the merits is missing, as (page, sentence)."""
    if not rests_on_merits(decision):
        return []
    there = decided_on_merits(decision)
    words = _("%(agency)s: first write the decision on the merits, which is a form of the episode.")
    return [
        ("consent", words % {"agency": each.agency.name})
        for each in recipients
        if each.agency_id and each.agency_id != decision.originator_id and str(each.agency_id) not in there
    ]


def overridden(case, *, giving) -> dict:
    """Until which day each agency may be told of *case* by *giving* without consent: agency id → day.

    A decision on the merits was confirmed at the disclosure desk, is not to be looked at again before today, and its
    episode runs.
    """
    live = ConsentOverride.objects.filter(
        sheet__case=case,
        sheet__agency=giving,
        sheet__track__ended_at__isnull=True,
        ended_at__isnull=True,
        review_on__gte=timezone.localdate(),
    )
    return dict(live.order_by("review_on").values_list("agency", "review_on"))
