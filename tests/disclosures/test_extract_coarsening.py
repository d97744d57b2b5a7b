"""Places, ages and days: what each profile lets be said."""

import datetime

import pytest

from disclosures.rules.coarsening import OPERATIONAL, PUBLIC, Count, age_band, age_on, area, bands, period, tidy

TODAY = datetime.date(2026, 11, 21)
NEW, OLD = datetime.date(2025, 4, 1), datetime.date(2023, 11, 20)


@pytest.mark.parametrize(
    ("typed", "tidied"),
    [
        ("QZ4 7XX", "QZ4 7XX"),
        ("qz47xx", "QZ4 7XX"),
        (" qz4-7xx ", "QZ4 7XX"),
        ("Q1A 1AA", "Q1A 1AA"),
        ("QZ12 3AB", "QZ12 3AB"),
        ("QZ4", ""),
        ("12 Heol y Bont", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_postcode_is_tidied_or_none(typed, tidied):
    assert tidy(typed) == tidied


@pytest.mark.parametrize(
    ("profile", "counts", "named"),
    [
        (OPERATIONAL, {}, "QZ4"),
        (OPERATIONAL, {"QZ4 7XX": Count(3, NEW)}, "QZ4"),
        (OPERATIONAL, {"QZ4 7XX": Count(4, NEW)}, "QZ4 7XX"),
        (OPERATIONAL, {"QZ4 7XX": Count(5, NEW)}, "QZ4 7XX"),
        (OPERATIONAL, {"QZ4 7XX": Count(40, OLD)}, "QZ4"),
        (OPERATIONAL, {"QZ4 7XX": Count(40, TODAY + datetime.timedelta(days=1))}, "QZ4"),
        (OPERATIONAL, {"QZ4 7XX": Count(3, NEW), "QZ4 7AB": Count(1, NEW)}, "QZ4 7"),
        (OPERATIONAL, {"QZ4 7XX": Count(3, NEW), "QZ4 8AB": Count(9, NEW)}, "QZ4"),
        (OPERATIONAL, {"QZ4 7AB": Count(30, NEW)}, "QZ4 7"),
        (PUBLIC, {"QZ4 7XX": Count(400, NEW)}, "QZ4"),
        (PUBLIC, {}, "QZ4"),
    ],
)
def test_an_area_is_as_narrow_as_its_known_properties_allow(profile, counts, named):
    assert area("qz4 7xx", profile, counts, TODAY) == named


@pytest.mark.parametrize("profile", [OPERATIONAL, PUBLIC])
def test_what_is_no_postcode_names_no_area(profile):
    assert area("Tŷ Gwyn, Lôn Ddychmygol", profile, {}, TODAY) == ""


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ((1990, 3, 7), (2026, 3, 6), 35),
        ((1990, 3, 7), (2026, 3, 7), 36),
        ((2008, 2, 29), (2026, 2, 28), 17),
        ((2008, 2, 29), (2026, 3, 1), 18),
        ((2026, 11, 21), (2026, 11, 21), 0),
        ((2026, 11, 22), (2026, 11, 21), None),
    ],
)
def test_age_on_a_day(born, day, age):
    assert age_on(datetime.date(*born), datetime.date(*day)) == age


def test_an_unknown_birth_date_has_no_age_and_no_band():
    assert age_on(None, TODAY) is None
    assert age_band(None, PUBLIC) == ""


def test_bands():
    assert bands(OPERATIONAL) == [
        "0–4", "5–9", "10–15", "16–17", "18–24", "25–34", "35–44", "45–54", "55–64", "65–74", "75+",
    ]  # fmt: skip
    assert bands(PUBLIC) == ["0–17", "18–29", "30–44", "45–59", "60+"]


@pytest.mark.parametrize(
    ("age", "operational", "public"),
    [(0, "0–4", "0–17"), (15, "10–15", "0–17"), (16, "16–17", "0–17"), (18, "18–24", "18–29"), (104, "75+", "60+")],
)
def test_each_age_lies_in_one_band(age, operational, public):
    assert (age_band(age, OPERATIONAL), age_band(age, PUBLIC)) == (operational, public)


def test_days_become_months_or_quarters():
    day = datetime.date(2026, 3, 31)
    assert (period(day, OPERATIONAL), period(day, PUBLIC), period(None, PUBLIC)) == ("2026-03", "2026 Q1", "")
