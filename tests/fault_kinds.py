"""The kinds of fault: what is done to a filled return, and all that must be said of it.

``FAULTS`` list every error and warning. ``NOTED`` list every finding: what is recognised and
mapped. ``NOBODYS`` are returns that belong to nobody.
"""

from __future__ import annotations

from datetime import datetime

from faulting import XLSX, Kind, Said, Steps, all_of, one, put

NV, CT, MH, DT = "NV", "CT", "MH", "DT"
META, COVER = "_baocao", "Bìa"
WORD_OF_MOUTH = "Đề nghị tập huấn thêm"


def fault(name: str, steps: Steps, *expected: Said, **more: object) -> Kind:
    return Kind(name, steps, expected, **more)  # type: ignore[arg-type]


NOTHING_WRITTEN = [
    fault("required number blank", put(CT, F9=None), ("answer.missing", CT, "F9")),
    fault("required choice blank", put(NV, G11=None), ("answer.missing", NV, "G11")),
    fault("required answer blank", put(DT, E9=None), ("answer.missing", DT, "E9")),
    fault("required cell of a list row", put(MH, D11=None), ("answer.missing", MH, "D11")),
    fault("only white space", put(CT, F9="  \u00a0 "), ("answer.missing", CT, "F9")),
    fault("only a zero-width space", put(CT, F9="\u200b"), ("answer.missing", CT, "F9")),
    fault(
        "two blanks are two findings",
        put(CT, F9=None, F11=None),
        ("answer.missing", CT, "F9"),
        ("answer.missing", CT, "F11"),
    ),
    fault(
        "whole form blank is one finding",
        put(NV, G10=None, H10=None, G11=None, H11=None, G12=None, H12=None),
        ("form.empty", NV, ""),
    ),
]

UNREADABLE = [
    fault("error cell", put(CT, F10="#REF!"), ("cell.error", CT, "F10")),
    fault("division error", put(DT, E12="#DIV/0!"), ("cell.error", DT, "E12")),
    fault("not available as an error", put(CT, F10="#N/A"), ("cell.error", CT, "F10")),
    fault("words for a number", put(CT, F10="nhiều"), ("number.unreadable", CT, "F10")),
    fault("two numbers in a cell", put(CT, F10="3 và 5"), ("number.several", CT, "F10")),
    fault("letter O for zero", put(CT, F10="1O"), ("number.lookalike", CT, "F10")),
    fault("about so many", put(CT, F10="khoảng 2"), ("number.approximate", CT, "F10")),
    fault("an expression as text", put(CT, F10="1 + 1"), ("number.expression", CT, "F10")),
    fault("thousands of what", put(DT, E12="12 tỷ"), ("number.scale_word", DT, "E12")),
    fault("one point two three four", put(DT, E12="1.234"), ("number.ambiguous", DT, "E12")),
    fault("signs in wrong places", put(CT, F10="12.34.5"), ("number.grouping", CT, "F10")),
    fault("a percentage of communes", put(CT, F10="50%"), ("number.percent", CT, "F10")),
    fault("half a commune", put(CT, F10=1.5), ("number.not_integer", CT, "F10")),
    fault("below the minimum", put(CT, F10=-1), ("number.too_small", CT, "F10")),
    fault("above the maximum", put(DT, E12=5000), ("number.too_large", DT, "E12")),
    fault("rate above 100 %", put(NV, H11=1.5), ("number.too_large", NV, "H11")),
    fault("rate in words", put(NV, H11="một nửa"), ("number.unreadable", NV, "H11")),
    fault("true for a number", put(CT, F10=True), ("number.boolean", CT, "F10")),
    fault(
        "a date for a number",
        all_of(put(CT, F10=datetime(2024, 3, 2)), one("format", CT, 10, 6, "dd/mm/yyyy")),
        ("number.is_date", CT, "F10"),
    ),
    fault("other unit of measure", put(DT, E9="40 xã"), ("number.other_unit", DT, "E9")),
    fault("a negative in brackets", put(DT, E12="(5)"), ("number.too_small", DT, "E12")),
    fault("choice not on the list", put(NV, G11="Bỏ"), ("choice.unknown", NV, "G11")),
    fault(
        "two choices in a cell",
        put(MH, D11="Kinh tế; Quốc phòng - an ninh"),
        ("choice.several", MH, "D11"),
    ),
    fault("31 February", put(DT, E13="31/02/2024"), ("date.impossible", DT, "E13")),
    fault("words for a date", put(DT, E13="vừa qua"), ("date.unreadable", DT, "E13")),
    fault("two dates in a cell", put(DT, E13="1/3/2024 và 2/3/2024"), ("date.several", DT, "E13")),
    fault("a quarter for a date", put(DT, E13="Quý I/2024"), ("date.imprecise", DT, "E13")),
    fault("a date without its year", put(DT, E13="20/3"), ("date.no_year", DT, "E13")),
    fault("the month before the day", put(DT, E13="3/20/2024"), ("date.month_first", DT, "E13")),
    fault("date too early", put(MH, E11=datetime(2019, 2, 1)), ("date.too_early", MH, "E11")),
    fault("date too late", put(MH, E11=datetime(2031, 2, 1)), ("date.too_late", MH, "E11")),
    fault("date of last year", put(DT, E13=datetime(2023, 3, 20)), ("date.other_year", DT, "E13")),
    fault(
        "a column typed month first",
        put(MH, E10=datetime(2024, 5, 1), E11="25/03/2024", E12=datetime(2024, 7, 2)),
        ("date.maybe_swapped", MH, "E10"),
        ("date.maybe_swapped", MH, "E12"),
    ),
]

