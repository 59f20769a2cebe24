"""The correction copy: every typed value in its cell, marks, notes and the two lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache, cached_property
from io import BytesIO

import pytest
from effort import examples
from fault_kinds import ALL
from faulting import Kind, damaged
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from programmes import small_programme
from returned import NAME, clean_return, judged, layout_of, opened, saved, sheet, template

from toolkit.correction.needed import correction_name, needs_correction
from toolkit.correction.typed import LONGEST, given_of, pieces
from toolkit.correction.wording import said_of
from toolkit.correction.write import write_correction
from toolkit.findings import Address, Finding, Severity
from toolkit.intake.cells import is_blank, key_of
from toolkit.intake.judge import judge, judge_workbook
from toolkit.intake.model import CellKind, Judgement, RawCell, RawSheet, RawWorkbook, State
from toolkit.intake.reader import read_bytes
from toolkit.messages import LANGUAGES
from toolkit.programme.model import Field, FieldType
from toolkit.template.content import Given
from toolkit.template.layout import CHECK_SHEET, CORRECTION_MARK, META_SHEET

FAULT_LIST, REST = "Lỗi cần sửa", "Nội dung khác"
ERROR, WARNING = "Lỗi", "Cảnh báo"
Row = tuple[str, ...]


def shown(ws: RawSheet, row: int, column: int) -> str:
    cell = ws.cells.get((row, column))
    return "" if cell is None else cell.shown()


@dataclass
class Copy:
    judgement: Judgement
    raw: RawWorkbook
    data: bytes

    @cached_property
    def book(self) -> Workbook:
        return opened(self.data)

    @cached_property
    def back(self) -> RawWorkbook:
        """The copy as the intake reads it."""
        return read_bytes(self.data, NAME)

    def form(self, code: str) -> Worksheet:
        return sheet(self.book, code)

    def table(self, name: str) -> dict[int, Row]:
        """The rows of a list under its head by their place, without number and hidden column."""
        ws = self.back.sheet(name)
        if ws is None:
            return {}
        head = next(r for r in range(1, 20) if shown(ws, r, 2) in ("TT", "No."))
        last = max(row for row, _ in ws.cells)
        return {r: tuple(shown(ws, r, c) for c in range(3, 11)) for r in range(head + 1, last + 1)}

    def listed(self) -> dict[int, Row]:
        """The list of faults: form, cells, where sent, content, severity."""
        codes = {s.sheet: s.form.code for s in layout_of().sheets}
        rows = self.table(FAULT_LIST).items()
        return {at: (codes.get(r[0], r[0]), r[1], r[2], r[3], r[6]) for at, r in rows}

    def link(self, row: Row) -> str:
        """Where the link in that row of the list of faults leads."""
        at = next(place for place, other in self.listed().items() if other == row)
        found = self.book[FAULT_LIST].cell(at, 4).hyperlink
        assert found is not None
        return str(found.location)

    def rest(self) -> list[Row]:
        """The list of the rest: sheet, cell, content."""
        return [row[:3] for row in self.table(REST).values()]

    def again(self) -> Judgement:
        return judge(self.data, NAME, small_programme())


def copied(raw: RawWorkbook, judgement: Judgement, lang: str = "vi") -> Copy:
    target = BytesIO()
    write_correction(small_programme(), judgement, raw, target, lang)
    return Copy(judgement, raw, target.getvalue())


def copy_of(fault: Fault, lang: str = "vi") -> Copy:
    book = opened(clean_return())
    fault(book)
    data = saved(book)
    return copied(read_bytes(data, NAME), judged(data), lang)


def marked(ws: Worksheet) -> Mapping[str, str]:
    """The cells that a correction marks, and the formulas that mark them."""
    return {
        str(area.sqref): rule.formula[0]
        for area in ws.conditional_formatting
        for rule in area.rules
        if rule.dxf is not None and rule.dxf.fill is not None and rule.dxf.fill.bgColor is not None
        if rule.dxf.fill.bgColor.rgb in ("FFF2A45C", "FFFFDD71")
    }


# --- what a sender does ---------------------------------------------------------------------

Fault = Callable[[Workbook], None]


def put(form: str, **cells: object) -> Fault:
    def damage(book: Workbook) -> None:
        for cell, value in cells.items():
            sheet(book, form)[cell].value = value

    return damage


def moved(form: str, area: str, *, rows: int = 0, columns: int = 0) -> Fault:
    """What Excel does on inserting rows or columns: the cells below or right move."""

    def damage(book: Workbook) -> None:
        ws = sheet(book, form)
        for merged in [m.coord for m in ws.merged_cells.ranges]:
            ws.unmerge_cells(merged)
        ws.move_range(area, rows=rows, cols=columns)

    return damage


def both(*faults: Fault) -> Fault:
    def damage(book: Workbook) -> None:
        for fault in faults:
            fault(book)

    return damage


def rename(form: str, name: str) -> Fault:
    def damage(book: Workbook) -> None:
        sheet(book, form).title = name

    return damage


def duplicate(form: str, **changes: object) -> Fault:
    def damage(book: Workbook) -> None:
        copy = book.create_sheet("Bản sao")
        for row in sheet(book, form).iter_rows():
            for cell in row:
                if cell.value is not None:
                    copy[cell.coordinate].value = cell.value
        for cell, value in changes.items():
            copy[cell].value = value

    return damage


def added_sheet(book: Workbook) -> None:
    extra = book.create_sheet("Số liệu thêm")
    extra["B3"] = "Xã A"
    extra["C3"] = 7


def formatted(form: str, cell: str, format_: str) -> Fault:
    def damage(book: Workbook) -> None:
        sheet(book, form)[cell].number_format = format_

    return damage


# --- values, marks, notes, list -------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """A fault; where it is in the copy and what stands there; its row in the list and note."""

    fault: Fault
    form: str
    cell: str
    content: object
    row: Row
    note: str


def error(form: str, cell: str, found: str, *, sent: str = "") -> Row:
    return form, cell, sent, found, ERROR


CASES = {
    "answer missing": Case(
        put("CT", F11=None), "CT", "F11", None, error("CT", "F11", "(để trống)"), "Chưa điền"
    ),
    "text that is no number": Case(
        put("CT", F9="khoảng 12"),
        "CT",
        "F9",
        "khoảng 12",
        error("CT", "F9", "khoảng 12"),
        "số ước chừng",
    ),
    "ambiguous number": Case(
        put("DT", E12="1.234"),
        "DT",
        "E12",
        "1.234",
        error("DT", "E12", "1.234"),
        "gõ lại dưới dạng số",
    ),
    "fraction in a column of whole numbers": Case(
        put("CT", F9=2.5), "CT", "F9", 2.5, error("CT", "F9", "2.5"), "số nguyên"
    ),
    "percentage in a column of numbers": Case(
        both(put("CT", F9=0.125), formatted("CT", "F9", "0.0%")),
        "CT",
        "F9",
        "12,5%",
        error("CT", "F9", "0.125"),
        "không dùng dấu %",
    ),
    "date in a column of numbers": Case(
        put("CT", F9=datetime(2024, 3, 5)),
        "CT",
        "F9",
        "05/03/2024",
        error("CT", "F9", "05/03/2024"),
        "ngày tháng",
    ),
    "error value": Case(
        put("DT", E8="#DIV/0!"),
        "DT",
        "E8",
        None,
        error("DT", "E8", "#DIV/0!"),
        "Bản này để trống ô. Nội dung đã gửi: #DIV/0!",
    ),
    "formula without result": Case(
        put("DT", E8="=1+1"), "DT", "E8", None, error("DT", "E8", "=1+1"), "gõ thẳng kết quả"
    ),
    "unknown choice": Case(
        put("NV", G10="Xong rồi"),
        "NV",
        "G10",
        "Xong rồi",
        error("NV", "G10", "Xong rồi"),
        "Hãy chọn một trong các mục",
    ),
    "rule broken": Case(
        put("CT", G10=1),
        "CT",
        "G10",
        1,
        error("CT", "G10; F10", "Lũy kế từ đầu năm: 1; Trong quý: 2"),
        "Hãy đối chiếu các ô G10; F10",
    ),
    "wrong date in a row inserted into a list": Case(
        both(moved("MH", "A11:H22", rows=1), put("MH", C11="Mới", E11="31/02/2024", D11="Kinh tế")),
        "MH",
        "E11",
        "31/02/2024",
        error("MH", "E11", "31/02/2024"),
        "không có trong lịch",
    ),
    "sheet renamed": Case(
        both(put("CT", F9="chưa rõ lắm"), rename("CT", "Chỉ tiêu (2)")),
        "CT",
        "F9",
        "chưa rõ lắm",
        error("CT", "F9", "chưa rõ lắm", sent="Chỉ tiêu (2)!F9"),
        "không đọc được",
    ),
    "row inserted among fixed rows": Case(
        both(moved("CT", "A10:H12", rows=1), put("CT", F11="nhiều lắm")),
        "CT",
        "F10",
        "nhiều lắm",
        error("CT", "F10", "nhiều lắm", sent="F11"),
        "không đọc được",
    ),
    "column inserted": Case(
        both(moved("NV", "G1:H12", columns=1), put("NV", I11="nửa chừng")),
        "NV",
        "H11",
        "nửa chừng",
        error("NV", "H11", "nửa chừng", sent="I11"),
        "không đọc được",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_in_its_cell_marked_noted_and_listed(name: str) -> None:
    case = CASES[name]
    copy = copy_of(case.fault)
    ws = copy.form(case.form)
    assert ws[case.cell].value == case.content
    assert case.row in copy.listed().values()
    assert case.cell in marked(ws)
    assert ws[case.cell].comment is not None
    assert case.note in ws[case.cell].comment.text
    title = ws.title.replace("'", "''")
    assert copy.link(case.row) == f"'{title}'!{case.cell}"


def test_errors_come_first_and_every_error_and_warning_is_listed() -> None:
    copy = copy_of(both(put("CT", G9=16, F11=None, K10="ghi thêm"), put("NV", H11="?")))
    expected = Counter(
        {"error": ERROR, "warning": WARNING}[f.severity]
        for f in copy.judgement.findings
        if f.severity is not Severity.NOTE
    )
    severities = [row[4] for row in copy.listed().values()]
    assert Counter(severities) == expected
    assert expected[WARNING] > 1
    assert severities == sorted(severities, key=[ERROR, WARNING].index)


def test_a_rule_marks_all_its_cells_until_one_changes() -> None:
    marks = marked(copy_of(put("CT", G10=1)).form("CT"))
    assert set(marks) == {"F10", "G10"}
    assert marks["F10"] == marks["G10"]
    assert "$F$10" in marks["F10"]
    assert "$G$10" in marks["F10"]


def test_a_clean_cell_is_neither_marked_nor_noted() -> None:
    ws = copy_of(put("CT", G10=1)).form("CT")
    assert {c.coordinate for row in ws.iter_rows() for c in row if c.comment} == {"F10", "G10"}


# --- the sender's values as they were -------------------------------------------------------

# Form and cell, what was typed, its number format there; what the copy holds, if not the same.
TYPED: list[tuple[str, str, object, str, object]] = [
    ("CT", "F9", 12, "General", None),
    ("CT", "F9", 2.5, "General", None),
    ("CT", "F9", 0.125, "0.00%", "12,5%"),
    ("CT", "F9", 0, "0%", None),
    ("CT", "F9", datetime(2024, 3, 5), "dd/mm/yyyy", "05/03/2024"),
    ("CT", "F9", "05 mô hình", "General", None),
    ("CT", "F9", "=1+1 là chữ", "@", None),
    ("CT", "F9", " 7", "@", None),
    ("CT", "F9", True, "General", "TRUE"),
    ("NV", "H10", 1, "0%", None),
    ("NV", "H10", 12.5, "General", None),
    ("NV", "H10", 0.5, "General", None),
    ("NV", "H10", "12,5%", "General", None),
    ("NV", "H10", datetime(2024, 3, 5), "dd/mm/yyyy", "05/03/2024"),
    ("NV", "G10", 3, "General", None),
    ("MH", "E10", datetime(2024, 1, 15), "dd/mm/yyyy", None),
    ("MH", "E10", datetime(2024, 1, 15, 8, 30), "dd/mm/yyyy hh:mm", None),
    ("MH", "E10", 45306, "General", None),
    ("MH", "E10", "15/1/24", "@", None),
    ("MH", "C10", datetime(2024, 1, 15), "dd/mm/yyyy", "15/01/2024"),
    ("MH", "C10", "Dòng 1\nDòng 2\tcột", "@", None),
    ("MH", "C10", "http://example.vn", "@", None),
    ("MH", "C10", 0.3, "0%", "30%"),
    ("MH", "C10", 5, "General", None),
    ("DT", "E12", "1.234,5", "@", None),
    ("DT", "E12", 0.1, "General", None),
]


@pytest.mark.parametrize(("form", "cell", "value", "format_", "instead"), TYPED)
def test_a_typed_value_reads_back_as_it_was(
    form: str, cell: str, value: object, format_: str, instead: object
) -> None:
    def damage(book: Workbook) -> None:
        target = sheet(book, form)[cell]
        target.value, target.number_format = value, format_
        if isinstance(value, str):
            target.data_type = "s"

    copy = copy_of(damage)
    title = copy.form(form).title
    place = (int(cell[1:]), ord(cell[0]) - 64)
    sent = copy.raw.sheet(title)
    back = read_bytes(copy.data, NAME).sheet(title)
    assert sent is not None
    assert back is not None
    before, after = sent.cells[place], back.cells[place]
    if instead is None:
        assert (after.kind, after.value) == (before.kind, before.value)
    else:
        assert (after.kind, after.value) == (CellKind.TEXT, instead)
    if after.kind is CellKind.NUMBER and after.value:
        assert bool(after.percent) == bool(before.percent)
    assert not after.formula
    assert read(copy.again()) == read(copy.judgement)


def test_a_plain_number_among_percentages_is_not_shown_as_one() -> None:
    """12.5 under the format of whole percentages would read 1250%."""
    copy = copy_of(both(put("NV", H11=12.5), formatted("NV", "H11", "General")))
    ws = copy.form("NV")
    shown_whole = [
        str(area.sqref)
        for area in ws.conditional_formatting
        for rule in area.rules
        if rule.dxf is not None and rule.dxf.numFmt is not None
    ]
    assert ws["H11"].number_format == "General"
    assert shown_whole == ["H10 H12"]


def test_a_text_in_an_old_font_keeps_it() -> None:
    def damage(book: Workbook) -> None:
        cell = sheet(book, "MH")["C10"]
        cell.value, cell.font = "Tæ d©n vËn", Font(name=".VnTime")

    copy = copy_of(both(damage, put("CT", F9=None)))
    assert copy.form("MH")["C10"].font.name == ".VnTime"
    assert read(copy.again()) == read(copy.judgement)


def read(judgement: Judgement) -> dict[tuple[str, str, str], object]:
    """The answers by form, row and field, the kinds of nothing apart, without addresses."""
    return {
        (a.form, a.row, a.field): (a.state, a.value)
        for a in judgement.answers
        if a.state is not State.MISSING
    }


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (RawCell(CellKind.ERROR, "#REF!"), None),
        (RawCell(CellKind.UNCACHED, "=A1", True), None),
        (RawCell(CellKind.DATE, datetime(1024, 3, 1)), None),
        (RawCell(CellKind.NUMBER, Decimal("1E400")), None),
        (RawCell(CellKind.TEXT, "x" * (LONGEST + 1)), None),
        (RawCell(CellKind.TEXT, "\ud800"), None),
        (RawCell(CellKind.TEXT, "x" * LONGEST), Given("x" * LONGEST)),
    ],
)
def test_what_cannot_be_typed_is_left_out(cell: RawCell, expected: Given | None) -> None:
    assert given_of(cell, Field("F", "f", "F", FieldType.DECIMAL)) == expected


def test_an_overlong_text_comes_in_pieces_none_of_it_lost() -> None:
    text = "Đoạn văn 𝄞 dài. " * 5000
    assert "".join(pieces(text)) == text
    assert max(map(len, pieces(text))) <= LONGEST // 2
    assert pieces("\udfff!") == ["\ufffd!"]


# --- rows of lists --------------------------------------------------------------------------


def test_a_list_gets_as_many_rows_as_the_sender_filled_and_some_blank_ones() -> None:
    def fill(book: Workbook) -> None:
        moved("MH", "B22:H26", rows=20)(book)
        ws = sheet(book, "MH")
        ws["A22"], ws["A42"] = None, "@total"
        for row in range(13, 42):
            ws.cell(row, 3, f"Mô hình số {row}")
            ws.cell(row, 4, "Kinh tế")
            ws.cell(row, 5, datetime(2024, 2, 1))

    copy = copy_of(both(fill, put("CT", F9=None)))
    names = [copy.form("MH").cell(row, 3).value for row in range(10, 60)]
    assert names[3:32] == [f"Mô hình số {row}" for row in range(13, 42)]
    assert len(layout_rows(copy, "MH")) == 32 + 5
    assert read(copy.again()) == read(copy.judgement)


def layout_rows(copy: Copy, form: str) -> list[object]:
    """The keys of a form's rows in the copy."""
    ws = copy.form(form)
    keys = [ws.cell(row, 1).value for row in range(2, ws.max_row + 1)]
    return [key for key in keys if key and not str(key).startswith("@")]


