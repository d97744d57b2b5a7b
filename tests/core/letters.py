"""A letter as the transport is given it, and what may become of it."""

from datetime import UTC, datetime
from uuid import UUID

from core.mail import (
    Outcome,
    Outcomes,
    build_message,
    message_bytes,
)

SENDER, RECIPIENT = "confer@panel.example", "marac@good.example"
LETTER = UUID("11112222333344445555666677778888")
MESSAGE_ID = "<11112222333344445555666677778888@panel.example>"
WRITTEN_AT = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


def a_letter(**changes):
    given = {
        "sender": SENDER,
        "recipient": RECIPIENT,
        "subject": "Something is ready",
        "body": "Please sign in.\n",
        "message_id": MESSAGE_ID,
        "written_at": WRITTEN_AT,
    }
    return build_message(**given | changes)


CONTENT = message_bytes(a_letter(body="Please sign in.\n.\n..\n"))
ACCEPTED = Outcome(Outcomes.ACCEPTED)


def refused(reason, *, permanent=False):
    return Outcome(Outcomes.REFUSED_BEFORE_ACCEPTANCE, permanent, reason)


def unknown(reason):
    return Outcome(Outcomes.UNKNOWN, False, reason)
