"""The verbs: rows, history reasons and audit events; the states in which each is refused; children and parents."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audit.models import Event
from cases.models import Party
from consent.models import Consent, Signature
from consent.rules.complete import lacks
from consent.rules.covers import gap
from consent.workflow import asking, deciding, ending
from consent.workflow.signing import take_signature
from core.records import StaleVersion
from tests.consent.asking import make_consent, make_episode, make_form, prepared, sign, signed, was_born

DAY = datetime.timedelta(days=1)


@pytest.fixture
def case(world):
    make_form()
    return world.make_case(asked=[world.health_agency, world.housing_agency])


def victim(case) -> Party:
    return Party.objects.with_key().get(case=case, capacity="victim")


def asked(world, case, **more) -> Consent:
    return asking.request_consent(by=world.health, case=case, party=victim(case), **more)


def fresh(consent) -> Consent:
    return Consent.objects.with_key().with_whole().get(pk=consent.pk)


def told(consent) -> tuple[str, str]:
    """The last history reason of *consent*, and the last audit event about it."""
    reason = consent.history.first().history_change_reason
    return reason, Event.objects.filter(thing_id=consent.pk).order_by("-id").first().name


def refused(verb, **given) -> list[str]:
    with pytest.raises(ValidationError) as error:
        verb(**given)
    return error.value.messages


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


# taken back
def test_withdrawn_wholly_at_once(world, case):
    consent = make_consent(world, case)
    taken = ending.withdraw(by=world.health, consent=consent, how="phone", words="I changed my mind.", seen=1)
    consent = fresh(consent)
    assert (consent.state, consent.withdrawn_at, taken.whole) == ("withdrawn", taken.from_at, True)
    assert told(consent) == ("withdrawn", "consent.withdrawn")


def test_withdrawn_in_part_from_the_moment_it_was_said(world, case):
    consent = make_consent(world, case)
    said = timezone.now() - DAY
    what = {"receives": [str(world.police_agency.pk)], "category": ["housing"]}
    taken = ending.withdraw(
        by=world.health, consent=consent, how="in_person", words="", seen=1, what=what, from_at=said
    )
    consent = fresh(consent)
    assert (consent.state, taken.whole, taken.what) == ("given_part", False, what)
    assert {row.code: row.until for row in consent.answers.all() if row.until} == {"housing": said}
    assert [row.agency for row in consent.agencies.all() if row.until] == [world.police_agency]
    assert told(consent) == ("withdrawn_in_part", "consent.withdrawn")


def test_taking_back_all_that_is_left_is_the_whole(world, case):
    consent = make_consent(world, case, receives=[world.police_agency])
    what = {"receives": [str(world.police_agency.pk)]}
    assert ending.withdraw(by=world.health, consent=consent, how="phone", words="", seen=1, what=what).whole is True
    assert fresh(consent).state == "withdrawn"


@pytest.mark.parametrize("what", [{}, {"category": ["unknown"]}, {"receives": ["not an id"]}])
def test_taking_back_nothing_is_refused(world, case, what):
    consent = make_consent(world, case)
    given = {"by": world.health, "consent": consent, "how": "phone", "words": "", "seen": 1, "what": what}
    assert refused(ending.withdraw, **given) == ["Choose what the person takes back."]


@pytest.mark.parametrize("days", [-400, 1])
def test_it_is_taken_back_neither_before_it_was_given_nor_ahead(world, case, days):
    consent = make_consent(world, case)
    given = {"by": world.health, "consent": consent, "how": "phone", "words": "", "seen": 1}
    assert refused(ending.withdraw, from_at=timezone.now() + days * DAY, **given) == [
        "Consent is taken back from a moment after it was given, and not ahead."
    ]


# renewed, set aside, copied
def test_a_renewal_is_a_new_record_without_answers(world, case):
    old = make_consent(world, case, days_ago=350)
    new = ending.renew(by=world.health, consent=old, seen=1)
    assert (new.state, new.renews_id, new.answers.count()) == ("requested", old.pk, 0)
    assert {(row.side, row.agency.name) for row in new.agencies.all()} == {
        ("gives", "Wenlli Health"),
        ("receives", "Aberwenlli Homes"),
        ("receives", "Wenlli Police"),
    }
    assert fresh(old).state == "given_full"
    new = signed(world, prepared(world, new))
    new = deciding.record_given(by=world.health, consent=new, seen=new.version)
    old = fresh(old)
    assert (old.state, old.superseded_at) == ("superseded", new.decided_at)
    assert told(old) == ("renewed", "consent.superseded")


def test_a_refusal_to_renew_ends_the_old_one_too(world, case):
    old = make_consent(world, case, days_ago=350)
    new = prepared(world, ending.renew(by=world.health, consent=old, seen=1))
    deciding.record_refused(by=world.health, consent=new, words="", seen=new.version)
    assert fresh(old).state == "superseded"


def test_set_aside_with_a_reason(world, case):
    consent = make_consent(world, case)
    assert refused(ending.supersede, by=world.health, consent=consent, words="", seen=1) == [
        "Say why this record is set aside."
    ]
    consent = ending.supersede(by=world.health, consent=consent, words="Another person’s form.", seen=1)
    assert (consent.state, told(consent)) == ("superseded", ("superseded", "consent.superseded"))


def test_the_copy_given(world, case):
    consent = make_consent(world, case)
    today = timezone.localdate()
    given = {"by": world.health, "consent": consent, "how": "paper", "seen": 1}
    assert refused(ending.record_copy_given, on=today + DAY, **given) == ["The day must be today or earlier."]
    consent = ending.record_copy_given(on=today, **given)
    assert (consent.copy_given_on, consent.copy_given_how) == (today, "paper")
    assert told(consent) == ("copy_given", "consent.copy_given")


def test_another_agency_writes_nothing_on_it(world, case):
    consent = make_consent(world, case)
    with pytest.raises(PermissionDenied):
        ending.withdraw(by=world.housing, consent=consent, how="phone", words="", seen=1)


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
