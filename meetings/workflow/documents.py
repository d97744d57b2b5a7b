"""Documents: asked for by a member, made by the worker, kept encrypted, stamped for each reader."""

import hashlib
import io
import uuid
from datetime import timedelta

import pikepdf
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task
from weasyprint.urls import FatalURLFetchingError

from cases.models import Case, Entry
from core import pdf
from core.history import noting
from core.models import Key, StaleVersion
from core.recording import SystemActor, record
from core.stored import StoredFileDamaged, stored_files
from meetings import documents
from meetings.models import Document, Meeting
from meetings.rules import documents as rules
from meetings.rules.statement import is_central_signatory
from partnership.audience import AgencyItself

WORKER = SystemActor("document worker")
STOPPED_AFTER = timedelta(minutes=10)
MOST_ATTEMPTS = 3
State = Document.State


@transaction.atomic
def ask_document(*, by, meeting, kind: str, agency=None, seen: int | None = None) -> Document:
    """Queue a new version of a document; the worker makes it.  Returns the document.

    The whole documents are the desk's; an agency's may be asked for by its members and by the desk, and hold what
    the agency as such may see.  One that still waits to be made is given back instead of another; so is the newest
    where *seen* (the number of the newest that the asker's page showed) is older: a second click asks once.
    Recorded; refused where the meeting has not come so far, and for an agency outside the protocol's first tier.
    """
    if not rules.may_ask(by, meeting, kind, agency):
        raise PermissionDenied
    # Versions of one meeting's documents are numbered one after another.
    meeting = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("panel").get(pk=meeting.pk)
    if not rules.is_ripe(meeting, kind):
        raise ValidationError(_("This document can be made once the meeting has come so far."))
    if agency is not None and not is_central_signatory(agency):
        raise ValidationError(
            _("%(agency)s is not a tier 1 signatory of the information sharing protocol now.") % {"agency": agency.name}
        )
    versions = Document.objects.with_key().filter(meeting=meeting, kind=kind, agency=agency)
    last = versions.aggregate(last=Max("number"))["last"] or 0
    waiting = versions.filter(state=State.QUEUED, **({} if agency else {"asked_by": by})).order_by("-number").first()
    if waiting:
        return waiting
    if seen is not None and seen < last:
        return versions.get(number=last)
    document = Document(
        key=Key.objects.mint(Key.Kind.DOCUMENT), meeting=meeting, kind=kind, agency=agency, number=last + 1, asked_by=by
    )
    noting(document, by=by, reason="asked").save(force_insert=True)
    record(
        "document.asked",
        by=by,
        thing=document,
        panel_id=meeting.panel_id,
        detail={"kind": str(kind), "version": document.number},
    )
    # In the same transaction: a queue in the same database loses no task to a crash after the commit.
    make_document.enqueue(str(document.pk))
    return document


@task()
def make_document(document_id: str) -> None:
    """Make a queued document; where that fails the document says so and can be asked for again."""
    document = _claim(document_id)
    if document is None:
        return
    claimed = document.version
    try:
        content, facts, digest = _render(document)
        _keep(document, content, facts, digest)
    except StaleVersion:
        return  # taken for stopped, and begun again by another worker
    except (Exception, FatalURLFetchingError):  # the latter is no Exception
        _fail(document_id, claimed)
        raise


def read_document(*, by, document: Document) -> bytes:
    """The PDF with “Printed for NAME at …” on every page, as an export recorded before it leaves.

    Refused while it is not ready, and for a member of an agency that left the protocol's first tier.
    """
    if not Document.objects.visible_to(by).filter(pk=document.pk).exists():
        raise PermissionDenied
    if not rules.is_open_to(by, document):
        raise ValidationError(_("Your agency is not a tier 1 signatory of the information sharing protocol now."))
    if document.state != State.READY:
        raise ValidationError(_("This document is not ready."))
    content = stamped(document, by.name)
    record(
        "document.exported",
        by=by,
        thing=document,
        panel_id=document.meeting.panel_id,
        recipients=[{"kind": "member", "id": str(by.pk), "name": by.name, "address": by.email}],
        detail={"kind": document.kind, "version": document.number},
    )
    return content


def stamped(document: Document, printed_for: str) -> bytes:
    """The stored PDF, as it was made (`StoredFileDamaged` otherwise), stamped for *printed_for* now."""
    content = stored_files().read(document.key.material(), document.pk)
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise StoredFileDamaged(f"File {document.pk} is not the one that was made.")
    now = timezone.localtime()
    words = _("Printed for %(who)s at %(when)s") % {"who": printed_for, "when": pdf_moment(now)}
    return pdf.stamp(content, words)


def pdf_moment(moment) -> str:
    """A moment as a stamp writes it: 14:30, 21 November 2026."""
    from core.templatetags.confer import when

    return f"{moment:%H:%M}, {when(moment.date())}"


def reader_of(document: Document):
    """With whose eyes the facts are gathered: the agency's own, or the member's who asked."""
    if document.agency_id:
        return AgencyItself(document.agency, document.meeting.panel_id)
    return document.asked_by


