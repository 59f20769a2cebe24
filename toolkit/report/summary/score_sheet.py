"""The sheet of scores: one row a unit, points by criterion, total, band and rank.

Points are live references to the sheet of single scores, totals and ranks live formulas over
them. A score that may still change carries an asterisk and a pale ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.score_model import CriterionScore, ScoreState, ScoreTable, UnitScore
from toolkit.programme.language.evaluate import rounded
from toolkit.programme.score_types import Band
from toolkit.report.score_words import no_band, unit_notes
from toolkit.report.summary.block import (
    Cell,
    Column,
    Live,
    draw_cell,
    draw_head,
    draw_titles,
)
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
from toolkit.report.summary.score_details import FIRST, OWN, POINTS
from toolkit.report.summary.titles import titles_of

_HEAD, _NUMBERS, _MAXIMUM, _DATA = 4, 5, 6, 7
_LEAD = 3  # TT, unit, type
_POINTS_WIDTH = 8.6
_NUMBER = "#,##0.##"
_SHOWN = "0.00"
_UNSURE, _LACKING = "#FFF2CC", "#F8CBAD"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where things stand: columns after the criteria, rows of the units."""

    table: ScoreTable
    details: str  # the sheet of single scores

    @property
    def after(self) -> int:
        """The first column after the criteria: own total, total, band, rank, rank of all."""
        return _LEAD + len(self.table.criteria)

    @property
    def several(self) -> bool:
        """Whether units of more than one type are scored."""
        return len(self.table.types) > 1

    def rows(self) -> tuple[int, int]:
        """The first and the last row of units."""
        return _DATA, _DATA + len(self.table.units) - 1

    def column(self, index: int) -> str:
        """The cells of a column over all units, absolute."""
        first, last = self.rows()
        return str(xl_range_abs(first, index, last, index))


def draw_scores(
    sheet: Worksheet, table: ScoreTable, details: str, frame: Sequence[str], pen: Pen
) -> None:
    """The table of units, then the bands with how many units each has, then the legend."""
    plan = Plan(table, details)
    columns = list(_columns(plan, pen))
    widths = [column.width for column in columns]
    titles = titles_of(frame, pen.say("scores.title"))
    draw_titles(sheet, pen, titles, widths, pen.say("scores.note"))
    draw_head(sheet, pen, _HEAD, columns)
    column_numbers(sheet, _NUMBERS, 2, len(columns), pen)
    _maxima(sheet, plan, columns, pen)
    for place, one in enumerate(table.units):
        _unit(sheet, plan, columns, place, one, pen)
    row = _bands(sheet, plan, widths, _DATA + len(table.units) + 1, pen)
    legend = pen.say("scores.legend")
    spread(sheet, row + 1, (0, len(columns) - 1), legend, pen.formats.note)
    sheet.set_row(row + 1, height((legend, sum(widths), SMALL_SIZE, False)))
    sheet.freeze_panes(_DATA, 2)
    page_setup(sheet, pen, len(columns) - 1, (_HEAD, _MAXIMUM))


def _columns(plan: Plan, pen: Pen) -> Iterator[Column]:
    def head(key: str) -> str:
        return pen.say(f"scores.{key}")

    yield Column(head("tt"), 5.0, "center")
    yield Column(head("unit"), 20.0)
    yield Column(head("type"), 8.0, "center")
    for criterion in plan.table.criteria:
        bonus = f"\n({head('bonus')})" if criterion.bonus else ""
        title = f"{criterion.code}\n{criterion.text}{bonus}"
        yield Column(title, max(_POINTS_WIDTH, _longest(title) + 3.0), "center", _NUMBER)
    yield Column(head("own_total"), 9.0, "center", _SHOWN)
    yield Column(head("total"), 9.0, "center", _SHOWN)
    yield Column(head("band"), 17.0, "center")
    yield Column(head("rank_type") if plan.several else head("rank"), 8.0, "center", "0")
    if plan.several:
        yield Column(head("rank_all"), 8.0, "center", "0")
    yield Column(head("remark"), 34.0)


def _longest(title: str) -> int:
    return max(len(word) for word in title.split())


