"""The quick way and openpyxl give the same tables, or the quick way gives none."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from toolkit.places import column_letters, place_of
from toolkit.programme.odd_sheets import read_with_openpyxl
from toolkit.programme.plain_sheets import PlainCell, read_plainly
from toolkit.programme.read import read_workbook

ROOT = Path(__file__).parent.parent
STANDARD = sorted(ROOT.glob("workbook_templates/*.xlsx"))
SAMPLES = sorted(ROOT.glob("samples/*/chuong-trinh.xlsx"))


def every(title: str) -> bool:
    del title
    return True


@pytest.mark.parametrize("path", STANDARD, ids=lambda p: p.stem)
def test_every_standard_programme_is_read_alike(path: Path) -> None:
    quick = read_plainly(path, every)
    assert quick is not None
    assert quick == read_with_openpyxl(path, every)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.parent.name)
def test_every_sample_is_read_the_quick_way(path: Path) -> None:
    assert read_plainly(path, every)


def by_openpyxl(fill: Callable[[Any], None]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        book = openpyxl.Workbook()
        fill(book.active)
        book.save(path)

    return make


def values(sheet: Any) -> None:
    sheet.append(["Chữ", 305, 1.5, -2, True, 1e21, "  cách  ", "_x000D_", "'+1"])
    sheet.append([date(2024, 2, 29), datetime(2024, 1, 1), 0.4, 45000, 12])
    sheet["C2"].number_format = "0%"
    sheet["D2"].number_format = "dd/mm/yyyy"
    sheet["E2"].number_format = '#,##0 "đồng"'
    sheet["A4"] = "#DIV/0!"
    sheet["A4"].data_type = "e"


def merged(sheet: Any) -> None:
    for place in ("A1", "B1", "A2", "B2", "D4"):
        sheet[place] = place
    sheet.merge_cells("A1:B2")
    sheet.merge_cells("D3:D5")


def moments(sheet: Any) -> None:
    sheet.append([datetime(2024, 2, 29, 13, 5)])


def times(sheet: Any) -> None:
    sheet.append([time(13, 5)])


def early(sheet: Any) -> None:
    sheet.append([date(1900, 1, 5)])


def formula(sheet: Any) -> None:
    sheet.append([1, "=A1+1"])


def linked(sheet: Any) -> None:
    sheet["A1"] = "thư"
    sheet["A1"].hyperlink = "mailto:ban@example.vn"


def far(sheet: Any) -> None:
    sheet.cell(60_000, 1, "xa")


def formatted(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Bảng")
        bold = book.add_format({"bold": True})
        sheet.write_rich_string("A1", "một ", bold, "hai", " ba")
        sheet.write_formula("A2", "=1+1", None, 2)
        sheet.write_formula("A3", '="a"&"b"', None, "ab")
        sheet.write_formula("A4", "=1/0", None, "#DIV/0!")
        sheet.write_boolean("A5", False)
        sheet.write_blank("C9", None, bold)
        sheet.write_number("A6", 0.25, book.add_format({"num_format": "0.0%;[Red]-0.0%"}))
        book.add_worksheet("Trống")


QUICK = {
    "values": by_openpyxl(values),
    "merged": by_openpyxl(merged),
    "linked": by_openpyxl(linked),
    "formula": by_openpyxl(formula),
    "formatted": formatted,
}
LEFT = {
    "moments": by_openpyxl(moments),
    "times": by_openpyxl(times),
    "early": by_openpyxl(early),
    "far": by_openpyxl(far),
}


@pytest.mark.parametrize("kind", QUICK)
def test_what_is_read_quickly_is_read_alike(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    QUICK[kind](path)
    quick = read_plainly(path, every)
    assert quick is not None
    assert quick == read_with_openpyxl(path, every)
    assert quick[0].cells


@pytest.mark.parametrize("kind", LEFT)
def test_what_is_unusual_is_left_to_openpyxl(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    LEFT[kind](path)
    assert read_plainly(path, every) is None
    assert read_with_openpyxl(path, every)


@pytest.mark.parametrize(
    ("kind", "part", "before", "after"),
    [
        ("values", "xl/workbook.xml", b"<workbookPr", b'<workbookPr date1904="1"'),
        ("values", "xl/workbook.xml", b"<workbook ", b"<!DOCTYPE a [<!ENTITY b 'c'>]><workbook "),
        ("values", "xl/workbook.xml", b'name="Sheet"', b'name="She/et"'),
        ("values", "xl/worksheets/sheet1.xml", b' r="A1"', b""),
        ("values", "xl/worksheets/sheet1.xml", b't="n"', b't="d"'),
        ("values", "xl/worksheets/sheet1.xml", b"</sheetData>", b""),
        ("values", "xl/workbook.xml", b"spreadsheetml/2006/main", b"spreadsheetml/2006/5/main"),
        ("values", "xl/worksheets/sheet1.xml", b"spreadsheetml/2006/main", b"another"),
        ("values", "xl/worksheets/sheet1.xml", b"<v>45351</v>", b"<v>1E400</v>"),
        ("linked", "xl/worksheets/sheet1.xml", b'ref="A1"', b'ref="B1"'),
        ("formatted", "xl/sharedStrings.xml", b"<si>", b"<sj>"),
        ("formatted", "xl/worksheets/sheet1.xml", b"<v>0</v>", b"<v>99</v>"),
    ],
)
def test_a_damaged_or_foreign_part_is_left_to_openpyxl(
    kind: str, part: str, before: bytes, after: bytes, tmp_path: Path
) -> None:
    path, changed = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    QUICK[kind](path)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                assert before in data
                data = data.replace(before, after)
            new.writestr(name, data)
    assert read_plainly(changed, every) is None


def test_formulas_without_result_and_errors_are_problems(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    QUICK["formula"](path)
    (sheet,) = read_with_openpyxl(path, every)
    assert sheet.cells[1, 2] == PlainCell("=A1+1", problem="uncached")
    book = read_workbook(path)
    assert [cell.problem for cell in book.tables[0].cells.values()] == ["", "cell.uncached"]
    far_off = tmp_path / "b.xlsx"
    LEFT["far"](far_off)
    assert [f.code for f in read_workbook(far_off).findings] == ["programme.sheet.too_large"]


@pytest.mark.parametrize(
    ("name", "place"), [("A1", (1, 1)), ("$C$5", (5, 3)), ("AA10", (10, 27)), ("xfd1", (1, 16384))]
)
def test_cells_by_name(name: str, place: tuple[int, int]) -> None:
    assert place_of(name) == place
    assert column_letters(place[1]) == name.upper().strip("$0123456789").replace("$", "")


@pytest.mark.parametrize("name", ["", "A", "1", "A0", "AAAA1", "A1:B2", "Á1"])
def test_what_is_no_cell(name: str) -> None:
    with pytest.raises(ValueError, match="no cell"):
        place_of(name)
