"""Reading the file of tools against anti-social behaviour: each mistake is said, and then nothing is read."""

import datetime
import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cases.models.tool import Need, Tool
from partnership.models import Agency

FILE = Path(__file__).resolve().parent.parent / "reference" / "asb_tools.toml"
LISTS = ("users", "after", "needs")
PLAIN = {
    "name": str,
    "law": str,
    "guard": str,
    "source": str,
    "formal": bool,
    "assessment": bool,
    "confirmed": bool,
    "in_force": bool,
    "youngest": int,
    "oldest": int,
    **dict.fromkeys(("england_from", "england_until", "wales_from", "wales_until"), datetime.date),
}


@dataclass(frozen=True)
class ToolFile:
    """One edition of the table: its date, the digest of the file, and its rows, unsaved."""

    edition: datetime.date
    digest: str
    rows: tuple[Tool, ...]


def read(path: Path = FILE) -> ToolFile:
    """The table that *path* holds; `ValidationError` with every mistake in it."""
    try:
        text = Path(path).read_bytes()
        found = tomllib.loads(text.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValidationError(_("The file cannot be read: %(why)s") % {"why": error}) from error
    edition, blocks, groups = found.get("edition"), found.get("tool", []), found.get("groups", {})
    codes = [str(block.get("code", "")) for block in blocks]
    problems = [] if type(edition) is datetime.date else [_("The file says no edition (a date).")]
    problems += [] if blocks else [_("The file holds no tool.")]
    for place, block in enumerate(blocks, 1):
        said = codes[place - 1] or _("block %(number)s") % {"number": place}
        problems += [f"{said}: {problem}" for problem in _problems(block, groups, set(codes))]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    problems += [_("%(code)s is there twice.") % {"code": code} for code in twice]
    if problems:
        raise ValidationError(problems)
    rows = tuple(_row(block, groups, position, edition) for position, block in enumerate(blocks, 1))
    return ToolFile(edition, hashlib.sha256(text).hexdigest(), rows)


def _row(block: dict, groups: dict, position: int, edition: datetime.date) -> Tool:
    lists = {name: _expanded(block.get(name, []), groups) for name in LISTS}
    plain = {name: block[name] for name in PLAIN if name in block}
    return Tool(code=block["code"], position=position, edition=edition, **lists, **plain)


def _expanded(words: list[str], groups: dict) -> list[str]:
    return list(dict.fromkeys(each for word in words for each in groups.get(word, [word])))


def _problems(block: dict, groups: dict, codes: set[str]):
    code = block.get("code")
    if not isinstance(code, str) or not 0 < len(code) <= Tool._meta.get_field("code").max_length:
        yield _("its code is missing or too long")
    if not block.get("name"):
        yield _("“%(name)s” is missing") % {"name": "name"}
    for name in sorted(set(block) - {"code", *LISTS, *PLAIN}):
        yield _("“%(name)s” is no word of this file") % {"name": name}
    for name, wanted in PLAIN.items():
        if name in block and type(block[name]) is not wanted:
            yield _("“%(name)s” is of the wrong kind") % {"name": name}
        elif wanted is str and len(block.get(name, "")) > Tool._meta.get_field(name).max_length:
            yield _("“%(name)s” is too long") % {"name": name}
    known = {"users": {*Agency.Kind.values, *Agency.LegalClass.values}, "after": codes, "needs": set(Need.values)}
    for name, allowed in known.items():
        listed = block.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
            yield _("“%(name)s” is no list of words") % {"name": name}
            continue
        for word in sorted(set(_expanded(listed, groups)) - allowed):
            yield _("“%(word)s” is not known under “%(name)s”") % {"word": word, "name": name}
