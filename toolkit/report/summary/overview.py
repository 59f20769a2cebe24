"""The first page of the summary workbook: coverage, indicators, key figures.

Each line has a mark, a symbol and a word on a colour, told in the legend under the title; over
several periods there is a small chart of how the figure ran.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Consolidation, Figure, PeriodStatus
from toolkit.programme.model import Aggregation, Field, FormKind, Role
from toolkit.report.summary.coverage import coverage_words
from toolkit.report.summary.formats import is_mean, target_format
from toolkit.report.summary.formulas import reference
from toolkit.report.summary.grid import ROW_COUNT, Block, Grid, consolidated_fields
from toolkit.report.summary.marks import Mark, draw_legend, marked, verdict_mark
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
from toolkit.report.summary.trend_sheet import Key, Line, add_line
from toolkit.report.voice import Voice

_WIDTHS = (6.0, 46.0, 13.0, 13.0, 13.0, 13.0, 13.0, 13.0, 36.0)
LAST_COLUMN = len(_WIDTHS) - 1
_TREND = 6
_LEAST = 18.0
_NUMERALS = ("I", "II", "III")
MOST_NAMED = 15  # of the units that have not sent; all stand on the sheet of returns
_KEY_FIGURES = (
    Aggregation.SUM,
    Aggregation.RECOMPUTE,
    Aggregation.MEAN,
    Aggregation.WEIGHTED_MEAN,
    Aggregation.MAX,
    Aggregation.MIN,
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every part of the page is drawn with; ``lines`` are empty for a single period."""

    sheet: Worksheet
    lines: Mapping[Key, Line]
    pen: Pen

    @property
    def note(self) -> int:
        """The first column of the coverage: beside it the small charts, where there are any."""
        return _TREND + 1 if self.lines else _TREND

    def trend(self, row: int, grid: Grid, block: Block, code: str) -> None:
        """The small chart of a figure."""
        if self.lines:
            self.sheet.write_blank(row, _TREND, None, self.pen.formats.cell())
            line = self.lines.get((grid.table.form.code, block.row.key, code))
            if line is not None:
                add_line(self.sheet, row, _TREND, line)

    def trend_head(self) -> tuple[tuple[int, int, str], ...]:
        """The heading of the small charts."""
        return ((_TREND, _TREND, "trend"),) if self.lines else ()

    def coverage(self, row: int, note: str, *, whole: bool) -> tuple[str, float, float, bool]:
        """The coverage of a line with its mark; the text and its width."""
        words = marked(Mark.GOOD if whole else Mark.LACKING, note)
        tint: dict[str, Any] = {} if whole else {"bg_color": self.pen.formats.warning}
        look = self.pen.formats.cell(font_size=SMALL_SIZE, **tint)
        spread(self.sheet, row, (self.note, LAST_COLUMN), words, look)
        return words, sum(_WIDTHS[self.note :]), SMALL_SIZE, False


def draw_overview(
    sheet: Worksheet,
    consolidation: Consolidation,
    grids: Sequence[Grid],
    index: str,
    lines: Mapping[Key, Line],
    pen: Pen,
) -> int:
    """Draw the page down to the place of the charts; returns that row (from 0).

    ``index`` is the name of the sheet that lists the sheets, ``lines`` the small charts.
    """
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    numerals = iter(_NUMERALS)
    desk = _Desk(sheet, lines, pen)
    row = _title(sheet, consolidation, pen)
    sheet.merge_range(row - 1, 0, row - 1, 1, "", pen.formats.link)
    sheet.write_url(row - 1, 0, f"internal:'{index}'!A1", pen.formats.link, pen.say("to_index"))
    sheet.set_row(row - 1, _LEAST)
    row = draw_legend(sheet, row, LAST_COLUMN, pen) + 1
    row = _status(sheet, row, consolidation.status, numerals, pen)
    row = _indicators(desk, row, grids, numerals)
    row = _figures(desk, row, grids, numerals)
    page_setup(sheet, pen, LAST_COLUMN, None)
    # The charts have a sheet of their own: here they are for the screen.
    sheet.print_area(0, 0, row - 2, LAST_COLUMN)
    return row


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
    mark = Mark.LACKING if absent else Mark.GOOD
    if status.expected and len(absent) == status.expected:
        mark = Mark.BAD
    words = marked(mark, _named(absent, pen))
    sheet.write_string(row, 8, words, formats.boxed(font_size=SMALL_SIZE, bg_color=mark.colour))
    sheet.set_row(row, max(_LEAST, height((words, _WIDTHS[8], SMALL_SIZE, False))))


def _named(absent: Sequence[str], pen: Pen) -> str:
    """The units that have not sent; of very many the first, and how many more."""
    if not absent:
        return pen.say("none_absent")
    words = "; ".join(absent[:MOST_NAMED])
    rest = len(absent) - MOST_NAMED
    if rest > 0:
        words += f"; {pen.say('more_units', count=rest, sheet=pen.say('sheet.status'))}"
    return words


