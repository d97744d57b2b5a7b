"""Letters as the receiving agency opens them: which document it is, its passphrase, the document itself."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from core.pages import Page
from meetings.models import Document, Letter
from meetings.rules import documents as document_rules
from meetings.workflow import letters as verbs
from partnership.access import permission
from partnership.post import rules
from partnership.roles import Permission


@require_GET
@permission(Permission.MAKE_DOCUMENTS)
def agency_letters(request):
    """What was sent to the member's agency, the newest first."""
    found = Letter.objects.visible_to(request.member).filter(
        agency_id=request.member.agency_id,
        state__in=[Letter.State.SENT, Letter.State.UNKNOWN],
        document__in=Document.objects.visible_to(request.member).order_by().values("pk"),
    )
    page = Page(found.select_related("document", "meeting__panel"), ("-created_at", "-pk"), request)
    response = render(request, "meetings/letters/agency_letters.html", {"page": page})
    consulted(request, request.member, event="letters.listed", reason="documents", things=page.rows)
    return response


@require_GET
@permission(Permission.MAKE_DOCUMENTS)
def agency_letter(request, pk):
    """One letter: which document it carries, and the way to open it."""
    letter = _find(request, pk)
    response = render(request, "meetings/letters/agency_letter.html", _context(request, letter))
    consulted(request, letter, reason="documents", panel_id=letter.meeting.panel_id)
    return response


@require_POST
@permission(Permission.MAKE_DOCUMENTS)
def show_passphrase(request, pk):
    """The passphrase, in this answer and no other; each showing is recorded."""
    letter = _find(request, pk)
    try:
        passphrase = verbs.show_passphrase(by=request.member, letter=letter)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("meetings:agency_letter", letter.pk)
    context = _context(request, letter) | {"passphrase": passphrase}
    response = render(request, "meetings/letters/agency_letter.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _find(request, pk) -> Letter:
    found = Letter.objects.visible_to(request.member).select_related(
        "meeting__panel", "agency", "document__key", "document__meeting__panel"
    )
    return find_or_404(request, found, pk=pk)


def _context(request, letter: Letter) -> dict:
    sees = Document.objects.visible_to(request.member).filter(pk=letter.document_id).exists()
    is_open = sees and document_rules.is_open_to(request.member, letter.document)
    return {
        "letter": letter,
        "document": letter.document,
        "meeting": letter.meeting,
        "may_open": is_open and letter.document.state == Document.State.READY,
        "may_show": is_open and rules.may_show_passphrase(letter),
        "is_outside": sees and not is_open,
        "is_own": letter.agency_id == request.member.agency_id,
    }
