"""Sheets: the forms that are kept of a case under its scheme, version by version."""

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.models.access import barred, opened
from cases.models.case import Case
from cases.models.track import SEEING, Track, seen_with
from cases.schemes import scheme_of
from cases.schemes.tracks import SheetKind
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedJSONField


class SheetQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Sheets of cases that the member manages, heard or acts on, of a track with the track; never past a bar."""
        whole = Q(track__isnull=True) & opened(member, case="case", stages=SEEING)
        return self.with_key().filter(
            whole | Q(track__isnull=False) & seen_with(member, track="track"), ~barred(member, case="case")
        )

    def in_order(self):
        return self.order_by("created_at", "pk")


class Sheet(SealedRecord, VersionedRecord):
    """One filled form of a `SheetKind`: a profile, a plan, an assessment.

    `data` maps the items' codes to plain values; `counted` repeats, in clear, what the scheme counts: codes, numbers
    and dates alone.  `key` is the case's.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sheets")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, null=True, related_name="sheets")
    kind = models.CharField(max_length=40)
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    data = SealedJSONField(_("answers"), shape=dict)
    counted = models.JSONField(default=dict)
    due_on = models.DateField(_("due"), null=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = SheetQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["case", "kind"]), models.Index(fields=["track", "kind"])]

    @cached_property
    def kind_of(self) -> SheetKind:
        """The kind, as the scheme of the case's panel says it."""
        return scheme_of(self.case.panel).sheet_kind(self.kind) or SheetKind(self.kind, self.kind, ())

    @property
    def title(self) -> str:
        return self.kind_of.title_of(self.data)
