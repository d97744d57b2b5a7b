"""What happens by the clock: each app registers its jobs at start, `manage.py clock` runs them.

A job takes no argument, names its own system actor in what it writes, and must bear being run twice: more than one
machine may keep the clock.
"""

from collections.abc import Callable
from dataclasses import dataclass

Run = Callable[[], object]


@dataclass(frozen=True)
class Job:
    """*run* is called every *seconds* under its *name*."""

    name: str
    seconds: float
    run: Run


_jobs: dict[str, Job] = {}


def register(name: str, seconds: float, run: Run) -> None:
    """Call *run* every *seconds*: ``clock.register("close audit block", 30, close_block)`` in `AppConfig.ready`."""
    if seconds <= 0:
        raise ValueError("A job runs every so many seconds, more than none.")
    _jobs[name] = Job(name, seconds, run)


def jobs() -> list[Job]:
    """Every registered job, by name."""
    return [_jobs[name] for name in sorted(_jobs)]
