"""Possible matches between two panels: found by the worker, shown to who coordinates both, by reference."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from cases.models import DistinctPair, Party, PossibleSame
from cases.owed import people
from cases.workflow.across import compared, look_across, panels_nobody_spans, settle_as_two
from cases.workflow.matching import possible_matches, waiting_matches
from partnership.models import Partnership
from tests.audit.ledger import recorded, recorded_names
from tests.cases.people import TwoPanels, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(world):
    return TwoPanels(world)


def here_and_there(two, **more):
    """The same victim on two panels; the other people have nothing in common."""
    return two.case(), two.case(panel=two.other, perpetrator=("Ioan", "Bevan"), **more)


def test_the_worker_finds_a_pair_once(two):
    here, there = here_and_there(two)
    assert look_across() == 1
    pair = PossibleSame.objects.get()
    assert {pair.first_id, pair.second_id} == {person(here).pk, person(there).pk}
    assert recorded("person.seen_across")[0].operation == "combination"
    assert look_across() == 0
    assert recorded_names().count("person.seen_across") == 1


@pytest.mark.parametrize(
    ("victim", "found"),
    [(("Mair", "O’Gwynedd"), 1), (("Mair", "ap Rhys"), 1), (("Catrin", "ap Rhys"), 0)],
)
def test_two_facts_agree_or_nobody_is_told(two, victim, found):
    two.case(perpetrator=("Emrys", "Sayce"))
    there = two.case(panel=two.other, victim=victim, perpetrator=("Ioan", "Bevan"))
    Party.objects.filter(case=there, capacity="perpetrator").delete()
    look_across()
    assert PossibleSame.objects.filter(second__capacity="victim", first__capacity="victim").count() == found


def test_only_what_changed_since_the_day_before_is_looked_at(two):
    here_and_there(two)
    assert look_across(now=timezone.now() + datetime.timedelta(hours=27)) == 0


def test_nobody_of_another_partnership_is_found(world, two):
    here_and_there(two)
    elsewhere = Partnership.objects.create(name="Elsewhere", place="Elsewhere", protocol_name="P")
    two.other.partnership = elsewhere
    two.other.save()
    assert look_across() == 0


def test_it_is_shown_to_who_coordinates_both_and_sees_both_cases(world, two):
    _here, there = here_and_there(two)
    look_across()
    cast = [two.both, two.chair, world.coordinator, two.there, world.housing, world.auditor, world.administrator]
    assert [PossibleSame.objects.visible_to(member).count() for member in cast] == [1, 0, 0, 0, 0, 0, 0]
    world.bar(member=two.both, case=there)
    assert PossibleSame.objects.visible_to(two.both).count() == 0


def test_the_page_of_a_referral_asks_its_own_panel_alone(two):
    """Also for who coordinates both: that another panel knows somebody is said on a page of its own."""
    here, _there = here_and_there(two)
    assert possible_matches(by=two.both, parties=[person(here)]) == {person(here).pk: []}
    waiting = two.world.make_referral()
    two.world.panel, panel = two.other, two.world.panel
    party = Party.objects.with_key().select_related("referral").get(referral=waiting, capacity="victim")
    two.world.make_referral()
    two.world.panel = panel
    assert waiting_matches(by=two.both, parties=[party]) == {party.pk: []}


def test_one_and_three_pairs_under_one_count_of_queries(two, django_assert_num_queries):
    here_and_there(two)
    look_across()
    assert two.both.grants
    with django_assert_num_queries(2):
        assert len(compared(by=two.both)) == 1
    for _n in range(2):
        two.case(panel=two.other, perpetrator=("Ioan", "Bevan"))
    Party.objects.filter(capacity="perpetrator").delete()
    look_across()
    with django_assert_num_queries(2):
        assert len(compared(by=two.both)) == 3


def test_told_apart_it_is_settled_and_not_asked_again(world, two):
    here_and_there(two)
    look_across()
    pair = PossibleSame.objects.get()
    with pytest.raises(PermissionDenied):
        settle_as_two(by=world.coordinator, pair=pair)
    settle_as_two(by=two.both, pair=pair)
    assert (compared(by=two.both), DistinctPair.objects.count()) == ([], 1)
    assert recorded_names()[-1] == "person.told_apart"
    PossibleSame.objects.all().delete()
    assert look_across() == 0


def test_the_home_line_and_the_page_name_cases_and_no_person(two, as_member):
    here, there = here_and_there(two)
    look_across()
    assert [(str(row.what), row.count) for row in people(two.both) if row.count] == [
        ("Possible same person on two panels", 1)
    ]
    page = as_member(two.both).get(reverse("cases:across")).content.decode()
    said = [here.reference, there.reference, "Same name", "same date of birth"]
    assert [word for word in (*said, "Gwynedd", "QZ4") if word in page] == said
    assert as_member(two.chair).get(reverse("cases:across")).status_code == 403


def test_the_administrator_is_told_of_panels_that_nobody_spans(world, two):
    assert panels_nobody_spans(world.partnership) == []
    two.both.role_grants.all().delete()
    assert panels_nobody_spans(world.partnership) == [(world.panel, two.other)]
    assert [row.count for row in people(world.administrator)] == [1]
