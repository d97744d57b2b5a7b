"""The plan about a person: its steps by pathway, a new step, a changed one, and the plan as a paper."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.documents_of_plan import plan_of
from cases.forms.plan import ChangeStepForm, PlanStepForm
from cases.models import Action
from cases.rules import action as rules
from cases.rules.track import may_plan
from cases.schemes import scheme_of
from cases.views.frame import find_case, reason_for
from cases.workflow.action import agree_action, change_action
from core import pdf
from core.recording import record
from partnership.access import permission
from partnership.post.press import moment_words
from partnership.roles import Permission
from partnership.views.doing import done, shown, typed


@require_safe
@permission(Permission.VIEW_CASE)
def plan(request, pk):
    """The steps that the member sees, under every pathway that the scheme has."""
    case = _find_case(request, pk)
    today = timezone.localdate()
    steps = list(
        Action.objects.visible_to(request.member)
        .filter(case=case)
        .exclude(pathway="")
        .select_related("agency", "member")
        .order_by("number")
    )
    for step in steps:
        step.urgency = rules.urgency(step, today)
        step.is_open = step.state in rules.UNFINISHED
    pathways = [
        {"words": words, "steps": [step for step in steps if step.pathway == code]}
        for code, words in scheme_of(case.panel).pathways
    ]
    context = {"case": case, "pathways": pathways, "may_plan": may_plan(request.member, case)}
    response = render(request, "cases/ppo/plan.html", context)
    consulted(request, case, reason=reason_for(request, case) or "managing", case_id=case.pk, things=steps)
    return response


@require_http_methods(["GET", "POST"])
@permission(Permission.MANAGE_CASE)
def add_step(request, pk):
    """Put a step into the plan: an action of its owner."""
    case = _find_case(request, pk)
    if not may_plan(request.member, case):
        raise PermissionDenied
    form = PlanStepForm(typed(request), scheme=scheme_of(case.panel), member=request.member)
    if form.is_valid() and done(form, agree_action, by=request.member, case=case, **form.cleaned_data):
        messages.success(request, _("The step is in the plan, and among the actions of its owner."))
        return redirect("cases:plan", case.pk)
    response = shown(request, "cases/ppo/add_step.html", {"form": form, "case": case})
    consulted(request, case, reason=reason_for(request, case) or "managing", case_id=case.pk)
    return response


@require_http_methods(["GET", "POST"])
@permission(Permission.MANAGE_CASE)
def change_step(request, pk):
    """Change a step of the plan; where somebody saved meanwhile, what was typed stands beside it."""
    steps = Action.objects.visible_to(request.member).exclude(pathway="")
    found = find_or_404(request, steps.select_related("case__panel", "agency", "member", "listing"), pk=pk)
    case = _find_case(request, found.case_id)
    if not rules.may_change_step(request.member, found):
        raise PermissionDenied
    form = ChangeStepForm(typed(request), scheme=scheme_of(case.panel), member=request.member, step=found)
    if form.is_valid() and done(
        form, change_action, by=request.member, action=found, seen=form.seen, **_with_own_member(found, form.changes)
    ):
        messages.success(request, _("The step is changed."))
        return redirect("cases:plan", case.pk)
    response = shown(request, "cases/ppo/change_step.html", {"form": form, "case": case, "number": found.number})
    consulted(request, found, reason=reason_for(request, case) or "managing", case_id=case.pk)
    return response


@require_safe
@permission(Permission.MAKE_DOCUMENTS)
def plan_paper(request, pk):
    """The plan as the member sees it, as PDF/UA-1, stamped for them; recorded before it leaves."""
    case = _find_case(request, pk)
    content = plan_of(request.member, case)
    record("plan.exported", by=request.member, thing=case, case_id=case.pk, panel_id=case.panel_id)
    said = _("Printed for %(who)s at %(when)s")
    said %= {"who": request.member.name, "when": moment_words(timezone.localtime())}
    headers = {"Content-Disposition": f'attachment; filename="{case.pk.hex[:8]}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(pdf.stamp(content, said), content_type="application/pdf", headers=headers)


def _with_own_member(step: Action, changes: dict) -> dict:
    """A person of the agency that had the step does not go along to another."""
    return changes if changes["agency"] == step.agency else changes | {"member": None}


def _find_case(request, pk):
    case = find_case(request, pk)
    if not scheme_of(case.panel).pathways:
        raise Http404
    return case
