"""Numbers: what a cell holds, what is read from it, what is said about it."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_cells import asked, codes, moment, number, text, truth

from toolkit.findings import Severity
from toolkit.intake.model import CellKind, RawCell, State
from toolkit.intake.values import ColumnHints, NumberStyle, column_hints, read_cell
from toolkit.programme.model import FieldType

INTEGER = asked(FieldType.INTEGER)
MODELS = asked(FieldType.INTEGER, unit="mô hình")
DECIMAL = asked(FieldType.DECIMAL)
COMMA = ColumnHints(NumberStyle.COMMA)
POINT = ColumnHints(NumberStyle.POINT)

NUMBER_CELLS = [
    (number("12"), INTEGER, "12", []),
    (number("-3"), INTEGER, "-3", []),
    (number("12.0"), INTEGER, "12", []),
    (number("1E+3"), INTEGER, "1000", []),
    (number("12.5"), DECIMAL, "12.5", []),
    (number("0.1"), DECIMAL, "0.1", []),
    # Excel shows 15 digits: the noise behind them was on no screen.
    (number("0.30000000000000004", formula=True), DECIMAL, "0.3", []),
    (number("95.00000000000001", formula=True), INTEGER, "95", []),
    (number("12.5", formula=True), asked(FieldType.FORMULA), "12.5", []),
    (number("0.125", percent=True), asked(FieldType.DECIMAL, "%"), "12.5", "number.percent_points"),
    (number("12.5"), asked(FieldType.DECIMAL, "%"), "12.5", []),
]


@pytest.mark.parametrize(("cell", "field", "value", "said"), NUMBER_CELLS)
def test_real_numbers_are_taken_as_they_are(cell, field, value, said):
    reading = read_cell(cell, field)
    assert (reading.state, reading.value) == (State.VALUE, Decimal(value))
    assert codes(reading) == ([said] if said else [])


def test_zero_is_a_state_of_its_own():
    for cell in (number("0"), number("0.0"), number("0", percent=True)):
        reading = read_cell(cell, INTEGER)
        assert (reading.state, reading.value, reading.findings) == (State.ZERO, Decimal(0), ())
    typed = read_cell(text("0"), INTEGER)
    assert (typed.state, typed.value, codes(typed)) == (State.ZERO, Decimal(0), ["number.text"])


TEXTS = [  # text, field, value, code
    ("12", INTEGER, "12", "number.text"),
    ("05", INTEGER, "5", "number.text"),
    (" 12 ", INTEGER, "12", "number.text"),
    ("'12", INTEGER, "12", "number.text"),
    ("12'", INTEGER, "12", "number.text"),
    ("12.", INTEGER, "12", "number.text"),
    ("\u200b12\u00a0", INTEGER, "12", "number.text"),
    ("+5", INTEGER, "5", "number.text"),
    ("-5", INTEGER, "-5", "number.text"),
    ("−5", INTEGER, "-5", "number.text"),
    ("1.234", INTEGER, "1234", "number.text"),
    ("1,234", INTEGER, "1234", "number.text"),
    ("1.000", INTEGER, "1000", "number.text"),
    ("1 234", INTEGER, "1234", "number.text"),
    ("1\u00a0234\u00a0567", INTEGER, "1234567", "number.text"),
    ("1.234.567", INTEGER, "1234567", "number.text"),
    ("12,0", INTEGER, "12", "number.text"),
    ("1.234,5", DECIMAL, "1234.5", "number.text"),
    ("1,234.5", DECIMAL, "1234.5", "number.text"),
    ("1 234,5", DECIMAL, "1234.5", "number.text"),
    ("1.234.567", DECIMAL, "1234567", "number.text"),
    ("12,5", DECIMAL, "12.5", "number.text"),
    ("12.5", DECIMAL, "12.5", "number.text"),
    ("0,125", DECIMAL, "0.125", "number.text"),
    ("0.125", DECIMAL, "0.125", "number.text"),
    ("1.2345", DECIMAL, "1.2345", "number.text"),
    ("12,5%", asked(FieldType.DECIMAL, "%"), "12.5", "number.text"),
    ("(1.234)", INTEGER, "-1234", "number.brackets"),
    ("05 mô hình", MODELS, "5", "number.text"),
    ("05mô hình", MODELS, "5", "number.text"),
    ("05 Mô hình.", MODELS, "5", "number.text"),
    ("05 (năm) mô hình", MODELS, "5", "number.text"),
    ("05 mô hình trên địa bàn", MODELS, "5", "number.text"),
    ("Tổng số: 05 mô hình", MODELS, "5", "number.text"),
    ("có 3 mô hình", MODELS, "3", "number.text"),
    ("5 tổ", MODELS, "5", "number.other_unit"),
    ("5 tổ", INTEGER, "5", "number.words"),
    ("12,5 m2", asked(FieldType.DECIMAL, "m2"), "12.5", "number.text"),
    ("5 triệu đồng", asked(FieldType.INTEGER, "triệu đồng"), "5", "number.text"),
    ("5 (triệu đồng)", asked(FieldType.INTEGER, "triệu đồng"), "5", "number.text"),
    ("5 triệu", asked(FieldType.INTEGER, "triệu đồng"), "5", "number.text"),
]


@pytest.mark.parametrize(("typed", "field", "value", "code"), TEXTS)
def test_texts_are_read_with_one_finding_and_their_raw_kept(typed, field, value, code):
    reading = read_cell(text(typed), field)
    assert (reading.state, reading.value, reading.raw) == (State.VALUE, Decimal(value), typed)
    assert codes(reading) == [code]


NOT_READ = [  # cell, field, code
    (text("1.234"), DECIMAL, "number.ambiguous"),
    (text("1,234"), DECIMAL, "number.ambiguous"),
    (text("1.000"), DECIMAL, "number.ambiguous"),
    (text("12,5"), INTEGER, "number.not_integer"),
    (number("12.5"), INTEGER, "number.not_integer"),
    (text("1.23.4"), DECIMAL, "number.grouping"),
    (text("1,2.3,4"), DECIMAL, "number.grouping"),
    (text("12.34.567"), INTEGER, "number.grouping"),
    (text("5 3"), INTEGER, "number.several"),
    (text("5 mô hình, 3 tổ"), INTEGER, "number.several"),
    (text("5/7"), INTEGER, "number.several"),
    (text("5-7"), INTEGER, "number.several"),
    (text("5\n3"), INTEGER, "number.several"),
    (text("40 (đạt 12%)"), INTEGER, "number.several"),
    (text("12+3"), INTEGER, "number.expression"),
    (text("3 x 4"), INTEGER, "number.expression"),
    (text("=5"), INTEGER, "number.expression"),
    (text("1O"), INTEGER, "number.lookalike"),
    (text("l2"), INTEGER, "number.lookalike"),
    (text("khoảng 50"), INTEGER, "number.approximate"),
    (text("trên 50 mô hình"), MODELS, "number.approximate"),
    (text("50 trở lên"), INTEGER, "number.approximate"),
    (text(">50"), INTEGER, "number.approximate"),
    (text("50+"), INTEGER, "number.approximate"),
    (text("- 5"), INTEGER, "number.sign"),
    (text("- 05 mô hình"), MODELS, "number.sign"),
    (text("–5"), INTEGER, "number.sign"),
    (text("(5) mô hình"), MODELS, "number.sign"),
    (text("5 triệu"), INTEGER, "number.scale_word"),
    (text("5 (nghìn)"), INTEGER, "number.scale_word"),
    (text("5k"), INTEGER, "number.scale_word"),
    (text("5 kg"), asked(FieldType.DECIMAL, "tấn"), "number.wrong_unit"),
    (text("5%"), INTEGER, "number.percent"),
    (number("0.05", percent=True), INTEGER, "number.percent"),
    (moment(2024, 3, 5), INTEGER, "number.is_date"),
    (text("5/3/2024"), INTEGER, "number.is_date"),
    (text("1.2.2024"), INTEGER, "number.is_date"),
    (truth(True), INTEGER, "number.boolean"),
    (text("năm"), INTEGER, "number.unreadable"),
    (text("1e5"), INTEGER, "number.unreadable"),
    (text("12*"), INTEGER, "number.unreadable"),
    (text("12)"), INTEGER, "number.unreadable"),
    (text("(12"), INTEGER, "number.unreadable"),
    (text("12²"), INTEGER, "number.unreadable"),
    (text("số 5"), INTEGER, "number.unreadable"),
    (text("NA5"), INTEGER, "number.unreadable"),
    (text("0123456789012345678901"), INTEGER, "number.unreadable"),
    (number("4"), asked(FieldType.INTEGER, low=Decimal(5)), "number.too_small"),
    (text("-1"), asked(FieldType.INTEGER, low=Decimal(0)), "number.too_small"),
    (text("-"), asked(FieldType.INTEGER, low=Decimal(1)), "number.too_small"),
    (number("6"), asked(FieldType.DECIMAL, high=Decimal(5)), "number.too_large"),
    (RawCell(CellKind.ERROR, "#REF!"), INTEGER, "cell.error"),
    (RawCell(CellKind.NUMBER, Decimal("NaN")), INTEGER, "cell.error"),
    (RawCell(CellKind.UNCACHED, "=SUM(A1:A3)", formula=True), INTEGER, "cell.uncached"),
]


@pytest.mark.parametrize(("cell", "field", "code"), NOT_READ)
def test_what_cannot_be_told_is_an_error_without_value(cell, field, code):
    reading = read_cell(cell, field)
    assert codes(reading) == [code]
    assert (reading.state, reading.value) == (State.UNREADABLE, None)
    assert reading.raw == cell.shown()
    assert reading.findings[0].severity is Severity.ERROR


@pytest.mark.parametrize("limit", ["5", "12"])
def test_the_limits_themselves_are_allowed(limit):
    field = asked(FieldType.INTEGER, low=Decimal(5), high=Decimal(12))
    assert read_cell(number(limit), field).value == Decimal(limit)


@pytest.mark.parametrize(
    ("typed", "field", "hints", "value", "code"),
    [
        ("1.234", DECIMAL, COMMA, "1234", "number.by_column"),
        ("1.234", DECIMAL, POINT, "1.234", "number.by_column"),
        ("1,234", DECIMAL, COMMA, "1.234", "number.by_column"),
        ("1,234", DECIMAL, POINT, "1234", "number.by_column"),
        ("12.5", DECIMAL, COMMA, "12.5", "number.text"),  # clear by itself
        ("1.234", INTEGER, COMMA, "1234", "number.text"),
        ("1.234", INTEGER, POINT, None, "number.ambiguous"),  # the column says 1.234
    ],
)
def test_the_column_decides_what_a_cell_leaves_open(typed, field, hints, value, code):
    reading = read_cell(text(typed), field, column=hints)
    assert codes(reading) == [code]
    assert reading.value == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("column", "style"),
    [
        (["1.234"], None),
        (["1.234", "1.234,5"], NumberStyle.COMMA),
        (["1.234", "12,5"], NumberStyle.COMMA),
        (["1.234", "1.234.567"], NumberStyle.COMMA),
        (["1.234", "1,234.5"], NumberStyle.POINT),
        (["1.234", "12.5"], NumberStyle.POINT),
        (["12,5", "12.5"], None),
        (["12", "không", "x"], None),
    ],
)
def test_column_hints_take_only_what_texts_prove(column, style):
    assert column_hints([text(typed) for typed in column], DECIMAL).style is style


def test_what_three_offices_typed_as_one_tenth_is_three_tenths():
    values = [read_cell(text("0,1"), DECIMAL).value for _ in range(3)]
    assert sum(values) == Decimal("0.3")


def vietnamese(value: Decimal, *, group: bool = True) -> str:
    english = f"{value:,f}" if group else f"{value:f}"
    return english.translate(str.maketrans(",.", ".,"))


AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=3)


@given(st.lists(AMOUNTS, min_size=1, max_size=8), st.booleans(), st.booleans())
def test_any_decimal_comes_back_from_either_style(values, comma, group):
    written = [
        vietnamese(value, group=group) if comma else f"{value:{',' if group else ''}f}"
        for value in values
    ]
    # One cell in the column that proves its style: without it the reader may only refuse.
    cells = [text(typed) for typed in [*written, "1.234,5" if comma else "1,234.5"]]
    hints = column_hints(cells, DECIMAL)
    for cell, value in zip(cells, values, strict=False):
        assert read_cell(cell, DECIMAL, column=hints).value == value


@given(AMOUNTS, st.sampled_from(("vi", "en")))
def test_without_a_column_it_is_read_right_or_not_at_all(value, style):
    typed = vietnamese(value) if style == "vi" else f"{value:,f}"
    reading = read_cell(text(typed), DECIMAL)
    assert reading.value == value or codes(reading) == ["number.ambiguous"]


@given(st.integers(-(10**12), 10**12), st.sampled_from(("{:d}", "{:,d}", "{:_d}")))
def test_any_count_comes_back(value, form):
    typed = form.format(value).replace("_", " ")
    for spelling in (typed, typed.replace(",", ".")):
        assert read_cell(text(spelling), INTEGER).value == value


@given(st.text(max_size=12))
def test_no_text_is_read_as_a_number_it_does_not_show(typed):
    """Whatever is typed: a value only where its digits stand in the text."""
    reading = read_cell(text(typed), DECIMAL)
    if reading.state is State.VALUE:
        amount = re.sub(r"m[23]\s*$", "m", typed, flags=re.IGNORECASE)  # a measure, no digit of it
        digits = "".join(char for char in amount if char in "0123456789").strip("0")
        assert str(abs(reading.value)).replace(".", "").strip("0") == digits
