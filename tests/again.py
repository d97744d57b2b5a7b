"""What takes long to build is built once in each process: later its rows are written as they were, and it is copied.

Each test still begins with an empty database and has rows and objects of its own; only the making is spared.
"""

import copy
import re
from itertools import groupby

from django.db import connection

WRITES = re.compile(r"^(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
GIVES_BACK = re.compile(r"\s+RETURNING\s+[^']*$", re.IGNORECASE)
_made: dict = {}


def again(make):
    """What *make* (a callable without arguments that writes rows) gives: made once, then written and copied anew."""
    if make not in _made:
        written = []
        with connection.execute_wrapper(_noting(written)):
            made = make()
        _made[make] = copy.deepcopy(made), written
        return made
    made, written = _made[make]
    _write(written)
    return copy.deepcopy(made)


def _noting(written: list):
    def note(execute, sql, params, many, context):
        if WRITES.match(sql):
            rows = list(params) if many else [params]
            written.extend((GIVES_BACK.sub("", sql), tuple(row or ())) for row in rows)
        return execute(sql, params, many, context)

    return note


def _write(written: list) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            whole = b";".join(cursor.cursor.mogrify(sql, params or None) for sql, params in written)
            cursor.cursor.execute(whole)
            return
        for sql, rows in groupby(written, key=lambda one: one[0]):
            cursor.executemany(sql, [params for _sql, params in rows])
