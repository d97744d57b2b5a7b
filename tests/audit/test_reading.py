"""Events as they are read and taken out."""

import csv

from audit.models import Event
from audit.reading import as_csv


def test_recipients_are_written_in_one_order_whatever_the_database_keeps():
    sorted_by_length = {"id": "a1", "kind": "member", "name": "Ravi Stone", "address": "ravi@police.example"}
    as_written = {"kind": "agency", "name": "Wexcombe Council"}
    text = as_csv([Event(id=1, recipients=[sorted_by_length, as_written])])
    (row,) = csv.DictReader(text.splitlines())
    assert row["Recipients"] == "member a1 Ravi Stone ravi@police.example; agency Wexcombe Council"
