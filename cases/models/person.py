"""What becomes known of the people of one case: who says that who harmed whom, and that somebody is of age."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from cases.models.case import Case, Party
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField

IN_THE_ROOM = [Stage.DESK, Stage.MEETING]


class OfCaseQuerySet(RecordQuerySet):
    stages = IN_THE_ROOM

    def visible_to(self, member):
        """Those of cases that *member* sees at the desk or, where members of the meeting may, once signed in it."""
        return self.with_key().filter(opened(member, case="case", stages=self.stages), ~barred(member, case="case"))


class AllegationQuerySet(OfCaseQuerySet):
    def standing(self):
        return self.filter(withdrawn_at__isnull=True)


class CounterAllegation(SealedRecord, VersionedRecord):
    """That somebody says one person of a case harmed another, beside what the referral says.

    An allegation with its day and its source, not a fact: it changes nobody's part in the case.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="counter_allegations")
    harmed = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    against = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    alleged_on = models.DateField(_("day of the allegation"))
    source = SealedField(_("who says so"))
    words = SealedField(_("what is alleged"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = AllegationQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="alleged_against_another", condition=~Q(harmed=F("against")))]


class AggressorAssessment(SealedRecord):
    """Who of a case is assessed to be the primary aggressor, by whom, when, and why; nobody where it cannot be told."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="aggressor_assessments")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, null=True, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    assessor = models.CharField(_("who assessed it"), max_length=120)
    assessed_on = models.DateField(_("day of the assessment"))
    words = SealedField(_("what it rests on"))
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")

    history = History()
    objects = OfCaseQuerySet.as_manager()


class MajorityQuerySet(OfCaseQuerySet):
    stages = [Stage.DESK]

    def waiting(self):
        return self.filter(settled_at__isnull=True)


class Majority(SealedRecord, VersionedRecord):
    """That a person turned 18 while their case was open, and what the desk did about it; raised once, by the clock.

    The day is worked out from the person's date of birth, which is sealed.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="majorities")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    subject = models.ForeignKey("cases.Subject", on_delete=models.CASCADE, related_name="+")
    raised_at = models.DateTimeField()
    done = models.JSONField(default=list)
    words = SealedField(_("what was not needed, and why"))
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = MajorityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "subject"], name="of_age_once"),
            models.CheckConstraint(
                name="majority_settled_both",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]
