"""Depersonalised extracts, who has them, and the counts of properties that they lean on."""

from tests.ledgers import CODE, HISTORY, Card

KEPT = "R19: 3 years, tested anew each year; its key is destroyed"

MODELS = {
    "disclosures.PropertyCount": Card("nobody: asked by the gathering", "until the next file", "reference data"),
    "disclosures.Extract": Card("who makes and tests them, without a bar on its cases", KEPT, HISTORY, of_cases=True),
    "disclosures.Extract_cases": Card("with the extract", "with the extract", "gathering is an audit event"),
    "disclosures.ExtractText": Card("with the extract", KEPT, HISTORY, of_cases=True),
    "disclosures.ExtractHanding": Card("its makers; the agency that was given it", KEPT, HISTORY, of_cases=True),
    "disclosures.Reidentification": Card(
        "its makers; who reported", KEPT, "reporting is an audit event", of_cases=True
    ),
    "disclosures.ExtractPaper": Card("with the extract", KEPT, HISTORY, of_cases=True),
}

RELATIONS = {
    "disclosures.Extract": "holds key panel asked_by agency tested_by recalled_by; many cases",
    "disclosures.Extract_cases": "goes extract case",
    "disclosures.ExtractText": "goes extract; forgets entry; holds key",
    "disclosures.ExtractHanding": "goes extract; holds agency handed_by undertaken_by recall_seen_by",
    "disclosures.Reidentification": "goes handing; holds key reported_by",
    "disclosures.ExtractPaper": "goes extract; holds key asked_by",
}

SEALED = {
    "disclosures.Extract": {"panel": "purpose content test_words"},
    "disclosures.ExtractText": {"panel": "words"},
    "disclosures.Reidentification": {"panel": "words"},
}

CLEAR = {
    "disclosures.PropertyCount": {"a postcode of the area, of nobody": "postcode"},
    "disclosures.Extract": {"drawn from a counter": "number", CODE: "test_answers"},
    "disclosures.ExtractPaper": {CODE: "failure digest sha256"},
}

PAST_HISTORY = {}
OPENERS = {}


def rows(scene) -> None:
    """A row of each kind."""
    from django.utils import timezone

    from disclosures.models import ExtractHanding, Reidentification
    from tests.access.extracts import abouts

    given = ExtractHanding.objects.select_related("extract__key").get(pk=abouts(scene)["handing"]["pk"])
    Reidentification(
        key=given.extract.key,
        handing=given,
        reported_at=timezone.now(),
        reported_by=scene.world.housing,
        words="By the event.",
    ).save(force_insert=True)
