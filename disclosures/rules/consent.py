"""What is known of a person's consent when a decision is taken: as the originator's own agency recorded it.

Of what another agency recorded nothing is said, not even that it did: a refusal is itself confidential.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from consent.models import Consent
from consent.rules.ends import phase, phase_words
from disclosures.models.codes import NoConsent

NOT_RECORDED = "not_recorded"
NONE_RECORDED = _("Your agency has recorded none in Confer")
State, Phase = Consent.State, Consent.Phase
ANSWERS = {
    State.FULL: NoConsent.GIVEN,
    State.PART: NoConsent.GIVEN,
    Phase.REVIEW_DUE: NoConsent.GIVEN,
    State.REFUSED: NoConsent.REFUSED,
    State.WITHDRAWN: NoConsent.WITHDRAWN,
    Phase.EXPIRED: NoConsent.EXPIRED,
}


@dataclass(frozen=True)
class ConsentState:
    """The state of consent for one decision: a code that the decision keeps, and words for who decides."""

    code: str
    words: Any

    @property
    def answer(self) -> str:
        """What a decision would say of it, a code of `NoConsent`; empty where nothing follows."""
        return ANSWERS.get(self.code, "")


def state_of(decision) -> ConsentState:
    """The newest consent, at this instant, of those whom *decision* is about, as its originator recorded it."""
    disclosure = decision.disclosure
    people = disclosure.people.filter(party__isnull=False).values("party__subject")
    held = Consent.objects.filter(case=disclosure.case_id, agency=decision.originator_id, subject__in=people)
    newest = held.select_related("track").order_by("decided_at", "created_at").last() if disclosure.case_id else None
    if newest is None:
        return ConsentState(NOT_RECORDED, NONE_RECORDED)
    return ConsentState(phase(newest), phase_words(newest))


def words_of(code: str) -> str:
    """The words of a state that a decision kept; empty where it kept none."""
    return str(dict([*State.choices, *Phase.choices, (NOT_RECORDED, NONE_RECORDED)]).get(code, ""))
