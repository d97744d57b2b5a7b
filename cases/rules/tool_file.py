"""The file of tools against anti-social behaviour: what may stand in it, and the row that a block makes."""

import datetime
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models.tool import Need, Tool
from core.reference import Edition, ReferenceFile, expanded, missing, unknown, wrong_kinds, wrong_lists
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


def _row(block: dict, groups, position: int, edition: datetime.date) -> Tool:
    lists = {name: expanded(block.get(name, []), groups) for name in LISTS}
    plain = {name: block[name] for name in PLAIN if name in block}
    return Tool(code=block["code"], position=position, edition=edition, **lists, **plain)


def _problems(block: dict, groups, codes):
    code = block.get("code")
    if not isinstance(code, str) or not 0 < len(code) <= Tool._meta.get_field("code").max_length:
        yield _("its code is missing or too long")
    yield from missing(block, ("name",))
    yield from unknown(block, ("code", *LISTS, *PLAIN))
    yield from wrong_kinds(block, PLAIN, Tool)
    known = {"users": {*Agency.Kind.values, *Agency.LegalClass.values}, "after": codes, "needs": set(Need.values)}
    yield from wrong_lists(block, known, groups)


_FILE = ReferenceFile("tool", gettext_lazy("The file holds no tool."), _problems, _row)


def read(path: Path = FILE) -> Edition:
    """The tools that *path* holds; `ValidationError` with every mistake in it."""
    return _FILE.read(path)
