"""Each fault put into a good programme is found at its cell, alone, and all are found at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest
from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_from_string
from programmes import SMALL_PROGRAMME

from toolkit.findings import Finding, Severity
from toolkit.messages import LANGUAGES, message
from toolkit.programme.load import load_book
from toolkit.programme.read import Cell, RawBook, RawTable, read_folder

Edits = Mapping[str, str]  # "Sheet!B3" -> the new text, "" for a blank cell


def place(cell: str) -> tuple[int, int]:
    letters, row = coordinate_from_string(cell)
    return row, column_index_from_string(letters)


def edited(edits: Edits, without: Iterable[str] = ()) -> RawBook:
    """The small programme with some cells changed and some sheets taken away."""
    book = read_folder(SMALL_PROGRAMME)
    cells = {table.sheet: dict(table.cells) for table in book.tables}
    for where, text in edits.items():
        sheet, cell = where.split("!")
        held = cells.setdefault(sheet, {})
        held.pop(place(cell), None)
        if text:
            held[place(cell)] = Cell(text)
    files = {table.sheet: table.file for table in book.tables}
    tables = (RawTable(files.get(s, s), s, c) for s, c in cells.items() if s not in without)
    return replace(book, tables=tuple(tables))


def found(edits: Edits, without: Iterable[str] = ()) -> list[tuple[str, str]]:
    _, findings = load_book(edited(edits, without))
    return [(f.code.removeprefix("programme."), where(f)) for f in findings]


def where(finding: Finding) -> str:
    return f"{finding.address.sheet}!{finding.address.cell}"


def test_two_figures_for_one_cell_of_the_superior() -> None:
    again = dict(zip("ABCD", ("B2", "CT1", "trong_ky", "CT"), strict=True))
    edits = {f"Chuyển lên!{column}7": text for column, text in again.items()}
    assert found(edits) == [("transfer.twice", "Chuyển lên!C7")]


def test_unique_in_a_form_of_one_row_can_never_fail() -> None:
    row = {"A": "DT-09", "B": "DT", "C": "UNIQUE([so_cuoc])", "E": "Ghi trùng."}
    edits = {f"Quy tắc!{column}6": text for column, text in row.items()}
    assert found(edits) == [("formula.unique_alone", "Quy tắc!C6")]


def test_the_good_programme_has_no_finding() -> None:
    programme, findings = load_book(edited({}))
    assert findings == ()
    assert programme is not None


# cell changed, its new text, code of the one finding, its cell where it is another
ERRORS = [
    # the sheet Chương trình
    ("Chương trình!A2", "mã số", "key.missing key.unknown", "Chương trình! Chương trình!A2"),
    ("Chương trình!A9", "tên", "key.twice", ""),
    ("Chương trình!B2", "", "value.missing", ""),
    ("Chương trình!B4", "2204", "number.range", ""),
    ("Chương trình!B4", "hai không hai tư", "number.bad", ""),
    ("Chương trình!B8", "đoàn thể", "keyword.bad", ""),
    ("Chương trình!B6", "Bộ Chỉ huy Quân sự; Công an thành phố", "issuers.many", ""),
    (
        "Chương trình!B1",
        "Gía trị",
        "heading.missing heading.unknown",
        "Chương trình! Chương trình!B1",
    ),
    # units
    ("Quy tắc!A3", "nv-01", "code.twice", ""),
    ("Biểu đồ!A2", "BD/1", "code.bad", ""),
    ("Đơn vị!E3", "HN", "reference.unit", ""),
    ("Đơn vị!E2", "305", "unit.circle", ""),
    ("Đơn vị!B3", "", "value.missing", ""),
    ("Đơn vị!H5", "01/01/2031", "dates.reversed", "Đơn vị!I5"),
    ("Đơn vị!H5", "31/02/2020", "date.bad", ""),
    ("Đơn vị!H5", "2020", "date.bad", ""),
    ("Đơn vị!J3", "thứ hai", "number.bad", ""),
    ("Đơn vị!C1", "tên tắt", "heading.unknown", ""),
    ("Đơn vị!C1", "tên", "heading.twice", ""),
    ("Đơn vị!C1", "", "heading.blank", "Đơn vị!C2"),
    # periods
    ("Kỳ báo cáo!A3", "2024-q1", "code.twice", ""),
    ("Kỳ báo cáo!C2", "tuần", "keyword.bad", ""),
    ("Kỳ báo cáo!G2", "2024-H1; 2025", "reference.period", ""),
    ("Kỳ báo cáo!G7", "2024-Q1", "period.circle", "Kỳ báo cáo!G2"),
    ("Kỳ báo cáo!E2", "31/12/2023", "dates.reversed", ""),
    ("Kỳ báo cáo!F2", "10/04/2023", "due.before_start", ""),
    ("Kỳ báo cáo!D3", "31/03/2024", "period.overlap", ""),
    ("Kỳ báo cáo!G4", "2024-H1; 2024", "period.outside", ""),
    # forms
    ("Biểu!C2", "ma trận", "keyword.bad", ""),
    ("Biểu!D2", "", "source.missing", ""),
    ("Biểu!D2", "Công việc", "source.unknown", ""),
    ("Biểu!D2", "Nhiệm vụ: Trọng tâm", "source.group", ""),
    ("Biểu!D4", "Nhiệm vụ", "source.not_fixed", ""),
    ("Biểu!E2", "quận; phường", "reference.unit_type", ""),
    ("Biểu!F2", "2024-Q5", "reference.period", ""),
    ("Biểu!F2", "tháng", "period.kind_absent", ""),
    ("Biểu!G4", "0", "number.range", ""),
    ("Biểu!H3", "được", "flag.bad", ""),
    ("Biểu!A6", "DX", "form.no_fields value.missing value.missing", "Biểu!A6 Biểu!B6 Biểu!C6"),
    # fields
    ("Cột!A2", "NVX", "reference.form", ""),
    ("Cột!B3", "noi_dung", "code.twice", ""),
    ("Cột!E19", "số", "keyword.bad", ""),
    ("Cột!H6", "", "choices.missing", ""),
    ("Cột!H6", "trangthai2", "reference.choices", ""),
    ("Cột!H7", "trang-thai", "choices.not_choice", ""),
    ("Cột!I11", "không", "number.bad", ""),
    ("Cột!I11", "1.500", "number.ambiguous", ""),
    ("Cột!I11", "0,5", "number.not_integer", ""),
    ("Cột!J7", "100", "limits.percent", ""),
    ("Cột!J11", "100%", "limits.not_rate", ""),
    ("Cột!I14", "1", "limits.type", ""),
    ("Cột!I23", "2000", "limits.reversed", "Cột!J23"),
    ("Cột!J16", "31/12/2021", "limits.reversed", ""),
    ("Cột!J16", "cuối năm", "date.bad", ""),
    ("Cột!K13", "", "formula.missing", ""),
    ("Cột!K11", "[Tổng số]", "formula.not_formula", ""),
    ("Cột!L11", "cộng dồn", "keyword.bad", ""),
    ("Cột!L2", "cộng", "aggregation.unfit", ""),
    ("Cột!L7", "cộng", "aggregation.rate_sum", ""),
    ("Cột!M13", "cộng", "aggregation.rate_sum", ""),
    ("Cột!L11", "tính lại", "aggregation.unfit", ""),
    ("Cột!L15", "liệt kê", "aggregation.unfit", "Cột!M15"),
    ("Cột!M12", "cộng", "aggregation.cumulative_sum", ""),
    ("Cột!M10", "cộng", "aggregation.stock_sum", ""),
    ("Cột!L18", "bình quân gia quyền", "weight.missing", ""),
    ("Cột!M18", "bình quân gia quyền", "weight.missing", ""),
    ("Cột!L13", "đếm khác nhau", "aggregation.unfit", ""),
    ("Cột!L7", "đếm khác nhau", "aggregation.unfit", ""),
    ("Cột!L14", "bình quân gia quyền", "aggregation.unfit", ""),
    ("Cột!L24", "đếm khác nhau", "aggregation.distinct_of", "Cột!M24"),
    ("Cột!M25", "đếm khác nhau", "aggregation.of_distinct", "Cột!L25"),
    ("Cột!N5", "Căn cứ pháp lý", "prefill.unknown", ""),
    ("Cột!N14", "nội dung", "prefill.not_fixed", ""),
    ("Cột!N6", "nội dung", "prefill.type", ""),
    ("Cột!E9", "số nguyên", "prefill.target_rate", "Cột!N9"),
    ("Cột!C4", "Ban Dân vận", "field.same_heading", ""),
    ("Cột!O2", "300", "number.range", ""),
    ("Cột!Q12", "tích lũy", "keyword.bad", ""),
    # choices, items, allotments
    ("Danh mục!B4", "đang thực hiện", "choices.value_twice", ""),
    ("Danh mục!B4", "", "value.missing", ""),
    ("Nhiệm vụ!C3", "", "value.missing", ""),
    ("Nhiệm vụ!A4", "NV1", "code.twice", ""),
    ("Chỉ tiêu!E4", "cao", "number.bad", ""),
    ("Chỉ tiêu!E4", "3", "prefill.target_not_rate", "Cột!N9"),
    ("Giao chỉ tiêu!B2", "999", "reference.unit", ""),
    ("Giao chỉ tiêu!A2", "CT9", "reference.item", ""),
    ("Giao chỉ tiêu!C2", "", "value.missing", ""),
    ("Giao chỉ tiêu!B3", "303", "allotment.twice", ""),
    # rules
    ("Quy tắc!B2", "XX", "reference.form", ""),
    ("Quy tắc!D2", "nặng", "keyword.bad", ""),
    ("Quy tắc!E2", "", "value.missing", ""),
    ("Quy tắc!E2", "Tiến độ {Tien_do_nay}.", "formula.unknown_field_suggest", ""),
    ("Quy tắc!E2", "Tiến độ {Tiến độ.", "formula.unclosed_brace", ""),
    ("Quy tắc!E2", "Tiến độ {[Tiến độ]>1}.", "formula.truth_shown", ""),
    ("Quy tắc!F4", "xã", "reference.unit_type", ""),
    ("Quy tắc!G5", "2024-Q9", "reference.period", ""),
    # what goes up
    ("Chuyển lên!A2", "", "value.missing", ""),
    ("Chuyển lên!D2", "CTT", "reference.form", ""),
    ("Chuyển lên!E2", "CT9", "reference.form_item", ""),
    ("Chuyển lên!F2", "lũy kế cả đời", "reference.field", ""),
    ("Chuyển lên!F2", "số dòng", "reference.field", ""),
    ("Chuyển lên!E4", "1", "transfer.row_of_list", ""),
    ("Chuyển lên!B5", "", "transfer.count_without_row", ""),
    ("Chuyển lên!E6", "y_kien", "transfer.row_of_question", ""),
    ("Chuyển lên!B6", "", "transfer.question_without_row", ""),
    # charts
    ("Biểu đồ!C2", "bánh", "keyword.bad", ""),
    ("Biểu đồ!D2", "", "chart.form_missing", ""),
    ("Biểu đồ!D2", "NVV", "reference.form", ""),
    ("Biểu đồ!E2", "trang_thaii", "reference.field", ""),
    ("Biểu đồ!E2", "tien_do", "chart.category_type", ""),
    ("Biểu đồ!E6", "", "chart.category_missing", ""),
    ("Biểu đồ!F3", "noi_dung", "chart.values_type", ""),
    ("Biểu đồ!G3", "CT1; NV1", "reference.form_item", ""),
    ("Biểu đồ!G6", "MH1", "chart.no_items", ""),
]


@pytest.mark.parametrize(
    ("cell", "text", "codes", "cells"), ERRORS, ids=[f"{e[0]}={e[1]}" for e in ERRORS]
)
def test_one_fault_one_finding(cell: str, text: str, codes: str, cells: str) -> None:
    programme, findings = load_book(edited({cell: text}))
    # A sheet's name may hold a space, a code never does.
    said = [(f.code.removeprefix("programme."), where(f)) for f in findings]
    assert [code for code, _ in said] == codes.split()
    assert " ".join(place for _, place in said) == (cells or cell)
    assert {f.severity for f in findings} == {Severity.ERROR}
    assert programme is None


# The column trọng số, which the small programme has not: rows and weights, then the faults.
WEIGHTS = [
    ({"L11": "bình quân gia quyền", "R11": "luy_ke"}, []),
    ({"L11": "bình quân gia quyền", "R11": "LUY_KE"}, []),
    ({"R11": "luy_ke"}, [("weight.idle", "R11")]),
    ({"L11": "bình quân gia quyền"}, [("weight.missing", "L11")]),
    ({"L11": "bình quân gia quyền", "R11": "luyke"}, [("weight.unfit", "R11")]),
    ({"L11": "bình quân gia quyền", "R11": "ty_le"}, [("weight.unfit", "R11")]),
    ({"L11": "bình quân gia quyền", "R11": "noi_dung"}, [("weight.unfit", "R11")]),
    ({"L11": "bình quân gia quyền", "R11": "trong_ky"}, [("weight.unfit", "R11")]),
    ({"M11": "bình quân gia quyền", "R11": "luy_ke"}, []),
    (
        {"L11": "bình quân gia quyền", "R11": "tong_so", "M10": "không"},
        [("aggregation.idle_input", "M13"), ("weight.over_periods", "R11")],
    ),
]


@pytest.mark.parametrize(("edits", "faults"), WEIGHTS)
def test_weights(edits: Mapping[str, str], faults: list[tuple[str, str]]) -> None:
    changed = {f"Cột!{cell}": text for cell, text in {"R1": "trọng số", **edits}.items()}
    said = [(code, at) for code, at in found(changed) if code != "aggregation.idle_input"]
    assert said == [(c, f"Cột!{at}") for c, at in faults if c != "aggregation.idle_input"]


@pytest.mark.parametrize(
    ("units", "periods", "faults"),
    [
        ("bình quân gia quyền", "bình quân gia quyền", []),
        ("bình quân gia quyền", "cuối kỳ", []),
        ("bình quân gia quyền", "cộng", []),
        ("cộng", "bình quân gia quyền", ["weight.list"]),
        ("bình quân gia quyền", "lớn nhất", ["weight.list"]),
    ],
)
def test_weights_in_a_list(units: str, periods: str, faults: list[str]) -> None:
    row = {"A": "MH", "B": "so_nguoi", "C": "Số người", "E": "số nguyên", "L": "cộng", "M": "cộng"}
    edits = {f"Cột!{column}26": text for column, text in row.items()}
    edits |= {"Cột!R1": "trọng số", "Cột!R18": "so_nguoi", "Cột!L18": units, "Cột!M18": periods}
    assert [code for code, _ in found(edits)] == faults


def test_a_title_that_says_a_stock_is_doubted() -> None:
    edits = {"Cột!C19": "Số hội viên hiện có"}
    assert ("aggregation.stock_title", "Cột!M19") in found(edits)


@pytest.mark.parametrize(
    ("text", "meaning"), [("loại ra", "exclude"), ("tính và đánh dấu", "include")]
)
def test_the_choice_on_faulty_answers(text: str, meaning: str) -> None:
    edits = {"Chương trình!A10": "số liệu có lỗi", "Chương trình!B10": text}
    edits |= {"Chương trình!A11": "chương trình năm trước", "Chương trình!B11": "../2023"}
    programme, findings = load_book(edited(edits))
    assert findings == ()
    assert programme is not None
    assert (programme.faulty_answers.value, programme.last_year) == (meaning, "../2023")
    plain, _ = load_book(edited({}))
    assert plain is not None
    assert plain.fingerprint == programme.fingerprint  # templates out there stay the same


LANGUAGE_FAULTS = [
    ("Cột!K13", "[Lũy kế]/[Tổng số cơ sở]", "Cột!K13"),
    ("Cột!K13", "[Lũy kế từ đầu năm]/", "Cột!K13"),
    ("Cột!K13", "[Tỷ lệ]+1", "Cột!K13"),
    ("Quy tắc!C2", "[Tiến độ]+1", "Quy tắc!C2"),
    ("Quy tắc!C2", "IFF([Tiến độ]=1,TRUE,TRUE)", "Quy tắc!C2"),
    ("Quy tắc!C3", "[Lũy kế cả năm] >= [Trong quý]", "Quy tắc!C3"),
]


@pytest.mark.parametrize(("cell", "text", "at"), LANGUAGE_FAULTS)
def test_faults_of_the_language_stand_at_their_cell(cell: str, text: str, at: str) -> None:
    programme, findings = load_book(edited({cell: text}))
    assert findings
    assert all(f.code.startswith("formula.") and where(f) == at for f in findings)
    assert programme is None


WARNINGS = [
    ("Đơn vị!G3", "lechan", "unit.email", ""),
    ("Đơn vị!F4", "Lê Chân", "unit.same_name", "Đơn vị!F4"),
    ("Kỳ báo cáo!F2", "20/03/2024", "due.before_end", ""),
    ("Kỳ báo cáo!F2", "", "due.missing", ""),
    ("Kỳ báo cáo!G4", "", "period.not_within", "Kỳ báo cáo!G4"),
    ("Chương trình!B4", "2020", "year.no_period", "Chương trình!"),
    ("Cột!L11", "", "aggregation.absent", ""),
    ("Cột!L13", "trung bình", "aggregation.rate_mean", ""),
    ("Cột!L10", "không", "aggregation.idle_input", "Cột!L13"),
    ("Cột!Q7", "trạng thái", "role.twice", ""),
    ("Cột!Q13", "lũy kế", "role.twice", ""),
    ("Giao chỉ tiêu!A2", "NV1", "allotment.lacking", "Cột!N10"),
    ("Ghi chép!A1", "việc cần làm", "sheet.unknown", "Ghi chép!"),
]


@pytest.mark.parametrize(("cell", "text", "code", "at"), WARNINGS)
def test_warnings_do_not_stop(cell: str, text: str, code: str, at: str) -> None:
    programme, findings = load_book(edited({cell: text}))
    assert [(f.code, where(f), f.severity) for f in findings] == [
        (f"programme.{code}", at or cell, Severity.WARNING)
    ]
    assert programme is not None


def test_nobody_owes_a_form() -> None:
    assert found({"Đơn vị!I5": "31/12/2020", "Biểu!E4": "huyện"}) == [("form.nobody", "Biểu!A4")]


def test_a_title_that_says_cumulative_is_doubted() -> None:
    assert found({"Cột!Q12": "", "Cột!M12": "cộng", "Biểu đồ!F5": "luy_ke"}) == [
        ("aggregation.cumulative_title", "Cột!M12")
    ]


def test_what_nobody_uses_is_noted() -> None:
    assert found({"Danh mục!A8": "khac", "Danh mục!B8": "Khác"}) == [
        ("choices.unused", "Danh mục!A8")
    ]


def test_an_empty_choice_list() -> None:
    edits = {"Danh mục!A8": "muc-do", "Cột!H6": "muc-do"}
    codes = found(edits)
    assert ("choices.empty", "Danh mục!B8") in codes
    assert [code for code, _ in codes if code != "choices.unused"] == ["choices.empty"]


def test_circular_formulas_are_one_finding() -> None:
    edits = {
        "Cột!E10": "công thức",
        "Cột!N10": "",
        "Cột!K10": "[Tỷ lệ]*2",
        "Cột!L10": "không",
        "Cột!M10": "không",
    }
    codes = [code for code, _ in found(edits)]
    assert codes.count("formula.cycle") == 1


def test_within_is_closed_over_the_containers() -> None:
    programme, findings = load_book(edited({"Kỳ báo cáo!G2": "2024-H1"}))
    assert findings == ()
    assert programme is not None
    assert programme.period("2024-Q1").within == ("2024-H1", "2024")


@pytest.mark.parametrize(
    ("sheet", "key"),
    [(s, f"{s}!") for s in ("Chương trình", "Đơn vị", "Kỳ báo cáo", "Biểu", "Cột")],
)
def test_a_missing_sheet_is_said_once(sheet: str, key: str) -> None:
    codes = found({}, without=[sheet])
    assert codes == [("sheet.missing", key)]


def test_the_optional_sheets_may_be_absent() -> None:
    programme, findings = load_book(edited({}, without=["Quy tắc", "Biểu đồ"]))
    assert findings == ()
    assert programme is not None
    assert (programme.rules, programme.charts) == ((), ())


def test_a_missing_heading_is_said_once_and_not_for_every_row() -> None:
    codes = found({"Đơn vị!D1": "loại hình"})
    assert codes == [("heading.missing", "Đơn vị!"), ("heading.unknown", "Đơn vị!D1")]


def test_a_sheet_without_a_heading_row() -> None:
    codes = found({"Đơn vị!A1": "DANH SÁCH", **{f"Đơn vị!{c}1": "" for c in "BCDEFGHIJ"}})
    assert codes == [("sheet.no_headings", "Đơn vị!A1")]


def test_an_empty_required_sheet() -> None:
    blank = {f"Đơn vị!{c}{r}": "" for c in "ABCDEFGHIJ" for r in range(2, 6)}
    assert found(blank)[0] == ("sheet.empty", "Đơn vị!")


def test_all_faults_at_once() -> None:
    edits = {
        "Chương trình!B4": "1024",
        "Đơn vị!E3": "HN",
        "Kỳ báo cáo!E2": "hết quý",
        "Biểu!C5": "bảng",
        "Cột!L7": "cộng",
        "Cột!K13": "[Lũy kế từ đầu năm]/[Tổng]",
        "Quy tắc!D2": "nặng",
        "Biểu đồ!C6": "bánh",
    }
    programme, findings = load_book(edited(edits))
    assert programme is None
    assert {where(f) for f in findings} == set(edits)


def test_suggestions_name_the_closest() -> None:
    edits = {"Cột!A2": "NVX", "Cột!H6": "trangthai", "Đơn vị!C1": "tên ngắn gọn"}
    by_code = {f.code: f for f in load_book(edited(edits))[1]}
    assert by_code["programme.reference.form"].params["allowed"] == "NV, CT, MH, DT"
    assert by_code["programme.reference.choices"].params["allowed"] == "“trang-thai”"
    assert by_code["programme.heading.unknown"].params["allowed"] == "“tên ngắn”"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_fault_has_its_sentence_without_open_placeholders(lang: str) -> None:
    for cell, text, *_ in [*ERRORS, *LANGUAGE_FAULTS, *WARNINGS]:
        for finding in load_book(edited({cell: text}))[1]:
            sentence = message(finding, lang)
            assert sentence, finding
            assert "{" not in sentence, finding
