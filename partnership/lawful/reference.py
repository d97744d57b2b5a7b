"""Reading the reference file of lawful bases: each mistake is said with its block, and then nothing is read."""

import datetime
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from partnership.models import Agency, LegalBasis

FILE = Path(__file__).resolve().parent.parent / "reference" / "legal_bases.toml"
REGIMES = ("uk_gdpr", "part3")
FACTS = ("special", "offence", "health", "confidential", "victim_material", "depersonalised")
LISTS = ("types", "regimes", "disclosers", "not_disclosers", "recipients", "only_when", "needs")
PLAIN = {
    "label": str,
    "citation": str,
    "guard": str,
    "health": str,
    "source": str,
    "youngest": int,
    "oldest": int,
    "policy_document": bool,
    "confirmed": bool,
    "in_force": bool,
    "valid_from": datetime.date,
    "valid_until": datetime.date,
}


@dataclass(frozen=True)
class Reference:
    """One edition of the table: its date, the digest of the file, and its rows, unsaved."""

    edition: datetime.date
    digest: str
    rows: tuple[LegalBasis, ...]


def read(path: Path = FILE) -> Reference:
    """The table that *path* holds; `ValidationError` with every mistake in it."""
    try:
        text = Path(path).read_bytes()
        found = tomllib.loads(text.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValidationError(_("The file cannot be read: %(why)s") % {"why": error}) from error
    edition, blocks, groups = found.get("edition"), found.get("basis", []), found.get("groups", {})
    problems = [] if type(edition) is datetime.date else [_("The file says no edition (a date).")]
    problems += [] if blocks else [_("The file holds no basis.")]
    codes = [str(block.get("code", "")) for block in blocks]
    for place, block in enumerate(blocks, 1):
        said = codes[place - 1] or _("block %(number)s") % {"number": place}
        problems += [f"{said}: {problem}" for problem in _problems(block, groups)]
    problems += [
        _("%(code)s is there twice.") % {"code": code} for code in sorted({c for c in codes if codes.count(c) > 1})
    ]
    if problems:
        raise ValidationError(problems)
    rows = tuple(_row(block, groups, position, edition) for position, block in enumerate(blocks, 1))
    return Reference(edition, hashlib.sha256(text).hexdigest(), rows)


def _row(block: dict, groups: dict, position: int, edition: datetime.date) -> LegalBasis:
    lists = {name: _expanded(block.get(name, []), groups) for name in LISTS}
    lists["regimes"] = lists["regimes"] or list(REGIMES)
    plain = {name: block[name] for name in PLAIN if name in block}
    return LegalBasis(code=block["code"], position=position, edition=edition, **lists, **plain)


def _expanded(words: list[str], groups: dict) -> list[str]:
    return list(dict.fromkeys(each for word in words for each in groups.get(word, [word])))


def _problems(block: dict, groups: dict):
    code = block.get("code")
    if not isinstance(code, str) or not 0 < len(code) <= 8:
        yield _("its code is missing or longer than 8 letters")
    for name in ("types", "label", "citation"):
        if not block.get(name):
            yield _("“%(name)s” is missing") % {"name": name}
    for name in sorted(set(block) - {"code", *LISTS, *PLAIN}):
        yield _("“%(name)s” is no word of this file") % {"name": name}
    for name, wanted in PLAIN.items():
        if name in block and type(block[name]) is not wanted:
            yield _("“%(name)s” is of the wrong kind") % {"name": name}
        elif wanted is str and len(block.get(name, "")) > LegalBasis._meta.get_field(name).max_length:
            yield _("“%(name)s” is too long") % {"name": name}
    if block.get("health", "") not in ("", *LegalBasis.Health.values):
        yield _("“%(word)s” says nothing about health") % {"word": block["health"]}
    agencies = {*Agency.Kind.values, *Agency.LegalClass.values}
    types = set(LegalBasis.Type.values)
    allowed = {
        "types": types,
        "needs": types,
        "regimes": set(REGIMES),
        "only_when": {*FACTS, *(f"not {fact}" for fact in FACTS)},
        **dict.fromkeys(("disclosers", "not_disclosers", "recipients"), agencies),
    }
    for name, words in allowed.items():
        listed = block.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
            yield _("“%(name)s” is no list of words") % {"name": name}
            continue
        for word in sorted(set(_expanded(listed, groups)) - words):
            yield _("“%(word)s” is not known under “%(name)s”") % {"word": word, "name": name}
