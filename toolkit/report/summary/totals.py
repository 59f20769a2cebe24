"""The total row of each row of a form: figures, coverage, attainment."""

from __future__ import annotations

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Figure
from toolkit.intake.model import State
from toolkit.programme.model import Aggregation, Field, FormKind
from toolkit.report.summary.coverage import coverage_words, succeeded_words
from toolkit.report.summary.formats import is_count, is_mean, target_format
from toolkit.report.summary.formulas import total_formula
from toolkit.report.summary.frame import (
    COVERAGE_WIDTH,
    MISSING_WIDTH,
    VERDICT_WIDTH,
    label_width,
)
from toolkit.report.summary.grid import LABEL, TT, Block, Grid, ValueColumn, field_of
from toolkit.report.summary.pen import (
    BODY_SIZE,
    SMALL_SIZE,
    Pen,
    height,
    plain,
    write_value,
)
from toolkit.report.voice import Voice

_LEAST_HEIGHT = 20.0


def draw_total(sheet: Worksheet, grid: Grid, block: Block, pen: Pen) -> None:
    """The total row of a block."""
    cell = pen.formats.cell
    label = total_label(grid, block, pen)
    number = total_number(grid, block)
    sheet.write_string(block.total, TT, number, cell(total=True, align="center"))
    sheet.write_string(block.total, LABEL, label, cell(total=True))
    for column in grid.columns:
        _draw_figure(sheet, grid, block, column, pen)
    coverage, missing = coverage_words(grid, block, pen)
    tint = {"bg_color": pen.formats.warning} if missing else {}
    missing = "\n".join(filter(None, (missing, succeeded_words(grid, block, pen))))
    look = cell(total=True, align="center", font_size=SMALL_SIZE, **tint)
    sheet.write_string(block.total, grid.coverage, coverage, look)
    plain_look = cell(total=True, bold=False, font_size=SMALL_SIZE)
    sheet.write_string(block.total, grid.missing, missing, plain_look)
    verdict = _draw_attainment(sheet, grid, block, pen)
    needed = height(
        (label, label_width(grid), BODY_SIZE, True),
        (coverage, COVERAGE_WIDTH, SMALL_SIZE, True),
        (missing, MISSING_WIDTH, SMALL_SIZE, False),
        (verdict, VERDICT_WIDTH, BODY_SIZE, True),
    )
    sheet.set_row(block.total, max(_LEAST_HEIGHT, needed), None, {"collapsed": block.folded})


def total_label(grid: Grid, block: Block, voice: Voice) -> str:
    """What a row of the form is called, with the unit of measure of a question."""
    form = grid.table.form
    label = block.row.label or voice.say("all_rows")
    unit = form.field(block.row.key).unit_of_measure if form.kind is FormKind.QUESTIONS else ""
    return f"{label} ({unit})" if unit else label


def total_number(grid: Grid, block: Block) -> str:
    """The number of a row as printed: the item's own, the place of a question."""
    if grid.table.form.kind is FormKind.QUESTIONS:
        return str(grid.blocks.index(block) + 1)
    return block.row.item.number if block.row.item else ""


def _draw_figure(sheet: Worksheet, grid: Grid, block: Block, column: ValueColumn, pen: Pen) -> None:
    field = field_of(column, block.row, grid.table.form)
    figure = block.row.totals.get(field.code if field else column.code)
    formats, row, index = pen.formats, block.total, column.index
    if figure is None:
        sheet.write_blank(row, index, None, formats.cell(total=True))
    elif field is not None and field.over_units is Aggregation.LIST:
        _draw_opinions(sheet, row, index, figure, pen)
    elif figure.value is None:
        sheet.write_string(
            row, index, total_words(grid, block, figure, pen), formats.mark(total=True)
        )
    else:
        shown = figure.shares.get(column.choice, 0) if column.choice else figure.value
        look = total_look(field, column, figure, pen)
        formula = total_formula(grid, block, column, field, figure)
        if formula is None:
            write_value(sheet, row, index, shown, look)
        else:
            sheet.write_formula(row, index, formula, look, plain(shown))


def total_words(grid: Grid, block: Block, figure: Figure, voice: Voice) -> str:
    """The words for a total in which nothing counts."""
    came = voice.came([line.unit for line in block.row.lines], grid.table.periods)
    return voice.state_words(figure, came=came)


def total_look(
    field: Field | None, column: ValueColumn, figure: Figure, pen: Pen, *, total: bool = True
) -> Format:
    """The look of a figure over units."""
    if field is None or column.choice or is_count(field, over_units=True):
        return pen.formats.cell(total=total, num_format="#,##0", align="right")
    mean = is_mean(field, over_units=True)
    return pen.formats.figure(field, figure.state, figure.value, total=total, mean=mean)


def opinions(figure: Figure) -> int:
    """How many texts there are; "không có" is an answer, but no opinion."""
    return sum(part.state is State.VALUE for part in figure.parts)


def _draw_opinions(sheet: Worksheet, row: int, index: int, figure: Figure, pen: Pen) -> None:
    words = pen.say("opinions").replace('"', "”")
    look = pen.formats.cell(total=True, num_format=f'0" {words}"', align="center", italic=True)
    sheet.write_number(row, index, opinions(figure), look)


def _draw_attainment(sheet: Worksheet, grid: Grid, block: Block, pen: Pen) -> str:
    """Target and verdict; the words of the verdict ("" for none)."""
    if grid.target is None or grid.verdict is None:
        return ""
    attainment, formats = block.row.attainment, pen.formats
    if attainment is None:
        for column in (grid.target, grid.verdict):
            sheet.write_blank(block.total, column, None, formats.cell(total=True))
        return ""
    look = formats.cell(
        total=True, align="center", num_format=target_format(attainment, block.row.item)
    )
    sheet.write_number(block.total, grid.target, float(attainment.target), look)
    words = verdict_words(attainment.reached, pen)
    if attainment.provisional and attainment.reached is not None:
        words += f"\n{pen.say('provisional')}"
    sheet.write_string(block.total, grid.verdict, words, formats.verdict(attainment.reached))
    return words


def verdict_words(reached: bool | None, voice: Voice) -> str:
    """Reached, not reached, or nothing to compare."""
    return voice.say({True: "reached", False: "not_reached", None: "no_verdict"}[reached])
