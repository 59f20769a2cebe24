"""The summary workbook as values and formats: what each cell says, looks like and links to."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal as D
from pathlib import Path

import openpyxl
import pytest
from consolidate_cases import BAD, NA, NIL, Cell, choice, form, number, programme, ratio, words
from programmes import small_programme
from summary_cases import Answers, Book, came, summary

from toolkit.errors import ToolkitError
from toolkit.programme.model import ChoiceList, FieldType, FormKind, Item, Programme, Role, Unit
from toolkit.register.model import SubmissionDetail
from toolkit.report.summary.book import write_summary

# --- a golden workbook ----------------------------------------------------------------------

FULL: Answers = {
    ("NV", "NV1", "trang_thai"): "Đã hoàn thành",
    ("NV", "NV1", "tien_do"): 1,
    ("NV", "NV2", "trang_thai"): "Đang thực hiện",
    ("NV", "NV2", "tien_do"): D("0.5"),
    ("NV", "NV3", "trang_thai"): "Chưa triển khai",
    ("NV", "NV3", "tien_do"): 0,
    ("CT", "CT1", "tong_so"): 9,
    ("CT", "CT1", "trong_ky"): 4,
    ("CT", "CT1", "luy_ke"): 4,
    ("CT", "CT1", "ty_le"): D(4) / 9,
    ("CT", "CT2", "tong_so"): 8,
    ("CT", "CT2", "trong_ky"): 3,
    ("CT", "CT2", "luy_ke"): 3,
    ("CT", "CT2", "ty_le"): D(3) / 8,
    ("CT", "CT3", "tong_so"): 120,
    ("CT", "CT3", "trong_ky"): 3,
    ("CT", "CT3", "luy_ke"): 3,
    ("CT", "CT3", "ty_le"): D(3) / 120,
    ("MH", "1", "ten"): "Ngõ văn minh",
    ("MH", "1", "linh_vuc"): "Kinh tế",
    ("MH", "1", "so_ho"): 40,
    ("MH", "2", "ten"): "Vườn mẫu",
    ("MH", "2", "linh_vuc"): "Kinh tế",
    ("MH", "2", "so_ho"): 25,
    ("DT", "so_cuoc", "so_cuoc"): 2,
    ("DT", "y_kien", "y_kien"): 40,
    ("DT", "giai_quyet", "giai_quyet"): 30,
    ("DT", "ty_le", "ty_le"): D("0.75"),
    ("DT", "kinh_phi", "kinh_phi"): D("12.5"),
    ("DT", "ngay", "ngay"): date(2024, 3, 20),
    ("DT", "kien_nghi", "kien_nghi"): "Mở lớp tập huấn",
}
# The same with a blank, a fault, a zero and a confirmed nil.
GAPS: Answers = {
    **FULL,
    ("CT", "CT1", "tong_so"): 15,
    ("CT", "CT1", "trong_ky"): None,
    ("CT", "CT1", "luy_ke"): 6,
    ("CT", "CT1", "ty_le"): D("0.4"),
    ("CT", "CT2", "tong_so"): 10,
    ("CT", "CT2", "luy_ke"): BAD,
    ("CT", "CT2", "ty_le"): None,
    ("MH", "2", "linh_vuc"): BAD,
    ("DT", "so_cuoc", "so_cuoc"): 0,
    ("DT", "y_kien", "y_kien"): 10,
    ("DT", "giai_quyet", "giai_quyet"): None,
    ("DT", "ty_le", "ty_le"): None,
    ("DT", "kinh_phi", "kinh_phi"): NIL,
    ("DT", "ngay", "ngay"): date(2024, 2, 1),
    ("DT", "kien_nghi", "kien_nghi"): NIL,
}
NV = "NV Tiến độ thực hiện nhiệm vụ"
CT = "CT Kết quả thực hiện chỉ tiêu"
MH = 'MH Đăng ký mô hình "Dân vận'
DT = "DT Đối thoại trực tiếp với Nhân"


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Book:
    details = [came("303", "2024-Q1", FULL), came("305", "2024-Q1", GAPS)]
    return summary(small_programme(), "2024-Q1", details, tmp_path_factory.mktemp("golden"))


def test_a_form_of_fixed_rows(golden: Book) -> None:
    assert golden.rows(CT) == [
        [
            "1.1",
            'Xã có mô hình "Dân vận khéo"',
            24,
            4,
            10,
            pytest.approx(10 / 24),
            "Trong quý: 1/3\ncác cột khác: 2/3\n(tạm tính)",
            "Tổng số, Lũy kế từ đầu năm, Tỷ lệ: Thủy Nguyên\nTrong quý: Lê Chân; Thủy Nguyên",
            1,
            "Chưa đạt\n(tạm tính)",
        ],
        [None, "Quận Hồng Bàng", 9, 4, 4, pytest.approx(4 / 9), "đã có", None, None, None],
        [None, "Quận Lê Chân", 15, "để trống", 6, 0.4, "chưa đủ", "thiếu: Trong quý", None, None],
        [None, "Huyện Thủy Nguyên", *["chưa gửi"] * 5, None, None, None],
        [
            "1.2",
            "Cơ sở được lập hồ sơ đăng ký",
            18,
            6,
            3,
            0.375,  # 3/8: Lê Chân is in neither number
            "Lũy kế từ đầu năm: 1/3\nTỷ lệ: 1/3\ncác cột khác: 2/3\n(tạm tính)",
            "Tổng số, Trong quý: Thủy Nguyên\n"
            "Lũy kế từ đầu năm, Tỷ lệ: Lê Chân (có lỗi); Thủy Nguyên",
            0.4,
            "Chưa đạt\n(tạm tính)",
        ],
        [None, "Quận Hồng Bàng", 8, 3, 3, 0.375, "đã có", None, None, None],
        [
            None,
            "Quận Lê Chân",
            10,
            3,
            "có lỗi",
            "có lỗi",
            "chưa đủ",
            "thiếu: Lũy kế từ đầu năm, Tỷ lệ",
            None,
            None,
        ],
        [None, "Huyện Thủy Nguyên", *["chưa gửi"] * 5, None, None, None],
        [
            "1.10",
            "Đơn thư tồn đọng",
            240,
            6,
            6,
            0.025,
            "2/3 đơn vị\n(tạm tính)",
            "Thủy Nguyên",
            0.025,
            "Đạt\n(tạm tính)",  # at most 2,5 %: reached at the limit
        ],
        [None, "Quận Hồng Bàng", 120, 3, 3, 0.025, "đã có", None, None, None],
        [None, "Quận Lê Chân", 120, 3, 3, 0.025, "đã có", None, None, None],
        [None, "Huyện Thủy Nguyên", *["chưa gửi"] * 5, None, None, None],
    ]


def test_a_list(golden: Book) -> None:
    assert golden.rows(MH) == [
        [
            None,
            'Đăng ký mô hình "Dân vận khéo"',
            4,
            3,
            0,
            0,
            130,
            "Lĩnh vực: 1/3\ncác cột khác: 2/3\n(tạm tính)",
            "Số dòng đã ghi, Tên mô hình, Số hộ tham gia: Thủy Nguyên\n"
            "Lĩnh vực: Lê Chân (Quý I/2024); Thủy Nguyên",
        ],
        [None, "Quận Hồng Bàng", 2, 2, None, None, 65, "đã có", None],
        [None, "Quận Lê Chân", 2, 1, None, None, 65, "chưa đủ", "thiếu: Quý I/2024"],
        [None, "Huyện Thủy Nguyên", "chưa gửi", None, None, None, "chưa gửi", "chưa gửi", None],
    ]
    found = [[row[n] for n in (0, 1, 3, 4, 7, 8, 9)] for row in golden.rows("MH danh sách", 6)]
    assert found == [
        [1, "Quận Hồng Bàng", "Ngõ văn minh", "Kinh tế", 40, "303-2024-Q1.xlsx", "A19"],
        [2, "Quận Hồng Bàng", "Vườn mẫu", "Kinh tế", 25, "303-2024-Q1.xlsx", "A22"],
        [3, "Quận Lê Chân", "Ngõ văn minh", "Kinh tế", 40, "305-2024-Q1.xlsx", "A19"],
        [4, "Quận Lê Chân", "Vườn mẫu", "có lỗi", 25, "305-2024-Q1.xlsx", "A22"],
    ]


QUESTIONS = {  # row of the total: total, then city, Hồng Bàng, Lê Chân, Thủy Nguyên; coverage
    "Số cuộc đối thoại (cuộc)": (2, "chưa gửi", 2, 0, "chưa gửi", "2/4"),
    "Số ý kiến (ý kiến)": (50, "chưa gửi", 40, 10, "chưa gửi", "2/4"),
    "Số ý kiến đã giải quyết (ý kiến)": (30, "chưa gửi", 30, "để trống", "chưa gửi", "1/4"),
    "Tỷ lệ giải quyết (%)": (0.75, "chưa gửi", 0.75, "để trống", "chưa gửi", "1/4"),
    "Kinh phí (triệu đồng)": (12.5, "chưa gửi", 12.5, 0, "chưa gửi", "2/4"),
    "Ngày đối thoại gần nhất": (
        datetime(2024, 3, 20),
        "chưa gửi",
        datetime(2024, 3, 20),
        datetime(2024, 2, 1),
        "chưa gửi",
        "2/4",
    ),
    "Kiến nghị, đề xuất": (1, "chưa gửi", "Mở lớp tập huấn", "không có", "chưa gửi", "2/4"),
}


def test_a_form_of_questions(golden: Book) -> None:
    rows = golden.rows(DT)
    found = {
        str(rows[n][1]): (*(row[2] for row in rows[n : n + 5]), str(rows[n][3]).split(" ")[0])
        for n in range(0, len(rows), 5)
    }
    assert found == QUESTIONS
    assert [row[0] for row in rows if row[0]] == [str(n) for n in range(1, 8)]


def test_ticks_and_their_totals(golden: Book) -> None:
    assert [row[2:6] for row in golden.rows(NV)[:4]] == [
        [0, 0, 2, 1],
        [None, None, 1, 1],
        [None, None, 1, 1],
        [None, None, None, "chưa gửi"],
    ]


def test_the_sheets(golden: Book) -> None:
    assert golden.written.sheetnames == [
        "Tổng quan",
        "Mục lục",
        "Tình hình nộp",
        NV,
        CT,
        MH,
        "MH danh sách",
        DT,
        "Theo loại đơn vị",
        "Tiến độ nhiệm vụ",
        "Ý kiến, kiến nghị",
        "Nghi đăng ký trùng",
        "Biểu đồ",
        "Chi tiết",
        "Kết quả kiểm tra",
        "Nguồn số liệu",
    ]
    assert golden.written["Tổng quan"]["A5"].hyperlink.location == "'Mục lục'!A1"
    index = golden.written["Mục lục"]
    links = {cell.value: cell.hyperlink.location for cell in index["B"] if cell.hyperlink}
    names = [name for name in golden.written.sheetnames if name != "Mục lục"]
    assert links == {name: f"'{name}'!A1" for name in names}
    back = {
        cell.hyperlink.location
        for name in names[1:]
        for row in golden.written[name].iter_rows(max_row=4)
        for cell in row
        if cell.hyperlink
    }
    assert back == {"'Tổng quan'!A1", "'Mục lục'!A1"}
    charts = golden.written["Biểu đồ"]
    assert [charts[c].hyperlink.location for c in ("A3", "B3")] == [
        "'Tổng quan'!A1",
        "'Mục lục'!A1",
    ]
    assert golden.written[CT]["A4"].hyperlink.location == "'Tổng quan'!A1"


def test_headings(golden: Book) -> None:
    sheet = golden.cached[CT]
    assert [[c.value for c in row] for row in sheet.iter_rows(min_row=1, max_row=3, max_col=1)] == [
        ["Ban Dân vận Thành ủy – Bộ Chỉ huy Quân sự thành phố"],
        ["Phụ lục II\nKẾT QUẢ THỰC HIỆN CHỈ TIÊU"],
        ["Quý I/2024"],
    ]
    assert [[c.value for c in row] for row in sheet.iter_rows(min_row=5, max_row=7)] == [
        [
            *("TT", "Nội dung", "Tổng số", "Thực hiện", None, "Tỷ lệ (%)"),
            *("Số đơn vị đã có số liệu", "Đơn vị còn thiếu", "Chỉ tiêu giao", "Đánh giá"),
        ],
        [None, None, None, "Trong quý", "Lũy kế từ đầu năm", None, None, None, None, None],
        ["A", "B", *(f"({n})" for n in range(1, 9))],
    ]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {"D5:E5", "A5:A6", "C5:C6", "J5:J6", "A1:J1"} <= merged


LOOKS = [  # sheet, cell, number format, bold, horizontal
    (CT, "C8", "#,##0", True, "right"),
    (CT, "C9", "#,##0", False, "right"),
    (CT, "F8", "0.0%", True, "right"),
    (CT, "I8", '"≥ "0%', True, "center"),
    (CT, "I16", '"≤ "0.##%', True, "center"),
    (CT, "J8", "General", True, "center"),
    (CT, "D10", "General", False, "center"),  # words where nothing counts
    (NV, "E8", "#,##0", True, "right"),
    (NV, "E9", '"x"', False, "center"),
    (NV, "F8", "0.0%", True, "right"),
    (MH, "D9", "#,##0", False, "center"),
    (MH, "G8", "#,##0", True, "right"),
    (DT, "C30", "#,##0.0", False, "right"),
    (DT, "C31", '#,##0;-#,##0;"không có"', False, "right"),
    (DT, "C33", "dd/mm/yyyy", True, "center"),
    (DT, "C38", '0" ý kiến"', True, "center"),
    ("MH danh sách", "H6", "#,##0", False, "right"),
]


@pytest.mark.parametrize(("sheet", "cell", "shown", "bold", "align"), LOOKS)
def test_looks(golden: Book, sheet: str, cell: str, shown: str, bold: bool, align: str) -> None:
    found = golden.written[sheet][cell]
    assert (found.number_format, found.font.bold, found.alignment.horizontal) == (
        shown,
        bold,
        align,
    )
    assert found.font.name == "Times New Roman"
    assert found.border.left.style == "thin"


def test_words_for_nothing_are_told_from_figures(golden: Book) -> None:
    blank = golden.written[CT]["D10"]
    assert (blank.value, blank.font.italic) == ("để trống", True)
    assert golden.written[CT]["C8"].fill.fgColor.rgb == "FFEDF2FA"  # a total
    assert golden.written[CT]["G8"].fill.fgColor.rgb == "FFFFF2CC"  # a coverage with gaps


def test_a_confirmed_nil_counts_as_zero_and_says_so(golden: Book) -> None:
    assert golden.written[DT]["C31"].value == 0
    assert golden.written[DT]["C28"].value == "=SUM(C29:C32)"
    assert golden.cached[DT]["C28"].value == 12.5


@pytest.mark.parametrize("sheet", [NV, CT, MH, DT])
def test_frozen_printed_and_folded(golden: Book, sheet: str) -> None:
    found = golden.written[sheet]
    assert found.freeze_panes == "C8"
    assert found.print_title_rows == "$5:$7"
    last = openpyxl.utils.get_column_letter(found.max_column)
    assert found.print_area.endswith(f"!$A$1:${last}${found.max_row + 4}")
    end = found.max_row - 3  # above the place to sign
    levels = [found.row_dimensions[r].outlineLevel for r in range(8, end + 1)]
    names = [row[1] for row in golden.rows(sheet)]
    units = {unit.name for unit in small_programme().units}
    assert levels == [int(name in units) for name in names]
    assert found.sheet_properties.outlinePr.summaryBelow is False


def test_every_sheet_prints_on_a4(golden: Book) -> None:
    for sheet in golden.written:
        setup = sheet.page_setup
        assert setup.paperSize == 9, sheet.title
        portrait = sheet.title == "Tình hình nộp"
        assert (setup.orientation == "landscape") != portrait, sheet.title
        if sheet.title == "Biểu đồ":  # pages broken by hand: Excel ignores breaks when fitting
            assert setup.scale < 100
            continue
        assert sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.title
        assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, 0), sheet.title
        assert "&P/&N" in str(sheet.oddFooter.center.text), sheet.title


def test_rows_are_as_high_as_their_texts(golden: Book) -> None:
    sheet = golden.written[CT]
    assert sheet.row_dimensions[8].height > 45  # three lines of coverage, four of those lacking
    assert sheet.row_dimensions[9].height in (None, 15)
    assert all((d.height or 0) <= 409 for d in sheet.row_dimensions.values())


def test_links_lead_to_the_cell_of_the_original(golden: Book) -> None:
    cell = golden.written[CT]["D9"]
    # Backslashes are what Excel writes; LibreOffice reads both.
    assert linked(cell) == "../../luu-tru/303/3032024-Q1.xlsx"
    assert cell.hyperlink.location == "'CT'!A8"
    root = golden.path.parent.parent.parent
    assert (golden.path.parent / linked(cell)).resolve() == (
        root / "luu-tru/303/3032024-Q1.xlsx"
    ).resolve()
    assert golden.written[CT]["D8"].hyperlink is None  # a total has many sources
    details = golden.written["Chi tiết"]
    assert linked(details["J5"]).startswith("../../luu-tru/303/")
    assert details["H5"].value == "303-2024-Q1.xlsx"


def linked(cell: object) -> str:
    target: str = cell.hyperlink.target or ""  # type: ignore[attr-defined]
    return target.replace("\\", "/")


def test_the_same_returns_give_the_same_bytes(tmp_path: Path) -> None:
    details = [came("303", "2024-Q1", FULL), came("305", "2024-Q1", GAPS)]
    made = [
        summary(small_programme(), "2024-Q1", order, tmp_path / name).path.read_bytes()
        for name, order in (("a", details), ("b", details[::-1]), ("c", details))
    ]
    assert made[0] == made[1] == made[2]


def test_english(tmp_path: Path) -> None:
    book = summary(small_programme(), "2024-Q1", [came("305", "2024-Q1", GAPS)], tmp_path, "en")
    assert book.written.sheetnames[0] == "Overview"
    assert {"Reached\n(provisional)", "no return", "partly"} <= words_in(book.written[CT])
    assert not {"chưa gửi", "đã có", "Đánh giá"} & words_in(book.written[CT])
    assert book.written[DT]["C31"].number_format == '#,##0;-#,##0;"nil"'


def words_in(sheet: object) -> set[str]:
    return {str(cell.value) for row in sheet for cell in row}  # type: ignore[attr-defined]


# --- figures of a longer period -------------------------------------------------------------


def test_a_year_is_a_formula_over_its_periods(tmp_path: Path) -> None:
    one = programme(form(number("x"), number("stock", over_periods="last")))
    details = [
        came("A", "Q1", {("F", "I", "x"): 1, ("F", "I", "stock"): 10}),
        came("A", "Q2", {("F", "I", "x"): 2, ("F", "I", "stock"): None}),
        came("B", "Q4", {("F", "I", "x"): 4, ("F", "I", "stock"): 0}),
    ]
    book = summary(one, "Y", details, tmp_path)
    assert [row[2:] for row in book.rows("F Biểu F")] == [
        [
            7,
            10,
            "x: 0/3\nstock: 1/3\n(tạm tính)",
            "x: A (Quý 3/2024, Quý 4/2024); B (Quý 1/2024, Quý 2/2024, Quý 3/2024); C\n"
            "stock: A (Quý 2/2024, Quý 3/2024, Quý 4/2024); C",
        ],
        [3, 10, "chưa đủ", "thiếu: Quý 2/2024, Quý 3/2024, Quý 4/2024"],
        [4, 0, "chưa đủ", "thiếu: Quý 1/2024, Quý 2/2024, Quý 3/2024"],
        ["chưa gửi", "chưa gửi", "chưa gửi", None],
    ]
    sheet = book.written["F Biểu F"]
    assert [sheet[c].value for c in ("C8", "C9", "D9", "D10", "C11")] == [
        "=SUM(C9:C11)",
        "=SUM('F theo kỳ'!C9:F9)",
        "='F theo kỳ'!G9",
        "='F theo kỳ'!J10",
        "chưa gửi",
    ]
    assert [row[2:] for row in book.rows("F theo kỳ")] == [
        [None] * 8,
        [1, 2, "chưa gửi", "chưa gửi", 10, "để trống", "chưa gửi", "chưa gửi"],
        ["chưa gửi", "chưa gửi", "chưa gửi", 4, "chưa gửi", "chưa gửi", "chưa gửi", 0],
        ["chưa gửi"] * 8,
    ]


def test_a_unit_that_came_later_owes_less(tmp_path: Path) -> None:
    late = Unit("C", "Quận C", "C", "quận", valid_from=date(2024, 7, 1), order=2)
    one = programme(form(number("x")), units=(Unit("A", "Quận A", "A", "quận"), late))
    details = [came("A", q, {("F", "I", "x"): 1}) for q in ("Q1", "Q2", "Q3", "Q4")]
    details += [came("C", q, {("F", "I", "x"): 5}) for q in ("Q3", "Q4")]
    book = summary(one, "Y", details, tmp_path)
    assert [row[2:4] for row in book.rows("F Biểu F")] == [
        [14, "2/2 đơn vị"],
        [4, "đã có"],
        [10, "đã có"],
    ]
    assert book.rows("F theo kỳ")[2][2:] == ["không phải nộp", "không phải nộp", 5, 5]


# --- formulas that would say something else -------------------------------------------------


def one_form(
    fields: list, answers: dict[str, dict], tmp_path: Path, period: str = "Q1", **more: object
) -> Book:
    made = programme(form(*fields, **more))
    details = [came(unit, period, cells) for unit, cells in answers.items()]
    return summary(made, period, details, tmp_path)


def rate_form() -> list:
    return [number("a"), number("b"), ratio("r", "a", "b")]


LIKE_FOR_LIKE = [  # (a, b) of the units A, B, C; the rate; the formula's own units
    ([(1, 2), (1, 4), (2, 4)], 0.4, None),
    ([(1, 2), (None, 4), (2, 4)], 0.5, "SUM(D9:D9,D11:D11)"),
    ([(1, 2), (5, None), (2, 4)], 0.5, "SUM(C9:C9,C11:C11)"),
    ([(1, 2), (BAD, 4), (NIL, 4)], pytest.approx(1 / 6), "SUM(D9:D9,D11:D11)"),
    ([(1, 2), (1, 0), (2, 4)], pytest.approx(4 / 6), None),  # a plan of 0 is an answer
    ([(0, 2), (0, 4), (NIL, 4)], 0, None),
]


@pytest.mark.parametrize(("cells", "rate", "units"), LIKE_FOR_LIKE)
def test_a_rate_takes_both_numbers_from_the_same_units(
    tmp_path: Path, cells: list[tuple[Cell, Cell]], rate: float, units: str | None
) -> None:
    answers = {
        unit: {("F", "I", "a"): a, ("F", "I", "b"): b}
        for unit, (a, b) in zip("ABC", cells, strict=True)
    }
    book = one_form(rate_form(), answers, tmp_path)
    assert book.cached["F Biểu F"]["E8"].value == rate
    formula = str(book.written["F Biểu F"]["E8"].value)
    assert formula.startswith("=IFERROR(")
    assert ("SUM(" in formula) == (units is not None)
    assert (units or "") in formula


def test_no_rate_over_a_plan_of_nothing(tmp_path: Path) -> None:
    answers = {u: {("F", "I", "a"): 3, ("F", "I", "b"): 0} for u in "ABC"}
    book = one_form(rate_form(), answers, tmp_path)
    assert [row[2:5] for row in book.rows("F Biểu F")] == [
        [9, 0, "không áp dụng"],
        *[[3, 0, "không áp dụng"]] * 3,
    ]


def test_nothing_at_all_is_never_zero(tmp_path: Path) -> None:
    answers = {"A": {("F", "I", "x"): None}, "B": {("F", "I", "x"): NA}}
    book = one_form([number("x"), choice("c"), words("w")], answers, tmp_path)
    found = [row[2:6] for row in book.rows("F Biểu F")]
    assert found == [
        ["để trống", "để trống", "để trống", 0],
        ["để trống", None, None, "để trống"],
        ["không áp dụng", None, None, "để trống"],
        ["chưa gửi", None, None, "chưa gửi"],
    ]


# The rows of a list enter a mean one by one; a mean of the units' means is another number.
POOLED = {"A": [1, 2, 3], "B": [10]}


@pytest.mark.parametrize(
    ("over_units", "total", "formula"),
    [
        ("sum", 16, "=SUM(D9:D11)"),
        ("max", 10, "=MAX(D9:D11)"),
        ("min", 1, "=MIN(D9:D11)"),
        ("mean", 4, 4),
        ("count", 4, 4),
    ],
)
def test_totals_of_lists(tmp_path: Path, over_units: str, total: int, formula: str | int) -> None:
    answers = {
        unit: {("F", str(n), "x"): v for n, v in enumerate(values, 1)}
        for unit, values in POOLED.items()
    }
    book = one_form([number("x", over_units)], answers, tmp_path, kind=FormKind.OPEN, source="")
    assert book.cached["F Biểu F"]["D8"].value == total
    assert book.written["F Biểu F"]["D8"].value == formula
    assert book.cached["F Biểu F"]["C8"].value == 4  # rows


def test_a_mean_of_single_answers_is_live(tmp_path: Path) -> None:
    answers = {u: {("F", "I", "x"): v} for u, v in (("A", 1), ("B", 2))}
    book = one_form([number("x", "mean")], answers, tmp_path)
    assert book.written["F Biểu F"]["C8"].value == "=AVERAGE(C9:C11)"
    assert book.written["F Biểu F"]["C8"].number_format == "#,##0.00"
    assert book.cached["F Biểu F"]["C8"].value == 1.5


def test_the_overview_names_the_figure_held_against_the_target(tmp_path: Path) -> None:
    """Where the plan's total happens to be the actual, the link still leads to the actual."""
    plan = replace(number("ke_hoach"), role=Role.PLAN, type=FieldType.INTEGER)
    done = replace(number("thuc_hien"), role=Role.ACTUAL, type=FieldType.INTEGER)
    item = Item("I", "1", "Việc một", target=D(10))
    made = programme(form(plan, done), items=(item,))
    details = [
        came("A", "Q1", {("F", "I", "ke_hoach"): 8, ("F", "I", "thuc_hien"): 8}),
        came("B", "Q1", {("F", "I", "ke_hoach"): 0, ("F", "I", "thuc_hien"): None}),
    ]
    book = summary(made, "Q1", details, tmp_path)
    row = next(r for r in book.written["Tổng quan"].iter_rows() if r[1].value == "Việc một")
    assert row[3].value == "='F Biểu F'!$D$8"
    assert row[6].value == "▲ 1/3 đơn vị (tạm tính): B; C"
    assert row[6].fill.fgColor.rgb == "FFFFF2CC"
    assert row[4].value == "■ Chưa đạt (tạm tính)"


