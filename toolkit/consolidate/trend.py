"""How the totals ran from one period to the next within a longer one.

A year has a figure of its own; here each of its periods has, every one by itself, as the
summary of that period would give it. Nothing is carried from one period into another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.consolidate.model import ROWS, Consolidation, Figure, FormTable
from toolkit.consolidate.place import place
from toolkit.consolidate.single import Figures, single_periods
from toolkit.programme.model import Aggregation, Field, Form, FormKind, Period
from toolkit.register.model import SubmissionDetail

# What is a number over the units, and may be drawn as a line.
_NUMBERS = frozenset(
    {
        Aggregation.SUM,
        Aggregation.RECOMPUTE,
        Aggregation.MEAN,
        Aggregation.WEIGHTED_MEAN,
        Aggregation.MAX,
        Aggregation.MIN,
        Aggregation.COUNT,
        Aggregation.DISTINCT,
    }
)


@dataclass(frozen=True, slots=True)
class Trend:
    """One field of one row over the units, period by period.

    ``field`` is None for the count of rows of a list. ``figures`` are as many as ``periods``.
    """

    form: Form
    row: str
    label: str
    field: Field | None
    periods: tuple[Period, ...]
    figures: tuple[Figure, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """Form, row and field by code."""
        return self.form.code, self.row, self.field.code if self.field else ROWS


def trends(consolidation: Consolidation, details: Sequence[SubmissionDetail]) -> tuple[Trend, ...]:
    """The numbers of every row of every form that is asked in several of the periods.

    ``details`` are those the consolidation was made from. Raises what ``consolidate`` does.
    """
    if not any(len(table.periods) > 1 for table in consolidation.tables):
        return ()
    placement = consolidation.placement
    if placement is None:
        placement = place(consolidation.programme, consolidation.period, details)
    found: list[Trend] = []
    for table in consolidation.tables:
        if len(table.periods) > 1:
            numbers = frozenset([ROWS, *(f.code for f in table.form.fields if _is_number(f))])
            alone = single_periods(consolidation.programme, table, placement, numbers)
            found += _of_form(table, alone)
    return tuple(found)


def _of_form(table: FormTable, alone: Sequence[Figures]) -> list[Trend]:
    found = []
    for row in table.rows:
        fields = [f for f in table.form.fields if _is_number(f) and f.code in row.totals]
        columns: list[Field | None] = [*fields]
        if table.form.kind is FormKind.OPEN:
            columns.insert(0, None)
        for field in columns:
            code = field.code if field else ROWS
            figures = [each[row.key, code] for each in alone]
            if any(figure.value is not None for figure in figures):
                found.append(
                    Trend(table.form, row.key, row.label, field, table.periods, tuple(figures))
                )
    return found


def _is_number(field: Field) -> bool:
    return field.is_numeric and field.over_units in _NUMBERS
