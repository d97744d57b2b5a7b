"""Two records found to be of one person: proposed by one, approved by another, undone exactly; and who was told."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Party
from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField


class MergeQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Those of which *member*, at the desks of the panels concerned, sees every person named in them."""
        mine = Party.objects.visible_to(member).filter(case__panel__in=member.desk_panels()).order_by().values("pk")
        of_this = MergePart.objects.filter(merge=OuterRef("pk"))
        return self.with_key().filter(Exists(of_this), ~Exists(of_this.exclude(party__in=mine)))

    def in_force(self):
        return self.filter(state=Merge.State.APPROVED)

    def waiting(self):
        return self.filter(state=Merge.State.PROPOSED)


class Merge(SealedRecord, VersionedRecord):
    """That the record *gone* is of the same person as *kept*: both stay, and what pointed where is in the parts.

    Only people on cases in the proposer's sight move; where *gone* stands on other cases it lives on there, and nobody
    learns of it.  Sealed with the key of the record that is kept.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        UNDONE = "undone", _("Undone")

    kept = models.ForeignKey("cases.Subject", on_delete=models.CASCADE, related_name="merges")
    gone = models.ForeignKey("cases.Subject", on_delete=models.CASCADE, related_name="merged_away")
    state = models.CharField(max_length=9, choices=State, default=State.PROPOSED)
    words = SealedField(_("why it is one person"))
    although_distinct = models.BooleanField(_("found to be two people before"), default=False)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    decision_words = SealedField(_("what the second person says"))
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    undo_words = SealedField(_("why it was undone"))

    history = History()
    objects = MergeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="merge_of_two", condition=~Q(kept=F("gone"))),
            models.CheckConstraint(
                name="merge_by_two_people",
                condition=~Q(decided_by=F("proposed_by")) | Q(state="withdrawn"),
            ),
            models.CheckConstraint(
                name="merge_decided_has_who",
                condition=Q(state="proposed", decided_at__isnull=True, decided_by__isnull=True)
                | Q(~Q(state="proposed"), decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="merge_undone_has_who",
                condition=Q(state="undone", undone_at__isnull=False, undone_by__isnull=False)
                | Q(~Q(state="undone"), undone_at__isnull=True, undone_by__isnull=True),
            ),
            models.UniqueConstraint(fields=["kept", "gone"], condition=Q(state="proposed"), name="one_merge_proposed"),
        ]
        indexes = [models.Index(fields=["state", "proposed_at"])]


class MergePart(Record):
    """One person of a case as it stood: of the record that moves or of the one that stays.

    `linked_at` and `linked_by` are what the person said before the merge; `superseded` tells that the merge put another
    person of the same case in this one's place, `followed` which rows of the case named the record that went.
    """

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="parts")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="merge_parts")
    moves = models.BooleanField()
    linked_at = models.DateTimeField(null=True)
    linked_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    superseded = models.BooleanField(default=False)
    followed = models.JSONField(default=list)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "party"], name="one_part_of_a_merge")]


class MergeToldQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """What the member was told."""
        return self.filter(member_id=member.pk)

    def unread(self):
        return self.filter(read_at__isnull=True)


class MergeTold(Record):
    """That a member who saw people of both records was told that they are one, or are two again."""

    class News(models.TextChoices):
        COMBINED = "combined", _("Two records were combined")
        UNDONE = "undone", _("A combination of two records was undone")

    merge = models.ForeignKey(Merge, on_delete=models.CASCADE, related_name="told")
    member = models.ForeignKey("partnership.Member", on_delete=models.CASCADE, related_name="+")
    news = models.CharField(max_length=8, choices=News)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = MergeToldQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "member", "news"], name="told_once_of_a_merge")]
        indexes = [models.Index(fields=["member", "read_at"])]
