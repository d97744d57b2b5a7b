"""The forms under which people are kept and asked for: spelling, sound, dates, and the keys made of them."""

import datetime

import pytest

from core import search

SAME_EXACTLY = [
    (("Siân", "O'Neill"), ("Sian", "O’Neill")),
    (("SIAN", "ONEILL"), ("Siân", "O‘Neill")),
    (("Sian", "O Neill"), ("Siân", "O'Neill")),
    (("Mary-Ann", "Hughes-Jones"), ("mary ann", "hughes jones")),
    (("Søren", "Łukasz"), ("Soren", "Lukasz")),
    (("Zoë", "Strauß"), ("Zoe", "Strauss")),
    (("  Jac ", " ap  Owen"), ("Jac", "ap Owen")),
    (("Anne Marie", "Rees"), ("Annemarie", "Rees")),
]


@pytest.mark.parametrize(("one", "other"), SAME_EXACTLY)
def test_spellings_of_one_name_share_the_exact_form(one, other):
    shared = search.name_forms(*one) & search.name_forms(*other)
    assert "name" in {kind for kind, _words in shared}


SOUND_ALIKE = [
    (("Catherine", "Smith"), ("Katharine", "Smyth")),
    (("Stephen", "Phillips"), ("Steven", "Philips")),
    (("Siân", "MacDonald"), ("Sian", "McDonald")),
    (("Geoff", "Rees"), ("Jeff", "Reece")),
]


@pytest.mark.parametrize(("one", "other"), SOUND_ALIKE)
def test_names_that_sound_alike_share_a_sound(one, other):
    shared = search.name_forms(*one) & search.name_forms(*other)
    assert "sound" in {kind for kind, _words in shared}
    assert "name" not in {kind for kind, _words in shared}


DIFFERENT = [(("Mair", "Owen"), ("Huw", "Prydderch")), (("Siân", "Rees"), ("Gethin", "Morgan"))]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_other_names_share_nothing(one, other):
    assert search.name_forms(*one) & search.name_forms(*other) == set()


@pytest.mark.parametrize("name", ["", "   ", "—", "123", "’", "\u200b", "🙂", None])
def test_what_is_no_name_has_no_form(name):
    assert search.name_forms(name, name) == set()
    assert search.pair_forms(name or "", name or "", [datetime.date(1990, 3, 7)]) == set()


@pytest.mark.parametrize("name", ["Αλέξης", "Иван", "محمد", "小明", "Nguyễn", "x" * 5000, "'; DROP TABLE--"])
def test_any_script_and_any_length_is_borne(name):
    assert search.name_forms(name, name) == search.name_forms(name, name)
    assert all(len(digest) == search.DIGEST_BYTES for digest in search.digests(search.name_forms(name, name)))


SWAPS = [
    (datetime.date(1990, 3, 7), datetime.date(1990, 7, 3)),
    (datetime.date(1990, 3, 3), None),
    (datetime.date(1990, 3, 13), None),
    (datetime.date(2000, 12, 1), datetime.date(2000, 1, 12)),
]


@pytest.mark.parametrize(("date", "swapped"), SWAPS)
def test_day_and_month_are_swapped_where_that_is_a_date(date, swapped):
    assert search.swap_day_and_month(date) == swapped


def test_near_dates_are_slips_of_the_pen():
    assert search.near_dates(datetime.date(1990, 3, 7)) == [
        datetime.date(1990, 3, 5),
        datetime.date(1990, 3, 6),
        datetime.date(1990, 3, 8),
        datetime.date(1990, 3, 9),
        datetime.date(1989, 3, 7),
        datetime.date(1991, 3, 7),
        datetime.date(1990, 7, 3),
    ]
    assert datetime.date(1999, 2, 28) not in search.near_dates(datetime.date(2000, 2, 29))
    assert search.near_dates(datetime.date.max) == [
        datetime.date(9999, 12, 29),
        datetime.date(9999, 12, 30),
        datetime.date(9998, 12, 31),
    ]


def asked_and_kept(one, other) -> set[str]:
    """The kinds of key by which *one* (given, family, date) finds *other*."""
    asked = search.digests(search.asked_pairs(one[0], one[1], [one[2]] if one[2] else []))
    kept = search.digests(search.kept_forms(other[0], other[1], [other[2]] if other[2] else []))
    return {asked[digest] for digest in asked.keys() & kept.keys()}


BORN = datetime.date(1990, 3, 7)
FOUND = [
    # asked, kept, the kinds that agree
    (("Siân", "Rees", BORN), ("Sian", "Rees", BORN), {"name", "sound", "famborn", "givenborn"}),
    (("Siân", "Rees", BORN), ("Siân", "Morgan", BORN), {"givenborn"}),
    (("Siân", "Rees", BORN), ("Gethin", "Rees", BORN), {"famborn"}),
    (("Siân", "Rees", BORN), ("Gethin", "Reece", datetime.date(1990, 7, 3)), {"famborn"}),
    (("Siân", "Rees", BORN), ("Siân", "Rees", datetime.date(1961, 1, 1)), {"name", "sound"}),
    (("Siân", "Rees", None), ("Siân", "Rees", BORN), {"name", "sound"}),
    (("Siân", "Rees", BORN), ("Gethin", "Morgan", BORN), set()),
    (("Siân", "Rees", BORN), ("Siân", "Morgan", datetime.date(1961, 1, 1)), set()),
    (("Siân", "Rees", BORN), ("Gethin", "Rees", datetime.date(1961, 1, 1)), set()),
]


@pytest.mark.parametrize(("asked", "kept", "kinds"), FOUND)
def test_somebody_is_asked_for_by_two_facts_at_least(asked, kept, kinds):
    assert asked_and_kept(asked, kept) == kinds


def test_digests_are_short_keyed_and_tell_the_kind():
    digest = search.digest(("name", "sian rees"))
    assert len(digest) == 12
    assert search.digest(("sound", "sian rees")) != digest
    assert search.digests([("name", "sian rees")]) == {digest: "name"}
