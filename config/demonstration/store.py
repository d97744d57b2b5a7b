"""Rows, their history and audit events, kept as the verbs would leave them and poured into the database in bulk.

`Store.save` does what a verb's ``noting(row, …).save()`` does: one more version, one history row with who, when and
why, sealed with the row's own key.  Nothing is asked of the database on the way; all goes in at once.
"""

from collections.abc import Iterable

from django.db import connection, connections, models

from audit import door
from audit.models import Event
from core.recording import SystemActor
from core.sealing import SealedField, cipher_of, seal

AT_ONCE = 4000
PLAIN = (str, int, bool, type(None))


class Shape:
    """How rows of one model go into its table: columns, and how each value is made ready."""

    def __init__(self, model: type[models.Model]):
        self.model, self.label = model, model._meta.label_lower
        fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        self.sealed = {field.attname for field in fields if isinstance(field, SealedField)}
        self.fields = {field.attname: field for field in fields}
        self.ready = {name: _readier(field) for name, field in self.fields.items() if name not in self.sealed}
        self.columns = {name: field.column for name, field in self.fields.items()}
        self.binary = connection.Database.Binary
        self.nothing = self.binary(b"")

    def values(self, row, cipher) -> dict:
        """Each column's value of *row* as the database takes it; sealed once for as long as it stays the same."""
        facts = row.__dict__
        found = {name: ready(facts[name]) for name, ready in self.ready.items()}
        if self.sealed:
            kept = facts.setdefault("_kept_sealed", {})
            for name in self.sealed:
                found[name] = self._sealed(row, name, facts[name], cipher, kept)
        return found

    def _sealed(self, row, name, plain, cipher, kept):
        field = self.fields[name]
        if plain is None and field.null:
            return None
        if plain in (None, "", [], {}):
            return self.nothing
        data = field.to_bytes(plain)
        if name not in kept or kept[name][0] != data:
            binding = f"{self.label}|{name}|".encode() + row.id.bytes
            kept[name] = data, self.binary(seal(cipher(), row.key_id, data, binding))
        return kept[name][1]


class Table:
    """Rows on their way into one table."""

    def __init__(self, name: str, columns: Iterable[str]):
        self.name, self.columns, self.rows = name, list(columns), []

    def pour(self) -> None:
        """Insert what is waiting."""
        if not self.rows:
            return
        quote = connection.ops.quote_name
        into = f"INSERT INTO {quote(self.name)} ({', '.join(map(quote, self.columns))}) VALUES "  # noqa: S608 own names
        marks = f"({', '.join(['%s'] * len(self.columns))})"
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.executemany(into + marks, self.rows)
            else:
                for start in range(0, len(self.rows), 500):
                    some = self.rows[start : start + 500]
                    cursor.execute(into + ", ".join([marks] * len(some)), [value for row in some for value in row])
        self.rows = []


class Store:
    """Everything that is made, until it is poured."""

    def __init__(self):
        self.shapes: dict[type, Shape] = {}
        self.tables: dict[str, Table] = {}
        self.standing: dict[type, dict] = {}
        self.tracked: dict[type, tuple[list[str], Table]] = {}
        self.counts: dict[str, int] = {}

    def save(self, row, *, by, at, reason: str):
        """Keep *row* as it is now, with a history row saying that *by* saved it at *at* because of *reason*."""
        model = type(row)
        standing = self.standing.setdefault(model, {})
        is_new = row.pk not in standing
        if is_new:
            row.created_at = at
            standing[row.pk] = row
        elif hasattr(row, "version"):
            row.version += 1
        self._history(row, by=by, at=at, reason=reason, kind="+" if is_new else "~")
        return row

    def add(self, row, *, at=None):
        """Keep a row that has no history."""
        if at is not None:
            row.created_at = at
        self.standing.setdefault(type(row), {})[row.pk] = row
        return row

    def record(self, event: str, *, by, at, **said) -> None:
        """What `core.recording.record` does, at *at*."""
        self._wait("audit_event", Event, door.unsaved(event, by=by, at=at, **said))

    def pour(self, *, last=()) -> None:
        """Insert everything, the rows of the models *last* at the end; foreign keys are asked at the commit."""
        for model in [*(model for model in self.standing if model not in last), *last]:
            for row in self.standing.pop(model, {}).values():
                self._wait(model._meta.db_table, model, row)
        for table in sorted(self.tables.values(), key=lambda table: table.name in {m._meta.db_table for m in last}):
            table.pour()

    def _wait(self, name: str, model, row) -> None:
        shape = self._shape(model)
        table = self.tables.get(name) or self.tables.setdefault(name, Table(name, shape.columns.values()))
        values = shape.values(row, lambda: cipher_of(row.key))
        table.rows.append(tuple(values[name] for name in shape.columns) if shape.sealed else tuple(values.values()))
        self._count(table)

    def _history(self, row, *, by, at, reason, kind) -> None:
        shape = self._shape(type(row))
        names, table = self.tracked.get(shape.model) or self._track(shape)
        values = shape.values(row, lambda: cipher_of(row.key))
        is_clock = isinstance(by, SystemActor)
        table.rows.append(
            (
                *(values[name] for name in names),
                by.name if is_clock else "",
                self._moment(at),
                reason,
                kind,
                None if is_clock else self._member(by.pk),
            )
        )
        self._count(table)

    def _track(self, shape: Shape) -> tuple[list[str], Table]:
        past = shape.model.history.model  # a costly look: once for each model
        own = {field.attname for field in past._meta.concrete_fields}
        names = [name for name in shape.columns if name in own]
        of_history = ["history_actor", "history_date", "history_change_reason", "history_type", "history_user_id"]
        table = Table(past._meta.db_table, [shape.columns[name] for name in names] + of_history)
        self.tables[table.name] = table
        self.tracked[shape.model] = names, table
        self._moment = _readier(past._meta.get_field("history_date"))
        self._member = _readier(past._meta.get_field("history_user"))
        return names, table

    def _count(self, table: Table) -> None:
        self.counts[table.name] = self.counts.get(table.name, 0) + 1
        if len(table.rows) >= AT_ONCE:
            table.pour()

    def _shape(self, model) -> Shape:
        if model not in self.shapes:
            self.shapes[model] = Shape(model)
        return self.shapes[model]


def _readier(field):
    """A function that makes a value of *field* ready for the database; what is plain already goes through as it is."""
    target = getattr(field, "target_field", field)
    if isinstance(target, models.UUIDField):
        if connection.features.has_native_uuid_field:
            return _as_it_is
        return lambda value: value.hex if value is not None else None
    if isinstance(field, models.DateTimeField):
        kept: dict = {}

        def moment(value):
            if value not in kept:
                kept[value] = field.get_db_prep_save(value, connections[connection.alias])
            return kept[value]

        return moment
    database = connections[
        connection.alias
    ]  # the wrapper itself: asking the proxy for it a million times takes seconds
    if isinstance(field, models.JSONField):
        empty = {"[]": field.get_db_prep_save([], database), "{}": field.get_db_prep_save({}, database)}
        return lambda value: empty[str(value)] if value in ([], {}) else field.get_db_prep_save(value, database)
    return lambda value: value if type(value) in PLAIN else field.get_db_prep_save(value, database)


def _as_it_is(value):
    return value
