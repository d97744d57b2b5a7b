"""What the tests of consent lean on."""

import dataclasses

import pytest


@pytest.fixture
def asking(monkeypatch):
    """The scheme of the cast’s panel asks people for consent."""
    from cases.schemes import schemes

    scheme = schemes()["marac"]
    monkeypatch.setitem(schemes(), "marac", dataclasses.replace(scheme, features=scheme.features | {"consent"}))


@pytest.fixture
def case(world):
    """A case of health and housing, on a panel that has a form to ask by."""
    from tests.consent.asking import make_form

    make_form()
    return world.make_case(asked=[world.health_agency, world.housing_agency])
