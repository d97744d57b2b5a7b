"""Bringing a table to an edition of its reviewable file (`core/reference.py`), and the command that does it."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max
from django.utils.translation import gettext as _

from core.history import noting
from core.recording import record
from core.reference import Edition

OWN = ("id", "created_at", "edition")  # what a row has that the file does not say of it


class Changes(dict[str, list[str]]):
    """What a loading does, by word: the names of the rows that it added, changed, ended; false where it did nothing."""

    def __init__(self, *words: str):
        super().__init__({word: [] for word in words})

    def __bool__(self) -> bool:
        return any(self.values())


def latest_edition(model) -> datetime.date | None:
    """The newest edition of which *model* holds a row, None while it is empty."""
    return model.objects.aggregate(edition=Max("edition"))["edition"]


def bring(model, edition: Edition, *, noun: str, end: Callable[[Any], bool], by, check: bool) -> Changes:
    """Bring the rows of *model*, each with its `code`, to what *edition* says; with *check* only say what would change.

    A row that the edition does not hold is kept, for decisions rest on it: *end* lets it end and says whether it still
    ran.  History says why: *noun* with added, changed, kept or ended.  Refused for an edition older than the table's.
    For the transaction of a verb.
    """
    held = latest_edition(model)
    if held and edition.edition < held:
        raise ValidationError(
            _("The table holds the edition of %(held)s; this file is older.") % {"held": held.isoformat()}
        )
    rows = {row.code: row for row in model.objects.select_for_update()}
    changes = Changes("added", "changed", "ended")
    for wanted in edition.rows:
        row = rows.pop(wanted.code, None)
        saved = _add(wanted, changes) if row is None else _change(row, wanted, changes)
        if saved and not check:
            noting(saved[0], by=by, reason=f"{noun}.{saved[1]}").save(force_insert=row is None, force_update=bool(row))
    for row in rows.values():
        if end(row):
            changes["ended"].append(row.code)
            if not check:
                noting(row, by=by, reason=f"{noun}.ended").save(force_update=True)
    return changes


def _add(wanted, changes: Changes) -> tuple[Any, str]:
    changes["added"].append(wanted.code)
    return wanted, "added"


def _change(row, wanted, changes: Changes) -> tuple[Any, str] | None:
    """*row* with what *wanted* says, and the word for it; None where neither a column nor the edition differs."""
    names = [each.attname for each in row._meta.concrete_fields if each.attname not in OWN]
    differing = [name for name in names if getattr(row, name) != getattr(wanted, name)]
    if differing:
        changes["changed"].append(row.code)
    elif row.edition == wanted.edition:
        return None
    for name in [*differing, "edition"]:
        setattr(row, name, getattr(wanted, name))
    return row, "changed" if differing else "kept"


def record_loading(event: str, edition: Edition, changes: Changes, *, by) -> None:
    """Record *event* with edition, digest and counts."""
    said = {"edition": edition.edition.isoformat(), "sha256": edition.digest}
    record(event, by=by, detail=said | {word: len(names) for word, names in changes.items()})


class LoadCommand(BaseCommand):
    """Idempotent; ends what the file no longer holds, deletes nothing.

    A command names its *model*, the *file* that comes with Confer, how it is `read` and `loaded`, and the *rows*.
    """

    model: Any
    file: Path
    read: Callable[[Path], Edition]
    loaded: Callable[..., Changes]
    rows: str

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=self.file, help="the reference file (TOML)")
        parser.add_argument("--check", action="store_true", help="say what would change, change nothing")
        parser.add_argument(
            "--at-start", action="store_true", help="do nothing where the table is of this edition or later"
        )

    def handle(self, *args, file, check, at_start, **options):
        try:
            edition, held = self.read(file), latest_edition(self.model)
            if at_start and held and held >= edition.edition:
                return
            changes = self.loaded(edition, check=check)
        except ValidationError as refusal:
            raise CommandError("\n".join(refusal.messages)) from refusal
        for word, names in changes.items():
            if names:
                self.stdout.write(f"{word}: {', '.join(names)}")
        if not changes:
            self.stdout.write(f"Nothing to change: {len(edition.rows)} {self.rows}.")
