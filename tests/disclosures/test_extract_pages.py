"""The pages of extracts: every stage, what was typed kept, the list, bad questions."""

import re

import pytest
from django.urls import reverse

from disclosures.documents_of_extracts import headings
from disclosures.models import Extract, ExtractText
from disclosures.workflow import extract as verbs
from disclosures.workflow.extract_paper import press
from disclosures.workflow.gathering import gather_extract
from tests.disclosures.extracting import ask, business_of, case_of, fresh, passed, settle
from tests.valid_html import problems as html_problems


@pytest.fixture
def case(world):
    return case_of(world)


@pytest.fixture
def maker(world):
    """The housing agency's liaison officer, whose agency is asked about the case."""
    return world.liaison_officer


@pytest.fixture
def tester(world):
    return world.coordinator


@pytest.fixture
def business(world):
    return business_of(world)


def test_pages_of_every_stage_are_valid_and_say_what_is_next(world, case, maker, tester, business, as_member):
    client = as_member(maker)
    page = client.get(reverse("disclosures:new_case_extract", args=[case.pk]))
    assert html_problems(page.content.decode()) == []
    answer = client.post(
        reverse("disclosures:new_case_extract", args=[case.pk]),
        {"scope": "case", "profile": "operational", "purpose": "Where repeats happen."},
    )
    extract = Extract.objects.get()
    assert answer["Location"] == reverse("disclosures:extract", args=[extract.pk])
    for act in (
        lambda: None,
        lambda: gather_extract.func(str(extract.pk)),
        lambda: settle(fresh(extract), maker),
        lambda: verbs.confirm_extract(by=maker, extract=fresh(extract), seen=fresh(extract).version),
    ):
        act()
        for member in (maker, tester):
            page = as_member(member).get(reverse("disclosures:extract", args=[extract.pk]))
            assert (page.status_code, html_problems(page.content.decode())) == (200, [])


def test_a_refused_text_keeps_what_was_typed(world, case, maker, as_member):
    extract = ask(world, maker, case)
    text = extract.texts.get()
    answer = as_member(maker).post(
        reverse("disclosures:settle_text", args=[text.pk]),
        {f"text-{text.position}-words": "Mair rang twice.", f"text-{text.position}-version": 2},
    )
    assert answer.status_code == 422
    assert b"Mair rang twice." in answer.content
    assert html_problems(answer.content.decode()) == []


def test_a_stale_text_keeps_both_and_is_saved_over_the_other(world, case, maker, as_member):
    extract = ask(world, maker, case)
    text = ExtractText.objects.with_key().filter(extract=extract).select_related("extract__key").get()
    url, seen = reverse("disclosures:settle_text", args=[text.pk]), text.version
    verbs.settle_text(by=maker, text=text, words="A caller.", left_out=False, sure=True, seen=seen)
    name = f"text-{text.position}"
    late = {f"{name}-words": "A call.", f"{name}-sure": "on", f"{name}-version": seen}
    client = as_member(maker)
    page = client.post(url, late)
    (one,) = page.context["texts"]
    shown = (page.status_code, one["form"]["words"].value(), one["form"].theirs.words)
    assert shown == (422, "A call.", "A caller.")
    late[f"{name}-version"] = one["form"]["version"].value()
    assert client.post(url, late).status_code == 302
    assert ExtractText.objects.with_key().get().words == "A call."


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same(world, case, maker, as_member, django_assert_num_queries, rows):
    for _number in range(rows):
        ask(world, maker, case)
    client = as_member(maker)
    client.get(reverse("disclosures:extracts"))
    with django_assert_num_queries(6):
        client.get(reverse("disclosures:extracts"))


@pytest.mark.parametrize("data", [{}, {"panel": "nonsense", "profile": "both"}, {"from_on_day": "1"}])
def test_a_bad_question_is_answered_at_its_fields(world, maker, as_member, data):
    answer = as_member(maker).post(reverse("disclosures:new_extract"), data)
    assert answer.status_code == 422
    assert html_problems(answer.content.decode()) == []


def test_on_a_phone_each_of_a_persons_cells_says_what_it_is_and_a_refused_recall_stands_open(
    world, case, maker, tester, as_member
):
    extract = passed(world, maker, tester, case)
    client = as_member(maker)
    page = client.get(reverse("disclosures:extract", args=[extract.pk])).content.decode()
    people = page.split('id="people"')[1].split("</table>")[0]
    assert re.findall('data-label="([^"]*)"', people) == [str(words) for words in headings()] * people.count('"row"')
    assert page.count('<details class="govuk-details" open') == 0
    refused = client.post(reverse("disclosures:recall_extract", args=[extract.pk]), {})
    shown = refused.content.decode().count('<details class="govuk-details" open')
    assert (refused.status_code, shown) == (422, 1)


def test_the_press_knows_its_papers(world, case, maker, tester):
    extract = passed(world, maker, tester, case)
    assert press.joined().get(extract=extract).state == "ready"
