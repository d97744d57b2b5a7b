"""The paper: a PDF that the worker makes, kept encrypted in the data folder under its own key."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import RecordQuerySet, SealedRecord, VersionedRecord


class MadePaperQuerySet(RecordQuerySet):
    def underway(self):
        return self.filter(state__in=[MadePaper.State.QUEUED, MadePaper.State.MAKING])


class MadePaper(SealedRecord, VersionedRecord):
    """A PDF made by the worker.  `digest` is of the content it was made from, `sha256` of the file.

    The file's name says nothing.  `making_at` is when it was last given to a worker.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    number = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    making_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["state", "created_at"])]

    @property
    def is_underway(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.MAKING)
