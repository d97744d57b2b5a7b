"""The one door by which events enter: built, checked, coded and inserted in the transaction of the act."""

import json
import re
from collections.abc import Sequence
from uuid import UUID

from django.db import models
from django.utils import timezone

from audit import mac, request
from audit.models import Event
from core.recording import Operation, Undeclared, declared, declared_reasons

CODE = re.compile(r"(?:[a-z0-9_.:+/-]*|(?=[^\d]*\d)[A-Za-z0-9_.:+/-]*)\Z")
CODE_LENGTH = 100
PLAIN = (str, int, bool, type(None))  # what JSON gives back as it is
RECIPIENT_FACTS = {"kind", "id", "name", "address"}


def write(event: str, **said) -> Event:
    """Insert one event; see `core.recording.record`.  What cannot be inserted does not happen."""
    row = unsaved(event, **said)
    row.save(force_insert=True)
    return row


def unsaved(
    event: str,
    *,
    by,
    thing=None,
    case_id=None,
    panel_id=None,
    reason: str = "",
    recipients: Sequence[dict] = (),
    things: Sequence = (),
    detail: dict | None = None,
    at=None,
) -> Event:
    """One checked and coded event that is not inserted yet (bulk loads insert many at once).

    *at* lets a bulk load say when; whatever is changed on the row afterwards breaks its code.
    """
    what = declared(event)
    _check_reason(what, reason)
    kind, thing_id = kind_and_id(thing)
    facts = request.facts()
    row = Event(
        at=at or timezone.now(),
        operation=str(what.operation),
        name=event,
        thing_kind=kind,
        thing_id=thing_id,
        case_id=_uuid(case_id),
        panel_id=_uuid(panel_id),
        reason=str(reason),
        recipients=[_recipient(recipient) for recipient in recipients],
        things=[named(other) for other in things],
        detail=_codes(detail or {}),
        address=facts.address,
        session=facts.session,
        road=facts.road,
        **_actor(by),
    )
    row.mac = mac.event_mac(mac.of_row(row))
    return row


def _actor(by) -> dict:
    """Member and agency as they are now, copied: the audit stays true when people move."""
    if by is None or getattr(by, "is_anonymous", False):
        return {}
    if by.pk is None:
        return {"member_name": str(by.name)[:120]}
    return {
        "member_id": by.pk,
        "member_name": by.name,
        "member_roles": sorted({grant.role for grant in by.grants}),
        "agency_id": by.agency_id,
        "agency_name": by.agency.name,
        "partnership_id": by.agency.partnership_id,
    }


def _check_reason(what, reason: str) -> None:
    known = declared_reasons()
    if what.operation == Operation.CONSULTATION and reason not in known:
        raise Undeclared(f"The consultation {what.name} needs a declared reason, not “{reason}”.")
    if what.reasons and reason not in what.reasons:
        raise Undeclared(f"The event {what.name} needs one of the reasons {', '.join(what.reasons)}.")
    if len(reason) > 60 or not CODE.match(reason):
        raise ValueError("A reason in the audit is a code.")


def kind_and_id(thing) -> tuple[str, UUID | None]:
    """The kind ("cases.case") and id of a row, or of such a pair; no id where the row's is not opaque."""
    if thing is None:
        return "", None
    if isinstance(thing, models.Model):
        return thing._meta.label_lower, thing.pk if isinstance(thing.pk, UUID) else None
    kind, thing_id = thing
    return str(kind), _uuid(thing_id)


def named(thing) -> str:
    """A row, an id, or a pair of kind and id, as the list of things holds it ("cases.case:…")."""
    if isinstance(thing, models.Model):
        return f"{thing._meta.label_lower}:{thing.pk}"
    if isinstance(thing, UUID):
        return str(thing)
    kind, thing_id = thing
    return f"{kind}:{thing_id}"


def _uuid(value) -> UUID | None:
    if value is None or isinstance(value, UUID):
        return value
    return value.pk if isinstance(value, models.Model) else UUID(str(value))


def _recipient(recipient: dict) -> dict:
    if unknown := set(recipient) - RECIPIENT_FACTS:
        raise ValueError(f"A recipient in the audit has no {', '.join(sorted(unknown))}.")
    return {fact: str(value) for fact, value in recipient.items() if value is not None}


def _codes(detail):
    """*detail* as JSON gives it back, after refusing whatever could be a person's words."""
    if all(type(key) is str and type(value) in PLAIN for key, value in detail.items()):
        plain = dict(detail)
    else:
        plain = json.loads(json.dumps(detail, default=str))
    _refuse_words(plain)
    return plain


def _refuse_words(value) -> None:
    match value:
        case dict():
            for key, inner in value.items():
                _refuse_words(key)
                _refuse_words(inner)
        case list():
            for inner in value:
                _refuse_words(inner)
        case str() if len(value) > CODE_LENGTH or not CODE.match(value):
            raise ValueError("The audit's detail holds codes and counts, no words.")
        case float():
            raise ValueError("The audit's detail holds codes and counts, no fractions.")
