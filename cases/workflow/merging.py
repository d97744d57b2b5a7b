"""Two writers of one row: what each changed since the version both began from is kept; only real clashes are asked.

The row's history says what the version was that the later writer had open.
"""

from dataclasses import dataclass, field
from typing import Any

from core.records import StaleVersion
from core.sealing import using_keys

NOT_KNOWN = object()


class Clash(StaleVersion):
    """Both writers changed the same field differently.

    `record` is the row as it now is, `theirs` what stands in the clashing fields (and items of a scheme, each by its
    own code), `merged` what a form is to show:
    the later writer's words, and the other's wherever the later writer changed nothing.
    """

    def __init__(self, record, merge: "Merge"):
        super().__init__(record)
        self.theirs = {**merge.clashes, **merge.clashes.get("details", {})}
        self.theirs.pop("details", None)
        self.merged = merge.values


@dataclass
class Merge:
    """The outcome of comparing three versions, field by field."""

    values: dict[str, Any] = field(default_factory=dict)
    clashes: dict[str, Any] = field(default_factory=dict)


def merge(row, seen: int, typed: dict[str, Any]) -> Merge:
    """Compare *typed* with *row* as it is and as it was at version *seen*.

    *typed* maps field names to values.  Where the old version is not known any more, every difference is a clash.
    """
    if seen == row.version:
        return Merge(values=dict(typed))
    base = _as_it_was(row, seen, typed)
    merged = Merge()
    for name, mine in typed.items():
        before = NOT_KNOWN if base is None else base[name]
        theirs = getattr(row, name)
        if isinstance(mine, dict) and isinstance(theirs, dict):
            parts = _merge_parts(before, mine, theirs)
            merged.values[name] = parts.values
            if parts.clashes:
                merged.clashes[name] = parts.clashes
        else:
            _merge_one(merged, name, before, mine, theirs)
    return merged


def _merge_parts(before, mine: dict, theirs: dict) -> Merge:
    """A structure is compared part by part: two colleagues may answer different questions of one checklist."""
    parts = Merge()
    for part in [*theirs, *(part for part in mine if part not in theirs)]:
        was = before if before is NOT_KNOWN else before.get(part)
        _merge_one(parts, part, was, mine.get(part), theirs.get(part))
    parts.values = {part: value for part, value in parts.values.items() if value is not None}
    return parts


def _merge_one(merged: Merge, name: str, before, mine, theirs) -> None:
    changed_by_me = before is NOT_KNOWN or not same(mine, before)
    changed_by_them = before is NOT_KNOWN or not same(theirs, before)
    merged.values[name] = mine if changed_by_me else theirs
    if changed_by_me and changed_by_them and not same(mine, theirs):
        merged.clashes[name] = theirs


def same(one, other) -> bool:
    """Whether two values say the same; nothing is nothing, whether empty text or none at all."""
    return _plain(one) == _plain(other)


def _plain(value):
    value = getattr(value, "pk", value)
    return None if value in ("", None) or value == [] or value == {} else value


def _as_it_was(row, seen: int, names) -> dict[str, Any] | None:
    then = row.history.filter(version=seen).order_by("-history_date", "-history_id").first()
    if then is None:
        return None
    with using_keys(row.key):
        return {name: getattr(then, row._meta.get_field(name).attname) for name in names}
