"""Pages of the frame: home, health, and the answers when something goes wrong."""

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import home as home_registry
from partnership.access import permission, public
from partnership.roles import Permission


@require_safe
@permission(Permission.OWN_ACCOUNT)
def home(request):
    """What do I owe, by when; each app says its own (`core.home`)."""
    owed = home_registry.owed_by(request.member)
    groups = [
        {"title": _("Overdue"), "rows": [row for row in owed if row.is_overdue]},
        {"title": _("Today"), "rows": [row for row in owed if row.is_today and not row.is_overdue]},
        {"title": _("Coming up"), "rows": [row for row in owed if row.due and not (row.is_overdue or row.is_today)]},
        {"title": _("Without a date"), "rows": [row for row in owed if row.due is None]},
    ]
    return render(request, "home.html", {"owed": owed, "groups": [group for group in groups if group["rows"]]})


@require_safe
@public
def healthz(request):
    """Whether this process can reach its database; for the proxy and the monitor, with nothing else in it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


def bad_request(request, exception=None):
    """400: the request could not be read."""
    return render(request, "400.html", status=400)


def refused(request, exception=None):
    """403: the member may see the place but not do this."""
    return render(request, "403.html", status=403)


def csrf_refused(request, reason=""):
    """403 for a form whose token is missing or stale; says what to do, not why."""
    return render(request, "403_csrf.html", status=403)


def not_found(request, exception=None):
    """404: nothing here, or nothing for this member; the answer is the same."""
    return render(request, "404.html", status=404)


def broken(request):
    """500, drawn without request, member or database: they may be what is broken."""
    return HttpResponse(render_to_string("500.html"), status=500)
