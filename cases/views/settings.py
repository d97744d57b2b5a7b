"""The settings that a scheme lets a panel have: words and clocks of states, thresholds."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.finding import find_or_404
from cases.forms.settings import SchemeSettingsForm
from cases.rules.settings import is_settable
from cases.rules.tool import without_a_day
from cases.schemes import scheme_of, schemes
from cases.workflow.settings import save_scheme_settings
from partnership.access import permission
from partnership.models import Panel
from partnership.roles import Permission
from partnership.views.doing import done, shown, typed


@require_http_methods(["GET", "POST"])
@permission(Permission.KEEP_SETTINGS)
def scheme_settings(request, pk):
    """Words, meanings and review cycles of the panel's statuses, and its numbers."""
    panel = find_or_404(request, Panel.objects.visible_to(request.member), pk=pk)
    if panel.scheme not in schemes() or not is_settable(schemes()[panel.scheme]):
        raise Http404
    form = SchemeSettingsForm(typed(request), panel=panel, scheme=scheme_of(panel))
    if form.is_valid():
        said = {"settings": form.settings, "seen": form.cleaned_data["version"]}
        if done(form, save_scheme_settings, by=request.member, panel=panel, **said):
            messages.success(request, _("Saved."))
            return redirect("partnership:partnership")
    context = {"form": form, "panel": panel, "without_a_day": without_a_day(scheme_of(panel))}
    return shown(request, "cases/ppo/settings.html", context)
