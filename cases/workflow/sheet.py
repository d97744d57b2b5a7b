"""What can happen to a sheet: filled in, changed.  Every version stays in its history."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, Sheet
from cases.rules import track as rules
from cases.rules.answers import GIVEN, asked_of, given_by, withheld
from cases.schemes import scheme_of
from cases.schemes.items import counted, missing
from cases.schemes.tracks import SheetKind
from cases.workflow.drafts import drop_draft
from cases.workflow.merging import Clash, Merge, merge
from core.history import noting
from core.recording import record


@transaction.atomic
def write_sheet(*, by, case: Case, kind: str, data: dict, track=None) -> Sheet:
    """Fill in a new sheet of *kind* for *case*, or for one *track* of it where the kind belongs to tracks.

    *data* are plain answers by the items' codes.  Records sheet.written; removes the writer's draft.  Refused where
    the case has one already and the kind allows no second.
    """
    case = Case.objects.with_key().select_related("panel").select_for_update(of=("self",)).get(pk=case.pk)
    kind_of = _kind_of(case, kind, track)
    part = rules.Part.in_track(track) if track else rules.Part.in_case(by, case)
    if not rules.may_write_sheet(by, case, kind_of, part):
        raise PermissionDenied
    if not kind_of.many and case.sheets.filter(kind=kind, track=track).exists():
        raise ValidationError(_("A colleague has filled in this form meanwhile. Open theirs and change it."))
    sheet = Sheet(key=case.key, case=case, track=track, kind=kind, agency=by.agency)
    _fill(sheet, kind_of, data, by)
    noting(sheet, by=by, reason="sheet.written").save(force_insert=True)
    drop_draft(by=by, about=track or case, part=f"sheet:{kind}")
    _tell("sheet.written", by, sheet)
    return sheet


@transaction.atomic
def save_sheet(*, by, sheet: Sheet, data: dict, seen: int) -> Sheet:
    """Save *data* over version *seen* of *sheet*, found through `visible_to`.

    What a colleague changed meanwhile in other items stays, and what *by* may not read; where both changed the same
    item, `Clash` holds both answers and nothing is saved.  Records sheet.changed; removes the writer's draft.
    """
    if not rules.may_write_sheet(by, sheet.case, sheet.kind_of, rules.part_for(by, sheet)):
        raise PermissionDenied
    asked = {item.code for item in asked_of(by, sheet.case, sheet.kind_of) if item.asked}
    unasked = {GIVEN, *withheld(by, sheet.case, [sheet])[sheet.pk]}
    unasked |= {item.code for item in sheet.kind_of.items} - asked
    kept = {code: value for code, value in sheet.data.items() if code in unasked}
    merged = merge(sheet, seen, {"data": data | kept})
    if merged.clashes:
        clashing = merged.clashes["data"] if isinstance(merged.clashes["data"], dict) else {}
        raise Clash(sheet, Merge(values=merged.values["data"], clashes=clashing))
    drop_draft(by=by, about=sheet, part="sheet")
    if merged.values["data"] == sheet.data:
        return sheet
    _fill(sheet, sheet.kind_of, merged.values["data"], by)
    noting(sheet, by=by, reason="sheet.changed").save_over(sheet.version)
    _tell("sheet.changed", by, sheet)
    return sheet


def _kind_of(case: Case, kind: str, track) -> SheetKind:
    kind_of = scheme_of(case.panel).sheet_kind(kind)
    if kind_of is None or kind_of.track != (track.kind if track else "") or track and track.case_id != case.pk:
        raise ValidationError(_("This panel keeps no such form here."))
    return kind_of


def _fill(sheet: Sheet, kind_of: SheetKind, data: dict, by) -> None:
    data = {**data, **(kind_of.adds(data) if kind_of.adds else {})}
    data = {item.code: data[item.code] for item in kind_of.items if data.get(item.code) not in (None, "", [])}
    if wanting := missing(kind_of.items, data):
        raise ValidationError({item.code: _("Answer “%(label)s”") % {"label": item.label} for item in wanting})
    before = sheet.data or {}
    if refusals := rules.sheet_stops(kind_of, case=sheet.case, track=sheet.track, data=data, before=before):
        raise ValidationError(refusals)
    told = given_by(kind_of, data, before, by.agency_id)
    sheet.data, sheet.counted = data | ({GIVEN: told} if told else {}), counted(kind_of.items, data)
    due = data.get(kind_of.due) if kind_of.due else None
    sheet.due_on = datetime.date.fromisoformat(due) if due else None
    sheet.written_at, sheet.written_by = timezone.now(), by


def _tell(event: str, by, sheet: Sheet) -> None:
    record(
        event,
        by=by,
        thing=sheet,
        case_id=sheet.case_id,
        panel_id=sheet.case.panel_id,
        detail={"kind": sheet.kind, "version": sheet.version},
    )
