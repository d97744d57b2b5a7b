"""Lets `flush` empty the test database between transactional tests, although the audit's triggers refuse it."""

from contextlib import contextmanager
from unittest import mock

from django.core.management.commands.flush import Command
from django.db import connections

from audit import triggers

_flush = Command.handle


def _flush_lifted(self, **options):
    connection = connections[options["database"]]
    triggers.lift(connection)
    try:
        return _flush(self, **options)
    finally:
        triggers.install(connection)


@contextmanager
def emptying_lifts_the_audit():
    """While this holds, `flush` lifts the triggers before and installs them after."""
    with mock.patch.object(Command, "handle", _flush_lifted):
        yield
