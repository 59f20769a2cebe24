"""The sheet by present units: each figure as reported and by the units of today, side by side.

Both columns are live: the figures as reported point to the forms' sheets, those of today
are worked out from them where that gives the figure; a formula that would give another is
never written (see ``formulas``).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Consolidation
from toolkit.intake.model import State
from toolkit.programme.model import Aggregation
from toolkit.report.summary.formats import is_mean
from toolkit.report.summary.frame import draw_titles
from toolkit.report.summary.grid import Grid
from toolkit.report.summary.pen import (
    BODY_SIZE,
    SMALL_SIZE,
    Pen,
    column_numbers,
    height,
    page_setup,
    plain,
    spread,
    write_value,
)
from toolkit.report.summary.present_lines import (
    Cell,
    Line,
    Pair,
    changes,
    pairs,
)
from toolkit.report.summary.present_words import (
    carried_words,
    comparison,
    differs,
    how_words,
    label_of,
    percent,
)
from toolkit.report.summary.totals import total_number

_WIDTHS = (6.0, 40.0, 16.0, 16.0, 62.0)
_TT, _UNIT, _WAS, _NOW, _HOW = range(len(_WIDTHS))
_HEAD_ROW = 4
_EXACT = Context(prec=1000)
_DATE = "%d/%m/%Y"


def draw_present(
    sheet: Worksheet, consolidation: Consolidation, grids: Sequence[Grid], pen: Pen
) -> None:
    """The whole sheet; only where there is something to show."""
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    issuers = " – ".join(consolidation.programme.issuers)
    title = pen.say("present.title")
    heading = (issuers, title, consolidation.period.name)
    draw_titles(sheet, pen, heading, _WIDTHS, pen.say("present.note"))
    row = _changes(sheet, _HEAD_ROW, consolidation, pen)
    form = ""
    for pair in pairs(consolidation, grids):
        if pair.grid.table.form.code != form:
            form = pair.grid.table.form.code
            row = _form_head(sheet, row + 1, pair.grid.table.form.name, pen)
        row = _pair(sheet, row, pair, consolidation, pen)
    sheet.freeze_panes(_HEAD_ROW, 0)
    page_setup(sheet, pen, _HOW, None)


# --- what became of the units -------------------------------------------------------------


def _changes(sheet: Worksheet, row: int, consolidation: Consolidation, pen: Pen) -> int:
    keys = ("head.tt", "present.old_new", "present.day", "present.kind", "present.carried")
    _heads(sheet, row, [pen.say(key) for key in keys], pen)
    cell = pen.formats.cell
    names = {unit.code: unit.name for unit in consolidation.programme.units}
    for place, one in enumerate(changes(consolidation), 1):
        row += 1
        words = f"{names[one.predecessor]} → {names[one.successor]}"
        if one.only_moves:
            now = names[consolidation.programme.unit(one.predecessor).parent]
            words = f"{names[one.predecessor]}: {names[one.former]} → {now}"
        kind = pen.say(f"present.{one.kind}")
        if one.share is not None:
            kind += f" {percent(one.share, pen)}"
        said = "" if one.only_moves else carried_words(consolidation, one, pen)
        how = "\n".join(part for part in (said, one.remark) if part)
        small = cell(font_size=SMALL_SIZE, indent=1)
        sheet.write_number(row, _TT, place, cell(align="center"))
        sheet.write_string(row, _UNIT, words, cell())
        sheet.write_string(row, _WAS, one.day.strftime(_DATE), cell(align="center"))
        sheet.write_string(row, _NOW, kind, cell(align="center"))
        sheet.write_string(row, _HOW, how, small)
        sheet.set_row(
            row,
            height(
                (words, _WIDTHS[_UNIT], BODY_SIZE, False),
                (kind, _WIDTHS[_NOW], BODY_SIZE, False),
                (how, _WIDTHS[_HOW] - 2, SMALL_SIZE, False),
            ),
        )
    return row + 1


def _heads(sheet: Worksheet, row: int, words: Sequence[str], pen: Pen) -> None:
    for column, said in enumerate(words):
        sheet.write_string(row, column, said, pen.formats.head)
    sizes = zip(words, _WIDTHS, strict=True)
    sheet.set_row(row, height(*[(said, width, BODY_SIZE, True) for said, width in sizes]))


def _form_head(sheet: Worksheet, row: int, name: str, pen: Pen) -> int:
    spread(sheet, row, (0, _HOW), name, pen.formats.section)
    sheet.set_row(row, height((name, sum(_WIDTHS), 12.0, True)))
    keys = ("head.tt", "head.label", "present.was", "present.now", "present.how")
    _heads(sheet, row + 1, [pen.say(key) for key in keys], pen)
    column_numbers(sheet, row + 2, _WAS, len(_WIDTHS), pen)
    return row + 3


# --- one figure ---------------------------------------------------------------------------


def _pair(sheet: Worksheet, row: int, pair: Pair, consolidation: Consolidation, pen: Pen) -> int:
    """The total, then the units that changed, then the others together; the next free row."""
    lines = pair.lines
    if pair.was.texts or pair.now.texts:
        lines = tuple(line for line in lines if line.now and line.now.texts)
    first = row + 1
    shows_others = pair.others and pair.added and pair.others_sum is not None
    last = row + len(lines) + bool(shows_others)
    _total(sheet, row, pair, (first, last), pen)
    at = {line.unit.code: place for place, line in enumerate(lines, first)}
    for place, line in enumerate(lines, first):
        _line(sheet, place, pair, line, at, consolidation, pen)
    if shows_others and pair.others_sum is not None:
        _others(sheet, last, pair, pair.others_sum, pen)
    return last + 1


def _total(sheet: Worksheet, row: int, pair: Pair, span: tuple[int, int], pen: Pen) -> None:
    cell = pen.formats.cell
    label = label_of(pair, pen)
    number = total_number(pair.grid, pair.block)
    sheet.write_string(row, _TT, number, cell(total=True, align="center"))
    sheet.write_string(row, _UNIT, label, cell(total=True))
    home = xl_rowcol_to_cell(pair.block.total, pair.column.index, True, True)
    _figure(
        sheet, row, _WAS, pair, pair.was, f"={_quoted(pair.grid.sheet)}!{home}", pen, total=True
    )
    formula = None
    if pair.added and _sum_of_lines(pair) == pair.now.value and span[1] >= span[0]:
        cells = [xl_rowcol_to_cell(place, _NOW) for place in span]
        formula = f"=SUM({cells[0]}:{cells[1]})"
    _figure(sheet, row, _NOW, pair, pair.now, formula, pen, total=True)
    how = comparison(pair, pen)
    tint = {"bg_color": pen.formats.warning} if differs(pair) else {}
    look = cell(total=True, bold=False, font_size=SMALL_SIZE, indent=1, **tint)
    sheet.write_string(row, _HOW, how, look)
    needed = height(
        (label, _WIDTHS[_UNIT], BODY_SIZE, True), (how, _WIDTHS[_HOW] - 2, SMALL_SIZE, False)
    )
    sheet.set_row(row, max(18.0, needed))


def _sum_of_lines(pair: Pair) -> Decimal | None:
    values = [line.now.value for line in pair.lines if line.now is not None]
    numbers = [value for value in values if isinstance(value, Decimal)]
    if pair.others and pair.others_sum is not None:
        numbers.append(pair.others_sum)
    total = Decimal(0)
    for number in numbers:
        total = _EXACT.add(total, number)
    return total if numbers else None


def _line(
    sheet: Worksheet,
    row: int,
    pair: Pair,
    line: Line,
    at: dict[str, int],
    consolidation: Consolidation,
    pen: Pen,
) -> None:
    formats, present = pen.formats, consolidation.present
    name = line.unit.name
    divided = present is not None and line.unit in present.divided
    if divided:
        name += f" {pen.say('present.divided')}"
    sheet.write_blank(row, _TT, None, formats.cell())
    sheet.write_string(row, _UNIT, name, formats.cell(indent=1))
    source = None
    if line.source >= 0:
        place = xl_rowcol_to_cell(line.source, pair.column.index)
        source = f"={_quoted(pair.grid.sheet)}!{place}"
    _figure(sheet, row, _WAS, pair, line.was, source, pen, aside=line.left)
    gone = divided and line.now is not None and line.now.state is State.NOT_APPLICABLE
    _figure(sheet, row, _NOW, pair, line.now, _now_formula(pair, line, at), pen, gone=gone)
    how = how_words(pair, line, consolidation, pen)
    sheet.write_string(row, _HOW, how, formats.cell(font_size=SMALL_SIZE, indent=1))
    needed = height(
        (name, _WIDTHS[_UNIT] - 2, BODY_SIZE, False), (how, _WIDTHS[_HOW] - 2, SMALL_SIZE, False)
    )
    sheet.set_row(row, needed, None, {"level": 1})


def _now_formula(pair: Pair, line: Line, at: dict[str, int]) -> str | None:
    """The figure of today out of the column beside it, where that gives it."""
    if line.now is None or not isinstance(line.now.value, Decimal):
        return None
    was = {one.unit.code: one.was.value for one in pair.lines if one.was is not None}
    value, parts = Decimal(0), []
    for code, share in line.terms:
        number = was.get(code)
        if not isinstance(number, Decimal):
            continue
        value = _EXACT.add(value, _EXACT.multiply(number, share))
        cell = xl_rowcol_to_cell(at[code], _WAS)
        parts.append(cell if share == 1 else f"{share:f}*{cell}")
    if parts and value == line.now.value:
        return "=" + "+".join(parts)
    own = was.get(line.unit.code)
    if own is not None and own == line.now.value:
        return f"={xl_rowcol_to_cell(at[line.unit.code], _WAS)}"
    return None


def _figure(
    sheet: Worksheet,
    row: int,
    column: int,
    pair: Pair,
    cell: Cell | None,
    formula: str | None,
    pen: Pen,
    *,
    total: bool = False,
    gone: bool = False,
    aside: bool = False,
) -> None:
    formats = pen.formats
    if cell is None:
        sheet.write_blank(row, column, None, formats.cell(total=total))
    elif cell.texts:
        words = pen.say("present.texts", count=len(cell.texts))
        sheet.write_string(row, column, words, formats.mark(total=total))
    elif cell.value is None:
        words = pen.say("present.gone" if gone else f"state.{cell.state}")
        sheet.write_string(row, column, words, formats.mark(total=total))
    else:
        field = pair.field
        counted = field is None or pair.column.choice or field.over_units is Aggregation.COUNT
        if field is None or counted:
            form = "#,##0"
            look = formats.cell(total=total, num_format=form, align="right")
            look = formats.aside(form) if aside else look
        else:
            mean = is_mean(field, over_units=total)
            look = formats.figure(
                field, cell.state, cell.value, total=total, mean=mean, aside=aside
            )
        if formula:
            sheet.write_formula(row, column, formula, look, plain(cell.value))
        else:
            write_value(sheet, row, column, cell.value, look)


def _others(sheet: Worksheet, row: int, pair: Pair, value: Decimal, pen: Pen) -> None:
    """The units that did not change, as one line: the same both ways."""
    formats = pen.formats
    words = pen.say("present.others", count=pair.others)
    sheet.write_blank(row, _TT, None, formats.cell())
    sheet.write_string(row, _UNIT, words, formats.cell(indent=1, italic=True))
    look = formats.cell(num_format="#,##0.###" if value % 1 else "#,##0", align="right")
    write_value(sheet, row, _WAS, value, look)
    sheet.write_formula(row, _NOW, f"={xl_rowcol_to_cell(row, _WAS)}", look, plain(value))
    sheet.write_blank(row, _HOW, None, formats.cell())
    sheet.set_row(row, None, None, {"level": 1})


def _quoted(sheet: str) -> str:
    name = sheet.replace("'", "''")
    return f"'{name}'"
