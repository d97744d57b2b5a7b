"""What members owe in this app, for the home page."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import ngettext

from cases.schemes import codes_with
from core.home import Owed
from disclosures.models import ConsentOverride, Decision, Disclosure
from disclosures.rules.decision import soon
from partnership.roles import Permission


def decisions(member) -> list[Owed]:
    """Decisions that wait for the liaison officer, emergency releases to review, and requests nobody answered."""
    if not member.may(Permission.DECIDE_DISCLOSURE):
        return []
    mine = Decision.objects.visible_to(member).exclude(requested_by=member).order_by()
    waiting = mine.waiting().aggregate(count=Count("pk"), due=Min("due_at"))
    reviews = mine.to_review().aggregate(count=Count("pk"), due=Min("review_due_at"))
    silent = mine.decided().filter(outcome="no_answer").count()
    url = reverse("disclosures:desk")
    return [
        Owed(
            what=ngettext("Request for information to decide", "Requests for information to decide", waiting["count"]),
            count=waiting["count"],
            due=waiting["due"],
            url=url,
            kind="decision",
        ),
        Owed(
            what=ngettext("Emergency release to review", "Emergency releases to review", reviews["count"]),
            count=reviews["count"],
            due=reviews["due"],
            url=url,
            kind="decision",
        ),
        Owed(
            what=ngettext("Request that was not answered in time", "Requests that were not answered in time", silent),
            count=silent,
            due=None,
            url=url,
            kind="decision",
        ),
    ]


def overrides(member) -> list[Owed]:
    """Overrides of consent whose day to be looked at again is near, on panels that ask people for consent."""
    asking = codes_with("consent")
    granted = [grant.panel for grant in member.grants if grant.panel is None or grant.panel.scheme in asking]
    if not granted or not member.may(Permission.DECIDE_DISCLOSURE):
        return []
    due = ConsentOverride.objects.visible_to(member).to_look_at(soon()).order_by()
    found = due.aggregate(count=Count("decision", distinct=True), due=Min("review_on"))
    return [
        Owed(
            what=ngettext(
                "Override of consent to look at again", "Overrides of consent to look at again", found["count"]
            ),
            count=found["count"],
            due=found["due"],
            url=reverse("disclosures:desk"),
            kind="decision",
        )
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
        .first_ones()
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
