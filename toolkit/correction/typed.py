"""A cell of the sender's file, made a cell of the copy: the same value, shown as it was.

The copy must be read as the return was, and a cell must take the right answer when it is typed
over. So a number stays a number and a text a text; but what only a format of another kind
would show (a date or a percentage among counts, a logical value) is given as the text of it:
with that format the right number, typed there, would turn into a date or a hundredth.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from toolkit.intake.legacy import encoding_of_font
from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.values import show_percent
from toolkit.programme.model import Field, FieldType
from toolkit.template.content import Given
from toolkit.template.styles import DATE_FORMAT

GENERAL = "General"
LONGEST = 32_767  # characters that a cell of Excel holds
# Before that day Excel counts one day otherwise than LibreOffice (29 February 1900).
_FIRST_DAY = datetime(1900, 3, 1)
_LARGEST = Decimal("9.99999999999999E307")
# No XML file may hold these; a lone surrogate cannot even be written.
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


def given_of(cell: RawCell, field: Field) -> Given | None:
    """The cell as an answer of ``field``; None where its content cannot be typed.

    That is an error value, a formula without a result, a text longer than a cell holds and a
    day before Excel's calendar.
    """
    plain = plain_of(cell)
    if plain is None or isinstance(plain.value, str):
        return plain
    if isinstance(plain.value, bool):
        return Given(cell.shown())
    if isinstance(plain.value, datetime):
        if field.type is not FieldType.DATE:
            return Given(cell.shown())
        return Given(plain.value, "" if plain.number_format == DATE_FORMAT else plain.number_format)
    return _number(cell, plain.value, field)


def _number(cell: RawCell, value: Decimal, field: Field) -> Given:
    """A number, in another format than the field's where that would show or mean another."""
    if field.shows_percent:
        # Where the file does not tell its formats, a fraction is read as in a fresh template.
        fraction = cell.percent or (cell.percent is None and abs(value) < 1)
        return Given(value, "" if fraction else GENERAL)
    if cell.percent and value:
        if field.is_numeric and field.unit_of_measure.strip() == "%":
            return Given(value, _percent_format(value))
        return Given(show_percent(value))
    fraction_among_counts = field.type is FieldType.INTEGER and not _is_whole(value)
    return Given(value, GENERAL if field.type is FieldType.DATE or fraction_among_counts else "")


def plain_of(cell: RawCell) -> Given | None:
    """The cell by itself, outside any form; None where its content cannot be typed."""
    value = cell.value
    if cell.kind in (CellKind.ERROR, CellKind.UNCACHED):
        return None
    if isinstance(value, bool):
        return Given(value)
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=None)
        return Given(moment, _moment_format(moment)) if moment >= _FIRST_DAY else None
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value) > _LARGEST:
            return None
        return Given(value, _percent_format(value) if cell.percent else GENERAL)
    if _units(value) > LONGEST or _UNWRITABLE.search(value):
        return None
    return Given(value, "", cell.font if encoding_of_font(cell.font) else "")


def pieces(text: str) -> list[str]:
    """A text that no cell holds, in pieces that one does; what no file holds as U+FFFD."""
    whole = _UNWRITABLE.sub("\ufffd", text)
    size = LONGEST // 2  # a character takes two units at most
    return [whole[at : at + size] for at in range(0, len(whole), size)] or [""]


def _units(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def _percent_format(value: Decimal) -> str:
    return "0%" if _is_whole(value.scaleb(2)) else "0.##########%"


def _is_whole(value: Decimal) -> bool:
    return value == value.to_integral_value()


def _moment_format(moment: datetime) -> str:
    if (moment.hour, moment.minute, moment.second) == (0, 0, 0):
        return DATE_FORMAT
    return f"{DATE_FORMAT} hh:mm:ss"
