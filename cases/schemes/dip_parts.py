"""DIP: what its three streams ask alike, and what stops their steps."""

import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models.access import Stage
from cases.schemes.items import Item
from cases.schemes.ppo_guards import on_a_test_alone
from cases.schemes.tracks import SEEING, Facts, Move, OnConsent, State
from core.working_days import working_days_after
from partnership.models import Agency
from partnership.roles import Permission

Kind = Agency.Kind
TREATING = frozenset({Kind.SUBSTANCE, Kind.MENTAL_HEALTH, Kind.PRIMARY_CARE, Kind.ACUTE, Kind.VOLUNTARY})
POLICE = frozenset({Kind.POLICE})
DISPUTE_DAYS = 5  # working days at least from a dispute to the assessment: the laboratory answers first

STREAMS = (
    ("episode", _("Continuity of care")),
    ("requirement", _("Test and required assessment")),
    ("intelligence", _("Intelligence")),
)
GROUNDS = (
    ("offence", _("Specific information about a serious offence that is likely")),
    ("harm", _("Specific information about serious harm to somebody")),
    ("threat", _("A threat that the person has made")),
    ("positive_test", _("Positive drug test (never by itself)")),
)
PURPOSES = {"episode": "care", "requirement": "compliance", "intelligence": "intelligence"}  # of the consent form
CATEGORIES = (  # as the consent form asks them
    ("drug_use", _("Drug and alcohol use")),
    ("treatment", _("Type of treatment")),
    ("attendance", _("Whether appointments are kept")),
    ("test_results", _("Results of drug tests in treatment")),
    ("mental_health", _("Mental health")),
    ("physical_health", _("Physical health")),
    ("housing", _("Housing")),
    ("work", _("Work, education and benefits")),
)
BECAUSE = (
    ("consent", _("The person’s consent covers it")),
    ("law", _("The law requires it: result of a test, requirement, failure to keep it")),
    ("harm", _("The person, or somebody else, may come to serious harm")),
    ("offence", _("To prevent or solve a serious crime, on specific information")),
)

AGENCY = Item("agency", _("Which agency"), "agency", required=True)
TOLD = (
    Item("told", _("Has the person been told?"), "yes_no", required=True),
    Item("told_on", _("When"), "date", when="past"),
    Item("told_how", _("How")),
    Item("told_why_not", _("Or why not"), "long"),
)
RESTS_ON = Item(
    "grounds",
    _("What the concern rests on"),
    "many",
    GROUNDS,
    hint=_("A positive drug test alone is no ground."),
)


# Guards ------------------------------------------------------------------------------------------------------------
def telling(facts: Facts) -> list[str]:
    """Whether the person was told, when and how, or why not: the one or the other, whole."""
    said = facts.details
    if said.get("told") == "yes":
        if not (said.get("told_on") and said.get("told_how")):
            return [gettext("Say when and how the person was told.")]
        return []
    return [] if said.get("told_why_not") else [gettext("Say why the person has not been told.")]


def after_the_laboratory(facts: Facts) -> list[str]:
    """A disputed result: the assessment is no earlier than five working days later, when the laboratory has spoken."""
    earliest = working_days_after(facts.on, DISPUTE_DAYS)
    if datetime.date.fromisoformat(facts.details["assessment_on"]) >= earliest:
        return telling(facts)
    words = gettext("The assessment is five working days after the dispute at the earliest: %(day)s or later.")
    return [words % {"day": earliest.strftime("%d/%m/%Y")}]


def tested_positive(facts: Facts) -> list[str]:
    """No requirement where the last test recorded was not positive."""
    results = [step.details["result"] for step in facts.steps if step.details.get("result")]
    if results and results[-1] != "positive":
        return [gettext("Only a positive test makes an assessment required.")]
    return telling(facts)


def specific(facts: Facts) -> list[str]:
    """A specific concern, case by case; a positive drug test alone is refused, and that it was tried is recorded."""
    if not facts.details.get("grounds"):
        return [gettext("Say what the concern rests on.")]
    return on_a_test_alone(facts.details["grounds"])


def specific_and_told(facts: Facts) -> list[str]:
    """Both of them."""
    return [*specific(facts), *telling(facts)]


def passing(facts: Facts) -> list[str]:
    """What is passed on for intelligence rests on a specific concern; the person is told, or it is said why not.

    What rests on consent is of one kind of information that the consent form asks about.
    """
    found = specific_and_told(facts) if facts.details.get("to") == "intelligence" else telling(facts)
    if facts.details.get("because") == "consent" and not facts.details.get("category"):
        found.append(gettext("Say what kind of information it is, as the consent form names it."))
    return found


# What every stream has ---------------------------------------------------------------------------------------------
INFORMED = State(
    "informed", _("Passed on to you"), "purple", clock=5, meaning=_("Decide what follows from what you were told.")
)


def no_longer_named(*, by, track, step) -> None:
    """The agency that the step names sees this stream no more."""
    from cases.models import Involvement
    from cases.workflow.access import end_involvement

    named = Involvement.objects.live().filter(track=track, agency_id=step.details["agency"], stage=Stage.MANAGING)
    for involvement in named:
        end_involvement(by=by, involvement=involvement, why="unnamed")


def not_oneself(facts: Facts) -> list[str]:
    """The agency that opened the stream stays with it."""
    opener = facts.track.opened_by
    if opener and str(opener.agency_id) == facts.details["agency"]:
        return [gettext("The agency that opened this stays named.")]
    return []


ONLY_AS_AGREED = _(
    "It sees this as long as consent in this episode names it, and covers type of treatment, keeping of appointments "
    "and continuity of care. Without consent, what must be told goes through the disclosure desk."
)


def common(kinds: frozenset, running: tuple[str, ...], *, consent: OnConsent | None = None) -> tuple[Move, ...]:
    """The moves by which a stream is read by more agencies or fewer, and by which words leave and reach it.

    With *consent* another agency reads it while the person agrees to that; otherwise it is said why it needs to know.
    """
    why = () if consent else (Item("because", _("Why it needs to know"), "long", required=True),)
    return (
        Move(
            "name",
            _("Let another agency see this"),
            running,
            items=(AGENCY, *why),
            consent=consent,
            manager="agency",
            kinds=kinds,
            steady=True,
            note="must",
            hint=ONLY_AS_AGREED if consent else "",
        ),
        Move(
            "unname",
            _("An agency no longer sees this"),
            running,
            items=(AGENCY,),
            kinds=kinds,
            steady=True,
            note="must",
            stops=not_oneself,
            then=no_longer_named,
        ),
        Move(
            "pass_on",
            _("Passed on, by decision"),
            running,
            permission=Permission.VIEW_CASE,
            who=SEEING,
            items=(
                Item("to", _("To which stream"), "choice", STREAMS, required=True),
                AGENCY,
                Item("because", _("On what ground"), "choice", BECAUSE, required=True),
                Item("category", _("What kind of information, where it is on consent"), "choice", CATEGORIES),
                RESTS_ON,
                *TOLD,
            ),
            note="must",
            stops=passing,
            offered=False,
            steady=True,
        ),
        Move("informed", _("Information passed on to you"), (), "informed", offered=False),
    )
