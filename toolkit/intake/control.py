"""Control totals: the figures of a file added up straight from its cells.

The way from a cell to a total is long. Here the cells that answers name as their source are
read again from the archived original and added up, so that whoever draws the totals can hold
both sums together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from toolkit.intake.model import Answer, CellKind, RawCell, RawWorkbook, State
from toolkit.places import place_of

# The digits of a number that a spreadsheet shows and keeps, as the reading of values has it.
_SHOWN = Context(prec=15, rounding=ROUND_HALF_EVEN)
# The digits of 1.8E+308 down to 4.9E-324 and room for the carries: a sum is never rounded.
_EXACT = Context(prec=1000, rounding=ROUND_HALF_EVEN)
_ZERO = Decimal(0)

Column = tuple[str, str]  # form code, field code


@dataclass(frozen=True, slots=True)
class ColumnTotal:
    """How many cells of a column hold figures that count, and their sum."""

    cells: int = 0
    total: Decimal = _ZERO

    def __add__(self, other: ColumnTotal) -> ColumnTotal:
        return ColumnTotal(self.cells + other.cells, _EXACT.add(self.total, other.total))


def raw_totals(
    raw: RawWorkbook, answers: Iterable[Answer], columns: Collection[Column]
) -> Mapping[Column, ColumnTotal]:
    """The totals of ``columns`` (of plain numbers, not rates) over the cells of a file.

    A number that stands there as text is taken as it was read: what it means was said in a
    note. A cell that holds nothing any more adds nothing, and one that holds a number where
    the answer is missing adds it: in both the sums differ.
    """
    sheets = {sheet.name: sheet.cells for sheet in raw.sheets}
    found: dict[Column, ColumnTotal] = {}
    for answer in answers:
        column = (answer.form, answer.field)
        if column not in columns or not answer.address.cell:
            continue
        cell = sheets.get(answer.address.sheet, {}).get(place_of(answer.address.cell))
        if cell is not None and (answer.state.counts or is_lost(cell, answer)):
            figure = ColumnTotal(1, figure_in(cell, answer))
            found[column] = found.get(column, ColumnTotal()) + figure
    return found


def added(answers: Iterable[Answer]) -> Mapping[Column, ColumnTotal]:
    """The totals of the answers that count, by column: of cells known to hold just these."""
    cells: dict[Column, int] = {}
    totals: dict[Column, Decimal] = {}
    for answer in answers:
        if answer.state.counts and isinstance(answer.value, Decimal):
            column = (answer.form, answer.field)
            cells[column] = cells.get(column, 0) + 1
            totals[column] = _EXACT.add(totals.get(column, _ZERO), answer.value)
    return {column: ColumnTotal(count, totals[column]) for column, count in cells.items()}


def is_lost(cell: RawCell | None, answer: Answer) -> bool:
    """Whether a number stands in the cell of an answer that is said to be missing."""
    return answer.state is State.MISSING and cell is not None and cell.kind is CellKind.NUMBER


def figure_in(cell: RawCell, answer: Answer) -> Decimal:
    """The figure in the cell that an answer names as its source."""
    if cell.kind is CellKind.NUMBER and isinstance(cell.value, Decimal):
        return _SHOWN.create_decimal(cell.value)
    return answer.value if isinstance(answer.value, Decimal) else _ZERO
