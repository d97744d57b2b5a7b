"""The rows of what leaves.  Every one is found through `visible_to(member)`; `sight` has the rules behind all."""

from disclosures.models.answer import Answer, Redaction
from disclosures.models.consultation import Consultation, MatchedItem
from disclosures.models.decision import Decision, Dissent
from disclosures.models.disclosure import Disclosure, DisclosurePerson
from disclosures.models.item import DecisionItem, DecisionRecipient
from disclosures.models.outside import OutsideKnower, OutsidePause, OutsideRequest, VictimTests

__all__ = [
    "Answer",
    "Consultation",
    "Decision",
    "DecisionItem",
    "DecisionRecipient",
    "Disclosure",
    "DisclosurePerson",
    "Dissent",
    "MatchedItem",
    "OutsideKnower",
    "OutsidePause",
    "OutsideRequest",
    "Redaction",
    "VictimTests",
]
