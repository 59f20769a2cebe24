"""The first page of the summary workbook: coverage, indicators, key figures, contents."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Consolidation, Figure
from toolkit.programme.model import Aggregation, Field, FormKind
from toolkit.report.summary.form_sheet import (
    Pen,
    cell_of,
    coverage_words,
    page_setup,
    plain,
    verdict_words,
)
from toolkit.report.summary.formats import is_mean
from toolkit.report.summary.grid import ROW_COUNT, Block, Grid, consolidated_fields

LAST_COLUMN = 8
_KEY_FIGURES = (
    Aggregation.SUM,
    Aggregation.RECOMPUTE,
    Aggregation.MEAN,
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
    widths = (6, 46, 13, 13, 13, 13, 13, 13, 36)
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)
    row = _title(sheet, consolidation, pen)
    row = _status(sheet, row, consolidation, pen)
    row = _indicators(sheet, row, grids, pen)
    row = _figures(sheet, row, grids, pen)
    row = _contents(sheet, row, contents, pen)
    page_setup(sheet, pen, LAST_COLUMN, (0, 0))
    return row


def _merged(sheet: Worksheet, row: int, words: str, look: object, height: float = 0) -> None:
    sheet.merge_range(row, 0, row, LAST_COLUMN, "", look)
    sheet.write_string(row, 0, words, look)
    if height:
        sheet.set_row(row, height)


def _title(sheet: Worksheet, consolidation: Consolidation, pen: Pen) -> int:
    programme, formats = consolidation.programme, pen.formats
    _merged(sheet, 0, " – ".join(programme.issuers).upper(), formats.issuer, 20)
    _merged(sheet, 1, pen.say("title.overview"), formats.title, 26)
    _merged(sheet, 2, programme.name, pen.formats.get(bold=True, align="center", font_size=12))
    _merged(sheet, 3, consolidation.period.name, formats.subtitle)
    return 5


def _head(sheet: Worksheet, row: int, headings: Sequence[str], pen: Pen) -> int:
    for index, words in enumerate(headings):
        sheet.write_string(row, index, words, pen.formats.head)
    sheet.set_row(row, 32)
    return row + 1


def _status(sheet: Worksheet, row: int, consolidation: Consolidation, pen: Pen) -> int:
    formats = pen.formats
    _merged(sheet, row, pen.say("part.status"), formats.section, 20)
    keys = ("tt", "period", "expected", "received", "on_time", "late", "returned", "rate", "absent")
    row = _head(sheet, row + 1, [pen.say(f"head.{key}") for key in keys], pen)
    for place, status in enumerate(consolidation.status, 1):
        absent = [u.unit.short or u.unit.name for u in status.units if u.received is None]
        number = formats.cell(num_format="#,##0", align="center")
        sheet.write_number(row, 0, place, formats.cell(align="center"))
        sheet.write_string(row, 1, status.period.name, formats.cell())
        for index, count in enumerate(
            (status.expected, status.received, status.on_time, status.late, status.returned), 2
        ):
            sheet.write_number(row, index, count, number)
        rate = status.received / status.expected if status.expected else 0
        percent = formats.cell(num_format="0.0%", align="center")
        sheet.write_formula(row, 7, f"=IF(C{row + 1}=0,0,D{row + 1}/C{row + 1})", percent, rate)
        words = "; ".join(absent) or pen.say("none_absent")
        sheet.write_string(row, 8, words, formats.cell(font_size=10))
        sheet.set_row(row, _lines(words, 38))
        row += 1
    return row + 1


def _lines(words: str, width: int) -> float:
    return 15.5 * max(1, -(-len(words) // width)) + 3


def _indicators(sheet: Worksheet, row: int, grids: Sequence[Grid], pen: Pen) -> int:
    judged = [(g, b) for g in grids for b in g.blocks if b.row.attainment is not None]
    if not judged:
        return row
    formats = pen.formats
    _merged(sheet, row, pen.say("part.indicators"), formats.section, 20)
    row += 1
    for first, last, key in (
        (0, 0, "tt"),
        (1, 1, "indicator"),
        (2, 3, "target"),
        (4, 5, "attained"),
        (6, 7, "verdict"),
        (8, 8, "coverage_missing"),
    ):
        _spread(sheet, row, first, last, pen.say(f"head.{key}"), formats.head)
    sheet.set_row(row, 20)
    row += 1
    for grid, block in judged:
        row = _indicator(sheet, row, grid, block, pen)
    return row + 1


def _spread(sheet: Worksheet, row: int, first: int, last: int, words: str, look: object) -> None:
    if last > first:
        sheet.merge_range(row, first, row, last, "", look)
    sheet.write_string(row, first, words, look)


def _indicator(sheet: Worksheet, row: int, grid: Grid, block: Block, pen: Pen) -> int:
    formats, item, attainment = pen.formats, block.row.item, block.row.attainment
    assert attainment is not None
    sheet.write_string(row, 0, item.number if item else "", formats.cell(align="center"))
    sheet.write_string(row, 1, block.row.label, formats.cell())
    rate = attainment.target_is_rate
    floor = item is None or item.target_is_floor
    shown = "0.##%" if rate and attainment.target * 100 % 1 else "0%" if rate else "#,##0.##"
    target = formats.cell(align="center", num_format=f'"{"≥" if floor else "≤"} "{shown}')
    sheet.merge_range(row, 2, row, 3, "", target)
    sheet.write_number(row, 2, float(attainment.target), target)
    actual = formats.cell(align="center", bold=True, num_format="0.0%" if rate else "#,##0")
    sheet.merge_range(row, 4, row, 5, "", actual)
    field = _attained(grid, block, attainment.actual)
    if attainment.actual is None:
        sheet.write_string(row, 4, pen.say("state.missing"), formats.mark())
    elif field is not None:
        source = cell_of(grid, block, field.code)
        sheet.write_formula(row, 4, f"={source}", actual, plain(attainment.actual))
    else:
        sheet.write_number(row, 4, float(attainment.actual), actual)
    words = verdict_words(attainment.reached, pen)
    if attainment.provisional and attainment.reached is not None:
        words += f" {pen.say('provisional')}"
    _spread(sheet, row, 6, 7, words, formats.verdict(attainment.reached))
    note = _coverage_note(grid, block, field.code if field else "", pen)
    sheet.write_string(row, 8, note, formats.cell(font_size=10))
    sheet.set_row(row, max(_lines(block.row.label, 46), _lines(note, 38)))
    return row + 1


def _attained(grid: Grid, block: Block, actual: Decimal | None) -> Field | None:
    """The field that the verdict rests on: the one whose figure is the actual."""
    for field in consolidated_fields(grid.table.form):
        figure = block.row.totals.get(field.code)
        if field.role is not None and figure is not None and figure.value == actual:
            return field
    return None


def _coverage_note(grid: Grid, block: Block, code: str, pen: Pen) -> str:
    """The coverage of one figure (of the row where ``code`` is ""), and who is missing."""
    coverage, missing = coverage_words(grid, block, pen, code)
    coverage, missing = coverage.replace("\n", " "), missing.replace("\n", "; ")
    return f"{coverage}: {missing}" if missing else coverage


def _figures(sheet: Worksheet, row: int, grids: Sequence[Grid], pen: Pen) -> int:
    rows = [found for grid in grids for found in _key_figures(grid, pen)]
    if not rows:
        return row
    formats = pen.formats
    _merged(sheet, row, pen.say("part.figures"), formats.section, 20)
    row += 1
    for first, last, key in (
        (0, 0, "tt"),
        (1, 3, "label"),
        (4, 5, "value"),
        (6, 6, "measure"),
        (7, 8, "coverage_missing"),
    ):
        _spread(sheet, row, first, last, pen.say(f"head.{key}"), formats.head)
    row += 1
    for place, (grid, block, field, figure, label) in enumerate(rows, 1):
        sheet.write_number(row, 0, place, formats.cell(align="center"))
        _spread(sheet, row, 1, 3, label, formats.cell())
        look = (
            formats.figure(field, figure.state, figure.value, mean=is_mean(field, over_units=True))
            if field
            else formats.cell(num_format="#,##0", align="right")
        )
        sheet.merge_range(row, 4, row, 5, "", look)
        code = field.code if field else ROW_COUNT
        if figure.value is None:
            sheet.write_string(row, 4, pen.state_words(figure), formats.mark())
        else:
            source = cell_of(grid, block, code)
            sheet.write_formula(row, 4, f"={source}", look, plain(figure.value))
        unit = field.unit_of_measure if field else pen.say("rows_unit")
        sheet.write_string(row, 6, unit, formats.cell(align="center"))
        note = _coverage_note(grid, block, code, pen)
        _spread(sheet, row, 7, 8, note, formats.cell(font_size=10))
        sheet.set_row(row, max(_lines(label, 70), _lines(note, 52)))
        row += 1
    return row + 1


def _key_figures(grid: Grid, pen: Pen) -> list[tuple[Grid, Block, Field | None, Figure, str]]:
    """The numbers of the open forms and of the questions; those of fixed rows have a sheet."""
    form = grid.table.form
    if form.kind is FormKind.FIXED:
        return []
    found: list[tuple[Grid, Block, Field | None, Figure, str]] = []
    for block in grid.blocks:
        rows = block.row.totals.get(ROW_COUNT)
        if rows is not None:
            found.append((grid, block, None, rows, f"{form.name}: {pen.say('head.row_count')}"))
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
    _merged(sheet, row, pen.say("part.contents"), formats.section, 20)
    for place, name in enumerate(contents, 1):
        quoted = name.replace("'", "''")
        sheet.write_number(row + place, 0, place, formats.get(align="center"))
        sheet.write_url(row + place, 1, f"internal:'{quoted}'!A1", formats.link, name)
    return row + len(contents) + 2
