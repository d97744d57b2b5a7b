"""Where else something about a person may stand: apps above this one say what they hold, and who sees it.

An app registers one `Shelf`; the worker asks each what stands there about the people of some cases, and a handler is
shown a passage only where the shelf says that they may see the page on which it stands.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q


@dataclass(frozen=True)
class Passage:
    """Some words of one agency on the page with the id *page*, in the part that *part* names there."""

    page: Any
    part: str
    agency_id: Any
    case_id: Any
    key: Any
    words: str
    written_on: datetime.date


@dataclass(frozen=True)
class Shelf:
    """*find* takes ids of cases and of parties and gives passages; *seen_by* takes a member and gives ids of pages."""

    name: str
    find: Callable[[list, list], list[Passage]]
    seen_by: Callable


_shelves: dict[str, Shelf] = {}


def register(shelf: Shelf) -> None:
    """Let requests from outside be about what stands on *shelf*, too."""
    _shelves[shelf.name] = shelf


def found(*, cases, parties) -> list[Passage]:
    """What stands on any shelf about *parties* of *cases* (ids)."""
    return [passage for shelf in _shelves.values() for passage in shelf.find(list(cases), list(parties))]


def seen_by(member) -> Q:
    """The outer row's `page` is one that *member* may see on some shelf."""
    seen = Q(pk__in=[])
    for shelf in _shelves.values():
        seen |= Q(page__in=shelf.seen_by(member))
    return seen


def pages_seen_by(member, pages) -> set:
    """Those of *pages* (ids) that *member* may see."""
    return {
        page
        for shelf in _shelves.values()
        for page in shelf.seen_by(member).filter(pk__in=pages).values_list("pk", flat=True)
    }
