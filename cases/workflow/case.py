"""A case as a whole: closing it with its last action, reopening it on a new incident."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.models import Case, Involvement, Track
from cases.models.access import Stage
from cases.rules import case as rules
from cases.workflow.access import end_involvement, involve
from core.history import noting
from core.recording import record

WHY_NOT_CLOSED = {
    "listed": _("The case is listed for a meeting that has not heard it."),
    "actions": _("Actions are still open."),
    "acceptance": _("An agency’s report on an action has not been accepted."),
    "tracks": _("A course of management is still running."),
}


@transaction.atomic
def close_case(*, by, case: Case) -> Case:
    """Close *case*; refused with everything that keeps it open, each sentence under its code of `why_not_closed`.

    One that is closed already stays as it was closed.
    """
    if not rules.may_keep(by, case):
        raise PermissionDenied
    if case.state == Case.State.CLOSED:
        return case
    reasons = rules.why_not_closed(case)
    if reasons:
        raise ValidationError([ValidationError(WHY_NOT_CLOSED[reason], code=reason) for reason in reasons])
    return _close(by=by, case=case, reason="closed")


@transaction.atomic
def close_if_finished(*, by, case: Case) -> None:
    """Close *case* where its last action has just been accepted and no meeting waits to hear it."""
    if case.state == Case.State.OPEN and not rules.why_not_closed(case):
        _close(by=by, case=case, reason="last_action")


@transaction.atomic
def reopen_case(*, by, case: Case, reason: str) -> Case:
    """Open a closed case again because of a new incident; *reason* is a code (`new_incident`, `closed_in_error`)."""
    if not rules.may_keep(by, case):
        raise PermissionDenied
    if case.state == Case.State.OPEN:
        return case
    case.state, case.closed_at, case.closed_by = Case.State.OPEN, None, None
    noting(case, by=by, reason=reason).save_over(case.version)
    record("case.reopened", by=by, thing=case, case_id=case.pk, panel_id=case.panel_id, reason=reason)
    return case


@transaction.atomic
def involve_agencies(*, by, case: Case, listing, agencies, until=None) -> list:
    """Let *agencies* research *case* for one listing, each as long as *until* says by its id; their involvements."""
    until = until or {}
    opening = {"by": by, "panel": case.panel, "case": case, "listing": listing, "stage": Stage.RESEARCH, "why": "asked"}
    return [involve(**opening, agency=agency, until=until.get(agency.pk)) for agency in agencies]


def _close(*, by, case: Case, reason: str) -> Case:
    unknown = Track.objects.running().filter(case=case, closed_to_desk=True)  # goes on: who closes knows nothing of it
    for managing in Involvement.objects.live().filter(case=case, stage=Stage.MANAGING).exclude(track__in=unknown):
        end_involvement(by=by, involvement=managing, why="closed")
    case.state, case.closed_at, case.closed_by = Case.State.CLOSED, timezone.now(), by
    noting(case, by=by, reason=reason).save_over(case.version)
    record("case.closed", by=by, thing=case, case_id=case.pk, panel_id=case.panel_id, reason=reason)
    return case
