"""ASB case review: somebody who reported it and saw too little done has the agencies look at it again, together.

Anti-social Behaviour, Crime and Policing Act 2014, ss. 104 and 105, Sch. 4.  The principal is the applicant, who is
told the outcome and nobody else's data.  It is no complaints procedure: it looks for what to do, not for blame.
"""

import calendar
import datetime
import re

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Party
from cases.schemes import Note, Part, Scheme, Section, Words
from cases.schemes.items import Item
from cases.schemes.marac import BASES, IDENTITY, PLACE
from cases.schemes.settings import Number, number_of
from cases.schemes.tracks import DESK, Facts, Move, SheetKind, State, TrackKind

Capacity = Party.Capacity
FRESH = 1  # months after what happened in which a complaint is made
NUMBERS = (
    Number(
        "complaints",
        _("Complaints that meet the threshold"),
        usual=3,
        least=1,
        most=3,
        hint=_("The Act allows no more than three."),
    ),
    Number("months", _("Months before the application in which they count"), usual=6, least=6, most=36),
)

SECTIONS = (
    Section(
        "about-you",
        _("About you"),
        "referral",
        ("contact_name", "contact_job_title", "contact_phone", "contact_email"),
        read_as=_("Who takes the application"),
    ),
    Section(
        "applicant",
        _("The applicant"),
        "principal",
        (*IDENTITY, *PLACE, "phone", "safe_to_call", "safe_times", "language", "interpreter", "access_needs"),
    ),
    Section(
        "complained-of",
        _("Who is complained of"),
        "people",
        (*IDENTITY, *PLACE),
        capacity=Capacity.ASSOCIATE,
        one=_("person complained of"),
        hint=_("The applicant is told nothing of them."),
    ),
    Section("what", _("What happened, and what was done"), "referral", ("summary", "background")),
    Section(
        "application",
        _("The application"),
        "details",
        items=(
            Item(
                "agrees",
                _("Does the applicant agree that agencies share what they know for it?"),
                "yes_no",
                required=True,
            ),
            Item("behalf", _("If somebody applies for them: who, and that the applicant agrees"), "long"),
            Item("wants", _("What the applicant wants to come of it"), "long", required=True),
        ),
    ),
    Section("basis", _("Lawful basis"), "referral", ("lawful_basis", "lawful_basis_words")),
)
PARTS = (
    Part(Capacity.COMPLAINANT, _("Applicant"), _("Applicants"), conflict=True, briefed=True),
    Part(Capacity.ASSOCIATE, _("Person complained of"), _("People complained of"), conflict=True),
)
NOTES = (
    Note("summary", _("What was reported and done"), wanted=_("Write what was reported and done."), short=_("Summary")),
    Note("voice", _("What the applicant says"), wanted=_("Record what the applicant says, or why it is not known.")),
    Note("risk_community", _("What more can be done"), risk=True),
)


