"""What the clock does: decisions that nobody took count as not shared, and reviews that nobody made are escalated."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cases.rules.hold import held, is_held
from cases.workflow.drafts import drop_all_drafts
from core.history import noting
from core.recording import SystemActor, record
from disclosures.emails import tell_of_request, tell_of_review_overdue, tell_of_silence, tell_of_vacancy
from disclosures.models import Decision, Disclosure
from disclosures.models.codes import Outcome, Reason
from disclosures.rules.away import away_from
from disclosures.rules.request import without_officer
from disclosures.workflow.approval import supersede
from disclosures.workflow.ending import destroy_key
from disclosures.workflow.request import open_decision, settle

CLOCK = SystemActor("disclosure clock")
AT_ONCE = 200
RENEWED_FOR = datetime.timedelta(days=28)  # docs/decisions/0063-what-nobody-takes-up-ends.md


def lapse_decisions(now=None) -> int:
    """Record, for every decision that was not taken by its moment, that nothing is shared; how many.

    The deputy and the data protection officer are told, for a child the safeguarding lead at once; a late answer
    supersedes the record.  Who asked sees “not shared”.  Edge cases: no decision in time.
    """
    now = now or timezone.now()
    overdue = Decision.objects.overdue(now).order_by("due_at").values_list("pk", flat=True)[:AT_ONCE]
    return sum(_lapse(pk, now) for pk in list(overdue))


def end_renewals(now=None) -> int:
    """End every decision opened anew four weeks ago and never taken, and the words made ready for it; how many.

    What was decided before stands; a deferral, which decided nothing, gives way to “not shared: no answer”.
    """
    now = now or timezone.now()
    opened = Decision.objects.waiting().filter(created_at__lte=now - RENEWED_FOR)
    stands = Decision.objects.decided().filter(disclosure=OuterRef("disclosure"), originator=OuterRef("originator"))
    found = opened.filter(Exists(stands)).order_by("created_at", "pk").values_list("pk", flat=True)
    return sum(_end_renewal(pk, now) for pk in list(found[:AT_ONCE]))


def escalate_vacancies(now=None) -> int:
    """Tell, once, of every decision that waits for an agency of which nobody can take it any more; how many.

    Its last liaison officer was kept away from the case, left, or lost the post since it was asked.  The data
    protection officer and the administrator are told; one of a whole agency that is kept away just lapses.
    """
    now = now or timezone.now()
    waiting = Decision.objects.waiting().filter(escalated_at__isnull=True, requested_by__isnull=False)
    waiting = waiting.select_related("disclosure", "originator").order_by("due_at")
    return sum(_tell_of_vacancy(decision.pk, now) for decision in waiting if _is_vacant(decision))


def escalate_reviews(now=None) -> int:
    """Tell, once, of every emergency release that was not reviewed in time; how many."""
    now = now or timezone.now()
    due = Decision.objects.to_review().filter(review_due_at__lte=now, escalated_at__isnull=True)
    return sum(_escalate(pk, now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def take_up_deferred(now=None) -> int:
    """Open a deferred decision again on the day until which it was deferred; how many.

    The deferral stands until the new decision is taken; the liaison officers are told that it waits.
    """
    now = now or timezone.now()
    due = Decision.objects.decided().filter(outcome=Outcome.DEFER, defer_until__lte=timezone.localdate(now))
    due = due.filter(disclosure__state=Disclosure.State.ASKED, reminded_at__isnull=True)
    return sum(_take_up(pk, now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


@transaction.atomic
def _take_up(pk, now) -> bool:
    deferred = _locked(Decision.objects.decided().filter(reminded_at__isnull=True), pk)
    if deferred is None:
        return False
    deferred.reminded_at = now
    noting(deferred, by=CLOCK, reason="deferral_over").save_over(deferred.version)
    disclosure = deferred.disclosure
    if Decision.objects.waiting().filter(disclosure=disclosure, originator=deferred.originator_id).exists():
        return False
    renewed = open_decision(by=CLOCK, disclosure=disclosure, originator=deferred.originator, reason="deferral_over")
    renewed.due_at = None
    noting(renewed, by=CLOCK, reason="deferral_over").save_over(renewed.version)
    record(
        "decision.begun",
        by=CLOCK,
        thing=renewed,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        detail={"supersedes": str(deferred.pk)},
    )
    tell_of_request(disclosure, [deferred.originator])
    return True


@transaction.atomic
def _lapse(pk, now) -> bool:
    decision = _locked(Decision.objects.overdue(now), pk)
    if decision is None:
        return False
    disclosure = decision.disclosure
    earlier = Decision.objects.decided().filter(disclosure=disclosure, originator=decision.originator_id)
    if earlier.exists():  # it was to be decided anew; what was decided stands
        decision.due_at, decision.escalated_at = None, now
        noting(decision, by=CLOCK, reason="not_renewed").save_over(decision.version)
        return False
    _count_as_silence(decision, now)
    return True


def _count_as_silence(decision: Decision, now) -> None:
    """Nothing is shared, for nobody answered: what had been made ready is destroyed; who must know is told."""
    disclosure = decision.disclosure
    decision.state, decision.decided_at = Decision.State.DECIDED, now
    decision.outcome, decision.reason_code = Outcome.NO_ANSWER, Reason.NO_ANSWER
    decision.escalated_at = now
    noting(decision, by=CLOCK, reason="no_answer").save_over(decision.version)
    _forget_words(decision)
    record(
        "decision.lapsed",
        by=CLOCK,
        thing=decision,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        detail={"number": disclosure.number, "child": disclosure.child_safeguarding},
    )
    settle(disclosure, by=CLOCK)
    told = {"child": disclosure.child_safeguarding, "but": decision.requested_by_id, "case": disclosure.case_id}
    tell_of_silence(decision.originator, **told)
    if decision.requested_by_id and _is_vacant(decision):
        tell_of_vacancy(decision.originator, case=disclosure.case_id)


@transaction.atomic
def _end_renewal(pk, now) -> bool:
    renewed = _locked(Decision.objects.waiting(), pk)
    earlier = renewed and Decision.objects.with_key().before(renewed).first()
    if earlier is None:
        return False
    if earlier.outcome == Outcome.DEFER:
        supersede(CLOCK, earlier, renewed, now)
        _count_as_silence(renewed, now)
        return True
    renewed.state = Decision.State.WITHDRAWN
    noting(renewed, by=CLOCK, reason="never_taken").save_over(renewed.version)
    _forget_words(renewed)
    record(
        "decision.dropped",
        by=CLOCK,
        thing=renewed,
        case_id=renewed.disclosure.case_id,
        panel_id=renewed.disclosure.panel_id,
        detail={"stands": str(earlier.pk)},
    )
    settle(renewed.disclosure, by=CLOCK)
    return True


def forget_unheld(now=None) -> int:
    """Destroy what was made ready for decisions that nobody took while their case was held, and is held no more."""
    nobody = Q(outcome=Outcome.NO_ANSWER) | Q(state=Decision.State.WITHDRAWN)
    left = Decision.objects.filter(nobody, ~held("disclosure__case", at=now), words_key__wrapped__isnull=False)
    found = list(left.order_by("pk")[:AT_ONCE])
    for decision in found:
        _forget_words(decision)
    return len(found)


@transaction.atomic
def _forget_words(decision: Decision) -> None:
    """Destroy what was made ready for *decision*; while its case is held it stays, and nobody has a road to it."""
    if is_held(decision.disclosure):
        return
    drop_all_drafts(decision)
    destroy_key(decision.words_key_id)


@transaction.atomic
def _tell_of_vacancy(pk, now) -> bool:
    decision = _locked(Decision.objects.waiting().filter(escalated_at__isnull=True), pk)
    if decision is None:
        return False
    disclosure = decision.disclosure
    decision.escalated_at = now
    noting(decision, by=CLOCK, reason="nobody_decides").save_over(decision.version)
    record(
        "decision.escalated",
        by=CLOCK,
        thing=decision,
        case_id=disclosure.case_id,
        panel_id=disclosure.panel_id,
        detail={"number": disclosure.number},
    )
    tell_of_vacancy(decision.originator, case=disclosure.case_id)
    return True


def _is_vacant(decision: Decision) -> bool:
    """Whether nobody of the originator can decide; not where the whole agency is kept away from the case."""
    case, requester = decision.disclosure.case_id, decision.requested_by_id
    return decision.originator_id not in away_from(case) and bool(
        without_officer([decision.originator], requester, case)
    )


@transaction.atomic
def _escalate(pk, now) -> bool:
    decision = _locked(Decision.objects.to_review().filter(escalated_at__isnull=True), pk)
    if decision is None:
        return False
    decision.escalated_at = now
    noting(decision, by=CLOCK, reason="review_overdue").save_over(decision.version)
    record(
        "decision.review_overdue",
        by=CLOCK,
        thing=decision,
        case_id=decision.disclosure.case_id,
        panel_id=decision.disclosure.panel_id,
    )
    tell_of_review_overdue(decision.originator, case=decision.disclosure.case_id)
    return True


def _locked(found, pk) -> Decision | None:
    joined = found.with_key().select_related("disclosure__key", "disclosure__panel", "originator")
    return joined.select_for_update(of=("self",)).filter(pk=pk).first()
