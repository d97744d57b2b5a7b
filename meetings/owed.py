"""What a member owes before a meeting, for the home page: returns, presenters to confirm, an agenda to freeze."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.home import Owed
from meetings.models import AgendaItem, Meeting, Return
from meetings.rules.calendar import ACTS, BEFORE_SESSION
from partnership.roles import Permission


def returns(member):
    """Returns of the member's agency that are outstanding, by meeting.  One query."""
    if not member.may(Permission.RESEARCH):
        return []
    found = (
        Return.objects.visible_to(member)
        .asked()
        .filter(
            request__agency_id=member.agency_id,
            request__meeting__panel_id__in=member.panels_with(Permission.RESEARCH),
            request__meeting__state__in=ACTS["answer"][0],
            listing__item__removed_at__isnull=True,
            state=Return.State.OUTSTANDING,
        )
        .values("request__meeting", "request__meeting__starts_at", "request__due_at")
        .annotate(count=Count("pk"))
        .order_by("request__due_at")
    )
    return [
        Owed(
            what=_("Answer the research request for the meeting of %(day)s")
            % {"day": _day(row["request__meeting__starts_at"])},
            count=row["count"],
            due=row["request__due_at"],
            url=reverse("meetings:research", args=[row["request__meeting"]]),
            kind="return",
        )
        for row in found
    ]


def presenting(member):
    """Cases that the member is asked to present and has not confirmed, by meeting.  One query."""
    if not member.may(Permission.ATTEND):
        return []
    found = (
        AgendaItem.objects.visible_to(member)
        .standing()
        .filter(presenter=member, presenter_confirmed_at__isnull=True, meeting__state__in=BEFORE_SESSION)
        .values("meeting", "meeting__starts_at")
        .annotate(count=Count("pk"))
        .order_by("meeting__starts_at")
    )
    return [
        Owed(
            what=_("Confirm that you present at the meeting of %(day)s") % {"day": _day(row["meeting__starts_at"])},
            count=row["count"],
            due=row["meeting__starts_at"],
            url=reverse("meetings:agenda", args=[row["meeting"]]),
            kind="agreement",
        )
        for row in found
    ]


def freezing(member):
    """Agendas whose cut-off has passed and that wait for the coordinator to freeze them.  One query."""
    panels = member.panels_with(Permission.KEEP_AGENDA)
    if not panels:
        return []
    waiting = Q(state=Meeting.State.AGENDA_OPEN, cutoff_at__lte=timezone.now()) | Q(
        state=Meeting.State.PLANNED, kind=Meeting.Kind.EMERGENCY
    )
    found = Meeting.objects.visible_to(member).filter(waiting, panel_id__in=panels, starts_at__gt=timezone.now())
    return [
        Owed(
            what=_("Freeze the agenda of the meeting of %(day)s") % {"day": _day(meeting.starts_at)},
            count=1,
            due=meeting.research_due_at,
            url=reverse("meetings:freeze", args=[meeting.pk]),
            kind="decision",
        )
        for meeting in found.order_by("starts_at")
    ]


def _day(moment) -> str:
    return date_format(timezone.localtime(moment), "j F Y")
