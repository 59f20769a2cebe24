"""The figure of all units out of the units' figures, with its coverage.

Works on any choice of units: the whole programme, or those below one superior.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from toolkit.consolidate.aggregate import (
    NIL,
    NOT_APPLICABLE,
    VALUE,
    ZERO,
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

_COUNTED, _PARTIAL = Standing.COUNTED, Standing.PARTIAL
_NONE_PARTIAL: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def coverage(results: UnitResults) -> Coverage:
    """Who is in the figure: every unit in exactly one group."""
    counted: list[str] = []
    missing: list[str] = []
    unreadable: list[str] = []
    not_applicable: list[str] = []
    partial: dict[str, tuple[str, ...]] = {}
    for unit, result in results:  # in one go: there is a figure for every group of units
        standing = result.standing
        if standing is _COUNTED:
            counted.append(unit)
        elif standing is _PARTIAL:
            partial[unit] = result.gaps
        elif standing is Standing.MISSING:
            missing.append(unit)
        elif standing is Standing.UNREADABLE:
            unreadable.append(unit)
        else:
            not_applicable.append(unit)
    units = tuple([unit for unit, _ in results])
    return Coverage(
        expected=units,
        counted=units if len(counted) == len(units) else tuple(counted),
        missing=tuple(missing),
        unreadable=tuple(unreadable),
        not_applicable=tuple(not_applicable),
        partial=partial or _NONE_PARTIAL,
    )


def over_units(plan: Plan, results: UnitResults, *, traced: bool = True) -> Figure:
    """The total of a field. RECOMPUTE and WEIGHTED_MEAN are not for here.

    Without ``traced`` it comes without its parts, which are those of the units' figures.

    A unit whose own figure is no number though its answers are in (a rate over a plan of 0)
    leaves the denominator.
    """
    parts = parts_of(results) if traced else ()
    if plan.over_units is Aggregation.NONE:
        return covered(Figure(NOT_APPLICABLE, None, parts), coverage(results))
    present, leaving = [], False
    for _, result in results:
        if result.standing is _COUNTED or result.standing is _PARTIAL:
            state = result.figure.state
            if state is VALUE or state is ZERO or state is NIL:
                present.append(result)
            else:
                leaving = True
    if leaving:
        results = [(unit, _leaving(result)) for unit, result in results]
    if plan.pools:
        pool = [figure for result in present for figure in result.pool]
    else:
        pool = [result.figure for result in present]
    if pool:
        total = combine(plan.over_units, pool, parts, choices=plan.choices, counted=plan.counted)
    elif present:
        total = of_no_rows(plan, [result.figure.state for result in present], parts)
    else:
        state = kind_of_nothing(result.figure.state for _, result in results)
        total = none_at_all(plan.over_units, state, parts, plan.choices)
    return covered(total, coverage(results))


def _leaving(result: UnitResult) -> UnitResult:
    if not result.present or counts(result.figure):
        return result
    return UnitResult(result.figure, Standing.NOT_APPLICABLE)


def covered(figure: Figure, cover: Coverage) -> Figure:
    """The figure with its coverage."""
    return Figure(figure.state, figure.value, figure.parts, cover, figure.shares, figure.texts)


def parts_of(results: UnitResults) -> tuple[Part, ...]:
    """The parts of all units' figures, in order of units."""
    return tuple([part for _, result in results for part in result.figure.parts])
