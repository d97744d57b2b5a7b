"""Sending: one letter per recipient, whose state is committed before and after the connection and never guessed.

A letter found in “sending” after a crash is “unknown” and is never sent again by itself.
"""

import datetime
import uuid
from email.utils import parseaddr

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from core import mail, pdf, smime
from core.history import noting
from core.models import StaleVersion
from core.recording import SystemActor, record
from meetings import letters
from meetings.models import Document, Letter, Meeting
from meetings.rules import letters as rules
from meetings.workflow.documents import stamped

POST = SystemActor("mail worker")
CRASHED_AFTER = datetime.timedelta(minutes=10)
AT_ONCE = 200
State, Way = Letter.State, Letter.Way
MINUTES = (Document.Kind.MINUTES, Document.Kind.AGENCY_MINUTES)


@task()
def send_letter(letter_id: str) -> None:
    """Hand one queued letter over.  “Sending” is committed before the connection is opened.

    What stood in the way of queueing is asked once more: domain, protocol, certificate, and what the document holds.
    """
    letter = _claim(letter_id)
    if letter is None:
        return
    problems = rules.problems(letter.agency, letter.address, letter.way) or rules.closed_content(letter)
    if problems:
        _settle(letter, State.FAILED, " ".join(problems))
        return
    try:
        content, sender = _written(letter)
    except Exception:  # nothing was handed over: whatever it was, the letter failed
        _settle(letter, State.FAILED, _("The letter could not be written."))
        raise
    _conclude(letter, mail.send(content, sender, letter.address))


def enqueue(letter: Letter, *, now=None) -> None:
    """Give *letter* to the workers; neither history nor a version."""
    Letter.objects.filter(pk=letter.pk).update(enqueued_at=now or timezone.now())
    send_letter.enqueue(str(letter.pk))


def release_letters(document: Document) -> None:
    """Enqueue the letters that waited for *document*."""
    for letter in Letter.objects.filter(document=document, state=State.QUEUED):
        enqueue(letter)


def fail_letters(document: Document) -> None:
    """Let the letters that waited for *document* fail with it."""
    for letter in _joined().filter(document=document, state=State.QUEUED):
        _settle(letter, State.FAILED, _("Its document could not be made."))


def post_round(*, now=None) -> dict[str, int]:
    """By the clock: letters that crashed become unknown, those whose back-off ran out are tried again; counts.

    A letter that was given to the workers is not given again for ten minutes: a stopped worker is no reason to fill
    the queue.
    """
    now = now or timezone.now()
    unknown = 0
    for letter in _joined().filter(state=State.SENDING, sending_at__lt=now - CRASHED_AFTER)[:AT_ONCE]:
        try:
            _settle(letter, State.UNKNOWN, _("The connection was lost before the mail server answered."))
            unknown += 1
        except StaleVersion:
            continue  # its worker was only slow
    due = Letter.objects.filter(
        Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now),
        Q(enqueued_at__isnull=True)
        | Q(enqueued_at__lt=now - CRASHED_AFTER)
        | Q(next_attempt_at__isnull=False, enqueued_at__lt=F("next_attempt_at")),
        state=State.QUEUED,
        document__state=Document.State.READY,
    )
    waiting = list(due.order_by("created_at")[:AT_ONCE])
    for letter in waiting:
        with transaction.atomic():
            enqueue(letter, now=now)
    return {"unknown": unknown, "tried_again": len(waiting)}


def recipient_of(letter: Letter) -> dict:
    """*letter*'s recipient as the audit names it."""
    return {"kind": "agency", "id": str(letter.agency_id), "name": letter.agency.name, "address": letter.address}


