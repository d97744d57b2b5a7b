"""Actions after they were agreed, and cases that close with the last of them: `cases.workflow.progress` and `.case`."""

from datetime import timedelta

from cases.models.access import Stage
from cases.rules.action import UNFINISHED

from .cast import moment

ENDINGS = {"done": "done", "no_longer_possible": "not_possible", "not_done": "not_done"}
HOUR = timedelta(hours=1)


class Progress:
    """What became of actions and cases."""

    def __init__(self, town):
        self.town, self.store, self.cast = town, town.store, town.cast

    def follow(self, file, action, planned, *, agreed_at, approved_at) -> None:
        """Plan the acts of one action: begun, ended, accepted by the desk once the minutes stand."""
        town = self.town
        by = self.cast.worker(planned.member, "do_action", planned.agency)
        by = by if by.agency_id == action.agency_id else self.cast.speaker(action.agency, "do_action")
        if by is None:  # the small cast has nobody who could report for some agencies
            return
        if planned.status == "in_progress":
            town.at(agreed_at + 20 * HOUR, self.begin, action, planned, by)
        elif planned.status in ENDINGS:
            ended_at = max(moment(planned.closed_on, 15, 10 + planned.number), agreed_at + HOUR)
            town.at(ended_at, self.finish, action, planned, by)
            town.at(max(ended_at + HOUR, approved_at + HOUR), self.accept, file, action)

    def begin(self, action, planned, by, at) -> None:
        """`begin_action`."""
        self._report(action, "in_progress", by, at)

    def finish(self, action, planned, by, at) -> None:
        """`finish_action`."""
        action.outcome, action.evidence = planned.outcome or planned.reason, planned.evidence
        self._report(action, ENDINGS[planned.status], by, at)

    def _report(self, action, state, by, at) -> None:
        before, action.state = action.state, state
        if state not in UNFINISHED:
            action.ended_at, action.ended_by = at, by
        self.store.save(action, by=by, at=at, reason=state)
        self.store.record(
            "action.reported",
            by=by,
            at=at,
            thing=action,
            case_id=action.case_id,
            panel_id=self.cast.panel.pk,
            detail={"before": before, "after": state},
        )

    def accept(self, file, action, at) -> None:
        """`accept_closure`: with its last action the case closes."""
        by = self.cast.coordinator
        action.accepted_at, action.accepted_by = at, by
        self.store.save(action, by=by, at=at, reason="accepted")
        self.store.record(
            "action.accepted",
            by=by,
            at=at,
            thing=action,
            case_id=action.case_id,
            panel_id=self.cast.panel.pk,
            detail={"state": action.state},
        )
        self.close_if_finished(file, at, reason="last_action")

    def close_if_finished(self, file, at, reason="closed") -> None:
        """`close_case`, where nothing keeps it open."""
        case = file.row
        unfinished = any(action.accepted_at is None for action in file.actions)
        if case.state == "closed" or file.waiting or unfinished:
            return
        by = self.cast.coordinator
        case.state, case.closed_at, case.closed_by = "closed", at, by
        self.store.save(case, by=by, at=at, reason=reason)
        self.store.record(
            "case.closed", by=by, at=at, thing=case, case_id=case.pk, panel_id=case.panel_id, reason=reason
        )

    def reopen(self, file, *, by, at) -> None:
        """`reopen_case`."""
        case = file.row
        if case.state == "open":
            return
        case.state, case.closed_at, case.closed_by = "open", None, None
        self.store.save(case, by=by, at=at, reason="new_incident")
        self.store.record(
            "case.reopened", by=by, at=at, thing=case, case_id=case.pk, panel_id=case.panel_id, reason="new_incident"
        )

    def let_owner_see(self, by, at, case, agency) -> None:
        """What `agree_action` opens to the owning agency."""
        if not self.town.sight.of_agency_in_case(case, agency):
            self.town.sight.involve(by=by, at=at, case=case, agency=agency, stage=Stage.ACTION, why="action")
