"""What becomes known of the people of a case: names, death, coming of age, allegations between them."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from cases import timeline
from cases.models import AggressorAssessment, Case, CounterAllegation, Hold, Majority, Party
from cases.owed import people
from cases.rules import person as rules
from cases.workflow import allegation
from cases.workflow import person as verbs
from cases.workflow.matching import index_subject, supersede_earlier
from cases.workflow.search import search_people
from core.history import noting
from core.records import StaleVersion
from tests.audit.ledger import recorded, recorded_names
from tests.cases.people import person
from tests.valid_html import assert_valid

TODAY = datetime.date(2026, 11, 21)


@pytest.fixture
def case(world):
    case = world.make_case(asked=[world.housing_agency], children=[("Non", "Bach")])
    for party in case.parties.select_related("subject__key"):
        index_subject(party.subject)
    return case


# names
def name(world, party, **more):
    typed = {"given_name": "Marged", "family_name": "Ellis", "why": "earlier", "shown": True, **more}
    return verbs.add_name(by=world.coordinator, party=party, seen=party.version, **typed)


def found(member, family="Ellis", given="Marged") -> int:
    return len(search_people(by=member, family_name=family, given_name=given).people)


@pytest.mark.parametrize(
    ("why", "asked", "shown"),
    [("earlier", True, True), ("alias", False, False), ("gender", True, False), ("protection", True, False)],
)
def test_a_name_is_found_and_shown_only_where_it_may_be(world, case, as_member, why, asked, shown):
    party = name(world, person(case), why=why, shown=asked)
    assert party.names[0]["shown"] is shown
    assert party.history.first().history_change_reason == "named"
    assert recorded("person.named")[0].detail == {"shown": shown}
    assert found(world.housing) == 1
    client = as_member(world.housing)
    pages = [reverse("cases:case", args=[case.pk]), reverse("cases:case_history", args=[case.pk])]
    text = "".join(client.get(page).content.decode() for page in pages)
    assert ("Marged Ellis" in text) is shown
    answer = client.post(reverse("cases:search"), {"family_name": "Ellis", "given_name": "Marged"}, follow=True)
    assert ("O’Gwynedd" in answer.content.decode(), "Marged Ellis" in answer.content.decode()) == (True, False)


def test_a_protected_name_stands_on_no_page_of_the_desk_either(world, case, as_member):
    name(world, person(case), why="protection")
    client = as_member(world.coordinator)
    pages = [reverse("cases:person", args=[person(case).pk]), reverse("cases:case_history", args=[case.pk])]
    assert [page for page in pages if "Marged" in client.get(page).content.decode()] == []


def test_a_name_taken_away_is_not_found_any_more(world, case):
    party = name(world, person(case))
    verbs.remove_name(by=world.coordinator, party=party, seen=party.version, number=0)
    assert (person(case).names, found(world.coordinator)) == ([], 0)
    with pytest.raises(ValidationError, match="not there any more"):
        verbs.remove_name(by=world.coordinator, party=party, seen=party.version, number=0)


def test_a_name_wants_a_name_and_days_in_order_and_the_version_seen(world, case):
    party = person(case)
    with pytest.raises(ValidationError, match="Enter a name"):
        name(world, party, given_name=" ", family_name="")
    with pytest.raises(ValidationError, match="before the first"):
        name(world, party, from_on=TODAY, until_on=TODAY - datetime.timedelta(days=1))
    name(world, person(case))
    with pytest.raises(StaleVersion):
        name(world, party)
    with pytest.raises(PermissionDenied):
        verbs.remove_name(by=world.housing, party=party, seen=party.version, number=0)


def test_what_the_case_found_out_holds_for_who_stands_in_the_same_place(world, case):
    old = name(world, person(case))
    verbs.record_death(by=world.coordinator, party=old, seen=old.version, died_on=TODAY, source="GP", hold=False)
    other = world.make_case()
    new = person(other)
    new.case, new.subject = case, old.subject
    new.save()
    supersede_earlier(by=world.coordinator, case_id=case.pk, parties=[new])
    standing = case.parties.select_related("key").current().get(capacity="victim")
    assert (standing.pk, standing.deceased, standing.died_on, len(standing.names)) == (new.pk, True, TODAY, 1)


# death
def test_no_letter_to_the_dead_and_the_case_may_be_held(world, case):
    party = person(case)
    assert rules.may_write_to(party) is True
    verbs.record_death(
        by=world.coordinator, party=party, seen=party.version, died_on=None, source="Coroner’s officer", hold=True
    )
    party = person(case)
    assert (rules.may_write_to(party), party.death_source) == (False, "Coroner’s officer")
    assert party.history.first().history_change_reason == "died"
    assert [name for name in recorded_names() if name in ("hold.set", "person.died")] == ["hold.set", "person.died"]
    assert Hold.objects.on(case.pk).live().get().authority == "review"
    verbs.take_back_death(by=world.coordinator, party=party, seen=party.version)
    assert (rules.may_write_to(person(case)), Hold.objects.live().count()) == (True, 0)


def test_a_death_is_shown_on_the_case_to_whoever_sees_it(world, case, as_member):
    party = person(case)
    verbs.record_death(by=world.coordinator, party=party, seen=1, died_on=TODAY, source="Coroner’s officer", hold=False)
    page = as_member(world.housing).get(reverse("cases:case", args=[case.pk])).content.decode()
    assert ("Deceased" in page, "21 November 2026" in page, "Coroner’s officer" in page) == (True, True, False)


@pytest.mark.parametrize(("more", "words"), [({"source": " "}, "who says so"), ({"died_on": "later"}, "future")])
def test_a_death_wants_a_source_and_a_day_that_has_come(world, case, more, words):
    typed = {"died_on": None, "source": "GP", "hold": False, **more}
    if typed["died_on"]:
        typed["died_on"] = datetime.date.today() + datetime.timedelta(days=2)
    with pytest.raises(ValidationError, match=words):
        verbs.record_death(by=world.coordinator, party=person(case), seen=1, **typed)


# of age
@pytest.mark.parametrize(
    ("born", "day"),
    [
        (datetime.date(2008, 11, 21), datetime.date(2026, 11, 21)),
        (datetime.date(2008, 2, 29), datetime.date(2026, 3, 1)),
        (datetime.date(2010, 1, 31), datetime.date(2028, 1, 31)),
    ],
)
def test_the_day_on_which_somebody_is_of_age(born, day):
    assert rules.eighteenth_birthday(born) == day


@pytest.mark.parametrize(
    ("born", "came"),
    [
        (datetime.date(2008, 11, 21), True),  # today
        (datetime.date(2008, 11, 22), False),  # tomorrow
        (datetime.date(2008, 10, 2), True),  # the day after the case began
        (datetime.date(2008, 10, 1), False),  # the day it began: an adult throughout
        (None, False),
    ],
)
def test_who_came_of_age_while_the_case_was_open(born, came):
    assert rules.came_of_age(born, since=datetime.date(2026, 10, 1), today=TODAY) is came


def born_to_be_18_in(case, days: int) -> Party:
    child = person(case, "child")
    born = datetime.date.today() + datetime.timedelta(days=days)
    child.birth_date = born.replace(year=born.year - 18, day=min(born.day, 28))
    child.save()
    return child


def test_the_desk_is_told_once_that_a_child_is_of_age(world, case):
    born_to_be_18_in(case, 40)
    soon = datetime.date.today() + datetime.timedelta(days=45)
    assert verbs.raise_majorities() == 0
    assert verbs.raise_majorities(today=soon) == 1
    assert verbs.raise_majorities(today=soon) == 0
    assert recorded_names().count("majority.raised") == 1
    assert [Majority.objects.visible_to(member).count() for member in (world.coordinator, world.housing)] == [1, 0]
    assert [row.count for row in people(world.coordinator) if str(row.what).startswith("Person who")] == [1]


def test_nobody_is_told_of_a_closed_case(world, case):
    born_to_be_18_in(case, 40)
    Case.objects.filter(pk=case.pk).update(state="closed", closed_at=case.opened_at)
    assert verbs.raise_majorities(today=datetime.date.today() + datetime.timedelta(days=45)) == 0


def test_settling_says_what_was_done_and_why_not_the_rest(world, case):
    born_to_be_18_in(case, 40)
    verbs.raise_majorities(today=datetime.date.today() + datetime.timedelta(days=45))
    majority = Majority.objects.visible_to(world.coordinator).select_related("party__case").get()
    settle = lambda **more: verbs.settle_majority(  # noqa: E731
        by=world.coordinator, majority=majority, seen=1, **{"done": ["tools", "consent"], "words": "", **more}
    )
    with pytest.raises(ValidationError, match="why the rest"):
        settle()
    settle(words="No order; nothing with youth justice.")
    assert Majority.objects.get().done == ["consent", "tools"]
    assert (recorded("majority.settled")[0].detail, majority.history.first().history_change_reason) == (
        {"done": ["consent", "tools"]},
        "settled",
    )
    with pytest.raises(ValidationError, match="in the meantime"):
        settle(done=list(rules.DONE))


# allegations
def alleged(world, case, **more):
    typed = {
        "harmed": person(case, "perpetrator"),
        "against": person(case),
        "alleged_on": datetime.date(2026, 3, 2),
        "source": "He told the officer",
        "words": "She threw a cup.",
        "agency": world.police_agency,
    }
    return allegation.allege(by=world.coordinator, case=case, **typed | more)


def test_a_counter_allegation_changes_nobodys_part(world, case):
    before = sorted(case.parties.values_list("pk", "capacity"))
    written = alleged(world, case)
    assert sorted(case.parties.values_list("pk", "capacity")) == before
    assert written.history.get().history_change_reason == "alleged"
    assert recorded_names()[-1] == "allegation.recorded"


@pytest.mark.parametrize(
    ("more", "words"),
    [({"source": ""}, "who says so"), ({"words": " "}, "what is alleged"), ({"alleged_on": "later"}, "future")],
)
def test_an_allegation_has_a_source_words_and_a_day(world, case, more, words):
    if "alleged_on" in more:
        more = {"alleged_on": datetime.date.today() + datetime.timedelta(days=2)}
    with pytest.raises(ValidationError, match=words):
        alleged(world, case, **more)


def test_nobody_is_alleged_to_have_harmed_themselves_or_a_person_of_another_case(world, case):
    with pytest.raises(ValidationError, match="two people"):
        alleged(world, case, harmed=person(case))
    with pytest.raises(ValidationError, match="not part of the case"):
        alleged(world, case, harmed=person(world.make_case()))
    row = alleged(world, case)
    with pytest.raises(IntegrityError), transaction.atomic():
        CounterAllegation.objects.filter(pk=row.pk).update(harmed=row.against_id)


def test_it_is_read_at_the_desk_and_in_the_meeting_alone(world, case, as_member):
    alleged(world, case)
    allegation.assess_aggressor(
        by=world.coordinator,
        case=case,
        party=None,
        agency=world.police_agency,
        assessor="DC Ifans",
        assessed_on=datetime.date(2026, 3, 4),
        words="Both accounts agree on little.",
    )
    assert recorded_names()[-1] == "aggressor.assessed"
    world.involve(case, world.health_agency, stage="meeting", member=world.health)
    sight = [(CounterAllegation, "cup"), (AggressorAssessment, "Both")]
    cast = (world.coordinator, world.chair, world.health, world.housing, world.children)
    counts = [[model.objects.visible_to(member).count() for member in cast] for model, _word in sight]
    assert counts == [[1, 1, 1, 0, 0], [1, 1, 1, 0, 0]]
    page = as_member(world.health).get(reverse("cases:allegations", args=[case.pk])).content.decode()
    assert ("She threw a cup." in page, "DC Ifans" in page, "Record it" in page) == (True, True, False)
    page = as_member(world.housing).get(reverse("cases:allegations", args=[case.pk])).content.decode()
    assert ("She threw a cup." in page, "DC Ifans" in page) == (False, False)


def test_taken_back_it_is_shown_no_more(world, case, as_member):
    row = alleged(world, case)
    client = as_member(world.coordinator)
    assert client.post(reverse("cases:withdraw_allegation", args=[row.pk])).status_code == 302
    assert CounterAllegation.objects.standing().count() == 0
    assert recorded_names().count("allegation.withdrawn") == 1


def test_the_history_of_the_case_tells_no_name_that_is_kept_beside_it(world, case):
    name(world, person(case))
    row = Case.objects.visible_to(world.coordinator).with_road(world.coordinator).select_related("panel").get()
    assert "Marged" not in str(timeline.page_of(world.coordinator, row).changes)


def test_the_history_tells_no_address_of_whom_it_is_confidential(world, case):
    """Neither the refuge nor where the person lived before, also where that was saved before it was confidential."""
    party = person(case)
    for values in ({"address": "7 Stryd Newydd"}, {"address": "1 Lloches", "address_confidential": True}):
        for field, value in values.items():
            setattr(party, field, value)
        noting(party, by=world.coordinator, reason="saved").save_over(party.version)
    row = Case.objects.visible_to(world.coordinator).with_road(world.coordinator).select_related("panel").get()
    told = str(timeline.page_of(world.coordinator, row).changes)
    assert [word for word in ("Stryd", "Lloches", "Ddychmygol") if word in told] == []
    assert "confidential" in told


PAGES = ("allegations", "conflicts", "declare_conflict")


def test_the_pages_are_valid_and_keep_what_was_typed(world, case, as_member):
    party = name(world, person(case))
    alleged(world, case)
    client = as_member(world.coordinator)
    about = [reverse("cases:person", args=[party.pk]), *(reverse(f"cases:{page}", args=[case.pk]) for page in PAGES)]
    plain = ("majorities", "tried_conflicts", "merges", "merge_news", "across")
    for url in [*about, *(reverse(f"cases:{page}") for page in plain)]:
        assert_valid(client.get(url).content)
    typed = {"given_name": "Zywczakowska", "why": "alias", "seen": party.version}
    refused = client.post(reverse("cases:add_name", args=[party.pk]), typed)
    assert (refused.status_code, "Zywczakowska" in refused.content.decode()) == (422, True)
    assert_valid(refused.content)
    refused = client.post(reverse("cases:allege", args=[case.pk]), {"words": "A cup."})
    assert (refused.status_code, "A cup." in refused.content.decode()) == (422, True)
    assert_valid(refused.content)


def test_the_pages_of_a_person_save(world, case, as_member):
    client = as_member(world.coordinator)
    party = person(case)
    to = lambda name: reverse(f"cases:{name}", args=[party.pk])  # noqa: E731
    client.post(to("add_name"), {"family_name": "Ellis", "why": "deed_poll", "shown": "yes", "seen": party.version})
    assert [each["family"] for each in person(case).names] == ["Ellis"]
    client.post(to("remove_name"), {"number": 0, "seen": person(case).version})
    client.post(to("record_death"), {"source": "GP", "hold": "yes", "seen": person(case).version})
    assert (person(case).names, person(case).deceased) == ([], True)
    client.post(to("take_back_death"), {"seen": person(case).version})
    assert person(case).deceased is False
    born_to_be_18_in(case, 40)
    verbs.raise_majorities(today=datetime.date.today() + datetime.timedelta(days=45))
    majority = Majority.objects.get()
    page = reverse("cases:majority", args=[majority.pk])
    assert "Non Bach turned 18 on" in client.get(page).content.decode()
    assert client.post(page, {"done": ["tools"], "words": "", "seen": 1}).status_code == 422
    assert client.post(page, {"done": list(rules.DONE), "words": "", "seen": 1}).status_code == 302
