"""Rates: 0.125, 12.5 and ``12,5%`` all occur for one rate; held as the fraction 0.125.

A percent sign or a percent format is exact. A plain number is a fraction or a percentage:
below 1 it is a fraction, far above the field's maximum a percentage, in between only the
other cells of the column can tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from toolkit.intake.cleaning import clean
from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.values.numbers import (
    Settled,
    Written,
    as_shown,
    assumption,
    finish,
    parse,
    settle,
)
from toolkit.intake.values.reading import (
    ColumnHints,
    RateScale,
    Reading,
    ReadingFinding,
    error,
    note,
    show,
    show_percent,
    unreadable,
)
from toolkit.programme.model import Field, FieldType

# Without a declared maximum nothing below 1,000 % is ruled out, but above 200 % the other
# cells' being fractions proves nothing either: 5 among 0.3 and 0.8 may well be 5 %.
_NO_MAXIMUM = Decimal(5)
_PLAUSIBLE = Decimal(2)


def _scale_alone(value: Decimal, field: Field) -> RateScale | None:
    """The scale a plain number has by its size alone; None where it may be either."""
    size = abs(value)
    if size < 1:
        return RateScale.FRACTION
    high = field.maximum if isinstance(field.maximum, Decimal) else _NO_MAXIMUM
    # Twice the maximum: 1.2 where 100 % is the most may well be a faulty 120 %.
    if size > max(2 * high, Decimal(1)):
        return RateScale.PERCENT
    if isinstance(field.minimum, Decimal) and value.scaleb(-2) < field.minimum <= value:
        return RateScale.FRACTION
    return None


def column_scale(cells: Iterable[RawCell], field: Field, hints: ColumnHints) -> RateScale | None:
    """The scale the plain numbers of a column prove together."""
    scales = set()
    for cell in cells:
        value = _plain_number(cell, field, hints)
        if value:
            scales.add(_scale_alone(value, field))
    scales.discard(None)
    if len(scales) > 1:
        return RateScale.MIXED
    return scales.pop() if scales else None


def _plain_number(cell: RawCell, field: Field, hints: ColumnHints) -> Decimal | None:
    """The number of a cell that does not show by itself whether it is a percentage."""
    if isinstance(cell.value, Decimal):
        return None if cell.percent else cell.value
    if cell.kind is not CellKind.TEXT:
        return None
    written = parse(clean(str(cell.value), cell.font).text, field.unit_of_measure)
    if isinstance(written, ReadingFinding) or written.percent:
        return None
    settled = settle(written, hints)
    return settled.value if isinstance(settled, Settled) else None


def read_rate_cell(cell: RawCell, value: Decimal, field: Field, hints: ColumnHints) -> Reading:
    """A real number in a rate field."""
    raw, value = cell.shown(), as_shown(value)
    computed = cell.formula and field.type is FieldType.FORMULA
    if cell.percent or computed or value == 0:
        return finish(value, field, raw)
    scaled = _scale(value, field, hints)
    if isinstance(scaled, ReadingFinding):
        return unreadable(raw, scaled)
    fraction, said = scaled
    if cell.percent is None and fraction == value and hints.scale is not RateScale.PERCENT:
        # The reader does not know number formats; the template's cell shows a percentage.
        return finish(value, field, raw)
    return finish(fraction, field, raw, (said,))


def read_rate_text(text: str, raw: str, field: Field, hints: ColumnHints) -> Reading:
    """A text in a rate field."""
    written = parse(text, field.unit_of_measure)
    if isinstance(written, ReadingFinding):
        return unreadable(raw, written)
    settled = settle(written, hints)
    if isinstance(settled, ReadingFinding):
        return unreadable(raw, settled)
    if written.percent:
        fraction = settled.value.scaleb(-2)
        return finish(fraction, field, raw, (_said_of_percent(written, fraction),))
    if written.words:
        said = assumption(written, settled, field)
        return unreadable(raw, said if said.severity == "error" else error("rate.words"))
    if settled.value == 0:
        return finish(settled.value, field, raw, (note("number.text", value="0"),))
    scaled = _scale(settled.value, field, hints)
    if isinstance(scaled, ReadingFinding):
        return unreadable(raw, scaled)
    return finish(scaled[0], field, raw, (scaled[1],))


def _said_of_percent(written: Written, fraction: Decimal) -> ReadingFinding:
    code = "number.words" if written.words else "rate.text"
    return note(code, value=show_percent(fraction))


def _scale(
    value: Decimal, field: Field, hints: ColumnHints
) -> tuple[Decimal, ReadingFinding] | ReadingFinding:
    """A plain number as a fraction, with what was assumed."""
    alone = _scale_alone(value, field)
    ambiguous = error(
        "rate.ambiguous", small=show_percent(value.scaleb(-2)), large=show_percent(value)
    )
    if alone is RateScale.FRACTION and hints.scale in (RateScale.MIXED, RateScale.PERCENT):
        return ambiguous  # 0.5 beside 45 and 80: half a per cent, or a half?
    scale = alone or hints.scale
    if scale is RateScale.FRACTION and field.maximum is None and abs(value) > _PLAUSIBLE:
        return ambiguous
    if scale is RateScale.PERCENT:
        fraction = value.scaleb(-2)
        return fraction, note("rate.scaled", number=show(value), value=show_percent(fraction))
    if scale is RateScale.FRACTION:
        return value, note("rate.fraction", number=show(value), value=show_percent(value))
    return ambiguous
