"""What becomes of one row of a list: a nomination to be finished, or a change of a case that is managed already.

Which items of the scheme are answered from which columns is said in the scheme's file (`cases.schemes.supplies`).
"""

import datetime

from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Case, Party, Referral, Sheet, Supply, SupplyRow
from cases.rules import track as track_rules
from cases.rules.supply_columns import COLUMNS, NAMES
from cases.rules.supply_values import STATUS_WORDS
from cases.schemes import scheme_of
from cases.schemes.supplies import Change
from cases.workflow.referral import save_part, start_referral
from cases.workflow.sheet import save_sheet, write_sheet
from cases.workflow.track import move as make_move

WHO = ("given_name", "family_name", "birth_date", "age", "gender", "ethnicity")
PERSON = ("given_name", "family_name", "birth_date", "gender", "ethnicity", "occupation", "address", "postcode")


def nominate(*, by, supply: Supply, row: SupplyRow) -> Referral:
    """A draft of a nomination by *by*'s agency about the person in *row*, to be finished and sent like any other.

    Name, date of birth and address go to the person, what the scheme's items ask to its details, everything else into
    the summary in words.  Nothing of an address is ever found by a search.
    """
    scheme = scheme_of(supply.panel)
    referral = start_referral(by=by, panel=supply.panel)
    principal = Party.objects.with_key().get(referral=referral, capacity=scheme.principal)
    person = {code: row.data[code] for code in PERSON if row.data.get(code)}
    if "birth_date" in person:
        person["birth_date"] = datetime.date.fromisoformat(person["birth_date"])
    save_part(by=by, referral=referral, row=principal, typed=person, seen=principal.version)
    details = _answers(scheme.supplies.nomination, row)
    said = {*PERSON, *(scheme.supplies.nomination[item] for item in details)}
    typed = {"summary": _summary(supply, row, said)} | ({"details": details} if details else {})
    save_part(by=by, referral=referral, row=referral, typed=typed, seen=referral.version)
    return referral


def change_case(*, by, supply: Supply, row: SupplyRow, case: Case) -> None:
    """Let *case* say what *row* says, by the move or the sheet that the scheme names for this kind of list.

    What no item of the move asks stands in its words, what none of the sheet asks in the item that the scheme names: a
    status that is listed moves nothing by itself.  Refused where no such move follows the state in which the case
    stands.
    """
    change = scheme_of(supply.panel).supplies.changes.get(supply.kind)
    if change is None:
        raise ValidationError(_("This panel changes no case from such a list."))
    if change.sheet:
        _change_sheet(by, change, supply, row, case)
    else:
        _make_move(by, change, supply, row, case)


def standing(*, by, supply: Supply, cases) -> dict:
    """Where each of *cases* (ids) stands on the track that a list like *supply* moves, by the case's id; one look."""
    change = scheme_of(supply.panel).supplies.changes.get(supply.kind)
    if change is None or not change.track:
        return {}
    running = track_rules.find_track(by).filter(case__in=cases, kind=change.track).running()
    return {track.case_id: track for track in running}


def _make_move(by, change: Change, supply: Supply, row: SupplyRow, case: Case) -> None:
    running = track_rules.find_track(by).filter(case=case, kind=change.track).running().first()
    if running is None:
        raise ValidationError(_("Nothing is running on this case that the list could change."))
    running.case = case
    moves = [running.kind_of.move(code) for code in change.moves]
    chosen = next((move for move in moves if move and running.state in move.sources), None)
    if chosen is None:
        words = _("The case stands at “%(state)s”: the list cannot change it from there.")
        raise ValidationError(words % {"state": running.state_of.words})
    asked = {item.code for item in chosen.items}
    details = {code: answer for code, answer in _answers(change.items, row).items() if code in asked}
    make_move(
        by=by,
        track=running,
        move=chosen.code,
        seen=running.version,
        details=details,
        reason=change.reason if change.reason in dict(chosen.reasons) else "",
        words=_summary(supply, row, {*WHO, *(change.items[code] for code in details)}),
    )


def _change_sheet(by, change: Change, supply: Supply, row: SupplyRow, case: Case) -> None:
    answers = _answers(change.items, row)
    if change.rest:
        answers[change.rest] = _summary(supply, row, {change.items[code] for code in answers})
    sheet = Sheet.objects.visible_to(by).select_related("case__panel").filter(case=case, kind=change.sheet).first()
    if sheet is None:
        write_sheet(by=by, case=case, kind=change.sheet, data=answers)
    else:
        save_sheet(by=by, sheet=sheet, data={**sheet.data, **answers}, seen=sheet.version)


def _answers(items: dict[str, str], row: SupplyRow) -> dict:
    """The plain answers of *row*, by the codes of *items*; nothing where the list says nothing."""
    found = {item: row.data.get(column) for item, column in items.items()}
    return {item: answer for item, answer in found.items() if answer not in (None, "")}


def _summary(supply: Supply, row: SupplyRow, said: set[str]) -> str:
    lines = [_source(supply)]
    for code, value in row.data.items():
        if code not in said and code not in NAMES and value not in (None, ""):
            lines.append(f"{COLUMNS[code].label}: {shown(code, value)}")
    return "\n".join(lines)


def shown(code: str, value) -> str:
    """A value of a row as it is read by people."""
    if code in ("birth_date", "release_on"):
        return date_format(datetime.date.fromisoformat(value), "j F Y")
    if code == "gender":
        return str(Party.Gender(value).label)
    if code == "ethnicity":
        return str(Party.Ethnicity(value).label)
    return str(STATUS_WORDS.get(value, value)) if code == "status" else str(value)


def _source(supply: Supply) -> str:
    day = date_format(supply.supplied_on, "j F Y")
    return _("From the list “%(dataset)s” of %(agency)s, supplied on %(day)s.") % {
        "dataset": supply.dataset,
        "agency": supply.supplied_by,
        "day": day,
    }
