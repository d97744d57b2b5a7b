"""What the auditor is shown beside the events: whether they are guarded, and how they leave as a file."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from audit import mac
from audit.models import Block, Event
from core.recording import Operation

COUNTED = 1000  # beyond which the events that wait are "more than"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Standing:
    """How far the audit is closed and verified."""

    block: Block | None
    waiting: int
    verified: Event | None

    @property
    def is_many(self) -> bool:
        return self.waiting > COUNTED

    @property
    def is_bad(self) -> bool:
        """Whether the last verification found something falsified."""
        return self.verified is not None and self.verified.detail.get("result") != "whole"


def standing() -> Standing:
    """The last block, the events that wait for one (counted up to a bound), and the last verification."""
    block = Block.objects.order_by("-number").first()
    after = block.last_id if block else 0
    return Standing(
        block=block,
        waiting=Event.objects.filter(id__gt=after)[: COUNTED + 1].count(),
        verified=Event.objects.filter(operation=Operation.ADMINISTRATION, name="audit.verified")
        .order_by("-id")
        .first(),
    )


def block_of(event: Event) -> Block | None:
    """The block that closed over *event*, if one has."""
    return Block.objects.filter(first_id__lte=event.id, last_id__gte=event.id).first()


def is_whole(event: Event) -> bool:
    """Whether *event* is as it was written."""
    return event.mac == mac.event_mac(mac.of_row(event))


def as_csv(events: Iterable[Event]) -> str:
    """The events as a spreadsheet reads them, a header first; no cell is taken for a formula."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(_header())
    for event in events:
        writer.writerow([_harmless(cell) for cell in _cells(event)])
    return file.getvalue()


def _header() -> list[str]:
    return [
        _("Number"), _("When"), _("Operation"), _("Event"), _("Title"), _("Kind of thing"), _("Thing"), _("Case"),
        _("Panel"), _("Member"), _("Member’s name"), _("Roles"), _("Agency"), _("Agency’s name"), _("Reason"),
        _("Road"), _("Recipients"), _("Things"), _("Detail"), _("Address"), _("Session"),
    ]  # fmt: skip


def _cells(event: Event) -> list:
    return [
        event.id, timezone.localtime(event.at).isoformat(timespec="milliseconds"), event.operation, event.name,
        event.title, event.thing_kind, event.thing_id, event.case_id, event.panel_id, event.member_id,
        event.member_name, " ".join(event.member_roles), event.agency_id, event.agency_name, event.reason, event.road,
        "; ".join(map(_recipient, event.recipients)), " ".join(event.things),
        "; ".join(f"{name}={value}" for name, value in sorted(event.detail.items())), event.address, event.session,
    ]  # fmt: skip


def _recipient(recipient: dict) -> str:
    """In one order always: the database keeps none."""
    told = [recipient.get(name, "") for name in ("kind", "id", "name", "address")]
    return " ".join(filter(None, told))


def _harmless(cell) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
