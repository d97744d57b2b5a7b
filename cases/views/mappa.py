"""Whether a case is linked to MAPPA, for those who may know; for everybody else there is no such page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.mappa import MappaForm
from cases.models import MappaPointer
from cases.rules import mappa as rules
from cases.views.frame import reason_for, show_tab
from cases.workflow.mappa import set_mappa
from core.records import StaleVersion
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import place, typed


@require_safe
@permission(Permission.VIEW_CASE)
def mappa(request, pk):
    """Linked or not, at which level, and whom to ask."""
    case = _find(request, pk)
    pointer = _pointer(request, case)
    context = {"pointer": pointer, "may_set": rules.may_set(request.member, case)}
    return show_tab(request, case, "mappa", "cases/mappa/_mappa.html", context, things=[pointer] if pointer else [])


@require_http_methods(["GET", "POST"])
@permission(Permission.VIEW_CASE)
def change_mappa(request, pk):
    """Say it; where somebody said otherwise meanwhile, both stand on the page."""
    case = _find(request, pk)
    if not rules.may_set(request.member, case):
        raise PermissionDenied
    pointer, theirs = _pointer(request, case), None
    form = MappaForm(typed(request), case=case, pointer=pointer)
    if form.is_bound and form.is_valid():
        try:
            set_mappa(by=request.member, case=case, **form.said)
        except ValidationError as error:
            theirs = pointer if isinstance(error, StaleVersion) else None
            form.go_on_from(pointer.version if pointer else 0)
            place(form, error)
        else:
            messages.success(request, _("Saved. Only those see it who may."))
            return redirect("cases:case_mappa", case.pk)
    context = {"case": case, "form": form, "theirs": theirs}
    refused = form.is_bound and form.errors
    response = render(request, "cases/mappa/change.html", context, status=422 if refused else 200)
    things = [pointer] if pointer else []
    consulted(request, case, reason=reason_for(request, case) or "managing", case_id=case.pk, things=things)
    return response


def _find(request, pk):
    return find_or_404(request, rules.find_mappa_case(request.member), pk=pk)


def _pointer(request, case) -> MappaPointer | None:
    found = MappaPointer.objects.visible_to(request.member).filter(case=case)
    return found.select_related("key", "lead", "set_by").prefetch_related("named").first()
