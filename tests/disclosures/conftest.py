"""What the tests of consent at the disclosure desk lean on; a module with a desk of its own has that."""

import dataclasses

import pytest

from tests.consent.asking import make_form
from tests.disclosures.releasing import Releasing


@pytest.fixture
def desk(world, monkeypatch):
    """Health shares with housing what it said of treatment, on a panel that asks people for consent."""
    from cases.schemes import schemes

    scheme = schemes()["marac"]
    monkeypatch.setitem(schemes(), "marac", dataclasses.replace(scheme, features=scheme.features | {"consent"}))
    make_form()
    desk = Releasing(world)
    desk.listing = world.list_case(world.make_meeting(), desk.case, asked=[world.health_agency]).listing
    party = desk.case.parties.get(capacity="victim")
    given = {"on_consent": True, "category": "treatment", "party": party}
    desk.entry = world.make_entry(desk.listing, world.health_agency, world.health, **given)
    return desk
