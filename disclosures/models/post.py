"""The papers of disclosures and the letters that carry what was released."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import History
from disclosures.models.decision import Decision
from partnership.post.letter import PostedLetter, PostedLetterQuerySet
from partnership.post.paper import MadePaper, MadePaperQuerySet


class DisclosurePaperQuerySet(MadePaperQuerySet):
    def visible_to(self, member):
        """A record with its decision; what was released with its release, while that may be opened."""
        from disclosures.models.release import Release

        record = Q(kind="record", decision__in=Decision.objects.visible_to(member).order_by().values("pk"))
        released = Q(kind="release", release__in=Release.objects.openable_by(member).order_by().values("pk"))
        return self.with_key().filter(record | released)


class DisclosurePaper(MadePaper):
    """The one-page record of a decision (under the request's key), or what was released (under its `words_key`)."""

    class Kind(models.TextChoices):
        RECORD = "record", _("Record of a decision")
        RELEASE = "release", _("Released information")

    kind = models.CharField(max_length=8, choices=Kind)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="papers")
    release = models.ForeignKey("disclosures.Release", on_delete=models.CASCADE, null=True, related_name="papers")

    history = History(excluded_fields=["progress", "making_at"])
    objects = DisclosurePaperQuerySet.as_manager()

    class Meta(MadePaper.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "number"], condition=Q(kind="record"), name="one_record_of_a_number"
            ),
            models.UniqueConstraint(
                fields=["release", "number"], condition=Q(kind="release"), name="one_release_paper_of_a_number"
            ),
            models.CheckConstraint(
                name="paper_of_release_or_decision",
                condition=Q(kind="release", release__isnull=False) | Q(kind="record", release__isnull=True),
            ),
        ]
        indexes = [*MadePaper.Meta.indexes, models.Index(fields=["decision", "kind"])]


class ReleaseLetterQuerySet(PostedLetterQuerySet):
    def visible_to(self, member):
        """With its release: the recipient, and the liaison officers of both sides."""
        from disclosures.models.release import Release

        return self.with_key().filter(release__in=Release.objects.visible_to(member).order_by().values("pk"))


class ReleaseLetter(PostedLetter):
    """A letter that carries what was released to its named recipient."""

    release = models.ForeignKey("disclosures.Release", on_delete=models.CASCADE, related_name="letters")
    paper = models.ForeignKey(DisclosurePaper, on_delete=models.PROTECT, related_name="letters")

    history = History(excluded_fields=["enqueued_at"])
    objects = ReleaseLetterQuerySet.as_manager()

    class Meta(PostedLetter.Meta):
        indexes = [*PostedLetter.Meta.indexes, models.Index(fields=["release", "state"])]
