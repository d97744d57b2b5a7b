"""What a member owes, by when: each app registers a provider at start, the home page asks them all.

A provider is a function of the member that returns `Owed` rows; it asks the database a fixed number of times.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone


@dataclass(frozen=True)
class Owed:
    """One thing a member owes.

    *what* is a sentence without anybody's name ("Returns to send for the meeting of 26 November 2026"); *count* how
    many; *due* a date, a moment or None; *url* where it is done; *kind* groups rows ("return", "action",
    "agreement", "decision", "letter", "setting").
    """

    what: Any
    count: int
    due: datetime.date | datetime.datetime | None
    url: str
    kind: str

    @property
    def due_on(self) -> datetime.date | None:
        """The day by which it is due, in local time."""
        if isinstance(self.due, datetime.datetime):
            return timezone.localtime(self.due).date()
        return self.due

    @property
    def is_overdue(self) -> bool:
        """Whether the moment, or the whole of the day, has passed."""
        if isinstance(self.due, datetime.datetime):
            return self.due < timezone.now()
        return self.due is not None and self.due < timezone.localdate()

    @property
    def is_today(self) -> bool:
        return self.due_on == timezone.localdate()


Provider = Callable[[Any], Iterable[Owed]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let *provider* say what a member owes; registering twice changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def owed_by(member) -> list[Owed]:
    """Everything that *member* owes, the earliest first, what has no date last; nothing with a count of none."""
    rows = [row for provider in _providers for row in provider(member) if row.count]
    return sorted(rows, key=lambda row: (row.due_on is None, row.due_on or datetime.date.max))
