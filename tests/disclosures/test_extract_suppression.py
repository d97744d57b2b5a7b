"""Small counts: left out, and never to be worked out from what stands."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosures.rules.suppression import FEWEST, TooFew, certain_cells, suppressed, with_totals

tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=4)
)


def test_totals_are_added():
    assert with_totals([[1, 2], [3, 4]]) == [[1, 2, 3], [3, 4, 7], [4, 6, 10]]


def test_nothing_small_leaves_everything():
    assert suppressed([[5, 0], [6, 7]]) == [[5, 0, 5], [6, 7, 13], [11, 7, 18]]


def test_one_small_count_takes_others_with_it():
    assert suppressed([[2, 9, 8], [7, 6, 9]]) == [[None, None, 8, 19], [None, None, 9, 22], [9, 15, 17, 41]]


def test_a_small_total_is_left_out_too():
    table = suppressed([[1, 0], [0, 9]])
    assert table[0] == [None, 0, None]
    assert table[2][2] == 10


def test_fewer_than_five_in_all_give_no_table():
    with pytest.raises(TooFew):
        suppressed([[1, 2], [0, 1]])


def test_five_of_one_kind_alone_stand():
    assert suppressed([[5]]) == [[5, 5], [5, 5]]


def test_an_empty_table_stands():
    assert suppressed([[0, 0]]) == [[0, 0, 0], [0, 0, 0]]


@settings(max_examples=60, deadline=None)
@given(tables)
def test_no_count_from_one_to_four_is_shown_or_certain(counts):
    try:
        table = suppressed(counts)
    except TooFew:
        return
    whole = with_totals(counts)
    cells = list(itertools.product(range(len(whole)), range(len(whole[0]))))
    hidden = {(row, column) for row, column in cells if table[row][column] is None}
    assert {(r, c) for r, c in cells if 0 < whole[r][c] < FEWEST} <= hidden
    assert all(table[r][c] == whole[r][c] for r, c in set(cells) - hidden)
    assert certain_cells(hidden) == set()
    assert all(whole[r][c] for r, c in hidden)


def test_small_tables_have_a_second_reading_for_every_cell_left_out():
    """By trying every table: what stands fits a table in which the cell left out has another count."""
    for cells in itertools.product((0, 1, 4, 6), repeat=4):
        counts = [list(cells[:2]), list(cells[2:])]
        try:
            table = suppressed(counts)
        except TooFew:
            continue
        if not any(cell is None for row in table for cell in row):
            continue
        readings = _readings(table, sum(cells))
        for row, column in itertools.product(range(3), range(3)):
            if table[row][column] is None:
                assert len({reading[row][column] for reading in readings}) > 1, counts


def _readings(table, total):
    """Tables of two by two near to the true one that agree with what *table* shows."""
    wholes = []
    for a, b, c in itertools.product(range(total + 1), repeat=3):
        d = total - a - b - c
        if d >= 0 and table[0][0] in (None, a) and table[0][1] in (None, b) and table[1][0] in (None, c):
            wholes.append(with_totals([[a, b], [c, d]]))
    return [w for w in wholes if all(table[r][k] in (None, w[r][k]) for r in range(3) for k in range(3))]
