"""“More detrimental to the child” is not decided before the reviewer who is named agrees in Confer."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audit.models import Event
from core.models import Notice
from core.records import StaleVersion
from disclosures.models import Decision
from disclosures.workflow import decision as deciding
from disclosures.workflow.approval import decide
from disclosures.workflow.detriment import answer_detriment
from tests.disclosures.asking import Asking

WHY = "His mother would learn where the child is and take her abroad."
MISSING = "Dewi Deputy has not yet agreed in Confer that sharing would be more detrimental to the child."


@pytest.fixture
def scene(world):
    return Asking(world)


def written(scene, decision=None, **more):
    decision = decision or scene.decision(scene.ask(child_safeguarding=True))
    decision = scene.again(deciding.begin_decision(by=scene.health_officer, decision=decision))
    answers = {"outcome": "detrimental", "reason_code": "detrimental", "reason": WHY, "reviewer": scene.health_deputy}
    given = {"by": scene.health_officer, "decision": decision, "step": "record", "seen": decision.version}
    return scene.again(deciding.answer(**given, **(answers | more)))


def agreed(scene, decision, agrees=True, by=None):
    by = by or scene.health_deputy
    return scene.again(answer_detriment(by=by, decision=decision, seen=decision.version, agrees=agrees))


def test_until_the_reviewer_agrees_it_cannot_be_decided(scene):
    decision = written(scene)
    letter = Notice.objects.get(subject="A decision waits for your review")
    assert letter.address == scene.health_deputy.email
    assert [word for word in ("Mair", "Huw", "child", decision.disclosure.number) if word in letter.body] == []
    with pytest.raises(ValidationError) as refusal:
        decide(by=scene.health_officer, decision=decision, seen=decision.version)
    assert refusal.value.messages == [MISSING]
    decision = agreed(scene, decision)
    assert (decision.review, decision.reviewed_by, decision.state) == ("agreed", scene.health_deputy, "waiting")
    assert decision.history.first().history_change_reason == "agreed"
    assert Event.objects.get(name="decision.detriment_answered").detail == {"agrees": True}
    assert decide(by=scene.health_officer, decision=decision, seen=decision.version).outcome == "detrimental"


def test_who_does_not_agree_is_named_no_more_and_the_officers_are_told(scene):
    decision = agreed(scene, written(scene), agrees=False)
    assert (decision.reviewer, decision.review) == (None, "")
    assert decision.history.first().history_change_reason == "not_agreed"
    told = Notice.objects.filter(subject="A reviewer does not agree with a decision").values_list("address", flat=True)
    assert set(told) == {scene.health_officer.email, scene.health_deputy.email}


def test_what_is_written_afterwards_is_to_be_agreed_anew(scene):
    decision = agreed(scene, written(scene))
    decision = written(scene, decision, reason=WHY + " She has said so.")
    assert (decision.review, decision.reviewed_at, decision.reviewed_by) == ("", None, None)
    refused = written(scene, agreed(scene, decision), outcome="refuse", reason_code="risk", reviewer=None)
    assert (refused.outcome, refused.review) == ("refuse", "")


@pytest.mark.parametrize("who", ["health_officer", "police_officer"])
def test_nobody_else_agrees(scene, who):
    decision = written(scene)
    with pytest.raises(PermissionDenied):
        agreed(scene, decision, by=getattr(scene, who))
    assert scene.again(decision).review == ""


def test_a_reviewer_kept_from_the_case_does_not_agree(scene):
    decision = written(scene)
    scene.world.bar(case=scene.case, member=scene.health_deputy)
    assert not Decision.objects.to_agree(scene.health_deputy).exists()
    with pytest.raises(PermissionDenied):
        agreed(scene, decision)


def test_an_answer_to_older_words_is_refused(scene):
    decision = written(scene)
    before = decision.version
    decision = written(scene, decision, reason=WHY + " She has said so.")
    with pytest.raises(StaleVersion):
        answer_detriment(by=scene.health_deputy, decision=decision, seen=before, agrees=True)


def test_the_page_shows_the_reasons_and_takes_the_answer(scene, as_member):
    decision = written(scene)
    client, url = as_member(scene.health_deputy), reverse("disclosures:agree_detriment", args=[decision.pk])
    assert WHY in client.get(url).content.decode()
    assert client.post(url, {"agrees": "yes", "seen": decision.version - 1}).status_code == 409
    assert client.post(url, {"agrees": "perhaps", "seen": "x"}).status_code == 400
    assert client.post(url, {"agrees": "yes", "seen": decision.version}).status_code == 302
    assert scene.again(decision).review == "agreed"
    assert as_member(scene.police_officer).get(url).status_code == 404
