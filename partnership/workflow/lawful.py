"""Loading the table of lawful bases from its reference file."""

import datetime
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.recording import SystemActor, record
from partnership.lawful.reference import Reference
from partnership.models import LegalBasis

LOADER = SystemActor("lawful bases")
OWN = ("id", "created_at", "edition")


@dataclass
class Changes:
    """The codes that a loading adds, changes and ends."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def __bool__(self):
        return bool(self.added or self.changed or self.ended)


def latest_edition() -> datetime.date | None:
    """The edition that the table holds, None while it is empty."""
    return LegalBasis.objects.aggregate(edition=Max("edition"))["edition"]


@transaction.atomic
def load_legal_bases(reference: Reference, *, by=LOADER, check: bool = False) -> Changes:
    """Bring the table to what *reference* says; with *check* only say what would change.

    A row that the reference does not hold ends yesterday: it is kept, for decisions rest on it.  Refused for an
    edition older than the table's.  Records legal_bases.loaded with edition, digest and counts, where anything changed.
    """
    held = latest_edition()
    if held and reference.edition < held:
        raise ValidationError(
            _("The table holds the edition of %(held)s; this file is older.") % {"held": held.isoformat()}
        )
    rows = {row.code: row for row in LegalBasis.objects.select_for_update()}
    changes = Changes()
    for wanted in reference.rows:
        _bring(rows.pop(wanted.code, None), wanted, changes, by=by, check=check)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    for row in rows.values():
        if row.valid_until is None or row.valid_until > yesterday:
            row.valid_until = yesterday
            changes.ended.append(row.code)
            if not check:
                noting(row, by=by, reason="legal_basis.ended").save(force_update=True)
    if changes and not check:
        counts = {"added": len(changes.added), "changed": len(changes.changed), "ended": len(changes.ended)}
        said = {"edition": reference.edition.isoformat(), "sha256": reference.digest}
        record("legal_bases.loaded", by=by, detail=said | counts)
    return changes


def _bring(row: LegalBasis | None, wanted: LegalBasis, changes: Changes, *, by, check: bool) -> None:
    if row is None:
        changes.added.append(wanted.code)
        if not check:
            noting(wanted, by=by, reason="legal_basis.added").save(force_insert=True)
        return
    names = [each.attname for each in LegalBasis._meta.concrete_fields if each.attname not in OWN]
    differing = [name for name in names if getattr(row, name) != getattr(wanted, name)]
    if differing:
        changes.changed.append(row.code)
    if (differing or row.edition != wanted.edition) and not check:
        for name in differing:
            setattr(row, name, getattr(wanted, name))
        row.edition = wanted.edition
        noting(row, by=by, reason="legal_basis.changed" if differing else "legal_basis.kept").save(force_update=True)
