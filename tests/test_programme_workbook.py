"""The programme workbook: built, read back, re-saved, and what Excel users do to it."""

from __future__ import annotations

import csv
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from programmes import SMALL_PROGRAMME, small_programme

from toolkit.errors import ProgrammeError
from toolkit.programme.build import build_workbook
from toolkit.programme.fingerprint import canonical
from toolkit.programme.load import (
    load,
    load_book,
    load_folder,
    load_folder_with_findings,
    load_with_findings,
)
from toolkit.programme.model import LATER
from toolkit.programme.read import Cell, clean, read_folder
from toolkit.programme.schema import GUIDE_SHEET, SHEETS
from toolkit.programme.standard import templates_folder
from toolkit.programme.write import write_book


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("programme") / "chuong-trinh.xlsx"
    build_workbook(SMALL_PROGRAMME, target)
    return target


def reworked(built: Path, tmp_path: Path, change: Callable[[Workbook], None]) -> Path:
    """The built workbook after someone did something to it."""
    book = openpyxl.load_workbook(built)
    change(book)
    target = tmp_path / "sua.xlsx"
    book.save(target)
    book.close()
    return target


def codes(path: Path) -> list[tuple[str, str]]:
    _, findings = load_with_findings(path)
    return [
        (f.code.removeprefix("programme."), f"{f.address.sheet}!{f.address.cell}") for f in findings
    ]


def test_what_is_built_is_what_was_written(built: Path) -> None:
    programme, findings = load_with_findings(built)
    assert findings == ()
    assert programme == small_programme()
    assert programme is not None
    assert programme.fingerprint == small_programme().fingerprint


def test_two_builds_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    build_workbook(SMALL_PROGRAMME, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == built.read_bytes()


def test_dates_are_dates_and_codes_are_text(built: Path) -> None:
    book = openpyxl.load_workbook(built)
    assert book.sheetnames[0] == GUIDE_SHEET
    assert book.sheetnames[1 : 1 + len(SHEETS)] == [sheet.vi for sheet in SHEETS]
    periods, units, fields = book["Kỳ báo cáo"], book["Đơn vị"], book["Cột"]
    assert periods["D2"].value == datetime(2024, 1, 1)
    assert periods["D2"].number_format == "dd/mm/yyyy"
    assert (periods["A7"].value, periods["A7"].data_type) == ("2024", "s")
    assert (units["A3"].value, units["A3"].number_format) == ("305", "@")
    assert (fields["J7"].value, fields["J7"].number_format) == (1, "0%")
    assert book["Chỉ tiêu"]["B4"].value == "1.10"
    assert {cell.font.name for row in fields["A1:Q5"] for cell in row} == {"Times New Roman"}
    book.close()


def test_every_heading_has_its_note_and_every_keyword_its_list(built: Path) -> None:
    book = openpyxl.load_workbook(built)
    for spec in SHEETS:
        sheet = book[spec.vi]
        listed = {
            str(v.sqref).split(":")[0] for v in sheet.data_validations.dataValidation if v.formula1
        }
        for index, column in enumerate(spec.columns, start=1):
            cell = sheet.cell(1, index)
            assert cell.comment is not None, (spec.vi, column.vi)
            if column.words:
                assert f"{cell.column_letter}2" in listed, (spec.vi, column.vi)
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.freeze_panes is not None
    book.close()


def test_no_text_becomes_a_formula_or_link(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    replace_text(folder / "nhiem-vu.csv", "Tham mưu tổng kết", "=1+1")
    replace_text(folder / "nhiem-vu.csv", "Phối hợp tổng kết", "https://example.vn")
    build_workbook(folder, tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    cells = [c for row in book["Nhiệm vụ"].iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} == {"s"}
    assert not [c for c in cells if c.hyperlink]
    book.close()
    assert load(tmp_path / "x.xlsx") == load_folder(folder)


def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "csv"
    folder.mkdir()
    for path in SMALL_PROGRAMME.glob("*.csv"):
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def replace_text(path: Path, old: str, new: str) -> None:
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new), "utf-8")


@settings(max_examples=examples(6, 60), deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=3, max_size=3))
def test_any_text_comes_back_as_it_went(texts: list[str]) -> None:
    book = read_folder(SMALL_PROGRAMME)
    tasks = next(table for table in book.tables if table.sheet == "Nhiệm vụ")
    # Columns D and E of the sheet Nhiệm vụ: the parts of the two bodies.
    changed = {(row, 4): Cell(clean(text)) for row, text in enumerate(texts, start=2)}
    cells = {**tasks.cells, **{place: cell for place, cell in changed.items() if cell.value}}
    tables = tuple(replace(t, cells=cells) if t is tasks else t for t in book.tables)
    wanted, _ = load_book(replace(book, tables=tables))
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "chuong-trinh.xlsx"
        write_book(replace(book, tables=tables), target)
        assert load(target) == wanted


