"""Importing a list: every chosen row or none, in one transaction; then what the list holds of people is destroyed."""

from collections import Counter

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case, Supply, SupplyRow
from cases.workflow import supply_rows
from cases.workflow.supply_ending import end_supply
from core.history import noting
from core.models import StaleVersion
from core.recording import record

TOGETHER = 100
Stage, State, Choice = Supply.Stage, SupplyRow.State, SupplyRow.Choice


class Stopped(Exception):
    """Rows that cannot be imported: nothing is written.  *rows* maps each to its sentences."""

    def __init__(self, rows: dict):
        self.rows = rows
        super().__init__(len(rows))


def carry_out(supply: Supply, *, actor, went=lambda progress: None) -> None:
    """Import the chosen rows of *supply* as whoever brought it in; where one cannot be, none is, and each says why.

    First every row is looked at (*went* is told how far, in hundredths), then all are written at once.  Records
    supply.imported with counts, or supply.stopped; the verbs record each nomination and each case that was changed.
    """
    by, rows = supply.brought_by, _chosen(supply)
    try:
        _look_at(by, supply, rows, went)
        _write_all(by, supply, rows)
    except Stopped as stopped:
        _stop(supply, stopped.rows, actor=actor)


def _chosen(supply: Supply) -> list[SupplyRow]:
    rows = list(SupplyRow.objects.with_key().filter(supply=supply).chosen().order_by("line"))
    for row in rows:
        row.supply = supply
    return rows


def _look_at(by, supply: Supply, rows: list[SupplyRow], went) -> None:
    """Give each update its case as *by* sees it now; `Stopped` with all whose case is not there, or closed."""
    wrong = {}
    for start in range(0, len(rows), TOGETHER):
        some = rows[start : start + TOGETHER]
        ids = {row.case_id for row in some if row.choice == Choice.UPDATE}
        found = Case.objects.visible_to(by).filter(pk__in=ids, panel=supply.panel_id).select_related("panel")
        cases = {case.pk: case for case in found}
        for row in some:
            if row.choice == Choice.UPDATE and (cases.get(row.case_id) is None or cases[row.case_id].state != "open"):
                wrong[row] = [_("The case is closed, or not open to you any more.")]
            elif row.choice == Choice.UPDATE:
                row.case = cases[row.case_id]
        went(50 * (start + len(some)) // len(rows))
    wrong |= {row: [_("Another row changes the same case.")] for row in _again(rows) if row not in wrong}
    if wrong:
        raise Stopped(wrong)


def _again(rows) -> list[SupplyRow]:
    times = Counter(row.case_id for row in rows if row.choice == Choice.UPDATE)
    return [row for row in rows if row.choice == Choice.UPDATE and times[row.case_id] > 1]


@transaction.atomic
def _write_all(by, supply: Supply, rows: list[SupplyRow]) -> None:
    wrong = {}
    for row in rows:
        try:
            with transaction.atomic():
                _write(by, supply, row)
        except PermissionDenied:
            wrong[row] = [_("You may not do this for the panel any more.")]
        except StaleVersion:
            wrong[row] = [_("Somebody else changed the case at the same time. Import again.")]
        except ValidationError as error:
            wrong[row] = list(error.messages)
    if wrong:
        raise Stopped(wrong)
    counts = Counter(supply.rows.values_list("choice", "state"))
    supply.outcome = {
        "nominated": sum(n for (choice, _state), n in counts.items() if choice == Choice.NOMINATE),
        "updated": sum(n for (choice, _state), n in counts.items() if choice == Choice.UPDATE),
        "left_out": sum(n for (choice, _state), n in counts.items() if choice == Choice.LEAVE),
        "refused": sum(n for (_choice, state), n in counts.items() if state == State.REFUSED),
    }
    supply.progress = 100
    end_supply(supply, by=by, stage=Stage.IMPORTED, seen=supply.version)
    detail = {"kind": supply.kind, **supply.outcome}
    record("supply.imported", by=by, thing=supply, panel_id=supply.panel_id, detail=detail)


def _write(by, supply: Supply, row: SupplyRow) -> None:
    if row.choice == Choice.NOMINATE:
        supply_rows.nominate(by=by, supply=supply, row=row)
    else:
        supply_rows.change_case(by=by, supply=supply, row=row, case=row.case)


@transaction.atomic
def _stop(supply: Supply, wrong: dict, *, actor) -> None:
    fresh = Supply.objects.select_related("key").get(pk=supply.pk)
    if fresh.stage != Stage.IMPORTING:
        return
    for row, sentences in wrong.items():
        row.is_stopped, row.stopped = True, " ".join(str(sentence) for sentence in sentences)
        row.save(update_fields=["is_stopped", "stopped"])
    fresh.stage, fresh.progress, fresh.outcome = Stage.DECIDING, 0, {"stopped": len(wrong)}
    noting(fresh, by=actor, reason="stopped").save_over(fresh.version)
    detail = {"kind": fresh.kind, "rows": len(wrong)}
    record("supply.stopped", by=actor, thing=fresh, panel_id=fresh.panel_id, detail=detail)
