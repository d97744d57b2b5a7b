"""Working days of England and Wales: the published bank holidays, and counting across them."""

import datetime

import pytest

from core.working_days import (
    bank_holiday,
    bank_holidays,
    easter_sunday,
    working_day_from,
    working_days_after,
    working_days_before,
)

# 2012 to 2022: a copy of GOV.UK’s bank-holidays.json, division “england-and-wales”, kept in
# ministryofjustice/govuk-bank-holidays; 2023 to 2028: lists printed elsewhere.
PUBLISHED = {
    2012: ["01-02", "04-06", "04-09", "05-07", "06-04", "06-05", "08-27", "12-25", "12-26"],
    2013: ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"],
    2014: ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"],
    2015: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2016: ["01-01", "03-25", "03-28", "05-02", "05-30", "08-29", "12-26", "12-27"],
    2017: ["01-02", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"],
    2018: ["01-01", "03-30", "04-02", "05-07", "05-28", "08-27", "12-25", "12-26"],
    2019: ["01-01", "04-19", "04-22", "05-06", "05-27", "08-26", "12-25", "12-26"],
    2020: ["01-01", "04-10", "04-13", "05-08", "05-25", "08-31", "12-25", "12-28"],
    2021: ["01-01", "04-02", "04-05", "05-03", "05-31", "08-30", "12-27", "12-28"],
    2022: ["01-03", "04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"],
    2023: ["01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"],
    2024: ["01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"],
    2025: ["01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"],
    2026: ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"],
    2027: ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"],
    2028: ["01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"],
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_published_bank_holidays(year):
    assert [day.strftime("%m-%d") for day in sorted(bank_holidays(year))] == PUBLISHED[year]


# Where a proclamation or a weekend had its say; Boxing Day keeps a Monday, Christmas Day takes the Tuesday after it.
NAMED = {
    "2020-05-08": "Early May bank holiday",
    "2020-12-28": "Boxing Day",
    "2022-01-03": "New Year’s Day",
    "2022-06-02": "Spring bank holiday",
    "2022-06-03": "Platinum Jubilee bank holiday",
    "2022-09-19": "Bank holiday for the State Funeral",
    "2022-12-26": "Boxing Day",
    "2022-12-27": "Christmas Day",
    "2023-05-08": "Bank holiday for the Coronation",
    "2027-12-27": "Christmas Day",
    "2027-12-28": "Boxing Day",
    "2020-05-04": "",  # moved to the eighth
    "2022-05-30": "",  # moved to 2 June
    "2026-01-02": "",  # Scotland’s alone, like the three below
    "2026-08-03": "",
    "2026-11-30": "",
    "2026-06-15": "",
}


@pytest.mark.parametrize("day", NAMED)
def test_what_a_day_is_called(day):
    assert str(bank_holiday(datetime.date.fromisoformat(day))) == NAMED[day]


@pytest.mark.parametrize(
    ("year", "day"),
    [(1961, "04-02"), (2000, "04-23"), (2008, "03-23"), (2019, "04-21"), (2038, "04-25"), (2285, "03-22")],
)
def test_easter(year, day):
    assert easter_sunday(year).strftime("%m-%d") == day


@pytest.mark.parametrize(
    ("meeting", "days", "before"),
    [
        ("2026-11-26", 0, "2026-11-26"),
        ("2026-11-26", 2, "2026-11-24"),
        ("2026-11-26", 8, "2026-11-16"),  # over one weekend
        ("2026-04-08", 2, "2026-04-02"),  # over Easter: Good Friday and Easter Monday do not count
        ("2026-05-06", 2, "2026-05-01"),  # over the early May bank holiday
        ("2027-01-06", 8, "2026-12-22"),  # over Christmas, Boxing Day in its place on the Monday, and New Year
        ("2026-04-01", 3, "2026-03-27"),  # over the night in which the clocks go forward
        ("2026-10-28", 3, "2026-10-23"),  # over the night in which they go back
        ("2026-11-22", 1, "2026-11-20"),  # from a Sunday
    ],
)
def test_so_many_working_days_before(meeting, days, before):
    day = datetime.date.fromisoformat(meeting)
    assert working_days_before(day, days).isoformat() == before


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2026-11-26", "2026-11-26"),
        ("2026-12-25", "2026-12-29"),
        ("2026-04-03", "2026-04-07"),
        ("2026-11-21", "2026-11-23"),
    ],
)
def test_the_first_working_day_from_a_day(day, first):
    assert working_day_from(datetime.date.fromisoformat(day)).isoformat() == first


@pytest.mark.parametrize(
    ("day", "days", "after"),
    [
        ("2026-11-02", 20, "2026-11-30"),
        ("2026-11-01", 20, "2026-11-27"),  # received on a Sunday: the Monday is the first day
        ("2026-12-14", 20, "2027-01-14"),  # over Christmas, Boxing Day in its place, and New Year
        ("2026-03-20", 20, "2026-04-21"),  # over Easter and the night in which the clocks go forward
        ("2026-10-16", 20, "2026-11-13"),  # over the night in which they go back
    ],
)
def test_so_many_working_days_after(day, days, after):
    assert working_days_after(datetime.date.fromisoformat(day), days).isoformat() == after
