"""The rows of a case.  Every one is found through `visible_to(member)`; see `access` for the one rule behind all."""

from cases.models.access import Bar, Involvement
from cases.models.across import PossibleSame
from cases.models.action import Action
from cases.models.case import Case, Listing, Party
from cases.models.conflict import Conflict
from cases.models.contact import VictimContact
from cases.models.draft import Draft
from cases.models.entry import Entry
from cases.models.hold import Hold
from cases.models.mappa import MappaPointer
from cases.models.merge import Merge, MergePart, MergeTold
from cases.models.naming import Naming
from cases.models.person import AggressorAssessment, CounterAllegation, Majority
from cases.models.reference import ReferenceCounter
from cases.models.referral import Checklist, Referral
from cases.models.search import Found
from cases.models.sheet import Sheet
from cases.models.subject import DistinctPair, SearchKey, Subject
from cases.models.supply import Supply, SupplyRow
from cases.models.tool import Tool
from cases.models.track import Step, Track

__all__ = [
    "Action",
    "AggressorAssessment",
    "Bar",
    "Case",
    "Checklist",
    "Conflict",
    "CounterAllegation",
    "DistinctPair",
    "Draft",
    "Entry",
    "Found",
    "Hold",
    "Involvement",
    "Listing",
    "Majority",
    "MappaPointer",
    "Merge",
    "MergePart",
    "MergeTold",
    "Naming",
    "Party",
    "PossibleSame",
    "ReferenceCounter",
    "Referral",
    "SearchKey",
    "Sheet",
    "Step",
    "Subject",
    "Supply",
    "SupplyRow",
    "Tool",
    "Track",
    "VictimContact",
]
