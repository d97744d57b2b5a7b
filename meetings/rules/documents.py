"""Who may ask for which document of a meeting, and from which of its states on."""

from meetings.models import Document, Meeting
from meetings.rules.statement import is_central_signatory
from partnership.roles import Permission

Kind = Document.Kind
OF_AGENCY = frozenset({Kind.AGENCY_AGENDA, Kind.AGENCY_PLAN, Kind.AGENCY_MINUTES})
S = Meeting.State
FROM = {
    Kind.AGENDA: frozenset(S) - {S.PLANNED, S.CANCELLED},
    Kind.PLAN: frozenset({S.IN_SESSION, S.MINUTES_DRAFT, S.MINUTES_CHECK, S.APPROVED, S.DISTRIBUTED, S.SEALED}),
    Kind.MINUTES: frozenset({S.APPROVED, S.DISTRIBUTED, S.SEALED}),
}
FROM |= {
    Kind.AGENCY_AGENDA: FROM[Kind.AGENDA],
    Kind.AGENCY_PLAN: FROM[Kind.PLAN],
    Kind.AGENCY_MINUTES: FROM[Kind.MINUTES],
}


def is_ripe(meeting, kind: str) -> bool:
    """Whether *meeting* has come so far that a document of *kind* can be made of it."""
    return meeting.state in FROM[Kind(kind)]


def may_ask(member, meeting, kind: str, agency=None) -> bool:
    """The desk may ask for every document; a member for those of the own agency."""
    if kind not in Kind.values or not member.may(Permission.MAKE_DOCUMENTS, meeting.panel_id):
        return False
    if meeting.panel_id in member.desk_panels():
        return (kind in OF_AGENCY) == (agency is not None)
    return kind in OF_AGENCY and agency is not None and agency.pk == member.agency_id


def is_open_to(member, document) -> bool:
    """Whether *member* may open a document that they see now: the desk, or while their agency is a tier-1 signatory."""
    return document.meeting.panel_id in member.desk_panels() or is_central_signatory(member.agency)
