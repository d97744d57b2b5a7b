"""A first proposal of what to take out of a text before it may leave without names; a person has the last word.

Better a word too many in brackets than one too few: what sounds like a name of the case is taken out, too.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.search import PARTICLES, normalise, sounds

WORD = re.compile(r"[^\W\d_]+(?:[’‘'`´-][^\W\d_]+)*")
LETTERS_ALONE = 3
NUMBER = re.compile(r"(?<!\w)\(?\+?\d[\d\s()./-]{5,}\d(?!\w)")
POSTCODE = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]?\s*[0-9][A-Z]{2}\b", re.IGNORECASE)
MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
REFERENCE = re.compile(r"\b[A-Z]{1,6}-\d{4}-\d{3,6}\b|\bR-\d{4,6}\b", re.IGNORECASE)
HOUSE = re.compile(r"\b(?:flat|fflat|apartment|unit|room|no\.?|number|rhif)\s*\d+\w?\b", re.IGNORECASE)
STREET = re.compile(r"\b\d+[a-z]?,?\s+(?:[^\W\d_]+\s+){0,2}\[address\]", re.IGNORECASE)
ENGLISH = "january february march april may june july august september october november december"
WELSH = "ionawr chwefror mawrth ebrill mai mehefin gorffennaf awst medi hydref tachwedd rhagfyr"
MONTHS = (ENGLISH.split(), WELSH.split())
DATE = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th)?[\s./-]+(?:of\s+)?([A-Za-z]{3,12}|\d{1,2})[\s./,-]+(\d{4}|\d{2})\b", re.IGNORECASE
)
# Words of addresses that every text uses; they name no place by themselves.
EVERYWHERE = (
    "road street lane close avenue drive court house flat the y yr and heol stryd lôn lon ffordd tŷ ty maes bryn "
    "of in at a on north south east west upper lower new old church station high park green hill"
)
COMMON = frozenset(normalise(EVERYWHERE).split())


@dataclass(frozen=True)
class Named:
    """What one person of a case is known by; *part* is the word that takes a name's place (“victim”)."""

    part: str
    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    birth_dates: tuple[datetime.date, ...] = ()


@dataclass
class Known:
    """The words to look for, of all people of a case."""

    exact: dict[str, str] = field(default_factory=dict)
    alike: dict[str, str] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    dates: set[datetime.date] = field(default_factory=set)

    @classmethod
    def of(cls, people: Iterable[Named]) -> "Known":
        known = cls()
        for person in people:
            for word in _words(person.names):
                known.exact.setdefault(word, person.part)
                for code in sounds(word):
                    known.alike.setdefault(code, person.part)
            known.places |= {word for word in _words(person.addresses) if word not in COMMON}
            known.dates |= set(person.birth_dates)
        return known


def _words(texts: Iterable[str]) -> list[str]:
    words = [word for text in texts for word in normalise(text).split()]
    return [word for word in words if len(word) > 1 and word not in PARTICLES]


def masked(text: str, people: Iterable[Named]) -> str:
    """*text* with names, places, numbers, references and birth dates of *people* in brackets instead.

    Names are found in every spelling that sounds alike where they are written with a capital, and exactly in any
    letters; numbers of seven figures or more, postcodes, mail addresses and case references whosever they are.
    """
    known = Known.of(people)
    text = DATE.sub(lambda found: "[date of birth]" if _date(found) in known.dates else found[0], text)
    for pattern, words in [
        (MAIL, "[mail address]"),
        (REFERENCE, "[reference]"),
        (POSTCODE, "[address]"),
        (HOUSE, "[address]"),
    ]:
        text = pattern.sub(words, text)
    text = _dates_kept(text)
    text = WORD.sub(lambda found: _word(found, known), text)
    return _closed_up(text)


def _dates_kept(text: str) -> str:
    return NUMBER.sub(lambda found: found[0] if DATE.fullmatch(found[0].strip()) else "[number]", text)


def _word(found: re.Match, known: Known) -> str:
    typed = found[0]
    if found.string[max(found.start() - 1, 0) : found.start()] == "[":
        return typed
    word = "".join(normalise(typed).split())
    stem = "".join(normalise(re.sub(r"[’‘'`´]s$", "", typed)).split())
    parts = set(normalise(typed).split()) | set(normalise(re.sub(r"[-’‘'`´]", " ", typed)).split())
    for candidate in (word, stem, *sorted(parts)):
        if candidate in known.exact:
            return f"[{known.exact[candidate]}]"
        if candidate in known.places:
            return "[address]"
    if typed[0].isupper() and len(stem) >= LETTERS_ALONE:
        for code in sorted(sounds(stem)):
            if code in known.alike:
                return f"[{known.alike[code]}]"
    return typed


def _date(found: re.Match) -> datetime.date | None:
    day, month, year = found.groups()
    number = int(month) if month.isdigit() else _month(month.lower())
    whole = (
        int(year) if len(year) == 4 else (1900 if int(year) > datetime.date.today().year % 100 else 2000) + int(year)
    )
    try:
        return datetime.date(whole, number, int(day))
    except ValueError:
        return None


def _month(word: str) -> int:
    for names in MONTHS:
        for number, name in enumerate(names, 1):
            if name.startswith(word):
                return number
    return 0


def _closed_up(text: str) -> str:
    """A house number goes with its street; brackets of one kind that stand side by side become one."""
    text = STREET.sub("[address]", text)
    return re.sub(r"(\[[^\]]+\])(?:[\s,]+\1)+", r"\1", text)
