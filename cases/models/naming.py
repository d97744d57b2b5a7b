"""That a panel was told who reported something: a decision of the desk, with what the reporter says of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from cases.models.case import Case, Party
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField


class NamingQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Those of cases that *member* sees at the desk."""
        return self.with_key().filter(opened(member, case="case", stages=[Stage.DESK]), ~barred(member, case="case"))

    def standing(self):
        return self.filter(ended_at__isnull=True)


class Naming(SealedRecord, VersionedRecord):
    """From `named_at` until `ended_at` everybody who sees the people of the case sees this reporter among them.

    No paper, agenda or minutes names the reporter even then.  Without such a row the panel reads “Reporter A”.
    """

    class Says(models.TextChoices):
        AGREES = "agrees", _("The reporter agrees")
        OBJECTS = "objects", _("The reporter does not agree")
        UNASKED = "unasked", _("The reporter could not be asked")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="namings")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="namings")
    says = models.CharField(max_length=8, choices=Says)
    words = SealedField(_("why the panel needs to know"))
    named_at = models.DateTimeField()
    named_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = NamingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=models.Q(ended_at__isnull=True), name="one_standing_naming"
            )
        ]
