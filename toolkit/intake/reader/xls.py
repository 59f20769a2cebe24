"""Workbooks of Excel 97 and before (.xls): xlrd reads, our own pass over the records checks."""

from __future__ import annotations

import io
from typing import Any

import xlrd

from toolkit.errors import UnreadableFile
from toolkit.findings import Finding, Severity
from toolkit.intake.model import CellKind, RawCell, RawSheet
from toolkit.intake.reader.biff import Scan, SheetScan, scan
from toolkit.intake.reader.formats import UNKNOWN, Style, any_legacy, is_legacy, style_of
from toolkit.intake.reader.limits import Limits
from toolkit.intake.reader.ole import CompoundFile, last_saved
from toolkit.intake.reader.ooxml import Reading
from toolkit.intake.reader.values import (
    a1,
    decimal_of,
    error_text,
    note,
    number_cell,
    text_cell,
)

_OLE = b"\xd0\xcf\x11\xe0"
_REPORTED = 20  # faults of one kind that are named one by one
_NOTHING = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


def read_xls(data: bytes, file: str, limits: Limits) -> Reading:
    """Read an .xls file (BIFF2 to BIFF8).

    Raises UnreadableFile also for other documents in the same shell: encrypted .xlsx,
    Word, PowerPoint.
    """
    compound = CompoundFile(data) if data.startswith(_OLE) else None
    stream = data if compound is None else _stream(compound)
    seen = scan(stream, limits)
    book, formatted = _open(seen.stream)
    notes: list[Finding] = []
    names = () if compound is None else compound.names
    if seen.macro_sheets or "_VBA_PROJECT_CUR" in names or "_VBA_PROJECT" in names:
        notes.append(note("reader.macros", Severity.NOTE, file))
    sheets = _sheets(book, formatted, seen, file, notes)
    if not sheets:
        raise UnreadableFile("reader.no_sheets")
    modified = None if compound is None else last_saved(compound)
    return Reading("xls", sheets, modified, tuple(notes))


def _stream(compound: CompoundFile) -> bytes:
    names = {name.lower() for name in compound.names}
    if "encryptedpackage" in names or "encryptioninfo" in names:
        raise UnreadableFile("reader.encrypted")
    stream = compound.stream("Workbook") or compound.stream("Book")
    if stream is not None:
        return stream
    if "worddocument" in names:
        raise UnreadableFile("reader.is_word")
    if "powerpoint document" in names:
        raise UnreadableFile("reader.is_slides")
    raise UnreadableFile("reader.not_workbook")


def _open(stream: bytes) -> tuple[Any, bool]:
    """The book, with its styles where they can be read."""
    try:
        return _xlrd(stream, formatting=True), True
    except UnreadableFile:
        return _xlrd(stream, formatting=False), False


def _xlrd(stream: bytes, *, formatting: bool) -> Any:
    try:
        return xlrd.open_workbook(
            file_contents=stream,
            logfile=io.StringIO(),
            formatting_info=formatting,
            ragged_rows=True,
        )
    # xlrd answers broken records with whatever its code runs into (AssertionError,
    # AttributeError, TypeError, …); none of them tells more than that the file is broken.
    except Exception as error:
        raise UnreadableFile("reader.damaged") from error


def _sheets(
    book: Any, formatted: bool, seen: Scan, file: str, notes: list[Finding]
) -> tuple[RawSheet, ...]:
    styles = _Styles(book, formatted)
    sheets = []
    for index, sheet in enumerate(book.sheets()):
        marks = seen.sheets[index] if index < len(seen.sheets) else SheetScan()
        cells, given = _cells(book, sheet, styles, marks)
        notes += _disagreements(sheet.name, given, marks, file)
        sheets.append(
            RawSheet(
                sheet.name,
                cells,
                sheet.visibility == 0,
                tuple((r + 1, c + 1, rr, cc) for r, rr, c, cc in sheet.merged_cells),
                frozenset(
                    row + 1
                    for row, info in sheet.rowinfo_map.items()
                    if info.hidden or info.height == 0
                ),
                frozenset(
                    column + 1
                    for column, info in sheet.colinfo_map.items()
                    if column < 256 and (info.hidden or info.width == 0)
                ),
            )
        )
    return tuple(sheets)


