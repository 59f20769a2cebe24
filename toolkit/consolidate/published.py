"""Every figure of a consolidation, one by one, as an edition keeps it.

A further kind of figure (a subtotal of a group, a comparison) is a further generator here:
an edition, its comparison and its rebuilding take whatever comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.consolidate.aggregate import COUNTING, VALUE, ZERO
from toolkit.consolidate.model import Attainment, Consolidation, Figure, FormTable, Part, TableRow
from toolkit.intake.model import State
from toolkit.register.model import PublishedFigure, Scope

# What else is said of a figure; see PublishedFigure.measure.
COUNTED, EXPECTED, REACHED, CHOICE = "counted", "expected", "reached", "="
# Of a unit's scores, whose ``form`` is "" and whose ``row`` is the criterion ("": the total).
POINTS, OWN, REVIEWED, RANK, BAND = "points", "own", "reviewed", "rank", "band"
# Before the name of a type of units, where a superior is named by its code.
TYPE = "type:"

# A figure of a unit over a year of a long list has hundreds of cells; these find the place.
_MOST_CELLS = 12


def published(consolidation: Consolidation) -> tuple[PublishedFigure, ...]:
    """The figures in the order of the tables: of each row the total, the subtotals, then the
    units'; after the tables the scores."""
    period = consolidation.period.code
    figures = [figure for table in consolidation.tables for figure in _of_table(table, period)]
    return (*figures, *_scores(consolidation))


def _of_table(table: FormTable, period: str) -> Iterator[PublishedFigure]:
    several = [p.code for p in table.periods] != [period]
    for row in table.rows:
        yield from _totals(table, row, period)
        for line in row.lines:
            at = (table.form.code, row.key)
            for code, figure in line.figures.items():
                yield from _figures((*at, code, Scope.UNIT, line.unit.code, period), figure)
            for member, figures in line.by_period.items() if several else ():
                for code, figure in figures.items():
                    yield from _figures((*at, code, Scope.UNIT, line.unit.code, member), figure)
    for entry in table.entries:
        for code, part in entry.answers.items():
            yield PublishedFigure(
                table.form.code,
                entry.row,
                code,
                Scope.ROW,
                entry.unit.code,
                entry.period.code,
                "",
                part.state,
                part.value,
                _cells([part]),
            )


def _totals(table: FormTable, row: TableRow, period: str) -> Iterator[PublishedFigure]:
    for code, figure in row.totals.items():
        key = (table.form.code, row.key, code, Scope.TOTAL, "", period)
        yield from _figures(key, figure)
        if figure.coverage is not None:
            cover = figure.coverage
            gone = len({*cover.missing, *cover.unreadable, *cover.partial})
            yield _measure(key, COUNTED, Decimal(cover.denominator - gone))
            yield _measure(key, EXPECTED, Decimal(cover.denominator))
    if row.attainment is not None:
        yield _attained(table, row.key, period, row.attainment)
    for line in (*row.superiors, *row.types):
        whose = line.code or f"{TYPE}{line.name}"
        for code, figure in line.totals.items():
            yield from _figures(
                (table.form.code, row.key, code, Scope.GROUP, whose, period), figure
            )


def _attained(table: FormTable, row: str, period: str, attainment: Attainment) -> PublishedFigure:
    state = State.MISSING if attainment.reached is None else State.VALUE
    said = None if attainment.reached is None else "yes" if attainment.reached else "no"
    return PublishedFigure(table.form.code, row, "", Scope.TOTAL, "", period, REACHED, state, said)


def _scores(consolidation: Consolidation) -> Iterator[PublishedFigure]:
    period = consolidation.period.code
    for unit in consolidation.scores.units if consolidation.scores is not None else ():
        said: list[tuple[str, str, Decimal | str | None]] = [
            ("", POINTS, unit.total),
            ("", RANK, None if unit.rank is None else Decimal(unit.rank)),
            ("", BAND, unit.band.name if unit.band else None),
        ]
        for one in unit.criteria:
            code = one.criterion.code
            said += [
                (code, POINTS, one.points),
                (code, OWN, one.own),
                (code, REVIEWED, one.reviewed),
            ]
        for row, measure, value in said:
            state = State.MISSING if value is None else State.VALUE
            key = ("", row, "", Scope.UNIT, unit.unit.code, period, measure)
            yield PublishedFigure(*key, state, value)


_Key = tuple[str, str, str, Scope, str, str]


def _figures(key: _Key, figure: Figure) -> Iterator[PublishedFigure]:
    cells = _cells(figure.parts) if key[3] is Scope.UNIT else ()
    yield PublishedFigure(*key, "", figure.state, figure.value, cells)
    for choice, count in figure.shares.items():
        yield _measure(key, CHOICE + choice, Decimal(count))


def _measure(key: _Key, measure: str, value: Decimal) -> PublishedFigure:
    return PublishedFigure(*key, measure, VALUE if value else ZERO, value)


def _cells(parts: Sequence[Part]) -> tuple[tuple[str, str, str], ...]:
    """The first few cells; of those that count, where any does."""
    counting = [part for part in parts if part.state in COUNTING] or parts
    places = dict.fromkeys((p.period, p.sheet, p.cell) for p in counting if p.cell)
    return tuple(places)[:_MOST_CELLS]
