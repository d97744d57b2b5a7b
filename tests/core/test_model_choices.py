"""A choice of rows: an id that is malformed, or not among those offered, gets one and the same sentence."""

import uuid

import pytest
from django import forms

from core.forms import Form
from partnership.models import Agency


class ChoosingForm(Form):
    one = forms.ModelChoiceField(Agency.objects.all(), label="Agency", required=False)
    many = forms.ModelMultipleChoiceField(Agency.objects.all(), label="Not for", required=False)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["nobody", "123", "\u200b", str(uuid.UUID(int=0)), "'; DROP TABLE--"])
def test_an_id_that_is_none_of_those_offered(typed):
    form = ChoosingForm({"one": typed, "many": [typed]})
    assert not form.is_valid()
    assert form.errors == {
        "one": ["Agency: select one of the answers listed"],
        "many": ["Not for: select one of the answers listed"],
    }


def test_one_that_is_offered_is_chosen(world):
    form = ChoosingForm({"one": world.council.pk, "many": [world.council.pk, world.health_agency.pk]})
    assert form.is_valid()
    assert (form.cleaned_data["one"], set(form.cleaned_data["many"])) == (
        world.council,
        {world.council, world.health_agency},
    )