CONTRADICTING = [
    fault("rule broken, an error", put(CT, F10=5), ("rule.broken", CT, "G10")),
    fault("rule broken, a warning", put(CT, F9=20, G9=20), ("rule.broken", CT, "G9")),
    fault("done but not all of it", put(NV, H10=0.9), ("rule.broken", NV, "G10")),
    fault("no rule of a faulted answer", put(CT, G10="nhiều"), ("number.unreadable", CT, "G10")),
    fault(
        "the same row twice",
        put(
            MH,
            C13="Camera an ninh khu phố",
            D13="Quốc phòng - an ninh",
            E13=datetime(2024, 3, 1),
        ),
        ("row.duplicate", MH, "C13"),
    ),
]

OVERWRITTEN = [
    fault("assigned figure changed", put(CT, E9=5), ("prefill.changed", CT, "E9")),
    fault("assigned figure erased", put(CT, E9=None), ("prefill.changed", CT, "E9")),
    fault("rate typed over, wrong", put(CT, H9=0.99), ("computed.differs", CT, "H9")),
    fault("33.3 typed over a rate", put(DT, E11=33.3), ("computed.differs", DT, "E11")),
    fault(
        "typed over beside a text number",
        put(CT, G9="03", H9=0.99),
        ("computed.differs", CT, "H9"),
    ),
    fault("total typed over, wrong", put(CT, F12=100), ("total.differs", CT, "F12")),
    fault("total of a list typed over", put(MH, G22=7), ("total.differs", MH, "G22")),
]

