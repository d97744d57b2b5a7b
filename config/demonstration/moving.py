"""Keeping the demonstration in the present: at each start the meetings not yet held move, so that one is today."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.history import noting
from core.recording import record
from meetings.models import Meeting
from meetings.rules import calendar

from .cast import DEMONSTRATION

EVENT = "demonstration.moved"


@transaction.atomic
def move_to_today(*, now=None) -> int:
    """Move every meeting that has not begun by the same number of days, so that the first of them is today.

    Cut-off and research dates follow, and the requests that were sent.  Nothing moves where a meeting is today
    already.  Recorded as the demonstration's own act.  The number of meetings moved.
    """
    today = timezone.localdate(now)
    standing = Meeting.objects.exclude(state=Meeting.State.CANCELLED).select_related("panel")
    if any(timezone.localdate(starts_at) == today for starts_at in standing.values_list("starts_at", flat=True)):
        return 0
    unheld = list(standing.filter(state__in=calendar.BEFORE_SESSION).order_by("starts_at"))
    if not unheld:
        return 0
    days = today - timezone.localdate(unheld[0].starts_at)
    for meeting in unheld:
        _move(meeting, days)
    return len(unheld)


def _move(meeting: Meeting, days: timedelta) -> None:
    starts = timezone.localtime(meeting.starts_at)
    was_urgent = meeting.kind == Meeting.Kind.EMERGENCY
    meeting.starts_at = calendar.at(starts.date() + days, starts.time())
    meeting.cutoff_at = meeting.starts_at if was_urgent else calendar.cutoff_of(meeting.panel, meeting.starts_at)
    meeting.research_due_at = (
        meeting.starts_at if was_urgent else calendar.research_due_of(meeting.panel, meeting.starts_at)
    )
    noting(meeting, by=DEMONSTRATION, reason=EVENT).save_over(meeting.version)
    for request in meeting.requests.exclude(due_at=meeting.research_due_at):
        request.due_at = meeting.research_due_at
        noting(request, by=DEMONSTRATION, reason=EVENT).save_over(request.version)
    record(EVENT, by=DEMONSTRATION, thing=meeting, panel_id=meeting.panel_id, detail={"days": days.days})
