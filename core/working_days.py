"""Working days of England and Wales, by rule: what cut-offs, research dates and statutory clocks are counted in.

The eight bank holidays follow from the calendar (Banking and Financial Dealings Act 1971, Schedule 1; common-law
holidays on Good Friday and Christmas Day; by proclamation the early May bank holiday and the days in place of those
that fall on a weekend).  One-off days come by proclamation and stand in `PROCLAIMED`.
"""

import datetime
from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

DAY = datetime.timedelta(days=1)
MONDAY = 0

# Days that a proclamation added, and regular ones that it moved (day it would have been → day it was), since 2012.
PROCLAIMED = {
    datetime.date(2012, 6, 5): _("Diamond Jubilee bank holiday"),
    datetime.date(2022, 6, 3): _("Platinum Jubilee bank holiday"),
    datetime.date(2022, 9, 19): _("Bank holiday for the State Funeral"),
    datetime.date(2023, 5, 8): _("Bank holiday for the Coronation"),
}
MOVED = {
    datetime.date(2012, 5, 28): datetime.date(2012, 6, 4),
    datetime.date(2020, 5, 4): datetime.date(2020, 5, 8),
    datetime.date(2022, 5, 30): datetime.date(2022, 6, 2),
}


def bank_holiday(day: datetime.date):
    """The name of the bank holiday of England and Wales on *day*, or nothing."""
    return bank_holidays(day.year).get(day, "")


def is_working_day(day: datetime.date) -> bool:
    """Whether *day* is neither a Saturday, a Sunday nor a bank holiday of England and Wales."""
    return day.weekday() < 5 and not bank_holiday(day)


def working_days_before(day: datetime.date, count: int) -> datetime.date:
    """The day that lies *count* clear working days before *day* (which itself is not counted)."""
    while count > 0:
        day -= DAY
        count -= is_working_day(day)
    return day


def working_days_after(day: datetime.date, count: int) -> datetime.date:
    """The *count*-th working day following *day* (which itself is not counted)."""
    while count > 0:
        day += DAY
        count -= is_working_day(day)
    return day


def working_day_from(day: datetime.date) -> datetime.date:
    """*day* itself, or the first working day after it."""
    while not is_working_day(day):
        day += DAY
    return day


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> Mapping[datetime.date, object]:
    """The bank holidays of *year* with their names, days in place of a weekend included."""
    easter = easter_sunday(year)
    found = {
        easter - 2 * DAY: _("Good Friday"),
        easter + DAY: _("Easter Monday"),
        _monday_from(datetime.date(year, 5, 1)): _("Early May bank holiday"),
        _monday_from(datetime.date(year, 5, 25)): _("Spring bank holiday"),
        _monday_from(datetime.date(year, 8, 25)): _("Summer bank holiday"),
    }
    found = {MOVED.get(day, day): name for day, name in found.items()}
    for fixed, name in (
        (datetime.date(year, 1, 1), _("New Year’s Day")),
        (datetime.date(year, 12, 25), _("Christmas Day")),
        (datetime.date(year, 12, 26), _("Boxing Day")),
    ):
        found[_in_place_of(fixed, found)] = name
    return found | {day: name for day, name in PROCLAIMED.items() if day.year == year}


def easter_sunday(year: int) -> datetime.date:
    """Easter Sunday of *year* in the Gregorian calendar (the anonymous algorithm of 1876)."""
    golden, century, of_century = year % 19, year // 100, year % 100
    correction = (8 * century + 13) // 25
    moon = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    month, day = divmod(moon + weekday - 7 * late + 114, 31)
    return datetime.date(year, month, day + 1)


def _monday_from(day: datetime.date) -> datetime.date:
    return day + (MONDAY - day.weekday()) % 7 * DAY


def _in_place_of(day: datetime.date, taken) -> datetime.date:
    """A holiday on a weekend is kept on the next weekday that is not one already; Boxing Day keeps its Monday."""
    if day.weekday() < 5:
        return day
    while day.weekday() >= 5 or day in taken or (day.month == 12 and day.day == 26 and day.weekday() == MONDAY):
        day += DAY
    return day
