"""The cohort of a panel about offenders, and the calendar of releases."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.consulting import consulted
from cases.rules import cohort as rules
from cases.rules.panels import sits_on_several
from core.pages import Page
from partnership.access import permission
from partnership.roles import Permission


@require_safe
@permission(Permission.VIEW_CASE)
def cohort(request):
    """Everybody whom the panel manages or may: RAG, statuses, who leads, what is reviewed next."""
    _must_have_a_panel(request)
    page = Page(rules.managements(request.member), ("since", "pk"), request)
    members = rules.cohort(request.member, page.rows)
    response = render(request, "cases/ppo/cohort.html", {"page": page, "members": members} | _named(request.member))
    consulted(request, None, event="tracks.listed", reason="managing", things=page.rows)
    return response


@require_safe
@permission(Permission.VIEW_CASE)
def release_calendar(request):
    """Who is released when, in the next twelve weeks, by month; who should have been released first."""
    _must_have_a_panel(request)
    today = timezone.localdate()
    found = rules.releases(request.member, until=rules.last_day(today))
    context = {
        "overdue": [release for release in found if release.on < today],
        "months": rules.by_month([release for release in found if release.on >= today]),
        "until": rules.last_day(today),
        "today": today,
    }
    response = render(request, "cases/ppo/releases.html", context | _named(request.member))
    consulted(request, None, event="tracks.listed", reason="managing", things=[release.track for release in found])
    return response


def _named(member) -> dict:
    """The name of the one panel that the page is about, or that each line names its own; neither for who has one."""
    panels = rules.cohort_panels(member)
    return {
        "panel_name": panels[0].name if len(panels) == 1 and sits_on_several(member) else "",
        "many_panels": len(panels) > 1,
    }


def _must_have_a_panel(request) -> None:
    if not rules.cohort_panels(request.member):
        raise Http404
