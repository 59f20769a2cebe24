"""The summary workbook to find one's way in and to print: index, annexes, trends, marks."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from consolidate_cases import Cell, form, number, programme, ratio, words
from summary_cases import came, summary

from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.trend import trends
from toolkit.programme.model import FormKind, Unit
from toolkit.report.summary.book import write_summary
from toolkit.report.summary.index_sheet import numbered

LONG = "Phối hợp tuyên truyền, vận động Nhân dân chấp hành chủ trương của Đảng. " * 4
FORMS = (
    form(number("plan"), number("done"), ratio("rate", "done", "plan"), words("said")),
    replace(form(number("x"), kind=FormKind.OPEN, code="L", name="Biểu L", source="")),
)


def book_of(folder: Path, period: str, units: int = 3, name: str = "tong-hop.xlsx") -> Path:
    given = tuple(Unit(f"U{n}", f"Quận {n}", f"Q{n}", "quận", order=n) for n in range(units))
    forms = (
        FORMS[0],
        replace(FORMS[1], fields=tuple(replace(f, form="L") for f in FORMS[1].fields)),
    )
    made = programme(*forms, units=given)
    details = []
    for place, unit in enumerate(given):
        for quarter, count in (("Q1", 2), ("Q2", 5), ("Q3", 4)):
            if (place, quarter) == (1, "Q2"):
                continue
            cells: dict[tuple[str, str, str], Cell] = {
                ("F", "I", "plan"): 10 if place else 0,
                ("F", "I", "done"): count if place else 0,
                ("F", "I", "rate"): None,
                ("F", "I", "said"): f"{LONG}{quarter}",
                ("L", "1", "x"): count,
            }
            details.append(came(unit.code, quarter, cells))
    one = made.period(period)
    consolidation = consolidate(made, one, details)
    target = folder / name
    write_summary(consolidation, (), (), target, trends=trends(consolidation, details))
    return target


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return book_of(tmp_path_factory.mktemp("year"), "Y")


def sheets_xml(book: Path) -> dict[str, str]:
    names = openpyxl.load_workbook(book).sheetnames
    with zipfile.ZipFile(book) as archive:
        return {
            name: archive.read(f"xl/worksheets/sheet{place}.xml").decode()
            for place, name in enumerate(names, 1)
        }


def test_the_index_groups_the_sheets_and_numbers_the_annexes(year: Path) -> None:
    sheet = openpyxl.load_workbook(year)["Mục lục"]
    rows = [[c.value or "" for c in row] for row in sheet.iter_rows(min_row=6, max_col=3)]
    groups = [row[0] for row in rows if isinstance(row[0], str) and row[0]]
    assert groups == ["Kết quả chung", "Theo từng đơn vị, từng cấp", "Kiểm tra, truy nguồn"]
    annexes = {row[1]: row[2] for row in rows if row[2]}
    assert annexes == {
        "F Biểu F": "Phụ lục I",
        "L Biểu L": "Phụ lục II",
        "L danh sách": "Phụ lục III",
        "Diễn biến": "Phụ lục IV",
    }
    assert [int(row[0]) for row in rows if isinstance(row[0], int)] == list(
        range(1, len(openpyxl.load_workbook(year).sheetnames))
    )


def test_an_annex_prints_its_number_and_has_a_place_to_sign(year: Path) -> None:
    book = openpyxl.load_workbook(year)
    for sheet in book:
        header = sheet.oddHeader
        annex = "Phụ lục" in str(header.right.text)
        assert str(header.left.text).strip() == f"Năm 2024 - {sheet.title}"
        said = {cell.value for row in sheet.iter_rows() for cell in row}
        assert ("NGƯỜI LẬP BIỂU" in said and "THỦ TRƯỞNG CƠ QUAN" in said) == annex, sheet.title
    assert "Phụ lục I" in book["F Biểu F"].oddHeader.right.text
    assert not book["Chi tiết"].oddHeader.right.text


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def annexes_in_the_index(book: openpyxl.Workbook) -> dict[str, str]:
    rows = book["Mục lục"].iter_rows(min_row=6, max_col=3, values_only=True)
    return {str(name): str(annex) for _, name, annex in rows if annex}


def compared_book(folder: Path) -> Path:
    """Two levels, two periods, duplicates, a target: nearly every sheet there is."""
    units = [
        Unit("C", "Cụm", "Cụm", "cụm"),
        Unit("D", "Cụm hai", "Cụm hai", "cụm"),
        *(Unit(c, f"Quận {c}", c, "quận", up) for c, up in (("A", "C"), ("B", "C"), ("E", "D"))),
    ]
    listed = replace(FORMS[1], fields=(replace(words("ten"), form="L"),), unit_types=("quận",))
    made = programme(replace(FORMS[0], unit_types=("quận",)), listed, units=units)
    details = [
        came(
            unit,
            quarter,
            {
                ("F", "I", "plan"): 10,
                ("F", "I", "done"): count,
                ("F", "I", "rate"): None,
                ("L", "1", "ten"): "Tuyến đường xanh sạch đẹp",
            },
        )
        for unit in "ABE"
        for quarter, count in (("Q1", 2), ("Q2", 5))
    ]
    return summary(made, "Q2", details, folder, compared=True).path


@pytest.mark.parametrize("make", [lambda f: book_of(f, "Y"), compared_book])
def test_each_annex_says_its_number_and_numbers_its_columns(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(make(tmp_path))
    listed = annexes_in_the_index(book)
    assert len(listed) > 3
    assert [*listed.values()] == [f"Phụ lục {n}" for n in ROMAN[: len(listed)]]
    tabs = [name for name in book.sheetnames if name in listed]
    assert tabs == [*listed]  # printed and listed in the same order
    for sheet in book:
        top = [str(row[0]) for row in sheet.iter_rows(max_row=2, max_col=1, values_only=True)]
        own = [words.split("\n")[0] for words in top if words.startswith("Phụ lục")]
        assert own == ([listed[sheet.title]] if sheet.title in listed else []), sheet.title
        rows = list(sheet.iter_rows(values_only=True))
        numbered = [[str(c) for c in row if c] for row in rows if row[:2] == ("A", "B")]
        if sheet.title not in listed:
            assert not numbered or sheet.title.endswith("theo kỳ"), sheet.title
            continue
        assert numbered, sheet.title
        for row in numbered:
            figures = [said.split("=")[0] for said in row if said[0] == "("]
            assert figures == [f"({n})" for n in range(1, len(figures) + 1)], sheet.title


def test_the_numbers_of_a_comparison_tell_what_is_worked_out_of_what(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(compared_book(tmp_path))["So sánh"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "A"]
    assert [said for said in rows[0] if said] == [
        *("A", "B", "C", "D", "(1)", "(2)", "(3)=(1)-(2)", "(4)=(3)/(2)", "(5)"),
        *("(6)", "(7)", "(8)=(6)-(7)", "(9)=(8)/(7)"),
    ]


def test_a_list_for_pivot_tables_has_its_rows_right_below_the_headings(year: Path) -> None:
    book = openpyxl.load_workbook(year)
    assert book["Chi tiết"].auto_filter.ref.startswith("A4:")
    assert book["Chi tiết"]["A5"].value == "Quý 1/2024"
    assert book["L danh sách"].auto_filter.ref.startswith("A5:")
    assert book["L danh sách"].print_title_rows == "$4:$5"


def test_annex_numbers_are_roman() -> None:
    entries = numbered([(str(n), "form", "") for n in range(1, 50)])
    assert [entries[n - 1].annex for n in (1, 4, 9, 14, 40, 49)] == [
        *("I", "IV", "IX", "XIV", "XL", "XLIX")
    ]


def test_each_period_has_its_total_and_a_small_chart(year: Path) -> None:
    sheet = openpyxl.load_workbook(year)["Diễn biến"]
    rows = {row[2].value: row for row in sheet.iter_rows(min_row=7) if row[2].value}
    done = rows["done"]
    assert [c.value for c in done[4:7]] == [
        f"=SUM('F theo kỳ'!{column}9:{column}11)" for column in ("G", "H", "I")
    ]
    values = openpyxl.load_workbook(year, data_only=True)["Diễn biến"]
    assert [c.value for c in values[done[0].row][4:8]] == [4, 5, 8, None]
    assert done[5].fill.fgColor.rgb == "FFFFF2CC"  # a unit is lacking
    assert done[4].fill.fgColor.rgb != "FFFFF2CC"
    assert done[7].fill.fgColor.rgb == "FFD9D9D9"  # nothing at all: no 0, and no word in the line
    made = sheets_xml(year)
    areas = re.findall(r"<xm:f>([^<]*)</xm:f>", made["Diễn biến"])
    assert f"'Diễn biến'!E{done[0].row}:H{done[0].row}" in areas
    assert len(areas) == len(rows)
    assert "sparkline" in made["Tổng quan"]
    assert 'type="column"' in made["Diễn biến"]  # of lines LibreOffice prints nothing


def test_one_period_has_no_trend(tmp_path: Path) -> None:
    book = book_of(tmp_path, "Q1")
    assert "Diễn biến" not in openpyxl.load_workbook(book).sheetnames
    assert "sparkline" not in sheets_xml(book)["Tổng quan"]


def test_the_legend_tells_the_marks_by_symbol_word_and_colour(year: Path) -> None:
    sheet = openpyxl.load_workbook(year)["Tổng quan"]
    legend = [cell for cell in sheet[6] if cell.value]
    assert [str(cell.value)[0] for cell in legend] == ["●", "▲", "■", "○"]
    assert len({cell.fill.fgColor.rgb for cell in legend}) == 4


def test_a_long_narrative_is_cut_where_another_sheet_has_it_whole(year: Path) -> None:
    book = openpyxl.load_workbook(year)
    shown = [str(c.value) for row in book["F Biểu F"].iter_rows() for c in row if c.value]
    cut = [words for words in shown if words.startswith("Phối hợp")]
    assert len(cut) == 3
    assert all(len(words) < 200 and "xem trang F theo kỳ)" in words for words in cut)
    whole = {str(c.value) for row in book["F theo kỳ"].iter_rows() for c in row}
    details = {str(c.value) for row in book["Chi tiết"].iter_rows() for c in row}
    for quarter in ("Q1", "Q2", "Q3"):
        assert f"{LONG}{quarter}" in whole
        assert f"{LONG}{quarter}" in details


def test_a_rate_over_a_plan_of_nothing_is_told_alike_on_both_sheets(year: Path) -> None:
    book = openpyxl.load_workbook(year)
    for name in ("F Biểu F", "F theo kỳ"):
        row = next(r for r in book[name].iter_rows() if r[1].value == "Quận 0")
        assert "không áp dụng" in {cell.value for cell in row}, name
        assert "để trống" not in {cell.value for cell in row}, name


@pytest.mark.parametrize(("units", "hidden"), [(99, False), (101, True)])
def test_very_many_units_are_folded_away(tmp_path: Path, units: int, hidden: bool) -> None:
    sheet = openpyxl.load_workbook(book_of(tmp_path, "Q1", units))["F Biểu F"]
    assert sheet.row_dimensions[9].outlineLevel == 1
    assert sheet.row_dimensions[9].hidden is hidden
    assert sheet.row_dimensions[8].collapsed is hidden


def test_the_same_returns_give_the_same_bytes(year: Path, tmp_path: Path) -> None:
    assert book_of(tmp_path, "Y").read_bytes() == year.read_bytes()
