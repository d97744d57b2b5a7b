"""Meetings and the series they come from."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from partnership.roles import Permission


class Series(Record, VersionedRecord):
    """A run of meetings made from the panel's rhythm."""

    panel = models.ForeignKey("partnership.Panel", on_delete=models.PROTECT, related_name="series")
    first_on = models.DateField(_("first meeting"))
    last_on = models.DateField(_("last meeting"))
    made_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("series")


class MeetingQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Meetings of the panels on which *member* attends: a calendar, not its content."""
        return self.with_key().filter(panel_id__in=member.panels_with(Permission.ATTEND))

    def coming(self, now):
        return self.exclude(state=Meeting.State.CANCELLED).filter(starts_at__gte=now).order_by("starts_at")


class Meeting(SealedRecord, VersionedRecord):
    """One sitting of a panel.  States as the base model of case meetings has them; verbs in `meetings.workflow`.

    Its key is its own, and seals what the desk says about it in words; the codes beside them stay in clear.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        AGENDA_OPEN = "agenda_open", _("Agenda open")
        AGENDA_FROZEN = "agenda_frozen", _("Agenda frozen")
        IN_SESSION = "in_session", _("In session")
        MINUTES_DRAFT = "minutes_draft", _("Minutes in draft")
        MINUTES_CHECK = "minutes_check", _("Minutes being checked")
        APPROVED = "approved", _("Minutes approved")
        DISTRIBUTED = "distributed", _("Distributed")
        SEALED = "sealed", _("Sealed")  # reached by a verb of retention; see decision 0042
        CANCELLED = "cancelled", _("Cancelled")

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", _("Ordinary")
        EMERGENCY = "emergency", _("Emergency")

    class Emergency(models.TextChoices):
        DANGER = "danger", _("Immediate danger of serious harm")
        RELEASE = "release", _("Release from prison or custody before the next meeting")
        COURT = "court", _("A court date before the next meeting")
        OTHER = "other", _("Another reason")

    class Cancellation(models.TextChoices):
        NO_CASES = "no_cases", _("No case is listed")
        TOO_FEW = "too_few", _("Too few can attend")
        NO_CHAIR = "no_chair", _("Nobody can chair it")
        PLACE = "place", _("The place or the video link cannot be used")
        OTHER = "other", _("Another reason")

    panel = models.ForeignKey("partnership.Panel", on_delete=models.PROTECT, related_name="meetings")
    series = models.ForeignKey(Series, on_delete=models.SET_NULL, null=True, related_name="meetings")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ORDINARY)
    emergency_reason = models.CharField(
        _("reason for the emergency meeting"), max_length=12, choices=Emergency, blank=True
    )
    emergency_words = SealedField(_("in words"))
    starts_at = models.DateTimeField(_("starts"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("video link"), blank=True)
    chair = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    cutoff_at = models.DateTimeField(_("referrals until"))
    research_due_at = models.DateTimeField(_("research due"))
    minutes_per_case = models.PositiveSmallIntegerField(_("minutes per case"))
    state = models.CharField(max_length=16, choices=State, default=State.PLANNED)
    agenda_number = models.PositiveSmallIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_reason = models.CharField(_("reason"), max_length=12, choices=Cancellation, blank=True)
    cancelled_words = SealedField(_("in words"))
    actions_issued_at = models.DateTimeField(null=True)
    current_item = models.ForeignKey("meetings.AgendaItem", on_delete=models.SET_NULL, null=True, related_name="+")

    history = History()
    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="meeting_emergency_has_reason", condition=~Q(kind="emergency") | ~Q(emergency_reason="")
            ),
            models.CheckConstraint(
                name="meeting_cancelled_has_when", condition=~Q(state="cancelled") | Q(cancelled_at__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["panel", "starts_at"]), models.Index(fields=["state", "starts_at"])]


class Notice(Record):
    """That the panel was told of a meeting: made, moved, cancelled, agenda issued or amended."""

    class Kind(models.TextChoices):
        MADE = "made", _("Meeting planned")
        MOVED = "moved", _("Meeting moved")
        CANCELLED = "cancelled", _("Meeting cancelled")
        AGENDA = "agenda", _("Agenda issued")
        AMENDED = "amended", _("Agenda amended")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    sent_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    count = models.PositiveSmallIntegerField(default=0)

    objects = RecordQuerySet.as_manager()
