"""The primary navigation: each app adds its items at start (`AppConfig.ready`); a member sees those they may use."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse


@dataclass(frozen=True)
class Item:
    """One entry: *label* (lazy text), *url_name*, *is_for* (member → bool), *order* (small comes first)."""

    label: Any
    url_name: str
    is_for: Callable[[Any], bool]
    order: int = 50


_items: dict[str, Item] = {}


def add(label, url_name: str, *, is_for: Callable[[Any], bool], order: int = 50) -> None:
    """Show *label*, leading to *url_name*, to every member for whom *is_for(member)* is true."""
    _items[url_name] = Item(label, url_name, is_for, order)


def items(request) -> list[dict]:
    """What *request*'s member may go to: `label`, `url`, and `current` for the section they are in."""
    member = getattr(request, "user", None)
    if member is None or not member.is_authenticated:
        return []
    shown = [item for item in sorted(_items.values(), key=lambda item: item.order) if item.is_for(member)]
    links = [{"label": item.label, "url": reverse(item.url_name)} for item in shown]
    here = max((link["url"] for link in links if _is_within(request.path, link["url"])), key=len, default="")
    return [link | {"current": link["url"] == here} for link in links]


def _is_within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
