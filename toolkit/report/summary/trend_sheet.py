"""The sheet Diễn biến: each total period by period, with a small chart beside it.

A period's total is a formula over the units' cells on the sheet of the single periods, where
one gives it. A cell without a figure is left empty, and grey: as a word, Excel would draw it
as 0. The small charts are sparklines of columns that stand on 0: LibreOffice prints
no lines of them. Programs that do not know them leave the cell empty.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Figure
from toolkit.consolidate.trend import Trend
from toolkit.programme.model import Aggregation, Field, FormKind, Period
from toolkit.report.summary.block import draw_titles
from toolkit.report.summary.formats import is_count, is_mean
from toolkit.report.summary.formulas import gives, in_areas, quoted
from toolkit.report.summary.grid import ROW_COUNT, Block, Grid
from toolkit.report.summary.pen import (
    BODY_SIZE,
    SMALL_SIZE,
    Pen,
    column_numbers,
    height,
    page_setup,
    plain,
    spread,
)
from toolkit.report.summary.titles import titles_of
from toolkit.report.summary.totals import total_number

_TT, _LABEL, _FIELD, _UNIT, _FIRST = range(5)
_WIDTHS = (6.0, 44.0, 26.0, 11.0)
_PERIOD_WIDTH, _LINE_WIDTH = 13.0, 18.0
_HEAD_ROW = 4
_LEAST = 20.0
_LABEL_LENGTH = 150
_EMPTY, _COLOUR = "#D9D9D9", "#7F9DD1"
_HEADROOM = Decimal("1.3")

Key = tuple[str, str, str]  # form, row and field by code


@dataclass(frozen=True, slots=True)
class Line:
    """Where the figures of a trend stand, and whether two of them are there to be joined."""

    area: str
    drawable: bool
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(0)


def place_trends(trends: Sequence[Trend], sheet: str) -> Mapping[Key, Line]:
    """The area of each trend on the sheet of that name."""
    found = {}
    for row, trend, _ in _rows(trends):
        if trend is not None:
            area = xl_range_abs(row, _FIRST, row, _FIRST + len(trend.periods) - 1)
            values = [f.value for f in trend.figures if isinstance(f.value, Decimal)]
            span = (min(values, default=Decimal(0)), max(values, default=Decimal(0)))
            found[trend.key] = Line(f"{quoted(sheet)}!{area}", len(values) > 1, *span)
    return found


def _rows(trends: Sequence[Trend]) -> list[tuple[int, Trend | None, str]]:
    """(row, trend) of the sheet; without a trend the row of a form's name."""
    found: list[tuple[int, Trend | None, str]] = []
    row = _HEAD_ROW + 2
    for name, group in groupby(trends, key=lambda trend: trend.form.name):
        found.append((row, None, name))
        row += 2  # the name, and the names of the form's own periods
        for trend in group:
            found.append((row, trend, name))
            row += 1
    return found


def draw_trends(
    sheet: Worksheet,
    trends: Sequence[Trend],
    grids: Sequence[Grid],
    frame: Sequence[str],
    pen: Pen,
) -> None:
    """Draw the whole sheet."""
    plans = {grid.table.form.code: grid for grid in grids}
    most = max(len(trend.periods) for trend in trends)
    widths = (*_WIDTHS, *[_PERIOD_WIDTH] * most, _LINE_WIDTH)
    last = len(widths) - 1
    titles = titles_of(frame, pen.say("trend.title"))
    draw_titles(sheet, pen, titles, widths, pen.say("trend.note"))
    _heads(sheet, last, widths, pen)
    lines = place_trends(trends, sheet.get_name())
    by_row = {row: trend for row, trend, _ in _rows(trends) if trend is not None}
    for row, trend, name in _rows(trends):
        if trend is None:
            _form(sheet, row, by_row[row + 2].periods, name, widths, pen)
            continue
        grid = plans[trend.form.code]
        block = grid.block(trend.row) if trend.row in {b.row.key for b in grid.blocks} else None
        _draw(sheet, row, trend, grid, block, pen)
        for index in range(_FIRST + len(trend.periods), last):
            sheet.write_blank(row, index, None, pen.formats.cell())
        sheet.write_blank(row, last, None, pen.formats.cell())
        add_line(sheet, row, last, lines[trend.key])
    sheet.freeze_panes(_HEAD_ROW + 2, _FIELD)
    page_setup(sheet, pen, last, (_HEAD_ROW, _HEAD_ROW + 1))


def add_line(sheet: Worksheet, row: int, column: int, line: Line) -> None:
    """The small chart of a trend in a cell; none where there is nothing to join."""
    if line.drawable:
        options: dict[str, Any] = {"range": line.area, "type": "column", "series_color": _COLOUR}
        if line.least >= 0 < line.most:  # on 0, and clear of the row above
            options |= {"min": 0, "max": float(line.most * _HEADROOM)}
        sheet.add_sparkline(row, column, options)