ADDED = [
    fault("a row added", put(CT, C13="Chỉ tiêu riêng", F13=4), ("outside.row", CT, "C13")),
    fault("a column added", put(CT, J7="Xã", J9=4, J10=5), ("outside.column", CT, "J9")),
    fault("a figure in the title", put(CT, J3=4), ("outside.cell", CT, "J3")),
    fault("a figure by the signatures", put(CT, J16=4), ("outside.cell", CT, "J16")),
    fault("a word far right of the title", put(CT, M3="12 xã"), ("outside.cell", CT, "M3")),
    fault("an answer beside its cell", put(DT, F9="40 ý kiến"), ("outside.column", DT, "F9")),
    fault("an answer in the column of units", put(DT, D13="20/3"), ("outside.column", DT, "D13")),
    fault("a figure in the hidden column", put(CT, A14=9), ("outside.cell", CT, "A14")),
    fault("a figure among the row numbers", put(CT, B10=450), ("outside.cell", CT, "B10")),
    fault("a figure beside the head", put(CT, J7=450), ("outside.cell", CT, "J7")),
    fault("a figure among the column numbers", put(CT, F8=450), ("outside.cell", CT, "F8")),
    fault("a figure on the cover", put(COVER, G9=42), ("outside.cell", COVER, "G9")),
    fault("a figure on the hidden sheet", put(META, C3=42), ("outside.cell", META, "C3")),
    fault(
        "a sheet added",
        all_of(one("add_sheet", "Số liệu thêm"), put("Số liệu thêm", B3="Xã A", C3=7)),
        ("structure.sheet_unknown", "Số liệu thêm", "B3"),
    ),
]

REBUILT = [
    fault(
        "row deleted",
        one("remove_rows", CT, 11, 1),
        ("structure.row_missing", CT, "C11"),
    ),
    fault("row emptied", one("clear_area", CT, "A11:I11"), ("structure.row_missing", CT, "C11")),
    fault(
        "row copied with its figures",
        one("copy_area", CT, "A10:H10", "A13"),
        ("structure.row_duplicated", CT, "C13"),
    ),
    fault(
        "item text overwritten by another's",
        put(CT, C11="Cơ sở được lập hồ sơ đăng ký"),
        ("structure.row_contradicts", CT, "C11"),
    ),
    fault(
        "visible part sorted",
        one("swap_areas", CT, "B9:H9", "B10:H10"),
        ("structure.rows_resorted", CT, "C9"),
    ),
    fault(
        "column inserted, then the visible part sorted",
        all_of(one("insert_columns", DT, 3, 1), one("swap_areas", DT, "B8:F8", "B9:F9")),
        ("structure.rows_resorted", DT, "D8"),
    ),
    fault(
        "sheet out of another unit's return",
        put(CT, B5="Đơn vị báo cáo: Quận Hồng Bàng  –  Kỳ báo cáo: Quý I/2024"),
        ("structure.sheet_of_unit", CT, "B5"),
    ),
    fault(
        "sheet out of last quarter's return",
        put(CT, B5="Đơn vị báo cáo: Quận Lê Chân  –  Kỳ báo cáo: Quý IV/2023"),
        ("structure.sheet_of_period", CT, "B5"),
    ),
    fault(
        "column deleted",
        one("remove_columns", CT, 6, 1),
        ("structure.column_missing", CT, "F7"),
    ),
    fault(
        "column twice",
        one("copy_area", CT, "F1:F12", "J1"),
        ("structure.column_duplicated", CT, "J7"),
    ),
    fault(
        "heading of another column",
        put(CT, F7="Lũy kế từ đầu năm"),
        ("structure.heading_contradicts", CT, "F7"),
    ),
    fault("sheet deleted", one("remove_sheet", DT), ("structure.sheet_missing", DT, "")),
    fault(
        "sheet twice, other figures",
        all_of(one("copy_sheet", CT, "Bản sao"), put("Bản sao", F9=1)),
        ("structure.sheet_duplicated", "Bản sao", ""),
    ),
    fault("cells merged", one("merge", CT, "F9:F10"), ("cell.merged", CT, "F9")),
    fault("row hidden", one("hide_row", CT, 10), ("hidden.row", CT, "F10")),
    fault("column hidden", one("hide_column", CT, 7), ("hidden.column", CT, "G9")),
    fault("sheet hidden", one("hide_sheet", CT), ("hidden.sheet", CT, "")),
    fault(
        "an error below an inserted row",
        all_of(one("insert_rows", CT, 3, 2), put(CT, F12="nhiều")),
        ("number.unreadable", CT, "F12"),
    ),
    fault(
        "an error right of an inserted column",
        all_of(one("insert_columns", CT, 4, 1), put(CT, H10="nhiều")),
        ("number.unreadable", CT, "H10"),
    ),
    fault(
        "figures in an inserted column",
        all_of(one("insert_columns", CT, 6, 1), put(CT, F9=1, F10=2)),
        ("outside.column", CT, "F9"),
    ),
    fault(
        "figures in an inserted row",
        all_of(one("insert_rows", CT, 10, 1), put(CT, C10="Trong đó: xã điểm", F10=1)),
        ("outside.row", CT, "C10"),
    ),
]

