"""Tools against anti-social behaviour: a table of the law, with nobody in it."""

from cases.rules.tool_file import read
from tests.ledgers import HISTORY, Card

MODELS = {"cases.Tool": Card("everybody: it is the law", "for good: decisions rest on it", HISTORY)}

RELATIONS: dict = {}

SEALED: dict = {}

CLEAR = {"cases.Tool": {"the law": "code name law users after needs guard source"}}


def rows(scene) -> None:
    """A tool of the table."""
    read().rows[0].save(force_insert=True)
