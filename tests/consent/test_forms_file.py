"""The file of forms: published once, never changed, retired when replaced; a mistake is said and nothing is read."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from consent.editions import FILE, read
from consent.models import ConsentForm
from partnership.models import Panel
from tests.consent.asking import make_form

TEXT = FILE.read_text()


@pytest.fixture
def edition(tmp_path):
    """The file with words replaced, or blocks added, as another file."""

    def write(*, words=(), more=""):
        text = TEXT + more
        for old, new in words:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "forms.toml"
        path.write_text(text)
        return path

    return write


def load(*arguments, **options) -> str:
    said = StringIO()
    call_command("load_consent_forms", *arguments, stdout=said, **options)
    return said.getvalue().strip()


def test_what_comes_with_confer_is_without_mistake():
    forms = read().rows
    assert {(form.scheme, form.number, form.language) for form in forms} == {
        ("dip", 1, "en"),
        ("treatment", 1, "en"),
        ("ppo", 1, "en"),
    }
    for form in forms:
        purposes = form.questions("purpose")
        assert [each.code for each in purposes if each.apart] == (["ndtms"] if form.scheme != "ppo" else [])
        assert "intelligence" in [each.code for each in purposes]


def test_loading_again_changes_nothing(db):
    assert load() == "published: dip 1 en, treatment 1 en, ppo 1 en"
    event = Event.objects.get(name="consent_forms.loaded")
    assert (event.detail["published"], event.detail["retired"]) == (3, 0)
    assert load() == "Nothing to change: 3 consent forms."
    assert load(at_start=True) == ""
    assert Event.objects.filter(name="consent_forms.loaded").count() == 1


def test_checking_writes_nothing(db):
    assert load(check=True) == "published: dip 1 en, treatment 1 en, ppo 1 en"
    assert ConsentForm.objects.count() == 0


def test_words_that_somebody_may_have_signed_are_never_changed(db, edition):
    load()
    with pytest.raises(CommandError) as refusal:
        load(edition(words=[("Continuity of care", "Care")]))
    assert str(refusal.value).splitlines()[0] == (
        "dip 1 en was published with other words. Give the new words the next number."
    )
    assert ConsentForm.objects.get(scheme="dip").label_of("purpose", "care") == "Continuity of care"


def test_a_new_number_retires_the_one_before(db, edition):
    load()
    second = TEXT[TEXT.index('[[form]]\nscheme = "ppo"') :].replace("number = 1", "number = 2")
    load(edition(more="\n" + second))
    panel = Panel(scheme="ppo")
    assert [form.number for form in ConsentForm.objects.for_panel(panel)] == [2]
    assert ConsentForm.objects.get(scheme="ppo", number=1).retired_at is not None


def test_a_form_that_is_no_longer_in_the_file_is_retired(db, edition):
    make_form("asb")
    load()
    assert list(ConsentForm.objects.for_panel(Panel(scheme="asb"))) == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([("edition = 2026-11-01", 'edition = "soon"')], "The file says no edition (a date)."),
        ([('scheme = "dip"', "scheme = 3")], "3 1 en: “scheme” is of the wrong kind"),
        ([('language = "en"', 'language = "xx"')], "dip 1 xx: the language “xx” is not known"),
        ([('scheme = "treatment"', 'scheme = "dip"')], "dip 1 en is there twice."),
        ([('gated = ["health"]', 'gated = ["surgeons"]')], "there is no agency of type “surgeons”"),
        ([('code = "ndtms"', 'code = "care"')], "dip 1 en: purpose “care” is there twice"),
        ([("apart = true", 'apart = "yes"')], "dip 1 en: purpose “ndtms”: “apart” is wrong"),
        ([("desk_sees = false", "desk_knows = false")], "dip 1 en: “desk_knows” is no word of this file"),
        ([("limits = ", "limit = ")], "dip 1 en: the text “limits” is missing"),
        ([("privacy_notice =", "private =")], "dip 1 en: “privacy_notice” is missing"),
        ([('edition = 2026', "edition 2026")], "The file cannot be read"),
    ],
)  # fmt: skip
def test_every_mistake_is_said(db, edition, words, sentence):
    with pytest.raises(CommandError) as refusal:
        load(edition(words=words))
    assert sentence in str(refusal.value)
    assert ConsentForm.objects.count() == 0


def test_a_form_keeps_the_edition_it_came_with(db):
    load()
    assert set(ConsentForm.objects.values_list("edition", flat=True)) == {datetime.date(2026, 11, 1)}
