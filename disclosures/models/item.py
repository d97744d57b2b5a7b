"""What a decision approves, piece by piece, and to whom: the pieces' words have a key of their own."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models import Entry
from core.models import RecordQuerySet, SealedRecord
from core.sealing import SealedField
from disclosures.models.decision import Decision


class DecisionItemQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The originator's; a recipient sees what was released to it, not this."""
        return self.with_key().filter(decision__in=Decision.objects.visible_to(member))

    def approved(self):
        """The pieces that leave."""
        return self.filter(withheld=False)

    def in_order(self):
        return self.order_by("position", "created_at", "pk")


class DecisionItem(SealedRecord):
    """One piece: the originator's words as they are, and the words that leave.  `key` is the decision's `words_key`.

    Fact, opinion or intelligence, source, grade and currency go with it (guidance §4.2.3; DPA 2018 s.38).
    """

    Grade = Entry.Grade

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="items")
    entry = models.ForeignKey("cases.Entry", on_delete=models.SET_NULL, null=True, related_name="+")
    party = models.ForeignKey("cases.Party", on_delete=models.SET_NULL, null=True, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    category = models.CharField(max_length=40, blank=True)
    original = SealedField(_("as it is held"))
    words = SealedField(_("what leaves"))
    withheld = models.BooleanField(_("withheld"), default=False)
    nature = models.CharField(max_length=12, choices=Entry.Nature, default=Entry.Nature.FACT)
    source = SealedField(_("source"))
    grade = models.CharField(max_length=10, choices=Grade, default=Grade.CONFIRMED)
    known_on = models.DateField(_("as known on"), null=True)
    gaps = SealedField(_("what is not known"))

    objects = DecisionItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "entry"], condition=Q(entry__isnull=False), name="one_item_of_an_entry"
            )
        ]
        indexes = [models.Index(fields=["decision", "position"])]

    @property
    def is_redacted(self) -> bool:
        """Whether less leaves than is held."""
        return not self.withheld and self.words != self.original


class DecisionRecipientQuerySet(RecordQuerySet):
    def visible_to(self, member):
        return self.with_key().filter(decision__in=Decision.objects.visible_to(member))


class DecisionRecipient(SealedRecord):
    """One named person to whom a decision lets information go, and why that person needs it.

    A member, or (in a meeting, by an observer who signed) a name and organisation.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="recipients")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    member = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    observer = models.CharField(_("observer"), max_length=250, blank=True)
    need = SealedField(_("why this person needs it"))

    objects = DecisionRecipientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "member"], condition=Q(member__isnull=False), name="one_recipient_of_a_member"
            ),
            models.CheckConstraint(
                name="recipient_member_or_observer",
                condition=Q(member__isnull=False, agency__isnull=False, observer="")
                | Q(member__isnull=True) & ~Q(observer=""),
            ),
        ]
