"""The pointer to MAPPA."""

from tests.access import mappa
from tests.ledgers import HISTORY, WITH_CASE, Card

MODELS = {
    "cases.MappaPointer": Card(
        "police, probation and prisons on the case; agencies on it that are named", WITH_CASE, HISTORY, of_cases=True
    ),
    "cases.MappaPointer_named": Card("with the pointer", WITH_CASE, "with the pointer’s version"),
}
RELATIONS = {
    "cases.MappaPointer": "goes case; holds key lead set_by; many named",
    "cases.MappaPointer_named": "goes mappapointer agency",
}
SEALED = {"cases.MappaPointer": {"member": "contact"}}
CLEAR: dict = {}
OPENERS = {"cases.MappaPointer": "chair"}


def rows(scene) -> None:
    """A pointer."""
    mappa.abouts(scene)
