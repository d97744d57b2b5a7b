"""The agenda: which listing is heard at which meeting, in which order, and what each issue of it said."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models import Listing
from cases.models.access import barred, opened
from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField


class AgendaItemQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Items whose listing *member* may see, with the listing, its case and their keys joined."""
        return self.select_related("key", "listing__key", "listing__case__key").filter(
            opened(member, case="listing__case", listing="listing"),
            ~barred(member, case="listing__case", listing="listing"),
        )

    def standing(self):
        """Items that were not taken off the agenda."""
        return self.filter(removed_at__isnull=True)

    def in_order(self):
        return self.order_by("position", "created_at", "pk")


class AgendaItem(SealedRecord, VersionedRecord):
    """One listing's place on one meeting's agenda, sealed with the listing's key."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be heard")
        OPEN = "open", _("Being heard")
        HEARD = "heard", _("Heard")

    class Removal(models.TextChoices):
        LATER = "later", _("It is heard at a later meeting")
        NOT_READY = "not_ready", _("The information or the presenter is not ready")
        WITHDRAWN = "withdrawn", _("The referring agency withdrew it")
        HEARD = "heard", _("It was heard at the earlier meeting after all")
        MISTAKE = "mistake", _("It was listed by mistake")
        CANCELLED = "cancelled", _("The meeting was cancelled")
        OTHER = "other", _("Another reason")

    meeting = models.ForeignKey(
        "meetings.Meeting", verbose_name=_("meeting"), on_delete=models.CASCADE, related_name="items"
    )
    listing = models.OneToOneField(Listing, on_delete=models.CASCADE, related_name="item")
    position = models.PositiveSmallIntegerField(_("order"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    presenter = models.ForeignKey(
        "partnership.Member", verbose_name=_("presenter"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    presenter_confirmed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    spent_seconds = models.PositiveIntegerField(_("time of earlier openings, seconds"), default=0)
    led_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    beat = models.PositiveIntegerField(default=0, editable=False)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    removed_reason = models.CharField(_("reason"), max_length=12, choices=Removal, blank=True)
    removed_words = SealedField(_("in words"))

    history = History(excluded_fields=["beat"])
    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["meeting", "position"])]


class AgendaIssue(Record):
    """An agenda as it was issued: numbers, ids and codes alone, so that the next issue can say what changed."""

    meeting = models.ForeignKey("meetings.Meeting", on_delete=models.CASCADE, related_name="agenda_issues")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    changes = models.JSONField(default=list)
    issued_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="one_agenda_issue")]
