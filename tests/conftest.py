"""What every test may lean on; the cast is in `tests/world.py`."""

import pytest
from django.db import transaction


@pytest.fixture
def world(db):
    """The cast: one partnership, one MARAC, its agencies and members (`tests/world.py`)."""
    from tests.world import World

    return World()


@pytest.fixture(scope="module")
def undone_with_the_module(django_db_setup, django_db_blocker):
    """A transaction around a module's tests, for what takes long to build; each test's own changes are undone by it.

    A module that builds on this marks its tests ``django_db``.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


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
