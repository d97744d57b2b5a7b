"""DIP: the three streams, kept apart: continuity of care, test and required assessment, intelligence.

Each is seen by the agencies that were named for it alone, the panel's desk included; from one to another only what a
decision says (`cases.workflow.stream.pass_on`).  Information Sharing for Community Safety (2010) §3.1.1.1; Police and
Criminal Evidence Act 1984 ss.63B–63C; Drugs Act 2005 ss.9–16; Crime and Policing Act 2026.
"""

from django.utils.translation import gettext_lazy as _

from cases.schemes.dip_parts import (
    INFORMED,
    POLICE,
    RESTS_ON,
    TOLD,
    TREATING,
    after_the_laboratory,
    common,
    specific,
    specific_and_told,
    telling,
    tested_positive,
)
from cases.schemes.items import Item
from cases.schemes.tracks import SEEING, Move, OnConsent, SheetKind, State, TrackKind

# A. Continuity of care ---------------------------------------------------------------------------------------------
IN_EPISODE = ("informed", "identified", "contacted", "assessed", "care_planned", "in_treatment")
ENDS = (
    ("completed", _("Completed")),
    ("transferred", _("Transferred")),
    ("dropped_out", _("Dropped out")),
    ("custody", _("Went into custody")),
)
SOURCE = Item(
    "source",
    _("Referral source"),
    "choice",
    (
        ("arrest", _("Police custody")),
        ("court", _("Court")),
        ("probation", _("Probation")),
        ("prison", _("Prison")),
        ("health", _("Health service")),
        ("self", _("The person, or family")),
        ("other", _("Other")),
    ),
    required=True,
    counted=True,
)
DISCHARGE = Item("discharge_on", _("Planned discharge"), "date", required=True, when="future")
AGREED = OnConsent("care", ("treatment", "attendance"))  # what whoever reads the steps of an episode comes to know


def _care(code: str, words, sources: tuple[str, ...], to: str = "", *items: Item, **more) -> Move:
    """A move that those who treat make."""
    return Move(code, words, sources, to, items=items, kinds=TREATING, **more)


EPISODE = TrackKind(
    "episode",
    _("Continuity of care"),
    states=(
        INFORMED,
        State("identified", _("Identified"), "grey", clock=2),
        State("contacted", _("Contacted"), "yellow", clock=5),
        State("assessed", _("Assessed"), "turquoise", clock=10),
        State("care_planned", _("Care plan agreed"), "teal", clock=15),
        State("in_treatment", _("In treatment"), "green"),
        *(State(code, words, "grey", final=True) for code, words in ENDS),
    ),
    moves=(
        _care(
            "identify",
            _("Begin an episode of care"),
            (),
            "identified",
            SOURCE,
            who=SEEING,
            hint=_("Ask for consent in this episode before anything of it is shared."),
        ),
        _care("take_up", _("Take it up"), ("informed",), "identified", SOURCE),
        _care("contact", _("The person was reached"), ("identified",), "contacted"),
        _care("assess", _("Assessed"), ("identified", "contacted"), "assessed"),
        _care("plan", _("Care plan agreed"), ("assessed",), "care_planned"),
        _care("treat", _("Treatment began"), ("care_planned",), "in_treatment", DISCHARGE, due="discharge_on"),
        _care("review", _("Reviewed"), ("in_treatment",), "", DISCHARGE, due="discharge_on", note="must"),
        _care("complete", _("Treatment completed"), ("in_treatment",), "completed", note="must"),
        _care("transferred", _("Transferred to another provider"), IN_EPISODE, "transferred", note="must"),
        _care("dropped_out", _("Dropped out"), IN_EPISODE, "dropped_out", note="must"),
        _care("custody", _("Went into custody"), IN_EPISODE, "custody", note="must"),
        *common(TREATING, IN_EPISODE, consent=AGREED),
    ),
    beside=True,
    apart=True,
    closed_to_desk=True,
    settable=True,
    hint=_("With the person’s consent: the treatment provider, and the agencies that the consent names."),
)

