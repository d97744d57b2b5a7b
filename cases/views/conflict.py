"""Members who are, or are close to, a person of a case: declared by themselves, marked and lifted by the desk."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.person import ConflictForm, InterestForm
from cases.models import Case, Conflict
from cases.rules import conflict as rules
from cases.views.frame import find_case, reason_for
from cases.workflow import conflict as verbs
from partnership.access import permission
from partnership.roles import Permission

SHOWN = 100


@permission(Permission.VIEW_CASE)
@require_http_methods(["GET", "POST"])
def declare(request, pk):
    """The member says that they are close to a person of the case, and does not see it any more."""
    case = find_case(request, pk)
    form = InterestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _took(
        form, lambda **typed: verbs.declare_conflict(by=request.member, case=case, **typed)
    ):
        messages.success(request, _("Thank you. The case is closed to you from now on; the coordinator knows."))
        return redirect("cases:list")
    response = render(
        request, "cases/conflict/declare.html", {"case": case, "form": form}, status=422 if form.is_bound else 200
    )
    consulted(request, case, reason=reason_for(request, case) or "interest", case_id=case.pk)
    return response


@permission(Permission.KEEP_CASE)
@require_http_methods(["GET", "POST"])
def conflicts(request, pk):
    """Who is kept from the case for being close to a person of it, whether they asked for it in vain; and one more."""
    case = _kept(request, pk)
    form = ConflictForm(request.POST if request.method == "POST" else None, panel=case.panel, but=request.member)
    if request.method == "POST" and _took(
        form, lambda **typed: verbs.mark_conflict(by=request.member, case=case, **typed)
    ):
        messages.success(request, _("Marked. They do not see the case from now on."))
        return redirect("cases:conflicts", pk)
    found = Conflict.objects.visible_to(request.member).filter(case=case).standing().with_attempts()
    found = list(found.select_related("member", "agency", "senior", "declared_by").order_by("declared_at"))
    context = {"case": case, "form": form, "conflicts": found, "was_tried": any(row.was_tried for row in found)}
    response = render(request, "cases/conflict/conflicts.html", context, status=422 if form.is_bound else 200)
    consulted(request, case, reason="supervision", case_id=case.pk, things=found)
    return response


@permission(Permission.KEEP_CASE)
@require_safe
def tried(request):
    """Cases that somebody who is kept from them asked for in vain, since the desk last looked."""
    found = Conflict.objects.visible_to(request.member).standing().with_attempts().filter(was_tried=True)
    rows = list(found.select_related("member", "case").order_by("declared_at")[:SHOWN])
    response = render(request, "cases/conflict/tried.html", {"rows": rows})
    consulted(request, reason="supervision", event="list.consulted", things=rows)
    return response


@permission(Permission.KEEP_CASE)
@require_POST
def looked(request, pk):
    """The desk has seen who asked in vain."""
    verbs.note_looked(by=request.member, case=_kept(request, pk))
    return redirect("cases:conflicts", pk)


@permission(Permission.KEEP_CASE)
@require_POST
def lift(request, pk):
    """Let somebody see the case again."""
    seen = Conflict.objects.visible_to(request.member).select_related("case__panel", "bar", "agency_bar")
    found = find_or_404(request, seen, pk=pk)
    try:
        verbs.lift_conflict(by=request.member, conflict=found, seen=found.version)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, _("Lifted."))
    return redirect("cases:conflicts", found.case_id)


def _kept(request, pk) -> Case:
    case = find_case(request, pk)
    if not rules.may_mark(request.member, case):
        raise PermissionDenied
    return case


def _took(form, verb) -> bool:
    """Whether *verb* took what was typed; what it refuses stands on the form."""
    if not form.is_valid():
        return False
    try:
        verb(**form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error if hasattr(error, "error_dict") else error.messages)
        return False
    return True
