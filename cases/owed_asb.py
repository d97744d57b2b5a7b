"""What agencies owe case reviews, for the home page."""

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import ngettext

from cases.rules import track as rules
from cases.schemes import scheme_of
from core.home import Owed
from partnership.roles import Permission


def recommendations(member) -> list[Owed]:
    """Recommendations of a case review that wait for an answer of the member's agency."""
    panels = [grant.panel for grant in member.grants if grant.panel and member.may(Permission.MANAGE_CASE, grant.panel)]
    if not any(scheme_of(panel).track_kind("recommendation") for panel in panels):
        return []
    waiting = rules.find_track(member).filter(kind="recommendation", state="made", is_managing=True, is_desk=False)
    found = waiting.running().order_by().aggregate(count=Count("pk"), due=Min("due_on"))
    what = ngettext("Recommendation to answer", "Recommendations to answer", found["count"])
    return [Owed(what=what, count=found["count"], due=found["due"], url=reverse("cases:tracks"), kind="decision")]