# B. Test and required assessment -----------------------------------------------------------------------------------
REQUIRED = ("required", "disputed", "attended", "follow_up", "failed")
IN_REQUIREMENT = ("informed", "tested", *REQUIRED)
ASSESSMENT = Item("assessment_on", _("Day of the assessment"), "date", required=True)
TEAM = Item("team", _("Who assesses"), "agency", required=True)
RESULT = Item(
    "result",
    _("Result"),
    "choice",
    (("positive", _("Positive")), ("negative", _("Negative")), ("refused", _("The sample was refused"))),
    required=True,
)


def _law(code: str, words, sources: tuple[str, ...], to: str, *items: Item, kinds=POLICE, **more) -> Move:
    """A move of the police or of who assesses, of which the person is told, or it is said why not."""
    return Move(code, words, sources, to, items=(*items, *TOLD), kinds=kinds, **{"stops": telling, **more})


def _fact(code: str, words, sources: tuple[str, ...], to: str, kinds=POLICE | TREATING, **more) -> Move:
    """A move that says what happened, which the person knows."""
    return Move(code, words, sources, to, kinds=kinds, **more)


REQUIREMENT = TrackKind(
    "requirement",
    _("Test and required assessment"),
    states=(
        INFORMED,
        State("tested", _("Tested"), "yellow", clock=1),
        State("required", _("Assessment required"), "orange"),
        State("disputed", _("Result disputed, with the laboratory"), "purple"),
        State("attended", _("Attended"), "green", clock=5, meaning=_("Say whether a follow-up is required.")),
        State("follow_up", _("Follow-up assessment required"), "orange"),
        State("failed", _("Failed to attend or to stay"), "red", clock=1, meaning=_("The police decide.")),
        State("done", _("Requirement met"), "grey", final=True),
        State("not_required", _("Not required"), "grey", final=True),
        State("cleared", _("Cleared by the laboratory"), "grey", final=True),
        State("enforced", _("Dealt with by the police"), "grey", final=True),
    ),
    moves=(
        _law(
            "test",
            _("Record a drug test"),
            (),
            "tested",
            Item("tested_on", _("Tested on"), "date", required=True, when="past"),
            Item("offence", _("Trigger offence, or the ground for testing"), required=True),
            RESULT,
            who=SEEING,
            hint=_("No consent is needed; the person is told all the same."),
        ),
        _fact(
            "not_required",
            _("No assessment is required"),
            ("informed", "tested"),
            "not_required",
            kinds=POLICE,
            note="must",
        ),
        _law(
            "require",
            _("Require an assessment"),
            ("informed", "tested"),
            "required",
            TEAM,
            ASSESSMENT,
            manager="team",
            due="assessment_on",
            stops=tested_positive,
            hint=_("The result and the requirement go to who assesses."),
        ),
        _fact("attended", _("Attended and stayed"), ("required", "follow_up"), "attended"),
        _law(
            "fail",
            _("Failed to attend or to stay"),
            ("required", "follow_up"),
            "failed",
            kinds=POLICE | TREATING,
            note="must",
            hint=_("The police see this at once."),
        ),
        _law(
            "dispute",
            _("The person disputes the result"),
            ("tested", "required"),
            "disputed",
            Item("sent_on", _("Sample sent to the laboratory on"), "date", required=True, when="past"),
            ASSESSMENT,
            due="assessment_on",
            stops=after_the_laboratory,
        ),
        _law(
            "confirm",
            _("The laboratory confirms the result"),
            ("disputed",),
            "required",
            TEAM,
            ASSESSMENT,
            manager="team",
            due="assessment_on",
        ),
        _law("clear", _("The laboratory does not confirm it"), ("disputed",), "cleared"),
        _law(
            "follow_up",
            _("Require a follow-up assessment"),
            ("attended",),
            "follow_up",
            ASSESSMENT,
            due="assessment_on",
            kinds=POLICE | TREATING,
        ),
        _fact("met", _("The requirement is met"), ("attended",), "done"),
        _law("again", _("Give another appointment"), ("failed",), "required", ASSESSMENT, due="assessment_on"),
        _fact("enforce", _("The police have dealt with it"), ("failed",), "enforced", kinds=POLICE, note="must"),
        *common(POLICE, IN_REQUIREMENT),
    ),
    beside=True,
    apart=True,
    closed_to_desk=True,
    settable=True,
    hint=_("Required by law: the police, who assesses, and probation where it is named."),
)

