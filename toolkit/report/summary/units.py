"""The folded rows of the units: each value a constant with a link to its cell, or a formula
over the sheet of the single periods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Figure, UnitLine
from toolkit.programme.model import Aggregation, Field, FormKind
from toolkit.report.summary.coverage import is_succeeded, unit_state
from toolkit.report.summary.formats import is_count, is_mean
from toolkit.report.summary.formulas import choice_count, period_formula
from toolkit.report.summary.frame import MISSING_WIDTH, value_width
from toolkit.report.summary.grid import LABEL, TT, Block, Grid, ValueColumn, field_of
from toolkit.report.summary.pen import (
    SMALL_SIZE,
    Links,
    Pen,
    Words,
    gathered,
    plain,
    shortened,
    unit_height,
    write_value,
)
from toolkit.report.voice import Voice


def fold(block: Block) -> dict[str, object]:
    """How the row of a unit folds under its total."""
    return {"level": 1, "hidden": block.folded}


def draw_unit(
    sheet: Worksheet, grid: Grid, block: Block, row: int, line: UnitLine, pen: Pen, links: Links
) -> None:
    """The row of one unit."""
    formats = pen.formats
    sheet.write_blank(row, TT, None, formats.cell())
    sheet.write_string(row, LABEL, line.unit.name, formats.cell(indent=1))
    for column in grid.columns:
        field = field_of(column, block.row, grid.table.form)
        code = field.code if field else column.code
        figure, aside = line.figures.get(code), is_succeeded(block, code, line.unit.code)
        if figure is None:
            sheet.write_blank(row, column.index, None, formats.cell())
        elif column.choice:
            _draw_choice(sheet, grid, row, column, line, pen, aside=aside)
        else:
            at = (row, column)
            _draw_value(sheet, grid, at, field, line, figure, pen, links, aside=aside)
    state, gaps = unit_state(grid, block, line, pen)
    sheet.write_string(row, grid.coverage, state, formats.mark())
    sheet.write_string(row, grid.missing, gaps, formats.cell(font_size=SMALL_SIZE))
    for index in (grid.target, grid.verdict):
        if index is not None:
            sheet.write_blank(row, index, None, formats.cell())
    texts = [*unit_texts(grid, block, line, pen), (gaps, MISSING_WIDTH, SMALL_SIZE, False)]
    sheet.set_row(row, unit_height(texts), None, fold(block))


def unit_texts(grid: Grid, block: Block, line: UnitLine, short: Voice | None = None) -> list[Words]:
    """The texts in a unit's row, for its height; ``short`` where they are cut short."""
    found: list[Words] = []
    for column in grid.columns:
        field = field_of(column, block.row, grid.table.form)
        figure = line.figures.get(field.code) if field else None
        if figure is None or column.choice or field is None or field.is_numeric:
            continue
        words = gathered(figure)
        if words and short and grid.period_sheet and field.over_periods is Aggregation.LIST:
            words = shortened(figure, grid.period_sheet, short)
        words = words or (figure.value if isinstance(figure.value, str) else "")
        found.append((words, value_width(column), SMALL_SIZE, False))
    return found


def _draw_choice(
    sheet: Worksheet,
    grid: Grid,
    row: int,
    column: ValueColumn,
    line: UnitLine,
    pen: Pen,
    *,
    aside: bool,
) -> None:
    """How often a unit chose this; in a form of fixed rows that is a tick."""
    count = choice_count(column, line)
    if not count:
        sheet.write_blank(row, column.index, None, pen.formats.cell())
        return
    tick = grid.table.form.kind is not FormKind.OPEN and count == 1
    form = '"x"' if tick else "#,##0"
    look = pen.formats.cell(align="center", num_format=form)
    if aside:
        look = pen.formats.aside(form, "center")
    sheet.write_number(row, column.index, count, look)


def _draw_value(
    sheet: Worksheet,
    grid: Grid,
    at: tuple[int, ValueColumn],
    field: Field | None,
    line: UnitLine,
    figure: Figure,
    pen: Pen,
    links: Links,
    *,
    aside: bool,
) -> None:
    formats, (row, column) = pen.formats, at
    if field is not None and field.over_periods is Aggregation.LIST and figure.texts:
        small = formats.cell(font_size=SMALL_SIZE)
        whole = gathered(figure)
        said = shortened(figure, grid.period_sheet, pen) if grid.period_sheet else whole
        sheet.write_string(row, column.index, said, small)
        return
    if figure.value is None:
        words = pen.state_words(figure, came=pen.came([line.unit], grid.table.periods))
        sheet.write_string(row, column.index, words, formats.mark())
        return
    counted = field is not None and is_count(field, over_units=False) and grid.period_sheet
    if field is None or counted:
        form = "#,##0"
        look = formats.aside(form) if aside else formats.cell(num_format=form, align="right")
    else:
        mean = is_mean(field, over_units=False) and bool(grid.period_sheet)
        look = formats.figure(field, figure.state, figure.value, mean=mean, aside=aside)
    formula = period_formula(grid, row, column, field, line)
    if formula and isinstance(figure.value, Decimal | date):
        sheet.write_formula(row, column.index, formula, look, plain(figure.value))
        return
    links.add(row, column.index, figure.parts, look)
    write_value(sheet, row, column.index, figure.value, look)
