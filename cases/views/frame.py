"""The frame of the case page: a tab is a whole page by itself, and the tab alone for htmx."""

from django.shortcuts import render

from audit.consulting import consulted
from audit.finding import find_or_404
from audit.reasons import ask_reason, remembered_reason
from cases.models import Case
from cases.rules.case import may_keep, road
from cases.tabs import tabs_of


def find_case(request, pk) -> Case:
    """The case, with what tells the member's road to it; 404 where it is not theirs to see."""
    return find_or_404(
        request, Case.objects.visible_to(request.member).with_road(request.member).select_related("panel"), pk=pk
    )


def reason_for(request, case) -> str:
    """Why the member looks at *case*: by their road, or as they answered; empty where it must be asked."""
    return road(case) or remembered_reason(request, case.pk)


def show_tab(request, case, current: str, template: str, context: dict, *, things=()):
    """Answer with tab *current*, drawn by *template*; asks for a reason first where no road applies.

    *things* are the rows shown; the consultation is written before the answer leaves.
    """
    reason = reason_for(request, case)
    if not reason:
        return ask_reason(request, case.pk)
    context |= {"case": case, "tabs": tabs_of(request.member, case, current), "tab_template": template}
    context["keeps"] = may_keep(request.member, case)
    alone = request.htmx and request.htmx.target == "case_tab"
    response = render(request, "cases/case/_case_tab.html" if alone else "cases/frame.html", context)
    consulted(request, case, reason=reason, case_id=case.pk, things=list(things))
    return response
