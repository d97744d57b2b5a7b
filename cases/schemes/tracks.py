"""Tracks and sheets, said as data: the courses a case takes under a scheme, and the forms that are kept of it.

A scheme file writes `TrackKind`s (states and moves) and `SheetKind`s (items); the rows are `cases.models.Track`,
`Step` and `Sheet`, the verbs `cases.workflow.track` and `cases.workflow.sheet`.  `docs/schemes.md` shows one whole.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cases.schemes.items import Item
from partnership.roles import Permission

FOLLOWS = "follows"  # the reason of a move that the `then` of another makes, whatever reasons it asks of people
DESK, MANAGING, SEEING = "desk", "managing", "seeing"  # who: the panel's desk; it and who manages; all who see


class Recorded(str):
    """A refusing sentence of a guard that is put on record: that it was tried is to be known.  *code* says why."""

    __slots__ = ("code",)

    def __new__(cls, words, code: str):
        made = super().__new__(cls, words)
        made.code = code
        return made


@dataclass(frozen=True)
class State:
    """One state of a track.

    *colour* is the tag's.  *clock*: how many working days after it began something is due; None where nothing is.
    *final*: the track ends with it.  *meaning* is said beside the state, where its words alone do not say it.
    """

    code: str
    words: Any
    colour: str = "blue"
    clock: int | None = None
    final: bool = False
    meaning: Any = ""


@dataclass(frozen=True)
class Facts:
    """What a guard may know: plain, and whole, whatever the mover sees.

    *track* is None while it is being opened.  *steps* are those of this track, oldest first.  *sheets* are the case's
    that belong to no track and this track's own: another track's never, so that nothing flows from one to another.
    *details* are the answers to the move's (or sheet's) items, *reason* its code, *on* the day from which it holds;
    *before* what a sheet said until now.
    """

    track: Any
    case: Any
    steps: list
    sheets: list
    details: dict
    reason: str
    on: date
    before: dict = field(default_factory=dict)

    def sheets_of(self, kind: str) -> list:
        """The sheets of *kind*, oldest first."""
        return [sheet for sheet in self.sheets if sheet.kind == kind]


@dataclass(frozen=True)
class OnConsent:
    """That an agency is told only what people agreed to: for which *purpose*, and which *categories* it comes to see.

    Both are codes of the scheme's consent form.
    """

    purpose: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """One way from a state to another.

    *sources*: the states from which; none means that the move opens the track.  *to*: the state it leads to; empty
    means that the state stays (a review: the clock begins anew).  *permission* must be held on the panel, and *who*
    says further who may: `DESK`, `MANAGING` or `SEEING`.  *items* are asked, one of *reasons* (code and words) is
    chosen; *note* says whether words are written: "" not asked, "may" or "must".  *stops* gives the sentences that
    refuse the move.  *due* names the date item that becomes the track's due date; *manager* the agency item whose
    agency manages the case from then on.  *then* is called with ``by``, ``track`` and ``step`` within the same
    transaction.  *corrects* marks a move that takes back a wrong step: steps themselves are never changed.  *adds*
    gives what follows from the answers (items that are not asked), kept with them.  What is not *offered* stands on no
    page: a `then` of another move makes it.  *kinds* are the kinds of agencies whose members make it, none: any.
    *steady*: what is due, and when, stays as it is.  *consent*: the agency that the move names sees the track while
    that was agreed to, and no longer.
    """

    code: str
    words: Any
    sources: tuple[str, ...]
    to: str = ""
    permission: Permission = Permission.MANAGE_CASE
    who: str = MANAGING
    items: tuple[Item, ...] = ()
    reasons: tuple[tuple[str, Any], ...] = ()
    note: str = "may"
    stops: Callable[[Facts], list[str]] | None = None
    due: str = ""
    manager: str = ""
    then: Callable[..., None] | None = None
    corrects: bool = False
    hint: Any = ""
    adds: Callable[[Facts], dict] | None = None
    offered: bool = True
    kinds: frozenset[str] = frozenset()
    steady: bool = False
    consent: OnConsent | None = None


@dataclass(frozen=True)
class TrackKind:
    """One kind of course.

    *again*: another may follow once one has ended; *beside*: several may run at once, each about one person.
    *about*: the `Party.Capacity` values of the person it is about, none where it is about the case.  *apart*: seen
    only through an involvement that names the track, or at the desk unless *closed_to_desk*.  *own*: whom a move names
    as manager manages this track alone, not the case.  *settable*: words, meaning and clock of its states are settings
    of the panel (`cases.schemes.settings`).
    """

    code: str
    name: Any
    states: tuple[State, ...]
    moves: tuple[Move, ...]
    again: bool = False
    beside: bool = False
    about: tuple[str, ...] = ()
    apart: bool = False
    own: bool = False
    closed_to_desk: bool = False
    hint: Any = ""
    settable: bool = False
    retired: bool = False  # the scheme has it no more

    def __post_init__(self):
        if self.retired:
            return
        codes = [state.code for state in self.states]
        moves = [move.code for move in self.moves]
        wrong = [code for found in (codes, moves) for code in found if found.count(code) > 1]
        for move in self.moves:
            wrong += [code for code in (*move.sources, move.to) if code and code not in codes]
            items = {item.code: item.kind for item in move.items}
            wrong += [move.due] if move.due and items.get(move.due) != "date" else []
            wrong += [move.manager] if move.manager and items.get(move.manager) != "agency" else []
            wrong += [move.code] if move.consent and not move.manager else []
            wrong += [move.code] if move.who not in (DESK, MANAGING, SEEING) or not (move.sources or move.to) else []
        if wrong or not any(not move.sources for move in self.moves):
            raise ValueError(f"{self.code}: {', '.join(wrong) or 'no move opens it'}")

    def state(self, code: str) -> State:
        """The state called *code*; one that the scheme has no more keeps its code as its words."""
        return next((state for state in self.states if state.code == code), State(code, code, "grey"))

    def move(self, code: str) -> Move | None:
        """The move called *code*."""
        return next((move for move in self.moves if move.code == code), None)

    @property
    def naming(self) -> Move | None:
        """The move by which an agency comes to see the track on consent, where the kind has one."""
        return next((move for move in self.moves if move.consent), None)

    @property
    def openings(self) -> list[Move]:
        """The moves that open a track of this kind."""
        return [move for move in self.moves if not move.sources]

    def moves_from(self, state: str) -> list[Move]:
        """The moves that lead on from *state*."""
        return [move for move in self.moves if state in move.sources]


@dataclass(frozen=True)
class SheetKind:
    """One kind of form that is kept of a case, by versions.

    *many*: a case may have several.  *track*: the code of the track kind to which each belongs, and with which it is
    seen.  *permission* and *who* say who may write, as for a `Move`.  *due* names the date item by which it is due.
    *stops* gives the sentences that refuse what is filled in; *adds* what follows from the answers (a score, a name as
    it is that day), kept with them.  *page* names the URL, of a case, where a new one begins in another way,
    *paper* the URL, of a sheet, that prints it.  *kinds* are the kinds of agencies whose members write it, none: any.
    *purpose*: for which purpose of the consent form its items that rest on consent are read by other agencies.
    """

    code: str
    name: Any
    items: tuple[Item, ...]
    many: bool = False
    track: str = ""
    permission: Permission = Permission.MANAGE_CASE
    who: str = MANAGING
    due: str = ""
    hint: Any = ""
    title: Callable[[dict], str] | None = field(default=None, hash=False)
    stops: Callable[[Facts], list[str]] | None = None
    adds: Callable[[dict], dict] | None = None
    page: str = ""
    paper: str = ""
    kinds: frozenset[str] = frozenset()
    purpose: str = "panel"

    def __post_init__(self):
        if self.due and {item.code: item.kind for item in self.items}.get(self.due) != "date":
            raise ValueError(f"{self.code}: {self.due} is no date that it asks.")

    def title_of(self, data: dict) -> str:
        """What one sheet is called in a list of several: by *title*, else by the kind."""
        return (self.title(data) if self.title else "") or str(self.name)
