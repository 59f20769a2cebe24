"""What happens when a cell is entered: hints, limits, and the format of whole numbers."""

from __future__ import annotations

from toolkit.places import column_letters
from toolkit.programme.model import Field
from toolkit.template.content import area, runs
from toolkit.template.layout import HelperKind, Row, SlotKind
from toolkit.template.page import Page
from toolkit.template.styles import RATE_FORMAT, number_format, whole_format
from toolkit.template.validation import shown_limit, validation


def write_entries(page: Page) -> None:
    """Input messages and limits, and the format of whole numbers, a field at a time."""
    layout = page.layout
    if not layout.rows:
        return
    if layout.answer_column:
        for row in layout.rows:
            asked = layout.form.field(row.key)
            _validate(page, asked, (row,), layout.answer_column)
            _format_whole(page, asked, row.index, row.index, layout.answer_column)
        return
    first, end = layout.rows[0].index, layout.rows[-1].index
    last = layout.total_row or end
    for column in layout.columns:
        if column.kind is SlotKind.INPUT:
            _validate(page, column.field, layout.rows, column.index)
            _format_whole(page, column.field, first, end, column.index)
        elif column.kind is SlotKind.COMPUTED:
            _format_whole(page, column.field, first, last, column.index)
    if layout.total_row:
        for column in layout.columns:
            if column.kind is not SlotKind.COMPUTED:
                _format_whole(page, column.field, last, last, column.index)


def _validate(page: Page, asked: Field, rows: tuple[Row, ...], column: int) -> None:
    """The validation of a field's cells; one each where the hint tells last period's answer."""
    if not asked.is_input:
        return
    before = {row.key: shown for row in rows if (shown := _before(page, row.key, asked))}
    areas = [(row.index, row.index, before.get(row.key, "")) for row in rows]
    if not before:
        areas = [(rows[0].index, rows[-1].index, "")]
    for first, last, shown in areas:
        source = page.choices.get(asked.choices)
        options = validation(asked, source, page.lang, previous=shown)
        if options is not None:
            page.sheet.data_validation(first - 1, column - 1, last - 1, column - 1, options)


def _before(page: Page, row_key: str, asked: Field) -> str:
    """The unit's answer of the period before, where a rule or formula compares with it."""
    if not any(h.code == asked.code for h in page.layout.helpers_of(HelperKind.BEFORE)):
        return ""
    value = page.workbook.previous.get((page.layout.form.code, row_key, asked.code))
    return value if isinstance(value, str) else shown_limit(asked, value)


def _format_whole(page: Page, field: Field, first: int, last: int, column: int) -> None:
    """Show a whole number without the decimal sign that its number format would leave."""
    percent = field.shows_percent
    shown = number_format(field, percent=percent)
    whole = whole_format(shown)
    rows = runs(page.content, first, last, column)
    if whole is None or shown == RATE_FORMAT or not rows:
        return
    first, last = rows[0][0], rows[-1][1]
    cell = f"{column_letters(column)}{first}"
    scaled = f"ROUND({cell}*100,9)" if percent else cell
    page.sheet.conditional_format(
        first - 1,
        column - 1,
        last - 1,
        column - 1,
        {
            "type": "formula",
            "criteria": f"=IF(ISNUMBER({cell}),{scaled}=INT({scaled}),FALSE)",
            "format": page.styles.condition(whole),
            **({"multi_range": area(rows, column)} if len(rows) > 1 else {}),
        },
    )
