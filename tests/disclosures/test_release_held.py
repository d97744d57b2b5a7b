"""While its case is held, no road destroys what a release carries: it closes, and goes when the last hold ends."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.models import Draft
from cases.workflow.hold import hold_cases, release_holds
from core.stored import stored_files
from disclosures.models import Decision, Release, ReleaseItem
from disclosures.workflow import ending, recall
from disclosures.workflow import release_round as rounds
from disclosures.workflow import round as decisions
from tests.disclosures.releasing import Releasing
from tests.signing_in import sign_in

DAY = datetime.timedelta(days=1)
WORDS = "He is discharged on Friday and means to return to the flat."
WEEKS = 40 * DAY


@pytest.fixture
def scene(world):
    return Releasing(world)


def keep(scene, decision, source=None):
    """Two requests from outside could hold one case: *source* stands for either."""
    hold_cases(
        by=scene.world.coordinator,
        cases=[decision.disclosure.case],
        authority="request",
        source=source or scene.world.panel,
    )


def due(scene) -> Release:
    return scene.opened(destroy_event="", destroy_on=timezone.localdate() + DAY)


def confirm(scene, release) -> Release:
    given = {"ending": "destroyed", "how": "no_copy", "on": timezone.localdate()}
    ending.confirm(by=release.member, release=release, seen=release.version, **given)
    return scene.fresh(release)


def by_the_clock(scene):
    release = due(scene)
    keep(scene, release.decision)
    assert rounds.destroy_due(now=timezone.now() + WEEKS) == 1
    return release


def by_its_recipient(scene):
    release = due(scene)
    keep(scene, release.decision)
    confirm(scene, release)
    return release


def never_taken_up(scene):
    release = scene.release()
    keep(scene, release.decision)
    assert rounds.lapse_unread(now=timezone.now() + WEEKS) == 1
    return release


def recalled_unread(scene):
    release = scene.release()
    keep(scene, release.decision)
    given = {"reason": "wrong_person", "words": "It is of somebody else."}
    recall.recall(by=scene.health_officer, decision=release.decision, **given)
    assert rounds.destroy_due() == 1
    return release


ROADS = {
    by_the_clock: ("destroyed", "day_passed"),
    by_its_recipient: ("destroyed", "confirmed"),
    never_taken_up: ("lapsed", "never_acknowledged"),
    recalled_unread: ("destroyed", "day_passed"),
}


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.__name__)
def test_no_road_destroys_what_a_hold_keeps_and_it_goes_with_the_last_hold(scene, road):
    becomes, why = ROADS[road]
    release = scene.fresh(road(scene))
    words = ReleaseItem.objects.with_key().filter(release=release)
    assert (release.state, release.ends_as, release.destroyed_at) == ("kept", becomes, None)
    assert [str(item.words) for item in words] == [WORDS]
    assert release.history.first().history_change_reason == why
    assert not Release.objects.openable_by(release.member).filter(pk=release.pk).exists()
    assert rounds.destroy_unheld(now=timezone.now() + WEEKS) == 0
    keep(scene, release.decision, source=scene.world.partnership)
    release_holds(by=scene.world.coordinator, source=scene.world.panel)
    assert rounds.destroy_unheld(now=timezone.now() + DAY) == 0  # another hold keeps it on
    release_holds(by=scene.world.coordinator, source=scene.world.partnership)
    assert [rounds.destroy_unheld(now=timezone.now() + DAY) for _again in range(2)] == [1, 0]
    release = scene.fresh(release)
    assert (release.state, release.ends_as, release.words_key.is_destroyed) == (becomes, "", True)
    assert scene.again(release.decision).words_key.is_destroyed
    assert release.history.first().history_change_reason == "hold_ended"
    assert Event.objects.get(name="release.destroyed").detail == {"number": release.number, "why": "hold_ended"}


def test_its_paper_stays_and_goes_with_it(scene, django_capture_on_commit_callbacks):
    release = due(scene)
    paper = scene.printed(release)
    keep(scene, release.decision)
    with django_capture_on_commit_callbacks(execute=True):
        rounds.destroy_due(now=timezone.now() + WEEKS)
    assert stored_files().read(release.words_key.material(), paper.pk)[:5] == b"%PDF-"
    release_holds(by=scene.world.coordinator, source=scene.world.panel)
    with django_capture_on_commit_callbacks(execute=True):
        rounds.destroy_unheld(now=timezone.now() + DAY)
    assert stored_files().erase(paper.pk) is False


def test_its_recipient_reads_that_it_is_closed_and_still_says_what_became_of_every_copy(scene):
    release = scene.fresh(by_the_clock(scene))
    page = sign_in(Client(), release.member).get(reverse("disclosures:release", args=[release.pk])).content.decode()
    assert "It can no longer be opened. Confirm what became of every copy." in page
    assert "held" not in page.partition("<main")[2] and WORDS not in page
    release = confirm(scene, release)
    assert (release.state, release.ends_as, release.confirmed_by) == ("kept", "destroyed", release.member)
    with pytest.raises(PermissionDenied):
        ending.extend(
            by=scene.health_officer,
            release=release,
            seen=release.version,
            until=timezone.localdate() + WEEKS,
            reason="hold",
            words="",
        )


@pytest.mark.parametrize("is_held", [True, False])
def test_what_was_made_ready_for_a_decision_that_nobody_took(scene, is_held):
    decision = scene.decision(scene.ask())
    Draft.objects.create(
        about_kind="disclosures.decision",
        about_id=decision.pk,
        part="answers",
        member=scene.health_officer,
        key=decision.key,
        data={"reason": ["She said so."]},
        updated_at=timezone.now(),
    )
    if is_held:
        keep(scene, decision)
    assert decisions.lapse_decisions(now=timezone.now() + WEEKS) == 1
    found = Decision.objects.select_related("words_key").get(pk=decision.pk)
    assert (found.outcome, found.words_key.is_destroyed, Draft.objects.count()) == ("no_answer", not is_held, is_held)
    assert decisions.forget_unheld(now=timezone.now()) == 0
    release_holds(by=scene.world.coordinator, source=scene.world.panel)
    assert decisions.forget_unheld(now=timezone.now() + DAY) == is_held
    assert Decision.objects.select_related("words_key").get(pk=decision.pk).words_key.is_destroyed
    assert not Draft.objects.exists()
