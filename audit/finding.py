"""Get a row of a scoped queryset or answer 404, and record that somebody asked."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404

from audit import door


class Missed(Http404):
    """The row is not there for this member; perhaps it is there for others."""

    def __init__(self, model, lookup: dict):
        self.model = model
        self.lookup = lookup
        super().__init__("Not found.")


def find_or_404(request, queryset, **lookup):
    """The one row of *queryset* (scoped by `visible_to`) that matches *lookup*.

    Otherwise 404, the same whether the row is hidden or does not exist: both cost one look without scope and one
    event (`access.refused`, `access.missed`), written by the middleware after any roll-back.
    """
    try:
        return queryset.get(**lookup)
    except (queryset.model.DoesNotExist, ValidationError, ValueError):
        raise missed(request, queryset.model, **lookup) from None


def missed(request, model, pk=None, **lookup) -> Missed:
    """The 404 to raise after a miss of one's own finding: ``raise missed(request, Case, pk)``."""
    return Missed(model, lookup or {"pk": pk})


def record_missed(request, miss: Missed) -> None:
    """Look without scope, only to say in the audit which row was asked for."""
    member = getattr(request, "user", None)
    if member is None or not member.is_authenticated:
        return
    found = _unscoped(miss)
    thing_id = found.get("pk") or _asked_id(miss)
    door.write(
        "access.refused" if found else "access.missed",
        by=member,
        thing=(miss.model._meta.label_lower, thing_id if isinstance(thing_id, UUID) else None),
        case_id=found.get("case_id"),
        panel_id=found.get("panel_id"),
        reason="not_visible" if found else "",
    )


def _asked_id(miss: Missed) -> UUID | None:
    """The id that was asked for, if it is one: where the database hides the row too, nothing else names it."""
    try:
        return UUID(str(miss.lookup.get("pk")))
    except ValueError:
        return None


def _unscoped(miss: Missed) -> dict:
    columns = {field.attname for field in miss.model._meta.concrete_fields}
    wanted = ["pk", *sorted({"case_id", "panel_id"} & columns)]
    try:
        return miss.model._base_manager.filter(**miss.lookup).values(*wanted).first() or {}
    except (ValidationError, ValueError):
        return {}
