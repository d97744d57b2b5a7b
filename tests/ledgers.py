"""What is decided about every model, relation and text column of ours; `tests/test_ledgers.py` keeps it complete.

A new model, relation or column fails the suite until somebody writes here who sees it, how long it is kept, what is
recorded of it, what becomes of it when what it belongs to goes, and whose data it is.
"""

from dataclasses import dataclass

HISTORY = "history"
# How long, by the code of the partnership's retention schedule; the retention programme reads the same codes.
WITH_CASE = "R11: as its case; goes with the case, whose key is destroyed with it"
RAW = "R01: 30 days after the minutes are approved (90 at most); the listing’s key is destroyed"
ADMINISTRATION = "R16: 6 years after it ended or was superseded"
ACCOUNT = "R22: closed the day the member leaves; 6 years as the audit’s key, then pseudonymised"
ATTENDANCE = "R17: with the minutes, 6 years at least"
MINUTED = "R11: with the minutes of the meeting, 6 years at least"


@dataclass(frozen=True)
class Card:
    """Who sees a model's rows, how long they are kept, and what is recorded of them.

    *sight* says what `visible_to` answers, or why there is none.  *of_cases*: a stranger to all cases sees no row.
    """

    sight: str
    kept: str
    recorded: str
    of_cases: bool = False


