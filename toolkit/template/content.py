"""What a template may carry beyond the programme's own words: answers, marks and notes.

The workbook that goes out first carries nothing; a correction copy has the sender's answers
in place, the faulty ones marked, and sheets of its own before the cover and after the forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.places import column_letters
from toolkit.template.metrics import line_count
from toolkit.template.sizes import INDENT, Sizes, height_of
from toolkit.template.styles import FONT, Styles

Place: TypeAlias = tuple[int, int]  # row and column of a cell, 1-based
SheetWriter: TypeAlias = Callable[[Workbook], None]

_NOTE_WIDTH = 300  # pixels
_NOTE_SIZE = 9
_NOTE_LINE = 16  # pixels
_NOTE_PADDING = 16


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as the sender typed it.

    ``number_format`` stands in place of the field's where that would show another value, or
    make one of it when the file comes back; ``font`` that of a text typed for its letters.
    """

    value: Decimal | str | bool | datetime
    number_format: str = ""
    font: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A cell is marked as long as ``formula`` (without ``=``) is true."""

    formula: str
    look: str = "mark_error"


@dataclass(frozen=True, slots=True)
class FormContent:
    """What one form carries, by row and column of its layout."""

    given: Mapping[Place, Given] = field(default_factory=lambda: MappingProxyType({}))
    notes: Mapping[Place, str] = field(default_factory=lambda: MappingProxyType({}))
    marks: Mapping[Place, Mark] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Content:
    """What a workbook carries, by form code; ``before`` and ``after`` add their own sheets."""

    forms: Mapping[str, FormContent] = field(default_factory=lambda: MappingProxyType({}))
    before: tuple[SheetWriter, ...] = ()
    after: tuple[SheetWriter, ...] = ()


NOTHING = Content()
NO_CONTENT = FormContent()


def put_given(sheet: Worksheet, place: Place, given: Given, look: Any) -> None:
    """Write an answer as it was typed: a text is never taken for a formula, link or number."""
    row, column, value = place[0] - 1, place[1] - 1, given.value
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value, look)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value, look)
    elif isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), look)
    else:
        sheet.write_string(row, column, value, look)


def given_heights(content: FormContent, sizes: Sizes) -> Iterator[tuple[int, float]]:
    """The heights that rows need for the texts given in them."""
    for (row, column), given in content.given.items():
        if isinstance(given.value, str):
            width = sizes.width(column, column) - INDENT
            yield row, height_of(given.value, width)


def mark_cells(sheet: Worksheet, content: FormContent, styles: Styles) -> None:
    """Mark cells and attach notes. Call before the form's own conditions: the first one wins."""
    for (row, column), mark in content.marks.items():
        options = {
            "type": "formula",
            "criteria": f"={mark.formula}",
            "format": styles.mark(mark.look),
        }
        sheet.conditional_format(row - 1, column - 1, row - 1, column - 1, options)
    for (row, column), words in content.notes.items():
        lines = line_count(words, _NOTE_WIDTH - 20, _NOTE_SIZE)
        options = {
            "author": "",
            "font_name": FONT,
            "font_size": _NOTE_SIZE,
            "width": _NOTE_WIDTH,
            "height": lines * _NOTE_LINE + _NOTE_PADDING,
        }
        sheet.write_comment(row - 1, column - 1, words, options)


def runs(content: FormContent, first: int, last: int, column: int) -> list[tuple[int, int]]:
    """The rows from ``first`` to ``last`` whose cells in ``column`` keep the field's own number
    format, as runs of (first, last)."""
    own = (
        row
        for row in range(first, last + 1)
        if (given := content.given.get((row, column))) is None or not given.number_format
    )
    found: list[tuple[int, int]] = []
    for row in own:
        if found and found[-1][1] == row - 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def area(rows: list[tuple[int, int]], column: int) -> str:
    """Runs of rows as Excel names them: ``F9:F11 F13:F20``."""
    letters = column_letters(column)
    return " ".join(f"{letters}{first}:{letters}{last}" for first, last in rows)
