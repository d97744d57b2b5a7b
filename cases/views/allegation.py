"""Who is said to have harmed whom beside the referral, and who is assessed to be the primary aggressor."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.person import AggressorForm, AllegeForm
from cases.models import AggressorAssessment, Case, CounterAllegation, Party
from cases.rules.case import may_keep
from cases.views.frame import find_case, reason_for
from cases.workflow import allegation as verbs
from partnership.access import permission
from partnership.models import Agency
from partnership.roles import Permission


@permission(Permission.VIEW_CASE)
@require_safe
def allegations(request, pk):
    """What is alleged between the people of a case, and how it was assessed."""
    return _show(request, find_case(request, pk))


@permission(Permission.KEEP_CASE)
@require_POST
def allege(request, pk):
    """Record who says that who harmed whom."""
    case = _kept(request, pk)
    form = _form(AllegeForm, request, case, request.POST)
    return _done(request, case, form, verbs.allege, allege_form=form)


@permission(Permission.KEEP_CASE)
@require_POST
def assess_aggressor(request, pk):
    """Record who is assessed to be the primary aggressor."""
    case = _kept(request, pk)
    form = _form(AggressorForm, request, case, request.POST)
    return _done(request, case, form, verbs.assess_aggressor, aggressor_form=form)


@permission(Permission.KEEP_CASE)
@require_POST
def withdraw(request, pk):
    """Take back what was recorded in error."""
    seen = CounterAllegation.objects.visible_to(request.member).select_related("case")
    found = find_or_404(request, seen, pk=pk)
    verbs.withdraw_allegation(by=request.member, allegation=found, seen=found.version)
    messages.success(request, _("Taken back."))
    return redirect("cases:allegations", found.case_id)


def _kept(request, pk) -> Case:
    case = find_case(request, pk)
    if not may_keep(request.member, case):
        raise PermissionDenied
    return case


def _form(kind, request, case, data=None):
    parties = list(Party.objects.visible_to(request.member).filter(case=case).current().in_order())
    agencies = Agency.objects.filter(partnership=case.panel.partnership_id).order_by("name")
    return kind(data, parties=parties, agencies=agencies)


def _done(request, case, form, verb, **forms):
    if form.is_valid():
        try:
            verb(by=request.member, case=case, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error if hasattr(error, "error_dict") else error.messages)
        else:
            messages.success(request, _("Recorded."))
            return redirect("cases:allegations", case.pk)
    return _show(request, case, **forms)


def _show(request, case, **bound):
    alleged = CounterAllegation.objects.visible_to(request.member).filter(case=case).standing()
    alleged = list(
        alleged.select_related("harmed__key", "against__key", "agency", "recorded_by").order_by("alleged_on")
    )
    assessed = AggressorAssessment.objects.visible_to(request.member).filter(case=case)
    assessed = list(assessed.select_related("party__key", "agency", "recorded_by").order_by("-assessed_on"))
    keeps = may_keep(request.member, case)
    kinds = {"allege_form": AllegeForm, "aggressor_form": AggressorForm} if keeps else {}
    context = {
        "case": case,
        "allegations": alleged,
        "assessments": assessed,
        "allege_form": None,
        "aggressor_form": None,
    }
    context |= {name: _form(kind, request, case) for name, kind in kinds.items()} | bound
    response = render(request, "cases/person/allegations.html", context, status=422 if bound else 200)
    reason = reason_for(request, case) or "supervision"
    consulted(request, case, reason=reason, case_id=case.pk, things=[*alleged, *assessed])
    return response
