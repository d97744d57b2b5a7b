"""What can happen to a meeting before it begins: planned, changed, moved, cancelled."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.models import Key
from core.recording import record
from meetings.emails import notices
from meetings.models import AgendaItem, Meeting, Notice, Series
from meetings.rules import calendar as rules
from meetings.rules.reasons import require_reason
from partnership.models import Member
from partnership.roles import Role


@transaction.atomic
def make_series(
    *, by, panel, first_on: datetime.date, last_on: datetime.date, time=None, place=None, link=None, chair=None
) -> list[Meeting]:
    """Plan the meetings of *panel* from *first_on* to *last_on* in its rhythm.

    *time* (wall time), *place*, *link* and *chair* are the panel's usual ones unless given.  Days that already have a
    meeting keep it.  Records series.made and meeting.planned; one letter to each member for the whole series.
    Refused for more than two years, and where no new meeting would come of it.
    """
    _require_keeper(by, panel)
    if (last_on - first_on).days > 2 * 366:
        raise ValidationError({"last_on": _("A series spans two years at the most.")})
    days = rules.series_days(panel.rhythm, first_on, last_on)
    starts = [rules.at(day, time or panel.starts_at_time) for day in days]
    taken = set(
        Meeting.objects.filter(panel=panel, starts_at__in=starts)
        .exclude(state=Meeting.State.CANCELLED)
        .values_list("starts_at", flat=True)
    )
    fresh = [start for start in starts if start not in taken and start > timezone.now()]
    if not fresh:
        raise ValidationError(_("All meetings of this series are planned already, or lie in the past."))
    series = Series(panel=panel, first_on=first_on, last_on=last_on, made_by=by)
    noting(series, by=by, reason="series.made").save(force_insert=True)
    record("series.made", by=by, thing=series, panel_id=panel.pk, detail={"meetings": len(fresh)})
    chair = chair or usual_chair(panel)
    made = [
        _make(by=by, panel=panel, starts_at=start, place=place, link=link, chair=chair, series=series)
        for start in fresh
    ]
    _tell(Notice.Kind.MADE, made[0], notices.meeting_planned, by=by)
    return made


@transaction.atomic
def plan_meeting(
    *,
    by,
    panel,
    starts_at: datetime.datetime,
    place=None,
    link=None,
    chair=None,
    cutoff_at=None,
    research_due_at=None,
    minutes_per_case=None,
    emergency_reason: str = "",
    emergency_words: str = "",
) -> Meeting:
    """Plan one meeting; with *emergency_reason* an emergency meeting, which has no open agenda and need not be awaited.

    *emergency_reason* is a `Meeting.Emergency`; *emergency_words* are sealed, and needed for another reason.
    Place, link, chair, cut-off, research date and minutes per case are the panel's unless given.
    Records meeting.planned; a letter to each member.  Refused in the past, and beside another at the same time.
    """
    _require_keeper(by, panel)
    _require_free(panel, starts_at)
    if emergency_reason or emergency_words:
        emergency_reason, emergency_words = require_reason(
            Meeting.Emergency,
            emergency_reason,
            emergency_words,
            fields=("emergency_reason", "emergency_words"),
            missing=_("Select why the normal meeting cannot be awaited"),
        )
    meeting = _make(
        by=by,
        panel=panel,
        starts_at=starts_at,
        place=place,
        link=link,
        chair=chair or usual_chair(panel),
        cutoff_at=cutoff_at,
        research_due_at=research_due_at,
        minutes_per_case=minutes_per_case,
        emergency_reason=emergency_reason,
        emergency_words=emergency_words,
    )
    _tell(Notice.Kind.MADE, meeting, notices.meeting_planned, by=by)
    return meeting


@transaction.atomic
def change_meeting(*, by, meeting: Meeting, seen: int, **changes) -> Meeting:
    """Save *changes* (place, link, chair, cutoff_at, research_due_at, minutes_per_case) over the version *seen*.

    Records meeting.changed; nobody is written to.  Research requests that were sent take the new date over.
    """
    _require_keeper(by, meeting.panel)
    rules.require("change", meeting)
    for name, value in changes.items():
        setattr(meeting, name, value)
    _require_order(meeting)
    noting(meeting, by=by, reason="meeting.changed").save_over(seen)
    _pass_on_due_date(meeting, by=by)
    record("meeting.changed", by=by, thing=meeting, panel_id=meeting.panel_id, detail={"fields": sorted(changes)})
    return meeting


@transaction.atomic
def move_meeting(*, by, meeting: Meeting, starts_at: datetime.datetime, seen: int, place=None, link=None) -> Meeting:
    """Give *meeting* another time; cut-off and research date are computed anew.

    Records meeting.moved; a letter to each member.  Refused for another day once somebody has signed: a signature
    opens the items on the day for which it was given.
    """
    _require_keeper(by, meeting.panel)
    rules.require("move", meeting)
    if starts_at == meeting.starts_at:
        raise ValidationError({"day": _("The meeting is at this time already.")})
    _require_free(meeting.panel, starts_at, but=meeting)
    if timezone.localdate(starts_at) != timezone.localdate(meeting.starts_at) and meeting.agreements.exists():
        raise ValidationError(
            {"day": _("Somebody has signed for this meeting today. Cancel it, and plan another for the other day.")}
        )
    meeting.starts_at = starts_at
    meeting.cutoff_at = rules.cutoff_of(meeting.panel, starts_at)
    meeting.research_due_at = rules.research_due_of(meeting.panel, starts_at)
    meeting.place = meeting.place if place is None else place
    meeting.link = meeting.link if link is None else link
    noting(meeting, by=by, reason="meeting.moved").save_over(seen)
    _pass_on_due_date(meeting, by=by)
    record("meeting.moved", by=by, thing=meeting, panel_id=meeting.panel_id)
    _tell(Notice.Kind.MOVED, meeting, notices.meeting_moved, by=by)
    return meeting


@transaction.atomic
def cancel_meeting(*, by, meeting: Meeting, reason: str, seen: int, words: str = "") -> Meeting:
    """Let *meeting* not take place, because of *reason* (a `Meeting.Cancellation`).

    *words* are sealed with the meeting's key, and needed for another reason.  Its cases come off the agenda and wait
    to be listed again.  Records meeting.cancelled; a letter to each member.
    """
    from meetings.workflow.agenda import release_item

    _require_keeper(by, meeting.panel)
    rules.require("cancel", meeting)
    reason, words = require_reason(
        Meeting.Cancellation, reason, words, missing=_("Select why the meeting is cancelled")
    )
    for item in meeting.items.standing().select_related("key", "listing__key", "listing__case__panel"):
        release_item(by=by, item=item, reason=AgendaItem.Removal.CANCELLED)
    meeting.state, meeting.cancelled_reason, meeting.cancelled_words = Meeting.State.CANCELLED, reason, words
    meeting.cancelled_at, meeting.cancelled_by = timezone.now(), by
    noting(meeting, by=by, reason="meeting.cancelled").save_over(seen)
    record("meeting.cancelled", by=by, thing=meeting, panel_id=meeting.panel_id, reason=reason)
    _tell(Notice.Kind.CANCELLED, meeting, notices.meeting_cancelled, by=by)
    return meeting


def usual_chair(panel) -> Member | None:
    """The panel's chair, where there is one and only one."""
    chairs = list(Member.objects.holding(Role.CHAIR, panel=panel)[:2])
    return chairs[0] if len(chairs) == 1 else None


