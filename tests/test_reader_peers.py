"""Our reading beside that of the readers everybody uses, on whole returns of every format.

Our own readers give what is stored in the file. A cell that calamine, openpyxl or xlrd shows
must be there with the same value; one that only we show is an error, a formula without a
result or white space, which is what they hide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlrd
from conftest import SAMPLE

from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.reader import read_workbook

FILES = sorted(
    path
    for path in (SAMPLE / "nhan-ve").rglob("*")
    if path.suffix in (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
    and not path.name.startswith("~$")
    and path.read_bytes()[:2] in (b"PK", b"\xd0\xcf")
)
# A few of each format; all of them take half a minute.
CHOSEN = [
    path
    for suffix in (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
    for path in [p for p in FILES if p.suffix == suffix][:: max(1, len(FILES) // 8)][:4]
]
Place = tuple[str, int, int]


def ours(path: Path) -> dict[Place, RawCell]:
    return {
        (sheet.name, *place): cell
        for sheet in read_workbook(path).sheets
        for place, cell in sheet.cells.items()
    }


def by_calamine(path: Path) -> Iterator[tuple[Place, object]]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        for row, values in enumerate(sheet.to_python(skip_empty_area=False), 1):
            for column, value in enumerate(values, 1):
                yield (name, row, column), value


def by_openpyxl(path: Path) -> Iterator[tuple[Place, object]]:
    for sheet in openpyxl.load_workbook(path, data_only=True):
        for row in sheet.iter_rows():
            for cell in row:
                yield (sheet.title, cell.row, cell.column), cell.value


def by_xlrd(path: Path) -> Iterator[tuple[Place, object]]:
    for sheet in xlrd.open_workbook(path).sheets():
        for row in range(sheet.nrows):
            for column, value in enumerate(sheet.row_values(row), 1):
                yield (sheet.name, row + 1, column), value


PEERS: dict[str, tuple[Callable[[Path], Iterator[tuple[Place, object]]], tuple[str, ...]]] = {
    "calamine": (by_calamine, (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")),
    "openpyxl": (by_openpyxl, (".xlsx", ".xlsm")),
    "xlrd": (by_xlrd, (".xls",)),
}


def same(cell: RawCell, value: object) -> bool:
    """Whether a peer shows what we read; xlrd shows days and booleans as numbers."""
    mine = cell.value
    if isinstance(mine, datetime):
        if isinstance(value, datetime):
            return abs(mine - value) < timedelta(seconds=1)
        if isinstance(value, date):
            return mine.date() == value
        days = (mine - datetime(1899, 12, 30)) / timedelta(days=1)
        return isinstance(value, float) and math.isclose(days, value)
    if isinstance(mine, Decimal):
        return isinstance(value, (int, float)) and float(mine) == value
    if isinstance(mine, bool):
        return value == mine
    return cell.kind in (CellKind.ERROR, CellKind.UNCACHED) or mine.strip() == str(value).strip()


CASES = [
    pytest.param(path, read, id=f"{name}-{path.parent.name}-{path.name}")
    for name, (read, suffixes) in PEERS.items()
    for path in CHOSEN
    if path.suffix in suffixes
]


@pytest.mark.parametrize(("path", "read"), CASES)
def test_what_the_peers_show_is_read_and_only_what_they_hide_is_more(
    path: Path, read: Callable[[Path], Iterator[tuple[Place, object]]]
) -> None:
    cells = ours(path)
    shown = {place: value for place, value in read(path) if value not in (None, "")}
    assert {p: v for p, v in shown.items() if p not in cells and str(v).strip()} == {}
    assert {
        p: (cells[p], v) for p, v in shown.items() if p in cells and not same(cells[p], v)
    } == {}
    hidden = {place: cell for place, cell in cells.items() if place not in shown}
    assert {
        place: cell
        for place, cell in hidden.items()
        if cell.kind not in (CellKind.ERROR, CellKind.UNCACHED) and cell.shown().strip()
    } == {}


def test_returns_of_several_formats_are_compared() -> None:
    assert {path.suffix for path in CHOSEN} >= {".xlsx", ".xls", ".ods"}
