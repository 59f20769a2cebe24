"""Formulas that tell whether a cell of the copy still holds what came in.

In functions of Excel 2007 that LibreOffice computes alike. A mark that hangs on such a
formula vanishes when its cell is changed, also to something else that is wrong: what the
template checks by itself it then says itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from toolkit.template.content import Given

# Enough to tell one answer from another together with the length; formulas stay short.
_PREFIX = 60
_EXCEL_EPOCH = datetime(1899, 12, 30)
_TENTH_OF_A_SECOND = 1e-6  # of a day


def still(cell: str, given: Given | None) -> str:
    """A formula, without ``=``, that is true while ``cell`` holds what was given (or nothing)."""
    if given is None:
        return f"ISBLANK({cell})"
    value = given.value
    if isinstance(value, bool):
        return f"IF(ISLOGICAL({cell}),{cell}={str(value).upper()},FALSE)"
    if isinstance(value, datetime):
        days = (value - _EXCEL_EPOCH) / timedelta(days=1)
        return _number(cell, days, _TENTH_OF_A_SECOND)
    if isinstance(value, Decimal):
        # Excel reads 15 digits of a number in a formula: the rest may differ.
        return _number(cell, float(value), float(abs(value)) * 1e-12 + 1e-12)
    return _text(cell, value)


def all_of(formulas: list[str]) -> str:
    """A formula that is true while all of them are."""
    return formulas[0] if len(formulas) == 1 else f"AND({','.join(formulas)})"


def any_of(formulas: list[str]) -> str:
    """A formula that is true while any of them is."""
    return formulas[0] if len(formulas) == 1 else f"OR({','.join(formulas)})"


def _number(cell: str, value: float, near: float) -> str:
    return f"IF(ISNUMBER({cell}),ABS({cell}-({value!r}))<={near!r},FALSE)"


def _text(cell: str, value: str) -> str:
    """The beginning of a text, up to what a formula cannot hold, and its length."""
    plain = next((at for at, char in enumerate(value) if char < " " or char > "\ud7ff"), len(value))
    head = value[: min(plain, _PREFIX)].replace('"', '""')
    same = f'EXACT(LEFT({cell},{min(plain, _PREFIX)}),"{head}")'
    if all(char <= "\ud7ff" and char != "\r" for char in value):
        same = f"AND({same},LEN({cell})={len(value)})"
    return f"IF(ISTEXT({cell}),{same},FALSE)"