def test_an_inserted_row_stays_in_its_place_and_keeps_its_key() -> None:
    insert = both(
        moved("MH", "A11:H22", rows=1), put("MH", C11="Mới", D11="Kinh tế", E11="15/13/2024")
    )
    copy = copy_of(insert)
    ws = copy.form("MH")
    assert [ws.cell(row, 3).value for row in range(10, 14)] == [
        "Tổ dân vận số 5 khéo vận động hiến đất",
        "Mới",
        "Dòng họ tự quản",
        "Camera an ninh khu phố",
    ]
    assert [ws.cell(row, 1).value for row in range(10, 14)] == ["1", "13", "2", "3"]
    assert [ws.cell(row, 2).value for row in range(10, 14)] == ["1", "2", "3", "4"]
    assert read(copy.again()) == read(copy.judgement)


# --- nothing is lost ------------------------------------------------------------------------


def test_what_fits_no_cell_is_listed_with_its_place() -> None:
    copy = copy_of(
        both(
            added_sheet,
            put("CT", K10="ghi thêm", J11=3, C10="Sửa chữ", B9="1a", F9=None),
            put("DT", C22="Nguyễn Văn A"),
        )
    )
    names = {form: copy.form(form).title for form in ("CT", "DT")}
    assert set(copy.rest()) >= {
        (names["CT"], "K10", "ghi thêm"),
        (names["CT"], "J11", "3"),
        (names["CT"], "C10", "Sửa chữ"),
        (names["CT"], "B9", "1a"),
        (names["DT"], "C22", "Nguyễn Văn A"),
        ("Số liệu thêm", "B3", "Xã A"),
        ("Số liệu thêm", "C3", "7"),
    }
    assert all(row[3] for row in copy.table(REST).values() if row[1] != "B9")


