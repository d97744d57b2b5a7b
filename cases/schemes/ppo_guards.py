"""What stops a step of a PPO / IOM case, and the grounds on which one may rest.

What rests on a positive drug test alone is refused, and that it was tried is recorded (Information Sharing for
Community Safety 2010, §3.1.1.1, DIP).  That somebody does not agree to share of their own will is offered nowhere.
"""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.models import Action, Referral, Track
from cases.schemes.items import Item
from cases.schemes.tracks import Facts, Recorded

GROUNDS = (
    ("offence", _("Arrest, charge or conviction for a new offence")),
    ("reports", _("Reports of crime that name this person")),
    ("intelligence", _("Graded intelligence about a specific, serious offence")),
    ("breach", _("Breach of a licence, order or bail condition")),
    ("recall", _("Recall to prison, or wanted on warrant")),
    ("harm", _("Harm to victims or to the neighbourhood")),
    ("release", _("Release from custody")),
    ("positive_test", _("Positive drug test (never by itself)")),
)
UNDER_MANAGEMENT = ("adopted", "managed", "custody", "reset", "deselection_review")
GROUNDS_ITEM = Item(
    "grounds",
    _("What it rests on"),
    "many",
    GROUNDS,
    required=True,
    hint=_(
        "A positive drug test alone is no ground. That somebody does not agree to share information of their own "
        "will is none either; breaking a condition set by law is."
    ),
)


# Guards ------------------------------------------------------------------------------------------------------------
def on_a_test_alone(grounds) -> list[str]:
    """The refusal, put on record, where nothing but a positive drug test is ticked among *grounds*."""
    if set(grounds or ()) != {"positive_test"}:
        return []
    words = gettext("A positive drug test alone is no ground. Tick what else there is, or leave things as they are.")
    return [Recorded(words, "positive_test_alone")]


def not_on_a_test_alone(facts: Facts) -> list[str]:
    """No status, cohort or targeting rests on a positive drug test alone."""
    return on_a_test_alone(facts.details.get("grounds"))


def nominated_on_a_test_alone(facts: Facts) -> list[str]:
    """Nor does a nomination, whichever way it came."""
    last = Referral.objects.with_key().filter(case=facts.case).order_by("created_at").last()
    return on_a_test_alone(last.details.get("grounds")) if last else []


def without_profile(facts: Facts) -> list[str]:
    """The panel decides on a filled-in profile."""
    return [] if facts.sheets_of("profile") else [gettext("Fill in the offender profile first.")]


def without_plan(facts: Facts) -> list[str]:
    """Nobody is managed without a plan."""
    if Action.objects.filter(case=facts.case).exclude(pathway="").exists():
        return []
    return [gettext("Put a first step into the offender plan.")]


def away_unaccepted(facts: Facts) -> list[str]:
    """Who moved to another area stays with the panel until that area has accepted (guidance: transfers)."""
    accepted = Track.objects.filter(case=facts.case, kind="transfer", state="accepted").exists()
    if facts.reason != "moved" or accepted:
        return []
    return [gettext("The other area has not accepted the case: record its acceptance under “Transfer” first.")]


def came_from_custody(facts: Facts) -> list[str]:
    """Who was in custody when the review began goes on there, with a release date."""
    came = [step.before for step in facts.steps if step.after == "deselection_review" and step.before != step.after]
    if came[-1:] != ["custody"]:
        return []
    return [gettext("The review began in custody: choose “Into custody”, with the release date.")]


def uncoloured(facts: Facts) -> list[str]:
    """A person says which RAG status somebody leaves custody with; no score and no clock does."""
    if facts.track.state != "custody" or facts.details.get("rag"):
        return []
    return [gettext("Choose the RAG status with which the person leaves custody.")]


def in_custody(facts: Facts) -> list[str]:
    """While in custody the RAG and policing status follow the custody."""
    if _state_of(facts.case, "management") != "custody":
        return []
    return [gettext("The person is in custody: record the release first.")]


def targeted(facts: Facts) -> list[str]:
    """Proactive targeting: not in custody, and not on a test alone."""
    return in_custody(facts) + not_on_a_test_alone(facts)


def unmanaged(facts: Facts) -> list[str]:
    """Only a case that the panel manages is handed over."""
    if _state_of(facts.case, "management") in UNDER_MANAGEMENT:
        return []
    return [gettext("The panel does not manage this case.")]


def unagreed(facts: Facts) -> list[str]:
    """Nothing goes to another area before its liaison officer has agreed to receive it."""
    if facts.details.get("liaison") == "yes":
        return unmanaged(facts)
    return [gettext("The case is not handed over before the other area’s liaison officer has agreed to receive it.")]


def _state_of(case, kind: str) -> str:
    return Track.objects.filter(case=case, kind=kind).running().values_list("state", flat=True).first() or ""
