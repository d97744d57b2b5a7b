"""Sending: one letter per recipient, whose state is committed before and after the connection and never guessed.

A letter found in “sending” after a crash is “unknown” and is never sent again by itself.
"""

import datetime
import uuid
from dataclasses import dataclass, field
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from core import mail, pdf, smime
from core.history import noting
from core.models import Key
from core.recording import SystemActor, record
from meetings import letters
from meetings.models import Document, Letter, ResearchRequest
from meetings.rules import letters as rules
from meetings.workflow.documents import ask_document, stamped
from partnership.models import Agency, Member
from partnership.roles import Permission, Role

POST = SystemActor("mail worker")
BACK_OFF_MINUTES = (1, 5, 15, 60)
CRASHED_AFTER = datetime.timedelta(minutes=10)
State, Way = Letter.State, Letter.Way
KINDS = {"plan": Document.Kind.AGENCY_PLAN, "minutes": Document.Kind.AGENCY_MINUTES, "agenda": Document.Kind.AGENCY_AGENDA}


@dataclass
class Proposed:
    """One letter as it would be sent: shown, with its address, before anything is."""

    agency: Agency
    address: str
    way: str
    problems: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.agency.pk}:{self.address}"


def propose_letters(meeting) -> list[Proposed]:
    """A letter for every agency that was asked about the meeting, at its address for letters.

    Where an agency has none, its representatives on the panel are written to instead.
    """
    asked = ResearchRequest.objects.filter(meeting=meeting).values("agency")
    agencies = list(Agency.objects.filter(pk__in=asked).order_by("name"))
    representatives: dict = {}
    without = [agency.pk for agency in agencies if not agency.plan_address]
    for member in Member.objects.holding(Role.REPRESENTATIVE, panel=meeting.panel_id).filter(agency__in=without):
        representatives.setdefault(member.agency_id, []).append(member.email)
    proposed = []
    for agency in agencies:
        way = rules.best_way(agency)
        for address in [agency.plan_address] if agency.plan_address else representatives.get(agency.pk, [""]):
            proposed.append(Proposed(agency, address, way, rules.problems(agency, address, way)))
    return proposed


@transaction.atomic
def send_letters(*, by, meeting, kind: str, chosen: dict[str, str], batch: uuid.UUID) -> list[Letter]:
    """Queue one letter per chosen recipient, each with its agency's own document.

    *kind* is "plan", "minutes" or "agenda"; *chosen* maps `Proposed.name` to a way; *batch* is the form's own id, so
    that a double click sends once.  Refused as a whole, with every problem listed, where one letter may not leave.
    Each letter is recorded as a disclosure with its recipient.
    """
    if not by.may(Permission.SEND, meeting.panel_id):
        raise PermissionDenied
    already = list(Letter.objects.filter(batch=batch, meeting=meeting))
    if already:
        return already
    proposed = {letter.name: letter for letter in propose_letters(meeting)}
    if not chosen or not chosen.keys() <= proposed.keys():
        raise ValidationError(_("Select at least one of the recipients shown."))
    refusals = [
        sentence
        for name, way in chosen.items()
        for sentence in rules.problems(proposed[name].agency, proposed[name].address, way)
    ]
    if refusals:
        raise ValidationError(refusals)
    made: dict = {}
    queued = []
    for name, way in chosen.items():
        letter = proposed[name]
        if way != Way.NOTICE and letter.agency.pk not in made:
            made[letter.agency.pk] = ask_document(by=by, meeting=meeting, kind=KINDS[kind], agency=letter.agency)
        queued.append(
            _queue(by=by, meeting=meeting, document=made.get(letter.agency.pk), agency=letter.agency,
                   address=letter.address, way=way, batch=batch)
        )
    return queued


def release_letters(document: Document) -> None:
    """Enqueue the letters that waited for *document*."""
    for pk in Letter.objects.filter(document=document, state=State.QUEUED).values_list("pk", flat=True):
        send_letter.enqueue(str(pk))


