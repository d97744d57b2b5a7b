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
from cases.schemes.tracks import SEEING, Move, SheetKind, State, TrackKind

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
NAMED_IN = Item("named_on", _("The consent that names this agency was signed on"), "date", required=True, when="past")


def _end(code: str, words, hint="") -> Move:
    return Move(code, words, IN_EPISODE, code, kinds=TREATING, note="must", hint=hint)


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
        Move(
            "identify",
            _("Begin an episode of care"),
            (),
            "identified",
            who=SEEING,
            items=(SOURCE,),
            kinds=TREATING,
            hint=_("Ask for consent in this episode before anything of it is shared."),
        ),
        Move("take_up", _("Take it up"), ("informed",), "identified", items=(SOURCE,), kinds=TREATING),
        Move("contact", _("The person was reached"), ("identified",), "contacted", kinds=TREATING),
        Move("assess", _("Assessed"), ("identified", "contacted"), "assessed", kinds=TREATING),
        Move("plan", _("Care plan agreed"), ("assessed",), "care_planned", kinds=TREATING),
        Move(
            "treat",
            _("Treatment began"),
            ("care_planned",),
            "in_treatment",
            items=(Item("discharge_on", _("Planned discharge"), "date", required=True, when="future"),),
            due="discharge_on",
            kinds=TREATING,
        ),
        Move(
            "review",
            _("Reviewed"),
            ("in_treatment",),
            items=(Item("discharge_on", _("Planned discharge"), "date", required=True, when="future"),),
            due="discharge_on",
            kinds=TREATING,
            note="must",
        ),
        Move("complete", _("Treatment completed"), ("in_treatment",), "completed", kinds=TREATING, note="must"),
        _end("transferred", _("Transferred to another provider")),
        _end("dropped_out", _("Dropped out")),
        _end("custody", _("Went into custody")),
        *common(TREATING, IN_EPISODE, why=NAMED_IN),
    ),
    beside=True,
    apart=True,
    closed_to_desk=True,
    hint=_("With the person’s consent: the treatment provider, and the agencies that the consent names."),
)

