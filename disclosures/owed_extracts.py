"""What members owe about extracts, for the home page."""

from django.urls import reverse
from django.utils.translation import ngettext

from core.home import Owed
from disclosures.models import ExtractHanding
from partnership.roles import Permission


def recalled(member) -> list[Owed]:
    """Extracts that were called back and that the member's agency, still a signatory or not, has to destroy."""
    if not member.may(Permission.READ_EXTRACT):
        return []
    count = ExtractHanding.objects.owed_by(member).order_by().count()
    return [
        Owed(
            what=ngettext("Recalled extract to destroy", "Recalled extracts to destroy", count),
            count=count,
            due=None,
            url=reverse("disclosures:extracts"),
            kind="decision",
        )
    ]