# --- text stays text ------------------------------------------------------------------------

NASTY = ["=1+1", "+84912", "-5 việc", "@SUM(A1)", "https://example.org", "'=1", "mailto:a@b.vn"]


@pytest.mark.parametrize("nasty", NASTY)
def test_text_never_becomes_a_formula_or_a_link(tmp_path: Path, nasty: str) -> None:
    unit = Unit("A", nasty, nasty, "quận")
    fields = [number("x"), words("w"), choice("c")]
    fixed = form(*fields, name=nasty)
    listed = form(*fields, kind=FormKind.OPEN, code="L", source="", name="Biểu L")
    made = replace(
        programme(fixed, listed, units=(unit,), items=(Item("I", nasty, nasty),)),
        choices=(ChoiceList("tt", (nasty, "Xong")),),
        issuers=(nasty,),
        name=nasty,
    )
    cells: dict = {}
    for code, row in (("F", "I"), ("L", "1")):
        cells |= {(code, row, "x"): 1, (code, row, "w"): nasty, (code, row, "c"): nasty}
    book = summary(made, "Q1", [came("A", "Q1", cells, file=f"{nasty[:5]}.xlsx")], tmp_path)
    hits = 0
    for sheet in book.written:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert re.match(r"=(SUM|IF|AVERAGE|C\d|'|[A-Z]+\d+-)", str(cell.value)), (
                        sheet.title,
                        cell.coordinate,
                        cell.value,
                    )
                elif cell.value == nasty:
                    hits += 1
                    assert cell.data_type == "s"
                if cell.hyperlink is not None:
                    assert linked(cell) == "" or linked(cell).startswith("../../luu-tru/")
    assert hits > 10