def _maxima(sheet: Worksheet, plan: Plan, columns: Sequence[Column], pen: Pen) -> None:
    row = _MAXIMUM
    for index, column in enumerate(columns):
        cell: Cell = pen.say("scores.maximum") if index == 1 else ""
        if _LEAD <= index < plan.after:
            cell = plan.table.criteria[index - _LEAD].maximum
        elif index == plan.after + 1:
            span = f"{xl_rowcol_to_cell(row, _LEAD)}:{xl_rowcol_to_cell(row, plan.after - 1)}"
            full = sum((c.maximum for c in plan.table.criteria), Decimal(0))
            cell = Live(f"=SUM({span})", plain_number(full))
        look = {"bold": True, "bg_color": "#EDF2FA"}
        draw_cell(sheet, pen, (row, index), column, cell, **look)


def plain_number(value: Decimal) -> float | int:
    """A number as the cached result of a formula."""
    shown = plain(value)
    assert not isinstance(shown, str)
    return shown


# --- a unit ---------------------------------------------------------------------------------


def _unit(
    sheet: Worksheet, plan: Plan, columns: Sequence[Column], place: int, one: UnitScore, pen: Pen
) -> None:
    row, first = _DATA + place, FIRST + place * len(plan.table.criteria)
    cells: list[Cell] = [place + 1, one.unit.name, one.unit.type]
    looks: list[dict[str, object]] = [{}, {}, {}]
    for index, score in enumerate(one.criteria):
        cells.append(_points(plan, score, first + index, pen))
        looks.append(_ground(score.state))
    notes = unit_notes(one, pen)
    total, unsure = _total(plan, row, one, pen), _ground(one.state)
    own = _own_total(plan, first, one, pen)
    band: Cell = one.band.name if one.band is not None else no_band(one, pen)
    cells += [own, total, band]
    mark = {"num_format": '@"*"'} if one.band_provisional and one.band is not None else {}
    looks += [{}, {"bold": True, **unsure}, {"bold": one.band is not None, **mark}]
    cells += [_rank(plan, row, one, within=True)]
    looks += [{"bold": True}]
    if plan.several:
        cells.append(_rank(plan, row, one, within=False))
        looks.append({})
    cells.append(notes)
    looks.append({})
    for index, (cell, look) in enumerate(zip(cells, looks, strict=True)):
        draw_cell(sheet, pen, (row, index), columns[index], cell, **look)
    band_words = (str(band), columns[plan.after + 2].width, float(SMALL_SIZE), True)
    name = (one.unit.name, columns[1].width, float(SMALL_SIZE), False)
    remark = (notes, columns[-1].width, float(SMALL_SIZE), False)
    sheet.set_row(row, max(18.0, height(band_words, name, remark)))


def _ground(state: ScoreState) -> dict[str, object]:
    colours = {ScoreState.PROVISIONAL: _UNSURE, ScoreState.INCOMPLETE: _LACKING}
    return {"bg_color": colours[state]} if state in colours else {}


def _points(plan: Plan, score: CriterionScore, row: int, pen: Pen) -> Cell:
    if score.state is ScoreState.NOT_APPLICABLE:
        return "–"
    if score.points is None:
        return pen.say("scores.lacking")
    source = f"='{plan.details}'!{xl_rowcol_to_cell(row, POINTS)}"
    mark = "*" if score.state is ScoreState.PROVISIONAL else ""
    return Live(source, plain_number(score.points), mark)


def _own_total(plan: Plan, first: int, one: UnitScore, pen: Pen) -> Cell:
    total = one.own_total
    if total is None:
        return pen.say("scores.lacking")
    last = first + len(one.criteria) - 1
    span = f"{xl_rowcol_to_cell(first, OWN)}:{xl_rowcol_to_cell(last, OWN)}"
    return Live(f"=SUM('{plan.details}'!{span})", plain_number(total))


