"""Triggers that refuse to change approved minutes, on both databases: the verb refuses first, this is the wall behind.

Installed after every migrate, because SQLite drops a table's triggers silently when a migration remakes the table.
Deleting is not refused: erasure has its own rules.
"""

from django.db import connections

WORDS = "Approved minutes do not change."
CLOSED = "('approved', 'replaced')"
KEPT = ("meeting_id", "number", "approved_at", "approved_by_id", "digest", "header", "change_reason", "change_words")
ITEM_CLOSED = (
    "EXISTS (SELECT 1 FROM meetings_minutes m WHERE m.id = {row}.minutes_id AND m.state IN ('approved', 'replaced'))"
)


def triggers(connection) -> dict[str, tuple[str, str]]:
    """Each trigger of this database by its name: its table and its SQL."""
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    cast = "::text" if connection.vendor == "postgresql" else ""
    changed = " OR ".join(f"OLD.{name}{cast} {differs} NEW.{name}{cast}" for name in KEPT)
    conditions = {
        "meetings_minutes_kept": (
            "meetings_minutes",
            "UPDATE",
            f"OLD.state IN {CLOSED} AND (NEW.state NOT IN {CLOSED} "
            f"OR (OLD.state = 'replaced' AND NEW.state = 'approved') OR {changed})",
        ),
        "meetings_minutesitem_kept": ("meetings_minutesitem", "UPDATE", ITEM_CLOSED.format(row="OLD")),
        "meetings_minutesitem_complete": ("meetings_minutesitem", "INSERT", ITEM_CLOSED.format(row="NEW")),
    }
    make = _postgresql if connection.vendor == "postgresql" else _sqlite
    return {name: (table, make(name, table, act, when)) for name, (table, act, when) in conditions.items()}


def install_after_migrate(using, **kwargs) -> None:
    """Receiver of `post_migrate`; safe to run again."""
    connection = connections[using]
    if {"meetings_minutes", "meetings_minutesitem"} <= set(connection.introspection.table_names()):
        install(connection)


def install(connection) -> None:
    """(Re)create the triggers."""
    with connection.cursor() as cursor:
        for name, (table, sql) in triggers(connection).items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
            for statement in sql.split(";;"):
                cursor.execute(statement)


def _sqlite(name: str, table: str, act: str, when: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"


def _postgresql(name: str, table: str, act: str, when: str) -> str:
    """PostgreSQL allows no query in WHEN, so that the condition is asked in a function of its own."""
    function = f"{name}_check"
    return (
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {when} THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW; END $$;;"
        f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
