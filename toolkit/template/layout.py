"""Where each cell of a template stands: the one place where a position is computed.

The writer and the intake both read positions from here. Rows and columns are 1-based, as
Excel shows them. Texts on the sheets (titles, headings) are part of the layout, so that the
intake can find a form again by what is written on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import groupby

from toolkit.messages import text
from toolkit.programme.model import Field, Form, FormKind, Item, Period, Programme, Unit
from toolkit.template.labels import number_labels
from toolkit.template.names import sheet_names
from toolkit.text import slug

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
# Marks among the codes and keys that are no code of the programme.
ANSWER_KEY = "@answer"  # in row 1, over the answers of a form of QUESTIONS
TOTAL_KEY = "@total"  # in column A, on the total row: it is never an answer
HEAD_ROWS = 2  # issuers (left) and number of the form (right), above the title
NUMBER_COLUMN = 2  # TT stands right after the hidden column


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
    guidance_row: int = 0  # 0: the form has no guidance
    bands: tuple[Band, ...] = ()
    # the row of column numbers as written, from number_column on
    number_labels: tuple[str, ...] = ()

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
        """The hidden identities as (row, column, text): A1, then row 1, then column A."""
        yield KEY_ROW, KEY_COLUMN, FORM_MARK + self.form.code
        if self.answer_column:
            yield KEY_ROW, self.answer_column, ANSWER_KEY
        for column in self.columns:
            yield KEY_ROW, column.index, column.field.code
        for row in self.rows:
            yield row.index, KEY_COLUMN, row.key
        if self.total_row is not None:
            yield self.total_row, KEY_COLUMN, TOTAL_KEY


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
        for sheet in self.sheets:
            if sheet.form.code == form_code:
                return sheet
        raise KeyError(form_code)


# The same on every cover, whatever the programme: the intake needs no layout to read them.
COVER = CoverLayout(sheet=COVER_SHEET, unit=(10, 4), period=(11, 4), programme=(8, 2))


def layout(programme: Programme, unit: Unit, period: Period, *, lang: str = "vi") -> WorkbookLayout:
    """The template of one unit and period. Raises ValueError when it owes no form then.

    ``lang`` is the language of the few headings that are not the programme's own (TT,
    Nội dung …); positions and names of sheets never depend on it.
    """
    forms = programme.forms_for(unit, period)
    if not forms:
        raise ValueError(f"unit {unit.code!r} owes nothing in period {period.code!r}")
    names = sheet_names(programme.forms, (COVER_SHEET, META_SHEET))
    return WorkbookLayout(
        programme=programme,
        unit=unit,
        period=period,
        cover=COVER,
        sheets=tuple(
            _sheet(form, names[form.code], programme.items(form, unit), lang) for form in forms
        ),
        meta=(
            ("format", "baocao"),
            ("layout", LAYOUT_VERSION),
            ("programme", programme.code),
            ("fingerprint", programme.fingerprint),
            ("unit", unit.code),
            ("period", period.code),
            ("issue", programme.issue),
            ("forms", ";".join(form.code for form in forms)),
        ),
    )


def file_name(unit: Unit, period: Period) -> str:
    """The name of the workbook that goes out: ``305_Quan-Le-Chan_2024-Q1.xlsx`` (ASCII)."""
    parts = (slug(unit.code), slug(unit.name), slug(period.code))
    return "_".join(part for part in parts if part) + ".xlsx"


def slot_kind(field: Field) -> SlotKind:
    """Who fills the cells of a field."""
    if field.is_input:
        return SlotKind.INPUT
    return SlotKind.PREFILLED if field.prefill else SlotKind.COMPUTED


# What does not depend on the unit is computed once for all units of a type. The parts are
# the key, not the programme: a programme holds mappings and has no hash.
@lru_cache(maxsize=256)
def _sheet(form: Form, sheet: str, items: tuple[Item, ...], lang: str) -> SheetLayout:
    title_row = KEY_ROW + HEAD_ROWS + 1
    guidance_row = title_row + 2 if form.guidance else 0
    head_row = (guidance_row or title_row + 1) + 1
    if form.kind is FormKind.QUESTIONS:
        return _questions(form, sheet, title_row, guidance_row, head_row, lang)
    columns, headings, labels = _table_head(form, head_row, lang)
    number_row = headings[-1].last_row + 1
    rows, bands = _table_rows(form, items, number_row + 1)
    total_row = None
    last = max([number_row, *(row.index for row in rows)])
    if form.total_row and rows:
        last = total_row = last + 1
    return SheetLayout(
        form=form,
        sheet=sheet,
        title_row=title_row,
        headings=headings,
        number_row=number_row,
        number_column=NUMBER_COLUMN,
        columns=columns,
        rows=rows,
        total_row=total_row,
        signature_row=last + 2,
        last_column=NUMBER_COLUMN + len(columns),
        guidance_row=guidance_row,
        bands=bands,
        number_labels=labels,
    )


def _table_head(
    form: Form, row: int, lang: str
) -> tuple[tuple[Column, ...], tuple[Heading, ...], tuple[str, ...]]:
    """Columns, headings and column numbers of a table whose head begins in ``row``.

    Adjacent fields of one group share a heading over theirs; where the form has groups, the
    other headings are as high as both levels.
    """
    labels = number_labels(form.fields)
    columns = tuple(
        Column(field, NUMBER_COLUMN + place, heading_text(field), label, slot_kind(field))
        for place, (field, label) in enumerate(zip(form.fields, labels[1:], strict=True), 1)
    )
    low = row + any(field.group for field in form.fields)
    headings = [
        Heading(text("template.heading.number", lang), row, NUMBER_COLUMN, low, NUMBER_COLUMN)
    ]
    for group, members in groupby(columns, key=lambda column: column.field.group):
        block = list(members)
        if group:
            headings.append(Heading(group, row, block[0].index, row, block[-1].index))
        top = low if group else row
        headings += [Heading(c.heading, top, c.index, low, c.index) for c in block]
    return columns, tuple(headings), labels


def heading_text(field: Field) -> str:
    """The heading over a column: the title and, on a line of its own, the unit of measure.

    A ``%`` that the title shows already is not said twice.
    """
    measure = field.unit_of_measure.strip()
    if not measure or (measure == "%" and "%" in field.title):
        return field.title
    return f"{field.title}\n({measure})"


def _table_rows(
    form: Form, items: tuple[Item, ...], first: int
) -> tuple[tuple[Row, ...], tuple[Band, ...]]:
    """The rows from ``first`` on, and the bands that name their groups.

    A FIXED form shows the items' own numbers where they have any (they may repeat or skip),
    unless a column of their own holds them; otherwise rows count from 1.
    """
    if form.kind is FormKind.OPEN:
        count = max(1, form.blank_rows)
        return tuple(Row(str(n), first + n - 1, str(n)) for n in range(1, count + 1)), ()
    prefills = {field.prefill for field in form.fields}
    own_numbers = "number" not in prefills and any(item.number for item in items)
    banded = "group" not in prefills and not form.source_group
    return _grouped(
        [
            (item.code, item.number if own_numbers else str(place), item)
            for place, item in enumerate(items, 1)
        ],
        [item.group if banded else "" for item in items],
        first,
    )


def _grouped(
    rows: Sequence[tuple[str, str, Item | None]], groups: Sequence[str], first: int
) -> tuple[tuple[Row, ...], tuple[Band, ...]]:
    placed: list[Row] = []
    bands: list[Band] = []
    index, current = first, ""
    for (key, number, item), group in zip(rows, groups, strict=True):
        if group and group != current:
            bands.append(Band(group, index))
            current = group
            index += 1
        placed.append(Row(key, index, number, item))
        index += 1
    return tuple(placed), tuple(bands)


def _questions(
    form: Form, sheet: str, title_row: int, guidance_row: int, head_row: int, lang: str
) -> SheetLayout:
    """TT | Nội dung | ĐVT | Trả lời | Giải thích, one row per field."""
    names = ("number", "question", "measure", "answer", "help")
    headings = tuple(
        Heading(text(f"template.heading.{name}", lang), head_row, column, head_row, column)
        for column, name in enumerate(names, NUMBER_COLUMN)
    )
    rows, bands = _grouped(
        [(field.code, str(place), None) for place, field in enumerate(form.fields, 1)],
        [field.group for field in form.fields],
        head_row + 2,
    )
    return SheetLayout(
        form=form,
        sheet=sheet,
        title_row=title_row,
        headings=headings,
        number_row=head_row + 1,
        number_column=NUMBER_COLUMN,
        columns=(),
        rows=rows,
        total_row=None,  # the answers are of different kinds: nothing to add up
        signature_row=max([head_row + 1, *(row.index for row in rows)]) + 2,
        question_column=NUMBER_COLUMN + 1,
        answer_column=NUMBER_COLUMN + 3,
        last_column=NUMBER_COLUMN + 4,
        guidance_row=guidance_row,
        bands=bands,
        number_labels=("A", "B", "C", "(1)", "D"),
    )
