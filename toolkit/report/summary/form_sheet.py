"""A form in the summary workbook: totals over the units, each unit's value folded below.

Unit values are constants with a link to the cell of the archived original (or, for a longer
period, formulas over the sheet of the single periods); totals are formulas over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Coverage, Figure, Part, UnitLine
from toolkit.intake.model import State
from toolkit.messages import text
from toolkit.programme.language.excel import to_excel
from toolkit.programme.language.tree import Expression
from toolkit.programme.model import Aggregation, Field, FieldType, FormKind, Programme
from toolkit.report.summary.formats import Formats, is_mean
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
    consolidated_fields,
    field_of,
)

_FUNCTIONS = {
    Aggregation.SUM: "SUM",
    Aggregation.MAX: "MAX",
    Aggregation.MIN: "MIN",
    Aggregation.MEAN: "AVERAGE",
}
# Excel allows 65,530 links on a sheet.
_MOST_LINKS = 60_000
# SUM takes 255 arguments in Excel 2010; beyond that the ranges are nested.
_MOST_ARGUMENTS = 200


@dataclass(frozen=True, slots=True)
class Pen:
    """What drawing a form needs: the programme, its formats and the language."""

    programme: Programme
    formats: Formats
    lang: str

    def say(self, key: str, **params: object) -> str:
        """A text of this room's catalogue."""
        return text(f"report.{key}", self.lang, **params)

    def state_words(self, figure: Figure) -> str:
        """The words shown where nothing counts."""
        if figure.state is State.MISSING and not figure.parts:
            return self.say("state.no_return")
        return self.say(f"state.{figure.state}")


def draw_form(sheet: Worksheet, grid: Grid, pen: Pen, heading: Sequence[str]) -> None:
    """Draw the totals and unit rows of a form."""
    _frame(sheet, grid, pen, heading)
    links = _Links(sheet)
    for block in grid.blocks:
        _draw_total(sheet, grid, block, pen)
        for row, line in zip(range(block.first, block.last + 1), block.row.lines, strict=True):
            sheet.set_row(row, _unit_height(grid, block, line), None, {"level": 1})
            _draw_unit(sheet, grid, block, row, line, pen, links)


# --- the frame ----------------------------------------------------------------------------


