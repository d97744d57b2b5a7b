"""Documents: asked for by a member, made by the worker, kept encrypted, stamped for each reader."""

import io
import uuid

import pikepdf
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from cases.models import Case
from core import pdf
from core.history import noting
from core.models import Key
from core.recording import SystemActor, record
from core.stored import stored_files
from meetings import documents
from meetings.models import Document, Letter
from meetings.rules import documents as rules
from partnership.audience import AgencyItself

WORKER = SystemActor("document worker")
State = Document.State


@transaction.atomic
def ask_document(*, by, meeting, kind: str, agency=None) -> Document:
    """Queue a new version of a document; the worker makes it.  Returns the document.

    The whole documents are the desk's; an agency's may be asked for by its members and by the desk, and hold what
    the agency as such may see.  Recorded; refused where the meeting has not come so far.
    """
    if not rules.may_ask(by, meeting, kind, agency):
        raise PermissionDenied
    if not rules.is_ripe(meeting, kind):
        raise ValidationError(_("This document can be made once the meeting has come so far."))
    last = Document.objects.filter(meeting=meeting, kind=kind, agency=agency).aggregate(last=Max("number"))["last"]
    document = Document(
        key=Key.objects.mint(Key.Kind.DOCUMENT), meeting=meeting, kind=kind, agency=agency, number=(last or 0) + 1,
        asked_by=by,
    )
    noting(document, by=by, reason="asked").save(force_insert=True)
    record("document.asked", by=by, thing=document, panel_id=meeting.panel_id,
           detail={"kind": str(kind), "version": document.number})
    transaction.on_commit(lambda: make_document.enqueue(str(document.pk)))
    return document


@task()
def make_document(document_id: str) -> None:
    """Make a queued document; where that fails the document says so and can be asked for again."""
    from meetings.workflow.dispatch import release_letters

    document = _claim(document_id)
    if document is None:
        return
    try:
        content, facts, digest = _render(document)
        _keep(document, content, facts, digest)
    except Exception:
        _fail(document)
        raise
    release_letters(document)


def read_document(*, by, document: Document, printed_for: str) -> bytes:
    """The PDF with “Printed for … at …” on every page, as an export recorded before it leaves."""
    if document.state != State.READY:
        raise ValidationError(_("This document is not ready."))
    record("document.exported", by=by, thing=document, panel_id=document.meeting.panel_id,
           recipients=[{"kind": "member", "id": str(by.pk), "name": by.name, "address": by.email}],
           detail={"kind": document.kind, "version": document.number})
    return stamped(document, printed_for)


def stamped(document: Document, printed_for: str) -> bytes:
    """The stored PDF, checked against its digest by the cipher, stamped for *printed_for* now."""
    content = stored_files().read(document.key.material(), document.pk)
    now = timezone.localtime()
    words = _("Printed for %(who)s at %(when)s") % {"who": printed_for, "when": now.strftime("%H:%M, %d.%m.%Y")}
    return pdf.stamp(content, words)


def reader_of(document: Document):
    """With whose eyes the facts are gathered: the agency's own, or the member's who asked."""
    if document.agency_id:
        return AgencyItself(document.agency, document.meeting.panel_id)
    return document.asked_by


def _find(document_id: str) -> Document:
    return (
        Document.objects.with_key()
        .select_related("meeting__panel", "meeting__chair", "agency", "asked_by__agency")
        .get(pk=document_id)
    )


@transaction.atomic
def _claim(document_id: str) -> Document | None:
    document = _find(document_id)
    if document.state != State.QUEUED:
        return None
    document.state, document.progress = State.MAKING, 10
    noting(document, by=WORKER, reason="making").save_over(document.version)
    return document


def _render(document: Document) -> tuple[bytes, dict, str]:
    facts = documents.facts_of(document, reader_of(document))
    digest = pdf.content_digest(facts)
    Document.objects.filter(pk=document.pk).update(progress=40)
    context = {"facts": facts, "document": document, "marking": documents.MARKING, "handling": documents.handling(),
               "version": str(document.number), "digest": digest}
    content = pdf.render_pdf(documents.TEMPLATES[document.kind], context, title=documents.title_of(document))
    Document.objects.filter(pk=document.pk).update(progress=90)
    return content, facts, digest


@transaction.atomic
def _keep(document: Document, content: bytes, facts: dict, digest: str) -> None:
    document.sha256 = stored_files().write(document.key.material(), document.pk, content)
    document.digest, document.state, document.progress = digest, State.READY, 100
    document.made_at = timezone.now()
    with pikepdf.open(io.BytesIO(content)) as opened:
        document.pages = len(opened.pages)
    noting(document, by=WORKER, reason="made").save_over(document.version)
    document.cases.set(Case.objects.filter(pk__in=[uuid.UUID(pk) for pk in facts["cases"]]))
    record("document.made", by=WORKER, thing=document, panel_id=document.meeting.panel_id,
           things=[("cases.case", uuid.UUID(pk)) for pk in facts["cases"]],
           detail={"kind": document.kind, "version": document.number, "pages": document.pages})


@transaction.atomic
def _fail(document: Document) -> None:
    """Say on the document that it failed; letters that waited for it fail with it."""
    fresh = _find(str(document.pk))
    fresh.state, fresh.failure = State.FAILED, str(_("The document could not be made. Ask for it again."))
    noting(fresh, by=WORKER, reason="failed").save_over(fresh.version)
    for letter in Letter.objects.with_key().filter(document=fresh, state=Letter.State.QUEUED):
        letter.state, letter.failure = Letter.State.FAILED, str(_("Its document could not be made."))
        letter.settled_at = timezone.now()
        noting(letter, by=WORKER, reason="failed").save_over(letter.version)


def recover_documents(*, now=None) -> int:
    """Queue again what a stopped worker left being made for more than ten minutes; how many."""
    from datetime import timedelta

    stale = (now or timezone.now()) - timedelta(minutes=10)
    left = list(
        Document.objects.with_key().filter(state=State.MAKING, history__history_change_reason="making",
                                           history__history_date__lt=stale).distinct()
    )
    for document in left:
        document.state, document.progress = State.QUEUED, 0
        noting(document, by=WORKER, reason="recovered").save_over(document.version)
        make_document.enqueue(str(document.pk))
    return len(left)
