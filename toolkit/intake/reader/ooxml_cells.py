"""What one stored cell of an OOXML sheet means; shared by the fast and the slow reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC
from functools import lru_cache

from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.reader.formats import UNKNOWN, Style
from toolkit.intake.reader.ooxml_styles import Strings, Styles, unescape_x
from toolkit.intake.reader.values import (
    decimal_of_text,
    iso_moment,
    number_cell,
    text_cell,
)
from toolkit.record import record

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384


@dataclass(frozen=True, slots=True)
class Context:
    """What the cells of a workbook refer to."""

    styles: Styles
    strings: Strings
    date1904: bool
    contradictions: list[RawCell] = field(default_factory=list)  # cells that were none

    def style(self, index: str) -> Style:
        """The style of that index, or the unknown style."""
        cells: Sequence[Style] = self.styles.cells
        if not index:
            return cells[0] if cells else UNKNOWN
        number = int(index) if index.isascii() and index.isdigit() else -1
        return cells[number] if 0 <= number < len(cells) else UNKNOWN


@record()
class Stored:
    """A cell as the XML has it: ``value`` is None where there is no value element."""

    style: str
    type: str
    value: str | None
    formula: str | None = None  # None: no formula; "" for the followers of a shared one
    inline: tuple[str, str] | None = None  # the text of an inline string and its legacy font


def read_cell(stored: Stored, context: Context) -> RawCell | None:
    """The raw cell, or None for a blank one.

    A stored value that contradicts its type (a string index out of range, a number that is
    none) becomes an ERROR cell holding what is stored: it is never passed off as a value.
    """
    style = context.style(stored.style)
    formula = stored.formula is not None
    value = stored.value or ""
    if stored.inline is not None:
        return _text(stored.inline[0], style, formula, stored.inline[1])
    if not value:
        if not formula:
            return None
        if stored.type == "str" and stored.value is not None:
            return text_cell("", style, formula=True)
        text = f"={stored.formula}" if stored.formula else ""
        return RawCell(CellKind.UNCACHED, text, True, style.percent)
    match stored.type:
        case "" | "n":
            number = decimal_of_text(value)
            if number is not None:
                return number_cell(number, style, formula=formula, date1904=context.date1904)
        case "s":
            index = int(value) if value.isascii() and value.strip().isdigit() else -1
            if 0 <= index < len(context.strings.texts):
                font = context.strings.fonts.get(index, "")
                return _text(context.strings.texts[index], style, formula, font)
        case "str" | "inlineStr":
            return _text(unescape_x(value), style, formula)
        case "e":
            return RawCell(CellKind.ERROR, value.strip(), formula, style.percent)
        case "b":
            if value.strip() in ("0", "1", "true", "false"):
                truth = value.strip() in ("1", "true")
                return RawCell(CellKind.BOOLEAN, truth, formula, style.percent)
        case "d":
            moment = iso_moment(value)
            if moment is not None:
                naive = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
                return RawCell(CellKind.DATE, naive, formula, style.percent)
    damaged = RawCell(CellKind.ERROR, value, formula, style.percent)
    context.contradictions.append(damaged)
    return damaged


def _text(text: str, style: Style, formula: bool, font: str = "") -> RawCell | None:
    if not text and not formula:
        return None
    return text_cell(text, style, formula=formula, font=font)


def position(letters: str, digits: str) -> tuple[int, int] | None:
    """The 1-based (row, column) of a reference, or None outside a sheet."""
    if len(letters) > 3 or len(digits) > 7:
        return None
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    row = int(digits)
    return (row, column) if 1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN else None


@lru_cache(maxsize=1 << 16)  # the same few thousand addresses in file after file
def position_of(reference: bytes) -> tuple[int, int] | None:
    """The 1-based (row, column) of ``A1`` in bytes, or None outside a sheet."""
    text = reference.decode("ascii")
    letters = text.rstrip("0123456789")
    return position(letters, text[len(letters) :])
