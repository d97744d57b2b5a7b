"""What each side is told of an answer: the requester of every originator one word, and nothing of when or why."""

from django.utils.translation import gettext_lazy as _

from disclosures.models import Decision
from disclosures.models.codes import SHARING, Outcome

WAITING, SHARED, NOT_SHARED, WITHDRAWN = "waiting", "shared", "not_shared", "withdrawn"
ANSWERED = (SHARED, NOT_SHARED)  # shared, too, may be shared in part: the word does not say
WORDS = {
    WAITING: _("Waiting"),
    SHARED: _("Shared"),
    NOT_SHARED: _("Not shared"),
    WITHDRAWN: _("Withdrawn"),
}
COLOURS = {WAITING: "yellow", SHARED: "green", NOT_SHARED: "grey", WITHDRAWN: "grey"}


def answer_of(decisions) -> str:
    """The one word for the decisions of one originator on one request: what stands, else that it waits."""
    standing = next((d for d in decisions if d.state == Decision.State.DECIDED), None)
    if standing is None:
        waiting = any(d.state == Decision.State.WAITING for d in decisions)
        return WAITING if waiting else WITHDRAWN
    if standing.outcome == Outcome.DEFER:
        return WAITING
    return SHARED if standing.outcome in SHARING and standing.review != Decision.Review.RECALLED else NOT_SHARED


def answers_to(disclosures) -> dict:
    """For each of *disclosures* its answers: id → list of (agency, code, words, colour), by name; one query."""
    found: dict = {disclosure.pk: {} for disclosure in disclosures}
    rows = (
        Decision.objects.filter(disclosure__in=found)
        .select_related("originator")
        .only("disclosure", "originator__name", "originator__short_name", "state", "outcome", "review")
    )
    for row in rows.order_by("originator__name"):
        found[row.disclosure_id].setdefault(row.originator, []).append(row)
    return {
        pk: [(agency, code := answer_of(decisions), WORDS[code], COLOURS[code]) for agency, decisions in each.items()]
        for pk, each in found.items()
    }
