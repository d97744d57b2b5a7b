"""Schemes: what differs between one kind of panel and another.  One file each, looked up here and nowhere else."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """One part of a referral, saved by itself.

    *of* says what it is about: "referral" or "victim" (fields of that row), "people" (repeat rows of *capacity*),
    "checklist".  *when* names a panel setting without which the section is left out; *read_as* is its title for a
    reader.
    """

    code: str
    title: Any
    of: str
    fields: tuple[str, ...] = ()
    capacity: str = ""
    one: Any = ""
    hint: Any = ""
    when: str = ""
    read_as: Any = ""

    @property
    def heading(self):
        """The title for a reader, who is not the one who writes."""
        return self.read_as or self.title


@dataclass(frozen=True)
class Route:
    """One of the ways in which a case qualifies; *field* is the referral's column that claims it."""

    code: str
    field: str
    name: Any


@dataclass(frozen=True)
class Basis:
    """A lawful basis offered; *kinds* are the types of agency that may claim it (none: any)."""

    code: str
    name: Any
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scheme:
    """The words and parts of one scheme."""

    code: str
    name: Any
    sections: tuple[Section, ...]
    routes: tuple[Route, ...]
    bases: tuple[Basis, ...]

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


def scheme_of(panel) -> Scheme:
    """The scheme that *panel* runs; `LookupError` where this installation has none of that name."""
    from cases.schemes.marac import MARAC

    schemes = {MARAC.code: MARAC}
    return schemes[panel.scheme]
