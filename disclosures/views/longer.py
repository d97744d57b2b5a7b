"""A recipient asks to keep a release longer; the originator's liaison officer grants it (`warning.extend`) or not."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from audit.consulting import consulted
from disclosures.forms.release import ExtendForm
from disclosures.rules import release as rules
from disclosures.views.doing import done_as_typed
from disclosures.views.release import find
from disclosures.workflow import ending
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import pressed, shown, typed, whole_number


@permission(Permission.ASK_DISCLOSURE)
def ask_longer(request, pk):
    """Until when, and why."""
    found = find(request, pk)
    if not rules.may_ask_longer(request.member, found):
        raise PermissionDenied
    form = ExtendForm(typed(request), initial={"seen": found.version})
    if done_as_typed(form, ending.ask_longer, by=request.member, release=found):
        messages.success(request, _("You asked for more time. Until it is granted, the day stands."))
        return redirect("disclosures:release", pk=pk)
    response = shown(request, "disclosures/release/longer.html", {"form": form, "release": found})
    disclosure = found.decision.disclosure
    consulted(request, found, reason="release", case_id=disclosure.case_id, panel_id=disclosure.panel_id)
    return response


@require_POST
@permission(Permission.DECIDE_DISCLOSURE)
def refuse_longer(request, pk):
    """The day stands."""
    found = find(request, pk)
    seen = whole_number(request.POST.get("seen"))
    done = _("Refused: the recipient is told that the day stands.")
    pressed(request, done, ending.refuse_longer, by=request.member, release=found, seen=seen)
    return redirect("disclosures:release", pk=pk)
