"""The tab “Consent” of the case page, and where a record begins."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.consulting import consulted
from cases.models import Party
from cases.views.frame import find_case, show_tab
from consent.forms.acts import PassOnForm
from consent.forms.begin import BeginForm
from consent.models import Consent, ConsentForm
from consent.rules.ends import phase, phase_words
from consent.rules.sight import may_begin
from consent.workflow.asking import note_not_sought, request_consent
from consent.workflow.ending import pass_on_withdrawal
from partnership.access import permission
from partnership.roles import Permission
from partnership.views.doing import done, typed


@require_safe
@permission(Permission.KEEP_CONSENT)
def consents(request, pk):
    """The own agency's records of this case; others' are not told of."""
    case = find_case(request, pk)
    rows = list(Consent.objects.visible_to(request.member).filter(case=case).with_whole().order_by("-created_at", "pk"))
    for row in rows:
        row.phase, row.shown_phase = phase(row), phase_words(row)
    form = ConsentForm.objects.for_panel(case.panel).first()
    context = {"consents": rows, "form_of_panel": form, "may_begin": bool(form) and may_begin(request.member, case)}
    return show_tab(request, case, "consent", "consent/case/_consents.html", context, things=rows)


@require_http_methods(["GET", "POST"])
@permission(Permission.KEEP_CONSENT)
def begin(request, pk):
    """Ask somebody on the case, or say why they are not asked."""
    case = find_case(request, pk)
    if not may_begin(request.member, case):
        raise PermissionDenied
    words = ConsentForm.objects.for_panel(case.panel).first()
    if words is None:
        messages.error(request, _("There is no consent form for this panel. An administrator can load one."))
        return redirect("consent:case_consents", case.pk)
    form = BeginForm(typed(request), case=case, member=request.member, form=words)
    made: list[Consent] = []
    if (
        form.is_bound
        and form.is_valid()
        and done(form, _begun, made, by=request.member, case=case, **form.cleaned_data)
    ):
        return redirect("consent:consent", made[0].pk)
    response = render(
        request, "consent/begin.html", {"case": case, "form": form, "words": words}, status=422 if form.errors else 200
    )
    consulted(request, case, reason="consent", case_id=case.pk, panel_id=case.panel_id)
    return response


@require_http_methods(["GET", "POST"])
@permission(Permission.KEEP_CONSENT)
def pass_on(request, pk):
    """Pass on that somebody takes consent back; the answer is the same whether there was one."""
    case = find_case(request, pk)
    if not request.member.may(Permission.KEEP_CONSENT, case.panel_id):
        raise PermissionDenied
    people = Party.objects.visible_to(request.member).filter(case=case, subject__isnull=False).current().in_order()
    form = PassOnForm(typed(request), people=people)
    given = {"by": request.member, "case": case}
    if form.is_bound and form.is_valid() and done(form, pass_on_withdrawal, **given, **form.typed):
        messages.success(request, _("It is passed on: whoever holds a consent of this person is told."))
        return redirect("consent:case_consents", case.pk)
    response = render(request, "consent/pass_on.html", {"case": case, "form": form}, status=422 if form.errors else 200)
    consulted(request, case, reason="consent", case_id=case.pk, panel_id=case.panel_id)
    return response


def _begun(made: list, *, by, case, party, way, not_sought_reason, words, track=None, language="en") -> None:
    where = {"by": by, "case": case, "party": party, "track": track, "language": language}
    if way == "ask":
        made.append(request_consent(**where))
    else:
        made.append(note_not_sought(reason=not_sought_reason, words=words, **where))
