"""What is missing from a referral: each route with what it demands, each fact without which it is not sent."""

import datetime
from types import SimpleNamespace

import pytest

from cases.models import Party, Referral
from cases.rules.referral import is_full_signatory, may_withdraw, may_write, missing_from, panels_to_refer_to
from partnership.models import Panel, Signatory
from tests.cases.referrals import VICTIM, WHOLE

DAY = datetime.date(2026, 1, 1)
FULL = SimpleNamespace(score=14, instrument="DASH RIC", assessed_on=DAY, assessor="Rhys")


def codes(checklist=None, victim=None, perpetrators=({"given_name": "Huw"},), panel=None, **columns) -> list[str]:
    """The codes missing from a referral that is whole but for what is given here."""
    panel = panel or Panel(name="A MARAC")
    referral = Referral(panel=panel, **{**WHOLE, "incident_on": DAY, **columns})
    people = [Party(capacity="victim", **{**VICTIM, **(victim or {})})]
    people += [Party(capacity="perpetrator", **named) for named in perpetrators]
    return [missing.code for missing in missing_from(referral, people, checklist)]


NO_ROUTE = {"professional_judgement": False, "judgement_reasons": ""}
ROUTES = [
    # columns, checklist, missing
    (NO_ROUTE, None, ["route"]),
    ({}, None, []),
    ({"judgement_reasons": ""}, None, ["judgement"]),
    ({**NO_ROUTE, "visible_high_risk": True}, FULL, []),
    ({**NO_ROUTE, "visible_high_risk": True}, None, ["score", "instrument"]),
    ({**NO_ROUTE, "visible_high_risk": True}, SimpleNamespace(**{**vars(FULL), "score": 13}), ["score"]),
    ({**NO_ROUTE, "visible_high_risk": True}, SimpleNamespace(**{**vars(FULL), "assessor": ""}), ["instrument"]),
    ({**NO_ROUTE, "visible_high_risk": True}, SimpleNamespace(**{**vars(FULL), "assessed_on": None}), ["instrument"]),
    ({"visible_high_risk": True, "judgement_reasons": ""}, None, ["judgement", "score", "instrument"]),
    ({**NO_ROUTE, "potential_escalation": True}, None, ["escalation"]),
    ({**NO_ROUTE, "potential_escalation": True, "escalation_count": 3, "escalation_months": 12}, None, []),
    ({**NO_ROUTE, "potential_escalation": True, "escalation_count": 3}, None, ["escalation"]),
    (
        {**NO_ROUTE, "potential_escalation": True, "escalation_count": 2, "escalation_months": 12},
        None,
        ["escalation_count"],
    ),
    (
        {**NO_ROUTE, "potential_escalation": True, "escalation_count": 2, "escalation_months": 13},
        None,
        ["escalation_count", "escalation_months"],
    ),
    ({**NO_ROUTE, "claimed_repeat": True}, None, ["repeat_on", "repeat_reference"]),
    ({**NO_ROUTE, "claimed_repeat": True, "claimed_repeat_on": DAY}, None, ["repeat_reference"]),
    (
        {**NO_ROUTE, "claimed_repeat": True, "claimed_repeat_on": DAY, "claimed_repeat_reference": "not known"},
        None,
        [],
    ),
]


@pytest.mark.parametrize(("columns", "checklist", "missing"), ROUTES)
def test_each_route_demands_its_own_facts(columns, checklist, missing):
    assert codes(checklist, **columns) == missing


FACTS = [
    ({"contact_name": ""}, ["contact_name"]),
    ({"contact_phone": "", "contact_email": ""}, ["contact_phone", "contact_email"]),
    ({"incident_on": None}, ["incident_on"]),
    ({"summary": ""}, ["summary"]),
    ({"lawful_basis": "", "lawful_basis_words": ""}, ["lawful_basis", "lawful_basis_words"]),
    ({"other_marac": ""}, ["other_marac"]),
    ({"other_marac": "yes"}, ["other_marac_where"]),
    ({"other_marac": "unknown"}, []),
    ({"aware": ""}, ["aware"]),
    ({"aware": "no"}, ["not_aware"]),
    ({"aware": "unknown"}, ["not_aware"]),
    ({"aware": "no", "not_aware_reason": "Danger."}, []),
    ({"consents": ""}, ["consents"]),
    ({"consents": "no"}, ["no_consent"]),
    ({"consents": "unknown", "no_consent_reason": "Not reached."}, []),
]


