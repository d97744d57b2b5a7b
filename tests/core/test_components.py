"""The design system's parts: valid HTML, labels and errors that belong together, and nothing unescaped."""

import datetime
import re

import pytest
from django import forms
from django.template import engines
from django.utils import timezone

from core import forms as core_forms
from tests.valid_html import assert_valid

ATTACK = "<script>alert(1)</script>"


class Sample(core_forms.Form):
    """One widget of each kind."""

    name = forms.CharField(label="Full name", help_text="As on the referral", max_length=20)
    reason = core_forms.LongTextField(label="Reason", max_length=200)
    agency = forms.ChoiceField(label="Agency", choices=[("", "Choose"), ("a", "Housing")])
    aware = core_forms.YesNoField(label="Is she aware?", unknown=True)
    why = forms.CharField(label="Why not", required=False)
    risks = forms.MultipleChoiceField(
        label="Risks", choices=[("x", "One"), ("y", "Two")], widget=forms.CheckboxSelectMultiple
    )
    born = forms.DateField(label="Date of birth")
    sure = forms.BooleanField(label="I have read it")
    version = forms.IntegerField(widget=forms.HiddenInput)


def drawn(source: str, **context) -> str:
    return engines["django"].from_string(source).render(context)


def tidy(html: str) -> str:
    """*html* without the spaces that mean nothing."""
    html = re.sub(r"\s+", " ", html)
    html = re.sub(r"(?<=>) | (?=[<>])", "", html)
    return re.sub(r'\s+"', '"', html)


@pytest.mark.parametrize("data", [None, {}, {"name": ATTACK, "born_day": ATTACK, "aware": "no", "risks": ["x"]}])
def test_every_widget_is_valid_html_empty_refused_and_filled(data):
    form = Sample(data)
    html = drawn("{% error_summary form %}<form>{% fields form %}</form>", form=form)
    assert_valid(f"<!DOCTYPE html><html lang=en><title>t</title><h1>h</h1>{html}</html>")
    assert ATTACK not in html


def test_a_field_is_tied_to_its_hint_and_its_error():
    html = tidy(drawn("{% field form.name width='20' %}", form=Sample({})))
    assert '<label class="govuk-label" for="id_name">Full name</label>' in html
    assert '<div id="id_name-hint" class="govuk-hint">As on the referral</div>' in html
    assert '<p id="id_name-error" class="govuk-error-message">' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="govuk-input govuk-input--width-20 govuk-input--error"' in html


def test_the_summary_leads_to_the_first_thing_to_type():
    html = tidy(drawn("{% error_summary form %}", form=Sample({})))
    assert '<a href="#id_name">Enter full name</a>' in html
    assert '<a href="#id_aware_0">Answer the question “Is she aware?”</a>' in html
    assert '<a href="#id_born_0">Enter date of birth</a>' in html
    assert '<a href="#id_risks_0">Select risks</a>' in html
    assert "<li>Enter version</li>" in html


def test_the_summary_leads_to_ids_that_are_there():
    form = Sample({})
    html = drawn("{% fields form %}", form=form)
    assert [name for name in ("id_name", "id_aware_0", "id_born_0", "id_risks_0") if f'id="{name}"' not in html] == []


@pytest.mark.parametrize("form", [None, Sample(), Sample(initial={"name": "Ada"})])
def test_no_summary_without_an_error(form):
    assert drawn("{% error_summary form %}", form=form) == ""


def test_the_summary_takes_formsets():
    formset = forms.formset_factory(Sample, min_num=1, validate_min=True)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0"}
    )
    assert '<a href="#id_form-0-name">Enter full name</a>' in drawn("{% error_summary formset %}", formset=formset)


@pytest.mark.parametrize(("data", "prefix"), [(None, ""), ({}, "Error: ")])
def test_the_title_tells_of_an_error(data, prefix):
    assert drawn("{% title_prefix %}", form=Sample(data)) == prefix
    assert drawn("{% title_prefix %}", forms=[Sample(data)]) == prefix


def test_optional_fields_say_so_unless_everything_is():
    form = Sample()
    assert "(optional)" in drawn("{% field form.why %}", form=form)
    form.mark_optional = False
    assert "(optional)" not in drawn("{% field form.why %}", form=form)


def test_an_answer_may_bring_up_another_question():
    html = tidy(drawn("{% field form.aware reveal_no=form.why %}", form=Sample({"aware": "no"})))
    assert 'data-reveals="conditional-id_aware_1"' in html
    assert '<div class="govuk-radios__conditional" id="conditional-id_aware_1">' in html


