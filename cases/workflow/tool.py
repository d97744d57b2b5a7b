"""Loading the table of tools against anti-social behaviour from its reviewable file."""

import datetime
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models.tool import Nation, Tool
from cases.rules.tool_file import ToolFile
from core.history import noting
from core.recording import SystemActor, record

LOADER = SystemActor("tools")
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
    return Tool.objects.aggregate(edition=Max("edition"))["edition"]


@transaction.atomic
def load_tools(file: ToolFile, *, by=LOADER, check: bool = False) -> Changes:
    """Bring the table to what *file* says; with *check* only say what would change.

    A tool that the file does not hold ends yesterday in both nations: it is kept, for decisions rest on it.  Refused
    for an edition older than the table's.  Records tools.loaded with edition, digest and counts.
    """
    held = latest_edition()
    if held and file.edition < held:
        raise ValidationError(
            _("The table holds the edition of %(held)s; this file is older.") % {"held": held.isoformat()}
        )
    rows = {row.code: row for row in Tool.objects.select_for_update()}
    changes = Changes()
    for wanted in file.rows:
        _bring(rows.pop(wanted.code, None), wanted, changes, by=by, check=check)
    for row in rows.values():
        if _end(row):
            changes.ended.append(row.code)
            if not check:
                noting(row, by=by, reason="tool.ended").save(force_update=True)
    if changes and not check:
        counts = {"added": len(changes.added), "changed": len(changes.changed), "ended": len(changes.ended)}
        record("tools.loaded", by=by, detail={"edition": file.edition.isoformat(), "sha256": file.digest} | counts)
    return changes


def _bring(row: Tool | None, wanted: Tool, changes: Changes, *, by, check: bool) -> None:
    if row is None:
        changes.added.append(wanted.code)
        if not check:
            noting(wanted, by=by, reason="tool.added").save(force_insert=True)
        return
    names = [each.attname for each in Tool._meta.concrete_fields if each.attname not in OWN]
    differing = [name for name in names if getattr(row, name) != getattr(wanted, name)]
    if differing:
        changes.changed.append(row.code)
    if (differing or row.edition != wanted.edition) and not check:
        for name in differing:
            setattr(row, name, getattr(wanted, name))
        row.edition = wanted.edition
        noting(row, by=by, reason="tool.changed" if differing else "tool.kept").save(force_update=True)


def _end(row: Tool) -> bool:
    """Let *row* end yesterday wherever it still runs; whether anything changed."""
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    running = [nation for nation in Nation.values if row.period(nation)[1] is None or row.period(nation)[1] > yesterday]
    for nation in running:
        setattr(row, f"{nation}_until", yesterday)
    return bool(running)
