"""The abstract record: an id made in Python, a version that two writers cannot both win, sealed columns."""

import uuid

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.sealing import SealedDateField, SealedField, SealedJSONField, SealingError, sealed_fields

LAST_VERSION = 2**31 - 1  # what the databases keep


class StaleVersion(ValidationError):
    """Somebody saved this record after the writer opened it; `record` is the row as the writer has it."""

    def __init__(self, record):
        self.record = record
        super().__init__(
            _("Somebody else saved this while you were writing. Nothing of yours is lost: compare and save again."),
            code="stale",
        )


class RecordQuerySet(models.QuerySet):
    """Refuses the roads by which sealed columns would be compared, sorted or poured out."""

    def order_by(self, *names):
        self._refuse_sealed(name.lstrip("-") for name in names if isinstance(name, str))
        return super().order_by(*names)

    def _values(self, *fields, **expressions):
        self._refuse_sealed(fields or [f.attname for f in self.model._meta.concrete_fields])
        return super()._values(*fields, **expressions)

    def _refuse_sealed(self, names) -> None:
        sealed = {field.name for field in sealed_fields(self.model)}
        for name in names:
            if name in sealed:
                raise SealingError(f"{self.model.__name__}.{name} is sealed: it is neither sorted nor listed by value.")

    def with_key(self):
        """Join the key, so that sealed columns open; part of every `visible_to`."""
        return self.select_related("key")

    def live(self, at=None):
        """Rows that hold at *at* (default now): `since` has come and `until` has not."""
        at = at or timezone.now()
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gt=at), since__lte=at)


class Record(models.Model):
    """A row with an opaque id that is made in Python."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True


class SealedRecord(Record):
    """A record with sealed columns; `key` is what they are sealed with."""

    key = models.ForeignKey("core.Key", on_delete=models.PROTECT, related_name="+", editable=False)

    class Meta:
        abstract = True

    def refresh_from_db(self, using=None, fields=None, from_queryset=None):
        if from_queryset is None:
            from_queryset = type(self)._base_manager.select_related("key")
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)


class VersionedRecord(models.Model):
    """A record that several people may edit: each save is over a version that its writer has seen."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save_over(self, seen: int) -> None:
        """Save as the version after *seen*; `StaleVersion` where another save came between.

        The comparison is part of the UPDATE itself, so that of two writers at the same instant one is refused.
        """
        if not 0 <= seen < LAST_VERSION:
            raise StaleVersion(self)
        self.version = seen + 1
        self._seen_version = seen
        try:
            with transaction.atomic():
                self.save(force_update=True)
        except StaleVersion:
            self.version = seen
            raise
        finally:
            del self._seen_version

    def _do_update(self, base_qs, using, pk_val, values, update_fields, forced_update):
        seen = getattr(self, "_seen_version", None)
        if seen is not None:
            base_qs = base_qs.filter(version=seen)
        updated = super()._do_update(base_qs, using, pk_val, values, update_fields, forced_update)
        if seen is not None and not updated:
            raise StaleVersion(self)
        return updated


__all__ = [
    "Record",
    "RecordQuerySet",
    "SealedDateField",
    "SealedField",
    "SealedJSONField",
    "SealedRecord",
    "StaleVersion",
    "VersionedRecord",
]