def page_setup(sheet: Worksheet, pen: Pen, last_column: int, head: tuple[int, int] | None) -> None:
    """A4 landscape, one page wide, the heading rows repeated, pages numbered."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    if head is not None:
        sheet.repeat_rows(*head)
    sheet.set_footer(f'&C&"Times New Roman"&10{pen.say("page")} &P/&N')
    sheet.hide_gridlines(2)
    sheet.print_area(0, 0, max(sheet.dim_rowmax or 0, 1), last_column)


def _frame(sheet: Worksheet, grid: Grid, pen: Pen, heading: Sequence[str]) -> None:
    formats, form = pen.formats, grid.table.form
    last = grid.last_column
    for row, (words, look) in enumerate(
        zip(heading, (formats.issuer, formats.title, formats.subtitle), strict=True)
    ):
        sheet.merge_range(row, 0, row, last, "", look)
        sheet.write_string(row, 0, words, look)
    sheet.set_row(1, 22)
    # Row 3 keeps the way back and how to unfold the rows of the units.
    sheet.write_url(3, 0, f"internal:'{pen.say('sheet.overview')}'!A1", formats.link, pen.say("up"))
    sheet.merge_range(3, 1, 3, last, "", formats.note)
    sheet.write_string(3, 1, pen.say("fold"), formats.note)
    _heads(sheet, grid, pen)
    sheet.set_column(TT, TT, 6)
    questions = form.kind is FormKind.QUESTIONS
    sheet.set_column(LABEL, LABEL, 52 if questions else 40)
    for column in grid.columns:
        sheet.set_column(column.index, column.index, _width(column))
    sheet.set_column(grid.coverage, grid.coverage, 15)
    sheet.set_column(grid.missing, grid.missing, 26)
    if grid.target is not None and grid.verdict is not None:
        sheet.set_column(grid.target, grid.target, 10)
        sheet.set_column(grid.verdict, grid.verdict, 14)
    sheet.freeze_panes(FIRST_DATA_ROW, FIRST_VALUE)
    sheet.outline_settings(True, False, True, False)


def _width(column: ValueColumn) -> float:
    if column.choice:
        return 10.5
    field = column.field
    if field is None:  # the count of rows, or the one column of a form of questions
        return 12 if column.code == ROW_COUNT else 34
    if field.type is FieldType.TEXT:
        return min(field.width or 28, 34)
    return max(11.0, min(field.width or 12, 18))


def _heads(sheet: Worksheet, grid: Grid, pen: Pen) -> None:
    """Two heading rows and the row of column numbers."""
    head = pen.formats.head
    top, low = HEAD_ROW, HEAD_ROW + 1

    def tall(column: int, words: str) -> None:
        sheet.merge_range(top, column, low, column, "", head)
        sheet.write_string(top, column, words, head)

    tall(TT, pen.say("head.tt"))
    tall(LABEL, pen.say("head.label"))
    groups: list[tuple[str, int, int]] = []
    for column in grid.columns:
        group, words = _heading(column, pen)
        if not group:
            tall(column.index, words)
            continue
        sheet.write_string(low, column.index, words, head)
        if groups and groups[-1][0] == group and groups[-1][2] == column.index - 1:
            groups[-1] = (group, groups[-1][1], column.index)
        else:
            groups.append((group, column.index, column.index))
    for group, first, last in groups:
        if first == last:
            sheet.write_string(top, first, group, head)
        else:
            sheet.merge_range(top, first, top, last, "", head)
            sheet.write_string(top, first, group, head)
    tall(grid.coverage, pen.say("head.coverage"))
    tall(grid.missing, pen.say("head.missing"))
    if grid.target is not None and grid.verdict is not None:
        tall(grid.target, pen.say("head.target"))
        tall(grid.verdict, pen.say("head.verdict"))
    longest = max((len(_heading(c, pen)[1]) for c in grid.columns), default=0)
    sheet.set_row(low, 46 if longest > 14 else 32)
    for place, index in enumerate(range(grid.last_column + 1)):
        label = "A" if place == 0 else "B" if place == 1 else f"({place - 1})"
        sheet.write_string(NUMBER_ROW, index, label, pen.formats.numbers)


def _heading(column: ValueColumn, pen: Pen) -> tuple[str, str]:
    """Group heading ("" for none) and heading of a value column."""
    if column.code == ROW_COUNT:
        return "", pen.say("head.row_count")
    if column.field is None:
        return "", pen.say("head.value")
    field = column.field
    if column.choice:
        return field.title, column.choice
    unit = field.unit_of_measure.strip()
    return field.group, f"{field.title} ({unit})" if unit and unit not in field.title else (
        field.title
    )


# --- totals -------------------------------------------------------------------------------


def _draw_total(sheet: Worksheet, grid: Grid, block: Block, pen: Pen) -> None:
    formats, form = pen.formats, grid.table.form
    row = block.row
    item = row.item
    number = item.number if item else ""
    if form.kind is FormKind.QUESTIONS:
        number = str(grid.blocks.index(block) + 1)
    label = row.label or pen.say("all_rows")
    unit = form.field(row.key).unit_of_measure if form.kind is FormKind.QUESTIONS else ""
    if unit:
        label = f"{label} ({unit})"
    sheet.write_string(block.total, TT, number, formats.cell(total=True, align="center"))
    sheet.write_string(block.total, LABEL, label, formats.cell(total=True))
    words, missing = coverage_words(grid, block, pen)
    needed = (_height(label, 50 if form.kind is FormKind.QUESTIONS else 38), _height(words, 18))
    sheet.set_row(block.total, max(*needed, 0.9 * _height(missing, 30)))
    for column in grid.columns:
        _draw_total_cell(sheet, grid, block, column, pen)
    _draw_coverage(sheet, grid, block, pen)
    _draw_attainment(sheet, grid, block, pen)


def _height(label: str, width: int) -> float:
    lines = sum(max(1, -(-len(part) // width)) for part in label.split("\n"))
    return min(400.0, 16.0 * lines + 4)


def _unit_height(grid: Grid, block: Block, line: UnitLine) -> float | None:
    """The height for the longest text of a unit's row; None (as usual) for figures alone."""
    needed = 0.0
    for column in grid.columns:
        field = field_of(column, block.row, grid.table.form)
        figure = line.figures.get(field.code) if field else None
        if figure is None or column.choice or field is None or field.is_numeric:
            continue
        words = _gathered(figure) or (figure.value if isinstance(figure.value, str) else "")
        # 10 pt letters: more to a line, and lower, than the width in figures of 11 pt says.
        needed = max(needed, 0.85 * _height(words, int(_width(column) * 1.3)))
    return needed if needed > 21 else None


