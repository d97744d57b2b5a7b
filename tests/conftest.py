"""What every test may lean on; the cast is in `tests/world.py`."""

import os
from pathlib import Path

import pytest
from django.db import DataError, connection, models, transaction

from tests.asked import Asked, enough, known

# What takes longest begins first, so that no worker is left alone with it at the end.
LONG = (
    "test_access_cases",
    "test_access",
    "test_access_meetings",
    "test_demo_sealing",
    "test_roads",
    "test_server",
    "test_names_stay_in",
    "test_documents_bars",
    "test_standing",
    "test_demo",
    "test_demonstration_equality",
    "test_ledgers",
)


# Where the run on SQLite notes what each test asks the database, and the one on PostgreSQL reads it (`tests/asked.py`).
NOTES = os.environ.get("CONFER_ASKED", "")
_asked = Asked()
# Looks into the file of a SQLite database of its own, whichever the suite runs on.
OF_SQLITE = "test_neither_the_database_file_nor_the_data_folder_holds_it"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """The longest first; on PostgreSQL only what it could answer differently, unless `CONFER_EVERY_CASE` is set."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))
    if connection.vendor == "postgresql" and "CONFER_EVERY_CASE" not in os.environ:
        asking = [item for item in items if _asks_the_database(item)]
        kept = set(_enough_of(asking, known(Path(NOTES))) if NOTES else asking)
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = [item for item in items if item in kept]


def _asks_the_database(item) -> bool:
    if item.name == OF_SQLITE:
        return False
    asked = {"db", "transactional_db", "undone_with_the_module"} & set(item.fixturenames)
    return bool(asked or item.get_closest_marker("django_db") or "journeys" in item.path.parts)


def _enough_of(items, notes):
    """Of *items* those that must run on both, and so many others that every question of *notes* is asked there."""
    both = [item for item in items if item.nodeid not in notes or _must_run_on_both(item)]
    asked_already = {one for item in both for one in notes.get(item.nodeid, (0, []))[1]}
    chosen = enough({item.nodeid: notes[item.nodeid] for item in items if item not in both}, asked_already)
    return [*both, *(item for item in items if item.nodeid in chosen)]


def _must_run_on_both(item) -> bool:
    """Whether *item* waits for others, or says itself that its values are what matters."""
    database = item.get_closest_marker("django_db")
    waits = "transactional_db" in item.fixturenames or database and database.kwargs.get("transaction")
    return bool(waits or item.get_closest_marker("on_both") or "journeys" in item.path.parts)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    if NOTES and connection.vendor == "sqlite":
        with _asked.noting(item.nodeid):
            return (yield)
    return (yield)


def pytest_sessionfinish():
    if _asked.by_test:
        _asked.keep(Path(NOTES))


@pytest.fixture
def world(db):
    """The cast: one partnership, one MARAC, its agencies and members (`tests/world.py`)."""
    from tests.again import from_the_beginning
    from tests.world import World

    with from_the_beginning():
        yield World()


@pytest.fixture(scope="module")
def undone_with_the_module(django_db_setup, django_db_blocker):
    """A transaction around a module's tests, for what takes long to build; each test's own changes are undone by it.

    A module that builds on this marks its tests ``django_db``.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def stage(undone_with_the_module):
    """Something in every state, with one signed-in client per column of the access table (`tests/answers.py`)."""
    from tests.answers import staged

    with staged() as scene:
        yield scene


@pytest.fixture
def as_member(client):
    """Sign a member in as by password and code, and give the client back: ``as_member(world.police).get(…)``."""
    from tests.signing_in import sign_in

    return lambda member: sign_in(client, member)


@pytest.fixture(autouse=True, scope="session")
def _emptying_lifts_the_audit():
    """Let the database be emptied between transactional tests, although the audit's triggers refuse it."""
    from tests.audit.emptying import emptying_lifts_the_audit

    with emptying_lifts_the_audit():
        yield


@pytest.fixture(autouse=True, scope="session")
def _texts_fit_their_columns():
    """The embedded database keeps any text; here it refuses one too long for its column, as PostgreSQL does."""
    prepare = models.Field.get_db_prep_save

    def fitting(field, value, connection):
        if isinstance(value, str) and field.max_length is not None and len(value) > field.max_length:
            raise DataError(f"{field} takes {field.max_length} characters, not {len(value)}")
        return prepare(field, value, connection)

    models.CharField.get_db_prep_save = fitting
    yield
    del models.CharField.get_db_prep_save
