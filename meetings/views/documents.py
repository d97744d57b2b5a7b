"""The documents of a meeting: asked for, watched while they are made, downloaded."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.consulting import consulted
from audit.finding import find_or_404
from meetings.models import Document, Meeting
from meetings.rules import documents as rules
from meetings.rules import letters as letter_rules
from meetings.rules.agenda import central_agencies
from meetings.workflow import documents as verbs
from partnership.access import permission
from partnership.models import Agency
from partnership.roles import Permission
from partnership.views.doing import whole_number

Kind = Document.Kind
SHOWN_AT_MOST = 200


@dataclass
class Shelf:
    """All versions of one document that the member may see, the newest first."""

    kind: str
    agency: Agency | None
    may_ask: bool
    is_ripe: bool
    seen: int
    versions: list[Document] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.kind}-{self.agency.pk.hex[:8]}" if self.agency else self.kind

    @property
    def name(self) -> str:
        return str(Kind(self.kind).label)

    @property
    def newest(self) -> Document | None:
        return self.versions[0] if self.versions else None

    @property
    def ready(self) -> Document | None:
        return next((document for document in self.versions if document.state == Document.State.READY), None)

    @property
    def earlier(self) -> list[Document]:
        return [document for document in self.versions if document not in (self.newest, self.ready)]


@require_GET
@permission(Permission.MAKE_DOCUMENTS)
def documents(request, pk):
    """What was made of a meeting for the desk, or for the member's agency; polled while something is being made."""
    meeting = _find_meeting(request, pk)
    context = shelves_of(request.member, meeting)
    part = request.headers.get("HX-Request") and request.headers.get("HX-Target") == "_shelves"
    response = render(request, f"meetings/documents/{'_shelves' if part else 'documents'}.html", context)
    consulted(request, meeting, reason="documents", things=context["shown"], panel_id=meeting.panel_id)
    return response


@require_POST
@permission(Permission.MAKE_DOCUMENTS)
def ask_document(request, pk):
    """Ask for a new version; a second click of the same form asks once."""
    meeting = _find_meeting(request, pk)
    agency = None
    if request.POST.get("agency"):
        agency = find_or_404(request, Agency.objects.visible_to(request.member), pk=request.POST["agency"])
    seen = whole_number(request.POST["seen"]) if request.POST.get("seen") else None
    try:
        asked = verbs.ask_document(
            by=request.member, meeting=meeting, kind=request.POST.get("kind", ""), agency=agency, seen=seen
        )
    except ValidationError as refusal:
        for sentence in refusal.messages:
            messages.error(request, sentence)
    else:
        messages.success(
            request,
            _("%(document)s, version %(number)s, is being made.")
            % {"document": asked.get_kind_display(), "number": asked.number},
        )
    return redirect("meetings:documents", meeting.pk)


@require_GET
@permission(Permission.MAKE_DOCUMENTS)
def document_file(request, pk):
    """The PDF, stamped for whom and when; recorded before it leaves."""
    found = Document.objects.visible_to(request.member).select_related("meeting__panel", "agency")
    document = find_or_404(request, found, pk=pk)
    try:
        content = verbs.read_document(by=request.member, document=document)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("meetings:documents", document.meeting_id)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name(document)}"'
    response["Cache-Control"] = "no-store"
    return response


def file_name(document: Document) -> str:
    """A name that tells documents apart and names nobody: confer-plan-2-1a2b3c4d.pdf."""
    kind = document.kind.replace("_", "-")
    return f"confer-{kind}-{document.number}-{document.pk.hex[:8]}.pdf"


def shelves_of(member, meeting: Meeting) -> dict:
    """The page's context; a fixed number of queries, whatever was made."""
    desk = meeting.panel_id in member.desk_panels()
    found = Document.objects.visible_to(member).filter(meeting=meeting).select_related("agency", "asked_by")
    shown = list(found.order_by("-number", "-created_at")[:SHOWN_AT_MOST])
    by_shelf = defaultdict(list)
    for document in shown:
        by_shelf[document.kind, document.agency_id].append(document)
    last = {
        (row["kind"], row["agency"]): row["last"]
        for row in Document.objects.filter(meeting=meeting).values("kind", "agency").annotate(last=Max("number"))
    }
    agency = None if desk else member.agency
    kinds = [Kind.AGENDA, Kind.PLAN, Kind.MINUTES]
    if not desk:
        kinds = [Kind.AGENCY_AGENDA, Kind.AGENCY_PLAN, Kind.AGENCY_MINUTES]
    shelves = [_shelf(member, meeting, kind, agency, last, by_shelf) for kind in kinds]
    of_agencies = [d for d in shown if d.agency_id] if desk else []
    agencies = central_agencies(Agency.objects.visible_to(member).order_by("name")) if desk else []
    return {
        "meeting": meeting,
        "is_desk": desk,
        "shelves": shelves,
        "of_agencies": sorted(of_agencies, key=lambda d: (d.agency.name, d.kind, -d.number)),
        "agencies": agencies,
        "agency_kinds": [
            (kind.value, kind.label)
            for kind in (Kind.AGENCY_AGENDA, Kind.AGENCY_PLAN, Kind.AGENCY_MINUTES)
            if rules.is_ripe(meeting, kind)
        ],
        "underway": any(document.is_underway for document in shown),
        "may_send": member.may(Permission.SEND, meeting.panel_id),
        "sendable": [
            (name, words) for name, words in letter_rules.sendings() if rules.is_ripe(meeting, letter_rules.KINDS[name])
        ],
        "shown": shown,
    }


def _shelf(member, meeting, kind, agency, last, by_shelf) -> Shelf:
    key = (kind.value, agency.pk if agency else None)
    return Shelf(
        kind=kind.value,
        agency=agency,
        may_ask=rules.may_ask(member, meeting, kind, agency),
        is_ripe=rules.is_ripe(meeting, kind),
        seen=last.get(key, 0),
        versions=by_shelf[key],
    )


def _find_meeting(request, pk) -> Meeting:
    found = Meeting.objects.visible_to(request.member).select_related("panel")
    return find_or_404(request, found, pk=pk)
