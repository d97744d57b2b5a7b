"""What stands in the navigation: each app registers its entries at start, and a member sees those they may use.

Knows no permission by name: an entry carries whatever `member.may` understands.
"""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, order=True)
class Entry:
    """One entry: *url_name* is reversed when shown; *permission* is None for what everybody has."""

    order: int
    label: Any = field(compare=False)
    url_name: str = field(compare=False)
    permission: Any = field(compare=False, default=None)


_entries: dict[str, Entry] = {}


def register(label, url_name: str, permission=None, order: int = 50) -> None:
    """Show *label* (lazy text) linking to *url_name* to members who carry *permission*; lower *order* comes first."""
    _entries[url_name] = Entry(order=order, label=label, url_name=url_name, permission=permission)


def entries_for(member) -> list[Entry]:
    """The entries that *member* may use, in order; none for nobody."""
    if member is None or not member.is_authenticated:
        return []
    return [entry for entry in sorted(_entries.values()) if entry.permission is None or member.may(entry.permission)]
