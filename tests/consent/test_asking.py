"""Asked, prepared and signed: rows, history reasons and audit events; what is still missing; what is no signature."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from consent.models import Consent, Signature
from consent.rules.complete import lacks
from consent.workflow import asking, deciding
from consent.workflow.signing import take_signature
from core.records import StaleVersion
from tests.consent.asking import (
    asked,
    fresh,
    make_episode,
    make_form,
    prepared,
    refused,
    sign,
    signed,
    told,
    victim,
)

DAY = datetime.timedelta(days=1)


# asked
def test_asking_begins_a_record_with_every_answer_open(world, case):
    consent = asked(world, case)
    assert (consent.state, consent.agency, consent.subject_id) == (
        "requested",
        world.health_agency,
        victim(case).subject_id,
    )
    assert (consent.answers.count(), consent.agencies.count()) == (0, 0)
    assert consent.key.kind == "consent"
    assert told(consent) == ("requested", "consent.begun")


def test_the_same_person_is_not_asked_twice_at_once(world, case):
    asked(world, case)
    assert refused(asked, world=world, case=case) == [
        "Your agency is asking this person already. Go on with that record."
    ]
    asking.request_consent(by=world.housing, case=case, party=victim(case))
    assert Consent.objects.count() == 2


def test_not_asked_has_its_reason(world, case):
    given = {"by": world.health, "case": case, "party": victim(case)}
    assert refused(asking.note_not_sought, reason="unsafe", words=" ", **given) == ["Say why the person is not asked."]
    consent = asking.note_not_sought(reason="unsafe", words="He reads her post.", **given)
    assert (consent.state, consent.not_sought_reason, fresh(consent).words) == (
        "not_sought",
        "unsafe",
        "He reads her post.",
    )
    assert told(consent) == ("not_sought", "consent.begun")
    consent = asking.ask_after_all(by=world.health, consent=consent, seen=1)
    assert (consent.state, consent.not_sought_reason, fresh(consent).words) == ("requested", "", "")


def test_a_form_that_holds_for_an_episode_is_asked_in_one(world, case):
    form = make_form(number=2, episodes=["episode"])
    assert asked(world, case).form == form
    episode = make_episode(case)
    world.involve(case, world.health_agency, stage="managing")
    assert refused(asked, world=world, case=case) == ["Choose the episode: a form holds for one alone."]
    assert asked(world, case, track=episode).track == episode


def test_who_does_not_keep_consents_asks_nobody(world, case):
    with pytest.raises(PermissionDenied):
        asking.request_consent(by=world.chair, case=case, party=victim(case))


# prepared
def test_what_is_missing_is_said_at_once(world, case):
    consent = fresh(asked(world, case))
    assert lacks(consent) == [
        "Say whether the person is able to decide this.",
        "Say how the form was given.",
        "Say whether an interpreter was there.",
        "Name at least one agency that may give.",
        "Name at least one agency that may receive.",
        "Answer yes or no: Type of treatment.",
        "Answer yes or no: Whether appointments are kept.",
        "Answer yes or no: Housing.",
        "Answer yes or no: The case panel.",
        "Answer yes or no: Continuity of care.",
        "Answer yes or no: Police intelligence.",
        "Answer yes or no: National Drug Treatment Monitoring System.",
        "Explain, and tick: when confidentiality may be broken.",
        "Explain, and tick: what happens without consent.",
        "Explain, and tick: that consent can be taken back, and how.",
        "Explain, and tick: access, correction and complaint.",
    ]
    assert lacks(prepared(world, consent)) == []


def test_two_who_write_at_once_do_not_overwrite_each_other(world, case):
    consent = asked(world, case)
    asking.prepare(by=world.health, consent=consent, typed={"able": "yes"}, seen=1)
    with pytest.raises(StaleVersion):
        asking.prepare(by=world.health, consent=consent, typed={"able": "no"}, seen=1)
    assert fresh(consent).able == "yes"


def test_an_answer_may_be_opened_again(world, case):
    consent = prepared(world, asked(world, case))
    asking.prepare(by=world.health, consent=consent, typed={"category": {"housing": None}}, seen=consent.version)
    assert lacks(fresh(consent)) == ["Answer yes or no: Housing."]


# signed
def test_nobody_signs_what_is_not_complete(world, case):
    consent = asked(world, case)
    assert "Say how the form was given." in refused(sign, world=world, consent=consent, whose="person")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"method": "drawn"}, "Nothing is drawn. Draw the signature, or sign in another way."),
        ({"method": "typed", "witness": ""}, "A typed name needs a witness: enter who saw it."),
        ({"method": "typed", "name": "Mair", "witness": "mair "}, "The witness is somebody else."),
        ({"method": "paper"}, "Say where the signed paper is kept."),
        ({"name": " "}, "Enter the name of who signs."),
        ({"signed_on": -DAY}, "What is signed here is signed today; an earlier day is for paper alone."),
        ({"method": "paper", "paper_kept": "Safe 2", "signed_on": DAY}, "The day of signing must be today or earlier."),
    ],
)
def test_a_signature_that_is_none(world, case, given, sentence):
    consent = prepared(world, asked(world, case))
    if "signed_on" in given:
        given = given | {"signed_on": timezone.localdate() + given["signed_on"]}
    assert refused(sign, world=world, consent=consent, whose="person", **given) == [sentence]


def test_what_is_changed_after_signing_is_signed_again(world, case):
    consent = signed(world, prepared(world, asked(world, case)))
    consent = asking.prepare(
        by=world.health, consent=consent, typed={"purpose": {"intelligence": False}}, seen=consent.version
    )
    assert refused(deciding.record_given, by=world.health, consent=consent, seen=consent.version) == [
        "The worker signed before something was changed: sign again.",
        "The person signed before something was changed: sign again.",
    ]


def test_the_signature_is_sealed_with_the_consents_key(world, case):
    consent = signed(world, prepared(world, asked(world, case)))
    assert {each.key_id for each in Signature.objects.all()} == {consent.key_id}


def test_take_signature_is_by_whom_the_consent_is_kept(world, case):
    consent = prepared(world, asked(world, case))
    with pytest.raises(PermissionDenied):
        take_signature(
            by=world.housing,
            consent=consent,
            whose="worker",
            method="typed",
            name="Harri",
            witness="Dilys",
            signed_on=timezone.localdate(),
            seen=consent.version,
        )
