"""What a report or a talk says of a period: counts and figures taken from its consolidation.

Every number that a document states in prose is here or in the consolidation itself, so that
the documents compute nothing and can be checked against both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.consolidate.aggregate import counts, text_of
from toolkit.consolidate.attain import measured_field
from toolkit.consolidate.compared import Comparison
from toolkit.consolidate.following import latest
from toolkit.consolidate.headline import Returns, returns
from toolkit.consolidate.model import (
    ROWS,
    Attainment,
    Consolidation,
    Entry,
    Figure,
    FormTable,
    ReturnState,
    TableRow,
    UnitStatus,
)
from toolkit.consolidate.narrative import Heading, gathered
from toolkit.programme.model import Aggregation, Field, FieldType, Form, FormKind, Role, Unit
from toolkit.text import match_key


@dataclass(frozen=True, slots=True)
class Task:
    """A task and how many units gave each status; ``asked`` units owed an answer."""

    row: TableRow
    tally: Mapping[str, int]
    asked: int

    @property
    def answered(self) -> int:
        """How many units gave a status."""
        return sum(self.tally.values())


@dataclass(frozen=True, slots=True)
class Tasks:
    """A form whose fixed rows have a status. ``states`` in the order they are offered."""

    form: Form
    field: Field
    progress: Field | None
    states: tuple[str, ...]
    tasks: tuple[Task, ...]

    @property
    def tally(self) -> Mapping[str, int]:
        """How many answers gave each status, over all tasks and units."""
        total: Counter[str] = Counter()
        for task in self.tasks:
            total.update(task.tally)
        return total

    @property
    def answered(self) -> int:
        """How many answers there are."""
        return sum(task.answered for task in self.tasks)

    def agreed(self, state: str) -> tuple[Task, ...]:
        """The tasks to which every unit asked gave that status."""
        return tuple(t for t in self.tasks if t.asked and t.tally.get(state, 0) == t.asked)

    @property
    def unfinished(self) -> tuple[Task, ...]:
        """The tasks that not every unit asked has reported as finished."""
        done = [state for state in self.states if is_done(state)]
        return tuple(t for t in self.tasks if sum(t.tally.get(s, 0) for s in done) < t.asked)


def is_done(state: str) -> bool:
    """Whether a status says that the task is finished: ``Đã hoàn thành``."""
    words = match_key(state)
    denied = words.startswith((match_key("không"), match_key("chưa")))
    return match_key("hoàn thành") in words and not denied


@dataclass(frozen=True, slots=True)
class Indicator:
    """An item held against its target; ``done`` of ``whole`` where the rate is made of them."""

    form: Form
    row: TableRow
    field: Field
    attainment: Attainment
    done: Decimal | None = None
    whole: Decimal | None = None

    @property
    def figure(self) -> Figure:
        """The figure that is measured, with its coverage."""
        return self.row.totals[self.field.code]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: its filled rows over all units, and what their columns add up to.

    ``rows`` is how many there are; of a list that follows things by code, period after
    period, how many things.
    """

    form: Form
    row: TableRow
    rows: int
    shares: tuple[tuple[Field, Mapping[str, int]], ...]
    sums: tuple[Field, ...]
    by_unit: tuple[tuple[Unit, int], ...]  # units of which the number of rows is known
    entries: tuple[Entry, ...]

    @property
    def figure(self) -> Figure:
        """The number of rows, with its coverage."""
        return self.row.totals[ROWS]

    @property
    def givers(self) -> int:
        """How many units listed something."""
        return sum(n > 0 for _, n in self.by_unit)

    def unstated(self, field: Field) -> int:
        """In how many rows a choice is not given or not readable."""
        given = next((s for f, s in self.shares if f.code == field.code), {})
        return max(0, self.rows - sum(given.values()))


