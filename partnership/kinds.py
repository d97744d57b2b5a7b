"""The kinds of panel that may be made: told by the app above that knows what they do, asked by the forms here.

No kind is known before it is told; a panel of a kind that is not known any more keeps every setting.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class PanelKind:
    """One kind: the *code* that `Panel.scheme` keeps, its *name*, and the panel's settings *without* meaning for it.

    *hints* are what is said below a setting otherwise than on a MARAC, by the setting's name; *more* names the URL, of
    a panel, where what the kind alone has is set.
    """

    code: str
    name: Any
    without: frozenset[str] = frozenset()
    hints: dict[str, Any] = field(default_factory=dict, hash=False)
    more: str = ""


_tellers: list[Callable[[], Iterable[PanelKind]]] = []


def tell_kinds(teller: Callable[[], Iterable[PanelKind]]) -> None:
    """Let *teller* say which kinds there are, each time it is asked."""
    _tellers.append(teller)


def kinds() -> dict[str, PanelKind]:
    """Every kind by its code."""
    return {kind.code: kind for teller in _tellers for kind in teller()}
