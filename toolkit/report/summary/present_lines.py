"""What the sheet by present units holds: for each figure both ways, who stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.consolidate.model import Carried, Consolidation, Figure, TableRow, UnitLine
from toolkit.intake.model import State
from toolkit.programme.model import (
    Aggregation,
    Field,
    FormKind,
    Succession,
    SuccessionKind,
    Unit,
)
from toolkit.report.summary.coverage import is_succeeded
from toolkit.report.summary.formulas import choice_count
from toolkit.report.summary.grid import Block, Grid, ValueColumn, field_of

_SUM = Aggregation.SUM


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is shown: its number or day, or None and its state; its texts."""

    value: object
    state: State
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One unit: as it reported, and as it stands today; None where it has no line there.

    ``source`` is the row of the form's sheet that holds the first (-1 where there is none),
    ``left`` tells that the first is in no total, as the unit's successors report it,
    ``terms`` the units whose figures make up the second, with the share of each, ``gaps``
    the periods of which something lacks in it.
    """

    unit: Unit
    was: Cell | None
    now: Cell | None
    source: int = -1
    terms: tuple[tuple[str, Decimal], ...] = ()
    rounded: bool = False
    gaps: tuple[str, ...] = ()
    left: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """One figure of one row of a form, both ways. ``lines`` are the units that changed,
    ``others`` how many did not and what they have together (None where it is no sum)."""

    grid: Grid
    block: Block
    column: ValueColumn
    field: Field | None
    was: Cell
    now: Cell
    lines: tuple[Line, ...]
    others: int
    others_sum: Decimal | None
    provisional: bool = False

    @property
    def added(self) -> bool:
        """Whether the figure of all units is the sum of theirs."""
        return bool(self.column.choice) or self.field is None or self.field.over_units is _SUM

    @property
    def divides(self) -> bool:
        """Whether a stated share divides it (see ``toolkit.consolidate.divide``)."""
        if self.column.choice or self.field is None or self.grid.table.form.kind is FormKind.OPEN:
            return False
        return self.field.over_units in (_SUM, Aggregation.RECOMPUTE)


def changes(consolidation: Consolidation) -> tuple[Succession, ...]:
    """The rows of the sheet Kế thừa that bear on the answers of the consolidation.

    A mere move carries nothing; it bears on them where it fell within the period.
    """
    present, period = consolidation.present, consolidation.period
    if present is None:
        return ()
    codes = {unit.code for unit in present.divided}
    codes |= {one.predecessor.code for one in present.carried}
    later = {one.unit.code for one in present.carried}  # P -> R where A -> P -> R
    return tuple(
        [
            row
            for row in consolidation.programme.successions
            if (
                period.start < row.day <= period.end if row.only_moves else row.predecessor in codes
            )
            or (row.successor in later and not row.only_moves)
        ]
    )


def left_undivided(consolidation: Consolidation, unit: Unit) -> tuple[Unit, ...]:
    """The old units of ``unit`` of which nothing is carried, as no share is stated."""
    codes = {
        row.predecessor
        for row in changes(consolidation)
        if row.successor == unit.code and row.share is None and row.kind is SuccessionKind.SPLIT
    }
    present = consolidation.present
    return tuple([one for one in present.divided if one.code in codes]) if present else ()


def changed_units(consolidation: Consolidation) -> tuple[Unit, ...]:
    """The units that carry on others, are carried on, or were split, in official order."""
    present = consolidation.present
    if present is None:
        return ()
    codes = {unit.code for unit in present.divided}
    for one in present.carried:
        codes |= {one.predecessor.code, one.unit.code}
    for row in changes(consolidation):
        if not row.only_moves:
            codes |= {row.predecessor, row.successor}
    return tuple([unit for unit in consolidation.programme.units if unit.code in codes])


def pairs(consolidation: Consolidation, grids: Sequence[Grid]) -> Iterator[Pair]:
    """Every figure of the forms' sheets, both ways, in their order."""
    if consolidation.present is None:
        return
    tables = {table.form.code: table for table in consolidation.present.tables}
    changed = changed_units(consolidation)
    for grid in grids:
        rows = {row.key: row for row in tables[grid.table.form.code].rows}
        for block in grid.blocks:
            for column in grid.columns:
                pair = _pair(consolidation, grid, block, rows[block.row.key], column, changed)
                if not column.choice or pair.was.value or pair.now.value:
                    yield pair


