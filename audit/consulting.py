"""The one door for pages that show something: recorded before the answer leaves, once per opening."""

from datetime import timedelta

from django.utils import timezone

from audit import door
from audit.models import Event
from audit.request import session_digest
from core.recording import Operation

SITTING = timedelta(hours=4)


def consulted(
    request,
    thing=None,
    *,
    reason: str,
    things=(),
    case_id=None,
    panel_id=None,
    event: str = "record.consulted",
    detail: dict | None = None,
) -> None:
    """Record that the signed-in member was shown *thing* (and *things*: what a list or search showed).

    Called after the page is rendered and before it is returned; where the event cannot be written the page fails.
    *reason* is the code of the road that led here (`audit/events.py`); search pages pass their own *event*.
    A fragment or poll of a thing that this session opened within the last four hours writes nothing, unless it shows
    *things* that the opening has not shown; all else is written.
    Data Protection Act 2018 s.62(3).
    """
    if thing is not None and _is_fragment(request) and _is_open(request, thing, things):
        return
    door.write(
        event,
        by=request.user,
        thing=thing,
        case_id=case_id,
        panel_id=panel_id,
        reason=reason,
        things=things,
        detail=detail,
    )


def _is_fragment(request) -> bool:
    headers = request.headers
    return (
        request.method == "GET"
        and (headers.get("HX-Request") == "true" or headers.get("X-Confer-Poll") == "1")
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def _is_open(request, thing, things) -> bool:
    """Whether this session was shown *thing* and *things*: asked of the audit itself, for a header proves nothing."""
    kind, thing_id = door.kind_and_id(thing)
    session = session_digest(request)
    if not session or not thing_id:
        return False
    opening = Event.objects.filter(
        thing_id=thing_id,
        session=session,
        thing_kind=kind,
        member_id=request.user.pk,
        operation=Operation.CONSULTATION,
        at__gt=timezone.now() - SITTING,
    ).values_list("things", flat=True)
    shown = list(opening)
    return bool(shown) and {door.named(other) for other in things} <= {other for one in shown for other in one}
