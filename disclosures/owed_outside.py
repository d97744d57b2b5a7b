"""What members owe to requests from outside, for the home page: each is told of what they may know of, and no more."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import ngettext

from core.home import Owed
from disclosures.models import Answer, Consultation, OutsideRequest
from partnership.roles import Permission


def outside_requests(member) -> list[Owed]:
    """Requests from outside that the member handles, and answers that wait for their second check."""
    if not member.may(Permission.HANDLE_OUTSIDE_REQUESTS):
        return []
    mine = OutsideRequest.objects.visible_to(member).open().filter(handler_id=member.pk)
    found = mine.order_by().aggregate(count=Count("pk"), due=Min("due_on"))
    waiting = Answer.objects.visible_to(member).filter(
        offered_at__isnull=False, checked_at__isnull=True, returned_at__isnull=True
    )
    checks = waiting.exclude(drafted_by=member).order_by().count()
    url = reverse("disclosures:outsides")
    return [
        Owed(
            what=ngettext("Request from outside to answer", "Requests from outside to answer", found["count"]),
            count=found["count"],
            due=found["due"],
            url=url,
            kind="decision",
        ),
        Owed(
            what=ngettext("Answer to check as the second person", "Answers to check as the second person", checks),
            count=checks,
            due=None,
            url=url,
            kind="decision",
        ),
    ]


def consultations(member) -> list[Owed]:
    """Consultations that wait for the member’s agency."""
    if not member.may(Permission.DECIDE_DISCLOSURE):
        return []
    waiting = Consultation.objects.to_answer(member).waiting().order_by()
    found = waiting.aggregate(count=Count("pk"), due=Min("due_on"))
    return [
        Owed(
            what=ngettext("Consultation to answer", "Consultations to answer", found["count"]),
            count=found["count"],
            due=found["due"],
            url=reverse("disclosures:consultations"),
            kind="decision",
        )
    ]
