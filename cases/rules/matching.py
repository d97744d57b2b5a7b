"""Whether two records may be of one person: which of given name, family name and birth date agree, and how well.

At least two of the three must.  Twins share family name and date, father and son both names: both are shown, for a
person to decide, and nothing is ever linked by itself.
"""

import datetime
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import search

Name = tuple[str, str]
EXACT, SOUND = "exact", "sound"
SAME, SWAPPED, NEAR, DIFFERENT = "same", "swapped", "near", "different"
WEIGHT = {EXACT: 4, SOUND: 2, SAME: 5, SWAPPED: 4, NEAR: 3, DIFFERENT: -3, "": 0}
AT_MOST = 5


@dataclass(frozen=True)
class Identity:
    """The names (given, family) and birth dates under which somebody goes."""

    names: tuple[Name, ...]
    dates: tuple[datetime.date, ...] = ()


@dataclass(frozen=True)
class Agreement:
    """What agrees: *given* and *family* "exact", "sound" or nothing; *date* "same", "swapped", "near", "different" or
    nothing where one is not known; *alias* whether it is by a name other than the first of either."""

    given: str = ""
    family: str = ""
    date: str = ""
    alias: bool = False

    @property
    def facts(self) -> int:
        """How many of the three facts agree."""
        return bool(self.given) + bool(self.family) + (self.date in (SAME, SWAPPED, NEAR))

    @property
    def is_possible(self) -> bool:
        """Two facts agree; where the dates contradict one another, both names must agree to the letter."""
        if self.date == DIFFERENT:
            return self.given == self.family == EXACT
        return self.facts >= 2

    @property
    def weight(self) -> int:
        """For putting the likeliest first."""
        return WEIGHT[self.given] + WEIGHT[self.family] + WEIGHT[self.date] - self.alias

    @property
    def words(self) -> list:
        """The agreement, as a coordinator reads it."""
        said = []
        if self.given == self.family == EXACT:
            said.append(_("Same name"))
        elif self.given and self.family:
            said.append(_("Name sounds alike"))
        elif self.given:
            said.append(_("Same given name") if self.given == EXACT else _("Given name sounds alike"))
        elif self.family:
            said.append(_("Same family name") if self.family == EXACT else _("Family name sounds alike"))
        if self.alias:
            said.append(_("by an alias"))
        return [*said, DATE_WORDS[self.date]] if self.date else said


DATE_WORDS = {
    SAME: _("same date of birth"),
    SWAPPED: _("day and month of birth swapped"),
    NEAR: _("nearly the same date of birth"),
    DIFFERENT: _("different date of birth"),
}


def identity(given: str, family: str, aliases=(), dates=()) -> Identity:
    """Names and dates of a record; of an alias the last word is the family name; *dates* may hold None."""
    names = [(given or "", family or ""), *(split_alias(alias) for alias in aliases or ())]
    return Identity(tuple(names), tuple(date for date in dates if date))


def split_alias(alias: str) -> Name:
    """An alias as given and family name: “Jac Owen” is both, “Jac” a given name, “Owen, Jac” turned round."""
    if "," in alias:
        family, given = alias.split(",", 1)
        return given.strip(), family.strip()
    words = alias.split()
    return (" ".join(words[:-1]), words[-1]) if len(words) > 1 else (alias.strip(), "")


def typed_dates(texts) -> list[datetime.date]:
    """Dates kept as text (`YYYY-MM-DD`)."""
    return [datetime.date.fromisoformat(text) for text in texts or ()]


def compare(one: Identity, other: Identity) -> Agreement:
    """How well two records agree, by the best of their names and dates."""
    date = _best_date(one.dates, other.dates)
    best = Agreement(date=date)
    for mine, theirs in product(enumerate(one.names), enumerate(other.names)):
        agreement = Agreement(
            given=_agree(_first(mine[1][0]), _first(theirs[1][0])),
            family=_agree(_joined(mine[1][1]), _joined(theirs[1][1])),
            date=date,
            alias=bool(mine[0] or theirs[0]),
        )
        if (agreement.facts, agreement.weight) > (best.facts, best.weight):
            best = agreement
    return best


def _agree(one: str, other: str) -> str:
    if not one or not other:
        return ""
    if one == other:
        return EXACT
    return SOUND if search.sounds(one) & search.sounds(other) else ""


def _best_date(ones, others) -> str:
    if not ones or not others:
        return ""
    found = {_date(one, other) for one, other in product(ones, others)}
    return max(found, key=WEIGHT.__getitem__)


def _date(one: datetime.date, other: datetime.date) -> str:
    if one == other:
        return SAME
    if search.swap_day_and_month(one) == other:
        return SWAPPED
    return NEAR if other in search.near_dates(one) else DIFFERENT


def _first(given: str) -> str:
    return (search.normalise(given).split() or [""])[0]


def _joined(family: str) -> str:
    return "".join(search.normalise(family).split())


@dataclass
class Candidate:
    """Somebody already known who may be the same person: the party by which they are shown, the one in the
    coordinator's sight that agrees best, and all by which the coordinator may know them."""

    subject: Any
    agreement: Agreement
    shown: Any
    parties: list = field(default_factory=list)


@dataclass(frozen=True)
class Waiting:
    """Somebody on another referral at the desk who may be the same person: that referral's *party*."""

    party: Any
    agreement: Agreement
