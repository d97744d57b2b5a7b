"""Items of a scheme: asked in a form, kept as plain JSON, read back as words."""

import datetime

import pytest
from django.http import QueryDict

from cases.forms.items import details_of, initial_of, items_form, shown
from cases.schemes.items import Item, counted, missing
from partnership.models import Agency

COLOURS = (("red", "Red"), ("amber", "Amber"), ("green", "Green"))
ITEMS = (
    Item("name", "Name of the course", required=True),
    Item("plan", "Plan", "long", heading="What is planned"),
    Item("colour", "Colour", "choice", COLOURS, counted=True),
    Item("needs", "Needs", "many", lambda: COLOURS),
    Item("since", "Since", "date", when="past"),
    Item("until", "Until", "date", when="future"),
    Item("tests", "Tests", "number", most=9),
    Item("agreed", "Agreed?", "yes_no", unknown=True),
    Item("lead", "Lead agency", "agency"),
)
ANSWERED = {
    "name": "Reset",
    "plan": "Meet weekly.\r\nCall first.",
    "colour": "amber",
    "needs": ["red", "green"],
    "since_day": "7",
    "since_month": "March",
    "since_year": "2026",
    "tests": "3",
    "agreed": "unknown",
}


def query(**typed) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def test_answers_become_plain_json_and_come_back_as_they_were(world):
    form = items_form(ITEMS, agencies=Agency.objects.visible_to(world.housing))(
        query(**ANSWERED, lead=str(world.health_agency.pk))
    )
    assert form.is_valid(), form.errors
    kept = {
        "name": "Reset",
        "plan": "Meet weekly.\nCall first.",
        "colour": "amber",
        "needs": ["red", "green"],
        "since": "2026-03-07",
        "tests": 3,
        "agreed": "unknown",
        "lead": str(world.health_agency.pk),
    }
    assert form.details == kept
    assert initial_of(ITEMS, kept) == kept | {"since": datetime.date(2026, 3, 7)}
    assert shown(ITEMS, kept) == [
        ("Name of the course", "Reset"),
        ("Plan", "Meet weekly.\nCall first."),
        ("Colour", "Amber"),
        ("Needs", "Red, Green"),
        ("Since", "7 March 2026"),
        ("Tests", "3"),
        ("Agreed?", "Not known"),
        ("Lead agency", "Wenlli Health"),
    ]


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ({}, "name", "Enter name of the course"),
        ({"colour": "blue"}, "colour", "Colour: select one of the answers listed"),
        ({"needs": ["red", "blue"]}, "needs", "Needs: select one of the answers listed"),
        ({"tests": "ten"}, "tests", "Tests must be a whole number"),
        ({"tests": "10"}, "tests", "Tests must be between 0 and 9"),
        ({"since_day": "31", "since_month": "2", "since_year": "2026"}, "since", "Since must be a real date"),
        ({"lead": "00000000-0000-4000-8000-000000000000"}, "lead", "Lead agency: select one of the answers listed"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field_and_kept(typed, name, sentence):
    form = items_form(tuple(item for item in ITEMS if item.code != "lead" or "lead" in typed))(query(**typed))
    if "lead" in typed:
        form.fields["lead"].queryset = form.fields["lead"].queryset.none()
    assert form.errors[name] == [sentence]
    assert [form.data.getlist(key) for key in typed] == [v if isinstance(v, list) else [v] for v in typed.values()]


def test_a_draft_requires_nothing_and_what_is_missing_is_known():
    form = items_form(ITEMS, draft=True)(query(plan="Only this."))
    assert (form.is_valid(), form.details) == (True, {"plan": "Only this."})
    assert [item.code for item in missing(ITEMS, form.details)] == ["name"]
    assert missing(ITEMS, {"name": "Reset"}) == []


def test_only_counted_items_are_kept_in_clear():
    assert counted(ITEMS, {"name": "Reset", "colour": "amber", "tests": 3}) == {"colour": "amber"}


def test_what_the_scheme_no_longer_offers_is_shown_as_it_was_kept():
    assert shown(ITEMS, {"colour": "blue", "since": "once"}) == [("Colour", "blue"), ("Since", "once")]


@pytest.mark.parametrize(
    "wrong", [("Name", "text"), ("version", "text"), ("reason", "choice"), ("name", "file"), ("1st", "text")]
)
def test_an_item_of_another_kind_or_with_a_name_that_is_taken_is_refused(wrong):
    with pytest.raises(ValueError, match="item"):
        Item(wrong[0], "Label", wrong[1])


@pytest.mark.parametrize("kind", ["text", "long"])
def test_words_are_never_counted(kind):
    with pytest.raises(ValueError, match="not kept in clear"):
        Item("name", "Label", kind, counted=True)


def test_an_answer_left_empty_is_left_out():
    assert details_of(ITEMS, {"name": "", "needs": [], "tests": 0, "since": None}) == {"tests": 0}