def _heads(sheet: Worksheet, last: int, widths: Sequence[float], pen: Pen) -> None:
    head = pen.formats.head
    for index, key in enumerate(("head.tt", "head.label", "compare.field", "head.measure")):
        sheet.write_string(_HEAD_ROW, index, pen.say(key), head)
    spread(sheet, _HEAD_ROW, (_FIRST, last - 1), pen.say("trend.periods"), head)
    sheet.write_string(_HEAD_ROW, last, pen.say("trend.line"), head)
    sheet.set_row(_HEAD_ROW, 20)
    column_numbers(sheet, _HEAD_ROW + 1, _FIRST, len(widths), pen)


def _form(
    sheet: Worksheet,
    row: int,
    periods: Sequence[Period],
    name: str,
    widths: Sequence[float],
    pen: Pen,
) -> None:
    last = len(widths) - 1
    spread(sheet, row, (0, last), name, pen.formats.section)
    sheet.set_row(row, 22)
    for index in range(last + 1):
        sheet.write_blank(row + 1, index, None, pen.formats.head)
    for index, period in enumerate(periods, _FIRST):
        sheet.write_string(row + 1, index, period.name, pen.formats.head)
    texts = [(period.name, _PERIOD_WIDTH, float(BODY_SIZE), True) for period in periods]
    sheet.set_row(row + 1, max(_LEAST, height(*texts)))


def _draw(
    sheet: Worksheet, row: int, trend: Trend, grid: Grid, block: Block | None, pen: Pen
) -> None:
    cell = pen.formats.cell
    questions = trend.form.kind is FormKind.QUESTIONS
    # whole on the form's sheet
    label = textwrap.shorten(trend.label or pen.say("all_rows"), _LABEL_LENGTH, placeholder=" …")
    title = trend.field.title if trend.field else pen.say("head.row_count")
    title = pen.say("head.value") if questions else title
    unit = trend.field.unit_of_measure if trend.field else pen.say("rows_unit")
    number = total_number(grid, block) if block else ""
    sheet.write_string(row, _TT, number, cell(align="center"))
    sheet.write_string(row, _LABEL, label, cell())
    sheet.write_string(row, _FIELD, title, cell(font_size=SMALL_SIZE))
    sheet.write_string(row, _UNIT, unit, cell(align="center", font_size=SMALL_SIZE))
    for place, figure in enumerate(trend.figures):
        _figure(sheet, row, place, trend.field, figure, grid, block, pen)
    needed = height(
        (label, _WIDTHS[_LABEL], BODY_SIZE, False), (title, _WIDTHS[_FIELD], SMALL_SIZE, False)
    )
    sheet.set_row(row, max(_LEAST, needed))


def _figure(
    sheet: Worksheet,
    row: int,
    place: int,
    field: Field | None,
    figure: Figure,
    grid: Grid,
    block: Block | None,
    pen: Pen,
) -> None:
    at = (row, _FIRST + place)
    if figure.value is None:
        sheet.write_blank(*at, None, pen.formats.cell(bg_color=_EMPTY))
        return
    look = trend_look(field, figure, pen)
    formula = _formula(grid, block, field, figure, place) if block else None
    if formula is None:
        sheet.write_number(*at, float(str(plain(figure.value))), look)
    else:
        sheet.write_formula(*at, formula, look, plain(figure.value))


def trend_look(field: Field | None, figure: Figure, pen: Pen) -> Format:
    """A period's total; amber where units are lacking in it."""
    whole = figure.coverage is None or figure.coverage.complete
    tint: dict[str, Any] = {} if whole else {"bg_color": pen.formats.warning}
    if field is None or is_count(field, over_units=True):
        return pen.formats.cell(num_format="#,##0", align="right", **tint)
    mean = is_mean(field, over_units=True)
    return pen.formats.figure(field, figure.state, figure.value, mean=mean, **tint)


def _formula(
    grid: Grid, block: Block, field: Field | None, figure: Figure, place: int
) -> str | None:
    """The total over the units' cells on the sheet of the single periods, where that is it."""
    how = field.over_units if field else Aggregation.SUM
    functions = {Aggregation.SUM: "SUM", Aggregation.MAX: "MAX", Aggregation.MIN: "MIN"}
    if how not in functions or not grid.units:
        return None
    code = field.code if field else ROW_COUNT
    period = grid.table.periods[place].code
    cells = [
        line.by_period[period][code].value
        for line in block.row.lines
        if code in line.by_period.get(period, {})
    ]
    if not gives(how, cells, figure.value):
        return None
    column = grid.period_column(grid.column(code), place)
    rows = range(block.first, block.last + 1)
    prefix = f"{quoted(grid.period_sheet)}!"
    return f"={functions[how]}({','.join(in_areas(rows, column, prefix))})"
