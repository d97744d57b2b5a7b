"""The rows of a list: which column is which, what each cell means, and every reason why a row cannot be taken."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.rules import supply_values as values
from cases.rules.supply_columns import COLUMNS, MINIMUM, layout, plain, taken
from cases.rules.supply_rows import take
from core.delimited import Row, read

ON = datetime.date(2026, 11, 21)
RELEASES = "Name,Gender,Date of birth,Sentence,Offence,Address,Easting,Northing,Release date\n"
PPO = "Ref,Name,Sex,Age,Ethnic group,Occupation,Offences committed,Current status,Home address,Easting,Northing\n"


def one(line: str, header: str = RELEASES, kind: str = "prison"):
    table = read((header + line).encode())
    where = layout(kind, table.header)
    return take(kind, where, table.rows, columns=len(table.header), on=ON)[-1]


# columns
@pytest.mark.parametrize(
    ("kind", "header", "places"),
    [
        ("prison", "SURNAME;Fore-names;D.O.B.;Date of release", {"family_name": 0, "given_name": 1, "birth_date": 2,
                                                                 "release_on": 3}),
        ("yoi", "Enw;Dyddiad geni;Release Date:;Cell", {"name": 0, "birth_date": 1, "release_on": 2}),
        ("ppo", "ref;name;AGE;current  status", {"reference": 0, "name": 1, "age": 2, "status": 3}),
    ],
)  # fmt: skip
def test_columns_are_known_by_many_names_without_case_and_blanks(kind, header, places):
    found = layout(kind, header.split(";"))
    assert found.places == places


def test_what_the_minimum_dataset_has_and_the_list_has_not_is_said_and_so_is_what_is_not_taken():
    found = layout("yoi", ["Name", "DOB", "Release date", "Cell", "Wing"])
    assert (found.lacking, found.unused) == (
        ("gender", "sentence", "offence", "address", "easting", "northing"),
        ("Cell", "Wing"),
    )


@pytest.mark.parametrize(
    ("kind", "header", "sentences"),
    [
        ("prison", "Offence,Address",
         ["The first line must name the columns. Missing: “Name”, “Date of birth”, “Release date”."]),
        ("ppo", "Offence,Given name",
         ["The first line must name the columns. Missing: “Name”, “Date of birth”, “Current status”."]),
        ("prison", "Name,DOB,Release date,Date of birth,Sex,Gender",
         ["More than one column is “Date of birth”: columns 2, 4. Leave one.",
          "More than one column is “Gender”: columns 5, 6. Leave one."]),
        ("prison", "Huw Prydderch,07/03/1990",
         ["The first line must name the columns. Missing: “Name”, “Date of birth”, “Release date”."]),
    ],
)  # fmt: skip
def test_what_is_missing_or_twice_is_said_all_at_once(kind, header, sentences):
    with pytest.raises(ValidationError) as refused:
        layout(kind, header.split(","))
    assert refused.value.messages == sentences


@pytest.mark.parametrize("kind", MINIMUM)
def test_no_name_of_a_column_means_two(kind):
    names = [name for code in taken(kind) for name in COLUMNS[code].names]
    assert (len(names), names) == (len(set(names)), [plain(name) for name in names])


# values
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("27/03/1990", "1990-03-27"),
        ("27-3-1990", "1990-03-27"),
        ("27.03.1990", "1990-03-27"),
        ("1990-03-27", "1990-03-27"),
        ("1990-03-27 00:00:00", "1990-03-27"),
        ("27 March 1990", "1990-03-27"),
        ("27th mar 1990", "1990-03-27"),
        ("27-Mar-1990", "1990-03-27"),
        ("29/02/2000", "2000-02-29"),
        ("29/02/1999", "impossible"),
        ("31/11/1990", "impossible"),
        ("03/27/1990", "impossible"),
        ("27/03/90", "short_year"),
        ("27 Mar 90", "short_year"),
        ("32959", "date"),
        ("0000-00-00", "impossible"),
        ("27 Foo 1990", "date"),
        ("=TODAY()", "date"),
        ("٢٧/٠٣/١٩٩٠", "date"),
        ("1990-03-27 14:00", "date"),
    ],
)
def test_dates_are_read_day_first_and_never_guessed(text, found):
    try:
        answer = values.date(text).isoformat()
    except values.Wrong as wrong:
        answer = wrong.code
    assert answer == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Huw Prydderch", ("Huw", "Prydderch")),
        ("Prydderch, Huw", ("Huw", "Prydderch")),
        ("PRYDDERCH Huw", ("Huw", "PRYDDERCH")),
        ("HUW PRYDDERCH", ("HUW", "PRYDDERCH")),
        ("Siân Ŵyn O’Dŵr", ("Siân Ŵyn", "O’Dŵr")),
        ("Mr. Huw Prydderch", ("Huw", "Prydderch")),
        ("MR PRYDDERCH Huw", ("Huw", "PRYDDERCH")),
        ("D'Arcy", ("", "D'Arcy")),
    ],
)
def test_a_whole_name_is_parted(text, found):
    assert values.names(text) == found


# rows
def test_a_row_of_releases_is_taken():
    row = one("Siân O’Dŵr,F,27/03/1990,18 months,=HYPERLINK(1),1 Stryd Fawr,312000,176000,12/01/2027")
    assert (row.line, row.wrong, row.noted) == (2, [], [])
    assert row.data == {
        "given_name": "Siân",
        "family_name": "O’Dŵr",
        "gender": "female",
        "birth_date": "1990-03-27",
        "sentence": "18 months",
        "offence": "=HYPERLINK(1)",
        "address": "1 Stryd Fawr",
        "easting": 312000,
        "northing": 176000,
        "release_on": "2027-01-12",
    }


def test_what_is_no_postcode_is_left_out_and_coordinates_are_metres():
    header = "Name,DOB,Release date,Postcode,Easting,Northing\n"
    lines = ["Huw Rhys,27/03/1990,12/01/2027,qz47xx,312000.6,", "Mair Rhys,27/03/1990,12/01/2027,no fixed address,,"]
    first, second = (one(line.replace("0.6,", '0.6,"1,300"'), header) for line in lines)
    assert (first.data["postcode"], first.data["easting"], first.data["northing"]) == ("QZ4 7XX", 312001, 1300)
    assert ("postcode" in second.data, second.noted, second.wrong) == (False, [("postcode", "left_out")], [])


def test_a_row_of_the_minimum_dataset_is_taken_and_what_is_not_recognised_is_noted():
    row = one("P1,Huw Rhys,1,34,Z9,,Theft,Subject to proactive targeting,2 Y Rhos,,", PPO, "ppo")
    assert (row.wrong, row.noted) == ([], [("ethnicity", "unread")])
    assert row.data == {
        "reference": "P1",
        "given_name": "Huw",
        "family_name": "Rhys",
        "gender": "male",
        "age": 34,
        "ethnicity": "unknown",
        "offence": "Theft",
        "status": "proactive",
        "address": "2 Y Rhos",
    }


WRONG = {
    "Huw,M,27/03/1990": [("", "cells")],
    "Huw,M,27/03/1990,,,,,,12/01/2027,more": [("", "cells")],
    ",,,,,x,,,": [("name", "missing"), ("birth_date", "missing"), ("release_on", "missing")],
    "123 456,M,27/03/1990,,,,,,12/01/2027": [("name", "name")],
    f"{'A' * 121} B,M,27/03/1990,,,,,,12/01/2027": [("given_name", "name_long")],
    f"Huw Rhys,M,27/03/1990,,{'a' * 2001},,,,12/01/2027": [("offence", "long")],
    f"Huw Rhys,M,27/03/1990,{'a' * 201},,,,,12/01/2027": [("sentence", "short")],
    "Huw Rhys,M,31/02/1990,,,,,,12/13/2027": [("birth_date", "impossible"), ("release_on", "impossible")],
    "Huw Rhys,M,22/11/2026,,,,,,12/01/2027": [("birth_date", "future")],
    "Huw Rhys,M,22/11/2016,,,,,,12/01/2027": [("birth_date", "young")],
    "Huw Rhys,M,21/11/1890,,,,,,12/01/2027": [("birth_date", "old")],
    "Huw Rhys,M,27/03/1990,,,,,,19/11/2025": [("release_on", "long_past")],
    "Huw Rhys,M,27/03/1990,,,,,,12/01/2087": [("release_on", "far")],
    "Huw Rhys,M,27/03/1990,,,,-1,1,12/01/2027": [("easting", "grid")],
    "Huw Rhys,M,27/03/1990,,,,700001,1,12/01/2027": [("easting", "grid")],
    "Huw Rhys,M,27/03/1990,,,,,1,12/01/2027": [("easting", "half_grid")],
}


@pytest.mark.parametrize("line", WRONG)
def test_everything_that_is_wrong_with_a_row_is_said(line):
    assert one(line).wrong == WRONG[line]


@pytest.mark.parametrize(
    "line",
    [
        "Huw Rhys,M,21/11/2016,,,,,,20/11/2025",
        "Huw Rhys,,21/11/1906,,,,,,21/11/2086",
        "Huw Rhys,M,27/03/1990,,,,700000.5,1300000,12/01/2027,,",
        "Huw Rhys,M,27/03/1990,,,,,,12/01/2027",
    ],
)
def test_what_is_just_within_the_bounds_is_taken(line):
    expected = [("easting", "grid")] if "700000.5" in line else []
    assert one(line).wrong == expected


def test_a_row_of_the_minimum_dataset_needs_a_status_and_an_age_or_a_date_of_birth():
    assert one("P1,Huw Rhys,M,,,,,,,,", PPO, "ppo").wrong == [("status", "missing"), ("birth_date", "missing")]
    assert one("P1,Huw Rhys,M,9,,,,at large,,,", PPO, "ppo").wrong == [("age", "age"), ("status", "status")]


def test_a_persons_second_row_is_not_taken():
    lines = "Huw Rhys,M,27/03/1990,,,,,,12/01/2027\nRHYS Huw,M,1990-03-27,,,,,,13/01/2027"
    assert one(lines).wrong == [("name", "again")]
    assert one(lines.replace("1990-03-27", "28/03/1990")).wrong == []


def test_each_reason_has_its_words():
    said = {code for wrong in WRONG.values() for _column, code in wrong}
    assert said <= set(values.WRONG)


SIGNS = st.text("0123456789/-. :TJan,=+@'’ŵâ", max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["prison", "yoi", "ppo"]), st.lists(st.one_of(SIGNS, st.text(max_size=8)), min_size=18, max_size=18)
)
def test_any_row_is_taken_or_says_what_is_wrong(kind, cells):
    header = [code for code in taken(kind) if code not in ("given_name", "family_name")]
    row = Row(2, tuple(cell.strip() for cell in cells[: len(header)]))
    (found,) = take(kind, layout(kind, header), [row], columns=len(header), on=ON)
    assert {code for _column, code in found.wrong} <= set(values.WRONG)
    assert {code for _column, code in found.noted} <= set(values.NOTED)
    assert found.wrong or {*found.data} >= {"given_name", "family_name"}
