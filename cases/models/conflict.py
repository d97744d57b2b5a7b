"""Members who are, are related to, or work or live beside a person of a case."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from audit.models import Event
from cases.models.access import Stage, barred, opened
from cases.models.case import Case
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField


class ConflictQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Those of cases that *member* sees at the desk; nobody sees their own."""
        desk = opened(member, case="case", stages=[Stage.DESK])
        return self.with_key().filter(desk, ~barred(member, case="case")).exclude(member_id=member.pk)

    def standing(self):
        return self.filter(lifted_at__isnull=True)

    def with_attempts(self):
        """Tell whether the member asked for the case in vain since the desk last looked."""
        asked = Event.objects.filter(
            Q(case_id=OuterRef("case_id")) | Q(thing_id=OuterRef("case_id")),
            name="access.refused",
            member_id=OuterRef("member_id"),
            at__gt=Coalesce(OuterRef("looked_at"), OuterRef("declared_at")),
        )
        return self.annotate(was_tried=Exists(asked))


class Conflict(SealedRecord, VersionedRecord):
    """That *member* is kept from *case* because of who they are to a person of it.

    Why is sealed with the case: that a named member is its subject is as private as the case.  `senior` is the officer
    of the member's agency through whom alone the desk speaks to it about this case.
    """

    class Relation(models.TextChoices):
        SELF = "self", _("Is a person of this case")
        RELATED = "related", _("Is related to, or a partner or friend of, a person of this case")
        COLLEAGUE = "colleague", _("Works beside, or manages, a person of this case")
        NEIGHBOUR = "neighbour", _("Lives near a person of this case, or knows them otherwise")

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="conflicts")
    member = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, related_name="+")
    relation = SealedField(_("who they are to a person of the case"))
    words = SealedField(_("what is known of it"))
    whole_agency = models.BooleanField(_("the whole agency is kept from it"), default=False)
    senior = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    bar = models.ForeignKey("cases.Bar", on_delete=models.PROTECT, related_name="+")
    agency_bar = models.ForeignKey("cases.Bar", on_delete=models.PROTECT, null=True, related_name="+")
    declared_at = models.DateTimeField()
    declared_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = ConflictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "member"], condition=Q(lifted_at__isnull=True), name="one_standing_conflict"
            ),
        ]

    @property
    def relation_words(self) -> str:
        return str(dict(self.Relation.choices).get(self.relation, ""))
