"""The frame of a form's sheet: titles, two heading rows, column numbers, widths, frozen panes."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from toolkit.programme.model import FieldType, FormKind
from toolkit.report.summary.grid import (
    FIRST_DATA_ROW,
    FIRST_VALUE,
    HEAD_ROW,
    LABEL,
    NUMBER_ROW,
    ROW_COUNT,
    TT,
    Grid,
    ValueColumn,
)
from toolkit.report.summary.pen import (
    BODY_SIZE,
    SMALL_SIZE,
    Pen,
    Words,
    column_numbers,
    height,
    spread,
)
from toolkit.report.voice import Voice

TT_WIDTH = 6.0
COVERAGE_WIDTH, MISSING_WIDTH = 15.0, 26.0
TARGET_WIDTH, VERDICT_WIDTH = 10.0, 14.0
_NOTE_ROW = 3
_LONG_LABEL = 250  # letters, from which a label gets a wider column rather than a higher row


def label_width(grid: Grid) -> float:
    """The width of the column that names the rows."""
    if grid.table.form.kind is FormKind.QUESTIONS:
        return 52.0
    longest = max((len(block.row.label) for block in grid.blocks), default=0)
    return 54.0 if longest > _LONG_LABEL else 40.0


def value_width(column: ValueColumn) -> float:
    """The width of a column of figures."""
    if column.choice:
        return 10.5
    field = column.field
    if field is None:  # the count of rows, or the one column of a form of questions
        return 12.0 if column.code == ROW_COUNT else 34.0
    if field.type is FieldType.TEXT:
        return min(field.width or 28.0, 34.0)
    return max(11.0, min(field.width or 12.0, 18.0))


def draw_titles(
    sheet: Worksheet, pen: Pen, heading: Sequence[str], widths: Sequence[float], note: str = ""
) -> None:
    """Issuers, title, period, and the row with the way back and how to unfold the units.

    ``widths`` are those of all columns of the table; ``note`` stands in place of the latter.
    """
    formats, last = pen.formats, len(widths) - 1
    whole = sum(widths)
    looks = ((formats.issuer, BODY_SIZE), (formats.title, 14), (formats.subtitle, BODY_SIZE))
    heading = (heading[0], pen.titled(sheet, heading[1]), heading[2])
    for row, (words, (look, size)) in enumerate(zip(heading, looks, strict=True)):
        spread(sheet, row, (0, last), words, look)
        sheet.set_row(row, height((words, whole, size, True)) + (4 if row == 1 else 0))
    sheet.merge_range(_NOTE_ROW, TT, _NOTE_ROW, LABEL, "", formats.link)
    up = f"internal:'{pen.say('sheet.overview')}'!A1"
    sheet.write_url(_NOTE_ROW, TT, up, formats.link, pen.say("up"))
    note = note or pen.say("fold")
    spread(sheet, _NOTE_ROW, (FIRST_VALUE, last), note, formats.note)
    sheet.set_row(_NOTE_ROW, height((note, sum(widths[FIRST_VALUE:]), SMALL_SIZE, False)))


def draw_frame(sheet: Worksheet, grid: Grid, pen: Pen, heading: Sequence[str]) -> None:
    """Everything of a form's sheet but its rows."""
    widths = _widths(grid)
    draw_titles(sheet, pen, heading, widths, "" if grid.units else pen.say("no_units"))
    _heads(sheet, grid, pen)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    sheet.freeze_panes(FIRST_DATA_ROW, FIRST_VALUE)
    sheet.outline_settings(True, False, True, False)


def _widths(grid: Grid) -> list[float]:
    widths = [TT_WIDTH, label_width(grid), *(value_width(column) for column in grid.columns)]
    widths += [COVERAGE_WIDTH, MISSING_WIDTH]
    if grid.target is not None:
        widths += [TARGET_WIDTH, VERDICT_WIDTH]
    return widths


def _heads(sheet: Worksheet, grid: Grid, pen: Pen) -> None:
    """Two heading rows and the row of column numbers."""
    head = pen.formats.head
    top, low = HEAD_ROW, HEAD_ROW + 1
    tall: list[Words] = []

    def both(column: int, words: str, width: float) -> None:
        spread(sheet, top, (column, column), words, head, low)
        tall.append((words, width, BODY_SIZE, True))

    both(TT, pen.say("head.tt"), TT_WIDTH)
    both(LABEL, pen.say("head.label"), label_width(grid))
    groups: list[tuple[str, int, int]] = []
    single: list[Words] = []
    for column in grid.columns:
        group, words = heading_of(column, pen)
        if not group:
            both(column.index, words, value_width(column))
            continue
        sheet.write_string(low, column.index, words, head)
        single.append((words, value_width(column), BODY_SIZE, True))
        if groups and groups[-1][0] == group and groups[-1][2] == column.index - 1:
            groups[-1] = (group, groups[-1][1], column.index)
        else:
            groups.append((group, column.index, column.index))
    widths = _widths(grid)
    upper: list[Words] = []
    for group, first, last in groups:
        spread(sheet, top, (first, last), group, head)
        upper.append((group, sum(widths[first : last + 1]), BODY_SIZE, True))
    both(grid.coverage, pen.say("head.coverage"), COVERAGE_WIDTH)
    both(grid.missing, pen.say("head.missing"), MISSING_WIDTH)
    if grid.target is not None and grid.verdict is not None:
        both(grid.target, pen.say("head.target"), TARGET_WIDTH)
        both(grid.verdict, pen.say("head.verdict"), VERDICT_WIDTH)
    first_height = max(17.0, height(*upper))
    sheet.set_row(top, first_height)
    sheet.set_row(low, max(17.0, height(*single), height(*tall) - first_height))
    column_numbers(sheet, NUMBER_ROW, FIRST_VALUE, grid.last_column + 1, pen)


def heading_of(column: ValueColumn, voice: Voice) -> tuple[str, str]:
    """Group heading ("" for none) and heading of a value column."""
    if column.code == ROW_COUNT:
        return "", voice.say("head.row_count")
    if column.field is None:
        return "", voice.say("head.value")
    field = column.field
    if column.choice:
        return field.title, column.choice
    unit = field.unit_of_measure.strip()
    title = f"{field.title} ({unit})" if unit and unit not in field.title else field.title
    return field.group, title
