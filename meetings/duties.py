"""What a member owes a sitting and its minutes: signing, answering, checking, approving.  And their idle time.

Shown on the home page; each provider reads a fixed number of times, and names nobody who is discussed.
"""

import datetime

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Involvement
from cases.models.access import Stage
from cases.schemes import schemes
from core.home import Owed
from core.templatetags.confer import when
from meetings.models import Agreement, Attendance, Correction, ItemOutcome, Meeting, Minutes, Recusal
from partnership.roles import Permission


def signatures(member) -> list[Owed]:
    """The statement of today's meetings that the member has not signed."""
    today = timezone.localdate()
    start = timezone.make_aware(datetime.datetime.combine(today, datetime.time.min))
    meetings = (
        Meeting.objects.visible_to(member)
        .filter(
            Q(state=Meeting.State.IN_SESSION)
            | Q(
                state=Meeting.State.AGENDA_FROZEN,
                starts_at__gte=start,
                starts_at__lt=start + datetime.timedelta(days=1),
            ),
        )
        .exclude(agreements__member=member)
    )
    return [
        Owed(
            _("Sign the confidentiality statement for the meeting of %(when)s") % {"when": when(meeting.starts_at)},
            1,
            meeting.starts_at,
            reverse("meetings:statement", args=[meeting.pk]),
            "agreement",
        )
        for meeting in meetings
    ]


def sittings(member) -> list[Owed]:
    """Meetings in session that the member has signed, and takes part in: the way back to them."""
    here = Attendance.objects.filter(meeting=OuterRef("pk"), member=member, observer_signed=True)
    meetings = (
        Meeting.objects.visible_to(member)
        .filter(state=Meeting.State.IN_SESSION, agreements__member=member)
        .exclude(Exists(here))
        .order_by("starts_at")
    )
    words, today = _("Meeting in session: go to it"), timezone.localdate()
    return [Owed(words, 1, today, reverse("meetings:live", args=[meeting.pk]), "agreement") for meeting in meetings]


def interests(member) -> list[Owed]:
    """Questions about an interest that wait for the member's answer, by meeting."""
    waiting = Recusal.objects.filter(
        member=member, state=Recusal.State.ASKED, item__removed_at__isnull=True
    ).values_list("item__meeting", "item__meeting__starts_at")
    found: dict = {}
    for meeting, starts_at in waiting:
        found.setdefault((meeting, starts_at), []).append(1)
    return [
        Owed(
            _("Say whether you have an interest"),
            len(rows),
            starts_at,
            reverse("meetings:interests", args=[meeting]),
            "decision",
        )
        for (meeting, starts_at), rows in found.items()
    ]


def checks(member) -> list[Owed]:
    """Minutes in which the member's agency may still check its words."""
    took_part = Involvement.objects.of(member).filter(stage=Stage.AFTER, listing__item__meeting=OuterRef("meeting"))
    minutes = (
        Minutes.objects.filter(
            state=Minutes.State.CHECK,
            check_until__gt=timezone.now(),
            meeting__panel__in=member.panels_with(Permission.PROPOSE_CORRECTION),
        )
        .exclude(meeting__panel__in=member.desk_panels())
        .filter(Exists(took_part))
        .select_related("meeting")
    )
    return [
        Owed(
            _("Check your agency’s words in the minutes of %(when)s") % {"when": when(row.meeting.starts_at)},
            1,
            row.check_until,
            reverse("meetings:minutes", args=[row.meeting_id]),
            "decision",
        )
        for row in minutes
    ]


def corrections(member) -> list[Owed]:
    """Corrections that the desk has to decide, by meeting."""
    waiting = (
        Correction.objects.filter(
            state=Correction.State.PROPOSED, minutes_item__minutes__meeting__panel__in=member.desk_panels()
        )
        .values("minutes_item__minutes__meeting")
        .annotate(count=Count("pk"), until=Max("minutes_item__minutes__check_until"))
        .order_by()
    )
    return [
        Owed(
            _("Decide on corrections to the minutes"),
            row["count"],
            row["until"],
            reverse("meetings:minutes", args=[row["minutes_item__minutes__meeting"]]),
            "decision",
        )
        for row in waiting
    ]


def approvals(member) -> list[Owed]:
    """Minutes that wait for the chair, and drafts that wait for the coordinator."""
    approving, keeping = member.panels_with(Permission.APPROVE_MINUTES), member.panels_with(Permission.SCREEN)
    meetings = Meeting.objects.filter(
        Q(panel__in=approving, state=Meeting.State.MINUTES_CHECK)
        | Q(panel__in=keeping, state=Meeting.State.MINUTES_DRAFT)
    ).annotate(until=Max("minutes__check_until"))
    return [
        Owed(
            _("Approve the minutes of %(when)s") % {"when": when(m.starts_at)}
            if m.state == Meeting.State.MINUTES_CHECK
            else _("Draft the minutes of %(when)s") % {"when": when(m.starts_at)},
            1,
            m.until or (m.ended_at and m.ended_at + datetime.timedelta(days=3)),
            reverse("meetings:minutes", args=[m.pk]),
            "decision",
        )
        for m in meetings
    ]


def corrected_versions(member) -> list[Owed]:
    """Corrected versions of approved minutes that wait for the chair; the meeting itself goes on as approved."""
    waiting = Minutes.objects.filter(
        number__gt=1,
        state__in=[Minutes.State.DRAFT, Minutes.State.CHECK],
        meeting__panel__in=member.panels_with(Permission.APPROVE_MINUTES),
    ).select_related("meeting")
    return [
        Owed(
            _("Approve the corrected minutes of %(when)s") % {"when": when(row.meeting.starts_at)},
            1,
            row.check_until or row.drafted_at + datetime.timedelta(days=3),
            reverse("meetings:minutes", args=[row.meeting_id]),
            "decision",
        )
        for row in waiting
    ]


def tellings(member) -> list[Owed]:
    """Whom the member, or the member's agency where nobody is named, has to tell: one line for each scheme."""
    mine = Q(teller=member) | Q(teller__isnull=True, tell_agency=member.agency_id)
    due: dict = {}
    waiting = ItemOutcome.objects.to_tell(member).filter(mine, told_at__isnull=True)
    for code, day in waiting.order_by().values_list("item__meeting__panel__scheme", "tell_by"):
        due.setdefault(code, []).append(day)
    return [
        Owed(
            schemes()[code].words.tell_owed,
            len(days),
            min((day for day in days if day), default=None),
            reverse("meetings:tellings"),
            "action",
        )
        for code, days in sorted(due.items())
    ]


def idle_minutes(member) -> int | None:
    """The idle time that a signed meeting in session lends a member, in minutes; None outside of one."""
    return Agreement.objects.filter(member=member.pk, meeting__state=Meeting.State.IN_SESSION).aggregate(
        longest=Max("meeting__panel__meeting_idle_minutes")
    )["longest"]
