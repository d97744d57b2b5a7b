"""What is loaded in bulk is what the verbs leave: every row, history row, search key and audit event of a plan."""

import datetime
from collections import Counter
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from config.demonstration.corpus import plan
from config.demonstration.loading import Parts, load, schedule
from config.demonstration.store import Store
from config.demonstration.town import Town
from core.sealing import key_ring
from tests.config import demonstration_agenda, demonstration_hearing
from tests.config import demonstration_verbs as verbs
from tests.config.demonstration_facts import facts

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 18, 8, 30, tzinfo=ZoneInfo("Europe/London"))


def village():
    """The small plan, with what it has not by itself: somebody kept away, an employer, an excluded agency."""
    made = plan(3, today=NOW.date(), small=True)
    coming = [one for one in made.listings.values() if not one.heard]
    coming[0].recused = ("childrens-1",)
    employee = coming[1]
    employee.barred_agency, employee.kind = "acute", "restricted"
    employee.returns = tuple(one for one in employee.returns if one.agency != "acute")
    made.cases[employee.case].employee_of = "acute"
    for heard in made.listings.values():  # what is destroyed has no verb: here everything is within its retention
        for one in heard.returns:
            one.destroyed = False
    written = next(one for heard in made.listings.values() for one in heard.returns if one.entries)
    written.entries[0].excluded = ("housing",)
    return made


def by_bulk():
    kept = mock.patch("config.demonstration.recording.RETURNS_KEPT", datetime.timedelta(days=999))
    without_desk = mock.patch("config.demonstration.loading.fill_desk")  # done by the verbs in any case
    with transaction.atomic(), kept, without_desk:
        load(village(), now=NOW)
        found = facts()
        found["Event"] = Counter(
            {event: n for event, n in found["Event"].items() if event[1] != "demonstration.loaded"}
        )
        transaction.set_rollback(True)
    return found


def by_verbs():
    # The demonstration's partnership has its disclosure desk for a few weeks; of hearings before there is no record of
    # what was spoken.
    before_the_desk = mock.patch("meetings.workflow.presence.record_spoken")
    with transaction.atomic(), key_ring(), before_the_desk:
        store, clock = Store(), verbs.Clock()
        town = Town(village(), store, NOW)
        asked, cast = town.cast.asked, town.cast
        store.pour()
        cast.panel.agencies.through.objects.bulk_create(asked)
        town.verbs = verbs.VerbTown(town, clock)
        parts = Parts(
            verbs.Intake,
            verbs.Progress,
            demonstration_agenda.Agenda,
            demonstration_hearing.Hearing,
            demonstration_hearing.Record,
        )
        with clock.running():
            schedule(town, parts)
            town.live(lambda when: setattr(clock, "now", when))
        found = facts()
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def both(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return by_bulk(), by_verbs()


def test_the_same_tables_hold_something(both):
    bulk, done = both
    assert {name for name, rows in bulk.items() if rows} == {name for name, rows in done.items() if rows}


def test_every_table_says_the_same(both):
    bulk, done = both
    differing = {
        name: (list((bulk[name] - done[name]).items())[:2], list((done[name] - bulk[name]).items())[:2])
        for name in done
        if bulk[name] != done[name]
    }
    assert differing == {}
