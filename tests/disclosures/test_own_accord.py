"""An emergency release that nobody asked for: by whom, about whom, to whom; reviewed and blocked as any other."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from cases.models import Party
from core.models import Notice
from disclosures.models import Decision, DecisionItem, Disclosure, DisclosurePerson, Release
from disclosures.rules.receiving import receivers
from disclosures.workflow.approval import reopen
from disclosures.workflow.emergency import release_of_own_accord, review, review_due
from partnership.models import Signatory
from tests.disclosures.asking import ANSWERS, Asking
from tests.world import make_member, make_post

WHY = "He was seen on her landing an hour ago and nobody of the office answers."
WORDS = "He has a key to the flat and was seen there at noon."
AGREED = "Luned Liaison, by telephone at 12:40"


@pytest.fixture
def scene(world):
    scene = Asking(world)
    scene.housing_officer = scene._officer("Hefin Liaison", world.housing_agency, "officer")
    return scene


def release(scene, **more):
    w = scene.world
    by = more.pop("by", w.housing)
    given = {
        "case": scene.case,
        "people": Party.objects.with_key().filter(case=scene.case),
        "recipients": [w.health, w.police],
        "words": WORDS,
        "overrides": ["harm"],
        "reason": WHY,
        "verbal_approval": AGREED,
    } | more
    return scene.again(release_of_own_accord(by=by, **given))


def test_released_at_once_to_the_named_on_a_row_without_requester(scene):
    w = scene.world
    decision = release(scene)
    disclosure = Disclosure.objects.with_key().get()
    assert (disclosure.way, disclosure.state, disclosure.agency_id, disclosure.requested_by_id) == (
        "own",
        "closed",
        None,
        None,
    )
    assert (disclosure.urgency, disclosure.case_id, disclosure.purpose) == ("emergency", scene.case.pk, WHY)
    assert (decision.state, decision.way, decision.originator, decision.decided_by) == (
        "decided",
        "emergency",
        w.housing_agency,
        w.housing,
    )
    assert (decision.verbal_approval, decision.review_due_at) == (AGREED, review_due(decision.decided_at))
    assert [i.words for i in DecisionItem.objects.with_key().filter(decision=decision)] == [WORDS]
    people = DisclosurePerson.objects.filter(disclosure=disclosure).count()
    assert people == Party.objects.filter(case=scene.case).count()
    released = Release.objects.select_related("member").order_by("member__name")
    assert [(r.member, r.state, r.released_by) for r in released] == [
        (w.health, "waiting", w.housing),
        (w.police, "waiting", w.housing),
    ]
    assert disclosure.history.first().history_change_reason == "own_accord"
    assert decision.history.first().history_change_reason == "emergency"
    event = Event.objects.get(name="decision.emergency_released")
    assert ([r["name"] for r in event.recipients], event.detail["way"]) == (["Hana Health", "Priya Police"], "own")
    told = Notice.objects.filter(subject="An emergency release waits for your review").values_list("address", flat=True)
    assert sorted(told) == sorted([scene.housing_officer.email, w.liaison_officer.email])


def test_who_released_sees_it_and_the_recipients_only_their_release(scene):
    w = scene.world
    decision = release(scene)
    sees = [list(Decision.objects.visible_to(m)) for m in (w.housing, scene.housing_officer, w.health, w.police)]
    assert sees == [[decision], [decision], [], []]
    assert [Release.objects.of(m).count() for m in (w.health, w.police, w.idva)] == [1, 1, 0]
    assert [Disclosure.objects.visible_to(m).count() for m in (w.health, w.housing)] == [0, 1]


def nobody(scene):
    return {"recipients": []}


def own_colleague(scene):
    return {"recipients": [scene.world.housing_deputy]}


def referrer(scene):
    return {"recipients": [make_member("Rhys Refers", scene.world.health_agency, "referrer", panel=scene.world.panel)]}


def no_signatory(scene):
    Signatory.objects.filter(agency=scene.world.health_agency).update(until=timezone.now())
    return {"recipients": [scene.world.health]}


def kept_away(scene):
    scene.world.bar(case=scene.case, member=scene.world.health)
    return {"recipients": [scene.world.health]}


@pytest.mark.parametrize("whom", [nobody, own_colleague, referrer, no_signatory, kept_away])
def test_only_who_could_open_it_is_a_recipient(scene, whom):
    with pytest.raises(ValidationError) as refusal:
        release(scene, **whom(scene))
    assert list(refusal.value.message_dict) == ["recipients"]
    assert (Disclosure.objects.count(), Release.objects.count()) == (0, 0)


def test_everything_that_is_missing_is_said_at_once(scene):
    nothing = {"people": [], "recipients": [], "words": " ", "overrides": [], "reason": "Now.", "verbal_approval": " "}
    with pytest.raises(ValidationError) as refusal:
        release(scene, **nothing)
    assert sorted(refusal.value.message_dict) == sorted(nothing)


@pytest.mark.parametrize("who", ["health", "referrer", "auditor", "administrator"])
def test_who_does_not_see_the_case_or_may_not_ask_releases_nothing(scene, who):
    w = scene.world
    by = make_member("Rhys Refers", w.housing_agency, "referrer", panel=w.panel) if who == "referrer" else None
    with pytest.raises(PermissionDenied):
        release(scene, by=by or getattr(w, who))
    assert Disclosure.objects.count() == 0


def test_ratified_by_the_same_chain_and_recalled_by_the_same_road(scene):
    law = ANSWERS["law"]
    answers = {name: law[name] for name in ("aims", "necessary", "less", "balance")}
    given = {"words": "It could not have waited.", "answers": answers, "bases": ["P01", "A6e", "C2"]}
    first, second = release(scene), release(scene)
    by = scene.housing_officer
    review(by=by, decision=first, seen=first.version, verdict="ratified", **given)
    review(by=by, decision=second, seen=second.version, verdict="recalled", words="It was about another person.")
    assert (scene.again(first).review, scene.again(second).review) == ("ratified", "recalled")
    states = Release.objects.order_by("decision__created_at", "member__name").values_list("state", flat=True)
    assert list(states) == ["waiting", "waiting", "recalled", "recalled"]


def test_who_released_does_not_review(scene):
    w = scene.world
    both = make_member("Both Hats", w.housing_agency, "representative", "liaison_officer", panel=w.panel)
    make_post(w.housing_agency, both)
    decision = release(scene, by=both)
    with pytest.raises(PermissionDenied):
        review(by=both, decision=decision, seen=decision.version, verdict="recalled", words="It was about another man.")


def test_an_overdue_review_blocks_the_next_one_of_either_kind(scene):
    decision = release(scene)
    Decision.objects.filter(pk=decision.pk).update(review_due_at=timezone.now())
    with pytest.raises(ValidationError) as refusal:
        release(scene)
    assert refusal.value.messages == [
        "An earlier emergency release of yours has not been reviewed in time. Until it is, your liaison officer must "
        "decide: telephone them."
    ]


def test_decided_anew_it_waits_and_is_not_released_at_once_again(scene, as_member):
    decision = release(scene)
    words = "It was about another person."
    review(by=scene.housing_officer, decision=decision, seen=decision.version, verdict="recalled", words=words)
    renewed = reopen(by=scene.housing_officer, decision=scene.again(decision))
    client = as_member(scene.world.housing)
    assert client.get(reverse("disclosures:release_at_once", args=[renewed.pk])).status_code == 403


def test_the_form_releases_and_keeps_what_was_typed(scene, as_member):
    w = scene.world
    client, url = as_member(w.housing), reverse("disclosures:release_of_own_accord", args=[scene.case.pk])
    page = client.get(url).content.decode()
    assert [name in page for name in ("Hana Health", "Priya Police", "Dilys")] == [True, True, False]
    data = {
        "people": [str(party.pk) for party in Party.objects.filter(case=scene.case)],
        "recipients": [str(w.health.pk)],
        "words": WORDS,
        "overrides": ["harm"],
        "reason": WHY,
    }
    refused = client.post(url, data)
    assert (refused.status_code, WORDS in refused.content.decode()) == (422, True)
    answer = client.post(url, data | {"verbal_approval": AGREED})
    assert answer.status_code == 302
    assert Release.objects.get().member == w.health
    tab = client.get(reverse("disclosures:case_requests", args=[scene.case.pk])).content.decode()
    assert reverse("disclosures:release_of_own_accord", args=[scene.case.pk]) in tab


def test_the_desk_and_the_record_say_that_nobody_asked(scene, as_member):
    decision = release(scene)
    client = as_member(scene.housing_officer)
    for address in (reverse("disclosures:desk"), reverse("disclosures:decision", args=[decision.pk])):
        assert "Nobody: of the agency’s own accord" in client.get(address).content.decode()


# who is offered on the decision form
def test_offered_are_those_of_the_asking_agency_who_could_open_it(scene):
    w = scene.world
    make_member("Rhys Refers", w.housing_agency, "referrer", panel=w.panel)
    offered = receivers(w.panel, scene.case.pk).filter(agency=w.housing_agency)
    able = [w.housing, w.housing_deputy, w.liaison_officer, scene.housing_officer]
    assert [m.name for m in offered] == sorted(m.name for m in able)
    w.bar(case=scene.case, member=w.housing_deputy)
    assert w.housing_deputy not in receivers(w.panel, scene.case.pk)
    Signatory.objects.filter(agency=w.housing_agency).update(until=timezone.now())
    assert not receivers(w.panel, scene.case.pk).filter(agency=w.housing_agency).exists()
