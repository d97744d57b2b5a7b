"""Minutes: per item under its case's key; versions that are immutable once approved."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Case
from cases.models.access import Stage, barred, opened
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField, SealedJSONField
from partnership.roles import Permission


class MinutesQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Approved minutes, and those being checked, of panels that *member* attends; drafts for the desk."""
        return self.with_key().filter(
            Q(meeting__panel_id__in=member.desk_panels())
            | Q(
                meeting__panel_id__in=member.panels_with(Permission.ATTEND),
                state__in=[Minutes.State.CHECK, Minutes.State.APPROVED, Minutes.State.REPLACED],
            )
        )


class Minutes(SealedRecord, VersionedRecord):
    """One version of a meeting's minutes.  Approved once, by the chair; a correction is the next number.

    Its key is the meeting's; what is said of cases stands in its items, under the cases' keys.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CHECK = "check", _("Being checked by agencies")
        APPROVED = "approved", _("Approved")
        REPLACED = "replaced", _("Replaced by a later version")

    class Change(models.TextChoices):
        FACT = "fact", _("A fact was wrong")
        DETAILS = "details", _("A name, date or reference was wrong")
        WORDS = "words", _("An agency’s words were not what it said")
        ACTION = "action", _("An action, its owner or its date was wrong")
        LEFT_OUT = "left_out", _("Something was left out")
        REMOVED = "removed", _("Something should not stand in the minutes")
        OTHER = "other", _("Another reason")

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="minutes")
    number = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    check_until = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    header = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    change_reason = models.CharField(_("what changed"), max_length=12, choices=Change, blank=True)
    change_words = SealedField(_("in words"))

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
            models.CheckConstraint(
                name="minutes_approved_has_when",
                condition=Q(state__in=["draft", "check"], approved_at__isnull=True)
                | Q(state__in=["approved", "replaced"], approved_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state="approved"), name="one_approved_minutes_per_meeting"
            ),
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state__in=["draft", "check"]), name="one_open_minutes_per_meeting"
            ),
        ]


class MinutesItemQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Items of visible minutes whose case *member* took part in or may see, and is not barred from."""
        return self.with_key().filter(
            opened(member, case="case", listing="item__listing", stages=[Stage.DESK, Stage.AFTER]),
            ~barred(member, case="case", listing="item__listing"),
            held_back=False,
            minutes__in=Minutes.objects.visible_to(member).values("pk"),
        )


class MinutesItem(SealedRecord, VersionedRecord):
    """The minutes of one item, sealed with its case's key.

    `content` is a list of ``{"key", "part", "heading", "text", "agency_id", "agency", "entry_id", "given_by",
    "version", "written"}`` in reading order; `key` says where the part came from ("entry:<id>"), `written` that a
    person touched it, so that drafting again never overwrites it.  The row's `written`: any part was.  `passed_by` read
    it for an approver who is kept away from it; `held_back`: nobody could, and nobody is shown it.
    """

    minutes = models.ForeignKey(Minutes, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey("meetings.AgendaItem", on_delete=models.RESTRICT, related_name="minutes_items")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    content = SealedJSONField(_("content"))
    written = models.BooleanField(default=False)
    passed_at = models.DateTimeField(null=True)
    passed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    held_back = models.BooleanField(default=False, editable=False)

    history = History()
    objects = MinutesItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["minutes", "item"], name="one_minutes_item"),
            models.CheckConstraint(
                name="minutes_item_passed_both",
                condition=Q(passed_at__isnull=True, passed_by__isnull=True)
                | Q(passed_at__isnull=False, passed_by__isnull=False),
            ),
        ]


class CorrectionQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """One's own agency's, and at the desk all, on minutes items that *member* may see."""
        return self.with_key().filter(
            Q(agency_id=member.agency_id) | Q(minutes_item__minutes__meeting__panel_id__in=member.desk_panels()),
            minutes_item__in=MinutesItem.objects.visible_to(member).order_by().values("pk"),
        )


class Correction(SealedRecord, VersionedRecord):
    """An agency's proposal to correct its own words in draft minutes."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Not accepted")

    minutes_item = models.ForeignKey(MinutesItem, on_delete=models.CASCADE, related_name="corrections")
    part = models.CharField(max_length=60)
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
    objects = CorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="correction_decided_both",
                condition=Q(state="proposed", decided_at__isnull=True, decided_by__isnull=True)
                | Q(~Q(state="proposed"), decided_at__isnull=False, decided_by__isnull=False),
            )
        ]