# --- sizes ----------------------------------------------------------------------------------


def many_units(count: int) -> tuple[Unit, ...]:
    return tuple(Unit(f"U{n:03}", f"Phường {n}", f"P.{n}", "quận", order=n) for n in range(count))


def test_sixty_units_and_every_other_lacking(tmp_path: Path) -> None:
    units = many_units(60)
    made = programme(form(*rate_form()), units=units)
    details = [
        came(u.code, "Q1", {("F", "I", "a"): 1 if n % 2 else None, ("F", "I", "b"): 2})
        for n, u in enumerate(units)
    ]
    book = summary(made, "Q1", details, tmp_path)
    total = book.rows("F Biểu F")[0]
    assert total[2:5] == [30, 120, 0.5]
    assert total[5] == "b: 60/60\ncác cột khác: 30/60\n(tạm tính)"
    # the rest are told by number, and each stands on the same sheet
    assert str(total[6]) == (
        "a, r: P.0; P.2; P.4; P.6; P.8; P.10; P.12; P.14; P.16; P.18; P.20; P.22 "
        "… và 18 đơn vị khác (xem dòng từng đơn vị ở trang F Biểu F)"
    )
    lacking = [row for row in book.rows("F Biểu F")[1:] if row[6] == "thiếu: a, r"]
    assert len(lacking) == 30
    formula = str(book.written["F Biểu F"]["E8"].value)
    assert formula.count("D10:D10") > 0
    assert len(formula) < 8192
    height = book.written["F Biểu F"].row_dimensions[8].height
    assert 60 < height <= 409


