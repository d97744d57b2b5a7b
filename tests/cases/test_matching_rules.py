"""Whether two records may be of one person, as a table: twins, father and son, spellings, swapped dates."""

import datetime

import pytest

from cases.rules.matching import Agreement, compare, identity, split_alias, typed_dates

BORN = datetime.date(1990, 3, 7)
SWAPPED = datetime.date(1990, 7, 3)
NEXT_DAY = datetime.date(1990, 3, 8)
FATHERS = datetime.date(1962, 5, 21)


def person(given, family, born=None, *aliases):
    return identity(given, family, aliases, [born])


PAIRS = [
    # who, one, other, agreement, possible
    ("the same", person("Siân", "Rees", BORN), person("Sian", "Rees", BORN), ("exact", "exact", "same"), True),
    ("O'Neill", person("Siân", "O'Neill", BORN), person("Siân", "O’Neill", BORN), ("exact", "exact", "same"), True),
    ("ONeill", person("Siân", "ONeill", BORN), person("Siân", "O’Neill", BORN), ("exact", "exact", "same"), True),
    ("O Neill", person("Siân", "O Neill"), person("Siân", "O’Neill"), ("exact", "exact", ""), True),
    ("swapped", person("Siân", "Rees", BORN), person("Siân", "Rees", SWAPPED), ("exact", "exact", "swapped"), True),
    ("near", person("Siân", "Rees", BORN), person("Siân", "Rees", NEXT_DAY), ("exact", "exact", "near"), True),
    ("twins", person("Cai", "Rees", BORN), person("Non", "Rees", BORN), ("", "exact", "same"), True),
    ("married", person("Siân", "Rees", BORN), person("Siân", "Morgan", BORN), ("exact", "", "same"), True),
    ("father, son", person("Huw", "Rees", BORN), person("Huw", "Rees", FATHERS), ("exact", "exact", "different"), True),
    ("sound", person("Catherine", "Smith", BORN), person("Katharine", "Smyth", BORN), ("sound", "sound", "same"), True),
    ("sound, no date", person("Catherine", "Smith"), person("Katharine", "Smyth"), ("sound", "sound", ""), True),
    (
        "sound, other date",
        person("Catherine", "Smith", BORN),
        person("Katharine", "Smyth", FATHERS),
        ("sound", "sound", "different"),
        False,
    ),
    ("sisters", person("Siân", "Rees", BORN), person("Mair", "Rees", FATHERS), ("", "exact", "different"), False),
    ("one name", person("Siân", "Rees"), person("Siân", "Morgan"), ("exact", "", ""), False),
    ("one date", person("Siân", "Rees", BORN), person("Huw", "Morgan", BORN), ("", "", "same"), False),
    ("nobody", person("", ""), person("", ""), ("", "", ""), False),
    ("nobody and somebody", person("", "", None), person("Siân", "Rees", BORN), ("", "", ""), False),
]


@pytest.mark.parametrize(("who", "one", "other", "agreement", "possible"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_who_may_be_whom(who, one, other, agreement, possible):
    for found in (compare(one, other), compare(other, one)):
        assert (found.given, found.family, found.date) == agreement
        assert found.is_possible is possible
        assert not found.alias


def test_an_alias_counts_as_a_name_and_is_said():
    found = compare(person("Jac", "Owen", BORN), person("John", "Hughes", BORN, "Owen, Jac"))
    assert found == Agreement("exact", "exact", "same", alias=True)
    assert [str(words) for words in found.words] == ["Same name", "by an alias", "same date of birth"]


def test_another_birth_date_in_use_counts():
    one = identity("Siân", "Rees", (), [BORN, *typed_dates(["1991-01-01"])])
    assert compare(one, person("Siân", "Rees", datetime.date(1991, 1, 1))).date == "same"


ALIASES = [("Jac Owen", ("Jac", "Owen")), ("Owen, Jac", ("Jac", "Owen")), ("Jac", ("Jac", "")),
           ("Mary Ann Rees", ("Mary Ann", "Rees")), ("  ", ("", ""))]  # fmt: skip


@pytest.mark.parametrize(("typed", "name"), ALIASES)
def test_an_alias_is_read_as_given_and_family_name(typed, name):
    assert split_alias(typed) == name


def test_the_likelier_weighs_more():
    me = person("Siân", "Rees", BORN)
    order = [
        person("Siân", "Rees", BORN),
        person("Siân", "Rees", SWAPPED),
        person("Siân", "Rees", NEXT_DAY),
        person("Siân", "Morgan", BORN),
        person("Siân", "Rees"),
        person("Siân", "Rees", FATHERS),
    ]
    weights = [compare(me, other).weight for other in order]
    assert weights == sorted(weights, reverse=True)


def test_two_names_that_agree_without_a_date_are_said_as_such():
    found = compare(person("Nesta", "Cymydog"), person("Nesta", "Cymydog"))
    assert (found.is_possible, [str(words) for words in found.words]) == (True, ["Same name"])
