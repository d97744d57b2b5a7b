"""Who keeps the attendance sheet, and when."""

from meetings.models import Meeting
from partnership.roles import Permission

KEEPABLE = (
    Meeting.State.AGENDA_OPEN,
    Meeting.State.AGENDA_FROZEN,
    Meeting.State.IN_SESSION,
    Meeting.State.MINUTES_DRAFT,
)


def may_keep_sheet(member, meeting) -> bool:
    """Whether *member* marks others' arrivals, observers and apologies: the desk, until the minutes are checked."""
    return meeting.state in KEEPABLE and member.may(Permission.RECORD_MEETING, meeting.panel_id)


def may_mark(member, attendance) -> bool:
    """Whether *member* marks this line's time in and out: their own in a meeting in session, or the desk any."""
    own = attendance.member_id == member.pk and attendance.meeting.state == Meeting.State.IN_SESSION
    return own or may_keep_sheet(member, attendance.meeting)