def test_a_formula_too_long_for_excel_gives_way_to_its_value(tmp_path: Path) -> None:
    units = many_units(520)
    made = programme(form(*rate_form()), units=units)
    details = [
        came(u.code, "Q1", {("F", "I", "a"): 1 if n % 2 else None, ("F", "I", "b"): 2})
        for n, u in enumerate(units)
    ]
    book = summary(made, "Q1", details, tmp_path)
    assert book.written["F Biểu F"]["E8"].value == 0.5
    assert book.written["F Biểu F"]["C8"].value == "=SUM(C9:C528)"


def test_sheet_names_stay_apart(tmp_path: Path) -> None:
    codes = ("Báo cáo tổng hợp chung 1", "Báo cáo tổng hợp chung 2", "A/B:C", "a b c")
    forms = [
        form(number("x"), kind=FormKind.OPEN, code=code, source="", name=f"Biểu {n}")
        for n, code in enumerate(codes)
    ]
    forms = [replace(f, fields=tuple(replace(x, form=f.code) for x in f.fields)) for f in forms]
    details = [came("A", "Q1", {(code, "1", "x"): 1 for code in codes})]
    book = summary(programme(*forms), "Y", details, tmp_path)
    names = book.written.sheetnames
    assert len({n.casefold() for n in names}) == len(names) == 6 + 3 * len(codes)
    assert all(len(n) <= 31 for n in names)


