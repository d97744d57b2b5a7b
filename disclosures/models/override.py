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


class ConsentOverride(Record):
    """Points down to the consent as it stood (its row and version), and never changes it.

    Grounds, why they outweigh, whether the person was told, the Caldicott view and who decided stand on the decision,
    which does not change any more.  Information Sharing for Community Safety (2010) §3.1.1.1: a substantial chance that
    not sharing would prejudice preventing or detecting crime; case by case.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="consent_overrides")
    entry = models.ForeignKey("cases.Entry", on_delete=models.SET_NULL, null=True, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    allowance = models.ForeignKey("cases.Allowance", on_delete=models.SET_NULL, null=True, related_name="+")
    consent = models.ForeignKey("consent.Consent", on_delete=models.SET_NULL, null=True, related_name="+")
    consent_version = models.PositiveIntegerField(null=True)
    gap = models.CharField(_("what was missing"), max_length=20)
    review_on = models.DateField(_("look at it again on"))
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    history = History()
    objects = ConsentOverrideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "entry", "agency"],
                condition=Q(entry__isnull=False),
                name="one_override_of_an_entry_for_an_agency",
            )
        ]
