"""What members owe in this app, for the home page."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import ngettext

from cases.schemes import codes_with
from consent.models import Consent
from core.home import Owed
from partnership.roles import Permission


def consents(member) -> list[Owed]:
    """The own agency's consents whose review is due, and those begun and not decided."""
    if not codes_with("consent") or not member.may(Permission.KEEP_CONSENT):
        return []
    own = Consent.objects.visible_to(member).filter(agency=member.agency_id).order_by()
    due = own.ending().aggregate(count=Count("pk"), due=Min("ends_on"))
    asked = own.filter(state=Consent.State.REQUESTED).count()
    url = reverse("consent:home")
    return [
        Owed(
            what=ngettext("Consent to renew", "Consents to renew", due["count"]),
            count=due["count"],
            due=due["due"],
            url=url,
            kind="consent",
        ),
        Owed(
            what=ngettext("Consent begun and not yet recorded", "Consents begun and not yet recorded", asked),
            count=asked,
            due=None,
            url=url,
            kind="consent",
        ),
    ]
