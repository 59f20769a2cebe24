"""One workbook in every format LibreOffice writes: the same cells at the same addresses."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from reader_kit import by_address

from toolkit.intake.model import CellKind, RawCell, RawWorkbook
from toolkit.intake.reader import read_workbook

pytestmark = pytest.mark.soffice
K = CellKind
D = Decimal

# What stands in the sheet "Biểu 1": address -> (kind, value, formula, percent).
EXPECTED: Mapping[str, tuple[CellKind, object, bool, bool]] = {
    "A1": (K.TEXT, "Tiêu đề gộp ô", False, False),
    "A2": (K.TEXT, "NA", False, False),
    "B2": (K.TEXT, "null", False, False),
    "C2": (K.TEXT, "  có khoảng trắng  ", False, False),
    "D2": (K.TEXT, "dòng 1\ndòng 2", False, False),
    "E2": (K.TEXT, "0123", False, False),
    "F2": (K.TEXT, "#REF! là chữ", False, False),
    "A3": (K.NUMBER, D("0.1"), False, False),
    "B3": (K.NUMBER, D("1234567.89"), False, False),
    "C3": (K.NUMBER, D("0.125"), False, True),
    "D3": (K.NUMBER, D("-42"), False, False),
    "E3": (K.NUMBER, D("0"), False, False),
    "A4": (K.DATE, datetime(2024, 3, 5), False, False),
    "B4": (K.DATE, datetime(2024, 3, 5, 14, 30), False, False),
    "C4": (K.BOOLEAN, True, True, False),  # LibreOffice holds TRUE as the formula =TRUE()
    "D4": (K.BOOLEAN, False, True, False),
    "A5": (K.NUMBER, D("1234567.99"), True, False),
    "B5": (K.NUMBER, D("0.5"), True, True),
    "C5": (K.TEXT, "ab", True, False),
    "D5": (K.TEXT, "", True, False),
    "E5": (K.BOOLEAN, True, True, False),
    "A6": (K.ERROR, "#DIV/0!", True, False),
    "B6": (K.ERROR, "#N/A", True, False),
    "C6": (K.ERROR, "#VALUE!", True, False),
    "D6": (K.ERROR, "#NAME?", True, False),
    "E6": (K.ERROR, "#VALUE!", True, False),  # Err:502 in its own formats
    "A8": (K.NUMBER, D("8"), False, False),  # in a hidden row
    "H10": (K.NUMBER, D("10"), False, False),  # in a hidden column
    "A12": (K.TEXT, "Ban D©n vËn", False, False),
    "A40": (K.NUMBER, D("40"), False, False),
}
FORMATS = {
    "xlsx": "xlsx:Calc MS Excel 2007 XML",
    "xls": "xls:MS Excel 97",
    "ods": "ods",
    "fods": "fods:OpenDocument Spreadsheet Flat XML",
}


def source(path: Path) -> None:
    """The workbook; its formulas have no results, so that LibreOffice computes them all."""
    with xlsxwriter.Workbook(path) as book:
        percent = book.add_format({"num_format": "0.0%"})
        date = book.add_format({"num_format": "dd/mm/yyyy"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        text = book.add_format({"num_format": "@", "text_wrap": True})
        legacy = book.add_format({"font_name": ".VnTime"})
        sheet = book.add_worksheet("Biểu 1")
        sheet.merge_range("A1:C1", "Tiêu đề gộp ô")
        for column, value in enumerate(
            ["NA", "null", "  có khoảng trắng  ", "dòng 1\ndòng 2", "0123", "#REF! là chữ"]
        ):
            sheet.write_string(1, column, value, text)
        sheet.write_number("A3", 0.1)
        sheet.write_number("B3", 1234567.89)
        sheet.write_number("C3", 0.125, percent)
        sheet.write_number("D3", -42)
        sheet.write_number("E3", 0)
        sheet.write_datetime("A4", datetime(2024, 3, 5), date)
        sheet.write_datetime("B4", datetime(2024, 3, 5, 14, 30), moment)
        sheet.write_boolean("C4", True)
        sheet.write_boolean("D4", False)
        sheet.write_formula("A5", "=A3+B3", None, "")
        sheet.write_formula("B5", "=1/2", percent, "")
        sheet.write_formula("C5", '="a"&"b"', None, "")
        sheet.write_formula("D5", '=IF(A3>0,"","x")', None, "")
        sheet.write_formula("E5", "=A3>0", None, "")
        sheet.write_formula("A6", "=1/0", None, "")
        sheet.write_formula("B6", "=NA()", None, "")
        sheet.write_formula("C6", '="a"+1', None, "")
        sheet.write_formula("D6", "=KHONGCO()", None, "")
        sheet.write_formula("E6", "=SQRT(-1)", None, "")
        sheet.write_number("A8", 8)
        sheet.set_row(7, None, None, {"hidden": True})
        sheet.write_number("H10", 10)
        sheet.set_column("H:H", None, None, {"hidden": True})
        sheet.write_string("A12", "Ban D©n vËn", legacy)
        sheet.write_comment("A12", "ghi chú không phải dữ liệu")
        for row in range(12, 39):
            sheet.write_blank(row, 0, None, percent)
        sheet.write_number("A40", 40)
        hidden = book.add_worksheet("Ẩn")
        hidden.write_number("B2", 5)
        hidden.hide()
        book.add_worksheet("Trống")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RawWorkbook]:
    """The workbook as XlsxWriter wrote it and as LibreOffice saved it in each format."""
    folder = tmp_path_factory.mktemp("soffice")
    source(folder / "bieu.xlsx")
    for kind in FORMATS.values():
        target = ["--convert-to", kind, "--outdir", f"{folder}/out", f"{folder}/bieu.xlsx"]
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", *target],
            check=True,
            capture_output=True,
            timeout=120,
        )
    return {kind: read_workbook(folder / "out" / f"bieu.{kind}") for kind in FORMATS}


@pytest.mark.parametrize("kind", FORMATS)
def test_same_cells_at_the_same_addresses(kind: str, books: dict[str, RawWorkbook]) -> None:
    cells = by_address(books[kind])
    found = {a: (c.kind, c.value, c.formula, c.percent) for a, c in cells.items()}
    expected = dict(EXPECTED)
    if kind in ("ods", "fods"):
        expected["E6"] = (K.ERROR, "Err:502", True, False)
    assert found == expected
    assert books[kind].notes == ()


@pytest.mark.parametrize("kind", FORMATS)
def test_same_structure(kind: str, books: dict[str, RawWorkbook]) -> None:
    book = books[kind]
    assert book.format == ("ods" if kind == "fods" else kind)
    assert [(s.name, s.visible) for s in book.sheets] == [
        ("Biểu 1", True),
        ("Ẩn", False),
        ("Trống", True),
    ]
    first, hidden, empty = book.sheets
    assert first.merged == ((1, 1, 1, 3),)
    assert first.hidden_rows == {8}
    assert first.hidden_columns == {8}
    assert hidden.cells == {(2, 2): RawCell(K.NUMBER, D(5), False, False)}
    assert empty.cells == {}


@pytest.mark.parametrize("kind", FORMATS)
def test_the_legacy_font_is_told(kind: str, books: dict[str, RawWorkbook]) -> None:
    cells = by_address(books[kind])
    assert cells["A12"].font == ".VnTime"
    assert cells["A2"].font not in ("", ".VnTime")
    assert cells["A3"].font == ""


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_when_it_was_saved(kind: str, books: dict[str, RawWorkbook]) -> None:
    modified = books[kind].modified
    assert modified is not None
    assert modified.tzinfo is not None
    assert modified.year >= 2024
