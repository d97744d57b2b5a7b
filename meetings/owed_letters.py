"""What members owe, or should know of, about letters: for the home page."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from core.home import Owed
from meetings.models import Document, Letter
from partnership.roles import Permission

NEW_FOR = datetime.timedelta(days=7)


def decisions(member) -> list[Owed]:
    """Letters that failed or are unknown, for those who send.  One query."""
    panels = member.panels_with(Permission.SEND)
    if not panels:
        return []
    count = Letter.objects.visible_to(member).to_decide().filter(meeting__panel_id__in=panels).order_by().count()
    return [
        Owed(
            what=ngettext("Letter that failed or is unknown", "Letters that failed or are unknown", count),
            count=count,
            due=None,
            url=reverse("meetings:letters") + "?show=decide",
            kind="decision",
        )
    ]


def received(member) -> list[Owed]:
    """Documents sent to the member's agency within a week that the member may open.  One query."""
    if not member.may(Permission.MAKE_DOCUMENTS):
        return []
    found = Letter.objects.visible_to(member).filter(
        agency_id=member.agency_id,
        state=Letter.State.SENT,
        settled_at__gt=timezone.now() - NEW_FOR,
        document__in=Document.objects.visible_to(member).order_by().values("pk"),
    )
    count = found.order_by().values("document").distinct().count()
    return [
        Owed(
            what=ngettext("Document newly sent to your agency", "Documents newly sent to your agency", count),
            count=count,
            due=None,
            url=reverse("meetings:agency_letters"),
            kind="letter",
        )
    ]
