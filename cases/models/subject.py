"""Subjects: the people whom cases are about, and the keyed hashes by which they are found."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from core.history import History
from core.models import Record, RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedDateField, SealedField, SealedJSONField


class SubjectQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Subjects who are party to a case that *member* may see."""
        from cases.models.case import Case, Party, told_of

        cases = Case.objects.visible_to(member).values("pk")
        parties = Party.objects.filter(told_of(member), subject=OuterRef("pk"), case__in=cases)
        return self.with_key().filter(Exists(parties))


class Subject(SealedRecord, VersionedRecord):
    """One person, whatever part they have in which case.

    Holds the identity alone; where a person lives and how they are reached belongs to the case in which it was
    said (`Party`), so that an address never flows from one case to another.
    """

    partnership = models.ForeignKey("partnership.Partnership", on_delete=models.PROTECT, related_name="+")
    given_name = SealedField(_("given names"))
    family_name = SealedField(_("family name"))
    aliases = SealedJSONField(_("aliases and other spellings"))
    birth_date = SealedDateField(_("date of birth"))

    history = History()
    objects = SubjectQuerySet.as_manager()

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()


class SearchKeyQuerySet(RecordQuerySet):
    pass


class SearchKey(models.Model):
    """A keyed hash of one form of a subject's name or birth date (`core.search`); deleted with the subject."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="search_keys")
    kind = models.CharField(max_length=12)
    digest = models.BinaryField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "kind", "subject"], name="one_search_key")]


class DistinctPair(Record):
    """That two people were compared and found not to be the same; remembered, so that it is not asked again."""

    first = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey("cases.Party", on_delete=models.CASCADE, related_name="distinct_from")
    decided_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    history = History()
    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "party"], name="one_distinct_pair")]
