"""What becomes of an action: reported, sent back, accepted, superseded, escalated, reminded of.

Agreeing and changing actions is in `cases.workflow.action`; closing the case in `cases.workflow.case`.
"""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import emails, gates
from cases.models import Action
from cases.rules import action as rules
from cases.workflow.case import close_if_finished
from core.history import noting
from core.recording import SystemActor, record

State = Action.State
CLOCK = SystemActor("action reminders")
CONSENT = SystemActor("who may be told")  # not who recorded what somebody decided: what they decided is confidential
REMIND_DAYS_BEFORE = 2


@transaction.atomic
def begin_action(*, by, action: Action, seen: int) -> Action:
    """The owning agency says that it has begun; refused where another may not or the action has ended."""
    return _report(by=by, action=action, state=State.IN_PROGRESS, seen=seen)


@transaction.atomic
def finish_action(*, by, action: Action, state: str, outcome: str, evidence: str = "", seen: int) -> Action:
    """The owning agency reports how an action ended: done, no longer possible, not done, refused.

    *outcome* says what came of it or why not, and is always asked for; *seen* is the version the writer had.
    The ending still has to be accepted by the desk.  Recorded as an alteration.
    """
    if state not in rules.ENDINGS:
        raise ValidationError(_("Select how the action ended."))
    if not outcome.strip():
        sentence = {
            State.DONE: _("Say what came of the action."),
            State.NOT_POSSIBLE: _("Say which circumstances changed."),
        }.get(state, _("Say why the action was not done."))
        raise ValidationError({"outcome": sentence})
    action.outcome, action.evidence = outcome, evidence
    return _report(by=by, action=action, state=state, seen=seen)


@transaction.atomic
def accept_closure(*, by, action: Action, seen: int) -> Action:
    """The desk accepts how an action ended.  With its last action the case closes."""
    if not rules.may_accept(by, action):
        raise PermissionDenied
    action.accepted_at, action.accepted_by = timezone.now(), by
    noting(action, by=by, reason="accepted").save_over(seen)
    record(
        "action.accepted",
        by=by,
        thing=action,
        case_id=action.case_id,
        panel_id=action.case.panel_id,
        detail={"state": action.state},
    )
    close_if_finished(by=by, case=action.case)
    return action


@transaction.atomic
def send_back(*, by, action: Action, seen: int) -> Action:
    """The desk does not accept the ending: the action is open again with its agency, which may be told of the case."""
    if not rules.may_accept(by, action):
        raise PermissionDenied
    if not gates.may_be_told(by=by, case=action.case, agency=action.agency):
        sentence = _("%(agency)s may not be told of this case any more. Accept the ending, or agree another action.")
        raise ValidationError(sentence % {"agency": action.agency.name})
    before = action.state
    action.state, action.ended_at, action.ended_by = State.OPEN, None, None
    noting(action, by=by, reason="sent_back").save_over(seen)
    record(
        "action.sent_back",
        by=by,
        thing=action,
        case_id=action.case_id,
        panel_id=action.case.panel_id,
        detail={"before": before},
    )
    emails.action_sent_back(action)
    return action


@transaction.atomic
def end_untold(*, action: Action) -> Action:
    """*action*, whose agency may not be told of the case any more, is no longer possible; the desk accepts that.

    The agency learns that it has nothing more to do, and neither why nor of whom.
    """
    before, action.state, action.ended_at = action.state, State.NOT_POSSIBLE, timezone.now()
    action.outcome = _("%(agency)s may not be told of this case any more.") % {"agency": action.agency.name}
    noting(action, by=CONSENT, reason="untold").save_over(action.version)
    record(
        "action.ended",
        by=CONSENT,
        thing=action,
        case_id=action.case_id,
        panel_id=action.case.panel_id,
        detail={"before": before},
    )
    emails.action_ended(action)
    return action