def test_of_two_sheets_of_a_form_what_both_say_is_kept_and_the_rest_left_to_the_sender() -> None:
    copy = copy_of(duplicate("CT", F9=99))
    ws = copy.form("CT")
    assert (ws["F9"].value, ws["G9"].value, ws["F10"].value) == (None, 3, 2)
    assert list(marked(ws)) == ["F9"]
    assert copy.rest() == [(ws.title, "F9", "3"), ("Bản sao", "F9", "99")]
    assert (("CT", "F9", "Bản sao", "Bản sao", ERROR)) in copy.listed().values()


def test_a_value_nobody_can_attribute_is_not_put_into_the_likely_cell() -> None:
    copy = copy_of(lambda book: sheet(book, "CT").merge_cells("F9:G9"))
    ws = copy.form("CT")
    assert (ws["F9"].value, ws["G9"].value) == (None, None)
    assert set(marked(ws)) == {"F9", "G9"}
    assert copy.rest() == [(ws.title, "F9", "3")]


def test_a_form_that_is_gone_is_there_again() -> None:
    copy = copy_of(lambda book: book.remove(sheet(book, "CT")))
    assert set(marked(copy.form("CT"))) == {"F9", "F10", "F11", "G9", "G10", "G11"}
    assert [f.code for f in copy.again().findings if f.severity is Severity.ERROR] == ["form.empty"]


