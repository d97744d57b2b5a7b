"""Work on a list that takes long: compared and imported at once where it is short, by the worker where it is long."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from cases.models import Supply
from cases.workflow import supply_import, supply_matching
from core.history import noting
from core.models import StaleVersion
from core.recording import SystemActor, record

WORKER = SystemActor("list worker")
AT_ONCE = 200  # rows
STOPPED_AFTER = timedelta(minutes=10)
MOST_ATTEMPTS = 3
Stage = Supply.Stage


def queued(supply: Supply, count: int) -> bool:
    """Whether *supply* was given to the worker: *count* rows decide.  Otherwise the caller calls `work` itself, once
    the list's stage is written."""
    if count > AT_ONCE:
        work_on_supply.enqueue(str(supply.pk))
    return count > AT_ONCE


@task()
def work_on_supply(supply_id: str) -> None:
    """Compare or import a list that waits for it."""
    work(supply_id)


def work(supply_id: str) -> None:
    """Compare or import a list that waits for it; where that fails the list says so, and nothing half is written."""
    supply = _claim(supply_id)
    if supply is None:
        return
    verb = supply_matching.compare if supply.stage == Stage.COMPARING else supply_import.carry_out
    try:
        verb(supply, actor=WORKER, went=lambda progress: _went(supply, progress))
    except StaleVersion:
        return  # taken for stopped, and begun again by another worker
    except Exception:
        _fail(supply_id)
        raise


def recover_supplies(*, now=None) -> int:
    """By the clock: give again to the workers what a stopped one left, or a lost queue left waiting; how many."""
    now = now or timezone.now()
    begun = Supply.objects.select_related("key").filter(stage__in=[Stage.COMPARING, Stage.IMPORTING])
    left = [supply for supply in begun if (supply.working_at or supply.created_at) < now - STOPPED_AFTER]
    return sum(_give_again(supply, now) for supply in left)


def _claim(supply_id: str) -> Supply | None:
    rows = Supply.objects.select_related("key", "panel", "brought_by__agency", "agency")
    supply = rows.filter(pk=supply_id, stage__in=[Stage.COMPARING, Stage.IMPORTING]).first()
    if supply is None:
        return None
    supply.working_at, supply.attempts = timezone.now(), supply.attempts + 1
    try:
        noting(supply, by=WORKER, reason="working").save_over(supply.version)
    except StaleVersion:
        return None
    return supply


def _went(supply: Supply, progress: int) -> None:
    Supply.objects.filter(pk=supply.pk).update(progress=progress, working_at=timezone.now())


@transaction.atomic
def _give_again(supply: Supply, now) -> bool:
    if supply.attempts >= MOST_ATTEMPTS:
        _fail(str(supply.pk))
        return False
    supply.working_at = now
    try:
        noting(supply, by=WORKER, reason="recovered").save_over(supply.version)
    except StaleVersion:  # the worker was only slow
        return False
    work_on_supply.enqueue(str(supply.pk))
    return True


@transaction.atomic
def _fail(supply_id: str) -> None:
    supply = Supply.objects.select_related("key").get(pk=supply_id)
    if not supply.is_underway:
        return
    importing = supply.stage == Stage.IMPORTING
    supply.stage = Stage.DECIDING if importing else Stage.FAILED
    supply.outcome = {"failed": 1} if importing else {}
    noting(supply, by=WORKER, reason="failed").save_over(supply.version)
    record("supply.failed", by=WORKER, thing=supply, panel_id=supply.panel_id, detail={"importing": importing})
