"""Live formulas of totals, each proved before it is written.

Excel recalculates a workbook when it opens it: a formula that does not mean exactly what the
consolidation did would silently replace a right figure by a wrong one. So every formula here
is worked out again over the very cells it names, and only where it gives the figure is it
written; otherwise (a mean over the rows of a list, a rate of which some quarters had to be
left out) the cell holds the figure itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal

from xlsxwriter.utility import xl_rowcol_to_cell

from toolkit.consolidate.model import Figure, UnitLine
from toolkit.errors import ToolkitError
from toolkit.intake.model import AnswerValue, State
from toolkit.programme.language.evaluate import compute
from toolkit.programme.language.excel import to_excel
from toolkit.programme.language.tree import Expression
from toolkit.programme.model import Aggregation, Field, FormKind
from toolkit.report.summary.grid import ROW_COUNT, Block, Grid, ValueColumn

_FUNCTIONS = {
    Aggregation.SUM: "SUM",
    Aggregation.MAX: "MAX",
    Aggregation.MIN: "MIN",
    Aggregation.MEAN: "AVERAGE",
    Aggregation.COUNT: "COUNT",
}
# Excel takes 255 arguments and formulas of 8,192 letters.
_MOST_ARGUMENTS = 250
_MOST_LETTERS = 8000
_EXACT = Context(prec=1000)
_QUOTIENT = Context(prec=28)
_NEAR = Decimal("1E-18")  # of two ways of dividing; a spreadsheet keeps 15 digits


def reference(grid: Grid, block: Block, column: ValueColumn) -> str:
    """The total's cell as a reference from another sheet."""
    return f"{quoted(grid.sheet)}!{xl_rowcol_to_cell(block.total, column.index, True, True)}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Some units' rows of a form's sheet; ``prefix`` leads there from another sheet.

    ``whole``: they are all the units, and the total's own row may be referred to. The units
    ``gone`` are in no figure: their successors stand in their place.
    """

    units: frozenset[str]
    prefix: str = ""
    whole: bool = False
    gone: frozenset[str] = frozenset()

    def lines(self, block: Block) -> list[tuple[int, UnitLine]]:
        """The rows of these units in a block."""
        held = zip(range(block.first, block.last + 1), block.lines, strict=True)
        if not self.whole:
            units = self.units - self.gone
            return [(row, line) for row, line in held if line.unit.code in units]
        if not self.gone:
            return [*held]
        return [(row, line) for row, line in held if line.unit.code not in self.gone]


WHOLE = Chosen(frozenset(), whole=True)


def total_formula(
    grid: Grid,
    block: Block,
    column: ValueColumn,
    field: Field | None,
    figure: Figure,
    chosen: Chosen = WHOLE,
) -> str | None:
    """The formula of a total over the units' cells, None where none gives the figure."""
    if figure.coverage and figure.coverage.succeeded:
        chosen = replace(chosen, gone=frozenset(figure.coverage.succeeded))
    try:
        made = _over_cells(grid, block, column, field, figure, chosen)
    except KeyError:  # a cell that is on no sheet, or more of them than a function takes
        return None
    return made if made is not None and len(made) < _MOST_LETTERS else None


def _over_cells(
    grid: Grid,
    block: Block,
    column: ValueColumn,
    field: Field | None,
    figure: Figure,
    chosen: Chosen,
) -> str | None:
    lines = chosen.lines(block)
    places = in_areas([row for row, _ in lines], column.index, chosen.prefix)
    units = ",".join(places)
    if column.choice:
        counts = [Decimal(choice_count(column, line)) for _, line in lines]
        right = sum(counts) == figure.shares.get(column.choice, 0)
        return f"=SUM({units})" if right else None
    how = field.over_units if field else Aggregation.SUM
    if how is Aggregation.RECOMPUTE and field is not None and field.formula is not None:
        return _recompute(grid, block, field.formula, figure, chosen)
    code = field.code if field else column.code
    cells = [line.figures[code].value for _, line in lines if code in line.figures]
    if how is Aggregation.WEIGHTED_MEAN and field is not None:
        weights = _weights(grid, block, field.weight, chosen)
        return weighted_formula(places, weights[0], cells, weights[1], figure.value)
    if how is Aggregation.DISTINCT:
        return distinct_formula(places, cells, figure.value)
    if how in _FUNCTIONS and gives(how, cells, figure.value):
        return f"={_FUNCTIONS[how]}({units})"
    return None


def _weights(
    grid: Grid, block: Block, code: str, chosen: Chosen
) -> tuple[list[str], list[AnswerValue]]:
    """The cells of the weights of these units, and what stands in them."""
    home = grid.block(code) if grid.table.form.kind is FormKind.QUESTIONS else block
    lines = chosen.lines(home)
    areas = in_areas([row for row, _ in lines], grid.column(code).index, chosen.prefix)
    return areas, [line.figures[code].value for _, line in lines]