def recover_documents(*, now=None) -> int:
    """By the clock: queue again what a stopped worker left being made, or a lost queue left waiting; how many.

    What stopped its worker three times has failed: it would stop it for ever.  A waiting document is given to the
    workers again every ten minutes at the most.
    """
    now = now or timezone.now()
    left = list(Document.objects.with_key().filter(state=State.MAKING, making_at__lt=now - STOPPED_AFTER))
    for document in left:
        try:
            if document.attempts >= MOST_ATTEMPTS:
                _fail(str(document.pk), document.version)
            else:
                _queue_again(document, now)
        except StaleVersion:
            continue  # the worker was only slow
    given = Q(making_at__lt=now - STOPPED_AFTER) | Q(making_at__isnull=True, created_at__lt=now - STOPPED_AFTER)
    waiting = list(Document.objects.filter(given, state=State.QUEUED).values_list("pk", flat=True))
    for pk in waiting:
        with transaction.atomic():
            Document.objects.filter(pk=pk, state=State.QUEUED).update(making_at=now)
            make_document.enqueue(str(pk))
    return len(left) + len(waiting)


@transaction.atomic
def _queue_again(document: Document, now) -> None:
    document.state, document.progress, document.making_at = State.QUEUED, 0, now
    noting(document, by=WORKER, reason="recovered").save_over(document.version)
    make_document.enqueue(str(document.pk))


def _find(document_id: str) -> Document:
    return (
        Document.objects.with_key()
        .select_related("meeting__panel", "meeting__chair", "agency", "asked_by__agency")
        .get(pk=document_id)
    )


def _claim(document_id: str) -> Document | None:
    """The document, now this worker's; nothing where another has it or it is done."""
    document = _find(document_id)
    if document.state != State.QUEUED:
        return None
    document.state, document.progress = State.MAKING, 10
    document.making_at, document.attempts = timezone.now(), document.attempts + 1
    try:
        noting(document, by=WORKER, reason="making").save_over(document.version)
    except StaleVersion:
        return None
    return document


def _render(document: Document) -> tuple[bytes, dict, str]:
    if document.agency is None and not rules.may_ask(document.asked_by, document.meeting, document.kind):
        raise PermissionDenied  # who asked left the desk in between
    facts = documents.facts_of(document, reader_of(document))
    title = documents.title_of(document)
    digest = pdf.content_digest(facts | {"title": title})
    _progress(document, 40)
    context = {
        "facts": facts,
        "document": document,
        "marking": documents.MARKING,
        "handling": documents.handling(),
        "version": str(document.number),
        "digest": digest,
    }
    content = pdf.render_pdf(documents.TEMPLATES[document.kind], context, title=title)
    _progress(document, 90)
    return content, facts, digest


def _progress(document: Document, percent: int) -> None:
    """Shown while one waits; neither history nor a version."""
    Document.objects.filter(pk=document.pk, version=document.version).update(progress=percent)


@transaction.atomic
def _keep(document: Document, content: bytes, facts: dict, digest: str) -> None:
    from meetings.workflow.dispatch import release_letters

    document.sha256, document.digest = hashlib.sha256(content).hexdigest(), digest
    document.state, document.progress, document.failure = State.READY, 100, ""
    document.made_at = timezone.now()
    with pikepdf.open(io.BytesIO(content)) as opened:
        document.pages = len(opened.pages)
    noting(document, by=WORKER, reason="made").save_over(document.version)
    document.cases.set(Case.objects.filter(pk__in=[uuid.UUID(pk) for pk in facts["cases"]]))
    document.entries.set(Entry.objects.filter(pk__in=[uuid.UUID(pk) for pk in facts["entries"]]))
    record(
        "document.made",
        by=WORKER,
        thing=document,
        panel_id=document.meeting.panel_id,
        things=[("cases.case", uuid.UUID(pk)) for pk in facts["cases"]],
        detail={"kind": document.kind, "version": document.number, "pages": document.pages},
    )
    release_letters(document)
    # Last, and only by whom the version check let through: what a worker wrote that stopped before its commit goes.
    stored_files().erase(document.pk)
    stored_files().write(document.key.material(), document.pk, content)


@transaction.atomic
def _fail(document_id: str, claimed: int) -> None:
    """Say on the document, *claimed* at that version, that it failed; letters that waited for it fail with it."""
    from meetings.workflow.dispatch import fail_letters

    fresh = _find(document_id)
    if fresh.state != State.MAKING or fresh.version != claimed:
        return
    fresh.state, fresh.failure = State.FAILED, str(_("The document could not be made. Ask for it again."))
    noting(fresh, by=WORKER, reason="failed").save_over(fresh.version)
    record(
        "document.failed",
        by=WORKER,
        thing=fresh,
        panel_id=fresh.meeting.panel_id,
        detail={"kind": fresh.kind, "version": fresh.number},
    )
    fail_letters(fresh)