# --- indicators ---------------------------------------------------------------------------


def _indicators(desk: _Desk, row: int, grids: Sequence[Grid], numerals: Iterator[str]) -> int:
    judged = [(g, b) for g in grids for b in g.blocks if b.row.attainment is not None]
    if not judged:
        return row
    row = _section(desk.sheet, row, "indicators", numerals, desk.pen)
    cells = (
        (0, 0, "tt"),
        (1, 1, "indicator"),
        (2, 2, "target"),
        (3, 3, "attained"),
        (4, 5, "verdict"),
        *desk.trend_head(),
        (desk.note, LAST_COLUMN, "coverage_missing"),
    )
    row = _head(desk.sheet, row, cells, desk.pen)
    for grid, block in judged:
        _indicator(desk, row, grid, block)
        row += 1
    return row + 1


def _indicator(desk: _Desk, row: int, grid: Grid, block: Block) -> None:
    sheet, pen, formats = desk.sheet, desk.pen, desk.pen.formats
    item, attainment = block.row.item, block.row.attainment
    assert attainment is not None
    sheet.write_string(row, 0, item.number if item else "", formats.cell(align="center"))
    sheet.write_string(row, 1, block.row.label, formats.cell())
    target = formats.cell(align="center", num_format=target_format(attainment, item))
    sheet.write_number(row, 2, float(attainment.target), target)
    field = measured(grid, rate=attainment.target_is_rate)
    _actual(desk, row, grid, block, field, attainment.actual)
    words = verdict_words(attainment.reached, pen)
    if attainment.provisional and attainment.reached is not None:
        words += f" {pen.say('provisional')}"
    mark = verdict_mark(attainment.reached)
    look = formats.boxed(bold=True, align="center", bg_color=mark.colour)
    spread(sheet, row, (4, 5), marked(mark, words), look)
    desk.trend(row, grid, block, field.code)
    note = coverage_note(grid, block, field.code, pen)
    said = desk.coverage(row, note, whole=_whole(block, field.code))
    needed = height((block.row.label, _WIDTHS[1], BODY_SIZE, False), said)
    sheet.set_row(row, max(_LEAST, needed))


def _whole(block: Block, code: str) -> bool:
    coverage = block.row.totals[code].coverage
    return coverage is None or coverage.complete


def _actual(
    desk: _Desk, row: int, grid: Grid, block: Block, field: Field, actual: Decimal | None
) -> None:
    figure = block.row.totals[field.code]
    if actual is None:
        words = total_words(grid, block, figure, desk.pen)
        desk.sheet.write_string(row, 3, words, desk.pen.formats.mark())
        return
    look = desk.pen.formats.figure(
        field, figure.state, actual, mean=is_mean(field, over_units=True), bold=True, align="center"
    )
    source = reference(grid, block, grid.column(field.code))
    desk.sheet.write_formula(row, 3, f"={source}", look, plain(actual))


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


def _figures(desk: _Desk, row: int, grids: Sequence[Grid], numerals: Iterator[str]) -> int:
    found = [one for grid in grids for one in key_figures(grid, desk.pen)]
    if not found:
        return row
    row = _section(desk.sheet, row, "figures", numerals, desk.pen)
    cells = (
        (0, 0, "tt"),
        (1, 2, "label"),
        (3, 4, "value"),
        (5, 5, "measure"),
        *desk.trend_head(),
        (desk.note, LAST_COLUMN, "coverage_missing"),
    )
    row = _head(desk.sheet, row, cells, desk.pen)
    for place, one in enumerate(found, 1):
        _figure(desk, row, place, one)
        row += 1
    return row + 1


def _figure(
    desk: _Desk, row: int, place: int, one: tuple[Grid, Block, Field | None, Figure, str]
) -> None:
    grid, block, field, figure, label = one
    sheet, pen = desk.sheet, desk.pen
    sheet.write_number(row, 0, place, pen.formats.cell(align="center"))
    spread(sheet, row, (1, 2), label, pen.formats.cell())
    code = field.code if field else ROW_COUNT
    if figure.value is None:
        spread(sheet, row, (3, 4), total_words(grid, block, figure, pen), pen.formats.mark())
    else:
        look = _figure_look(field, figure, pen)
        sheet.merge_range(row, 3, row, 4, "", look)
        source = reference(grid, block, grid.column(code))
        sheet.write_formula(row, 3, f"={source}", look, plain(figure.value))
    unit = field.unit_of_measure if field else pen.say("rows_unit")
    sheet.write_string(row, 5, unit, pen.formats.cell(align="center"))
    desk.trend(row, grid, block, code)
    note = coverage_note(grid, block, code, pen)
    said = desk.coverage(row, note, whole=_whole(block, code))
    needed = height(
        (label, sum(_WIDTHS[1:3]), BODY_SIZE, False), (unit, _WIDTHS[5], BODY_SIZE, False), said
    )
    sheet.set_row(row, max(_LEAST, needed))


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