@task()
def send_letter(letter_id: str) -> None:
    """Hand one queued letter over.  “Sending” is committed before the connection is opened."""
    letter = _claim(letter_id)
    if letter is None:
        return
    problems = rules.problems(letter.agency, letter.address, letter.way)
    if problems:
        _settle(letter, State.FAILED, " ".join(problems))
        return
    try:
        content, sender = _written(letter)
    except (ValueError, smime.SigningIdentityError):
        _settle(letter, State.FAILED, _("The letter could not be written."))
        raise
    _conclude(letter, mail.send(content, sender, letter.address))


@transaction.atomic
def decide_unknown(*, by, letter: Letter, arrived: bool, seen: int) -> Letter:
    """The coordinator settles a letter of which nobody knows: it arrived, or it is withdrawn."""
    return _decide(by=by, letter=letter, state=State.SENT if arrived else State.WITHDRAWN, seen=seen)


@transaction.atomic
def withdraw_letter(*, by, letter: Letter, seen: int) -> Letter:
    """Take back a letter that has not left."""
    return _decide(by=by, letter=letter, state=State.WITHDRAWN, seen=seen)


@transaction.atomic
def send_again(*, by, letter: Letter) -> Letter:
    """Send a new letter in place of one that failed, is unknown or was withdrawn; a second click changes nothing."""
    if not by.may(Permission.SEND, letter.meeting.panel_id):
        raise PermissionDenied
    if not rules.may_resend(letter):
        raise ValidationError(_("This letter is not one that is sent again."))
    replacement = Letter.objects.filter(replaces=letter).first()
    if replacement:
        return replacement
    way = letter.way if letter.way != Way.SMIME or letter.agency.usable_certificate() else Way.PDF
    refusals = rules.problems(letter.agency, letter.address, way)
    if refusals:
        raise ValidationError(refusals)
    if letter.state == State.UNKNOWN:
        _decide(by=by, letter=letter, state=State.WITHDRAWN, seen=letter.version)
    return _queue(by=by, meeting=letter.meeting, document=letter.document, agency=letter.agency,
                  address=letter.address, way=way, replaces=letter)


def show_passphrase(*, by, letter: Letter) -> str:
    """The passphrase of an encrypted PDF, to a signed-in member of the agency or the desk; recorded each time."""
    record("letter.passphrase_shown", by=by, thing=letter, panel_id=letter.meeting.panel_id,
           recipients=[{"kind": "member", "id": str(by.pk), "name": by.name, "address": by.email}])
    return letter.passphrase


def post_round(*, now=None) -> dict[str, int]:
    """By the clock: letters that crashed become unknown, those whose back-off ran out are tried again; counts."""
    now = now or timezone.now()
    crashed = list(Letter.objects.with_key().filter(state=State.SENDING, sending_at__lt=now - CRASHED_AFTER))
    for letter in crashed:
        _settle(letter, State.UNKNOWN, _("The connection was lost before the mail server answered."))
    due = Letter.objects.filter(state=State.QUEUED, next_attempt_at__lte=now)
    stranded = Letter.objects.filter(state=State.QUEUED, next_attempt_at__isnull=True,
                                     created_at__lt=now - CRASHED_AFTER, document__state=Document.State.READY)
    for pk in {*due.values_list("pk", flat=True), *stranded.values_list("pk", flat=True)}:
        send_letter.enqueue(str(pk))
    return {"unknown": len(crashed), "tried_again": due.count() + stranded.count()}


def _queue(*, by, meeting, document, agency, address, way, batch=None, replaces=None) -> Letter:
    pk, sender = uuid.uuid4(), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    letter = Letter(
        id=pk, key=Key.objects.mint(Key.Kind.DOCUMENT), meeting=meeting, document=document, agency=agency,
        address=address, way=way, queued_by=by, batch=batch, replaces=replaces,
        message_id=mail.message_id(pk, sender.rpartition("@")[2]),
        passphrase=pdf.new_passphrase() if way == Way.PDF else "",
    )
    noting(letter, by=by, reason="queued")
    try:
        with transaction.atomic():
            letter.save(force_insert=True)
    except IntegrityError:
        return Letter.objects.with_key().get(batch=batch, agency=agency, address=address)
    record("letter.queued", by=by, thing=letter, panel_id=meeting.panel_id, recipients=[_recipient(letter)],
           detail={"way": str(way), "document": str(document.pk) if document else ""})
    if document is None or document.state == Document.State.READY:
        transaction.on_commit(lambda: send_letter.enqueue(str(pk)))
    return letter


