"""What else stops when consent ends.  A frame: an app above registers at start what it has let go on consent."""

from collections.abc import Callable

_stops: list[Callable[..., None]] = []


def register(stop: Callable[..., None]) -> None:
    """Let *stop* (which takes ``by`` and ``case_id``) be called once what a person decided has changed; once each."""
    if stop not in _stops:
        _stops.append(stop)


def stop(*, by, case_id) -> None:
    """Stop whatever rests on consent on the case and is covered no more."""
    for each in _stops:
        each(by=by, case_id=case_id)
