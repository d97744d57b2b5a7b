"""Long lists a page at a time, by where the last row stood (keyset) and not by counting."""

from urllib.parse import urlencode

from django.core import signing
from django.db.models import Q, QuerySet

SIZE = 25
SALT = "core.pages"


class Page:
    """One page of *queryset*, sorted by *order* (field names, all with “-” or all without, the last one unique).

    `rows`, `previous_url` and `next_url` (empty where there is none).  Takes one query, whatever the length.  The
    position travels signed, so that nobody tries out values with it.
    """

    def __init__(self, queryset: QuerySet, order: tuple[str, ...], request, *, size: int = SIZE, parameter: str = "at"):
        self.order, self.request, self.parameter = order, request, parameter
        self.descending = order[0].startswith("-")
        if any(name.startswith("-") != self.descending for name in order):
            raise ValueError("A page is sorted in one direction.")
        direction, position = self._position()
        backwards = direction == "before"
        if position:
            queryset = queryset.filter(self._beyond(position, backwards))
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
            direction, *position = signing.loads(self.request.GET.get(self.parameter, ""), salt=SALT)
        except (signing.BadSignature, ValueError):
            return "", []
        return (direction, position) if len(position) == len(self.order) else ("", [])

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
        parameters[self.parameter] = signing.dumps(values, salt=SALT)
        return "?" + urlencode([(key, value) for key, found in parameters.lists() for value in found])


def _plain(row, name: str):
    for part in name.split("__"):
        row = getattr(row, part)
    return row if isinstance(row, int | str) else row.isoformat() if hasattr(row, "isoformat") else str(row)
