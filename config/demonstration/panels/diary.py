"""The calendar of the other panels: every act at its instant, in the order of time, done by a verb as of then."""

import heapq
from collections.abc import Callable
from datetime import date, datetime

from ..cast import moment
from ..then import as_of


class Diary:
    """Acts to come.  Nothing is done later than *now*: what would be, is not done at all."""

    def __init__(self, now: datetime, today: date):
        self.now, self.today = now, today
        self._acts: list = []
        self._order = 0

    def at(self, day: date, hour: int, act: Callable, *args, minute: int = 0, **named) -> None:
        """Let *act* be done on *day* at that wall time; acts of one instant in the order given."""
        when = moment(day, hour, minute)
        if when <= self.now:
            self._order += 1
            heapq.heappush(self._acts, (when, self._order, act, args, named))

    def live(self, told: Callable[[float], None]) -> None:
        """Do everything; *told* is told the share that is done, from 0 to 1."""
        done = 0
        while self._acts:
            when, _order, act, args, named = heapq.heappop(self._acts)
            with as_of(when):
                act(*args, **named)
            done += 1
            told(done / (done + len(self._acts)))
