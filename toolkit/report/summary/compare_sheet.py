"""The sheet So sánh: against the targets, the period before and the same period last year.

Beside the comparison of all units stands the one like for like. The figures of this period
are formulas over the form's own sheet, differences and growth formulas over both sides.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.compare import Comparisons
from toolkit.consolidate.compared import Change, Compared, Comparison, NoGrowth, Targeted
from toolkit.consolidate.model import Coverage, Figure
from toolkit.intake.model import State
from toolkit.programme.model import Field, FormKind
from toolkit.report.summary.formats import is_count, is_mean
from toolkit.report.summary.formulas import level_formula, reference
from toolkit.report.summary.grid import ROW_COUNT, Block, Grid
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
from toolkit.report.summary.totals import verdict_words

_TT, _LABEL, _FIELD, _UNIT, _NOW, _BEFORE, _DIFFERENCE, _GROWTH, _SAME = range(9)
_WIDTHS = (5.0, 36.0, 22.0, 9.0, 12.0, 12.0, 12.0, 13.0, 9.0, 12.0, 12.0, 12.0, 13.0)
_LAST = len(_WIDTHS) - 1
_LABEL_LENGTH = 150
_LEAST = 18.0


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every part of the sheet is drawn with."""

    sheet: Worksheet
    grids: Mapping[str, Grid]
    pen: Pen


def has_comparisons(comparisons: Comparisons) -> bool:
    """Whether there is anything to compare with."""
    return bool(comparisons.targets or comparisons.periods)


def draw_comparisons(
    sheet: Worksheet, grids: Sequence[Grid], comparisons: Comparisons, pen: Pen, period: str
) -> None:
    """Draw the whole sheet."""
    desk = _Desk(sheet, {grid.table.form.code: grid for grid in grids}, pen)
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    title = pen.titled(sheet, pen.say("compare.title"))
    spread(sheet, 0, (0, _LAST), title, pen.formats.title)
    sheet.set_row(0, height((title, sum(_WIDTHS), 14, True)) + 4)
    spread(sheet, 1, (0, _LAST), period, pen.formats.subtitle)
    up = f"internal:'{pen.say('sheet.overview')}'!A1"
    sheet.merge_range(2, 0, 2, _LABEL, "", pen.formats.link)
    sheet.write_url(2, 0, up, pen.formats.link, pen.say("up"))
    spread(sheet, 2, (_FIELD, _LAST), pen.say("compare.note"), pen.formats.note)
    row = 4
    if comparisons.targets:
        row = _draw_targets(desk, row, comparisons.targets)
    for comparison in comparisons.periods:
        row = _draw_period(desk, row, comparison)
    page_setup(sheet, pen, _LAST, None)


def _section(desk: _Desk, row: int, words: str) -> int:
    spread(desk.sheet, row, (0, _LAST), words, desk.pen.formats.section)
    desk.sheet.set_row(row, 22)
    return row + 1


# --- targets --------------------------------------------------------------------------------


def _draw_targets(desk: _Desk, row: int, targets: Sequence[Targeted]) -> int:
    pen, sheet = desk.pen, desk.sheet
    row = _section(desk, row, pen.say("compare.target"))
    keys = ["head.tt", "head.indicator", "compare.field", "head.measure", "compare.actual"]
    keys += ["head.target", "compare.difference", "compare.attained"]
    for index, key in enumerate(keys):
        sheet.write_string(row, index, pen.say(key), pen.formats.head)
    spread(sheet, row, (_SAME, _SAME + 1), pen.say("head.verdict"), pen.formats.head)
    sheet.set_row(row, _heads_height([pen.say(key) for key in keys]))
    row += 1
    told = ("(1)", "(2)", "(3)=(1)-(2)", "(4)=(1)/(2)")
    column_numbers(sheet, row, _NOW, _SAME, pen, told)
    spread(sheet, row, (_SAME, _SAME + 1), "(5)", pen.formats.numbers)
    for number, one in enumerate(targets, 1):
        row += 1
        _draw_target(desk, row, number, one)
    return row + 2


