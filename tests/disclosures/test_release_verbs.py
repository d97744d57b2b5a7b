"""Releasing: exactly what was approved, to whom it was approved, behind the gate of its conditions; how it ends."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Event
from core.models import Notice
from core.records import StaleVersion
from core.stored import stored_files
from core.templatetags.confer import when
from disclosures.documents_of_releases import destroy_words_of
from disclosures.models import DecisionItem, Release, ReleaseItem
from disclosures.workflow import ending
from disclosures.workflow import release as verbs
from disclosures.workflow.approval import decide
from disclosures.workflow.decision import choose_pieces, choose_recipients
from partnership.models import Signatory
from tests.disclosures.asking import NEED, WORDS, piece
from tests.disclosures.releasing import KEPT_BACK, SHOWN, Releasing
from tests.world import make_member

TODAY = timezone.localdate
DAY = datetime.timedelta(days=1)


@pytest.fixture
def scene(world):
    return Releasing(world)


def close(scene, release, **more):
    given = {"ending": "destroyed", "how": "no_copy", "on": TODAY(), "seen": release.version} | more
    return ending.confirm(by=release.member, release=release, **given)


# opening the gate ----------------------------------------------------------------------------------
def test_a_sharing_decision_leaves_one_release_that_waits_for_its_recipient(scene):
    w, release = scene.world, scene.release()
    assert (release.state, release.member, release.agency) == ("waiting", w.housing, w.housing_agency)
    assert release.number == f"{release.decision.disclosure.number}-{release.pk.hex[:6].upper()}"
    assert release.words_key_id not in (release.decision.words_key_id, release.decision.key_id)
    assert (release.words_key.kind, release.key_id) == ("release", release.decision.key_id)
    assert [item.words for item in ReleaseItem.objects.with_key().filter(release=release)] == [WORDS]
    assert release.history.first().history_change_reason == "released"
    event = Event.objects.get(name="release.made")
    assert (event.operation, event.detail) == (
        "disclosure",
        {"number": release.number, "method": "system", "items": 1},
    )
    assert [r["name"] for r in event.recipients] == ["Harri Housing"]
    letter = Notice.objects.get(subject="Something is ready for you in Confer")
    assert letter.address == w.housing.email
    assert letter.body == (
        "Something was released to you, on conditions.\n\n"
        f"https://confer.example/disclosures/releases/{release.pk}/\n\n"
        "Sign in to Confer to read it. This letter holds no details."
    )


def test_exactly_the_approved_pieces_in_their_redacted_words_leave(scene):
    decision = scene.prepare(scene.decision(scene.ask()), outcome="part")
    pieces = [
        {"entry": None, "original": f"{SHOWN} {KEPT_BACK}", "words": SHOWN},
        piece(KEPT_BACK, withheld=True),
        piece("   ", withheld=True),
    ]
    choose_pieces(by=scene.health_officer, decision=decision, pieces=pieces)
    decision = scene.again(decision)
    decide(by=scene.health_officer, decision=decision, seen=decision.version)
    release = scene.accept(scene.fresh(decision.releases.get()))
    opened = verbs.open_release(by=release.member, release=release)
    assert [(item.words, item.nature, item.grade) for item in opened] == [(SHOWN, "fact", "confirmed")]


def test_a_refusal_releases_nothing(scene):
    decision = scene.decided(scene.decision(scene.ask()), outcome="refuse", reason_code="not_necessary")
    assert Release.objects.count() == 0
    with pytest.raises(ValidationError):
        verbs.open_releases(decision, by=scene.health_officer)


def test_a_second_call_releases_nothing_more(scene):
    release = scene.release()
    assert verbs.open_releases(release.decision, by=scene.health_officer) == []
    assert Release.objects.count() == 1


def left(scene):
    member = scene.world.housing
    member.left_at, member.is_active = timezone.now(), False
    member.save()


def lapsed(scene):
    Signatory.objects.filter(agency=scene.world.housing_agency).update(until=timezone.now())


def only_depersonalised(scene):
    Signatory.objects.filter(agency=scene.world.housing_agency).update(tier=2)


def barred(scene):
    scene.world.bar(case=scene.case, member=scene.world.housing)


@pytest.mark.parametrize("what", [left, lapsed, only_depersonalised, barred])
def test_nothing_is_released_to_who_may_not_receive_at_this_instant(scene, what):
    decision = scene.prepare(scene.decision(scene.ask()))
    what(scene)
    decision = scene.again(decision)
    with pytest.raises(ValidationError), transaction.atomic():
        decide(by=scene.health_officer, decision=decision, seen=decision.version)
    assert (Release.objects.count(), scene.again(decision).state) == (0, "waiting")


def test_words_open_only_after_the_conditions_are_accepted(scene):
    release = scene.release()
    with pytest.raises(ValidationError):
        verbs.open_release(by=release.member, release=release)
    with pytest.raises(ValidationError):
        verbs.acknowledge(by=release.member, release=release, seen=release.version, accepted=False)
    release = scene.accept(release)
    assert (release.state, release.acknowledged_by) == ("open", release.member)
    assert release.history.first().history_change_reason == "acknowledged"
    assert Event.objects.get(name="release.acknowledged").detail == {
        "number": release.number,
        "conditions": ["purpose", "onward"],
    }
    assert [item.words for item in verbs.open_release(by=release.member, release=release)] == [WORDS]


def test_the_database_knows_the_gate(scene):
    release = scene.release()
    release.first_opened_at = timezone.now()
    with pytest.raises(IntegrityError), transaction.atomic():
        release.save()


@pytest.mark.parametrize("who", ["housing_deputy", "coordinator", "police", "liaison_officer"])
def test_nobody_but_the_recipient_accepts_or_opens(scene, who):
    other, release = getattr(scene.world, who), scene.release()
    with pytest.raises(PermissionDenied):
        verbs.acknowledge(by=other, release=release, seen=release.version, accepted=True)
    release = scene.accept(release)
    with pytest.raises(PermissionDenied):
        verbs.open_release(by=other, release=release)


def test_a_second_click_of_accepting_is_stale_or_refused(scene):
    release = scene.release()
    scene.accept(release)
    with pytest.raises((StaleVersion, PermissionDenied)):
        verbs.acknowledge(by=release.member, release=release, seen=release.version, accepted=True)


# opened, printed ----------------------------------------------------------------------------------
def test_first_and_last_opening_and_printing_are_kept_and_recorded(scene):
    release = scene.opened()
    first = release.first_opened_at
    verbs.open_release(by=release.member, release=release, how="printed")
    release = scene.fresh(release)
    assert release.first_opened_at == first < release.last_opened_at == release.printed_at
    events = Event.objects.filter(name__in=["release.opened", "release.printed"]).order_by("pk")
    assert [(e.name, e.member_name, [r["name"] for r in e.recipients]) for e in events] == [
        ("release.opened", "Harri Housing", ["Harri Housing"]),
        ("release.printed", "Harri Housing", ["Harri Housing"]),
    ]
    item = release.items.get()
    assert [e.things for e in events] == [[f"disclosures.releaseitem:{item.pk}"]] * 2


def test_where_no_copies_may_be_made_it_is_neither_printed_nor_made_a_file(scene):
    release = scene.accepted(conditions=["purpose", "no_copy"])
    with pytest.raises(ValidationError):
        verbs.open_release(by=release.member, release=release, how="printed")
    assert (release.papers.count(), scene.fresh(release).printed_at) == (0, None)


def test_what_is_spoken_is_recorded_by_the_originator_and_never_opened(scene):
    release = scene.release(method="spoken")
    with pytest.raises(PermissionDenied):
        scene.accept(release)
    with pytest.raises(PermissionDenied):
        verbs.give(by=scene.police_officer, release=release, seen=release.version)
    verbs.give(by=scene.health_deputy, release=release, seen=release.version)
    release = scene.fresh(release)
    assert (release.state, release.given_by) == ("given", scene.health_deputy)
    assert [r["name"] for r in Event.objects.get(name="release.spoken").recipients] == ["Harri Housing"]
    with pytest.raises(ValidationError):
        verbs.open_release(by=release.member, release=release)
    assert close(scene, release, how="notes").state == "destroyed"


# what came of it, and its end ----------------------------------------------------------------------------------
def test_what_came_of_it_is_said_and_makes_destruction_due(scene):
    release = scene.opened()
    with pytest.raises(ValidationError):
        verbs.report_use(by=release.member, release=release, seen=release.version, used="partly", words=" ")
    verbs.report_use(by=release.member, release=release, seen=release.version, used="yes", words="She was moved.")
    release = scene.fresh(release)
    assert (release.used, release.used_words, release.destroy_on) == ("yes", "She was moved.", TODAY())
    assert release.history.first().history_change_reason == "reported"
    assert Event.objects.get(name="release.used").detail == {"number": release.number, "used": "yes"}


@pytest.mark.parametrize(
    ("used", "days"), [("yes", 0), ("no", 0), ("partly", 30)], ids=["used", "not needed", "used in part"]
)
def test_an_answer_that_ends_the_use_makes_destruction_due(scene, used, days):
    release = scene.opened()
    words = "The half of it; the rest serves until she is moved."
    verbs.report_use(by=release.member, release=release, seen=release.version, used=used, words=words)
    assert scene.fresh(release).destroy_on == TODAY() + days * DAY


@pytest.mark.parametrize(
    ("answers", "day", "words"),
    [
        ({}, 30, "When it has served its purpose, at the latest {day}"),
        ({"destroy_on": TODAY() + 9 * DAY}, 9, "When it has served its purpose, at the latest {day}"),
        ({"destroy_event": "", "destroy_on": TODAY() + 9 * DAY}, 9, "{day}"),
        ({"destroy_event": "case_closed"}, None, "When the case is closed"),
        ({"destroy_event": "minutes"}, None, "When the minutes of the meeting are approved"),
    ],
    ids=["no day", "a day", "a day alone", "with the case", "with the minutes"],
)
@pytest.mark.parametrize("method", ["system", "spoken"])
def test_what_is_to_serve_a_purpose_has_a_latest_day_once_received(scene, method, answers, day, words):
    release = scene.release(method=method, **answers)
    if day == 30:
        assert (release.destroy_on, destroy_words_of(release)) == (
            None,
            "When it has served its purpose, at the latest 30 days after receipt",
        )
    if method == "spoken":
        verbs.give(by=scene.health_officer, release=release, seen=release.version)
    release = scene.fresh(release) if method == "spoken" else scene.accept(release)
    assert release.destroy_on == (TODAY() + day * DAY if day else None)
    assert destroy_words_of(release) == words.format(day=day and when(release.destroy_on))


def test_destruction_confirmed_destroys_the_words_and_leaves_the_row(scene):
    release = scene.opened()
    paper = scene.printed(release)
    assert stored_files().read(release.words_key.material(), paper.pk)[:5] == b"%PDF-"
    close(scene, release)
    release = scene.fresh(release)
    assert (release.state, release.ending, release.how, release.confirmed_by) == (
        "destroyed",
        "destroyed",
        "no_copy",
        release.member,
    )
    assert release.words_key.is_destroyed and release.destroyed_at
    assert [str(item.words) for item in ReleaseItem.objects.with_key().filter(release=release)] == ["destroyed"]
    assert [str(item.words) for item in DecisionItem.objects.with_key().filter(decision=release.decision)] == [
        "destroyed"
    ]
    decision = scene.again(release.decision)
    assert decision.reason == "She cannot be moved in time without the date."
    assert release.history.first().history_change_reason == "confirmed"
    event = Event.objects.get(name="release.confirmed")
    assert (event.operation, event.detail["ending"], event.detail["on"]) == ("erasure", "destroyed", str(TODAY()))
    with pytest.raises(ValidationError):
        verbs.open_release(by=release.member, release=release)
    with pytest.raises(PermissionDenied):
        close(scene, release)


@pytest.mark.django_db(transaction=True)
def test_its_file_goes_with_it(scene):
    release = scene.opened()
    paper = scene.printed(release)
    close(scene, release)
    assert stored_files().erase(paper.pk) is False


def test_words_shared_with_two_stay_for_the_one_who_has_not_confirmed(scene):

    w, decision = scene.world, scene.prepare(scene.decision(scene.ask()))
    to = [(member, NEED) for member in (w.housing, w.housing_deputy)]
    choose_recipients(by=scene.health_officer, decision=decision, recipients=to)
    decide(by=scene.health_officer, decision=decision, seen=decision.version)
    first, second = [scene.accept(scene.fresh(r)) for r in decision.releases.order_by("member__name")]
    close(scene, second)
    assert [item.words for item in verbs.open_release(by=first.member, release=first)] == [WORDS]
    assert not scene.again(decision).words_key.is_destroyed


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ending": "lost"}, "ending"),
        ({"how": "handed_back"}, "how"),
        ({"ending": "returned", "how": "shredded"}, "how"),
        ({"on": None}, "on"),
        ({"on": TODAY() + DAY}, "on"),
        ({"on": TODAY() - DAY}, "on"),
    ],
)
def test_a_confirmation_says_what_how_and_when(scene, given, field):
    release = scene.opened()
    with pytest.raises(ValidationError) as refusal:
        close(scene, release, **given)
    assert list(refusal.value.error_dict) == [field]
    assert not scene.fresh(release).words_key.is_destroyed


def test_who_printed_cannot_say_that_there_was_no_copy(scene):
    release = scene.opened()
    verbs.open_release(by=release.member, release=release, how="printed")
    release = scene.fresh(release)
    with pytest.raises(ValidationError) as refusal:
        close(scene, release)
    assert list(refusal.value.error_dict) == ["how"]
    assert close(scene, release, how="shredded").how == "shredded"


def test_who_lost_their_standing_still_confirms(scene):
    release = scene.opened()
    lapsed(scene)
    barred(scene)
    assert close(scene, release).state == "destroyed"


def test_the_originator_lets_them_keep_it_longer_with_a_reason(scene):
    release = scene.opened(destroy_event="", destroy_on=TODAY() + DAY)
    until = TODAY() + 30 * DAY
    given = {"release": release, "seen": release.version, "until": until, "reason": "court"}
    with pytest.raises(PermissionDenied):
        ending.extend(by=release.member, words="The hearing was put off to next month.", **given)
    with pytest.raises(ValidationError) as refusal:
        ending.extend(by=scene.health_deputy, words="Short.", **given | {"until": TODAY(), "reason": "whim"})
    assert set(refusal.value.error_dict) == {"until", "reason", "words"}
    ending.extend(by=scene.health_deputy, words="The hearing was put off to next month.", **given)
    release = scene.fresh(release)
    assert (release.destroy_on, release.extension, release.extended_by) == (until, "court", scene.health_deputy)
    assert release.history.first().history_change_reason == "extended:court"
    event = Event.objects.get(name="release.extended")
    assert event.detail == {
        "number": release.number,
        "before": str(TODAY() + DAY),
        "until": str(until),
        "reason": "court",
    }
    assert Notice.objects.filter(subject="A date has changed in Confer").get().address == release.member.email


def test_a_member_of_the_agency_who_was_not_named_has_nothing(scene):
    w, release = scene.world, scene.accepted()
    colleague = make_member("Cai Colleague", w.housing_agency, "representative", panel=w.panel)
    assert not Release.objects.visible_to(colleague).exists()
    with pytest.raises(PermissionDenied):
        verbs.open_release(by=colleague, release=release)
