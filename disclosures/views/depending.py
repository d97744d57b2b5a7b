"""Actions that may rest on what was corrected or recalled: listed, and looked at again."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.consulting import consulted
from audit.finding import find_or_404
from core.pages import Page
from disclosures.models import NoticeAction
from disclosures.rules import release as rules
from disclosures.workflow.depending import look_at_action
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import pressed


@require_safe
@permission(Permission.VIEW_CASE)
def notice_actions(request):
    """The actions of the own agency, and of the desk's panels, that are to be looked at again."""
    found = NoticeAction.objects.answered_for(request.member).waiting().joined()
    page = Page(found, ("notice__made_at", "action__number", "pk"), request)
    response = render(request, "disclosures/release/depending.html", {"page": page})
    consulted(
        request, None, event="actions.relisted", reason="own_action", things=[flagged.action for flagged in page.rows]
    )
    return response


@require_POST
@permission(Permission.VIEW_CASE)
def look_again(request, pk):
    """One of them was looked at."""
    found = NoticeAction.objects.visible_to(request.member).joined()
    flagged = find_or_404(request, found, pk=pk)
    if not rules.may_look_at(request.member, flagged):
        raise PermissionDenied
    pressed(request, _("Recorded."), look_at_action, by=request.member, flagged=flagged)
    return redirect("disclosures:notice_actions")