def _gathered(figure: Figure) -> str:
    """The texts of a LIST figure, each once, one per line."""
    return "\n".join(dict.fromkeys(words for _, words in figure.texts))


def _draw_total_cell(
    sheet: Worksheet, grid: Grid, block: Block, column: ValueColumn, pen: Pen
) -> None:
    field = field_of(column, block.row, grid.table.form)
    code = field.code if field else column.code
    figure = block.row.totals.get(code)
    formats = pen.formats
    if figure is None:
        sheet.write_blank(block.total, column.index, None, formats.cell(total=True))
        return
    units = _span(block.first, block.last, column.index)
    whole = formats.cell(total=True, num_format="#,##0", align="right")
    if column.choice:
        count = figure.shares.get(column.choice, 0)
        sheet.write_formula(block.total, column.index, f"=SUM({units})", whole, count)
        return
    if field is None:
        sheet.write_formula(block.total, column.index, f"=SUM({units})", whole, plain(figure.value))
        return
    if field.over_units is Aggregation.LIST:
        texts = len(figure.texts)
        words = formats.cell(
            total=True, num_format=f'0" {pen.say("opinions")}"', align="center", italic=True
        )
        sheet.write_number(block.total, column.index, texts, words)
        return
    if figure.value is None:
        sheet.write_string(
            block.total, column.index, pen.state_words(figure), formats.mark(total=True)
        )
        return
    look = formats.figure(
        field,
        figure.state,
        figure.value,
        total=True,
        mean=is_mean(field, over_units=True),
    )
    if field.over_units is Aggregation.COUNT:
        look = whole
    formula = _total_formula(grid, block, column, field, figure)
    if formula is None:
        _write_value(sheet, block.total, column.index, figure.value, look)
    else:
        sheet.write_formula(block.total, column.index, f"={formula}", look, plain(figure.value))


def _total_formula(
    grid: Grid, block: Block, column: ValueColumn, field: Field, figure: Figure
) -> str | None:
    """The live formula of a total, or None where only a constant can say it."""
    units = _span(block.first, block.last, column.index)
    if field.over_units in _FUNCTIONS:
        return f"{_FUNCTIONS[field.over_units]}({units})"
    if field.over_units is Aggregation.RECOMPUTE and field.formula is not None:
        return _recompute(grid, block, field.formula, figure)
    if field.over_units is Aggregation.COUNT and field.is_numeric:
        return f"COUNT({units})"
    return None


def _recompute(grid: Grid, block: Block, formula: Expression, figure: Figure) -> str | None:
    """The formula over the totals beside it; over the units that have all inputs, where
    some lack one: numerator and denominator must come from the same units."""
    counted = set(figure.coverage.counted) if figure.coverage else set()
    if figure.coverage:
        counted |= set(figure.coverage.partial)
    impossible = False

    def resolve(code: str) -> str:
        nonlocal impossible
        home = block
        if grid.table.form.kind is FormKind.QUESTIONS:
            home = grid.block(code)
        column = grid.column(code)
        field = grid.table.form.field(code)
        how = _FUNCTIONS.get(field.over_units)
        own = home.row.totals[code].coverage
        if own is not None and set(own.counted) | set(own.partial) == counted:
            return str(xl_rowcol_to_cell(home.total, column.index))
        if how is None:
            impossible = True
            return "0"
        rows = [
            row
            for row, line in zip(range(home.first, home.last + 1), home.row.lines, strict=True)
            if line.unit.code in counted
        ]
        return f"{how}({_ranges(rows, column.index)})"

    try:
        made = to_excel(formula, resolve)
    except KeyError:  # an input that has no figure over units
        return None
    return None if impossible else made.removeprefix("=")


