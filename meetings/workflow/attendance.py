"""The attendance sheet: observers, apologies, time in and out."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import noting
from core.recording import record
from meetings.models import Agreement, Attendance, Meeting
from meetings.rules import attendance as rules
from meetings.workflow.presence import join_open_item, room_changed


@transaction.atomic
def add_observer(*, by, meeting: Meeting, name: str, organisation: str, signed: bool) -> Attendance:
    """Enter an observer, present from now; *signed*: on paper.  They see nothing in Confer."""
    _require_keeper(by, meeting)
    observer = Attendance(
        meeting=meeting,
        observer_name=name.strip(),
        observer_organisation=organisation.strip(),
        observer_signed=signed,
        capacity=Attendance.Capacity.OBSERVER,
        arrived_at=timezone.now(),
    )
    noting(observer, by=by, reason="observer").save(force_insert=True)
    record("attendance.observer_entered", by=by, thing=observer, panel_id=meeting.panel_id, detail={"signed": signed})
    if signed:
        join_open_item(by=by, meeting=meeting, attendance=observer)
    room_changed(meeting)
    return observer


@transaction.atomic
def observer_signed(*, by, attendance: Attendance) -> Attendance:
    """Note that an observer signed on paper after all; from then on they count as hearing what is discussed."""
    _require_keeper(by, attendance.meeting)
    if attendance.capacity != Attendance.Capacity.OBSERVER:
        raise ValidationError(_("Members sign in Confer themselves."))
    attendance.observer_signed = True
    noting(attendance, by=by, reason="observer_signed").save_over(attendance.version)
    record("attendance.observer_signed", by=by, thing=attendance, panel_id=attendance.meeting.panel_id)
    join_open_item(by=by, meeting=attendance.meeting, attendance=attendance)
    return attendance


@transaction.atomic
def record_apologies(
    *, by, meeting: Meeting, agency, member=None, name: str = "", information_sent: bool = False, received_on=None
) -> Attendance:
    """Enter that somebody of *agency* sends apologies: *member*, or a person *name*d who has no account.

    *received_on* is the day on which their information came; it is asked where information was sent.
    """
    _require_keeper(by, meeting)
    if information_sent and received_on is None:
        raise ValidationError({"received_on": _("Enter the date on which the information was received.")})
    if received_on and not information_sent:
        raise ValidationError({"information_sent": _("Say that information was sent, or leave the date empty.")})
    line = Attendance.objects.filter(meeting=meeting, member=member).first() if member else None
    if line and line.arrived_at:
        raise ValidationError({"member": _("%(name)s is present.") % {"name": member.name}})
    adding = line is None
    line = line or Attendance(meeting=meeting, member=member, agency=agency)
    line.observer_name, line.apologies = ("" if member else name.strip()), True
    line.information_sent, line.information_received_on = information_sent, received_on
    noting(line, by=by, reason="apologies")
    line.save(force_insert=True) if adding else line.save_over(line.version)
    record(
        "attendance.apologies_entered",
        by=by,
        thing=line,
        panel_id=meeting.panel_id,
        detail={"information_sent": information_sent},
    )
    return line


@transaction.atomic
def mark_arrived(*, by, attendance: Attendance, at=None) -> Attendance:
    """Note that somebody is (again) in the meeting since *at* (default now).

    A member who has not signed may be in the room, and sees and hears nothing of any case until they have.
    """
    _require_marker(by, attendance)
    if attendance.arrived_at and not attendance.left_at:
        return attendance
    attendance.arrived_at = attendance.arrived_at or at or timezone.now()
    attendance.left_at, attendance.apologies = None, False
    noting(attendance, by=by, reason="arrived").save_over(attendance.version)
    record("attendance.arrived", by=by, thing=attendance, panel_id=attendance.meeting.panel_id)
    join_open_item(by=by, meeting=attendance.meeting, attendance=attendance)
    room_changed(attendance.meeting)
    return attendance


@transaction.atomic
def mark_left(*, by, attendance: Attendance, at=None) -> Attendance:
    """Note that somebody left at *at* (default now); what follows is not disclosed to them."""
    _require_marker(by, attendance)
    if not attendance.arrived_at or attendance.left_at:
        raise ValidationError(_("They are not in the meeting."))
    attendance.left_at = max(at or timezone.now(), attendance.arrived_at)
    noting(attendance, by=by, reason="left").save_over(attendance.version)
    record("attendance.left", by=by, thing=attendance, panel_id=attendance.meeting.panel_id)
    room_changed(attendance.meeting)
    return attendance


@transaction.atomic
def confirm_left(*, by, meeting: Meeting, agency_id) -> int:
    """Note that all members of an agency whose standing under the protocol has ended left the room; how many.

    Their sight ended by itself at that instant; this lets the next item begin.
    """
    _require_keeper(by, meeting)
    lines = list(Attendance.objects.filter(meeting=meeting, agency=agency_id).overstaying())
    for line in lines:
        line.left_at = max(timezone.now(), line.arrived_at)
        noting(line, by=by, reason="standing_ended").save_over(line.version)
        record("attendance.left", by=by, thing=line, panel_id=meeting.panel_id, detail={"why": "standing_ended"})
    if lines:
        room_changed(meeting)
    return len(lines)


def is_present(member, meeting: Meeting) -> bool:
    """Whether *member* signed, came and has not left."""
    return (
        Attendance.objects.present().filter(meeting=meeting, member=member).exists()
        and Agreement.objects.filter(meeting=meeting, member=member).exists()
    )


def _require_keeper(by, meeting: Meeting) -> None:
    if not rules.may_keep_sheet(by, meeting):
        raise PermissionDenied


def _require_marker(by, attendance: Attendance) -> None:
    if not rules.may_mark(by, attendance):
        raise PermissionDenied
