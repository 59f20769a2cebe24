"""A value as a spreadsheet shows it under a number format, in Vietnamese or English marks."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

_SWAPPED = str.maketrans(",.", ".,")
_QUOTED = re.compile(r'"([^"]*)"')


def shown(value: Decimal | int | date | str, number_format: str, lang: str) -> str:
    """``value`` under the formats of the summary workbook: ``#,##0.00``, ``0.0%``, ``"≥ "0%``.

    Rounded half away from zero, as spreadsheets do, on the exact decimal. Text is given back
    as it is, a date as dd/mm/yyyy (English: ISO). Sections after ``;`` are not looked at.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y") if lang == "vi" else value.isoformat()
    form = number_format.split(";")[0]
    before = "".join(_QUOTED.findall(form))
    form = _QUOTED.sub("", form)
    percent = form.endswith("%")
    number = Decimal(value) * (100 if percent else 1)
    _, _, places = form.rstrip("%").partition(".")
    rounded = abs(number).quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    digits = f"{rounded:,}" if "," in form else f"{rounded:f}"
    digits = _without_optional(digits, places)
    sign = "-" if number < 0 and rounded else ""
    words = digits.translate(_SWAPPED) if lang == "vi" else digits
    return f"{before}{sign}{words}{'%' if percent else ''}"


def _without_optional(digits: str, places: str) -> str:
    """Without the zeros at the end that stand under a ``#``."""
    optional = len(places) - len(places.rstrip("#"))
    while optional and digits.endswith("0"):
        digits, optional = digits[:-1], optional - 1
    return digits.removesuffix(".")
