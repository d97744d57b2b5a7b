"""Recall and correction reach everyone who received, those who printed by name; and each answers."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit.models import Event
from core.models import Notice
from disclosures.models import DecisionRecipient, NoticeReceipt, Release, ReleaseNotice
from disclosures.workflow import recall
from disclosures.workflow import release as verbs
from disclosures.workflow.approval import decide, reopen
from tests.disclosures.releasing import Releasing

WORDS = "The date was another patient’s. Destroy it, and do not act on it."


@pytest.fixture
def scene(world):
    return Releasing(world)


@pytest.fixture
def pair(scene):
    """A decision released to two: Harri opened and printed his, Dilys has not accepted hers."""
    w, decision = scene.world, scene.prepare(scene.decision(scene.ask()))
    DecisionRecipient(key=decision.key, decision=decision, agency=w.housing_agency, member=w.housing_deputy).save(
        force_insert=True
    )
    decide(by=scene.health_officer, decision=decision, seen=decision.version)
    dilys, harri = [scene.fresh(release) for release in decision.releases.order_by("member__name")]
    harri = scene.accept(harri)
    verbs.open_release(by=harri.member, release=harri, how="printed")
    return scene.fresh(harri), dilys


def take_back(scene, release, **more):
    given = {"by": scene.health_officer, "reason": "wrong_person", "words": WORDS} | more
    return recall.recall(decision=release.decision, **given)


def test_a_recall_closes_every_release_at_once_and_tells_who_received(scene, pair):
    harri, dilys = pair
    Notice.objects.all().delete()
    notice = take_back(scene, harri)
    harri, dilys = scene.fresh(harri), scene.fresh(dilys)
    assert (harri.state, dilys.state) == ("recalled", "recalled")
    assert harri.history.first().history_change_reason == "recalled:wrong_person"
    for release in (harri, dilys):
        with pytest.raises((ValidationError, PermissionDenied)):
            verbs.open_release(by=release.member, release=release)
    with pytest.raises(PermissionDenied):
        scene.accept(dilys)
    receipts = NoticeReceipt.objects.filter(notice=notice)
    assert [(receipt.release_id, receipt.had_printed) for receipt in receipts] == [(harri.pk, True)]
    event = Event.objects.get(name="release.recall_sent")
    assert ([r["name"] for r in event.recipients], event.detail) == (
        ["Harri Housing"],
        {"reason": "wrong_person", "told": 1},
    )
    assert [(n.address, n.subject) for n in Notice.objects.all()] == [
        (scene.world.housing.email, "Something is ready for you in Confer")
    ]


def test_the_letter_names_nobody(scene, pair):
    Notice.objects.all().delete()
    take_back(scene, pair[0])
    receipt = NoticeReceipt.objects.get()
    assert Notice.objects.get().body == (
        "There is a notice about something that was released to you. Read it now and acknowledge it.\n\n"
        f"https://confer.example/disclosures/notices/{receipt.pk}/\n\n"
        "Sign in to Confer to read it. This letter holds no details."
    )


def test_a_correction_reaches_everyone_and_closes_nothing(scene, pair):
    harri, dilys = pair
    notice = recall.correct(by=scene.health_officer, decision=harri.decision, reason="outdated", words=WORDS)
    told = {receipt.release_id: receipt.had_printed for receipt in notice.receipts.all()}
    assert told == {harri.pk: True, dilys.pk: False}
    assert (scene.fresh(harri).state, scene.fresh(dilys).state) == ("open", "waiting")
    assert ReleaseNotice.objects.visible_to(harri.member).get().words == WORDS
    assert not ReleaseNotice.objects.visible_to(scene.police_officer).exists()


@pytest.mark.parametrize("how", ["superseded", "left", "consent", "destroyed"])
def test_a_correction_reaches_who_received_what_is_over_and_nobody_else(scene, pair, how):
    harri, dilys = pair
    decision = harri.decision
    if how == "superseded":
        renewed = scene.again(reopen(by=scene.health_officer, decision=decision))
        decide(by=scene.health_officer, decision=renewed, seen=renewed.version)
    elif how == "destroyed":
        Release.objects.filter(pk__in=[harri.pk, dilys.pk]).update(state="destroyed", destroyed_at=timezone.now())
    else:
        recall.recall_some([harri, dilys], decision, by=scene.health_officer, reason=how)
    before = set(NoticeReceipt.objects.values_list("pk", flat=True))
    Notice.objects.all().delete()
    decision.refresh_from_db()
    notice = recall.correct(by=scene.health_officer, decision=decision, reason="wrong", words=WORDS)
    told = NoticeReceipt.objects.exclude(pk__in=before)
    assert [(each.notice_id, each.release_id, each.had_printed) for each in told] == [(notice.pk, harri.pk, True)]
    event = Event.objects.get(name="release.correction_sent")
    assert [r["name"] for r in event.recipients] == ["Harri Housing"]
    assert [n.address for n in Notice.objects.all()] == [harri.member.email]


def test_who_printed_says_what_became_of_the_paper(scene, pair):
    take_back(scene, pair[0])
    receipt = scene.fresh(NoticeReceipt.objects.get())
    given = {"by": pair[0].member, "receipt": receipt, "seen": receipt.version}
    with pytest.raises(PermissionDenied):
        recall.acknowledge_notice(done="destroyed", **given | {"by": scene.world.housing_deputy})
    with pytest.raises(ValidationError):
        recall.acknowledge_notice(done="", **given)
    with pytest.raises(ValidationError):
        recall.acknowledge_notice(done="nothing_kept", **given)
    recall.acknowledge_notice(done="destroyed", **given)
    receipt = scene.fresh(receipt)
    assert (receipt.done, receipt.acknowledged_by) == ("destroyed", pair[0].member)
    assert receipt.history.first().history_change_reason == "acknowledged:destroyed"
    assert Event.objects.get(name="release.notice_acknowledged").detail["done"] == "destroyed"


@pytest.mark.parametrize("who", ["health_deputy", "police_officer", "housing", "coordinator"])
def test_only_the_originators_officers_take_back(scene, pair, who):
    by = getattr(scene, who, None) or getattr(scene.world, who)
    if who == "health_deputy":
        assert take_back(scene, pair[0], by=by).made_by == by
        return
    with pytest.raises(PermissionDenied):
        take_back(scene, pair[0], by=by)
    assert Release.objects.filter(state="recalled").count() == 0


@pytest.mark.parametrize(("given", "field"), [({"reason": "left"}, "reason"), ({"words": "Wrong."}, "words")])
def test_a_recall_says_why(scene, pair, given, field):
    with pytest.raises(ValidationError) as refusal:
        take_back(scene, pair[0], **given)
    assert list(refusal.value.error_dict) == [field]


def test_a_recalled_release_is_overdue_until_its_end_is_confirmed(scene, pair):
    from disclosures.workflow import ending

    harri = pair[0]
    take_back(scene, harri)
    assert list(Release.objects.overdue()) == [harri]
    harri = scene.fresh(harri)
    given = {"ending": "destroyed", "how": "shredded", "on": harri.released_at.date()}
    ending.confirm(by=harri.member, release=harri, seen=harri.version, **given)
    assert list(Release.objects.overdue()) == []


def test_a_later_decision_takes_the_place_of_what_the_earlier_released(scene):
    release = scene.opened()
    renewed = reopen(by=scene.health_officer, decision=release.decision)
    scene.decided(scene.again(renewed), words="He is discharged on Thursday.")
    assert scene.fresh(release).state == "recalled"
    assert ReleaseNotice.objects.get().reason == "superseded"
    (fresh,) = Release.objects.filter(state="waiting")
    assert fresh.member == release.member


def test_an_emergency_that_is_not_ratified_is_recalled(scene):
    from disclosures.workflow import emergency

    w = scene.world
    disclosure = scene.ask(urgency="emergency")
    decision = scene.decision(disclosure)
    emergency.release_at_once(
        by=w.health,
        decision=decision,
        seen=decision.version,
        words="He left the ward ten minutes ago.",
        overrides=["harm"],
        reason="He said on leaving that he goes to her flat now.",
    )
    release = scene.accept(scene.fresh(Release.objects.get()))
    verbs.open_release(by=release.member, release=release)
    decision = scene.again(decision)
    emergency.review(
        by=scene.health_officer,
        decision=decision,
        seen=decision.version,
        verdict="recalled",
        words="It was another patient who left the ward.",
    )
    assert scene.fresh(release).state == "recalled"
    assert NoticeReceipt.objects.get().notice.reason == "not_ratified"
