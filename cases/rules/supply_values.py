"""What the cells of a list mean: each becomes a plain value, or a code that says why it cannot.

Days come first in dates, as they are written in Britain; what could be read in two ways is not guessed.
"""

import datetime
import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from cases.rules.matching import split_alias
from cases.rules.supply_columns import plain
from core.forms import EARLIEST_YEAR, MONTHS, PostcodeField

LONGEST_NAME, LONGEST_SHORT = 120, 200
YOUNGEST, OLDEST = 10, 120  # years: nobody under ten is an offender (Children and Young Persons Act 1933 s.50)
LATE_DAYS, FAR_YEARS = 366, 60
NUMBERS = re.compile(r"([0-9]{1,4})[/.\- ]([0-9]{1,2})[/.\- ]([0-9]{1,4})(?:[T ]00:00(?::00(?:\.0+)?)?)?\Z")
WORDS = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ \-]([a-z]{3,9})[ ,\-]{1,2}([0-9]{2,4})\Z", re.IGNORECASE)

WRONG: dict[str, Any] = {
    "cells": _("The row has another number of cells than there are columns"),
    "long": _("Longer than 2,000 characters"),
    "short": _("Longer than 200 characters"),
    "missing": _("Nothing is written here"),
    "name": _("This is no name"),
    "name_long": _("Longer than 120 characters"),
    "date": _("This is no date. Write it like 27/03/1990 or 1990-03-27"),
    "short_year": _("The year needs four numbers"),
    "impossible": _("There is no such day; the day comes first"),
    "future": _("Somebody is born after today"),
    "young": _("Somebody is under 10 years old"),
    "old": _("Somebody is over 120 years old"),
    "before_birth": _("The release is before the birth"),
    "long_past": _("The release was more than a year ago"),
    "far": _("The release is more than 60 years ahead"),
    "age": _("An age is a whole number of years from 10 to 120"),
    "status": _("The status is none of: in custody, proactive targeting, basic monitoring"),
    "grid": _("A coordinate is a number of metres on the national grid"),
    "half_grid": _("Easting and northing come together"),
    "again": _("The same person stands further up in this file"),
}
NOTED: dict[str, Any] = {
    "unread": _("Not recognised: taken as not known"),
    "left_out": _("Not understood, and left out"),
    "disagree": _("Age and date of birth do not agree: the date of birth was taken"),
}

TITLES = frozenset({"mr", "mrs", "miss", "ms", "mx", "dr"})
GENDERS = {
    "f": "female",
    "female": "female",
    "woman": "female",
    "girl": "female",
    "benyw": "female",
    "2": "female",
    "m": "male",
    "male": "male",
    "man": "male",
    "boy": "male",
    "gwryw": "male",
    "1": "male",
    "other": "other",
    "nonbinary": "other",
    "x": "other",
    "arall": "other",
    "unknown": "unknown",
    "notknown": "unknown",
    "notspecified": "unknown",
    "0": "unknown",
    "9": "unknown",
}
# The census's words, and the 16+1 codes in which agencies record what somebody says of themselves.
ETHNICITIES = {
    "w1": "white_british",
    "w2": "white_other",
    "w3": "white_other",
    "w9": "white_other",
    "m1": "mixed",
    "m2": "mixed",
    "m3": "mixed",
    "m9": "mixed",
    "a1": "asian",
    "a2": "asian",
    "a3": "asian",
    "a4": "asian",
    "a9": "asian",
    "b1": "black",
    "b2": "black",
    "b9": "black",
    "o1": "asian",
    "o2": "other",
    "o9": "other",
    "ns": "unknown",
    "notstated": "unknown",
    "unknown": "unknown",
    "notknown": "unknown",
    "whitebritish": "white_british",
    "whiteirish": "white_other",
    "whiteother": "white_other",
    "otherwhite": "white_other",
    "gypsyoririshtraveller": "white_other",
    "white": "white_other",
    "mixed": "mixed",
    "asian": "asian",
    "asianorasianbritish": "asian",
    "indian": "asian",
    "pakistani": "asian",
    "bangladeshi": "asian",
    "chinese": "asian",
    "black": "black",
    "blackorblackbritish": "black",
    "african": "black",
    "caribbean": "black",
    "arab": "other",
    "other": "other",
}
STATUSES = {
    "custody": "custody",
    "incustody": "custody",
    "prison": "custody",
    "inprison": "custody",
    "proactive": "proactive",
    "proactivetargeting": "proactive",
    "subjecttoproactivetargeting": "proactive",
    "subjecttoproactivetargetingbythepolice": "proactive",
    "basic": "basic",
    "monitoring": "basic",
    "basicmonitoring": "basic",
    "subjectonlytobasicmonitoring": "basic",
}


STATUS_WORDS = {
    "custody": _("In custody"),
    "proactive": _("Proactive targeting"),
    "basic": _("Basic monitoring"),
}


