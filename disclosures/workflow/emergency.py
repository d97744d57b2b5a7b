"""Releasing at once in an emergency, and the liaison officer's review within one working day."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, Party, ReferenceCounter
from cases.workflow.drafts import drop_all_drafts
from cases.workflow.reference import next_reference
from consent.rules.reach import categories
from core.history import noting
from core.models import Key
from core.recording import record
from core.working_days import working_days_after
from disclosures.emails import tell_of_answer, tell_of_emergency
from disclosures.models import Decision, DecisionItem, DecisionRecipient, Disclosure
from disclosures.models.codes import Condition, Identifies, Method, NoConsent, Outcome, Reason, Told
from disclosures.rules import decision as rules
from disclosures.rules import lawful as law
from disclosures.rules.receiving import receivers
from disclosures.rules.request import has_standing, may_tell
from disclosures.workflow.approval import recipient_of
from disclosures.workflow.decision import know, parts_of
from disclosures.workflow.override import mark_looked_at, override_consent
from disclosures.workflow.recall import recall_releases
from disclosures.workflow.release import open_releases
from disclosures.workflow.request import name_person, open_decision, settle

State, Way, Review = Decision.State, Decision.Way, Decision.Review
CONDITIONS = (Condition.PURPOSE, Condition.ONWARD, Condition.NO_COPY, Condition.REPORT, Condition.RIGHTS)
SHORTEST_REASON = 20
GROUNDS = ("aims", "necessary", "less", "balance")
GUARDIAN = ("caldicott_name", "caldicott_on", "caldicott", "caldicott_words")


@transaction.atomic
def release_at_once(
    *,
    by,
    decision: Decision,
    seen: int,
    words: str,
    overrides,
    reason: str,
    verbal_approval: str = "",
    health=False,
    category: str = "",
) -> Decision:
    """Release *words* to who asked, now, on the name of *by*, a member of the originator; reviewed afterwards.

    *reason* says why it could not wait, *overrides* are codes of `codes.Override`, *category* is a kind of information
    that the panel's consent form asks about: held on consent and not covered, that is overridden until the review.
    Refused while an earlier emergency release of *by* is overdue for review.  The liaison officers are told; the review
    is due at the end of the next working day.  ICO data sharing code (urgent sharing); field 46 of the decision record.
    """
    if not rules.may_release_at_once(by, decision):
        raise PermissionDenied
    disclosure = decision.disclosure
    others = _unknown_category(disclosure.panel, category)
    _require_releasable(by, words, overrides, reason, asker=disclosure.agency, case=disclosure.case_id, others=others)
    decision.recipient_regime = law.regime_of(disclosure.agency)
    _stand(decision, by, overrides=overrides, reason=reason, verbal_approval=verbal_approval, health=health)
    noting(decision, by=by, reason="emergency").save_over(seen)
    drop_all_drafts(decision)
    _give(decision, words, [(disclosure.agency, disclosure.requested_by)], by=by, category=category)
    settle(disclosure, by=by)
    tell_of_answer(disclosure)
    return decision


@transaction.atomic
def release_of_own_accord(
    *,
    by,
    case: Case,
    people,
    recipients,
    words: str,
    overrides,
    reason: str,
    verbal_approval: str,
    health=False,
    category: str = "",
) -> Decision:
    """Release *words* about *people* (parties of *case*, which *by* sees) to *recipients* (members), unasked, now.

    As `release_at_once`, but of the own agency's accord: a row of a request without requester is made for it.
    *verbal_approval* says who agreed, and when, or who could not be reached.  Refused with everything missing at once.
    ICO data sharing code (urgent sharing); golden rule 1; field 46 of the decision record.
    """
    seen = Case.objects.visible_to(by).filter(pk=case.pk).exists()
    if not seen or not may_tell(by, case):
        raise PermissionDenied
    people, recipients = list(people), list(recipients)
    others = _others(by, case, people, recipients, verbal_approval) | _unknown_category(case.panel, category)
    _require_releasable(by, words, overrides, reason, others=others)
    disclosure = _unasked(by, case, people, reason)
    decision = open_decision(by=by, disclosure=disclosure, originator=by.agency, reason="own_accord")
    decision.recipient_regime = law.regime_of(recipients[0].agency)
    _stand(decision, by, overrides=overrides, reason=reason, verbal_approval=verbal_approval, health=health)
    noting(decision, by=by, reason="emergency").save_over(decision.version)
    _give(decision, words, [(member.agency, member) for member in recipients], by=by, category=category)
    return decision


def _stand(decision: Decision, by, *, overrides, reason: str, verbal_approval: str, health: bool) -> None:
    """What an emergency release says of itself, unsaved: on whose name, why, and by when it is reviewed."""
    now = timezone.now()
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
        "escalated_at": None,  # that nobody could decide while it waited is over: its review is escalated by itself
        # What a reviewer agreed to before was another answer: this release is still to be reviewed.
        "reviewer": None,
        "review": "",
        "reviewed_at": None,
        "reviewed_by": None,
    }.items():
        setattr(decision, name, value)
    know(decision)


@transaction.atomic
def review(*, by, decision: Decision, seen: int, verdict: str, words: str, bases=(), answers: dict | None = None):
    """Ratify or recall an emergency release, by a liaison officer who neither asked nor released.

    Ratified, it must hold by the same chain rule as any other: *bases* and *answers* (`GROUNDS`, `GUARDIAN`) are the
    reviewer's, and every gap is said at once; of health or care data also the Caldicott Guardian's view, asked for now
    (guidance §2.4.2.2).  Recalled, its releases are recalled, and that view may wait.
    """
    if not rules.may_review(by, decision):
        raise PermissionDenied
    if len(words.strip()) < SHORTEST_REASON:
        raise ValidationError({"words": _("Write down what the review found.")})
    for name in GUARDIAN if decision.health else ():
        setattr(decision, name, (answers or {}).get(name, getattr(decision, name)))
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
    mark_looked_at(decision.consent_overrides.filter(reviewed_at__isnull=True), by=by)
    if verdict == Review.RECALLED:
        recall_releases(decision, by=by, reason="not_ratified")
    return decision


def review_due(released_at: datetime.datetime) -> datetime.datetime:
    """The end of the first working day after the day of *released_at*, local time."""
    day = working_days_after(timezone.localdate(released_at), 1)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(23, 59, 59)))


def _require_releasable(by, words, overrides, reason, *, asker=None, case=None, others: dict | None = None) -> None:
    if rules.overdue_review_of(by) is not None:
        raise ValidationError(
            _(
                "An earlier emergency release of yours has not been reviewed in time. Until it is, your liaison "
                "officer must decide: telephone them."
            )
        )
    found = dict(others or {})
    if not words.strip():
        found["words"] = [_("Write what is released.")]
    if not overrides:
        found["overrides"] = [_("Say which danger makes it necessary.")]
    if len(reason.strip()) < SHORTEST_REASON:
        found["reason"] = [_("Say why it cannot wait for the liaison officer.")]
    if asker is not None and not has_standing(asker, case):
        found["words"] = [_("The agency that asked may not receive personal information now.")]
    if found:
        raise ValidationError(found)


def _others(by, case: Case, people, recipients, verbal_approval: str) -> dict:
    """What keeps a release that nobody asked for from going out, by field, beside what keeps any."""
    found = {}
    seen = set(Party.objects.visible_to(by).filter(case=case.pk).values_list("pk", flat=True))
    if not people or any(person.pk not in seen for person in people):
        found["people"] = [_("Choose whom it is about.")]
    fit = set(receivers(case.panel, case.pk).exclude(agency=by.agency_id).values_list("pk", flat=True))
    if not recipients:
        found["recipients"] = [_("Name at least one recipient.")]
    elif any(member.pk not in fit for member in recipients):
        found["recipients"] = [_("Name recipients who may receive personal information about this case now.")]
    if not verbal_approval.strip():
        found["verbal_approval"] = [_("Say who agreed by word of mouth, and when, or whom you could not reach.")]
    return found


def _unasked(by, case: Case, people, reason: str) -> Disclosure:
    now = timezone.now()
    disclosure = Disclosure(
        key=Key.objects.mint(Key.Kind.DISCLOSURE),
        panel=case.panel,
        scheme=case.panel.scheme,
        number=next_reference(case.panel, ReferenceCounter.Kind.DISCLOSURE, at=now),
        way=Disclosure.Way.OWN,
        state=Disclosure.State.CLOSED,
        urgency=Disclosure.Urgency.EMERGENCY,
        case=case,
        received_at=now,
        ended_at=now,
        purpose=reason.strip(),
    )
    noting(disclosure, by=by, reason="own_accord").save(force_insert=True)
    for person in people:
        name_person(disclosure, person)
    return disclosure


def _unknown_category(panel, category: str) -> dict:
    known = not category or category in dict(categories(panel))
    return {} if known else {"category": [_("Select the kind of information from the list")]}


def _give(decision: Decision, words: str, recipients: list[tuple], *, by, category: str) -> None:
    """Let *words* go to *recipients* (pairs of agency and member) as releases; recorded, and the officers told."""
    disclosure = decision.disclosure
    decision.items.all().delete()
    decision.recipients.all().delete()
    item = DecisionItem(key=decision.words_key, decision=decision, category=category, grade="untested")
    item.original = item.words = words.strip()
    item.save(force_insert=True)
    rows = [
        DecisionRecipient(key=disclosure.key, decision=decision, agency=agency, member=member)
        for agency, member in recipients
    ]
    for row in rows:
        row.save(force_insert=True)
    problems = rules.recipient_problems(decision, rows)
    if problems:
        raise ValidationError(problems)
    record(
        "decision.emergency_released",
        by=by,
        thing=decision,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        recipients=[recipient_of(row) for row in rows],
        detail={"number": disclosure.number, "overrides": list(decision.overrides), "way": str(disclosure.way)},
    )
    override_consent(decision, by=by, items=[item], recipients=rows)
    open_releases(decision, by=by)
    tell_of_emergency(decision.originator, by=by, case=decision.disclosure.case_id)


def _take_grounds(decision: Decision, bases, answers: dict) -> None:
    decision.bases = list(bases)
    for name in GROUNDS:
        setattr(decision, name, answers.get(name, getattr(decision, name)))
    parts = parts_of(decision)
    agencies = [recipient.agency for recipient in parts["recipients"]]
    gaps = law.gaps_of(decision, law.facts_of(decision, recipients=agencies, people=parts["people"]))
    wanting = rules.wanting_of_guardian(decision)
    found = ({"bases": gaps} if gaps else {}) | ({"caldicott_name": wanting} if wanting else {})
    if found:
        raise ValidationError(found)
