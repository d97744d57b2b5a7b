"""History rows: what a record was, who changed it and under which reason code.

`noting` hands both to the next save, also outside a request; sealed columns are sealed again in the history row
with the record's own key.
"""

from functools import lru_cache
from typing import TypeVar

from django.db import models
from django.dispatch import receiver
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from core.recording import SystemActor
from core.sealing import as_stored, using_keys


class HistoryActor(models.Model):
    """Names the system actor of a change that no member made."""

    history_actor = models.CharField(max_length=60, blank=True)

    class Meta:
        abstract = True


class HistoryManagerMadeOnce(HistoryManager):
    """The library builds the manager's class anew at each look at a record's history; here once per queryset."""

    @classmethod
    @lru_cache(maxsize=8)
    def from_queryset(cls, queryset_class, class_name=None):
        return super().from_queryset(queryset_class, class_name)


class History(HistoricalRecords):
    """`HistoricalRecords` for sealed records, erased with their record."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("bases", [HistoryActor])
        kwargs.setdefault("cascade_delete_history", True)
        kwargs.setdefault("inherit", False)
        kwargs.setdefault("history_manager", HistoryManagerMadeOnce)
        super().__init__(*args, **kwargs)

    def create_historical_record(self, instance, history_type, using=None):
        """Lend the record's opened key to its history row for the moment of writing; what nobody read is copied."""
        key = instance._state.fields_cache.get("key")
        with using_keys(*([key] if key else [])), as_stored():
            return super().create_historical_record(instance, history_type, using)


@receiver(pre_create_historical_record)
def name_the_actor(*, instance, history_instance, **_more):
    """Write the system actor of a change that no member made into its history row."""
    history_instance.history_actor = getattr(instance, "_history_actor", "")


Row = TypeVar("Row", bound=models.Model)


def noting(record: Row, *, by, reason: str) -> Row:
    """Let the next save of *record* say in history who changed it and why (*reason*: a code of at most 100 letters)."""
    record._history_user = None if isinstance(by, SystemActor) else by
    record._change_reason = reason
    record._history_actor = by.name if isinstance(by, SystemActor) else ""
    return record