# --- the same programme, however it is saved ----------------------------------------------


def numbers_for_codes(book: Workbook) -> None:
    book["Đơn vị"]["A3"] = 305
    book["Đơn vị"]["A4"] = 303.0
    book["Kỳ báo cáo"]["A7"] = 2024
    for row in range(2, 11):
        book["Giao chỉ tiêu"].cell(row, 2).value = int(book["Giao chỉ tiêu"].cell(row, 2).value)


def texts_for_numbers(book: Workbook) -> None:
    book["Giao chỉ tiêu"]["C2"] = "9"
    book["Cột"]["J23"] = "1234,5"
    book["Cột"]["J7"] = "100 %"
    book["Chỉ tiêu"]["J3"] = 0.4
    book["Chỉ tiêu"]["J3"].number_format = "0%"
    book["Kỳ báo cáo"]["D2"] = "1/1/2024"
    book["Kỳ báo cáo"]["E2"] = "2024-03-31"


def untidy(book: Workbook) -> None:
    book["Biểu"]["B2"] = "  Tiến độ thực hiện nhiệm vụ \u00a0"
    book["Biểu"]["C2"] = "Dòng cố  định"
    book["Biểu"]["E2"] = "Quận\nHUYỆN"
    book["Đơn vị"]["E3"] = "hp"
    book["Đơn vị"]["A1"] = " MÃ "


def english(book: Workbook) -> None:
    for spec in SHEETS:
        sheet = book[spec.vi]
        for index, column in enumerate(spec.columns, start=1):
            sheet.cell(1, index).value = column.en
        sheet.title = spec.en


def helpers(book: Workbook) -> None:
    book.create_sheet("_nháp")["A1"] = "=1/0"
    book.create_sheet("Hướng dẫn thêm")["A1"] = "ghi chú"
    book["Đơn vị"].row_dimensions[3].hidden = True
    book["Đơn vị"].insert_rows(4, 2)


def columns_moved(book: Workbook) -> None:
    sheet = book["Kỳ báo cáo"]
    for row in sheet.iter_rows(max_row=7):
        values = [cell.value for cell in row]
        formats = [cell.number_format for cell in row]
        for cell, value, shown in zip(row, values[::-1], formats[::-1], strict=True):
            cell.value = value
            cell.number_format = shown


@pytest.mark.parametrize(
    "change", [numbers_for_codes, texts_for_numbers, untidy, english, helpers, columns_moved]
)
def test_the_same_programme(
    built: Path, tmp_path: Path, change: Callable[[Workbook], None]
) -> None:
    programme, findings = load_with_findings(reworked(built, tmp_path, change))
    assert findings == ()
    assert programme is not None
    assert programme.fingerprint == small_programme().fingerprint


def test_another_content_has_another_fingerprint(built: Path, tmp_path: Path) -> None:
    def other_due(book: Workbook) -> None:
        book["Kỳ báo cáo"]["F2"] = datetime(2024, 4, 11)

    changed = load(reworked(built, tmp_path, other_due))
    assert changed.fingerprint != small_programme().fingerprint


