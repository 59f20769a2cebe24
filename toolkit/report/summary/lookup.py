"""Which figure stands in a cell of a summary workbook: the plan of the sheets, read backward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.consolidate.model import Consolidation, Figure, UnitLine
from toolkit.intake.model import AnswerValue
from toolkit.messages import LANGUAGES
from toolkit.report.summary.grid import Block, Grid, ValueColumn, field_of, grid
from toolkit.report.summary.names import Spoken, name_sheets


@dataclass(frozen=True, slots=True)
class Placed:
    """The figure of a cell. ``unit`` is "" for a total, ``period`` that of a single period."""

    form: str
    row: str
    field: str
    unit: str
    period: str
    value: AnswerValue
    choice: str = ""


def grids(consolidation: Consolidation) -> Iterator[Grid]:
    """The plans of all forms, in each language a workbook may be in."""
    for lang in LANGUAGES:
        names = name_sheets(consolidation.tables, Spoken(consolidation.programme, lang))
        for table in consolidation.tables:
            yield grid(table, consolidation.programme, names.forms[table.form.code])


def figure_at(consolidation: Consolidation, sheet: str, row: int, column: int) -> Placed | None:
    """The figure in a cell (row and column from 0); None where no figure of a form stands."""
    for plan in grids(consolidation):
        if sheet == plan.sheet:
            return _on_form(plan, row, column)
        if sheet and sheet == plan.period_sheet:
            return _on_periods(plan, row, column)
    return None


def _block(plan: Grid, row: int) -> tuple[Block, UnitLine | None] | None:
    for block in plan.blocks:
        if row == block.total:
            return block, None
        if block.first <= row <= block.last:
            return block, block.lines[row - block.first]
    return None


def _on_form(plan: Grid, row: int, column: int) -> Placed | None:
    found = _block(plan, row)
    place = next((c for c in plan.columns if c.index == column), None)
    if found is None or place is None:
        return None
    block, line = found
    figures = block.row.totals if line is None else line.figures
    code = _code(plan, place, block)
    return _placed(plan, block, code, line, "", figures.get(code), place.choice)


def _on_periods(plan: Grid, row: int, column: int) -> Placed | None:
    found = _block(plan, row)
    if found is None or found[1] is None:
        return None
    block, line = found
    for place in (c for c in plan.columns if not c.choice):
        for number, period in enumerate(plan.table.periods):
            if plan.period_column(place, number) == column and line is not None:
                code = _code(plan, place, block)
                figure = line.by_period.get(period.code, {}).get(code)
                return _placed(plan, block, code, line, period.code, figure, "")
    return None


def _code(plan: Grid, column: ValueColumn, block: Block) -> str:
    field = field_of(column, block.row, plan.table.form)
    return field.code if field else column.code


def _placed(
    plan: Grid,
    block: Block,
    code: str,
    line: UnitLine | None,
    period: str,
    figure: Figure | None,
    choice: str,
) -> Placed | None:
    if figure is None:
        return None
    unit = line.unit.code if line else ""
    return Placed(plan.table.form.code, block.row.key, code, unit, period, figure.value, choice)
