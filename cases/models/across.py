"""People of two panels who may be one person: found by the worker alone, shown to who matches on both panels."""

from django.db import models
from django.db.models import F, Q

from cases.models.case import Party
from core.models import Record, RecordQuerySet
from partnership.roles import Permission


class PossibleSameQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Pairs of which the member sees both cases, on panels where the member matches across panels."""
        panels = member.panels_with(Permission.MATCH_ACROSS)
        mine = Party.objects.visible_to(member).filter(case__panel__in=panels).order_by().values("pk")
        first, second = (mine.filter(pk__in=PossibleSame.objects.values(side)) for side in ("first", "second"))
        return self.filter(first__in=first, second__in=second)

    def unsettled(self):
        """Those about which nobody has said anything, of people who stand on their cases and are two records still."""
        standing = {"first__superseded_at__isnull": True, "second__superseded_at__isnull": True}
        return self.filter(settled_at__isnull=True, **standing).exclude(first__subject=F("second__subject"))


class PossibleSame(Record):
    """That a person of one panel's case and one of another's may be the same; *first* has the smaller id.

    Says nothing of what agrees: that is worked out from both records when somebody who may see them looks.
    """

    first = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="+")
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    objects = PossibleSameQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_possible_same"),
            models.CheckConstraint(name="possible_same_of_two", condition=Q(first__lt=F("second"))),
        ]
