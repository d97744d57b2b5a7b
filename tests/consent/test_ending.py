"""Taken back, renewed, set aside, copied: rows, history reasons and audit events."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from consent.workflow import deciding, ending
from tests.consent.asking import (
    fresh,
    make_consent,
    prepared,
    refused,
    signed,
    told,
)

DAY = datetime.timedelta(days=1)


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
