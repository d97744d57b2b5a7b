"""Tracks: the courses a case takes under its panel's scheme, and each step of them."""

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage, barred, opened
from cases.models.case import Case
from cases.schemes import scheme_of
from cases.schemes.tracks import State, TrackKind
from core.history import History
from core.models import RecordQuerySet, SealedRecord, VersionedRecord
from core.sealing import SealedField, SealedJSONField

SEEING = (Stage.MEETING, Stage.ACTION, Stage.MANAGING, Stage.DESK)
MANAGING = (Stage.MANAGING, Stage.DESK)


def seen_with(member, *, track: str, stages=SEEING) -> Q:
    """That *member* sees the track of an outer row; *track* is the row's path to it, empty for a track itself.

    A track that is apart opens only to an involvement that names it, and to the desk unless it is closed to the desk
    too.
    """
    to = f"{track}__" if track else ""
    case, itself = f"{to}case", track or "pk"
    desk = [stage for stage in stages if stage == Stage.DESK]
    return (
        Q(**{f"{to}apart": False}) & opened(member, case=case, stages=stages)
        | Q(opened(member, case=case, track=itself, stages=stages))
        | Q(**{f"{to}closed_to_desk": False}) & opened(member, case=case, stages=desk)
    )


class TrackQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """Tracks of cases that the member manages, heard in the meeting or acts on; apart ones where named; no bars."""
        return self.with_key().filter(seen_with(member, track=""), ~barred(member, case="case"))

    def with_part(self, member):
        """Join what says which part *member* has in each: `is_managing`, `is_desk` (see `cases.rules.track`)."""
        at_desk = Q(apart=False) | Q(closed_to_desk=False)
        return self.annotate(
            is_managing=models.ExpressionWrapper(
                seen_with(member, track="", stages=MANAGING), output_field=models.BooleanField()
            ),
            is_desk=models.ExpressionWrapper(
                at_desk & Q(opened(member, case="case", stages=[Stage.DESK])), output_field=models.BooleanField()
            ),
        )

    def running(self):
        return self.filter(ended_at__isnull=True)

    def overdue(self, today):
        return self.running().filter(due_on__lt=today)


class Track(SealedRecord, VersionedRecord):
    """One course of states on one case, of a `TrackKind` of its panel's scheme: nomination, an episode, a contact plan.

    *kind* and *state* are the scheme's codes; *apart* and *closed_to_desk* are copied from the kind, so that sight is
    asked of the row.  `key` is the case's.  Written by `cases.workflow.track` alone.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tracks")
    subject = models.ForeignKey("cases.Subject", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=40)
    apart = models.BooleanField(default=False)
    closed_to_desk = models.BooleanField(default=False)
    since = models.DateField()
    due_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")

    history = History()
    objects = TrackQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "kind"]),
            models.Index(fields=["ended_at", "due_on"]),
            models.Index(fields=["since", "id"]),
        ]

    @cached_property
    def kind_of(self) -> TrackKind:
        """The kind, as the scheme of the case's panel says it."""
        kind = scheme_of(self.case.panel).track_kind(self.kind)
        return kind or TrackKind(self.kind, self.kind, (), (), retired=True)

    @property
    def state_of(self) -> State:
        return self.kind_of.state(self.state)

    @property
    def is_running(self) -> bool:
        return self.ended_at is None


class StepQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """The steps of tracks that *member* sees."""
        return self.with_key().filter(seen_with(member, track="track"), ~barred(member, case="track__case"))

    def in_order(self):
        return self.order_by("at", "created_at", "pk")


class Step(SealedRecord):
    """One move on a track: from which state to which, by whom, from which day, why.

    Append-only: a wrong step is taken back by another, where the scheme declares one.
    """

    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="steps")
    move = models.CharField(max_length=40)
    before = models.CharField(max_length=40, blank=True)
    after = models.CharField(max_length=40)
    at = models.DateTimeField()
    by = models.ForeignKey("partnership.Member", on_delete=models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey("partnership.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    effective_on = models.DateField()
    reason = models.CharField(max_length=40, blank=True)
    words = SealedField(_("in words"))
    details = SealedJSONField(_("details"), shape=dict)

    objects = StepQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["track", "at"])]

    def save(self, *args, **kwargs):
        """Write the step once; `TypeError` for a step that is already written."""
        if not self._state.adding:
            raise TypeError("A step is never changed.")
        super().save(*args, **kwargs)
