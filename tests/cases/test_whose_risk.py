"""Whose risk an action addresses is said in the words of the panel's own scheme, wherever an action is shown."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from cases.models import Action
from cases.schemes import schemes
from cases.templatetags.schemes import whose_risk

SAID = [(code, risk, str(words)) for code, scheme in schemes().items() for risk, words in scheme.risks]


@pytest.mark.parametrize(("scheme", "risk", "words"), SAID)
def test_whose_risk(scheme, risk, words):
    panel = SimpleNamespace(scheme=scheme, scheme_settings={})
    assert str(whose_risk(Action(risk=risk), panel)) == words


@pytest.mark.django_db
def test_the_case_page_says_it(world):
    case = SimpleNamespace(panel=SimpleNamespace(scheme="dip", scheme_settings={}))
    action = Action(agency=world.housing_agency, risk="person", number=1, text="Call.")
    shown = render_to_string("cases/case/_actions.html", {"actions": [action], "case": case})
    assert "The client" in shown
    assert "The person" not in shown