UNCLEAR_OWNER = [
    fault(
        "nobody's name on the cover",
        put(COVER, D10="Quận Lê Trân"),
        ("identify.cover_unit_unclear", COVER, "D10"),
    ),
    fault(
        "two names on the cover",
        put(COVER, D10="Lê Chân, Hồng Bàng"),
        ("identify.cover_unit_unclear", COVER, "D10"),
    ),
    fault(
        "no period on the cover",
        put(COVER, D11="Quý V"),
        ("identify.cover_period_unclear", COVER, "D11"),
    ),
    fault(
        "file named for another year",
        (),
        ("identify.file_name_year", "", ""),
        file="Bao cao quy I 2023",
    ),
]

FAULTS: list[Kind] = [
    *NOTHING_WRITTEN,
    *UNREADABLE,
    fault("formula without a result", put(CT, F10="=1+1"), ("cell.uncached", CT, "F10")),
    *UNCLEAR_OWNER,
    *CONTRADICTING,
    *OVERWRITTEN,
    *ADDED,
    *REBUILT,
]

NOTED: list[Kind] = [
    fault(
        "sheet renamed",
        one("rename", CT, "Biểu 2"),
        ("structure.sheet_renamed", "Biểu 2", ""),
    ),
    fault("sheets reordered", one("move_sheet", DT, 2)),
    fault(
        "sheet twice, the same",
        one("copy_sheet", CT, "Bản sao"),
        ("structure.sheet_copied", "Bản sao", ""),
    ),
    fault("heading edited", put(CT, F7="Quý này"), ("structure.heading_changed", CT, "F7")),
    fault("item text edited", put(CT, C11="Đơn thư còn tồn"), ("prefill.text_changed", CT, "C11")),
    fault("question erased", put(DT, C9=None), ("prefill.text_changed", DT, "C9")),
    fault("question edited", put(DT, C9="Số ý kiến nêu"), ("prefill.text_changed", DT, "C9")),
    fault(
        "rows moved with their keys",
        one("swap_areas", CT, "A9:H9", "A10:H10"),
        ("structure.rows_moved", CT, "C9"),
    ),
    fault("key of another row", put(CT, A10="CT1"), ("structure.rows_by_text", CT, "C10")),
    fault("rate typed over, right", put(CT, H9=0.2), ("computed.typed_over", CT, "H9")),
    fault("rate typed over, rounded", put(CT, H11="8,8%"), ("computed.typed_over", CT, "H11")),
    fault("computed cell in error", put(CT, H9="#DIV/0!"), ("computed.error", CT, "H9")),
    fault("remark under the table", put(CT, C13="Số đến 10/3"), ("outside.remark", CT, "C13")),
    fault("remark in the title", put(CT, I5="Số liệu sơ bộ"), ("outside.text", CT, "I5")),
    fault("remark beside the total", put(CT, D12="tạm tính"), ("outside.remark", CT, "D12")),
    fault("remark on the cover", put(COVER, G9="Gửi chị Hà"), ("outside.cover", COVER, "G9")),
    fault("names under the signatures", put(CT, B15="Trần Thị A", F15="Lê Văn B"), (
        "outside.signature", CT, "B15"),
    ),
    fault("an average typed into the total row", put(CT, D12=0.4), ("row.total", CT, "D12")),
    fault(
        "keys of a form gone",
        all_of(one("clear_area", CT, "A1:A30"), one("clear_area", CT, "A1:Z1")),
        ("structure.sheet_by_name", CT, ""),
        ("structure.columns_by_heading", CT, "C6"),
        ("structure.rows_by_text", CT, "C9"),
    ),
    fault(
        "keys of the questions gone",
        all_of(one("clear_area", DT, "A1:A30"), one("clear_area", DT, "A1:Z1")),
        ("structure.sheet_by_name", DT, ""),
        ("structure.columns_by_heading", DT, "E6"),
        ("structure.rows_by_text", DT, "C8"),
    ),
    fault(
        "keys of a list gone",
        all_of(one("clear_area", MH, "A1:A40"), one("clear_area", MH, "A1:Z1")),
        ("structure.sheet_by_name", MH, ""),
        ("structure.columns_by_heading", MH, "C7"),
    ),
    fault(
        "keys gone and the sheet renamed",
        all_of(
            one("clear_area", CT, "A1:A30"),
            one("clear_area", CT, "A1:Z1"),
            one("rename", CT, "Biểu 2"),
        ),
        ("structure.sheet_by_headings", "Biểu 2", ""),
        ("structure.columns_by_heading", "Biểu 2", "C6"),
        ("structure.rows_by_text", "Biểu 2", "C9"),
    ),
    fault("computed column deleted", one("remove_columns", CT, 8, 1), (
        "structure.column_gone", CT, "H6"),
    ),
    fault(
        "heading repeated in a list",
        put(MH, B13="TT", C13="Tên mô hình", D13="Lĩnh vực"),
        ("row.repeated_heading", MH, "B13"),
    ),
    fault("list: sum typed as a row", put(MH, B13="Cộng", G13=165), ("row.total", MH, "B13")),
    fault("number as text", put(CT, F10="02"), ("number.text", CT, "F10")),
    fault("number with its unit", put(MH, G11="45 hộ"), ("number.text", MH, "G11")),
    fault("number with other words", put(CT, F10="02 xã"), ("number.words", CT, "F10")),
    fault("choice in capitals", put(NV, G11="ĐANG THỰC HIỆN"), ("choice.matched", NV, "G11")),
    fault("choice by its beginning", put(NV, G11="Đang"), ("choice.matched", NV, "G11")),
    fault("rate as text", put(NV, H11="50%"), ("rate.text", NV, "H11")),
    fault("date as text", put(DT, E13="20/3/2024"), ("date.text", DT, "E13")),
    fault("year of two digits", put(DT, E13="20/3/24"), ("date.short_year", DT, "E13")),
    fault("HTML in a text", put(DT, E14=f"<p>{WORD_OF_MOUTH}</p>"), ("text.html", DT, "E14")),
    fault("a row inserted over the table", one("insert_rows", CT, 2, 1)),
    fault("a column inserted", one("insert_columns", CT, 4, 1)),
    fault(
        "hidden sheet gone",
        one("remove_sheet", META),
        ("identify.by_cover", COVER, ""),
    ),
    fault("cover renamed", one("rename", COVER, "Trang bìa")),
    fault("cover gone", one("remove_sheet", COVER)),
    fault("unit in another spelling", put(COVER, D10="Q. LÊ CHÂN")),
    fault("period in another spelling", put(COVER, D11="quý 1 năm 2024")),
]  # fmt: skip

