"""The whole matrix of who may do what, readable by a data-protection officer.

Permissions are one enumeration, roles plain data.  The same data feeds the page that explains roles and the test
that proves them.  A permission alone opens no row: `visible_to` decides which rows a member finds.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """What a role may do, each in one word that a view is stamped with."""

    REFER = "refer"
    SCREEN = "screen"
    KEEP_CALENDAR = "keep_calendar"
    KEEP_AGENDA = "keep_agenda"
    RESEARCH = "research"
    ATTEND = "attend"
    RUN_MEETING = "run_meeting"
    RECORD_MEETING = "record_meeting"
    APPROVE_MINUTES = "approve_minutes"
    PROPOSE_CORRECTION = "propose_correction"
    MAKE_DOCUMENTS = "make_documents"
    SEND = "send"
    VIEW_CASE = "view_case"
    KEEP_CASE = "keep_case"
    MANAGE_CASE = "manage_case"
    SEARCH = "search"
    LINK_PEOPLE = "link_people"
    IMPORT_SUPPLY = "import_supply"
    APPROVE_MERGE = "approve_merge"
    MATCH_ACROSS = "match_across"
    DO_ACTION = "do_action"
    ACCEPT_CLOSURE = "accept_closure"
    CONTACT_VICTIM = "contact_victim"
    KEEP_CONSENT = "keep_consent"
    DECIDE_DISCLOSURE = "decide_disclosure"
    ASK_DISCLOSURE = "ask_disclosure"
    HANDLE_OUTSIDE_REQUESTS = "handle_outside_requests"
    MAKE_EXTRACT = "make_extract"
    READ_EXTRACT = "read_extract"
    KEEP_REGISTER = "keep_register"
    EXPORT_REGISTER = "export_register"
    EXPORT_DISCLOSURES = "export_disclosures"
    READ_AUDIT = "read_audit"
    EXPORT_AUDIT = "export_audit"
    KEEP_MEMBERS = "keep_members"
    KEEP_SETTINGS = "keep_settings"
    OWN_ACCOUNT = "own_account"


PERMISSION_WORDS = {
    Permission.REFER: _("Make a referral and follow what becomes of it"),
    Permission.SCREEN: _("Accept, return or decline referrals"),
    Permission.KEEP_CALENDAR: _("Plan, move and cancel meetings"),
    Permission.KEEP_AGENDA: _("List cases, order and freeze the agenda"),
    Permission.RESEARCH: _("Answer a research request with what the agency knows"),
    Permission.ATTEND: _("Sign the confidentiality statement and follow a meeting"),
    Permission.RUN_MEETING: _("Lead a meeting from item to item"),
    Permission.RECORD_MEETING: _("Record summary, risk, decision and actions in a meeting"),
    Permission.APPROVE_MINUTES: _("Approve the minutes"),
    Permission.PROPOSE_CORRECTION: _("Propose corrections to the agency’s own words in draft minutes"),
    Permission.MAKE_DOCUMENTS: _("Make and print documents"),
    Permission.SEND: _("Send letters and decide on those that failed"),
    Permission.VIEW_CASE: _("Open the cases that the member is involved in"),
    Permission.KEEP_CASE: _("Correct a case’s people, close and reopen cases"),
    Permission.MANAGE_CASE: _("Move on a case that the agency manages, and keep its forms"),
    Permission.SEARCH: _("Search among the cases that the member may see"),
    Permission.LINK_PEOPLE: _("See possible matches, link people, and propose that two records are of one person"),
    Permission.IMPORT_SUPPLY: _("Bring in lists of people from agencies and decide what becomes of each row"),
    Permission.APPROVE_MERGE: _("Decide, as a second person, whether two records are of one person"),
    Permission.MATCH_ACROSS: _("See possible matches between panels, for all of which the member holds this"),
    Permission.DO_ACTION: _("Report on the agency’s own actions"),
    Permission.ACCEPT_CLOSURE: _("Accept that an action is closed"),
    Permission.CONTACT_VICTIM: _("Record contact with the victim and the victim’s wishes"),
    Permission.KEEP_CONSENT: _("Ask people for consent to share, and record what they decide"),
    Permission.DECIDE_DISCLOSURE: _("Decide on disclosure of the agency’s information outside a meeting"),
    Permission.ASK_DISCLOSURE: _("Ask another agency for information outside a meeting"),
    Permission.HANDLE_OUTSIDE_REQUESTS: _("Handle requests for information from outside the partnership"),
    Permission.MAKE_EXTRACT: _("Make and test depersonalised extracts, and hand them over"),
    Permission.READ_EXTRACT: _("Read depersonalised extracts given to the agency"),
    Permission.KEEP_REGISTER: _("Keep the protocol, its signatories and who holds which post (never case content)"),
    Permission.EXPORT_REGISTER: _("Export the register of the protocol"),
    Permission.EXPORT_DISCLOSURES: _("Export the register of the agency’s decisions on disclosure (codes and ids)"),
    Permission.READ_AUDIT: _("Read the audit (never case content)"),
    Permission.EXPORT_AUDIT: _("Export the audit"),
    Permission.KEEP_MEMBERS: _("Invite, change and end members (never case content)"),
    Permission.KEEP_SETTINGS: _("Change agencies, signatories and panel settings (never case content)"),
    Permission.OWN_ACCOUNT: _("Keep one’s own sign-in and sessions"),
}


class Role(StrEnum):
    """A member's part on a panel; the values are those that the demonstration's account list prints."""

    COORDINATOR = "coordinator"
    CHAIR = "chair"
    REPRESENTATIVE = "representative"
    DEPUTY = "deputy"
    REFERRER = "referrer"
    LIAISON_OFFICER = "liaison_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    @classmethod
    def choices(cls):
        return [(role.value, ROLES[role].name) for role in cls]


@dataclass(frozen=True)
class RoleCard:
    """What a data-protection officer reads and signs off about one role."""

    name: str
    description: str
    permissions: frozenset[Permission]


_IN_THE_ROOM = {
    Permission.ATTEND,
    Permission.VIEW_CASE,
    Permission.SEARCH,
    Permission.DO_ACTION,
    Permission.MAKE_DOCUMENTS,
    Permission.READ_EXTRACT,
    Permission.OWN_ACCOUNT,
}
_AGENCY = _IN_THE_ROOM | {
    Permission.REFER,
    Permission.MANAGE_CASE,
    Permission.RESEARCH,
    Permission.PROPOSE_CORRECTION,
    Permission.CONTACT_VICTIM,
    Permission.KEEP_CONSENT,
    Permission.ASK_DISCLOSURE,
}

ROLES: dict[Role, RoleCard] = {
    Role.COORDINATOR: RoleCard(
        _("Coordinator"),
        _(
            "Runs the panel’s desk: screens referrals, keeps calendar and agenda, records and sends. "
            "Sees every case of the panel, save those from which they or their agency are barred."
        ),
        frozenset(
            _IN_THE_ROOM
            | {
                Permission.SCREEN,
                Permission.REFER,
                Permission.RESEARCH,
                Permission.KEEP_CALENDAR,
                Permission.KEEP_AGENDA,
                Permission.RUN_MEETING,
                Permission.RECORD_MEETING,
                Permission.SEND,
                Permission.KEEP_CASE,
                Permission.MANAGE_CASE,
                Permission.LINK_PEOPLE,
                Permission.IMPORT_SUPPLY,
                Permission.APPROVE_MERGE,
                Permission.MATCH_ACROSS,
                Permission.ACCEPT_CLOSURE,
                Permission.CONTACT_VICTIM,
                Permission.KEEP_CONSENT,
                Permission.PROPOSE_CORRECTION,
                Permission.ASK_DISCLOSURE,
                Permission.MAKE_EXTRACT,
            }
        ),
    ),
    Role.CHAIR: RoleCard(
        _("Chair"),
        _(
            "Leads the meeting and approves its minutes. "
            "Sees every case of the panel, save those from which they or their agency are barred."
        ),
        frozenset(
            _IN_THE_ROOM
            | {
                Permission.RUN_MEETING,
                Permission.RECORD_MEETING,
                Permission.APPROVE_MINUTES,
                Permission.APPROVE_MERGE,
                Permission.MANAGE_CASE,
                Permission.RESEARCH,
                Permission.REFER,
                Permission.ACCEPT_CLOSURE,
                Permission.PROPOSE_CORRECTION,
                Permission.ASK_DISCLOSURE,
            }
        ),
    ),
    Role.REPRESENTATIVE: RoleCard(
        _("Agency representative"),
        _("Researches, attends and shares for one agency, and answers for its actions."),
        frozenset(_AGENCY),
    ),
    Role.DEPUTY: RoleCard(
        _("Deputy representative"),
        _("Stands in for the agency’s representative."),
        frozenset(_AGENCY),
    ),
    Role.REFERRER: RoleCard(
        _("Referrer"),
        _("Makes referrals for an agency and follows their state; sees nothing else."),
        frozenset({Permission.REFER, Permission.OWN_ACCOUNT}),
    ),
    Role.LIAISON_OFFICER: RoleCard(
        _("Designated liaison officer"),
        _(
            "Decides every disclosure of the agency’s information outside a meeting, "
            "while holding that post for the agency."
        ),
        frozenset(
            {
                Permission.DECIDE_DISCLOSURE,
                Permission.EXPORT_DISCLOSURES,
                Permission.ASK_DISCLOSURE,
                Permission.HANDLE_OUTSIDE_REQUESTS,
                Permission.MAKE_EXTRACT,
                Permission.READ_EXTRACT,
                Permission.VIEW_CASE,
                Permission.OWN_ACCOUNT,
            }
        ),
    ),
    Role.AUDITOR: RoleCard(
        _("Auditor"),
        _("Reads who collected, altered, consulted, disclosed, combined and erased what. Never sees case content."),
        frozenset({Permission.READ_AUDIT, Permission.EXPORT_AUDIT, Permission.OWN_ACCOUNT}),
    ),
    Role.ADMINISTRATOR: RoleCard(
        _("Administrator"),
        _("Keeps members, agencies, the protocol’s register and settings. Never sees case content."),
        frozenset(
            {
                Permission.KEEP_MEMBERS,
                Permission.KEEP_SETTINGS,
                Permission.KEEP_REGISTER,
                Permission.EXPORT_REGISTER,
                Permission.OWN_ACCOUNT,
            }
        ),
    ),
}

DESK_ROLES = frozenset({Role.COORDINATOR, Role.CHAIR})
AGENCY_ROLES = frozenset({Role.REPRESENTATIVE, Role.DEPUTY})
PARTNERSHIP_WIDE = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


def roles_with(permission: Permission) -> frozenset[Role]:
    """The roles that carry *permission*."""
    return frozenset(role for role, card in ROLES.items() if permission in card.permissions)
