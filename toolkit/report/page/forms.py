"""A form on the page: the totals, below each its units, below each unit its periods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from toolkit.consolidate.model import Figure, FormTable, UnitLine
from toolkit.intake.model import AnswerValue, State
from toolkit.programme.model import Aggregation, Field, FieldType, FormKind, Period
from toolkit.report.page.origins import Origins
from toolkit.report.page.table import (
    EMPTY,
    By,
    Cell,
    Column,
    Filter,
    Kind,
    Look,
    Node,
    Origin,
    Table,
)
from toolkit.report.shown import shown
from toolkit.report.summary.coverage import coverage_words, is_succeeded, ratio, unit_state
from toolkit.report.summary.formats import is_mean, number_format, target_format
from toolkit.report.summary.formulas import choice_count
from toolkit.report.summary.frame import heading_of
from toolkit.report.summary.grid import (
    LABEL,
    ROW_COUNT,
    Block,
    Grid,
    ValueColumn,
    field_of,
    grid,
)
from toolkit.report.summary.names import FormSheets
from toolkit.report.summary.pen import gathered
from toolkit.report.summary.totals import (
    opinions,
    total_label,
    total_number,
    total_words,
    verdict_words,
)
from toolkit.report.voice import Voice

_COUNT = "#,##0"
_NO_SHEETS = FormSheets("", "", "")
_TICK = Cell("x", 1)


def plan(table: FormTable, voice: Voice) -> Grid:
    """The rows and columns of a form: those of its sheet in the summary workbook."""
    return grid(table, voice.programme, _NO_SHEETS)


def form_table(name: str, plan: Grid, origins: Origins) -> Table:
    """The table of a form."""
    voice = origins.voice
    judged = plan.verdict is not None
    filters = []
    if judged and len(plan.blocks) > 1:
        options = [(verdict_words(r, voice), k) for r, k in _VERDICTS.items()]
        place = plan.coverage + 3
        filters = [Filter(voice.say("head.verdict"), (place,), By.LOOK, tuple(options))]
    return Table(
        name=name,
        caption=plan.table.form.name,
        columns=tuple(_columns(plan, voice)),
        rows=tuple(_total(plan, block, origins) for block in plan.blocks),
        filters=tuple(filters),
        label=LABEL,
        still=True,
    )


def _columns(plan: Grid, voice: Voice) -> Iterator[Column]:
    yield Column(voice.say("head.tt"), Kind.WORD)
    yield Column(voice.say("head.label"), wide=True)
    for column in plan.columns:
        group, title = heading_of(column, voice)
        yield Column(title, _kind(column), group, wide=_is_text(column))
    yield Column(voice.say("head.coverage"), Kind.COVERAGE)
    yield Column(voice.say("head.missing"), wide=True)
    if plan.verdict is not None:
        yield Column(voice.say("head.target"), Kind.WORD)
        yield Column(voice.say("head.verdict"), Kind.WORD)


def _is_text(column: ValueColumn) -> bool:
    return column.field is not None and column.field.type is FieldType.TEXT


def _kind(column: ValueColumn) -> Kind:
    return Kind.TEXT if _is_text(column) else Kind.NUMBER


# --- totals -------------------------------------------------------------------------------------


def _total(plan: Grid, block: Block, origins: Origins) -> Node:
    voice = origins.voice
    coverage, missing = coverage_words(plan, block, voice)
    cells = [Cell(total_number(plan, block)), Cell(total_label(plan, block, voice))]
    cells += [total_cell(plan, block, column, voice) for column in plan.columns]
    cells += [Cell(coverage, look=Look.LACKING if missing else None), Cell(missing)]
    if plan.verdict is not None:
        cells += verdict_cells(block, voice)
    kids = tuple(_unit(plan, block, line, origins) for line in block.row.lines)
    return Node(tuple(cells), kids)


def total_cell(plan: Grid, block: Block, column: ValueColumn, voice: Voice) -> Cell:
    """What stands in a column for all units, with the mark of a provisional figure."""
    field = field_of(column, block.row, plan.table.form)
    figure = block.row.totals.get(field.code if field else column.code)
    if figure is None:
        return EMPTY
    if field is not None and field.over_units is Aggregation.LIST:
        count = opinions(figure)
        return Cell(f"{shown(count, _COUNT, voice.lang)} {voice.say('opinions')}", count)
    if figure.value is None:
        return Cell(total_words(plan, block, figure, voice), look=Look.NOTHING)
    return provisional(figure, total_figure(field, column, figure, voice), voice)


def total_figure(field: Field | None, column: ValueColumn, figure: Figure, voice: Voice) -> Cell:
    """A total that has a value; of one choice where the column is one's."""
    if column.choice:
        return _number(figure.shares.get(column.choice, 0), _COUNT, voice)
    if field is None or field.over_units is Aggregation.COUNT:
        return _number(figure.value, _COUNT, voice)
    return value_cell(field, figure, voice, mean=is_mean(field, over_units=True))


def provisional(figure: Figure, cell: Cell, voice: Voice) -> Cell:
    """The cell with the mark of a figure in which something asked for is lacking."""
    cover = figure.coverage
    if cover is None or cover.complete:
        return cell
    counted, expected = ratio(cover)
    hint = voice.say("coverage", counted=counted, expected=expected)
    return Cell(cell.words, cell.order, Look.PROVISIONAL, hint)


