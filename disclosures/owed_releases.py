"""What members owe about releases, for the home page."""

import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from core.home import Owed
from disclosures.models import NoticeAction, NoticeReceipt, Release
from partnership.roles import Permission

State = Release.State
SOON = datetime.timedelta(days=7)


def received(member) -> list[Owed]:
    """What waits for the member's acknowledgement, is to be destroyed within a week, or was recalled or corrected."""
    if not member.may(Permission.ASK_DISCLOSURE):
        return []
    soon = timezone.localdate() + SOON
    waits = Q(state=State.WAITING) & ~Q(method="spoken")
    owed = Q(pk__in=Release.objects.unconfirmed().order_by().values("pk"), destroy_on__lte=soon)
    found = (
        Release.objects.of(member)
        .order_by()
        .aggregate(
            waiting=Count("pk", filter=waits),
            owed=Count("pk", filter=owed),
            due=Min("destroy_on", filter=owed),
        )
    )
    notices = NoticeReceipt.objects.told(member).waiting().order_by().count()
    url = reverse("disclosures:releases")
    return [
        Owed(
            what=ngettext("Release waiting for you", "Releases waiting for you", found["waiting"]),
            count=found["waiting"],
            due=None,
            url=url,
            kind="decision",
        ),
        Owed(
            what=ngettext("Release to destroy and confirm", "Releases to destroy and confirm", found["owed"]),
            count=found["owed"],
            due=found["due"],
            url=url,
            kind="decision",
        ),
        Owed(
            what=ngettext("Recall or correction to acknowledge", "Recalls or corrections to acknowledge", notices),
            count=notices,
            due=None,
            url=url,
            kind="decision",
        ),
    ]


def answered_for(member) -> list[Owed]:
    """Overdue confirmations of what left the member's agency or went to it, for its liaison officers."""
    if not member.may(Permission.DECIDE_DISCLOSURE):
        return []
    late = Release.objects.overdue().order_by().values("pk")
    others = Release.objects.visible_to(member).exclude(member=member).filter(pk__in=late)
    count = others.order_by().count()
    return [
        Owed(
            what=ngettext("Overdue confirmation of destruction", "Overdue confirmations of destruction", count),
            count=count,
            due=None,
            url=reverse("disclosures:releases") + "?show=overdue",
            kind="decision",
        )
    ]


def depending(member) -> list[Owed]:
    """Open actions of the member's agency that may rest on what was corrected or recalled."""
    if not member.may(Permission.DO_ACTION):
        return []
    flagged = NoticeAction.objects.visible_to(member).waiting().filter(action__agency_id=member.agency_id)
    count = flagged.order_by().values("action").distinct().count()
    return [
        Owed(
            what=ngettext("Action to look at again", "Actions to look at again", count),
            count=count,
            due=None,
            url=reverse("disclosures:notice_actions"),
            kind="action",
        )
    ]