MODELS = {
    # core
    "core.Key": Card("nobody: joined by the rows that it seals", "as long as what it seals; then destroyed", "no"),
    "core.FolderMark": Card("nobody: compared at start", "while the key folder has the file", "no"),
    "core.Notice": Card(
        "nobody: the worker’s queue of letters without names",
        "30 days after it was settled",
        "by the act that queued it",
    ),
    # partnership
    "partnership.Partnership": Card("its members, as the frame of every page", ADMINISTRATION, HISTORY),
    "partnership.Agency": Card("the members of its partnership", ADMINISTRATION, HISTORY),
    "partnership.Signatory": Card("the members of its partnership", ADMINISTRATION, HISTORY),
    "partnership.Protocol": Card("the members of its partnership", ADMINISTRATION, HISTORY),
    "partnership.ProtocolSchedule": Card("the members of its partnership", ADMINISTRATION, HISTORY),
    "partnership.LiaisonPost": Card("the members of its partnership", ADMINISTRATION, HISTORY),
    "partnership.Joining": Card("the members of its partnership", ADMINISTRATION, HISTORY),
    "partnership.JoiningConsent": Card("the members of its partnership", ADMINISTRATION, HISTORY),
    "partnership.ExitTask": Card("the members of its partnership", ADMINISTRATION, HISTORY),
    "partnership.Attendee": Card("the members of its partnership", ADMINISTRATION, HISTORY),
    "partnership.LegalBasis": Card("everybody: it is the law", "for good: decisions rest on it", HISTORY),
    "partnership.Panel": Card("the members of its partnership", ADMINISTRATION, HISTORY),
    "partnership.Panel_told_at_once": Card("with the panel", "with the panel", "by the panel’s audit event"),
    "partnership.Panel_agencies": Card("with the panel", "with the panel", "by the panel’s audit event"),
    "partnership.Member": Card("the members of its partnership", ACCOUNT, HISTORY),
    "partnership.RoleGrant": Card("the members of its partnership", ACCOUNT, HISTORY),
    "partnership.MemberSession": Card(
        "the member; an administrator counts them", "90 days after it ended", "sign-in and sign-out are audit events"
    ),
    "partnership.Authenticator": Card(
        "nobody: asked by sign-in alone", "until replaced, reset or the member leaves", "setting up and resetting are"
    ),
    "partnership.RecoveryCode": Card(
        "nobody: asked by sign-in alone", "until replaced, reset or the member leaves", "making and using are"
    ),
    "partnership.Invitation": Card("the members of its partnership", "90 days after it lapsed", "making and using are"),
    # audit
    "audit.Event": Card(
        "who may read the audit, of their partnership", "R13: 6 years", "it is the record; reading too"
    ),
    "audit.Block": Card("nobody: read by the verification", "R13: as its events", "append-only"),
    # cases
    "cases.Involvement": Card("nobody: it decides who sees the case", WITH_CASE, HISTORY),
    "cases.Bar": Card("nobody: it decides who does not see; shown by those who may", WITH_CASE, HISTORY),
    "cases.Hold": Card("nobody: asked by the verbs that erase", "R23: permanent; it names nobody", HISTORY),
    "cases.Case": Card("live involvement without a bar", WITH_CASE, HISTORY, of_cases=True),
    "cases.Party": Card("who sees the case or the referral", WITH_CASE, HISTORY, of_cases=True),
    "cases.Listing": Card("involved in this listing or in all of the case", RAW, HISTORY, of_cases=True),
    "cases.Action": Card("owning agency; desk; meeting; who manages the case", WITH_CASE, HISTORY, of_cases=True),
    "cases.Referral": Card(
        "referrer’s agency, those told at once, desk",
        "as its case; R21: 90 days after the last edit of a draft",
        HISTORY,
        of_cases=True,
    ),
    "cases.Checklist": Card("who sees the referral whole", "with the referral", HISTORY, of_cases=True),
    "cases.VictimContact": Card(
        "own agency, those told at once, desk, signed in the meeting", "with the referral", HISTORY, of_cases=True
    ),
    "cases.Draft": Card(
        "its writer alone", "until saved or dropped; R21: 90 days", "no: nobody’s business", of_cases=True
    ),
    "cases.Entry": Card("own agency; desk; signed in the meeting; never past a bar", RAW, HISTORY, of_cases=True),
    "cases.ReferenceCounter": Card("nobody: a number", "with the panel", "no: the references say it"),
    "cases.Found": Card("its asker, for 20 minutes", "one day", "the search is an audit event", of_cases=True),
    "cases.Subject": Card("party to a visible case", "with the last case of the person", HISTORY, of_cases=True),
    "cases.SearchKey": Card("nobody: compared by the search", "with the subject", "no: made from the subject"),
    "cases.DistinctPair": Card("nobody: asked by the matching", "with either person", HISTORY),
    # meetings
    "meetings.Series": Card("nobody: its meetings are seen", ADMINISTRATION, HISTORY),
    "meetings.Meeting": Card("who attends the panel: a calendar", MINUTED, HISTORY),
    "meetings.Notice": Card("on the page of the meeting", "with the meeting", "it is the record of what was sent"),
    "meetings.AgendaItem": Card("who sees the listing", RAW, HISTORY, of_cases=True),
    "meetings.AgendaIssue": Card("nobody whole: as far as the items are seen", "with the meeting", "it is the record"),
    "meetings.Statement": Card("the members of its partnership", ADMINISTRATION, "each version stays"),
    "meetings.Attendance": Card("who attends the panel", ATTENDANCE, HISTORY),
    "meetings.Agreement": Card("who signed, and on the sheet", ATTENDANCE, "signing is an audit event; never changed"),
    "meetings.Recusal": Card("own; desk without a bar", ATTENDANCE, HISTORY, of_cases=True),
    "meetings.ItemAttendance": Card(
        "counted on the sheet", ATTENDANCE, "written by the clock of the item; never changed"
    ),
    "meetings.ResearchRequest": Card("the agency asked, and the desk", MINUTED, HISTORY, of_cases=True),
    "meetings.Return": Card("own agency; desk; signed in the meeting", RAW, HISTORY, of_cases=True),
    "meetings.PersonCheck": Card("who sees the return", RAW, HISTORY, of_cases=True),
    "meetings.ItemNote": Card("desk; signed in the meeting", RAW, HISTORY, of_cases=True),
    "meetings.ItemOutcome": Card("desk; signed in the meeting; who tells the victim", RAW, HISTORY, of_cases=True),
    "meetings.Minutes": Card("who attends the panel; a draft the desk", MINUTED, HISTORY),
    "meetings.MinutesItem": Card("desk; who took part, without a bar", WITH_CASE, HISTORY, of_cases=True),
    "meetings.Correction": Card("own agency; desk", WITH_CASE, HISTORY, of_cases=True),
    "meetings.Document": Card(
        "desk, or the agency it was made for; never past a bar",
        "with the first of its cases that goes",
        HISTORY,
        of_cases=True,
    ),
    "meetings.Document_cases": Card("with the document", "with the document", "by the document’s audit event"),
    "meetings.Document_entries": Card("with the document", "with the document", "by the document’s audit event"),
    "meetings.Letter": Card("desk; the agency it went to", "R12: 6 years, its document sooner", HISTORY, of_cases=True),
}

