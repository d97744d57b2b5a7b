"""Rows that every app builds on: the keys that seal, and the abstract record."""

import secrets
import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import keyfolder, sealing
from core.records import Record, RecordQuerySet, SealedField, SealedRecord, StaleVersion, VersionedRecord  # noqa: F401


class KeyQuerySet(models.QuerySet):
    def mint(self, kind: str) -> "Key":
        """A new key of *kind* (see `Key.Kind`), wrapped under the current epoch and saved."""
        key = self.model.new(kind)
        key.save(force_insert=True)
        return key


class Key(models.Model):
    """What one subject, case, listing, document, meeting or member's secret is sealed with.

    The wrapped bytes open only with the epoch key in the key folder.  Destroying the bytes destroys every copy
    of what was sealed with them.
    """

    class Kind(models.TextChoices):
        SUBJECT = "subject", _("subject")
        CASE = "case", _("case")
        LISTING = "listing", _("listing")
        DOCUMENT = "document", _("document")
        DISCLOSURE = "disclosure", _("disclosure")
        RELEASE = "release", _("release")
        OUTSIDE = "outside", _("request from outside")
        EXTRACT = "extract", _("extract")
        SUPPLY = "supply", _("list brought in")
        CONSENT = "consent", _("consent")
        MEETING = "meeting", _("meeting")
        MEMBER = "member", _("member’s secret")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    epoch = models.CharField(max_length=20)
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    destroyed_at = models.DateTimeField(null=True)

    objects = KeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="key_wrapped_or_destroyed",
                condition=models.Q(wrapped__isnull=False, destroyed_at__isnull=True)
                | models.Q(wrapped__isnull=True, destroyed_at__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["epoch"])]

    @classmethod
    def new(cls, kind: str) -> "Key":
        """An unsaved key with fresh material (bulk loads save many at once)."""
        key = cls(kind=kind, epoch=keyfolder.current_epoch())
        key.wrapped = sealing.wrap(secrets.token_bytes(keyfolder.KEY_BYTES), key_id=key.pk, epoch=key.epoch)
        return key

    @property
    def is_destroyed(self) -> bool:
        return self.wrapped is None

    def material(self) -> bytes:
        """The 32 bytes, for what is sealed outside the database (stored files)."""
        return sealing.unwrap(self.wrapped, key_id=self.pk, epoch=self.epoch)


class FolderMark(models.Model):
    """A mark of one key file, by which a start notices that the key folder is not this database's."""

    name = models.CharField(primary_key=True, max_length=20)
    mark = models.BinaryField(max_length=32)


class Notice(Record):
    """A short letter that something waits in Confer: a link, and nothing about any case or person.

    Queued in the transaction of the act, handed over by the worker (`core.notices`).
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")

    address = models.EmailField()
    subject = models.CharField(max_length=160)
    body = models.TextField()
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    failure = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    sending_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "next_attempt_at"])]
