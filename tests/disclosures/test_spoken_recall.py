"""What was spoken in a meeting is corrected and recalled: who heard is told and answers; observers are telephoned."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from core.models import Notice
from disclosures.models import Decision, NoticeReceipt, Release
from disclosures.workflow import ending, recall
from disclosures.workflow.spoken import record_spoken
from tests.disclosures.asking import Asking

WORDS = "The date was another patient’s. Do not act on it; destroy your notes."
OLWEN = "Olwen Observer, Ofcom"


@pytest.fixture
def scene(world):
    return Asking(world)


@pytest.fixture
def decision(scene):
    w = scene.world
    item = w.list_case(w.make_meeting(state="in_session"), scene.case, asked=[w.health_agency])
    w.make_entry(item.listing, w.health_agency, w.health)
    hearers = [{"member": m, "agency": m.agency, "observer": ""} for m in (w.police, w.housing, w.health)]
    hearers.append({"member": None, "agency": None, "observer": OLWEN})
    record_spoken(by=w.chair, listing=item.listing, recipients=hearers)
    return scene.again(Decision.objects.get())


def warn(scene, decision, verb, **more):
    return verb(decision=decision, **{"by": scene.health_officer, "reason": "wrong", "words": WORDS} | more)


@pytest.mark.parametrize(("verb", "state"), [(recall.correct, "given"), (recall.recall, "recalled")])
def test_who_heard_it_is_told_and_the_observer_is_to_be_telephoned(scene, decision, verb, state):
    w = scene.world
    notice = warn(scene, decision, verb)
    releases = Release.objects.order_by("member__name").select_related("member")
    assert [(r.member, r.state, r.method, r.given_at, r.given_by) for r in releases] == [
        (w.housing, state, "meeting", decision.decided_at, w.health),
        (w.police, state, "meeting", decision.decided_at, w.health),
    ]
    assert {r.history.last().history_change_reason for r in releases} == {"spoken"}
    told = NoticeReceipt.objects.filter(notice=notice).values_list("release__member__name", flat=True)
    assert sorted(told) == ["Harri Housing", "Priya Police"]
    event = Event.objects.get(name__in=["release.correction_sent", "release.recall_sent"])
    assert [(r["kind"], r["name"]) for r in event.recipients] == [
        ("member", "Harri Housing"),
        ("member", "Priya Police"),
        ("telephone", OLWEN),
    ]
    letters = Notice.objects.filter(subject="Something is ready for you in Confer").values_list("address", flat=True)
    assert sorted(letters) == sorted([w.housing.email, w.police.email])


def test_who_heard_acknowledges_and_confirms_that_notes_are_destroyed(scene, decision, as_member):
    w = scene.world
    warn(scene, decision, recall.recall)
    receipt = NoticeReceipt.objects.get(release__member=w.police)
    page = as_member(w.police).get(reverse("disclosures:notice", args=[receipt.pk]))
    assert WORDS in page.content.decode()
    recall.acknowledge_notice(by=w.police, receipt=receipt, seen=receipt.version, done="nothing_kept")
    receipt.refresh_from_db()
    assert (receipt.acknowledged_by, receipt.done) == (w.police, "nothing_kept")
    release = Release.objects.of(w.police).get()
    given = {"ending": "destroyed", "how": "notes", "on": timezone.localdate()}
    ending.confirm(by=w.police, release=release, seen=release.version, **given)
    assert Release.objects.get(pk=release.pk).confirmed_by == w.police


def test_a_second_notice_makes_no_second_row(scene, decision):
    warn(scene, decision, recall.correct)
    warn(scene, decision, recall.recall)
    assert (Release.objects.count(), NoticeReceipt.objects.count()) == (2, 4)


def test_who_left_since_is_telephoned(scene, decision):
    w = scene.world
    w.police.left_at, w.police.is_active = timezone.now(), False
    w.police.save()
    warn(scene, decision, recall.correct)
    event = Event.objects.get(name="release.correction_sent")
    telephoned = [r["name"] for r in event.recipients if r["kind"] == "telephone"]
    assert telephoned == [OLWEN, f"{w.police.name}, {w.police_agency.name}"]


def test_another_agencys_officer_warns_nobody(scene, decision):
    with pytest.raises(PermissionDenied):
        warn(scene, decision, recall.correct, by=scene.police_officer)
    assert Release.objects.count() == 0


@pytest.mark.parametrize("road", ["correct_releases", "recall_releases"])
def test_the_page_lists_who_heard_and_whom_to_telephone(scene, decision, as_member, road):
    client, url = as_member(scene.health_officer), reverse(f"disclosures:{road}", args=[decision.pk])
    page = client.get(url).content.decode()
    assert [name in page for name in ("Harri Housing", "Priya Police", OLWEN, "Hana Health")] == [
        True,
        True,
        True,
        False,
    ]
    answer = client.post(url, {"reason": "wrong", "words": WORDS})
    assert answer.status_code == 302
    assert Release.objects.count() == 2
    page = client.get(url).content.decode()
    assert (page.count("Harri Housing"), page.count(OLWEN)) == (1, 1)
