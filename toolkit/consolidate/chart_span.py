"""The periods that a chart over time is drawn over.

A quarter alone is one point. Its chart shows the year up to it: the periods of the same form
within the longest period it belongs to, none after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.consolidate.chart_desk import Desk
from toolkit.consolidate.model import FormTable
from toolkit.consolidate.place import place
from toolkit.consolidate.tables import form_table
from toolkit.programme.model import Form, FormKind, Period, PeriodKind, Programme


@dataclass(frozen=True, slots=True)
class Span:
    """A form's table over the periods drawn; their returns are placed within ``whole``."""

    whole: Period
    table: FormTable


def span(desk: Desk, table: FormTable) -> Span:
    """What the chart is drawn over: the periods up to its own, or the table as it is."""
    alone = [period.code for period in table.periods] == [desk.period.code]
    whole = _whole(desk.programme, table.form, desk.period) if alone else None
    if whole is None:
        return Span(desk.period, table)
    periods = _up_to(desk.programme, table.form, whole, desk.period)
    placement = place(desk.programme, whole, desk.details)
    items: Sequence[str] = desk.chart.items if table.form.kind is FormKind.FIXED else ()
    return Span(whole, form_table(desk.programme, table.form, periods, placement, items))


def _whole(programme: Programme, form: Form, period: Period) -> Period | None:
    """The year the period belongs to, else the longest that does, where others come before it."""
    longer = [
        one
        for one in programme.periods
        if one.code in period.within and len(_up_to(programme, form, one, period)) > 1
    ]
    return max(
        longer, key=lambda one: (one.kind is PeriodKind.YEAR, one.end - one.start), default=None
    )


def _up_to(programme: Programme, form: Form, whole: Period, last: Period) -> tuple[Period, ...]:
    """The member periods of ``whole`` that end no later than ``last``; none without it."""
    members = programme.members(form, whole)
    if last.code not in {one.code for one in members}:
        return ()
    return tuple(one for one in members if one.end <= last.end)