def _make(
    *,
    by,
    panel,
    starts_at,
    place=None,
    link=None,
    chair=None,
    cutoff_at=None,
    research_due_at=None,
    minutes_per_case=None,
    emergency_reason="",
    emergency_words="",
    series=None,
) -> Meeting:
    meeting = Meeting(
        key=Key.objects.mint(Key.Kind.MEETING),
        panel=panel,
        series=series,
        kind=Meeting.Kind.EMERGENCY if emergency_reason else Meeting.Kind.ORDINARY,
        emergency_reason=emergency_reason,
        emergency_words=emergency_words,
        starts_at=starts_at,
        place=panel.place if place is None else place,
        link=panel.link if link is None else link,
        chair=chair,
        cutoff_at=cutoff_at or rules.cutoff_of(panel, starts_at),
        research_due_at=research_due_at or rules.research_due_of(panel, starts_at),
        minutes_per_case=minutes_per_case or panel.minutes_per_case,
    )
    _require_order(meeting)
    noting(meeting, by=by, reason="meeting.planned").save(force_insert=True)
    record("meeting.planned", by=by, thing=meeting, panel_id=panel.pk, detail={"kind": str(meeting.kind)})
    return meeting


def _tell(kind: str, meeting: Meeting, letter, *, by) -> None:
    told = letter(meeting, by=by)
    Notice.objects.create(meeting=meeting, kind=kind, sent_by=by, count=len(told))
    record(
        "meeting.notified",
        by=by,
        thing=meeting,
        panel_id=meeting.panel_id,
        reason=str(kind),
        recipients=notices.recipients_of(told),
    )


def _pass_on_due_date(meeting: Meeting, *, by) -> None:
    for request in meeting.requests.exclude(due_at=meeting.research_due_at):
        request.due_at = meeting.research_due_at
        noting(request, by=by, reason="meeting.changed").save_over(request.version)


def _require_keeper(by, panel) -> None:
    if not rules.may_keep_calendar(by, panel):
        raise PermissionDenied


def _require_free(panel, starts_at, *, but: Meeting | None = None) -> None:
    if starts_at <= timezone.now():
        raise ValidationError({"day": _("The meeting must lie in the future.")})
    others = Meeting.objects.filter(panel=panel, starts_at=starts_at).exclude(state=Meeting.State.CANCELLED)
    if others.exclude(pk=but.pk if but else None).exists():
        raise ValidationError({"day": _("The panel has a meeting at this time already.")})


def _require_order(meeting: Meeting) -> None:
    if meeting.cutoff_at > meeting.starts_at:
        raise ValidationError({"cutoff_day": _("The cut-off must lie before the meeting.")})
    if meeting.research_due_at > meeting.starts_at:
        raise ValidationError({"research_due_day": _("The research must be due before the meeting.")})
