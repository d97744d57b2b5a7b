"""Property counts come from a file that says what is wrong with it."""

import datetime

import pytest
from django.core.management import CommandError, call_command

from disclosures.models import PropertyCount

HEAD = "postcode,properties,counted_on\n"
pytestmark = pytest.mark.django_db


def load(tmp_path, text, **options):
    file = tmp_path / "counts.csv"
    file.write_text(text, encoding="utf-8")
    call_command("load_property_counts", str(file), **options)


def counts():
    return sorted(PropertyCount.objects.values_list("postcode", "properties", "counted_on"))


def test_a_file_is_loaded_and_loaded_again(tmp_path):
    load(tmp_path, HEAD + "qz47xx,12,2026-04-01\nQZ4 7AB,3,2026-04-01\n")
    load(tmp_path, "\ufeff" + HEAD + "QZ4 7XX,13,2026-10-01\n")
    assert counts() == [
        ("QZ4 7AB", 3, datetime.date(2026, 4, 1)),
        ("QZ4 7XX", 13, datetime.date(2026, 10, 1)),
    ]


def test_checking_changes_nothing(tmp_path, capsys):
    load(tmp_path, HEAD + "QZ4 7XX,12,2026-04-01\n", check=True)
    assert (counts(), capsys.readouterr().out) == ([], "1 postcodes would be loaded.\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The first line must name the columns postcode, properties and counted_on."),
        ("postcode\nQZ4 7XX\n", "The first line must name the columns postcode, properties and counted_on."),
        (HEAD + "QZ4 7XX,many,2026-04-01\n", "Line 2: properties must be a number, counted_on a date like 2026-04-01."),
        (HEAD + "QZ4 7XX,4,1/4/2026\n", "Line 2: properties must be a number, counted_on a date like 2026-04-01."),
        (HEAD + "QZ4,4,2026-04-01\n", "Line 2: not a postcode, or fewer properties than none."),
        (HEAD + "QZ4 7XX,-1,2026-04-01\n", "Line 2: not a postcode, or fewer properties than none."),
        (HEAD + "QZ4 7XX,4,2026-04-01\nqz47xx,5,2026-04-01\n", "Line 3: the postcode stands in the file twice."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_loaded(tmp_path, text, sentence):
    with pytest.raises(CommandError) as refusal:
        load(tmp_path, text)
    assert (str(refusal.value), counts()) == (sentence, [])


def test_a_missing_file(tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("load_property_counts", str(tmp_path / "none.csv"))
    assert str(refusal.value) == "The file cannot be read: No such file or directory."