class _Styles:
    """Styles by the index of the extended format, each worked out once."""

    def __init__(self, book: Any, formatted: bool) -> None:
        self._book = book
        self._formatted = formatted
        self._known: dict[int, Style] = {}
        self.legacy = formatted and any_legacy(font.name for font in book.font_list)

    def at(self, sheet: Any, row: int, column: int) -> Style:
        """The style of a cell by its 0-based position."""
        if not self._formatted:
            return UNKNOWN
        index = sheet.cell_xf_index(row, column)
        style = self._known.get(index)
        if style is None:
            style = self._known[index] = self._look_up(index)
        return style

    def _look_up(self, index: int) -> Style:
        book = self._book
        if not 0 <= index < len(book.xf_list):
            return UNKNOWN
        xf = book.xf_list[index]
        fmt = book.format_map.get(xf.format_key)
        code = fmt.format_str if fmt is not None else None
        return style_of(xf.format_key, code, self.run_font(xf.font_index))

    def run_font(self, index: int) -> str:
        """The name of a font, where the workbook uses legacy fonts at all."""
        fonts = self._book.font_list
        return str(fonts[index].name) if self.legacy and 0 <= index < len(fonts) else ""


def _cells(
    book: Any, sheet: Any, styles: _Styles, marks: SheetScan
) -> tuple[dict[tuple[int, int], RawCell], set[tuple[int, int]]]:
    """The non-blank cells, and the addresses of all that xlrd holds something at."""
    cells: dict[tuple[int, int], RawCell] = {}
    given: set[tuple[int, int]] = set()
    date1904 = book.datemode == 1
    for row in range(sheet.nrows):
        values = sheet.row_values(row)
        for column, kind in enumerate(sheet.row_types(row)):
            if kind in _NOTHING:
                continue
            address = (row + 1, column + 1)
            given.add(address)
            style = styles.at(sheet, row, column)
            if address in marks.uncached:
                cells[address] = RawCell(CellKind.UNCACHED, "", True, style.percent)
                continue
            font = _run_font(sheet, styles, row, column)
            formula = address in marks.formulas
            cell = _cell(kind, values[column], style, font, formula, date1904)
            if cell is not None:
                cells[address] = cell
    return cells, given


def _cell(
    kind: int, value: Any, style: Style, font: str, formula: bool, date1904: bool
) -> RawCell | None:
    if kind == xlrd.XL_CELL_TEXT:
        if not value and not formula:
            return None
        return text_cell(str(value), style, formula=formula, font=font)
    if kind == xlrd.XL_CELL_ERROR:
        return RawCell(CellKind.ERROR, error_text(int(value)), formula, style.percent)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return RawCell(CellKind.BOOLEAN, bool(value), formula, style.percent)
    number = decimal_of(float(value))
    if number is None:
        return RawCell(CellKind.ERROR, "#NUM!", formula, style.percent)
    if kind == xlrd.XL_CELL_DATE and style is UNKNOWN:
        style = Style(date=True)
    return number_cell(number, style, formula=formula, date1904=date1904)


def _run_font(sheet: Any, styles: _Styles, row: int, column: int) -> str:
    """The legacy font of a text in several fonts, or ""."""
    if not styles.legacy:
        return ""
    runs = sheet.rich_text_runlist_map.get((row, column), ())
    names = [styles.run_font(font) for _start, font in runs]
    return next((name for name in names if is_legacy(name)), "")


def _disagreements(
    name: str, given: set[tuple[int, int]], marks: SheetScan, file: str
) -> list[Finding]:
    """Cells that the records hold and xlrd does not give, or the other way round."""
    found = [
        note("reader.disagreement", Severity.ERROR, file, name, a1(*address))
        for address in sorted(given ^ marks.cells)[:_REPORTED]
    ]
    found += [
        note("reader.duplicate_cell", Severity.ERROR, file, name, a1(*address))
        for address in sorted(marks.duplicates)[:_REPORTED]
    ]
    return found
