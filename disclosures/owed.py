"""What members owe in this app, for the home page."""

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import ngettext

from core.home import Owed
from disclosures.models import Decision, Disclosure
from partnership.roles import Permission


def decisions(member) -> list[Owed]:
    """Decisions that wait for the liaison officer, emergency releases to review, and requests nobody answered."""
    if not member.may(Permission.DECIDE_DISCLOSURE):
        return []
    mine = Decision.objects.visible_to(member).exclude(requested_by=member).order_by()
    to_review = Q(state="decided", way="emergency", reviewed_at__isnull=True)
    silent = Q(state="decided", outcome="no_answer")
    found = mine.aggregate(
        waiting=Count("pk", filter=Q(state="waiting")),
        first=Min("due_at", filter=Q(state="waiting")),
        reviews=Count("pk", filter=to_review),
        review_due=Min("review_due_at", filter=to_review),
        silent=Count("pk", filter=silent),
    )
    url = reverse("disclosures:desk")
    return [
        Owed(
            what=ngettext("Request for information to decide", "Requests for information to decide", found["waiting"]),
            count=found["waiting"],
            due=found["first"],
            url=url,
            kind="decision",
        ),
        Owed(
            what=ngettext("Emergency release to review", "Emergency releases to review", found["reviews"]),
            count=found["reviews"],
            due=found["review_due"],
            url=url,
            kind="decision",
        ),
        Owed(
            what=ngettext(
                "Request that was not answered in time", "Requests that were not answered in time", found["silent"]
            ),
            count=found["silent"],
            due=None,
            url=url,
            kind="decision",
        ),
    ]


def requests(member) -> list[Owed]:
    """Requests begun and not sent; emergencies that ask for the own agency's information now."""
    if not member.may(Permission.ASK_DISCLOSURE):
        return []
    drafts = Disclosure.objects.visible_to(member).filter(requested_by=member, state=Disclosure.State.DRAFT)
    count = drafts.order_by().count()
    urgent = (
        Decision.objects.visible_to(member)
        .waiting()
        .filter(originator=member.agency_id, disclosure__urgency=Disclosure.Urgency.EMERGENCY)
        .exclude(requested_by=member)
        .order_by()
        .aggregate(count=Count("pk"), due=Min("due_at"))
    )
    url = reverse("disclosures:requests")
    return [
        Owed(
            what=ngettext("Request for information to send", "Requests for information to send", count),
            count=count,
            due=None,
            url=url,
            kind="decision",
        ),
        Owed(
            what=ngettext(
                "Emergency: information of your agency is asked for",
                "Emergencies: information of your agency is asked for",
                urgent["count"],
            ),
            count=urgent["count"],
            due=urgent["due"],
            url=url,
            kind="decision",
        ),
    ]
