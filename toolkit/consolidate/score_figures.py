"""A unit's figures as the formulas of criteria see them, and what each of them lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.consolidate.aggregate import counts
from toolkit.consolidate.model import (
    ROWS,
    Consolidation,
    Coverage,
    Figure,
    Part,
    ReturnState,
    TableRow,
    UnitLine,
    UnitStatus,
)
from toolkit.consolidate.score_model import Note
from toolkit.consolidate.tasks import TaskCell, TaskLine, TaskState, tally
from toolkit.intake.model import AnswerValue, State
from toolkit.programme.model import Field, Programme, Unit
from toolkit.programme.score_scope import CRITERION, JOINT, MEASURE, split_figure
from toolkit.programme.score_sheets import Measure
from toolkit.template.prefill import prefilled

Answered = tuple[str, AnswerValue]
_NOTHING: Answered = (State.MISSING.value, None)


@dataclass(frozen=True, slots=True)
class Index:
    """The rows of all forms and the measures of all units, looked up by code."""

    programme: Programme
    rows: Mapping[tuple[str, str], TableRow]
    lines: Mapping[tuple[str, str, str], UnitLine]  # (form, row, unit)
    measures: Mapping[str, Mapping[Measure, Decimal]]  # by unit; what is not known is absent
    periods: Mapping[str, str]  # names by code


def index(consolidation: Consolidation, tasks: Sequence[TaskLine]) -> Index:
    """Everything that criteria can ask of a consolidation."""
    own: dict[str, list[UnitStatus]] = {}
    for status in consolidation.status:
        for one in status.units:
            own.setdefault(one.unit.code, []).append(one)
    stands: dict[str, list[TaskCell]] = {}
    for task in tasks:
        for cell in task.cells:
            stands.setdefault(cell.unit.code, []).append(cell)
    rows = {(t.form.code, row.key): row for t in consolidation.tables for row in t.rows}
    lines = {(*key, line.unit.code): line for key, row in rows.items() for line in row.lines}
    programme = consolidation.programme
    return Index(
        programme,
        rows,
        lines,
        {
            unit.code: _measures(own.get(unit.code, []), stands.get(unit.code, []))
            for unit in programme.units
        },
        {period.code: period.name for period in programme.periods},
    )


def _measures(own: Sequence[UnitStatus], tasks: Sequence[TaskCell]) -> dict[Measure, Decimal]:
    came = [u for u in own if u.received is not None]
    counted = {
        Measure.OWED: len(own),
        Measure.RECEIVED: len(came),
        Measure.ON_TIME: sum(u.late_days == 0 for u in came),
        Measure.LATE: sum(u.late_days > 0 for u in came),
        Measure.RETURNED: sum(u.state is ReturnState.RETURNED for u in came),
    }
    stands = tally(tasks)
    if sum(stands.values()):
        counted[Measure.TASKS] = sum(stands.values())
        if not stands[TaskState.UNKNOWN]:  # else how many are done is not known
            counted[Measure.TASKS_DONE] = stands[TaskState.DONE]
            counted[Measure.TASKS_BEHIND] = stands[TaskState.BEHIND]
            counted[Measure.TASKS_OVERDUE] = stands[TaskState.OVERDUE]
    return {measure: Decimal(count) for measure, count in counted.items()}


class Sight:
    """One unit's figures, and a record of what was asked while an expression was worked out.

    A :class:`toolkit.programme.language.evaluate.Row`. ``points`` are those of the unit by
    the code of the name, for the conditions of bands.
    """

    def __init__(
        self, known: Index, unit: Unit, points: Mapping[str, Decimal | None] | None = None
    ) -> None:
        self._index = known
        self._unit = unit
        self._points = points or {}
        self.parts: dict[Part, None] = {}
        self.notes: list[Note] = []
        self.partial = False  # a figure rests on some of its periods only
        self.lacking = False
        self.not_applicable = False

    def answer(self, code: str) -> Answered:
        """State and value of a figure, a measure or points."""
        if code.startswith((MEASURE, CRITERION)):
            return self._number(code, self._value(code))
        form, row, column = split_figure(code)
        line = self._index.lines.get((form, row, self._unit.code))
        field = self._index.programme.form(form).field(column)
        whole = self._index.rows.get((form, row))
        if line is None or whole is None:
            return self._nothing(code, State.NOT_APPLICABLE)
        if field.prefill:
            return self._prefilled(code, field, whole)
        figure = line.figures[column]
        self._record(code, figure, whole.totals[column].coverage)
        return figure.state.value, figure.value

    def previous(self, field: str) -> Answered:
        """No period before: the programme does not ask for one."""
        del field
        return _NOTHING

    def count_rows(self, form: str) -> int | None:
        """The filled rows of a list over all its periods."""
        line = self._index.lines.get((form, "", self._unit.code))
        whole = self._index.rows.get((form, ""))
        if line is None or whole is None or ROWS not in line.figures:
            self._nothing(form, State.NOT_APPLICABLE)
            return None
        figure = line.figures[ROWS]
        self._record(form, figure, whole.totals[ROWS].coverage)
        return int(figure.value) if isinstance(figure.value, Decimal) else None

    def unit_value(self, name: str) -> Decimal | None:
        """The unit's allotment of an item."""
        value = self._index.programme.allotments.get((name, self._unit.code))
        if value is None:
            self._nothing(name, State.MISSING)
        return value

    def _value(self, code: str) -> Decimal | None:
        if code in self._points:
            return self._points[code]
        if code[:1] == MEASURE:
            return self._index.measures[self._unit.code].get(Measure(code[1:]))
        return None

    def _number(self, code: str, value: Decimal | None) -> Answered:
        if value is None:
            return self._nothing(code, State.MISSING)
        return (State.VALUE if value else State.ZERO).value, value

    def _prefilled(self, code: str, field: Field, row: TableRow) -> Answered:
        value = prefilled(self._index.programme, self._unit, field, row.item)
        if value is None:
            return self._nothing(code, State.NOT_APPLICABLE)
        return (State.VALUE if value else State.ZERO).value, value

    def _record(self, code: str, figure: Figure, coverage: Coverage | None) -> None:
        self.parts.update(dict.fromkeys(p for p in figure.parts if p.state is not State.MISSING))
        if not counts(figure):
            self._nothing(code, figure.state)
            return
        gaps = coverage.partial.get(self._unit.code, ()) if coverage is not None else ()
        if gaps:
            self.partial = True
            names = ", ".join(self._index.periods.get(gap, gap) for gap in gaps)
            self._note("partial", code, periods=names)

    def _nothing(self, code: str, state: State) -> Answered:
        if state is State.NOT_APPLICABLE:
            self.not_applicable = True
        else:
            self.lacking = True
            self._note("lacking", code)
        return state.value, None

    def _note(self, key: str, code: str, **params: str) -> None:
        note = Note(key, {"figure": shown_figure(self._index.programme, code), **params})
        if note.key not in [n.key for n in self.notes if n.params == note.params]:
            self.notes.append(note)


def shown_figure(programme: Programme, code: str) -> str:
    """How a figure is named to a reader."""
    if JOINT not in code:
        return code.lstrip(MEASURE + CRITERION)
    form, row, column = split_figure(code)
    title = programme.form(form).field(column).title
    return title if row in ("", column) else f"{row}{JOINT}{title}"
