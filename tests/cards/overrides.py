"""Overrides: that one decision lets one agency have one entry although no consent covers it."""

from django.utils import timezone

from disclosures.models import ConsentOverride, Decision
from tests.ledgers import CODE, HISTORY, Card

MODELS = {
    "disclosures.ConsentOverride": Card(
        "with the decision: the originator’s liaison officers", "R12: with the decision", HISTORY, of_cases=True
    ),
}
RELATIONS = {
    "disclosures.ConsentOverride": "goes decision; holds agency made_by reviewed_by; "
    "forgets entry allowance consent sheet"
}
SEALED = {}
CLEAR = {"disclosures.ConsentOverride": {CODE: "gap category"}}
OPENERS = {}


def rows(scene) -> None:
    """One of a decision that another card made."""
    decision = Decision.objects.order_by("created_at", "pk").first()
    ConsentOverride.objects.create(
        decision=decision,
        agency=scene.world.housing_agency,
        gap="refused",
        review_on=timezone.localdate(),
        made_at=timezone.now(),
        made_by=scene.world.health,
    )
