"""Kinds of panels: what an administrator is asked of each, and that a panel of any can be made."""

import pytest

from cases.rules.settings import settings_without
from cases.schemes import schemes
from cases.schemes.marac import MARAC
from partnership.forms.organisation import PanelForm
from partnership.models import Panel
from tests.cases.scheme_without_victim import OFFENDERS

OF_A_MARAC = {
    *("instrument", "instrument_items", "threshold", "escalation_count", "escalation_months"),
    *("escalation_police_only", "minimum_age", "manager_sign_off", "repeat_months", "repeat_definition"),
}


@pytest.mark.parametrize(("scheme", "without"), [(MARAC, set()), (OFFENDERS, OF_A_MARAC)])
def test_a_setting_is_asked_where_the_scheme_reckons_with_it(scheme, without):
    assert settings_without(scheme) == without


@pytest.fixture
def two_kinds(world, monkeypatch):
    monkeypatch.setitem(schemes(), OFFENDERS.code, OFFENDERS)
    return world


def test_the_settings_of_a_panel_are_those_of_its_kind(two_kinds):
    world = two_kinds
    whole = PanelForm(instance=world.panel, by=world.administrator)
    world.panel.scheme = OFFENDERS.code
    less = PanelForm(instance=world.panel, by=world.administrator)
    assert set(whole.fields) - set(less.fields) == OF_A_MARAC
    assert "scheme" not in {*whole.fields, *less.fields}
    assert "IDVA" not in str(less.fields["told_at_once"].help_text)


def test_an_administrator_makes_a_panel_of_any_kind(two_kinds, as_member):
    client = as_member(two_kinds.administrator)
    page = client.get("/settings/panels/add/").content.decode()
    assert ('value="offenders"' in page, 'name="threshold"' in page) == (True, False)
    typed = {
        **{"name": "Offender panel", "reference_prefix": "OP", "rhythm": "monthly", "weekday": "1"},
        **{"starts_at_time": "10:00", "minutes_per_case": "15", "meeting_idle_minutes": "60"},
        **{"cutoff_working_days": "6", "research_working_days": "3"},
    }
    refused = client.post("/settings/panels/add/", typed)
    made = client.post("/settings/panels/add/", {**typed, "scheme": OFFENDERS.code})
    panel = Panel.objects.get(name="Offender panel")
    assert (refused.status_code, made.status_code, panel.scheme, panel.minutes_per_case) == (422, 302, "offenders", 15)
