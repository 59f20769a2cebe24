"""Subtotals: the sheets of superior units (Theo cấp) and of types of units.

A part for each form; in it each row of the form with its total, and below it a foldable row for
each superior (set in by its level) or type. Every figure is a formula over the units' cells on
the form's own sheet, where one gives it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import replace

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Figure, LevelLine, TableRow
from toolkit.programme.model import Aggregation
from toolkit.report.summary.coverage import coverage_words
from toolkit.report.summary.formulas import level_formula, reference
from toolkit.report.summary.frame import heading_of
from toolkit.report.summary.grid import Block, Grid, ValueColumn, field_of
from toolkit.report.summary.pen import (
    BODY_SIZE,
    SMALL_SIZE,
    Pen,
    Words,
    column_numbers,
    height,
    page_setup,
    plain,
    spread,
    write_value,
)
from toolkit.report.summary.totals import total_label, total_look, total_number, total_words

_TT, _LABEL, _COVERAGE, _MISSING, _FIRST = range(5)
_WIDTHS = (6.0, 40.0, 14.0, 24.0)
_VALUE_WIDTH = 12.0
_DEEPEST = 6  # Excel folds seven levels, and the row of the form is one
_LEAST = 18.0
_LABEL_LENGTH = 150

Lines = Callable[[TableRow], Sequence[LevelLine]]


def superiors_of(row: TableRow) -> Sequence[LevelLine]:
    """The lines of the sheet Theo cấp."""
    return row.superiors


def types_of(row: TableRow) -> Sequence[LevelLine]:
    """The lines of the sheet Theo loại đơn vị."""
    return row.types


def has_lines(grids: Sequence[Grid], lines: Lines) -> bool:
    """Whether there is anything to draw."""
    return any(lines(block.row) for grid in grids for block in grid.blocks)


def draw_levels(
    sheet: Worksheet, grids: Sequence[Grid], lines: Lines, title: str, pen: Pen, period: str
) -> None:
    """Draw the whole sheet."""
    shown = [grid for grid in grids if has_lines([grid], lines)]
    last = max(_FIRST + len(_columns(grid)) for grid in shown) - 1
    for index in range(last + 1):
        sheet.set_column(index, index, _WIDTHS[index] if index < _FIRST else _VALUE_WIDTH)
    whole = sum(_WIDTHS) + _VALUE_WIDTH * (last + 1 - _FIRST)
    title = pen.titled(sheet, title)
    spread(sheet, 0, (0, last), title, pen.formats.title)
    sheet.set_row(0, height((title, whole, 14, True)) + 4)
    spread(sheet, 1, (0, last), period, pen.formats.subtitle)
    up = f"internal:'{pen.say('sheet.overview')}'!A1"
    sheet.write_url(2, 0, up, pen.formats.link, pen.say("up"))
    row = 3
    for grid in shown:
        row = _draw_form(sheet, grid, row, last, lines, pen) + 1
    sheet.outline_settings(True, False, True, False)
    sheet.freeze_panes(3, _LABEL + 1)
    page_setup(sheet, pen, last, None)


def _columns(grid: Grid) -> list[ValueColumn]:
    """The columns of figures; texts listed one after the other are no subtotal."""
    return [
        column
        for column in grid.columns
        if column.field is None or column.field.over_units is not Aggregation.LIST
    ]


def _draw_form(sheet: Worksheet, grid: Grid, row: int, last: int, lines: Lines, pen: Pen) -> int:
    """One form; returns the row below it."""
    spread(sheet, row, (0, last), grid.table.form.name, pen.formats.section)
    sheet.set_row(row, 22)
    columns = _columns(grid)
    row = _heads(sheet, row + 1, columns, pen)
    for block in grid.blocks:
        field = field_of(columns[0], block.row, grid.table.form) if columns else None
        if field is not None and field.over_units is Aggregation.LIST:
            continue  # a question answered in words
        if not lines(block.row):
            continue
        row = _draw_row(sheet, grid, block, columns, row, lines, pen)
    return row


def _heads(sheet: Worksheet, row: int, columns: Sequence[ValueColumn], pen: Pen) -> int:
    """Two rows of headings, those of one group under it, and the row of column numbers."""
    head, low = pen.formats.head, row + 1
    fixed = ("tt", "level_label", "coverage", "missing")
    tall: list[Words] = []
    upper: list[Words] = []
    lower: list[Words] = []
    for index, key in enumerate(fixed):
        words = pen.say(f"head.{key}")
        spread(sheet, row, (index, index), words, head, low)
        tall.append((words, _WIDTHS[index], BODY_SIZE, True))
    index = 0
    while index < len(columns):
        group, words = heading_of(columns[index], pen)
        count = _run(columns[index:], group, pen) if group else 1
        at = _FIRST + index
        if not group:
            spread(sheet, row, (at, at), words, head, low)
            tall.append((words, _VALUE_WIDTH, BODY_SIZE, True))
        else:
            spread(sheet, row, (at, at + count - 1), group, head)
            upper.append((group, _VALUE_WIDTH * count, BODY_SIZE, True))
            for place in range(count):
                said = heading_of(columns[index + place], pen)[1]
                sheet.write_string(low, at + place, said, head)
                lower.append((said, _VALUE_WIDTH, BODY_SIZE, True))
        index += count
    first = max(_LEAST, height(*upper))
    sheet.set_row(row, first)
    sheet.set_row(low, max(_LEAST, height(*lower), height(*tall) - first))
    column_numbers(sheet, low + 1, _LABEL + 1, _FIRST + len(columns), pen)
    return low + 2


def _run(columns: Sequence[ValueColumn], group: str, pen: Pen) -> int:
    """How many columns from the first on stand under one group heading."""
    count = 0
    for column in columns:
        if heading_of(column, pen)[0] != group:
            break
        count += 1
    return count


def _draw_row(
    sheet: Worksheet,
    grid: Grid,
    block: Block,
    columns: Sequence[ValueColumn],
    row: int,
    lines: Lines,
    pen: Pen,
) -> int:
    """A row of the form: its total, then its subtotals; returns the row below."""
    whole = total_label(grid, block, pen)
    label = textwrap.shorten(whole, _LABEL_LENGTH, placeholder=" …")  # whole on the form's sheet
    cell = pen.formats.cell
    sheet.write_string(row, _TT, total_number(grid, block), cell(total=True, align="center"))
    sheet.write_string(row, _LABEL, label, cell(total=True))
    said = _draw_coverage(sheet, grid, block, row, pen, total=True)
    for index, column in enumerate(columns, _FIRST):
        _draw_total(sheet, grid, block, column, (row, index), pen)
    sheet.set_row(row, max(_LEAST, height((label, _WIDTHS[_LABEL], BODY_SIZE, True), *said)))
    for line in lines(block.row):
        row += 1
        own = replace(block, row=replace(block.row, totals=line.totals))
        look = cell(indent=min(line.depth + 1, 10), bold=bool(line.code) and line.depth == 0)
        sheet.write_blank(row, _TT, None, cell())
        name = line.name[:1].upper() + line.name[1:]
        sheet.write_string(row, _LABEL, name, look)
        said = _draw_coverage(sheet, grid, own, row, pen, total=False)
        for index, column in enumerate(columns, _FIRST):
            _draw_subtotal(sheet, grid, own, line, column, (row, index), pen)
        told = (name, _WIDTHS[_LABEL] - 2.0 * (line.depth + 1), BODY_SIZE, True)
        options = {"level": min(line.depth, _DEEPEST - 1) + 1}
        sheet.set_row(row, max(_LEAST, height(told, *said)), None, options)
    return row + 1


def _draw_coverage(
    sheet: Worksheet, grid: Grid, block: Block, row: int, pen: Pen, *, total: bool
) -> list[Words]:
    coverage, missing = coverage_words(grid, block, pen)
    tint = {"bg_color": pen.formats.warning} if missing else {}
    small = {"font_size": SMALL_SIZE, "bold": False}
    cell = pen.formats.cell
    sheet.write_string(row, _COVERAGE, coverage, cell(total=total, align="center", **small, **tint))
    sheet.write_string(row, _MISSING, missing, cell(total=total, **small))
    return [
        (coverage, _WIDTHS[_COVERAGE], SMALL_SIZE, False),
        (missing, _WIDTHS[_MISSING], SMALL_SIZE, False),
    ]


def _draw_total(
    sheet: Worksheet, grid: Grid, block: Block, column: ValueColumn, at: tuple[int, int], pen: Pen
) -> None:
    """The total once more, as a reference to where it stands."""
    field = field_of(column, block.row, grid.table.form)
    figure = block.row.totals.get(field.code if field else column.code)
    if figure is None or figure.value is None:
        _draw_nothing(sheet, grid, block, figure, at, pen, total=True)
        return
    shown = figure.shares.get(column.choice, 0) if column.choice else figure.value
    look = total_look(field, column, figure, pen)
    source = reference(grid, block, column)
    sheet.write_formula(*at, f"={source}", look, plain(shown))


def _draw_subtotal(
    sheet: Worksheet,
    grid: Grid,
    block: Block,
    line: LevelLine,
    column: ValueColumn,
    at: tuple[int, int],
    pen: Pen,
) -> None:
    field = field_of(column, block.row, grid.table.form)
    figure = line.totals.get(field.code if field else column.code)
    if figure is None or figure.value is None:
        _draw_nothing(sheet, grid, block, figure, at, pen, total=False)
        return
    shown = figure.shares.get(column.choice, 0) if column.choice else figure.value
    look = total_look(field, column, figure, pen, total=False)
    formula = level_formula(grid, block, column, field, figure, line.units)
    if formula is None:
        write_value(sheet, *at, shown, look)
    else:
        sheet.write_formula(*at, formula, look, plain(shown))


def _draw_nothing(
    sheet: Worksheet,
    grid: Grid,
    block: Block,
    figure: Figure | None,
    at: tuple[int, int],
    pen: Pen,
    *,
    total: bool,
) -> None:
    if figure is None:
        sheet.write_blank(*at, None, pen.formats.cell(total=total))
    else:
        words = total_words(grid, block, figure, pen)
        sheet.write_string(*at, words, pen.formats.mark(total=total))