# Read with a note, but into other answers than before.
CHANGED: list[Kind] = [
    fault("không", put(CT, F10="không"), ("nothing.nil", CT, "F10")),
    fault("a dash", put(CT, F10="-"), ("nothing.nil", CT, "F10")),
    fault("not applicable", put(CT, F10="không áp dụng"), ("nothing.not_applicable", CT, "F10")),
    fault("no figure yet", put(CT, F10="chưa có số liệu"), ("nothing.not_available", CT, "F10")),
    fault("a cross for a number", put(CT, F10="x"), ("nothing.not_applicable", CT, "F10")),
    fault("percent points in a rate", all_of(one("format", NV, 11, 8, "General"), put(NV, H11=45)),
          ("rate.scaled", NV, "H11")),
    fault("a serial number for a date",
          all_of(one("format", DT, 13, 5, "General"), put(DT, E13=45371)),
          ("date.serial", DT, "E13")),
    fault(
        "a list that says there is nothing",
        all_of(one("clear_area", MH, "C10:G12"), put(MH, C10="Không có")),
        ("form.said_nothing", MH, "C10"),
    ),
    fault(
        "a list whose figures are not there yet",
        all_of(one("clear_area", MH, "C10:G12"), put(MH, D11="Chưa có số liệu", C11="-")),
        ("form.said_not_available", MH, "D11"),
    ),
    fault("a list left blank", one("clear_area", MH, "C10:G12"), ("form.blank", MH, "")),
    fault(
        "text in an old font",
        all_of(
            put(DT, E14="Ban D©n vËn Thµnh ñy H¶i Phßng"),
            one("font", DT, 14, 5, ".VnTime"),
        ),
        ("text.legacy", DT, "E14"),
    ),
    fault(
        "typed over without answers",
        put(DT, E9="chưa có số liệu", E11=0),
        ("nothing.not_available", DT, "E9"),
        ("computed.unchecked", DT, "E11"),
    ),
]  # fmt: skip

