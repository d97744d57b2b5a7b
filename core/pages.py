"""Long lists a page at a time, by where the last row stood (keyset) and not by counting."""

from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

SIZE = 25
SALT = "core.pages"


class Page:
    """One page of *queryset*, sorted by *order* (field names, all with “-” or all without, the last one unique).

    `rows`, `previous_url` and `next_url` (empty where there is none).  Takes one query, whatever the length.  The
    position travels signed for this list (its address, model and order), so that nobody tries out values with it; one
    that does not fit, or is another list's, is the beginning.
    """

    def __init__(self, queryset: QuerySet, order: tuple[str, ...], request, *, size: int = SIZE, parameter: str = "at"):
        self.order, self.request, self.parameter = order, request, parameter
        self.salt = ":".join([SALT, _list(request), queryset.model._meta.label, *order])
        self.descending = order[0].startswith("-")
        if any(name.startswith("-") != self.descending for name in order):
            raise ValueError("A page is sorted in one direction.")
        direction, position = self._position()
        backwards = direction == "before"
        try:
            queryset = queryset.filter(self._beyond(position, backwards)) if position else queryset
        except (TypeError, ValueError, ValidationError):  # signed by an earlier version, for other columns
            position, backwards = [], False
        names = [name.lstrip("-") for name in order]
        sign = "-" if self.descending != backwards else ""
        rows = list(queryset.order_by(*(sign + name for name in names))[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        self.rows = rows[::-1] if backwards else rows
        self.next_url = self._url("after", -1) if self.rows and (more or backwards) else ""
        self.previous_url = self._url("before", 0) if self.rows and (more if backwards else bool(position)) else ""

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)

    def _position(self) -> tuple[str, list]:
        try:
            direction, *position = signing.loads(self.request.GET.get(self.parameter, ""), salt=self.salt)
        except (signing.BadSignature, TypeError, ValueError):
            return "", []
        fits = direction in ("before", "after") and len(position) == len(self.order)
        return (direction, position) if fits else ("", [])

    def _beyond(self, position: list, backwards: bool) -> Q:
        names = [name.lstrip("-") for name in self.order]
        compare = "lt" if self.descending != backwards else "gt"
        beyond, equal = Q(), Q()
        for name, value in zip(names, position, strict=True):
            beyond |= equal & Q(**{f"{name}__{compare}": value})
            equal &= Q(**{name: value})
        return beyond

    def _url(self, direction: str, index: int) -> str:
        values = [direction, *(_plain(self.rows[index], name.lstrip("-")) for name in self.order)]
        parameters = self.request.GET.copy()
        parameters[self.parameter] = signing.dumps(values, salt=self.salt)
        return "?" + urlencode([(key, value) for key, found in parameters.lists() for value in found])


def _list(request) -> str:
    """The name of the list: its address's, without what varies in it."""
    return getattr(getattr(request, "resolver_match", None), "view_name", "") or ""


def _plain(row, name: str):
    for part in name.split("__"):
        row = getattr(row, part)
    return row if isinstance(row, int | str) else row.isoformat() if hasattr(row, "isoformat") else str(row)
