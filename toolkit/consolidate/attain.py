"""Indicators against their targets, compared unrounded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from toolkit.consolidate.model import Attainment, Figure
from toolkit.programme.model import Field, Form, Item, Role


def measured_field(form: Form, item: Item) -> Field | None:
    """The field that an item's target is held against; None where the form has none.

    Of several fields in the role the first in column order speaks.
    """
    role = Role.RATE if item.target_is_rate else Role.ACTUAL
    return next((field for field in form.fields if field.role is role), None)


def attainment_of(form: Form, item: Item, totals: Mapping[str, Figure]) -> Attainment | None:
    """The item against its target; None where the form has no field to hold against it."""
    measured = measured_field(form, item)
    return attainment(item, totals[measured.code]) if measured is not None else None


def attainment(item: Item, figure: Figure) -> Attainment | None:
    """A figure against the item's target, unrounded: 95 of 239 are not 40 %, 96 are.

    None where the item has no target.
    """
    if item.target is None:
        return None
    value = figure.value if isinstance(figure.value, Decimal) else None
    reached = None
    if value is not None:
        reached = value >= item.target if item.target_is_floor else value <= item.target
    complete = figure.coverage is not None and figure.coverage.complete
    return Attainment(item.target, item.target_is_rate, value, reached, not complete)
