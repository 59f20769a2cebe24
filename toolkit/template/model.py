"""The types of a template: what stands where, once it is computed.

Rows and columns are 1-based, as Excel shows them. Texts on the sheets (titles, headings) are
part of it, so that the intake can find a form again by what is written on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as data_field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from toolkit.programme.model import Field, Form, Item, Period, Programme, Rule, Unit

# Version of the positions: travels in the hidden sheet.
LAYOUT_VERSION = "1"
META_SHEET = "_baocao"
CHECK_SHEET = "_kiemtra"  # the words, messages and links that the checks look up
COVER_SHEET = "Bìa"
# Row 1 of a form sheet (hidden) holds the field codes, column A (hidden) the row keys, and
# A1 the mark below followed by the form's code: an inserted, moved or deleted row or column
# takes its identity along.
FORM_MARK = "baocao:"
# Stands on the sheets that the intake passes over: those a correction copy has beside.
CORRECTION_MARK = "baocao@correction"
KEY_ROW = 1
KEY_COLUMN = 1
# Marks among the codes and keys that are no code of the programme.
ANSWER_KEY = "@answer"  # in row 1, over the answers of a form of QUESTIONS
TOTAL_KEY = "@total"  # in column A, on the total row: it is never an answer
# In row 1, over the column of checks; over its hidden helpers it is followed by ":…".
CHECK_KEY = "@check"
# Columns left free right of the checks, so that a long message can run on over them.
CHECK_GAP = 8
HEAD_ROWS = 2  # issuers (left) and number of the form (right), above the title
NUMBER_COLUMN = 2  # TT stands right after the hidden column


# What a unit answered in the period before: by form, row and field.
Previous: TypeAlias = Mapping[tuple[str, str, str], Decimal | date | str]


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
class Band:
    """A row across the table that names a group of rows. It has no key and no answer."""

    text: str
    index: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell that belongs to an answer."""

    row_key: str
    field: Field
    row: int
    column: int
    kind: SlotKind


class HelperKind(StrEnum):
    """What a hidden column right of the checks holds, row by row."""

    FIRST = "first"  # which of the FIELD and RULE columns is the first at fault; 0: none
    ROW = "row"  # in an OPEN form: how many answers stand in the row that say something
    FIELD = "field"  # what is to be said of the answer of one field
    RULE = "rule"  # what is to be said by one rule
    BEFORE = "before"  # the unit's answer of the period before


@dataclass(frozen=True, slots=True)
class Helper:
    """A hidden column of the checks; ``code`` is that of its field or rule, else ""."""

    kind: HelperKind
    code: str
    index: int

    @property
    def key(self) -> str:
        """Its identity in row 1."""
        return f"{CHECK_KEY}:{self.kind.value}:{self.code}"


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One form on one sheet.

    In FIXED and OPEN forms the table has a TT column (``number_column``) and one column per
    field. In a form of QUESTIONS each field is a row; ``question_column`` and
    ``answer_column`` hold the label and the answer, and ``columns`` is empty.

    Right of the table, which ends with ``last_column``, stands the column of checks; further
    right and hidden are its ``helpers``, those of kind FIELD and RULE side by side and in this
    order. ``rules`` are the rules that hold for the form, the unit and the period.
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
    guidance_row: int = 0  # 0: the form has no guidance
    bands: tuple[Band, ...] = ()
    # the row of column numbers as written, from number_column on
    number_labels: tuple[str, ...] = ()
    check_heading: str = ""
    rules: tuple[Rule, ...] = ()
    helpers: tuple[Helper, ...] = ()

    @property
    def check_column(self) -> int:
        """The column of checks; nothing of it is an answer."""
        return self.last_column + 1

    @property
    def check_row(self) -> int:
        """The row under the table, where the checks speak of the form as a whole."""
        return self.signature_row - 1

    def helpers_of(self, *kinds: HelperKind) -> tuple[Helper, ...]:
        """The hidden columns of those kinds, in order."""
        return tuple(helper for helper in self.helpers if helper.kind in kinds)

    @property
    def head_row(self) -> int:
        """The first row of the table head."""
        return self.headings[0].row

    @property
    def last_row(self) -> int:
        """The last row of the table, the total row included."""
        ends = [self.number_row, *(row.index for row in self.rows[-1:])]
        return max(*ends, self.total_row or 0)

    def slots(self) -> Iterator[Slot]:
        """Every cell that belongs to an answer, row by row."""
        for row in self.rows:
            if self.answer_column:
                field = self.form.field(row.key)
                yield Slot(row.key, field, row.index, self.answer_column, slot_kind(field))
            for column in self.columns:
                yield Slot(row.key, column.field, row.index, column.index, column.kind)

    def marks(self) -> Iterator[tuple[int, int, str]]:
        """The hidden identities as (row, column, text): A1, row 1, column A, then the checks."""
        yield KEY_ROW, KEY_COLUMN, FORM_MARK + self.form.code
        if self.answer_column:
            yield KEY_ROW, self.answer_column, ANSWER_KEY
        for column in self.columns:
            yield KEY_ROW, column.index, column.field.code
        for row in self.rows:
            yield row.index, KEY_COLUMN, row.key
        if self.total_row is not None:
            yield self.total_row, KEY_COLUMN, TOTAL_KEY
        yield KEY_ROW, self.check_column, CHECK_KEY
        for helper in self.helpers:
            yield KEY_ROW, helper.index, helper.key


@dataclass(frozen=True, slots=True)
class CoverLayout:
    """Cells of the cover that the intake reads back, as (row, column)."""

    sheet: str
    unit: tuple[int, int]
    period: tuple[int, int]
    programme: tuple[int, int]


@dataclass(frozen=True, slots=True)
class WorkbookLayout:
    """A whole template for one unit and period.

    ``previous`` are the unit's answers of the period before, for PREV.
    """

    programme: Programme
    unit: Unit
    period: Period
    cover: CoverLayout
    sheets: tuple[SheetLayout, ...]
    meta: tuple[tuple[str, str], ...]  # key, value rows of the hidden sheet
    previous: Previous = data_field(default_factory=lambda: NONE_BEFORE, hash=False)

    def sheet_for(self, form_code: str) -> SheetLayout:
        """The sheet of that form; KeyError where the workbook has none."""
        for sheet in self.sheets:
            if sheet.form.code == form_code:
                return sheet
        raise KeyError(form_code)


NONE_BEFORE: Previous = MappingProxyType({})

# The same on every cover, whatever the programme: the intake needs no layout to read them.
COVER = CoverLayout(sheet=COVER_SHEET, unit=(10, 4), period=(11, 4), programme=(8, 2))


def slot_kind(field: Field) -> SlotKind:
    """Who fills the cells of a field."""
    if field.is_input:
        return SlotKind.INPUT
    return SlotKind.PREFILLED if field.prefill else SlotKind.COMPUTED
