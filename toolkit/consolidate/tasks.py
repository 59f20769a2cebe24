"""Where each task of each unit stands at the end of the period.

The rule, for one task of one unit, on the last day of the period:

1. *Unknown* where the return of the last period owed holds no readable state or progress. An
   earlier "done" stays done; a deadline that has passed does not make it overdue by itself.
2. *Done* where the unit reports it done (without a state: 100 %). "Done" with a progress below
   100 % is not done: the two contradict each other, and it is said.
3. *Overdue* where it is not done and its last deadline has come, or the unit says so.
4. *Behind* where the unit says so; where a task of several deadlines (``Quý I, III``) has less
   progress than the share of deadlines that have come; where an ongoing task
   (``Thường xuyên``) has not been started.
5. *Not started* where nothing has begun and no deadline has come.
6. *On track* otherwise. A task without a time is never behind or overdue of itself.

"Not applicable" leaves the counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from toolkit.consolidate.aggregate import counts
from toolkit.consolidate.model import Consolidation, Figure, FormTable, Part, UnitLine
from toolkit.intake.model import State
from toolkit.programme.due import Due, DueKind, Reported, due_of, reported_state
from toolkit.programme.keywords import Source
from toolkit.programme.model import Field, FieldType, Form, FormKind, Item, Period, Role, Unit
from toolkit.record import record


class TaskState(StrEnum):
    """Where a task stands, the best first."""

    DONE = "done"
    ON_TRACK = "on_track"
    NOT_STARTED = "not_started"
    BEHIND = "behind"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


COUNTED = tuple(state for state in TaskState if state is not TaskState.NOT_APPLICABLE)


@record()
class Verdict:
    """A state and why: the key of a text below ``task.reason``, with what it names."""

    state: TaskState
    reason: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


@record()
class TaskCell:
    """One task of one unit. ``reported`` and ``progress`` (a fraction) are what it rests on."""

    unit: Unit
    verdict: Verdict
    reported: str = ""
    progress: Decimal | None = None
    period: Period | None = None  # of the return it rests on
    parts: tuple[Part, ...] = ()

    @property
    def state(self) -> TaskState:
        """Where the task stands."""
        return self.verdict.state


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task over all units that have it, in official order.

    ``tally`` tells how many units stand in each state.
    """

    form: Form
    item: Item
    due: Due
    cells: tuple[TaskCell, ...]
    tally: Mapping[TaskState, int]


def tally(cells: Sequence[TaskCell]) -> dict[TaskState, int]:
    """How many cells there are of each state that counts, every state named."""
    found = Counter([cell.verdict.state for cell in cells])
    return {state: found[state] for state in COUNTED}


def task_lines(consolidation: Consolidation) -> tuple[TaskLine, ...]:
    """Every task of every form that has tasks as its rows and asks how far they are."""
    return tuple(
        line for table in consolidation.tables for line in _table_lines(consolidation, table)
    )


def judge_task(due: Due, day: date, reported: Reported | None, progress: Decimal | None) -> Verdict:
    """The state at the end of ``day`` by the rule above; both None is for UNKNOWN."""
    if reported is None and progress is None:
        return Verdict(TaskState.UNKNOWN, "blank")
    finished = progress is None or progress >= 1
    done = reported is Reported.DONE if reported is not None else True
    if done and finished:
        return Verdict(TaskState.DONE, "done")
    contradiction = reported is Reported.DONE
    if due.last is not None and due.last <= day:
        reason = "overdue_contradiction" if contradiction else "overdue"
        return Verdict(TaskState.OVERDUE, reason, {"due": f"{due.last:%d/%m/%Y}"})
    if reported is Reported.OVERDUE:
        return Verdict(TaskState.OVERDUE, "says_overdue")
    if reported is Reported.BEHIND:
        return Verdict(TaskState.BEHIND, "says_behind")
    started = progress > 0 if progress is not None else reported is not Reported.NOT_STARTED
    late = _behind(due, day, started, progress)
    if late is not None:
        return late
    if not started:
        return Verdict(TaskState.NOT_STARTED, "not_started")
    return Verdict(TaskState.ON_TRACK, "contradiction" if contradiction else "on_track")


