"""Notices to members: that something about a meeting waits for them in Confer.  One letter per recipient.

A notice says nothing about any case: panel, date, what is to be done, and a link.
Each function tells whom it wrote to.
"""

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import mail
from core.notices import notify
from meetings.models import Meeting
from partnership.models import Member
from partnership.roles import Permission, roles_with


def meeting_planned(meeting: Meeting, *, by) -> list[Member]:
    """To everybody who attends: a meeting (or a series that begins with it) was planned."""
    return _tell(
        meeting,
        attending(meeting.panel_id),
        by=by,
        subject=_("%(panel)s: meeting planned"),
        body=_(
            "A meeting of %(panel)s has been planned for %(starts)s. If it begins a series, the calendar shows all."
        ),
    )


def meeting_moved(meeting: Meeting, *, by) -> list[Member]:
    """To everybody who attends: the meeting has another time or place."""
    return _tell(
        meeting,
        attending(meeting.panel_id),
        by=by,
        subject=_("%(panel)s: meeting moved"),
        body=_("A meeting of %(panel)s has been moved: it is now on %(starts)s. See Confer for place and link."),
    )


def meeting_cancelled(meeting: Meeting, *, by) -> list[Member]:
    """To everybody who attends: the meeting does not take place."""
    return _tell(
        meeting,
        attending(meeting.panel_id),
        by=by,
        subject=_("%(panel)s: meeting cancelled"),
        body=_("The meeting of %(panel)s on %(starts)s does not take place."),
    )


def agenda_issued(meeting: Meeting, *, by) -> list[Member]:
    """To everybody who attends: the agenda is ready."""
    return _tell(
        meeting,
        attending(meeting.panel_id),
        by=by,
        page="meetings:agenda",
        subject=_("%(panel)s: agenda ready"),
        body=_("The agenda of the meeting of %(panel)s on %(starts)s is ready."),
    )


def agenda_amended(meeting: Meeting, *, by) -> list[Member]:
    """To everybody who attends: the agenda has changed."""
    return _tell(
        meeting,
        attending(meeting.panel_id),
        by=by,
        page="meetings:agenda",
        subject=_("%(panel)s: agenda changed"),
        body=_("The agenda of the meeting of %(panel)s on %(starts)s has changed. Confer shows what changed."),
    )


def presenter_asked(meeting: Meeting, presenter: Member, *, by) -> list[Member]:
    """To a presenter: please confirm that you present a case."""
    return _tell(
        meeting,
        [presenter],
        by=by,
        page="meetings:agenda",
        subject=_("%(panel)s: please confirm that you present"),
        body=_("You are asked to present at the meeting of %(panel)s on %(starts)s. Please confirm in Confer."),
    )


def research_asked(meeting: Meeting, agencies, *, by) -> list[Member]:
    """To those who research for *agencies*: the list is ready to be researched."""
    return _tell(
        meeting,
        researching(meeting.panel_id, agencies),
        by=by,
        page="meetings:research",
        subject=_("%(panel)s: research request"),
        body=_("Your agency is asked to research the list of the meeting of %(panel)s on %(starts)s, by %(due)s."),
    )


def research_extended(meeting: Meeting, agencies, *, by) -> list[Member]:
    """To those who research for *agencies*: the list has grown."""
    return _tell(
        meeting,
        researching(meeting.panel_id, agencies),
        by=by,
        page="meetings:research",
        subject=_("%(panel)s: the list has grown"),
        body=_("The list of the meeting of %(panel)s on %(starts)s has grown. Answers are due by %(due)s."),
    )


def research_chased(meeting: Meeting, agencies, *, by) -> list[Member]:
    """To those who research for *agencies*: answers are still outstanding."""
    return _tell(
        meeting,
        researching(meeting.panel_id, agencies),
        by=by,
        page="meetings:research",
        subject=_("%(panel)s: research outstanding"),
        body=_("Answers of your agency for the meeting of %(panel)s on %(starts)s are outstanding; due by %(due)s."),
    )


def attending(panel_id) -> list[Member]:
    """Active members who attend meetings of the panel."""
    return _holding(Permission.ATTEND, panel_id)


def researching(panel_id, agencies) -> list[Member]:
    """Active members of *agencies* who research for the panel."""
    wanted = {getattr(agency, "pk", agency) for agency in agencies}
    return [member for member in _holding(Permission.RESEARCH, panel_id) if member.agency_id in wanted]


def recipients_of(members) -> list[dict]:
    """*members* as the audit names the recipients of a disclosure."""
    return [
        {"kind": "member", "id": str(member.pk), "name": member.name, "address": member.email} for member in members
    ]


def _holding(permission: Permission, panel_id) -> list[Member]:
    found = Member.objects.holding(*roles_with(permission), panel=panel_id).select_related("agency")
    return list(found.order_by("email"))


def _tell(meeting: Meeting, members, *, by, subject: str, body: str, page: str = "meetings:meeting") -> list[Member]:
    """One notice to each of *members* but *by*, whose address lies in a registered domain of their agency."""
    chosen = [m for m in members if m.pk != by.pk and mail.address_in_domains(m.email, m.agency.secure_domains)]
    shown = {
        "panel": meeting.panel.name,
        "starts": date_format(timezone.localtime(meeting.starts_at), "j F Y, H:i"),
        "due": date_format(timezone.localtime(meeting.research_due_at), "j F Y, H:i"),
    }
    path = reverse(page, args=[meeting.pk])
    notify([member.email for member in chosen], subject=subject % shown, body=body % shown, path=path)
    return chosen
