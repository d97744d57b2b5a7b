"""Emergency release and its review; the clock where nobody answers."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit.models import Event
from core.models import Notice
from disclosures.models import Decision, DecisionItem, Release
from disclosures.workflow import decision as deciding
from disclosures.workflow.approval import decide, reopen
from disclosures.workflow.emergency import GROUNDS, release_at_once, review, review_due
from disclosures.workflow.round import escalate_reviews, lapse_decisions, take_up_deferred
from tests.disclosures.asking import ANSWERS, REFUSAL, Asking
from tests.world import make_member, make_post

LONDON = ZoneInfo("Europe/London")
DAY = datetime.timedelta(days=1)
WHY = "He left the ward an hour ago and nobody of the office answers the telephone."


@pytest.fixture
def asking(world):
    return Asking(world)


def urgent(asking, **more):
    return asking.decision(asking.ask(urgency="emergency", **more))


def release(asking, decision=None, by=None, **more):
    decision = decision or urgent(asking)
    by = by or asking.world.health
    given = {"words": "He left at noon for the flat.", "overrides": ["harm"], "reason": WHY, "health": True} | more
    return asking.again(release_at_once(by=by, decision=decision, seen=decision.version, **given))


def ratify(asking, decision, by=None, **more):
    law = ANSWERS["law"]
    answers = {name: law[name] for name in GROUNDS} | ANSWERS["caldicott"] | more.pop("guardian", {})
    given = {"bases": law["bases"], "answers": answers, "words": "It could not have waited."} | more
    by = by or asking.health_officer
    return review(by=by, decision=decision, seen=decision.version, verdict="ratified", **given)


def test_released_at_once_by_name_and_to_be_reviewed(asking):
    w = asking.world
    decision = release(asking, verbal_approval="Dr Guardian, by telephone at 12:40")
    assert (decision.state, decision.way, decision.decided_by) == ("decided", "emergency", w.health)
    assert decision.review_due_at == review_due(decision.decided_at)
    assert decision.verbal_approval == "Dr Guardian, by telephone at 12:40"
    assert [i.words for i in DecisionItem.objects.with_key().filter(decision=decision)] == [
        "He left at noon for the flat."
    ]
    assert decision.history.first().history_change_reason == "emergency"
    event = Event.objects.get(name="decision.emergency_released")
    assert [r["name"] for r in event.recipients] == ["Harri Housing"]
    assert [r.member for r in Release.objects.filter(decision=decision).select_related("member")] == [w.housing]
    told = Notice.objects.filter(subject="An emergency release waits for your review").values_list("address", flat=True)
    assert set(told) == {asking.health_officer.email, asking.health_deputy.email}
    assert asking.again(decision.disclosure).state == "closed"


@pytest.mark.parametrize(
    ("who", "urgency", "may"),
    [
        ("health", "emergency", True),
        ("health", "urgent", False),
        ("police", "emergency", False),
        ("housing", "emergency", False),
        ("auditor", "emergency", False),
    ],
)
def test_who_may_release_at_once_and_when(asking, who, urgency, may):
    decision = asking.decision(asking.ask(urgency=urgency))
    by = getattr(asking.world, who)
    if may:
        assert release(asking, decision, by).state == "decided"
    else:
        with pytest.raises(PermissionDenied):
            release(asking, decision, by)
        assert asking.again(decision).state == "waiting"


def test_it_says_what_why_and_which_danger(asking):
    with pytest.raises(ValidationError) as refusal:
        release(asking, words=" ", overrides=[], reason="Now.")
    assert sorted(refusal.value.message_dict) == ["overrides", "reason", "words"]
    assert Decision.objects.get().state == "waiting"


@pytest.mark.parametrize(
    ("released", "due"),
    [
        ((2026, 11, 3, 16, 0), (2026, 11, 4)),  # Tuesday: Wednesday
        ((2026, 11, 6, 23, 30), (2026, 11, 9)),  # Friday night: Monday
        ((2026, 11, 7, 2, 0), (2026, 11, 9)),  # Saturday: Monday
        ((2026, 12, 24, 15, 0), (2026, 12, 29)),  # Christmas Eve: after Christmas, its Saturday’s Monday and Sunday
        ((2026, 4, 2, 12, 0), (2026, 4, 7)),  # Maundy Thursday: after Easter Monday
        ((2026, 3, 27, 12, 0), (2026, 3, 30)),  # over the spring clock change
        ((2026, 10, 23, 12, 0), (2026, 10, 26)),  # over the autumn clock change
    ],
)
def test_the_review_is_due_at_the_end_of_the_next_working_day(released, due):
    moment = datetime.datetime(*released, tzinfo=LONDON)
    assert review_due(moment) == datetime.datetime(*due, 23, 59, 59, tzinfo=LONDON)


def test_ratified_it_holds_by_the_same_chain(asking):
    decision = release(asking)
    with pytest.raises(ValidationError) as refusal:
        ratify(asking, asking.again(decision), bases=["P01"])
    assert refusal.value.message_dict["bases"][0] == "Choose the Article 6 basis."
    assert asking.again(decision).reviewed_at is None
    reviewed = ratify(asking, asking.again(decision))
    assert (reviewed.review, reviewed.reviewed_by) == ("ratified", asking.health_officer)
    assert reviewed.bases == ANSWERS["law"]["bases"]
    assert reviewed.history.first().history_change_reason == "reviewed:ratified"
    assert Event.objects.get(name="decision.reviewed").detail == {"verdict": "ratified"}


ASK = "Health or care information: record the Caldicott Guardian’s name, advice and its date."
LIMITS = "Write down the Caldicott Guardian’s limits or objection, and how it is met."


@pytest.mark.parametrize(
    ("health", "guardian", "wanting"),
    [
        (True, {}, None),
        (True, {"caldicott_name": ""}, ASK),
        (True, {"caldicott_on": None}, ASK),
        (True, {"caldicott": ""}, ASK),
        (True, {"caldicott": "limits"}, LIMITS),
        (True, {"caldicott": "disagrees", "caldicott_words": "The ward alone: his diagnosis is recalled."}, None),
        (False, {"caldicott_name": "", "caldicott_on": None, "caldicott": ""}, None),
    ],
    ids=["asked", "no name", "no date", "no advice", "limits", "disagrees, and why not followed", "no health data"],
)
def test_of_health_data_it_is_ratified_with_the_guardians_view_asked_for_afterwards(asking, health, guardian, wanting):
    decision = release(asking, health=health)
    assert (decision.caldicott_not, decision.caldicott_name) == ("Released in an emergency." if health else "", "")
    if wanting:
        with pytest.raises(ValidationError) as refusal:
            ratify(asking, decision, guardian=guardian)
        assert refusal.value.message_dict == {"caldicott_name": [wanting]}
        return
    bases = ANSWERS["law"]["bases"] if health else ["P01", "A6e", "C2"]
    ratify(asking, decision, guardian=guardian, bases=bases)
    decision = asking.again(decision)
    view = ANSWERS["caldicott"] | {"caldicott_words": ""} | guardian if health else {"caldicott_name": ""}
    kept = {name: value for name, value in view.items() if name != "caldicott_principles"}
    assert {name: getattr(decision, name) for name in kept} == kept


def test_recalled_its_releases_close(asking):
    decision = release(asking)
    review(
        by=asking.health_officer,
        decision=decision,
        seen=decision.version,
        verdict="recalled",
        words="It was about another patient.",
    )
    assert asking.again(decision).review == "recalled"
    assert [r.state for r in Release.objects.filter(decision=decision)] == ["recalled"]


@pytest.mark.parametrize("who", ["released it", "asked", "representative", "other agency"])
def test_who_may_not_review(asking, who):
    w = asking.world
    member = {"other agency": asking.police_officer, "representative": w.housing_deputy}.get(who)
    if who == "released it":
        member = make_member("Both Hats", w.health_agency, "representative", "liaison_officer", panel=w.panel)
        make_post(w.health_agency, member)
        decision = release(asking, by=member)
    else:
        decision = release(asking)
    if who == "asked":
        member = w.housing
        make_post(w.health_agency, member)
    with pytest.raises(PermissionDenied):
        ratify(asking, decision, by=member)


def test_an_overdue_review_blocks_the_next_release_of_that_member_alone(asking):
    w = asking.world
    first = release(asking)
    colleague = make_member("Hedd Health", w.health_agency, "representative", panel=w.panel)
    assert release(asking).state == "decided"
    Decision.objects.filter(pk=first.pk).update(review_due_at=timezone.now())
    with pytest.raises(ValidationError) as refusal:
        release(asking)
    assert refusal.value.messages == [
        "An earlier emergency release of yours has not been reviewed in time. Until it is, your liaison officer must "
        "decide: telephone them."
    ]
    assert release(asking, by=colleague).state == "decided"
    ratify(asking, asking.again(first))
    assert release(asking).state == "decided"


def test_the_clock_escalates_an_overdue_review_once(asking):
    decision = release(asking)
    assert escalate_reviews() == 0
    later = decision.review_due_at + DAY
    assert (escalate_reviews(later), escalate_reviews(later)) == (1, 0)
    assert Event.objects.filter(name="decision.review_overdue").count() == 1
    assert Notice.objects.filter(subject="The review of an emergency release is overdue").count() == 2


# no answer ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("child", [False, True])
def test_no_answer_is_not_shared_and_escalates(asking, child):
    w = asking.world
    make_post(w.health_agency, None, "dpo", name="Delyth Data", email="dpo@wenlli-health.example")
    make_post(w.health_agency, None, "safeguarding", name="Sara Safe", email="safe@wenlli-health.example")
    disclosure = asking.ask(w.health_agency, w.police_agency, child_safeguarding=child)
    asking.decided(asking.decision(disclosure))
    assert lapse_decisions() == 0
    later = disclosure.due_at + datetime.timedelta(seconds=1)
    assert (lapse_decisions(later), lapse_decisions(later)) == (1, 0)
    health, police = asking.decision(disclosure), asking.decision(disclosure, w.police_agency)
    assert (health.outcome, police.outcome, police.decided_by) == ("share", "no_answer", None)
    assert (police.state, police.reason_code, police.decided_at) == ("decided", "no_answer", later)
    history = police.history.first()
    assert (history.history_change_reason, history.history_actor) == ("no_answer", "disclosure clock")
    event = Event.objects.get(name="decision.lapsed")
    assert (event.member_name, event.detail["child"]) == ("disclosure clock", child)
    assert asking.again(disclosure).state == "closed"
    silent = Notice.objects.filter(subject="A request for information was not answered in time")
    assert [n.address for n in silent] == [asking.police_officer.email]
    body = "\n".join(Notice.objects.values_list("body", flat=True))
    assert [word for word in ("Mair", "Huw", "Harri", "Health", "flat") if word in body] == []


def test_for_a_child_the_safeguarding_lead_is_told_at_once(asking):
    w = asking.world
    make_post(w.health_agency, None, "dpo", name="Delyth Data", email="dpo@wenlli-health.example")
    make_post(w.health_agency, None, "safeguarding", name="Sara Safe", email="safe@wenlli-health.example")
    for child in (False, True):
        disclosure = asking.ask(child_safeguarding=child)
        lapse_decisions(disclosure.due_at + datetime.timedelta(seconds=1))
    silent = Notice.objects.filter(subject="A request for information was not answered in time")
    addresses = list(silent.values_list("address", flat=True))
    assert (addresses.count("dpo@wenlli-health.example"), addresses.count("safe@wenlli-health.example")) == (2, 1)


def test_a_late_answer_supersedes_the_silence(asking):
    disclosure = asking.ask()
    lapse_decisions(disclosure.due_at)
    silence = asking.decision(disclosure)
    renewed = asking.again(reopen(by=asking.health_officer, decision=silence))
    assert (renewed.state, renewed.outcome) == ("waiting", "")
    deciding.begin_decision(by=asking.health_officer, decision=renewed)
    renewed = asking.again(renewed)
    deciding.answer(by=asking.health_officer, decision=renewed, step="record", seen=renewed.version, **REFUSAL)
    renewed = asking.again(renewed)
    decide(by=asking.health_officer, decision=renewed, seen=renewed.version)
    assert [d.state for d in Decision.objects.order_by("created_at")] == ["superseded", "decided"]


def test_a_deferred_decision_is_taken_up_again_on_its_day(asking):
    w = asking.world
    disclosure = asking.ask()
    until = timezone.localdate() + 3 * DAY
    decision = asking.decision(disclosure)
    deciding.begin_decision(by=asking.health_officer, decision=decision)
    decision = asking.again(decision)
    answers = REFUSAL | {"outcome": "defer", "reason_code": "more_needed", "defer_until": until}
    deciding.answer(by=asking.health_officer, decision=decision, step="record", seen=decision.version, **answers)
    decision = asking.again(decision)
    decide(by=asking.health_officer, decision=decision, seen=decision.version)
    assert asking.again(disclosure).state == "asked"
    assert not Notice.objects.filter(address=w.housing.email).exists()
    assert take_up_deferred() == 0
    later = timezone.now() + 3 * DAY
    assert (take_up_deferred(later), take_up_deferred(later)) == (1, 0)
    assert [(d.state, d.outcome, d.due_at is None) for d in Decision.objects.order_by("created_at")] == [
        ("decided", "defer", False),
        ("waiting", "", True),
    ]
    assert lapse_decisions(later + DAY) == 0
    told = Notice.objects.filter(address=asking.health_officer.email, subject="A request for information waits")
    assert told.count() == 2


def test_colleagues_see_an_emergency_while_it_waits_and_then_only_their_own_release(asking):
    w = asking.world
    colleague = make_member("Hedd Health", w.health_agency, "representative", panel=w.panel)
    decision = urgent(asking)
    sees = [list(Decision.objects.visible_to(member)) for member in (w.health, colleague, w.police)]
    assert sees == [[decision], [decision], []]
    release(asking, decision)
    sees = [list(Decision.objects.visible_to(member)) for member in (w.health, colleague, w.police)]
    assert sees == [[decision], [], []]