def _span(first: int, last: int, column: int) -> str:
    return f"{xl_rowcol_to_cell(first, column)}:{xl_rowcol_to_cell(last, column)}"


def _ranges(rows: Sequence[int], column: int) -> str:
    """The rows as few ranges, nested when there are more than a function takes."""
    parts: list[list[int]] = []
    for row in rows:
        if parts and parts[-1][1] == row - 1:
            parts[-1][1] = row
        else:
            parts.append([row, row])
    spans = [_span(first, last, column) for first, last in parts]
    if len(spans) <= _MOST_ARGUMENTS:
        return ",".join(spans)
    groups = [spans[i : i + _MOST_ARGUMENTS] for i in range(0, len(spans), _MOST_ARGUMENTS)]
    return ",".join("(" + ",".join(group) + ")" for group in groups)


# --- coverage and attainment --------------------------------------------------------------


def _coverages(grid: Grid, block: Block) -> list[tuple[str, Coverage]]:
    """(field title, coverage) of the figures whose gaps matter: numbers and asked answers."""
    form = grid.table.form
    fields: Sequence[Field] = (
        (form.field(block.row.key),)
        if form.kind is FormKind.QUESTIONS
        else consolidated_fields(form)
    )
    found = []
    for field in fields:
        figure = block.row.totals.get(field.code)
        if figure and figure.coverage and (field.required or field.is_numeric or len(fields) == 1):
            found.append((field.title, figure.coverage))
    rows = block.row.totals.get(ROW_COUNT)
    if rows and rows.coverage:
        found.insert(0, ("", rows.coverage))
    return found


def coverage_words(grid: Grid, block: Block, pen: Pen, code: str = "") -> tuple[str, str]:
    """The coverage of a row's figures and the units lacking, each named once.

    Of one figure alone where ``code`` names it.
    """
    coverages = _coverages(grid, block)
    if code and (figure := block.row.totals.get(code)) and figure.coverage:
        coverages = [("", figure.coverage)]
    if not coverages:
        return "", ""
    ratios = {(c.denominator - len(_lacking(c)), c.denominator) for _, c in coverages}
    if len(ratios) == 1:
        counted, expected = ratios.pop()
        words = pen.say("coverage", counted=counted, expected=expected)
    else:
        words = "\n".join(
            pen.say(
                "coverage_of",
                field=title or pen.say("head.row_count"),
                counted=c.denominator - len(_lacking(c)),
                expected=c.denominator,
            )
            for title, c in coverages
        )
    if any(not c.complete for _, c in coverages):
        words += f"\n{pen.say('provisional')}"
    return words, _missing_words(coverages, pen)


def _lacking(coverage: Coverage) -> list[str]:
    """The units that are not, or not wholly, in a figure, in official order."""
    gone = {*coverage.missing, *coverage.unreadable, *coverage.partial}
    return [code for code in coverage.expected if code in gone]


def _missing_words(coverages: Sequence[tuple[str, Coverage]], pen: Pen) -> str:
    names = {u.code: u.short or u.name for u in pen.programme.units}
    periods = {p.code: p.name for p in pen.programme.periods}
    said: dict[str, list[str]] = {}
    for title, coverage in coverages:
        parts = []
        for code in _lacking(coverage):
            gap = coverage.partial.get(code)
            name = names[code]
            if gap:
                name += f" ({', '.join(periods[p] for p in gap)})"
            elif code in coverage.unreadable:
                name += f" ({pen.say('state.unreadable')})"
            parts.append(name)
        said.setdefault("; ".join(parts), []).append(title)
    said.pop("", None)
    if len(said) == 1 and len(coverages) == len(next(iter(said.values()))):
        return next(iter(said))
    return "\n".join(
        f"{', '.join(t or pen.say('head.row_count') for t in titles)}: {units}"
        for units, titles in said.items()
    )


def _draw_coverage(sheet: Worksheet, grid: Grid, block: Block, pen: Pen) -> None:
    words, missing = coverage_words(grid, block, pen)
    incomplete = bool(missing)
    look = pen.formats.cell(
        total=True,
        align="center",
        font_size=10,
        **({"bg_color": "#FFF2CC"} if incomplete else {}),
    )
    sheet.write_string(block.total, grid.coverage, words, look)
    sheet.write_string(
        block.total, grid.missing, missing, pen.formats.cell(total=True, bold=False, font_size=10)
    )


