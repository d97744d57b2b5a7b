"""Asking why, where no road says it; the answer is remembered for this case until the member signs out."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.recording import declared_reasons

ASKABLE = ("duty", "supervision", "referral", "research", "rights_request")
REMEMBERED = "audit_reasons"
AT_MOST = 50  # cases in one session


def _askable() -> list:
    words = declared_reasons()
    return [(code, words[code]) for code in ASKABLE]


class ReasonForm(Form):
    """Why a member opens a case to which nothing on their list leads."""

    reason = forms.ChoiceField(
        label=_("Why do you need to open this case?"),
        widget=forms.RadioSelect,
        choices=_askable,
        error_messages={"required": _("Choose why you need to open this case.")},
    )
    case = forms.UUIDField(widget=forms.HiddenInput)
    then = forms.CharField(widget=forms.HiddenInput, max_length=500)


def remembered_reason(request: HttpRequest, case_id) -> str:
    """The reason that this session gave for this case; empty where it was not asked yet."""
    return request.session.get(REMEMBERED, {}).get(str(case_id), "")


def remember_reason(request: HttpRequest, case_id, reason: str) -> None:
    """Keep *reason* for this case in this session, in place of the oldest where there are many."""
    reasons = request.session.get(REMEMBERED, {})
    reasons.pop(str(case_id), None)
    reasons[str(case_id)] = reason
    request.session[REMEMBERED] = dict(list(reasons.items())[-AT_MOST:])


def ask_reason(request: HttpRequest, case_id) -> HttpResponse:
    """The page that asks, in place of the case; the answer leads back to this address."""
    form = ReasonForm(initial={"case": case_id, "then": request.get_full_path()})
    return reason_page(request, form)


def reason_page(request: HttpRequest, form: ReasonForm, status: int = 200) -> HttpResponse:
    """The question as a whole page, or alone for htmx."""
    name = "audit/_reason.html" if request.headers.get("HX-Request") else "audit/reason.html"
    hint = _("Nothing on your list leads to it. Your answer is recorded, and not asked again until you sign out.")
    return render(request, name, {"form": form, "hint": hint}, status=status)
