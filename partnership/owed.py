"""What an administrator, and every member for their own sign-in, owes on the home page."""

import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.home import Owed
from partnership.models import Agency, ExitTask, Joining, LiaisonPost, Protocol, RecoveryCode
from partnership.roles import Permission
from partnership.workflow.organisation import ending_signing_certificate

FEW_CODES = 3
REVIEW_WARNING = datetime.timedelta(days=60)


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


def protocol_owed(member) -> list[Owed]:
    """What the protocol asks of a liaison officer and of the register's keeper: answers, destruction, a late review."""
    keeps, decides = member.may(Permission.KEEP_REGISTER), member.may(Permission.DECIDE_DISCLOSURE)
    if not keeps and not decides:
        return []
    agencies = list(LiaisonPost.objects.deciding().filter(member=member).values_list("agency", flat=True))
    return [*_joinings(member, agencies), *_exits(member, agencies, keeps), *_reviews(member, keeps)]


def _joinings(member, agencies):
    own = Agency.objects.filter(pk=member.agency_id, legal_class=Agency.LegalClass.RESPONSIBLE).central()
    if member.agency_id not in agencies or not own.exists():
        return
    for joining in Joining.objects.visible_to(member).waiting_for([member.agency_id]).select_related("agency"):
        what = _("Say whether %(agency)s may become a partner") % {"agency": joining.agency.name}
        url = reverse("partnership:answer_joining", args=[joining.pk])
        yield Owed(what=what, count=1, due=None, url=url, kind="decision")


def _exits(member, agencies, keeps: bool):
    tasks = ExitTask.objects.visible_to(member).open().select_related("agency")
    for task in tasks if keeps else tasks.filter(agency__in=agencies):
        what = _("%(agency)s: destroy or return what was shared") % {"agency": task.agency.name}
        url = reverse("partnership:confirm_exit", args=[task.pk])
        yield Owed(what=what, count=1, due=task.due_on, url=url, kind="action")


def _reviews(member, keeps: bool):
    protocol = Protocol.objects.visible_to(member).in_force().first() if keeps else None
    if protocol and protocol.is_past_review(timezone.localdate() + REVIEW_WARNING):
        url = reverse("partnership:protocol", args=[protocol.pk])
        yield Owed(what=_("Review the protocol"), count=1, due=protocol.review_on, url=url, kind="setting")
