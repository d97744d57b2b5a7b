"""Documents: asked for by a member, made by the worker, kept encrypted, stamped for each reader."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django_tasks import task

from cases.models import Case, Entry
from core.history import noting
from core.models import Key
from core.recording import record
from meetings import documents
from meetings.models import Document, Meeting
from meetings.rules import documents as rules
from meetings.rules.statement import is_central_signatory
from partnership.audience import AgencyItself
from partnership.post.press import Press, stamped

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


def reader_of(document: Document):
    """With whose eyes the facts are gathered: the agency's own, or the member's who asked."""
    if document.agency_id:
        return AgencyItself(document.agency, document.meeting.panel_id)
    return document.asked_by


class MeetingPress(Press):
    """The documents of meetings."""

    model = Document
    joins = ("meeting__panel", "meeting__chair", "agency", "asked_by__agency")

    def facts(self, document) -> dict:
        if document.agency is None and not rules.may_ask(document.asked_by, document.meeting, document.kind):
            raise PermissionDenied  # who asked left the desk in between
        return documents.facts_of(document, reader_of(document))

    def title(self, document) -> str:
        return documents.title_of(document)

    def template(self, document) -> str:
        return documents.TEMPLATES[document.kind]

    def handling(self, document) -> str:
        return documents.handling()

    def audit(self, document) -> dict:
        return {
            "panel_id": document.meeting.panel_id,
            "detail": {"kind": document.kind, "version": document.number},
        }

    def kept(self, document, facts: dict) -> dict:
        cases = [uuid.UUID(pk) for pk in facts["cases"]]
        document.cases.set(Case.objects.filter(pk__in=cases))
        document.entries.set(Entry.objects.filter(pk__in=[uuid.UUID(pk) for pk in facts["entries"]]))
        return {"things": [("cases.case", pk) for pk in cases]}

    def settled(self, document) -> None:
        from meetings.workflow.dispatch import fail_letters, release_letters

        (release_letters if document.state == State.READY else fail_letters)(document)


press = MeetingPress()


@task()
def make_document(document_id: str) -> None:
    """Make a queued document; where that fails the document says so and can be asked for again."""
    press.make(document_id)


press.task = make_document
recover_documents = press.recover
