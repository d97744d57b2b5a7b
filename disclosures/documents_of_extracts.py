"""What an extract says when it is read, printed or taken as a table: its codes in words."""

import csv
import io

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Entry, Party
from core.templatetags.confer import when
from disclosures.models import ExtractText
from disclosures.rules.extracting import NO, QUESTIONS, UNKNOWN, YES

COLUMNS = ("case", "person", "part", "gender", "age", "area", "received", "repeat")


def facts_of(extract) -> dict:
    """The whole extract in words: a heading, people or tables, texts, and who tested it how."""
    tested_by = extract.tested_by
    return {
        "number": extract.number,
        "profile": str(extract.get_profile_display()),
        "scope": str(extract.get_scope_display()),
        "period": _period(extract),
        "agency": extract.agency.name,
        "tested": _("%(name)s (%(agency)s), %(day)s")
        % {
            "name": tested_by.name,
            "agency": tested_by.agency.name,
            "day": when(timezone.localdate(extract.tested_at)),
        }
        if tested_by
        else "",
        "questions": [str(words) for words in QUESTIONS.values()] if tested_by else [],
        "columns": [str(words) for words in headings()],
        "people": [shown_row(row) for row in extract.content.get("rows", [])],
        "tables": [shown_table(table) for table in extract.content.get("tables", [])],
        "missing": [str(_table_name(name)) for name in extract.content.get("left_out", [])],
        "texts": [shown_text(text) for text in texts_of(extract)],
    }


def texts_of(extract):
    """The texts that leave with it, in order."""
    return ExtractText.objects.with_key().filter(extract=extract, left_out=False).in_order()


def headings() -> list:
    """The headings of the list of people, in the order of `COLUMNS`."""
    return [
        _("Case"),
        _("Person"),
        _("Part"),
        _("Gender"),
        _("Age"),
        _("Area"),
        _("Received"),
        _("Repeat"),
    ]


def shown_row(row: dict) -> list[str]:
    """One person's row in words."""
    return [
        str(row["case"]),
        str(row["person"]),
        str(Party.Capacity(row["part"]).label),
        str(Party.Gender(row["gender"]).label),
        row["age"] or _("Not known"),
        row["area"] or _("Not given"),
        row["received"],
        str(_value(row["repeat"])),
    ]


def shown_table(table: dict) -> dict:
    """One table in words; a cell that is left out is an asterisk."""
    name = table["name"]
    rows = [*(str(_value(row, name)) for row in table["rows"]), _("All")]
    cells = [["*" if cell is None else str(cell) for cell in line] for line in table["cells"]]
    return {
        "name": str(_table_name(name)),
        "columns": [*(str(_value(column, name)) for column in table["columns"]), _("All")],
        "rows": [{"label": label, "cells": line} for label, line in zip(rows, cells, strict=True)],
    }


def shown_text(text) -> dict:
    return {
        "heading": str(Entry.Heading(text.heading).label),
        "nature": str(Entry.Nature(text.nature).label),
        "words": text.words,
    }


def as_csv(extract) -> str:
    """The people, or the tables one below the other, as comma-separated values."""
    out = io.StringIO()
    writer = csv.writer(out)
    if extract.content.get("tables") is None:
        writer.writerow(headings())
        writer.writerows(shown_row(row) for row in extract.content.get("rows", []))
    for table in map(shown_table, extract.content.get("tables") or []):
        writer.writerow([table["name"], *table["columns"]])
        writer.writerows([row["label"], *row["cells"]] for row in table["rows"])
        writer.writerow([])
    return out.getvalue()


def _period(extract) -> str:
    if extract.from_on is None:
        return ""
    return _("%(from)s to %(to)s") % {"from": when(extract.from_on), "to": when(extract.to_on)}


def _table_name(name: str):
    return {
        "age_gender": _("Victims by age and gender"),
        "area_repeat": _("Cases by the victim’s area, and whether they are repeats"),
        "ethnicity_children": _("Victims by ethnicity, and whether there are children"),
    }[name]


def _value(code: str, table: str = ""):
    if code in (YES, NO):
        return _("Yes") if code == YES else _("No")
    if code == UNKNOWN:
        return _("Not known")
    if code == "":
        return _("Not given")
    for choices in (Party.Gender, Party.Ethnicity) if table != "ethnicity_children" else (Party.Ethnicity,):
        if code in choices.values:
            return choices(code).label
    return code
