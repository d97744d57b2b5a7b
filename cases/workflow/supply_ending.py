"""How a list ends without being imported, and what is destroyed when it ends in any way."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from cases.models import Supply, SupplyRow
from cases.rules import supply as rules
from core.history import noting
from core.models import Key, StaleVersion
from core.recording import SystemActor, record

WAITS = timedelta(days=7)
CLOCK = SystemActor("list clock")
Stage = Supply.Stage


@transaction.atomic
def give_up(*, by, supply: Supply, seen: int) -> Supply:
    """Destroy the rows of *supply* without importing any; what is recorded of the supply stands."""
    if not rules.may_give_up(by, supply):
        raise PermissionDenied
    end_supply(supply, by=by, stage=Stage.GIVEN_UP, seen=seen)
    _tell("supply.given_up", supply, by)
    return supply


def lapse_supplies(*, now=None) -> int:
    """By the clock: destroy the rows of lists that have waited for seven days; how many lists."""
    now = now or timezone.now()
    left = Supply.objects.select_related("key").waiting().filter(created_at__lte=now - WAITS)
    return sum(_lapse(supply) for supply in left.exclude(stage=Stage.IMPORTING))


@transaction.atomic
def _lapse(supply: Supply) -> bool:
    try:
        end_supply(supply, by=CLOCK, stage=Stage.LAPSED, seen=supply.version)
    except StaleVersion:  # somebody works on it at this instant
        return False
    _tell("supply.lapsed", supply, CLOCK)
    return True


def destroy_rows(supply: Supply) -> None:
    """Destroy what *supply* holds of people: the rows, and the key with which every copy of them was sealed."""
    SupplyRow.objects.filter(supply=supply).delete()
    Key.objects.filter(pk=supply.key_id, wrapped__isnull=False).update(wrapped=None, destroyed_at=timezone.now())


def end_supply(supply: Supply, *, by, stage: str, seen: int) -> None:
    """Let *supply* end in *stage*, over version *seen*, and destroy its rows."""
    supply.stage, supply.ended_at, supply.ended_by = stage, timezone.now(), by if by.pk else None
    noting(supply, by=by, reason=stage).save_over(seen)
    destroy_rows(supply)


def _tell(event: str, supply: Supply, by) -> None:
    detail = {"kind": supply.kind, "rows": supply.row_count}
    record(event, by=by, thing=supply, panel_id=supply.panel_id, detail=detail)
