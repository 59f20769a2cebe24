"""What the text or number of a programme cell means: numbers, dates, yes and no, lists.

Stricter than the intake: a programme is written by a few people at a desk, so what can be
read in two ways is asked about instead of guessed.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from toolkit.programme.keywords import NO, YES
from toolkit.programme.read import Cell
from toolkit.record import record
from toolkit.text import match_key

FIRST_YEAR, LAST_YEAR = 1900, 2200

_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]0?0:00(?::00)?)?")
# 1.234.567,8 and 1 234 567,8; 1,234,567.8; or plain digits with one decimal sign.
_GROUPED_VI = re.compile(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}(?:\.\d{3})+,\d+")
_GROUPED_EN = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?|\d{1,3}(?:,\d{3})+\.\d+")
_GROUPED_SPACE = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?")
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?")
# One sign followed by exactly three digits: a thousand or a fraction, nobody can tell.
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


@record()
class Quantity:
    """A number; ``percent`` tells that it was written as a percentage (then a fraction)."""

    value: Decimal
    percent: bool = False


def read_quantity(cell: Cell) -> Quantity | str:
    """The number in a cell, or the end of the finding's code that says why there is none."""
    if isinstance(cell.value, Decimal):
        return Quantity(cell.value, cell.percent)
    if isinstance(cell.value, str):
        return parse_quantity(cell.value)
    return "number.bad"


def parse_quantity(text: str) -> Quantity | str:
    """``"12,5%"`` is 0.125 as a percentage; ``"1.234"`` alone is ambiguous and refused."""
    body = " ".join(text.split())
    percent = body.endswith("%")
    body = body.removesuffix("%").strip()
    negative = body.startswith(("-", "−"))
    body = body.lstrip("+-−").strip()
    if _AMBIGUOUS.fullmatch(body):
        return "number.ambiguous"
    if _GROUPED_VI.fullmatch(body):
        body = body.replace(".", "").replace(",", ".")
    elif _GROUPED_EN.fullmatch(body):
        body = body.replace(",", "")
    elif _GROUPED_SPACE.fullmatch(body):
        body = body.replace(" ", "").replace(",", ".")
    elif _PLAIN.fullmatch(body):
        body = body.replace(",", ".")
    else:
        return "number.bad"
    value = Decimal(body)
    if percent:
        value /= 100
    return Quantity(-value if negative else value, percent)


def read_date(cell: Cell) -> date | None:
    """The date in a cell: a real date, dd/mm/yyyy or yyyy-mm-dd; None for anything else."""
    if isinstance(cell.value, str):
        return parse_date(cell.value)
    if isinstance(cell.value, date) and not isinstance(cell.value, datetime):
        return cell.value if FIRST_YEAR <= cell.value.year <= LAST_YEAR else None
    return None


def parse_date(text: str) -> date | None:
    """The date ``dd/mm/yyyy`` or ``yyyy-mm-dd`` says; None for what is no date."""
    local, iso = _DATE.fullmatch(text.strip()), _ISO_DATE.fullmatch(text.strip())
    if local:
        day, month, year = (int(part) for part in local.groups())
    elif iso:
        year, month, day = (int(part) for part in iso.groups())
    else:
        return None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_flag(text: str) -> bool | None:
    """có/không, yes/no, x; None for anything else."""
    key = match_key(text)
    if key in map(match_key, YES):
        return True
    return False if key in map(match_key, NO) else None


def parse_list(text: str) -> tuple[str, ...]:
    """The parts of a cell that holds several, between ``;`` or line breaks, none twice."""
    if not text:
        return ()
    parts = (" ".join(part.split()) for part in re.split(r"[;\n]", text))
    return tuple(dict.fromkeys(part for part in parts if part))
