"""The chasing list as a workbook, to sort, filter and print."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.messages import text
from toolkit.register.files import replacing
from toolkit.report.remind import (
    Chase,
    ChaseKind,
    Chasing,
    counted,
    issuers,
    period_name,
    shortly,
    state,
)
from toolkit.report.remind_mail import recipients

_FONT = "Times New Roman"
_CREATED = datetime(2000, 1, 1)  # the same list is to give the same bytes
_HEAD_ROW = 5
_LINE = 15.0
_MOST_HEIGHT = 400.0
_COLUMNS = (  # heading, width
    ("number", 5),
    ("code", 9),
    ("unit", 24),
    ("state", 22),
    ("received", 12),
    ("days", 10),
    ("what", 62),
    ("by", 13),
    ("email", 26),
)
_WHAT = 6
_COLOURS = {
    ChaseKind.MISSING: "#E39B8B",
    ChaseKind.RETURNED: "#A9C8E8",
    ChaseKind.LATE: "#FFD97A",
}


def write_sheet(chasing: Chasing, target: Path, lang: str = "vi") -> None:
    """Write ``don-doc.xlsx``; ``target`` is replaced whole. Raises OSError."""
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": _FONT, "font_size": 11},
    }
    with replacing(target) as aside, Workbook(str(aside), options) as book:
        title = text("remind.document.title", lang)
        book.set_properties({"title": title, "created": _CREATED})
        sheet = book.add_worksheet(text("remind.document.sheet", lang))
        _head(book, sheet, chasing, lang)
        for row, chase in enumerate(chasing.chases, _HEAD_ROW + 1):
            _row(book, sheet, row, chase, lang)
        last = _HEAD_ROW + max(len(chasing.chases), 1)
        sheet.autofilter(_HEAD_ROW, 0, last, len(_COLUMNS) - 1)
        sheet.freeze_panes(_HEAD_ROW + 1, 3)
        _page(sheet, lang)


def _look(book: Workbook, **properties: object) -> Format:
    return book.add_format({"font_name": _FONT, "font_size": 11, **properties})


def _cell(book: Workbook, **properties: object) -> Format:
    return _look(book, border=1, valign="vcenter", text_wrap=True, **properties)


def _head(book: Workbook, sheet: Worksheet, chasing: Chasing, lang: str) -> None:
    last = len(_COLUMNS) - 1
    lines = (
        (issuers(chasing, lang), _look(book, align="center", italic=True)),
        (text("remind.document.title", lang), _look(book, align="center", bold=True, font_size=14)),
        (
            text("remind.document.subject", lang, period=period_name(chasing, lang)),
            _look(book, align="center", bold=True, font_size=12),
        ),
        (counted(chasing, lang), _look(book, align="center", italic=True, text_wrap=True)),
    )
    for row, (words, look) in enumerate(lines):
        sheet.merge_range(row, 0, row, last, "", look)
        sheet.write_string(row, 0, words, look)
    sheet.set_row(1, 21)
    sheet.set_row(3, 2 * _LINE + 2)
    head = _cell(book, bold=True, align="center", bg_color="#D9D9D9")
    for column, (key, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(_HEAD_ROW, column, text(f"remind.column.{key}", lang), head)
    sheet.set_row(_HEAD_ROW, 2 * _LINE + 4)


def _row(book: Workbook, sheet: Worksheet, row: int, chase: Chase, lang: str) -> None:
    plain, centre = _cell(book, indent=1), _cell(book, align="center")
    coloured = _cell(book, align="center", bg_color=_COLOURS[chase.kind])
    day = _cell(book, align="center", num_format="dd/mm/yyyy")
    listed = shortly(chase, lang)
    at_once = text("remind.list_at_once", lang)
    by = chase.by or ("—" if chase.kind is ChaseKind.LATE else at_once)
    said: Sequence[tuple[str | int | date | None, Format]] = (
        (row - _HEAD_ROW, centre),
        (chase.unit.code, centre),
        (chase.unit.name, plain),
        (state(chase, lang), coloured),
        (chase.received, day),
        (chase.days_late, centre),
        ("\n".join(listed), plain),
        (by, day),
        (recipients(chase.unit.email), plain),
    )
    for column, (value, look) in enumerate(said):
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, look)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, look)
        elif value:
            sheet.write_string(row, column, value, look)
        else:
            sheet.write_blank(row, column, None, look)
    # Excel does not grow the rows of a file it did not write itself.
    width = _COLUMNS[_WHAT][1]
    lines = sum(max(1, math.ceil(len(line) * 0.9 / width)) for line in listed)
    sheet.set_row(row, min(max(lines, 2) * _LINE + 3, _MOST_HEIGHT))


def _page(sheet: Worksheet, lang: str) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.repeat_rows(_HEAD_ROW)
    sheet.hide_gridlines(2)
    sheet.set_footer(f'&C&"{_FONT}"&10{text("status_sheet.page", lang)} &P/&N')
