"""The periods that a chart over time is drawn over.

A quarter alone is one point. Its chart shows the year up to it: the periods of the same form
within the longest period it belongs to, none after it. Where returns run from the beginning
of the year (3, 6, 9, 12 months), that is the shorter ones before it, each a figure of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.consolidate.chart_desk import Desk
from toolkit.consolidate.model import FormTable
from toolkit.consolidate.place import Placement, place
from toolkit.consolidate.tables import form_table
from toolkit.programme.model import Form, FormKind, Period, PeriodKind, Programme


@dataclass(frozen=True, slots=True)
class Span:
    """A form's table over the periods drawn, and where their returns are placed.

    ``running``: each period holds the ones before it, so that none is added to another.
    """

    table: FormTable
    placement: Placement
    running: bool = False


def span(desk: Desk, table: FormTable) -> Span:
    """What the chart is drawn over: the periods up to its own, or the table as it is."""
    alone = [period.code for period in table.periods] == [desk.period.code]
    whole = _whole(desk.programme, table.form, desk.period) if alone else None
    items: Sequence[str] = desk.chart.items if table.form.kind is FormKind.FIXED else ()

    def drawn(periods: Sequence[Period], placement: Placement) -> FormTable:
        return form_table(desk.programme, table.form, periods, placement, items)

    if whole is not None:
        periods = _up_to(desk.programme, table.form, whole, desk.period)
        placement = place(desk.programme, whole, desk.details)
        return Span(drawn(periods, placement), placement)
    running = _running(desk.programme, table.form, desk.period) if alone else ()
    if running:
        placement = _together(desk, running)
        return Span(drawn(running, placement), placement, running=True)
    held = desk.consolidation.placement
    return Span(table, held or place(desk.programme, desk.period, desk.details))


def _running(programme: Programme, form: Form, last: Period) -> tuple[Period, ...]:
    """The periods of the form that run from the same first day up to ``last``, it among them;
    none where it is the only one or where others within begin later."""
    within = [p for p in programme.periods if p.code in form.periods and last.code in p.within]
    if not within or any(p.start != last.start for p in within):
        return ()
    return (*sorted(within, key=lambda p: (p.end, p.code)), last)


def _together(desk: Desk, periods: Sequence[Period]) -> Placement:
    """The returns of several periods, each placed on its own."""
    returns = {
        key: forms
        for one in periods
        for key, forms in place(desk.programme, one, desk.details).returns.items()
        if key[1] == one.code
    }
    return Placement(returns, (), ())


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
