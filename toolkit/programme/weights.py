"""Where a weighted mean and a count of different answers can be meant."""

from __future__ import annotations

from toolkit.programme.faults import listed, near
from toolkit.programme.keywords import AGGREGATIONS, written
from toolkit.programme.model import Aggregation as A
from toolkit.programme.model import Field, FieldType, Form, FormKind
from toolkit.programme.table import Row

_WEIGHTS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.FORMULA)
# What a weight may be over periods where it weighs a unit's figure over its periods.
_OF_A_UNIT = (A.SUM, A.LAST, A.MAX, A.MIN, A.MEAN, A.RECOMPUTE)
# In a list these compare the periods; there are no rows any more to be weighed or told apart.
_COMPARING = (A.MAX, A.MIN, A.MEAN)
# The figures over periods that can be told apart over units, and what may be done over units
# with how many different answers each unit gave.
_DISTINCT_OF = (A.DISTINCT, A.LAST, A.SUM, A.NONE)
_OF_DISTINCT = (A.DISTINCT, A.SUM, A.MAX, A.MIN, A.MEAN, A.NONE)


def check_weight(row: Row, field: Field, form: Form) -> None:
    """Faults of the weight of a field, and of the weighted means it asks for."""
    axes = [a for a in ("over_units", "over_periods") if getattr(field, a) is A.WEIGHTED_MEAN]
    if not axes:
        if field.weight:
            row.fault("weight.idle", "weight", field.weight)
        return
    weight = _named(row, field, form, axes)
    if weight is None:
        return
    if form.kind is FormKind.OPEN:
        _check_list(row, field)
    elif axes == ["over_units"] and not _weighs_a_unit(field, weight, form):
        allowed = listed(written(AGGREGATIONS, a) for a in _OF_A_UNIT)
        row.fault("weight.over_periods", "weight", field.weight, allowed=allowed)


def _named(row: Row, field: Field, form: Form, axes: list[str]) -> Field | None:
    """The field that weighs: a number of the same form, and not a rate."""
    fits = [f for f in form.fields if f.code != field.code and _can_weigh(f)]
    if not field.weight:
        allowed = listed(f.code for f in fits)
        row.fault("weight.missing", axes[0], row.text(axes[0]), allowed=allowed)
        return None
    found = next((f for f in fits if f.code == field.weight), None)
    if found is None:
        allowed = near(field.weight, [f.code for f in fits])
        row.fault("weight.unfit", "weight", field.weight, allowed=allowed)
    return found


def _can_weigh(field: Field) -> bool:
    return field.type in _WEIGHTS and not field.shows_percent


def _weighs_a_unit(field: Field, weight: Field, form: Form) -> bool:
    single = len(form.periods) == 1 or field.over_periods is A.NONE
    return single or weight.over_periods in _OF_A_UNIT


def _check_list(row: Row, field: Field) -> None:
    """The rows of a list are weighed one by one, those of all periods together."""
    if field.over_units is not A.WEIGHTED_MEAN or field.over_periods in _COMPARING:
        row.fault("weight.list", "over_periods", row.text("over_periods"))


def check_distinct(row: Row, field: Field) -> None:
    """Faults of counting different answers: over units out of what, over periods for what."""
    if field.over_units is A.DISTINCT and field.over_periods not in _DISTINCT_OF:
        allowed = listed(written(AGGREGATIONS, a) for a in _DISTINCT_OF)
        shown = row.text("over_periods")
        row.fault("aggregation.distinct_of", "over_periods", shown, allowed=allowed)
    elif field.over_periods is A.DISTINCT and field.over_units not in _OF_DISTINCT:
        allowed = listed(written(AGGREGATIONS, a) for a in _OF_DISTINCT)
        row.fault("aggregation.of_distinct", "over_units", row.text("over_units"), allowed=allowed)
