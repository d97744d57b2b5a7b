"""Small counts left out of a table, and as many others as it takes that none can be worked out from the totals.

The cells of a table with its totals are the edges of a graph whose nodes are the rows and columns (totals among
them): a cell that is left out can be computed from the others exactly when its edge is a bridge among the edges left
out.  So further cells are left out, the least that will do, until no bridge is there.  A nought is never chosen: of
cells that all hold something each may be one more or one less, and so none is certain.
"""

import heapq
from collections.abc import Sequence

FEWEST = 5
Cell = tuple[int, int]


class TooFew(ValueError):
    """So few are counted that no table can be given."""


def with_totals(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    """*counts* with a last column of row totals and a last row of column totals."""
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def suppressed(counts: Sequence[Sequence[int]]) -> list[list[int | None]]:
    """The table of *counts* with totals; `None` where a cell is left out.

    Left out are counts from 1 to 4 and what else it takes that they cannot be worked out.  The grand total always
    stands; raises `TooFew` where it would have to go, too.
    """
    table = with_totals(counts)
    hidden = {cell for cell, count in _cells(table) if 0 < count < FEWEST}
    grand = (len(table) - 1, len(table[0]) - 1)
    if grand in hidden:
        raise TooFew("Fewer than five are counted.")
    while certain := certain_cells(hidden):
        hidden |= _way_round(table, hidden, min(certain), but=grand)
    return [
        [None if (row, column) in hidden else count for column, count in enumerate(line)]
        for row, line in enumerate(table)
    ]


def certain_cells(hidden: set[Cell]) -> set[Cell]:
    """Those of the *hidden* cells that can be worked out from the others: the bridges of their graph."""
    return {cell for cell in hidden if not _joined(hidden - {cell}, *_ends(cell))}


def _cells(table):
    return [((row, column), count) for row, line in enumerate(table) for column, count in enumerate(line)]


def _ends(cell: Cell) -> tuple:
    return ("row", cell[0]), ("column", cell[1])


def _joined(edges: set[Cell], start, goal) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        for edge in edges:
            ends = _ends(edge)
            if node in ends:
                other = ends[1] if ends[0] == node else ends[0]
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
    return goal in seen


def _way_round(table, hidden: set[Cell], cell: Cell, *, but: Cell) -> set[Cell]:
    """The cells that close a ring through *cell* and together hold the least; never *but* and never a nought."""
    start, goal = _ends(cell)
    open_cells = {edge: count for edge, count in _cells(table) if edge not in (cell, but) and (count or edge in hidden)}
    waiting, best = [(0, start, frozenset())], {}
    while waiting:
        cost, node, way = heapq.heappop(waiting)
        if node == goal:
            return way - hidden
        if best.get(node, cost + 1) <= cost:
            continue
        best[node] = cost
        for edge, count in open_cells.items():
            ends = _ends(edge)
            if node in ends:
                other = ends[1] if ends[0] == node else ends[0]
                price = 0 if edge in hidden else count
                heapq.heappush(waiting, (cost + price, other, _Way(way | {edge})))
    raise TooFew("The small counts could be worked out from any table.")


class _Way(frozenset):
    """A set of cells that a heap may compare: no way is before another."""

    def __lt__(self, other):
        return False