@pytest.mark.parametrize(("columns", "missing"), FACTS)
def test_each_fact_is_asked_for(columns, missing):
    assert codes(**columns) == missing


PEOPLE = [
    ({"victim": {"given_name": ""}}, ["victim_name"]),
    ({"victim": {"address": ""}}, ["victim_address"]),
    ({"victim": {"safe_to_call": ""}}, ["safe_to_call"]),
    ({"victim": {"safe_to_call": "yes"}}, ["safe_number"]),
    ({"victim": {"safe_to_call": "yes", "safe_number": "07700 900123"}}, []),
    ({"victim": {"safe_to_call": "yes", "phone": "07700 900123"}}, []),
    ({"victim": {"safe_to_call": "unknown"}}, []),
    ({"victim": {"afraid_of": ""}}, ["afraid_of"]),
    ({"perpetrators": ()}, ["perpetrator"]),
    ({"perpetrators": ({"given_name": "Huw"}, {}, {})}, ["perpetrator_name", "perpetrator_name"]),
    ({"perpetrators": ({"family_name": "not known"},)}, []),
]


@pytest.mark.parametrize(("people", "missing"), PEOPLE)
def test_people_are_asked_for(people, missing):
    assert codes(**people) == missing


def test_the_managers_sign_off_is_asked_for_where_the_panel_wants_it():
    panel = Panel(name="A MARAC", manager_sign_off=True)
    assert codes(panel=panel) == ["sign_off"]
    assert codes(panel=panel, manager_name="Mona Manager", manager_signed_on=DAY) == []


def test_the_panels_own_thresholds_count():
    panel = Panel(name="A MARAC", threshold=10, escalation_count=5, escalation_months=6)
    ten = SimpleNamespace(**{**vars(FULL), "score": 10})
    assert codes(ten, panel=panel, **NO_ROUTE, visible_high_risk=True) == []
    few = {"potential_escalation": True, "escalation_count": 4, "escalation_months": 6}
    assert codes(panel=panel, **NO_ROUTE, **few) == ["escalation_count"]


def test_what_is_missing_comes_in_the_order_of_the_sections_all_at_once():
    referral = Referral(panel=Panel(name="A MARAC"))
    assert [missing.section for missing in missing_from(referral, [], None)] == [
        "about-you", "about-you", "about-you", "victim", "victim", "safe-contact", "safe-contact", "perpetrators",
        "reasons", "incident", "incident", "agreement", "agreement", "basis", "basis", "other-marac",
    ]  # fmt: skip


def test_only_a_full_signatory_refers(world):
    assert panels_to_refer_to(world.referrer) == [world.panel]
    Signatory.objects.filter(agency=world.housing_agency).update(tier=2)
    assert not is_full_signatory(world.housing_agency)
    assert panels_to_refer_to(world.referrer) == []


STATES = [("draft", True, True), ("returned", True, True), ("submitted", False, True), ("accepted", False, False),
          ("declined", False, False), ("withdrawn", False, False)]  # fmt: skip


@pytest.mark.parametrize(("state", "write", "withdraw"), STATES)
def test_who_may_write_and_withdraw(world, state, write, withdraw):
    referral = Referral(panel=world.panel, agency=world.housing_agency, state=state)
    assert (may_write(world.referrer, referral), may_withdraw(world.referrer, referral)) == (write, withdraw)
    assert (may_write(world.housing, referral), may_withdraw(world.housing, referral)) == (write, withdraw)
    for stranger in (world.police, world.coordinator, world.liaison_officer, world.auditor):
        assert (may_write(stranger, referral), may_withdraw(stranger, referral)) == (False, False)
