"""What stands in the navigation: each app adds its entries at start, and a member sees those they may use.

Knows no permission by name: an entry carries what `member.may` understands, or a predicate of the member.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Entry:
    """One entry; *url_name* is reversed when shown."""

    label: Any
    url_name: str
    is_for: Callable[[Any], bool]
    order: int


_entries: dict[str, Entry] = {}


def add(label, url_name: str, *, is_for: Callable[[Any], bool] = lambda member: True, order: int = 50) -> None:
    """Show *label* (lazy text), linking to *url_name*, to members of whom *is_for* is true; lower *order* first."""
    _entries[url_name] = Entry(label=label, url_name=url_name, is_for=is_for, order=order)


def register(label, url_name: str, permission=None, order: int = 50) -> None:
    """As `add`, for members who carry *permission* (None: for everybody signed in)."""
    add(label, url_name, is_for=lambda member: permission is None or member.may(permission), order=order)


def items(request) -> list[dict]:
    """The entries of the signed-in member as ``{"label", "url", "current"}``; none for nobody.

    An entry is current when its page, or one below it, is shown.  `request.navigation_is_hidden` hides all of them.
    """
    member = getattr(request, "user", None)
    if member is None or not member.is_authenticated or getattr(request, "navigation_is_hidden", False):
        return []
    mine = [entry for entry in sorted(_entries.values(), key=lambda entry: entry.order) if entry.is_for(member)]
    shown = [(entry, _url(entry)) for entry in mine]
    below = [
        url for entry, url in shown if url and (request.path == url or url != "/" and request.path.startswith(url))
    ]
    current = max(below, key=len, default=None)
    return [{"label": entry.label, "url": url, "current": url == current} for entry, url in shown if url]


def _url(entry: Entry) -> str:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return ""
