"""A list's way: brought in, described, decided row by row, imported.

Comparing is in `cases.workflow.supply_matching`, importing in `cases.workflow.supply_import`, giving up and lapsing in
`cases.workflow.supply_ending`.
"""

import datetime
import hashlib

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Supply, SupplyRow
from cases.rules import supply as rules
from cases.rules import supply_columns as columns
from cases.rules.supply_rows import Taken, take
from cases.workflow.supply_work import queued, work
from core import delimited
from core.history import noting
from core.models import Key, StaleVersion
from core.recording import record

Stage, State, Choice = Supply.Stage, SupplyRow.State, SupplyRow.Choice


@transaction.atomic
def bring_in(*, by, supply: Supply, content: bytes) -> Supply:
    """Read *content* as the list that *supply* (unsaved) says it is; its rows wait, sealed.

    Records supply.brought_in with counts.  Refused where it is no table (`core.delimited.Unreadable`), lacks columns
    without which nobody is known, and for those who bring no such list in for the panel.
    """
    if not rules.may_bring_in(by, supply.panel, supply.kind):
        raise PermissionDenied
    table = delimited.read(content, knows=lambda header: columns.is_known(supply.kind, header))
    layout = columns.layout(supply.kind, table.header)
    rows = take(supply.kind, layout, table.rows, columns=len(table.header), on=timezone.localdate())
    supply.key, supply.brought_by = Key.objects.mint(Key.Kind.SUPPLY), by
    _describe_file(supply, content, table, layout, rows)
    noting(supply, by=by, reason="brought_in").save(force_insert=True)
    SupplyRow.objects.bulk_create([_row(supply, row) for row in rows], batch_size=500)
    _tell("supply.brought_in", supply, by, rows=supply.row_count, refused=supply.refused_count)
    return supply


def describe_supply(*, by, supply: Supply, seen: int) -> Supply:
    """Save what *supply* now says of itself; the first time, it is compared with the people of the panel next."""
    first = supply.stage == Stage.DESCRIBING
    with transaction.atomic():
        if not rules.may_describe(by, supply):
            raise PermissionDenied
        if supply.period_from and supply.period_to and supply.period_from > supply.period_to:
            raise ValidationError({"period_to": _("The time covered ends before it begins.")})
        supply.stage = Stage.COMPARING if first else supply.stage
        noting(supply, by=by, reason="described").save_over(seen)
        _tell("supply.described", supply, by)
        waits = not first or queued(supply, supply.row_count)
    if not waits:
        work(str(supply.pk))
    return supply


@transaction.atomic
def choose(*, by, supply: Supply, choices: dict, seen: int) -> Supply:
    """Decide on rows of *supply*: *choices* maps `SupplyRow`s to a choice, and the case where it is an update.

    Which cases are offered for a row is the caller's to ask (`supply_matching.offers`).  Recorded with counts.
    """
    supply = _held(by, supply, seen)
    changed = []
    for row, (choice, case) in choices.items():
        if not rules.may_be(supply, row, choice) or (choice == Choice.UPDATE) != (case is not None):
            raise ValidationError(_("That cannot be done with line %(line)s.") % {"line": row.line})
        row.choice, row.case = choice, case or (row.case if row.state == State.MANAGED else None)
        changed.append(row)
    SupplyRow.objects.bulk_update(changed, ["choice", "case"], batch_size=200)
    return _decided(supply, by, len(changed))


@transaction.atomic
def choose_all(*, by, supply: Supply, state: str, choice: str, seen: int) -> Supply:
    """Decide alike on every row of *state* that is not decided yet.

    New people may all be nominated and managed cases all be updated; possible matches may only all be left out: each
    of them is for a person to look at.
    """
    supply = _held(by, supply, seen)
    alike = {State.NEW: {Choice.NOMINATE}, State.MANAGED: {Choice.UPDATE}}.get(State(state), set()) | {Choice.LEAVE}
    if state not in State.values or choice not in alike or choice == Choice.UPDATE and not _updates(supply):
        raise ValidationError({"choice": _("That cannot be decided for all of them at once.")})
    rows = SupplyRow.objects.undecided().filter(supply=supply, state=state)
    return _decided(supply, by, rows.update(choice=choice))


