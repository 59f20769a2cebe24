"""Where each figure of a form stands in the summary workbook. Rows and columns count from 0.

A form's sheet keeps the columns of the template. Each row of the form is a block: the total
over the units first, then a folded row per unit. The sheet of the single periods has the
same rows, so that a unit's figure for a year is a formula over the same row there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.consolidate.model import ROWS, FormTable, TableRow, UnitLine
from toolkit.programme.model import Aggregation, Field, FieldType, Form, FormKind, Programme
from toolkit.report.summary.names import FormSheets

FIRST_DATA_ROW = 7
HEAD_ROW = 4
NUMBER_ROW = 6
TT, LABEL = 0, 1
FIRST_VALUE = 2
ROW_COUNT = ROWS
_MOST_OPEN = 100  # units of a row of a form that are shown unfolded


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column of figures: of a field, of one choice of a field, or the count of rows.

    In a form of questions the one value column belongs to a field per row (``field`` None).
    """

    index: int
    field: Field | None
    code: str
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one row of the form: its total, and its units from ``first`` to ``last``.

    Where there are too many units to be listed, ``last`` is before ``first``.
    """

    row: TableRow
    total: int
    first: int
    last: int

    @property
    def lines(self) -> tuple[UnitLine, ...]:
        """The units that have a row of their own on the sheet: all or none."""
        return self.row.lines if self.last >= self.first else ()

    @property
    def folded(self) -> bool:
        """Whether its units are folded away when the workbook is opened: there are many."""
        return self.last - self.first + 1 > _MOST_OPEN


@dataclass(frozen=True, slots=True)
class Grid:
    """The plan of one form's sheets."""

    table: FormTable
    sheet: str
    period_sheet: str  # "" when the form has one period only
    list_sheet: str  # "" but for open forms
    columns: tuple[ValueColumn, ...]
    blocks: tuple[Block, ...]
    coverage: int
    missing: int
    target: int | None
    verdict: int | None
    units: bool = True  # whether the units have rows of their own

    @property
    def last_column(self) -> int:
        """The last column of the table."""
        return max(self.missing, self.verdict or 0)

    @property
    def last_row(self) -> int:
        """The last row of the table."""
        return self.blocks[-1].last if self.blocks else FIRST_DATA_ROW - 1

    def block(self, key: str) -> Block:
        """The block of a row key; KeyError where there is none."""
        for block in self.blocks:
            if block.row.key == key:
                return block
        raise KeyError(key)

    def column(self, code: str) -> ValueColumn:
        """The plain value column of a field code; KeyError where there is none."""
        for column in self.columns:
            if not column.choice and column.code in (code, ""):
                return column
        raise KeyError(code)

    def period_column(self, column: ValueColumn, place: int) -> int:
        """Where the value of the n-th single period stands on the period sheet."""
        plain = [c for c in self.columns if not c.choice]
        return FIRST_VALUE + plain.index(column) * len(self.table.periods) + place


def field_of(column: ValueColumn, row: TableRow, form: Form) -> Field | None:
    """The field a column holds in a row; None for the count of rows."""
    if column.code == ROW_COUNT:
        return None
    return column.field or form.field(row.key)


def consolidated_fields(form: Form) -> tuple[Field, ...]:
    """The fields that have a figure over units, in the order of the form."""
    return tuple(f for f in form.fields if f.over_units is not Aggregation.NONE)


def _columns(form: Form, programme: Programme) -> Iterator[tuple[Field | None, str, str]]:
    if form.kind is FormKind.QUESTIONS:
        yield None, "", ""
        return
    if form.kind is FormKind.OPEN:
        yield None, ROW_COUNT, ""
    for field in consolidated_fields(form):
        if form.kind is FormKind.OPEN and field.over_units is Aggregation.LIST:
            continue  # the sheet that lists every row has them
        if field.over_units is Aggregation.SHARE and field.type is FieldType.CHOICE:
            for choice in programme.choice_list(field.choices).values:
                yield field, field.code, choice
        else:
            yield field, field.code, ""


def grid(table: FormTable, programme: Programme, names: FormSheets) -> Grid:
    """The plan of a form's sheets."""
    columns = tuple(
        ValueColumn(index, field, code, choice)
        for index, (field, code, choice) in enumerate(_columns(table.form, programme), FIRST_VALUE)
    )
    blocks = []
    row = FIRST_DATA_ROW
    for table_row in table.rows:
        if table.form.kind is FormKind.QUESTIONS and not _is_figure(table, table_row):
            continue
        last = row + (len(table_row.lines) if names.units else 0)
        blocks.append(Block(table_row, row, row + 1, last))
        row = last + 1
    after = FIRST_VALUE + len(columns)
    judged = any(r.attainment for r in table.rows)
    return Grid(
        table=table,
        sheet=names.form,
        period_sheet=names.by_period,
        list_sheet=names.listed,
        columns=columns,
        blocks=tuple(blocks),
        coverage=after,
        missing=after + 1,
        target=after + 2 if judged else None,
        verdict=after + 3 if judged else None,
        units=names.units,
    )


def _is_figure(table: FormTable, row: TableRow) -> bool:
    return table.form.field(row.key).over_units is not Aggregation.NONE
