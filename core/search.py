"""Finding people by keyed hashes of how their names sound and when they were born.

Each name and date is turned into a few *forms* (exact, phonetic, initial with surname, date, swapped day and month,
neighbouring dates); each form is hashed under the search key and truncated.  No prefixes, which leak by frequency.
Knows nothing of who a person is: it takes names and dates and gives digests.
"""

import datetime
import hashlib
import hmac
import itertools
import re
import unicodedata
from collections.abc import Iterable

import jellyfish

from core import keyfolder

DIGEST_BYTES = 12
NEAR_DAYS = 2
PARTICLES = frozenset({"de", "la", "le", "van", "von", "der", "el", "al", "bin", "ap", "mac", "mc", "o"})

Form = tuple[str, str]


def normalise(name: str) -> str:
    """A name in lower case without accents, hyphens or apostrophes; parts parted by one space."""
    plain = unicodedata.normalize("NFKD", name or "")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    plain = plain.replace("ø", "o").replace("ł", "l").replace("đ", "d").replace("æ", "ae")
    plain = re.sub(r"[’'`´ʼ]", "", plain)
    return " ".join(re.findall(r"[^\W\d_]+", plain))


def sounds(word: str) -> set[str]:
    """The phonetic codes of one normalised word: Metaphone and NYSIIS, which err differently."""
    if not word:
        return set()
    codes = {"m" + jellyfish.metaphone(word), "n" + jellyfish.nysiis(word)}
    return {code for code in codes if len(code) > 1}


def name_forms(given: str, family: str) -> set[Form]:
    """The forms under which a name is found: ``(kind, words)``."""
    given_words, family_words = normalise(given).split(), normalise(family).split()
    forms: set[Form] = set()
    if given_words and family_words:
        forms.add(("name", " ".join(given_words + family_words)))
        forms.add(("name", f"{given_words[0]} {' '.join(family_words)}"))
        for given_code, family_code in itertools.product(sounds(given_words[0]), sounds("".join(family_words))):
            if given_code[0] == family_code[0]:
                forms.add(("sound", f"{given_code} {family_code}"))
    if family_words:
        forms.add(("family", " ".join(family_words)))
        forms.update(("family", word) for word in family_words if word not in PARTICLES and len(family_words) > 1)
        forms.update(("famsound", code) for code in sounds("".join(family_words)))
    if given_words:
        forms.add(("given", given_words[0]))
    return forms


def date_forms(birth_date: datetime.date | None) -> set[Form]:
    """The forms under which a birth date is kept: itself, and day with month swapped."""
    if birth_date is None:
        return set()
    forms = {("born", birth_date.isoformat())}
    swapped = swap_day_and_month(birth_date)
    if swapped:
        forms.add(("swapped", swapped.isoformat()))
    return forms


def near_dates(birth_date: datetime.date) -> list[datetime.date]:
    """Dates that a slip of the pen makes of *birth_date*: a day or two away, a year away, day and month swapped."""
    near = [
        birth_date + datetime.timedelta(days=days) for days in range(-NEAR_DAYS, NEAR_DAYS + 1) if days
    ]
    for years in (-1, 1):
        try:
            near.append(birth_date.replace(year=birth_date.year + years))
        except ValueError:
            continue
    swapped = swap_day_and_month(birth_date)
    return near + ([swapped] if swapped else [])


def swap_day_and_month(date: datetime.date) -> datetime.date | None:
    """7 March as 3 July; nothing where that is no date or the same."""
    try:
        swapped = date.replace(day=date.month, month=date.day)
    except ValueError:
        return None
    return swapped if swapped != date else None


def digest(form: Form) -> bytes:
    """The truncated HMAC-SHA-256 of one form under the search key."""
    kind, words = form
    return hmac.new(keyfolder.search_key(), f"{kind}|{words}".encode(), hashlib.sha256).digest()[:DIGEST_BYTES]


def digests(forms: Iterable[Form]) -> dict[bytes, str]:
    """Digest → kind, for many forms."""
    return {digest(form): form[0] for form in forms}
