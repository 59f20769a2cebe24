"""How every field of a form becomes figures: the plans of its fields, and what formulas need.

A formula that cannot be computed on figures, a weighted mean without a weight beside each
figure: such a field has no total, rather than a wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.consolidate.aggregate import Plan, plan
from toolkit.programme.language.tree import CountRows, Prev, Ref, Span, UnitValue
from toolkit.programme.language.walk import nodes
from toolkit.programme.model import Aggregation, Field, FieldType, Form, FormKind, Programme

# Codes under which a formula's COUNTROWS(form) and UNIT(item) stand among the cells of a
# row; no field has a code that begins so.
ROWS_OF = "#"
OWN_FIGURE = "@"

_RECOMPUTE = Aggregation.RECOMPUTE
_WEIGHTED = Aggregation.WEIGHTED_MEAN
_LAST = Aggregation.LAST
# Figures that a formula cannot use: a mean by weights and a count of what is different cannot
# be made of those answers alone that enter together with the others.
_NO_NUMBER = frozenset(
    {
        Aggregation.NONE,
        Aggregation.SHARE,
        Aggregation.LIST,
        Aggregation.WEIGHTED_MEAN,
        Aggregation.DISTINCT,
    }
)
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
            weight = settle(field.weight) if field.weight in fields else None
            allowed = field.formula is not None and _stays_inside(field, rows)
            made = plan(field, choices, recomputable=allowed, rows=rows, single=single)
            plans[code] = _weighable(_feasible(made, inputs, single), weight, single)
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


def _weighable(made: Plan, weight: Plan | None, single: bool) -> Plan:
    """WEIGHTED_MEAN only where there is a weight to each figure; a single period needs none."""
    units, periods = made.over_units, made.over_periods
    if single and not made.rows and periods is _WEIGHTED:
        periods = _LAST
    if periods is _WEIGHTED and weight is None:
        periods = units = Aggregation.NONE
    if units is _WEIGHTED and (weight is None or not _weighs(made.rows, periods, weight)):
        units = Aggregation.NONE
    return Plan(made.field, units, periods, made.choices, made.rows)


def _weighs(rows: bool, periods: Aggregation, weight: Plan) -> bool:
    """Whether there is a weight beside what is weighed: an answer, or a unit's figure."""
    return rows or periods is _WEIGHTED or weight.over_periods not in _NO_NUMBER


def _usable(field: Field, how: Aggregation, *, texts: bool = False) -> bool:
    if field.is_numeric:
        return how not in _NO_NUMBER
    if field.type is FieldType.DATE:
        return how in _DATES
    return texts and how is Aggregation.LAST


def leaves(form: FormPlan, code: str, *, units: bool) -> tuple[str, ...]:
    """The inputs that have a figure of their own on that axis, formulas between seen through."""
    found: dict[str, None] = {}
    for used in form.uses[code]:
        made = form.plans[used]
        if (made.over_units if units else made.over_periods) is _RECOMPUTE:
            found.update(dict.fromkeys(leaves(form, used, units=units)))
        else:
            found[used] = None
    return tuple(found)


def raw_inputs(form: FormPlan, code: str, *, units: bool) -> tuple[str, ...]:
    """The fields whose answers, as returned, the figure rests on."""
    found: dict[str, None] = {}
    for leaf in leaves(form, code, units=units):
        if form.plans[leaf].over_periods is _RECOMPUTE:
            found.update(dict.fromkeys(raw_inputs(form, leaf, units=False)))
        else:
            found[leaf] = None
    return tuple(found)
