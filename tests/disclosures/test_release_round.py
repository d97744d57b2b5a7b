"""What the clock does: reminders before and after, words destroyed on the day, recall from who left; once each."""

import datetime

import pytest
from django.utils import timezone

from audit.models import Event
from core import clock
from core.models import Notice
from disclosures.models import NoticeReceipt, Release
from disclosures.workflow import ending, recall
from disclosures.workflow import release_round as rounds
from partnership.models import Signatory
from tests.disclosures.releasing import Releasing

DAY = datetime.timedelta(days=1)
NOTHING = {"recalled": 0, "due": 0, "destroyed": 0, "let_go": 0, "lapsed": 0, "reminded": 0, "escalated": 0}


@pytest.fixture
def scene(world):
    return Releasing(world)


def due(scene, days, **more) -> Release:
    """An opened release that is to be destroyed *days* from today."""
    release = scene.opened(destroy_event="", destroy_on=timezone.localdate() + 400 * DAY, **more)
    Release.objects.filter(pk=release.pk).update(destroy_on=timezone.localdate() + days * DAY)
    Notice.objects.all().delete()
    return scene.fresh(release)


def test_it_is_registered():
    jobs = {job.name: job.seconds for job in clock.jobs()}
    assert [jobs[name] for name in ("follow releases", "post releases", "recover disclosure papers")] == [300, 30, 60]


@pytest.mark.parametrize(
    ("days", "subject"),
    [
        (8, None),
        (7, "A confirmation in Confer falls due"),
        (6, None),
        (1, "A confirmation in Confer falls due"),
        (0, None),
        (-1, "A confirmation in Confer is overdue"),
        (-2, None),
        (-7, "A confirmation in Confer is overdue"),
        (-14, "A confirmation in Confer is overdue"),
    ],
)
def test_the_recipient_is_reminded_before_and_after_once_a_day(scene, days, subject):
    release = due(scene, days)
    for _round in range(2):
        rounds.remind()
    found = Notice.objects.filter(address=release.member.email).values_list("subject", flat=True)
    assert list(found) == ([subject] if subject else [])


def test_words_are_destroyed_the_day_after_and_the_confirmation_is_still_owed(scene):
    release = due(scene, 0)
    assert rounds.release_round() == NOTHING
    tomorrow = timezone.now() + DAY
    assert rounds.release_round(now=tomorrow) == NOTHING | {"destroyed": 1, "reminded": 1}
    release = scene.fresh(release)
    assert (release.state, release.confirmed_at, release.words_key.is_destroyed) == ("destroyed", None, True)
    assert release.history.filter(history_change_reason="day_passed").get().history_actor == "release clock"
    assert Event.objects.get(name="release.destroyed").detail == {"number": release.number, "why": "day_passed"}
    assert list(Release.objects.overdue(on=timezone.localdate(tomorrow))) == [release]


def test_what_nobody_says_has_served_its_purpose_falls_due_all_the_same(scene):
    release = scene.opened()
    Notice.objects.all().delete()
    at = {days: release.first_opened_at + days * DAY for days in (22, 23, 29, 31, 37)}
    found = [rounds.release_round(now=now) for now in at.values()]
    assert found == [
        NOTHING,
        NOTHING | {"reminded": 1},
        NOTHING | {"reminded": 1},
        NOTHING | {"destroyed": 1, "reminded": 1},
        NOTHING | {"reminded": 1, "escalated": 1},
    ]
    assert list(Release.objects.overdue(on=timezone.localdate(at[31]))) == [release]


def test_a_week_later_both_sides_officers_are_told_once(scene):
    from tests.world import make_post

    w = scene.world
    make_post(w.housing_agency, w.liaison_officer, "officer")
    due(scene, -7)
    assert [rounds.escalate(), rounds.escalate()] == [1, 0]
    told = Notice.objects.filter(subject="A confirmation of destruction is overdue")
    assert set(told.values_list("address", flat=True)) == {
        scene.health_officer.email,
        scene.health_deputy.email,
        w.liaison_officer.email,
    }


