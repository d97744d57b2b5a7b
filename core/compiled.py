"""Conditions on a row that are compiled once: for whomever they are asked the SQL is the same, with other values.

Django takes milliseconds to build and compile a condition of nested subqueries that the database answers in
microseconds, and a page asks the same ones again and again.
"""

from collections.abc import Callable
from functools import lru_cache

from django.db import models
from django.db.models.expressions import Expression, F

ALIAS = "compiled"  # no other query names its tables so, and a column of the outer row is never taken for one of ours


class Slot(Expression):
    """Stands in a template for what is filled in later: a value, a list of values, or a column of the outer row."""

    def __init__(self, name: str, field: models.Field | None = None):
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]  # in the place of its value


class Compiled(Expression):
    """That rows are there which *template* finds, for *values* and the outer row.

    Args:
        template: hashable; called, it gives a queryset in which `Slot`s stand for the values and columns.
        values: by the names of slots; a list fills its slot with several, none of which matches where it is empty.
        columns: by the names of slots, what `F` would name of the outer row.
    """

    def __init__(self, template: Callable[[], models.QuerySet], values: dict, **columns: str):
        super().__init__(output_field=models.BooleanField())
        self.template, self.values, self.names = template, values, tuple(columns)
        self.columns = [F(column) for column in columns.values()]

    def get_source_expressions(self):
        return self.columns

    def set_source_expressions(self, exprs):
        self.columns = exprs

    def as_sql(self, compiler, connection):
        columns = dict(zip(self.names, self.columns, strict=True))
        texts, slots = _texts_and_slots(self.template, connection.alias)
        sql, params = [texts[0]], []
        for slot, text in zip(slots, texts[1:], strict=True):
            if not isinstance(slot, Slot):
                filled, given = "%s", [slot]
            elif slot.name in columns:
                filled, given = compiler.compile(columns[slot.name])
            else:
                filled, given = _filled(slot, self.values[slot.name], connection)
            sql += [filled, text]
            params += given
        return "".join(sql), params


def _filled(slot: Slot, value, connection) -> tuple[str, list]:
    values = value if isinstance(value, list) else [value]
    prepared = [slot.output_field.get_db_prep_value(one, connection, prepared=False) for one in values]
    return ", ".join(["%s"] * len(prepared)) or "NULL", prepared


@lru_cache(maxsize=1000)
def _texts_and_slots(template: Callable[[], models.QuerySet], alias: str) -> tuple[list[str], list]:
    """The SQL between its parameters, and those: slots, or what the template itself says."""
    query = template().query.exists()
    query.change_aliases({name: f"{ALIAS}{place}" for place, name in enumerate(query.alias_map)})
    sql, params = query.get_compiler(using=alias).as_sql()
    return f"EXISTS({sql})".split("%s"), list(params)
