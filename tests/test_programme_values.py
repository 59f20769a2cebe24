"""Numbers, dates and lists as a head office types them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from toolkit.programme.fit import OVER_PERIODS, OVER_UNITS
from toolkit.programme.keywords import AGGREGATIONS, lookup
from toolkit.programme.model import Aggregation, FieldType, PeriodKind
from toolkit.programme.read import Cell
from toolkit.programme.schema import find_sheet
from toolkit.programme.times import kind_of
from toolkit.programme.values import Quantity, parse_date, parse_list, parse_quantity


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", Quantity(Decimal(12))),
        ("1234,5", Quantity(Decimal("1234.5"))),
        ("1234.5", Quantity(Decimal("1234.5"))),
        ("1.234.567,8", Quantity(Decimal("1234567.8"))),
        ("1,234,567.8", Quantity(Decimal("1234567.8"))),
        ("1 234", Quantity(Decimal(1234))),
        ("0,125", Quantity(Decimal("0.125"))),
        ("40%", Quantity(Decimal("0.4"), percent=True)),
        ("12,5 %", Quantity(Decimal("0.125"), percent=True)),
        ("-3", Quantity(Decimal(-3))),
        ("1.234", "number.ambiguous"),
        ("1,234", "number.ambiguous"),
        ("không", "number.bad"),
        ("5 mô hình", "number.bad"),
        ("1..2", "number.bad"),
        ("", "number.bad"),
        ("%", "number.bad"),
    ],
)
def test_numbers(text: str, expected: object) -> None:
    assert parse_quantity(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5/3/2024", date(2024, 3, 5)),
        ("05.03.2024", date(2024, 3, 5)),
        ("2024-03-05", date(2024, 3, 5)),
        ("29/02/2024", date(2024, 2, 29)),
        ("29/02/2023", None),
        ("05/03/24", None),
        ("3/2024", None),
        ("quý I", None),
    ],
)
def test_dates(text: str, expected: date | None) -> None:
    assert parse_date(text) == expected


def test_lists() -> None:
    assert parse_list(" quận;  huyện\nquận ;; ") == ("quận", "huyện")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell(Decimal("305.0")), "305"),
        (Cell(Decimal("305")), "305"),
        (Cell(Decimal("1.10")), "1.1"),
        (Cell(Decimal("0.4"), percent=True), "40%"),
        (Cell(Decimal("0.125"), percent=True), "12.5%"),
        (Cell(date(2024, 3, 5)), "05/03/2024"),
        (Cell(True), "TRUE"),
    ],
)
def test_a_cell_as_text(cell: Cell, text: str) -> None:
    assert cell.text == text


@pytest.mark.parametrize(
    ("code", "start", "end", "kind"),
    [
        ("2024-M02", date(2024, 1, 15), date(2024, 2, 14), PeriodKind.MONTH),
        ("2024-Q1", date(2023, 12, 15), date(2024, 3, 14), PeriodKind.QUARTER),
        ("2024-H2", date(2024, 7, 1), date(2024, 12, 31), PeriodKind.HALF),
        ("2024-9M", date(2024, 1, 1), date(2024, 9, 30), PeriodKind.NINE_MONTHS),
        ("2024", date(2024, 1, 1), date(2024, 12, 31), PeriodKind.YEAR),
        ("T2", date(2023, 2, 1), date(2023, 2, 28), PeriodKind.MONTH),
        ("dot-1", date(2024, 4, 1), date(2024, 6, 30), PeriodKind.QUARTER),
        ("dot-2", date(2024, 4, 1), date(2024, 4, 10), PeriodKind.OTHER),
    ],
)
def test_kinds_of_periods(code: str, start: date, end: date, kind: PeriodKind) -> None:
    assert kind_of(code, start, end) is kind


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("Cộng", Aggregation.SUM), ("tính  lại", Aggregation.RECOMPUTE), ("SUM", Aggregation.SUM)],
)
def test_keywords_ignore_case_and_spacing(word: str, meaning: Aggregation) -> None:
    assert lookup(AGGREGATIONS, word) is meaning


def test_sheets_go_by_both_names_and_either_tone_position() -> None:
    assert [find_sheet(n).key for n in ("ĐƠN VỊ", "units", "Biểu đồ")] == [  # type: ignore[union-attr]
        "units",
        "units",
        "charts",
    ]


def test_every_type_knows_its_aggregations_and_none_adds_up_rates() -> None:
    for table in (OVER_UNITS, OVER_PERIODS):
        assert set(table) == set(FieldType)
        assert all(Aggregation.NONE in allowed for allowed in table.values())
        assert Aggregation.SUM not in table[FieldType.RATE]