# What becomes of the row when the other end is deleted: it goes along, holds the other, forgets it; "many" is a list.
RELATIONS = {
    "partnership.Agency": "holds partnership",
    "partnership.Signatory": "goes agency; holds protocol",
    "partnership.Protocol": "holds partnership lead_controller",
    "partnership.ProtocolSchedule": "goes protocol",
    "partnership.LiaisonPost": "goes agency; holds member",
    "partnership.Joining": "goes agency; holds protocol opened_by",
    "partnership.JoiningConsent": "goes joining; holds authority answered_by",
    "partnership.ExitTask": "goes agency signatory; holds confirmed_by",
    "partnership.Attendee": "goes member panel",
    "partnership.Panel": "holds partnership; many told_at_once agencies",
    "partnership.Panel_told_at_once": "goes panel agency",
    "partnership.Panel_agencies": "goes panel agency",
    "partnership.Member": "holds agency",
    "partnership.RoleGrant": "goes member panel; holds granted_by",
    "partnership.MemberSession": "goes member",
    "partnership.Authenticator": "goes user; holds key",
    "partnership.RecoveryCode": "goes member",
    "partnership.Invitation": "goes member; holds made_by",
    "cases.Involvement": "goes case referral listing; holds panel agency member",
    "cases.Bar": "goes case referral listing entry; holds agency member set_by",
    "cases.Hold": "forgets case referral; holds set_by released_by",
    "cases.Case": "holds key panel opened_by closed_by",
    "cases.Party": "goes referral case; holds key subject linked_by works_for",
    "cases.Listing": "goes case; restricts referral; holds key",
    "cases.Action": (
        "goes case; forgets listing party proposal superseded_by; "
        "holds key agency member agreed_by ended_by accepted_by escalated_by"
    ),
    "cases.Referral": "goes case; holds key panel agency written_by submitted_by decided_by repeat_confirmed_by",
    "cases.Checklist": "goes referral; holds key",
    "cases.VictimContact": "goes referral; holds key agency recorded_by",
    "cases.Draft": "goes member; holds key",
    "cases.Entry": "goes case listing; forgets party taken_from; holds key agency written_by origin",
    "cases.ReferenceCounter": "goes panel",
    "cases.Found": "goes member",
    "cases.Subject": "holds key partnership",
    "cases.SearchKey": "goes subject",
    "cases.DistinctPair": "goes first party; holds decided_by",
    "meetings.Series": "holds panel made_by",
    "meetings.Meeting": "forgets series current_item; holds key panel chair frozen_by opened_by ended_by cancelled_by",
    "meetings.Notice": "goes meeting; holds sent_by",
    "meetings.AgendaItem": "goes meeting listing; holds key presenter led_by removed_by",
    "meetings.AgendaIssue": "goes meeting; holds issued_by",
    "meetings.Statement": "holds panel made_by",
    "meetings.Attendance": "goes meeting; holds member agency",
    "meetings.Agreement": "goes meeting; holds member agency statement",
    "meetings.Recusal": "goes item; forgets bar; holds member agency asked_by declared_by",
    "meetings.ItemAttendance": "goes item attendance",
    "meetings.ResearchRequest": "goes meeting; holds agency sent_by chased_by",
    "meetings.Return": "goes request listing; holds key answered_by",
    "meetings.PersonCheck": "goes answer party; holds key",
    "meetings.ItemNote": "goes item; holds key written_by",
    "meetings.ItemOutcome": "goes item; holds key deferred_to teller tell_agency told_by decided_by",
    "meetings.Minutes": "goes meeting; holds key drafted_by approved_by",
    "meetings.MinutesItem": "goes minutes case; restricts item; holds key passed_by",
    "meetings.Correction": "goes minutes_item; holds key agency proposed_by decided_by",
    "meetings.Document": "goes meeting; holds key agency asked_by; many cases entries",
    "meetings.Document_cases": "goes document case",
    "meetings.Document_entries": "goes document entry",
    "meetings.Letter": "goes meeting; forgets replaces; holds key document agency member queued_by settled_by",
}