@pytest.mark.soffice
def test_saved_by_libreoffice_it_is_the_same(built: Path, tmp_path: Path) -> None:
    subprocess.run(
        [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(tmp_path / "out"),
            str(built),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    programme, findings = load_with_findings(tmp_path / "out" / built.name)
    assert findings == ()
    assert programme is not None
    assert programme.fingerprint == small_programme().fingerprint


# --- cells that say nothing plainly -------------------------------------------------------


def sheet_of(book: Workbook, name: str) -> Worksheet:
    sheet = book[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def with_error(book: Workbook) -> None:
    sheet_of(book, "Biểu")["B2"] = "#REF!"
    sheet_of(book, "Biểu")["B2"].data_type = "e"


def with_formula(book: Workbook) -> None:
    sheet_of(book, "Biểu")["B2"] = '="Tiến độ"'


def with_merged(book: Workbook) -> None:
    sheet_of(book, "Cột").merge_cells("D3:D4")


def with_date_for_number(book: Workbook) -> None:
    sheet_of(book, "Nhiệm vụ")["B2"] = datetime(2024, 1, 1)


@pytest.mark.parametrize(
    ("change", "code", "at"),
    [
        (with_error, "cell.error", "Biểu!B2"),
        (with_formula, "cell.uncached", "Biểu!B2"),
        (with_merged, "cell.merged", "Cột!D3"),
        (with_date_for_number, "text.date", "Nhiệm vụ!B2"),
    ],
)
def test_cells_that_cannot_be_read_plainly(
    built: Path, tmp_path: Path, change: Callable[[Workbook], None], code: str, at: str
) -> None:
    assert codes(reworked(built, tmp_path, change)) == [(code, at)]


# --- files that are no programme ----------------------------------------------------------


def test_files_that_cannot_be_read(built: Path, tmp_path: Path) -> None:
    whole = built.read_bytes()
    files = {
        "file.not_workbook": b"ma,ten\n1,2\n",
        "file.old_excel": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
        "file.encrypted": bytes.fromhex("d0cf11e0a1b11ae1")
        + bytes(600)
        + "EncryptedPackage".encode("utf-16-le"),
    }
    for code, content in files.items():
        path = tmp_path / "chuong-trinh.xlsx"
        path.write_bytes(content)
        assert codes(path) == [(code, "!")], code
    path.write_bytes(whole[: len(whole) // 2])
    assert codes(path) == [("file.not_workbook", "!")]
    assert codes(tmp_path / "khong-co.xlsx") == [("file.missing", "!")]
    with pytest.raises(ProgrammeError) as caught:
        load(tmp_path / "khong-co.xlsx")
    assert [f.code for f in caught.value.findings] == ["programme.file.missing"]


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "chuong-trinh.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "a")
    assert codes(path) == [("file.broken", "!")]


def test_a_csv_that_is_not_utf_8(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "quy-tac.csv").write_bytes("mã,biểu\n".encode("utf-16"))
    programme, findings = load_folder_with_findings(folder)
    assert programme is None
    assert [(f.code, f.address.file) for f in findings] == [
        ("programme.file.encoding", "quy-tac.csv")
    ]


def test_addresses_of_a_folder_name_the_csv(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    replace_text(folder / "cot.csv", "CT,luy_ke", "CTX,luy_ke")
    _, findings = load_folder_with_findings(folder)
    assert ("cot.csv", "Cột", "A12") in {
        (f.address.file, f.address.sheet, f.address.cell) for f in findings
    }


# --- the standard programmes --------------------------------------------------------------


def test_the_csv_of_the_fixture_is_canonical() -> None:
    for path in sorted(SMALL_PROGRAMME.glob("*.csv")):
        rows = list(csv.reader(path.read_text("utf-8").splitlines()))
        assert len({len(row) for row in rows}) == 1, path.name
    assert len(read_folder(SMALL_PROGRAMME).tables) == len(SHEETS)


@pytest.mark.parametrize(
    "folder", sorted(p for p in templates_folder().iterdir() if p.is_dir()), ids=lambda p: p.name
)
def test_a_standard_programme_is_sound_and_its_workbook_up_to_date(
    folder: Path, tmp_path: Path
) -> None:
    programme, findings = load_folder_with_findings(folder)
    assert findings == ()
    build_workbook(folder, tmp_path / "x.xlsx")
    assert load(tmp_path / "x.xlsx") == programme
    # By content, not bytes: another version of xlsxwriter writes other bytes.
    standing = folder.with_suffix(".xlsx")
    assert standing.is_file(), "run: python -m toolkit.programme.build"
    assert load(standing) == programme, "run: python -m toolkit.programme.build"


def test_what_a_programme_does_not_use_leaves_its_fingerprint_alone() -> None:
    @dataclass(frozen=True)
    class Before:
        code: str

    @dataclass(frozen=True)
    class After:
        code: str
        weight: str = field(default="", metadata=LATER)
        parsed: tuple[str, ...] = field(default=(), compare=False)

    assert canonical(After("a", parsed=("x",))) == canonical(Before("a"))
    assert canonical(After("a", "w")) != canonical(Before("a"))
