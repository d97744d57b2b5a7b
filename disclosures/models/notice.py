"""Recall and correction: what was released is found wrong or unlawful, and everyone who received it is told."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Action
from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from disclosures.models.decision import Decision
from disclosures.models.release import Release


class ReleaseNoticeQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Its words: the originator's, and whoever was told by it, while they may see their release."""
        mine = Release.objects.of(member).order_by().values("pk")
        told = NoticeReceipt.objects.filter(release__in=mine).order_by().values("notice")
        answering = Decision.objects.visible_to(member).order_by().values("pk")
        return self.with_key().filter(Q(pk__in=told) | Q(decision__in=answering))


class ReleaseNotice(SealedRecord):
    """That what one decision released is corrected or recalled, why, and in which words.

    Sealed with the request's key: it must still reach who printed what the release's own key no longer opens.
    Data Protection Act 2018 s.38(5)(c).
    """

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("Correction")
        RECALL = "recall", _("Recall")

    class Reason(models.TextChoices):
        WRONG = "wrong", _("It is not accurate")
        WRONG_PERSON = "wrong_person", _("It is about another person")
        OUTDATED = "outdated", _("It is out of date")
        UNLAWFUL = "unlawful", _("It should not have been shared")
        NOT_RATIFIED = "not_ratified", _("The emergency release was not ratified")
        CONSENT = "consent", _("The consent it rested on was withdrawn")
        SUPERSEDED = "superseded", _("A later decision takes its place")
        LEFT = "left", _("The recipient may no longer hold it")

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    words = SealedField(_("what is wrong, and what to do"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = ReleaseNoticeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["decision", "made_at"])]


class NoticeReceiptQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Who was told, and the liaison officers of both sides."""
        seen = Q(release__in=Release.objects.visible_to(member).order_by().values("pk"))
        return self.with_key().filter(self._told(member) | seen)

    def told(self, member):
        """Those by which *member* is told: asked of the named recipient alone, without asking for standing.

        Who has left the protocol, or is kept away from the case since, must still give back what they have: a receipt
        says by its codes that something was wrong, and the notice's words stay closed to them.
        """
        return self.with_key().filter(self._told(member))

    def waiting(self):
        return self.filter(acknowledged_at__isnull=True)

    def _told(self, member) -> Q:
        return Q(release__member_id=member.pk, release__agency_id=member.agency_id)


class NoticeReceipt(SealedRecord, VersionedRecord):
    """One recipient's acknowledgement of a notice; `had_printed` is what the release said of them when it was made.

    Whose consent has ended may be kept on a lawful *basis* of the recipient's own agency: its code, and why in words.
    """

    class Done(models.TextChoices):
        DESTROYED = "destroyed", _("Every copy is destroyed")
        CORRECTED = "corrected", _("Every copy is corrected")
        NOTHING_KEPT = "nothing_kept", _("Nothing was kept")
        OTHER_BASIS = "other_basis", _("It is kept: my agency has another lawful basis")

    notice = models.ForeignKey(ReleaseNotice, on_delete=models.CASCADE, related_name="receipts")
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="receipts")
    had_printed = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    done = models.CharField(_("what was done"), max_length=12, choices=Done, blank=True)
    basis = models.CharField(_("the other lawful basis"), max_length=8, blank=True)
    basis_words = SealedField(_("why it applies"))
    reminded_on = models.DateField(null=True)

    history = History()
    objects = NoticeReceiptQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "release"], name="one_receipt_of_a_notice"),
            models.CheckConstraint(
                name="receipt_acknowledged_has_who",
                condition=Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True, done="")
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False) & ~Q(done=""),
            ),
            models.CheckConstraint(
                name="receipt_kept_has_basis",
                condition=Q(done="other_basis") & ~Q(basis="") | ~Q(done="other_basis") & Q(basis=""),
            ),
        ]
        indexes = [models.Index(fields=["release", "acknowledged_at"])]


class NoticeActionQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With the action."""
        return self.filter(action__in=Action.objects.visible_to(member).order_by().values("pk"))

    def answered_for(self, member):
        """Those of the member's agency, and those of the panels at whose desk the member sits."""
        mine = Q(action__agency_id=member.agency_id) | Q(action__case__panel_id__in=member.desk_panels())
        return self.visible_to(member).filter(mine)

    def waiting(self):
        """Those that nobody has looked at, and whose action is still open."""
        return self.filter(looked_at__isnull=True, action__in=Action.objects.unfinished().order_by().values("pk"))

    def joined(self):
        """With what pages and verbs need."""
        return self.select_related("notice", "action__key", "action__case__panel", "action__agency")


class NoticeAction(Record):
    """An open action of an agency that received what a notice corrects or recalls: it may rest on that.

    To be looked at again, by its agency or the desk.  Of the notice it tells the kind and the day, and nothing else.
    """

    notice = models.ForeignKey(ReleaseNotice, on_delete=models.CASCADE, related_name="actions")
    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="+")
    looked_at = models.DateTimeField(null=True)
    looked_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = NoticeActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "action"], name="one_flag_of_an_action_by_a_notice"),
            models.CheckConstraint(
                name="flagged_action_looked_at_has_who",
                condition=Q(looked_at__isnull=True, looked_by__isnull=True)
                | Q(looked_at__isnull=False, looked_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["action", "looked_at"])]
