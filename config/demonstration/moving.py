"""Keeping the demonstration in the present: at each start the meetings not yet held move, so that two are today."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from core.history import noting
from core.recording import record
from meetings.models import Meeting
from meetings.rules import calendar
from partnership.models import Panel

from .cast import DEMONSTRATION

EVENT = "demonstration.moved"
TODAY = ("marac", "ppo")  # the schemes of the panels that have a meeting today, whichever day it is
WEEK = timedelta(weeks=1)


@transaction.atomic
def move_to_today(*, now=None) -> int:
    """Move the meetings of each panel that have not begun, so that its first is today, or on its day after today.

    On the panels of `TODAY` it is today; nothing moves there where a meeting is today already.  On the others the
    meetings move by whole weeks, once the first of them has gone by.  Cut-off and research dates follow, and the
    requests that were sent.  Recorded as the demonstration's own act.  The number of meetings moved.
    """
    today = timezone.localdate(now)
    return sum(_move_panel(panel, today) for panel in Panel.objects.order_by("created_at", "pk"))


def _move_panel(panel: Panel, today) -> int:
    standing = Meeting.objects.filter(panel=panel).exclude(state=Meeting.State.CANCELLED).select_related("panel")
    days_of = [timezone.localdate(starts_at) for starts_at in standing.values_list("starts_at", flat=True)]
    unheld = list(standing.filter(state__in=calendar.BEFORE_SESSION).order_by("starts_at"))
    if not unheld or panel.scheme in TODAY and today in days_of:
        return 0
    days = today - timezone.localdate(unheld[0].starts_at)
    if panel.scheme not in TODAY:
        days = max(timedelta(), WEEK * -(-days // WEEK))
    if not days:
        return 0
    # The latest goes first where they go ahead, so that no two of one panel ever stand on one day.
    for meeting in sorted(unheld, key=lambda meeting: meeting.starts_at, reverse=days > timedelta()):
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
