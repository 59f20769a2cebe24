"""Whose return a file is: the hidden sheet, the cover, the file's name, and their quarrels."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from openpyxl.workbook import Workbook
from programmes import small_programme
from returned import clean_return, opened, saved

from toolkit.intake.identify import How, Identity, identify
from toolkit.intake.model import CellKind, RawCell, RawSheet, RawWorkbook
from toolkit.intake.names import (
    close_units,
    period_in_file_name,
    periods_named,
    units_in_file_name,
    units_named,
)
from toolkit.intake.reader import read_bytes
from toolkit.programme.load import load_folder
from toolkit.programme.model import Programme, Unit
from toolkit.programme.standard import templates_folder

PLAIN = "bao-cao.xlsx"
META = "_baocao"
COVER = "Bìa"


def codes(things: tuple[object, ...]) -> list[str]:
    return [thing.code for thing in things]  # type: ignore[attr-defined]


# --- names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("Quận Lê Chân", "305"),
        ("QUẬN LÊ CHÂN", "305"),
        ("Q. Lê Chân", "305"),
        ("Q.Lê Chân", "305"),
        ("q lê chân", "305"),
        ("Lê Chân", "305"),
        ("  Lê \u00a0 Chân ", "305"),
        ("Quận ủy Lê Chân", "305"),
        ("Huyện Thủy Nguyên", "311"),
        ("Huyện Thuỷ Nguyên", "311"),
        ("H. Thuỷ Nguyên", "311"),
        ("H.THỦY NGUYÊN", "311"),
        ("TP. Hải Phòng", "HP"),
        ("305", "305"),
    ],
)
def test_a_unit_is_known_by_all_its_spellings(written: str, unit: str) -> None:
    assert codes(units_named(written, small_programme())) == [unit]


@pytest.mark.parametrize("written", ["", "Lê Trân", "Le Chan", "Huyện Lê Chân", "Quận Lê Chân 2"])
def test_what_is_not_a_units_name_is_none(written: str) -> None:
    assert units_named(written, small_programme()) == ()


@pytest.mark.parametrize(
    ("written", "close"),
    [
        ("Quận Lê Trân", ["305"]),
        ("Lê Chan", ["305"]),
        ("Huyện Thuỷ Nguyen", ["311"]),
        ("Hoàn toàn khác", []),
        ("", []),
    ],
)
def test_a_close_spelling_is_suggested(written: str, close: list[str]) -> None:
    assert codes(close_units(written, small_programme())) == close


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("Quý I/2024", "2024-Q1"),
        ("quý 1", "2024-Q1"),
        ("Quý I", "2024-Q1"),
        ("Q1", "2024-Q1"),
        ("QI", "2024-Q1"),
        ("quí 1", "2024-Q1"),
        ("Q.I", "2024-Q1"),
        ("QUÝ IV NĂM 2024", "2024-Q4"),
        ("Kỳ: quý III - 2024", "2024-Q3"),
        ("Quý I/2024 (từ 01/01/2024 đến 31/03/2024)", "2024-Q1"),
        ("6 tháng đầu năm", "2024-H1"),
        ("6 tháng đầu năm 2024", "2024-H1"),
        ("Năm 2024", "2024"),
        ("2024-Q2", "2024-Q2"),
    ],
)
def test_a_period_is_known_by_all_its_spellings(written: str, period: str) -> None:
    assert codes(periods_named(written, small_programme())) == [period]


@pytest.mark.parametrize("written", ["", "Quý V", "Quý I/2023", "6 tháng cuối năm", "đầu năm"])
def test_what_names_no_period_is_none(written: str) -> None:
    assert periods_named(written, small_programme()) == ()


@pytest.mark.parametrize(
    ("name", "units", "periods"),
    [
        ("305_Quan-Le-Chan_2024-Q1.xlsx", ["305"], ["2024-Q1"]),
        ("305_2024-Q1.xlsx", ["305"], ["2024-Q1"]),
        ("Báo cáo Quận Lê Chân quý I.xlsx", ["305"], ["2024-Q1"]),
        ("BC le chan Q.2.xls", ["305"], ["2024-Q2"]),
        ("Hải Phòng - Hồng Bàng - quy 3.ods", ["303"], ["2024-Q3"]),
        ("305-BC-BDV.xlsx", [], []),
        ("bao-cao 2024.xlsx", [], []),
        ("nop 2024-03-25.xlsx", [], []),
        ("03. Bao cao.xlsx", [], []),
    ],
)
def test_what_the_name_of_a_file_says(name: str, units: list[str], periods: list[str]) -> None:
    assert codes(units_in_file_name(name, small_programme())) == units
    assert codes(period_in_file_name(name, small_programme())) == periods


def test_q1_is_no_quarter_where_there_is_a_district_1() -> None:
    programme = small_programme()
    district = Unit("760", "Quận 1", "Quận 1", "quận")
    saigon = replace(programme, units=(*programme.units, district))
    assert period_in_file_name("Bao cao Q1.xlsx", saigon) == ()
    assert codes(period_in_file_name("Bao cao quy 1.xlsx", saigon)) == ["2024-Q1"]
    assert codes(units_named("Q.1", saigon)) == ["760"]


# --- files --------------------------------------------------------------------------------


def told(data: bytes, name: str = PLAIN, programme: Programme | None = None) -> Identity:
    programme = programme or small_programme()
    return identify(read_bytes(data, name), programme, name)


def said(identity: Identity) -> list[tuple[str, str, str]]:
    return [(f.code, f.address.sheet, f.address.cell) for f in identity.findings]


Change = Callable[[Workbook], None]


def put(sheet: str, **cells: object) -> Change:
    def change(book: Workbook) -> None:
        for cell, value in cells.items():
            book[sheet][cell].value = value

    return change


def remove(*sheets: str) -> Change:
    def change(book: Workbook) -> None:
        for sheet in sheets:
            book.remove(book[sheet])

    return change


def changed(*changes: Change) -> bytes:
    book = opened(clean_return())
    for change in changes:
        change(book)
    return saved(book)


@cache
def without_hidden_sheet() -> bytes:
    return changed(remove(META))


def test_a_clean_return_is_known_by_its_hidden_sheet() -> None:
    identity = told(clean_return(), "305_Quan-Le-Chan_2024-Q1.xlsx")
    assert identity.unit is not None
    assert identity.period is not None
    assert (identity.unit.code, identity.period.code) == ("305", "2024-Q1")
    assert identity.how is How.HIDDEN_SHEET
    assert identity.fingerprint == small_programme().fingerprint
    assert identity.issue == "1"
    assert identity.findings == ()


@pytest.mark.parametrize(
    ("changes", "name", "expected"),
    [
        ([put(META, B3="KHAC-2024")], PLAIN, [("identify.other_programme", META, "")]),
        ([put(META, B5="999")], PLAIN, [("identify.unknown_unit", META, "")]),
        ([put(META, B6="2023-Q1")], PLAIN, [("identify.unknown_period", META, "")]),
        ([put(COVER, D10="Quận Hồng Bàng")], PLAIN, [("identify.cover_unit", COVER, "D10")]),
        ([put(COVER, D10="Q. HỒNG BÀNG")], PLAIN, [("identify.cover_unit", COVER, "D10")]),
        ([put(COVER, D11="Quý II/2024")], PLAIN, [("identify.cover_period", COVER, "D11")]),
        ([put(COVER, D11="quý 2")], PLAIN, [("identify.cover_period", COVER, "D11")]),
        (
            [put(COVER, D10="Hồng Bàng", D11="Q2")],
            PLAIN,
            [("identify.cover_unit", COVER, "D10"), ("identify.cover_period", COVER, "D11")],
        ),
        ([], "Quan Hong Bang.xlsx", [("identify.file_name_unit", "", "")]),
        ([], "303_2024-Q1.xlsx", [("identify.file_name_unit", "", "")]),
        ([], "Le Chan quy 2.xlsx", [("identify.file_name_period", "", "")]),
        ([put(META, B5="HP", B6="2024-H1"), put(COVER, D10="Hải Phòng", D11="2024-H1")], PLAIN,
         [("identify.not_asked", META, "")]),
        ([remove(META), put(COVER, D10="Quận Lê Trân")], PLAIN,
         [("identify.unit_suggestion", COVER, "D10")]),
        ([remove(META), put(COVER, D10="Sở Y tế")], PLAIN, [("identify.no_unit", COVER, "D10")]),
        ([remove(META), put(COVER, D11="đầu năm")], PLAIN, [("identify.no_period", COVER, "D11")]),
        ([remove(META)], "Quan Hong Bang.xlsx", [("identify.file_name_unit", "", "")]),
    ],
)  # fmt: skip
def test_where_the_sources_quarrel_the_return_belongs_to_nobody(
    changes: list[Change], name: str, expected: list[tuple[str, str, str]]
) -> None:
    identity = told(changed(*changes), name)
    assert not identity.known
    assert identity.unit is None
    assert identity.period is None
    assert said(identity) == expected


@pytest.mark.parametrize(
    "changes",
    [
        [put(COVER, D10="Quận ủy Lê Chân")],
        [put(COVER, D10="Ban Dân vận (Đ/c Hà phụ trách)")],
        [put(COVER, D10=None, D11=None)],
        [put(COVER, D11="Quý 1 năm 2024")],
        [remove(COVER)],
    ],
)
def test_a_cover_that_names_nobody_else_is_no_contradiction(changes: list[Change]) -> None:
    identity = told(changed(*changes))
    assert identity.known
    assert identity.findings == ()


def test_without_the_hidden_sheet_the_cover_decides() -> None:
    identity = told(without_hidden_sheet())
    assert identity.unit is not None
    assert identity.unit.code == "305"
    assert identity.how is How.COVER
    assert said(identity) == [("identify.by_cover", COVER, "")]


def test_the_label_finds_the_unit_on_a_cover_with_rows_inserted() -> None:
    book = opened(without_hidden_sheet())
    for area in list(book[COVER].merged_cells.ranges):
        book[COVER].unmerge_cells(str(area))
    book[COVER].insert_rows(3, amount=2)
    identity = told(saved(book))
    assert identity.known
    assert identity.how is How.COVER


@pytest.mark.parametrize(
    ("sheets", "name", "how"),
    [
        ((META, COVER), PLAIN, How.COVER),  # by the line under the forms' titles
        ((META,), "305_2024-Q1.xlsx", How.COVER),
    ],
)
def test_with_less_and_less_left(sheets: tuple[str, ...], name: str, how: How) -> None:
    identity = told(changed(remove(*sheets)), name)
    assert identity.known
    assert identity.how is how


def test_two_units_in_one_file_are_not_guessed() -> None:
    book = opened(changed(remove(META, COVER)))
    form = book.worksheets[1]
    form["B5"].value = "Đơn vị báo cáo: Quận Hồng Bàng  –  Kỳ báo cáo: Quý I/2024"
    identity = told(saved(book))
    assert not identity.known
    assert [f.code for f in identity.findings] == ["identify.unit_ambiguous"]


def test_the_name_of_the_file_is_the_last_resort_and_a_warning() -> None:
    book = opened(changed(remove(META, COVER)))
    for form in book.worksheets:
        form["B5"].value = None
    data = saved(book)
    by_name = told(data, "305_Quan-Le-Chan_2024-Q1.xlsx")
    assert by_name.known
    assert by_name.how is How.FILE_NAME
    assert [f.code for f in by_name.findings] == ["identify.by_file_name"]
    nameless = told(data)
    assert not nameless.known
    assert [f.code for f in nameless.findings] == ["identify.no_unit", "identify.no_period"]


def test_a_workbook_without_any_of_our_forms() -> None:
    book = Workbook()
    book.worksheets[0]["A1"].value = "Danh sách cán bộ"
    identity = told(saved(book), "305_Quan-Le-Chan_2024-Q1.xlsx")
    assert said(identity) == [("identify.not_a_return", "", "")]


def test_an_older_template_is_taken_with_a_note() -> None:
    newer = replace(small_programme(), fingerprint="0" * 64)
    identity = told(clean_return(), PLAIN, newer)
    assert identity.known
    assert said(identity) == [("template.older_version", META, "")]
    assert identity.fingerprint == small_programme().fingerprint


def test_of_two_lives_of_a_unit_the_one_of_the_period_is_meant() -> None:
    programme = small_programme()
    old = Unit("911", "Huyện Lê Chân", "Lê Chân", "huyện", valid_to=date(2020, 1, 1))
    both = replace(programme, units=(*programme.units, old))
    data = changed(remove(META), put(COVER, D10="Lê Chân"))
    identity = told(data, PLAIN, both)
    assert identity.unit is not None
    assert identity.unit.code == "305"


def test_of_two_living_units_of_one_name_none_is_guessed() -> None:
    programme = small_programme()
    other = Unit("911", "Huyện Lê Chân", "Lê Chân", "huyện")
    both = replace(programme, units=(*programme.units, other))
    identity = told(changed(remove(META), put(COVER, D10="Lê Chân")), PLAIN, both)
    assert said(identity) == [("identify.unit_ambiguous", COVER, "D10")]


@pytest.mark.parametrize(
    ("programme", "name", "periods"),
    [
        ("phoi-hop-2024", "Kế hoạch phối hợp năm 2024 của quận, huyện - Lê Chân.xlsx", ["2024-KH"]),
        (
            "phoi-hop-2024",
            "305-DV ke hoach phoi hop nam 2024 cua quan huyen.xlsx",
            ["2024-KH"],
        ),
        ("phoi-hop-2024", "Kế hoạch phối hợp năm 2024 - Lê Chân.xlsx", ["2024", "2024-KH"]),
        ("phoi-hop-2024", "Báo cáo phối hợp quý I năm 2024.xlsx", ["2024-Q1"]),
        ("cong-tac-nam", "Báo cáo 3 tháng đầu năm 2023 - Văn phòng.xlsx", ["2023-3M"]),
        ("cong-tac-nam", "BC 6 thang dau nam 2023.xlsx", ["2023-6M"]),
        ("cong-tac-nam", "Báo cáo năm 2023 - Văn phòng.xlsx", ["2023", "2023-3M"]),
    ],
)
def test_a_period_with_the_year_in_its_name(programme: str, name: str, periods: list[str]) -> None:
    """``năm 2024`` is in the name of the plan's period too: no contradiction with it."""
    loaded = load_folder(templates_folder() / programme)
    assert sorted(codes(period_in_file_name(name, loaded))) == periods


def test_one_long_text_in_thousands_of_cells_costs_one() -> None:
    """A hostile file of 50 KB: judging it took minutes."""
    long = "ă" * 200_000
    cells = {(row, 1): RawCell(CellKind.TEXT, long) for row in range(1, 5_001)}
    book = RawWorkbook("a.xlsx", "", "xlsx", (RawSheet("Trang 1", cells),))
    started = time.process_time()
    assert identify(book, small_programme(), "a.xlsx").how is How.NOT
    assert time.process_time() - started < 5
