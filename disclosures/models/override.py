"""An override: that one decision lets one agency have one entry although no consent covers it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet
from disclosures.models.decision import Decision


class ConsentOverrideQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """With the decision: the originator's alone."""
        return self.filter(decision__in=Decision.objects.visible_to(member).order_by().values("pk"))

    def to_look_at(self, on):
        """Those that stand, whose day of review is *on* or earlier, and that nobody has looked at again.

        An emergency release is looked at with its own review.
        """
        standing = self.filter(ended_at__isnull=True, reviewed_at__isnull=True, decision__state="decided")
        return standing.filter(review_on__lte=on).exclude(decision__way="emergency")


class ConsentOverride(Record):
    """Points down to the consent as it stood (its row and version), and never changes it.

    Grounds, why they outweigh, whether the person was told, the Caldicott view and who decided stand on the decision,
    which does not change any more.  Information Sharing for Community Safety (2010) §3.1.1.1: a substantial chance that
    not sharing would prejudice preventing or detecting crime; case by case.  `category` says which kind of information
    it was, also of what came from no entry, or left shortened: then it names no entry and opens none.  `sheet` is that
    decision on the merits, where the panel keeps it as a form of the episode.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="consent_overrides")
    entry = models.ForeignKey("cases.Entry", on_delete=models.SET_NULL, null=True, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey("cases.Sheet", on_delete=models.SET_NULL, null=True, related_name="+")
    allowance = models.ForeignKey("cases.Allowance", on_delete=models.SET_NULL, null=True, related_name="+")
    consent = models.ForeignKey("consent.Consent", on_delete=models.SET_NULL, null=True, related_name="+")
    consent_version = models.PositiveIntegerField(null=True)
    category = models.CharField(_("kind of information"), max_length=40, blank=True)
    gap = models.CharField(_("what was missing"), max_length=20)
    review_on = models.DateField(_("look at it again on"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    history = History()
    objects = ConsentOverrideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "entry", "agency"],
                condition=Q(entry__isnull=False),
                name="one_override_of_an_entry_for_an_agency",
            ),
            models.CheckConstraint(
                name="override_reviewed_has_who",
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["review_on"],
                condition=Q(ended_at__isnull=True, reviewed_at__isnull=True),
                name="override_to_look_at",
            )
        ]

    @property
    def is_outdated(self) -> bool:
        """Whether the entry was changed since: it is closed again, and its newer words are decided anew."""
        if self.ended_at or not (self.entry and self.allowance):
            return False
        return self.entry.version != self.allowance.version
