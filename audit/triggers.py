"""Triggers that refuse to change or delete a row of the audit, on both databases.

Installed after every migrate, because SQLite drops a table's triggers silently when a migration remakes the table.
"""

from django.db import connections

TABLES = ("audit_event", "audit_block")
WORDS = "The audit is append-only."

POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'restrict_violation'; END $$
"""
# Rows are guarded one by one, because a trigger per statement would not follow the table into later partitions;
# ALWAYS, because a session may otherwise set triggers aside.
POSTGRESQL = {
    "no_change": "CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION audit_refuse_change(); ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
    "no_truncate": "CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change(); ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
}
# SQLite: INSERT OR REPLACE deletes without asking the triggers on DELETE, so an id in use is refused too.
SQLITE = {
    "no_update": "CREATE TRIGGER {name} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '" + WORDS + "'); END",
    "no_delete": "CREATE TRIGGER {name} BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '" + WORDS + "'); END",
    "no_replace": "CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS ({taken}) "
    "BEGIN SELECT RAISE(ABORT, '" + WORDS + "'); END",
}
TAKEN = {
    "audit_event": "SELECT 1 FROM audit_event WHERE id = NEW.id OR salt = NEW.salt",
    "audit_block": "SELECT 1 FROM audit_block WHERE number = NEW.number OR first_id = NEW.first_id "
    "OR last_id = NEW.last_id",
}


def wanted(connection) -> dict[str, tuple[str, str]]:
    """Each trigger of this database by its name: its table and its SQL."""
    kinds = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    return {
        f"{table}_{kind}": (table, sql.format(name=f"{table}_{kind}", table=table, taken=TAKEN[table]))
        for table in TABLES
        for kind, sql in kinds.items()
    }


def missing(connection) -> list[str]:
    """The names of triggers that are not there, or are set aside."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A' "
        "AND tgrelid IN (to_regclass('audit_event'), to_regclass('audit_block'))"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ('audit_event', 'audit_block')"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {name for (name,) in cursor.fetchall()}
    return sorted(set(wanted(connection)) - present)


def install(connection) -> None:
    """Create what is missing; safe to run again."""
    absent = missing(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and absent:
            cursor.execute(POSTGRESQL_FUNCTION)
        for name in absent:
            table, sql = wanted(connection)[name]
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            cursor.execute(sql)


def lift(connection) -> None:
    """Drop the triggers: only for a database that is about to be emptied whole (tests, a demonstration)."""
    with connection.cursor() as cursor:
        for name, (table, _sql) in wanted(connection).items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def install_after_migrate(using, **kwargs) -> None:
    """Receiver of `post_migrate`."""
    connection = connections[using]
    if set(TABLES) <= set(connection.introspection.table_names()):
        install(connection)