def _draw_attainment(sheet: Worksheet, grid: Grid, block: Block, pen: Pen) -> None:
    if grid.target is None or grid.verdict is None:
        return
    attainment = block.row.attainment
    if attainment is None:
        for column in (grid.target, grid.verdict):
            sheet.write_blank(block.total, column, None, pen.formats.cell(total=True))
        return
    item = block.row.item
    form = "0.##%" if attainment.target_is_rate else "#,##0.##"
    if attainment.target_is_rate and attainment.target * 100 % 1 == 0:
        form = "0%"
    sign = "≥ " if item is None or item.target_is_floor else "≤ "
    sheet.write_number(
        block.total,
        grid.target,
        float(attainment.target),
        pen.formats.cell(total=True, align="center", num_format=f'"{sign}"{form}'),
    )
    words = verdict_words(attainment.reached, pen)
    if attainment.provisional and attainment.reached is not None:
        words += f"\n{pen.say('provisional')}"
    sheet.write_string(block.total, grid.verdict, words, pen.formats.verdict(attainment.reached))


def verdict_words(reached: bool | None, pen: Pen) -> str:
    """Reached, not reached, or nothing to compare."""
    return pen.say({True: "reached", False: "not_reached", None: "no_verdict"}[reached])


# --- units --------------------------------------------------------------------------------


class _Links:
    """Links from values to the archived originals, as many as a sheet may hold."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._left = _MOST_LINKS

    def add(self, row: int, column: int, parts: Sequence[Part], look: object) -> None:
        """Link a cell to the one cell its value comes from; to be called before writing it."""
        # A text stays plain: as a link, LibreOffice would show it blue and unbroken. Its source
        # is linked on the sheet of all answers.
        linked = len(parts) == 1 and parts[0].stored and not isinstance(parts[0].value, str)
        if not linked or self._left <= 0:
            return
        self._left -= 1
        self._sheet.write_url(row, column, link_to(parts[0]), look, "")


def link_to(part: Part) -> str:
    """The address of a part's cell in the archive, seen from bao-cao/PERIOD/."""
    target = f"external:../../{part.stored}"
    if part.stored.endswith((".xlsx", ".xlsm")) and part.cell:
        sheet = part.sheet.replace("'", "''")
        target += f"#'{sheet}'!{part.cell}"
    return target


def _draw_unit(
    sheet: Worksheet,
    grid: Grid,
    block: Block,
    row: int,
    line: UnitLine,
    pen: Pen,
    links: _Links,
) -> None:
    formats = pen.formats
    sheet.write_blank(row, TT, None, formats.cell())
    sheet.write_string(row, LABEL, line.unit.name, formats.cell(indent=1))
    for column in grid.columns:
        field = field_of(column, block.row, grid.table.form)
        code = field.code if field else column.code
        figure = line.figures.get(code)
        if figure is None:
            sheet.write_blank(row, column.index, None, formats.cell())
        elif column.choice:
            _draw_choice(sheet, grid, row, column, figure, formats)
        else:
            _draw_unit_value(sheet, grid, row, column, field, line, figure, pen, links)
    state, gaps = _unit_state(grid, block, line, pen)
    sheet.write_string(row, grid.coverage, state, formats.mark())
    sheet.write_string(row, grid.missing, gaps, formats.cell(font_size=10))
    for column_index in (grid.target, grid.verdict):
        if column_index is not None:
            sheet.write_blank(row, column_index, None, formats.cell())


def _draw_choice(
    sheet: Worksheet, grid: Grid, row: int, column: ValueColumn, figure: Figure, formats: Formats
) -> None:
    """How often a unit chose this; in a form of fixed rows that is a tick."""
    count = figure.shares.get(column.choice, 0)
    if not figure.shares and figure.value == column.choice:
        count = 1
    if not count:
        sheet.write_blank(row, column.index, None, formats.cell())
        return
    tick = grid.table.form.kind is not FormKind.OPEN and count == 1
    look = formats.cell(align="center", num_format='"x"' if tick else "#,##0")
    sheet.write_number(row, column.index, count, look)


