"""Deciding: by whom, with what missing, what becomes true; two originators apart; nothing decided changes."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from audit.models import Event
from core.models import Notice
from core.records import StaleVersion
from disclosures.models import Decision, DecisionItem, Dissent
from disclosures.rules import decision as rules
from disclosures.workflow import approval
from disclosures.workflow import decision as deciding
from partnership.models import LiaisonPost, Signatory
from tests.disclosures.asking import REFUSAL, WORDS, Asking, piece
from tests.signing_in import enrol


@pytest.fixture
def asking(world):
    return Asking(world)


def problems(decision):
    return rules.problems(decision, **deciding.parts_of(decision))


def test_a_decision_stands_with_who_when_and_why(asking):
    w = asking.world
    disclosure = asking.ask()
    decision = asking.decided(asking.decision(disclosure))
    assert (decision.state, decision.outcome, decision.decided_by) == ("decided", "share", asking.health_officer)
    assert decision.decided_at == decision.verified_at
    assert (decision.regime, decision.consent_state) == ("uk_gdpr", "not_recorded")
    assert decision.standing == {"protocol": 1, "originator_tier": 1, "requester_tier": 1}
    assert decision.history.first().history_change_reason == "decided"
    event = Event.objects.get(name="decision.decided")
    assert [(r["kind"], r["name"], r["address"]) for r in event.recipients] == [
        ("member", "Harri Housing", "Aberwenlli Homes")
    ]
    assert event.detail == {
        "number": disclosure.number,
        "outcome": "share",
        "reason": "safeguard_adult",
        "bases": ["P01", "A6e", "A9g", "S1-18", "C2"],
    }
    assert asking.again(disclosure).state == "closed"
    told = Notice.objects.filter(address=w.housing.email).values_list("subject", flat=True)
    assert "A request for information has been answered" in told


def test_beginning_fills_in_what_is_known_and_lends_codes_never_words(asking):
    first = asking.decided(asking.decision(asking.ask()))
    again = asking.decision(asking.ask())
    begun = deciding.begin_decision(by=asking.health_officer, decision=again)
    assert (begun.identifies, begun.special, begun.confidential) == ("personal", ["health"], True)
    assert (begun.told, begun.aims, begun.conditions) == (first.told, first.aims, first.conditions)
    words = ("confidential_words", "told_words", "public_interest", "necessary", "less", "balance", "reason")
    assert [getattr(begun, name) for name in words] == [""] * len(words)
    assert [r.member for r in begun.recipients.select_related("member")] == [asking.world.housing]
    assert again.history.first().history_change_reason == "begun"


def test_a_shared_piece_is_sealed_under_a_key_of_its_own(asking):
    decision = asking.decided(asking.decision(asking.ask()))
    item = DecisionItem.objects.with_key().get(decision=decision)
    assert item.words == WORDS
    assert item.key_id == decision.words_key_id != decision.key_id
    assert (item.key.kind, decision.key.kind) == ("release", "disclosure")


# who ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("officer", True),
        ("deputy", True),
        ("other agency’s officer", False),
        ("representative", False),
        ("coordinator", False),
        ("requester with the post", False),
        ("officer whose post ended", False),
        ("officer without the role", False),
    ],
)
def test_who_may_approve(asking, who, may):
    w = asking.world
    decision = asking.prepare(asking.decision(asking.ask()))
    member = {
        "officer": asking.health_officer,
        "deputy": asking.health_deputy,
        "other agency’s officer": asking.police_officer,
        "representative": w.health,
        "coordinator": w.coordinator,
        "requester with the post": w.housing,
        "officer whose post ended": asking.health_deputy,
        "officer without the role": w.health,
    }[who]
    if who == "requester with the post":
        w.housing.role_grants.create(role="liaison_officer", panel=w.panel)
        LiaisonPost.objects.create(agency=w.health_agency, member=w.housing, kind="officer")
    if who == "officer whose post ended":
        LiaisonPost.objects.filter(member=member).delete()
    if who == "officer without the role":
        LiaisonPost.objects.create(agency=w.health_agency, member=w.health, kind="officer")
    member = type(member).objects.get(pk=member.pk)
    if may:
        assert approval.decide(by=member, decision=decision, seen=decision.version).decided_by == member
    else:
        with pytest.raises(PermissionDenied):
            approval.decide(by=member, decision=decision, seen=decision.version)
        assert asking.again(decision).state == "waiting"


def test_the_database_too_keeps_the_requester_from_deciding(asking):
    decision = asking.decided(asking.decision(asking.ask()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(decided_by=asking.world.housing)


def test_the_database_keeps_one_live_decision_per_originator_and_who_with_when(asking):
    first = asking.decided(asking.decision(asking.ask()))
    second = asking.prepare(approval.reopen(by=asking.health_officer, decision=first))
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=second.pk).update(
            state="decided",
            outcome="share",
            reason_code="duty",
            decided_at=first.decided_at,
            decided_by=first.decided_by,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=first.pk).update(decided_by=None)


def test_a_fresh_code_is_asked_and_a_wrong_one_counts(asking):
    decision = asking.prepare(asking.decision(asking.ask()))
    device = enrol(asking.health_officer)
    request = RequestFactory().post("/")
    by = {"by": asking.health_officer, "decision": decision, "seen": decision.version}
    with pytest.raises(ValidationError) as refusal:
        approval.approve(request, code="000000", **by)
    assert refusal.value.message_dict == {"code": ["This code is not right, or has been used. Wait for the next one."]}
    assert asking.again(decision).state == "waiting"
    assert Event.objects.filter(name="member.sign_in_failed").count() == 1
    code = device.code_at()
    assert approval.approve(request, code=code, **by).state == "decided"
    other = asking.prepare(asking.decision(asking.ask()))
    with pytest.raises(ValidationError):
        approval.approve(request, by=asking.health_officer, decision=other, seen=other.version, code=code)
    assert asking.again(other).state == "waiting"


def test_an_agency_without_standing_decides_nothing(asking):
    decision = asking.prepare(asking.decision(asking.ask()))
    Signatory.objects.filter(agency=asking.world.health_agency).update(tier=2)
    with pytest.raises(ValidationError) as refusal:
        approval.decide(by=asking.health_officer, decision=decision, seen=decision.version)
    assert refusal.value.messages[0] == "Your agency is not a tier-1 signatory now: it can share nothing."


# two originators ------------------------------------------------------------------------------------------
def test_two_originators_decide_apart_and_neither_learns_of_the_other(asking):
    w = asking.world
    disclosure = asking.ask(w.health_agency, w.police_agency)
    health = asking.decided(asking.decision(disclosure))
    assert asking.again(disclosure).state == "asked"
    police = asking.decision(disclosure, w.police_agency)
    deciding.begin_decision(by=asking.police_officer, decision=police)
    police = asking.again(police)
    police = deciding.answer(by=asking.police_officer, decision=police, step="record", seen=police.version, **REFUSAL)
    approval.decide(by=asking.police_officer, decision=asking.again(police), seen=police.version)
    assert asking.again(disclosure).state == "closed"
    assert list(Decision.objects.visible_to(asking.police_officer)) == [police]
    assert list(Decision.objects.visible_to(asking.health_officer)) == [health]
    assert list(DecisionItem.objects.visible_to(asking.police_officer)) == []
    assert list(DecisionItem.objects.visible_to(w.housing)) == []


# superseding, dissent ------------------------------------------------------------------------------------------
def test_a_change_is_a_new_decision_that_supersedes(asking):
    first = asking.decided(asking.decision(asking.ask()))
    words = first.reason
    renewed = approval.reopen(by=asking.health_deputy, decision=first)
    assert asking.again(first).state == "decided"
    assert approval.reopen(by=asking.health_officer, decision=first).pk == renewed.pk
    renewed = asking.again(renewed)
    assert (renewed.reason, renewed.bases, renewed.words_key_id == first.words_key_id) == (words, first.bases, False)
    deciding.answer(by=asking.health_deputy, decision=renewed, step="record", seen=renewed.version, **REFUSAL)
    renewed = asking.again(renewed)
    approval.decide(by=asking.health_deputy, decision=renewed, seen=renewed.version)
    first = asking.again(first)
    assert (first.state, first.superseded_by, first.reason) == ("superseded", renewed, words)
    assert first.history.first().history_change_reason == "superseded"
    assert Event.objects.get(name="decision.superseded").detail == {"by": str(renewed.pk)}


def test_what_is_decided_is_not_answered_again(asking):
    decision = asking.decided(asking.decision(asking.ask()))
    with pytest.raises(PermissionDenied):
        deciding.answer(by=asking.health_officer, decision=decision, step="record", seen=decision.version, **REFUSAL)
    with pytest.raises(PermissionDenied):
        deciding.choose_pieces(by=asking.health_officer, decision=decision, pieces=[piece("More.")])
    with pytest.raises(PermissionDenied):
        approval.decide(by=asking.health_officer, decision=decision, seen=decision.version)


def test_two_officers_at_one_decision_the_later_sees_that_it_is_taken(asking):
    decision = asking.prepare(asking.decision(asking.ask()))
    twin = asking.again(decision)
    approval.decide(by=asking.health_officer, decision=decision, seen=decision.version)
    with pytest.raises(StaleVersion):
        approval.decide(by=asking.health_deputy, decision=twin, seen=twin.version)
    assert asking.again(decision).decided_by == asking.health_officer
    assert Event.objects.filter(name="decision.decided").count() == 1


def test_two_officers_at_different_questions_lose_nothing(asking):
    decision = asking.decision(asking.ask())
    deciding.begin_decision(by=asking.health_officer, decision=decision)
    one, other = asking.again(decision), asking.again(decision)
    seen = one.version
    deciding.answer(by=asking.health_officer, decision=one, step="consent", seen=seen, told="before")
    other = asking.again(decision)
    deciding.answer(by=asking.health_deputy, decision=other, step="law", seen=seen, necessary="Nobody else knows it.")
    both = asking.again(decision)
    assert (both.told, both.necessary, both.steps_done) == ("before", "Nobody else knows it.", ["consent", "law"])


def test_only_the_agencys_own_entries_are_pieces(asking):
    w = asking.world
    item = w.list_case(w.make_meeting(), asking.case, asked=[w.health_agency, w.police_agency])
    own = w.make_entry(item.listing, w.health_agency, w.health)
    foreign = w.make_entry(item.listing, w.police_agency, w.police, text="Bail conditions.")
    decision = asking.decision(asking.ask())
    deciding.begin_decision(by=asking.health_officer, decision=decision)
    assert [item.entry_id for item in decision.items.all()] == [own.pk]
    made = deciding.choose_pieces(
        by=asking.health_officer, decision=asking.again(decision), pieces=[piece("x") | {"entry": own.pk}]
    )
    assert made[0].entry_id == own.pk
    with pytest.raises(ValidationError):
        deciding.choose_pieces(
            by=asking.health_officer, decision=asking.again(decision), pieces=[piece("x") | {"entry": foreign.pk}]
        )


@pytest.mark.parametrize(
    ("who", "may"),
    [("housing", True), ("housing_deputy", True), ("liaison_officer", True), ("children", False), ("auditor", False)],
)
def test_the_agency_that_disagreed_withdraws_it(asking, who, may):
    w = asking.world
    decision = asking.decided(asking.decision(asking.ask()), outcome="share")
    said = {"disclosure": decision.disclosure, "originator": w.health_agency, "words": "The half of it is missing."}
    row = approval.dissent(by=w.housing, **said)
    by, again = getattr(w, who), Dissent.objects.with_key().select_related("decision__disclosure").get(pk=row.pk)
    if not may:
        with pytest.raises(PermissionDenied):
            approval.withdraw_dissent(by=by, dissent=again)
        return
    with pytest.raises(ValidationError, match="Who disagrees withdraws it"):
        approval.end_dissent(by=asking.health_officer, dissent=again, ending="withdrawn", words="")
    approval.withdraw_dissent(by=by, dissent=again, words="It came by telephone.")
    again = Dissent.objects.with_key().get(pk=row.pk)
    assert (again.ending, again.ending_words, again.ended_by) == ("withdrawn", "It came by telephone.", by)
    assert again.history.first().history_change_reason == "ended:withdrawn"
    assert Event.objects.get(name="decision.dissent_ended").detail == {"ending": "withdrawn"}
    with pytest.raises(ValidationError, match="recorded already"):  # a page that was opened before
        approval.end_dissent(by=asking.health_officer, dissent=row, ending="stands", words="")
    assert approval.dissent(by=w.housing, **said).pk != row.pk


def test_a_dissent_is_recorded_told_and_ended(asking):
    w = asking.world
    disclosure = asking.ask()
    decision = asking.decision(disclosure)
    deciding.begin_decision(by=asking.health_officer, decision=decision)
    decision = asking.again(decision)
    deciding.answer(by=asking.health_officer, decision=decision, step="record", seen=decision.version, **REFUSAL)
    decision = asking.again(decision)
    approval.decide(by=asking.health_officer, decision=decision, seen=decision.version)
    row = approval.dissent(
        by=w.housing,
        disclosure=asking.again(disclosure),
        originator=w.health_agency,
        words="She is in danger from Friday.",
    )
    assert (row.agency, row.escalated_to) == (w.housing_agency, "dpo")
    assert row.history.first().history_change_reason == "dissented"
    assert Event.objects.filter(name="decision.dissented", thing_id=row.pk).count() == 1
    assert Notice.objects.filter(subject="An agency disagrees with a decision").count() == 2
    said = {"by": w.housing_deputy, "disclosure": disclosure, "originator": w.health_agency}
    assert approval.dissent(**said, words="She is in danger from Friday.  ") == row
    with pytest.raises(ValidationError, match="Your agency has said already that it disagrees"):
        approval.dissent(**said, words="It is needed for the court, too.")
    assert (Dissent.objects.count(), Event.objects.filter(name="decision.dissented").count()) == (1, 1)
    assert Notice.objects.filter(subject="An agency disagrees with a decision").count() == 2
    assert list(Dissent.objects.visible_to(asking.police_officer)) == []
    dissent = Dissent.objects.with_key().select_related("decision__disclosure", "decision__originator").get(pk=row.pk)
    approval.end_dissent(by=asking.health_officer, dissent=dissent, ending="stands", words="Looked at again.")
    assert (dissent.ending, dissent.ended_by) == ("stands", asking.health_officer)
    with pytest.raises(PermissionDenied):
        approval.dissent(by=w.children, disclosure=disclosure, originator=w.health_agency, words="We disagree as well.")
