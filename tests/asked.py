"""What each test asks of the database: noted on SQLite, so that PostgreSQL can be asked all of it in fewer tests.

A question is a statement without its values, and whether it was refused: what is refused ends a transaction on
PostgreSQL, where SQLite goes on.  `docs/decisions/0017-what-postgresql-is-asked.md` says why this is enough.
"""

import hashlib
import json
import os
import re
import time
from collections import Counter, defaultdict
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from django.db import DatabaseError, connection

SPEAKS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|\()", re.IGNORECASE)
HOW_MANY = re.compile(r"\(%s(?:, ?%s)*\)(?:, ?\(%s(?:, ?%s)*\))*")


class Asked:
    """The questions of each test by its node id, and how many seconds it took."""

    def __init__(self):
        self.by_test: dict[str, tuple[float, list[str]]] = {}

    @contextmanager
    def noting(self, nodeid: str):
        """Note what the statements of this test ask."""
        questions, begun = set(), time.perf_counter()

        def note(execute, sql, params, many, context):
            try:
                answer = execute(sql, params, many, context)
            except DatabaseError:
                questions.add(question(sql) + "!")
                raise
            questions.add(question(sql))
            return answer

        with connection.execute_wrapper(note):
            yield
        self.by_test[nodeid] = time.perf_counter() - begun, sorted(questions - {""})

    def keep(self, folder: Path) -> None:
        """Write it down in *folder*, one file for each process of the suite."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{os.getpid()}.json").write_text(json.dumps(self.by_test))


@lru_cache(maxsize=50_000)
def question(sql: str) -> str:
    """What identifies *sql* whatever its values are and however many; empty for what is no question of rows."""
    if not SPEAKS.match(sql):
        return ""
    return hashlib.blake2b(HOW_MANY.sub("(%s)", sql).encode(), digest_size=8).hexdigest()


def known(folder: Path) -> dict[str, tuple[float, list[str]]]:
    """What all processes wrote down in *folder*."""
    return {test: told for path in sorted(folder.glob("*.json")) for test, told in json.loads(path.read_text()).items()}


def enough(by_test: dict[str, tuple[float, list[str]]], asked_already: set[str]) -> set[str]:
    """Tests of *by_test* that ask together every question of all of them, and take little time.

    The questions that *asked_already* holds need no test.
    """
    rest = {test: set(questions) - asked_already for test, (_seconds, questions) in by_test.items()}
    askers = defaultdict(set)
    for test, questions in rest.items():
        for one in questions:
            askers[one].add(test)
    chosen = set()
    gain = {test: len(questions) / (by_test[test][0] + 0.02) for test, questions in rest.items() if questions}
    while gain:
        best = max(gain, key=lambda test: (gain[test], test))
        chosen.add(best)
        touched = set()
        for one in rest[best]:
            touched |= askers.pop(one, set())
        done = rest[best]
        for test in touched:
            rest[test] = rest[test] - done
            if rest[test]:
                gain[test] = len(rest[test]) / (by_test[test][0] + 0.02)
            else:
                gain.pop(test, None)
    return _without_idle(chosen, by_test, asked_already)


def _without_idle(chosen, by_test, asked_already) -> set[str]:
    """*chosen* without those whose questions others of them ask as well, the slowest first."""
    askers = Counter(one for test in chosen for one in by_test[test][1])
    for test in sorted(chosen, key=lambda test: (-by_test[test][0], test)):
        questions = set(by_test[test][1]) - asked_already
        if all(askers[one] > 1 for one in questions):
            askers.subtract(questions)
            chosen = chosen - {test}
    return chosen
