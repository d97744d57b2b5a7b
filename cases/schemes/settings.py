"""What an administrator may set otherwise for one panel, said as data: numbers, and the states of settable tracks.

Kept in `Panel.scheme_settings` as ``{"numbers": {code: number}, "states": {track kind: {state: {"words": …,
"meaning": …, "clock": working days or None}}}}``; `cases.workflow.settings` writes it.
"""

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Number:
    """A number of a scheme: *usual* where nobody set another, between *least* and *most*."""

    code: str
    label: Any
    usual: int
    least: int = 0
    most: int = 999
    hint: Any = ""


def settled(scheme, kept: dict):
    """*scheme* with what *kept* says of the states of its settable tracks; itself where nothing is set."""
    states = kept.get("states") if kept else None
    if not states:
        return scheme
    return replace(scheme, tracks=tuple(_settled(kind, states.get(kind.code)) for kind in scheme.tracks))


def _settled(kind, states: dict | None):
    if not (kind.settable and states):
        return kind
    return replace(kind, states=tuple(replace(state, **_of(states.get(state.code))) for state in kind.states))


def _of(said: dict | None) -> dict:
    return {name: value for name, value in (said or {}).items() if name in ("words", "meaning", "clock")}


def number_of(scheme, panel, code: str) -> int:
    """The number *code* of *scheme* as *panel* has it."""
    usual = next(number.usual for number in scheme.numbers if number.code == code)
    return (panel.scheme_settings.get("numbers") or {}).get(code, usual)
