"""Saying, as a second person, that a confidential address may leave."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from disclosures.views.decision import find
from disclosures.workflow.address import look_at_address
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import pressed, whole_number


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def look(request, pk):
    """The confidential address in a decision may go; said from its summary, of the version that was read."""
    seen = whole_number(request.POST.get("version"))
    decision = find(request, pk)
    done = _("Recorded: it may go. Another liaison officer decides.")
    pressed(request, done, look_at_address, by=request.member, decision=decision, seen=seen)
    return redirect("disclosures:decision_summary", pk=pk)
