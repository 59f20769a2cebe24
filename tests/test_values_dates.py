"""Dates: every spelling, day first; what was assumed is said."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from value_cells import DECREE_Q1, Q1, asked, codes, moment, number, text, truth

from toolkit.findings import Severity
from toolkit.intake.model import State
from toolkit.intake.values import ColumnHints, column_hints, read_cell
from toolkit.programme.model import FieldType

DATE = asked(FieldType.DATE)
MARCH_5 = date(2024, 3, 5)

SPELLINGS = [  # typed, day, code
    ("5/3/2024", MARCH_5, "date.text"),
    ("05/03/2024", MARCH_5, "date.text"),
    ("5-3-2024", MARCH_5, "date.text"),
    ("5.3.2024", MARCH_5, "date.text"),
    ("5 / 3 / 2024", MARCH_5, "date.text"),
    ("5 3 2024", MARCH_5, "date.text"),
    ("2024-03-05", MARCH_5, "date.text"),
    ("2024/3/5", MARCH_5, "date.text"),
    ("2024-03-05T00:00:00", MARCH_5, "date.text"),
    ("5/3/2024 08:30", MARCH_5, "date.text"),
    ("'5/3/2024", MARCH_5, "date.text"),
    ("ngày 5/3/2024", MARCH_5, "date.text"),
    ("Ngày 5 tháng 3 năm 2024", MARCH_5, "date.text"),
    ("ngày 05 tháng 03 năm 2024.", MARCH_5, "date.text"),
    ("5 tháng 3, 2024", MARCH_5, "date.text"),
    ("5 tháng ba năm 2024", MARCH_5, "date.text"),
    ("Thứ ba, 5/3/2024", MARCH_5, "date.text"),
    ("5-Mar-2024", MARCH_5, "date.text"),
    ("March 5, 2024", MARCH_5, "date.text"),
    ("5 tháng mười hai năm 2023", date(2023, 12, 5), "date.text"),
    ("29/2/2024", date(2024, 2, 29), "date.text"),
    ("05/03/24", MARCH_5, "date.short_year"),
    ("5-Mar-24", MARCH_5, "date.short_year"),
    ("3/2024", date(2024, 3, 1), "date.imprecise"),
    ("03.2024", date(2024, 3, 1), "date.imprecise"),
    ("T3/2024", date(2024, 3, 1), "date.imprecise"),
    ("tháng 3/2024", date(2024, 3, 1), "date.imprecise"),
    ("Tháng 3 năm 2024", date(2024, 3, 1), "date.imprecise"),
    ("tháng ba năm 2024", date(2024, 3, 1), "date.imprecise"),
    ("tháng 3", date(2024, 3, 1), "date.imprecise"),
    ("3/24", date(2024, 3, 1), "date.imprecise"),
    ("Quý I/2024", date(2024, 1, 1), "date.imprecise"),
    ("quý 1", date(2024, 1, 1), "date.imprecise"),
    ("quí I năm 2024", date(2024, 1, 1), "date.imprecise"),
    ("Q1", date(2024, 1, 1), "date.imprecise"),
    ("QI", date(2024, 1, 1), "date.imprecise"),
    ("Q.I", date(2024, 1, 1), "date.imprecise"),
    ("Quý IV/2024", date(2024, 10, 1), "date.imprecise"),
    ("năm 2024", date(2024, 1, 1), "date.imprecise"),
    ("5/3", MARCH_5, "date.no_year"),
    ("ngày 5 tháng 3", MARCH_5, "date.no_year"),
    ("3/25/2024", date(2024, 3, 25), "date.month_first"),
]


@pytest.mark.parametrize(("typed", "day", "code"), SPELLINGS)
def test_texts_are_read_day_first_and_said_so(typed, day, code):
    field = asked(FieldType.DATE, low=date(2020, 1, 1), high=date(2030, 1, 1))
    reading = read_cell(text(typed), field, period=Q1)
    assert (reading.state, reading.value, reading.raw) == (State.VALUE, day, typed)
    assert codes(reading) == [code]


CELLS = [
    (moment(2024, 3, 5), MARCH_5, []),
    (moment(2024, 3, 5, 14, 30), MARCH_5, ["date.time"]),
    (number("45356"), MARCH_5, ["date.serial"]),
    (number("2024"), date(2024, 1, 1), ["date.imprecise"]),
    (number("3.2024"), date(2024, 3, 1), ["date.imprecise"]),
]


@pytest.mark.parametrize(("cell", "day", "said"), CELLS)
def test_real_dates_and_numbers(cell, day, said):
    reading = read_cell(cell, DATE, period=Q1)
    assert (reading.state, reading.value, codes(reading)) == (State.VALUE, day, said)


NOT_READ = [
    (text("31/02/2024"), "date.impossible"),
    (text("30/2/2024"), "date.impossible"),
    (text("29/2/2023"), "date.impossible"),
    (text("0/3/2024"), "date.impossible"),
    (text("5/0/2024"), "date.impossible"),
    (text("0/2024"), "date.impossible"),
    (text("32/13/2024"), "date.impossible"),
    (text("13/2024"), "date.impossible"),
    (text("từ 5/3/2024 đến 10/3/2024"), "date.several"),
    (text("5/3/2024; 6/3/2024"), "date.several"),
    (text("Thường xuyên"), "date.unreadable"),
    (text("đầu năm"), "date.unreadable"),
    (text("5/3/0224"), "date.unreadable"),
    (text("05032024"), "date.unreadable"),
    (text("5 Foo 2024"), "date.unreadable"),
    (number("12.5"), "date.unreadable"),
    (number("5"), "date.unreadable"),
    (truth(True), "date.unreadable"),
]


@pytest.mark.parametrize(("cell", "code"), NOT_READ)
def test_what_is_no_date_is_an_error(cell, code):
    reading = read_cell(cell, DATE, period=Q1)
    assert (reading.state, reading.value, codes(reading)) == (State.UNREADABLE, None, [code])


def test_without_a_period_a_year_is_not_invented():
    assert codes(read_cell(text("5/3"), DATE)) == ["date.unreadable"]


DOUBTS = [  # a real date or a text, the field's limits, the warning
    (moment(2024, 5, 3), (None, None), None),  # 5 March, the month first? nothing shows it
    (moment(2024, 4, 1), (None, None), None),  # planned for soon after the period
    (moment(2024, 3, 5), (None, None), None),
    (moment(2024, 5, 13), (None, None), None),  # there is no month 13
    (moment(2024, 5, 5), (None, None), None),
    (text("3/5/2024"), (None, None), None),  # a text is day first
    (text("5/3/2023"), (None, None), "date.other_year"),  # last year's, left over
    (text("5/6/2023"), (None, None), None),
    (text("5/3/2021"), (None, None), "date.other_year"),
    (text("5/3/2031"), (None, None), "date.other_year"),
    (text("5/3/2025"), (None, None), None),
    (text("5/3/2023"), (date(2020, 1, 1), None), None),  # limits declared: they judge
    (text("29/2/2024"), (None, None), None),
]


@pytest.mark.parametrize(("cell", "limits", "code"), DOUBTS)
def test_doubtful_dates_stand_with_a_warning(cell, limits, code):
    reading = read_cell(cell, asked(FieldType.DATE, low=limits[0], high=limits[1]), period=Q1)
    warned = [f.code for f in reading.findings if f.severity is Severity.WARNING]
    assert reading.state is State.VALUE
    assert warned == ([code] if code else [])


@pytest.mark.parametrize(
    ("typed", "day"),
    [("20/12", date(2023, 12, 20)), ("5/3", date(2024, 3, 5)), ("5/6", date(2024, 6, 5))],
)
def test_a_missing_year_is_the_one_that_falls_into_the_period(typed, day):
    assert read_cell(text(typed), DATE, period=DECREE_Q1).value == day


@pytest.mark.parametrize(
    ("cell", "code"),
    [(text("31/12/2023"), "date.too_early"), (moment(2025, 1, 1), "date.too_late")],
)
def test_limits(cell, code):
    field = asked(FieldType.DATE, low=date(2024, 1, 1), high=date(2024, 12, 31))
    assert codes(read_cell(cell, field, period=Q1)) == [code]
    for day in ((2024, 1, 1), (2024, 12, 31)):
        assert read_cell(moment(*day), field, period=Q1).value == date(*day)


@pytest.mark.parametrize(
    ("column", "swapped"),
    [
        ([text("25/3/2024"), moment(2024, 5, 3)], True),
        ([text("25/3/2024"), moment(2024, 3, 25)], False),
        ([text("5/3/2024"), moment(2024, 5, 3)], False),
        ([moment(2024, 5, 3)], False),
        ([moment(2024, 5, 3), moment(2024, 12, 2)], True),  # 2 December is too late, 12/2 not
        ([moment(2024, 5, 3), moment(2024, 12, 2), moment(2024, 3, 25)], False),
        ([moment(2024, 12, 12)], False),  # too late either way
    ],
)
def test_a_column_shows_that_the_month_was_taken_first(column, swapped):
    limited = asked(FieldType.DATE, low=date(2024, 1, 1), high=date(2024, 10, 31))
    assert column_hints(column, limited).swapped_dates is swapped


def test_in_such_a_column_real_dates_are_doubted_unless_the_period_speaks_for_them():
    hints = ColumnHints(swapped_dates=True)
    doubted = read_cell(moment(2024, 7, 4), DATE, period=Q1, column=hints)
    assert codes(doubted) == ["date.maybe_swapped"]
    assert read_cell(moment(2024, 3, 5), DATE, period=Q1, column=hints).findings == ()
    both_inside = read_cell(moment(2024, 3, 2), DATE, period=Q1, column=hints)
    assert codes(both_inside) == ["date.maybe_swapped"]


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_any_day_comes_back_from_every_spelling(day):
    spellings = (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%d-%m-%y}",
        day.isoformat(),
        f"ngày {day.day} tháng {day.month} năm {day.year}",
    )
    for typed in spellings:
        assert read_cell(text(typed), DATE).value == day
    assert read_cell(moment(day.year, day.month, day.day), DATE).value == day


@given(st.text(max_size=15))
def test_no_text_raises(typed):
    reading = read_cell(text(typed), DATE, period=Q1)
    assert (reading.state is State.UNREADABLE) == any(
        f.severity is Severity.ERROR for f in reading.findings
    )