def test_what_nobody_opened_is_destroyed_and_owed_by_nobody(scene):
    release = scene.release(destroy_event="", destroy_on=timezone.localdate() + DAY)
    later = timezone.now() + 2 * DAY
    assert rounds.release_round(now=later) == NOTHING | {"destroyed": 1}
    assert scene.fresh(release).state == "destroyed"
    assert not Release.objects.overdue(on=timezone.localdate(later)).exists()


@pytest.mark.parametrize(("days", "lapses"), [(27, False), (28, True)])
@pytest.mark.parametrize("method", ["system", "spoken"])
def test_what_nobody_takes_up_lapses_after_four_weeks(scene, days, lapses, method):
    release = scene.release(method=method)
    Notice.objects.all().delete()
    later = release.released_at + days * DAY
    done = [rounds.release_round(now=later), rounds.release_round(now=later)]
    assert done == [NOTHING | {"lapsed": int(lapses)}, NOTHING]
    release = scene.fresh(release)
    ends = ("lapsed", "Never acknowledged", True) if lapses else ("waiting", "Waiting for acknowledgement", False)
    assert (release.state, release.get_state_display(), release.words_key.is_destroyed) == ends
    decision = scene.again(release.decision)
    assert (decision.state, decision.words_key.is_destroyed, bool(decision.reason)) == ("decided", lapses, True)
    assert release.history.filter(history_change_reason="never_acknowledged").count() == int(lapses)
    assert Event.objects.filter(name="release.lapsed").count() == int(lapses)
    told = Notice.objects.filter(subject="Something that waited for you in Confer is closed")
    assert list(told.values_list("address", flat=True)) == [release.member.email] * int(lapses)


@pytest.mark.parametrize("what", ["accepted", "prolonged"])
def test_what_is_taken_up_or_prolonged_does_not_lapse(scene, what):
    release = scene.accepted() if what == "accepted" else scene.release()
    if what == "prolonged":
        until = timezone.localdate() + 60 * DAY
        words = "She is away until then and still needs it."
        ending.extend(by=scene.health_officer, release=release, seen=1, until=until, reason="still_needed", words=words)
        Release.objects.filter(pk=release.pk).update(extended_at=release.released_at + 10 * DAY)
    assert rounds.lapse_unread(now=release.released_at + 30 * DAY) == 0
    assert ending.lapse(scene.fresh(release), by=rounds.CLOCK) is (what == "prolonged")


def left_the_protocol(scene, release):
    Signatory.objects.filter(agency=release.agency).update(until=timezone.now())


def left_confer(scene, release):
    release.member.left_at, release.member.is_active = timezone.now(), False
    release.member.save()


def changed_agency(scene, release):
    release.member.agency = scene.world.police_agency
    release.member.save()


@pytest.mark.parametrize("what", [left_the_protocol, left_confer, changed_agency])
def test_what_somebody_holds_who_left_is_recalled(scene, what):
    release = scene.opened()
    what(scene, release)
    assert [rounds.recall_leavers(), rounds.recall_leavers()] == [1, 0]
    assert scene.fresh(release).state == "recalled"
    receipt = NoticeReceipt.objects.get()
    assert (receipt.release_id, receipt.notice.reason, receipt.notice.made_by) == (release.pk, "left", None)


def test_what_is_due_with_the_case_is_due_when_it_closes(scene):
    release = scene.opened(destroy_event="case_closed")
    assert rounds.set_event_days() == 0
    closed = {"state": "closed", "closed_at": timezone.now(), "closed_by": scene.world.coordinator}
    type(scene.case).objects.filter(pk=scene.case.pk).update(**closed)
    assert [rounds.set_event_days(), rounds.set_event_days()] == [1, 0]
    assert scene.fresh(release).destroy_on == timezone.localdate()


def test_who_does_not_answer_a_recall_is_reminded(scene):
    release = scene.opened()
    words = "It is about somebody else. Destroy every copy."
    notice = recall.recall(by=scene.health_officer, decision=release.decision, reason="wrong", words=words)
    Notice.objects.all().delete()
    assert rounds.remind() == 0
    assert [rounds.remind(now=notice.made_at + DAY) for _round in range(2)] == [1, 0]
    assert Notice.objects.get().subject == "Something still waits for you in Confer"