NOBODYS: list[Kind] = [
    fault(
        "another programme's",
        put(META, B3="KHAC-2024"),
        ("identify.other_programme", META, ""),
    ),
    fault("unit code unknown", put(META, B5="999"), ("identify.unknown_unit", META, "")),
    fault("period code unknown", put(META, B6="2023-Q1"), ("identify.unknown_period", META, "")),
    fault(
        "cover of another unit",
        put(COVER, D10="Quận Hồng Bàng"),
        ("identify.cover_unit", COVER, "D10"),
    ),
    fault(
        "cover of another period",
        put(COVER, D11="Quý II/2024"),
        ("identify.cover_period", COVER, "D11"),
    ),
    fault(
        "cover of another unit and period",
        put(COVER, D10="Hồng Bàng", D11="Q2"),
        ("identify.cover_unit", COVER, "D10"),
        ("identify.cover_period", COVER, "D11"),
    ),
    fault("file named for another unit", (), ("identify.file_name_unit", "", ""),
          file="303_2024-Q1"),
    fault("file named for another period", (), ("identify.file_name_period", "", ""),
          file="Le Chan quy 2"),
    fault(
        "a unit that is not asked",
        all_of(put(META, B5="HP", B6="2024-H1"), put(COVER, D10="Hải Phòng", D11="2024-H1")),
        ("identify.not_asked", META, ""),
    ),
    fault(
        "unit misspelt, no hidden sheet",
        all_of(one("remove_sheet", META), put(COVER, D10="Quận Lê Trân")),
        ("identify.unit_suggestion", COVER, "D10"),
    ),
    fault(
        "unit unknown, no hidden sheet",
        all_of(one("remove_sheet", META), put(COVER, D10="Sở Y tế")),
        ("identify.no_unit", COVER, "D10"),
    ),
    fault(
        "another year's period on the cover",
        put(COVER, D11="Quý I/2023"),
        ("identify.cover_period", COVER, "D11"),
    ),
    fault(
        "another unit's office on the cover",
        put(COVER, D10="Ban Dân vận Quận ủy Hồng Bàng"),
        ("identify.cover_unit", COVER, "D10"),
    ),
    fault(
        "period unknown, no hidden sheet",
        all_of(one("remove_sheet", META), put(COVER, D11="đầu năm")),
        ("identify.no_period", COVER, "D11"),
    ),
    fault(
        "two units' forms in one file",
        all_of(
            one("remove_sheet", META),
            one("remove_sheet", COVER),
            put(NV, B5="Đơn vị báo cáo: Quận Hồng Bàng  –  Kỳ báo cáo: Quý I/2024"),
        ),
        ("identify.unit_ambiguous", NV, "B5"),
    ),
]  # fmt: skip

ALL: list[Kind] = [*FAULTS, *NOTED, *CHANGED, *NOBODYS]
assert XLSX in {suffix for kind in ALL for suffix in kind.formats}
