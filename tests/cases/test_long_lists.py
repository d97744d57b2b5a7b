"""Lists about people, and the pages of a case: as many queries for three rows as for one; and what they say."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.forms.items import items_form
from cases.forms.mappa import MappaForm
from cases.forms.person import ConflictForm, InterestForm
from cases.models import Conflict, Majority, MergeTold
from cases.schemes.items import Item
from cases.workflow import allegation, conflict
from cases.workflow import merge as merging
from cases.workflow import person as knowing
from tests.cases.people import person
from tests.signing_in import sign_in

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)


def of_age(world, case) -> None:
    party = person(case)
    Majority(key=party.key, case=case, party=party, subject=party.subject, raised_at=timezone.now()).save()


def in_vain(world, case) -> None:
    conflict.mark_conflict(by=world.coordinator, case=case, member=world.housing, relation="related")
    assert sign_in(Client(), world.housing).get(reverse("cases:case", args=[case.pk])).status_code == 404


def kept_away(world, case) -> None:
    free = [each for each in (world.housing, world.health, world.children) if not case.conflicts.filter(member=each)]
    conflict.mark_conflict(by=world.coordinator, case=case, member=free[0], relation="related")


def alleged(world, case) -> None:
    people = {"harmed": person(case, "perpetrator"), "against": person(case)}
    said = {"alleged_on": TODAY, "source": "He told the officer", "words": "She threw a cup."}
    allegation.allege(by=world.coordinator, case=case, **people, **said)


def named(world, case) -> None:
    party = person(case)
    borne = {"given_name": "Siani", "family_name": f"O’Neill {party.version}", "why": "deed_poll", "shown": True}
    knowing.add_name(by=world.coordinator, party=party, seen=party.version, **borne, from_on=TODAY)


@pytest.mark.parametrize("add", [of_age, in_vain], ids=["majorities", "tried_conflicts"])
def test_one_case_and_three_are_listed_with_as_many_queries(world, as_member, add):
    page = reverse({of_age: "cases:majorities", in_vain: "cases:tried_conflicts"}[add])
    assert _counts(world, as_member, page, lambda: add(world, world.make_case())) == 3


@pytest.mark.parametrize(
    ("name", "add"), [("conflicts", kept_away), ("allegations", alleged)], ids=["conflicts", "allegations"]
)
def test_a_page_of_a_case_asks_as_often_for_three_rows_as_for_one(world, as_member, name, add):
    case = world.make_case()
    assert _counts(world, as_member, reverse(f"cases:{name}", args=[case.pk]), lambda: add(world, case)) == 3


def test_the_page_of_a_person_asks_as_often_for_three_names_and_writes_their_days_out(world, as_member):
    case = world.make_case()
    page = reverse("cases:person", args=[person(case).pk])
    assert _counts(world, as_member, page, lambda: named(world, case)) == 3
    shown = as_member(world.coordinator).get(page)
    assert [(name["from"], name["until"]) for _number, name in shown.context["names"]] == [(TODAY, None)] * 3
    assert (shown.content.decode().count("2 March 2026"), "2026-03-02" in shown.content.decode()) == (3, False)


def _counts(world, as_member, page: str, add) -> int:
    """Add a row three times; the page asks as often each time.  How many rows there are in the end."""
    client, counts = as_member(world.coordinator), []
    client.get(page)
    for _number in range(3):
        add()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[2]
    return len(counts)


def test_news_that_were_not_read_come_first_and_then_what_was_read_last(world, as_member):
    told = []
    for day in range(4):
        merge = merging.propose_merge(
            by=world.coordinator, one=person(world.make_case()), other=person(world.make_case()), words="One school."
        )
        read = timezone.now() - datetime.timedelta(days=day) if day % 2 else None
        at = timezone.now() - datetime.timedelta(days=10 + day)
        told.append(
            MergeTold.objects.create(merge=merge, member=world.chair, news="combined", told_at=at, read_at=read)
        )
    rows = as_member(world.chair).get(reverse("cases:merge_news")).context["rows"]
    assert [told.index(row) for row in rows] == [0, 2, 1, 3]


def test_who_declares_speaks_of_themselves_and_the_desk_of_somebody(world):
    mine = dict(InterestForm().fields["relation"].choices)
    theirs = dict(ConflictForm(panel=world.panel, but=world.coordinator).fields["relation"].choices)
    assert (mine["self"], theirs["self"]) == ("I am one of them", "Is a person of this case")
    assert list(mine) == list(theirs) == list(Conflict.Relation.values)


def test_nobody_is_offered_a_group_of_agencies_that_is_empty(world):
    case = world.make_case()
    assert "named" not in MappaForm(case=case).fields
    said = MappaForm({"linked": "no", "version": "0"}, case=case)
    assert (said.is_valid(), said.said["named"]) == (True, [])


def test_the_desk_is_asked_about_somebody_in_its_own_words(world):
    refused = ConflictForm({}, panel=world.panel, but=world.coordinator)
    assert refused.errors["relation"] == ["Answer the question “Who are they to a person of the case?”"]


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (Item("scored_on", "Scored on", "date", required=True), "Enter the date: “Scored on”"),
        (Item("agency", "To which agency", "agency", required=True), "Select the agency: “To which agency”"),
        (Item("area", "Area", required=True), "Enter area"),
    ],
)
def test_what_is_missing_is_asked_for_in_a_sentence(item, sentence):
    assert items_form((item,))({}).errors == {item.code: [sentence]}
