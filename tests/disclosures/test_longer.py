"""A recipient asks to keep a release longer; the officer grants or refuses it; the day stands meanwhile."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from core.models import Notice
from disclosures.workflow import ending
from tests.disclosures.releasing import Releasing

WORDS = "The court hears the case next month."
DAY = datetime.timedelta(days=1)


@pytest.fixture
def scene(world):
    return Releasing(world)


@pytest.fixture
def release(scene):
    return scene.opened(destroy_event="", destroy_on=timezone.localdate() + 5 * DAY)


def until():
    return timezone.localdate() + 30 * DAY


def wish(scene, release, by=None, **more):
    given = {"until": until(), "reason": "court", "words": WORDS} | more
    return scene.fresh(ending.ask_longer(by=by or release.member, release=release, seen=release.version, **given))


def test_asked_it_waits_and_the_officers_are_told(scene, release):
    asked = wish(scene, release)
    assert (asked.asked_until, asked.asked_reason, asked.asked_words) == (until(), "court", WORDS)
    assert (asked.destroy_on, asked.extended_at) == (release.destroy_on, None)
    assert asked.history.first().history_change_reason == "longer_asked:court"
    assert Event.objects.get(name="release.longer_asked").detail == {
        "number": release.number,
        "until": str(until()),
        "reason": "court",
    }
    told = Notice.objects.filter(subject="A recipient asks for more time").values_list("address", flat=True)
    assert set(told) == {scene.health_officer.email, scene.health_deputy.email}
    with pytest.raises(PermissionDenied):
        wish(scene, asked)


def test_granted_by_the_officer_it_is_answered(scene, release):
    asked = wish(scene, release)
    given = {"until": until(), "reason": "court", "words": WORDS}
    ending.extend(by=scene.health_officer, release=asked, seen=asked.version, **given)
    granted = scene.fresh(release)
    assert (granted.destroy_on, granted.asked_at, granted.asked_words) == (until(), None, "")


def test_refused_the_day_stands_and_the_recipient_is_told(scene, release):
    asked = wish(scene, release)
    ending.refuse_longer(by=scene.health_officer, release=asked, seen=asked.version)
    refused = scene.fresh(release)
    assert (refused.destroy_on, refused.asked_at, refused.asked_reason) == (release.destroy_on, None, "")
    assert refused.history.first().history_change_reason == "longer_refused"
    assert Event.objects.filter(name="release.longer_refused").count() == 1
    told = Notice.objects.get(subject="Your request for more time in Confer was refused")
    assert told.address == release.member.email


def test_who_may_not(scene, release):
    w = scene.world
    for by in (w.housing_deputy, w.police, scene.health_officer):
        with pytest.raises(PermissionDenied):
            wish(scene, release, by=by)
    asked = wish(scene, release)
    for by in (w.housing, scene.police_officer):
        with pytest.raises(PermissionDenied):
            ending.refuse_longer(by=by, release=asked, seen=asked.version)


def test_everything_missing_is_said_at_once(scene, release):
    with pytest.raises(ValidationError) as refusal:
        wish(scene, release, until=timezone.localdate(), reason="", words="Court.")
    assert sorted(refusal.value.message_dict) == ["reason", "until", "words"]


def test_the_pages(scene, release, as_member):
    url = reverse("disclosures:ask_longer", args=[release.pk])
    client = as_member(release.member)
    assert url in client.get(reverse("disclosures:release", args=[release.pk])).content.decode()
    day = {f"until_{part}": getattr(until(), part) for part in ("day", "month", "year")}
    assert client.post(url, {"seen": release.version, "reason": "court", "words": "Court."} | day).status_code == 422
    assert client.post(url, {"seen": release.version, "reason": "court", "words": WORDS} | day).status_code == 302
    officer = as_member(scene.health_officer)
    assert WORDS in officer.get(reverse("disclosures:extend_release", args=[release.pk])).content.decode()
    asked = scene.fresh(release)
    officer.post(reverse("disclosures:refuse_longer", args=[release.pk]), {"seen": asked.version})
    assert scene.fresh(release).asked_at is None
