"""Consent that runs out by itself: by the clock, or at the first opening, what rested on it is taken back alone."""

import datetime

import pytest
from django.utils import timezone

from cases.models import Track
from consent.models import Consent, ConsentForm
from consent.workflow.settle import settle
from core import clock
from core.recording import SystemActor
from disclosures.models import NoticeReceipt
from disclosures.workflow.consent_ended import stop_ended
from tests.audit.ledger import recorded
from tests.consent.asking import make_consent, make_episode
from tests.disclosures.test_consent_parts import MORE, ON_CONSENT, OTHER, also, mixed, read

DAY = datetime.timedelta(days=1)
STATES = {  # when the consent ends, whether its episode is over, whether another consent covers the same
    "it holds": (30, False, False, False),
    "today is its last day": (0, False, False, False),
    "it ended yesterday": (-1, False, False, True),
    "its episode is over": (30, True, False, True),
    "another took over": (-1, False, True, False),
}


def run_out(desk, consents, days, over):
    """The first of *consents* ends in *days*, or its episode now; what is written ahead holds by itself."""
    Consent.objects.filter(pk=consents[0].pk).update(ends_on=timezone.localdate() + days * DAY)
    if over:
        Track.objects.update(ended_at=timezone.now() - datetime.timedelta(minutes=1))
    settle(by=SystemActor("consent clock"), cases=[desk.case.pk])


def given(world, desk, over, another):
    more = {"track": make_episode(desk.case)} if over else {}
    ConsentForm.objects.update(episodes=["episode"])
    return [make_consent(world, desk.case, **more) for _each in range(1 + another)]


@pytest.mark.parametrize(("days", "over", "another", "ends"), STATES.values(), ids=STATES)
def test_the_clock_takes_back_the_part_that_rested_on_it(world, desk, days, over, another, ends):
    consents = given(world, desk, over, another)
    settle(by=world.health, cases=[desk.case])
    release = desk.accept(mixed(desk, desk.entry, also(desk, OTHER)))
    read(desk, release)
    run_out(desk, consents, days, over)
    assert [stop_ended(), stop_ended()] == [int(ends), 0]
    reason = desk.fresh(release).history.first().history_change_reason
    assert reason == ("part_recalled:consent" if ends else "opened")
    assert [event.member_name for event in recorded("release.part_recalled")] == ["consent clock"] * ends
    assert NoticeReceipt.objects.filter(release=release).count() == ends
    assert sorted(read(desk, release)) == sorted([OTHER] if ends else [desk.entry.text, OTHER])


@pytest.mark.parametrize(("days", "over", "another", "ends"), STATES.values(), ids=STATES)
def test_what_was_typed_on_it_ends_whole(world, desk, days, over, another, ends):
    consents = given(world, desk, over, another)
    typed = [(ON_CONSENT, "treatment"), (MORE, "attendance")]
    release = desk.accept(mixed(desk, typed=typed, no_consent="given", no_consent_words=""))
    run_out(desk, consents, days, over)
    assert [stop_ended(), stop_ended()] == [int(ends), 0]
    assert desk.fresh(release).state == ("recalled" if ends else "open")


def test_who_opens_it_before_the_clock_reads_the_rest(world, desk, as_member):
    consent = make_consent(world, desk.case)
    settle(by=world.health, cases=[desk.case])
    release = desk.accept(mixed(desk, desk.entry, also(desk, OTHER)))
    housing, address = as_member(world.housing), f"/disclosures/releases/{release.pk}/"
    run_out(desk, [consent], -1, False)
    assert housing.get(address).status_code == 404
    page = housing.post(address + "open/").content.decode()
    assert (OTHER in page, desk.entry.text in page) == (True, False)
    assert [event.member_name for event in recorded("release.part_recalled")] == ["consent clock"]
    assert stop_ended() == 0


def test_the_clock_looks_twice_a_minute_in_two_questions(desk, django_assert_num_queries):
    assert {job.name: job.seconds for job in clock.jobs()}["stop what consent ended"] == 30
    mixed(desk, also(desk, OTHER))
    with django_assert_num_queries(2):
        assert stop_ended() == 0
