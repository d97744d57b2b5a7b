"""The rows of what leaves.  Every one is found through `visible_to(member)`; `sight` has the rules behind all."""

from disclosures.models.answer import Answer, AnswerPaper, Redaction
from disclosures.models.consultation import Consultation, MatchedItem
from disclosures.models.decision import Decision, Dissent
from disclosures.models.disclosure import Disclosure, DisclosurePerson
from disclosures.models.extract import (
    Extract,
    ExtractHanding,
    ExtractPaper,
    ExtractText,
    PropertyCount,
    Reidentification,
)
from disclosures.models.item import DecisionItem, DecisionRecipient
from disclosures.models.notice import NoticeAction, NoticeReceipt, ReleaseNotice
from disclosures.models.outside import OutsideKnower, OutsidePause, OutsideRequest, VictimTests
from disclosures.models.override import ConsentOverride
from disclosures.models.post import DisclosurePaper, ReleaseLetter
from disclosures.models.release import Release, ReleaseItem

__all__ = [
    "Answer",
    "AnswerPaper",
    "ConsentOverride",
    "Consultation",
    "Decision",
    "DecisionItem",
    "DecisionRecipient",
    "Disclosure",
    "DisclosurePaper",
    "DisclosurePerson",
    "Dissent",
    "Extract",
    "ExtractHanding",
    "ExtractPaper",
    "ExtractText",
    "MatchedItem",
    "NoticeAction",
    "NoticeReceipt",
    "OutsideKnower",
    "OutsidePause",
    "OutsideRequest",
    "PropertyCount",
    "Redaction",
    "Reidentification",
    "Release",
    "ReleaseItem",
    "ReleaseLetter",
    "ReleaseNotice",
    "VictimTests",
]
