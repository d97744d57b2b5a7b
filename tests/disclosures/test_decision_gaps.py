"""What keeps a decision from being taken: everything missing, said at once; and refusals with their reasons."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Event
from core.templatetags.confer import when
from disclosures.models import Decision
from disclosures.rules import decision as rules
from disclosures.workflow import approval
from disclosures.workflow import decision as deciding
from disclosures.workflow.detriment import answer_detriment
from partnership.models import Agency, Protocol, Signatory
from tests.disclosures.asking import REFUSAL, WORDS, Asking, piece

DAY = datetime.timedelta(days=1)


@pytest.fixture
def asking(world):
    return Asking(world)


def problems(decision):
    return rules.problems(decision, **deciding.parts_of(decision))


# what is missing ------------------------------------------------------------------------------------------
OUTWEIGHS = "Choose what outweighs privacy here."
SERIOUS = "Write down how serious it is, how near, and why sharing is proportionate."
LAW = {"bases": ["P01", "A6e", "A9g", "S1-18", "C3"]}
GAPS = [
    (
        {"bases": []},
        "law",
        [
            "Choose the power or duty to share.",
            "Choose the Article 6 basis.",
            "Special category information: choose an Article 9 condition.",
            "Confidential information: choose the ground on which confidence gives way.",
        ],
    ),
    ({"bases": ["P01", "A9g", "S1-18", "C2"]}, "law", "Choose the Article 6 basis."),
    ({"bases": ["P01", "A6e", "C2"]}, "law", "Special category information: choose an Article 9 condition."),
    (
        {"bases": ["P01", "A6e", "A9g", "S1-18"]},
        "law",
        [
            "Confidential information: choose the ground on which confidence gives way.",
            "P01 covers health or care data only with consent (C1), public interest (C2) or law (C3).",
        ],
    ),
    ({"bases": ["P08", "A6e", "A9g", "S1-18", "C2"]}, "law", None),
    (
        {"aims": []},
        "law",
        "Answer why this is lawful, necessary, the least intrusive way and fair (Article 8).",
    ),
    ({"offence": True, "bases": ["P01", "A6e", "A9h", "C2"]}, "law", None),
    (
        {"stops": ["X01"]},
        "nature",
        "It would reveal that somebody’s gender was recognised by certificate: this cannot be shared through Confer. "
        "Refuse, and take advice.",
    ),
    (
        {"counselling_notes": True},
        "nature",
        "A victim’s counselling notes are not shared on a request like this. Whoever asked must make a victim "
        "information request.",
    ),
    ({"third_party": True}, "nature", "Some of it comes from another agency: say which."),
    (
        {"caldicott_name": ""},
        "caldicott",
        "Health or care information: record the Caldicott Guardian’s name, advice and its date.",
    ),
    (
        {"caldicott": "disagrees"},
        "caldicott",
        "Write down the Caldicott Guardian’s limits or objection, and how it is met.",
    ),
    ({"public_interest": " "}, "law", SERIOUS),
    ({"overrides": [], "public_interest": ""}, "law", [OUTWEIGHS, SERIOUS]),
    (
        {"overrides": [], "public_interest": "", "no_consent": "refused", "no_consent_words": "He said no."} | LAW,
        "law",
        [OUTWEIGHS, SERIOUS],
    ),
    ({"told": ""}, "consent", "Say whether the person is told."),
    ({"no_consent": "refused"}, "consent", "Say why it is shared without consent."),
    ({"conditions": []}, "release", "Choose the conditions on which it is shared."),
    ({"destroy_event": ""}, "release", "Say by when it is destroyed."),
    ({"reason": "Yes."}, "record", "Give the reasons in your own words, whether you share or not."),
    ({"reason_code": "not_held"}, "record", "Choose the reason that fits the outcome."),
    ({"outcome": "depersonalised"}, "nature", None),
]


@pytest.mark.parametrize(("answers", "page", "sentence"), GAPS, ids=[str(n) for n in range(len(GAPS))])
def test_every_gap_is_said_and_keeps_the_decision_from_being_taken(asking, answers, page, sentence):
    answers = dict(answers)
    decision = asking.prepare(asking.decision(asking.ask()), outcome=answers.pop("outcome", "share"), **answers)
    found = problems(decision)
    assert page in {where for where, _sentence in found}
    if sentence:
        assert found == [(page, each) for each in ([sentence] if isinstance(sentence, str) else sentence)]
    with pytest.raises(ValidationError) as refusal:
        approval.decide(by=asking.health_officer, decision=decision, seen=decision.version)
    assert refusal.value.messages == [sentence for _page, sentence in found]
    assert asking.again(decision).state == "waiting"


@pytest.mark.parametrize(
    "answers", [{}, {"overrides": [], "public_interest": ""} | LAW], ids=["public interest", "the law requires it"]
)
def test_a_full_chain_has_no_gap(asking, answers):
    assert problems(asking.prepare(asking.decision(asking.ask()), **answers)) == []


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        (
            {"in_force_from": timezone.localdate() + DAY},
            [
                "No information sharing protocol is in force: nothing is shared before one is.",
                "S1-18: an appropriate policy document is needed, and the protocol in force names none.",
            ],
        ),
        (
            {"review_on": timezone.localdate() - DAY},
            [
                "The review of Aberwenlli Information Sharing Protocol, version 1 was due by {day}: it is reviewed "
                "before anything more is shared."
            ],
        ),
        ({"review_on": timezone.localdate()}, []),
        (
            {"policy_reference": ""},
            ["S1-18: an appropriate policy document is needed, and the protocol in force names none."],
        ),
    ],
    ids=["none in force", "review lapsed", "last day", "no policy document"],
)
def test_nothing_is_shared_without_a_protocol_in_date_and_its_policy_document(asking, change, sentences):
    decision = asking.prepare(asking.decision(asking.ask()))
    Protocol.objects.update(**change)
    day = when(timezone.localdate() - DAY)
    assert problems(decision) == [("law", sentence.format(day=day)) for sentence in sentences]
    decision.outcome, decision.reason_code = "refuse", "not_necessary"
    assert problems(decision) == []


def test_nothing_answered_says_all_of_it_at_once(asking):
    decision = asking.decision(asking.ask())
    pages = [page for page, _sentence in problems(decision)]
    assert pages == ["record", "record"]
    decision.outcome = "share"
    assert {page for page, _sentence in problems(decision)} >= {"purpose", "nature", "law", "release", "record"}


def test_withheld_or_redacted_is_part_and_not_all(asking):
    ready = asking.prepare(asking.decision(asking.ask()))
    pieces = [piece(WORDS), piece("He is on ward 7 under Dr Bevan.", words="He is on a ward.")]
    deciding.choose_pieces(by=asking.health_officer, decision=ready, pieces=pieces)
    assert problems(ready) == [("record", "Something is withheld or redacted: the outcome is “share part”.")]
    ready.outcome = "part"
    assert problems(ready) == []


@pytest.mark.parametrize("how", ["left", "no standing", "barred"])
def test_a_recipient_is_asked_about_at_the_instant(asking, how):
    w = asking.world
    ready = asking.prepare(asking.decision(asking.ask()))
    if how == "left":
        type(w.housing).objects.filter(pk=w.housing.pk).update(left_at=ready.created_at, is_active=False)
    elif how == "no standing":
        Signatory.objects.filter(agency=w.housing_agency).update(until=ready.created_at)
    else:
        w.bar(case=asking.case, member=w.housing)
    assert [page for page, _sentence in problems(ready)] == ["release"]


# refusals ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("outcome", "more", "missing"),
    [
        ("refuse", {}, []),
        ("nothing", {"reason_code": "not_held"}, []),
        ("defer", {"reason_code": "more_needed"}, ["Say until when you defer: a day to come."]),
        (
            "detrimental",
            {"reason_code": "detrimental"},
            ["Name who reviewed that sharing would be more detrimental to the child."],
        ),
        ("refuse", {"reason": ""}, ["Give the reasons in your own words, whether you share or not."]),
    ],
)
def test_what_is_not_shared_needs_its_reasons_and_no_law(asking, outcome, more, missing):
    decision = asking.decision(asking.ask(child_safeguarding=True))
    deciding.begin_decision(by=asking.health_officer, decision=decision)
    decision = asking.again(decision)
    answers = REFUSAL | {"outcome": outcome} | more
    deciding.answer(by=asking.health_officer, decision=decision, step="record", seen=decision.version, **answers)
    decision = asking.again(decision)
    assert [sentence for _page, sentence in problems(decision)] == missing
    if not missing:
        taken = approval.decide(by=asking.health_officer, decision=decision, seen=decision.version)
        assert (taken.shares, taken.bases, taken.outcome) == (False, [], outcome)
        assert Event.objects.get(name="decision.decided").recipients == []


def test_more_detrimental_needs_a_reviewer_who_is_another(asking):
    decision = asking.decision(asking.ask(child_safeguarding=True))
    deciding.begin_decision(by=asking.health_officer, decision=decision)
    decision = asking.again(decision)
    answers = REFUSAL | {"outcome": "detrimental", "reason_code": "detrimental"}
    decision = deciding.answer(
        by=asking.health_officer,
        decision=decision,
        step="record",
        seen=decision.version,
        **answers,
        reviewer=asking.health_deputy,
    )
    answer_detriment(by=asking.health_deputy, decision=asking.again(decision), seen=decision.version, agrees=True)
    decision = asking.again(decision)
    taken = approval.decide(by=asking.health_officer, decision=decision, seen=decision.version)
    assert (taken.reviewer, taken.reviewed_by, taken.review) == (asking.health_deputy, asking.health_deputy, "agreed")
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=taken.pk).update(reviewer=taken.decided_by)


REVIEWED = "The review of the standing of %(name)s was due by %(day)s and is not recorded."
REGISTERED = "The ICO registration of %(name)s expired on %(day)s."


@pytest.mark.parametrize("whose", ["health_agency", "housing_agency"])
@pytest.mark.parametrize(("days", "ends"), [(-1, True), (0, False), (None, False)], ids=["past", "today", "none"])
def test_what_ran_out_yesterday_stops_a_decision_to_share(asking, whose, days, ends):
    """Edge case 2: of who gives and of who receives, on the day after its last."""
    agency = getattr(asking.world, whose)
    day = None if days is None else timezone.localdate() + datetime.timedelta(days=days)
    ready = asking.prepare(asking.decision(asking.ask()))
    Signatory.objects.filter(agency=agency).update(review_on=day)
    Agency.objects.filter(pk=agency.pk).update(ico_expires_on=day)
    sentences = [words % {"name": agency.name, "day": f"{day:%-d %B %Y}"} for words in (REGISTERED, REVIEWED) if ends]
    assert problems(asking.again(ready)) == [("law", sentence) for sentence in sentences]
