"""Schemes: what differs between one kind of panel and another.  One file each, looked up here and nowhere else."""

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.schemes.parts import Basis, Finder, Missing, Note, Part, Route, Section, Wrong, nothing
from cases.schemes.settings import Number, settled
from cases.schemes.supplies import Supplies
from cases.schemes.tracks import SheetKind, TrackKind
from cases.schemes.words import Words

__all__ = [
    "Basis",
    "Missing",
    "Note",
    "Part",
    "Route",
    "Scheme",
    "Section",
    "Words",
    "Wrong",
    "codes_with",
    "scheme_of",
    "schemes",
]
FEATURES = frozenset(
    {
        "agreement",
        "checklist",
        "contact",
        "idva",
        "minimum_age",
        "repeats",
        "telling",
        "flags",
        "consent",
        "written_consent",
        "referrer_stays",
    }
)

MANAGEMENT = _("Management")  # the case page’s tab of tracks and sheets


@dataclass(frozen=True)
class Scheme:
    """What one kind of panel does in its own way.  Whatever is not said here is the same on every panel.

    *parts*: who plays which part, the principal first.  *features*: what else it has, of `FEATURES`: the subject's
    awareness and "agreement" to a referral, a risk "checklist", "contact" with the victim before the meeting, an
    "idva" service told at once, a "minimum_age", "repeats" (whether a referral is one is asked, with a window),
    "telling" somebody what was agreed, "flags" that lapse after the window, people asked for "consent" to share,
    cases heard by those alone whom "written_consent" in the episode names, an agency that refers and then
    ("referrer_stays") works on the case.  *wants* and *weighs* take a referral, its
    parties and its details, and give what is `Missing` before it is sent, and what is `Wrong` when it is screened.
    *notes*: the parts of the record of an item, in order, the summary first.  *headings*: the codes of
    `Entry.Heading` under which agencies write.  *risks*: whose risk an action may
    address, the usual first; *decisions* and *listings*: the codes offered, none meaning all.  *labels* and *hints*:
    the scheme's words for a column.  *statement*: the confidentiality statement of a panel that wrote none.
    *papers*: the URL names, of a case, and words of what its tab of management prints.
    *supplies*: the lists that are brought in from outside, and what becomes of their rows.  *pathways* (code and words)
    are what the steps of a plan about the person are put under; none, no plan.  *numbers*: what an administrator may
    set otherwise for one panel, beside the states of a track that is settable.
    """

    code: str
    name: Any
    sections: tuple[Section, ...]
    bases: tuple[Basis, ...]
    parts: tuple[Part, ...]
    notes: tuple[Note, ...]
    routes: tuple[Route, ...] = ()
    features: frozenset[str] = frozenset()
    wants: Finder = nothing
    weighs: Finder = nothing
    headings: tuple[str, ...] = ("involvement", "contact", "risk", "engagement", "needs", "done", "other")
    risks: tuple[tuple[str, Any], ...] = ()
    decisions: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    words: Words = field(default_factory=Words)
    labels: dict[str, Any] = field(default_factory=dict, hash=False)
    hints: dict[str, Any] = field(default_factory=dict, hash=False)
    statement: Any = ""
    supplies: Supplies = field(default_factory=Supplies)
    pathways: tuple[tuple[str, Any], ...] = ()
    numbers: tuple[Number, ...] = ()
    tracks: tuple[TrackKind, ...] = ()
    sheets: tuple[SheetKind, ...] = ()
    papers: tuple[tuple[str, Any], ...] = ()
    management_word: Any = MANAGEMENT
    offered: bool = True  # whether a new panel may run it

    def __post_init__(self):
        if unknown := self.features - FEATURES:
            raise ValueError(f"{self.code}: there is no {', '.join(sorted(unknown))}.")

    def track_kind(self, code: str) -> TrackKind | None:
        """The kind of track called *code*."""
        return next((kind for kind in self.tracks if kind.code == code), None)

    def sheet_kind(self, code: str) -> SheetKind | None:
        """The kind of sheet called *code*."""
        return next((kind for kind in self.sheets if kind.code == code), None)

    def has(self, feature: str) -> bool:
        """Whether the scheme has *feature*; one that does not exist is an error."""
        if feature not in FEATURES:
            raise ValueError(feature)
        return feature in self.features

    @property
    def principal(self) -> str:
        """The `Party.Capacity` of the person that a case is about."""
        return self.parts[0].capacity

    @property
    def principal_words(self):
        """What that person is called at the beginning of a line."""
        return self.parts[0].one

    def part(self, capacity: str) -> Part | None:
        """The part of *capacity*, where the scheme has it."""
        return next((part for part in self.parts if part.capacity == capacity), None)

    def risk_words(self, code: str):
        """Whose risk *code* is, in the scheme's words; the code itself where the scheme has it not."""
        return dict(self.risks).get(code, code)

    @property
    def matched(self) -> tuple[str, ...]:
        """The capacities in which people must be the same for a case to be the same, the principal's first."""
        return (self.principal, *(part.capacity for part in self.parts[1:] if part.matched))

    @property
    def items(self) -> tuple:
        """Every item that its referral asks, whatever the section."""
        return tuple(item for section in self.sections for item in section.items)

    def note(self, part: str) -> Note | None:
        """The part *part* of an item's record, where the scheme has it."""
        return next((note for note in self.notes if note.part == part), None)

    def sections_for(self, panel) -> list[Section]:
        """The sections that a referral to *panel* has, in order."""
        return [section for section in self.sections if not section.when or getattr(panel, section.when)]

    def section(self, panel, code: str) -> Section | None:
        """The section called *code*, where *panel* has it."""
        return next((section for section in self.sections_for(panel) if section.code == code), None)

    def section_of_field(self, panel, name: str) -> Section | None:
        """The section on whose form *name*, a column of the referral, is."""
        return next((s for s in self.sections_for(panel) if s.of == "referral" and name in s.fields), None)

    def bases_for(self, kind: str) -> list[Basis]:
        """The lawful bases that an agency of *kind* may claim."""
        return [basis for basis in self.bases if not basis.kinds or kind in basis.kinds]


@cache
def schemes() -> dict[str, Scheme]:
    """Every scheme by its code: the `SCHEME` of each module of this folder that has one."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found = (getattr(module, "SCHEME", None) for module in modules)
    return {scheme.code: scheme for scheme in found if scheme is not None}


def scheme_of(panel) -> Scheme:
    """The scheme that *panel* runs, with its settings; `LookupError` where this installation has none of that name."""
    return settled(schemes()[panel.scheme], panel.scheme_settings)


def codes_with(feature: str) -> list[str]:
    """The codes of the schemes that have *feature*, as `Panel.scheme` names them."""
    return [code for code, scheme in schemes().items() if scheme.has(feature)]
