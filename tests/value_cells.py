"""Short names for the cells and fields of the value tests, so that they read as tables."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.values import Reading
from toolkit.programme.model import Field, FieldType, Period, PeriodKind

Q1 = Period("2024-Q1", "Quý I/2024", date(2024, 1, 1), date(2024, 3, 31), None, PeriodKind.QUARTER)
# The quarter of Decree 09/2019: it begins in the year before.
DECREE_Q1 = Period(
    "2024-Q1", "Quý I/2024", date(2023, 12, 15), date(2024, 3, 14), None, PeriodKind.QUARTER
)


def text(value: str, font: str = "") -> RawCell:
    return RawCell(CellKind.TEXT, value, font=font)


def number(value: str, *, percent: bool | None = False, formula: bool = False) -> RawCell:
    return RawCell(CellKind.NUMBER, Decimal(value), formula=formula, percent=percent)


def moment(*parts: int) -> RawCell:
    return RawCell(CellKind.DATE, datetime(*parts))


def truth(value: bool) -> RawCell:
    return RawCell(CellKind.BOOLEAN, value)


def asked(
    kind: FieldType,
    unit: str = "",
    low: Decimal | date | None = None,
    high: Decimal | date | None = None,
) -> Field:
    return Field("f", "c", "T", kind, unit_of_measure=unit, minimum=low, maximum=high)


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]
