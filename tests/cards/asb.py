"""Tools against anti-social behaviour: a table of the law; and that a panel was told who reported something."""

from tests.access import asb
from tests.ledgers import HISTORY, WITH_CASE, Card

MODELS = {
    "cases.Tool": Card("everybody: it is the law", "for good: decisions rest on it", HISTORY),
    "cases.Naming": Card("desk", WITH_CASE, HISTORY, of_cases=True),
}

RELATIONS = {"cases.Naming": "goes case party; holds key named_by ended_by"}

SEALED = {"cases.Naming": {"panel": "words"}}

CLEAR = {"cases.Tool": {"the law": "code name law users after needs guard source"}}


def rows(scene) -> None:
    """A tool of the table, and a reporter of whom the panel was told."""
    asb.abouts(scene)
