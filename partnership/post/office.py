"""Sending: one letter per recipient, whose state is committed before and after the connection and never guessed.

A letter found in “sending” after a crash is “unknown” and is never sent again by itself.
"""

import datetime
import uuid
from abc import ABC, abstractmethod
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import mail, pdf, smime
from core.history import noting
from core.models import Key, StaleVersion
from core.recording import SystemActor, record
from partnership.post import rules
from partnership.post.letter import PostedLetter

POST = SystemActor("mail worker")
CRASHED_AFTER = datetime.timedelta(minutes=10)
AT_ONCE = 200
State, Way = PostedLetter.State, PostedLetter.Way


class PostOffice(ABC):
    """How one kind of letter leaves.  A subclass says what only its app knows.

    `noun` begins the names of its audit events (queued, deferred, sent, failed, unknown, decided); `joins` is what the
    hooks below need joined to a letter; `task` the worker's task that calls `send`.
    """

    model: type[PostedLetter]
    noun = "letter"
    joins: tuple[str, ...] = ()
    task = None

    # what a subclass says -----------------------------------------------------------------------------------------
    def ripe(self) -> Q:
        """Letters whose content is ready to leave."""
        return Q()

    def is_ripe(self, letter) -> bool:
        """The same of one letter."""
        return True

    def may_receive(self, letter) -> bool | None:
        """Whether *letter*'s agency may get what it carries, now; None: as a tier-1 signatory does."""
        return None

    def hindrances(self, letter) -> list[str]:
        """What keeps *letter* from leaving beside domain, protocol and certificate; asked at the instant of sending."""
        return []

    @abstractmethod
    def content(self, letter) -> bytes:
        """The PDF that *letter* carries."""

    @abstractmethod
    def words(self, letter) -> tuple[str, str]:
        """Subject and body, without a name, a date or a reference."""

    def audit(self, letter) -> dict:
        """What each of its audit events says beside the letter and its recipient: `panel_id`, `things`."""
        return {}

    def follow(self, letter, *, by) -> None:
        """What becomes true elsewhere when *letter* was sent."""
        return None

    # the post -----------------------------------------------------------------------------------------------------
    def joined(self):
        """Letters with everything that sending needs."""
        return self.model.objects.with_key().select_related("agency", "member__agency", *self.joins)

    def locked(self, letter):
        """*letter* as it is now; a second click waits until the first is done."""
        self.model.objects.select_for_update(of=("self",), no_key=True).get(pk=letter.pk)
        return self.joined().select_related("replaced_by").get(pk=letter.pk)

    def queue(self, *, by, agency, address: str, way: str, detail: dict | None = None, **columns):
        """A new letter, saved, recorded as a disclosure with its recipient, and enqueued where it is ripe."""
        pk = uuid.uuid4()
        letter = self.model(
            id=pk,
            key=Key.objects.mint(Key.Kind.DOCUMENT),
            agency=agency,
            address=address,
            way=way,
            queued_by=by,
            message_id=mail.message_id(pk, sender_address().rpartition("@")[2]),
            passphrase=pdf.new_passphrase() if way == Way.PDF else "",
            **columns,
        )
        noting(letter, by=by, reason="queued").save(force_insert=True)
        self._record("queued", letter, by=by, detail={"way": str(way), **(detail or {})})
        if self.is_ripe(letter):
            self.enqueue(letter)
        return letter

    def enqueue(self, letter, *, now=None) -> None:
        """Give *letter* to the workers; neither history nor a version."""
        self.model.objects.filter(pk=letter.pk).update(enqueued_at=now or timezone.now())
        self.task.enqueue(str(letter.pk))

    def send(self, letter_id: str) -> None:
        """Hand one queued letter over.  “Sending” is committed before the connection is opened.

        What stood in the way of queueing is asked once more: domain, protocol, certificate, and what it holds.
        """
        letter = self.claim(letter_id)
        if letter is None:
            return
        problems = rules.problems(letter.agency, letter.address, letter.way, may_receive=self.may_receive(letter))
        problems = problems or self.hindrances(letter)
        if problems:
            self.settle(letter, State.FAILED, " ".join(problems))
            return
        try:
            content, sender = self.written(letter)
        except Exception:  # nothing was handed over: whatever it was, the letter failed
            self.settle(letter, State.FAILED, _("The letter could not be written."))
            raise
        self.conclude(letter, mail.send(content, sender, letter.address))

    def round(self, *, now=None) -> dict[str, int]:
        """By the clock: letters that crashed become unknown, those whose back-off ran out are tried again; counts.

        A letter that was given to the workers is not given again for ten minutes: a stopped worker is no reason to
        fill the queue.
        """
        now = now or timezone.now()
        unknown = 0
        for letter in self.joined().filter(state=State.SENDING, sending_at__lt=now - CRASHED_AFTER)[:AT_ONCE]:
            try:
                self.settle(letter, State.UNKNOWN, _("The connection was lost before the mail server answered."))
                unknown += 1
            except StaleVersion:
                continue  # its worker was only slow
        due = self.model.objects.filter(
            Q(next_attempt_at__isnull=True) | Q(next_attempt_at__lte=now),
            Q(enqueued_at__isnull=True)
            | Q(enqueued_at__lt=now - CRASHED_AFTER)
            | Q(next_attempt_at__isnull=False, enqueued_at__lt=F("next_attempt_at")),
            self.ripe(),
            state=State.QUEUED,
        )
        waiting = list(due.order_by("created_at")[:AT_ONCE])
        for letter in waiting:
            with transaction.atomic():
                self.enqueue(letter, now=now)
        return {"unknown": unknown, "tried_again": len(waiting)}

    def claim(self, letter_id: str):
        """The letter, now this worker's; nothing where another has it, it waits, or it is not ripe."""
        letter, now = self.joined().get(pk=letter_id), timezone.now()
        waits = letter.next_attempt_at is not None and letter.next_attempt_at > now
        if letter.state != State.QUEUED or waits or not self.is_ripe(letter):
            return None
        letter.state, letter.sending_at, letter.attempts = State.SENDING, now, letter.attempts + 1
        letter.next_attempt_at = None
        try:
            noting(letter, by=POST, reason="sending").save_over(letter.version)
        except StaleVersion:
            return None
        return letter

    def written(self, letter) -> tuple[bytes, str]:
        """The message as it goes over the wire, and its sender."""
        sender, attachments = sender_address(), []
        if letter.way != Way.NOTICE:
            content = self.content(letter)
            if letter.way == Way.PDF:
                content = pdf.encrypt_pdf(content, letter.passphrase)
            attachments = [mail.Attachment(filename=f"confer-{uuid.UUID(str(letter.pk)).hex[:8]}.pdf", content=content)]
        subject, body = self.words(letter)
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

    def conclude(self, letter, outcome: mail.Outcome) -> None:
        """Write down how the attempt ended; where the clock took the slow worker for stopped, what is known now."""
        try:
            self.settle(letter, *_end_of(letter, outcome))
        except StaleVersion:
            late = self.joined().get(pk=letter.pk)
            state = State.SENT if outcome.kind is mail.Outcomes.ACCEPTED else State.FAILED
            if (
                late.state == State.UNKNOWN
                and late.attempts == letter.attempts
                and (outcome.kind is not mail.Outcomes.UNKNOWN)
            ):
                self.settle(late, state, outcome.reason)

    @transaction.atomic
    def settle(self, letter, state: str, failure: str) -> None:
        """Write *state* and why, record it, and let follow what follows from having been sent."""
        letter.state, letter.failure = state, failure[:300]
        letter.settled_at = None if state == State.QUEUED else timezone.now()
        noting(letter, by=POST, reason=state).save_over(letter.version)
        event = "deferred" if state == State.QUEUED else str(state)
        self._record(event, letter, by=POST, detail={"way": letter.way, "attempts": letter.attempts})
        if state == State.SENT:
            self.follow(letter, by=POST)

    @transaction.atomic
    def decide(self, *, by, letter, state: str, seen: int):
        """A person settles a letter: it arrived, or it is withdrawn.  Version-checked by *seen*."""
        if not rules.is_way(letter.state, state) or letter.state == State.SENDING:
            raise ValidationError(
                _("A letter that is “%(state)s” cannot be changed to that.") % {"state": letter.get_state_display()}
            )
        before, letter.state = letter.state, state
        letter.settled_at, letter.settled_by = timezone.now(), by
        noting(letter, by=by, reason=state).save_over(seen)
        self._record("decided", letter, by=by, detail={"before": before, "after": state}, things=[])
        if state == State.SENT:
            self.follow(letter, by=by)
        return letter

    def fail_waiting(self, letters, why: str) -> None:
        """Let those of *letters* that still wait fail: what they were to carry cannot be had."""
        for letter in letters.filter(state=State.QUEUED):
            self.settle(letter, State.FAILED, why)

    def _record(self, event: str, letter, *, by, detail: dict, **instead) -> None:
        given = {**self.audit(letter), **instead}
        record(f"{self.noun}.{event}", by=by, thing=letter, recipients=[recipient_of(letter)], detail=detail, **given)


def recipient_of(letter) -> dict:
    """*letter*'s recipient as the audit names it."""
    return {"kind": "agency", "id": str(letter.agency_id), "name": letter.agency.name, "address": letter.address}


def sender_address() -> str:
    """The installation's own address, without a name."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _end_of(letter, outcome: mail.Outcome) -> tuple[str, str]:
    if outcome.kind is mail.Outcomes.ACCEPTED:
        return State.SENT, ""
    if outcome.kind is mail.Outcomes.UNKNOWN:
        return State.UNKNOWN, outcome.reason
    if outcome.may_be_retried and letter.attempts <= len(rules.BACK_OFF_MINUTES):
        minutes = rules.BACK_OFF_MINUTES[letter.attempts - 1]
        letter.next_attempt_at = timezone.now() + datetime.timedelta(minutes=minutes)
        return State.QUEUED, outcome.reason
    return State.FAILED, outcome.reason
