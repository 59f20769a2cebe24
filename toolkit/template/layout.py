"""Where each cell of a template stands: the one place where a position is computed.

The writer and the intake both read positions from here. Rows and columns are 1-based, as
Excel shows them. Texts on the sheets (titles, headings) are part of the layout, so that the
intake can find a form again by what is written on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from toolkit.programme.model import Field, Form, Item, Period, Programme, Unit

# Version of the positions below: travels in the hidden sheet.
LAYOUT_VERSION = "1"
META_SHEET = "_baocao"
COVER_SHEET = "Bìa"
# Row 1 of a form sheet (hidden) holds the field codes, column A (hidden) the row keys, and
# A1 the mark below followed by the form's code: an inserted, moved or deleted row or column
# takes its identity along.
FORM_MARK = "baocao:"
KEY_ROW = 1
KEY_COLUMN = 1


class SlotKind(StrEnum):
    """Who fills a cell."""

    INPUT = "input"
    PREFILLED = "prefilled"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading cell or merged block of the table head (inclusive corners)."""

    text: str
    row: int
    column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: the field it holds and the labels over it.

    ``heading`` is the text of the lowest heading cell over the column as written on the
    sheet, ``number_label`` that of the row of column numbers: "(1)", "(3)=(2)/(1)".
    """

    field: Field
    index: int
    heading: str
    number_label: str
    kind: SlotKind


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. ``key`` is its identity in answers: the item's code in a FIXED
    form, "1", "2", … in an OPEN one, the field's code in a form of QUESTIONS.
    ``number`` is what stands in the TT column."""

    key: str
    index: int
    number: str
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell that belongs to an answer."""

    row_key: str
    field: Field
    row: int
    column: int
    kind: SlotKind


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One form on one sheet.

    In FIXED and OPEN forms the table has a TT column (``number_column``) and one column per
    field. In a form of QUESTIONS each field is a row; ``question_column`` and
    ``answer_column`` hold the label and the answer, and ``columns`` is empty.
    """

    form: Form
    sheet: str
    title_row: int
    headings: tuple[Heading, ...]
    number_row: int  # the row of column numbers (1) (2) …
    number_column: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total_row: int | None
    signature_row: int
    question_column: int = 0
    answer_column: int = 0
    last_column: int = 0

    def slots(self) -> Iterator[Slot]:
        """Every cell that belongs to an answer, row by row."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class CoverLayout:
    """Cells of the cover that the intake reads back, as (row, column)."""

    sheet: str
    unit: tuple[int, int]
    period: tuple[int, int]
    programme: tuple[int, int]


@dataclass(frozen=True, slots=True)
class WorkbookLayout:
    """A whole template for one unit and period."""

    programme: Programme
    unit: Unit
    period: Period
    cover: CoverLayout
    sheets: tuple[SheetLayout, ...]
    meta: tuple[tuple[str, str], ...]  # key, value rows of the hidden sheet

    def sheet_for(self, form_code: str) -> SheetLayout:
        """The sheet of that form; KeyError where the workbook has none."""
        raise NotImplementedError


def layout(programme: Programme, unit: Unit, period: Period) -> WorkbookLayout:
    """The template of one unit and period. Raises ValueError when it owes no form then."""
    raise NotImplementedError


def file_name(unit: Unit, period: Period) -> str:
    """The name of the workbook that goes out: ``305_Quan-Le-Chan_2024-Q1.xlsx`` (ASCII)."""
    raise NotImplementedError
