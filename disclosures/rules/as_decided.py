"""What Confer knew when a decision was taken, as the decision keeps it, and what of that is otherwise today.

A decision is defended by what held on its day: the protocol, the tiers, the regimes and the consent are kept with it
(fields 15, 17 and 28 of the decision record), and never asked again for what is decided.
"""

from django.utils import timezone

from disclosures.models import Decision
from disclosures.rules import consent
from disclosures.rules.lawful import REGIMES, regime_of
from disclosures.rules.request import protocol_for
from partnership.models import Protocol


def known(decision: Decision) -> dict:
    """What Confer knew of *decision* (its panel and agencies joined), in words; while it waits, what it knows now.

    `protocol` (a row or None) and whether its review had lapsed, its `schedule` for the scheme, `regime` and
    `recipient_regime`, `consent`; once decided also `protocol_now` and `consent_now`, where they are otherwise today.
    """
    disclosure = decision.disclosure
    on = decided_on(decision)
    protocol = _protocol(decision, on)
    schedule = protocol.schedules.filter(scheme=disclosure.panel.scheme).first() if protocol else None
    found = {
        "protocol": protocol,
        "is_past_review": bool(protocol) and protocol.is_past_review(on),
        "schedule": schedule,
        "regime": REGIMES.get(decision.regime or regime_of(decision.originator)),
        "recipient_regime": REGIMES.get(decision.recipient_regime, ""),
    }
    today = consent.state_of(decision)
    if on is None:
        return found | {"consent": today.words}
    return found | {
        "consent": consent.words_of(decision.consent_state),
        "consent_now": _otherwise(decision, today),
        "protocol_now": _later(decision, protocol),
    }


def decided_on(decision: Decision):
    """The day on which *decision* was taken, or None while it waits."""
    return timezone.localdate(decision.decided_at) if decision.decided_at else None


def _protocol(decision, on) -> Protocol | None:
    """The version that *decision* keeps; where it keeps none (spoken, or by the clock), the one of its day."""
    panel, number = decision.disclosure.panel, decision.standing.get("protocol")
    if on is None or number is None:
        return protocol_for(panel, on)
    return Protocol.objects.filter(partnership=panel.partnership_id, number=number).first()


def _later(decision, protocol) -> str:
    """The protocol in force today, in words, where it is another than *protocol*."""
    now = protocol_for(decision.disclosure.panel)
    return "" if now == protocol else str(now or "")


def _otherwise(decision, today) -> str:
    """Today's consent in words, where it is not what *decision* keeps."""
    differs = decision.consent_state and today.code != decision.consent_state and decision.disclosure.case_id
    return str(today.words) if differs else ""
