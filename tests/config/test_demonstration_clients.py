"""The demonstration's drug interventions and treatment group: heard by those alone whom the people agreed to."""

from dataclasses import replace

import pytest
from django.utils import timezone

from cases.models import Involvement
from cases.models.access import Stage
from config.demonstration.corpus import plan
from config.demonstration.loading import load
from config.demonstration.panels import filling
from meetings.models import AgendaItem
from tests.again import from_the_beginning, made_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def clients(db, settings, monkeypatch, tmp_path):
    settings.DEMONSTRATION, settings.AUDIT_PUBLICATION = True, tmp_path
    few = {key: replace(works, held=2) for key, works in filling.WORKS.items() if key in ("dip", "treatment")}
    monkeypatch.setattr(filling, "WORKS", few)
    with from_the_beginning():
        yield load_clients()


@made_again
def load_clients():
    load(plan(5, today=timezone.localdate(), years=1, meetings_per_year=6, cases_per_meeting=1), now=timezone.now())


def test_the_group_hears_cases_with_all_whom_the_people_named(clients):
    items = AgendaItem.objects.filter(meeting__panel__scheme="treatment")
    assert items.filter(state="heard").exists() and items.exclude(state="heard").exists()
    waiting = items.exclude(state="heard").values("listing")
    asked = Involvement.objects.live().filter(listing__in=waiting, stage=Stage.RESEARCH)
    assert sorted(set(asked.values_list("agency__kind", flat=True))) == [
        "acute", "housing", "mental_health", "primary_care", "substance",
    ]  # fmt: skip
    assert not asked.exclude(agency__kind="substance").filter(until=None).exists()
