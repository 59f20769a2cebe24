"""The formulas of a template: computed cells and totals, in functions of Excel 2007.

A result that has no inputs yet is shown as nothing, never as 0.
"""

from __future__ import annotations

from decimal import Decimal

from toolkit.programme.language.excel import to_excel
from toolkit.programme.language.tree import CountRows, Prev, UnitValue
from toolkit.programme.language.walk import references
from toolkit.programme.model import Aggregation, Field, FieldType, FormKind
from toolkit.template.layout import (
    Column,
    SheetLayout,
    SlotKind,
    WorkbookLayout,
)
from toolkit.template.prefill import is_percent, prefilled


def column_letters(column: int) -> str:
    """The letters of a 1-based column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def computed(workbook: WorkbookLayout, sheet: SheetLayout, field: Field, row: int) -> str:
    """The formula of a computed field in ``row`` (1-based), with its ``=``.

    In a form of QUESTIONS the fields it uses are rows, elsewhere columns of the same row.
    PREV has no value in a template: the return of the period before is not in it.
    """
    if field.formula is None:
        return '=""'
    if sheet.answer_column:
        letters = column_letters(sheet.answer_column)
        cells = {r.key: f"{letters}{r.index}" for r in sheet.rows}
    else:
        cells = {c.field.code: f"{column_letters(c.index)}{row}" for c in sheet.columns}

    def outside(node: Prev | CountRows | UnitValue) -> str | None:
        if isinstance(node, CountRows):
            return _count_rows(workbook, node.form)
        if isinstance(node, UnitValue):
            own = workbook.programme.allotments.get((node.name, workbook.unit.code))
            return None if own is None else format(own, "f")
        return None

    return "=" + to_excel(field.formula, cells.__getitem__, outside)


def total(workbook: WorkbookLayout, sheet: SheetLayout, column: Column) -> str | None:
    """The formula of the total row under ``column``, with its ``=``; None: nothing to add.

    Numbers that are added over units are added here; a rate is computed from the totals it
    uses, if all of them are there, and never added or averaged.
    """
    field = column.field
    if sheet.total_row is None:
        return None
    if adds_up(sheet, field):
        cells = _cells(sheet, column.index)
        return f'=IF(COUNT({cells})=0,"",SUM({cells}))'
    if field.formula is None or field.over_units is not Aggregation.RECOMPUTE:
        return None
    if all(adds_up(sheet, sheet.form.field(code)) for code in references(field.formula)):
        return computed(workbook, sheet, field, sheet.total_row)
    return None


def adds_up(sheet: SheetLayout, field: Field) -> bool:
    """Whether the cells of a column may be added: numbers, and no percentage among them."""
    if field.type not in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.FORMULA):
        return False
    if field.shows_percent:
        return False
    if field.prefill:
        return not any(is_percent(field, row.item) for row in sheet.rows)
    return field.over_units is Aggregation.SUM


def total_of_prefilled(
    workbook: WorkbookLayout, sheet: SheetLayout, column: Column
) -> Decimal | None:
    """What Excel will find in the total under a prefilled column: stored beside the formula,
    for programs that show a stored result without computing it."""
    if column.kind is not SlotKind.PREFILLED:
        return None
    cells = (
        prefilled(workbook.programme, workbook.unit, column.field, row.item) for row in sheet.rows
    )
    numbers = [value for value in cells if isinstance(value, Decimal)]
    return sum(numbers, Decimal()) if numbers else None


def _cells(sheet: SheetLayout, column: int) -> str:
    """The cells of a column between the headings and the total row.

    Rows can be inserted into an open form, also right above its total, where a plain range
    would not grow: its end is therefore the cell above the total, wherever that moves. The
    beginning is the row of column numbers, which holds a text.
    """
    if sheet.form.kind is FormKind.OPEN:
        return _open_cells(column, sheet.number_row, "ROW()")
    letters = column_letters(column)
    return f"{letters}{sheet.rows[0].index}:{letters}{sheet.rows[-1].index}"


def _open_cells(column: int, first: int, end: str, sheet: str = "") -> str:
    """The cells of a column from row ``first`` to the row above ``end``."""
    letters = column_letters(column)
    return f"{sheet}{letters}{first}:INDEX({sheet}{letters}:{letters},{end}-1)"


def _count_rows(workbook: WorkbookLayout, form: str) -> str | None:
    """How many rows of a form hold an answer; None where the workbook has no such form."""
    try:
        sheet = workbook.sheet_for(form)
    except KeyError:
        return None
    inputs = [c.index for c in sheet.columns if c.kind is SlotKind.INPUT]
    inputs = inputs or [sheet.answer_column] * bool(sheet.answer_column)
    if not inputs or not sheet.rows:
        return None
    name = "'" + sheet.sheet.replace("'", "''") + "'!"
    first = sheet.rows[0].index
    end = f"ROW({name}A{sheet.last_row if sheet.total_row else sheet.last_row + 1})"
    areas = (f'({_open_cells(column, first, end, name)}<>"")' for column in inputs)
    return f"SUMPRODUCT(--(({'+'.join(areas)})>0))"
