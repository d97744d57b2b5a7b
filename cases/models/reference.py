"""The last number given to a case or referral of a panel in a year; drawn by `cases.workflow.reference`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Record


class ReferenceCounter(Record):
    """One row per panel, kind and year; the row's lock is what keeps two writers from drawing the same number."""

    class Kind(models.TextChoices):
        CASE = "case", _("case")
        REFERRAL = "referral", _("referral")
        DISCLOSURE = "request", _("request for information")
        EXTRACT = "extract", _("depersonalised extract")

    panel = models.ForeignKey("partnership.Panel", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["panel", "kind", "year"], name="one_counter_of_a_year")]