@transaction.atomic
def _claim(letter_id: str) -> Letter | None:
    letter = (
        Letter.objects.with_key()
        .select_related("meeting__panel", "agency", "document__key", "document__meeting__panel", "document__agency")
        .get(pk=letter_id)
    )
    if letter.state != State.QUEUED or (letter.document and letter.document.state != Document.State.READY):
        return None
    letter.state, letter.sending_at, letter.attempts = State.SENDING, timezone.now(), letter.attempts + 1
    letter.next_attempt_at = None
    noting(letter, by=POST, reason="sending").save_over(letter.version)
    return letter


def _written(letter: Letter) -> tuple[bytes, str]:
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    attachments = []
    if letter.way != Way.NOTICE:
        content = stamped(letter.document, letter.agency.name)
        if letter.way == Way.PDF:
            content = pdf.encrypt_pdf(content, letter.passphrase)
        attachments = [mail.Attachment(filename=f"confer-{letter.pk.hex[:8]}.pdf", content=content)]
    subject, body = letters.words_of(letter)
    message = mail.build_message(
        sender=sender, recipient=letter.address, subject=subject, body=body, message_id=letter.message_id,
        written_at=timezone.localtime(), sender_name="Confer", attachments=attachments,
    )
    if letter.way != Way.SMIME:
        return mail.message_bytes(message), sender
    identity = smime.signing_identity(settings.CONFER_KEYS, sender)
    sealed = smime.sign_and_encrypt(message, letter.agency.usable_certificate(), identity.key, identity.certificate,
                                    subject=subject)
    return sealed, sender


def _conclude(letter: Letter, outcome: mail.Outcome) -> None:
    if outcome.kind is mail.Outcomes.ACCEPTED:
        _settle(letter, State.SENT, "")
    elif outcome.kind is mail.Outcomes.UNKNOWN:
        _settle(letter, State.UNKNOWN, outcome.reason)
    elif outcome.may_be_retried and letter.attempts <= len(BACK_OFF_MINUTES):
        letter.next_attempt_at = timezone.now() + datetime.timedelta(minutes=BACK_OFF_MINUTES[letter.attempts - 1])
        _settle(letter, State.QUEUED, outcome.reason)
    else:
        _settle(letter, State.FAILED, outcome.reason)


@transaction.atomic
def _settle(letter: Letter, state: str, failure: str) -> None:
    letter.state, letter.failure = state, failure[:300]
    letter.settled_at = None if state == State.QUEUED else timezone.now()
    noting(letter, by=POST, reason=state).save_over(letter.version)
    record(f"letter.{state}" if state != State.QUEUED else "letter.deferred", by=POST, thing=letter,
           panel_id=letter.meeting.panel_id, recipients=[_recipient(letter)],
           things=[("meetings.document", letter.document_id)] if letter.document_id else [],
           detail={"way": letter.way, "attempts": letter.attempts})


def _decide(*, by, letter: Letter, state: str, seen: int) -> Letter:
    if not by.may(Permission.SEND, letter.meeting.panel_id):
        raise PermissionDenied
    if not rules.is_way(letter.state, state) or letter.state == State.SENDING:
        raise ValidationError(_("A letter that is “%(state)s” cannot be changed to that.")
                              % {"state": letter.get_state_display()})
    before, letter.state = letter.state, state
    letter.settled_at, letter.settled_by = timezone.now(), by
    noting(letter, by=by, reason=state).save_over(seen)
    record("letter.decided", by=by, thing=letter, panel_id=letter.meeting.panel_id, recipients=[_recipient(letter)],
           detail={"before": before, "after": state})
    return letter


def _recipient(letter: Letter) -> dict:
    return {"kind": "agency", "id": str(letter.agency_id), "name": letter.agency.name, "address": letter.address}