def _draw_unit_value(
    sheet: Worksheet,
    grid: Grid,
    row: int,
    column: ValueColumn,
    field: Field | None,
    line: UnitLine,
    figure: Figure,
    pen: Pen,
    links: _Links,
) -> None:
    formats = pen.formats
    if field is not None and field.over_periods is Aggregation.LIST and figure.texts:
        words = _gathered(figure)
        sheet.write_string(row, column.index, words, formats.cell(font_size=10))
        return
    if figure.value is None:
        sheet.write_string(row, column.index, pen.state_words(figure), formats.mark())
        return
    if field is None:
        look = formats.cell(num_format="#,##0", align="right")
    else:
        mean = is_mean(field, over_units=False) and bool(grid.period_sheet)
        look = formats.figure(field, figure.state, figure.value, mean=mean)
    formula = _period_formula(grid, row, column, field, line)
    if formula and isinstance(figure.value, Decimal | date):
        sheet.write_formula(row, column.index, formula, look, plain(figure.value))
        return
    links.add(row, column.index, figure.parts, look)
    _write_value(sheet, row, column.index, figure.value, look)


def _period_formula(
    grid: Grid, row: int, column: ValueColumn, field: Field | None, line: UnitLine
) -> str | None:
    """A unit's figure over its periods, as a formula over the sheet of single periods."""
    if not grid.period_sheet:
        return None
    code = field.code if field else ROW_COUNT
    how = field.over_periods if field else _row_count_over_periods(grid)
    places = [
        grid.period_column(column, place)
        for place, period in enumerate(grid.table.periods)
        if _counts(line.by_period.get(period.code, {}).get(code))
    ]
    if not places:
        return None
    quoted = grid.period_sheet.replace("'", "''")
    if how in _FUNCTIONS:
        first = xl_rowcol_to_cell(row, grid.period_column(column, 0))
        last = xl_rowcol_to_cell(row, grid.period_column(column, len(grid.table.periods) - 1))
        return f"={_FUNCTIONS[how]}('{quoted}'!{first}:{last})"
    if how is Aggregation.LAST:
        return f"='{quoted}'!{xl_rowcol_to_cell(row, places[-1])}"
    return None


def _row_count_over_periods(grid: Grid) -> Aggregation:
    """How the consolidation counts rows over periods: added up, but for a standing list."""
    summed = any(f.over_periods is Aggregation.SUM for f in grid.table.form.fields)
    return Aggregation.SUM if summed else Aggregation.LAST


def _counts(figure: Figure | None) -> bool:
    return figure is not None and figure.value is not None


def _unit_state(grid: Grid, block: Block, line: UnitLine, pen: Pen) -> tuple[str, str]:
    """Whether the unit is in the figures, and what it lacks."""
    missing_periods: dict[str, None] = {}
    faulty: list[str] = []
    returned = any(figure.parts for figure in line.figures.values())
    for title, coverage in _coverages(grid, block):
        for code in coverage.partial.get(line.unit.code, ()):
            missing_periods[code] = None
        if line.unit.code in (*coverage.missing, *coverage.unreadable):
            faulty.append(title or pen.say("head.row_count"))
    names = {p.code: p.name for p in pen.programme.periods}
    if not returned and faulty:
        return pen.say("state.no_return"), ""
    gaps = []
    if faulty:
        gaps.append(pen.say("lacks", fields=", ".join(dict.fromkeys(faulty))))
    if missing_periods:
        gaps.append(pen.say("lacks", fields=", ".join(names[p] for p in missing_periods)))
    return (pen.say("partly") if gaps else pen.say("in")), "\n".join(gaps)


# --- values -------------------------------------------------------------------------------