@transaction.atomic
def supersede_action(*, by, action: Action, replacement: Action | None, words: str, seen: int) -> Action:
    """The desk ends an action because *replacement*, another of the same case, or none, takes its place.

    *words* say why, and are always asked for.  The owning agency is told that it has nothing more to do; with its last
    action the case closes.  Refused for others than the desk, once it has ended, and for a replacement of another case
    or one that was replaced itself.  Recorded as an alteration.
    """
    if action.state not in rules.UNFINISHED:
        raise ValidationError(_("This action has already ended."))
    if not rules.may_supersede(by, action):
        raise PermissionDenied
    if replacement is not None and not rules.may_take_its_place(replacement, action):
        raise ValidationError({"replacement": _("Only another action of the same case takes its place.")})
    if not words.strip():
        raise ValidationError({"words": _("Say why the action is replaced.")})
    action.state, action.superseded_by, action.superseded_words = State.SUPERSEDED, replacement, words
    action.ended_at, action.ended_by = timezone.now(), by
    noting(action, by=by, reason="superseded").save_over(seen)
    record(
        "action.superseded",
        by=by,
        thing=action,
        case_id=action.case_id,
        panel_id=action.case.panel_id,
        things=[replacement.pk] if replacement else [],
    )
    emails.action_superseded(action)
    close_if_finished(by=by, case=action.case)
    return action


@transaction.atomic
def escalate_action(*, by, action: Action, to: str, seen: int) -> Action:
    """The desk notes that *action* was taken above who answers for it, *to* whom: a name and post, or a group.

    Who it went to before stands in the history.  Refused for others than the desk, and once its ending is accepted.
    Recorded as an alteration.
    """
    if not rules.may_escalate(by, action):
        raise PermissionDenied
    if not to.strip():
        raise ValidationError({"to": _("Say to whom the action was taken.")})
    action.escalated_to, action.escalated_at, action.escalated_by = to.strip(), timezone.now(), by
    noting(action, by=by, reason="escalated").save_over(seen)
    record("action.escalated", by=by, thing=action, case_id=action.case_id, panel_id=action.case.panel_id)
    return action


def remind_of_actions(*, now=None, dry_run: bool = False) -> dict[str, int]:
    """Write to the agencies whose actions are due in two days or overdue since yesterday, once each; counts by kind."""
    today = timezone.localdate(now)
    before = (
        Action.objects.with_key()
        .select_related("agency", "member", "case__panel")
        .unfinished()
        .filter(
            due_on__range=(today, today + datetime.timedelta(days=REMIND_DAYS_BEFORE)), reminded_before_at__isnull=True
        )
    )
    after = (
        Action.objects.with_key()
        .select_related("agency", "member", "case__panel")
        .overdue(today)
        .filter(reminded_after_at__isnull=True)
    )
    counts = {"before": 0, "after": 0}
    for kind, actions in (("before", before), ("after", after)):
        for action in actions:
            counts[kind] += 1
            if not dry_run:
                _remind(action, kind)
    return counts


@transaction.atomic
def _remind(action: Action, kind: str) -> None:
    setattr(action, f"reminded_{kind}_at", timezone.now())
    noting(action, by=CLOCK, reason=f"reminded_{kind}").save_over(action.version)
    record(
        "action.reminded",
        by=CLOCK,
        thing=action,
        case_id=action.case_id,
        panel_id=action.case.panel_id,
        detail={"kind": kind},
    )
    emails.action_reminder(action, overdue=kind == "after")


def _report(*, by, action: Action, state: str, seen: int) -> Action:
    if not rules.may_report(by, action):
        raise PermissionDenied
    if not rules.is_way(action.state, state):
        raise ValidationError(
            _("An action that is “%(state)s” cannot be changed to that.") % {"state": action.get_state_display()}
        )
    ended = state in rules.ENDINGS
    before, action.state = action.state, state
    action.ended_at, action.ended_by = (timezone.now(), by) if ended else (None, None)
    noting(action, by=by, reason=state).save_over(seen)
    record(
        "action.reported",
        by=by,
        thing=action,
        case_id=action.case_id,
        panel_id=action.case.panel_id,
        detail={"before": before, "after": state},
    )
    return action
