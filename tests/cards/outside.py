"""Requests from outside, their consultations and answers: who sees them, how long they stay, whose data they hold."""

from tests.access import outside
from tests.ledgers import CODE, HISTORY, NO_HISTORY, Card

OUTSIDE = "R14: 3 years after the request was closed, 6 where the ICO looked at it; its key is destroyed"

MODELS = {
    "disclosures.OutsideRequest": Card(
        "its handler and the members named on it; never the agency complained about", OUTSIDE, HISTORY, of_cases=True
    ),
    "disclosures.OutsideKnower": Card("with the request", OUTSIDE, HISTORY, of_cases=True),
    "disclosures.OutsidePause": Card("with the request", OUTSIDE, HISTORY, of_cases=True),
    "disclosures.VictimTests": Card("with the request", OUTSIDE, HISTORY, of_cases=True),
    "disclosures.Consultation": Card(
        "liaison officers of the agency asked; the request’s side what it may know of", OUTSIDE, HISTORY, of_cases=True
    ),
    "disclosures.MatchedItem": Card(
        "liaison officers of its agency; the request’s side where it sees the thing itself",
        OUTSIDE,
        "written once; put together by an audit event",
        of_cases=True,
    ),
    "disclosures.Answer": Card("with the request", OUTSIDE, HISTORY, of_cases=True),
    "disclosures.Redaction": Card("with its item", OUTSIDE, HISTORY, of_cases=True),
    "disclosures.AnswerPaper": Card("with the answer", OUTSIDE, HISTORY, of_cases=True),
}

RELATIONS = {
    "disclosures.OutsideRequest": (
        "holds key partnership received_by held_for about_agency handler opened_by extended_by searched_by closed_by"
    ),
    "disclosures.OutsideKnower": "goes request; holds member named_by",
    "disclosures.OutsidePause": "goes request; holds key set_by",
    "disclosures.VictimTests": "goes request; holds key recorded_by",
    "disclosures.Consultation": "goes request; holds key agency asked_by answered_by",
    "disclosures.MatchedItem": "goes request consultation case entry referral action; holds key agency",
    "disclosures.Answer": "goes request; holds key drafted_by checked_by returned_by sent_by",
    "disclosures.Redaction": "goes answer item; holds key decided_by",
    "disclosures.AnswerPaper": "goes answer; holds key asked_by",
}

SEALED = {
    "disclosures.OutsideRequest": {
        "subject": "given_name family_name birth_date aliases",
        "contact": "requester_name requester_contact words identity_words",
        "panel": "extension_words scope review_words ending_words",
    },
    "disclosures.OutsidePause": {"panel": "words"},
    "disclosures.VictimTests": {"panel": "reasons probative notice_words"},
    "disclosures.Consultation": {"panel": "question reasons"},
    "disclosures.MatchedItem": {"panel": "passage"},
    "disclosures.Answer": {"panel": "words reasoning returned_words"},
    "disclosures.Redaction": {"panel": "words reasons"},
}

CLEAR = {
    "disclosures.OutsideRequest": {"drawn from a counter": "number", "the regulator’s own reference": "ico_reference"},
    "disclosures.Consultation": {CODE: "exemptions"},
    "disclosures.Answer": {CODE: "sections"},
    "disclosures.MatchedItem": {CODE: "part"},
    "disclosures.Redaction": {CODE: "exemptions"},
    "disclosures.AnswerPaper": {"our own sentence": "failure", CODE: "digest sha256"},
}

PAST_HISTORY = {"disclosures/workflow/tracing.py MatchedItem.objects.bulk_create": NO_HISTORY}

# Whose sight opens a row, where the coordinator has none.
OPENERS = dict.fromkeys(SEALED, "liaison_officer")


def rows(scene) -> None:
    """Those of the access table: one in every state."""
    outside.abouts(scene)
