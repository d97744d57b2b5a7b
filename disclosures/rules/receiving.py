"""Who could open a release at this instant: named to be chosen, by permission and standing."""

from django.db.models import Q

from cases.models import Bar
from disclosures.models import Disclosure
from disclosures.rules.merits import merits_put
from disclosures.rules.request import prepared
from partnership.models import Member, Signatory
from partnership.roles import Permission, roles_with


def receivers(panel, case=None):
    """The members who could open what is released about *case* on *panel* now, by agency and name.

    They may ask for information (who refers, and no more, may not open), their agency is a live tier-1 signatory or a
    guest for the case, and neither they nor it is kept away from the case.
    """
    found = Member.objects.holding(*roles_with(Permission.ASK_DISCLOSURE), panel=panel)
    found = found.filter(agency__in=Signatory.objects.reaching(case).values("agency"))
    if case is not None:
        bars = Bar.objects.live().filter(Q(case=case) | Q(referral__case=case) | Q(listing__case=case))
        found = found.exclude(agency__in=bars.filter(agency__isnull=False).values("agency"))
        found = found.exclude(pk__in=bars.filter(member__isnull=False).values("member"))
    return found.select_related("agency").order_by("agency__name", "name", "pk")


def receivers_of(disclosure: Disclosure):
    """Those of the agency that asked; where nobody asked, those of the agencies to which it went before.

    All of them trained, declared and vetted, or designated.  Of what was decided on the merits, those
    of the agency that the decision names and nobody else.
    """
    found = prepared(receivers(disclosure.panel, disclosure.case_id), disclosure.panel_id)
    if disclosure.way == Disclosure.Way.MERITS:
        return found.filter(agency__in=list(merits_put(disclosure)))
    if disclosure.agency_id:
        return found.filter(agency=disclosure.agency_id)
    return found.filter(
        agency__in=disclosure.decisions.filter(recipients__agency__isnull=False).values("recipients__agency")
    )
