"""Reading a table that comes as a reviewable file: each mistake is said with its block, and then nothing is read.

A file is TOML with its edition (a date), groups of words that stand for several, and a block a row.  What the blocks
are called, what is wrong with one and which row it makes, the owner of the table says; `core/loading.py` writes them.
"""

import datetime
import hashlib
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

Groups = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Edition:
    """One edition of a table: its date, the digest of the file, and its rows, unsaved."""

    edition: datetime.date
    digest: str
    rows: tuple[Any, ...]


@dataclass(frozen=True)
class ReferenceFile:
    """What one kind of file has of its own.

    *block* names its blocks, and *empty* is said of a file without any.  *problems* yields what is wrong with a block,
    given the groups and the names of all blocks; *row* makes the row of a block from the groups, its position (from 1)
    and the edition.  *name* says how a block is called, empty where it has no name.
    """

    block: str
    empty: Any
    problems: Callable[[dict, Groups, Collection[str]], Iterator[str]]
    row: Callable[[dict, Groups, int, datetime.date], Any]
    name: Callable[[dict], str] = lambda block: str(block.get("code", ""))

    def read(self, path: Path) -> Edition:
        """The table that *path* holds; `ValidationError` with every mistake in it."""
        try:
            text = Path(path).read_bytes()
            found = tomllib.loads(text.decode())
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise ValidationError(_("The file cannot be read: %(why)s") % {"why": error}) from error
        blocks, groups = found.get(self.block, []), found.get("groups", {})
        edition: Any = found.get("edition")
        problems = [] if type(edition) is datetime.date else [_("The file says no edition (a date).")]
        problems += [] if blocks else [str(self.empty)]
        problems += self._mistakes(blocks, groups)
        if problems:
            raise ValidationError(problems)
        rows = tuple(self.row(block, groups, position, edition) for position, block in enumerate(blocks, 1))
        return Edition(edition, hashlib.sha256(text).hexdigest(), rows)

    def _mistakes(self, blocks: list[dict], groups: Groups) -> Iterator[str]:
        names = [self.name(block) for block in blocks]
        for place, (block, name) in enumerate(zip(blocks, names, strict=True), 1):
            said = name or _("block %(number)s") % {"number": place}
            yield from (f"{said}: {problem}" for problem in self.problems(block, groups, set(names)))
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield _("%(code)s is there twice.") % {"code": name}


def expanded(words: Sequence[str], groups: Groups) -> list[str]:
    """*words* with those in the place of each group that it stands for, each once."""
    return list(dict.fromkeys(each for word in words for each in groups.get(word, [word])))


def missing(block: dict, names: Sequence[str]) -> Iterator[str]:
    """What is wrong with *block* as each of *names* must be said."""
    for name in names:
        if not block.get(name):
            yield _("“%(name)s” is missing") % {"name": name}


def unknown(block: dict, names: Collection[str]) -> Iterator[str]:
    """What is wrong with *block* as it may say *names* alone."""
    for name in sorted(set(block) - set(names)):
        yield _("“%(name)s” is no word of this file") % {"name": name}


def wrong_kinds(block: dict, plain: Mapping[str, type], model) -> Iterator[str]:
    """What is wrong with the single values of *block*, whose types *plain* names and whose lengths *model* limits."""
    for name, wanted in plain.items():
        if name in block and type(block[name]) is not wanted:
            yield _("“%(name)s” is of the wrong kind") % {"name": name}
        elif wanted is str and len(block.get(name, "")) > model._meta.get_field(name).max_length:
            yield _("“%(name)s” is too long") % {"name": name}


def wrong_lists(block: dict, allowed: Mapping[str, Collection[str]], groups: Groups) -> Iterator[str]:
    """What is wrong with the lists of *block*, which hold the words *allowed* under their names, or groups of them."""
    for name, words in allowed.items():
        listed = block.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(word, str) for word in listed):
            yield _("“%(name)s” is no list of words") % {"name": name}
            continue
        for word in sorted(set(expanded(listed, groups)) - set(words)):
            yield _("“%(word)s” is not known under “%(name)s”") % {"word": word, "name": name}
