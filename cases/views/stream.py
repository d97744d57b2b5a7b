"""Passing something on from one stream of a case to another."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.stream import passing_form
from cases.rules import stream as rules
from cases.rules.track import find_track
from cases.views.frame import find_case, reason_for
from cases.workflow.stream import pass_on as verb
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import done, shown, typed


@require_http_methods(["GET", "POST"])
@permission(Permission.VIEW_CASE)
def pass_on(request, pk):
    """What exactly, to which stream and agency, on what ground, and whether the person was told."""
    track = find_or_404(request, find_track(request.member), pk=pk)
    move = track.kind_of.move(rules.PASS_ON)
    if move is None:
        raise Http404
    if not rules.may_pass_on(request.member, track):
        raise PermissionDenied
    case = find_case(request, track.case_id)
    form = passing_form(track, move)(typed(request), initial={"version": track.version}, move=move)
    if form.is_bound and form.is_valid():
        said = {name: value for name, value in form.said.items() if name != "reason"}
        if done(form, verb, by=request.member, track=track, seen=form.seen, **said):
            messages.success(request, _("Passed on: only your words, and nothing else of this stream."))
            return redirect("cases:case_management", case.pk)
        form.go_on_from(find_track(request.member).get(pk=pk).version)
    context = {"case": case, "move": move, "track": track, "form": form}
    response = shown(request, "cases/management/pass_on.html", context)
    consulted(request, track, reason=reason_for(request, case) or "managing", case_id=case.pk)
    return response