def _behind(due: Due, day: date, started: bool, progress: Decimal | None) -> Verdict | None:
    if due.kind is DueKind.ONGOING and not started:
        return Verdict(TaskState.BEHIND, "ongoing_not_started")
    passed = due.passed(day)
    if not passed:
        return None
    share = {"passed": str(passed), "deadlines": str(len(due.days))}
    if progress is None:
        return None if started else Verdict(TaskState.BEHIND, "deadline_not_started", share)
    if progress * len(due.days) < passed:
        return Verdict(TaskState.BEHIND, "deadline_behind", share)
    return None


def _table_lines(consolidation: Consolidation, table: FormTable) -> Iterator[TaskLine]:
    form = table.form
    if form.kind is not FormKind.FIXED or form.source != Source.TASKS:
        return
    status, progress = _status_field(form), _progress_field(form)
    if status is None and progress is None:
        return
    asked = _Asked(status, progress, frozenset((s.unit, s.period) for s in consolidation.sources))
    year, day = consolidation.programme.year, consolidation.period.end
    for row in table.rows:
        if row.item is None:
            continue
        due = due_of(row.item.due, year)
        cells = tuple([_cell(line, table.periods, due, day, asked) for line in row.lines])
        yield TaskLine(form, row.item, due, cells, tally(cells))


def _status_field(form: Form) -> Field | None:
    return next((f for f in form.fields if f.role is Role.STATUS), None)


def _progress_field(form: Form) -> Field | None:
    """The percentage done: in a role that says so, else the only percentage units type."""
    percents = [f for f in form.fields if f.shows_percent and not f.prefill]
    for role in (Role.RATE, Role.CUMULATIVE, Role.ACTUAL):
        for one in percents:
            if one.role is role:
                return one
    plain = [f for f in percents if f.role is None and f.type is FieldType.RATE]
    return plain[0] if len(plain) == 1 else None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The fields of a form that say how far a task is, and which returns came."""

    status: Field | None
    progress: Field | None
    came: frozenset[tuple[str, str]]  # (unit, period)

    def answer(self, line: UnitLine, period: Period) -> _Answer:
        cells = line.by_period[period.code]
        status = cells.get(self.status.code) if self.status is not None else None
        progress = cells.get(self.progress.code) if self.progress is not None else None
        return _Answer(status, progress, (line.unit.code, period.code) in self.came)


def _cell(
    line: UnitLine, periods: Sequence[Period], due: Due, day: date, asked: _Asked
) -> TaskCell:
    if line.unit.valid_to is not None:  # after its last day nothing is owed or overdue
        day = min(day, line.unit.valid_to)
    owed = [period for period in periods if period.code in line.by_period]
    answer = asked.answer(line, owed[-1])
    if answer.silent:
        for earlier in reversed(owed[:-1]):
            said = asked.answer(line, earlier)
            if not said.silent and said.verdict(due, day).state is TaskState.DONE:
                stale = Verdict(TaskState.DONE, "done_before", {"period": earlier.name})
                return said.cell(line.unit, stale, earlier)
    return answer.cell(line.unit, answer.verdict(due, day), owed[-1])


@record()
class _Answer:
    """State and progress in one return."""

    status: Figure | None
    progress: Figure | None
    came: bool

    @property
    def given(self) -> list[Figure]:
        return [figure for figure in (self.status, self.progress) if figure is not None]

    @property
    def silent(self) -> bool:
        given = (self.status, self.progress)
        return not any(f and (counts(f) or f.state is State.NOT_APPLICABLE) for f in given)

    @property
    def words(self) -> str:
        value = self.status.value if self.status is not None else None
        return value if isinstance(value, str) else ""

    @property
    def share(self) -> Decimal | None:
        figure = self.progress
        if figure is None or not counts(figure):
            return None
        return figure.value if isinstance(figure.value, Decimal) else None

    def verdict(self, due: Due, day: date) -> Verdict:
        if self.silent:
            unreadable = any(figure.state is State.UNREADABLE for figure in self.given)
            kind = "unreadable" if unreadable else "blank" if self.came else "no_return"
            return Verdict(TaskState.UNKNOWN, kind)
        if not any(counts(figure) for figure in self.given):
            return Verdict(TaskState.NOT_APPLICABLE, "not_applicable")
        reported = reported_state(self.words) if self.words else None
        if self.words and reported is None and self.share is None:
            return Verdict(TaskState.UNKNOWN, "words", {"words": self.words})
        return judge_task(due, day, reported, self.share)

    def cell(self, unit: Unit, verdict: Verdict, period: Period) -> TaskCell:
        parts = tuple([part for figure in self.given for part in figure.parts])
        return TaskCell(unit, verdict, self.words, self.share, period, parts)
