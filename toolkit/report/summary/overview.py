"""The first page of the summary workbook: coverage, indicators, key figures, contents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Consolidation, Figure, PeriodStatus
from toolkit.programme.model import Aggregation, Field, FormKind, Role
from toolkit.report.summary.coverage import coverage_words
from toolkit.report.summary.formats import is_mean, target_format
from toolkit.report.summary.formulas import reference
from toolkit.report.summary.grid import ROW_COUNT, Block, Grid, consolidated_fields
from toolkit.report.summary.pen import (
    BODY_SIZE,
    SMALL_SIZE,
    Pen,
    height,
    page_setup,
    plain,
    spread,
)
from toolkit.report.summary.totals import total_words, verdict_words
from toolkit.report.voice import Voice

_WIDTHS = (6.0, 46.0, 13.0, 13.0, 13.0, 13.0, 13.0, 13.0, 36.0)
LAST_COLUMN = len(_WIDTHS) - 1
_LEAST = 18.0
_NUMERALS = ("I", "II", "III")
_KEY_FIGURES = (
    Aggregation.SUM,
    Aggregation.RECOMPUTE,
    Aggregation.MEAN,
    Aggregation.WEIGHTED_MEAN,
    Aggregation.MAX,
    Aggregation.MIN,
)


def draw_overview(
    sheet: Worksheet,
    consolidation: Consolidation,
    grids: Sequence[Grid],
    contents: Sequence[str],
    pen: Pen,
) -> int:
    """Draw the page down to the place of the charts; returns that row (from 0)."""
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    numerals = iter(_NUMERALS)
    row = _title(sheet, consolidation, pen)
    row = _status(sheet, row, consolidation.status, numerals, pen)
    row = _indicators(sheet, row, grids, numerals, pen)
    row = _figures(sheet, row, grids, numerals, pen)
    page_setup(sheet, pen, LAST_COLUMN, None)
    # The contents are links and the charts have a sheet of their own: both for the screen.
    sheet.print_area(0, 0, row - 2, LAST_COLUMN)
    return _contents(sheet, row, contents, pen)


def _title(sheet: Worksheet, consolidation: Consolidation, pen: Pen) -> int:
    programme, formats = consolidation.programme, pen.formats
    for row, (words, look, high) in enumerate(
        (
            (" – ".join(programme.issuers).upper(), formats.issuer, 20.0),
            (pen.say("title.overview"), formats.title, 26.0),
            (programme.name, formats.get(bold=True, align="center", font_size=12), _LEAST),
            (consolidation.period.name, formats.subtitle, _LEAST),
        )
    ):
        spread(sheet, row, (0, LAST_COLUMN), words, look)
        sheet.set_row(row, max(high, height((words, sum(_WIDTHS), BODY_SIZE, True))))
    return 5


def _section(sheet: Worksheet, row: int, key: str, numerals: Iterator[str], pen: Pen) -> int:
    words = pen.say(f"part.{key}", number=next(numerals))
    spread(sheet, row, (0, LAST_COLUMN), words, pen.formats.section)
    sheet.set_row(row, 20)
    return row + 1


def _head(sheet: Worksheet, row: int, cells: Sequence[tuple[int, int, str]], pen: Pen) -> int:
    """A heading row of (first column, last column, key of the heading)."""
    texts = []
    for first, last, key in cells:
        words = pen.say(f"head.{key}")
        spread(sheet, row, (first, last), words, pen.formats.head)
        texts.append((words, sum(_WIDTHS[first : last + 1]), float(BODY_SIZE), True))
    sheet.set_row(row, max(20.0, height(*texts)))
    return row + 1


# --- returns ------------------------------------------------------------------------------


def _status(
    sheet: Worksheet,
    row: int,
    statuses: Sequence[PeriodStatus],
    numerals: Iterator[str],
    pen: Pen,
) -> int:
    row = _section(sheet, row, "status", numerals, pen)
    keys = ("tt", "period", "expected", "received", "on_time", "late", "returned", "rate", "absent")
    row = _head(sheet, row, [(index, index, key) for index, key in enumerate(keys)], pen)
    for place, status in enumerate(statuses, 1):
        _status_row(sheet, row, place, status, pen)
        row += 1
    return row + 1


def _status_row(sheet: Worksheet, row: int, place: int, status: PeriodStatus, pen: Pen) -> None:
    formats = pen.formats
    sheet.write_number(row, 0, place, formats.cell(align="center"))
    sheet.write_string(row, 1, status.period.name, formats.cell())
    counts = (status.expected, status.received, status.on_time, status.late, status.returned)
    for index, count in enumerate(counts, 2):
        sheet.write_number(row, index, count, formats.cell(num_format="#,##0", align="center"))
    rate = status.received / status.expected if status.expected else 0
    percent = formats.cell(num_format="0.0%", align="center")
    sheet.write_formula(row, 7, f"=IF(C{row + 1}=0,0,D{row + 1}/C{row + 1})", percent, rate)
    absent = [u.unit.short or u.unit.name for u in status.units if u.received is None]
    words = "; ".join(absent) or pen.say("none_absent")
    sheet.write_string(row, 8, words, formats.cell(font_size=SMALL_SIZE))
    sheet.set_row(row, max(_LEAST, height((words, _WIDTHS[8], SMALL_SIZE, False))))


# --- indicators ---------------------------------------------------------------------------


def _indicators(
    sheet: Worksheet, row: int, grids: Sequence[Grid], numerals: Iterator[str], pen: Pen
) -> int:
    judged = [(g, b) for g in grids for b in g.blocks if b.row.attainment is not None]
    if not judged:
        return row
    row = _section(sheet, row, "indicators", numerals, pen)
    cells = (
        (0, 0, "tt"),
        (1, 1, "indicator"),
        (2, 3, "target"),
        (4, 5, "attained"),
        (6, 7, "verdict"),
        (8, 8, "coverage_missing"),
    )
    row = _head(sheet, row, cells, pen)
    for grid, block in judged:
        _indicator(sheet, row, grid, block, pen)
        row += 1
    return row + 1


def _indicator(sheet: Worksheet, row: int, grid: Grid, block: Block, pen: Pen) -> None:
    formats, item, attainment = pen.formats, block.row.item, block.row.attainment
    assert attainment is not None
    sheet.write_string(row, 0, item.number if item else "", formats.cell(align="center"))
    sheet.write_string(row, 1, block.row.label, formats.cell())
    target = formats.cell(align="center", num_format=target_format(attainment, item))
    sheet.merge_range(row, 2, row, 3, "", target)
    sheet.write_number(row, 2, float(attainment.target), target)
    field = measured(grid, rate=attainment.target_is_rate)
    _actual(sheet, row, grid, block, field, attainment.actual, pen)
    words = verdict_words(attainment.reached, pen)
    if attainment.provisional and attainment.reached is not None:
        words += f" {pen.say('provisional')}"
    spread(sheet, row, (6, 7), words, formats.verdict(attainment.reached))
    note = coverage_note(grid, block, field.code, pen)
    sheet.write_string(row, 8, note, formats.cell(font_size=SMALL_SIZE))
    needed = height(
        (block.row.label, _WIDTHS[1], BODY_SIZE, False), (note, _WIDTHS[8], SMALL_SIZE, False)
    )
    sheet.set_row(row, max(_LEAST, needed))


def _actual(
    sheet: Worksheet,
    row: int,
    grid: Grid,
    block: Block,
    field: Field,
    actual: Decimal | None,
    pen: Pen,
) -> None:
    figure = block.row.totals[field.code]
    if actual is None:
        spread(sheet, row, (4, 5), total_words(grid, block, figure, pen), pen.formats.mark())
        return
    look = pen.formats.figure(
        field, figure.state, actual, mean=is_mean(field, over_units=True), bold=True, align="center"
    )
    sheet.merge_range(row, 4, row, 5, "", look)
    sheet.write_formula(
        row, 4, f"={reference(grid, block, grid.column(field.code))}", look, plain(actual)
    )


def measured(grid: Grid, *, rate: bool) -> Field:
    """The field that is held against the target: as the consolidation chooses it."""
    role = Role.RATE if rate else Role.ACTUAL
    return next(field for field in grid.table.form.fields if field.role is role)


def coverage_note(grid: Grid, block: Block, code: str, voice: Voice) -> str:
    """The coverage of one figure, and who is missing."""
    coverage, missing = coverage_words(grid, block, voice, code)
    coverage, missing = coverage.replace("\n", " "), missing.replace("\n", "; ")
    return f"{coverage}: {missing}" if missing else coverage


# --- key figures --------------------------------------------------------------------------


def _figures(
    sheet: Worksheet, row: int, grids: Sequence[Grid], numerals: Iterator[str], pen: Pen
) -> int:
    found = [one for grid in grids for one in key_figures(grid, pen)]
    if not found:
        return row
    row = _section(sheet, row, "figures", numerals, pen)
    cells = (
        (0, 0, "tt"),
        (1, 3, "label"),
        (4, 5, "value"),
        (6, 6, "measure"),
        (7, 8, "coverage_missing"),
    )
    row = _head(sheet, row, cells, pen)
    for place, (grid, block, field, figure, label) in enumerate(found, 1):
        sheet.write_number(row, 0, place, pen.formats.cell(align="center"))
        spread(sheet, row, (1, 3), label, pen.formats.cell())
        code = field.code if field else ROW_COUNT
        if figure.value is None:
            spread(sheet, row, (4, 5), total_words(grid, block, figure, pen), pen.formats.mark())
        else:
            look = _figure_look(field, figure, pen)
            sheet.merge_range(row, 4, row, 5, "", look)
            source = reference(grid, block, grid.column(code))
            sheet.write_formula(row, 4, f"={source}", look, plain(figure.value))
        unit = field.unit_of_measure if field else pen.say("rows_unit")
        sheet.write_string(row, 6, unit, pen.formats.cell(align="center"))
        note = coverage_note(grid, block, code, pen)
        spread(sheet, row, (7, 8), note, pen.formats.cell(font_size=SMALL_SIZE))
        needed = height(
            (label, sum(_WIDTHS[1:4]), BODY_SIZE, False),
            (note, sum(_WIDTHS[7:9]), SMALL_SIZE, False),
            (unit, _WIDTHS[6], BODY_SIZE, False),
        )
        sheet.set_row(row, max(_LEAST, needed))
        row += 1
    return row + 1


def _figure_look(field: Field | None, figure: Figure, pen: Pen) -> Format:
    if field is None:
        return pen.formats.cell(num_format="#,##0", align="right")
    mean = is_mean(field, over_units=True)
    return pen.formats.figure(field, figure.state, figure.value, mean=mean)


def key_figures(grid: Grid, voice: Voice) -> list[tuple[Grid, Block, Field | None, Figure, str]]:
    """The numbers of the open forms and of the questions; those of fixed rows have a sheet."""
    form = grid.table.form
    if form.kind is FormKind.FIXED:
        return []
    found: list[tuple[Grid, Block, Field | None, Figure, str]] = []
    for block in grid.blocks:
        rows = block.row.totals.get(ROW_COUNT)
        if rows is not None:
            found.append((grid, block, None, rows, f"{form.name}: {voice.say('head.row_count')}"))
        for field in consolidated_fields(form):
            figure = block.row.totals.get(field.code)
            if figure is None or not field.is_numeric or field.over_units not in _KEY_FIGURES:
                continue
            label = (
                field.title if form.kind is FormKind.QUESTIONS else f"{form.name}: {field.title}"
            )
            found.append((grid, block, field, figure, label))
    return found


def _contents(sheet: Worksheet, row: int, contents: Sequence[str], pen: Pen) -> int:
    formats = pen.formats
    spread(sheet, row, (0, LAST_COLUMN), pen.say("part.contents"), formats.section)
    sheet.set_row(row, 20)
    for place, name in enumerate(contents, 1):
        quoted = name.replace("'", "''")
        sheet.write_number(row + place, 0, place, formats.get(align="center"))
        sheet.write_url(row + place, 1, f"internal:'{quoted}'!A1", formats.link, name)
    return row + len(contents) + 2
