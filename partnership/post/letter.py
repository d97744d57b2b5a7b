"""The letter: one message with content to one recipient, and the states it goes through."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField


class PostedLetterQuerySet(RecordQuerySet):
    def to_decide(self):
        """Letters that failed or are unknown, in whose place none was sent."""
        return self.filter(state__in=[PostedLetter.State.FAILED, PostedLetter.State.UNKNOWN], replaced_by__isnull=True)

    def underway(self):
        return self.filter(state__in=[PostedLetter.State.QUEUED, PostedLetter.State.SENDING])


class PostedLetter(SealedRecord, VersionedRecord):
    """One letter to one recipient.  Its states are committed before and after the connection, never guessed.

    `member` is set where the letter goes to a person's own mailbox, so that a bar against that person counts too.
    """

    class Way(models.TextChoices):
        SMIME = "smime", _("Signed and encrypted mail (S/MIME)")
        PDF = "pdf", _("Encrypted PDF; the passphrase is shown in Confer")
        NOTICE = "notice", _("Notice only, with a link")

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    address = models.EmailField(_("address"))
    way = models.CharField(_("way"), max_length=6, choices=Way)
    passphrase = SealedField(_("passphrase"))
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    failure = models.CharField(_("reason"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    enqueued_at = models.DateTimeField(null=True, editable=False)
    queued_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    sending_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    replaces = models.OneToOneField("self", on_delete=models.SET_NULL, null=True, related_name="replaced_by")
    batch = models.UUIDField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "agency", "address"],
                condition=Q(batch__isnull=False),
                name="one_%(app_label)s_%(class)s_per_send",
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_settled_has_when",
                condition=Q(state__in=["queued", "sending"], settled_at__isnull=True)
                | Q(~Q(state__in=["queued", "sending"]), settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"]),
            models.Index(fields=["agency", "state"]),
        ]

    @property
    def has_left(self) -> bool:
        """Whether it may be in the recipient's hands."""
        return self.state in (self.State.SENDING, self.State.SENT, self.State.UNKNOWN)

    @property
    def replacement(self) -> "PostedLetter | None":
        """The letter that was sent in place of this one."""
        return getattr(self, "replaced_by", None)