def _draw_target(desk: _Desk, row: int, number: int, one: Targeted) -> None:
    pen, sheet = desk.pen, desk.sheet
    told = _draw_label(desk, row, number, one.row.label, one.field)
    looks = _Looks(pen, one.field)
    change = Change(one.actual, one.target, one.difference, None)
    _draw_now(desk, row, _NOW, one.form.code, one.row.key, one.field, change, looks)
    write_value(sheet, row, _BEFORE, one.target, looks.figure(one.target))
    _draw_difference(desk, row, _NOW, change, looks, points=one.is_rate)
    if one.attained is None:
        words = "" if one.actual is not None else pen.say("no_growth.now")
        sheet.write_string(row, _GROWTH, words, pen.formats.mark())
    else:
        cells = [xl_rowcol_to_cell(row, column) for column in (_NOW, _BEFORE)]
        formula = f"={cells[0]}/{cells[1]}"
        sheet.write_formula(row, _GROWTH, formula, looks.rate, plain(one.attained))
    words = verdict_words(one.reached, pen)
    if one.provisional and one.reached is not None:
        words += f" {pen.say('provisional')}"
    look = pen.formats.verdict(one.reached)
    spread(sheet, row, (_SAME, _SAME + 1), words, look)
    sheet.set_row(row, max(_LEAST, height(*told)))


# --- periods --------------------------------------------------------------------------------


def _draw_period(desk: _Desk, row: int, comparison: Comparison) -> int:
    pen, sheet = desk.pen, desk.sheet
    name = comparison.period.name
    row = _section(desk, row, pen.say(f"compare.{comparison.against}", period=name))
    if not comparison.rows:
        words = pen.say("compare.no_returns", period=name)
        spread(sheet, row, (0, _LAST), words, pen.formats.note)
        return _draw_unmatched(desk, row + 1, comparison)
    row = _heads(desk, row)
    last: Compared | None = None
    number = 0
    for one in comparison.rows:
        if last is None or one.form.code != last.form.code:
            number = 0
            spread(sheet, row, (0, _LAST), one.form.name, pen.formats.cell(total=True))
            row += 1
        again = last is not None and one.row is last.row
        number += not again
        _draw_compared(desk, row, 0 if again else number, one)
        row, last = row + 1, one
    return _draw_unmatched(desk, row, comparison)


def _heads(desk: _Desk, row: int) -> int:
    pen, sheet, head = desk.pen, desk.sheet, desk.pen.formats.head
    for index, key in enumerate(("head.tt", "head.label", "compare.field", "head.measure")):
        spread(sheet, row, (index, index), pen.say(key), head, row + 1)
    spread(sheet, row, (_NOW, _GROWTH), pen.say("compare.all_units"), head)
    spread(sheet, row, (_SAME, _LAST), pen.say("compare.same_units"), head)
    changes = ("now", "before", "difference", "growth")
    words = [pen.say(f"compare.{key}") for key in (*changes, "units", *changes)]
    for index, said in enumerate(words, _NOW):
        sheet.write_string(row + 1, index, said, head)
    sheet.set_row(row, _LEAST)
    sheet.set_row(row + 1, _heads_height(words))
    plain_ones = ("(1)", "(2)", "(3)=(1)-(2)", "(4)=(3)/(2)", "(5)")
    same_ones = ("(6)", "(7)", "(8)=(6)-(7)", "(9)=(8)/(7)")
    column_numbers(sheet, row + 2, _NOW, _LAST + 1, pen, (*plain_ones, *same_ones))
    return row + 3


def _heads_height(words: Sequence[str]) -> float:
    return max(_LEAST, height(*((said, 10.0, float(BODY_SIZE), True) for said in words)))