def weighted_formula(
    places: Sequence[str],
    weights: Sequence[str],
    cells: Sequence[AnswerValue],
    by: Sequence[AnswerValue],
    value: AnswerValue,
) -> str | None:
    """A weighted mean over areas of cells and of as many weights; words count as 0 there."""
    pairs = [
        (cell, weight if isinstance(weight, Decimal) else Decimal(0))
        for cell, weight in zip(cells, by, strict=True)
        if isinstance(cell, Decimal)
    ]
    whole = sum((weight for _, weight in pairs), Decimal(0))
    if not whole or not isinstance(value, Decimal) or len(places) != len(weights):
        return None
    total = Decimal(0)
    for cell, weight in pairs:
        total = _EXACT.add(total, _EXACT.multiply(cell, weight))
    if abs(_QUOTIENT.divide(total, whole) - value) > abs(value) * _NEAR:
        return None
    over = "+".join(f"SUMPRODUCT({x},{w})" for x, w in zip(places, weights, strict=True))
    under = "+".join(
        f"SUMPRODUCT(--ISNUMBER({x}),{w})" for x, w in zip(places, weights, strict=True)
    )
    return f"=({over})/({under})"


def distinct_formula(
    places: Sequence[str], cells: Sequence[AnswerValue], value: AnswerValue
) -> str | None:
    """How many different numbers or days there are; Excel cannot tell texts from marks."""
    found = {cell for cell in cells if isinstance(cell, Decimal | date)}
    if len(places) != 1 or not found or value != len(found):
        return None
    return f"=SUMPRODUCT(--(FREQUENCY({places[0]},{places[0]})>0))"


def choice_count(column: ValueColumn, line: UnitLine) -> int:
    """How often a unit chose the choice of this column."""
    figure = line.figures.get(column.code)
    if figure is None:
        return 0
    if figure.shares:
        return figure.shares.get(column.choice, 0)
    return int(figure.value == column.choice)


def period_formula(
    grid: Grid, row: int, column: ValueColumn, field: Field | None, line: UnitLine
) -> str | None:
    """A unit's figure over its periods, as a formula over the sheet of single periods."""
    if not grid.period_sheet:
        return None
    code = field.code if field else ROW_COUNT
    figures = [line.by_period.get(p.code, {}).get(code) for p in grid.table.periods]
    cells = [figure.value if figure else None for figure in figures]
    places = [place for place, value in enumerate(cells) if value is not None]
    if not places:
        return None
    how = field.over_periods if field else _row_count_over_periods(grid)
    sheet, value = quoted(grid.period_sheet), line.figures[code].value
    first = xl_rowcol_to_cell(row, grid.period_column(column, 0))
    last = xl_rowcol_to_cell(row, grid.period_column(column, len(cells) - 1))
    if how in _FUNCTIONS and gives(how, cells, value):
        return f"={_FUNCTIONS[how]}({sheet}!{first}:{last})"
    if how is Aggregation.DISTINCT:
        return distinct_formula([f"{sheet}!{first}:{last}"], cells, value)
    if how is Aggregation.WEIGHTED_MEAN and field is not None:
        return _weighted_over_periods(grid, row, column, field, line, cells)
    if how is Aggregation.LAST and cells[places[-1]] == value:
        return f"={sheet}!{xl_rowcol_to_cell(row, grid.period_column(column, places[-1]))}"
    return None


def _weighted_over_periods(
    grid: Grid,
    row: int,
    column: ValueColumn,
    field: Field,
    line: UnitLine,
    cells: Sequence[AnswerValue],
) -> str | None:
    """Only where the weights stand in the same row; in a form of questions they do not."""
    if grid.table.form.kind is not FormKind.FIXED:
        return None
    try:
        weight = grid.column(field.weight)
    except KeyError:  # the weights have no figure over units, and so no column
        return None
    sheet, last = quoted(grid.period_sheet), len(cells) - 1
    areas = [
        f"{sheet}!{xl_rowcol_to_cell(row, grid.period_column(c, 0))}:"
        f"{xl_rowcol_to_cell(row, grid.period_column(c, last))}"
        for c in (column, weight)
    ]
    held = [line.by_period.get(p.code, {}).get(field.weight) for p in grid.table.periods]
    by = [figure.value if figure else None for figure in held]
    value = line.figures[field.code].value
    return weighted_formula(areas[:1], areas[1:], cells, by, value)


def _row_count_over_periods(grid: Grid) -> Aggregation:
    """How the consolidation counts rows over periods: added up, but for a standing list."""
    summed = any(f.over_periods is Aggregation.SUM for f in grid.table.form.fields)
    return Aggregation.SUM if summed else Aggregation.LAST


