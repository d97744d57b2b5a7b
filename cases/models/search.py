"""The result of a search: ids behind an opaque, short-lived address.  The words searched for are kept nowhere."""

import datetime

from django.db import models
from django.utils import timezone

from core.models import Record, RecordQuerySet

LIFE = datetime.timedelta(minutes=20)


class FoundQuerySet(RecordQuerySet):
    def visible_to(self, member):
        """One's own results while they live."""
        return self.filter(member_id=member.pk, created_at__gt=timezone.now() - LIFE)


class Found(Record):
    """What one search found: `people` holds ``[subject id, [kinds that agreed], [ids of the parties that say so]]``,
    `cases` and `referrals` hold ids."""

    member = models.ForeignKey("partnership.Member", on_delete=models.CASCADE, related_name="+")
    people = models.JSONField(default=list)
    cases = models.JSONField(default=list)
    referrals = models.JSONField(default=list)

    objects = FoundQuerySet.as_manager()
