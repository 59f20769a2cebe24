"""From what a file stores to raw values: exact decimals, dates of both systems, errors."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from math import isfinite

from toolkit.errors import UnreadableFile
from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.reader.formats import Style

_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\s*")
_EPOCH_1900 = datetime(1899, 12, 30)  # right from 1 March 1900 on
_EPOCH_1904 = datetime(1904, 1, 1)
_DAY_60 = 60  # Excel's 29 February 1900, a day that never was
_DAYS_END = 2_958_466  # 1 January 10000
_MS_OF_DAY = 86_400_000

# MS-XLS 2.5.10 (Bes) and MS-XLSB: the error codes of the binary formats.
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}


def decimal_of(number: float) -> Decimal | None:
    """The shortest decimal that gives the double back, or None for NaN and infinity."""
    if not isfinite(number):
        return None
    if number == int(number) and abs(number) < 1e16:
        return Decimal(int(number))
    return Decimal(repr(number))


def decimal_of_text(text: str) -> Decimal | None:
    """The number that an XML file wrote, read as the double it stands for; None if none."""
    return decimal_of(float(text)) if _NUMBER.fullmatch(text) else None


def date_of(serial: Decimal, *, date1904: bool) -> datetime | None:
    """The moment of a serial date number, to the millisecond; None outside 1900 to 9999.

    In the 1900 system day 60 is Excel's 29 February 1900; it and all before follow Excel's
    count, so that the serial number can be had back. A time of day has the date of day 0.
    """
    if not 0 <= serial < _DAYS_END - (1462 if date1904 else 0):
        return None
    days = int(serial)
    moment = timedelta(days=days, milliseconds=round((serial - days) * _MS_OF_DAY))
    if date1904:
        return _EPOCH_1904 + moment
    return _EPOCH_1900 + moment + timedelta(days=1 if days < _DAY_60 else 0)


def number_cell(
    number: Decimal, style: Style, *, formula: bool = False, date1904: bool = False
) -> RawCell:
    """A stored number as its style shows it: a number or a date."""
    if style.date:
        moment = date_of(number, date1904=date1904)
        if moment is not None:
            return RawCell(CellKind.DATE, moment, formula, style.percent)
    return RawCell(CellKind.NUMBER, number, formula, style.percent)


def text_cell(text: str, style: Style, *, formula: bool = False, font: str = "") -> RawCell:
    """A text, verbatim."""
    return RawCell(CellKind.TEXT, text, formula, style.percent, font or style.font)


def error_text(code: int) -> str:
    """The text of an error code of the binary formats."""
    return _ERRORS.get(code, f"#{code:02X}!")


def a1(row: int, column: int) -> str:
    """The A1 form of a 1-based position."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def iso_moment(text: str) -> datetime | None:
    """An ISO 8601 date or moment as files write it; a zone, if any, is kept."""
    try:
        # Fractions longer than microseconds occur (LibreOffice writes nine digits).
        return datetime.fromisoformat(re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", text.strip()))
    except ValueError:
        return None


class Budget:
    """What is left of the cells that a file may have, over all its sheets."""

    def __init__(self, max_cells: int) -> None:
        self._limit = max_cells
        self._left = max_cells

    @property
    def left(self) -> int:
        """Cells that may still be held."""
        return self._left

    def spend(self, cells: int) -> None:
        """Take cells from the budget; UnreadableFile("reader.too_many_cells") beyond it."""
        self._left -= cells
        if self._left < 0:
            raise UnreadableFile("reader.too_many_cells", limit=self._limit)


def note(
    code: str, severity: Severity, file: str, sheet: str = "", cell: str = "", **params: str
) -> Finding:
    """A finding of the reading itself."""
    found = params.pop("found", "")
    return Finding(code, severity, Address(file, sheet, cell), found, params)
