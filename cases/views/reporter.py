"""Whether a panel is told who reported something."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from cases.forms.reporter import NamingForm, WithholdForm
from cases.models import Naming, Party
from cases.rules import reporters as rules
from cases.workflow import reporter as verbs
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import done, pressed


@require_http_methods(["GET", "POST"])
@permission(Permission.KEEP_CASE)
def reporter(request, pk):
    """Who the reporter is, whether the panel is told, and deciding that it is."""
    party = _find(request, pk)
    form = NamingForm(request.POST if request.method == "POST" else None)
    if (
        form.is_bound
        and form.is_valid()
        and done(form, verbs.name_reporter, by=request.member, party=party, **form.cleaned_data)
    ):
        messages.success(request, _("From now on the panel sees who reported it. Papers do not name them."))
        return redirect("cases:reporter", pk)
    namings = list(
        Naming.objects.visible_to(request.member)
        .filter(party=party)
        .select_related("named_by", "ended_by")
        .order_by("-named_at")
    )
    standing = next((naming for naming in namings if naming.ended_at is None), None)
    context = {"party": party, "case": party.case, "form": form, "namings": namings, "standing": standing}
    response = render(request, "cases/asb/reporter.html", context, status=422 if form.is_bound else 200)
    consulted(request, party, reason="supervision", case_id=party.case_id)
    return response


@require_POST
@permission(Permission.KEEP_CASE)
def withhold(request, pk):
    """Withhold again who reported it."""
    namings = Naming.objects.visible_to(request.member).select_related("key", "case__panel", "case__key", "party__case")
    naming = find_or_404(request, namings, pk=pk)
    form = WithholdForm(request.POST)
    seen = form.cleaned_data["version"] if form.is_valid() else 0
    said = _("From now on the panel reads “Reporter” again.")
    pressed(request, said, verbs.withhold_reporter, by=request.member, naming=naming, seen=seen)
    return redirect("cases:reporter", naming.party_id)


def _find(request, pk) -> Party:
    people = Party.objects.visible_to(request.member).filter(capacity=rules.REPORTER, case__isnull=False)
    party = find_or_404(request, people.select_related("key", "case__panel", "case__key"), pk=pk)
    if not rules.may_name(request.member, party):
        raise PermissionDenied
    return party
