"""When meetings are, and what may happen to one in which state.

The states are the base model's: planned, agenda open, agenda frozen, in session, and so on; an emergency meeting skips
the open agenda.  Dates and times are wall times of Europe/London.
"""

import calendar
import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.working_days import working_day_from, working_days_before
from meetings.models import Meeting
from partnership.models import Panel
from partnership.roles import Permission

State = Meeting.State
END_OF_WORK = datetime.time(17, 0)
BEFORE_SESSION = frozenset({State.PLANNED, State.AGENDA_OPEN, State.AGENDA_FROZEN})
URGENT_ONLY = frozenset({State.AGENDA_FROZEN, State.IN_SESSION})

# act → (the states in which it may happen, what it is called in a refusal)
ACTS = {
    "change": (BEFORE_SESSION, gettext_lazy("change the meeting")),
    "move": (BEFORE_SESSION, gettext_lazy("move the meeting")),
    "cancel": (BEFORE_SESSION, gettext_lazy("cancel the meeting")),
    "open_agenda": (frozenset({State.PLANNED}), gettext_lazy("open the agenda")),
    "keep_agenda": (BEFORE_SESSION, gettext_lazy("change the agenda")),
    "list": (BEFORE_SESSION | {State.IN_SESSION}, gettext_lazy("list a case")),
    "send_research": (BEFORE_SESSION, gettext_lazy("send the research requests")),
    "freeze": (frozenset({State.AGENDA_OPEN}), gettext_lazy("freeze the agenda")),
    "amend": (frozenset({State.AGENDA_FROZEN}), gettext_lazy("issue an amended agenda")),
    "answer": (BEFORE_SESSION | {State.IN_SESSION}, gettext_lazy("answer the research request")),
}
# An emergency meeting has no open agenda: it is frozen as soon as it has its case.
EMERGENCY = ACTS | {
    "open_agenda": (frozenset(), ACTS["open_agenda"][1]),
    "freeze": (frozenset({State.PLANNED}), ACTS["freeze"][1]),
}


def may_happen(act: str, meeting: Meeting) -> bool:
    """Whether *act* (a key of `ACTS`) may happen to *meeting* in its state."""
    return meeting.state in _table(meeting)[act][0]


def require(act: str, meeting: Meeting) -> None:
    """Raise `ValidationError` with a sentence for the user unless *act* may happen to *meeting* in its state."""
    if may_happen(act, meeting):
        return
    states, words = _table(meeting)[act]
    if not states:
        raise ValidationError(_("An emergency meeting has no open agenda: freeze it as soon as it has its case."))
    raise ValidationError(
        _("You cannot %(act)s: it is “%(state)s” now. That is possible while it is “%(states)s”.")
        % {
            "act": words,
            "state": meeting.get_state_display(),
            "states": _("” or “").join(str(State(state).label) for state in State if state in states),
        },
        code="state",
    )


def may_keep_calendar(member, panel) -> bool:
    """Whether *member* plans, moves and cancels meetings of *panel*."""
    return member.may(Permission.KEEP_CALENDAR, getattr(panel, "pk", panel))


def may_keep_agenda(member, meeting: Meeting) -> bool:
    """Whether *member* lists, orders and freezes at *meeting*'s panel."""
    return member.may(Permission.KEEP_AGENDA, meeting.panel_id)


def at(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """The instant of *time* on *day* in Europe/London; refused where the clocks of that night skip it."""
    moment = timezone.make_aware(datetime.datetime.combine(day, time))
    if moment.astimezone(datetime.UTC).astimezone(moment.tzinfo).time() != time:
        raise ValidationError(_("That time does not exist on this day: the clocks go forward in the night."))
    return moment


def cutoff_of(panel: Panel, starts_at: datetime.datetime) -> datetime.datetime:
    """Until when referrals are taken for a meeting at *starts_at*: the panel's working days before, at 17:00."""
    return _working_days_before(starts_at, panel.cutoff_working_days)


def research_due_of(panel: Panel, starts_at: datetime.datetime) -> datetime.datetime:
    """When returns are due for a meeting at *starts_at*: the panel's working days before, at 17:00."""
    return _working_days_before(starts_at, panel.research_working_days)


def series_days(rhythm: str, first_on: datetime.date, last_on: datetime.date) -> list[datetime.date]:
    """The days of a series from *first_on* to *last_on*, both included.

    Monthly is the same weekday of the month (“third Wednesday”; a fifth one means the last).  A day that is a bank
    holiday gives way to the next working day; the rhythm goes on from the day it would have been.
    """
    days = _months(first_on, last_on) if rhythm == Panel.Rhythm.MONTHLY else _weeks(rhythm, first_on, last_on)
    return [working_day_from(day) for day in days]


def _table(meeting: Meeting) -> dict:
    return EMERGENCY if meeting.kind == Meeting.Kind.EMERGENCY else ACTS


def _working_days_before(starts_at: datetime.datetime, count: int) -> datetime.datetime:
    day = working_days_before(timezone.localtime(starts_at).date(), count)
    return min(at(day, END_OF_WORK), starts_at)


def _weeks(rhythm: str, first_on: datetime.date, last_on: datetime.date):
    weeks = {Panel.Rhythm.WEEKLY: 1, Panel.Rhythm.FORTNIGHTLY: 2, Panel.Rhythm.THREE_WEEKLY: 3}[Panel.Rhythm(rhythm)]
    return [first_on + datetime.timedelta(days=days) for days in range(0, (last_on - first_on).days + 1, weeks * 7)]


def _months(first_on: datetime.date, last_on: datetime.date):
    nth = (first_on.day - 1) // 7
    days, year, month = [], first_on.year, first_on.month
    while (day := _nth_weekday(year, month, nth, first_on.weekday())) <= last_on:
        days.append(day)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return days


def _nth_weekday(year: int, month: int, nth: int, weekday: int) -> datetime.date:
    length = calendar.monthrange(year, month)[1]
    days = [datetime.date(year, month, day) for day in range(1, length + 1)]
    return [day for day in days if day.weekday() == weekday][nth if nth < 4 else -1]
