"""Formulas on aggregated answers: a rate is recomputed, never averaged or added.

Like for like: an answer enters a recomputed figure only together with its companions. A
return in which one input of the formula does not count is left out of the numerator *and*
the denominator, so that they never come from different units (or quarters); the coverage
names it. In an OPEN form this holds row by row. An input that is LAST over periods (a plan
for the year, a running total) is the last one known and need not stand in the same return
as the others.

A formula over a plan of 0 has no value: the figure is then "not applicable".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from toolkit.consolidate.aggregate import (
    COUNTING,
    MISSING,
    NIL,
    NOT_APPLICABLE,
    VALUE,
    ZERO,
    Plan,
    kind_of_nothing,
)
from toolkit.consolidate.form_plan import OWN_FIGURE, ROWS_OF, FormPlan, leaves, raw_inputs
from toolkit.consolidate.model import Figure
from toolkit.consolidate.over_periods import (
    Slot,
    Standing,
    UnitResult,
    over_periods,
    standing_of,
)
from toolkit.consolidate.over_units import coverage, covered, over_units
from toolkit.intake.model import AnswerValue, State
from toolkit.programme.language.evaluate import compute
from toolkit.programme.model import Aggregation, FormKind
from toolkit.record import record

# unit -> the codes of the fields that it leaves to its successors (see ``succeeded``)
LeftOut = Mapping[str, frozenset[str]]
NOTHING_LEFT_OUT: LeftOut = MappingProxyType({})
OUT = UnitResult(Figure(NOT_APPLICABLE, None), Standing.NOT_APPLICABLE)

_NO_CODES: frozenset[str] = frozenset()
_RECOMPUTE = Aggregation.RECOMPUTE


# --- which answers enter --------------------------------------------------------------------


@record()
class Scope:
    """The returns of one unit that a formula may take its inputs from.

    ``used`` those in which every input counts, ``known`` all of them, for LAST. ``state`` is
    VALUE when the unit is in the figure at all, else the kind of nothing.
    """

    used: Sequence[Slot]
    known: Sequence[Slot]
    state: State = VALUE
    gaps: tuple[str, ...] = ()

    @property
    def enters(self) -> bool:
        """Whether the unit is in the figure at all."""
        return self.state is VALUE

    def result(self, figure: Figure | None = None) -> UnitResult:
        """The unit's standing in the figure, with its own figure if it has one."""
        if not self.enters:
            return UnitResult(Figure(self.state, None), standing_of(self.state))
        standing = Standing.PARTIAL if self.gaps else Standing.COUNTED
        own = figure or Figure(NOT_APPLICABLE, None)
        return UnitResult(own, standing, self.gaps)


def restrict(
    form: FormPlan,
    inputs: Sequence[str],
    slots: Sequence[Slot],
    *,
    together: bool = False,
    without: frozenset[str] = _NO_CODES,
) -> Scope:
    """The scope of one unit for a formula with these raw inputs.

    With ``together`` every input is asked of the same return, a stock too. The inputs
    ``without`` are its successors', so that the formula does not ask the unit for them.
    """
    if without:
        inputs = [code for code in inputs if code not in without]
        if not inputs:
            return Scope((), slots, NOT_APPLICABLE)
    last = [c for c in inputs if form.plans[c].over_periods is Aggregation.LAST]
    stocks = [] if together else last
    flows = [c for c in inputs if c not in stocks]
    if form.form.kind is FormKind.OPEN:
        return restrict_rows(inputs, slots, only_last=bool(stocks) and not flows)
    states = [joint_state(slot.rows[0][code].state for code in flows) for slot in slots]
    used = [slot for slot, state in zip(slots, states, strict=True) if state is VALUE]
    lacking = {
        slot.period
        for slot, state in zip(slots, states, strict=True)
        if state is not VALUE and state is not NOT_APPLICABLE
    }
    nothing = [] if used else [kind_of_nothing(states)]
    for code in stocks:
        latest = over_periods(form.plans[code], slots)
        lacking.update(latest.gaps)
        if not latest.present:
            nothing.append(latest.figure.state)
    if nothing:
        return Scope((), slots, joint_state(nothing))
    return _scope(used, slots, lacking)


def restrict_rows(inputs: Sequence[str], slots: Sequence[Slot], *, only_last: bool) -> Scope:
    """The scope of one unit in an OPEN form, row by row; of the last list alone where asked."""
    kept: list[Slot] = []
    lacking: set[str] = set()
    nothing: list[State] = []
    for slot in reversed(slots):
        states = [joint_state(cells[code].state for code in inputs) for cells in slot.rows]
        rows = [c for c, state in zip(slot.rows, states, strict=True) if state is VALUE]
        certain = not slot.rows and slot.nothing in (ZERO, NIL)
        bad = [s for s in states if s is not VALUE and s is not NOT_APPLICABLE]
        if bad or not (slot.rows or certain):
            lacking.add(slot.period)
        if rows or certain:
            kept.insert(0, Slot(slot.period, rows, slot.nothing))
            if only_last:
                break
        else:
            nothing.append(kind_of_nothing(states) if states else slot.nothing)
    if not kept:
        return Scope((), (), kind_of_nothing(nothing))
    return _scope(kept, slots, lacking)


def _scope(used: Sequence[Slot], slots: Sequence[Slot], lacking: set[str]) -> Scope:
    gaps = tuple([slot.period for slot in slots if slot.period in lacking])
    return Scope(used, slots, VALUE, gaps)


