"""What was to be destroyed with the minutes falls due as they are approved; however much it is, the same queries."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from core.models import Notice
from core.sealing import using_keys
from disclosures.models import Decision, Release
from disclosures.workflow.ending import extend
from disclosures.workflow.minutes import fall_due_with_minutes
from disclosures.workflow.spoken import record_spoken
from meetings.workflow.minutes import approve_minutes, draft_minutes, send_for_check
from tests.disclosures.releasing import Releasing
from tests.meetings.sitting import fresh, held
from tests.world import make_agency, make_member

QUERIES = 12
DAY = datetime.timedelta(days=1)
SUBJECT = "Notes of a meeting are to be destroyed"


@pytest.fixture
def scene(world):
    return Releasing(world)


@pytest.fixture
def item(scene):
    w = scene.world
    return w.list_case(w.make_meeting(state="in_session"), scene.case, asked=[w.housing_agency])


def heard(world, item, *members):
    hearers = [{"member": member, "agency": member.agency, "observer": ""} for member in members]
    return record_spoken(by=world.chair, listing=item.listing, recipients=hearers)


def approved(world, item, *, until=None):
    given = {"panel_id": world.panel.pk, "listings": [item.listing_id], "until": until or timezone.now()}
    return fall_due_with_minutes(by=world.chair, **given)


def test_what_was_spoken_is_due_as_the_minutes_are_approved(world):
    w = world
    meeting, item = held(w, w.police, w.housing)
    w.make_entry(item.listing, w.health_agency, w.health)
    heard(w, item, w.police, w.housing)
    minutes = draft_minutes(by=w.coordinator, meeting=meeting)
    send_for_check(by=w.coordinator, minutes=fresh(minutes))
    assert Decision.objects.get().destroy_on is None
    approve_minutes(by=w.chair, minutes=fresh(minutes), early=True)
    decision = Decision.objects.get()
    assert decision.destroy_on == timezone.localdate()
    history = decision.history.first()
    assert (history.history_change_reason, history.history_user, history.version) == (
        "minutes_approved",
        w.chair,
        decision.version,
    )
    event = Event.objects.get(name="decision.minutes_due")
    assert (event.member_id, event.detail) == (
        w.chair.pk,
        {"on": str(timezone.localdate()), "spoken": 1, "released": 0},
    )
    told = Notice.objects.filter(subject=SUBJECT).values_list("address", flat=True)
    assert sorted(told) == sorted([w.police.email, w.housing.email])


def test_its_reasons_and_its_history_still_open(world):
    w = world
    _meeting, item = held(w, w.police)
    w.make_entry(item.listing, w.health_agency, w.health)
    heard(w, item, w.police)
    assert approved(w, item) == 1
    decision = Decision.objects.with_key().get()
    said = "Shared at the item under the statement that all who heard it signed."
    with using_keys(decision.key):
        assert (decision.reason, decision.history.first().reason) == (said, said)


def test_what_was_released_for_the_meeting_is_due_too_and_later_releases_wait(scene, item):
    ended = timezone.now()
    release = scene.opened(destroy_event="minutes")
    assert approved(scene.world, item, until=ended) == 0
    assert approved(scene.world, item) == 1
    release = scene.fresh(release)
    assert (release.destroy_on, release.history.first().history_change_reason) == (
        timezone.localdate(),
        "minutes_approved",
    )
    assert [n.address for n in Notice.objects.filter(subject=SUBJECT)] == [release.member.email]
    assert approved(scene.world, item) == 0


@pytest.mark.parametrize("event", ["purpose_met", "case_closed"])
def test_what_waits_for_something_else_stays(scene, item, event):
    release = scene.opened(destroy_event=event)
    assert approved(scene.world, item) == 0
    assert scene.fresh(release).destroy_on == release.destroy_on


def test_what_was_extended_stays(scene, item):
    release = scene.opened(destroy_event="minutes")
    until = timezone.localdate() + 30 * DAY
    words = "The court hears it next month."
    extend(by=scene.health_officer, release=release, seen=release.version, until=until, reason="court", words=words)
    assert approved(scene.world, item) == 0
    assert scene.fresh(release).destroy_on == until


def test_another_case_is_untouched(scene):
    w = scene.world
    other = w.list_case(w.make_meeting(state="in_session"), w.make_case(), asked=[w.housing_agency])
    release = scene.opened(destroy_event="minutes")
    assert approved(w, other) == 0
    assert (scene.fresh(release).destroy_on, Event.objects.filter(name="decision.minutes_due").count()) == (None, 0)


@pytest.mark.parametrize("many", [1, 3])
def test_the_same_queries_for_one_and_for_three(scene, item, many):
    w = scene.world
    for number in range(many):
        agency = make_agency(w.partnership, f"Speaking {number}", "voluntary")
        member = make_member(f"Sian Speaker {number}", agency, "representative", panel=w.panel)
        w.make_entry(item.listing, agency, member)
        scene.opened(destroy_event="minutes")
    heard(w, item, w.police, w.housing)
    with CaptureQueriesContext(connection) as seen:
        assert approved(w, item) == 2 * many
    assert len(seen) == QUERIES
    assert (Decision.objects.filter(destroy_on__isnull=False).count(), Release.objects.count()) == (many, many)