# A wrong value is a wrong value whatever it is: those above stand for all of that kind.
_BY_PLACE = ("structure", "outside", "hidden", "computed", "total", "prefill", "row", "form")
MOVED = [
    kind
    for kind in ALL
    if any(code.startswith((*_BY_PLACE, "template", "cell.merged")) for code, *_ in kind.expected)
]


@pytest.mark.parametrize("kind", MOVED, ids=[kind.name for kind in MOVED])
def test_no_fault_loses_anything(kind: Kind) -> None:
    data = damaged(kind.steps)
    judgement = judged(data, f"{kind.file or 'bao-cao'}.xlsx")
    if judgement.unit:
        assert_nothing_lost(copied(read_bytes(data, judgement.file), judgement))


def assert_nothing_lost(copy: Copy) -> None:
    """Each non-empty cell of the file is in the copy or listed with its place, or the template's.

    Counted, so that two equal contents need two places.
    """
    listed = {(row[0], row[1]) for row in copy.table(REST).values()}
    held = Counter(
        cell.shown()
        for ws in copy.back.sheets
        if ws.visible and ws.name not in (FAULT_LIST, REST)
        for cell in ws.cells.values()
        if not cell.formula
    )
    own = template_words()
    missing: Counter[str] = Counter()
    for ws in copy.raw.sheets:
        for place, cell in ws.cells.items():
            named = (ws.name, f"{chr(64 + place[1])}{place[0]}") in listed
            skip = is_blank(cell) or ws.name in (META_SHEET, CHECK_SHEET) or named
            if not (skip or cell.formula or key_of(cell) in own):
                missing[cell.shown()] += 1
    lost = missing - held
    assert not lost


