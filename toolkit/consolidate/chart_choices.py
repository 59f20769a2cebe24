"""Charts that count answers by choice: status by period, breakdown by unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from toolkit.consolidate.aggregate import counts, text_of
from toolkit.consolidate.chart_desk import (
    NO_RETURN,
    NOT_STATED,
    UNREADABLE,
    ChartData,
    Desk,
    Series,
    coverage_note,
    empty,
    made,
)
from toolkit.consolidate.model import ROWS, Entry, Figure, FormTable
from toolkit.intake.model import AnswerValue, State
from toolkit.programme.model import Aggregation, Field, FieldType, FormKind, Role


def status(desk: Desk, table: FormTable) -> ChartData:
    """How many (unit, item) answers each choice has, by member period."""
    choice = _choice_field(desk, table)
    if choice is None:
        return empty(desk)
    tallies = {period.code: Counter[str]() for period in table.periods}
    left_out = 0
    for (period, state, text), count in Counter(_choices_given(desk, table, choice)).items():
        if state is State.NOT_APPLICABLE:
            left_out += count
        else:
            tallies[period][_series_key(state, text)] += count
    series = [
        Series(key, name, tuple(Decimal(tally[key]) for tally in tallies.values()))
        for key, name in _choice_series(desk, choice, tallies.values())
    ]
    notes = [desk.text("note.not_applicable", count=left_out) if left_out else ""]
    return made(desk, [(p.code, p.name) for p in table.periods], series, notes)


def _choice_field(desk: Desk, table: FormTable) -> Field | None:
    fields = table.form.fields
    if desk.chart.category:
        return next((f for f in fields if f.code == desk.chart.category), None)
    chosen = [f for f in fields if f.type is FieldType.CHOICE]
    return next((f for f in fields if f.role is Role.STATUS), chosen[0] if chosen else None)


def _choices_given(desk: Desk, table: FormTable, choice: Field) -> Iterator[tuple[str, State, str]]:
    """Every (unit, item) answer of the choice field that is owed, as (period, state, text).

    In a list each filled row answers, and a list that never came is one missing answer.
    """
    code = choice.code
    if table.form.kind is FormKind.OPEN:
        for entry in table.entries:
            part = entry.answers.get(code)
            state = part.state if part else State.MISSING
            yield entry.period.code, state, text_of(part.value) if part else ""
        code = ROWS
    for row in desk.rows(table):
        for line in row.lines:
            for period, cells in line.by_period.items():
                figure = cells.get(code)
                if figure is not None and not (code == ROWS and counts(figure)):
                    yield period, figure.state, text_of(figure.value)


def _series_key(state: State, value: AnswerValue) -> str:
    if state is State.UNREADABLE:
        return UNREADABLE
    if not state.counts:
        return NO_RETURN
    return text_of(value) or NOT_STATED


def _choice_series(
    desk: Desk, choice: Field, tallies: Iterable[Counter[str]], *, missing: bool = True
) -> list[tuple[str, str]]:
    """(key, name) of each series: the choices in order, then whatever else was found."""
    found = {key for tally in tallies for key in tally}
    choices = desk.programme.choice_list(choice.choices).values if choice.choices else ()
    special = (NOT_STATED, UNREADABLE, NO_RETURN)
    series = [(key, key) for key in (*choices, *sorted(found.difference(choices, special)))]
    series += [(key, desk.text(f"chart.{key[1:]}")) for key in special[:2] if key in found]
    if missing:
        series.append((NO_RETURN, desk.text("chart.no_return")))
    return series


def breakdown(desk: Desk, table: FormTable) -> ChartData:
    """How often each unit gives each choice: rows of a list, or answers in other forms."""
    choice = _choice_field(desk, table)
    if choice is None:
        return empty(desk)
    in_list = table.form.kind is FormKind.OPEN
    counted = ROWS if in_list else choice.code
    entries: dict[str, list[Entry]] = {}
    for entry in table.entries:
        entries.setdefault(entry.unit.code, []).append(entry)
    rows = [row for row in desk.rows(table) if counted in row.totals]
    tallies: dict[str, Counter[str]] = {}
    came: set[str] = set()
    for line in (line for row in rows for line in row.lines):
        unit = line.unit.code
        tally = tallies.setdefault(unit, Counter())
        if counts(line.figures[counted]):
            came.add(unit)
        if in_list:
            counted_rows = _counted_rows(line.figures[ROWS], choice, table)
            tally.update(_of_rows(counted_rows, entries.get(unit, ()), choice.code))
        else:
            tally.update(_of_figure(line.figures[choice.code]))
    if not came:
        return empty(desk)
    units = [unit for unit in desk.programme.units if unit.code in tallies]
    series = [
        Series(
            key,
            name,
            tuple(Decimal(tallies[u.code][key]) if u.code in came else None for u in units),
        )
        for key, name in _choice_series(desk, choice, tallies.values(), missing=False)
    ]
    categories = [(unit.code, unit.short or unit.name) for unit in units]
    return made(
        desk, categories, series, [coverage_note(desk, [r.totals[counted].coverage for r in rows])]
    )


def _of_figure(figure: Figure) -> Mapping[str, int]:
    if figure.shares:
        return {key or NOT_STATED: n for key, n in figure.shares.items() if n}
    return {_series_key(figure.state, figure.value): 1} if counts(figure) else {}


def _counted_rows(counted: Figure, choice: Field, table: FormTable) -> set[tuple[str, str]]:
    """The rows, by period and row, that the unit's count is made of.

    Of a choice that stands for where things are (LAST over periods), only those of the newest
    period: a model told of month after month is one model.
    """
    rows = {(part.period, part.row) for part in counted.parts}
    if choice.over_periods is not Aggregation.LAST:
        return rows
    told = {period for period, _ in rows}
    newest = next((p.code for p in reversed(table.periods) if p.code in told), "")
    return {(period, row) for period, row in rows if period == newest}


def _of_rows(rows: set[tuple[str, str]], entries: Sequence[Entry], code: str) -> Mapping[str, int]:
    """The choices in these rows."""
    found: Counter[str] = Counter()
    for entry in entries:
        if (entry.period.code, entry.row) in rows:
            part = entry.answers.get(code)
            key = NO_RETURN if part is None else _series_key(part.state, part.value)
            found[NOT_STATED if key == NO_RETURN else key] += 1
    return found
