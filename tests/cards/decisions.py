"""Requests for information, and the decisions of the agencies asked."""

from tests.ledgers import CODE, HISTORY, NO_HISTORY, WORKER, Card

KEPT = "R12: 6 years, and a year beyond the case; then stripped to its codes"
WORDS = "until destroyed by everybody who received them; their key of its own is destroyed"

MODELS = {
    "disclosures.Disclosure": Card(
        "who asked; the liaison officers of who was asked; never past a bar", KEPT, HISTORY, of_cases=True
    ),
    "disclosures.Disclosure_asked": Card("with the request", "with the request", "by the request’s audit event"),
    "disclosures.DisclosurePerson": Card("who sees the request", KEPT, "asking is an audit event", of_cases=True),
    "disclosures.Decision": Card("the originator’s liaison officers alone", KEPT, HISTORY, of_cases=True),
    "disclosures.Dissent": Card("who dissents, and the originator’s officers", KEPT, HISTORY, of_cases=True),
    "disclosures.DecisionItem": Card(
        "the originator’s liaison officers alone", WORDS, "choosing is in the decision’s history", of_cases=True
    ),
    "disclosures.DecisionRecipient": Card(
        "the originator’s liaison officers alone", KEPT, "deciding is an audit event", of_cases=True
    ),
}

RELATIONS = {
    "disclosures.Disclosure": "forgets case listing sheet; holds key panel agency requested_by; many asked",
    "disclosures.Disclosure_asked": "goes disclosure agency",
    "disclosures.DisclosurePerson": "goes disclosure; forgets party; holds key",
    "disclosures.Decision": (
        "holds key words_key disclosure originator requested_by begun_by reviewer decided_by reviewed_by superseded_by"
        " third_party_agency address_by"
    ),
    "disclosures.Dissent": "goes decision; holds key agency raised_by ended_by",
    "disclosures.DecisionItem": "goes decision; forgets entry party; holds key",
    "disclosures.DecisionRecipient": "goes decision; holds key agency member",
}

SEALED = {
    "disclosures.Disclosure": {"panel": "wanted purpose question recurrence_words"},
    "disclosures.DisclosurePerson": {"subject": "name birth_date"},
    "disclosures.Decision": {
        "panel": (
            "third_party_words tested_words confidential_words caldicott_words caldicott_not caldicott_note"
            " no_consent_words told_words representations_words public_interest protect necessary less balance"
            " conditions_words reason advice_words emergency_reason verbal_approval review_words"
        ),
        "contact": "caldicott_name third_party_name",
    },
    "disclosures.Dissent": {"panel": "words ending_words"},
    "disclosures.DecisionItem": {"panel": "original words gaps", "contact": "source"},
    "disclosures.DecisionRecipient": {"panel": "need"},
}

CLEAR = {
    "disclosures.Disclosure": {
        CODE: "scheme categories purpose_code",
        "drawn from a counter": "number",
        WORKER: "position",
    },
    "disclosures.Decision": {
        CODE: (
            "steps_done special stops caldicott_principles consent_state overrides regime recipient_regime standing"
            " bases aims conditions advice"
        ),
    },
    "disclosures.Dissent": {CODE: "escalated_to"},
    "disclosures.DecisionItem": {CODE: "category"},
    "disclosures.DecisionRecipient": {WORKER: "observer"},
}

PAST_HISTORY = {
    "disclosures/workflow/spoken.py Key.objects.bulk_create": NO_HISTORY,
    "disclosures/workflow/spoken.py Decision.objects.bulk_create": "one event for all; its request has the history",
    "disclosures/workflow/spoken.py DecisionRecipient.objects.bulk_create": NO_HISTORY,
    "disclosures/workflow/spoken.py DisclosurePerson.objects.bulk_create": NO_HISTORY,
}

OPENERS = dict.fromkeys(MODELS, "liaison_officer")


def rows(scene) -> None:
    """A row of each kind; the advocates ask housing, whose liaison officer decides."""
    from disclosures.models import DecisionItem
    from tests.access.decisions import abouts

    decision = abouts(scene)["released"]["pk"]
    assert DecisionItem.objects.filter(decision=decision).exists()
