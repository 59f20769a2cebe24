"""The tables of any ``.xlsx`` that openpyxl can read, for what is not plain to read."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell as ExcelCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.programme.plain_sheets import MAX_COLUMNS, MAX_ROWS, PlainCell, PlainSheet

# What openpyxl raises on a damaged or foreign file, as tried with truncated and edited ones.
BROKEN = (
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    SyntaxError,  # the root of both XML parsers' errors
    zipfile.BadZipFile,
    NotImplementedError,
    InvalidFileException,
)


def read_with_openpyxl(path: Path, wanted: Callable[[str], bool]) -> tuple[PlainSheet, ...]:
    """The sheets whose titles are wanted. Raises one of ``BROKEN`` where that fails."""
    typed = _open(path, values=False)
    sheets = [sheet for sheet in typed.worksheets if wanted(sheet.title)]
    # Opened a second time only where there are formulas, for their stored results.
    formulas = any(c.data_type == "f" for s in sheets for c in _cells(s))
    shown = _open(path, values=True) if formulas else typed
    return tuple(_sheet(sheet, shown[sheet.title]) for sheet in sheets)


def _open(path: Path, *, values: bool) -> Workbook:
    with warnings.catch_warnings():
        # Parts openpyxl drops (slicers, newer dropdowns) say nothing about the tables.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path, data_only=values, keep_links=False)


def _cells(sheet: Worksheet) -> Iterator[ExcelCell]:
    rows, columns = min(sheet.max_row, MAX_ROWS), min(sheet.max_column, MAX_COLUMNS)
    for row in sheet.iter_rows(max_row=rows, max_col=columns):
        for cell in row:
            if not isinstance(cell, MergedCell):
                yield cell


def _sheet(sheet: Worksheet, shown: Worksheet) -> PlainSheet:
    cells = {}
    for cell in _cells(sheet):
        stored = shown.cell(cell.row, cell.column)
        held = _held(cell, stored.value, stored.data_type)
        if held is not None:
            cells[cell.row, cell.column] = held
    merged = tuple(
        (m.min_row, m.min_col, m.max_row, m.max_col)
        for m in sorted(sheet.merged_cells.ranges, key=lambda m: (m.min_row, m.min_col))
    )
    return PlainSheet(sheet.title, cells, merged, (sheet.max_row, sheet.max_column))


def _held(cell: ExcelCell, stored: object, kind: str) -> PlainCell | None:
    percent = "%" in (cell.number_format or "")
    if kind == "e":
        return PlainCell(str(stored), percent, "error")
    if stored is None:
        # An array formula is an object that holds its text.
        formula = str(getattr(cell.value, "text", cell.value))
        return PlainCell(formula, percent, "uncached") if cell.data_type == "f" else None
    if isinstance(stored, datetime):
        return PlainCell(stored.date(), percent)
    if isinstance(stored, time):
        return PlainCell(stored.strftime("%H:%M"), percent)
    sound = isinstance(stored, bool | int | float | date | str)
    return PlainCell(stored if sound else str(stored), percent)  # type: ignore[arg-type]
