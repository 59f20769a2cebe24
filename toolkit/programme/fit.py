"""Which aggregations fit which type of field.

What cannot be meant is refused here, once, so that no total is silently wrong later: a rate
added up, a running total added over periods, a stock added over time, texts summed.
"""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.programme.faults import listed
from toolkit.programme.keywords import AGGREGATIONS, FIELD_TYPES, Prefill, written
from toolkit.programme.language.walk import references
from toolkit.programme.model import Aggregation as A
from toolkit.programme.model import Field, Form, FormKind, Role
from toolkit.programme.model import FieldType as T
from toolkit.programme.table import Row
from toolkit.programme.weights import check_distinct, check_weight
from toolkit.text import match_key

_NUMBERS = (A.SUM, A.MAX, A.MIN, A.MEAN, A.WEIGHTED_MEAN, A.COUNT, A.DISTINCT, A.NONE)
_FORMULA = tuple(a for a in _NUMBERS if a is not A.DISTINCT)
OVER_UNITS: Mapping[T, tuple[A, ...]] = {
    T.TEXT: (A.LIST, A.COUNT, A.DISTINCT, A.NONE),
    T.INTEGER: _NUMBERS,
    T.DECIMAL: _NUMBERS,
    T.RATE: (A.MEAN, A.WEIGHTED_MEAN, A.MAX, A.MIN, A.COUNT, A.NONE),
    T.DATE: (A.MAX, A.MIN, A.LIST, A.COUNT, A.DISTINCT, A.NONE),
    T.CHOICE: (A.SHARE, A.COUNT, A.DISTINCT, A.LIST, A.NONE),
    T.FORMULA: (A.RECOMPUTE, *_FORMULA),
}
OVER_PERIODS: Mapping[T, tuple[A, ...]] = {
    T.TEXT: (A.LIST, A.LAST, A.COUNT, A.DISTINCT, A.NONE),
    T.INTEGER: (A.LAST, *_NUMBERS),
    T.DECIMAL: (A.LAST, *_NUMBERS),
    T.RATE: (A.LAST, A.MEAN, A.WEIGHTED_MEAN, A.MAX, A.MIN, A.COUNT, A.NONE),
    T.DATE: (A.LAST, A.MAX, A.MIN, A.LIST, A.COUNT, A.DISTINCT, A.NONE),
    # The counts of each choice can be added up over periods, the choices cannot.
    T.CHOICE: (A.LAST, A.SHARE, A.SUM, A.COUNT, A.DISTINCT, A.LIST, A.NONE),
    T.FORMULA: (A.RECOMPUTE, A.LAST, *_FORMULA),
}
_CUMULATIVE_WORDS = ("lũy kế", "cộng dồn", "cumulative")
_STOCK_WORDS = ("hiện có", "cuối kỳ", "cuối kì", "tính đến", "tại thời điểm")
# What the head office fills in by item or unit is the same in every period.
_STANDING = (Prefill.TARGET, Prefill.ALLOTMENT)


def check_fit(row: Row, field: Field, form: Form) -> None:
    """Faults of the two aggregations of a field; ``form`` with all its fields."""
    if not row.filled("type") or not row.sound:
        return
    _check_axis(row, field, "over_units", field.over_units, OVER_UNITS[field.type])
    _check_axis(row, field, "over_periods", field.over_periods, OVER_PERIODS[field.type])
    if row.sound:
        check_weight(row, field, form)
        check_distinct(row, field)
    _check_share(row, field)
    _check_cumulative(row, field)
    _check_stock(row, field, form)
    _check_recompute(row, field, form)


def _check_axis(row: Row, field: Field, attr: str, chosen: A, allowed: tuple[A, ...]) -> None:
    if chosen is A.SUM and field.shows_percent:
        row.fault("aggregation.rate_sum", attr, row.text(attr), field=field.title)
    elif chosen not in allowed:
        row.fault(
            "aggregation.unfit",
            attr,
            row.text(attr),
            type=written(FIELD_TYPES, field.type),
            allowed=listed(written(AGGREGATIONS, a) for a in allowed),
        )
    elif chosen is A.MEAN and field.type is T.FORMULA and field.shows_percent:
        row.warn("aggregation.rate_mean", attr, row.text(attr), field=field.title)
    elif not row.filled(attr) and field.is_input and field.type in (T.INTEGER, T.DECIMAL):
        row.warn("aggregation.absent", attr, "", field=field.title)


def _check_share(row: Row, field: Field) -> None:
    if (
        field.type is T.CHOICE
        and field.over_periods is A.SUM
        and field.over_units not in (A.SHARE, A.COUNT, A.DISTINCT)
    ):
        allowed = listed(written(AGGREGATIONS, a) for a in (A.LAST, A.SHARE, A.NONE))
        kind = written(FIELD_TYPES, field.type)
        shown = row.text("over_periods")
        row.fault("aggregation.unfit", "over_periods", shown, type=kind, allowed=allowed)


def _check_cumulative(row: Row, field: Field) -> None:
    if field.over_periods is not A.SUM:
        return
    shown = row.text("over_periods")
    if field.role is Role.CUMULATIVE:
        row.fault("aggregation.cumulative_sum", "over_periods", shown, field=field.title)
    elif _titled(field, _CUMULATIVE_WORDS):
        row.warn("aggregation.cumulative_title", "over_periods", shown, field=field.title)


def _check_stock(row: Row, field: Field, form: Form) -> None:
    """A stock, or a figure that stands in every period, is not added over time."""
    if field.over_periods is not A.SUM or len(form.periods) < 2:
        return
    shown = row.text("over_periods")
    if field.is_numeric and field.prefill in _STANDING:
        row.fault("aggregation.stock_sum", "over_periods", shown, field=field.title)
    elif field.is_numeric and form.kind is not FormKind.OPEN and _titled(field, _STOCK_WORDS):
        row.warn("aggregation.stock_title", "over_periods", shown, field=field.title)


def _titled(field: Field, words: tuple[str, ...]) -> bool:
    return any(match_key(word) in match_key(field.title) for word in words)


def _check_recompute(row: Row, field: Field, form: Form) -> None:
    """A figure computed anew needs the figures it is computed from on the same axis."""
    if field.formula is None:
        return
    fields = {other.code: other for other in form.fields}
    used = [fields[code] for code in references(field.formula) if code in fields]
    for attr in ("over_units", "over_periods"):
        if getattr(field, attr) is not A.RECOMPUTE:
            continue
        unfit = (A.NONE, A.WEIGHTED_MEAN, A.DISTINCT)
        idle = [other.title for other in used if getattr(other, attr) in unfit]
        if idle:
            row.warn("aggregation.idle_input", attr, row.text(attr), fields=", ".join(idle))