def plain(value: object) -> float | str | int:
    """A value as the cached result of a formula."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return (value - date(1899, 12, 30)).days
    return "" if value is None else str(value)


def _write_value(sheet: Worksheet, row: int, column: int, value: object, look: object) -> None:
    """A constant; text is written as text and never becomes a formula or a link."""
    shown = plain(value)
    if isinstance(shown, str):
        sheet.write_string(row, column, shown, look)
    else:
        sheet.write_number(row, column, shown, look)


def draw_periods(sheet: Worksheet, grid: Grid, pen: Pen, heading: Sequence[str]) -> None:
    """The sheet of the single periods: same rows, each figure once per period."""
    formats, periods = pen.formats, grid.table.periods
    columns = [c for c in grid.columns if not c.choice]
    last = FIRST_VALUE + len(columns) * len(periods) - 1
    for row, (words, look) in enumerate(
        zip(heading, (formats.issuer, formats.title, formats.subtitle), strict=True)
    ):
        sheet.merge_range(row, 0, row, last, "", look)
        sheet.write_string(row, 0, words, look)
    sheet.set_row(1, 22)
    for index, words in ((TT, "head.tt"), (LABEL, "head.label")):
        sheet.merge_range(HEAD_ROW, index, NUMBER_ROW, index, "", formats.head)
        sheet.write_string(HEAD_ROW, index, pen.say(words), formats.head)
    for column in columns:
        first = grid.period_column(column, 0)
        _, words = _heading(column, pen)
        if len(periods) > 1:
            sheet.merge_range(
                HEAD_ROW, first, HEAD_ROW + 1, first + len(periods) - 1, "", formats.head
            )
        sheet.write_string(HEAD_ROW, first, words, formats.head)
        for place, period in enumerate(periods):
            sheet.write_string(NUMBER_ROW, first + place, period.name, formats.head)
            sheet.set_column(first + place, first + place, _width(column))
    sheet.set_row(NUMBER_ROW, 32)
    sheet.set_column(TT, TT, 6)
    sheet.set_column(LABEL, LABEL, 36)
    sheet.freeze_panes(FIRST_DATA_ROW, FIRST_VALUE)
    sheet.outline_settings(True, False, True, False)
    links = _Links(sheet)
    for block in grid.blocks:
        label = block.row.label or pen.say("all_rows")
        for index in range(last + 1):
            sheet.write_blank(block.total, index, None, formats.cell(total=True))
        number = block.row.item.number if block.row.item else ""
        sheet.write_string(block.total, TT, number, formats.cell(total=True, align="center"))
        sheet.write_string(block.total, LABEL, label, formats.cell(total=True))
        sheet.set_row(block.total, _height(label, 34))
        for row, line in zip(range(block.first, block.last + 1), block.row.lines, strict=True):
            sheet.set_row(row, _period_height(grid, block, line), None, {"level": 1})
            sheet.write_blank(row, TT, None, formats.cell())
            sheet.write_string(row, LABEL, line.unit.name, formats.cell(indent=1))
            for column in columns:
                _draw_unit_periods(sheet, grid, block, row, column, line, pen, links)


def _period_height(grid: Grid, block: Block, line: UnitLine) -> float | None:
    single = [UnitLine(line.unit, figures, {}) for figures in line.by_period.values()]
    return max((h for one in single if (h := _unit_height(grid, block, one))), default=None)


def _draw_unit_periods(
    sheet: Worksheet,
    grid: Grid,
    block: Block,
    row: int,
    column: ValueColumn,
    line: UnitLine,
    pen: Pen,
    links: _Links,
) -> None:
    field = field_of(column, block.row, grid.table.form)
    code = field.code if field else ROW_COUNT
    for place, period in enumerate(grid.table.periods):
        index = grid.period_column(column, place)
        figures: Mapping[str, Figure] = line.by_period.get(period.code, {})
        figure = figures.get(code)
        if figure is None:
            sheet.write_string(row, index, pen.say("state.not_owed"), pen.formats.mark())
            continue
        if figure.value is None and not figure.texts:
            sheet.write_string(row, index, pen.state_words(figure), pen.formats.mark())
            continue
        if figure.value is None:
            words = _gathered(figure)
            sheet.write_string(row, index, words, pen.formats.cell(font_size=10))
            continue
        look = (
            pen.formats.figure(field, figure.state, figure.value)
            if field is not None
            else pen.formats.cell(num_format="#,##0", align="right")
        )
        links.add(row, index, figure.parts, look)
        _write_value(sheet, row, index, figure.value, look)


def cell_of(grid: Grid, block: Block, code: str) -> str:
    """The total's cell as a reference from another sheet."""
    column = grid.column(code)
    quoted = grid.sheet.replace("'", "''")
    return f"'{quoted}'!{xl_rowcol_to_cell(block.total, column.index, True, True)}"
