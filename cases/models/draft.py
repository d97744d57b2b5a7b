"""What a member has typed and not yet saved: sealed with the key of what it is about, seen by nobody else.

Without history and audit; saving makes the entry and removes the draft.
"""

from django.db import models

from core.models import RecordQuerySet, SealedRecord
from core.sealing import SealedJSONField


class DraftQuerySet(RecordQuerySet):
    def visible_to(self, member):
        return self.with_key().filter(member_id=member.pk)


class Draft(SealedRecord):
    """The raw form data of one part of one thing, as one member left it."""

    member = models.ForeignKey("partnership.Member", on_delete=models.CASCADE, related_name="+")
    about_kind = models.CharField(max_length=40)
    about_id = models.UUIDField()
    part = models.CharField(max_length=60)
    data = SealedJSONField(shape=dict)
    seen_version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "about_kind", "about_id", "part"], name="one_draft_of_a_part")
        ]
