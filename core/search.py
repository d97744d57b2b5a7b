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
    plain = re.sub(r"[’‘‛′'`´ʼʹ]", "", plain)
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
        family_whole = "".join(family_words)
        forms.add(("name", f"{''.join(given_words)} {family_whole}"))
        forms.add(("name", f"{given_words[0]} {family_whole}"))
        for given_code, family_code in itertools.product(sounds(given_words[0]), sounds(family_whole)):
            if given_code[0] == family_code[0]:
                forms.add(("sound", f"{given_code} {family_code}"))
    if family_words:
        forms.add(("family", "".join(family_words)))
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


def pair_forms(given: str, family: str, birth_dates: Iterable[datetime.date]) -> set[Form]:
    """Forms in which a birth date goes with one half of a name: few people share one, so that a look-up stays short.

    "famborn" is how the family name sounds with the date, "givenborn" the first given name with the date.
    """
    given_words, family_words = normalise(given).split(), normalise(family).split()
    forms: set[Form] = set()
    for date in birth_dates:
        forms.update(("famborn", f"{code} {date.isoformat()}") for code in sounds("".join(family_words)))
        forms.update(("givenborn", f"{word} {date.isoformat()}") for word in given_words[:1])
    return forms


def kept_forms(given: str, family: str, birth_dates: Iterable[datetime.date]) -> set[Form]:
    """Every form under which a person is kept."""
    dates = list(birth_dates)
    return name_forms(given, family).union(pair_forms(given, family, dates), *(date_forms(date) for date in dates))


def asked_pairs(given: str, family: str, birth_dates: Iterable[datetime.date]) -> set[Form]:
    """The forms that ask for somebody with whom at least two of given name, family name and birth date agree.

    Whole names, exact and as they sound, and half a name with the date or one that a slip makes of it.  Single facts,
    which many people share, are not asked for.
    """
    dates = [date for typed in birth_dates for date in (typed, *near_dates(typed))]
    whole = {form for form in name_forms(given, family) if form[0] in ("name", "sound")}
    return whole | pair_forms(given, family, dates)


def near_dates(birth_date: datetime.date) -> list[datetime.date]:
    """Dates that a slip of the pen makes of *birth_date*: a day or two away, a year away, day and month swapped."""
    near = []
    for days in range(-NEAR_DAYS, NEAR_DAYS + 1):
        try:
            near += [birth_date + datetime.timedelta(days=days)] * bool(days)
        except OverflowError:  # the first or last days that a calendar has
            continue
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
