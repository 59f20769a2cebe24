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

from toolkit.consolidate.aggregate import (
    MISSING,
    NIL,
    NOT_APPLICABLE,
    VALUE,
    ZERO,
    Plan,
    kind_of_nothing,
    plan,
)
from toolkit.consolidate.model import Figure
from toolkit.consolidate.over_periods import (
    Slot,
    Standing,
    UnitResult,
    over_periods,
    standing_of,
)
from toolkit.consolidate.over_units import UnitResults, coverage, covered, over_units
from toolkit.intake.model import AnswerValue, State
from toolkit.programme.language.evaluate import compute
from toolkit.programme.language.tree import CountRows, Prev, Ref, Span, UnitValue
from toolkit.programme.language.walk import nodes
from toolkit.programme.model import Aggregation, Field, FieldType, Form, FormKind, Programme

# Codes under which a formula's COUNTROWS(form) and UNIT(item) stand among the cells of a
# row; no field has a code that begins so.
ROWS_OF = "#"
OWN_FIGURE = "@"

_RECOMPUTE = Aggregation.RECOMPUTE
_COUNTING = (VALUE, ZERO, NIL)
_NO_NUMBER = frozenset({Aggregation.NONE, Aggregation.SHARE, Aggregation.LIST})
_DATES = frozenset({Aggregation.LAST, Aggregation.MAX, Aggregation.MIN})


@dataclass(frozen=True, slots=True)
class FormPlan:
    """How all fields of a form become figures (of several periods, or of a single one).

    ``uses`` are the codes each formula names, those under ROWS_OF and OWN_FIGURE too.
    """

    form: Form
    plans: Mapping[str, Plan]
    uses: Mapping[str, tuple[str, ...]]

    @property
    def outside(self) -> tuple[str, ...]:
        """The codes used that are no fields: COUNTROWS and UNIT."""
        return tuple(code for code in self.plans if code[0] in (ROWS_OF, OWN_FIGURE))


def form_plan(programme: Programme, form: Form, *, single: bool) -> FormPlan:
    """The plan of a form. A formula that cannot be computed on aggregates has no total."""
    uses = {f.code: _uses(f) for f in form.fields if f.formula is not None}
    rows = form.kind is FormKind.OPEN
    fields = {field.code: field for field in form.fields}
    for code in dict.fromkeys(code for codes in uses.values() for code in codes):
        if code not in fields:
            fields[code] = _outside_field(form, code)
    plans: dict[str, Plan] = {}

    def settle(code: str) -> Plan:
        if code not in plans:
            field = fields[code]
            choices = programme.choice_list(field.choices).values if field.choices else ()
            inputs = [settle(used) for used in uses.get(code, ())]
            allowed = field.formula is not None and _stays_inside(field, rows)
            made = plan(field, choices, recomputable=allowed, rows=rows, single=single)
            plans[code] = _feasible(made, inputs, single)
        return plans[code]

    for code in fields:
        settle(code)
    return FormPlan(form, plans, uses)


def _uses(field: Field) -> tuple[str, ...]:
    used: dict[str, None] = {}
    for node in nodes(field.formula.root) if field.formula else ():
        if isinstance(node, Ref):
            used[node.field] = None
        elif isinstance(node, Span):
            used.update(dict.fromkeys(node.fields))
        elif isinstance(node, CountRows):
            used[ROWS_OF + node.form] = None
        elif isinstance(node, UnitValue):
            used[OWN_FIGURE + node.name] = None
    return tuple(used)


def _outside_field(form: Form, code: str) -> Field:
    """COUNTROWS adds up over periods and units, a unit's own figure over units alone."""
    return Field(
        form.code,
        code,
        code,
        FieldType.DECIMAL,
        over_units=Aggregation.SUM,
        over_periods=Aggregation.SUM if code[0] == ROWS_OF else Aggregation.LAST,
    )


def _stays_inside(field: Field, rows: bool) -> bool:
    """Whether a formula speaks of its own period (PREV does not) and, in a list, its row."""
    outside = (Prev, CountRows, UnitValue) if rows else Prev
    return field.formula is not None and not any(
        isinstance(node, outside) for node in nodes(field.formula.root)
    )


def _feasible(made: Plan, inputs: Sequence[Plan], single: bool) -> Plan:
    """RECOMPUTE only on an axis on which every input has a figure a formula can use."""
    units, periods = made.over_units, made.over_periods
    if units is _RECOMPUTE and not all(_usable(i.field, i.over_units) for i in inputs):
        units = Aggregation.NONE
    if periods is _RECOMPUTE:
        if made.rows:  # one return is several rows: they are units as well as periods
            periods = periods if units is _RECOMPUTE else Aggregation.NONE
        elif not all(_usable(i.field, i.over_periods, texts=True) for i in inputs):
            periods = Aggregation.LAST if single else Aggregation.NONE
    if periods is Aggregation.NONE:
        units = Aggregation.NONE
    return Plan(made.field, units, periods, made.choices, made.rows)


