"""Who may do what to an action, and from which state to which."""

from cases.models import Action
from cases.rules.track import may_plan
from partnership.roles import Permission

State = Action.State
UNFINISHED = frozenset({State.OPEN, State.IN_PROGRESS})
ENDINGS = frozenset({State.DONE, State.NOT_POSSIBLE, State.NOT_DONE, State.REFUSED})
WAYS: dict[str, frozenset[str]] = {
    State.OPEN: ENDINGS | {State.IN_PROGRESS, State.SUPERSEDED},
    State.IN_PROGRESS: ENDINGS | {State.SUPERSEDED},
    State.DONE: frozenset({State.OPEN}),
    State.NOT_POSSIBLE: frozenset({State.OPEN}),
    State.NOT_DONE: frozenset({State.OPEN}),
    State.REFUSED: frozenset({State.OPEN}),
    State.SUPERSEDED: frozenset(),
}


def may_report(member, action) -> bool:
    """Whether *member* speaks for the owning agency on an action that is not accepted as closed."""
    return (
        action.agency_id == member.agency_id
        and action.state in UNFINISHED
        and member.may(Permission.DO_ACTION, action.case.panel_id)
    )


def may_accept(member, action) -> bool:
    """Whether *member* may accept, or send back, what an agency reported."""
    return (
        action.state in ENDINGS
        and action.accepted_at is None
        and member.may(Permission.ACCEPT_CLOSURE, action.case.panel_id)
    )


def may_supersede(member, action) -> bool:
    """Whether *member* may end *action* because another takes its place: the desk, before it has ended."""
    return is_way(action.state, State.SUPERSEDED) and member.may(Permission.ACCEPT_CLOSURE, action.case.panel_id)


def may_take_its_place(replacement, action) -> bool:
    """Whether *replacement* is another action of the case of *action*, and was not replaced itself."""
    is_other = replacement.pk != action.pk and replacement.case_id == action.case_id
    return is_other and replacement.state != State.SUPERSEDED


def may_escalate(member, action) -> bool:
    """Whether *member* may take *action* above who answers for it: the desk, until its ending is accepted."""
    is_settled = action.state == State.SUPERSEDED or action.accepted_at is not None
    return not is_settled and member.may(Permission.ACCEPT_CLOSURE, action.case.panel_id)


def may_change_step(member, action) -> bool:
    """Whether *member* changes *action*, a step of the plan about a person that has not ended: who writes the plan."""
    return bool(action.pathway) and action.state in UNFINISHED and may_plan(member, action.case)


def is_way(before: str, after: str) -> bool:
    """Whether an action may go from *before* to *after*."""
    return after in WAYS[before]


def urgency(action, today) -> str:
    """ "overdue", "today", "soon" (within three days), "later" or "ended", from due date and state."""
    if action.state not in UNFINISHED:
        return "ended"
    days = (action.due_on - today).days
    return "overdue" if days < 0 else "today" if days == 0 else "soon" if days <= 3 else "later"
