"""Lists that are brought in, and their rows while they wait."""

from tests.access import supplies
from tests.ledgers import ADMINISTRATION, CODE, HISTORY, NO_HISTORY, WORKER, Card

WAITS = "until imported or given up, seven days at most; their key is destroyed"

MODELS = {
    "cases.Supply": Card("who brings lists in for its panel", ADMINISTRATION, HISTORY, of_cases=True),
    "cases.SupplyRow": Card(
        "who brought the list in, alone", WAITS, "bringing in, deciding and importing are audit events", of_cases=True
    ),
}

RELATIONS = {
    "cases.Supply": "holds panel key brought_by ended_by agency",
    "cases.SupplyRow": "goes supply; holds key; forgets case nominated",
}

SEALED = {
    "cases.Supply": {"panel": "header"},
    "cases.SupplyRow": {"subject": "data cells", "panel": "stopped"},
}

METADATA = "what a list is, never whom it is about (guidance §3.4)"
CLEAR = {
    "cases.Supply": {
        WORKER: "supplier contact",
        METADATA: "agency_name dataset explanations caveats coding coordinates",
        CODE: "encoding delimiter columns lacking sha256 outcome",
    },
    "cases.SupplyRow": {CODE: "remarks"},
}

PAST_HISTORY = {
    "cases/workflow/supply.py SupplyRow.objects.bulk_create": NO_HISTORY,
    "cases/workflow/supply.py SupplyRow.objects.bulk_update": NO_HISTORY,
    "cases/workflow/supply.py rows.update": NO_HISTORY,
    "cases/workflow/supply.py supply.rows.filter.update": NO_HISTORY,
    "cases/workflow/supply_matching.py SupplyRow.objects.bulk_update": NO_HISTORY,
    "cases/workflow/supply_ending.py Key.objects.filter.update": NO_HISTORY,
    "cases/workflow/supply_work.py Supply.objects.filter.update": "the worker’s progress, kept out of history",
}
OPENERS: dict[str, str] = {}


def rows(scene) -> None:
    """A row of each kind."""
    supplies.abouts(scene)
