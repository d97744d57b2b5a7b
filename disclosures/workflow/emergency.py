"""Releasing at once in an emergency, and the liaison officer's review within one working day."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.workflow.drafts import drop_all_drafts
from core.history import noting
from core.recording import record
from core.working_days import working_days_after
from disclosures.emails import tell_of_answer, tell_of_emergency
from disclosures.models import Decision, DecisionItem, DecisionRecipient
from disclosures.models.codes import Condition, Identifies, Method, NoConsent, Outcome, Reason, Told
from disclosures.rules import decision as rules
from disclosures.rules import lawful as law
from disclosures.rules.request import has_standing
from disclosures.workflow.approval import recipient_of
from disclosures.workflow.decision import parts_of
from disclosures.workflow.recall import recall_releases
from disclosures.workflow.release import open_releases
from disclosures.workflow.request import settle

State, Way, Review = Decision.State, Decision.Way, Decision.Review
CONDITIONS = (Condition.PURPOSE, Condition.ONWARD, Condition.NO_COPY, Condition.REPORT, Condition.RIGHTS)
SHORTEST_REASON = 20


@transaction.atomic
def release_at_once(
    *, by, decision: Decision, seen: int, words: str, overrides, reason: str, verbal_approval: str = "", health=False
) -> Decision:
    """Release *words* to who asked, now, on the name of *by*, a member of the originator; reviewed afterwards.

    *reason* says why it could not wait, *overrides* are codes of `codes.Override`.  Refused while an earlier
    emergency release of *by* is overdue for review.  The liaison officers are told; the review is due at the end of
    the next working day.  ICO data sharing code (urgent sharing); field 46 of the decision record.
    """
    if not rules.may_release_at_once(by, decision):
        raise PermissionDenied
    _require_releasable(by, decision, words, overrides, reason)
    now = timezone.now()
    disclosure = decision.disclosure
    for name, value in {
        "purpose_is_good": True,
        "identifies": Identifies.PERSONAL,
        "special": ["health"] if health else [],
        "health": health,
        "confidential": True,
        "caldicott_not": _("Released in an emergency.") if health else "",
        "no_consent": NoConsent.IMPRACTICABLE,
        "told": Told.IMPRACTICABLE,
        "overrides": list(overrides),
        "public_interest": reason.strip(),
        "regime": law.regime_of(decision.originator),
        "recipient_regime": law.regime_of(disclosure.agency),
        "conditions": list(CONDITIONS),
        "destroy_event": "purpose_met",
        "method": Method.SYSTEM,
        "outcome": Outcome.SHARE,
        "reason_code": Reason.EMERGENCY,
        "reason": reason.strip(),
        "emergency_reason": reason.strip(),
        "verbal_approval": verbal_approval.strip(),
        "way": Way.EMERGENCY,
        "state": State.DECIDED,
        "decided_at": now,
        "decided_by": by,
        "review_due_at": review_due(now),
    }.items():
        setattr(decision, name, value)
    noting(decision, by=by, reason="emergency").save_over(seen)
    drop_all_drafts(decision)
    recipients = _give(decision, words)
    record(
        "decision.emergency_released",
        by=by,
        thing=decision,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        recipients=[recipient_of(recipient) for recipient in recipients],
        detail={"number": disclosure.number, "overrides": list(overrides)},
    )
    settle(disclosure, by=by)
    open_releases(decision, by=by)
    tell_of_emergency(decision.originator, by=by)
    tell_of_answer(disclosure)
    return decision


@transaction.atomic
def review(*, by, decision: Decision, seen: int, verdict: str, words: str, bases=(), answers: dict | None = None):
    """Ratify or recall an emergency release, by a liaison officer who neither asked nor released.

    Ratified, it must hold by the same chain rule as any other: *bases* and *answers* (aims, necessary, less, balance)
    are the reviewer's, and every gap is said at once.  Recalled, its releases are recalled.
    """
    if not rules.may_review(by, decision):
        raise PermissionDenied
    if len(words.strip()) < SHORTEST_REASON:
        raise ValidationError({"words": _("Write down what the review found.")})
    if verdict == Review.RATIFIED:
        _take_grounds(decision, bases, answers or {})
    decision.review, decision.review_words = verdict, words.strip()
    decision.reviewed_at, decision.reviewed_by = timezone.now(), by
    noting(decision, by=by, reason=f"reviewed:{verdict}").save_over(seen)
    record(
        "decision.reviewed",
        by=by,
        thing=decision,
        case_id=decision.disclosure.case_id,
        panel_id=decision.disclosure.panel_id,
        detail={"verdict": str(verdict)},
    )
    if verdict == Review.RECALLED:
        recall_releases(decision, by=by, reason="not_ratified")
    return decision


def review_due(released_at: datetime.datetime) -> datetime.datetime:
    """The end of the first working day after the day of *released_at*, local time."""
    day = working_days_after(timezone.localdate(released_at), 1)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59, 59)))


def _require_releasable(by, decision, words, overrides, reason) -> None:
    if rules.overdue_review_of(by) is not None:
        raise ValidationError(
            _(
                "An earlier emergency release of yours has not been reviewed in time. Until it is, your liaison "
                "officer must decide: telephone them."
            )
        )
    found = {}
    if not words.strip():
        found["words"] = [_("Write what is released.")]
    if not overrides:
        found["overrides"] = [_("Say which danger makes it necessary.")]
    if len(reason.strip()) < SHORTEST_REASON:
        found["reason"] = [_("Say why it cannot wait for the liaison officer.")]
    if not has_standing(decision.disclosure.agency):
        found["words"] = [_("The agency that asked may not receive personal information now.")]
    if found:
        raise ValidationError(found)


def _give(decision: Decision, words: str) -> list[DecisionRecipient]:
    decision.items.all().delete()
    decision.recipients.all().delete()
    DecisionItem(
        key=decision.words_key, decision=decision, original=words.strip(), words=words.strip(), grade="untested"
    ).save(force_insert=True)
    disclosure = decision.disclosure
    recipient = DecisionRecipient(
        key=disclosure.key, decision=decision, agency=disclosure.agency, member=disclosure.requested_by
    )
    recipient.save(force_insert=True)
    problems = rules.recipient_problems(decision, [recipient])
    if problems:
        raise ValidationError(problems)
    return [recipient]


def _take_grounds(decision: Decision, bases, answers: dict) -> None:
    decision.bases = list(bases)
    for name in ("aims", "necessary", "less", "balance"):
        setattr(decision, name, answers.get(name, getattr(decision, name)))
    parts = parts_of(decision)
    agencies = [recipient.agency for recipient in parts["recipients"]]
    gaps = law.gaps_of(decision, law.facts_of(decision, recipients=agencies, people=parts["people"]))
    if gaps:
        raise ValidationError({"bases": gaps})