# --- writing --------------------------------------------------------------------------------


def test_a_workbook_that_cannot_be_written(tmp_path: Path) -> None:
    details = [came("303", "2024-Q1", FULL)]
    (tmp_path / "bao-cao" / "2024-Q1" / "tong-hop.xlsx").mkdir(parents=True)
    with pytest.raises(ToolkitError) as refused:
        summary(small_programme(), "2024-Q1", details, tmp_path)
    assert refused.value.key == "export.cannot_write"
    assert [p.name for p in (tmp_path / "bao-cao" / "2024-Q1").iterdir()] == ["tong-hop.xlsx"]


def test_nothing_says_when_it_was_made(golden: Book) -> None:
    with zipfile.ZipFile(golden.path) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2000-01-01" in archive.read("docProps/core.xml")


def test_native_charts_and_their_tables(tmp_path: Path) -> None:
    details: list[SubmissionDetail] = [
        came("303", "2024-Q1", FULL),
        came("305", "2024-Q1", GAPS),
        came("311", "2024-Q1", FULL),
    ]
    book = summary(small_programme(), "2024-Q1", details, tmp_path)
    with zipfile.ZipFile(book.path) as archive:
        charts = [n for n in archive.namelist() if n.startswith("xl/charts/chart")]
    # Four kinds on the overview and on the sheet of the charts; the matrix is a table.
    assert len(charts) == 8
    cells = [[c.value for c in row] for row in book.cached["Biểu đồ"].iter_rows()]
    assert cells[1][0] == "Quý I/2024"  # the period of the sheet
    table = next(n for n, row in enumerate(cells) if n > 3 and row[0] == "Quý I/2024")
    assert cells[table - 1][1:5] == [
        "Chưa triển khai",
        "Đang thực hiện",
        "Đã hoàn thành",
        "Chưa có báo cáo",
    ]
    assert cells[table][1:5] == [3, 3, 3, 0]


def test_write_summary_needs_no_charts(tmp_path: Path) -> None:
    from toolkit.consolidate.consolidate import consolidate

    made: Programme = programme(form(number("x")))
    whole = consolidate(made, made.period("Q1"), [came("A", "Q1", {("F", "I", "x"): 1})])
    write_summary(whole, (), (), tmp_path / "tong-hop.xlsx")
    assert (tmp_path / "tong-hop.xlsx").stat().st_size > 0
