"""The pieces of which a scheme is made, beside its items, tracks and sheets.  Plain data: no row is read here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Section:
    """One part of a referral, saved by itself.

    *of* says what it is about: "referral" or "principal" (fields of that row), "people" (repeat rows of *capacity*),
    "checklist", or "details" (*items*, kept in `Referral.details`, so that a scheme needs no column of its own).
    *when* names a panel setting without which the section is left out; *read_as* is its title for a reader; *add* what
    the button says that adds one of the people.
    """

    code: str
    title: Any
    of: str
    fields: tuple[str, ...] = ()
    capacity: str = ""
    one: Any = ""
    add: Any = ""
    hint: Any = ""
    when: str = ""
    read_as: Any = ""
    items: tuple = ()

    @property
    def heading(self):
        """The title for a reader, who is not the one who writes."""
        return self.read_as or self.title


@dataclass(frozen=True)
class Part:
    """A part that people play in a case of the scheme: a `Party.Capacity` with its words.

    *one* and *many* begin a line (“Offender”, “Offenders”).  The first part of a scheme is its **principal**: the
    person a case is about.  Where somebody in a part with *conflict* works for a member agency, that agency is kept
    from the case.  *matched*: the same person in this part, beside the same principal, makes it the same case.
    *briefed*: the part's people stand by name in the agenda's lines; *counted* takes how many there are of the part and
    gives the sentence that says so there.
    """

    capacity: str
    one: Any
    many: Any
    conflict: bool = False
    matched: bool = False
    briefed: bool = False
    counted: Callable[[int], Any] | None = None


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
class Note:
    """One part of the record that a meeting writes on an item: a `meetings.ItemNote.Part` with the scheme's words.

    *wanted* is the sentence without which an item is not closed (nothing: it may stay empty); an action about *unless*
    (a code of `Action.Risk`) takes its place.  *giver_wanted* asks who gave it.  With *risk*, it stands under the
    heading of risks, of which one at least is written.  *short* is its name in the list of jumps, nothing: no jump.
    """

    part: str
    name: Any
    wanted: Any = ""
    unless: str = ""
    giver_wanted: Any = ""
    risk: bool = False
    short: Any = ""

    @property
    def asks_giver(self) -> bool:
        """Whether the form has a field for who gave it."""
        return bool(self.giver_wanted)


@dataclass(frozen=True)
class Missing:
    """One thing that a referral still lacks: a code, the section where it is mended, and a sentence."""

    code: str
    section: str
    words: Any


@dataclass(frozen=True)
class Wrong:
    """One finding; *stops* where the referral cannot be accepted with it; *section* where it is mended, or nothing."""

    code: str
    words: Any
    stops: bool
    section: str = ""


def nothing(referral, parties, details) -> list:
    """What a scheme finds that asks and weighs nothing of its own."""
    return []


Finder = Callable[[Any, list, dict], list]
