"""The access table of single nouns, one module each: `TABLE` (read by `tests/answers.py`), `abouts` and `sent`.

`abouts(scene)` makes the rows that its lines are about and gives URL arguments by the word in the table;
`sent(scene)` gives what a form must hold to get past its first question.
"""

from importlib import import_module
from pkgutil import iter_modules


def nouns() -> list:
    """Every module beside this, by name."""
    return [import_module(f"tests.access.{module.name}") for module in iter_modules(__path__)]
