"""Live formulas of totals, each proved before it is written.

Excel recalculates a workbook when it opens it: a formula that does not mean exactly what the
consolidation did would silently replace a right figure by a wrong one. So every formula here
is worked out again over the very cells it names, and only where it gives the figure is it
written; otherwise (a mean over the rows of a list, a rate of which some quarters had to be
left out) the cell holds the figure itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


def reference(grid: Grid, block: Block, code: str) -> str:
    """The total's cell as a reference from another sheet."""
    column = grid.column(code)
    return f"{_quoted(grid.sheet)}!{xl_rowcol_to_cell(block.total, column.index, True, True)}"


def total_formula(
    grid: Grid, block: Block, column: ValueColumn, field: Field | None, figure: Figure
) -> str | None:
    """The formula of a total over the units' cells, None where none gives the figure."""
    units = _span(block.first, block.last, column.index)
    if column.choice:
        counts = [Decimal(choice_count(column, line)) for line in block.row.lines]
        right = sum(counts) == figure.shares.get(column.choice, 0)
        return f"=SUM({units})" if right else None
    how = field.over_units if field else Aggregation.SUM
    if how is Aggregation.RECOMPUTE and field is not None and field.formula is not None:
        return _recompute(grid, block, field.formula, figure)
    code = field.code if field else column.code
    cells = [line.figures[code].value for line in block.row.lines if code in line.figures]
    if how in _FUNCTIONS and _gives(how, cells, figure.value):
        return f"={_FUNCTIONS[how]}({units})"
    return None


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
    sheet, value = _quoted(grid.period_sheet), line.figures[code].value
    if how in _FUNCTIONS and _gives(how, cells, value):
        first = xl_rowcol_to_cell(row, grid.period_column(column, 0))
        last = xl_rowcol_to_cell(row, grid.period_column(column, len(cells) - 1))
        return f"={_FUNCTIONS[how]}({sheet}!{first}:{last})"
    if how is Aggregation.LAST and cells[places[-1]] == value:
        return f"={sheet}!{xl_rowcol_to_cell(row, grid.period_column(column, places[-1]))}"
    return None


def _row_count_over_periods(grid: Grid) -> Aggregation:
    """How the consolidation counts rows over periods: added up, but for a standing list."""
    summed = any(f.over_periods is Aggregation.SUM for f in grid.table.form.fields)
    return Aggregation.SUM if summed else Aggregation.LAST


# --- proof --------------------------------------------------------------------------------


def _gives(how: Aggregation, cells: Iterable[AnswerValue], value: AnswerValue) -> bool:
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


def _recompute(grid: Grid, block: Block, formula: Expression, figure: Figure) -> str | None:
    """The formula over the totals beside it; over the units that have all inputs, where
    some lack one: numerator and denominator must come from the same units."""
    entering = _entering(figure)
    values: dict[str, AnswerValue] = {}

    def resolve(code: str) -> str:
        home = grid.block(code) if grid.table.form.kind is FormKind.QUESTIONS else block
        column, total = grid.column(code), home.row.totals[code]
        if _entering(total) == entering:
            values[code] = total.value
            return str(xl_rowcol_to_cell(home.total, column.index))
        how = grid.table.form.field(code).over_units
        lines = list(zip(range(home.first, home.last + 1), home.row.lines, strict=True))
        chosen = [(row, line) for row, line in lines if line.unit.code in entering]
        values[code] = _worked_out(how, [line.figures[code].value for _, line in chosen])
        if how not in _FUNCTIONS or values[code] is None:
            raise KeyError(code)
        return f"{_FUNCTIONS[how]}({_ranges([row for row, _ in chosen], column.index)})"

    try:
        made = to_excel(formula, resolve)
        proved = compute(formula, _Named(values)) == figure.value
    except (KeyError, ToolkitError):  # an input that has no figure over units, or no cell
        return None
    return f"={made.removeprefix('=')}" if proved and len(made) < _MOST_LETTERS else None


def _entering(figure: Figure) -> frozenset[str]:
    """The units that are in a figure, wholly or in part."""
    cover = figure.coverage
    return frozenset((*cover.counted, *cover.partial)) if cover else frozenset()


# --- cells --------------------------------------------------------------------------------


def _quoted(sheet: str) -> str:
    name = sheet.replace("'", "''")
    return f"'{name}'"


def _span(first: int, last: int, column: int) -> str:
    return f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)}"


def _ranges(rows: Sequence[int], column: int) -> str:
    """The rows as few ranges; KeyError when there are more than a function takes."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and parts[-1][1] == row - 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    if len(parts) > _MOST_ARGUMENTS:
        raise KeyError(column)
    return ",".join(_span(first, last, column) for first, last in parts)
