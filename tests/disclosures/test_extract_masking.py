"""What is proposed to be taken out of a text."""

import datetime

import pytest

from disclosures.rules.masking import Named, masked

PEOPLE = [
    Named(
        "victim",
        names=("Siân", "O’Gwynedd-Prys", "Shani"),
        addresses=("Fflat 2, 14 Lôn Ddychmygol, Aberwenlli", "QZ4 7XX"),
        birth_dates=(datetime.date(1990, 3, 7),),
    ),
    Named("other", names=("Huw", "Prydderch")),
]


@pytest.mark.parametrize(
    ("text", "proposed"),
    [
        ("Siân said she would stay.", "[victim] said she would stay."),
        ("siân and SIAN and Sian’s sister", "[victim] and [victim] and [victim] sister"),
        ("Mrs O'Gwynedd Prys called.", "Mrs [victim] called."),
        ("Ms O’Gwynedd-Prys", "Ms [victim]"),
        ("known as Shanni to friends", "known as [victim] to friends"),
        ("Hugh Priderch came to the door", "[other] came to the door"),
        ("born 7 March 1990, seen 8 March 2026", "born [date of birth], seen 8 March 2026"),
        ("07/03/1990 and 7.3.90 and 7 Mawrth 1990", "[date of birth] and [date of birth] and [date of birth]"),
        ("rang from 07700 900123 twice", "rang from [number] twice"),
        ("on (01632) 960 123", "on [number]"),
        ("lives at Fflat 2, 14 Lôn Ddychmygol", "lives at [address]"),
        ("near qz47xx", "near [address]"),
        ("write to sian@post.example", "write to [mail address]"),
        ("see AB-2026-0012", "see [reference]"),
        ("The man made threats in the kitchen.", "The man made threats in the kitchen."),
        ("", ""),
    ],
)
def test_what_is_proposed(text, proposed):
    assert masked(text, PEOPLE) == proposed


def test_without_people_only_numbers_and_addresses_go():
    assert masked("Huw, 07700 900123, QZ4 7XX", []) == "Huw, [number], [address]"
