"""The tools against anti-social behaviour that may be used on one case, and deciding on one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.consulting import consulted
from cases.forms.tool import ToolsForm, decision_form
from cases.models import Sheet, Tool
from cases.rules import tool as tools
from cases.rules import track as rules
from cases.schemes import scheme_of
from cases.schemes.asb_decisions import situation
from cases.views.frame import find_case, reason_for
from cases.views.writing import open_form, save_form
from cases.workflow import sheet as verbs
from partnership.access import permission
from partnership.roles import Permission

KIND = "tool"


@require_safe
@permission(Permission.VIEW_CASE)
def tool_list(request, pk):
    """Every tool for one day, agency and nation: those that may be used, and why the others may not."""
    case = _find_case(request, pk)
    sheets = _sheets(request, case)
    asked = ToolsForm(
        request.GET if "agency" in request.GET else None, member=request.member, initial=_usual(request, sheets)
    )
    offers = []
    if asked.is_bound and asked.is_valid():
        chosen = asked.cleaned_data
        known = situation(case, sheets, on=chosen["on"], agency=chosen["agency"], nation=chosen["nation"])
        offers = tools.offers(known)
    context = {"case": case, "form": asked, "offers": offers, "query": request.GET.urlencode()}
    status = 422 if asked.is_bound and not asked.is_valid() else 200
    response = render(request, "cases/asb/tools.html", context, status=status)
    consulted(request, case, reason=reason_for(request, case) or "managing", case_id=case.pk)
    return response


@require_http_methods(["GET", "POST"])
@permission(Permission.VIEW_CASE)
def decide(request, pk, code):
    """Write the decision on one tool, for the day, agency and nation in the address."""
    case = _find_case(request, pk)
    tool = Tool.objects.visible_to(request.member).filter(code=code).first()
    if tool is None:
        raise Http404
    asked = ToolsForm(request.GET, member=request.member)
    if not asked.is_valid():
        return redirect("cases:tools", case.pk)
    form_class = decision_form(tool)

    def make(data=None, initial=None):
        return form_class(data, initial=initial)

    def save(form):
        data = {**form.details, **asked.settled, "tool": tool.code}
        return verbs.write_sheet(by=request.member, case=case, kind=KIND, data=data)

    if request.method == "POST":
        writing = save_form(request, make, save, about=case, part=f"{KIND}:{code}")
        if writing.saved is not None:
            messages.success(request, _("The decision is recorded."))
            return redirect("cases:sheet", writing.saved.pk)
    else:
        writing = open_form(request, make, about=case, part=f"{KIND}:{code}")
    back = f"{reverse('cases:tools', args=[case.pk])}?{request.GET.urlencode()}"
    context = {"case": case, "tool": tool, "asked": asked.cleaned_data, "back": back}
    context |= {"writing": writing, "form": writing.form}
    response = render(request, "cases/asb/decide.html", context, status=writing.status)
    consulted(request, case, reason=reason_for(request, case) or "managing", case_id=case.pk)
    return response


def _find_case(request, pk):
    case = find_case(request, pk)
    kind = scheme_of(case.panel).sheet_kind(KIND)
    if kind is None or kind.page != "cases:tools":
        raise Http404
    if not rules.may_write_sheet(request.member, case, kind, rules.Part.in_case(request.member, case)):
        raise PermissionDenied
    return case


def _sheets(request, case) -> list[Sheet]:
    return list(Sheet.objects.visible_to(request.member).filter(case=case, track__isnull=True).in_order())


def _usual(request, sheets) -> dict:
    """Today, the member's own agency, and the nation of the last decision."""
    usual = {"on": timezone.localdate(), "agency": request.member.agency_id}
    decided = [sheet.data["nation"] for sheet in sheets if sheet.kind == KIND]
    return usual | ({"nation": decided[-1]} if decided else {})
