"""What every test may lean on; the cast is in `tests/world.py`."""

import os
from itertools import groupby

import pytest
from django.db import connection, transaction

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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """The longest first; on PostgreSQL only what it could answer differently, unless `CONFER_EVERY_CASE` is set."""
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))
    if connection.vendor == "postgresql" and "CONFER_EVERY_CASE" not in os.environ:
        kept = set(_first_and_last_cases([item for item in items if _asks_the_database(item)]))
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = [item for item in items if item in kept]


# Looks into the file of a SQLite database of its own, whichever the suite runs on.
OF_SQLITE = "test_neither_the_database_file_nor_the_data_folder_holds_it"


def _asks_the_database(item) -> bool:
    if item.name == OF_SQLITE:
        return False
    asked = {"db", "transactional_db", "undone_with_the_module"} & set(item.fixturenames)
    return bool(asked or item.get_closest_marker("django_db") or "journeys" in item.path.parts)


def _first_and_last_cases(items):
    """Of a table of cases the first and the last: the others send the same statements with other values.

    A table that is marked `every_case` sends others by its cases, and stays whole.
    """
    for _test, cases in groupby(items, key=lambda item: item.nodeid.partition("[")[0]):
        cases = list(cases)
        yield from cases if cases[0].get_closest_marker("every_case") else (cases[0], cases[-1])


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