_VERDICTS: Mapping[bool | None, Look] = {True: Look.GOOD, False: Look.BAD, None: Look.NOTHING}


def verdict_cells(block: Block, voice: Voice) -> list[Cell]:
    """The target and whether it is reached."""
    held = block.row.attainment
    if held is None:
        return [EMPTY, EMPTY]
    target = shown(held.target, target_format(held, block.row.item), voice.lang)
    words = verdict_words(held.reached, voice)
    if held.provisional and held.reached is not None:
        words += f" {voice.say('provisional')}"
    return [Cell(target, held.target), Cell(words, look=_VERDICTS[held.reached])]


# --- units and periods --------------------------------------------------------------------------


def _unit(plan: Grid, block: Block, line: UnitLine, origins: Origins) -> Node:
    voice, periods = origins.voice, plan.table.periods
    state, gaps = unit_state(plan, block, line, voice)
    cells = [EMPTY, Cell(line.unit.name)]
    for column in plan.columns:
        cells.append(_unit_cell(plan, block, column, line, voice))
    cells += [Cell(state), Cell(gaps)]
    if plan.verdict is not None:
        cells += [EMPTY, EMPTY]
    if len(periods) == 1:
        found = _origins(plan, line, periods[0], origins)
        return Node(tuple(cells), origins=found, sources=_sources(line, periods[0], origins))
    kids = tuple(_period(plan, block, line, period, origins) for period in periods)
    return Node(tuple(cells), kids)


def _unit_cell(plan: Grid, block: Block, column: ValueColumn, line: UnitLine, voice: Voice) -> Cell:
    field = field_of(column, block.row, plan.table.form)
    figure = line.figures.get(field.code if field else column.code)
    if figure is None:
        return EMPTY
    if column.choice:
        return _ticks(plan, choice_count(column, line))
    if field is not None and field.over_periods is Aggregation.LIST and figure.texts:
        return Cell(gathered(figure))
    if figure.value is None:
        came = voice.came([line.unit], plan.table.periods)
        return Cell(voice.state_words(figure, came=came), look=Look.NOTHING)
    if field is None:
        return _number(figure.value, _COUNT, voice)
    mean = is_mean(field, over_units=False) and len(plan.table.periods) > 1
    cell = value_cell(field, figure, voice, mean=mean)
    if is_succeeded(block, field.code, line.unit.code):  # told, and in no total
        return replace(cell, words=f"[{cell.words}]", look=Look.NOTHING)
    return cell


def _period(plan: Grid, block: Block, line: UnitLine, period: Period, origins: Origins) -> Node:
    cells = [EMPTY, Cell(period.name)]
    cells += [_period_cell(plan, block, c, line, period, origins.voice) for c in plan.columns]
    cells += [EMPTY] * (4 if plan.verdict is not None else 2)
    found = _origins(plan, line, period, origins)
    return Node(tuple(cells), origins=found, sources=_sources(line, period, origins))


def _period_cell(
    plan: Grid, block: Block, column: ValueColumn, line: UnitLine, period: Period, voice: Voice
) -> Cell:
    field = field_of(column, block.row, plan.table.form)
    figures = line.by_period.get(period.code)
    if figures is None:
        return EMPTY if column.choice else Cell(voice.say("state.not_owed"), look=Look.NOTHING)
    figure = figures.get(field.code if field else ROW_COUNT)
    if figure is None:
        return EMPTY
    if column.choice:
        return _ticks(plan, choice_count(column, UnitLine(line.unit, figures, {})))
    if figure.texts:
        return Cell(gathered(figure))
    if figure.value is None:
        came = voice.came([line.unit], [period])
        return Cell(voice.state_words(figure, came=came), look=Look.NOTHING)
    if field is None:
        return _number(figure.value, _COUNT, voice)
    return value_cell(field, figure, voice)


def _ticks(plan: Grid, count: int) -> Cell:
    """How often a unit chose this; in a form of fixed rows that is a tick."""
    if not count:
        return EMPTY
    tick = plan.table.form.kind is not FormKind.OPEN and count == 1
    return _TICK if tick else Cell(str(count), count)


def _origins(plan: Grid, line: UnitLine, period: Period, origins: Origins) -> tuple[Origin, ...]:
    """The cells of one return behind a row; those of a list stand in the list itself."""
    form = plan.table.form
    if form.kind is FormKind.OPEN:
        return ()
    figures = line.by_period.get(period.code, {})
    found: list[Origin] = []
    for field in form.fields:
        figure = figures.get(field.code)
        if figure is not None:
            found += origins.of(field.title, field, figure.parts)
    return tuple(found)


def _sources(line: UnitLine, period: Period, origins: Origins) -> tuple[int, ...]:
    place = origins.source(line.unit.code, period.code)
    return () if place is None else (place,)


# --- values -------------------------------------------------------------------------------------


def value_cell(field: Field, figure: Figure, voice: Voice, *, mean: bool = False) -> Cell:
    """A figure that has a value, as the summary workbook shows it."""
    value = figure.value
    if figure.state is State.NIL and not value:
        return Cell(voice.say("state.nil"), 0)
    return _number(value, number_format(field, value, mean=mean), voice)


def _number(value: AnswerValue | int, number_format: str, voice: Voice) -> Cell:
    if value is None:
        return EMPTY
    words = shown(value, number_format, voice.lang)
    if isinstance(value, date):
        return Cell(words, value.toordinal())
    return Cell(words, value if isinstance(value, Decimal | int) else None)
