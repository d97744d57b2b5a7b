"""What people type into dates, times, numbers and postcodes, and the sentence that meets what cannot be used."""

import datetime

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from core import forms as core_forms


class Sample(core_forms.Form):
    """One field of each kind."""

    full_name = forms.CharField(max_length=10)
    born_on = forms.DateField(label="Date of birth", required=False)
    heard_on = core_forms.DateField(
        label="Date of the meeting",
        required=False,
        earliest=datetime.date(2026, 1, 1),
        latest=lambda: datetime.date(2026, 12, 31),
    )
    starts = core_forms.TimeField(label="Start", required=False)
    phone = core_forms.PhoneField(required=False)
    postcode = core_forms.PostcodeField(required=False)
    story = core_forms.LongTextField(required=False)


def bound(**typed) -> Sample:
    return Sample({"full_name": "Ada", **typed})


def date(name: str, day: str, month: str, year: str) -> dict:
    return {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}


@pytest.mark.parametrize(
    "typed",
    [
        ("27", "3", "2007"),
        ("27", "03", "2007"),
        (" 27 ", "March", "2007"),
        ("27", "mar", "2007"),
        ("２７", "3", "2007"),
    ],
)
def test_a_date_is_read_as_people_write_it(typed):
    form = bound(**date("born_on", *typed))
    assert form.errors == {}
    assert form.cleaned_data["born_on"] == datetime.date(2007, 3, 27)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("31", "2", "2007"), "Date of birth must be a real date"),
        (("0", "2", "2007"), "Date of birth must be a real date"),
        (("1", "13", "2007"), "Date of birth must be a real date"),
        (("1", "Marzo!", "2007"), "Date of birth must be a real date"),
        (("x", "2", "2007"), "Date of birth must be a real date"),
        (("9" * 30, "2", "2007"), "Date of birth must be a real date"),
        (("1", "9" * 30, "2007"), "Date of birth must be a real date"),
        (("1", "9" * 5_000, "2007"), "Date of birth must be a real date"),
        (("1", "2", "1066"), "Date of birth must be a real date"),
        (("1", "2", "07"), "Date of birth: the year must have four numbers, like 2026"),
        (("1", "2", ""), "Date of birth must include a year"),
        (("", "2", ""), "Date of birth must include a day and year"),
    ],
)
def test_a_date_that_is_none_is_refused_and_kept_as_typed(typed, sentence):
    form = bound(**date("born_on", *typed))
    assert form.errors == {"born_on": [sentence]}
    html = str(form["born_on"])
    assert [f'value="{part}"' in html for part in typed] == [True, True, True]


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (("31", "12", "2025"), ["Date of the meeting must be 1 January 2026 or later"]),
        (("1", "1", "2026"), []),
        (("31", "12", "2026"), []),
        (("1", "1", "2027"), ["Date of the meeting must be 31 December 2026 or earlier"]),
    ],
)
def test_a_date_has_its_bounds(typed, errors):
    assert bound(**date("heard_on", *typed)).errors.get("heard_on", []) == errors


def test_no_date_is_none():
    assert bound().errors == {}
    assert bound(**date("born_on", "", " ", "")).fields["born_on"].clean(["", " ", ""]) is None


@given(st.dates(min_value=datetime.date(1880, 1, 1), max_value=datetime.date(2199, 12, 31)))
def test_every_date_comes_back_as_it_went_in(day):
    field = core_forms.DateField(label="Date")
    assert field.clean(field.widget.decompress(day)) == day
    assert field.has_changed(day, [str(day.day), str(day.month), str(day.year)]) is False


@given(st.lists(st.text(max_size=8), min_size=3, max_size=3))
def test_nothing_that_is_typed_breaks_a_date(typed):
    field = core_forms.DateField(label="Date", required=False)
    try:
        field.clean(typed)
    except forms.ValidationError as refusal:
        assert len(refusal.messages) == 1


@pytest.mark.parametrize("typed", ["14:30", "14.30", "1430", "2:30pm", "2.30 p.m.", "02:30 PM", "14:30:00"])
def test_a_time_is_read_as_people_write_it(typed):
    form = bound(starts=typed)
    assert form.errors == {}
    assert form.cleaned_data["starts"] == datetime.time(14, 30)


@pytest.mark.parametrize("typed", ["25:00", "half past two", "14:60", "9"])
def test_a_time_that_is_none_is_refused(typed):
    assert bound(starts=typed).errors == {"starts": ["Enter a time like 14:30"]}


@pytest.mark.parametrize(
    "typed", ["01632 960001", "+44 (0)7700 900 123", "020 7946 0000 ext 12", "999", "01632-960.001"]
)
def test_a_telephone_number_is_kept_as_written(typed):
    form = bound(phone=typed)
    assert form.errors == {}
    assert form.cleaned_data["phone"] == typed


@pytest.mark.parametrize("typed", ["ask her sister", "12", "01632 960001 or 01632 960002"])
def test_what_no_telephone_could_dial_is_refused(typed):
    assert bound(phone=typed).errors == {
        "phone": ["Enter a telephone number, like 01632 960 001 or +44 808 157 0192"],
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("qz47xx", "QZ4 7XX"), (" QZ4  7XX ", "QZ4 7XX"), ("qz4", "QZ4"), ("Z1A 7xx", "Z1A 7XX"), ("", "")],
)
def test_a_postcode_is_tidied(typed, kept):
    form = bound(postcode=typed)
    assert form.errors == {}
    assert form.cleaned_data["postcode"] == kept


def test_what_is_no_postcode_is_refused():
    assert bound(postcode="unknown").errors == {"postcode": ["Enter a postcode, like QZ4 7XX, or its first half"]}


def test_prose_has_one_kind_of_line_end():
    form = bound(story="one\r\ntwo\rthree\nfour")
    assert form.errors == {}
    assert form.cleaned_data["story"] == "one\ntwo\nthree\nfour"


def test_a_text_that_is_too_long_is_told_by_how_much():
    assert Sample({"full_name": "Ada Quillfeather"}).errors == {
        "full_name": ["Full name must be 10 characters or fewer; it has 16"]
    }


@pytest.mark.parametrize(
    ("field", "sentence"),
    [
        (forms.CharField(label="Full name"), "Enter full name"),
        (forms.CharField(label="GP surgery"), "Enter GP surgery"),
        (forms.CharField(label="Is it safe to call?"), "Answer the question “Is it safe to call?”"),
        (forms.ChoiceField(label="Agency", choices=[("a", "A")]), "Select agency"),
        (forms.BooleanField(label="I agree"), "Tick “I agree” to go on"),
        (forms.CharField(label="Name", error_messages={"required": "Who is it?"}), "Who is it?"),
        (core_forms.DateField(label="Date of birth"), "Enter date of birth"),
        (core_forms.YesNoField(label="Aware?"), "Answer the question “Aware?”"),
    ],
)
def test_what_is_missing_is_asked_for_by_name(field, sentence):
    kind = type("Form", (core_forms.Form,), {"asked": field})
    assert kind({}).errors == {"asked": [sentence]}


@pytest.mark.parametrize(("typed", "value"), [("yes", True), ("no", False), ("unknown", None)])
def test_yes_no_and_not_known(typed, value):
    field = core_forms.YesNoField(unknown=True)
    assert field.clean(typed) is value


def test_not_known_is_an_answer_only_where_it_is_offered():
    with pytest.raises(forms.ValidationError):
        core_forms.YesNoField().clean("unknown")
