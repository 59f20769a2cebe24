"""Rates: 0.125, 12.5 and 12,5% are one rate; what cannot be told is never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_cells import asked, codes, number, text

from toolkit.intake.model import State
from toolkit.intake.values import ColumnHints, NumberStyle, RateScale, column_hints, read_cell
from toolkit.programme.model import FieldType

RATE = asked(FieldType.RATE, "%", high=Decimal(1))
OPEN = asked(FieldType.RATE)  # no maximum: a plan may be overfulfilled
COMPUTED = asked(FieldType.FORMULA, "%")
FRACTIONS = ColumnHints(scale=RateScale.FRACTION)
PERCENTS = ColumnHints(scale=RateScale.PERCENT)
MIXED = ColumnHints(scale=RateScale.MIXED)
NONE = ColumnHints()

READ = [  # cell, field, column, value, codes
    (number("0.125", percent=True), RATE, NONE, "0.125", []),
    (number("1", percent=True), RATE, PERCENTS, "1", []),
    (number("0.125", percent=None), RATE, NONE, "0.125", []),
    (number("0.125"), RATE, NONE, "0.125", ["rate.fraction"]),
    (number("12.5"), RATE, NONE, "0.125", ["rate.scaled"]),
    (number("12.5", percent=None), RATE, NONE, "0.125", ["rate.scaled"]),
    (number("100"), RATE, NONE, "1", ["rate.scaled"]),
    (number("120"), OPEN, NONE, "1.2", ["rate.scaled"]),
    (number("1"), RATE, FRACTIONS, "1", ["rate.fraction"]),
    (number("1", percent=None), RATE, FRACTIONS, "1", []),
    (number("1"), RATE, PERCENTS, "0.01", ["rate.scaled"]),
    (number("1.2"), OPEN, FRACTIONS, "1.2", ["rate.fraction"]),
    (number("5"), OPEN, PERCENTS, "0.05", ["rate.scaled"]),
    (number("12.5"), RATE, MIXED, "0.125", ["rate.scaled"]),
    # 1 % is below the least allowed: only 100 % is left
    (number("1"), asked(FieldType.RATE, low=Decimal("0.05")), NONE, "1", ["rate.fraction"]),
    (text("12,5%"), RATE, NONE, "0.125", ["rate.text"]),
    (text("12.5 %"), RATE, NONE, "0.125", ["rate.text"]),
    (text("12,5 phần trăm"), RATE, NONE, "0.125", ["rate.text"]),
    (text("100%"), RATE, PERCENTS, "1", ["rate.text"]),
    (text("đạt 100%"), RATE, NONE, "1", ["rate.text"]),
    (text("80% kế hoạch"), RATE, NONE, "0.8", ["number.words"]),
    (text("12,5"), RATE, NONE, "0.125", ["rate.scaled"]),
    (text("0,125"), RATE, NONE, "0.125", ["rate.fraction"]),
    (text("0.125"), RATE, NONE, "0.125", ["rate.fraction"]),
    (text("1.234%"), OPEN, ColumnHints(NumberStyle.POINT), "0.01234", ["rate.text"]),
    (number("0.4", formula=True), COMPUTED, MIXED, "0.4", []),
    (number("40"), COMPUTED, NONE, "0.4", ["rate.scaled"]),
]


@pytest.mark.parametrize(("cell", "field", "column", "value", "said"), READ)
def test_rates_become_fractions(cell, field, column, value, said):
    reading = read_cell(cell, field, column=column)
    assert (reading.state, reading.value) == (State.VALUE, Decimal(value))
    assert codes(reading) == said


NOT_READ = [
    (number("1"), RATE, NONE, "rate.ambiguous"),
    (number("1", percent=None), RATE, NONE, "rate.ambiguous"),
    (text("1"), RATE, NONE, "rate.ambiguous"),
    (number("1"), RATE, MIXED, "rate.ambiguous"),
    (number("1.2"), RATE, NONE, "rate.ambiguous"),  # a faulty 120 %, or 1,2 %?
    (number("5"), OPEN, NONE, "rate.ambiguous"),
    (number("5"), OPEN, FRACTIONS, "rate.ambiguous"),
    (number("0.5"), RATE, MIXED, "rate.ambiguous"),  # half a per cent beside 45 and 80?
    (number("1.2"), RATE, FRACTIONS, "number.too_large"),
    (text("120%"), RATE, NONE, "number.too_large"),
    (number("250"), RATE, NONE, "number.too_large"),
    (text("1.234%"), RATE, NONE, "number.ambiguous"),
    (text("12/20"), RATE, NONE, "number.several"),
    (text("40/239 (16,7%)"), RATE, NONE, "number.several"),
    (text("5 mô hình"), RATE, NONE, "rate.words"),
    (text("5 triệu"), RATE, NONE, "number.scale_word"),
    (text("cao"), RATE, NONE, "number.unreadable"),
]


@pytest.mark.parametrize(("cell", "field", "column", "code"), NOT_READ)
def test_an_ambiguous_rate_is_an_error(cell, field, column, code):
    reading = read_cell(cell, field, column=column)
    assert (reading.state, reading.value, codes(reading)) == (State.UNREADABLE, None, [code])


@pytest.mark.parametrize(
    ("column", "scale"),
    [
        ([], None),
        ([number("1")], None),
        ([number("0")], None),
        ([number("0.4"), number("1")], RateScale.FRACTION),
        ([text("0,4"), number("1")], RateScale.FRACTION),
        ([number("45"), number("1")], RateScale.PERCENT),
        ([text("45"), number("1")], RateScale.PERCENT),
        ([number("45"), number("0.5")], RateScale.MIXED),
        # a percent sign or format is exact and says nothing about plain numbers
        ([text("45%"), number("0.4", percent=True), number("1")], None),
    ],
)
def test_the_scale_a_column_proves(column, scale):
    assert column_hints(column, RATE).scale is scale


def test_zero_needs_no_scale():
    assert read_cell(number("0"), RATE, column=MIXED).state is State.ZERO
    assert read_cell(text("0%"), RATE).state is State.ZERO
    assert codes(read_cell(text("0"), RATE)) == ["number.text"]


FRACTION = st.decimals(min_value="0.0001", max_value=1, places=4)


@given(FRACTION)
def test_one_rate_in_all_its_spellings(rate):
    points = (rate * 100).normalize()
    comma = f"{points:f}".replace(".", ",")
    sure = [number(str(rate), percent=True), text(f"{comma}%"), text(f"{points:f} %")]
    for cell in sure:
        assert read_cell(cell, RATE).value == rate
    neighbour = number("99.5")
    column = column_hints([neighbour], RATE)
    for cell in (number(str(points)), text(comma)):
        reading = read_cell(cell, RATE, column=column)
        assert reading.value == rate or codes(reading) == ["rate.ambiguous"]
