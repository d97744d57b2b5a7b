"""What an administrator, and every member for their own sign-in, owes on the home page."""

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from core.home import Owed
from partnership.models import Agency, RecoveryCode
from partnership.roles import Permission
from partnership.workflow.organisation import ending_signing_certificate

FEW_CODES = 3


def settings_owed(member) -> list[Owed]:
    """Certificates that run out, the installation's own too, for those who keep settings; new recovery codes, for those
    who have few left."""
    owed = []
    left = RecoveryCode.objects.filter(member=member).aggregate(
        left=Count("pk", filter=Q(used_at__isnull=True)), made=Count("pk")
    )
    if left["made"] and left["left"] < FEW_CODES:
        url = reverse("partnership:recovery_codes")
        owed.append(Owed(what=_("Make new recovery codes: few are left"), count=1, due=None, url=url, kind="setting"))
    if member.may(Permission.KEEP_SETTINGS):
        ending = (
            Agency.objects.visible_to(member)
            .with_ending_certificates()
            .aggregate(count=Count("pk"), first=Min("certificate_expires_at"))
        )
        owed.append(
            Owed(
                what=_("Certificates that run out or have run out"),
                count=ending["count"],
                due=ending["first"],
                url=reverse("partnership:agencies"),
                kind="setting",
            )
        )
        if certificate := ending_signing_certificate():
            owed.append(
                Owed(
                    what=_("Confer’s own signing certificate runs out or has run out"),
                    count=1,
                    due=certificate.not_after,
                    url=reverse("partnership:partnership"),
                    kind="setting",
                )
            )
    return owed
