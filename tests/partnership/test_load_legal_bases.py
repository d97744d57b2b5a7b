"""Loading the lawful bases: once is enough, a new edition needs no code, nothing is deleted."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audit.models import Event
from partnership.lawful.reference import FILE
from partnership.models import LegalBasis

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(tmp_path):
    """A function that writes the file of Confer with some words exchanged."""

    def written(**changes):
        text = FILE.read_text()
        for old, new in changes.pop("words", []):
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "bases.toml"
        path.write_text(text)
        return path

    return written


def test_loading_twice_changes_nothing_the_second_time(capsys):
    call_command("load_legal_bases")
    assert LegalBasis.objects.count() == 73
    event = Event.objects.get()
    assert (event.name, event.detail["added"], event.detail["changed"], event.detail["ended"]) == (
        "legal_bases.loaded",
        73,
        0,
        0,
    )
    capsys.readouterr()
    call_command("load_legal_bases")
    assert capsys.readouterr().out == "Nothing to change: 73 lawful bases.\n"
    assert (Event.objects.count(), LegalBasis.history.count()) == (1, 73)


def test_check_says_and_does_not(capsys, edition):
    call_command("load_legal_bases")
    capsys.readouterr()
    path = edition(words=[("Rarely right for an authority", "Seldom right for an authority")])
    call_command("load_legal_bases", path, check=True)
    assert capsys.readouterr().out == "changed: A6a\n"
    assert LegalBasis.objects.get(code="A6a").guard.startswith("Rarely")


def test_a_new_edition_brings_a_duty_into_force_and_ends_what_it_leaves_out(edition):
    call_command("load_legal_bases")
    path = edition(
        words=[
            ("edition = 2026-11-22", "edition = 2027-01-01"),
            ("oldest = 17\nin_force = false", "oldest = 17\nvalid_from = 2027-01-04"),
            ('code = "P23"', 'code = "P26"'),
        ]
    )
    call_command("load_legal_bases", path)
    duty, left = LegalBasis.objects.get(code="P10"), LegalBasis.objects.get(code="P23")
    assert (duty.in_force, duty.valid_from) == (True, datetime.date(2027, 1, 4))
    assert left.valid_until == timezone.localdate() - datetime.timedelta(days=1)
    assert left.history.first().history_change_reason == "legal_basis.ended"
    assert duty.history.first().history_actor == "lawful bases"
    assert LegalBasis.objects.get(code="P26").position == left.position
    counts = {name: Event.objects.last().detail[name] for name in ("added", "changed", "ended")}
    assert counts == {"added": 1, "changed": 1, "ended": 1}


def test_an_older_edition_is_refused_and_a_start_leaves_a_newer_table_alone(edition):
    call_command("load_legal_bases", edition(words=[("edition = 2026-11-22", "edition = 2027-01-01")]))
    with pytest.raises(CommandError, match=r"The table holds the edition of 2027-01-01; this file is older\."):
        call_command("load_legal_bases")
    call_command("load_legal_bases", at_start=True)
    assert set(LegalBasis.objects.values_list("edition", flat=True)) == {datetime.date(2027, 1, 1)}


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('code = "P01"', 'code = "P02"', "P02 is there twice."),
        ("edition = 2026-11-22", 'edition = "soon"', "The file says no edition (a date)."),
        ('health = "gated"\nrecipients', 'health = "perhaps"\nrecipients', "P01: “perhaps” says nothing about health"),
        ('only_when = ["victim_material"]', 'only_when = ["victims"]', "P19: “victims” is not known under “only_when”"),
        ("youngest = 14", 'youngest = "14"', "P21: “youngest” is of the wrong kind"),
        (
            'disclosers = ["police"]\nyoungest = 16',
            'discloser = ["police"]',
            "P17: “discloser” is no word of this file",
        ),
        ("[groups]", "[groups", "The file cannot be read: "),
    ],
)
def test_a_file_with_a_mistake_says_where_and_loads_nothing(edition, old, new, sentence):
    with pytest.raises(CommandError) as refusal:
        call_command("load_legal_bases", edition(words=[(old, new)]))
    assert str(refusal.value).startswith(sentence)
    assert LegalBasis.objects.count() == 0
