"""Positions of the template: fixed where the intake relies on them, and never two in a cell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from template_cases import programme, ratio, sheets

from toolkit.programme.language.tree import Binary, Expression, Number, Ref
from toolkit.programme.model import Field, FieldType, Form, FormKind, Programme
from toolkit.template.labels import number_labels
from toolkit.template.layout import (
    COVER_SHEET,
    META_SHEET,
    SheetLayout,
    SlotKind,
    WorkbookLayout,
    _joined,
    file_name,
    heading_text,
    layout,
)
from toolkit.template.names import sheet_names


def laid_out(unit: str = "305", period: str = "2024-Q1") -> WorkbookLayout:
    whole = programme()
    return layout(whole, whole.unit(unit), whole.period(period))


@pytest.mark.parametrize(
    ("form", "title", "guidance", "head", "numbers", "first", "last", "total", "sign"),
    [
        ("BM01", 4, 6, 7, 9, 11, 15, None, 17),  # bands in 10 and 13, two levels of headings
        ("BM02", 4, 0, 6, 7, 8, 10, 11, 13),
        ("BM03", 4, 6, 7, 9, 10, 21, 22, 24),
        ("BM04", 4, 0, 6, 7, 9, 16, None, 18),  # bands in 8 and 13
    ],
)
def test_rows(
    form: str,
    title: int,
    guidance: int,
    head: int,
    numbers: int,
    first: int,
    last: int,
    total: int | None,
    sign: int,
) -> None:
    sheet = laid_out().sheet_for(form)
    assert (
        sheet.title_row,
        sheet.guidance_row,
        sheet.head_row,
        sheet.number_row,
        sheet.rows[0].index,
        sheet.rows[-1].index,
        sheet.total_row,
        sheet.signature_row,
    ) == (title, guidance, head, numbers, first, last, total, sign)


@pytest.mark.parametrize(
    ("form", "labels"),
    [
        ("BM01", "A B C D E (1) (2) (3) (4) (5)"),
        ("BM02", "A B C (1) (2) (3) (4)=(3)/(2) (5) (6)"),
        ("BM03", "A (1) (2) (3) (4) (5) (6) (7) (8) (9)"),
        ("BM04", "A B C (1) D"),
    ],
)
def test_column_numbers(form: str, labels: str) -> None:
    sheet = laid_out().sheet_for(form)
    assert " ".join(sheet.number_labels) == labels
    if sheet.columns:
        assert tuple(column.number_label for column in sheet.columns) == sheet.number_labels[1:]
        assert sheet.last_column == sheet.columns[-1].index


def test_grouped_headings_share_a_cell_and_the_others_span_both_levels() -> None:
    sheet = laid_out().sheet_for("BM01")
    blocks = {h.text: (h.row, h.column, h.last_row, h.last_column) for h in sheet.headings}
    assert blocks["TT"] == (7, 2, 8, 2)
    assert blocks["Phân công nhiệm vụ"] == (7, 4, 7, 5)
    assert blocks["Bộ Chỉ huy Quân sự thành phố"] == (8, 5, 8, 5)
    assert blocks["Thời gian"] == (7, 6, 8, 6)
    assert blocks["Kết quả thực hiện"] == (7, 7, 7, 10)
    assert blocks["Số hoạt động\n(cuộc)"] == (8, 8, 8, 8)
    cells = [
        (row, column)
        for h in sheet.headings
        for row in range(h.row, h.last_row + 1)
        for column in range(h.column, h.last_column + 1)
    ]
    assert sorted(cells) == [(row, col) for row in (7, 8) for col in range(2, 12)]


def test_a_group_that_comes_twice_is_two_blocks() -> None:
    whole = programme()
    form = whole.form("BM03")
    groups = ("X", "X", "", "X", "Y", "Y", "", "", "")
    fields = tuple(replace(f, group=g) for f, g in zip(form.fields, groups, strict=True))
    whole = replace(whole, forms=(replace(form, fields=fields),))
    sheet = layout(whole, whole.unit("305"), whole.period("2024-Q1")).sheets[0]
    tops = [(h.text, h.column, h.last_column) for h in sheet.headings if h.text in "XY"]
    assert tops == [("X", 3, 4), ("X", 6, 6), ("Y", 7, 8)]


@pytest.mark.parametrize(
    ("title", "measure", "expected"),
    [
        ("Số mô hình", "", "Số mô hình"),
        ("Số mô hình", "mô hình", "Số mô hình\n(mô hình)"),
        ("Tỷ lệ", "%", "Tỷ lệ\n(%)"),
        ("Tỷ lệ %", " % ", "Tỷ lệ %"),
    ],
)
def test_unit_of_measure_in_the_heading(title: str, measure: str, expected: str) -> None:
    field = Field("B", "f", title, FieldType.INTEGER, unit_of_measure=measure)
    assert heading_text(field) == expected


def test_rows_are_the_items_asked_of_the_unit_under_the_bands_of_their_groups() -> None:
    district, county = laid_out("305").sheet_for("BM01"), laid_out("311").sheet_for("BM01")
    assert [(r.key, r.number, r.index) for r in district.rows] == [
        ("NV01", "1", 11),
        ("NV03", "3", 12),
        ("NV06", "6", 14),
        ("NV07", "7", 15),
    ]
    assert [(b.text, b.index) for b in district.bands] == [
        ("I. Công tác chỉ đạo, hướng dẫn", 10),
        ("II. Nắm tình hình, tổng kết", 13),
    ]
    assert [r.key for r in county.rows] == ["NV01", "NV03", "NV06", "NV07", "NV08"]


def test_rows_count_where_items_have_no_number() -> None:
    assert [r.number for r in laid_out().sheet_for("BM02").rows] == ["1", "2", "3"]


def test_no_bands_where_the_form_shows_the_group_or_asks_for_one_group_only() -> None:
    whole = programme()
    form = whole.form("BM01")
    shown = replace(
        form, fields=(*form.fields, Field("BM01", "g", "G", FieldType.TEXT, prefill="group"))
    )
    one = replace(form, source_group=whole.item_lists["tasks"][0].group)
    for changed, keys in ((shown, 4), (one, 2)):
        again = replace(whole, forms=(changed,))
        sheet = layout(again, again.unit("305"), again.period("2024-Q1")).sheets[0]
        assert (sheet.bands, len(sheet.rows)) == ((), keys)


def test_marks_carry_the_identity_of_form_columns_and_rows() -> None:
    marks = {(row, column): text for row, column, text in laid_out().sheet_for("BM02").marks()}
    assert marks[1, 1] == "baocao:BM02"
    assert [marks[1, column] for column in range(3, 11)] == [
        "chi_tieu", "dvt", "muc_tieu", "giao", "thuc_hien", "ty_le", "luy_ke", "ghi_chu",
    ]  # fmt: skip
    assert [marks[row, 1] for row in (8, 9, 10, 11)] == ["CT01", "CT02", "CT03", "@total"]
    assert marks[1, 11] == "@check"
    helpers = [marks[1, column] for column in range(20, 25)]
    assert helpers == [
        "@check:first:",
        "@check:field:thuc_hien",
        "@check:field:luy_ke",
        "@check:field:ghi_chu",
        "@check:rule:QT01",
    ]
    assert len(marks) == 1 + 8 + 4 + 1 + 5
    questions = {(r, c): t for r, c, t in laid_out().sheet_for("BM04").marks()}
    assert questions[1, 5] == "@answer"
    assert questions[9, 1] == "so_cuoc"


@pytest.mark.parametrize(
    ("form", "field", "kind"),
    [
        ("BM01", "noi_dung", SlotKind.PREFILLED),
        ("BM01", "trang_thai", SlotKind.INPUT),
        ("BM02", "giao", SlotKind.PREFILLED),
        ("BM02", "ty_le", SlotKind.COMPUTED),
        ("BM04", "so_cuoc", SlotKind.INPUT),
        ("BM04", "ty_le", SlotKind.COMPUTED),
    ],
)
def test_kinds_of_slots(form: str, field: str, kind: SlotKind) -> None:
    slots = [s for s in laid_out().sheet_for(form).slots() if s.field.code == field]
    assert slots
    assert {s.kind for s in slots} == {kind}


def test_workbook() -> None:
    workbook = laid_out()
    assert [s.sheet for s in workbook.sheets] == [
        "BM01 Kết quả thực hiện nhiệm vụ",
        "BM02 Kết quả thực hiện các chỉ",
        "BM03 Đăng ký mô hình, điển hình",
        "BM04 Một số nội dung khác kiến",
    ]
    listed = {key: value for key, value in workbook.meta if " " in key}
    assert {key: value for key, value in workbook.meta if key not in listed} == {
        "format": "baocao",
        "layout": "1",
        "programme": "HP-2024",
        "fingerprint": "0123456789abcdef" * 4,
        "unit": "305",
        "period": "2024-Q1",
        "issue": "1",
        "forms": "BM01;BM02;BM03;BM04",
    }
    assert dict(laid_out(period="2024-Q2").meta)["forms"] == "BM01;BM02;BM03"
    with pytest.raises(KeyError):
        workbook.sheet_for("BM99")
    assert list(listed) == [f"{w} BM0{n}" for w in ("columns", "rows") for n in (1, 2, 3, 4)]
    assert listed["columns BM02"] == "chi_tieu;dvt;muc_tieu;giao;thuc_hien;ty_le;luy_ke;ghi_chu"
    assert listed["rows BM03"] == "1;2;3;4;5;6;7;8;9;10;11;12"


def test_more_rows_than_a_cell_holds_are_not_listed_in_part() -> None:
    assert _joined(["1234567890"] * 2900) == ";".join(["1234567890"] * 2900)
    assert _joined(["1234567890"] * 2980) == ""


def test_a_unit_that_owes_nothing_has_no_template() -> None:
    with pytest.raises(ValueError, match="owes nothing"):
        laid_out("SO")


def test_sheets_are_shared_between_units_of_a_type() -> None:
    whole = programme()
    twin = replace(whole.unit("305"), code="306", name="Quận Hải An")
    period = whole.period("2024-Q1")
    first, second = layout(whole, whole.unit("305"), period), layout(whole, twin, period)
    assert all(a is b for a, b in zip(first.sheets, second.sheets, strict=True))


def test_language_changes_words_and_no_position() -> None:
    whole = programme()
    args = (whole, whole.unit("305"), whole.period("2024-Q1"))
    vi, en = layout(*args), layout(*args, lang="en")
    for a, b in zip(vi.sheets, en.sheets, strict=True):
        assert list(a.slots()) == list(b.slots())
        assert a.sheet == b.sheet
        assert (a.headings[0].text, b.headings[0].text) == ("TT", "No.")


def test_file_name() -> None:
    whole = programme()
    name = file_name(whole.unit("305"), whole.period("2024-Q1"))
    assert name == "305_Quan-Le-Chan_2024-Q1.xlsx"


def _form(code: str, name: str) -> Form:
    return Form(code, name, FormKind.OPEN, (Field(code, "a", "A", FieldType.TEXT),))


@pytest.mark.parametrize(
    ("forms", "names"),
    [
        ([("B1", "Mô hình")], ["B1 Mô hình"]),
        ([("B/1", "a:b*c?[d]")], ["B 1 a b c d"]),
        ([("A", "x" * 40), ("a", "X" * 40)], ["A " + "x" * 29, "a " + "X" * 25 + " (2)"]),
        ([("Bìa", "")], ["Bìa (2)"]),
        ([("History", "")], ["History (2)"]),
        ([("'", "'")], ["_"]),
    ],
)
def test_sheet_names(forms: list[tuple[str, str]], names: list[str]) -> None:
    made = sheet_names(tuple(_form(*f) for f in forms), (COVER_SHEET, META_SHEET))
    assert [made[code] for code, _ in forms] == names


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), unique_by=lambda f: f[0], min_size=1))
def test_sheet_names_are_unique_and_allowed(forms: list[tuple[str, str]]) -> None:
    made = sheet_names(tuple(_form(*f) for f in forms), (COVER_SHEET, META_SHEET))
    assert len(made) == len(forms)
    assert len({n.casefold() for n in made.values()} | {"bìa", "_baocao"}) == len(forms) + 2
    for name in made.values():
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")


@settings(max_examples=150)
@given(sheets())
def test_every_answer_has_exactly_one_cell_and_no_cell_two(
    drawn: tuple[Programme, SheetLayout],
) -> None:
    whole, sheet = drawn
    form = sheet.form
    slots = list(sheet.slots())
    if form.kind is FormKind.QUESTIONS:
        wanted = [(field.code, field.code) for field in form.fields]
    else:
        keys = (
            [str(n) for n in range(1, max(1, form.blank_rows) + 1)]
            if form.kind is FormKind.OPEN
            else [item.code for item in whole.items(form, whole.unit("305"))]
        )
        wanted = [(key, field.code) for key in keys for field in form.fields]
    assert [(s.row_key, s.field.code) for s in slots] == wanted
    cells = [(s.row, s.column) for s in slots]
    assert len(set(cells)) == len(cells)
    # nothing else stands where an answer stands, and nothing in the hidden row and column
    other = {(row, column) for row, column, _ in sheet.marks()}
    other |= {(band.index, column) for band in sheet.bands for column in range(1, 40)}
    other |= {
        (row, column)
        for row in [*range(1, sheet.number_row + 1), sheet.total_row, sheet.signature_row]
        for column in range(1, 40)
    }
    assert not other & set(cells)
    assert all(2 < column <= sheet.last_column for _, column in cells)
    assert sheet.last_row < sheet.signature_row


@pytest.mark.parametrize(
    ("formula", "label"),
    [
        (ratio("b", "a"), "(3)=(2)/(1)"),
        (Expression("", Binary("-", Ref("b"), Ref("a"))), "(3)=(2)-(1)"),
        (
            Expression("", Binary("*", Binary("/", Ref("b"), Ref("a")), Number(Decimal(100)))),
            "(3)=(2)/(1)*100",
        ),
    ],
)
def test_formula_labels(formula: Expression, label: str) -> None:
    fields = (
        Field("F", "a", "A", FieldType.INTEGER),
        Field("F", "b", "B", FieldType.INTEGER),
        Field("F", "c", "C", FieldType.FORMULA, formula=formula),
    )
    assert number_labels(fields) == ("A", "(1)", "(2)", label)