def _draw_compared(desk: _Desk, row: int, number: int, one: Compared) -> None:
    pen, sheet = desk.pen, desk.sheet
    label = one.row.label if one.form.kind is not FormKind.OPEN else pen.say("all_rows")
    told = _draw_label(desk, row, number, label, one.field, provisional=one.provisional)
    told += [(words, _WIDTHS[_NOW], SMALL_SIZE, False) for words in _reasons(one, pen)]
    looks = _Looks(pen, one.field)
    where = (one.form.code, one.row.key)
    _draw_now(desk, row, _NOW, *where, one.field, one.plain, looks)
    _draw_change(desk, row, _NOW, one.plain, looks, points=one.points)
    count = pen.formats.cell(align="center", font_size=SMALL_SIZE)
    sheet.write_number(row, _SAME, len(one.units), count)
    _draw_now(desk, row, _SAME + 1, *where, one.field, one.same, looks, one.units)
    _draw_change(desk, row, _SAME + 1, one.same, looks, points=one.points)
    sheet.set_row(row, max(_LEAST, height(*told)))


def _draw_label(
    desk: _Desk,
    row: int,
    number: int,
    label: str,
    field: Field | None,
    *,
    provisional: bool = False,
) -> list[Words]:
    """Number, name of the row, figure and unit of measure; the texts, for the row's height."""
    pen, sheet = desk.pen, desk.sheet
    shown = textwrap.shorten(label, _LABEL_LENGTH, placeholder=" …")
    title = field.title if field is not None else pen.say("head.row_count")
    title = "" if title == shown else title
    title = f"{title} {pen.say('provisional')}".strip() if provisional else title
    unit = field.unit_of_measure if field is not None else pen.say("rows_unit")
    if number:
        sheet.write_number(row, _TT, number, pen.formats.cell(align="center"))
    else:  # a further figure of the row above
        sheet.write_blank(row, _TT, None, pen.formats.cell())
        shown = ""
    sheet.write_string(row, _LABEL, shown, pen.formats.cell())
    sheet.write_string(row, _FIELD, title, pen.formats.cell())
    sheet.write_string(row, _UNIT, unit, pen.formats.cell(align="center", font_size=SMALL_SIZE))
    return [
        (shown, _WIDTHS[_LABEL], BODY_SIZE, False),
        (title, _WIDTHS[_FIELD], BODY_SIZE, False),
    ]


def _reasons(one: Compared, pen: Pen) -> list[str]:
    """The words in the row that say why there is no figure or no growth."""
    whys = [change.why for change in (one.plain, one.same) if change.why is not None]
    return [pen.say(f"no_growth.{why}") for why in whys]


class _Looks:
    """The formats of one row."""

    def __init__(self, pen: Pen, field: Field | None) -> None:
        self._pen = pen
        self._field = field
        self.rate: Format = pen.formats.cell(num_format="0.0%", align="right")
        self.growth: Format = pen.formats.cell(num_format="+0.0%;-0.0%;0%", align="right")

    def figure(self, value: Decimal | None) -> Format:
        """The look of a figure."""
        field = self._field
        if field is None or is_count(field, over_units=True):
            return self._pen.formats.cell(num_format="#,##0", align="right")
        mean = is_mean(field, over_units=True)
        return self._pen.formats.figure(field, State.VALUE, value, mean=mean)

    def difference(self, value: Decimal, *, points: bool) -> Format:
        """The look of a difference, with its sign."""
        if points:
            unit = self._pen.say("compare.points").replace('"', "”")
            form = f'+0.0" {unit}";-0.0" {unit}";0" {unit}"'
        else:
            whole = value == value.to_integral_value()
            form = "+#,##0;-#,##0;0" if whole else "+#,##0.##;-#,##0.##;0"
        return self._pen.formats.cell(num_format=form, align="right")


