"""Whether a case is linked to MAPPA: a pointer to who knows, never what they know."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from cases.models.case import Case
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField
from partnership.models import Agency

RESPONSIBLE = (Agency.Kind.POLICE, Agency.Kind.PROBATION, Agency.Kind.PRISON)
ON_THE_CASE = (Stage.RESEARCH, Stage.MEETING, Stage.ACTION, Stage.MANAGING, Stage.DESK)


def responsible_on(member, *, case: str) -> Q:
    """That *member* is of the responsible authority (police, probation, prisons) and on the outer row's *case*."""
    of_it = Agency.objects.filter(pk=member.agency_id, kind__in=RESPONSIBLE)
    return Q(Exists(of_it)) & Q(opened(member, case=case, stages=ON_THE_CASE))


def named_on(member, *, case: str) -> Q:
    """That the agency of *member* has a duty to co-operate, is named in the pointer of the outer *case*, and on it."""
    named = MappaPointer.objects.filter(case=OuterRef(case), named=member.agency_id)
    return Q(Exists(named)) & Q(opened(member, case=case, stages=ON_THE_CASE))


class MappaPointerQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The responsible authority on the case, and who co-operates where named; the panel's desk only as either."""
        return self.with_key().filter(
            responsible_on(member, case="case") | named_on(member, case="case"), ~barred(member, case="case")
        )


class MappaPointer(SealedRecord, VersionedRecord):
    """Linked or not, at which level, and whom to ask.  No room for a category or minutes, on purpose.

    *named*: agencies with a duty to co-operate that may read it, too.  Criminal Justice Act 2003 ss.325–327B.
    """

    class Linked(models.TextChoices):
        YES = "yes", _("Linked")
        NO = "no", _("Not linked")
        WITHHELD = "withheld", _("Withheld")

    class Level(models.TextChoices):
        ONE = "1", _("Level 1: ordinary agency management")
        TWO = "2", _("Level 2: active multi-agency management")
        THREE = "3", _("Level 3: senior oversight")

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="mappa")
    linked = models.CharField(max_length=8, choices=Linked)
    level = models.CharField(max_length=1, choices=Level, blank=True)
    lead = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    contact = SealedField(_("whom to ask there"))
    named = models.ManyToManyField("partnership.Agency", related_name="+")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")

    history = History()
    objects = MappaPointerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mappa_told_only_where_linked",
                condition=Q(linked="yes") | Q(level="", lead__isnull=True),
            )
        ]
