"""Search: what is found by which spelling, what is kept, and that nobody finds what they may not open."""

import datetime

import pytest
from django.urls import reverse

from cases.models import Found, SearchKey, Subject
from core import search
from tests.audit.ledger import recorded


@pytest.fixture
def case(world):
    case = world.make_case(asked=[world.housing_agency], victim=("Siân Mair", "O’Neill"), perpetrator=("Huw", "Pugh"))
    for subject in Subject.objects.with_key():
        forms = search.name_forms(subject.given_name, subject.family_name) | search.date_forms(subject.birth_date)
        SearchKey.objects.bulk_create(
            SearchKey(subject=subject, kind=kind, digest=digest) for digest, kind in search.digests(forms).items()
        )
    return case


def look(client, **typed):
    born = typed.pop("born", None)
    if born:
        typed |= {"birth_date_day": born.day, "birth_date_month": born.month, "birth_date_year": born.year}
    return client.post(reverse("cases:search"), typed, follow=True)


@pytest.mark.parametrize(
    "typed",
    [
        {"family_name": "O'Neill"},
        {"family_name": "ONEILL"},
        {"family_name": "o neill", "given_name": "sian"},
        {"family_name": "O’Neil", "given_name": "Shan"},
        {"given_name": "Sian", "born": datetime.date(1990, 3, 7)},
        {"given_name": "Siân", "born": datetime.date(1990, 7, 3)},
    ],
)
def test_found_by_other_spellings_and_dates(world, as_member, case, typed):
    people = look(as_member(world.housing), **typed).context["people"]
    assert "Siân Mair O’Neill" in [party.name for party in people]


def test_the_best_match_comes_first(world, as_member, case):
    people = look(as_member(world.housing), family_name="Pugh", given_name="Huw").context["people"]
    assert people[0].name == "Huw Pugh"


@pytest.mark.parametrize("who", ["health", "police"])
def test_nobody_finds_a_case_they_may_not_open(world, as_member, case, who):
    response = look(as_member(getattr(world, who)), family_name="O'Neill")
    assert (response.context["people"], response.context["cases"]) == ([], [])


def test_a_reference_is_found_by_those_who_may_see_it(world, as_member, case):
    assert look(as_member(world.housing), reference=case.reference.lower()).context["cases"] == [case]
    assert look(as_member(world.health), reference=case.reference).context["cases"] == []


def test_the_words_are_kept_nowhere(world, as_member, case):
    look(as_member(world.housing), family_name="O'Neill", given_name="Siân")
    event = recorded("search.made")[-1]
    kept = repr([*Found.objects.values(), event.detail, event.things, event.reason])
    assert ("Neill" in kept, "neill" in kept, "Si" in str(event.detail)) == (False, False, False)
    assert event.detail["found"] == 1


def test_a_search_without_result_is_recorded(world, as_member, case):
    look(as_member(world.housing), family_name="Zzyzx")
    assert recorded("search.made")[-1].detail["found"] == 0


def test_a_result_is_its_askers_alone(world, as_member, case, client):
    look(as_member(world.housing), family_name="O'Neill")
    result = Found.objects.get()
    assert as_member(world.housing_deputy).get(reverse("cases:found", args=[result.pk])).status_code == 404


@pytest.mark.parametrize("typed", [{}, {"given_name": "Siân"}, {"family_name": "  "}])
def test_a_question_that_everybody_answers_is_refused(world, as_member, case, typed):
    response = look(as_member(world.housing), **typed)
    assert (response.status_code, Found.objects.count()) == (422, 0)
