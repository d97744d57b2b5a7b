"""Given, refused, decided for who cannot: rows, history reasons and audit events; children and parents."""

import datetime

import pytest
from django.utils import timezone

from audit.models import Event
from consent.models import Consent
from consent.rules.complete import lacks
from consent.rules.covers import gap
from consent.workflow import asking, deciding
from tests.consent.asking import (
    asked,
    fresh,
    prepared,
    refused,
    sign,
    signed,
    told,
    victim,
    was_born,
)

DAY = datetime.timedelta(days=1)


# given
def test_given_in_full_with_both_signatures(world, case):
    consent = signed(world, prepared(world, asked(world, case)))
    given = deciding.record_given(by=world.health, consent=consent, seen=consent.version)
    today = timezone.localdate()
    assert (given.state, given.starts_on, given.decided_by) == ("given_full", today, world.health)
    assert today + 363 * DAY < given.ends_on < today + 366 * DAY
    assert told(given) == ("given_full", "consent.decided")


def test_one_no_makes_it_part_but_for_what_is_asked_apart(world, case):
    consent = signed(world, prepared(world, asked(world, case), purpose={"ndtms": False}))
    assert deciding.record_given(by=world.health, consent=consent, seen=consent.version).state == "given_full"
    other = asking.request_consent(by=world.housing, case=case, party=victim(case))
    other = signed(world, prepared(world, other, by=world.housing, purpose={"intelligence": False}), by=world.housing)
    assert deciding.record_given(by=world.housing, consent=other, seen=other.version).state == "given_part"


def test_without_the_persons_signature_nothing_is_given(world, case):
    consent = prepared(world, asked(world, case))
    consent = sign(world, consent, "worker")
    assert refused(deciding.record_given, by=world.health, consent=consent, seen=consent.version) == [
        "The person has not signed."
    ]


def test_a_form_with_no_for_everything_is_a_refusal(world, case):
    everything = dict.fromkeys(["panel", "care", "intelligence", "ndtms"], False)
    consent = signed(world, prepared(world, asked(world, case), purpose=everything))
    assert refused(deciding.record_given, by=world.health, consent=consent, seen=consent.version) == [
        "No purpose was answered yes: record a refusal."
    ]


def test_paper_that_was_signed_long_ago_is_no_consent(world, case):
    consent = prepared(world, asked(world, case))
    for whose in ("worker", "person"):
        consent = sign(
            world,
            consent,
            whose,
            method="paper",
            paper_kept="Safe 2",
            signed_on=timezone.localdate() - 400 * DAY,
        )
    assert refused(deciding.record_given, by=world.health, consent=consent, seen=consent.version) == [
        "By its dates this consent has ended already. Ask the person again."
    ]


# refused, and children
def test_a_refusal_is_audited_like_every_other_outcome(world, case):
    consent = prepared(world, asked(world, case))
    consent = deciding.record_refused(by=world.health, consent=consent, words="Not the police.", seen=consent.version)
    assert (consent.state, fresh(consent).words, consent.starts_on) == ("refused", "Not the police.", None)
    assert told(consent) == ("refused", "consent.decided")
    event = Event.objects.filter(thing_id=consent.pk, name="consent.decided").get()
    assert (event.reason, event.detail, event.things) == ("", {}, [])


def test_a_parent_does_not_stand_in_for_a_competent_childs_refusal(world, case):
    was_born(victim(case), 15)
    consent = prepared(
        world, asked(world, case), parent_answer="agrees", parent_name="Eleri Pugh", parent_words="She agrees."
    )
    assert refused(
        deciding.record_cannot,
        by=world.health,
        consent=consent,
        cannot_reason="age",
        ground="parental",
        words="Her mother agrees.",
        seen=consent.version,
    ) == ["The person is able to decide this: record what they decided."]
    consent = deciding.record_refused(by=world.health, consent=consent, words="No.", seen=consent.version)
    kept = fresh(consent)
    assert (kept.state, kept.parent_answer, kept.parent_name) == ("refused", "agrees", "Eleri Pugh")
    use = {"giving": world.health_agency, "receiving": world.housing_agency, "track": None, "at": timezone.now()}
    held = list(Consent.objects.on_case(case))
    assert gap(held, category="treatment", purpose="panel", **use).code == "refused"


def test_for_a_child_the_parents_answer_is_asked(world, case):
    was_born(victim(case), 15)
    consent = prepared(world, asked(world, case))
    assert lacks(consent) == ["Say whether somebody with parental responsibility was asked."]


def test_a_consent_of_a_child_ends_before_the_18th_birthday(world, case):
    born = was_born(victim(case), 17)
    consent = prepared(world, asked(world, case), parent_answer="not_asked", parent_words="She does not want it.")
    consent = signed(world, consent)
    given = deciding.record_given(by=world.health, consent=consent, seen=consent.version)
    assert given.ends_on == born.replace(year=born.year + 18) - DAY


@pytest.mark.parametrize(
    ("age", "able", "given", "sentence"),
    [
        (40, "no", {"ground": "parental"}, "Nobody consents for an adult. It can only be in their best interests."),
        (40, "no", {"cannot_reason": "age"}, "From 16 on the question is capacity, not age."),
        (16, "no", {"cannot_reason": "age"}, "From 16 on the question is capacity, not age."),
        (15, "no", {"ground": "parental"}, "Nobody with parental responsibility agrees, by what is recorded."),
        (40, "yes", {}, "The person is able to decide this: record what they decided."),
        (40, "no", {"cannot_reason": ""}, "Choose why the person cannot decide."),
        (40, "no", {"words": ""}, "Say what the person wants as far as they can, and who decided what, why."),
    ],
)
def test_who_cannot_decide(world, case, age, able, given, sentence):
    was_born(victim(case), age)
    consent = prepared(world, asked(world, case), able=able, parent_answer="refuses", parent_name="Eleri Pugh")
    given = {"cannot_reason": "capacity", "ground": "", "words": "Decided together."} | given
    assert refused(deciding.record_cannot, by=world.health, consent=consent, seen=consent.version, **given) == [
        sentence
    ]


def test_a_parent_decides_and_signs_for_a_child_who_cannot(world, case):
    was_born(victim(case), 12)
    consent = prepared(world, asked(world, case), able="no", parent_answer="agrees", parent_name="Eleri Pugh")
    given = {"by": world.health, "cannot_reason": "age", "ground": "parental", "words": "Explained to both."}
    consent = sign(world, consent, "worker")
    assert refused(deciding.record_cannot, consent=consent, seen=consent.version, **given) == [
        "A person with parental responsibility has not signed."
    ]
    consent = sign(world, consent, "parent", name="Eleri Pugh")
    consent = deciding.record_cannot(consent=consent, seen=consent.version, **given)
    assert (consent.state, consent.ground, consent.starts_on) == ("cannot_consent", "parental", timezone.localdate())
    assert told(consent) == ("cannot_consent", "consent.decided")


def test_somebody_who_cannot_decide_does_not_sign(world, case):
    consent = prepared(world, asked(world, case), able="no")
    assert refused(sign, world=world, consent=consent, whose="person") == [
        "Somebody who cannot decide this does not sign it."
    ]
