"""A person of a case moves: the old address ends on a day, is marked, and stands on no letter."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from cases.models import Party
from cases.rules.address import address_for_letters, ended_on, former_addresses
from cases.workflow.address import record_move
from cases.workflow.matching import supersede_earlier
from core.models import StaleVersion
from tests.audit.ledger import recorded
from tests.cases.people import person
from tests.valid_html import assert_valid

OLD, NEW = "7 Rhodfa Hen\nAberwenlli", "9 Stryd Newydd\nAberwenlli"
LEFT = timezone.localdate() - datetime.timedelta(days=3)


@pytest.fixture
def case(world):
    case = world.make_case(asked=[world.housing_agency])
    party = person(case)
    party.address, party.postcode, party.current_address = OLD, "QZ4 7XX", "With her sister"
    party.save()
    return case


def move(world, case, **more):
    party = person(case)
    typed = {"until_on": LEFT, "address": NEW, "postcode": "QZ4 7XY", "seen": party.version, **more}
    return record_move(by=world.coordinator, party=party, **typed)


def test_the_old_address_is_marked_with_its_last_day_and_the_new_one_stands_on_letters(world, case):
    move(world, case)
    party = person(case)
    assert former_addresses(party) == [{"address": OLD, "postcode": "QZ4 7XX", "until": LEFT}]
    assert address_for_letters(party) == ["9 Stryd Newydd", "Aberwenlli", "QZ4 7XY"]
    assert (party.current_address, ended_on(party)) == ("", None)
    assert party.history.first().history_change_reason == "moved"
    event = recorded("person.moved")[0]
    assert (event.thing_id, event.case_id, event.detail) == (party.pk, case.pk, {"known": True})


FOR_LETTERS = [  # what becomes of the address, and how many lines a letter may carry
    ({}, 3),
    ({"address": "", "postcode": "QZ4 7XY"}, 0),
    ({"confidential": True}, 0),
]


@pytest.mark.parametrize(("more", "lines"), FOR_LETTERS)
def test_no_letter_goes_to_where_they_lived_nor_to_a_confidential_address(world, case, more, lines):
    assert len(address_for_letters(move(world, case, **more))) == lines


def test_a_later_referral_that_names_the_address_they_left_brings_no_letters_back(world, case):
    old = move(world, case)
    new = person(world.make_case())
    new.case, new.subject, new.address = case, old.subject, "7, Rhodfa Hen, ABERWENLLI"
    new.save()
    supersede_earlier(by=world.coordinator, case_id=case.pk, parties=[new])
    standing = Party.objects.with_key().get(pk=new.pk)
    assert (ended_on(standing), address_for_letters(standing)) == (LEFT, [])


def test_a_confidential_address_that_is_left_is_not_kept(world, case):
    move(world, case, confidential=True)
    party = move(world, case, address="2 Lôn Arall")
    assert [one["address"] for one in former_addresses(party)] == [OLD]


def test_whoever_moves_back_has_the_address_again(world, case):
    move(world, case)
    party = move(world, case, address="7 Rhodfa Hen, Aberwenlli", until_on=timezone.localdate())
    assert ([one["address"] for one in former_addresses(party)], ended_on(party)) == ([NEW], None)


REFUSED = [
    ({"until_on": timezone.localdate() + datetime.timedelta(days=1)}, "until_on"),
    ({"address": "7 rhodfa hen, Aberwenlli"}, "address"),
]


@pytest.mark.parametrize(("more", "field"), REFUSED)
def test_what_is_refused(world, case, more, field):
    with pytest.raises(ValidationError) as refused:
        move(world, case, **more)
    assert list(refused.value.message_dict) == [field]


def test_only_the_desk_says_so_once_over_what_it_saw_and_of_an_address_that_is_kept(world, case):
    party = person(case)
    with pytest.raises(PermissionDenied):
        record_move(by=world.housing, party=party, seen=party.version, until_on=LEFT)
    move(world, case, address="")
    with pytest.raises(StaleVersion):
        record_move(by=world.coordinator, party=party, seen=party.version, until_on=LEFT)
    with pytest.raises(ValidationError, match="No address is kept"):
        move(world, case)


def test_the_desk_says_so_on_the_page_of_the_person_and_the_case_shows_it(world, case, as_member):
    client = as_member(world.coordinator)
    party = person(case)
    page, post = (reverse(f"cases:{name}", args=[party.pk]) for name in ("person", "record_move"))
    assert_valid(client.get(page).content)
    day = {"until_on_day": LEFT.day, "until_on_month": LEFT.month, "until_on_year": LEFT.year}
    typed = {"seen": party.version, "address": NEW, "postcode": "qz47xy", "confidential": "no"}
    refused = client.post(post, typed)
    assert (refused.status_code, refused.context["moved_form"]["address"].value()) == (422, NEW)
    assert client.post(post, typed | day).status_code == 302
    assert_valid(client.get(page).content)
    shown = client.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert_valid(shown)
    assert ("Earlier address" in shown, "9 Stryd Newydd" in shown, "QZ4 7XY" in shown) == (True, True, True)


def test_who_was_asked_alone_reads_where_they_live_and_not_where_they_lived(world, case, as_member):
    move(world, case)
    client = as_member(world.housing)
    shown = client.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert ("9 Stryd Newydd" in shown, "7 Rhodfa Hen" in shown) == (True, False)
