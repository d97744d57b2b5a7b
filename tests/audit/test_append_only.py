"""The database refuses to change, delete or replace what the audit holds, whoever asks."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from audit import blocks, triggers
from audit.checks import audit_is_append_only, refuse_unguarded
from audit.models import Block, Event
from core.recording import SystemActor, record

COMMON = [
    "UPDATE audit_event SET reason = 'x'",
    "DELETE FROM audit_event",
    "UPDATE audit_block SET count = 0",
    "DELETE FROM audit_block",
]
ALL_BUT_THE_ID = ", ".join(f'"{field.column}"' for field in Event._meta.concrete_fields if not field.primary_key)
OWN = {
    "postgresql": ["TRUNCATE audit_event", "TRUNCATE audit_block"],
    "sqlite": [
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event",
        "INSERT OR REPLACE INTO audit_event SELECT 999999, {columns} FROM audit_event",
        "INSERT OR REPLACE INTO audit_block SELECT * FROM audit_block",
        "REPLACE INTO audit_block (number, first_id, last_id, count, gaps, root, previous_hash, hash, closed_at) "
        "SELECT number + 1, first_id, last_id, count, gaps, root, previous_hash, hash, closed_at FROM audit_block",
    ],
}


def attempts():
    return [(sql, "") for sql in COMMON] + [(sql, vendor) for vendor, sqls in OWN.items() for sql in sqls]


@pytest.fixture
def written(db):
    record("record.consulted", by=SystemActor("clock"), reason="duty")
    blocks.close_block()
    return list(Event.objects.values()), list(Block.objects.values())


@pytest.mark.parametrize(("sql", "vendor"), attempts())
def test_nothing_changes_what_is_written(written, sql, vendor):
    refused = "append-only" if vendor in ("", connection.vendor) else "syntax|no such|near"
    with pytest.raises(DatabaseError, match=refused), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(columns=ALL_BUT_THE_ID))
    assert (list(Event.objects.values()), list(Block.objects.values())) == written


def test_a_session_that_sets_triggers_aside_is_refused_too(written):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM audit_event")
    assert list(Event.objects.values()) == written[0]


def test_every_trigger_is_there_after_migrate(db):
    assert triggers.missing(connection) == []
    assert audit_is_append_only(None, databases=["default"]) == []
    refuse_unguarded()


@pytest.mark.parametrize("table", triggers.TABLES)
def test_a_missing_trigger_is_found_and_mended(db, table):
    gone = [name for name, (where, _sql) in triggers.wanted(connection).items() if where == table]
    with connection.cursor() as cursor:
        for name in gone:
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    assert triggers.missing(connection) == sorted(gone)
    (error,) = audit_is_append_only(None, databases=["default"])
    assert (error.id, error.is_serious()) == ("audit.E001", True)
    with pytest.raises(ImproperlyConfigured, match=", ".join(sorted(gone))):
        refuse_unguarded()
    triggers.install_after_migrate(using="default")
    assert triggers.missing(connection) == []
    triggers.install(connection)


def test_flush_of_a_real_database_is_refused(written, monkeypatch):
    from django.core.management.commands.flush import Command

    from tests.audit.emptying import _flush

    monkeypatch.setattr(Command, "handle", _flush)
    with pytest.raises(Exception, match=r"append-only|couldn't be flushed"), transaction.atomic():
        call_command("flush", interactive=False, verbosity=0)
    assert list(Event.objects.values()) == written[0]