def _usable(field: Field, how: Aggregation, *, texts: bool = False) -> bool:
    if field.is_numeric:
        return how not in _NO_NUMBER
    if field.type is FieldType.DATE:
        return how in _DATES
    return texts and how is Aggregation.LAST


# --- which answers enter --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
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


def restrict(form: FormPlan, inputs: Sequence[str], slots: Sequence[Slot]) -> Scope:
    """The scope of one unit for a formula with these raw inputs."""
    stocks = [c for c in inputs if form.plans[c].over_periods is Aggregation.LAST]
    flows = [c for c in inputs if c not in stocks]
    if form.form.kind is FormKind.OPEN:
        return _restrict_rows(inputs, slots, only_last=bool(stocks) and not flows)
    states = [_together(slot.rows[0][code].state for code in flows) for slot in slots]
    used = [slot for slot, state in zip(slots, states, strict=True) if state is VALUE]
    lacking = {
        slot.period
        for slot, state in zip(slots, states, strict=True)
        if state is not VALUE and state is not NOT_APPLICABLE
    }
    nothing = [] if used else [kind_of_nothing(states)]
    for code in stocks:
        last = over_periods(form.plans[code], slots)
        lacking.update(last.gaps)
        if not last.present:
            nothing.append(last.figure.state)
    if nothing:
        return Scope((), slots, _together(nothing))
    return _scope(used, slots, lacking)


def _restrict_rows(inputs: Sequence[str], slots: Sequence[Slot], *, only_last: bool) -> Scope:
    kept: list[Slot] = []
    lacking: set[str] = set()
    nothing: list[State] = []
    for slot in reversed(slots):
        states = [_together(cells[code].state for code in inputs) for cells in slot.rows]
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


def _together(states: Iterable[State]) -> State:
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


def total_recomputed(
    form: FormPlan, code: str, units: Sequence[tuple[str, Sequence[Slot]]]
) -> Figure:
    """The total of a field that is RECOMPUTE over units, with its coverage."""
    raw = raw_inputs(form, code, units=True)
    scopes = [(unit, restrict(form, raw, slots)) for unit, slots in units]
    cover = coverage([(unit, scope.result()) for unit, scope in scopes])
    entering = [(unit, scope) for unit, scope in scopes if scope.enters]
    if not entering:
        state = kind_of_nothing(scope.state for _, scope in scopes)
        return covered(Figure(state, None), cover)
    leaves = _leaves(form, code, units=True)
    figures = {leaf: _total_of_leaf(form, leaf, entering) for leaf in leaves}
    return covered(_computed(form, code, figures), cover)


def _total_of_leaf(form: FormPlan, code: str, scopes: Sequence[tuple[str, Scope]]) -> Figure:
    results: list[tuple[str, UnitResult]] = []
    leaf = form.plans[code]
    for unit, scope in scopes:
        if leaf.over_periods is _RECOMPUTE:
            figure = _unit_figure(form, code, scope)
            results.append((unit, UnitResult(figure, Standing.COUNTED)))
        else:
            results.append((unit, over_periods(leaf, _slots(leaf, scope))))
    total: UnitResults = results
    return over_units(leaf, total)


def _unit_figure(form: FormPlan, code: str, scope: Scope) -> Figure:
    figures = {
        leaf: over_periods(form.plans[leaf], _slots(form.plans[leaf], scope)).figure
        for leaf in _leaves(form, code, units=False)
    }
    return _computed(form, code, figures)


def _slots(leaf: Plan, scope: Scope) -> Sequence[Slot]:
    stock = leaf.over_periods is Aggregation.LAST and not leaf.rows
    return scope.known if stock else scope.used


def _computed(form: FormPlan, code: str, figures: Mapping[str, Figure]) -> Figure:
    formula = form.plans[code].field.formula
    assert formula is not None, code
    value = compute(formula, _Aggregates(form, figures))
    parts = tuple([p for figure in figures.values() for p in figure.parts if p.state in _COUNTING])
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
        figure = self.figures.get(field) or _computed(self.form, field, self.figures)
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


def _leaves(form: FormPlan, code: str, *, units: bool) -> tuple[str, ...]:
    """The inputs that have a figure of their own on that axis, formulas between seen through."""
    found: dict[str, None] = {}
    for used in form.uses[code]:
        made = form.plans[used]
        if (made.over_units if units else made.over_periods) is _RECOMPUTE:
            found.update(dict.fromkeys(_leaves(form, used, units=units)))
        else:
            found[used] = None
    return tuple(found)


def raw_inputs(form: FormPlan, code: str, *, units: bool) -> tuple[str, ...]:
    """The fields whose answers, as returned, the figure rests on."""
    found: dict[str, None] = {}
    for leaf in _leaves(form, code, units=units):
        if form.plans[leaf].over_periods is _RECOMPUTE:
            found.update(dict.fromkeys(raw_inputs(form, leaf, units=False)))
        else:
            found[leaf] = None
    return tuple(found)


def formula_inputs(form: FormPlan, code: str, *, units: bool) -> tuple[str, ...]:
    """The codes a recomputed figure of ``code`` is computed from, over units or periods."""
    return _leaves(form, code, units=units)
