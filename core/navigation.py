"""What stands in the navigation: each app adds its entries at start, and a member sees those they may use.

Knows no permission by name: an entry carries what `member.may` understands, or a predicate of the member.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import NoReverseMatch, reverse

NIL = UUID(int=0)


@dataclass(frozen=True)
class Entry:
    """One entry; *url_name* is reversed when shown, and the pages *also* belong to it."""

    label: Any
    url_name: str
    is_for: Callable[[Any], bool]
    order: int
    also: tuple[str, ...] = ()
    group: Any = ""


_entries: dict[str, Entry] = {}


def add(
    label,
    url_name: str,
    *,
    is_for: Callable[[Any], bool] = lambda member: True,
    order: int = 50,
    also: tuple[str, ...] = (),
    group: Any = "",
) -> None:
    """Show *label*, linking to *url_name*, to members of whom *is_for* is true; lower *order* first.

    *label* is a lazy text, or a callable of the member that gives one.
    The entry is current on the pages named in *also*, too (one that takes an id is known by what stands before it), and
    on those below them.  Entries of one *group* (lazy text) stand together, where the first of them stands.
    """
    _entries[url_name] = Entry(label=label, url_name=url_name, is_for=is_for, order=order, also=also, group=group)


def register(label, url_name: str, permission=None, order: int = 50, also: tuple[str, ...] = (), group="") -> None:
    """As `add`, for members who carry *permission* (None: for everybody signed in)."""
    is_for = lambda member: permission is None or member.may(permission)  # noqa: E731
    add(label, url_name, is_for=is_for, order=order, also=also, group=group)


def items(request) -> list[dict]:
    """The entries of the signed-in member as ``{"label", "url", "current", "group"}``; none for nobody.

    An entry is current when its page, or one below it, is shown.  `request.navigation_is_hidden` hides all of them.
    """
    member = getattr(request, "user", None)
    if member is None or not member.is_authenticated or getattr(request, "navigation_is_hidden", False):
        return []
    mine = [entry for entry in _in_order() if entry.is_for(member)]
    shown = [(entry, url) for entry in mine if (url := _url(entry.url_name))]
    current = max((_depth(entry, request.path) for entry, _found in shown), default=0)
    return [
        {
            "label": entry.label(member) if callable(entry.label) else entry.label,
            "url": url,
            "current": bool(current) and _depth(entry, request.path) == current,
            "group": entry.group,
        }
        for entry, url in shown
    ]


def _in_order() -> list[Entry]:
    """By *order*, each group as a whole where its first entry stands."""
    ordered = sorted(_entries.values(), key=lambda entry: entry.order)
    first = {entry.group: entry.order for entry in reversed(ordered) if entry.group}
    return sorted(ordered, key=lambda entry: (first.get(entry.group, entry.order), entry.order))


def _depth(entry: Entry, path: str) -> int:
    """How much of *path* the entry's pages have in common with it: nothing where *path* is not below them."""
    urls = [_url(name) for name in (entry.url_name, *entry.also)]
    return max((len(url) for url in urls if url and (path == url or url != "/" and path.startswith(url))), default=0)


def _url(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        pass
    try:
        return reverse(url_name, args=[NIL]).partition(str(NIL))[0]
    except NoReverseMatch:
        return ""