@dataclass(frozen=True, slots=True)
class Stated:
    """A single figure: an answer to a question, or a row that has no target."""

    form: Form
    row: TableRow
    field: Field

    @property
    def figure(self) -> Figure:
        """The figure with its coverage."""
        return self.row.totals[self.field.code]

    @property
    def label(self) -> str:
        """What the figure is of."""
        if self.form.kind is FormKind.QUESTIONS:
            return self.row.label
        return f"{self.row.label}: {self.field.title}"


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it, in the order of the programme."""

    consolidation: Consolidation
    returns: Returns
    tasks: tuple[Tasks, ...]
    indicators: tuple[Indicator, ...]
    lists: tuple[Listed, ...]
    figures: tuple[Stated, ...]
    narratives: tuple[Heading, ...]
    compared: tuple[Comparison, ...] = ()  # with the period before, the same of last year

    @property
    def owed(self) -> tuple[UnitStatus, ...]:
        """Every return that is owed, period by period."""
        return tuple(one for status in self.consolidation.status for one in status.units)

    @property
    def missing_ones(self) -> tuple[UnitStatus, ...]:
        """The returns that have not come."""
        return tuple(one for one in self.owed if one.received is None)

    @property
    def late_ones(self) -> tuple[UnitStatus, ...]:
        """The returns that came after their due date."""
        return tuple(one for one in self.owed if one.late_days > 0)

    @property
    def returned_ones(self) -> tuple[UnitStatus, ...]:
        """The returns that are to be corrected."""
        return tuple(one for one in self.owed if one.state is ReturnState.RETURNED)

    @property
    def tasks_given(self) -> int:
        """How many tasks there are."""
        return sum(len(tasks.tasks) for tasks in self.tasks)

    @property
    def tasks_finished(self) -> int:
        """How many tasks every unit asked has reported as finished."""
        return self.tasks_given - sum(len(tasks.unfinished) for tasks in self.tasks)

    @property
    def reached(self) -> int:
        """How many indicators are reached."""
        return sum(i.attainment.reached is True for i in self.indicators)

    @property
    def not_reached(self) -> tuple[Indicator, ...]:
        """The indicators that are not reached."""
        return tuple(i for i in self.indicators if i.attainment.reached is False)

    @property
    def unjudged(self) -> int:
        """How many indicators have no figure to hold against the target."""
        return sum(i.attainment.reached is None for i in self.indicators)


def facts_of(consolidation: Consolidation, compared: Sequence[Comparison] = ()) -> Facts:
    """The facts of a consolidation, with what it is compared with."""
    tables = consolidation.tables
    fixed = [t for t in tables if t.form.kind is FormKind.FIXED]
    tasks = tuple(made for t in fixed if (made := _tasks(consolidation, t)) is not None)
    return Facts(
        consolidation=consolidation,
        returns=returns(consolidation),
        tasks=tasks,
        indicators=tuple(i for t in fixed for i in _indicators(t)),
        lists=tuple(_listed(t) for t in tables if t.form.kind is FormKind.OPEN),
        figures=tuple(_figures(_stated_tables(consolidation, tasks))),
        narratives=gathered(consolidation),
        compared=tuple(compared),
    )


def _tasks(consolidation: Consolidation, table: FormTable) -> Tasks | None:
    status = next((f for f in table.form.fields if f.role is Role.STATUS), None)
    if status is None:
        return None
    made = (_task(row, status) for row in table.rows)
    tasks = tuple(task for task in made if task.asked)  # another form may ask the others
    offered = consolidation.programme.choice_list(status.choices).values if status.choices else ()
    found = sorted({state for task in tasks for state in task.tally}.difference(offered))
    rates = [f for f in table.form.fields if f.role is Role.RATE and f.is_numeric]
    progress = next((f for f in rates if f.code in table.rows[0].totals), None) if rates else None
    return Tasks(table.form, status, progress, (*offered, *found), tasks)


def _task(row: TableRow, status: Field) -> Task:
    tally: Counter[str] = Counter()
    for line in row.lines:
        figure = line.figures[status.code]
        if figure.shares:
            tally.update({state: n for state, n in figure.shares.items() if n})
        elif counts(figure):
            tally[text_of(figure.value)] += 1
    cover = row.totals[status.code].coverage
    return Task(row, dict(tally), cover.denominator if cover is not None else len(row.lines))


def _indicators(table: FormTable) -> Iterator[Indicator]:
    fields = {f.role: f for f in reversed(table.form.fields) if f.role is not None}
    for row in table.rows:
        held = row.attainment
        if held is None:
            continue
        field = measured_field(table.form, row.item) if row.item is not None else None
        if field is None:
            continue
        done, whole = _made_of(row, fields, held)
        yield Indicator(table.form, row, field, held, done, whole)


def _made_of(
    row: TableRow, fields: Mapping[Role, Field], held: Attainment
) -> tuple[Decimal | None, Decimal | None]:
    """Numerator and denominator of a rate, where they give just that rate."""
    if not held.target_is_rate or held.actual is None:
        return None, None
    whole = _value(row, fields.get(Role.PLAN))
    for role in (Role.CUMULATIVE, Role.ACTUAL):
        done = _value(row, fields.get(role))
        if done is not None and whole and done / whole == held.actual:
            return done, whole
    return None, None


def _value(row: TableRow, field: Field | None) -> Decimal | None:
    value = row.totals[field.code].value if field is not None and field.code in row.totals else None
    return value if isinstance(value, Decimal) else None


def _listed(table: FormTable) -> Listed:
    row = table.rows[0]
    if things := latest(table):
        return _followed(table, things)
    known = [(line.unit, line.figures[ROWS]) for line in row.lines]
    counted = row.totals[ROWS].value
    chosen = [f for f in table.form.fields if f.type is FieldType.CHOICE]
    return Listed(
        form=table.form,
        row=row,
        rows=int(counted) if isinstance(counted, Decimal) else 0,
        shares=tuple((f, row.totals[f.code].shares) for f in chosen if row.totals[f.code].shares),
        sums=tuple(f for f in table.form.fields if _is_stated(f) and f.code in row.totals),
        by_unit=tuple(
            (unit, int(figure.value))
            for unit, figure in known
            if counts(figure) and isinstance(figure.value, Decimal)
        ),
        entries=table.entries,
    )


def _followed(table: FormTable, things: Sequence[tuple[Unit, str]]) -> Listed:
    """A list of one thing in many rows: what is told is the newest of each."""
    status = next(f for f in table.form.fields if f.role is Role.STATUS)
    tally = Counter(state for _, state in things if state)
    places = {line.unit.code: n for n, line in enumerate(table.rows[0].lines)}
    each = Counter(unit.code for unit, _ in things)
    units = {unit.code: unit for unit, _ in things}
    return Listed(
        form=table.form,
        row=table.rows[0],
        rows=len(things),
        shares=((status, dict(tally)),) if tally else (),
        sums=(),
        by_unit=tuple((units[code], each[code]) for code in sorted(each, key=places.__getitem__)),
        entries=table.entries,
    )


def _stated_tables(consolidation: Consolidation, tasks: Sequence[Tasks]) -> Iterator[FormTable]:
    """The forms whose figures are stated one by one: no lists, no tasks, and no points that
    units gave themselves where the scores are told."""
    with_status = {one.form.code for one in tasks}
    for table in consolidation.tables:
        scored = any(f.role is Role.SELF_SCORE for f in table.form.fields)
        told = scored and consolidation.scores is not None
        if table.form.kind is not FormKind.OPEN and table.form.code not in with_status and not told:
            yield table


def _figures(tables: Iterable[FormTable]) -> Iterator[Stated]:
    for table in tables:
        for row in table.rows:
            if row.attainment is None:
                for code in row.totals:
                    field = table.form.field(code)
                    if _is_stated(field):
                        yield Stated(table.form, row, field)


def _is_stated(field: Field) -> bool:
    """Whether the total of a field is a figure to state: a number or a day, really totalled."""
    plain = field.is_numeric or field.type is FieldType.DATE
    unit_like = field.over_units in (Aggregation.NONE, Aggregation.LIST, Aggregation.SHARE)
    return plain and not unit_like