def joint_state(states: Iterable[State]) -> State:
    """The state of several inputs as one: VALUE when all count.

    One that is not applicable makes the whole not applicable, whatever the others are.
    """
    others = [s for s in states if s is not VALUE and s is not ZERO and s is not NIL]
    if not others:
        return VALUE
    return NOT_APPLICABLE if NOT_APPLICABLE in others else kind_of_nothing(others)


# --- the figures ----------------------------------------------------------------------------


def unit_recomputed(form: FormPlan, code: str, slots: Sequence[Slot]) -> UnitResult:
    """A unit's figure of a field that is RECOMPUTE over periods."""
    scope = restrict(form, raw_inputs(form, code, units=False), slots)
    return scope.result(_unit_figure(form, code, scope) if scope.enters else None)


@dataclass(frozen=True, slots=True)
class Recomputed:
    """A field that is RECOMPUTE over units, ready to be computed over any choice of them.

    ``scopes`` are the units in official order; ``leaves`` the units' figures of each input,
    None for a unit that is not in the figure.
    """

    form: FormPlan
    code: str
    scopes: Sequence[tuple[str, Scope]]
    leaves: Mapping[str, Sequence[UnitResult | None]]

    def total(self, places: Sequence[int] | None, *, traced: bool) -> Figure:
        """The figure of the units at these places (of all), with its coverage."""
        chosen = range(len(self.scopes)) if places is None else places
        scopes = [self.scopes[place] for place in chosen]
        cover = coverage([(unit, scope.result()) for unit, scope in scopes])
        entering = [place for place in chosen if self.scopes[place][1].enters]
        if not entering:
            state = kind_of_nothing(scope.state for _, scope in scopes)
            return covered(Figure(state, None), cover)
        figures = {leaf: self._leaf(leaf, entering, traced) for leaf in self.leaves}
        return covered(computed(self.form, self.code, figures), cover)

    def _leaf(self, leaf: str, entering: Sequence[int], traced: bool) -> Figure:
        held = self.leaves[leaf]
        results = [(self.scopes[n][0], one) for n in entering if (one := held[n]) is not None]
        return over_units(self.form.plans[leaf], results, traced=traced)


def recomputed(
    form: FormPlan,
    code: str,
    units: Sequence[tuple[str, Sequence[Slot]]],
    left_out: LeftOut = NOTHING_LEFT_OUT,
) -> Recomputed:
    """The units' inputs of a field that is RECOMPUTE over units."""
    raw = raw_inputs(form, code, units=True)
    scopes = [
        (unit, restrict(form, raw, slots, without=left_out.get(unit, _NO_CODES)))
        for unit, slots in units
    ]
    held = {
        leaf: [
            _leaf_result(form, leaf, scope)
            if scope.enters and leaf not in left_out.get(unit, _NO_CODES)
            else None
            for unit, scope in scopes
        ]
        for leaf in leaves(form, code, units=True)
    }
    return Recomputed(form, code, scopes, held)


def _leaf_result(form: FormPlan, code: str, scope: Scope) -> UnitResult:
    leaf = form.plans[code]
    if leaf.over_periods is _RECOMPUTE:
        return UnitResult(_unit_figure(form, code, scope), Standing.COUNTED)
    return over_periods(leaf, _slots(leaf, scope))


def figure_within(form: FormPlan, code: str, scope: Scope) -> Figure:
    """A unit's figure of a field out of those returns alone that are in the scope."""
    return _leaf_result(form, code, scope).figure


def _unit_figure(form: FormPlan, code: str, scope: Scope) -> Figure:
    figures = {
        leaf: over_periods(form.plans[leaf], _slots(form.plans[leaf], scope)).figure
        for leaf in leaves(form, code, units=False)
    }
    return computed(form, code, figures)


def _slots(leaf: Plan, scope: Scope) -> Sequence[Slot]:
    stock = leaf.over_periods is Aggregation.LAST and not leaf.rows
    return scope.known if stock else scope.used


def computed(form: FormPlan, code: str, figures: Mapping[str, Figure]) -> Figure:
    """The figure of a formula out of the ``figures`` of its inputs (:func:`leaves`)."""
    formula = form.plans[code].field.formula
    assert formula is not None, code
    value = compute(formula, _Aggregates(form, figures))
    parts = tuple([p for figure in figures.values() for p in figure.parts if p.state in COUNTING])
    if any(form.plans[leaf].over_periods is _RECOMPUTE for leaf in figures):
        parts = tuple(dict.fromkeys(parts))  # two leaves may rest on the same answer
    if value is None:
        return Figure(NOT_APPLICABLE, None, parts)
    return Figure(VALUE if value else ZERO, value, parts)


@dataclass(frozen=True, slots=True)
class _Aggregates:
    """The row that a formula sees: figures of its leaves, other formulas computed on them."""

    form: FormPlan
    figures: Mapping[str, Figure]

    def answer(self, field: str) -> tuple[str, AnswerValue]:
        figure = self.figures.get(field) or computed(self.form, field, self.figures)
        return figure.state, figure.value

    def previous(self, field: str) -> tuple[str, AnswerValue]:
        del field  # a formula that asks for it is not recomputed
        return MISSING, None

    def count_rows(self, form: str) -> int | None:
        value = self.answer(ROWS_OF + form)[1]
        return int(value) if isinstance(value, Decimal) else None

    def unit_value(self, name: str) -> Decimal | None:
        value = self.answer(OWN_FIGURE + name)[1]
        return value if isinstance(value, Decimal) else None
