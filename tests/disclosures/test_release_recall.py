"""Recall and correction reach everyone who received, those who printed by name; and each answers."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from core.models import Notice
from disclosures.models import NoticeReceipt, Release, ReleaseNotice
from disclosures.rules import release as rules
from disclosures.workflow import recall
from disclosures.workflow import release as verbs
from disclosures.workflow.approval import decide, reopen
from disclosures.workflow.decision import choose_recipients
from tests.disclosures.asking import NEED
from tests.disclosures.releasing import Releasing
from tests.valid_html import problems as html_problems

WORDS = "The date was another patient’s. Destroy it, and do not act on it."


@pytest.fixture
def scene(world):
    return Releasing(world)


@pytest.fixture
def pair(scene):
    """A decision released to two: Harri opened and printed his, Dilys has not accepted hers."""
    w, decision = scene.world, scene.prepare(scene.decision(scene.ask()))
    to = [(member, NEED) for member in (w.housing, w.housing_deputy)]
    choose_recipients(by=scene.health_officer, decision=decision, recipients=to)
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
        {"reason": "wrong_person", "told": 1, "actions": 0},
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


# kept on another lawful basis, once the consent has ended
WHY = "The children live there: we must keep them safe under section 11."


@pytest.fixture
def ended(scene, pair):
    """The notice to Harri, who printed it, that the consent behind what he has was withdrawn."""
    take_back(scene, pair[0], reason="consent")
    return scene.fresh(NoticeReceipt.objects.get())


def keep(receipt, **more):
    given = {"by": receipt.release.member, "receipt": receipt, "seen": receipt.version, "done": "other_basis"}
    return recall.acknowledge_notice(**given | {"basis": "A6e", "basis_words": WHY} | more)


def test_what_rested_on_consent_may_stay_on_another_basis_of_the_recipients_own(scene, ended):
    Notice.objects.all().delete()
    assert rules.due_state(ended.release) == "overdue"
    keep(ended)
    receipt, release = scene.fresh(ended), scene.fresh(ended.release)
    assert (receipt.done, receipt.basis, release.state, release.own_basis) == ("other_basis", "A6e", "recalled", "A6e")
    assert NoticeReceipt.objects.with_key().get().basis_words == WHY
    assert receipt.history.first().history_change_reason == "acknowledged:other_basis"
    assert release.history.first().history_change_reason == "kept_on_basis"
    assert Event.objects.get(name="release.notice_acknowledged").detail == {
        "number": release.number,
        "done": "other_basis",
        "basis": "A6e",
    }
    assert set(Notice.objects.values_list("address", "subject")) == {
        (officer.email, "A recipient keeps something on another lawful basis")
        for officer in (scene.health_officer, scene.health_deputy)
    }
    assert (rules.due_state(release), Release.objects.overdue().count()) == ("kept", 0)
    assert [Release.objects.unconfirmed().count(), NoticeReceipt.objects.waiting().count()] == [0, 0]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"basis": ""}, "basis"),
        ({"basis": "A6a"}, "basis"),
        ({"basis": "A6ea"}, "basis"),
        ({"basis": "L35b"}, "basis"),
        ({"basis_words": "We need it."}, "basis_words"),
    ],
)
def test_a_basis_is_one_that_the_agency_has_and_is_explained(ended, given, field):
    with pytest.raises(ValidationError) as refusal:
        keep(ended, **given)
    assert list(refusal.value.error_dict) == [field]
    assert NoticeReceipt.objects.waiting().count() == 1


@pytest.mark.parametrize("reason", ["wrong", "wrong_person", "outdated", "unlawful"])
def test_no_basis_keeps_what_is_wrong(scene, pair, reason):
    take_back(scene, pair[0], reason=reason)
    with pytest.raises(ValidationError) as refusal:
        keep(scene.fresh(NoticeReceipt.objects.get()))
    assert list(refusal.value.error_dict) == ["done"]


def test_a_later_recall_because_it_is_wrong_ends_the_basis(scene, ended):
    keep(ended)
    take_back(scene, ended.release, reason="wrong_person")
    release = scene.fresh(ended.release)
    assert (release.own_basis, rules.due_state(release)) == ("", "overdue")
    assert release.history.first().history_change_reason == "recalled:wrong_person"


def test_the_notice_offers_it_and_both_sides_officers_read_it(scene, ended, as_member):
    browser, address = as_member(ended.release.member), reverse("disclosures:notice", args=[ended.pk])
    page = browser.get(address).content.decode()
    assert html_problems(page) == []
    assert ("It is kept" in page, "A6e Public task" in page, "A6a" in page) == (True, True, False)
    typed = {"seen": ended.version, "done": "other_basis", "basis": "A6e", "basis_words": "Short."}
    answer = browser.post(address, typed)
    assert (answer.status_code, "Short." in answer.content.decode()) == (422, True)
    assert browser.post(address, typed | {"basis_words": WHY}).status_code == 302
    for who in (ended.release.member, scene.health_officer):
        page = as_member(who).get(reverse("disclosures:release", args=[ended.release_id])).content.decode()
        assert html_problems(page) == []
        assert ("A6e Public task" in page, WHY in page) == (True, True)


def test_a_notice_of_what_is_wrong_offers_no_basis(scene, pair, as_member):
    take_back(scene, pair[0])
    page = as_member(pair[0].member).get(reverse("disclosures:notice", args=[NoticeReceipt.objects.get().pk]))
    assert ("It is kept" in page.content.decode(), 'name="basis"' in page.content.decode()) == (False, False)