# Whose data a sealed column holds.  "panel": what agencies and the panel say about people in their own words.
SEALED = {
    "partnership.Authenticator": {"member": "secret"},
    "cases.Subject": {"subject": "given_name family_name aliases birth_date"},
    "cases.Party": {
        "subject": (
            "given_name family_name aliases birth_date other_birth_dates names died_on gender_identity address postcode"
            " former_addresses current_address phone safe_number safe_times safe_method afraid_of relationship"
            " relationship_to_perpetrator relationship_status lives_with school language access_needs immigration gp"
            " occupation workplace tenancy weapons visit_warning"
        ),
        "contact": "safe_people unsafe_people safe_third_contact death_source",
    },
    "cases.Referral": {
        "subject": (
            "injuries substance_use mental_health crime_reference offence markers orders bail offender_management court"
            " police_contact_how other_marac_where claimed_repeat_reference"
        ),
        "contact": "officer",
        "relative": "risks_children animals",
        "panel": (
            "decision_reason missing judgement_reasons repeat_explanation summary recent_incidents frequency background"
            " reported barriers risks_victim risks_perpetrator risks_staff support_in_place not_aware_reason"
            " no_consent_reason lawful_basis_words details"
        ),
    },
    "cases.Checklist": {"subject": "answers", "panel": "narrative"},
    "cases.VictimContact": {"subject": "way wishes", "panel": "not_made_reason"},
    "cases.Draft": {"panel": "data"},
    "cases.Entry": {"panel": "text taken_why ground_words", "contact": "source"},
    "cases.Action": {"panel": "text safe_words outcome evidence superseded_words"},
    "meetings.AgendaItem": {"panel": "removed_words"},
    "meetings.Meeting": {"panel": "emergency_words cancelled_words"},
    "meetings.Minutes": {"panel": "change_words"},
    "meetings.Return": {"panel": "comment"},
    "meetings.PersonCheck": {"subject": "correction"},
    "meetings.ItemNote": {"panel": "text", "contact": "given_by"},
    "meetings.ItemOutcome": {"panel": "reason not_to_tell_reason", "subject": "tell_how"},
    "meetings.MinutesItem": {"panel": "content"},
    "meetings.Correction": {"panel": "original proposed reason"},
    "meetings.Letter": {"panel": "passphrase"},
}
WHOSE = {"subject", "relative", "contact", "panel", "member"}

