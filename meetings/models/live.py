"""What is recorded at an item while it is heard: versioned per part, so that two recorders rarely meet."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField


class OfItemQuerySet(RecordQuerySet):
    """Rows of an item: the desk's, and those of members signed in the meeting."""

    def visible_to(self, member):
        return self.with_key().filter(
            opened(member, case="item__listing__case", stages=[Stage.DESK])
            | opened(member, case="item__listing__case", listing="item__listing", stages=[Stage.MEETING]),
            ~barred(member, case="item__listing__case", listing="item__listing"),
        )


class ItemNote(SealedRecord, VersionedRecord):
    """One part of an item's record, sealed with the listing's key.

    Which parts an item has, in which words and order, the panel's scheme says (`Scheme.notes`).
    """

    class Part(models.TextChoices):
        SUMMARY = "summary", _("Summary")
        VOICE = "voice", _("The victim’s voice")
        RISK_VICTIM = "risk_victim", _("Risk: victim")
        RISK_CHILDREN = "risk_children", _("Risk: children")
        RISK_OTHERS = "risk_others", _("Risk: other adults")
        RISK_PERPETRATOR = "risk_perpetrator", _("Risk: alleged perpetrator")
        RISK_STAFF = "risk_staff", _("Risk: staff")
        PERPETRATOR_LINE = "perpetrator_line", _("Action about the alleged perpetrator, or “considered, because”")
        LINKS = "links", _("MAPPA, child and adult protection, disclosure scheme and orders considered")
        PROGRESS = "progress", _("Progress")
        RISK_PERSON = "risk_person", _("Risk: the person")
        RISK_COMMUNITY = "risk_community", _("Risk: the community")

    item = models.ForeignKey("meetings.AgendaItem", on_delete=models.CASCADE, related_name="notes")
    part = models.CharField(max_length=20, choices=Part)
    text = SealedField(_("text"))
    given_by = SealedField(_("who gave it"))
    written_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()

    history = History()
    objects = OfItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "part"], name="one_note_of_a_part")]


class ItemOutcomeQuerySet(OfItemQuerySet):
    def to_tell(self, member):
        """Those by which *member* or their agency tells the victim: also after the meeting, never past a bar."""
        return self.with_key().filter(
            Q(teller_id=member.pk) | Q(tell_agency_id=member.agency_id),
            opened(member, case="item__listing__case"),
            ~barred(member, case="item__listing__case", listing="item__listing"),
        )


class ItemOutcome(SealedRecord, VersionedRecord):
    """The decision on an item, and who tells the victim what, by when, how safely."""

    class Decision(models.TextChoices):
        UNDECIDED = "", _("Not decided")
        ACTIONS = "actions", _("Actions agreed")
        NONE = "none", _("No actions")
        DEFERRED = "deferred", _("Deferred")
        TRANSFERRED = "transferred", _("Transferred")

    item = models.OneToOneField("meetings.AgendaItem", on_delete=models.CASCADE, related_name="outcome")
    decision = models.CharField(_("decision"), max_length=12, choices=Decision, blank=True)
    reason = SealedField(_("reason"))
    deferred_to = models.ForeignKey(
        "meetings.Meeting", verbose_name=_("deferred to"), on_delete=models.PROTECT, null=True, related_name="+"
    )
    transferred_to = models.CharField(_("transferred to"), max_length=120, blank=True)
    teller = models.ForeignKey(
        "partnership.Member",
        verbose_name=_("who tells the victim"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    tell_agency = models.ForeignKey(
        "partnership.Agency",
        verbose_name=_("agency that tells the victim"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    tell_by = models.DateField(_("by when"), null=True, blank=True)
    tell_how = SealedField(_("how, safely"))
    told_at = models.DateTimeField(_("told"), null=True)
    told_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    not_to_tell_reason = SealedField(_("why the victim is not told"))
    decided_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    history = History()
    objects = ItemOutcomeQuerySet.as_manager()
