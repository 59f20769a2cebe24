"""Comparisons: with the period before, the same period last year, and the targets.

The plain comparison sets all units of now beside all units of then; the one like for like only
those that are wholly in both figures, so that a unit that is new, gone or late does not look
like growth. Both are made by the same rules as the totals, never of differences of units.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from toolkit.consolidate.aggregate import EXACT, QUOTIENT
from toolkit.consolidate.attain import measured_field
from toolkit.consolidate.compared import (
    Against,
    Change,
    Compared,
    Comparison,
    Mismatch,
    NoGrowth,
    Targeted,
    Unmatched,
)
from toolkit.consolidate.matching import UnitPairs, match_field, match_row, match_units
from toolkit.consolidate.model import ROWS, Consolidation, Figure, FormTable, TableRow
from toolkit.programme.model import Aggregation, Field, FormKind, Period, Programme, Unit

_NO_NUMBER = (Aggregation.NONE, Aggregation.LIST, Aggregation.SHARE)


def period_before(programme: Programme, period: Period) -> Period | None:
    """The last period of the same kind that ended before this one began."""
    before = [p for p in programme.periods if p.kind is period.kind and p.end < period.start]
    return max(before, key=lambda p: (p.end, p.code), default=None)


def same_period_last_year(programme: Programme, period: Period) -> Period | None:
    """The period of the same kind a year before, from the same day to the same day."""
    wanted = (_year_before(period.start), _year_before(period.end))
    for other in programme.periods:
        held = (_first_of(other.start), _first_of(other.end))
        if other.kind is period.kind and held == wanted:
            return other
    return None


def _year_before(day: date) -> tuple[int, int, int]:
    year, month, number = _first_of(day)
    return year - 1, month, number


def _first_of(day: date) -> tuple[int, int, int]:
    """The day for comparing: 29 February is the last of its month as 28 is."""
    return day.year, day.month, min(day.day, 28) if day.month == 2 else day.day


def compare(now: Consolidation, then: Consolidation, against: Against) -> Comparison:
    """Every number of ``now`` beside the same of ``then``; both with ``keep``.

    Raises KeyError for a consolidation that does not hold what its totals are made of.
    """
    if not then.sources:
        return Comparison(against, then.period, ())
    pairs = match_units(_reporting(now), _reporting(then))
    said = list(pairs.unmatched)
    tables = {table.form.code: table for table in then.tables}
    rows: list[Compared] = []
    for table in now.tables:
        other = tables.get(table.form.code)
        if other is None or other.form.kind is not table.form.kind:
            said.append(Unmatched(Mismatch.FORM, table.form.code, table.form.name))
            continue
        rows += _compared_rows(table, other, pairs, said)
    return Comparison(against, then.period, tuple(rows), tuple(dict.fromkeys(said)))


def _reporting(consolidation: Consolidation) -> list[Unit]:
    """The units that owe anything in the consolidation, in official order."""
    owing = {u.unit.code for status in consolidation.status for u in status.units}
    return [unit for unit in consolidation.programme.units if unit.code in owing]


def _compared_rows(
    table: FormTable, then: FormTable, pairs: UnitPairs, said: list[Unmatched]
) -> Iterator[Compared]:
    matched = {f.code for f in table.form.fields if _has_figure(f) and match_field(f, then, said)}
    for row in table.rows:
        other = match_row(row, then, said)
        if other is None:
            continue
        for field in _fields(table, row):
            code = field.code if field is not None else ROWS
            if (field is None or code in matched) and code in other.totals:
                found = _compared(table, row, other, field, code, pairs)
                if found is not None:
                    yield found


def _has_figure(field: Field) -> bool:
    return field.over_units not in _NO_NUMBER


def _fields(table: FormTable, row: TableRow) -> Iterator[Field | None]:
    """The fields of a row that have a number over units; None: how many rows there are."""
    if table.form.kind is FormKind.OPEN:
        yield None
    for field in table.form.fields:
        if field.code in row.totals and _has_figure(field):
            yield field


def _compared(
    table: FormTable,
    row: TableRow,
    other: TableRow,
    field: Field | None,
    code: str,
    pairs: UnitPairs,
) -> Compared | None:
    now, before = row.totals[code], other.totals[code]
    if not any(isinstance(figure.value, Decimal) for figure in (now, before)):
        return None  # dates, or no figure on either side
    units = _in_both(now, before, pairs)
    points = field is not None and field.shows_percent
    if units:
        like = change(
            _over(row, code, units),
            _over(other, code, [pairs.then[unit] for unit in units]),
            points=points,
        )
    else:
        like = Change(None, None, None, None, NoGrowth.NOBODY)
    return Compared(
        form=table.form,
        row=row,
        field=field,
        plain=change(_value(now), _value(before), points=points),
        same=like,
        units=units,
        provisional=not (_complete(now) and _complete(before)),
    )


def _in_both(now: Figure, before: Figure, pairs: UnitPairs) -> tuple[str, ...]:
    """The units, by their code of now, that are wholly in both figures."""
    counted = set(before.coverage.counted) if before.coverage else set()
    held = now.coverage.counted if now.coverage else ()
    return tuple([unit for unit in held if pairs.then.get(unit) in counted])


def _over(row: TableRow, code: str, units: Sequence[str]) -> Decimal | None:
    chosen = frozenset(units)
    places = [n for n, line in enumerate(row.lines) if line.unit.code in chosen]
    return _value(row.over[code].total(places, traced=False))


def _value(figure: Figure) -> Decimal | None:
    return figure.value if isinstance(figure.value, Decimal) else None


def _complete(figure: Figure) -> bool:
    return figure.coverage is not None and figure.coverage.complete


def change(now: Decimal | None, before: Decimal | None, *, points: bool) -> Change:
    """From ``before`` to ``now``; of rates (``points``) the difference alone.

    A growth from 0, from below 0 or from nothing is not computed: the change says why.
    """
    if now is None or before is None:
        why = NoGrowth.NOW if now is None else NoGrowth.BASE
        return Change(now, before, None, None, why)
    difference = EXACT.subtract(now, before)
    if points:
        return Change(now, before, difference, None)
    if before <= 0:
        why = NoGrowth.NEGATIVE if before else NoGrowth.ZERO
        return Change(now, before, difference, None, why)
    return Change(now, before, difference, QUOTIENT.divide(difference, before))


@dataclass(frozen=True, slots=True)
class Comparisons:
    """Everything a consolidation is compared with."""

    targets: tuple[Targeted, ...] = ()
    periods: tuple[Comparison, ...] = ()


def targets(consolidation: Consolidation) -> tuple[Targeted, ...]:
    """Every indicator that has a target beside what came of it."""
    return tuple(
        [
            found
            for table in consolidation.tables
            for row in table.rows
            if (found := _targeted(table, row)) is not None
        ]
    )


def _targeted(table: FormTable, row: TableRow) -> Targeted | None:
    held, item = row.attainment, row.item
    field = measured_field(table.form, item) if item is not None else None
    if held is None or field is None:
        return None
    difference = attained = None
    if held.actual is not None:
        difference = EXACT.subtract(held.actual, held.target)
        if held.target > 0 and not held.target_is_rate:
            attained = QUOTIENT.divide(held.actual, held.target)
    return Targeted(
        table.form,
        row,
        field,
        held.target,
        held.target_is_rate,
        held.actual,
        difference,
        attained,
        held.reached,
        held.provisional,
    )
