"""How the programme workbook looks: formats, widths, dropdowns, help, print set-up."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.messages import text
from toolkit.programme.keywords import PREFILLS, SOURCES
from toolkit.programme.schema import (
    FIELDS,
    PROGRAMME,
    PROGRAMME_KEYS,
    SHEETS,
    Column,
    ColumnKind,
    Sheet,
)

FONT = "Times New Roman"
FONT_SIZE = 12
DARK, LIGHT, LINE = "#1F4E79", "#BDD7EE", "#A6A6A6"
MARKED = "#FFF2AB"
MAX_WIDTH = 60
LINE_HEIGHT = 16.0  # points, of a line of the font above
MAX_HEIGHT = 409.0  # the most Excel gives a row
# Dropdowns and formats reach this far, so that rows added later have them too.
LAST_ROW = 5000
LISTS_SHEET = "_danh-sach"
LISTED_ROWS = 500
DATE_FORMAT = "dd/mm/yyyy"
_TEXT_ATTRS = ("formula", "rule")  # typed text that Excel would take for a formula
_OFFER_ONLY = ("sources", "prefills")  # more than the words offered may be written


class Look:
    """The formats of one workbook, made once each."""

    def __init__(self, book: Workbook, lang: str) -> None:
        self.book = book
        self.lang = lang
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def format(self, **properties: object) -> Format:
        """A format in the workbook's font."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base: dict[str, Any] = {"font_name": FONT, "font_size": FONT_SIZE, "valign": "top"}
            self._made[key] = self.book.add_format({**base, **properties})
        return self._made[key]

    def heading(self, *, required: bool) -> Format:
        """A heading: dark where a value must stand, light where it may be blank."""
        fill, ink = (DARK, "#FFFFFF") if required else (LIGHT, "#000000")
        return self.format(
            bold=True,
            bg_color=fill,
            font_color=ink,
            border=1,
            border_color=LINE,
            text_wrap=True,
            align="center",
            valign="vcenter",
        )

    def cell(
        self,
        column: Column,
        number_format: str = "",
        *,
        boxed: bool = True,
        marked: bool = False,
    ) -> Format:
        """A cell of a column; ``boxed`` for rows that hold data, ``marked`` to be looked at."""
        properties: dict[str, object] = {"text_wrap": True}
        if marked:
            properties["bg_color"] = MARKED
        if boxed:
            properties.update(border=1, border_color=LINE)
        shown = number_format or _number_format(column)
        if shown:
            properties["num_format"] = shown
        if column in PROGRAMME_KEYS:
            properties["align"] = "left"
        elif column.kind in (ColumnKind.FLAG, ColumnKind.DATE):
            properties["align"] = "center"
        return self.format(**properties)


def _number_format(column: Column) -> str:
    if column.kind is ColumnKind.DATE:
        return DATE_FORMAT
    if column.kind in (ColumnKind.CODE, ColumnKind.CODES) or column.attr in _TEXT_ATTRS:
        return "@"
    return ""


def fit_width(column: Column, contents: Iterable[str]) -> float:
    """A width that shows short contents whole and lets long ones wrap in a few lines.

    A column nobody uses is only as wide as its heading: the others are read the better.
    """
    lines = [len(line) for content in contents for line in content.split("\n")]
    longest = max(lines, default=0)
    words = max((len(word) for word in column.vi.split()), default=0) + 6
    if not lines:
        return max(words, min(column.width, 12))
    least = max(column.width, words)
    return min(max(least, min(longest + 2, math.ceil(least * 1.4))), MAX_WIDTH)


def fit_height(contents: Sequence[tuple[str, float]]) -> float | None:
    """The height in points of a row with these (text, column width); None: one line.

    Excel fits a wrapped row when it is edited, but neither it nor LibreOffice always does
    when a file is opened, and a text cut in half is what a reader fears.
    """
    lines = max((_lines(content, width) for content, width in contents), default=1)
    return None if lines <= 1 else min(lines * LINE_HEIGHT + 3, MAX_HEIGHT)


def _lines(content: str, width: float) -> int:
    parts = content.split("\n")
    return sum(max(1, len(textwrap.wrap(part, max(int(width * 1.08), 4)))) for part in parts)


# --- dropdowns ----------------------------------------------------------------------------


def add_dropdown(sheet: Worksheet, spec: Sheet, index: int, lang: str) -> None:
    """The dropdown or limit of a column, over all rows it may get."""
    column = spec.columns[index]
    options = _validation(column, lang)
    if options is None:
        return
    options.setdefault("ignore_blank", True)
    options["error_title"] = text("programme.build.list_title", lang)
    sheet.data_validation(1, index, LAST_ROW, index, options)


def _validation(column: Column, lang: str) -> dict[str, Any] | None:
    if column.words:
        error = text("programme.build.list_error", lang)
        return {"validate": "list", "source": list(column.words), "error_message": error}
    if column.refers:
        return _reference(column, lang)
    if column.kind is ColumnKind.DATE:
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": date(1900, 3, 1),
            "maximum": date(2199, 12, 31),
            "error_message": text("programme.build.date_error", lang),
        }
    if column.kind is ColumnKind.NUMBER and column.attr != "target":
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -1e12,
            "maximum": 1e12,
            "error_message": text("programme.build.number_error", lang),
        }
    return None


