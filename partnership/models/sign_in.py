"""What signing in leaves behind: sessions, authenticators, recovery codes, invitations.

Nothing here opens a door when it is read out of the database: keys of sessions, links and recovery codes are stored
hashed, the authenticator's secret is sealed.
"""

import datetime
import hashlib
import secrets
import time
import uuid
from base64 import b32encode

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, DeviceManager
from django_otp.oath import TOTP

from core.models import Key, Record, RecordQuerySet, SealedField, SealedRecord
from partnership.models.members import Member

WRONG_CODES_BEFORE_A_PAUSE = 5
PAUSE_AFTER_WRONG_CODES = datetime.timedelta(minutes=5)
RECOVERY_CODES = 10


def digest_of(secret: str) -> str:
    """How a session key or a link's token is stored: its SHA-256; both carry more than 120 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


class MemberSessionQuerySet(models.QuerySet):
    def open(self, at=None):
        """Sessions that still answer at *at* (default now), waiting ones included."""
        return self.filter(ended_at__isnull=True, expires_at__gt=at or timezone.now())

    def of(self, member):
        """The sessions of *member*, the latest first."""
        return self.filter(member=member).order_by("-started_at")

    def end(self, *, why: str) -> int:
        """End them now: the next request of each is signed out.  The number ended."""
        return self.filter(ended_at__isnull=True).update(ended_at=timezone.now(), ended_why=why, data="")


class MemberSession(models.Model):
    """One browser's session: the stored session itself, and what its member sees of it on the account page."""

    class Lock(models.TextChoices):
        NONE = "", _("open")
        CODE = "code", _("waits for a code")
        SIGN_IN = "sign_in", _("waits for password and code")

    class Ended(models.TextChoices):
        SIGNED_OUT = "signed_out", _("signed out")
        BY_MEMBER = "by_member", _("ended from another session")
        BY_ADMINISTRATOR = "by_administrator", _("ended by an administrator")
        LEFT = "left", _("the member left")
        RESET = "reset", _("the member’s sign-in was reset")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    data = models.TextField(blank=True)
    expires_at = models.DateTimeField(db_index=True)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    lock = models.CharField(max_length=8, choices=Lock, default=Lock.NONE, blank=True)
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=20, choices=Ended, blank=True)

    objects = MemberSessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["member", "ended_at"])]
        constraints = [
            models.CheckConstraint(
                name="session_ended_why", condition=Q(ended_at__isnull=True, ended_why="") | Q(ended_at__isnull=False)
            )
        ]

    def __str__(self):
        return f"session {self.pk}"


class AuthenticatorManager(DeviceManager.from_queryset(RecordQuerySet)):
    def confirmed_of(self, member):
        """The authenticator that *member* signs in with, its key joined, or None."""
        return self.with_key().filter(user=member, confirmed=True).first()

    def begin(self, member) -> "Authenticator":
        """A fresh, unconfirmed authenticator with a secret of its own; an earlier unconfirmed one is destroyed."""
        for earlier in self.with_key().filter(user=member, confirmed=False):
            earlier.destroy()
        device = self.model(user=member, key=Key.objects.mint(Key.Kind.MEMBER), secret=secrets.token_hex(20))
        device.save(force_insert=True)
        return device


class Authenticator(SealedRecord, Device):
    """A member's one-time passwords (TOTP, RFC 6238); the secret is sealed with a key of its own."""

    STEP_SECONDS = 30
    DIGITS = 6
    TOLERANCE_STEPS = 1

    name = models.CharField(max_length=64, default="authenticator", editable=False)
    confirmed = models.BooleanField(default=False)
    secret = SealedField(blank=False)
    last_step = models.BigIntegerField(default=-1)
    wrong_codes = models.PositiveIntegerField(default=0)
    wrong_at = models.DateTimeField(null=True)

    objects = AuthenticatorManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(confirmed=True), name="one_confirmed_authenticator_per_member"
            )
        ]

    def __str__(self):
        return f"authenticator {self.pk}"

    @property
    def secret_base32(self) -> str:
        """The secret as an authenticator app takes it."""
        return b32encode(bytes.fromhex(self.secret)).decode().rstrip("=")

    def code_at(self, moment: float | None = None) -> str:
        """The code that is right at *moment* (seconds since 1970, default now)."""
        totp = TOTP(bytes.fromhex(self.secret), self.STEP_SECONDS, digits=self.DIGITS)
        totp.time = time.time() if moment is None else moment
        return f"{totp.token():0{self.DIGITS}d}"

    def verify_is_allowed(self):
        """django-otp's question; several wrong codes in a row, from wherever, make a pause."""
        if (
            self.wrong_codes >= WRONG_CODES_BEFORE_A_PAUSE
            and self.wrong_at
            and timezone.now() < self.wrong_at + PAUSE_AFTER_WRONG_CODES
        ):
            return False, {"locked_until": self.wrong_at + PAUSE_AFTER_WRONG_CODES}
        return True, None

    def verify_token(self, token) -> bool:
        """Whether *token* is right now; a right one is used up, also against a second request at the same instant."""
        if not self.verify_is_allowed()[0]:
            return False
        step = self._step_of(str(token))
        mine = type(self)._base_manager.filter(pk=self.pk)
        if step is None:
            mine.update(wrong_codes=models.F("wrong_codes") + 1, wrong_at=timezone.now())
            return False
        return bool(mine.filter(last_step__lt=step).update(last_step=step, wrong_codes=0, wrong_at=None))

    def _step_of(self, token: str) -> int | None:
        if len(token) != self.DIGITS or not (token.isascii() and token.isdigit()):
            return None
        totp = TOTP(bytes.fromhex(self.secret), self.STEP_SECONDS, digits=self.DIGITS)
        totp.time = time.time()
        if not totp.verify(int(token), tolerance=self.TOLERANCE_STEPS, min_t=self.last_step + 1):
            return None
        return totp.t()

    def destroy(self) -> None:
        """Delete the authenticator and the key its secret is sealed with."""
        key = self.key
        self.delete()
        key.delete()


class RecoveryCode(Record):
    """One of the codes that stand in once for a lost authenticator; hashed, shown when made and never again."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "digest"], name="one_recovery_code_of_a_kind")]

    @staticmethod
    def digest_for(member, code: str) -> str:
        """How *code* of *member* is stored; spaces, hyphens and case do not matter."""
        plain = "".join(letter for letter in code if letter.isalnum()).upper()
        return salted_hmac(f"recovery code of {member.pk}", plain, algorithm="sha256").hexdigest()


class InvitationQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The invitations of the member's partnership."""
        return self.filter(member__agency__partnership_id=member.agency.partnership_id)

    def open(self, at=None):
        """Invitations whose link works at *at* (default now)."""
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at or timezone.now())

    def with_token(self, token: str):
        """The open invitation that *token* belongs to, its member and agency joined, or None."""
        return self.open().filter(digest=digest_of(token)).select_related("member__agency__partnership").first()


class Invitation(Record):
    """A single-use link by which a member enrols; only the token's hash is kept."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    @property
    def state(self) -> str:
        """ "used", "revoked", "expired" or "open"."""
        if self.used_at:
            return "used"
        if self.revoked_at:
            return "revoked"
        return "open" if timezone.now() < self.expires_at else "expired"
