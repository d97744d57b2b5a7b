"""What every test may lean on; the cast is in `tests/world.py`."""

import pytest


@pytest.fixture
def world(db):
    """The cast: one partnership, one MARAC, its agencies and members (`tests/world.py`)."""
    from tests.world import World

    return World()


@pytest.fixture
def as_member(client):
    """Sign a member in as by password and code, and give the client back: ``as_member(world.police).get(…)``."""
    from tests.signing_in import sign_in

    return lambda member: sign_in(client, member)
