"""Writing raw tables as the programme workbook that a head office edits in Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.messages import text
from toolkit.programme import look
from toolkit.programme.faults import Faults
from toolkit.programme.look import Look
from toolkit.programme.read import Cell, RawBook, plain
from toolkit.programme.schema import (
    FIELDS,
    GUIDE_SHEET,
    PROGRAMME,
    PROGRAMME_KEYS,
    SHEETS,
    Column,
    ColumnKind,
    Sheet,
    find_sheet,
)
from toolkit.programme.table import Table, bind
from toolkit.programme.values import Quantity, parse_date, parse_quantity
from toolkit.text import match_key

# No wall-clock time: two builds give the same bytes.
_CREATED = datetime(2024, 1, 1)
_GUIDE_WIDTH = 105.0
_TAB_COLOURS = {"programme": look.DARK, "units": look.DARK, "periods": look.DARK}
_ITEM_TAB, _FORM_TAB = "#548235", "#BF8F00"
_ITEM_SHEETS = ("tasks", "indicators", "allotments")
_NUMBERED = (ColumnKind.NUMBER, ColumnKind.LIMIT)
_DATED = (ColumnKind.DATE, ColumnKind.LIMIT)


# Notes for cells the office has to look at, by sheet key, row (1-based) and attribute; an
# empty note only colours the cell.
Marks = Mapping[tuple[str, int, str], str]


def write_book(
    book: RawBook, target: Path, *, lang: str = "vi", marks: Marks | None = None
) -> None:
    """Write raw tables as a programme workbook with help, dropdowns and print set-up.

    ``lang`` is the language of the help; sheets and headings are Vietnamese always. Faults
    of the tables are written as they are: the loader reports them. Cells with ``marks`` are
    coloured and carry their note.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": look.DATE_FORMAT,
        "default_format_properties": {"font_name": look.FONT, "font_size": look.FONT_SIZE},
    }
    tables = _bound(book)
    with Workbook(str(target), options) as workbook:
        workbook.set_properties({"created": _CREATED})
        style = Look(workbook, lang)
        _write_guide(style)
        for spec in SHEETS:
            grid = _grid(spec, tables.get(spec.key))
            _write_sheet(style, spec, grid, marks or {})
        look.add_lists(workbook, {pair: _listed(tables, *pair) for pair in look.LISTED})


def _bound(book: RawBook) -> Mapping[str, Table]:
    unread = Faults()  # the loader reports them; here the rows are only laid out
    found: dict[str, Table] = {}
    for raw in book.tables:
        spec = find_sheet(raw.sheet)
        table = bind(raw, spec, unread) if spec is not None else None
        if table is not None:
            found.setdefault(table.sheet.key, table)
    return found


def _listed(tables: Mapping[str, Table], key: str, attr: str) -> list[str]:
    """The texts of a column by row of the built sheet."""
    table = tables.get(key)
    if table is None or attr not in table.columns:
        return []
    cells = [table.raw.cells.get((r, table.columns[attr])) for r in _data_rows(table)]
    return [cell.text if cell else "" for cell in cells]


def _data_rows(table: Table) -> list[int]:
    return sorted({row for row, _ in table.raw.cells if row > 1})


