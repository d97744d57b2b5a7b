"""A panel that hears people on their written consent: without it, what the merits decide is overridden, and no more."""

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Sheet
from cases.rules.merits import is_asked, merits_in_force
from disclosures.models import Decision, Disclosure
from disclosures.models.override import ConsentOverride
from disclosures.rules.request import may_tell
from disclosures.rules.resting import WITHOUT
from partnership.models import Agency


def rests_on_merits(decision) -> bool:
    """Whether *decision* shares, without consent, something of a case of such a panel."""
    case = decision.disclosure.case
    return case is not None and is_asked(case.panel) and decision.no_consent in WITHOUT


def decided_on_merits(decision) -> dict:
    """The originator's decisions on the merits by the id (text) of the agency that is to have it.

    Of what was put before its liaison officer the one that was put, while it stands.
    """
    if not rests_on_merits(decision):
        return {}
    disclosure = decision.disclosure
    if disclosure.way == Disclosure.Way.MERITS:
        return merits_put(disclosure)
    return merits_in_force(disclosure.case, giving=decision.originator_id)


def merits_put(disclosure) -> dict:
    """What was put forward with *disclosure*, while it stands, by the id (text) of who is to have it."""
    there = merits_in_force(disclosure.case, giving=disclosure.requested_by.agency_id)
    return {pk: sheet for pk, sheet in there.items() if sheet.pk == disclosure.sheet_id}


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


def named_by(disclosure) -> list[Agency]:
    """Who is to have what was put forward on its merits with *disclosure*; nobody for any other."""
    is_put = disclosure.way == Disclosure.Way.MERITS
    return list(Agency.objects.filter(pk__in=merits_put(disclosure))) if is_put else []


@dataclass(frozen=True)
class Standing:
    """How what *sheet* lets *agency* have on its merits stands: confirmed *until* a day, or it *waits*, or neither."""

    sheet: Sheet
    agency: Agency
    until: datetime.date | None
    waits: bool

    @property
    def is_open(self) -> bool:
        """Whether it is to be put before the liaison officer: neither confirmed nor waiting."""
        return self.until is None and not self.waits


def standings(member, case) -> list[Standing]:
    """The decisions on the merits, to share, that the agency of *member* took on *case* and *member* sees.

    Those that stand today, by the name of who is to have it.  No query on other panels.
    """
    if not is_asked(case.panel):
        return []
    there = merits_in_force(case, giving=member.agency_id)
    seen = set(Sheet.objects.visible_to(member).filter(case=case).values_list("pk", flat=True)) if there else set()
    agencies = Agency.objects.filter(pk__in=[pk for pk, sheet in there.items() if sheet.pk in seen]).order_by("name")
    if not agencies:
        return []
    confirmed, waiting = overridden(case, giving=member.agency_id), _waiting(case)
    sheets = ((there[str(agency.pk)], agency) for agency in agencies)
    return [Standing(sheet, each, confirmed.get(each.pk), sheet.pk in waiting) for sheet, each in sheets]


def may_put(member, case) -> bool:
    """Whether *member*, who sees *case*, may put what their agency decided before its liaison officer."""
    return may_tell(member, case)


def _waiting(case) -> set:
    put = Decision.objects.waiting().filter(disclosure__case=case, disclosure__way=Disclosure.Way.MERITS)
    return set(put.values_list("disclosure__sheet", flat=True))
