"""The one door to the audit, and the table of what may go through it.

Verbs of every level call `record`; the audit, which lies above some of them, fills the door at start.
A door that nobody filled makes the verb fail: what cannot be recorded does not happen.
Each app says in its `events.py` which events it has (`declare`), so that a new event needs no migration.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

_door: Callable[..., Any] | None = None


class Unrecorded(RuntimeError):
    """Nobody records: the act must not happen."""


class Undeclared(LookupError):
    """An event or reason that no `events.py` declares."""


class Operation(TextChoices):
    """What is done with information: the six of the Data Protection Act 2018 s.62, then our own."""

    COLLECTION = "collection", _("Collection")
    ALTERATION = "alteration", _("Alteration")
    CONSULTATION = "consultation", _("Consultation")
    DISCLOSURE = "disclosure", _("Disclosure")
    COMBINATION = "combination", _("Combination")
    ERASURE = "erasure", _("Erasure")
    SIGN_IN = "sign_in", _("Sign-in")
    REFUSAL = "refusal", _("Refusal")
    EXPORT = "export", _("Export")
    ADMINISTRATION = "administration", _("Administration")
    AUDIT_READING = "audit_reading", _("Reading of the audit")


@dataclass(frozen=True)
class Declared:
    """One event: its operation, its words, and the reason codes of which it demands one (none: any or no code)."""

    name: str
    operation: Operation
    words: Any
    reasons: tuple[str, ...] = ()


_events: dict[str, Declared] = {}
_reasons: dict[str, Any] = {}


def declare(name: str, operation: str, words, *, reasons: Sequence[str] = ()) -> None:
    """Let *name* (``noun.past_participle``) be recorded.

    *operation* is one of `Operation`; *words* a translatable title ("Case opened"); *reasons* the reason codes of
    which the event demands one.  A consultation demands one of the declared reasons by itself.  Declaring a name
    again with another operation raises `ValueError`.
    """
    declared = Declared(name, Operation(operation), words, tuple(reasons))
    if name in _events and _events[name].operation != declared.operation:
        raise ValueError(f"The event {name} is declared twice.")
    _events[name] = declared


def declare_reason(code: str, words) -> None:
    """Let *code* stand as the reason of a consultation; *words* say it to a reader."""
    _reasons[code] = words


def declared(name: str) -> Declared:
    """The declaration of *name*; `Undeclared` where no app declares it."""
    try:
        return _events[name]
    except KeyError:
        raise Undeclared(f"No events.py declares the event {name}.") from None


def declared_events() -> dict[str, Declared]:
    """Every declared event by its name."""
    return dict(_events)


def declared_reasons() -> dict[str, Any]:
    """Every declared reason code with its words."""
    return dict(_reasons)


def fill(door: Callable[..., Any] | None) -> None:
    """Let *door* record from now on; `None` empties it (tests)."""
    global _door
    _door = door


def record(
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
):
    """Write one audit event in the transaction of the act, before its answer leaves.

    *event* is a name of `audit.events`; *by* the member who acts (or a `SystemActor`); *thing* the row it is about
    (only its kind and id are kept); *things* further ids shown or combined; *reason* a reason code; *recipients*
    a sequence of ``{"kind", "id", "name", "address"}`` for disclosures; *detail* codes and counts, never a name of
    a subject.  Returns the event.  Data Protection Act 2018 s.62.
    """
    if _door is None:
        raise Unrecorded("The audit is not there to record this.")
    return _door(
        event,
        by=by,
        thing=thing,
        case_id=case_id,
        panel_id=panel_id,
        reason=reason,
        recipients=recipients,
        things=things,
        detail=detail or {},
    )


class SystemActor:
    """Who acts when the clock does: named in audit and history, and never able to sign in."""

    id = None
    pk = None
    agency_id = None

    def __init__(self, name: str):
        self.name = name

    def __str__(self) -> str:
        return self.name
