"""Search: what is found by which spelling, what is kept, and that nobody finds what they may not open."""

import datetime

import pytest
from django.urls import reverse

from cases.models import Found, Party, SearchKey, Subject
from cases.workflow.matching import index_subject
from core import search
from partnership.models import Panel, RoleGrant
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
    assert ("Neill" in kept, "neill" in kept, "Siân" in kept) == (False, False, False)
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


def one_person(world, *, elsewhere, here=("Siân", "O’Neill")) -> tuple:
    """The victims of two cases are one person: the first case is closed to housing and says what *elsewhere* gives."""
    hidden = world.make_case(victim=("Siân", "O’Neill"), agency=world.police_agency, by=world.police)
    seen = world.make_case(victim=here, perpetrator=("Dai", "Bevan"), asked=[world.housing_agency])
    there = Party.objects.with_key().get(case=hidden, capacity="victim")
    for name, value in elsewhere.items():
        setattr(there, name, value)
    there.save()
    party = Party.objects.with_key().get(case=seen, capacity="victim")
    party.subject_id = there.subject_id
    party.save()
    index_subject(Subject.objects.with_key().get(pk=there.subject_id))
    return hidden, seen


SIAN, ZOE = {"given_name": "Siân"}, {"given_name": "Zoë"}
ELSEWHERE = [
    # what the closed case alone says; what is typed; by which kinds housing, closed out of that case, finds the person
    ({"aliases": ["Blodwen Hughes"]}, {"family_name": "Hughes"}, None),
    ({"aliases": ["Blodwen Smith"]}, {"family_name": "Smyth", "given_name": "Blodwen"}, None),
    ({"family_name": "Prothero"}, {"family_name": "Prothero"}, None),
    ({"birth_date": datetime.date(1985, 5, 2)}, ZOE | {"born": datetime.date(1985, 5, 2)}, None),
    ({"other_birth_dates": ["1985-05-02"]}, ZOE | {"born": datetime.date(1985, 2, 5)}, None),
    ({"birth_date": datetime.date(1985, 5, 2)}, SIAN | {"born": datetime.date(1985, 5, 2)}, ["given"]),
]


@pytest.mark.parametrize(("elsewhere", "typed", "kinds"), ELSEWHERE)
def test_nobody_is_found_by_what_only_a_closed_case_says(world, as_member, elsewhere, typed, kinds):
    hidden, seen = one_person(world, elsewhere=elsewhere)
    told = look(as_member(world.housing), **typed).context["people"]
    assert [(p.case_id, p.kinds) for p in told if p.capacity == "victim"] == ([(seen.pk, kinds)] if kinds else [])
    assert recorded("search.made")[-1].detail["found"] == (1 if kinds else 0)
    both = look(as_member(world.coordinator), **typed).context["people"]
    assert {p.case_id for p in both} == {hidden.pk, seen.pk}


def test_what_was_found_is_shown_while_what_says_so_is_in_sight(world, as_member):
    hidden, _seen = one_person(world, elsewhere={"aliases": ["Blodwen Hughes"]})
    client = as_member(world.coordinator)
    assert len(look(client, family_name="Hughes").context["people"]) == 2
    world.bar(case=hidden, member=world.coordinator)
    again = client.get(reverse("cases:found", args=[Found.objects.get().pk]))
    assert again.context["people"] == []


def test_the_best_match_is_the_best_in_sight(world, as_member):
    """A name that only a closed case knows does not lift somebody to the top of the list."""
    one_person(world, elsewhere={"family_name": "Pugh"}, here=("Huw", "Owain"))
    other = world.make_case(victim=("Huw", "Pugh"), asked=[world.housing_agency])
    for subject in Subject.objects.with_key():
        index_subject(subject)
    people = look(as_member(world.housing), given_name="Huw", family_name="Pugh").context["people"]
    victims = [(p.case_id == other.pk, p.kinds) for p in people if p.capacity == "victim"]
    assert victims == [(True, ["family", "famsound", "given", "name", "sound"]), (False, ["given"])]


RECORDS = {
    "coordinator": ["merges", "merge_news", "majorities", "tried_conflicts"],
    "chair": ["merges", "merge_news"],
    "housing": ["merge_news"],
}


@pytest.mark.parametrize("who", RECORDS)
def test_the_pages_about_records_are_found_where_one_searches(world, as_member, who):
    response = as_member(getattr(world, who)).get(reverse("cases:search"))
    urls = [reverse(f"cases:{name}") for name in RECORDS[who]]
    assert [page["url"] for page in response.context["records"]] == urls
    assert [url for url in urls if f'href="{url}"' not in response.content.decode()] == []


def test_who_coordinates_two_panels_finds_the_comparison_there_and_the_entry_is_current_on_all(world, as_member):
    other = Panel.objects.create(partnership=world.partnership, name="Ail", scheme="asb", reference_prefix="AI")
    RoleGrant.objects.create(member=world.coordinator, role="coordinator", panel=other)
    client = as_member(world.coordinator)
    pages = [page["url"] for page in client.get(reverse("cases:search")).context["records"]]
    assert reverse("cases:across") in pages
    current = {str(one["label"]) for url in pages for one in client.get(url).context["navigation"] if one["current"]}
    assert current == {"Search"}
