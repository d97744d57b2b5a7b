"""What must agree before an entry reaches other agencies, and who learns that somebody is kept from a case.

A frame: an app above registers its gate and its room at start.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Pairs = list[tuple[str, Any]]


@dataclass(frozen=True)
class Reached:
    """Whether an agency would be reached by an entry as it is typed, and in words for its writer why not."""

    agency: Any
    is_open: bool
    words: str = ""


@dataclass(frozen=True)
class Gate:
    """What the app above answers.

    *categories* gives the kinds of information of a panel, as pairs of code and words; *gated* those of them that rest
    on consent when an agency says them.  *settle* takes ``by`` and ``cases`` (ids), and writes who is kept from which
    of their entries.  *reach* takes ``by``, ``listing``, ``party``, ``category`` and the agencies, and gives `Reached`.
    """

    categories: Callable[[Any], Pairs]
    gated: Callable[[Any, Any], frozenset[str]]
    settle: Callable[..., None]
    reach: Callable[..., list[Reached]]


@dataclass(frozen=True)
class Room:
    """Where a case is being heard: *lose* and *regain* take ``by``, ``case``, and ``member`` or ``agency``."""

    lose: Callable[..., None]
    regain: Callable[..., None]


_gate: Gate | None = None
_rooms: list[Room] = []


def register(gate: Gate | None) -> None:
    """Let *gate* be asked from now on; None for nobody (tests)."""
    global _gate
    _gate = gate


def categories(panel) -> Pairs:
    """The kinds of information that *panel* tells apart; none where it asks nobody for consent."""
    return _gate.categories(panel) if _gate else []


def gated(panel, agency) -> frozenset[str]:
    """The categories that rest on consent when *agency* says them on *panel*."""
    return _gate.gated(panel, agency) if _gate else frozenset()


def settle(*, by, cases: Iterable) -> None:
    """Write anew who is kept from entries of *cases* (ids) that rest on consent.

    Where nobody is registered they stay closed: `Entry.settled_at` is never written.
    """
    if _gate:
        _gate.settle(by=by, cases=list(cases))


def reach(*, by, listing, party, category: str, agencies) -> list[Reached]:
    """Which of *agencies* an entry of *category* about *party* would reach now, for the writer *by* to read."""
    return _gate.reach(by=by, listing=listing, party=party, category=category, agencies=agencies) if _gate else []


def register_room(room: Room) -> None:
    """Let *room* learn from now on who is kept from a case, and who is let back."""
    _rooms.append(room)


def lose(*, by, case, member=None, agency=None) -> None:
    """*member*, or everybody of *agency*, is kept from *case* from this instant: it leaves their open screens."""
    for room in _rooms:
        room.lose(by=by, case=case, member=member, agency=agency)


def regain(*, by, case, member=None, agency=None) -> None:
    """A bar between *member* or *agency* and *case* is gone: what is heard opens to whom nothing else keeps away."""
    for room in _rooms:
        room.regain(by=by, case=case, member=member, agency=agency)
