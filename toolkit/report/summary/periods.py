"""The sheet of the single periods: the same rows as the form's sheet, each figure per period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Figure, UnitLine
from toolkit.intake.model import State
from toolkit.programme.language.walk import references
from toolkit.programme.model import Field
from toolkit.report.summary.frame import TT_WIDTH, draw_titles, heading_of, value_width
from toolkit.report.summary.grid import (
    FIRST_DATA_ROW,
    FIRST_VALUE,
    HEAD_ROW,
    LABEL,
    NUMBER_ROW,
    ROW_COUNT,
    TT,
    Block,
    Grid,
    ValueColumn,
    field_of,
)
from toolkit.report.summary.pen import (
    BODY_SIZE,
    SMALL_SIZE,
    Links,
    Pen,
    column_numbers,
    gathered,
    height,
    page_setup,
    spread,
    unit_height,
    write_value,
)
from toolkit.report.summary.totals import total_label, total_number
from toolkit.report.summary.units import fold, unit_texts

_LABEL_WIDTH = 36.0


def draw_periods(sheet: Worksheet, grid: Grid, pen: Pen, heading: Sequence[str]) -> None:
    """The whole sheet; only for a form of several periods."""
    periods = grid.table.periods
    columns = [c for c in grid.columns if not c.choice]
    widths = [TT_WIDTH, _LABEL_WIDTH]
    for column in columns:
        widths += [value_width(column)] * len(periods)
    last = len(widths) - 1
    draw_titles(sheet, pen, heading, widths)
    _heads(sheet, grid, pen, columns, widths)
    links = Links(sheet)
    for block in grid.blocks:
        _draw_head(sheet, grid, block, last, pen)
        for row, line in zip(range(block.first, block.last + 1), block.lines, strict=True):
            sheet.write_blank(row, TT, None, pen.formats.cell())
            sheet.write_string(row, LABEL, line.unit.name, pen.formats.cell(indent=1))
            for column in columns:
                _draw_unit(sheet, grid, block, row, column, line, pen, links)
            single = [UnitLine(line.unit, figures, {}) for figures in line.by_period.values()]
            texts = [words for one in single for words in unit_texts(grid, block, one)]
            sheet.set_row(row, unit_height(texts), None, fold(block))
    page_setup(sheet, pen, last, (HEAD_ROW, NUMBER_ROW))


def _heads(
    sheet: Worksheet,
    grid: Grid,
    pen: Pen,
    columns: Sequence[ValueColumn],
    widths: Sequence[float],
) -> None:
    head, periods = pen.formats.head, grid.table.periods
    for index, words in ((TT, "head.tt"), (LABEL, "head.label")):
        spread(sheet, HEAD_ROW, (index, index), pen.say(words), head, HEAD_ROW + 1)
    needed = 17.0
    for column in columns:
        first = grid.period_column(column, 0)
        _, words = heading_of(column, pen)
        spread(sheet, HEAD_ROW, (first, first + len(periods) - 1), words, head)
        wide = value_width(column) * len(periods)
        needed = max(needed, height((words, wide, BODY_SIZE, True)))
        for place, period in enumerate(periods):
            sheet.write_string(HEAD_ROW + 1, first + place, period.name, head)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.set_row(HEAD_ROW, needed)
    names = [(p.name, min(widths[FIRST_VALUE:], default=11.0), BODY_SIZE, True) for p in periods]
    sheet.set_row(HEAD_ROW + 1, max(17.0, height(*names)))
    column_numbers(sheet, NUMBER_ROW, FIRST_VALUE, len(widths), pen)
    sheet.freeze_panes(FIRST_DATA_ROW, FIRST_VALUE)
    sheet.outline_settings(True, False, True, False)


def _draw_head(sheet: Worksheet, grid: Grid, block: Block, last: int, pen: Pen) -> None:
    """The row that names a block; its total stands on the form's own sheet."""
    cell = pen.formats.cell
    for index in range(last + 1):
        sheet.write_blank(block.total, index, None, cell(total=True))
    label = total_label(grid, block, pen)
    number = total_number(grid, block)
    sheet.write_string(block.total, TT, number, cell(total=True, align="center"))
    sheet.write_string(block.total, LABEL, label, cell(total=True))
    high = height((label, _LABEL_WIDTH, BODY_SIZE, True))
    sheet.set_row(block.total, high, None, {"collapsed": block.folded})


def _draw_unit(
    sheet: Worksheet,
    grid: Grid,
    block: Block,
    row: int,
    column: ValueColumn,
    line: UnitLine,
    pen: Pen,
    links: Links,
) -> None:
    field = field_of(column, block.row, grid.table.form)
    code = field.code if field else ROW_COUNT
    formats = pen.formats
    for index, period in enumerate(grid.table.periods, grid.period_column(column, 0)):
        figures: Mapping[str, Figure] = line.by_period.get(period.code, {})
        figure = figures.get(code)
        if figure is None:
            sheet.write_string(row, index, pen.say("state.not_owed"), formats.mark())
        elif figure.texts:
            small = formats.cell(font_size=SMALL_SIZE)
            sheet.write_string(row, index, gathered(figure), small)
        elif figure.value is None:
            words = pen.state_words(figure, came=pen.came([line.unit], [period]))
            if _undivided(field, figures):
                words = pen.say("state.not_applicable")
            sheet.write_string(row, index, words, formats.mark())
        else:
            look = (
                formats.figure(field, figure.state, figure.value)
                if field is not None
                else formats.cell(num_format="#,##0", align="right")
            )
            links.add(row, index, figure.parts, look)
            write_value(sheet, row, index, figure.value, look)


def _undivided(field: Field | None, figures: Mapping[str, Figure]) -> bool:
    """Whether all a formula needs is there and yet gives nothing: a rate of a plan of 0.

    The template leaves such a cell blank; the form's own sheet says "not applicable".
    """
    if field is None or field.formula is None or figures[field.code].state is not State.MISSING:
        return False
    inputs = [figures.get(code) for code in references(field.formula)]
    return bool(inputs) and all(one is not None and one.state.counts for one in inputs)
