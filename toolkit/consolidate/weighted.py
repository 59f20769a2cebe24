"""Weighted means: each answer counts by the weight beside it.

Like for like, as with formulas: an answer enters only together with its weight, and the
coverage names who lacks either. Never a mean of means:

- over periods, each answer is weighed by the weight in the same return;
- over units, after a weighted mean over periods, all those pairs of all units are taken
  together; else each unit's figure is weighed by the unit's own figure of the weight;
- in an OPEN form the rows of all returns (of LAST, of each unit's last one) are weighed one
  by one.

Where all weights are 0 there is no mean: "not applicable".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toolkit.consolidate.aggregate import (
    NOT_APPLICABLE,
    Plan,
    counts,
    kind_of_nothing,
    weighed,
)
from toolkit.consolidate.form_plan import FormPlan, raw_inputs
from toolkit.consolidate.model import Figure, Part
from toolkit.consolidate.over_periods import Slot, Standing, UnitResult
from toolkit.consolidate.over_units import UnitResults, coverage, covered
from toolkit.consolidate.recompute import OUT, Scope, figure_within, restrict, restrict_rows
from toolkit.programme.model import Aggregation, FormKind
from toolkit.record import record

_LAST, _RECOMPUTE = Aggregation.LAST, Aggregation.RECOMPUTE
_Pair = tuple[Figure, Figure]  # a figure and its weight


@record()
class Weighed:
    """A unit in a weighted mean: its standing, and what it brings along."""

    result: UnitResult
    pairs: Sequence[_Pair]


@dataclass(frozen=True, slots=True)
class WeightedTotal:
    """A field that is a weighted mean over units, ready for any choice of them."""

    units: Sequence[tuple[str, Weighed]]

    def total(self, places: Sequence[int] | None, *, traced: bool) -> Figure:
        """The figure of the units at these places (of all), with its coverage."""
        chosen = self.units if places is None else [self.units[place] for place in places]
        results: UnitResults = [(unit, one.result) for unit, one in chosen]
        cover = coverage(results)
        present = [one for _, one in chosen if one.result.present]
        if not present:
            state = kind_of_nothing(result.figure.state for _, result in results)
            return covered(Figure(state, None), cover)
        pairs = [pair for one in present for pair in one.pairs]
        return covered(weighed(pairs, _parts(pairs) if traced else ()), cover)


def unit_weighted(form: FormPlan, code: str, slots: Sequence[Slot]) -> UnitResult:
    """A unit's figure of a field that is weighed over periods, or over the rows of a list."""
    return _weighed(form, code, slots).result


def weighted_total(
    form: FormPlan,
    code: str,
    units: Iterable[tuple[str, Sequence[Slot]]],
    gone: frozenset[str] = frozenset(),
) -> WeightedTotal:
    """What the units bring to a field that is a weighted mean over units; those ``gone``
    leave theirs to their successors."""
    plan = form.plans[code]
    pooled = plan.rows or plan.over_periods is Aggregation.WEIGHTED_MEAN
    take = _weighed if pooled else _unit_with_weight
    return WeightedTotal(
        [
            (unit, Weighed(OUT, ()) if unit in gone else take(form, code, slots))
            for unit, slots in units
        ]
    )


def _weighed(form: FormPlan, code: str, slots: Sequence[Slot]) -> Weighed:
    """The pairs of a unit's answers, by return or by row, and their mean."""
    plan = form.plans[code]
    inputs = (code, plan.field.weight)
    scope = _scope_of_answers(form, plan, inputs, slots)
    cells = [row for slot in scope.used for row in slot.rows]
    pairs = [(row[inputs[0]], row[inputs[1]]) for row in cells]
    if scope.enters and not pairs:  # a list confirmed to be empty has no mean
        return Weighed(UnitResult(Figure(NOT_APPLICABLE, None), Standing.NOT_APPLICABLE), ())
    return Weighed(scope.result(weighed(pairs, _parts(pairs)) if pairs else None), pairs)


def _scope_of_answers(
    form: FormPlan, plan: Plan, inputs: tuple[str, str], slots: Sequence[Slot]
) -> Scope:
    if form.form.kind is FormKind.OPEN:
        return restrict_rows(inputs, slots, only_last=plan.over_periods is _LAST)
    return restrict(form, inputs, slots, together=True)


def _unit_with_weight(form: FormPlan, code: str, slots: Sequence[Slot]) -> Weighed:
    """A unit's figure over its periods with the unit's weight over the same."""
    weight = form.plans[code].field.weight
    scope = restrict(form, _raw(form, code, weight), slots)
    if not scope.enters:
        return Weighed(scope.result(), ())
    pair = (figure_within(form, code, scope), figure_within(form, weight, scope))
    if not all(map(counts, pair)):  # a rate over a plan of 0: it leaves the denominator
        return Weighed(UnitResult(Figure(NOT_APPLICABLE, None), Standing.NOT_APPLICABLE), ())
    return Weighed(scope.result(pair[0]), (pair,))


def _raw(form: FormPlan, *codes: str) -> tuple[str, ...]:
    """The fields whose answers the unit's figures of these rest on."""
    found: dict[str, None] = {}
    for code in codes:
        computed = form.plans[code].over_periods is _RECOMPUTE
        found.update(dict.fromkeys(raw_inputs(form, code, units=False) if computed else (code,)))
    return tuple(found)


def _parts(pairs: Sequence[_Pair]) -> tuple[Part, ...]:
    """The parts of both sides, each once: two figures may rest on one answer."""
    return tuple(dict.fromkeys(part for pair in pairs for figure in pair for part in figure.parts))
