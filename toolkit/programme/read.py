"""Raw tables from a workbook or from a folder of CSV files, before any reading of meaning.

Texts are composed (NFC), NBSP becomes a space, outer spaces go. Everything the file cannot
say plainly (an error cell, a formula without stored result, merged cells) is kept as a
problem of its cell, for the loader to report.
"""

from __future__ import annotations

import csv
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from toolkit.findings import Address, Finding, Severity
from toolkit.places import column_letters
from toolkit.programme.plain_sheets import (
    MAX_COLUMNS,
    MAX_ROWS,
    PlainCell,
    PlainSheet,
    read_plainly,
)
from toolkit.programme.schema import SHEETS, ignored_sheet
from toolkit.record import record

MAX_BYTES = 30_000_000
MAX_UNPACKED_BYTES = 300_000_000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
# Line breaks of old files, of Word and of Unicode; NBSP; characters XML does not allow.
_PLAIN: dict[int, str | None] = {
    **dict.fromkeys((*range(0x20), 0xFEFF, 0xFFFE, 0xFFFF)),
    **dict.fromkeys(map(ord, "\n\r\v\f\x85\u2028\u2029"), "\n"),
    **dict.fromkeys(map(ord, "\t\u00a0"), " "),
}

Value: TypeAlias = str | Decimal | date | bool


@record()
class Cell:
    """A non-blank cell. ``problem`` is the end of a finding's code, "" when it is sound."""

    value: Value
    percent: bool = False  # a number whose format shows a percentage
    problem: str = ""

    @property
    def text(self) -> str:
        """The content as text: 305 for 305.0, dd/mm/yyyy for a date, 40% for a percentage."""
        if isinstance(self.value, bool):
            return "TRUE" if self.value else "FALSE"
        if isinstance(self.value, Decimal):
            return f"{plain(self.value * 100)}%" if self.percent else plain(self.value)
        if isinstance(self.value, date):
            return self.value.strftime("%d/%m/%Y")
        return self.value


def plain(number: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    shown = format(number, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


@dataclass(frozen=True, slots=True)
class RawTable:
    """A sheet as it stands: its non-blank cells by 1-based (row, column)."""

    file: str
    sheet: str
    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[tuple[int, int, int, int], ...] = ()  # top, left, bottom, right

    def address(self, row: int, column: int) -> Address:
        """The address of a cell."""
        return Address(self.file, self.sheet, f"{column_letters(column)}{row}")

    @property
    def whole(self) -> Address:
        """The address of the sheet itself."""
        return Address(self.file, self.sheet)

    @property
    def last_row(self) -> int:
        """The last row that holds anything; 0 in an empty sheet."""
        return max((row for row, _ in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class RawBook:
    """All tables of a programme, or the one reason why there are none."""

    file: str
    tables: tuple[RawTable, ...] = ()
    findings: tuple[Finding, ...] = field(default=())


def _failed(file: str, code: str, **params: str) -> RawBook:
    finding = Finding(f"programme.file.{code}", Severity.ERROR, Address(file), "", params)
    return RawBook(file, (), (finding,))


def clean(text: str) -> str:
    """Text as it is compared and kept: composed, plain spaces, no outer white space.

    Every kind of line break is a line feed; characters no workbook can hold go.
    """
    if text.isascii() and text.isprintable():
        return text.replace("_x000D_", "").strip()  # codes and numbers: nothing else to do
    lines = text.replace("_x000D_", "").replace("\r\n", "\n")
    return unicodedata.normalize("NFC", lines.translate(_PLAIN)).strip()


# --- workbook -----------------------------------------------------------------------------


def read_workbook(path: Path) -> RawBook:
    """The tables of an ``.xlsx``; a file that is none gives its one finding."""
    reason = _refusal(path)
    if reason:
        return _failed(path.name, reason)
    sheets = read_plainly(path, _is_table)
    if sheets is None:
        from toolkit.programme.odd_sheets import BROKEN, read_with_openpyxl

        try:
            sheets = read_with_openpyxl(path, _is_table)
        except BROKEN as error:
            return _failed(path.name, "broken", reason=type(error).__name__)
    limits = {"rows": str(MAX_ROWS), "columns": str(MAX_COLUMNS)}
    findings = (
        Finding(
            "programme.sheet.too_large", Severity.ERROR, Address(path.name, s.title), "", limits
        )
        for s in sheets
        if s.too_large
    )
    return RawBook(path.name, tuple(_table(path.name, s) for s in sheets), tuple(findings))


def _refusal(path: Path) -> str:
    """Why the file is not even opened, as the end of a finding's code; "" when it may be."""
    if not path.is_file():
        return "missing"
    if path.stat().st_size > MAX_BYTES:
        return "too_large"
    with path.open("rb") as stream:
        head = stream.read(1 << 16)
    if head.startswith(_OLE):
        encrypted = "EncryptedPackage".encode("utf-16-le")
        whole = head if encrypted in head else path.read_bytes()
        return "encrypted" if encrypted in whole else "old_excel"
    if not zipfile.is_zipfile(path):
        return "not_workbook"
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                return "too_large"
    except zipfile.BadZipFile:
        return "not_workbook"
    return ""


def _is_table(title: str) -> bool:
    return not ignored_sheet(clean(title))


def _table(file: str, sheet: PlainSheet) -> RawTable:
    cells = {place: held for place, one in sheet.cells.items() if (held := _held(one)) is not None}
    return RawTable(file, sheet.title, cells, sheet.merged)


def _held(cell: PlainCell) -> Cell | None:
    stored = cell.value
    if cell.problem:
        return Cell(stored, problem=f"cell.{cell.problem}") if isinstance(stored, str) else None
    if isinstance(stored, str):  # nearly always
        return _text_cell(stored)
    if isinstance(stored, bool | date):
        return Cell(stored)
    return Cell(Decimal(repr(stored)), percent=cell.percent)


@lru_cache(maxsize=1 << 14)  # codes and kinds come again in every row
def _text_cell(stored: str) -> Cell | None:
    text = clean(stored)
    return Cell(text) if text else None


# --- CSV folder ---------------------------------------------------------------------------


def read_folder(folder: Path) -> RawBook:
    """The tables of a folder with one CSV file a sheet (UTF-8, comma).

    The addresses are those the cells have when the file is opened in a spreadsheet.
    """
    if not folder.is_dir():
        return _failed(folder.name, "missing")
    findings: list[Finding] = []
    tables: list[RawTable] = []
    names = {sheet.csv: sheet.vi for sheet in SHEETS}
    for path in sorted(folder.glob("*.csv")):
        # A file of another name is a sheet nobody knows: the loader says so.
        table = _csv_table(path, names.get(path.name, path.stem))
        if table is None:
            place = Address(path.name)
            findings.append(Finding("programme.file.encoding", Severity.ERROR, place))
        else:
            tables.append(table)
    order = [sheet.csv for sheet in SHEETS]
    tables.sort(key=lambda t: order.index(t.file) if t.file in order else len(order))
    return RawBook(folder.name, tuple(tables), tuple(findings))


def _csv_table(path: Path, sheet: str) -> RawTable | None:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream, strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    cells = {
        (number, column): Cell(clean(text))
        for number, row in enumerate(rows, start=1)
        for column, text in enumerate(row, start=1)
        if clean(text)
    }
    return RawTable(path.name, sheet, cells)
