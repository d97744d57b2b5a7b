"""The confidentiality statement: read and signed for one meeting; its versions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from audit.finding import find_or_404
from meetings.forms.statement import SignForm, StatementForm
from meetings.models import Agreement, Statement
from meetings.rules import statement as rules
from meetings.views.gate import find_meeting
from meetings.workflow.statement import filled, sign_statement, statement_to_sign, write_statement
from partnership.access import permission
from partnership.models import Panel
from partnership.roles import Permission
from partnership.rules import is_authorised


@permission(Permission.ATTEND)
def statement(request, pk):
    """The statement of a meeting: to be signed, or as it was signed."""
    meeting = find_meeting(request, pk)
    agreement = Agreement.objects.filter(meeting=meeting, member=request.member).select_related("statement").first()
    shown = agreement.statement if agreement else statement_to_sign(meeting.panel)
    form = SignForm(request.POST or None, initial={"number": shown.number, "mode": "room"})
    if request.method == "POST" and agreement is None and form.is_valid():
        try:
            sign_statement(
                by=request.member, meeting=meeting, number=form.cleaned_data["number"], mode=form.cleaned_data["mode"]
            )
            return redirect("meetings:live", pk=meeting.pk)
        except ValidationError as refused:
            form.add_error(None, refused)
    if request.method == "POST" and agreement is not None:
        return redirect("meetings:live", pk=meeting.pk)
    context = {
        "meeting": meeting,
        "agreement": agreement,
        "statement": shown,
        "form": form,
        "blocks": blocks(filled(shown.text, meeting.panel)),
        "observes": agreement is None and rules.has_signed_as_observer(request.member, meeting),
        "authorised": agreement is not None or is_authorised(request.member, meeting.panel_id),
        "signable": rules.is_signable(meeting),
        "is_the_day": rules.is_the_day(meeting),
        "signatory": agreement is not None or rules.is_expected(request.member.agency, meeting),
    }
    return render(request, "meetings/statement/sign.html", context, status=422 if form.errors else 200)


@permission(Permission.KEEP_SETTINGS)
def statements(request, pk):
    """The versions of a panel's statement, and the form to put a new one in force."""
    panel = find_or_404(request, Panel.objects.visible_to(request.member).select_related("partnership"), pk=pk)
    versions = list(
        Statement.objects.visible_to(request.member).filter(panel=panel).select_related("made_by").order_by("-number")
    )
    standing = versions[0] if versions else statement_to_sign(panel)
    form = StatementForm(
        request.POST or None, initial={"seen": len(versions) and standing.number, "text": standing.text}
    )
    if request.method == "POST" and form.is_valid():
        try:
            written = write_statement(by=request.member, panel=panel, **form.cleaned_data)
            messages.success(request, _("Version %(number)s is in force.") % {"number": written.number})
            return redirect("meetings:statements", pk=panel.pk)
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {
        "panel": panel,
        "versions": versions,
        "form": form,
        "blocks": blocks(filled(standing.text, panel)),
        "standing": standing,
    }
    return render(request, "meetings/statement/versions.html", context, status=422 if form.errors else 200)


def blocks(text: str) -> list[dict]:
    """*text* as paragraphs and lists: ``{"lines": […], "is_list": bool}``, in order."""
    found: list[dict] = []
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        for line in filter(None, (line.strip() for line in paragraph.split("\n"))):
            is_point = line.startswith("* ")
            words = line.removeprefix("* ")
            if is_point and found and found[-1]["is_list"]:
                found[-1]["lines"].append(words)
            else:
                found.append({"is_list": is_point, "lines": [words]})
    return found