@dataclass(frozen=True, slots=True)
class _Grid:
    """What stands on a built sheet: its columns and its rows of cells."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | None]]


def _grid(spec: Sheet, table: Table | None) -> _Grid:
    columns = list(spec.columns)
    if table is None:
        return _Grid(columns, [])
    extra = sorted(table.extra.items())
    columns += [Column(f"extra:{h}", h, h, width=max(20, len(h) + 4)) for _, h in extra]
    places = [table.columns.get(c.attr) for c in spec.columns] + [place for place, _ in extra]
    cells = table.raw.cells
    rows = [
        [cells.get((row, place)) if place else None for place in places]
        for row in _data_rows(table)
    ]
    return _Grid(columns, rows)


# --- a sheet ------------------------------------------------------------------------------


def _write_sheet(style: Look, spec: Sheet, grid: _Grid, marks: Marks) -> None:
    sheet = style.book.add_worksheet(spec.vi)
    sheet.set_tab_color(_tab_colour(spec))
    # The sheet Cột is too broad for one page: two, with the columns that name the field.
    look.set_print(sheet, style.lang, wide=2 if spec is FIELDS else 1)
    sheet.repeat_rows(0)
    if spec is FIELDS:
        sheet.repeat_columns(0, look.frozen_columns(spec) - 1)
    sheet.freeze_panes(1, look.frozen_columns(spec))
    sheet.set_row(0, 40)
    widths: list[float] = []
    for index, column in enumerate(grid.columns):
        contents = [cell.text for row in grid.rows if (cell := row[index])]
        widths.append(look.fit_width(column, contents))
        sheet.set_column(index, index, widths[index], style.cell(column, boxed=False))
        sheet.write_string(0, index, column.vi, style.heading(required=column.required))
        if not column.attr.startswith("extra:"):
            _explain(sheet, spec, index, style.lang)
    for number, row in enumerate(grid.rows, start=1):
        texts = [cell.text if cell else "" for cell in row]
        sheet.set_row(number, look.fit_height(list(zip(texts, widths, strict=True))))
        _write_row(sheet, number, spec, grid.columns, row, style)
        _mark(sheet, number, spec, grid.columns, row, style, marks)
    # Codes are text on purpose: no green corners.
    last = xl_col_to_name(len(grid.columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{last}{look.LAST_ROW + 1}"})
    if spec is not PROGRAMME:
        sheet.autofilter(0, 0, max(len(grid.rows), 1), len(grid.columns) - 1)


def _tab_colour(spec: Sheet) -> str:
    if spec.key in _ITEM_SHEETS:
        return _ITEM_TAB
    return _TAB_COLOURS.get(spec.key, _FORM_TAB)


def _explain(sheet: Worksheet, spec: Sheet, index: int, lang: str) -> None:
    help_text = text(f"programme.help.{spec.key}.{spec.columns[index].attr}", lang)
    look.add_help(sheet, index, help_text, lang)
    look.add_dropdown(sheet, spec, index, lang)


def _write_row(
    sheet: Worksheet,
    number: int,
    spec: Sheet,
    columns: Sequence[Column],
    row: Sequence[Cell | None],
    style: Look,
) -> None:
    key = _key(row[0].text) if spec is PROGRAMME and row[0] is not None else None
    for index, (column, cell) in enumerate(zip(columns, row, strict=True)):
        meant = key if key is not None and column.attr == "value" else column
        _write_cell(sheet, number, index, meant, cell, style)
    if key is not None:
        _explain_key(sheet, number, key, style.lang)


def _mark(
    sheet: Worksheet,
    number: int,
    spec: Sheet,
    columns: Sequence[Column],
    row: Sequence[Cell | None],
    style: Look,
    marks: Marks,
) -> None:
    """Colour the marked cells of a row, all of them text, and put their notes to them."""
    for index, (column, cell) in enumerate(zip(columns, row, strict=True)):
        note = marks.get((spec.key, number + 1, column.attr))
        if note is None:
            continue
        shown = style.cell(column, marked=True)
        if cell is None:
            sheet.write_blank(number, index, None, shown)
        else:
            sheet.write_string(number, index, cell.text, shown)
        if note:
            look.add_note(sheet, number, index, note, style.lang)


def _key(name: str) -> Column | None:
    names = {match_key(n): key for key in PROGRAMME_KEYS for n in (key.vi, key.en)}
    return names.get(match_key(name))


def _explain_key(sheet: Worksheet, number: int, key: Column, lang: str) -> None:
    """Beside a value of the sheet Chương trình: what belongs there, as an input message."""
    options: dict[str, object] = {
        "validate": "any",
        "input_title": key.vi[:32],
        "input_message": text(f"programme.help.keys.{key.attr}", lang)[:255],
    }
    if key.words:
        error = text("programme.build.list_error", lang)
        options |= {"validate": "list", "source": list(key.words), "error_message": error}
        options["error_title"] = text("programme.build.list_title", lang)
    sheet.data_validation(number, 1, number, 1, options)


def _write_cell(
    sheet: Worksheet, row: int, index: int, column: Column, cell: Cell | None, style: Look
) -> None:
    if cell is None:
        sheet.write_blank(row, index, None, style.cell(column))
        return
    value = _typed(column, cell)
    if isinstance(value, date):
        sheet.write_datetime(row, index, value, style.cell(column, look.DATE_FORMAT))
    elif isinstance(value, Quantity):
        shown = style.cell(column, _percent_format(value.value) if value.percent else "")
        sheet.write_number(row, index, float(value.value), shown)
    else:
        sheet.write_string(row, index, value, style.cell(column))


def _typed(column: Column, cell: Cell) -> date | Quantity | str:
    """What Excel should hold: a real date or number where the column asks for one.

    A number a double cannot hold exactly, or anything that is none, stays text.
    """
    if isinstance(cell.value, date) and column.kind in _DATED:
        return cell.value
    if column.kind in _DATED:
        day = parse_date(cell.text)
        if day is not None:
            return day
    if column.kind in _NUMBERED:
        quantity = _quantity(cell)
        if quantity is not None and Decimal(repr(float(quantity.value))) == quantity.value:
            return quantity
    return cell.text


def _quantity(cell: Cell) -> Quantity | None:
    if isinstance(cell.value, Decimal):
        return Quantity(cell.value, cell.percent)
    parsed = parse_quantity(cell.text)
    return parsed if isinstance(parsed, Quantity) else None


def _percent_format(value: Decimal) -> str:
    decimals = plain(value * 100).partition(".")[2]
    return f"0.{'0' * len(decimals)}%" if decimals else "0%"


# --- the guide ----------------------------------------------------------------------------


def _write_guide(style: Look) -> None:
    sheet = style.book.add_worksheet(GUIDE_SHEET)
    lang = style.lang
    sheet.set_tab_color("#7F7F7F")
    look.set_print(sheet, lang, tall=1)
    sheet.hide_gridlines(2)
    plain_text = style.format(text_wrap=True)
    sheet.set_column(0, 0, 18, plain_text)
    sheet.set_column(1, 1, _GUIDE_WIDTH, plain_text)
    title = style.format(bold=True, font_size=16, font_color=look.DARK)
    sheet.write_string(0, 0, text("programme.guide.title", lang), title)
    sheet.set_row(0, 26)
    intro = style.format(text_wrap=True, italic=True)
    sheet.merge_range(1, 0, 1, 1, "", intro)
    sheet.write_string(1, 0, text("programme.guide.intro", lang), intro)
    sheet.set_row(1, 36)
    row = 3
    for part, count in (("step", 6), ("rule", 8)):
        row = _guide_part(sheet, style, row, part, count)
    row = _guide_head(sheet, style, row, "sheets")
    link = style.format(font_color="#0563C1", underline=1)
    for spec in SHEETS:
        sheet.write_url(row, 0, f"internal:'{spec.vi}'!A1", link, spec.vi)
        sheet.write_string(row, 1, text(f"programme.guide.sheet_{spec.key}", lang), plain_text)
        row += 1


def _guide_head(sheet: Worksheet, style: Look, row: int, key: str) -> int:
    head = style.format(bold=True, bg_color=look.LIGHT, valign="vcenter")
    sheet.write_string(row, 0, text(f"programme.guide.{key}", style.lang), head)
    sheet.write_blank(row, 1, None, head)
    sheet.set_row(row, 22)
    return row + 1


def _guide_part(sheet: Worksheet, style: Look, row: int, part: str, count: int) -> int:
    row = _guide_head(sheet, style, row, f"{part}s")
    body, number = style.format(text_wrap=True), style.format(align="center")
    for index in range(1, count + 1):
        content = text(f"programme.guide.{part}_{index}", style.lang)
        sheet.set_row(row, look.fit_height([(content, _GUIDE_WIDTH)]))
        sheet.write_string(row, 0, str(index), number)
        sheet.write_string(row, 1, content, body)
        row += 1
    return row + 1
