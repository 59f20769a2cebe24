"""The totals of single periods, out of the table of all of them.

They are those that ``form_table`` gives for a period with ``only``; here they are made of the
answers that stand in the table already. Of a single period the figure of a unit is its answer,
so that for most fields there is nothing to work out but the total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.consolidate.aggregate import Plan, combine, counts, kind_of_nothing, none_at_all
from toolkit.consolidate.cells import Cells
from toolkit.consolidate.form_plan import FormPlan, form_plan, leaves
from toolkit.consolidate.model import Coverage, Figure, FormTable, TableRow
from toolkit.consolidate.over_periods import Slot, Standing, standing_of
from toolkit.consolidate.over_units import covered
from toolkit.consolidate.place import Placement
from toolkit.consolidate.recompute import computed, joint_state
from toolkit.consolidate.tables import form_table, unit_result
from toolkit.consolidate.totals import totals_of
from toolkit.intake.model import State
from toolkit.programme.model import Aggregation, FormKind, Period, Programme

Figures = Mapping[tuple[str, str], Figure]  # (row, field) -> total, with its coverage

_RECOMPUTE, _WEIGHTED = Aggregation.RECOMPUTE, Aggregation.WEIGHTED_MEAN
_OF_MORE = (_WEIGHTED, Aggregation.NONE)  # made of more than the units' own figures, or of nothing
# Of one answer these are that answer (``over_periods``).
_OF_ONE = frozenset(
    {Aggregation.SUM, Aggregation.LAST, Aggregation.MAX, Aggregation.MIN, Aggregation.MEAN}
)
_COUNTING = frozenset([state for state in State if state.counts])
_STANDINGS = {s: Standing.COUNTED if s in _COUNTING else standing_of(s) for s in State}


def single_periods(
    programme: Programme, table: FormTable, placement: Placement, codes: frozenset[str]
) -> list[Figures]:
    """The totals of the fields ``codes`` in every row, for each period of the table alone.

    ``table`` was made of the whole ``placement``, its lines those of the units that reported.
    Without parts, but where faulty answers are taken in and marked.
    """
    plan = form_plan(programme, table.form, single=True)
    if table.form.kind is FormKind.OPEN or placement.marked or plan.outside:
        return [
            figures_of(form_table(programme, table.form, (one,), placement, only=codes))
            for one in table.periods
        ]
    return [_of_period(table, plan, period, codes) for period in table.periods]


def figures_of(table: FormTable) -> Figures:
    """The totals of a table."""
    return {(row.key, code): total for row in table.rows for code, total in row.totals.items()}


def _of_period(table: FormTable, plan: FormPlan, period: Period, codes: frozenset[str]) -> Figures:
    wanted = [code for code in plan.plans if code in codes]
    if table.form.kind is FormKind.FIXED:
        held = [
            (row.key, _Column(plan, period.code, *_cells(row, period.code))) for row in table.rows
        ]
        return {(key, code): column.total(code) for key, column in held for code in wanted}
    column = _Column(plan, period.code, *_questions(table.rows, period.code))
    return {(code, code): column.total(code) for code in wanted}


def _cells(row: TableRow, period: str) -> tuple[tuple[str, ...], list[Cells]]:
    """The units that owe the row for the period, and the answers of each."""
    owing = [line for line in row.lines if period in line.by_period]
    return tuple([line.unit.code for line in owing]), [line.by_period[period] for line in owing]


def _questions(rows: Sequence[TableRow], period: str) -> tuple[tuple[str, ...], list[Cells]]:
    """As :func:`_cells`; questions have a row each, with the same units, and are one row of
    cells to their formulas."""
    units: tuple[str, ...] = ()
    columns = []
    for row in rows:
        units, answers = _cells(row, period)
        columns.append([cells[row.key] for cells in answers])
    keys = [row.key for row in rows]
    return units, [dict(zip(keys, cells, strict=True)) for cells in zip(*columns, strict=True)]


@dataclass(frozen=True, slots=True)
class _Column:
    """The answers of one row and period, unit by unit."""

    plan: FormPlan
    period: str
    units: tuple[str, ...]
    cells: Sequence[Cells]

    def total(self, code: str) -> Figure:
        """The total of a field."""
        made = self.plan.plans[code]
        formula = made.over_units is _RECOMPUTE
        needed = leaves(self.plan, code, units=True) if formula else (code,)
        plain = all(self.plan.plans[one].over_periods in _OF_ONE for one in needed)
        if not (needed and plain) or made.over_units in _OF_MORE:
            return self._of_slots(code, made)
        return self._recomputed(code, needed) if formula else self._of_answers(code, made)

    def _of_slots(self, code: str, made: Plan) -> Figure:
        """As of any number of periods."""
        slots = [(Slot(self.period, (cells,)),) for cells in self.cells]
        bare = made.over_units in (_RECOMPUTE, _WEIGHTED)
        results = [] if bare else [unit_result(self.plan, code, own, made) for own in slots]
        units = list(zip(self.units, slots, strict=True))
        return totals_of(self.plan, code, made, units, results).total(None, traced=False)

    def _recomputed(self, code: str, needed: Sequence[str]) -> Figure:
        """A formula over plain answers: of a unit all that it needs count, or it is out."""
        columns = [[cells[leaf] for cells in self.cells] for leaf in needed]
        joint = [joint_state([f.state for f in figures]) for figures in zip(*columns, strict=True)]
        if State.VALUE not in joint:
            return covered(Figure(kind_of_nothing(joint), None), self._coverage(joint))
        entering = {}
        for leaf, column in zip(needed, columns, strict=True):
            figures = [f for f, state in zip(column, joint, strict=True) if state is State.VALUE]
            entering[leaf] = self._combined(self.plan.plans[leaf], figures)
        return covered(computed(self.plan, code, entering), self._coverage(joint))

    def _of_answers(self, code: str, made: Plan) -> Figure:
        """The answers, which are the units' figures, taken together."""
        figures = [cells[code] for cells in self.cells]
        states = [figure.state for figure in figures]
        if counting := [figure for figure in figures if counts(figure)]:
            total = self._combined(made, counting)
        else:
            total = none_at_all(made.over_units, kind_of_nothing(states), (), made.choices)
        return covered(total, self._coverage(states))

    def _combined(self, made: Plan, figures: Sequence[Figure]) -> Figure:
        return combine(made.over_units, figures, (), choices=made.choices, counted=made.counted)

    def _coverage(self, states: Sequence[State]) -> Coverage:
        """Who is in a figure, by the state of what each unit gives to it."""
        units = self.units
        if _COUNTING.issuperset(states):
            return Coverage(units, units)
        held: dict[Standing, list[str]] = {}
        for unit, state in zip(units, states, strict=True):
            held.setdefault(_STANDINGS[state], []).append(unit)
        return Coverage(
            expected=units,
            counted=tuple(held.get(Standing.COUNTED, ())),
            missing=tuple(held.get(Standing.MISSING, ())),
            unreadable=tuple(held.get(Standing.UNREADABLE, ())),
            not_applicable=tuple(held.get(Standing.NOT_APPLICABLE, ())),
        )
