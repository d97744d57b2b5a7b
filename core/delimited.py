"""Tables that come from outside as delimited text: read within limits and by their content alone, written harmlessly.

Knows neither what a column means nor who is in a row.  `read` answers with a `Table` or refuses with one sentence; a
file's name and declared type are never asked.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_CHARACTERS = 2_000  # of one cell
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
SPREADSHEETS = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0",
    b"%PDF",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"{\\rtf",
)
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
FORMULA = frozenset("=+-@\t\r|＝＋－＠")


class Unreadable(ValidationError):
    """The content is not a table that can be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One row of a table: the line of the file on which it begins, and its cells without blanks around them."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table as it was read: *encoding* "utf-8", "utf-16" or "windows-1252", *delimiter* a name of `DELIMITERS`."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str


def read(content: bytes, *, knows: Callable[[str], bool] = bool) -> Table:
    """The table in *content*; `Unreadable` where it is too large, is no text, or is not whole.

    *knows* says of a header's cell whether it is a column that is looked for: of the delimiters the one wins that
    makes most of those.  Rows without anything in them are left out.
    """
    _must_be_small(content)
    text, encoding = _decoded(content)
    text = _without_separator_line(text)
    delimiter = max(DELIMITERS, key=lambda name: _promise(text, DELIMITERS[name], knows))
    records = [record for record in _records(text, DELIMITERS[delimiter]) if any(record.cells)]
    if not records:
        raise Unreadable(_("The file is empty."), code="empty")
    header, *rows = records
    if len(header.cells) > MOST_COLUMNS:
        raise Unreadable(_("The file has more than %(most)s columns.") % {"most": MOST_COLUMNS}, code="columns")
    if not rows:
        raise Unreadable(_("The file has a line of column names and no rows."), code="header_only")
    return Table(header.cells, tuple(rows), encoding, delimiter)


def harmless(cell) -> str:
    """*cell* as a spreadsheet shows it: what begins like a formula is none."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text[:1] in FORMULA or text.lstrip()[:1] in FORMULA else text


def written(rows: Iterable[Iterable]) -> str:
    """*rows* as comma-separated text in which no cell is taken for a formula."""
    file = io.StringIO()
    csv.writer(file).writerows([harmless(cell) for cell in row] for row in rows)
    return file.getvalue()


def _must_be_small(content: bytes) -> None:
    if not content.strip():
        raise Unreadable(_("The file is empty."), code="empty")
    if len(content) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 2 MB. Split it and bring in the parts."), code="size")
    if content.startswith(SPREADSHEETS):
        raise Unreadable(
            _("This is a spreadsheet, an archive or a document. Save it as CSV and choose that file."), code="container"
        )


def _decoded(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _text(content, "utf-16"), "utf-16"
    if content.startswith(b"\xef\xbb\xbf"):
        return _text(content, "utf-8-sig"), "utf-8"
    try:
        return _text(content, "utf-8"), "utf-8"
    except UnicodeError:
        return _text(content, "cp1252"), "windows-1252"


def _text(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeError:
        if encoding == "utf-8":
            raise
        raise Unreadable(
            _("The file is not written in UTF-8, UTF-16 or Windows-1252. Save it as “CSV UTF-8”."), code="encoding"
        ) from None
    text = text.removesuffix("\x1a")
    found = NO_TEXT.search(text)
    if found:
        line = text.count("\n", 0, found.start()) + 1
        raise Unreadable(
            _("Line %(line)s holds signs that are no text. Save the file as CSV.") % {"line": line}, "binary"
        )
    return text


def _without_separator_line(text: str) -> str:
    """*text* with the line emptied by which spreadsheets name the delimiter; later lines keep their numbers."""
    return re.sub(r'\A"?sep=.?"?(?=\r|\n)', "", text, flags=re.IGNORECASE)


def _promise(text: str, delimiter: str, knows) -> tuple[int, int]:
    try:
        cells = next((row.cells for row in _records(text, delimiter) if any(row.cells)), ())
    except Unreadable:
        return 0, 0
    return sum(1 for cell in cells if knows(cell)), len(cells)


def _records(text: str, delimiter: str) -> Iterator[Row]:
    """Each record with the line on which it begins; refuses what is not closed and what is too long."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    taken = passed = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Unreadable(
                _("The quotation marks on line %(line)s do not fit: one is not closed, or stands inside a cell.")
                % {"line": line},
                code="quotes",
            ) from None
        tidied = tuple(unicodedata.normalize("NFC", cell).strip() for cell in cells)
        taken, passed = taken + any(tidied), passed + 1
        if taken > MOST_ROWS + 1 or passed > 2 * MOST_ROWS:
            words = _("The file has more than %(most)s rows. Split it and bring in the parts.")
            raise Unreadable(words % {"most": f"{MOST_ROWS:,}"}, code="rows")
        yield Row(line, tidied)
