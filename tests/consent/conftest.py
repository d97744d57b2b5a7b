"""What the tests of consent lean on."""

import dataclasses

import pytest


@pytest.fixture
def asking(monkeypatch):
    """The scheme of the cast’s panel asks people for consent."""
    from cases.schemes import schemes

    scheme = schemes()["marac"]
    monkeypatch.setitem(schemes(), "marac", dataclasses.replace(scheme, features=scheme.features | {"consent"}))
