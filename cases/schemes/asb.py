"""ASB panel: who harms whom how badly, what was tried, and what the law allows next; the victim's contact beside it.

The principal is the alleged perpetrator.  Who reported it is told to the panel only by a decision of the desk
(`cases.workflow.reporter`).  The matrix and the decisions on tools stand beside this file, the tools themselves in
`cases/reference/asb_tools.toml`.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Party, Referral
from cases.schemes import Missing, Note, Part, Scheme, Section, Words, Wrong
from cases.schemes.asb_decisions import ASSESSMENT, TOOL
from cases.schemes.asb_matrix import QUESTIONS, REASSESSED, advice
from cases.schemes.items import Item, missing
from cases.schemes.marac import BASES, IDENTITY, PLACE
from cases.schemes.tracks import DESK, Facts, Move, SheetKind, State, TrackKind
from cases.schemes.words import OF_A_VICTIM
from partnership.roles import Permission

Capacity = Party.Capacity
PERSON = (*IDENTITY, "ethnicity", "disabled", *PLACE, "phone", "language", "interpreter", "access_needs")


SECTIONS = (
    Section(
        "about-you",
        _("About you"),
        "referral",
        ("contact_name", "contact_job_title", "contact_phone", "contact_email"),
        read_as=_("Who refers"),
    ),
    Section("person", _("The alleged perpetrator"), "principal", (*PERSON, "school", "tenancy", "visit_warning")),
    Section(
        "victims",
        _("Victims"),
        "people",
        (*PERSON, "relationship_to_perpetrator", "safe_to_call", "safe_number", "safe_times", "safe_method"),
        capacity=Capacity.VICTIM,
        one=_("victim"),
    ),
    Section(
        "reporters",
        _("Who reported it, and is not to be named"),
        "people",
        ("given_name", "family_name", "address", "phone", "safe_times"),
        capacity=Capacity.REPORTER,
        one=_("reporter"),
        hint=_(
            "Only your agency and the panel’s desk see who they are. The panel reads “Reporter A”. "
            "Keep out of all other answers whatever would tell who it was."
        ),
    ),
    Section(
        "associates",
        _("Others who take part"),
        "people",
        (*IDENTITY, *PLACE, "relationship"),
        capacity=Capacity.ASSOCIATE,
        one=_("associate"),
    ),
    Section("what", _("What happens"), "referral", ("incident_on", "summary", "background", "animals", "risks_staff")),
    Section("matrix", _("Risk matrix"), "details", items=QUESTIONS, hint=_("The total advises; people decide.")),
    Section(
        "history",
        _("What is known and was tried"),
        "details",
        items=(
            Item("offences", _("Offences and behaviour before"), "long"),
            Item("sentences", _("Custody, orders and supervision before"), "long"),
            Item("assessments", _("Assessments by probation or youth justice"), "long"),
            Item("substances", _("Drug and alcohol use, and treatment"), "long"),
            Item("health", _("Health, disability, and anything else that bears on the behaviour"), "long"),
            Item("tried", _("What has been tried, and what came of it"), "long", required=True),
            Item(
                "against_victim",
                _("Is any enforcement under way against the victim?"),
                "yes_no",
                unknown=True,
                required=True,
            ),
        ),
    ),
    Section("basis", _("Lawful basis"), "referral", ("lawful_basis", "lawful_basis_words")),
)

PARTS = (
    Part(Capacity.PERPETRATOR, _("Alleged perpetrator"), _("Alleged perpetrators"), conflict=True, briefed=True),
    Part(Capacity.VICTIM, _("Victim"), _("Victims"), conflict=True, briefed=True),
    Part(Capacity.REPORTER, _("Reporter"), _("Reporters"), conflict=True),
    Part(Capacity.ASSOCIATE, _("Associate"), _("Associates")),
)

NOTES = (
    Note("summary", _("Summary"), wanted=_("Write the summary."), short=_("Summary")),
    Note("voice", _("What the victim says"), wanted=_("Record what the victim says or wants, or why it is not known.")),
    Note("risk_victim", _("Risk: victim"), risk=True),
    Note("risk_perpetrator", _("Risk: alleged perpetrator"), risk=True),
    Note("risk_community", _("Risk: the community"), risk=True),
    Note("progress", _("What was tried since last time")),
)


def wants(referral, parties, details) -> list[Missing]:
    """A victim or a reporter: an ASB panel weighs harm to somebody."""
    harmed = {Capacity.VICTIM, Capacity.REPORTER}
    if any(party.capacity in harmed for party in parties):
        return []
    return [Missing("harmed", "victims", gettext("Add a victim, or who reported it"))]


def weighs(referral, parties, details) -> list[Wrong]:
    """What the matrix advises, where all of it is answered; it stops nothing."""
    return [] if missing(QUESTIONS, details) else [Wrong("matrix", advice(details), False, "matrix")]


# The response: what is done about the behaviour ------------------------------------------------------------------


def unassessed(facts: Facts) -> list[str]:
    """Nobody is referred on before the risk matrix is filled in, in the referral or since."""
    referrals = Referral.objects.with_key().filter(case=facts.case)
    if facts.sheets_of("matrix") or any(not missing(QUESTIONS, referral.details) for referral in referrals):
        return []
    return [gettext("Fill in the risk matrix first.")]


def _no_tool(formal: str, sentence):
    def stops(facts: Facts) -> list[str]:
        decided = [sheet for sheet in facts.sheets_of("tool") if sheet.data.get("formal") == formal]
        return [] if decided else [str(sentence)]

    return stops


REVIEW_ON = Item("review_on", _("Look at it again on"), "date", required=True, when="future")
OUTCOMES = (
    ("stopped", _("The behaviour has stopped")),
    ("moved", _("The person has moved away")),
    ("passed_on", _("Another panel or agency has taken it over")),
    ("unproven", _("There was not enough to go on with")),
    ("error", _("It was not this person")),
)
RESPONSE = TrackKind(
    "response",
    _("Response"),
    states=(
        State("reported", _("Reported"), "grey", clock=5),
        State("assessed", _("Risk assessed"), "blue", clock=5),
        State("referred", _("Referred to the panel"), "blue", clock=20),
        State("panel", _("With the panel"), "purple", clock=20),
        State("informal", _("Informal steps"), "yellow", clock=20, meaning=_("Tried before any order.")),
        State("formal", _("Formal steps"), "orange", clock=20),
        State("monitor", _("Watched"), "turquoise", clock=20),
        State("closed", _("Closed"), "grey", final=True),
    ),
    moves=(
        Move("report", _("Begin the response"), (), "reported", who=DESK),
        Move("assess", _("The risk is assessed"), ("reported",), "assessed", stops=unassessed),
        Move("refer", _("Refer to the panel"), ("assessed",), "referred"),
        Move("hear", _("The panel takes it"), ("referred", "informal", "formal", "monitor"), "panel", who=DESK),
        Move(
            "informal",
            _("Informal steps"),
            ("panel", "monitor"),
            "informal",
            stops=_no_tool("no", _("Record the decision on an informal tool first.")),
        ),
        Move(
            "formal",
            _("Formal steps"),
            ("panel", "informal", "monitor"),
            "formal",
            stops=_no_tool("yes", _("Record the decision on a formal tool first.")),
        ),
        Move("monitor", _("Watch"), ("panel", "informal", "formal"), "monitor", items=(REVIEW_ON,), due="review_on"),
        Move("review", _("Look at it again"), ("informal", "formal", "monitor"), items=(REVIEW_ON,), due="review_on"),
        Move(
            "close",
            _("Close the response"),
            ("reported", "assessed", "referred", "panel", "informal", "formal", "monitor"),
            "closed",
            who=DESK,
            reasons=OUTCOMES,
            note="must",
        ),
        Move(
            "resume",
            _("It was closed in error"),
            ("closed",),
            "panel",
            permission=Permission.KEEP_CASE,
            who=DESK,
            note="must",
            corrects=True,
        ),
    ),
    settable=True,
)


# The victim beside it ----------------------------------------------------------------------------------------------
NEXT_ON = Item("next_on", _("Next contact on"), "date", required=True, when="future")


def without_a_plan(facts: Facts) -> list[str]:
    """Nobody is called before it is written how they can be called safely."""
    return [] if facts.sheets_of("contact_plan") else [gettext("Write the contact plan first.")]


VICTIM = TrackKind(
    "victim",
    _("Victim"),
    states=(
        State("planned", _("Contact to be planned"), "yellow", clock=2),
        State("supported", _("In contact"), "green", clock=10),
        State("review_requested", _("Case review asked for"), "purple", clock=5),
        State("closed", _("Closed"), "grey", final=True),
    ),
    moves=(
        Move(
            "plan",
            _("Begin contact with a victim"),
            (),
            "planned",
            items=(Item("lead", _("Who keeps contact"), "agency", required=True),),
            manager="lead",
        ),
        Move(
            "support",
            _("First contact made"),
            ("planned",),
            "supported",
            items=(NEXT_ON,),
            due="next_on",
            stops=without_a_plan,
        ),
        Move(
            "contact",
            _("Record contact"),
            ("supported", "review_requested"),
            items=(NEXT_ON,),
            due="next_on",
            note="must",
        ),
        Move("ask_review", _("The victim asks for a case review"), ("planned", "supported"), "review_requested"),
        Move(
            "reviewed",
            _("The case review is dealt with"),
            ("review_requested",),
            "supported",
            items=(NEXT_ON,),
            due="next_on",
            stops=without_a_plan,
        ),
        Move(
            "close",
            _("End contact"),
            ("planned", "supported", "review_requested"),
            "closed",
            reasons=(
                ("safe", _("The victim feels safe")),
                ("wish", _("The victim wishes it")),
                ("elsewhere", _("Somebody else keeps contact")),
                ("moved", _("The victim has moved away")),
            ),
        ),
    ),
    again=True,
    beside=True,
    about=(Capacity.VICTIM,),
    own=True,
    settable=True,
)
CONTACT_PLAN = SheetKind(
    "contact_plan",
    _("Contact plan"),
    (
        Item("caller", _("Who calls"), required=True),
        Item(
            "often",
            _("How often"),
            "choice",
            (
                ("daily", _("Every day")),
                ("weekly", _("Every week")),
                ("fortnightly", _("Every two weeks")),
                ("monthly", _("Every month")),
            ),
            required=True,
        ),
        Item("safe_ways", _("Safe ways and times"), "long", required=True),
        Item(
            "unsafe", _("What must not be done"), "long", hint=_("For example, no letters, no marked car at the door")
        ),
        Item("wishes", _("What the victim wants"), "long"),
        Item("next_on", _("Next contact on"), "date", required=True),
    ),
    track="victim",
    due="next_on",
)


SCHEME = ASB = Scheme(
    "asb",
    _("ASB panel"),
    SECTIONS,
    bases=BASES,
    parts=PARTS,
    notes=NOTES,
    features=frozenset({"telling"}),
    wants=wants,
    weighs=weighs,
    risks=(("community", _("The community")), ("victim", _("Victim")), ("perpetrator", _("Alleged perpetrator"))),
    words=Words(
        name_missing=_("Enter the alleged perpetrator’s given and family name"),
        summary_missing=_("Say what happens, where, and whom it harms"),
        **OF_A_VICTIM,
    ),
    labels={"relationship": _("Relationship to the alleged perpetrator")},
    statement=_(
        "What is said here is shared to reduce crime, disorder and anti-social behaviour in {place}, and stays here."
    ),
    tracks=(RESPONSE, VICTIM),
    sheets=(TOOL, ASSESSMENT, REASSESSED, CONTACT_PLAN),
    papers=(("cases:case_record", _("Record of the case (PDF)")),),
    management_word=_("Response"),
)
