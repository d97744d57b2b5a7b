"""Delimited text from outside: what is read, what is refused and how, and what a spreadsheet is given back."""

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.delimited import MOST_BYTES, MOST_ROWS, Table, Unreadable, harmless, read, written

HEADER = "Name,Date of birth\n"
ONE = "Siân O’Dŵr,27/03/1990\n"


def rows(count: int) -> bytes:
    return (HEADER + ONE * count).encode()


READ = {
    "UTF-8": (HEADER + ONE).encode(),
    "UTF-8 with its mark": (HEADER + ONE).encode("utf-8-sig"),
    "UTF-16, little end first": b"\xff\xfe" + (HEADER + ONE).encode("utf-16-le"),
    "UTF-16, big end first": b"\xfe\xff" + (HEADER + ONE).encode("utf-16-be"),
    "semicolons": (HEADER + ONE).replace(",", ";").encode(),
    "tabs": (HEADER + ONE).replace(",", "\t").encode(),
    "the line by which a spreadsheet names its delimiter": ("sep=;\n" + (HEADER + ONE).replace(",", ";")).encode(),
    "quoted": b'"Name", "Date of birth"\r\n"Si\xc3\xa2n O\xe2\x80\x99D\xc5\xb5r", "27/03/1990"\r\n',
    "old line ends": (HEADER + ONE).replace("\n", "\r").encode(),
    "empty lines around": ("\n,\n" + HEADER + "\n,,,\n" + ONE + "\n\n").encode(),
    "letters in two pieces": (HEADER + "Sia\u0302n O’Dw\u0302r,27/03/1990\n").encode(),
    "an old end mark": (HEADER + ONE + "\x1a").encode(),
}


@pytest.mark.parametrize("name", READ)
def test_what_is_a_table_is_read_the_same(name):
    table = read(READ[name])
    assert (table.header, [row.cells for row in table.rows]) == (
        ("Name", "Date of birth"),
        [("Siân O’Dŵr", "27/03/1990")],
    )


def test_it_says_which_encoding_and_delimiter_were_taken():
    semicolons = "Name;Town\nSiân;Môn\n"
    assert [(t.encoding, t.delimiter) for t in map(read, [
        semicolons.encode("cp1252"), semicolons.encode(), semicolons.replace(";", "\t").encode("utf-16"),
    ])] == [("windows-1252", "semicolon"), ("utf-8", "semicolon"), ("utf-16", "tab")]  # fmt: skip
    assert read(semicolons.encode("cp1252")).rows[0].cells == ("Siân", "Môn")


def test_a_line_end_inside_quotes_is_kept_and_lines_are_counted_as_in_the_file():
    table = read(b'Name,Address\n"Huw","1 High Street\nAberwenlli"\n\nMair,2\n')
    assert [(row.line, row.cells) for row in table.rows] == [
        (2, ("Huw", "1 High Street\nAberwenlli")),
        (5, ("Mair", "2")),
    ]


def test_the_delimiter_is_the_one_that_makes_known_columns():
    text = b"Name, of the prisoner; born\nHuw, Prydderch; 1990\n"
    assert read(text, knows=lambda cell: cell == "born").delimiter == "semicolon"


REFUSED = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n\t \n", "empty"),
    "a mark alone": (b"\xef\xbb\xbf", "empty"),
    "names of columns alone": (HEADER.encode(), "header_only"),
    "one byte too many": (rows(1) + b"x" * (MOST_BYTES + 1 - len(rows(1))), "size"),
    "one row too many": (rows(MOST_ROWS + 1), "rows"),
    "nothing but line ends": (b"Name\n" + b"\n" * 100_000 + b"Huw", "rows"),
    "61 columns": (b",".join(b"c%d" % n for n in range(61)) + b"\n1\n", "columns"),
    "a spreadsheet": (b"PK\x03\x04rest", "container"),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "container"),
    "a PDF": (b"%PDF-1.7\n", "container"),
    "NUL bytes": (b"Name\nHu\x00w\n", "binary"),
    "UTF-16 without its mark": ((HEADER + ONE).encode("utf-16-le"), "binary"),
    "half a UTF-16": (b"\xff\xfeN", "encoding"),
    "a mark of UTF-8 before what is none": (b"\xef\xbb\xbfName\nSi\xe2n\n", "encoding"),
    "bytes of no letter": (b"Name\nHu\x81w\n", "encoding"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x01\x02\xff", "binary"),
    "quotes never closed": (b'Name,Born\n"Huw,1990\nMair,1991\n', "quotes"),
    "quotes inside a cell": (b'Name,Born\n"Hu"w,1990\n', "quotes"),
    "a cell without end": (b"Name\n" + b"x" * 200_000 + b"\n", "quotes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_table_is_refused_with_a_sentence(name):
    content, code = REFUSED[name]
    with pytest.raises(Unreadable) as refused:
        read(content)
    assert refused.value.code == code


def test_the_line_of_an_open_quotation_mark_is_named():
    with pytest.raises(Unreadable) as refused:
        read(b'Name,Born\nMair,1991\n"Huw,1990\nMair,1991\n')
    assert refused.value.messages == [
        "The quotation marks on line 3 do not fit: one is not closed, or stands inside a cell."
    ]


def test_the_most_that_is_taken_is_taken():
    assert len(read(rows(MOST_ROWS)).rows) == MOST_ROWS
    line = b"Huw," + b"x" * 1019 + b"\n"
    whole = b"Name,Born\n" + line * (MOST_BYTES // len(line))
    assert len(read(whole[:MOST_BYTES]).rows) == 2048


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.binary(max_size=300), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
@example(b"\xff\xfe\x00\xd8")
@example(b'"')
@example(b"sep=\nx\ny")
def test_reading_gives_a_table_or_its_own_refusal_and_nothing_else(content):
    try:
        table = read(content)
    except Unreadable as refused:
        assert len(refused.messages) == 1
    else:
        assert isinstance(table, Table) and table.rows and all(any(row.cells) for row in table.rows)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.text("aé‘'=;\t,\n\"ŵ ", max_size=6), min_size=2, max_size=4), min_size=2, max_size=5),
    st.sampled_from([("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16")]),
)
def test_what_a_spreadsheet_writes_is_read_as_it_was(cells, how):
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["first", "second", "third", "fourth"], *cells])
    wanted = [tuple(cell.strip() for cell in row) for row in cells if any(cell.strip() for cell in row)]
    try:
        table = read(file.getvalue().encode(how[0]), knows={"first", "second", "third", "fourth"}.__contains__)
    except Unreadable as refused:
        assert (refused.code, wanted) == ("header_only", [])
    else:
        assert ([row.cells for row in table.rows], table.encoding) == (wanted, how[1])


@pytest.mark.parametrize(
    "cell", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|cmd", "＝1", '=HYPERLINK("x")']
)
def test_what_begins_like_a_formula_is_text_in_what_leaves(cell):
    assert harmless(cell) == f"'{cell}"
    assert next(csv.reader(io.StringIO(written([[cell]]), newline=""))) == [f"'{cell}"]


def test_other_cells_leave_as_they_are():
    assert [harmless(cell) for cell in ("Siân O’Dŵr", "12-3", "", None, 7)] == ["Siân O’Dŵr", "12-3", "", "", "7"]
