"""The figure of all units out of the units' figures, with its coverage.

Works on any choice of units: the whole programme, or those below one superior.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from toolkit.consolidate.aggregate import (
    NOT_APPLICABLE,
    Plan,
    combine,
    counts,
    kind_of_nothing,
    none_at_all,
)
from toolkit.consolidate.model import Coverage, Figure, Part
from toolkit.consolidate.over_periods import Standing, UnitResult, of_no_rows
from toolkit.programme.model import Aggregation

UnitResults = Sequence[tuple[str, UnitResult]]  # (unit code, result), in official order

_PRESENT = frozenset({Standing.COUNTED, Standing.PARTIAL})
_NONE_PARTIAL: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def coverage(results: UnitResults) -> Coverage:
    """Who is in the figure: every unit in exactly one group."""
    groups: dict[Standing, list[str]] = {standing: [] for standing in Standing}
    for unit, result in results:
        groups[result.standing].append(unit)
    partial = groups[Standing.PARTIAL]
    return Coverage(
        expected=tuple([unit for unit, _ in results]),
        counted=tuple(groups[Standing.COUNTED]),
        missing=tuple(groups[Standing.MISSING]),
        unreadable=tuple(groups[Standing.UNREADABLE]),
        not_applicable=tuple(groups[Standing.NOT_APPLICABLE]),
        partial={u: r.gaps for u, r in results if r.standing is Standing.PARTIAL}
        if partial
        else _NONE_PARTIAL,
    )


def over_units(plan: Plan, results: UnitResults) -> Figure:
    """The total of a field. RECOMPUTE is not for here.

    A unit whose own figure is no number though its answers are in (a rate over a plan of 0)
    leaves the denominator.
    """
    if plan.over_units is Aggregation.NONE:
        return Figure(NOT_APPLICABLE, None, parts_of(results), coverage(results))
    results = [(unit, _leaving(result)) for unit, result in results]
    parts = parts_of(results)
    present = [result for _, result in results if result.standing in _PRESENT]
    pool = list(chain.from_iterable([result.pool for result in present]))
    if pool:
        total = combine(plan.over_units, pool, parts, choices=plan.choices, counted=plan.counted)
    elif present:
        total = of_no_rows(plan, [result.figure.state for result in present], parts)
    else:
        state = kind_of_nothing(result.figure.state for _, result in results)
        total = none_at_all(plan.over_units, state, parts, plan.choices)
    return covered(total, coverage(results))


def _leaving(result: UnitResult) -> UnitResult:
    if result.standing in _PRESENT and not counts(result.figure):
        return UnitResult(result.figure, Standing.NOT_APPLICABLE)
    return result


def covered(figure: Figure, cover: Coverage) -> Figure:
    """The figure with its coverage."""
    return Figure(figure.state, figure.value, figure.parts, cover, figure.shares, figure.texts)


def parts_of(results: UnitResults) -> tuple[Part, ...]:
    """The parts of all units' figures, in order of units."""
    return tuple([part for _, result in results for part in result.figure.parts])
