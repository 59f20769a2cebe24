"""Charts of numbers: target against actual, progress over the periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.consolidate.attain import attainment
from toolkit.consolidate.chart_desk import (
    ACTUAL,
    PERCENT,
    TARGET,
    ChartData,
    Desk,
    Series,
    coverage_note,
    empty,
    made,
    measure,
    shown,
)
from toolkit.consolidate.chart_span import Span
from toolkit.consolidate.model import ROWS, Attainment, Coverage, FormTable, TableRow
from toolkit.consolidate.single import Figures, figures_of, single_periods
from toolkit.consolidate.tables import form_table
from toolkit.programme.model import Aggregation, Field, Form, FormKind, Item, Role


def target(desk: Desk, table: FormTable) -> ChartData:
    """Each item's target beside what was reached, in the item's own unit of measure."""
    compared = [
        (row, measured, held)
        for row in desk.rows(table)
        for measured, held in [_compared(desk, table, row)]
        if held is not None and measured is not None
    ]
    if not compared:
        return empty(desk)
    held = [each for _, _, each in compared]
    return made(
        desk,
        [(row.key, row.label) for row, _, _ in compared],
        [
            Series(
                TARGET,
                desk.text("chart.target"),
                tuple(shown(h.target, percent=h.target_is_rate) for h in held),
            ),
            Series(
                ACTUAL,
                desk.text("chart.actual"),
                tuple(shown(h.actual, percent=h.target_is_rate) for h in held),
                tuple(h.provisional for h in held),
            ),
        ],
        [coverage_note(desk, [row.totals[m.code].coverage for row, m, _ in compared])],
        measures=tuple(
            PERCENT if h.target_is_rate else measure(row.item, m) for row, m, h in compared
        ),
        reached=tuple(h.reached for h in held),
    )


def _compared(
    desk: Desk, table: FormTable, row: TableRow
) -> tuple[Field | None, Attainment | None]:
    """The field that is measured in the row, and how it stands against its target.

    The item's own target is held against the chart's field of the same kind (a rate, or a
    number), else against the field in that role. Without one, the total of the target or
    plan field of the form is the target.
    """
    fields = table.form.fields
    named = [f for f in fields if f.code in desk.chart.values]
    item = row.item
    if item is not None and item.target is not None:
        role = Role.RATE if item.target_is_rate else Role.ACTUAL
        alike = [f for f in named if f.shows_percent == item.target_is_rate and f.is_numeric]
        measured = next((f for f in (*alike, *fields) if f in alike or f.role is role), None)
        if measured is None:
            return None, None
        return measured, attainment(item, row.totals[measured.code])
    given = _in_role(named, fields, (Role.TARGET, Role.PLAN))
    measured = _in_role(named, fields, (Role.ACTUAL,))
    if given is None or measured is None:
        return None, None
    target, figure = row.totals[given.code].value, row.totals[measured.code]
    if not isinstance(target, Decimal):
        return None, None
    own = Item("", "", "", target=target, target_is_rate=measured.shows_percent)
    return measured, attainment(own, figure)


def _in_role(
    named: Sequence[Field], fields: Sequence[Field], roles: Sequence[Role]
) -> Field | None:
    return next((f for role in roles for f in (*named, *fields) if f.role is role), None)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a progress chart: a field in a row of the table."""

    place: tuple[str, str]  # row and field
    key: str
    name: str
    percent: bool
    measure: str


def progress(desk: Desk, span: Span) -> ChartData:
    """Each period's value is the figure of all periods up to it, as the field aggregates.

    So a sum runs up, a running total is taken as it is, and a rate is that of the figures
    so far. A period that holds those before it stands for itself.
    """
    table, placement, periods = span.table, span.placement, span.table.periods
    items = desk.chart.items if table.form.kind is FormKind.FIXED else ()
    codes = frozenset(_codes(desk, table.form))
    if items:
        table = replace(table, rows=tuple(desk.rows(table)))
    alone = single_periods(desk.programme, table, placement, codes)

    def together(first: int) -> Figures:
        """The totals of the first periods."""
        if first == 1:
            return alone[0]
        if first == len(periods):
            return figures_of(table)
        own = form_table(desk.programme, table.form, periods[:first], placement, items, only=codes)
        return figures_of(own)

    upto = alone if span.running else [together(n) for n, _ in enumerate(periods, 1)]
    lines = list(_lines(desk, table))
    series = [_progress_series(line, upto, alone) for line in lines]
    if not any(value is not None for each in series for value in each.values):
        return empty(desk)
    covers = [upto[-1][line.place].coverage for line in lines]
    categories = [(period.code, period.name) for period in periods]
    return made(desk, categories, series, [coverage_note(desk, covers)])


def _progress_series(line: _Line, upto: Sequence[Figures], alone: Sequence[Figures]) -> Series:
    values, provisional = [], []
    for sofar, own in zip(upto, alone, strict=True):
        figure = sofar[line.place]
        came = _anybody(own[line.place].coverage)
        values.append(shown(figure.value, percent=line.percent) if came else None)
        provisional.append(figure.coverage is not None and not figure.coverage.complete)
    return Series(line.key, line.name, tuple(values), tuple(provisional), line.measure)


def _lines(desk: Desk, table: FormTable) -> Iterator[_Line]:
    form = table.form
    fields = {field.code: field for field in form.fields}
    codes = _codes(desk, form)
    for row in table.rows:
        for code in (code for code in codes if code in row.totals):
            own = fields.get(code)
            title = own.title if own is not None else desk.text("chart.rows")
            names = [row.label] if form.kind is FormKind.FIXED else []
            if not names or len(codes) > 1:
                names.append(title)
            percent = own is not None and own.shows_percent
            unit = measure(row.item, own) if own is not None else ""
            key = row.key if form.kind is FormKind.FIXED and len(codes) == 1 else code
            if form.kind is FormKind.FIXED and len(codes) > 1:
                key = f"{row.key}.{code}"
            yield _Line(
                (row.key, code), key, " – ".join(names), percent, PERCENT if percent else unit
            )


def _codes(desk: Desk, form: Form) -> list[str]:
    """The fields a progress chart draws: those it names, else the usual ones."""
    fields = {field.code for field in form.fields}
    named = [code for code in desk.chart.values if code in fields or code == ROWS]
    if named:
        return named
    return [ROWS] if form.kind is FormKind.OPEN else _default_values(form.fields)


def _default_values(fields: Sequence[Field]) -> list[str]:
    for role in (Role.CUMULATIVE, Role.ACTUAL):
        found = [f.code for f in fields if f.role is role]
        if found:
            return found[:1]
    return [f.code for f in fields if f.is_numeric and f.over_units is not Aggregation.NONE][:1]


def _anybody(cover: Coverage | None) -> bool:
    return cover is not None and bool(cover.counted or cover.partial)