CODE = "a code or digest that we make; nobody types it"
MEMBER = "a member’s or agency’s own working details: sign-in and audit need them in clear"
WORKER = "a professional’s name at work, which the panel’s papers name"
SETTING = "a setting of the partnership, about no person"
CLEAR = {
    "core.Key": {CODE: "epoch", "ciphertext itself": "wrapped"},
    "core.FolderMark": {CODE: "name mark"},
    "core.Notice": {"a member’s or agency’s working address": "address", "our own sentence": "subject body failure"},
    "partnership.Partnership": {SETTING: "name place protocol_name"},
    "partnership.Agency": {MEMBER: "name short_name ico_registration secure_domains plan_address certificate"},
    "partnership.Signatory": {WORKER: "signed_by signed_as", SETTING: "home_area home_protocol"},
    "partnership.Protocol": {SETTING: "name dpia_reference policy_reference"},
    "partnership.ProtocolSchedule": {SETTING: "scheme data_items purposes bases methods retention rights"},
    "partnership.LiaisonPost": {MEMBER: "name email"},
    "partnership.JoiningConsent": {SETTING: "document"},
    "partnership.LegalBasis": {
        "the law": (
            "code types label citation guard regimes disclosers not_disclosers recipients only_when needs source"
        )
    },
    "partnership.Panel": {SETTING: "name scheme scheme_settings reference_prefix place link instrument"},
    "partnership.Member": {MEMBER: "email name job_title phone", "hashed": "password"},
    "partnership.MemberSession": {"hashed": "digest", "signed in as whom, nothing else": "data", CODE: "browser"},
    "partnership.Authenticator": {CODE: "name"},
    "partnership.RecoveryCode": {"hashed": "digest"},
    "partnership.Invitation": {"hashed": "digest"},
    "audit.Event": {
        CODE: "thing_kind member_roles reason road things detail session mac",
        MEMBER: "member_name agency_name recipients address",
    },
    "audit.Block": {CODE: "root previous_hash hash"},
    "cases.Involvement": {CODE: "why"},
    "cases.Hold": {CODE: "source_kind"},
    "cases.Case": {"drawn from a counter": "reference"},
    "cases.Listing": {"the name of another area": "transferred_from"},
    "cases.Action": {CODE: "pathway", WORKER: "person_named escalated_to"},
    "cases.Referral": {
        "drawn from a counter": "reference",
        WORKER: "contact_name contact_job_title contact_phone contact_email manager_name",
        CODE: "lawful_basis",
    },
    "cases.Checklist": {WORKER: "assessor", SETTING: "instrument instrument_version"},
    "cases.Draft": {CODE: "about_kind part"},
    "cases.Found": {"ids and kinds of keys, never the words": "people cases referrals"},
    "cases.SearchKey": {CODE: "kind", "hashed under the search key": "digest"},
    "meetings.AgendaIssue": {"numbers, ids and codes": "content changes"},
    "meetings.Statement": {SETTING: "text"},
    "meetings.Meeting": {SETTING: "place link"},
    "meetings.Attendance": {WORKER: "observer_name observer_organisation"},
    "meetings.Return": {WORKER: "researcher involved_worker", CODE: "lawful_basis"},
    "meetings.ItemOutcome": {"the name of another area": "transferred_to"},
    "meetings.Minutes": {
        "members’ and observers’ names, references, codes and dates": "header",
        CODE: "digest",
    },
    "meetings.Correction": {CODE: "part"},
    "meetings.Document": {"our own sentence": "failure", CODE: "digest sha256"},
    "meetings.Letter": {MEMBER: "address", CODE: "message_id", "our own sentence, or the mail server’s": "failure"},
}

# Writes past history in workflow modules: which, and why they may.
NO_HISTORY = "the model has no history: its acts are audit events"
PAST_HISTORY = {
    "cases/workflow/reference.py counters.update": "a counter; the row’s lock is the point",
    "cases/workflow/matching.py SearchKey.objects.bulk_create": "made from the subject, whose history tells",
    "meetings/workflow/presence.py AgendaItem.objects.filter.update": "the screens’ pulse, kept out of history",
    "meetings/workflow/presence.py meeting.items.filter.update": "the screens’ pulse, kept out of history",
    "meetings/workflow/presence.py ItemAttendance.objects.bulk_create": NO_HISTORY,
    "disclosures/workflow/heard.py ReleaseItem.objects.bulk_create": NO_HISTORY,
    "partnership/post/office.py self.model.objects.filter.update": "the queue’s own mark, kept out of history",
    "partnership/post/press.py self.model.objects.filter.update": "the worker’s progress, kept out of history",
    "partnership/workflow/members.py Invitation.objects.open.filter.update": NO_HISTORY,
    "partnership/workflow/members.py Authenticator.objects.filter.update": NO_HISTORY,
    "partnership/workflow/organisation.py FolderMark.objects.filter.exclude.update": NO_HISTORY,
    "partnership/workflow/sign_in.py mine.update": NO_HISTORY,
    "partnership/workflow/sign_in.py Authenticator.objects.filter.update": NO_HISTORY,
    "partnership/workflow/sign_in.py Invitation.objects.open.filter.update": NO_HISTORY,
}

# Nouns that keep their cards in a module of their own (`tests/cards/`).
OPENERS: dict[str, str] = {}


def _take_in_the_nouns() -> None:
    from tests.cards import nouns

    for noun in nouns():
        for ours, name in ((MODELS, "MODELS"), (RELATIONS, "RELATIONS"), (SEALED, "SEALED"), (CLEAR, "CLEAR")):
            ours.update(getattr(noun, name, {}))
        PAST_HISTORY.update(getattr(noun, "PAST_HISTORY", {}))
        OPENERS.update(getattr(noun, "OPENERS", {}))


_take_in_the_nouns()
