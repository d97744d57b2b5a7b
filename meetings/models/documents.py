"""Documents made from a meeting, and the letters that carry them."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Bar, Case
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from partnership.roles import Permission


class DocumentQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The desk's documents, and those made for the member's agency; none that holds a case barred to the member."""
        barred = Bar.objects.against(member).filter(
            Q(case__in=OuterRef("cases"))
            | Q(listing__case__in=OuterRef("cases"), listing__item__meeting=OuterRef("meeting"))
        )
        return (
            self.with_key()
            .filter(
                Q(meeting__panel_id__in=member.desk_panels())
                | Q(agency_id=member.agency_id, meeting__panel_id__in=member.panels_with(Permission.MAKE_DOCUMENTS))
            )
            .exclude(Exists(barred))
            .distinct()
        )


class Document(SealedRecord, VersionedRecord):
    """A PDF made by the worker, kept encrypted in the data folder under its own key.

    `digest` is of the content it was made from, `sha256` of the file; the file's name says nothing.
    """

    class Kind(models.TextChoices):
        AGENDA = "agenda", _("Agenda")
        MINUTES = "minutes", _("Minutes")
        PLAN = "plan", _("Action plan")
        AGENCY_PLAN = "agency_plan", _("Agency’s action plan")
        AGENCY_AGENDA = "agency_agenda", _("Agency’s agenda")
        AGENCY_MINUTES = "agency_minutes", _("Agency’s minutes")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=16, choices=Kind)
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    progress = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True)
    cases = models.ManyToManyField(Case, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)

    history = History(excluded_fields=["progress"])
    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["meeting", "kind"])]


class LetterQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The desk's letters, and those to the member's own agency."""
        return self.with_key().filter(
            Q(meeting__panel_id__in=member.desk_panels())
            | Q(agency_id=member.agency_id, meeting__panel_id__in=member.panels_with(Permission.ATTEND))
        )


class Letter(SealedRecord, VersionedRecord):
    """One letter to one recipient.  Its states are committed before and after the connection, never guessed."""

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

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="letters")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="letters")
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
    queued_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    sending_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    replaces = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="replaced_by")
    batch = models.UUIDField(null=True)

    history = History()
    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "agency", "address"], condition=Q(batch__isnull=False), name="one_letter_per_send"
            )
        ]
        indexes = [models.Index(fields=["state", "next_attempt_at"]), models.Index(fields=["meeting", "state"])]