# C. Intelligence ---------------------------------------------------------------------------------------------------
IN_INTELLIGENCE = ("informed", "considered", "in_use")
CONCERN = (
    Item("concern", _("The specific concern for the protection of the public"), "long", required=True),
    Item("who", _("Who is to be protected"), required=True),
    RESTS_ON,
    Item(
        "consent",
        _("Consent"),
        "choice",
        (("given", _("The person consents")), ("not_given", _("Not given, or not asked"))),
        required=True,
    ),
    Item("consent_why", _("Why it is used without consent"), "long"),
)
REVIEW_ON = Item("review_on", _("Review on"), "date", required=True, when="future")


def _concern(code: str, words, sources: tuple[str, ...], to: str = "", *items: Item, **more) -> Move:
    """A move of the police; where it *rests* on something, it rests on a specific concern."""
    guard = {"stops": specific} if RESTS_ON in items else {}
    return Move(code, words, sources, to, items=items, kinds=POLICE, **{**guard, **more})


INTELLIGENCE = TrackKind(
    "intelligence",
    _("Intelligence"),
    states=(
        INFORMED,
        State("considered", _("Under consideration"), "yellow", clock=2),
        State("in_use", _("In use"), "red", meaning=_("The date is that of the review.")),
        State("declined", _("Not used"), "grey", final=True),
        State("ended", _("Use has ended"), "grey", final=True),
    ),
    moves=(
        _concern("raise", _("Raise a specific concern"), (), "considered", *CONCERN, who=SEEING),
        _concern("consider", _("Consider what was passed on"), ("informed",), "considered", *CONCERN),
        _concern(
            "use",
            _("Decide that it is used"),
            ("considered",),
            "in_use",
            Item("decided_by", _("Who decides: name and rank"), required=True),
            RESTS_ON,
            REVIEW_ON,
            *TOLD,
            due="review_on",
            stops=specific_and_told,
            note="must",
            hint=_("In this case, for this concern. A positive drug test alone targets nobody."),
        ),
        _concern("decline", _("Not used"), ("informed", "considered"), "declined", note="must"),
        _concern(
            "review",
            _("Reviewed: still needed"),
            ("in_use",),
            "",
            RESTS_ON,
            REVIEW_ON,
            due="review_on",
            note="must",
        ),
        _concern("end", _("It is used no longer"), ("in_use",), "ended", note="must"),
        *common(POLICE, IN_INTELLIGENCE),
    ),
    beside=True,
    apart=True,
    closed_to_desk=True,
    settable=True,
    hint=_("Case by case, for a specific concern: the police, and those named by decision."),
)

# Forms -------------------------------------------------------------------------------------------------------------
RECORD = SheetKind(
    "record",
    _("Drug interventions record"),
    (
        Item("use", _("Drug and alcohol use"), "long", required=True, consent="drug_use"),
        Item("offence", _("Offence that led here")),
        Item("accommodation", _("Accommodation")),
        Item("employment", _("Employment, education, benefits")),
        Item("treatment", _("Type of treatment"), consent="treatment"),
        Item("started_on", _("Treatment began on"), "date", when="past", consent="treatment"),
        Item("discharge_on", _("Planned discharge"), "date", consent="treatment"),
        SOURCE,
    ),
    track="episode",
    kinds=TREATING,
    purpose="care",
    hint=_("The minimum items. What goes to the national system is not sent from here."),
)
BAIL = SheetKind(
    "bail",
    _("Restriction on bail"),
    (
        Item("in_force", _("Is there a restriction?"), "yes_no", required=True),
        Item("court", _("Court")),
        Item("from_on", _("From"), "date"),
        Item("until_on", _("Next hearing"), "date"),
        Item("duties", _("What the person must do"), "long"),
    ),
    track="requirement",
    due="until_on",
)