def _draw_now(
    desk: _Desk,
    row: int,
    column: int,
    form: str,
    key: str,
    field: Field | None,
    change: Change,
    looks: _Looks,
    units: Sequence[str] | None = None,
) -> None:
    """This period's figure: a reference to its total, or over the cells of ``units``."""
    sheet = desk.sheet
    if change.now is None:
        why = change.why if change.why is NoGrowth.NOBODY else NoGrowth.NOW
        sheet.write_string(row, column, desk.pen.say(f"no_growth.{why}"), desk.pen.formats.mark())
        return
    look = looks.figure(change.now)
    formula = _formula(desk, form, key, field, change.now, units)
    if formula is None:
        write_value(sheet, row, column, change.now, look)
    else:
        sheet.write_formula(row, column, formula, look, plain(change.now))


def _formula(
    desk: _Desk,
    form: str,
    key: str,
    field: Field | None,
    value: Decimal,
    units: Sequence[str] | None,
) -> str | None:
    grid = desk.grids[form]
    try:
        block: Block = grid.block(key)
        place = grid.column(field.code if field is not None else ROW_COUNT)
    except KeyError:
        return None
    if units is None:
        return f"={reference(grid, block, place)}"
    chosen = tuple(units)
    figure = Figure(State.VALUE, value, (), Coverage(chosen, chosen))
    return level_formula(grid, block, place, field, figure, units)


def _draw_change(
    desk: _Desk, row: int, column: int, change: Change, looks: _Looks, *, points: bool
) -> None:
    """The figure of then, the difference and the growth, or why there is none."""
    sheet, pen = desk.sheet, desk.pen
    before, growth = column + 1, column + 3
    if change.before is None:
        why = change.why if change.why is NoGrowth.NOBODY else NoGrowth.BASE
        sheet.write_string(row, before, pen.say(f"no_growth.{why}"), pen.formats.mark())
    else:
        write_value(sheet, row, before, change.before, looks.figure(change.before))
    _draw_difference(desk, row, column, change, looks, points=points)
    if change.growth is not None:
        cells = [xl_rowcol_to_cell(row, place) for place in (column, before)]
        formula = f"=({cells[0]}-{cells[1]})/{cells[1]}"
        sheet.write_formula(row, growth, formula, looks.growth, plain(change.growth))
    else:
        told = change.why is not None and change.now is not None and change.before is not None
        words = pen.say(f"no_growth.{change.why}") if told else ""
        sheet.write_string(row, growth, words, pen.formats.mark())


def _draw_difference(
    desk: _Desk, row: int, column: int, change: Change, looks: _Looks, *, points: bool
) -> None:
    """Now less then; of rates in percentage points."""
    place = column + 2
    if change.difference is None:
        desk.sheet.write_string(row, place, "", desk.pen.formats.mark())
        return
    cells = [xl_rowcol_to_cell(row, one) for one in (column, column + 1)]
    factor = "*100" if points else ""
    shown = change.difference * 100 if points else change.difference
    formula = f"=({cells[0]}-{cells[1]}){factor}"
    look = looks.difference(shown, points=points)
    desk.sheet.write_formula(row, place, formula, look, plain(shown))


def _draw_unmatched(desk: _Desk, row: int, comparison: Comparison) -> int:
    """What could not be set side by side; returns the row below."""
    pen, sheet = desk.pen, desk.sheet
    if not comparison.unmatched:
        return row + 1
    spread(sheet, row, (0, _LAST), pen.say("compare.unmatched"), pen.formats.get(italic=True))
    look = pen.formats.get(font_size=SMALL_SIZE, text_wrap=True, indent=1)
    for one in comparison.unmatched:
        row += 1
        words = pen.say(
            f"unmatched.{one.kind}",
            code=one.code,
            now=textwrap.shorten(one.now, _LABEL_LENGTH, placeholder=" …"),
            then=textwrap.shorten(one.then, _LABEL_LENGTH, placeholder=" …"),
        )
        spread(sheet, row, (0, _LAST), words, look)
        sheet.set_row(row, max(15.0, height((words, sum(_WIDTHS), SMALL_SIZE, False))))
    return row + 2
