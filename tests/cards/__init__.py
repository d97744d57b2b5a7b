"""The ledger of single nouns, one module each: what `tests/ledgers.py` holds for all others.

`MODELS`, `RELATIONS`, `SEALED`, `CLEAR`, `PAST_HISTORY` as there; `OPENERS` names, by model, who of the cast finds a
row where the coordinator does not; `rows(scene)` makes a row of each kind.
"""

from importlib import import_module
from pkgutil import iter_modules


def nouns() -> list:
    """Every module beside this, by name."""
    return [import_module(f"tests.cards.{module.name}") for module in iter_modules(__path__)]
