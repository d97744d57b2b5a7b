"""What the audit recorded, for tests of every app."""

from audit.models import Event


def recorded(name: str | None = None) -> list[Event]:
    """The events of *name* (all, without it), the oldest first."""
    events = Event.objects.order_by("id")
    return list(events.filter(name=name) if name else events)


def recorded_names() -> list[str]:
    """The names of all recorded events, the oldest first."""
    return [event.name for event in recorded()]
