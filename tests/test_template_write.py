"""The written template, as Excel and LibreOffice will find it."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from effort import examples
from hypothesis import given, settings
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from template_cases import LONG_TASK, programme, ratio, sheets

from toolkit.errors import ToolkitError
from toolkit.messages import catalogue
from toolkit.places import column_letters
from toolkit.programme.language.tree import CountRows, Expression, Prev, UnitValue
from toolkit.programme.load import load_folder
from toolkit.programme.model import Aggregation, Field, FieldType, Item, Profile, Programme
from toolkit.template.layout import SheetLayout, SlotKind, WorkbookLayout, layout
from toolkit.template.metrics import line_count, text_width
from toolkit.template.prefill import prefilled
from toolkit.template.sizes import height_of, sizes
from toolkit.template.validation import _cut, validation
from toolkit.template.write import write


def laid_out(whole: Programme | None = None, unit: str = "305") -> WorkbookLayout:
    whole = whole or programme()
    return layout(whole, whole.unit(unit), whole.period("2024-Q1"))


def written(workbook: WorkbookLayout, lang: str = "vi") -> bytes:
    target = io.BytesIO()
    write(workbook, target, lang)
    return target.getvalue()


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


@pytest.fixture(scope="module")
def workbook() -> WorkbookLayout:
    return laid_out()


@pytest.fixture(scope="module")
def content(workbook: WorkbookLayout) -> bytes:
    return written(workbook)


@pytest.fixture
def book(content: bytes) -> Workbook:
    return opened(content)


def test_two_runs_give_identical_bytes(content: bytes, tmp_path: Path) -> None:
    assert written(laid_out()) == content
    write(laid_out(), tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == content


def test_units_and_periods_differ(content: bytes) -> None:
    assert written(laid_out(unit="311")) != content


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ToolkitError) as caught:
        write(laid_out(), tmp_path / "missing" / "a.xlsx")
    assert caught.value.key == "template.not_written"


def test_sheets_and_their_visibility(book: Workbook, workbook: WorkbookLayout) -> None:
    assert book.sheetnames == ["Bìa", *(s.sheet for s in workbook.sheets), "_baocao", "_kiemtra"]
    assert [sheet.sheet_state for sheet in book] == ["visible"] * 5 + ["veryHidden"] * 2
    assert book.active.title == "Bìa"


def test_meta_sheet(book: Workbook, workbook: WorkbookLayout) -> None:
    rows = [tuple(c.value for c in row) for row in book["_baocao"][f"A1:B{len(workbook.meta)}"]]
    assert rows == list(workbook.meta)
    assert all(isinstance(value, str) for row in rows for value in row)


def test_cover_cells_that_the_intake_reads(book: Workbook, workbook: WorkbookLayout) -> None:
    cover = workbook.cover
    sheet = book[cover.sheet]
    assert sheet.cell(*cover.unit).value == "Quận Lê Chân"
    assert sheet.cell(*cover.period).value == "Quý I/2024"
    assert sheet.cell(*cover.programme).value == workbook.programme.name


@pytest.mark.parametrize(
    ("profile", "right"),
    [
        (Profile.PARTY, ["ĐẢNG CỘNG SẢN VIỆT NAM", None]),
        (Profile.STATE, ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]),
    ],
)
def test_head_of_the_cover(profile: Profile, right: list[str | None]) -> None:
    sheet = opened(written(laid_out(programme(profile))))["Bìa"]
    assert [sheet.cell(row, 5).value for row in (2, 3)] == right
    assert [sheet.cell(row, 2).value for row in (2, 3, 4)] == [
        "THÀNH ỦY HẢI PHÒNG",
        "BAN DÂN VẬN THÀNH ỦY",
        "BỘ CHỈ HUY QUÂN SỰ THÀNH PHỐ",
    ]


def test_contents_link_to_every_form(book: Workbook, workbook: WorkbookLayout) -> None:
    links = {c.hyperlink.location: c.value for row in book["Bìa"] for c in row if c.hyperlink}
    assert links == {f"'{s.sheet}'!B{s.title_row}": s.form.name for s in workbook.sheets}


def test_row_1_and_column_a_are_hidden_and_hold_the_marks(
    book: Workbook, workbook: WorkbookLayout
) -> None:
    for form in workbook.sheets:
        sheet = book[form.sheet]
        assert sheet.row_dimensions[1].hidden
        assert sheet.column_dimensions["A"].hidden
        found = {
            (cell.row, cell.column): cell.value
            for row in sheet
            for cell in row
            if cell.value is not None and (cell.row == 1 or cell.column == 1)
        }
        assert found == {(row, column): mark for row, column, mark in form.marks()}


def test_headings_and_column_numbers(book: Workbook, workbook: WorkbookLayout) -> None:
    for form in workbook.sheets:
        sheet = book[form.sheet]
        merged = {str(area) for area in sheet.merged_cells.ranges}
        for h in form.headings:
            assert sheet.cell(h.row, h.column).value == h.text
            if (h.row, h.column) != (h.last_row, h.last_column):
                corners = (get_column_letter(h.column), get_column_letter(h.last_column))
                assert f"{corners[0]}{h.row}:{corners[1]}{h.last_row}" in merged
        labels = [
            sheet.cell(form.number_row, column).value
            for column in range(form.number_column, form.last_column + 1)
        ]
        assert labels == list(form.number_labels)


def test_unlocked_cells_are_the_input_cells_and_no_other(
    book: Workbook, workbook: WorkbookLayout
) -> None:
    inputs = {
        (form.sheet, slot.row, slot.column)
        for form in workbook.sheets
        for slot in form.slots()
        if slot.kind is SlotKind.INPUT
    }
    unlocked = {
        (sheet.title, cell.row, cell.column)
        for sheet in book
        for row in sheet.iter_rows(max_row=120, max_col=40)
        for cell in row
        if not cell.protection.locked
    }
    assert unlocked == inputs
    for sheet, row, column in inputs:
        assert book[sheet].cell(row, column).value is None
        assert book[sheet].cell(row, column).fill.fgColor.rgb == "FFFFF6D1"


@settings(max_examples=examples(30, 300), deadline=None)
@given(sheets())
def test_any_form_is_written_with_its_input_cells_alone_unlocked(
    drawn: tuple[Programme, SheetLayout],
) -> None:
    whole, form = drawn
    sheet = opened(written(laid_out(whole)))[form.sheet]
    unlocked = {
        (cell.row, cell.column)
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked
    }
    assert unlocked == {(s.row, s.column) for s in form.slots() if s.kind is SlotKind.INPUT}
    for row, column, mark in form.marks():
        assert sheet.cell(row, column).value == mark


def test_every_sheet_is_protected_without_a_password(
    book: Workbook, workbook: WorkbookLayout
) -> None:
    for sheet in book:
        assert sheet.protection.sheet
        assert not sheet.protection.password
    # openpyxl: False means allowed
    rows = {form.form.code: book[form.sheet].protection.insertRows for form in workbook.sheets}
    assert rows == {"BM01": True, "BM02": True, "BM03": False, "BM04": True}
    assert not any(book[form.sheet].protection.formatRows for form in workbook.sheets)


def test_prefilled_cells(book: Workbook, workbook: WorkbookLayout) -> None:
    tasks, indicators = book[workbook.sheets[0].sheet], book[workbook.sheets[1].sheet]
    assert tasks["C12"].value == LONG_TASK
    assert tasks["C12"].alignment.wrap_text
    assert [tasks.cell(row, 2).value for row in (11, 12, 14, 15)] == ["1", "3", "6", "7"]
    assert tasks["B10"].value == "I. Công tác chỉ đạo, hướng dẫn"
    shown = [(indicators[f"E{r}"].value, indicators[f"E{r}"].number_format) for r in (8, 9, 10)]
    assert shown == [(1, "0%"), (0.4, "0%"), (2, "#,##0")]
    # 305 has no allotment of CT03: blank, not 0
    assert [indicators[f"F{r}"].value for r in (8, 9, 10)] == [15, 12, None]


def test_formulas_show_nothing_while_there_is_nothing(content: bytes) -> None:
    stored = load_workbook(io.BytesIO(content), data_only=True)
    formulas = opened(content)
    found = {
        (form.form.code, cell.coordinate): (
            cell.value,
            stored[form.sheet][cell.coordinate].value,
        )
        for form in laid_out().sheets
        for row in formulas[form.sheet].iter_rows(max_col=form.last_column)
        for cell in row
        if cell.data_type == "f"
    }
    assert {key: value for key, (_, value) in found.items() if value} == {("BM02", "F11"): 27}
    assert set(found) == {
        *(("BM02", f"H{row}") for row in (8, 9, 10, 11)),
        *(("BM02", f"{column}11") for column in "FGI"),
        ("BM03", "K22"),
        ("BM04", "E11"),
    }
    assert found["BM02", "G11"][0] == '=IF(COUNT(G8:G10)=0,"",SUM(G8:G10))'
    assert found["BM03", "K22"][0] == (
        '=IF(COUNT(K9:INDEX(K$1:K$5023,ROW()-1))=0,"",SUM(K9:INDEX(K$1:K$5023,ROW()-1)))'
    )
    # the rate of the total row is computed from the totals
    assert "G11" in found["BM02", "H11"][0]
    assert "F11" in found["BM02", "H11"][0]
    assert "E9" in found["BM04", "E11"][0]


@pytest.mark.parametrize(
    ("sheet", "cell", "kind", "style", "first", "second"),
    [
        ("BM01", "G11", "list", "stop", None, None),
        ("BM01", "H11", "whole", "warning", "0", "999999999999999"),
        ("BM01", "I11", "date", "warning", "32874", "73050"),
        ("BM02", "G8", "whole", "warning", "0", "100000"),
        ("BM03", "E10", "date", "warning", "45292", "45657"),
        ("BM03", "K10", "decimal", "warning", "0", "999999999999999"),
        ("BM04", "E9", "whole", "warning", "0", "999999999999999"),
        ("BM04", "E12", "decimal", "warning", "0", "1"),
    ],
)
def test_limits_of_entries(
    book: Workbook,
    sheet: str,
    cell: str,
    kind: str,
    style: str,
    first: str | None,
    second: str | None,
) -> None:
    (form,) = [s for s in book if s.title.startswith(sheet)]
    (found,) = [v for v in form.data_validations.dataValidation if cell in v.cells]
    assert (found.type, found.errorStyle or "stop") == (kind, style)
    if first is not None:
        assert (found.formula1, found.formula2) == (first, second)
    for words, limit in (
        (found.promptTitle, 32),
        (found.prompt, 255),
        (found.errorTitle, 32),
        (found.error, 255),
    ):
        assert 0 < len(words) <= limit


def test_dropdowns_hold_the_choices(book: Workbook, workbook: WorkbookLayout) -> None:
    found = {
        (sheet.title[:4], str(v.sqref)): v.formula1
        for sheet in book
        for v in sheet.data_validations.dataValidation
        if v.type == "list"
    }
    assert found == {
        ("BM01", "G11:G15"): '"Chưa triển khai,Đang thực hiện,Đã hoàn thành,Chậm tiến độ"',
        ("BM03", "I10:I21"): '"Tập thể,Cá nhân"',
        ("BM03", "J10:J21"): '"Kinh tế,Văn hóa - xã hội,Quốc phòng - an ninh,'
        'Xây dựng hệ thống chính trị"',
        ("BM04", "E14"): "_baocao!$D$2:$D$13",  # too long for the dropdown itself
    }
    listed = [book["_baocao"].cell(row, 4).value for row in range(2, 14)]
    assert listed == list(workbook.programme.choice_list("xep_loai").values)


def test_every_input_of_a_kind_is_validated(book: Workbook, workbook: WorkbookLayout) -> None:
    for form in workbook.sheets:
        validations = book[form.sheet].data_validations.dataValidation
        for slot in form.slots():
            cell = f"{get_column_letter(slot.column)}{slot.row}"
            hits = [v for v in validations if cell in v.cells]
            plain = slot.field.type is FieldType.TEXT and not slot.field.help
            expected = slot.kind is SlotKind.INPUT and not plain
            assert len(hits) == expected, (form.sheet, cell)


def test_number_formats(book: Workbook, workbook: WorkbookLayout) -> None:
    formats = {
        form.form.code: {s.field.code: (s.row, s.column) for s in form.slots()}
        for form in workbook.sheets
    }
    for code, field, expected in (
        ("BM01", "so_cuoc", "#,##0"),
        ("BM01", "ngay", "dd/mm/yyyy"),
        ("BM01", "ket_qua", "@"),
        ("BM01", "trang_thai", "@"),
        ("BM02", "ty_le", "0.0%"),
        ("BM03", "kinh_phi", "#,##0.######"),
        ("BM04", "hai_long", "0.##%"),
    ):
        sheet = book[workbook.sheet_for(code).sheet]
        assert sheet.cell(*formats[code][field]).number_format == expected
    # no "5." where the number is whole
    models = book[workbook.sheet_for("BM03").sheet].conditional_formatting
    rules = {
        str(area.sqref): rule.dxf.numFmt.formatCode
        for area in models
        for rule in area.rules
        if rule.dxf.numFmt is not None
    }
    assert rules == {"K10:K21": "#,##0", "K22": "#,##0"}


def test_page_and_panes(book: Workbook, workbook: WorkbookLayout) -> None:
    expected = {
        "BM01": ("C10", "$7:$9", "$B$2:$K$17"),
        "BM02": ("D8", "$6:$7", "$B$2:$J$13"),
        "BM03": ("D10", "$7:$9", "$B$2:$K$24"),
        "BM04": ("C8", "$6:$7", "$B$2:$F$18"),
    }
    for form in workbook.sheets:
        sheet = book[form.sheet]
        panes, titles, area = expected[form.form.code]
        assert sheet.freeze_panes == panes
        assert sheet.print_title_rows == titles
        assert sheet.print_area.endswith(area)
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        # one page wide is what a file says by saying nothing
        # A little over a page is drawn smaller: no signature stands alone on the second.
        assert (sheet.page_setup.fitToWidth or 1) == 1
        assert sheet.page_setup.fitToHeight == 0 or form.form.kind != "open"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.oddFooter.right.text == "Trang &P/&N"


@pytest.mark.parametrize(
    ("profile", "chief"),
    [(Profile.PARTY, "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ"), (Profile.STATE, "THỦ TRƯỞNG ĐƠN VỊ")],
)
def test_signature_block(profile: Profile, chief: str) -> None:
    workbook = laid_out(programme(profile))
    form = workbook.sheets[0]
    sheet = opened(written(workbook))[form.sheet]
    said = [cell.value for cell in sheet[form.signature_row] if cell.value]
    assert [words.split("\n")[1] for words in said] == ["NGƯỜI LẬP BIỂU", chief]
    assert said[1].startswith("……………, ngày")
    assert sheet.row_dimensions[form.signature_row].height >= 100


def test_rows_are_high_enough_and_grow(content: bytes, workbook: WorkbookLayout) -> None:
    xml = parts(content)["xl/worksheets/sheet2.xml"]
    rows = dict(re.findall(r'<row r="(\d+)"([^>]*)>', xml))
    form = workbook.sheets[0]
    made = sizes(form)
    for row in form.rows:
        attributes = rows[str(row.index)]
        height = float(re.search(r'ht="([0-9.]+)"', attributes)[1])  # type: ignore[index]
        # 12,65 pt is a line of Times New Roman 11; Excel shows no row above 409 pt
        assert row.item is not None
        lines = line_count(row.item.text, made.width(3, 3) * 7 / 1.06, 11)
        assert 12.65 * lines <= height <= 409
        assert "customHeight" not in attributes
    assert 'customHeight="1"' in rows["8"]


def test_no_column_is_so_wide_that_print_gets_unreadable(workbook: WorkbookLayout) -> None:
    for form in workbook.sheets:
        assert sizes(form).total <= 220


def test_a_text_no_row_can_hold_widens_its_column() -> None:
    whole = programme()
    endless = Item("X", "1", LONG_TASK * 4)
    sheet = laid_out(replace(whole, item_lists={"tasks": (endless,)})).sheets[0]
    made = sizes(sheet)
    assert made.width(3, 3) > 60
    assert height_of(endless.text, made.width(3, 3)) < 409


def test_only_functions_of_excel_2010_and_one_font(content: bytes) -> None:
    for name, xml in parts(content).items():
        assert "_xlfn" not in xml, name
        assert "<f>_" not in xml, name
    styles = parts(content)["xl/styles.xml"]
    assert set(re.findall(r'<name val="([^"]*)"', styles)) == {"Times New Roman"}
    assert "<scheme" not in styles


def test_no_time_of_writing(content: bytes) -> None:
    properties = parts(content)["docProps/core.xml"]
    assert set(re.findall(r">(\d{4}-[^<]*)<", properties)) == {"2024-01-01T00:00:00Z"}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "hostile", ["=1+1", "http://x.vn", "{=A1}", "@SUM(A1)", "007", "A&B<c>\"'"]
)
def test_texts_of_the_programme_stay_texts(hostile: str) -> None:
    whole = programme()
    unit = replace(whole.unit("305"), name=hostile)
    whole = replace(
        whole,
        name=hostile,
        units=(unit,),
        item_lists={"tasks": (Item("T", hostile, hostile, group=hostile, parts=(hostile,)),)},
        forms=(replace(whole.form("BM01"), name=hostile, guidance=hostile),),
    )
    workbook = laid_out(whole)
    book = opened(written(workbook))
    sheet = book[workbook.sheets[0].sheet]
    for cell in ("B11", "C11", "D11", "B10"):
        assert (sheet[cell].value, sheet[cell].data_type) == (hostile, "s")
        assert sheet[cell].hyperlink is None
    assert book["Bìa"]["D10"].value == hostile


def test_english_changes_words_only(workbook: WorkbookLayout, content: bytes) -> None:
    english = opened(written(workbook, "en"))
    assert english["Bìa"]["B7"].value == catalogue("en")["template.cover.title"]
    vietnamese = opened(content)
    assert english.sheetnames == vietnamese.sheetnames
    assert [s.dimensions for s in english] == [s.dimensions for s in vietnamese]


def test_catalogues_say_the_same_things() -> None:
    texts = {
        lang: {k: v for k, v in catalogue(lang).items() if k.startswith("template.")}
        for lang in ("vi", "en")
    }
    assert texts["vi"].keys() == texts["en"].keys()
    for key, words in texts["vi"].items():
        assert set(re.findall(r"{\w+}", words)) == set(re.findall(r"{\w+}", texts["en"][key])), key


ITEM = Item(
    "c",
    "1.2",
    "Việc",
    group="I",
    lead="Phòng A",
    parts=("một", "hai"),
    due="Quý I",
    target=Decimal("0.125"),
    target_is_rate=True,
    unit_of_measure="cuộc",
    extra={"Căn cứ": "QĐ 1", "Số": "1.234", "Lẻ": "2,5"},
)


@pytest.mark.parametrize(
    ("prefill", "type_", "item", "expected"),
    [
        ("number", FieldType.TEXT, ITEM, "1.2"),
        ("text", FieldType.TEXT, ITEM, "Việc"),
        ("group", FieldType.TEXT, ITEM, "I"),
        ("lead", FieldType.TEXT, ITEM, "Phòng A"),
        ("part2", FieldType.TEXT, ITEM, "hai"),
        ("part3", FieldType.TEXT, ITEM, None),
        ("part0", FieldType.TEXT, ITEM, None),
        ("due", FieldType.TEXT, ITEM, "Quý I"),
        ("unit", FieldType.TEXT, ITEM, "cuộc"),
        ("target", FieldType.RATE, ITEM, Decimal("0.125")),
        ("target", FieldType.TEXT, ITEM, "12,5%"),
        ("target", FieldType.TEXT, replace(ITEM, target_is_floor=False), "≤ 12,5%"),
        ("target", FieldType.INTEGER, replace(ITEM, target=None), None),
        ("target", FieldType.INTEGER, replace(ITEM, target=Decimal(0)), Decimal(0)),
        ("allotment", FieldType.INTEGER, replace(ITEM, code="CT01"), Decimal(15)),
        ("allotment", FieldType.TEXT, replace(ITEM, code="CT01"), "15"),
        ("allotment", FieldType.INTEGER, ITEM, None),
        ("extra:Căn cứ", FieldType.TEXT, ITEM, "QĐ 1"),
        ("extra:Lẻ", FieldType.DECIMAL, ITEM, Decimal("2.5")),
        ("extra:Số", FieldType.DECIMAL, ITEM, "1.234"),  # thousand or fraction: not guessed
        ("extra:Khác", FieldType.TEXT, ITEM, None),
        ("text", FieldType.TEXT, None, None),
    ],
)
def test_prefilled(prefill: str, type_: FieldType, item: Item | None, expected: object) -> None:
    whole = programme()
    field = Field("F", "f", "F", type_, prefill=prefill)
    assert prefilled(whole, whole.unit("305"), field, item) == expected


@pytest.mark.parametrize(
    ("type_", "low", "high", "said"),
    [
        (FieldType.INTEGER, None, None, "Ghi số nguyên."),
        (FieldType.INTEGER, Decimal(1), None, "từ 1 trở lên"),
        (FieldType.INTEGER, Decimal(0), Decimal(1234567), "từ 0 đến 1.234.567"),
        (FieldType.DECIMAL, None, Decimal("1.50"), "không quá 1,5,"),
        (FieldType.RATE, Decimal(0), Decimal(1), "từ 0% đến 100%"),
        (FieldType.RATE, Decimal("0.125"), None, "từ 12,5% trở lên"),
    ],
)
def test_limits_in_words(
    type_: FieldType, low: Decimal | None, high: Decimal | None, said: str
) -> None:
    field = Field("F", "f", "F", type_, minimum=low, maximum=high)
    made = validation(field, None, "vi")
    assert made is not None
    assert said in made["input_message"]


def test_long_words_are_cut_and_say_so() -> None:
    assert _cut("một hai ba", 10) == "một hai ba"
    assert _cut("một hai, ba bốn", 11) == "một hai…"
    assert len(_cut("a" * 300, 255)) == 255


@pytest.mark.parametrize(("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (703, "AAA")])
def test_column_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [
        ("", 50, 1),
        ("một hai", 1000, 1),
        ("một\nhai", 1000, 2),
        ("một hai", 30, 2),
        ("a" * 50, 100, 4),
    ],
)
def test_line_count(words: str, width: float, lines: int) -> None:
    assert line_count(words, width, 11) == lines


def test_marks_have_no_width_and_composition_does_not_matter() -> None:
    assert text_width("ế", 11) == text_width("e\u0302\u0301", 11) == text_width("e", 11)
    assert text_width("ự", 11) > text_width("u", 11)
    assert text_width("ự", 11) == text_width("u\u031b\u0323", 11)


def _outside(form: str, code: str, root: Any) -> Field:
    return Field(form, code, code, FieldType.FORMULA, formula=Expression("", root))


def _with_outside() -> Programme:
    whole = programme()
    extra = (
        _outside("BM04", "dong", CountRows("BM03")),
        _outside("BM04", "giao", UnitValue("CT01")),
        _outside("BM04", "khong_giao", UnitValue("CT03")),
        _outside("BM04", "truoc", Prev("so_cuoc")),
        _outside("BM04", "vang", CountRows("BM99")),
    )
    form = replace(whole.form("BM04"), fields=(*whole.form("BM04").fields, *extra))
    return replace(whole, forms=(*whole.forms[:3], form))


@pytest.mark.soffice
def test_libreoffice_computes_what_is_filled_in(tmp_path: Path) -> None:
    workbook = laid_out(_with_outside())
    book = opened(written(workbook))
    indicators = book[workbook.sheet_for("BM02").sheet]
    models = book[workbook.sheet_for("BM03").sheet]
    questions = book[workbook.sheet_for("BM04").sheet]
    for cell, value in (("G8", 12), ("G9", 3), ("G10", "không có"), ("I8", 20)):
        indicators[cell] = value
    for cell, value in (("C10", "Mô hình 1"), ("K10", 12.5), ("K12", 7), ("C21", "Mô hình 3")):
        models[cell] = value
    questions["E9"], questions["E10"] = 3, 8
    answers = {row.key: f"E{row.index}" for row in workbook.sheet_for("BM04").rows}
    book.save(tmp_path / "filled.xlsx")
    found = _recalculated(tmp_path / "filled.xlsx")
    two, three, four = (found[s.sheet] for s in workbook.sheets[1:])
    assert {c: two[c].value for c in ("H8", "H9", "F11", "G11", "H11", "I11")} == {
        "H8": 0.8,
        "H9": 0.25,
        "F11": 27,
        "G11": 15,
        "H11": pytest.approx(15 / 27),
        "I11": 20,
    }
    assert not two["H10"].value  # nothing allotted: no rate
    assert three["K22"].value == 19.5
    assert four["E11"].value == 0.375
    assert four[answers["dong"]].value == 3
    assert four[answers["giao"]].value == 15
    for blank in ("khong_giao", "truoc", "vang"):
        assert not four[answers[blank]].value


@pytest.mark.soffice
def test_libreoffice_total_counts_rows_inserted_right_above_it(tmp_path: Path) -> None:
    workbook = laid_out()
    sheet = workbook.sheet_for("BM03")
    book = opened(written(workbook))
    models = book[sheet.sheet]
    total = models["K22"].value
    models["K22"] = None
    models["K10"], models["K21"], models["K22"] = 1, 2, 4  # row 22 is the inserted one
    models["K23"] = total  # as Excel moves it: its own references stand still
    book.save(tmp_path / "inserted.xlsx")
    assert _recalculated(tmp_path / "inserted.xlsx")[sheet.sheet]["K23"].value == 7


def _recalculated(path: Path) -> Workbook:
    """The workbook computed and saved again by LibreOffice."""
    out = path.parent / "out"
    command = [
        "soffice",
        f"-env:UserInstallation={(path.parent / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(out),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return load_workbook(out / path.name, data_only=True)


def test_a_sum_of_computed_cells_adds_them_and_a_rate_is_never_added() -> None:
    whole = programme()
    form = whole.form("BM02")
    fields = tuple(
        replace(f, over_units=Aggregation.SUM, unit_of_measure="lần") if f.code == "ty_le" else f
        for f in form.fields
    )
    for changed, expected in (
        (fields, '=IF(COUNT(H8:H10)=0,"",SUM(H8:H10))'),
        (tuple(replace(f, unit_of_measure="%") for f in fields), None),
    ):
        workbook = laid_out(replace(whole, forms=(replace(form, fields=changed),)))
        assert opened(written(workbook))[workbook.sheets[0].sheet]["H11"].value == expected


def test_a_rate_has_no_total_where_an_input_has_none() -> None:
    whole = programme()
    form = whole.form("BM02")
    fields = tuple(
        replace(f, formula=ratio("thuc_hien", "muc_tieu")) if f.code == "ty_le" else f
        for f in form.fields
    )  # muc_tieu holds 100 %, 40 % and 2: it has no total
    workbook = laid_out(replace(whole, forms=(replace(form, fields=fields),)))
    assert opened(written(workbook))[workbook.sheets[0].sheet]["H11"].value is None


@pytest.mark.parametrize(
    ("name", "unit", "period", "form", "pages"),
    [
        ("cong-tac-nam", "303", "2023", "TC", 1),  # its signatures would stand alone on page 2
        ("cong-tac-nam", "303", "2023", "CT", 0),  # has room enough
        ("dan-van-kheo", "P1", "2023-DK1", "DK", 0),  # a list: as long as it gets
    ],
)
def test_no_signature_stands_alone_on_a_second_page(
    name: str, unit: str, period: str, form: str, pages: int
) -> None:
    own = load_folder(Path(__file__).parent.parent / "workbook_templates" / name)
    made = layout(own, own.unit(unit), own.period(period))
    sheet = next(s.sheet for s in made.sheets if s.form.code == form)
    found = opened(written(made))[sheet].page_setup.fitToHeight
    assert (1 if found is None else found) == pages  # one page is what a file leaves unsaid