def import_supply(*, by, supply: Supply, seen: int) -> Supply:
    """Import the rows chosen as they stand in version *seen* of *supply*: all of them or none.

    Few are imported at once, many by the worker; what stops it stands at the rows (`supply_import`).  Refused while a
    row is not decided; whoever comes second is told that it has been imported.
    """
    with transaction.atomic():
        if supply.stage in (Stage.IMPORTING, Stage.IMPORTED):
            raise ValidationError(_("This list has been imported already, or is being imported now."), code="again")
        supply = _held(by, supply, seen)
        _must_be_decided(supply)
        supply.rows.filter(is_stopped=True).update(is_stopped=False)
        supply.stage, supply.progress, supply.attempts, supply.outcome = Stage.IMPORTING, 0, 0, {}
        noting(supply, by=by, reason="importing").save_over(seen)
        waits = queued(supply, supply.rows.chosen().count())
    if not waits:
        work(str(supply.pk))
    return supply


def imported_before(supply: Supply) -> Supply | None:
    """The latest list of the panel that was imported from the very same file."""
    earlier = Supply.objects.filter(panel=supply.panel_id, sha256=supply.sha256, stage=Stage.IMPORTED)
    return earlier.exclude(pk=supply.pk).order_by("-ended_at").first()


def _describe_file(supply: Supply, content: bytes, table, layout, rows: list[Taken]) -> None:
    """Write down what the file says of itself (guidance §3.4), for a person to complete."""
    supply.dataset = supply.dataset or str(Supply.Kind(supply.kind).label)
    supply.encoding, supply.delimiter, supply.header = table.encoding, table.delimiter, list(table.header)
    supply.columns = [code for code in columns.taken(supply.kind) if code in layout.places]
    supply.lacking, supply.unused = list(layout.lacking), len(layout.unused)
    supply.row_count, supply.refused_count = len(rows), sum(1 for row in rows if row.wrong)
    supply.sha256 = hashlib.sha256(content).hexdigest()
    released = sorted(row.data["release_on"] for row in rows if not row.wrong and "release_on" in row.data)
    if released:
        supply.period_from, supply.period_to = map(datetime.date.fromisoformat, (released[0], released[-1]))
    if layout.lacking:
        supply.caveats = _("The list lacks: %(columns)s.") % {"columns": columns.labels(layout.lacking)}


def _row(supply: Supply, taken: Taken) -> SupplyRow:
    said = taken.wrong or taken.noted
    return SupplyRow(
        key=supply.key,
        supply=supply,
        line=taken.line,
        state=State.REFUSED if taken.wrong else State.NEW,
        remarks=[list(remark) for remark in said],
        data={} if taken.wrong else taken.data,
        cells=[cell[: delimited.MOST_CHARACTERS] for cell in taken.cells] if said and taken.wrong else [],
    )


def _held(by, supply: Supply, seen: int) -> Supply:
    if not rules.may_decide(by, supply):
        raise PermissionDenied
    if seen != supply.version:
        raise StaleVersion(supply)
    return supply


def _must_be_decided(supply: Supply) -> None:
    undecided = supply.rows.undecided().count()
    if undecided:
        words = ngettext("%(count)s row is not decided yet.", "%(count)s rows are not decided yet.", undecided)
        raise ValidationError(words % {"count": undecided}, code="undecided")


def _updates(supply: Supply) -> bool:
    return rules.may_be(supply, SupplyRow(state=State.MANAGED), Choice.UPDATE)


def _decided(supply: Supply, by, count: int) -> Supply:
    noting(supply, by=by, reason="decided").save_over(supply.version)
    _tell("supply.decided", supply, by, rows=count)
    return supply


def _tell(event: str, supply: Supply, by, **counts) -> None:
    record(event, by=by, thing=supply, panel_id=supply.panel_id, detail={"kind": supply.kind, **counts})
