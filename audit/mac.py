"""The canonical form of an event and of a block, and their codes under the audit key."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from uuid import UUID

from core import keyfolder

EVENT_COLUMNS = (
    "at", "operation", "name", "thing_kind", "thing_id", "case_id", "panel_id", "partnership_id", "member_id",
    "member_name", "member_roles", "agency_id", "agency_name", "reason", "road", "recipients", "things", "detail",
    "address", "session", "salt",
)  # fmt: skip
BLOCK_COLUMNS = ("number", "first_id", "last_id", "count", "gaps", "root", "previous_hash", "closed_at")


def event_mac(values) -> str:
    """HMAC-SHA256 of *values* (in the order of `EVENT_COLUMNS`), in hexadecimal."""
    return _code(b"event|", values)


def block_hash(values) -> str:
    """HMAC-SHA256 of *values* (in the order of `BLOCK_COLUMNS`), in hexadecimal.

    Keyed, so that nobody who has only the database can close a range anew.
    """
    return _code(b"block|", values)


def of_row(row, columns=EVENT_COLUMNS) -> list:
    """The values of *row* that its code covers."""
    return [getattr(row, column) for column in columns]


class Root:
    """SHA-256 over id and MAC of events in the order of their ids."""

    def __init__(self):
        self._digest = hashlib.sha256()

    def add(self, event_id: int, mac: str) -> None:
        self._digest.update(event_id.to_bytes(8, "big") + bytes.fromhex(mac))

    def hex(self) -> str:
        return self._digest.hexdigest()


def _code(kind: bytes, values) -> str:
    text = _canonical(list(values))
    return hmac.digest(keyfolder.audit_key(), kind + text.encode(), "sha256").hex()


def _plain(value):
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return value.hex
    raise TypeError(f"An event does not hold a {type(value).__name__}.")


_canonical = json.JSONEncoder(default=_plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
