"""What can happen to a consent in each state: data, which the pages offer and the verbs enforce."""

from consent.models import Consent
from consent.rules.ends import phase
from partnership.roles import Permission

State, Phase = Consent.State, Consent.Phase
HELD = frozenset({State.FULL, State.PART, Phase.REVIEW_DUE})
SETTLED = frozenset({State.REFUSED, State.WITHDRAWN, Phase.EXPIRED})

# verb: the states, or phases by the clock, in which it may happen
MOVES: dict[str, frozenset[str]] = {
    "request": frozenset({State.NOT_SOUGHT}),
    "prepare": frozenset({State.REQUESTED}),
    "sign": frozenset({State.REQUESTED}),
    "give": frozenset({State.REQUESTED}),
    "refuse": frozenset({State.REQUESTED}),
    "cannot": frozenset({State.REQUESTED}),
    "withdraw": HELD | {State.CANNOT},
    "renew": HELD | SETTLED | {State.CANNOT},
    "supersede": HELD | SETTLED | {State.NOT_SOUGHT, State.REQUESTED, State.CANNOT},
    "copy": HELD | SETTLED | {State.CANNOT},
    "print": HELD | SETTLED | {State.CANNOT, State.SUPERSEDED},
}


def is_open_to(verb: str, consent: Consent, at=None) -> bool:
    """Whether *verb* can happen to *consent* at *at* (default now), whoever does it."""
    now = phase(consent, at)
    if verb == "withdraw" and consent.state == State.CANNOT and not consent.ground:
        return False
    return now in MOVES[verb]


def may_keep(member, consent: Consent) -> bool:
    """Whether *member* writes *consent*: for the agency that recorded it, with that permission on its panel."""
    return consent.agency_id == member.agency_id and member.may(Permission.KEEP_CONSENT, consent.panel_id)


def may(verb: str, member, consent: Consent) -> bool:
    """Whether *member* may do *verb* to *consent* (found through `visible_to`) now."""
    return may_keep(member, consent) and is_open_to(verb, consent)


def moves_for(member, consent: Consent) -> set[str]:
    """The verbs that *member* may do to *consent* now: what the page offers."""
    return {verb for verb in MOVES if may(verb, member, consent)}
