"""The rows of what leaves.  Every one is found through `visible_to(member)`; `sight` has the rules behind all."""

from disclosures.models.decision import Decision, Dissent
from disclosures.models.disclosure import Disclosure, DisclosurePerson
from disclosures.models.item import DecisionItem, DecisionRecipient

__all__ = ["Decision", "DecisionItem", "DecisionRecipient", "Disclosure", "DisclosurePerson", "Dissent"]
