"""Documents made from a meeting, and the letters that carry them."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models import Bar, Case, Entry
from cases.models.access import stands
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from partnership.roles import Permission


class DocumentQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The desk's documents, and those made for the member's agency; none that holds what is barred to them.

        After the meeting an agency's minutes and plan are open to it, and its agenda is not any more.  None is to
        members of an agency that is no tier-1 signatory at this instant, nor to a guest.
        """
        own = Q(agency_id=member.agency_id, meeting__panel_id__in=member.panels_with(Permission.MAKE_DOCUMENTS))
        closed = Q(kind=Document.Kind.AGENCY_AGENDA, meeting__ended_at__isnull=False)
        return (
            self.with_key()
            .filter(Q(meeting__panel_id__in=member.desk_panels()) | own & ~closed, stands(member))
            .without_bars_against(member)
        )

    def without_bars_against(self, reader):
        """Documents that hold no case and no entry from which *reader* (member or `AgencyItself`) is barred now."""
        bars = Bar.objects.against(reader)
        on_case = bars.filter(
            Q(case=OuterRef("case"))
            | Q(referral__case=OuterRef("case"))
            | Q(listing__case=OuterRef("case"), listing__item__meeting=OuterRef("document__meeting"))
        )
        held_cases = Document.cases.through.objects.filter(Exists(on_case), document=OuterRef("pk"))
        held_entries = Document.entries.through.objects.filter(
            document=OuterRef("pk"), entry__in=bars.filter(entry__isnull=False).values("entry")
        )
        return self.exclude(Exists(held_cases)).exclude(Exists(held_entries))

    def underway(self):
        return self.filter(state__in=[Document.State.QUEUED, Document.State.MAKING])


class Document(SealedRecord, VersionedRecord):
    """A PDF made by the worker, kept encrypted in the data folder under its own key.

    `digest` is of the content it was made from, `sha256` of the file; the file's name says nothing.  `making_at` is
    when it was last given to a worker.  `cases` and `entries` are what it holds: who is barred from one of them is
    kept from the whole document.
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
    attempts = models.PositiveSmallIntegerField(default=0)
    making_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)
    cases = models.ManyToManyField(Case, related_name="+")
    entries = models.ManyToManyField(Entry, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)

    history = History(excluded_fields=["progress", "making_at"])
    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "kind", "number"], condition=Q(agency__isnull=True), name="one_document_of_a_number"
            ),
            models.UniqueConstraint(
                fields=["meeting", "kind", "agency", "number"],
                condition=Q(agency__isnull=False),
                name="one_agency_document_of_a_number",
            ),
            models.CheckConstraint(
                name="document_for_agency_or_desk",
                condition=Q(kind__in=["agency_agenda", "agency_plan", "agency_minutes"], agency__isnull=False)
                | Q(kind__in=["agenda", "plan", "minutes"], agency__isnull=True),
            ),
        ]
        indexes = [models.Index(fields=["meeting", "kind"]), models.Index(fields=["state", "created_at"])]

    @property
    def is_underway(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.MAKING)


class LetterQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The desk's letters, and those to the member's own agency whose document the member may open."""
        own = Q(
            agency_id=member.agency_id,
            meeting__panel_id__in=member.panels_with(Permission.MAKE_DOCUMENTS),
            document__in=Document.objects.visible_to(member).order_by().values("pk"),
        )
        return self.with_key().filter(Q(meeting__panel_id__in=member.desk_panels()) | own, stands(member))

    def to_decide(self):
        """Letters that failed or are unknown, in whose place none was sent."""
        return self.filter(state__in=[Letter.State.FAILED, Letter.State.UNKNOWN], replaced_by__isnull=True)

    def underway(self):
        return self.filter(state__in=[Letter.State.QUEUED, Letter.State.SENDING])


class Letter(SealedRecord, VersionedRecord):
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

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="letters")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="letters")
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

    history = History(excluded_fields=["enqueued_at"])
    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "agency", "address"], condition=Q(batch__isnull=False), name="one_letter_per_send"
            ),
            models.CheckConstraint(
                name="letter_settled_has_when",
                condition=Q(state__in=["queued", "sending"], settled_at__isnull=True)
                | Q(~Q(state__in=["queued", "sending"]), settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"]),
            models.Index(fields=["meeting", "state"]),
            models.Index(fields=["agency", "state"]),
        ]

    @property
    def has_left(self) -> bool:
        """Whether it may be in the recipient's hands."""
        return self.state in (self.State.SENDING, self.State.SENT, self.State.UNKNOWN)

    @property
    def replacement(self) -> "Letter | None":
        """The letter that was sent in place of this one."""
        return getattr(self, "replaced_by", None)
