"""Holds: a case, or a referral on none, not to be destroyed while somebody outside has a right to what it says."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet


class HoldQuerySet(RecordQuerySet):
    def on(self, case_id):
        """Those that keep the case with this id: on itself, or on a referral that has come to it since."""
        return self.filter(Q(of_case=case_id) | Q(referral__case=case_id))

    def on_referral(self, referral_id):
        """Those on the referral with this id."""
        return self.filter(of_referral=referral_id)


class Hold(Record):
    """That everything of one case, or of one referral that is on no case, is kept, from one instant until another: it
    stops erasure by every road, never work.

    `source_kind` and `source_id` name what asked for it (a request, an inquiry), as opaque as the kept thing's own id:
    the row outlives it, and says nothing about anybody.  Written only through `cases.workflow.hold`.
    """

    class Authority(models.TextChoices):
        REQUEST = "request", _("request or complaint in progress")
        INQUIRY = "inquiry", _("public inquiry")
        COURT = "court", _("court")
        REGULATOR = "regulator", _("regulator or ombudsman")
        CORONER = "coroner", _("coroner")
        REVIEW = "review", _("statutory review of a death or of serious harm")
        INSURER = "insurer", _("insurer or claim")

    case = models.ForeignKey("cases.Case", on_delete=models.SET_NULL, null=True, related_name="holds")
    of_case = models.UUIDField(editable=False, null=True)
    referral = models.ForeignKey("cases.Referral", on_delete=models.SET_NULL, null=True, related_name="holds")
    of_referral = models.UUIDField(editable=False, null=True)
    authority = models.CharField(max_length=10, choices=Authority)
    source_kind = models.CharField(max_length=60)
    source_id = models.UUIDField()
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    set_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    released_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["of_case", "source_kind", "source_id"], condition=Q(until__isnull=True), name="one_live_hold"
            ),
            models.UniqueConstraint(
                fields=["of_referral", "source_kind", "source_id"],
                condition=Q(until__isnull=True),
                name="one_live_hold_of_a_referral",
            ),
            models.CheckConstraint(
                condition=Q(of_case__isnull=False, of_referral__isnull=True)
                | Q(of_case__isnull=True, of_referral__isnull=False),
                name="hold_on_a_case_or_a_referral",
            ),
        ]
        indexes = [
            models.Index(fields=["of_case", "until"]),
            models.Index(fields=["of_referral"]),
            models.Index(fields=["source_id"]),
        ]
