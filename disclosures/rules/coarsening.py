"""Places, ages and days made coarser, so that nobody can be told from them; plain values in, plain values out.

Two profiles: *operational* (for signatories; keeps a postcode where enough homes share it) and *public* (outward code
and wide bands).  schemes-and-law.md §6 case 27; Home Office guidance 3.2; SI 2007/1831 for the outward code.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

OPERATIONAL, PUBLIC = "operational", "public"
FEWEST_PROPERTIES = 4
COUNT_GOOD_FOR = datetime.timedelta(days=3 * 365)
POSTCODE = re.compile(r"^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9])([A-Z]{2})$")
# The first year of each band; the last one is open.
BANDS = {
    OPERATIONAL: (0, 5, 10, 16, 18, 25, 35, 45, 55, 65, 75),
    PUBLIC: (0, 18, 30, 45, 60),
}


@dataclass(frozen=True)
class Count:
    """How many properties share a postcode, and the day on which that was counted."""

    properties: int
    counted_on: datetime.date

    def is_good(self, on: datetime.date) -> bool:
        """Whether the count is still believed on *on*."""
        return self.counted_on <= on <= self.counted_on + COUNT_GOOD_FOR


def tidy(postcode: str) -> str:
    """*postcode* in capitals with its one space; empty where it is none."""
    found = POSTCODE.match(re.sub(r"[^0-9A-Za-z]", "", postcode or "").upper())
    return f"{found[1]} {found[2]}{found[3]}" if found else ""


def outward(postcode: str) -> str:
    """The first half: QZ4 of QZ4 7XX; empty where it is no postcode."""
    return tidy(postcode).partition(" ")[0]


def sector(postcode: str) -> str:
    """The postcode sector: QZ4 7 of QZ4 7XX; empty where it is no postcode."""
    whole = tidy(postcode)
    return whole[:-2] if whole else ""


def area(postcode: str, profile: str, counts: Mapping[str, Count], on: datetime.date) -> str:
    """The narrowest area that *profile* lets be named; empty where there is no postcode.

    *counts* holds property counts by tidied postcode.  Operational: the postcode where at least `FEWEST_PROPERTIES`
    are known there, else the sector where the known counts in it reach that many, else the outward code.  A count
    that is unknown, or too old on *on*, is none.
    """
    whole = tidy(postcode)
    if profile == PUBLIC or not whole:
        return outward(whole)
    known = {code: count.properties for code, count in counts.items() if count.is_good(on)}
    if known.get(whole, 0) >= FEWEST_PROPERTIES:
        return whole
    around = sum(properties for code, properties in known.items() if sector(code) == sector(whole))
    return sector(whole) if around >= FEWEST_PROPERTIES else outward(whole)


def age_on(birth_date: datetime.date | None, day: datetime.date) -> int | None:
    """Whole years on *day*; nothing where the birth date is unknown or later.  One of 29 February ages on 1 March."""
    if birth_date is None or birth_date > day:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def age_band(age: int | None, profile: str) -> str:
    """The band of *age* in *profile*, such as “25–34” or “75 and over”; empty where the age is unknown."""
    if age is None:
        return ""
    starts = BANDS[profile]
    position = max(index for index, start in enumerate(starts) if start <= age)
    if position == len(starts) - 1:
        return f"{starts[-1]}+"
    return f"{starts[position]}–{starts[position + 1] - 1}"


def bands(profile: str) -> list[str]:
    """Every band of *profile*, the youngest first."""
    return [age_band(start, profile) for start in BANDS[profile]]


def period(day: datetime.date | None, profile: str) -> str:
    """The month (2026-03), or for the public the quarter (2026 Q1), in which *day* lies."""
    if day is None:
        return ""
    return f"{day.year} Q{(day.month + 2) // 3}" if profile == PUBLIC else f"{day:%Y-%m}"
