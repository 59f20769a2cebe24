"""Dividing an old unit's figures among its successors by stated shares.

Only what may be added over units is divided: counts and amounts with SUM over units. A
text, a rate, a day, the rows of a list stay whole with the line of the old unit.

Counts stay whole numbers. Each answer is divided by largest remainders: every successor gets
the whole part of its share, and what is left goes, one by one, to the largest fractions (of
equal ones to the successor named first). So the parts of every single answer add up to what
was reported; keeping decimals instead would show 60,6 households, and rounding each part for
itself would lose or invent some. Amounts are divided exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from toolkit.consolidate.aggregate import EXACT, VALUE, ZERO, counts, exact_sum
from toolkit.consolidate.form_plan import ROWS_OF, FormPlan
from toolkit.consolidate.model import Figure
from toolkit.programme.lineage import Step
from toolkit.programme.model import Aggregation, FieldType

_ADDED = (FieldType.INTEGER, FieldType.DECIMAL)


def divisible(plan: FormPlan, code: str) -> bool:
    """Whether the figures of a field (or of what its formulas look at) may be divided."""
    made = plan.plans[code]
    if made.over_units is not Aggregation.SUM or code.startswith(ROWS_OF):
        return False
    field = made.field
    return field.type in _ADDED or (field.type is FieldType.FORMULA and not field.shows_percent)


def whole_numbers(plan: FormPlan, code: str) -> bool:
    """Whether a field counts things: whole numbers, or a formula over nothing but these."""
    field = plan.plans[code].field
    if field.type is not FieldType.FORMULA:
        return field.type is FieldType.INTEGER
    uses = plan.uses.get(code, ())
    return bool(uses) and all(whole_numbers(plan, used) for used in uses)


def divided(figure: Figure, steps: Sequence[Step], *, whole: bool) -> tuple[Figure, bool]:
    """The part of a figure that these divisions leave, and whether it had to be rounded.

    What is no number (missing, unreadable, …) is the same for every successor.
    """
    value = figure.value
    if not counts(figure) or not isinstance(value, Decimal):
        return figure, False
    rounded = False
    for step in steps:
        parts = apportion(value, step.shares, whole=whole)
        rounded = rounded or parts[step.place] != EXACT.multiply(value, step.shares[step.place])
        value = parts[step.place]
    state = (VALUE if value else ZERO) if figure.state is VALUE else figure.state
    return Figure(state, value, figure.parts), rounded


def apportion(value: Decimal, shares: Sequence[Decimal], *, whole: bool) -> tuple[Decimal, ...]:
    """``value`` by shares that add up to 1; the parts add up to it exactly.

    With ``whole`` a whole number is divided into whole numbers, by largest remainders.
    """
    exact = [EXACT.multiply(value, share) for share in shares]
    if not whole or value != value.to_integral_value():
        return tuple([_plain(part) for part in exact])
    floors = [part.to_integral_value(rounding=ROUND_FLOOR) for part in exact]
    left = int(EXACT.subtract(value, exact_sum(floors)))
    by_remainder = sorted(
        range(len(exact)), key=lambda place: (floors[place] - exact[place], place)
    )
    up = frozenset(by_remainder[:left])
    return tuple([floor + (place in up) for place, floor in enumerate(floors)])


def _plain(value: Decimal) -> Decimal:
    """The same number without the zeros that a multiplication leaves at its end."""
    short = value.normalize(EXACT)
    return short if short == 0 or short.as_tuple().exponent <= 0 else short.quantize(Decimal(1))  # type: ignore[operator]
