"""The words of the sheet by present units: what a figure is of, whose figures are in it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from toolkit.consolidate.model import Carried, Consolidation
from toolkit.programme.model import Aggregation, FormKind, Succession, Unit
from toolkit.report.summary.frame import heading_of
from toolkit.report.summary.pen import Pen
from toolkit.report.summary.present_lines import Line, Pair, carried_to, left_undivided
from toolkit.report.summary.totals import total_label


def label_of(pair: Pair, pen: Pen) -> str:
    """What a figure is called: the row of the form and the column."""
    row = total_label(pair.grid, pair.block, pen)
    if pair.grid.table.form.kind is FormKind.QUESTIONS:
        return row
    group, title = heading_of(pair.column, pen)
    named = f"{group}: {title}" if group else title
    return named if pair.grid.table.form.kind is FormKind.OPEN else f"{row} – {named}"


def differs(pair: Pair) -> bool:
    """Whether the two ways give two totals."""
    return pair.was.value != pair.now.value


def comparison(pair: Pair, pen: Pen) -> str:
    """Whether the two totals are the same, and if not, why."""
    if pair.was.texts or pair.now.texts:
        return ""
    field = pair.field
    if not differs(pair):
        words = pen.say("present.equal")
    elif field is not None and field.over_periods is Aggregation.LAST:
        words = pen.say("present.stock")
    else:
        words = pen.say("present.by_unit")
    return f"{words} {pen.say('provisional')}" if pair.provisional else words


def carried_words(consolidation: Consolidation, row: Succession, pen: Pen) -> str:
    """Which periods are carried; that nothing is, where no share is stated."""
    present, old, new = consolidation.present, row.predecessor, row.successor
    for one in present.carried if present else ():
        if (one.predecessor.code, one.unit.code) == (old, new):
            return pen.say("present.periods", periods=", ".join(p.name for p in one.periods))
    if present and row.share is None and old in {unit.code for unit in present.divided}:
        return pen.say("present.not_divided")
    return pen.say("present.further")


def how_words(pair: Pair, line: Line, consolidation: Consolidation, pen: Pen) -> str:
    """Whose figures stand in the line today; where those of an old unit went."""
    if line.now is not None and line.now.texts:
        names = {unit.code: unit.name for unit in consolidation.programme.units}
        return "\n".join(f"{names[code]}: {words}" for code, words in line.now.texts)
    said = []
    carried = [o for o in carried_to(consolidation, line.unit) if pair.divides or o.share is None]
    stock = pair.field is not None and pair.field.over_periods is Aggregation.LAST
    own = stock and line.was is not None and line.now is not None
    if own and carried:
        said.append(pen.say("present.last"))
    elif carried and line.now is not None:
        said.append(pen.say("present.includes", units=_shares(carried, pen)))
    if line.rounded and not own:
        said.append(pen.say("present.rounded"))
    undivided = left_undivided(consolidation, line.unit)
    if undivided:
        said.append(pen.say("present.without", units=", ".join(u.name for u in undivided)))
    if line.gaps:
        names = {period.code: period.name for period in consolidation.programme.periods}
        said.append(pen.say("present.gaps", periods=", ".join(names[code] for code in line.gaps)))
    if line.was is not None:
        said += _went(line.unit, pair, consolidation, pen, left=line.left)
    return " ".join(said)


def _shares(carried: Sequence[Carried], pen: Pen) -> str:
    return "; ".join(_named(one.predecessor, one.share, pen) for one in carried)


def _named(unit: Unit, share: Decimal | None, pen: Pen) -> str:
    return unit.name if share is None else f"{unit.name} {percent(share, pen)}"


def _went(
    unit: Unit, pair: Pair, consolidation: Consolidation, pen: Pen, *, left: bool
) -> list[str]:
    """Where the figures of an old unit stand today."""
    if left:
        return [pen.say("present.stock_gone")]
    present = consolidation.present
    heirs = [one for one in present.carried if one.predecessor == unit] if present else []
    if heirs and (pair.divides or all(one.share is None for one in heirs)):
        names = "; ".join(_named(one.unit, one.share, pen) for one in heirs)
        return [pen.say("present.went", units=names)]
    if heirs:
        return [pen.say("present.indivisible")]
    if present is not None and unit in present.divided:
        return [pen.say("present.not_divided")]
    return []


def percent(share: Decimal, pen: Pen) -> str:
    """A share as it is written: 60%."""
    number = f"{(share * 100).normalize():f}"
    return f"{number.replace('.', ',') if pen.lang == 'vi' else number}%"
