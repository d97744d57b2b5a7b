"""The reference file of lawful bases: what may stand in it, and the row that a block makes."""

import datetime
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.reference import Edition, ReferenceFile, expanded, missing, unknown, wrong_kinds, wrong_lists
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


def _row(block: dict, groups, position: int, edition: datetime.date) -> LegalBasis:
    lists = {name: expanded(block.get(name, []), groups) for name in LISTS}
    lists["regimes"] = lists["regimes"] or list(REGIMES)
    plain = {name: block[name] for name in PLAIN if name in block}
    return LegalBasis(code=block["code"], position=position, edition=edition, **lists, **plain)


def _problems(block: dict, groups, names):
    code = block.get("code")
    if not isinstance(code, str) or not 0 < len(code) <= 8:
        yield _("its code is missing or longer than 8 letters")
    yield from missing(block, ("types", "label", "citation"))
    yield from unknown(block, ("code", *LISTS, *PLAIN))
    yield from wrong_kinds(block, PLAIN, LegalBasis)
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
    yield from wrong_lists(block, allowed, groups)


_FILE = ReferenceFile("basis", gettext_lazy("The file holds no basis."), _problems, _row)


def read(path: Path = FILE) -> Edition:
    """The lawful bases that *path* holds; `ValidationError` with every mistake in it."""
    return _FILE.read(path)