class Wrong(ValueError):
    """A cell that cannot be taken; *code* is one of `WRONG`."""

    def __init__(self, code: str):
        self.code = code
        super().__init__(code)


def date(text: str) -> datetime.date:
    """The day that is written in *text*; `Wrong` ("date", "short_year", "impossible") where there is none."""
    numbers, words = NUMBERS.match(text), WORDS.match(text)
    if numbers:
        first, month, last = numbers.groups()
        year, day = (first, last) if len(first) == 4 else (last, first)
    elif words and words[2][:3].lower() in MONTHS:
        day, month, year = words[1], str(MONTHS.index(words[2][:3].lower()) + 1), words[3]
    else:
        raise Wrong("date")
    if len(year) != 4:
        raise Wrong("short_year")
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        raise Wrong("impossible") from None


def names(text: str) -> tuple[str, str]:
    """A whole name as given and family name: “Prydderch, Huw”, “Huw Prydderch” and “PRYDDERCH Huw” are one.

    Of one word alone nobody knows which it is: it is taken as the family name.
    """
    words = text.split()
    if len(words) > 1 and words[0].rstrip(".").lower() in TITLES:
        words = words[1:]
        text = " ".join(words)
    if "," not in text and len(words) > 1 and words[0].isupper() and len(words[0]) > 1 and not words[-1].isupper():
        loud = next(place for place, word in enumerate(words) if not word.isupper())
        return " ".join(words[loud:]), " ".join(words[:loud])
    given, family = split_alias(text)
    return (given, family) if family else ("", given)


def birth_date(text: str, on: datetime.date) -> str:
    """A day of birth as ``YYYY-MM-DD``, of somebody of 10 to 120 years on the day *on*."""
    born = date(text)
    if born > on:
        raise Wrong("future")
    if born.year < EARLIEST_YEAR or on.year - born.year > OLDEST:
        raise Wrong("old")
    if age_on(born, on) < YOUNGEST:
        raise Wrong("young")
    return born.isoformat()


def release_on(text: str, on: datetime.date) -> str:
    """A day of release as ``YYYY-MM-DD``, from a year before *on* to 60 years after it."""
    released = date(text)
    if (on - released).days > LATE_DAYS:
        raise Wrong("long_past")
    if released.year - on.year > FAR_YEARS:
        raise Wrong("far")
    return released.isoformat()


def age(text: str, on: datetime.date) -> int:
    """An age in years."""
    if not re.fullmatch(r"[0-9]{1,3}", text) or not YOUNGEST <= int(text) <= OLDEST:
        raise Wrong("age")
    return int(text)


def age_on(born: datetime.date, on: datetime.date) -> int:
    """Whole years from *born* to *on*."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def status(text: str, on: datetime.date) -> str:
    """One of the three statuses of §3.2.7."""
    found = STATUSES.get(plain(text))
    if found is None:
        raise Wrong("status")
    return found


def coordinate(most: int) -> Callable[[str, datetime.date], int]:
    """How a number of metres on the national grid is read, up to *most*: to the metre."""

    def read(text: str, on: datetime.date) -> int:
        tidied = text.replace(",", "")
        if not re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,3})?", tidied) or float(tidied) > most:
            raise Wrong("grid")
        return round(float(tidied))

    return read


def gender(text: str, on: datetime.date) -> str:
    """A `Party.Gender`; `Wrong` ("unread") where the word is not known."""
    return _coded(GENDERS, Party.Gender, text)


def ethnicity(text: str, on: datetime.date) -> str:
    """A `Party.Ethnicity`; `Wrong` ("unread") where the word or code is not known."""
    return _coded(ETHNICITIES, Party.Ethnicity, text)


def postcode(text: str, on: datetime.date) -> str:
    """A postcode in capitals; `Wrong` ("left_out") where it is none, as often when somebody has no fixed address."""
    try:
        return PostcodeField().clean(text)
    except ValidationError:
        raise Wrong("left_out") from None


def short(text: str, on: datetime.date) -> str:
    """A few words."""
    if len(text) > LONGEST_SHORT:
        raise Wrong("short")
    return text


def words(text: str, on: datetime.date) -> str:
    """Whatever is written, formulas too: it is text here, and leaves as text."""
    return text


def _coded(known: dict, choices, text: str) -> str:
    found = known.get(plain(text))
    if found is None:  # perhaps in our own words
        found = {plain(str(label)): value for value, label in choices.choices}.get(plain(text))
    if found is None:
        raise Wrong("unread")
    return found


READERS: dict[str, Callable] = {
    "birth_date": birth_date,
    "release_on": release_on,
    "age": age,
    "status": status,
    "easting": coordinate(700_000),
    "northing": coordinate(1_300_000),
    "gender": gender,
    "postcode": postcode,
    **dict.fromkeys(("reference", "occupation", "sentence", "establishment"), short),
    "ethnicity": ethnicity,
}