def template_words() -> set[str]:
    """What the blank template says by itself: texts, and figures that are no likely answer."""
    book = read_bytes(template(), NAME)
    cells = [cell for ws in book.sheets for cell in ws.cells.values() if not cell.formula]
    return {key_of(cell) for cell in cells if cell.kind is CellKind.TEXT or cell.value != 1}


STRANGE = (
    RawCell(CellKind.NUMBER, Decimal(770001)),
    RawCell(CellKind.TEXT, "chữ lạ"),
    RawCell(CellKind.TEXT, "77.001"),
    RawCell(CellKind.DATE, datetime(2011, 1, 1)),
    RawCell(CellKind.ERROR, "#REF!"),
    RawCell(CellKind.BOOLEAN, True),
)


FORMS = st.integers(1, 4)
TYPED_SOMEWHERE = st.tuples(
    FORMS, st.integers(2, 26), st.integers(2, 11), st.sampled_from(range(len(STRANGE)))
)
LINES_MOVED = st.tuples(FORMS, st.integers(2, 24), st.integers(0, 4))


def strange_return(
    typed: list[tuple[int, int, int, int]], moves: list[tuple[int, int, int]]
) -> RawWorkbook:
    """The clean return with contents found nowhere else typed over and beside its tables."""
    raw = raw_clean()
    sheets = list(raw.sheets)
    for at, row, column, what in typed:
        cells = {**sheets[at].cells, (row, column): STRANGE[what]}
        sheets[at] = replace(sheets[at], cells=cells)
    for at, line, kind in moves:
        before = sheets[at].cells.items()
        cells = {to: cell for p, cell in before if (to := shifted(kind, line, *p))}
        sheets[at] = replace(sheets[at], cells=cells)
    return replace(raw, sheets=tuple(sheets))


