"""What must agree before something reaches other agencies, and who learns that somebody is kept from a case.

A frame: an app above registers its gate and its room at start.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Pairs = list[tuple[str, Any]]
NOTHING_KNOWN = gettext_lazy("No treatment information available.")  # alike whether somebody refused or nobody asked


@dataclass(frozen=True)
class Reached:
    """Whether an agency would be reached by an entry as it is typed, and in words for its writer why not."""

    agency: Any
    is_open: bool
    words: str = ""


@dataclass(frozen=True)
class Cover:
    """Whether people agreed that one agency tells another: until which instant, as it is known now, or why not.

    *words* are for who asked, from what their own agency recorded: they tell nobody else what somebody decided.
    """

    until: datetime.datetime | None = None
    words: str = ""

    @property
    def holds(self) -> bool:
        return self.until is not None


@dataclass(frozen=True)
class Standing:
    """How consent stands in one episode, in words for the agency that treats, and where it is read."""

    words: str
    url: str


def closed(**_use) -> Cover:
    """What is answered where nobody is registered: nothing is covered."""
    return Cover(words=_("No consent is recorded."))


@dataclass(frozen=True)
class Gate:
    """What the app above answers.

    *categories* gives the kinds of information of a panel, as pairs of code and words; *gated* those of them that rest
    on consent when an agency says them.  *settle* takes ``by`` and ``cases`` (ids), and writes who is kept from which
    of their entries.  *reach* takes ``by``, ``listing``, ``party``, ``category`` and the agencies, and gives `Reached`.
    *asking* takes ``by`` (who is told why not) and ``case``, and gives what `consent` describes.  *episodes* takes
    ``by`` and ``tracks``, and gives the `Standing` of those in which the agency of ``by`` treats, by their ids.
    """

    categories: Callable[[Any], Pairs]
    gated: Callable[[Any, Any], frozenset[str]]
    settle: Callable[..., None]
    reach: Callable[..., list[Reached]]
    asking: Callable[..., Callable[..., Cover]] = lambda **_asked: closed
    episodes: Callable[..., dict[Any, Standing]] = lambda **_asked: {}


@dataclass(frozen=True)
class Room:
    """Where a case is being heard: *lose* and *regain* take ``by``, ``case``, and ``member`` or ``agency``."""

    lose: Callable[..., None]
    regain: Callable[..., None]


_gate: Gate | None = None
_rooms: list[Room] = []
_hearings: list[Callable[..., dict[Any, datetime.datetime | None]]] = []


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


def consent(*, by, case) -> Callable[..., Cover]:
    """What the people of *case* decided about telling: a function of one use that gives its `Cover` now.

    It takes ``giving`` and ``receiving`` (ids of agencies), ``category`` (None: whatever it is), ``purpose`` and
    ``track`` (the id of an episode; None: each that runs).  Asked once, it may be called for many uses.
    """
    return _gate.asking(by=by, case=case) if _gate else closed


def episodes(*, by, tracks) -> dict[Any, Standing]:
    """How consent stands in those of *tracks* in which the agency of *by* treats, by their ids."""
    return _gate.episodes(by=by, tracks=tracks) if _gate else {}


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


def register_hearing(told: Callable[..., dict[Any, datetime.datetime | None]]) -> None:
    """Let *told* (a case, ids of agencies, ``by``) say which of them may be told of the case, each until when."""
    if told not in _hearings:
        _hearings.append(told)


def may_be_told(*, by, case, agency) -> bool:
    """Whether *agency* may be told of *case* now, where the panel hears people on their written consent."""
    return all(agency.pk in told(case, [agency.pk], by=by) for told in _hearings)


def told_until(*, by, case, agency) -> datetime.datetime | None:
    """Until when *agency*, which may be told of *case*, may be so as it is known now; None: as long as it is asked."""
    ends = [told(case, [agency.pk], by=by).get(agency.pk) for told in _hearings]
    return min((end for end in ends if end is not None), default=None)
