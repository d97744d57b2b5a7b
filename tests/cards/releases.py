"""What was released to whom, its letters and papers, recalls and corrections."""

from tests.access import releases
from tests.cards.decisions import KEPT, WORDS
from tests.ledgers import CODE, HISTORY, MEMBER, Card

MODELS = {
    "disclosures.Release": Card(
        "its recipient; liaison officers of both sides; the desk that it is there", KEPT, HISTORY, of_cases=True
    ),
    "disclosures.ReleaseItem": Card(
        "its recipient, after acknowledging and until recalled, taken back or destroyed",
        WORDS,
        "never changed; releasing and opening are audit events",
        of_cases=True,
    ),
    "disclosures.ReleaseNotice": Card("the originator’s officers; whom it told", KEPT, HISTORY, of_cases=True),
    "disclosures.NoticeReceipt": Card("whom it told; liaison officers of both sides", KEPT, HISTORY, of_cases=True),
    "disclosures.NoticeAction": Card("who sees the action", KEPT, HISTORY, of_cases=True),
    "disclosures.DisclosurePaper": Card("with its decision, or its release", WORDS, HISTORY, of_cases=True),
    "disclosures.ReleaseLetter": Card("with its release", KEPT, HISTORY, of_cases=True),
}

RELATIONS = {
    "disclosures.Release": (
        "holds key decision words_key agency member released_by acknowledged_by given_by extended_by confirmed_by"
    ),
    "disclosures.ReleaseItem": "goes release; forgets item entry override; holds key",
    "disclosures.ReleaseNotice": "holds key decision made_by",
    "disclosures.NoticeReceipt": "goes notice release; holds key acknowledged_by",
    "disclosures.NoticeAction": "goes notice action; holds looked_by",
    "disclosures.DisclosurePaper": "goes decision release; holds key asked_by",
    "disclosures.ReleaseLetter": "goes release; forgets replaces; holds key paper agency member queued_by settled_by",
}

SEALED = {
    "disclosures.Release": {"panel": "used_words extension_words asked_words"},
    "disclosures.ReleaseItem": {"panel": "words gaps"},
    "disclosures.ReleaseNotice": {"panel": "words"},
    "disclosures.NoticeReceipt": {"panel": "basis_words"},
    "disclosures.ReleaseLetter": {"panel": "passphrase"},
}

CLEAR = {
    "disclosures.Release": {"the request’s number and a part of the row’s id": "number", CODE: "own_basis"},
    "disclosures.NoticeReceipt": {CODE: "basis"},
    "disclosures.ReleaseItem": {CODE: "category"},
    "disclosures.DisclosurePaper": {"our own sentence": "failure", CODE: "digest sha256"},
    "disclosures.ReleaseLetter": {
        MEMBER: "address",
        CODE: "message_id",
        "our own sentence, or the mail server’s": "failure",
    },
}

PAST_HISTORY = {
    "disclosures/workflow/ending.py Key.objects.filter.update": "a key has no history: destroying is an audit event",
}

OPENERS = dict.fromkeys(MODELS, "housing")


def rows(scene) -> None:
    """A row of each kind: health shares with housing."""
    releases.abouts(scene)
