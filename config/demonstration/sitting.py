"""The rows of one meeting and of one listing while the demonstration is put together."""

from dataclasses import dataclass, field

from cases.models import Listing
from meetings.models import AgendaItem, Meeting


@dataclass
class Sitting:
    """One meeting's rows."""

    row: Meeting
    planned: object
    items: dict = field(default_factory=dict)  # listing key → Heard
    requests: dict = field(default_factory=dict)  # agency id → request
    minutes: object = None
    minutes_items: list = field(default_factory=list)


@dataclass
class Heard:
    """One listing with its item and what was answered for it."""

    listing: Listing
    item: AgendaItem
    planned: object
    file: object
    returns: dict = field(default_factory=dict)  # agency id → return
    entries: list = field(default_factory=list)
    asked: list = field(default_factory=list)
    notes: dict = field(default_factory=dict)
    outcome: object = None
    actions: list = field(default_factory=list)
    recused: list = field(default_factory=list)
    attended: list = field(default_factory=list)
