"""The formulas of a template: computed cells and totals, in functions of Excel 2007.

A result that has no inputs yet is shown as nothing, never as 0.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from toolkit.places import column_letters
from toolkit.programme.language.excel import ANY_ROW, Around, Words, to_excel
from toolkit.programme.language.tree import CountRows, Prev, UnitValue
from toolkit.programme.language.walk import references
from toolkit.programme.model import Aggregation, Field, FieldType, FormKind, Programme
from toolkit.template.layout import (
    Column,
    HelperKind,
    SheetLayout,
    SlotKind,
    WorkbookLayout,
)
from toolkit.template.prefill import is_percent, prefilled
from toolkit.template.words import IN_NUMBERS, NUMBER_WORDS, TEXT_WORDS
from toolkit.text import match_key

# Rows that can be inserted into an open form before its total no longer finds its last row.
_ROOM = 5000


def computed(workbook: WorkbookLayout, sheet: SheetLayout, field: Field, row: int) -> str:
    """The formula of a computed field in ``row`` (1-based), with its ``=``.

    In a form of QUESTIONS the fields it uses are rows, elsewhere columns of the same row.
    """
    if field.formula is None:
        return '=""'
    formula = to_excel(field.formula, cells_of(sheet), around=around(workbook, sheet))
    return "=" + formula.replace(ANY_ROW, str(row))


def cells_of(sheet: SheetLayout) -> Callable[[str], str]:
    """The cell of a field, by its code; in a table that of any row (``ANY_ROW``)."""
    if sheet.answer_column:
        letters = column_letters(sheet.answer_column)
        cells = {row.key: f"{letters}{row.index}" for row in sheet.rows}
    else:
        cells = {c.field.code: f"{column_letters(c.index)}{ANY_ROW}" for c in sheet.columns}
    return cells.__getitem__


def around(workbook: WorkbookLayout, sheet: SheetLayout) -> Around:
    """What a formula of the form can reach besides the cells of its own row."""

    def outside(node: Prev | CountRows | UnitValue) -> str | None:
        if isinstance(node, CountRows):
            return _count_rows(workbook, node.form)
        if isinstance(node, UnitValue):
            own = workbook.programme.allotments.get((node.name, workbook.unit.code))
            return None if own is None else format(own, "f")
        return _before(sheet, node.field)

    return Around(
        outside,
        lambda code: _column_cells(sheet, code),
        lambda code: words_of(workbook.programme, sheet.form.field(code)),
    )


def words_of(programme: Programme, field: Field) -> Words | None:
    """Where the words for nothing of a field stand; None where they stand for themselves."""
    if field.type is FieldType.TEXT:
        return TEXT_WORDS
    if field.type is FieldType.CHOICE:
        if offers_nothing(programme, field):
            return None
        # whatever kind of nothing they mean, none is a choice
        return Words(NUMBER_WORDS.nothing, NUMBER_WORDS.nothing)
    return NUMBER_WORDS


def offers_nothing(programme: Programme, field: Field) -> bool:
    """Whether a word for nothing is one of the choices of a field: "Có" and "Không"."""
    lists = [choices for choices in programme.choices if choices.code == field.choices]
    return any(match_key(value) in IN_NUMBERS for each in lists for value in each.values)


def _before(sheet: SheetLayout, code: str) -> str | None:
    """The unit's answer of the period before, or the error that stands for none."""
    for helper in sheet.helpers_of(HelperKind.BEFORE):
        if helper.code == code:
            rows = {row.key: str(row.index) for row in sheet.rows}
            row = rows.get(code, "") if sheet.answer_column else ANY_ROW
            cell = f"${column_letters(helper.index)}{row}"
            return f"IF(ISBLANK({cell}),NA(),{cell})" if row else None
    return None


def _column_cells(sheet: SheetLayout, code: str) -> str | None:
    """The cells of a field in all rows of a table; None in a form of QUESTIONS.

    Rows can be inserted into an open form, also below the last: its cells begin above the
    first row, with the column number, and end above whatever follows the last.
    """
    at = next((c.index for c in sheet.columns if c.field.code == code), None)
    if at is None or not sheet.rows:
        return None
    letters = column_letters(at)
    if sheet.form.kind is FormKind.OPEN:
        cells = f"${letters}${sheet.number_row}:${letters}${sheet.rows[-1].index + 1}"
        return f"{cells.partition(':')[0]}:INDEX({cells},ROWS({cells})-1)"
    return f"${letters}${sheet.rows[0].index}:${letters}${sheet.rows[-1].index}"


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
    letters = column_letters(column)
    if sheet.form.kind is FormKind.OPEN:
        end = sheet.check_row + _ROOM
        return f"{letters}{sheet.number_row}:INDEX({letters}$1:{letters}${end},ROW()-1)"
    return f"{letters}{sheet.rows[0].index}:{letters}{sheet.rows[-1].index}"


def helper_cells(sheet: SheetLayout, first: int, last: int, *, outside: bool = False) -> str:
    """The cells of the hidden columns ``first`` to ``last`` beside the table and the row below
    it; with the name of their sheet where the formula stands ``outside`` of it."""
    top = sheet.rows[0].index if sheet.rows else sheet.check_row
    name = sheet_prefix(sheet) if outside else ""
    return f"{name}${column_letters(first)}${top}:${column_letters(last)}${sheet.check_row}"


def sheet_prefix(sheet: SheetLayout) -> str:
    """The sheet's name as it stands before a cell in a formula."""
    return "'" + sheet.sheet.replace("'", "''") + "'!"


def unchecked_rows(sheet: SheetLayout) -> str:
    """How many rows that the unit inserted into an open form hold something: the checks do not
    stand beside them."""
    row = sheet.helpers_of(HelperKind.ROW)  # not FIRST: that follows from rules that count rows
    inputs = [c.index for c in sheet.columns if c.kind is SlotKind.INPUT]
    if sheet.form.kind is not FormKind.OPEN or not inputs or not row:
        return "0"
    filled = "+".join(
        f'(TRIM({helper_cells(sheet, column, column, outside=True)})<>"")' for column in inputs
    )
    beside = helper_cells(sheet, row[0].index, row[0].index, outside=True)
    return f"IFERROR(SUMPRODUCT((({filled})>0)*(1-ISNUMBER({beside}))),0)"


def _count_rows(workbook: WorkbookLayout, form: str) -> str | None:
    """How many rows of a form hold an answer; None where the workbook has no such form."""
    try:
        sheet = workbook.sheet_for(form)
    except KeyError:
        return None
    columns = [
        helper_cells(sheet, helper.index, helper.index, outside=True)
        for helper in sheet.helpers_of(HelperKind.FIELD)
    ]
    if not columns or not sheet.rows:
        return "0"
    if sheet.form.kind is FormKind.OPEN:
        (row,) = sheet.helpers_of(HelperKind.ROW)
        rows = helper_cells(sheet, row.index, row.index, outside=True)
        return f'COUNTIF({rows},">0")+{unchecked_rows(sheet)}'
    # neither 0 (blank) nor 2 (blank, and it is asked for): see checks.Verdict
    answered = "+".join(f"({cells}<>0)*({cells}<>2)" for cells in columns)
    return f"SUMPRODUCT(--(({answered})>0))"