def test_more_attributes_reach_the_widget():
    html = drawn('{% field form.name hx_post="/save" hx_trigger="change" %}', form=Sample())
    assert 'hx-post="/save"' in html
    assert 'hx-trigger="change"' in html


def test_the_count_of_characters_is_said_with_and_without_scripts():
    html = tidy(drawn("{% field form.reason count=True %}", form=Sample()))
    assert 'data-maxlength="200"' in html
    assert "You can enter up to 200 characters" in html
    assert 'aria-describedby="id_reason-info"' in html


PARTS = [
    '{% tag text "red" %}',
    "{% button text %}",
    "{% button text href=text kind='secondary' %}",
    "{% button text name=text value=text %}",
    "{% back text %}",
    "{% back '/' text %}",
    "{% marking text handling=text %}",
    "{% who_sees text %}",
    "{% who_sees texts %}",
    "{% tabs items label=text %}",
    "{% tabs items target='part' %}",
    "{% inset %}{{ text }}{% endinset %}",
    "{% warning %}{{ text }}{% endwarning %}",
    "{% details text %}{{ text }}{% enddetails %}",
    '{% alert "success" text %}{{ text }}{% endalert %}',
    '{% alert "error" text %}{% endalert %}',
    "{% nothing text %}{{ text }}{% endnothing %}",
    "{% table text %}<tbody><tr><td>{{ text }}</td></tr></tbody>{% endtable %}",
    "{% card text %}{% summary_list %}{% row text href=text %}{{ text }}{% endrow %}{% endsummary_list %}{% endcard %}",
    "{% timeline %}{% moment text now by=text %}{{ text }}{% endmoment %}{% endtimeline %}",
]


@pytest.mark.parametrize("source", PARTS)
def test_every_part_escapes_what_it_is_given_and_is_valid(source):
    items = [{"label": ATTACK, "url": "/a", "current": True, "count": 3}, {"label": "b", "url": ATTACK}]
    html = drawn(source, text=ATTACK, texts=[ATTACK, "b"], items=items, now=timezone.now())
    assert ATTACK not in html
    assert "&lt;script&gt;" in html or "alert(1)" not in html
    assert_valid(html, whole=False)


def test_two_tables_of_a_page_have_ids_of_their_own():
    source = (
        "{% table 'Open actions' %}<tbody></tbody>{% endtable %}{% table 'Done' id='d' %}<tbody></tbody>{% endtable %}"
    )
    html = drawn(source)
    assert re.findall(r'<table class="govuk-table" id="([^"]+)"', html) == ["open-actions", "d"]
    assert re.findall(r'aria-labelledby="([^"]+)"', html) == ["open-actions-caption", "d-caption"]


def test_a_tag_always_has_its_word():
    assert drawn('{% tag "Open" %}') == '<strong class="govuk-tag">Open</strong>'
    assert drawn('{% tag "Late" "red" %}') == '<strong class="govuk-tag govuk-tag--red">Late</strong>'


def test_a_colour_that_the_design_system_lacks_is_a_mistake():
    with pytest.raises(ValueError, match="There is no tag colour “mauve”"):
        drawn('{% tag "Open" "mauve" %}')


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (datetime.date(2026, 11, 21), "21 November 2026"),
        (datetime.datetime(2026, 11, 21, 14, 5, tzinfo=datetime.UTC), "21 November 2026, 14:05"),
        (datetime.datetime(2026, 7, 1, 14, 5, tzinfo=datetime.UTC), "1 July 2026, 15:05"),
        (datetime.time(9, 5), "09:05"),
        (None, ""),
    ],
)
def test_dates_and_times_are_written_in_one_way(value, text):
    assert drawn("{{ value|when }}", value=value) == text


def test_a_moment_is_read_by_machines_too():
    moment = datetime.datetime(2026, 11, 21, 14, 5, tzinfo=datetime.UTC)
    assert drawn("{% at value %}", value=moment) == (
        '<time datetime="2026-11-21T14:05:00+00:00">21 November 2026, 14:05</time>'
    )


@pytest.mark.parametrize(
    ("who", "text"),
    [("", "everyone on this case"), ([], "everyone on this case"), (["Police", "Housing"], "Police, Housing")],
)
def test_every_entry_says_who_sees_it(who, text):
    assert tidy(drawn("{% who_sees who %}", who=who)) == (
        f'<p class="confer-who-sees"><strong>Who can see this:</strong>{text}</p>'
    )


def test_an_address_that_nobody_serves_is_nothing():
    assert drawn("{% named_url 'nobody:serves_this' as url %}[{{ url }}]") == "[]"
