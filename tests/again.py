"""What takes long to build is built once, and later its rows are written as they were and its objects are copied.

Each test still begins with an empty database and has rows and objects of its own; only the making is spared.  What may
be spared is marked ``@made_again`` (or, a class, ``metaclass=MadeAgain``): builders that several tests begin with.  It
is spared only while a test has done nothing else yet: from the first row that something else writes or takes back,
and for arguments that are no plain values, everything is made as it stands in the code.
"""

import copy
import copyreg
import datetime
import functools
import re
import time
from contextlib import contextmanager
from itertools import groupby

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import UserSettingsHolder, settings
from django.db import connection, transaction
from django.utils import timezone

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
CHANGES = re.compile(r"\s*(INSERT|UPDATE|DELETE|ROLLBACK)\b", re.IGNORECASE)
GIVES_BACK = re.compile(r"\s+RETURNING\s+[^']*$", re.IGNORECASE)
PLAIN = (str, int, float, bool, type(None), datetime.date, datetime.timedelta)
KEPT_SECONDS = 120  # what is written again was made a moment ago, for whatever compares with the clock
_now = timezone.now

# An opened cipher is the same thing wherever its key is copied to.
copyreg.pickle(AESGCM, lambda cipher: "cipher")


class Made:
    """What one builder made after another: the rows that it wrote, what it gave, and what was made next."""

    def __init__(self, written=(), given=None, awaits_commit=False):
        self.written, self.given, self.awaits_commit = written, given, awaits_commit
        self.packed = b""
        self.then: dict[tuple, Made] = {}


class Course:
    """How far the running test has come by builders alone, and which of its objects stand for which that are kept."""

    def __init__(self):
        self.at: Made | None = _beginning()
        self.making = False
        self.copies: dict = {}  # as `copy.deepcopy` keeps it: what is kept, by id, to this test’s object

    def watch(self, execute, sql, params, many, context):
        """From the first row that no builder wrote, and that no builder takes back, nothing is spared."""
        if self.at is not None and not self.making and CHANGES.match(sql):
            self.at = None
        return execute(sql, params, many, context)

    def kept(self) -> dict[int, object]:
        """What is kept, by the id of this test’s object for it."""
        originals = self.copies.get(id(self.copies), [])
        return {id(self.copies[id(original)]): original for original in originals if id(original) in self.copies}

    def take(self, builder, make, args, more):
        """What *make* gives, which *builder* names; *args* and *more* are this test’s objects."""
        made = None
        if self.at is not None and not self.making and timezone.now is _now and not _settings_are_changed():
            made = self._next(builder, make, args, more)
        if made is None or made.awaits_commit and not connection.in_atomic_block:
            return make(*args, **more)
        self.at = made
        with self._unwatched():
            _write(made)
        return copy.deepcopy(made.given, self.copies)

    def _next(self, builder, make, args, more) -> Made | None:
        kept = self.kept()
        try:
            step = (builder, _named(args, kept), _named(more, kept))
        except LookupError:
            return None
        if step not in self.at.then:
            try:
                self.at.then[step] = self._record(make, _kept(args, kept), _kept(more, kept))
            except Exception:
                return None  # what fails is made as it stands in the code, and fails there
        return self.at.then[step]

    def _record(self, make, args, more) -> Made:
        """Make it with copies that nobody uses afterwards, and take the rows back: the first test is as every other."""
        apart, written = {}, []
        args, more = copy.deepcopy((args, more), apart)
        with self._unwatched(), transaction.atomic():
            waiting = len(connection.run_on_commit)
            with connection.execute_wrapper(_noting(written)):
                given = make(*args, **more)
            awaits_commit = len(connection.run_on_commit) > waiting
            transaction.set_rollback(True)
        back = {id(apart[id(one)]): one for one in apart.get(id(apart), []) if id(one) in apart}
        return Made(written, copy.deepcopy(given, back), awaits_commit)

    @contextmanager
    def _unwatched(self):
        self.making = True
        try:
            yield
        finally:
            self.making = False


def made_again(make):
    """Mark the builder *make*, whose rows may be written again instead of made."""

    @functools.wraps(make)
    def build(*args, **more):
        return _course.take(make, make, args, more) if _course else make(*args, **more)

    return build


class MadeAgain(type):
    """The type of builders that are classes: their objects are made again with the rows that `__init__` writes."""

    def __call__(cls, *args, **more):
        make = super().__call__
        return _course.take(cls, make, args, more) if _course else make(*args, **more)


@contextmanager
def from_the_beginning():
    """For one test: builders are spared from here on, until it does something else."""
    global _course
    _course = Course()
    try:
        with connection.execute_wrapper(_course.watch):
            yield
    finally:
        _course = None


_course: Course | None = None
_first: tuple = ()


def _beginning() -> Made:
    """The empty database; everything that was made is forgotten after a while, and at midnight."""
    global _first
    day = timezone.localdate()
    if not _first or _first[0] != day or time.monotonic() - _first[1] > KEPT_SECONDS:
        _first = day, time.monotonic(), Made()
    return _first[2]


def _settings_are_changed() -> bool:
    return isinstance(settings._wrapped, UserSettingsHolder)


def _named(value, kept):
    """*value* as part of a name; `LookupError` where it is neither plain nor one of the objects that are kept."""
    if id(value) in kept:
        return id(kept[id(value)])
    if isinstance(value, list | tuple):
        return type(value), tuple(_named(one, kept) for one in value)
    if isinstance(value, dict):
        return tuple((key, _named(one, kept)) for key, one in value.items())
    if isinstance(value, PLAIN) and not isinstance(value, datetime.datetime):
        return type(value), value
    raise LookupError


def _kept(value, kept):
    """*value* with what is kept in the place of this test’s objects."""
    if id(value) in kept:
        return kept[id(value)]
    if isinstance(value, list | tuple):
        return type(value)(_kept(one, kept) for one in value)
    return {key: _kept(one, kept) for key, one in value.items()} if isinstance(value, dict) else value


def _noting(written: list):
    def note(execute, sql, params, many, context):
        if WRITES.match(sql):
            rows = list(params) if many else [params]
            written.extend((GIVES_BACK.sub("", sql), tuple(row or ())) for row in rows)
        return execute(sql, params, many, context)

    return note


def _write(made: Made) -> None:
    if not made.written:
        return
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            made.packed = made.packed or b";".join(cursor.cursor.mogrify(*one) for one in _bound(made.written))
            cursor.cursor.execute(made.packed)
            return
        for sql, rows in groupby(made.written, key=lambda one: one[0]):
            cursor.executemany(sql, [params for _sql, params in rows])


def _bound(written):
    return ((sql, params or None) for sql, params in written)
