"""What every part of the loading shares: the rows made so far, references, and the calendar of acts.

Everything that happened is an act at an instant; acts run in the order of time, so that what stands at each of them is
what stood then.
"""

import heapq
from collections import Counter
from dataclasses import dataclass, field

from cases.models import Action, Case, Listing, Party, ReferenceCounter, Referral

from .cast import LONDON, Cast
from .people import People
from .sight import Sight


@dataclass
class File:
    """One case with what belongs to it."""

    row: Case
    referrals: list[Referral] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)  # those that stand now
    people: dict[str, Party] = field(default_factory=dict)  # by the plan's key, the latest
    actions: list[Action] = field(default_factory=list)
    waiting: list[Listing] = field(default_factory=list)
    heard_on: object = None


class Town:
    """The demonstration while it is being loaded."""

    def __init__(self, plan, store, now):
        self.plan, self.store, self.now = plan, store, now
        self.cast = Cast(plan, store)
        self.sight = Sight(store, self.cast.panel)
        self.people = People(plan, store, self.cast)
        self.files: dict[str, File] = {}
        self._acts: list = []
        self._numbers: Counter = Counter()
        self._first_drawn: dict = {}
        self._order = 0

    # acts

    def at(self, when, act, *args) -> None:
        """Let *act* happen at *when*, or now where that has not come yet; acts of one instant in the order given."""
        self._order += 1
        heapq.heappush(self._acts, (min(when, self.now), self._order, act, args))

    def live(self, told=lambda when: None) -> None:
        """Let everything happen; *told* is told before each act which instant is reached."""
        while self._acts:
            when, _order, act, args = heapq.heappop(self._acts)
            told(when)
            act(*args, when)

    # references

    def reference(self, kind: str, at) -> str:
        """`cases.workflow.reference.next_reference`."""
        year = at.astimezone(LONDON).year
        self._first_drawn.setdefault((kind, year), at)
        self._numbers[kind, year] += 1
        prefix = self.cast.panel.reference_prefix
        return f"{'R-' if kind == 'referral' else ''}{prefix}-{year}-{self._numbers[kind, year]:04}"

    def keep_counters(self) -> None:
        """Let the next reference follow the last one given."""
        for (kind, year), last in self._numbers.items():
            counter = ReferenceCounter(panel=self.cast.panel, kind=kind, year=year, last=last)
            self.store.add(counter, at=self._first_drawn[kind, year])

    # files

    def open_file(self, key: str, row: Case) -> File:
        self.files[key] = File(row)
        return self.files[key]

    def case_reference(self, key: str) -> str:
        """The reference under which the pair was known before; nobody writes “none” there."""
        return self.files[key].row.reference if key in self.files else "not known"
