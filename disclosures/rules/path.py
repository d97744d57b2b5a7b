"""The seven questions in order, as pages; which of them one decision needs, and which is next.

Information Sharing for Community Safety (2010), the seven questions; table 2.3 for the law behind the fifth.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from disclosures.models import Decision
from disclosures.models.codes import SHARING, Identifies


@dataclass(frozen=True)
class Step:
    """One page of the path; *number* is the question's (the Caldicott page belongs to the third)."""

    code: str
    number: int
    title: Any


STEPS = {
    step.code: step
    for step in (
        Step("purpose", 1, _("Is there a clear and legitimate purpose?")),
        Step("nature", 2, _("Does the information identify a person?")),
        Step("confidence", 3, _("Is the information confidential?")),
        Step("caldicott", 3, _("What does the Caldicott Guardian say?")),
        Step("consent", 4, _("Is there consent, and what do they know?")),
        Step("law", 5, _("Is there enough public interest, and a lawful basis?")),
        Step("release", 6, _("The right information, to the right person, in the right way")),
        Step("record", 7, _("The decision and its reasons")),
    )
}
SHORT = ("purpose", "record")
DEPERSONALISED = ("purpose", "nature", "release", "record")
SUMMARY = "summary"


def path_of(decision: Decision) -> tuple[str, ...]:
    """The pages that *decision* needs: it stops early where nothing personal is asked, or nothing is shared."""
    if decision.purpose_is_good is False or decision.outcome and decision.outcome not in SHARING:
        done = [code for code in STEPS if code in decision.steps_done and code not in SHORT]
        return ("purpose", *done, "record")
    if decision.identifies and decision.identifies != Identifies.PERSONAL:
        return DEPERSONALISED
    return tuple(code for code in STEPS if code != "caldicott" or "health" in decision.special)


def next_step(decision: Decision, after: str = "") -> str:
    """The first page from *after* on that is not answered yet, or "summary"."""
    path = path_of(decision)
    rest = path[path.index(after) + 1 :] if after in path else path
    return next((code for code in rest if code not in decision.steps_done), "") or next(
        (code for code in path if code not in decision.steps_done), SUMMARY
    )


def is_answered(decision: Decision) -> bool:
    """Whether every page of the path is answered."""
    return set(path_of(decision)) <= set(decision.steps_done)