def sender_address() -> str:
    """The installation's own address, without a name."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _joined():
    return Letter.objects.with_key().select_related(
        "meeting__panel",
        "agency",
        "member__agency",
        "document__key",
        "document__meeting__panel",
        "document__agency",
    )


def _claim(letter_id: str) -> Letter | None:
    """The letter, now this worker's; nothing where another has it, it waits, or its document is not ready."""
    letter, now = _joined().get(pk=letter_id), timezone.now()
    waits = letter.next_attempt_at is not None and letter.next_attempt_at > now
    if letter.state != State.QUEUED or waits or letter.document.state != Document.State.READY:
        return None
    letter.state, letter.sending_at, letter.attempts = State.SENDING, now, letter.attempts + 1
    letter.next_attempt_at = None
    try:
        noting(letter, by=POST, reason="sending").save_over(letter.version)
    except StaleVersion:
        return None
    return letter


def _written(letter: Letter) -> tuple[bytes, str]:
    """The message as it goes over the wire, and its sender."""
    sender, attachments = sender_address(), []
    if letter.way != Way.NOTICE:
        content = stamped(letter.document, letter.agency.name)
        if letter.way == Way.PDF:
            content = pdf.encrypt_pdf(content, letter.passphrase)
        attachments = [mail.Attachment(filename=f"confer-{uuid.UUID(str(letter.pk)).hex[:8]}.pdf", content=content)]
    subject, body = letters.words_of(letter)
    message = mail.build_message(
        sender=sender,
        recipient=letter.address,
        subject=subject,
        body=body,
        message_id=letter.message_id,
        written_at=timezone.localtime(),
        sender_name="Confer",
        attachments=attachments,
    )
    if letter.way != Way.SMIME:
        return mail.message_bytes(message), sender
    identity = smime.signing_identity(settings.CONFER_KEYS, sender)
    sealed = smime.sign_and_encrypt(
        message, letter.agency.usable_certificate(), identity.key, identity.certificate, subject=subject
    )
    return sealed, sender


def _conclude(letter: Letter, outcome: mail.Outcome) -> None:
    """Write down how the attempt ended; where the clock took the slow worker for stopped, what is known now."""
    try:
        _settle(letter, *_end_of(letter, outcome))
    except StaleVersion:
        late = _joined().get(pk=letter.pk)
        state = State.SENT if outcome.kind is mail.Outcomes.ACCEPTED else State.FAILED
        if (
            late.state == State.UNKNOWN
            and late.attempts == letter.attempts
            and (outcome.kind is not mail.Outcomes.UNKNOWN)
        ):
            _settle(late, state, outcome.reason)


def _end_of(letter: Letter, outcome: mail.Outcome) -> tuple[str, str]:
    if outcome.kind is mail.Outcomes.ACCEPTED:
        return State.SENT, ""
    if outcome.kind is mail.Outcomes.UNKNOWN:
        return State.UNKNOWN, outcome.reason
    if outcome.may_be_retried and letter.attempts <= len(rules.BACK_OFF_MINUTES):
        minutes = rules.BACK_OFF_MINUTES[letter.attempts - 1]
        letter.next_attempt_at = timezone.now() + datetime.timedelta(minutes=minutes)
        return State.QUEUED, outcome.reason
    return State.FAILED, outcome.reason


@transaction.atomic
def _settle(letter: Letter, state: str, failure: str) -> None:
    letter.state, letter.failure = state, failure[:300]
    letter.settled_at = None if state == State.QUEUED else timezone.now()
    noting(letter, by=POST, reason=state).save_over(letter.version)
    record(
        "letter.deferred" if state == State.QUEUED else f"letter.{state}",
        by=POST,
        thing=letter,
        panel_id=letter.meeting.panel_id,
        recipients=[recipient_of(letter)],
        things=[("meetings.document", letter.document_id)],
        detail={"way": letter.way, "attempts": letter.attempts},
    )
    if state == State.SENT:
        follow_meeting(letter, by=POST)


def follow_meeting(letter: Letter, *, by) -> None:
    """A meeting whose approved minutes have left is distributed."""
    if letter.document.kind not in MINUTES:
        return
    meeting = Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=letter.meeting_id)
    if meeting.state == Meeting.State.APPROVED:
        meeting.state = Meeting.State.DISTRIBUTED
        noting(meeting, by=by, reason="distributed").save_over(meeting.version)
        record("meeting.distributed", by=by, thing=meeting, panel_id=meeting.panel_id)
