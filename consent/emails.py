"""Notices of this app: that a record changed, with no word about whom or how."""

from django.urls import reverse
from django.utils.translation import gettext as _

from consent.models import Consent
from core.notices import notify
from partnership.models import Member
from partnership.roles import Permission, roles_with


def tell_keepers(consents: list[Consent]) -> None:
    """Tell who keeps consents for the agencies that asked that each of *consents* changed by another's hand."""
    for consent in consents:
        keepers = Member.objects.holding(*roles_with(Permission.KEEP_CONSENT), panel=consent.panel_id)
        notify(
            keepers.filter(agency=consent.agency_id).values_list("email", flat=True),
            subject=_("A record of your agency has changed"),
            body=_("A record that your agency keeps has changed. Please read it soon."),
            path=reverse("consent:consent", args=[consent.pk]),
        )
