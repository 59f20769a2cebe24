"""The few numbers that head every report: returns, indicators, tasks by state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.consolidate.model import Consolidation, FormTable
from toolkit.programme.model import Aggregation, Field, Form, FormKind, Role


@dataclass(frozen=True, slots=True)
class Returns:
    """Returns over all periods within: ``received`` = ``on_time`` + ``late``, of ``expected``.

    ``returned`` (to be corrected) and ``accepted`` are among the received.
    """

    expected: int
    received: int
    on_time: int
    late: int
    returned: int
    accepted: int

    @property
    def missing(self) -> int:
        """How many never came."""
        return self.expected - self.received


@dataclass(frozen=True, slots=True)
class Indicators:
    """How many indicators with a target are reached; ``provisional`` where any may change."""

    reached: int
    not_reached: int
    without_figure: int
    provisional: bool

    @property
    def total(self) -> int:
        """How many have a target."""
        return self.reached + self.not_reached + self.without_figure


@dataclass(frozen=True, slots=True)
class TaskStates:
    """The answers of a status field, counted over tasks and units: the latest of each unit.

    ``states`` are the counts by choice, in the order of the choice list, "" for an answer
    that is none of them; with ``lacking`` they add up to ``asked``.
    """

    form: Form
    field: Field
    states: Mapping[str, int]
    asked: int

    @property
    def lacking(self) -> int:
        """How many answers there are not yet (or cannot be read)."""
        return self.asked - sum(self.states.values())


def returns(consolidation: Consolidation) -> Returns:
    """The returns of all periods within the consolidation."""
    status = consolidation.status
    return Returns(
        expected=sum(s.expected for s in status),
        received=sum(s.received for s in status),
        on_time=sum(s.on_time for s in status),
        late=sum(s.late for s in status),
        returned=sum(s.returned for s in status),
        accepted=sum(s.accepted for s in status),
    )


def indicators(consolidation: Consolidation) -> Indicators | None:
    """The indicators held against a target; None where no form has any."""
    held = [row.attainment for t in consolidation.tables for row in t.rows if row.attainment]
    if not held:
        return None
    return Indicators(
        reached=sum(one.reached is True for one in held),
        not_reached=sum(one.reached is False for one in held),
        without_figure=sum(one.reached is None for one in held),
        provisional=any(one.provisional for one in held),
    )


def task_states(consolidation: Consolidation) -> Iterator[TaskStates]:
    """The tasks by state, of each form of fixed rows with a status field that is counted."""
    for table in consolidation.tables:
        for field in table.form.fields:
            counted = field.over_units is Aggregation.SHARE and field.role is Role.STATUS
            if counted and table.form.kind is FormKind.FIXED:
                yield _states(consolidation, table, field)


def _states(consolidation: Consolidation, table: FormTable, field: Field) -> TaskStates:
    tally: Counter[str] = Counter()
    asked = 0
    for row in table.rows:
        figure = row.totals[field.code]
        tally.update(figure.shares)
        asked += figure.coverage.denominator if figure.coverage else 0
    programme = consolidation.programme
    choices = programme.choice_list(field.choices).values if field.choices else ()
    states = {choice: tally.pop(choice, 0) for choice in choices}
    return TaskStates(table.form, field, {**states, **dict(sorted(tally.items()))}, asked)
