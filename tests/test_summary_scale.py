"""Summaries of thousands of units: long lists beside the workbook, units not row by row."""

from __future__ import annotations

import csv
import io
from decimal import Decimal as D
from pathlib import Path

import pytest
from programmes import small_programme
from summary_cases import came, summary
from test_summary import FULL, GAPS

from toolkit.consolidate import narrative
from toolkit.consolidate.consolidate import consolidate
from toolkit.report.summary import lists, names, opinions, spill, twins
from toolkit.report.summary.lookup import figure_at

DETAILS = [came("303", "2024-Q1", FULL), came("305", "2024-Q1", GAPS)]


def lines_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))


# --- lists too long for a sheet ---------------------------------------------------------------


def test_a_list_too_long_for_a_sheet_is_in_a_file_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = summary(small_programme(), "2024-Q1", DETAILS, tmp_path / "a").written["Chi tiết"]
    answers = whole.max_row - 4
    assert whole["A3"].value == "Quý I/2024"
    monkeypatch.setattr(lists, "MOST_ROWS", answers)
    as_many = summary(small_programme(), "2024-Q1", DETAILS, tmp_path / "b").written["Chi tiết"]
    assert as_many.max_row == whole.max_row
    monkeypatch.setattr(lists, "MOST_ROWS", answers - 1)
    book = summary(small_programme(), "2024-Q1", DETAILS, tmp_path / "c")
    none = book.written["Chi tiết"]
    assert f"{answers} dòng" in none["A3"].value
    assert "chi-tiet.csv" in none["A3"].value
    assert not any(cell.value for row in none.iter_rows(min_row=5) for cell in row)
    head, *lines = lines_of(book.path.with_name("chi-tiet.csv"))
    assert head == [*(cell.value for cell in whole[4]), "Bản gốc"]
    shown = [
        ["" if cell.value is None else str(cell.value) for cell in row]
        for row in whole.iter_rows(min_row=5)
    ]
    assert [[D(v) if v.replace(".", "").isdigit() else v for v in line[:6]] for line in lines] == [
        [D(v) if v.replace(".", "").isdigit() else v for v in line[:6]] for line in shown
    ]
    assert [line[7:10] for line in lines] == [line[7:10] for line in shown]
    assert {line[-1] for line in lines} == {d.submission.stored for d in DETAILS}
    # Where the list is short again the file is gone.
    monkeypatch.undo()
    summary(small_programme(), "2024-Q1", DETAILS, tmp_path / "c")
    assert not book.path.with_name("chi-tiet.csv").exists()


def test_a_long_list_goes_on_in_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_ROWS", 1)
    monkeypatch.setattr(spill, "MOST_LINES", 40)
    book = summary(small_programme(), "2024-Q1", DETAILS, tmp_path)
    files = sorted(book.path.parent.glob("chi-tiet*.csv"))
    details = [path for path in files if path.stem.removeprefix("chi-tiet").lstrip("-").isdigit()]
    assert [path.name for path in details] == ["chi-tiet-2.csv"]
    first, second = (lines_of(book.path.with_name(n)) for n in ("chi-tiet.csv", "chi-tiet-2.csv"))
    assert len(first) == 41
    assert first[0] == second[0]
    assert f"{len(first) + len(second) - 2} dòng" in book.written["Chi tiết"]["A3"].value
    models = lines_of(book.path.with_name("chi-tiet-mh-danh-sach.csv"))
    assert len(models) == 5
    assert "4 dòng" in book.written["MH danh sách"]["A3"].value


def test_no_text_of_a_file_beside_is_a_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_ROWS", 1)
    answers = {**FULL, ("MH", "1", "ten"): "=HYPERLINK(1)"}
    book = summary(small_programme(), "2024-Q1", [came("303", "2024-Q1", answers)], tmp_path)
    texts = {cell for line in lines_of(book.path.with_name("chi-tiet.csv")) for cell in line}
    assert "'=HYPERLINK(1)" in texts
    assert not any(text.startswith("=") for text in texts)


# --- too many units ---------------------------------------------------------------------------


def test_totals_stand_without_their_units_where_these_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = [*DETAILS, came("303", "2024-Q2", GAPS)]
    whole = summary(small_programme(), "2024", year, tmp_path / "a")
    monkeypatch.setattr(names, "MOST_UNIT_ROWS", 3)
    bare = summary(small_programme(), "2024", year, tmp_path / "b")
    for sheet in (n for n in bare.written.sheetnames if n.endswith("theo kỳ")):
        pytest.fail(f"{sheet} lists units")
    for form in ("CT", "DT"):
        (name,) = (n for n in bare.written.sheetnames if n.startswith(form) and "danh" not in n)
        with_units, without = whole.rows(name), bare.rows(name)
        units = {unit.name for unit in small_programme().units}
        totals = [row[:6] for row in with_units if row[1] not in units]
        assert [row[:6] for row in without] == totals
        assert len(totals) < len(with_units)
        formulas = [
            str(cell.value)
            for row in bare.written[name].iter_rows(min_row=8)
            for cell in row
            if str(cell.value).startswith("=")
        ]
        assert not any(":" in formula for formula in formulas)  # no area of units


def test_a_cell_is_found_where_units_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    programme = small_programme()
    made = consolidate(programme, programme.period("2024-Q1"), DETAILS)
    monkeypatch.setattr(names, "MOST_UNIT_ROWS", 0)
    sheet = names.name_sheets(made.tables, names.Spoken(programme, "vi")).forms["CT"].form
    rows = [figure_at(made, sheet, row, 2) for row in range(7, 10)]
    assert [one.row for one in rows if one] == ["CT1", "CT2", "CT3"]
    assert all(one and one.unit == "" for one in rows)


# --- opinions and pairs -----------------------------------------------------------------------


def test_very_many_opinions_are_in_a_file_and_not_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opinions, "MOST_PASSAGES", 1)
    monkeypatch.setattr(narrative, "MOST_COMPARED", 1)
    other = {**FULL, ("DT", "kien_nghi", "kien_nghi"): "Mở lớp tập huấn sớm"}
    details = [came("303", "2024-Q1", FULL), came("305", "2024-Q1", other)]
    book = summary(small_programme(), "2024-Q1", details, tmp_path)
    (file,) = book.path.parent.glob("chi-tiet-y-kien*.csv")
    _, *lines = lines_of(file)
    assert [line[1] for line in lines] == ["Mở lớp tập huấn", "Mở lớp tập huấn sớm"]
    sheet = book.written["Ý kiến, kiến nghị"]
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any(file.name in words and "không tìm câu gần giống" in words for words in said)
    assert "Mở lớp tập huấn" not in said


def test_of_very_many_groups_of_duplicates_the_first_are_on_the_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twins, "MOST_GROUPS", 1)
    details = [came(unit, "2024-Q1", FULL) for unit in ("303", "305")]
    book = summary(small_programme(), "2024-Q1", details, tmp_path)
    (file,) = book.path.parent.glob("chi-tiet-nghi*.csv")
    _, *lines = lines_of(file)
    assert [line[0] for line in lines] == ["1.1", "1.2", "2.1", "2.2"]
    assert [line[-1] for line in lines[:2]] == [
        "303-2024-Q1.xlsx, MH, A19",
        "305-2024-Q1.xlsx, MH, A19",
    ]
    sheet = book.written["Nghi đăng ký trùng"]
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert [words for words in said if words[:2] in ("1.", "2.")] == ["1.1", "1.2"]
    assert any("Có 2 nhóm, 4 dòng" in w and "còn 1 nhóm" in w and file.name in w for w in said)