@cache
def raw_clean() -> RawWorkbook:
    return read_bytes(clean_return(), NAME)


def shifted(kind: int, line: int, row: int, column: int) -> tuple[int, int] | None:
    """Where a cell goes when a row or column is inserted or deleted, or two rows swapped."""
    at = min(line, 9)
    match kind:
        case 0:
            return row + (row >= line), column
        case 1:
            return None if row == line else (row - (row > line), column)
        case 2:
            return row, column + (column >= at)
        case 3:
            return None if column == at else (row, column - (column > at))
    return {line: line + 1, line + 1: line}.get(row, row), column


@settings(max_examples=examples(20, 200), deadline=None)
@given(st.lists(TYPED_SOMEWHERE, min_size=1, max_size=6), st.lists(LINES_MOVED, max_size=3))
def test_whatever_is_typed_anywhere_is_in_the_copy_or_listed(
    typed: list[tuple[int, int, int, int]], moves: list[tuple[int, int, int]]
) -> None:
    raw = strange_return(typed, moves)
    judgement = judge_workbook(raw, 1, small_programme())
    if not judgement.unit:
        return
    copy = copied(raw, judgement)
    assert_nothing_lost(copy)
    # what was read comes back as it was; what could not be read is not read all of a sudden
    again = copy.again()
    assert {k: v for k, v in read(judgement).items() if v[0] is not State.UNREADABLE} == {
        k: v for k, v in read(again).items() if v[0] is not State.UNREADABLE
    }


