"""How the rows of a list are laid out on a page: which are shown, what each says, what is decided of them."""

from collections import Counter

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import SupplyRow
from cases.rules.supply import may_be
from cases.rules.supply_columns import COLUMNS
from cases.rules.supply_values import NOTED, WRONG
from cases.workflow.supply_rows import shown

State, Choice = SupplyRow.State, SupplyRow.Choice
SHOWN = {
    "": gettext_lazy("All"),
    "undecided": gettext_lazy("To be decided"),
    **{str(state): state.label for state in State},
    "stopped": gettext_lazy("Stopped the import"),
}
UNSHOWN = frozenset({"given_name", "family_name", "easting", "northing"})  # above, or of no use in deciding
COLOURS = {State.NEW: "blue", State.POSSIBLE: "yellow", State.MANAGED: "green", State.REFUSED: "red"}


def shows(rows, which: str):
    """Those of *rows* that are asked for: by state, not decided yet, or those that stopped the import."""
    if which == "undecided":
        return rows.undecided()
    if which == "stopped":
        return rows.filter(is_stopped=True)
    return rows.filter(state=which) if which in State.values else rows


def laid_out(supply, rows, offered: dict, form, standing=None) -> list[dict]:
    """Each of *rows* with what it says, what is wrong or to be known, who it may be and where their case stands
    (*standing*: tracks by case), and the field that decides."""
    return [
        {
            "row": row,
            "colour": COLOURS[State(row.state)],
            "name": f"{row.data.get('given_name', '')} {row.data.get('family_name', '')}".strip(),
            "facts": [(COLUMNS[code].label, shown(code, row.data[code])) for code in _order(supply, row)],
            "cells": _cells(supply, row),
            "wrong": [said(remark, WRONG) for remark in row.remarks if remark[1] in WRONG],
            "noted": [said(remark, NOTED) for remark in row.remarks if remark[1] in NOTED],
            "offers": [
                {"offer": offer, "track": (standing or {}).get(offer.case.pk) if offer.case else None}
                for offer in offered.get(row.pk, [])
            ],
            "field": form.bound_to(row) if form is not None and row.state != State.REFUSED else None,
        }
        for row in rows
    ]


def counted(supply) -> dict:
    """How many rows there are of each kind to show, and what may be decided for many at once; one query."""
    by: Counter = Counter()
    undecided: Counter = Counter()
    counts = supply.rows.order_by().values_list("state", "choice", "is_stopped").annotate(number=Count("pk"))
    for state, choice, stopped, number in counts:
        by[state] += number
        by[""] += number
        by["stopped"] += number if stopped else 0
        if not choice and state != State.REFUSED:
            by["undecided"] += number
            undecided[state] += number
        by[f"choice-{choice}"] += number if choice else 0
    return {
        "filters": [{"code": code, "label": label, "count": by[code]} for code, label in SHOWN.items() if by[code]],
        "undecided": by["undecided"],
        "refused": by[State.REFUSED],
        "stopped": by["stopped"],
        "chosen": {"nominate": by["choice-nominate"], "update": by["choice-update"], "leave": by["choice-leave"]},
        "alike": [one for state, number in undecided.items() for one in _alike(supply, state, number)],
    }


def said(remark, words: dict) -> str:
    """A remark as a sentence that names its column."""
    code, why = remark
    column = COLUMNS.get(code)
    return f"{column.label}: {words[why]}" if column else str(words[why])


def _alike(supply, state: str, number: int) -> list[dict]:
    leave = {"state": state, "choice": Choice.LEAVE}
    if state == State.NEW:
        words = _("Take all new people not decided yet as nominations (%(count)s)") % {"count": number}
        others = _("Leave out all new people not decided yet (%(count)s)") % {"count": number}
        return [{"state": state, "choice": Choice.NOMINATE, "words": words}, leave | {"words": others}]
    if state == State.MANAGED:
        found = []
        if may_be(supply, SupplyRow(state=state), Choice.UPDATE):
            words = _("Update all managed cases not decided yet (%(count)s)") % {"count": number}
            found = [{"state": state, "choice": Choice.UPDATE, "words": words}]
        others = _("Leave out all managed cases not decided yet (%(count)s)") % {"count": number}
        return [*found, leave | {"words": others}]
    others = _("Leave out all possible matches not decided yet (%(count)s)") % {"count": number}
    return [leave | {"words": others}]


def _order(supply, row) -> list[str]:
    return [code for code in COLUMNS if row.data.get(code) not in (None, "") and code not in UNSHOWN]


def _cells(supply, row) -> list[tuple[str, str]]:
    if row.state != State.REFUSED:
        return []
    names = [*supply.header, *[_("Beyond the last column")] * len(row.cells)]
    return [(name, cell) for name, cell in zip(names, row.cells, strict=False) if cell]
