"""Who may declare, ask about and lift an interest, and who may lead an item."""

from cases.models import Bar
from meetings.models import Agreement, Attendance, Meeting
from partnership.roles import Permission, roles_with

DECLARABLE = (
    Meeting.State.PLANNED,
    Meeting.State.AGENDA_OPEN,
    Meeting.State.AGENDA_FROZEN,
    Meeting.State.IN_SESSION,
)


def may_keep_interests(member, meeting) -> bool:
    """Whether *member* asks about, records and lifts interests: the panel's desk."""
    return member.may(Permission.RECORD_MEETING, meeting.panel_id)


def kept_away(listing) -> tuple[set, set]:
    """Ids of the members, and of the agencies, whom a bar keeps from *listing*: one query."""
    pairs = list(Bar.objects.live().on(listing).values_list("member_id", "agency_id"))
    return {member for member, _agency in pairs if member}, {agency for _member, agency in pairs if agency}


def leaders(item) -> list:
    """The members who may lead *item* now: present, signed, allowed to run the meeting, not barred; the chair first."""
    members, agencies = kept_away(item.listing)
    runs = {str(role) for role in roles_with(Permission.RUN_MEETING)}
    present = (
        Attendance.objects.present()
        .filter(
            meeting=item.meeting_id,
            member__in=Agreement.objects.filter(meeting=item.meeting_id).values("member"),
            member__role_grants__in=_live_grants(item.meeting.panel_id, runs),
        )
        .select_related("member__agency")
        .distinct()
    )
    able = [a.member for a in present if a.member_id not in members and a.member.agency_id not in agencies]
    return sorted(able, key=lambda member: (member.pk != item.meeting.chair_id, member.name))


def _live_grants(panel_id, roles):
    from partnership.models import RoleGrant

    return RoleGrant.objects.live().filter(panel_id=panel_id, role__in=roles)
