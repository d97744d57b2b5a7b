"""The register of an agency's decisions: filtered, a page at a time."""

import datetime

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from audit.consulting import consulted
from core.pages import Page
from disclosures.forms.register import RegisterForm
from disclosures.models import Decision
from partnership.access import permission
from partnership.models import Agency
from partnership.roles import Permission


@permission(Permission.DECIDE_DISCLOSURE)
def register(request):
    """The decisions of the agencies for which the member decides, the newest first; filters are sent by POST."""
    agencies = Agency.objects.visible_to(request.member).order_by("name")
    if request.method == "POST":
        form = RegisterForm(request.POST, agencies=agencies)
        if form.is_valid():
            return redirect(reverse("disclosures:register") + "?" + urlencode({"filter": form.opaque()}))
        wanted: dict = {}
    else:
        wanted = RegisterForm.plain(request.GET.get("filter", ""))
        form = RegisterForm(initial=_initial(wanted), agencies=agencies)
    found = Decision.objects.visible_to(request.member).select_related("disclosure__agency", "decided_by")
    page = Page(found.narrowed(wanted), ("-created_at", "-pk"), request)
    context = {"page": page, "form": form, "is_filtered": bool(wanted or form.errors)}
    context["filter"] = RegisterForm.sealed(**wanted) if wanted else ""
    response = render(request, "disclosures/register/register.html", context, status=422 if form.errors else 200)
    consulted(request, None, event="decisions.listed", reason="decision", things=page.rows)
    return response


def _initial(wanted: dict) -> dict:
    days = {name: datetime.date.fromisoformat(wanted[name]) for name in ("since", "until") if wanted.get(name)}
    return wanted | days
