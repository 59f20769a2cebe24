"""The fault table: each kind of fault put into a filled return, and all that is said of it.

Errors and warnings are listed in full: one mistake, one finding, at the very cell. Notes are
listed where they are what the case is about.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from returned import NAME, clean_return, flat, judged, opened, saved, sheet

from toolkit.findings import Severity
from toolkit.intake.catalogue import SEVERITIES
from toolkit.intake.model import Judgement, Outcome, State
from toolkit.messages import LANGUAGES, catalogue, message

Fault = Callable[[Workbook], None]
Said = tuple[str, str, str]


def put(form: str, **cells: object) -> Fault:
    def damage(book: Workbook) -> None:
        for cell, value in cells.items():
            sheet(book, form)[cell].value = value

    return damage


def moved(form: str, area: str, *, rows: int = 0, columns: int = 0) -> Fault:
    """What Excel does on inserting rows or columns: the cells below or right move."""

    def damage(book: Workbook) -> None:
        sheet(book, form).move_range(area, rows=rows, cols=columns)

    return damage


def both(*faults: Fault) -> Fault:
    def damage(book: Workbook) -> None:
        for fault in faults:
            fault(book)

    return damage


def clear_row(form: str, row: int) -> Fault:
    def damage(book: Workbook) -> None:
        for column in range(1, 12):
            sheet(book, form).cell(row, column).value = None

    return damage


def swap_rows(form: str, first: int, second: int, *, from_column: int) -> Fault:
    def damage(book: Workbook) -> None:
        ws = sheet(book, form)
        for column in range(from_column, 9):
            a, b = ws.cell(first, column), ws.cell(second, column)
            a.value, b.value = b.value, a.value

    return damage


def copy_row(form: str, source: int, target: int) -> Fault:
    def damage(book: Workbook) -> None:
        ws = sheet(book, form)
        for column in range(1, 9):
            ws.cell(target, column).value = ws.cell(source, column).value

    return damage


def rename(form: str, name: str) -> Fault:
    def damage(book: Workbook) -> None:
        sheet(book, form).title = name

    return damage


def remove(form: str) -> Fault:
    def damage(book: Workbook) -> None:
        book.remove(sheet(book, form))

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


def hidden_row(book: Workbook) -> None:
    sheet(book, "CT").row_dimensions[10].hidden = True


def hidden_column(book: Workbook) -> None:
    sheet(book, "CT").column_dimensions["G"].hidden = True


def hidden_sheet(book: Workbook) -> None:
    sheet(book, "CT").sheet_state = "hidden"


def merged(form: str, area: str) -> Fault:
    def damage(book: Workbook) -> None:
        sheet(book, form).merge_cells(area)

    return damage


def without_keys(form: str) -> Fault:
    """The hidden row and column gone, as in a copy of the visible part."""

    def damage(book: Workbook) -> None:
        ws = sheet(book, form)
        for row in range(1, ws.max_row + 1):
            ws.cell(row, 1).value = None
        for column in range(1, ws.max_column + 1):
            ws.cell(1, column).value = None

    return damage


def reordered(book: Workbook) -> None:
    book.move_sheet(sheet(book, "DT"), offset=-3)


def second_column(book: Workbook) -> None:
    ws = sheet(book, "CT")
    for row in range(1, 13):
        ws.cell(row, 9).value = ws.cell(row, 6).value


def legacy_font(book: Workbook) -> None:
    cell = sheet(book, "DT")["E14"]
    cell.value = "Ban D©n vËn Thµnh ñy H¶i Phßng"
    cell.font = Font(name=".VnTime")


NV, CT, MH, DT = "NV", "CT", "MH", "DT"
LATE = datetime(2025, 3, 1)

# id, what is done to the file, every error and warning that must come of it
FAULTS: list[tuple[str, Fault, list[Said]]] = [
    # -- nothing where something is asked
    ("required number blank", put(CT, F9=None), [("answer.missing", CT, "F9")]),
    ("required choice blank", put(NV, G11=None), [("answer.missing", NV, "G11")]),
    ("required answer blank", put(DT, E9=None), [("answer.missing", DT, "E9")]),
    ("required cell of a list row", put(MH, D11=None), [("answer.missing", MH, "D11")]),
    ("only white space", put(CT, F9="  \u00a0 "), [("answer.missing", CT, "F9")]),
    (
        "two blanks are two findings",
        put(CT, F9=None, F11=None),
        [("answer.missing", CT, "F9"), ("answer.missing", CT, "F11")],
    ),
    (
        "whole form blank is one finding",
        put(NV, G10=None, H10=None, G11=None, H11=None, G12=None, H12=None),
        [("form.empty", NV, "")],
    ),
    # -- values that cannot be read
    ("error cell", put(CT, F10="#REF!"), [("cell.error", CT, "F10")]),
    ("division error", put(DT, E12="#DIV/0!"), [("cell.error", DT, "E12")]),
    ("formula without a result", put(CT, F10="=1+1"), [("cell.uncached", CT, "F10")]),
    ("words for a number", put(CT, F10="nhiều"), [("number.unreadable", CT, "F10")]),
    ("two numbers in a cell", put(CT, F10="3 và 5"), [("number.several", CT, "F10")]),
    ("letter O for zero", put(CT, F10="1O"), [("number.lookalike", CT, "F10")]),
    ("about so many", put(CT, F10="khoảng 2"), [("number.approximate", CT, "F10")]),
    ("an expression as text", put(CT, F10="1 + 1"), [("number.expression", CT, "F10")]),
    ("half a commune", put(CT, F10=1.5), [("number.not_integer", CT, "F10")]),
    ("below the minimum", put(CT, F10=-1), [("number.too_small", CT, "F10")]),
    ("above the maximum", put(DT, E12=5000), [("number.too_large", DT, "E12")]),
    ("rate above 100 %", put(NV, H11=1.5), [("number.too_large", NV, "H11")]),
    ("true for a number", put(CT, F10=True), [("number.boolean", CT, "F10")]),
    (
        "a date for a number",
        put(CT, F10=datetime(2024, 3, 2)),
        [("number.is_date", CT, "F10")],
    ),
    ("choice not on the list", put(NV, G11="Bỏ"), [("choice.unknown", NV, "G11")]),
    ("31 February", put(DT, E13="31/02/2024"), [("date.impossible", DT, "E13")]),
    ("words for a date", put(DT, E13="vừa qua"), [("date.unreadable", DT, "E13")]),
    ("date too early", put(MH, E11=datetime(2019, 2, 1)), [("date.too_early", MH, "E11")]),
    ("date of another year", put(DT, E13=datetime(2023, 3, 20)), [("date.other_year", DT, "E13")]),
    # -- answers that contradict each other
    (
        "rule broken, an error",
        put(CT, F10=5),
        [("rule.broken", CT, "G10")],
    ),
    ("rule broken, a warning", put(CT, F9=20, G9=20), [("rule.broken", CT, "G9")]),
    ("done but not all of it", put(NV, H10=0.9), [("rule.broken", NV, "G10")]),
    (
        "no rule about a faulted answer",
        put(CT, G10="nhiều"),
        [("number.unreadable", CT, "G10")],
    ),
    (
        "the same row twice",
        put(
            MH,
            C13="Camera an ninh khu phố",
            D13="Quốc phòng - an ninh",
            E13=datetime(2024, 3, 1),
        ),
        [("row.duplicate", MH, "C13")],
    ),
    # -- what is not the sender's to write
    ("assigned figure changed", put(CT, E9=5), [("prefill.changed", CT, "E9")]),
    ("assigned figure erased", put(CT, E9=None), [("prefill.changed", CT, "E9")]),
    ("rate typed over, wrong", put(CT, H9=0.99), [("computed.differs", CT, "H9")]),
    ("rate typed over, 33.3 for 20", put(DT, E11=33.3), [("computed.differs", DT, "E11")]),
    ("total typed over, wrong", put(CT, F12=100), [("total.differs", CT, "F12")]),
    # -- figures where none are asked
    ("a row added", put(CT, C13="Chỉ tiêu riêng", F13=4), [("outside.row", CT, "C13")]),
    ("a column added", put(CT, I7="Xã", I9=4, I10=5), [("outside.column", CT, "I9")]),
    ("a figure in the title", put(CT, J3=4), [("outside.cell", CT, "J3")]),
    ("a figure by the signatures", put(CT, J16=4), [("outside.cell", CT, "J16")]),
    ("a word far right of the title", put(CT, M3="12 xã"), [("outside.cell", CT, "M3")]),
    ("an answer beside its cell", put(DT, F9="40 ý kiến"), [("outside.column", DT, "F9")]),
    ("a sheet added", added_sheet, [("structure.sheet_unknown", "Số liệu thêm", "B3")]),
    # -- rows, columns and sheets
    ("row deleted", clear_row(CT, 11), [("structure.row_missing", CT, "C11")]),
    (
        "row copied with its figures",
        copy_row(CT, 10, 13),
        [("structure.row_duplicated", CT, "C13")],
    ),
    (
        "item text overwritten by another's",
        put(CT, C11="Cơ sở được lập hồ sơ đăng ký"),
        [("structure.row_contradicts", CT, "C11")],
    ),
    (
        "visible part sorted",
        swap_rows(CT, 9, 10, from_column=2),
        [("structure.rows_resorted", CT, "C9")],
    ),
    (
        "column deleted",
        put(CT, F1=None, F7=None, F9=None, F10=None, F11=None, F12=None),
        [("structure.column_missing", CT, "F7")],
    ),
    ("column twice", second_column, [("structure.column_duplicated", CT, "I7")]),
    (
        "heading of another column",
        put(CT, F7="Lũy kế từ đầu năm"),
        [("structure.heading_contradicts", CT, "F7")],
    ),
    ("sheet deleted", remove(DT), [("structure.sheet_missing", DT, "")]),
    (
        "sheet twice, other figures",
        duplicate(CT, F9=1),
        [("structure.sheet_duplicated", "Bản sao", "")],
    ),
    ("cells merged", merged(CT, "F9:F10"), [("cell.merged", CT, "F9")]),
    ("row hidden", hidden_row, [("hidden.row", CT, "F10")]),
    ("column hidden", hidden_column, [("hidden.column", CT, "G9")]),
    ("sheet hidden", hidden_sheet, [("hidden.sheet", CT, "")]),
]

# Recognised and mapped: a note, nothing worse, and every answer where it belongs.
NOTED: list[tuple[str, Fault, list[Said]]] = [
    ("sheet renamed", rename(CT, "Biểu 2"), [("structure.sheet_renamed", "Biểu 2", "")]),
    ("sheets reordered", reordered, []),
    ("sheet twice, the same", duplicate(CT), [("structure.sheet_copied", "Bản sao", "")]),
    ("heading edited", put(CT, F7="Quý này"), [("structure.heading_changed", CT, "F7")]),
    (
        "item text edited",
        put(CT, C11="Đơn thư còn tồn"),
        [("prefill.text_changed", CT, "C11")],
    ),
    ("rows moved with their keys", swap_rows(CT, 9, 10, from_column=1), [
        ("structure.rows_moved", CT, "C9"),
    ]),
    ("key of another row", put(CT, A10="CT1"), [("structure.rows_by_text", CT, "C10")]),
    ("rate typed over, right", put(CT, H9=0.2), [("computed.typed_over", CT, "H9")]),
    ("rate typed over, rounded", put(CT, H11="8,8%"), [("computed.typed_over", CT, "H11")]),
    ("computed cell in error", put(CT, H9="#DIV/0!"), [("computed.error", CT, "H9")]),
    ("remark under the table", put(CT, C13="Số liệu đến 10/3"), [("outside.remark", CT, "C13")]),
    ("keys of a form gone", without_keys(CT), [
        ("structure.sheet_by_name", CT, ""),
        ("structure.columns_by_heading", CT, "C6"),
        ("structure.rows_by_text", CT, "C9"),
    ]),
    ("keys of the questions gone", without_keys(DT), [
        ("structure.sheet_by_name", DT, ""),
        ("structure.columns_by_heading", DT, "E6"),
        ("structure.rows_by_text", DT, "C8"),
    ]),
    ("keys of a list gone", without_keys(MH), [
        ("structure.sheet_by_name", MH, ""),
        ("structure.columns_by_heading", MH, "C7"),
    ]),
    ("heading repeated in a list", put(MH, B13="TT", C13="Tên mô hình", D13="Lĩnh vực"), [
        ("row.repeated_heading", MH, "B13"),
    ]),
    ("list: sum typed as a row", put(MH, B13="Cộng", G13=165), [("row.total", MH, "B13")]),
    ("number as text", put(CT, F10="02"), [("number.text", CT, "F10")]),
    ("number with its unit", put(MH, G11="45 hộ"), [("number.text", MH, "G11")]),
    ("choice in capitals", put(NV, G11="ĐANG THỰC HIỆN"), [("choice.matched", NV, "G11")]),
    ("rate as text", put(NV, H11="50%"), [("rate.text", NV, "H11")]),
    ("date as text", put(DT, E13="20/3/2024"), [("date.text", DT, "E13")]),
    ("HTML in a text", put(DT, E14="<p>Đề nghị tập huấn thêm</p>"), [("text.html", DT, "E14")]),
]  # fmt: skip


def damaged(fault: Fault) -> bytes:
    book = opened(clean_return())
    fault(book)
    return saved(book)


def assert_sentences_are_whole(judgement: Judgement) -> None:
    """No placeholder of a text is left open, in either language."""
    for said in judgement.findings:
        for lang in LANGUAGES:
            assert "{" not in message(said, lang), said.code


@pytest.mark.parametrize(("fault", "expected"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_each_fault_is_found_at_its_cell_and_nothing_else(
    fault: Fault, expected: list[Said]
) -> None:
    judgement = judged(damaged(fault))
    assert flat(judgement, notes=False) == expected
    assert judgement.ledger.balanced
    assert_sentences_are_whole(judgement)
    bad = {f.address for f in judgement.findings if f.severity is Severity.ERROR}
    own = {f.address for f in judgement.findings if f.code.startswith("rule.")}
    for answer in judgement.answers:
        if answer.address in bad - own and answer.address.cell:
            assert answer.state in (State.UNREADABLE, State.MISSING)
            assert answer.value is None


@pytest.mark.parametrize(("fault", "expected"), [f[1:] for f in NOTED], ids=[f[0] for f in NOTED])
def test_what_can_be_mapped_safely_is_mapped_with_a_note(
    fault: Fault, expected: list[Said]
) -> None:
    judgement = judged(damaged(fault))
    assert flat(judgement) == expected
    assert judgement.outcome is Outcome.CLEAN
    assert_sentences_are_whole(judgement)
    clean = judged(clean_return())
    same = {(a.form, a.row, a.field): (a.state, a.value) for a in clean.answers}
    assert {(a.form, a.row, a.field): (a.state, a.value) for a in judgement.answers} == same


def test_legacy_font_is_decoded_with_a_note() -> None:
    judgement = judged(damaged(legacy_font))
    assert flat(judgement) == [("text.legacy", DT, "E14")]
    told = {a.field: a.value for a in judgement.answers if a.form == DT}
    assert told["kien_nghi"] == "Ban Dân vận Thành ủy Hải Phòng"


def test_there_are_enough_kinds() -> None:
    kinds = {said[0] for _, _, expected in FAULTS + NOTED for said in expected}
    assert len(FAULTS) + len(NOTED) >= 70
    assert len(kinds) >= 50


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_has_its_sentence(lang: str) -> None:
    assert set(SEVERITIES) <= set(catalogue(lang))


def insert_column(book: Workbook, form: str, at: int) -> None:
    """A column inserted as Excel does it: everything from there moves right."""
    ws = sheet(book, form)
    for area in list(ws.merged_cells.ranges):
        ws.unmerge_cells(str(area))
    letter, last = get_column_letter(at), get_column_letter(ws.max_column)
    ws.move_range(f"{letter}1:{last}{ws.max_row}", cols=1)


def insert_row(book: Workbook, form: str, at: int) -> None:
    ws = sheet(book, form)
    for area in list(ws.merged_cells.ranges):
        ws.unmerge_cells(str(area))
    ws.move_range(f"A{at}:{get_column_letter(ws.max_column)}{ws.max_row}", rows=1)


@pytest.mark.parametrize(
    ("form", "row", "column", "place"),
    [
        (CT, 2, None, "F10"),
        (CT, 9, None, "F10"),
        (CT, 10, None, "F9"),
        (CT, None, 2, "G9"),
        (CT, None, 6, "G9"),
        (CT, 4, 4, "G10"),
        (CT, None, 1, "G9"),
        (CT, 1, None, "F10"),
    ],
)
def test_addresses_are_those_of_the_senders_file(
    form: str, row: int | None, column: int | None, place: str
) -> None:
    book = opened(clean_return())
    if row is not None:
        insert_row(book, form, row)
    if column is not None:
        insert_column(book, form, column)
    judgement = judged(saved(book))
    answers = {(a.form, a.row, a.field): a for a in judgement.answers}
    assert answers[CT, "CT1", "trong_ky"].address.cell == place
    assert answers[CT, "CT1", "trong_ky"].value == 3
    assert flat(judgement, notes=False) == []


def test_rows_inserted_into_a_list_get_the_next_free_numbers() -> None:
    book = opened(clean_return())
    insert_row(book, MH, 11)
    ws = sheet(book, MH)
    for cell, value in {"C11": "Mô hình chèn", "D11": "Kinh tế", "E11": LATE, "G11": 5}.items():
        ws[cell].value = value
    judgement = judged(saved(book))
    rows = {a.row: a.value for a in judgement.answers if a.form == MH and a.field == "ten"}
    assert rows == {
        "1": "Tổ dân vận số 5 khéo vận động hiến đất",
        "2": "Dòng họ tự quản",
        "3": "Camera an ninh khu phố",
        "13": "Mô hình chèn",
    }
    places = {a.row: a.address.cell for a in judgement.answers if a.field == "ten"}
    assert places == {"1": "C10", "2": "C12", "3": "C13", "13": "C11"}


def test_a_list_filled_beyond_its_offered_rows() -> None:
    book = opened(clean_return())
    ws = sheet(book, MH)
    for row in range(13, 22):
        ws.cell(row, 3).value, ws.cell(row, 4).value = f"Mô hình {row}", "Kinh tế"
        ws.cell(row, 5).value = datetime(2024, 3, row)
    insert_row(book, MH, 22)
    ws["C22"].value, ws["D22"].value, ws["E22"].value = "Mô hình cuối", "Kinh tế", LATE
    judgement = judged(saved(book))
    rows = {a.row: a.value for a in judgement.answers if a.form == MH and a.field == "ten"}
    assert len(rows) == 13
    assert rows["13"] == "Mô hình cuối"


def test_the_name_of_the_file_is_in_every_address() -> None:
    judgement = judged(clean_return())
    assert {a.address.file for a in judgement.answers} == {NAME}
