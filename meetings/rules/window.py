"""Which cases come to the end of the panel's repeat window with a meeting: their flags lapse (marac.md §1.4)."""

import calendar
import datetime

from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from cases.models import Referral


def at_end_of_window(cases, meeting):
    """Those of *cases* (a query) whose last referral lies `panel.repeat_months` back, since the meeting before this.

    Each with `last_referral_at`, by reference.
    """
    until, since = reach(meeting, _before(meeting))
    last = Referral.objects.filter(case=OuterRef("pk"), submitted_at__isnull=False).order_by("-submitted_at")
    found = cases.filter(panel=meeting.panel_id).annotate(last_referral_at=Subquery(last.values("submitted_at")[:1]))
    found = found.filter(last_referral_at__date__lte=until)
    return (found.filter(last_referral_at__date__gt=since) if since else found).order_by("reference")


def reach(meeting, before: datetime.date | None) -> tuple[datetime.date, datetime.date | None]:
    """The last day of the window of *meeting*, and that of the meeting held on the day *before* it, if any was."""
    months = meeting.panel.repeat_months
    until = months_before(timezone.localdate(meeting.starts_at), months)
    return until, months_before(before, months) if before else None


def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day *months* months before *day*, or the month's last where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def _before(meeting) -> datetime.date | None:
    earlier = meeting.panel.meetings.filter(starts_at__lt=meeting.starts_at).exclude(state="cancelled")
    last = earlier.aggregate(last=Max("starts_at"))["last"]
    return timezone.localdate(last) if last else None