# B. Test and required assessment -----------------------------------------------------------------------------------
REQUIRED = ("required", "disputed", "attended", "follow_up", "failed")
IN_REQUIREMENT = ("informed", "tested", *REQUIRED)
ASSESSMENT = Item("assessment_on", _("Day of the assessment"), "date", required=True)
RESULT = Item(
    "result",
    _("Result"),
    "choice",
    (("positive", _("Positive")), ("negative", _("Negative")), ("refused", _("The sample was refused"))),
    required=True,
)

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
        Move(
            "test",
            _("Record a drug test"),
            (),
            "tested",
            who=SEEING,
            items=(
                Item("tested_on", _("Tested on"), "date", required=True, when="past"),
                Item("offence", _("Trigger offence, or the ground for testing"), required=True),
                RESULT,
                *TOLD,
            ),
            stops=telling,
            kinds=POLICE,
            hint=_("No consent is needed; the person is told all the same."),
        ),
        Move(
            "not_required",
            _("No assessment is required"),
            ("informed", "tested"),
            "not_required",
            kinds=POLICE,
            note="must",
        ),
        Move(
            "require",
            _("Require an assessment"),
            ("informed", "tested"),
            "required",
            items=(Item("team", _("Who assesses"), "agency", required=True), ASSESSMENT, *TOLD),
            manager="team",
            due="assessment_on",
            stops=tested_positive,
            kinds=POLICE,
            hint=_("The result and the requirement go to who assesses."),
        ),
        Move("attended", _("Attended and stayed"), ("required", "follow_up"), "attended", kinds=POLICE | TREATING),
        Move(
            "fail",
            _("Failed to attend or to stay"),
            ("required", "follow_up"),
            "failed",
            items=TOLD,
            stops=telling,
            kinds=POLICE | TREATING,
            note="must",
            hint=_("The police see this at once."),
        ),
        Move(
            "dispute",
            _("The person disputes the result"),
            ("tested", "required"),
            "disputed",
            items=(
                Item("sent_on", _("Sample sent to the laboratory on"), "date", required=True, when="past"),
                ASSESSMENT,
                *TOLD,
            ),
            due="assessment_on",
            stops=after_the_laboratory,
            kinds=POLICE,
        ),
        Move(
            "confirm",
            _("The laboratory confirms the result"),
            ("disputed",),
            "required",
            items=(Item("team", _("Who assesses"), "agency", required=True), ASSESSMENT, *TOLD),
            manager="team",
            due="assessment_on",
            stops=telling,
            kinds=POLICE,
        ),
        Move(
            "clear",
            _("The laboratory does not confirm it"),
            ("disputed",),
            "cleared",
            items=TOLD,
            stops=telling,
            kinds=POLICE,
        ),
        Move(
            "follow_up",
            _("Require a follow-up assessment"),
            ("attended",),
            "follow_up",
            items=(ASSESSMENT, *TOLD),
            due="assessment_on",
            stops=telling,
            kinds=POLICE | TREATING,
        ),
        Move("met", _("The requirement is met"), ("attended",), "done", kinds=POLICE | TREATING),
        Move(
            "again",
            _("Give another appointment"),
            ("failed",),
            "required",
            items=(ASSESSMENT, *TOLD),
            due="assessment_on",
            stops=telling,
            kinds=POLICE,
        ),
        Move("enforce", _("The police have dealt with it"), ("failed",), "enforced", kinds=POLICE, note="must"),
        *common(POLICE, IN_REQUIREMENT, why=Item("because", _("Why it needs to know"), "long", required=True)),
    ),
    beside=True,
    apart=True,
    closed_to_desk=True,
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
        Move(
            "raise",
            _("Raise a specific concern"),
            (),
            "considered",
            who=SEEING,
            items=CONCERN,
            kinds=POLICE,
            stops=specific,
        ),
        Move(
            "consider",
            _("Consider what was passed on"),
            ("informed",),
            "considered",
            items=CONCERN,
            kinds=POLICE,
            stops=specific,
        ),
        Move(
            "use",
            _("Decide that it is used"),
            ("considered",),
            "in_use",
            items=(
                Item("decided_by", _("Who decides: name and rank"), required=True),
                RESTS_ON,
                Item("review_on", _("Review on"), "date", required=True, when="future"),
                *TOLD,
            ),
            due="review_on",
            stops=specific_and_told,
            kinds=POLICE,
            note="must",
            hint=_("In this case, for this concern. A positive drug test alone targets nobody."),
        ),
        Move("decline", _("Not used"), ("informed", "considered"), "declined", kinds=POLICE, note="must"),
        Move(
            "review",
            _("Reviewed: still needed"),
            ("in_use",),
            items=(RESTS_ON, Item("review_on", _("Review on"), "date", required=True, when="future")),
            due="review_on",
            stops=specific,
            kinds=POLICE,
            note="must",
        ),
        Move("end", _("It is used no longer"), ("in_use",), "ended", kinds=POLICE, note="must"),
        *common(POLICE, IN_INTELLIGENCE, why=Item("because", _("Why it needs to know"), "long", required=True)),
    ),
    beside=True,
    apart=True,
    closed_to_desk=True,
    hint=_("Case by case, for a specific concern: the police, and those named by decision."),
)

# Forms -------------------------------------------------------------------------------------------------------------
RECORD = SheetKind(
    "record",
    _("Drug interventions record"),
    (
        Item("use", _("Drug and alcohol use"), "long", required=True),
        Item("offence", _("Offence that led here")),
        Item("accommodation", _("Accommodation")),
        Item("employment", _("Employment, education, benefits")),
        Item("treatment_type", _("Type of treatment")),
        Item("started_on", _("Treatment began on"), "date", when="past"),
        Item("discharge_on", _("Planned discharge"), "date"),
        SOURCE,
    ),
    track="episode",
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
