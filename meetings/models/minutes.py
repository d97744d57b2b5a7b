"""Minutes: per item under its case's key; versions that are immutable once approved."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.models.access import barred, opened
from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField, SealedJSONField
from partnership.roles import Permission


class MinutesQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Approved minutes, and those being checked, of panels that *member* attends; drafts for the desk."""
        return self.filter(
            Q(meeting__panel_id__in=member.desk_panels())
            | Q(
                meeting__panel_id__in=member.panels_with(Permission.ATTEND),
                state__in=[Minutes.State.CHECK, Minutes.State.APPROVED, Minutes.State.REPLACED],
            )
        )


class Minutes(Record, VersionedRecord):
    """One version of a meeting's minutes.  Approved once, by the chair; a correction is the next number."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CHECK = "check", _("Being checked by agencies")
        APPROVED = "approved", _("Approved")
        REPLACED = "replaced", _("Replaced by a later version")

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="minutes")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    check_until = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    digest = models.CharField(max_length=64, blank=True)
    change_note = models.CharField(_("what changed"), max_length=300, blank=True)

    history = History()
    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("minutes")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "number"], name="one_minutes_of_a_number"),
            models.CheckConstraint(
                name="minutes_approved_both",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
            ),
        ]


class MinutesItemQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Items of visible minutes whose case *member* took part in or may see, and is not barred from."""
        return self.with_key().filter(
            opened(member, case="case", listing="item__listing"),
            ~barred(member, case="case", listing="item__listing"),
            minutes__in=Minutes.objects.visible_to(member).values("pk"),
        )


class MinutesItem(SealedRecord, VersionedRecord):
    """The minutes of one item, sealed with its case's key.

    `content` is a list of ``{"part", "heading", "text", "agency_id", "agency", "entry_id", "given_by"}`` in reading
    order; `written` marks it as touched by a person, so that drafting again never overwrites it.
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey("meetings.AgendaItem", on_delete=models.PROTECT, related_name="minutes_items")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    content = SealedJSONField(_("content"))
    written = models.BooleanField(default=False)

    history = History()
    objects = MinutesItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["minutes", "item"], name="one_minutes_item")]


class Correction(SealedRecord, VersionedRecord):
    """An agency's proposal to correct its own words in draft minutes."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Not accepted")

    minutes_item = models.ForeignKey(MinutesItem, on_delete=models.CASCADE, related_name="corrections")
    part_index = models.PositiveSmallIntegerField()
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    original = SealedField(_("as drafted"))
    proposed = SealedField(_("as it should be"))
    reason = SealedField(_("why"))
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = RecordQuerySet.as_manager()