def _reference(column: Column, lang: str) -> dict[str, Any]:
    if column.refers in _OFFER_ONLY:
        words = SOURCES if column.refers == "sources" else PREFILLS
        offered = [word.vi for word in words]
        return {"validate": "list", "source": offered, "show_error": False}
    key, attr = column.refers.split(".")
    spec = next(sheet for sheet in SHEETS if sheet.key == key)
    options: dict[str, Any] = {"validate": "list", "source": _range(spec, attr)}
    if column.kind is ColumnKind.CODES:
        options["show_error"] = False  # several may be written, with semicolons
    else:
        options["error_type"] = "warning"
        error = text("programme.build.reference_error", lang, sheet=spec.vi)
        options["error_message"] = error
    return options


# Columns whose values repeat: their dropdowns come from the helper sheet, each value once.
LISTED = (("choices", "code"), ("units", "type"))


def _range(spec: Sheet, attr: str) -> str:
    if (spec.key, attr) in LISTED:
        at = LISTED.index((spec.key, attr)) * 2
        rank, value = xl_col_to_name(at), xl_col_to_name(at + 1)
        count = f"COUNT('{LISTS_SHEET}'!${rank}$2:${rank}${LISTED_ROWS + 1})"
        return f"=OFFSET('{LISTS_SHEET}'!${value}$2,0,0,MAX(1,{count}),1)"
    name = xl_col_to_name([c.attr for c in spec.columns].index(attr))
    count = f"COUNTA('{spec.vi}'!${name}$2:${name}${LAST_ROW + 1})"
    return f"=OFFSET('{spec.vi}'!${name}$2,0,0,MAX(1,{count}),1)"


def add_lists(book: Workbook, values: dict[tuple[str, str], list[str]]) -> None:
    """The hidden helper sheet: each repeated value once, kept up to date by formulas.

    The first column of a pair ranks the first row of each value, the second lists them by
    rank. Rows are reached by INDEX over the whole column, so that deleting rows does not
    break them; nothing newer than Excel 2007.
    """
    sheet = book.add_worksheet(LISTS_SHEET)
    sheet.hide()
    for pair, (key, attr) in enumerate(LISTED):
        spec = next(s for s in SHEETS if s.key == key)
        name = xl_col_to_name([c.attr for c in spec.columns].index(attr))
        source = f"'{spec.vi}'!${name}:${name}"
        rank = xl_col_to_name(pair * 2)
        held = values[key, attr]
        distinct = list(dict.fromkeys(value for value in held if value))
        sheet.write_string(0, pair * 2, spec.vi)
        for row in range(1, LISTED_ROWS + 1):
            here = f"INDEX({source},ROW())"
            first = f"COUNTIF(INDEX({source},2):{here},{here})=1"
            ranked = f'=IF({here}="","",IF({first},MAX({rank}$1:{rank}{row})+1,""))'
            listed = f"INDEX({source},MATCH(ROW()-1,{rank}$1:{rank}${LISTED_ROWS + 1},0))"
            now = held[row - 1] if row <= len(held) else ""
            is_first = bool(now) and held.index(now) == row - 1
            cached = distinct.index(now) + 1 if is_first else ""
            sheet.write_formula(row, pair * 2, ranked, None, cached)
            shown = distinct[row - 1] if row <= len(distinct) else ""
            sheet.write_formula(row, pair * 2 + 1, f'=IFERROR({listed},"")', None, shown)


# --- help and print -----------------------------------------------------------------------


def add_help(sheet: Worksheet, index: int, message: str, lang: str) -> None:
    """The note on a heading, in a box that shows it whole."""
    add_note(sheet, 0, index, message, lang)


def add_note(sheet: Worksheet, row: int, index: int, message: str, lang: str) -> None:
    """A note on a cell, in a box that shows it whole."""
    lines = sum(math.ceil(max(len(line), 1) / 42) for line in message.split("\n"))
    options = {
        "author": text("programme.build.comment_author", lang),
        "font_name": FONT,
        "font_size": 11,
        "width": 290,
        "height": 18 * lines + 14,
        "color": "#FFF9E5",
    }
    sheet.write_comment(row, index, message, options)


def set_print(sheet: Worksheet, lang: str, *, wide: int = 1, tall: int = 0) -> None:
    """A4 landscape, so many pages wide, pages numbered."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(wide, tall)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    font = f'&"{FONT},Regular"&10'
    sheet.set_footer(f"&L{font}&A&R{font}{text('programme.build.footer', lang)} &P/&N")


def frozen_columns(spec: Sheet) -> int:
    """How many columns stay in sight when the sheet is scrolled to the right."""
    if spec is PROGRAMME:
        return 0
    return 3 if spec is FIELDS else 1
