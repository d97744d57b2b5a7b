"""The tabs of the case page.  The page is a frame: each app registers its tab at start and serves it at its own URL."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Tab:
    """One tab; *url_name* takes the case's id; *is_for* says which member is offered it."""

    name: str
    label: Any
    url_name: str
    order: int
    is_for: Callable[[Any, Any], bool]


_tabs: dict[str, Tab] = {}


def register(name: str, label, url_name: str, *, order: int, is_for=lambda member, case: True) -> None:
    """Offer a tab called *name* on every case page, lower *order* first; *label* may be a callable of the case."""
    _tabs[name] = Tab(name=name, label=label, url_name=url_name, order=order, is_for=is_for)


def address_of(name: str, case) -> str:
    """Where the tab called *name* of *case* is; empty where no app serves it."""
    return reverse(_tabs[name].url_name, args=[case.pk]) if name in _tabs else ""


def tabs_of(member, case, current: str) -> list[dict]:
    """The tabs that *member* is offered on *case*, for the design system's navigation."""
    return [
        {
            "label": tab.label(case) if callable(tab.label) else tab.label,
            "url": reverse(tab.url_name, args=[case.pk]),
            "current": tab.name == current,
        }
        for tab in sorted(_tabs.values(), key=lambda tab: tab.order)
        if tab.is_for(member, case)
    ]
