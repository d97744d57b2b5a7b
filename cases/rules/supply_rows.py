"""One row of a list: what is taken from it, why it cannot be, and what its reader should know."""

import datetime
from dataclasses import dataclass, field

from cases.rules import supply_values as values
from cases.rules.matching import Identity, identity
from cases.rules.supply_columns import NAMES, NEEDED, Layout
from cases.rules.supply_kinds import PPO
from core.delimited import MOST_CHARACTERS, Row
from core.search import normalise


@dataclass
class Taken:
    """A row as it was read: *data* by column code, *wrong* and *noted* as pairs of column code and why."""

    line: int
    cells: tuple[str, ...]
    data: dict = field(default_factory=dict)
    wrong: list = field(default_factory=list)
    noted: list = field(default_factory=list)

    @property
    def person(self) -> tuple:
        """What tells whether two rows of one file are of one person."""
        name = (normalise(self.data["given_name"]), normalise(self.data["family_name"]))
        return *name, self.data.get("birth_date") or (self.data.get("age"), self.data.get("reference"))


def take(kind: str, layout: Layout, rows, *, columns: int, on: datetime.date) -> list[Taken]:
    """Every row of a table of *columns* columns; the second row of one person is wrong, whatever else it says."""
    taken, seen = [], {}
    for row in rows:
        one = take_row(kind, layout, row, columns=columns, on=on)
        if not one.wrong and seen.setdefault(one.person, one.line) != one.line:
            one.wrong.append(("name", "again"))
        taken.append(one)
    return taken


def take_row(kind: str, layout: Layout, row: Row, *, columns: int, on: datetime.date) -> Taken:
    """What *row* says on the day *on*, with everything that is wrong with it at once."""
    one = Taken(row.line, row.cells)
    if len(row.cells) < columns or any(row.cells[columns:]):
        one.wrong.append(("", "cells"))
        return one
    for code, place in layout.places.items():
        _read(one, code, row.cells[place], on)
    _name(one)
    _must_say(one, kind)
    _fits_together(one, on)
    return one


def identity_of(data: dict) -> Identity:
    """The name and birth date of a row, for comparing."""
    return identity(data["given_name"], data["family_name"], dates=[_day(data.get("birth_date"))])


def _read(one: Taken, code: str, cell: str, on: datetime.date) -> None:
    if not cell:
        return
    if len(cell) > MOST_CHARACTERS:
        one.wrong.append((code, "long"))
        return
    try:
        one.data[code] = values.READERS.get(code, values.words)(cell, on)
    except values.Wrong as wrong:
        if wrong.code in values.NOTED:
            one.noted.append((code, wrong.code))
            if wrong.code == "unread":
                one.data[code] = "unknown"
        else:
            one.wrong.append((code, wrong.code))


def _name(one: Taken) -> None:
    whole = one.data.pop("name", "")
    given, family = values.names(whole) if whole else ("", "")
    one.data["given_name"] = one.data.get("given_name") or given
    one.data["family_name"] = one.data.get("family_name") or family
    said = {code: one.data[code] for code in NAMES[1:]}
    if any(code in NAMES for code, _why in one.wrong):
        return
    if not any(said.values()):
        one.wrong.append(("name", "missing"))
    elif not normalise(" ".join(said.values())):
        one.wrong.append(("name", "name"))
    one.wrong += [(code, "name_long") for code, name in said.items() if len(name) > values.LONGEST_NAME]


def _must_say(one: Taken, kind: str) -> None:
    said = {*one.data, *(code for code, _why in one.wrong)}
    needed = [*NEEDED[kind], *(["birth_date"] if kind == PPO and "age" not in said else [])]
    one.wrong += [(code, "missing") for code in needed if code not in said]


def _fits_together(one: Taken, on: datetime.date) -> None:
    born, released = _day(one.data.get("birth_date")), _day(one.data.get("release_on"))
    if born and released and released <= born:
        one.wrong.append(("release_on", "before_birth"))
    if ("easting" in one.data) != ("northing" in one.data) and not {"easting", "northing"} & {c for c, _w in one.wrong}:
        one.wrong.append(("easting" if "northing" in one.data else "northing", "half_grid"))
    if born and "age" in one.data and abs(values.age_on(born, on) - one.data["age"]) > 1:
        one.noted.append(("age", "disagree"))


def _day(kept) -> datetime.date | None:
    return datetime.date.fromisoformat(kept) if kept else None