# --- the copy comes back --------------------------------------------------------------------


def test_the_lists_are_passed_over_when_the_copy_comes_back() -> None:
    copy = copy_of(both(added_sheet, put("CT", F9="nhiều lắm", K10="ghi thêm")))
    ws = copy.form("CT")
    ws["F9"] = 3
    again = judged(saved(copy.book))
    assert [f for f in again.findings if f.severity is not Severity.NOTE] == []
    assert set(again.ledgers) == {s.sheet for s in layout_of().sheets}


def test_only_a_sheet_of_ours_is_passed_over() -> None:
    book = opened(clean_return())
    sheet(book, "CT")["K10"] = CORRECTION_MARK
    judgement = judged(saved(book))
    assert judgement.answers == judged(clean_return()).answers
    assert [f.code for f in judgement.findings] == ["outside.column"]


def test_the_copy_of_a_copy_has_no_lists_of_lists() -> None:
    copy = copy_of(both(added_sheet, put("CT", F9="nhiều lắm")))
    second = copied(read_bytes(copy.data, NAME), copy.again())
    assert second.book.sheetnames == [n for n in copy.book.sheetnames if n != REST]
    assert second.form("CT")["F9"].value == "nhiều lắm"


# --- the file -------------------------------------------------------------------------------


def test_the_same_return_gives_the_same_bytes() -> None:
    fault = both(added_sheet, put("CT", F9="nhiều lắm"))
    assert copy_of(fault).data == copy_of(fault).data


def test_the_list_is_the_first_sheet_and_the_one_shown() -> None:
    book = copy_of(both(added_sheet, put("CT", F9="nhiều lắm"))).book
    names = [s.sheet for s in layout_of().sheets]
    visible = [ws.title for ws in book.worksheets if ws.sheet_state == "visible"]
    assert visible == [FAULT_LIST, "Bìa", *names, REST]
    assert book.active is not None
    assert book.active.title == FAULT_LIST
    assert [ws.title for ws in book.worksheets if ws.sheet_view.tabSelected] == [FAULT_LIST]
    assert book[FAULT_LIST]["A1"].value == book[REST]["A1"].value == CORRECTION_MARK
    assert book[FAULT_LIST].column_dimensions["A"].hidden


