"""Partnerships, panels, agencies, signatories, members, their roles and their sign-in."""

from partnership.models.members import Member, MemberManager, MemberQuerySet, RoleGrant
from partnership.models.organisation import Agency, Panel, Partnership, Signatory
from partnership.models.protocol import LegalBasis, LiaisonPost, Protocol, ProtocolSchedule
from partnership.models.sign_in import Authenticator, Invitation, MemberSession, RecoveryCode
from partnership.models.standing import Attendee, ExitTask, Joining, JoiningConsent

__all__ = [
    "Agency",
    "Attendee",
    "Authenticator",
    "ExitTask",
    "Invitation",
    "Joining",
    "JoiningConsent",
    "LegalBasis",
    "LiaisonPost",
    "Member",
    "MemberManager",
    "MemberQuerySet",
    "MemberSession",
    "Panel",
    "Partnership",
    "Protocol",
    "ProtocolSchedule",
    "RecoveryCode",
    "RoleGrant",
    "Signatory",
]
