"""The rows of a meeting.  A case's own rows (listing, entries, actions) are in `cases`; these point to them."""

from meetings.models.agenda import AgendaIssue, AgendaItem
from meetings.models.attendance import Agreement, Attendance, ItemAttendance, Recusal, Statement
from meetings.models.documents import Document, Letter
from meetings.models.live import ItemNote, ItemOutcome
from meetings.models.meeting import Meeting, Notice, Series
from meetings.models.minutes import Correction, Minutes, MinutesItem
from meetings.models.research import PersonCheck, ResearchRequest, Return

__all__ = [
    "AgendaIssue",
    "AgendaItem",
    "Agreement",
    "Attendance",
    "Correction",
    "Document",
    "ItemAttendance",
    "ItemNote",
    "ItemOutcome",
    "Letter",
    "Meeting",
    "Minutes",
    "MinutesItem",
    "Notice",
    "PersonCheck",
    "Recusal",
    "ResearchRequest",
    "Return",
    "Series",
    "Statement",
]