# What stops a step ----------------------------------------------------------------------------------------------
def months_before(day: datetime.date, months: int) -> datetime.date:
    """The same day so many *months* earlier, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def qualifies(complaint: dict, applied_on: datetime.date, months: int = 6) -> bool:
    """Whether a complaint counts: made within a month of what happened, *months* before at most (s. 104(11))."""
    made = datetime.date.fromisoformat(complaint["complained_on"])
    happened = datetime.date.fromisoformat(complaint["happened_on"])
    return happened <= made <= applied_on and (
        months_before(made, FRESH) <= happened and months_before(applied_on, months) <= made
    )


def _counting(facts: Facts) -> int:
    applied_on, months = facts.steps[0].effective_on, _number(facts, "months")
    return sum(qualifies(sheet.data, applied_on, months) for sheet in facts.sheets_of("complaint"))


def _number(facts: Facts, code: str) -> int:
    return number_of(ASB_REVIEW, facts.case.panel, code)


def too_few(facts: Facts) -> list[str]:
    """Below the number of complaints the threshold is met only where persistence, harm and response are weighed."""
    found, needed = _counting(facts), _number(facts, "complaints")
    if found >= needed or facts.sheets_of("threshold"):
        return []
    words = gettext(
        "%(found)s of %(needed)s complaints count. List the others, or weigh persistence, harm and what was done."
    )
    return [words % {"found": found, "needed": needed}]


def enough(facts: Facts) -> list[str]:
    """The number of complaints is enough by itself: nobody may ask for more (s. 104(4))."""
    found = _counting(facts)
    words = gettext("%(found)s complaints count: the threshold is met.")
    return [words % {"found": found}] if found >= _number(facts, "complaints") else []


def involved_chair(facts: Facts) -> list[str]:
    """The chair is of no agency that dealt with the complaints."""
    handled = {sheet.data["agency"] for sheet in facts.sheets_of("complaint")}
    if facts.details["chair_agency"] not in handled:
        return []
    return [gettext("The chair’s agency dealt with a complaint: choose a chair from another.")]


def _recommendations(facts: Facts):
    return facts.case.tracks.filter(kind="recommendation")


def no_recommendation(facts: Facts) -> list[str]:
    """A review that recommends nothing says so by informing the applicant, not by sending nothing out."""
    return [] if _recommendations(facts).exists() else [gettext("Make the recommendations first.")]


def unanswered(facts: Facts) -> list[str]:
    """The applicant is told once each agency has answered, and once the letter is written."""
    found = []
    if _recommendations(facts).filter(state="made", ended_at__isnull=True).exists():
        found.append(gettext("An agency has not answered its recommendation yet."))
    if not facts.sheets_of("letter"):
        found.append(gettext("Write the letter to the applicant first."))
    return found


def names_others(facts: Facts) -> list[str]:
    """No name of anybody else on the case stands in the letter."""
    text = " ".join(str(value) for value in facts.details.values())
    others = Party.objects.with_key().filter(case=facts.case).exclude(capacity=Capacity.COMPLAINANT)
    names = {name.strip() for party in others for name in (party.given_name, party.family_name) if name.strip()}
    words = gettext("The letter names somebody else on this case. The applicant is told of nobody else.")
    return [words] if any(re.search(rf"\b{re.escape(name)}\b", text, re.IGNORECASE) for name in names) else []


# The course -----------------------------------------------------------------------------------------------------
WHY_NOT_MET = (
    ("few", _("Too few complaints")),
    ("old", _("The complaints are too old, or were made too late")),
    ("answered", _("What was done was adequate")),
    ("other", _("It is not anti-social behaviour")),
)
REVIEW = TrackKind(
    "review",
    _("Case review"),
    states=(
        State("applied", _("Applied"), "grey", clock=3),
        State("acknowledged", _("Acknowledged"), "blue", clock=2),
        State("threshold", _("Threshold being checked"), "blue", clock=10),
        State("not_met", _("Threshold not met"), "orange", clock=5),
        State("met", _("Threshold met"), "green", clock=5),
        State("gathering", _("Information being gathered"), "turquoise", clock=15),
        State("meeting", _("At the review meeting"), "purple", clock=10),
        State("recommended", _("Recommendations made"), "purple", clock=5),
        State("answering", _("Agencies answer"), "yellow", clock=20),
        State(
            "informed", _("Applicant told"), "green", clock=20, meaning=_("The applicant may ask for a review of it.")
        ),
        State("appeal", _("Before the local policing body"), "magenta", clock=20),
        State("closed", _("Closed"), "grey", final=True),
    ),
    moves=(
        Move("apply", _("Register the application"), (), "applied", who=DESK),
        Move("acknowledge", _("Acknowledge"), ("applied",), "acknowledged", who=DESK),
        Move("check", _("Check the threshold"), ("acknowledged",), "threshold", who=DESK),
        Move(
            "not_met",
            _("The threshold is not met"),
            ("threshold",),
            "not_met",
            who=DESK,
            reasons=WHY_NOT_MET,
            note="must",
            stops=enough,
        ),
        Move("meet", _("The threshold is met"), ("threshold",), "met", who=DESK, stops=too_few),
        Move("gather", _("Ask agencies what they know"), ("met",), "gathering", who=DESK),
        Move(
            "hear",
            _("Hold the review meeting"),
            ("gathering",),
            "meeting",
            who=DESK,
            items=(
                Item("chair", _("Who chairs it"), required=True),
                Item("chair_agency", _("Of which agency"), "agency", required=True),
                Item(
                    "voice",
                    _("How the applicant is heard"),
                    "choice",
                    (
                        ("attends", _("Attends")),
                        ("speaks", _("Somebody speaks for them")),
                        ("writes", _("In writing")),
                        ("declined", _("Does not wish to be")),
                    ),
                ),
            ),
            stops=involved_chair,
        ),
        Move(
            "recommend", _("Recommendations are made"), ("meeting",), "recommended", who=DESK, stops=no_recommendation
        ),
        Move("send", _("Ask the agencies for their answers"), ("recommended",), "answering", who=DESK),
        Move(
            "inform",
            _("The applicant has been told"),
            ("not_met", "meeting", "answering"),
            "informed",
            who=DESK,
            stops=unanswered,
        ),
        Move("appeal", _("The applicant asks the local policing body"), ("not_met", "informed"), "appeal", who=DESK),
        Move("again", _("The local policing body sends it back"), ("appeal",), "threshold", who=DESK, note="must"),
        Move("close", _("Close the review"), ("informed", "appeal"), "closed", who=DESK),
        Move(
            "withdraw",
            _("The applicant withdraws"),
            ("applied", "acknowledged", "threshold", "met", "gathering", "meeting"),
            "closed",
            who=DESK,
            note="must",
        ),
    ),
    again=True,
    settable=True,
)
RECOMMENDATION = TrackKind(
    "recommendation",
    _("Recommendation"),
    states=(
        State("made", _("Waits for an answer"), "yellow", clock=10),
        State("accepted", _("Accepted"), "green"),
        State("refused", _("Refused"), "red", final=True),
        State("done", _("Carried out"), "grey", final=True),
    ),
    moves=(
        Move(
            "recommend",
            _("Make a recommendation"),
            (),
            "made",
            who=DESK,
            items=(
                Item("agency", _("To which agency"), "agency", required=True),
                Item("what", _("What it should do"), "long", required=True),
            ),
            manager="agency",
            note="",
        ),
        Move(
            "accept",
            _("Accept"),
            ("made",),
            "accepted",
            items=(Item("by_on", _("To be done by"), "date", required=True, when="future"),),
            due="by_on",
        ),
        Move(
            "refuse",
            _("Refuse"),
            ("made",),
            "refused",
            reasons=(
                ("power", _("It has no power to")),
                ("means", _("It has not the means")),
                ("harm", _("It would do harm")),
                ("done", _("It is done already")),
            ),
            note="must",
        ),
        Move("finish", _("It is done"), ("accepted",), "done", note="must"),
    ),
    beside=True,
    own=True,
    settable=True,
)
COMPLAINT = SheetKind(
    "complaint",
    _("Complaints"),
    (
        Item("happened_on", _("What was complained of happened on"), "date", required=True, when="past", counted=True),
        Item("complained_on", _("Complaint made on"), "date", required=True, when="past", counted=True),
        Item("agency", _("To which agency"), "agency", required=True),
        Item("reference", _("Its reference")),
        Item("what", _("What was complained of"), "long", required=True),
        Item("answer", _("What was done about it"), "long"),
    ),
    many=True,
    who=DESK,
    title=lambda data: _title(data),
)


def _title(data: dict) -> str:
    made = datetime.date.fromisoformat(data["complained_on"])
    return gettext("Complaint of %(day)s") % {"day": date_format(made, "j F Y")}


THRESHOLD = SheetKind(
    "threshold",
    _("Threshold weighed"),
    (
        Item("persistence", _("How persistent it is"), "long", required=True),
        Item("harm", _("The harm it does, or could do"), "long", required=True),
        Item("adequacy", _("How adequate what was done is"), "long", required=True),
    ),
    who=DESK,
)
LETTER = SheetKind(
    "letter",
    _("Letter to the applicant"),
    (
        Item("findings", _("What was found"), "long", required=True),
        Item("ahead", _("What happens next, and what was recommended"), "long", required=True),
        Item("route", _("How the applicant can have it looked at again"), "long", required=True),
    ),
    who=DESK,
    hint=_("Nobody else’s data: no names, addresses or enforcement against others."),
    stops=names_others,
    paper="cases:review_letter",
)

SCHEME = ASB_REVIEW = Scheme(
    "asb_review",
    _("ASB case review"),
    SECTIONS,
    bases=BASES,
    parts=PARTS,
    notes=NOTES,
    features=frozenset({"telling"}),
    risks=(("community", _("The community")), ("person", _("The applicant"))),
    listings=("full", "urgent"),
    words=Words(
        name_missing=_("Enter the applicant’s given and family name"),
        summary_missing=_("Say what happened and what was done about it"),
        tell_whom=_("Who tells the applicant"),
    ),
    tracks=(REVIEW, RECOMMENDATION),
    numbers=NUMBERS,
    sheets=(COMPLAINT, THRESHOLD, LETTER),
    papers=(("cases:case_record", _("Record of the case (PDF)")),),
    management_word=_("Review"),
)