# --- proof --------------------------------------------------------------------------------


def gives(how: Aggregation, cells: Iterable[AnswerValue], value: AnswerValue) -> bool:
    """Whether Excel's function over these cells comes to exactly this value."""
    return value is not None and _worked_out(how, cells) == value


def _worked_out(how: Aggregation, cells: Iterable[AnswerValue]) -> AnswerValue:
    """What Excel's function makes of the cells: words and blanks are passed over."""
    values = list(cells)
    numbers = [value for value in values if isinstance(value, Decimal)]
    days = [value for value in values if isinstance(value, date)]
    if how is Aggregation.COUNT:
        return Decimal(len(numbers) + len(days))
    if days:
        return _of_days(how, days) if not numbers else None
    if not numbers:
        return None
    total = Decimal(0)
    for number in numbers:
        total = _EXACT.add(total, number)
    match how:
        case Aggregation.SUM:
            return total
        case Aggregation.MEAN:
            return _QUOTIENT.divide(total, Decimal(len(numbers)))
        case Aggregation.MAX:
            return max(numbers)
        case Aggregation.MIN:
            return min(numbers)
    return None


def _of_days(how: Aggregation, days: Sequence[date]) -> date | None:
    if how is Aggregation.MAX:
        return max(days)
    return min(days) if how is Aggregation.MIN else None


@dataclass(frozen=True, slots=True)
class _Named:
    """The row a recomputed formula sees: the values of the cells it names."""

    values: Mapping[str, AnswerValue]

    def answer(self, field: str) -> tuple[str, AnswerValue]:
        value = self.values.get(field)
        return (State.MISSING if value is None else State.VALUE), value

    def previous(self, field: str) -> tuple[str, AnswerValue]:
        del field
        return State.MISSING, None

    def count_rows(self, form: str) -> None:
        del form  # no cell of the summary holds it

    def unit_value(self, name: str) -> None:
        del name  # no cell of the summary holds it


def _recompute(
    grid: Grid, block: Block, formula: Expression, figure: Figure, chosen: Chosen
) -> str | None:
    """The formula over the totals beside it; over the units that have all inputs, where
    some lack one: numerator and denominator must come from the same units."""
    entering = _entering(figure)
    values: dict[str, AnswerValue] = {}

    def resolve(code: str) -> str:
        home = grid.block(code) if grid.table.form.kind is FormKind.QUESTIONS else block
        column, total = grid.column(code), home.row.totals[code]
        if chosen.whole and _entering(total) == entering:
            values[code] = total.value
            return str(xl_rowcol_to_cell(home.total, column.index))
        how = grid.table.form.field(code).over_units
        gone = total.coverage.succeeded if total.coverage else ()
        inside = entering.difference(gone)  # a rate of what a unit did by what its successors have
        lines = [(row, line) for row, line in chosen.lines(home) if line.unit.code in inside]
        values[code] = _worked_out(how, [line.figures[code].value for _, line in lines])
        if how not in _FUNCTIONS or values[code] is None:
            raise KeyError(code)
        areas = in_areas([row for row, _ in lines], column.index, chosen.prefix)
        return f"{_FUNCTIONS[how]}({','.join(areas)})"

    try:
        made = to_excel(formula, resolve)
        proved = compute(formula, _Named(values)) == figure.value
    except (KeyError, ToolkitError):  # an input that has no figure over units, or no cell
        return None
    return f"={made.removeprefix('=')}" if proved else None


def _entering(figure: Figure) -> frozenset[str]:
    """The units that are in a figure, wholly or in part."""
    cover = figure.coverage
    return frozenset((*cover.counted, *cover.partial)) if cover else frozenset()


# --- cells --------------------------------------------------------------------------------


def quoted(sheet: str) -> str:
    """The name of a sheet as a reference has it."""
    name = sheet.replace("'", "''")
    return f"'{name}'"


def _span(first: int, last: int, column: int) -> str:
    return f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)}"


def in_areas(rows: Sequence[int], column: int, prefix: str = "") -> list[str]:
    """The rows as few areas; KeyError when there are more than a function takes, or none."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and parts[-1][1] == row - 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    if not parts or len(parts) > _MOST_ARGUMENTS:
        raise KeyError(column)
    return [f"{prefix}{_span(first, last, column)}" for first, last in parts]


def level_formula(
    grid: Grid,
    block: Block,
    column: ValueColumn,
    field: Field | None,
    figure: Figure,
    units: Sequence[str],
) -> str | None:
    """The formula of a subtotal, on another sheet, over the cells of its units."""
    chosen = Chosen(frozenset(units), f"{quoted(grid.sheet)}!")
    return total_formula(grid, block, column, field, figure, chosen)
