"""The data behind each chart of a programme, for any hand that draws it.

Numbers are Decimals, rates in percent; None is no figure, never 0. Labels are whole: the
one who draws wraps them. ``keys`` are the codes behind the labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from toolkit.consolidate.chart_choices import breakdown, status
from toolkit.consolidate.chart_desk import (
    ACTUAL,
    NO_RETURN,
    NOT_STATED,
    TARGET,
    UNREADABLE,
    ChartData,
    Desk,
    MatrixCell,
    Series,
    empty,
    made,
)
from toolkit.consolidate.chart_numbers import progress, target
from toolkit.consolidate.chart_span import span
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.model import Consolidation
from toolkit.programme.model import Chart, ChartKind, Period, Programme
from toolkit.register.model import SubmissionDetail

__all__ = [
    "ACTUAL",
    "NOT_STATED",
    "NO_RETURN",
    "TARGET",
    "UNREADABLE",
    "ChartData",
    "MatrixCell",
    "Series",
    "chart_data",
]


def chart_data(
    chart: Chart,
    programme: Programme,
    year_or_period: Period,
    details: Sequence[SubmissionDetail],
    consolidation: Consolidation,
    *,
    lang: str = "vi",
) -> ChartData:
    """The data of ``chart`` for a year or any other period.

    ``consolidation`` is used as it is when it is of that period, otherwise one is made from
    ``details``. A chart without data has no series and a note that says so.
    """
    if consolidation.period.code != year_or_period.code:
        consolidation = consolidate(programme, year_or_period, details)
    desk = Desk(chart, programme, year_or_period, details, consolidation, lang)
    if chart.kind is ChartKind.PUNCTUALITY:
        return _punctuality(desk)
    table = desk.table()
    if table is None:
        return empty(desk)
    match chart.kind:
        case ChartKind.STATUS:
            return status(desk, span(desk, table).table)
        case ChartKind.TARGET:
            return target(desk, table)
        case ChartKind.PROGRESS:
            return progress(desk, span(desk, table))
        case ChartKind.BREAKDOWN:
            return breakdown(desk, table)


def _punctuality(desk: Desk) -> ChartData:
    statuses = desk.consolidation.status
    if not statuses:
        return empty(desk)
    owed = {(s.unit.code, status.period.code): s for status in statuses for s in status.units}
    owing = {unit for unit, _ in owed}
    units = [unit for unit in desk.programme.units if unit.code in owing]
    series, matrix = [], []
    for unit in units:
        found = [owed.get((unit.code, status.period.code)) for status in statuses]
        values = tuple(
            Decimal(s.late_days) if s is not None and s.received is not None else None
            for s in found
        )
        series.append(Series(unit.code, unit.short or unit.name, values))
        matrix.append(
            tuple(MatrixCell(s.state, s.late_days) if s else MatrixCell(None) for s in found)
        )
    categories = [(status.period.code, status.period.name) for status in statuses]
    return made(desk, categories, series, matrix=tuple(matrix))