def _pair(
    consolidation: Consolidation,
    grid: Grid,
    block: Block,
    now: TableRow,
    column: ValueColumn,
    changed: Sequence[Unit],
) -> Pair:
    field = field_of(column, block.row, grid.table.form)
    code = field.code if field else column.code
    was_lines = {line.unit.code: line for line in block.row.lines}
    now_lines = {line.unit.code: line for line in now.lines}
    cover = now.totals[code].coverage
    source = {line.unit.code: row for row, line in enumerate(block.lines, block.first)}
    lines = [
        Line(
            unit,
            _cell(was_lines.get(unit.code), column, code),
            _cell(now_lines.get(unit.code), column, code),
            source.get(unit.code, -1),
            _terms(consolidation, unit, was_lines),
            _is_rounded(consolidation, grid, block, unit, code),
            cover.partial.get(unit.code, ()) if cover else (),
            is_succeeded(block, code, unit.code),
        )
        for unit in changed
        if unit.code in was_lines or unit.code in now_lines
    ]
    if column.choice:  # the many that nobody chose say nothing
        lines = [line for line in lines if _counts(line.was) or _counts(line.now)]
    codes = {unit.code for unit in changed}
    others = [line for line in now.lines if line.unit.code not in codes]
    values = [_shown(line, column, code).value for line in others]
    return Pair(
        grid,
        block,
        column,
        field,
        _total(block.row.totals[code], column),
        _total(now.totals[code], column),
        tuple(lines),
        len(others),
        sum((v for v in values if isinstance(v, Decimal)), Decimal(0)) if others else None,
        cover is not None and not cover.complete,
    )


def _counts(cell: Cell | None) -> bool:
    return cell is not None and bool(cell.value)


def _cell(line: UnitLine | None, column: ValueColumn, code: str) -> Cell | None:
    return None if line is None else _shown(line, column, code)


def _shown(line: UnitLine, column: ValueColumn, code: str) -> Cell:
    if column.choice:
        count = choice_count(column, line)
        return Cell(Decimal(count), State.VALUE if count else State.ZERO)
    figure = line.figures[code]
    if isinstance(figure.value, str):
        return _of_texts(figure)
    return Cell(figure.value, figure.state, figure.texts)


def _of_texts(figure: Figure) -> Cell:
    """A text of a single period is its unit's own; several carry their units along."""
    texts = figure.texts or tuple([(p.unit, str(p.value)) for p in figure.parts if p.value])
    return Cell(None, figure.state, texts)


def _total(figure: Figure, column: ValueColumn) -> Cell:
    if column.choice:
        count = figure.shares.get(column.choice, 0)
        return Cell(Decimal(count), State.VALUE if count else State.ZERO)
    if isinstance(figure.value, str):
        return _of_texts(figure)
    return Cell(figure.value, figure.state, figure.texts)


def _terms(
    consolidation: Consolidation, unit: Unit, was: dict[str, UnitLine]
) -> tuple[tuple[str, Decimal], ...]:
    """The units whose figures stand in the line of ``unit`` today, itself first."""
    carried = carried_to(consolidation, unit)
    own_share = [one.share for one in carried if one.predecessor.code == unit.code]
    terms = [] if own_share or unit.code not in was else [(unit.code, Decimal(1))]
    return (
        *terms,
        *[(one.predecessor.code, one.share or Decimal(1)) for one in carried],
    )


def carried_to(consolidation: Consolidation, unit: Unit) -> tuple[Carried, ...]:
    """What is carried to the unit."""
    present = consolidation.present
    return tuple(one for one in present.carried if one.unit == unit) if present else ()


def _is_rounded(
    consolidation: Consolidation, grid: Grid, block: Block, unit: Unit, code: str
) -> bool:
    present = consolidation.present
    key = code if grid.table.form.kind is FormKind.QUESTIONS else block.row.key
    place = (grid.table.form.code, key, unit.code, code)
    return present is not None and place in present.rounded