def test_no_text_of_the_sender_becomes_a_formula_or_link() -> None:
    copy = copy_of(
        both(put("MH", C10="'"), put("CT", F9=None), added_sheet)  # an odd text beside
    )
    evil = "=HYPERLINK(1)"
    raw = copy.raw
    sheets = [
        replace(ws, cells={**ws.cells, (10, 3): RawCell(CellKind.TEXT, evil)})
        if ws.visible and ws.name != "Bìa"
        else ws
        for ws in raw.sheets
    ]
    workbook = replace(raw, sheets=tuple(sheets))
    judgement = judge_workbook(workbook, 1, small_programme())
    back = read_bytes(copied(workbook, judgement).data, NAME)
    found = [cell for ws in back.sheets for cell in ws.cells.values() if cell.shown() == evil]
    assert len(found) == len([ws for ws in sheets if ws.visible]) - 1
    assert {(c.kind, c.formula) for c in found} == {(CellKind.TEXT, False)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lists_and_notes_are_whole_in_both_languages(lang: str) -> None:
    copy = copy_of(ALL_FAULTS_TOGETHER, lang)
    texts = [
        str(cell.value)
        for name in (FAULT_LIST, REST)
        for row in copy.book[name].iter_rows()
        for cell in row
        if cell.value is not None
    ]
    texts += [
        c.comment.text for ws in copy.book for row in ws.iter_rows() for c in row if c.comment
    ]
    assert len(texts) > 60
    assert not [words for words in texts if "{" in words or "}" in words]


ALL_FAULTS_TOGETHER = both(
    added_sheet,
    *(
        case.fault
        for name, case in CASES.items()
        if "inserted" not in name and "renamed" not in name
    ),
)


@pytest.mark.parametrize(
    ("code", "lang", "why", "how"),
    [
        (
            "number.ambiguous",
            "vi",
            "“x” có thể là 1, cũng có thể là 2, không đủ căn cứ để xác định.",
            "Hãy gõ lại dưới dạng số.",
        ),
        (
            "number.ambiguous",
            "en",
            "“x” may be 1 or 2 (decimal comma); nothing tells which.",
            "Type it again as a number.",
        ),
        (
            "cell.error",
            "vi",
            "Ô báo lỗi #REF!.",
            "Bản này để trống ô. Hãy gõ thẳng giá trị đúng vào ô.",
        ),
        (
            "outside.cell",
            "en",
            '"x" stands outside the cells to fill, so it was not taken.',
            "The content is kept on sheet “Nội dung khác”. If it belongs to the return, please "
            "write it into the right cell.",
        ),
        ("nothing.zero", "vi", "“x” đã được hiểu là 0.", "Hãy sửa lại cho đúng."),
    ],
)
def test_a_text_is_parted_in_why_and_what_to_do(code: str, lang: str, why: str, how: str) -> None:
    params = {"whole": "1", "part": "2", "content": "#REF!"}
    said = said_of(Finding(code, Severity.ERROR, Address("f"), "x", params), lang, {})
    assert (said.why, said.how) == (why, how)


def test_its_name_and_when_there_is_one() -> None:
    programme = small_programme()
    unit, period = programme.unit("305"), programme.period("2024-Q1")
    assert correction_name(unit, period) == "305_Quan-Le-Chan_2024-Q1_can-sua.xlsx"
    clean = judged(clean_return())
    assert not needs_correction(clean)
    assert needs_correction(copy_of(put("CT", F9=None)).judgement)
    nobody = replace(clean, unit="", period="")
    assert not needs_correction(nobody)
    with pytest.raises(ValueError, match="no unit and period"):
        write_correction(programme, nobody, read_bytes(clean_return(), NAME), BytesIO())