def _total(plan: Plan, row: int, one: UnitScore, pen: Pen) -> Cell:
    """Rounded to nine places, as points are compared: equals are equal in Excel too."""
    if one.total is None:
        return pen.say("scores.incomplete")
    cached = plain_number(rounded(one.total))
    mark = "*" if one.state is ScoreState.PROVISIONAL else ""
    if not one.converted:
        cells = f"{xl_rowcol_to_cell(row, _LEAD)}:{xl_rowcol_to_cell(row, plan.after - 1)}"
        return Live(f"=ROUND(SUM({cells}),9)", cached, mark)
    scored = [(_LEAD + n, s) for n, s in enumerate(one.criteria)]
    basic = [n for n, s in scored if not s.criterion.bonus]
    taken = [n for n, s in scored if n in basic and s.points is not None]
    bonus = [n for n, s in scored if n not in basic and s.points is not None]
    points = _plus(row, taken)
    full, reachable = _plus(_MAXIMUM, basic), _plus(_MAXIMUM, taken)
    more = f"+{_plus(row, bonus)}" if bonus else ""
    return Live(f"=ROUND(({points})*({full})/({reachable}){more},9)", cached, mark)


def _plus(row: int, columns: Sequence[int]) -> str:
    return "+".join(xl_rowcol_to_cell(row, index) for index in columns)


def _rank(plan: Plan, row: int, one: UnitScore, *, within: bool) -> Cell:
    """One more than the units that have more points (of the same type)."""
    rank = one.rank if within else one.rank_all
    if rank is None:
        return "–"
    totals = plan.column(plan.after + 1)
    own = xl_rowcol_to_cell(row, plan.after + 1)
    conditions = [f"--ISNUMBER({totals})", f"--({totals}>{own})"]
    if within:
        types = plan.column(2)
        conditions.insert(0, f"--({types}={xl_rowcol_to_cell(row, 2)})")
    mark = "*" if one.rank_provisional else ""
    return Live(f"=1+SUMPRODUCT({','.join(conditions)})", rank, mark)


# --- the bands ------------------------------------------------------------------------------


def _bands(sheet: Worksheet, plan: Plan, widths: Sequence[float], row: int, pen: Pen) -> int:
    """Each band with its threshold, condition and share, and how many units are in it."""
    if not plan.table.bands:
        return row
    last = len(widths) - 1
    spans = [
        (0, 1),
        (2, 2),
        (3, plan.after - 1),
        (plan.after, plan.after + 1),
        (plan.after + 2,) * 2,
    ]
    keys = ("band", "from", "condition", "share", "count")
    title = pen.formats.get(bold=True, font_size=12)
    spread(sheet, row, (0, last), pen.say("scores.bands"), title)
    for key, span in zip(keys, spans, strict=True):
        spread(sheet, row + 1, span, pen.say(f"scores.{key}"), pen.formats.head)
    sheet.set_row(row + 1, 20)
    for place, band in enumerate(plan.table.bands, row + 2):
        _band(sheet, plan, place, band, spans, widths, pen)
    return row + 2 + len(plan.table.bands)


def _band(
    sheet: Worksheet,
    plan: Plan,
    row: int,
    band: Band,
    spans: Sequence[tuple[int, int]],
    widths: Sequence[float],
    pen: Pen,
) -> None:
    condition = band.condition.source if band.condition is not None else ""
    if band.unit_types:
        condition = "; ".join(filter(None, (", ".join(band.unit_types), condition)))
    share = (
        pen.say("scores.at_most", share=f"{(band.share * 100).normalize():f}") if band.share else ""
    )
    least = f"{band.least.normalize():f}".replace(".", "," if pen.lang == "vi" else ".")
    for span, words in zip(spans[:4], (band.name, least, condition, share), strict=True):
        align = "left" if span in (spans[0], spans[2]) else "center"
        spread(sheet, row, span, words, pen.formats.boxed(font_size=SMALL_SIZE, align=align))
    count = sum(one.band == band for one in plan.table.units)
    look = pen.formats.boxed(font_size=BODY_SIZE, bold=True, align="center")
    # The first cell of the row holds the name; equal names of several types are told by type.
    own = f"--({plan.column(plan.after + 2)}={xl_rowcol_to_cell(row, 0)})"
    types = [
        f'({plan.column(2)}="{kind.replace(chr(34), chr(34) * 2)}")' for kind in band.unit_types
    ]
    limited = f",--(({'+'.join(types)})>0)" if types else ""
    sheet.write_formula(row, spans[4][0], f"=SUMPRODUCT({own}{limited})", look, count)
    span = spans[2]
    held = sum(widths[span[0] : span[1] + 1])
    name = (band.name, sum(widths[:2]), float(SMALL_SIZE), False)
    sheet.set_row(row, max(18.0, height((condition, held, SMALL_SIZE, False), name)))
