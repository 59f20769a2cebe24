"""The sheets Tiêu chí and Xếp loại: what they mean, and each fault at its cell."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from test_programme_faults import edited, where

from toolkit.messages import message
from toolkit.programme.fingerprint import judging_key
from toolkit.programme.load import load, load_book
from toolkit.programme.model import Programme
from toolkit.programme.write import write_book

HEAD = [
    "mã",
    "nội dung",
    "nhóm",
    "điểm tối đa",
    "cách tính",
    "công thức",
    "điều kiện",
    "điểm thưởng",
]
BANDS = ["tên", "từ điểm", "điều kiện", "tỷ lệ tối đa", "đối tượng"]
GOOD = [
    ["T1", "Đối thoại", "", "15", "công thức", "MIN([CT1 / Lũy kế từ đầu năm]/40;1)*15"],
    ["T2", "Báo cáo", "", "5", "công thức", "[Số báo cáo đúng hạn]/[Số báo cáo phải nộp]*5",
     "[Số báo cáo đã nộp]>0"],
    ["T3", "Mô hình", "", "5", "công thức", "IF(COUNTROWS(MH)>=5;5;0)", "", "có"],
]  # fmt: skip
GOOD_BANDS = [
    ["Tốt", "20", "AND([T1] >= 7,5; [Tỷ lệ điểm thấp nhất] >= 50%)", "20%"],
    ["Kém", "0"],
]


def cells(sheet: str, rows: Sequence[Sequence[str]]) -> dict[str, str]:
    return {
        f"{sheet}!{'ABCDEFGHI'[column]}{row}": text
        for row, line in enumerate(rows, 1)
        for column, text in enumerate(line)
        if text
    }


def sheets(**changed: str) -> dict[str, str]:
    """Both sheets with cells changed: ``T_F2`` is Tiêu chí!F2, ``X_B2`` Xếp loại!B2."""
    found = cells("Tiêu chí", [HEAD, *GOOD]) | cells("Xếp loại", [BANDS, *GOOD_BANDS])
    names = {"T": "Tiêu chí", "X": "Xếp loại"}
    return found | {f"{names[k[0]]}!{k[2:]}": text for k, text in changed.items()}


def loaded(**changed: str) -> Programme:
    programme, findings = load_book(edited(sheets(**changed)))
    assert programme is not None, [message(f) for f in findings]
    return programme


def test_what_the_sheets_mean() -> None:
    programme = loaded()
    assert [(c.code, c.maximum, c.bonus) for c in programme.criteria] == [
        ("T1", Decimal(15), False),
        ("T2", Decimal(5), False),
        ("T3", Decimal(5), True),
    ]
    assert [(b.name, b.least, b.share) for b in programme.bands] == [
        ("Tốt", Decimal(20), Decimal("0.2")),
        ("Kém", Decimal(0), None),
    ]
    assert programme.criteria[1].condition is not None


def test_templates_and_judgements_do_not_depend_on_criteria() -> None:
    plain, _ = load_book(edited({}))
    assert plain is not None
    assert loaded().fingerprint == plain.fingerprint
    assert judging_key(loaded()) == judging_key(plain)


@pytest.mark.parametrize(
    "source",
    [
        "[CT1 / luy_ke]",
        "[CT / CT1 / Lũy kế từ đầu năm]",
        "[CT1 / Thực hiện / Lũy kế từ đầu năm]",
        "[ct1/LŨY KẾ từ đầu năm]",
        "[Kinh phí]",
        "[DT / kinh_phi]",
        "[MH / so_ho]",
        "[CT1 / Tổng số]",
        "[Số nhiệm vụ hoàn thành]",
        "[tasks done]",
        "UNIT(CT1)",
    ],
)
def test_how_figures_may_be_named(source: str) -> None:
    assert loaded(T_F2=source).criteria[0].formula is not None


FAULTS = [
    ({"T_D2": "0"}, "programme.criterion.maximum", "Tiêu chí!D2"),
    ({"T_D2": "15%"}, "programme.criterion.maximum", "Tiêu chí!D2"),
    ({"T_D2": ""}, "programme.value.missing", "Tiêu chí!D2"),
    ({"T_E2": "đếm"}, "programme.keyword.bad", "Tiêu chí!E2"),
    ({"T_F2": ""}, "programme.criterion.formula_missing", "Tiêu chí!F2"),
    ({"T_F2": "", "T_E2": "tự chấm"}, "programme.criterion.no_form", "Tiêu chí!E2"),
    ({"T_F2": "[CT1 / Lũy kế quý]"}, "formula.unknown_field_suggest", "Tiêu chí!F2"),
    ({"T_F2": "[luy_ke]"}, "formula.unknown_field", "Tiêu chí!F2"),
    ({"T_F2": "[Kinh phí] > 1"}, "formula.formula_not_number", "Tiêu chí!F2"),
    ({"T_F2": "PREV([Kinh phí])"}, "programme.criterion.not_here", "Tiêu chí!F2"),
    ({"T_G2": "UNIQUE([Kinh phí])"}, "programme.criterion.not_here", "Tiêu chí!G2"),
    ({"T_G2": "[Kinh phí]"}, "formula.rule_not_truth", "Tiêu chí!G2"),
    ({"T_F2": "[Kiến nghị, đề xuất]"}, "formula.formula_not_number", "Tiêu chí!F2"),
    ({"T_G2": 'IN([Kiến nghị, đề xuất];"x")'}, "programme.criterion.no_figure", "Tiêu chí!G2"),
    ({"T_A3": "T1"}, "programme.code.twice", "Tiêu chí!A3"),
    ({"T_A2": "CT1", "X_C2": "[T2] > 1"}, "programme.code.twice", "Tiêu chí!A2"),
    ({"T_H2": "mười"}, "programme.flag.bad", "Tiêu chí!H2"),
    ({"X_B2": "90%"}, "programme.band.least", "Xếp loại!B2"),
    ({"X_B2": "95"}, "programme.band.beyond", "Xếp loại!B2"),
    ({"X_C2": "[Tổng] > 3"}, "formula.unknown_field_suggest", "Xếp loại!C2"),
    ({"X_D2": "2"}, "programme.band.share", "Xếp loại!D2"),
    ({"X_D2": "120%"}, "programme.band.share", "Xếp loại!D2"),
    ({"X_A3": "tốt"}, "programme.band.twice", "Xếp loại!A3"),
    ({"X_E2": "xã"}, "programme.reference.unit_type", "Xếp loại!E2"),
]


@pytest.mark.parametrize(("changed", "code", "at"), FAULTS)
def test_one_fault_one_finding(changed: dict[str, str], code: str, at: str) -> None:
    _, findings = load_book(edited(sheets(**changed)))
    shown = [(f.code, where(f)) for f in findings]
    assert shown == [(code, at)]
    assert all("{" not in message(f, lang) for f in findings for lang in ("vi", "en"))


def test_bands_need_criteria() -> None:
    _, findings = load_book(edited(cells("Xếp loại", [BANDS, ["Kém", "0"]])))
    assert [(f.code, where(f)) for f in findings] == [("programme.band.no_criteria", "Xếp loại!A2")]


def test_units_score_themselves_in_a_form_of_criteria() -> None:
    """A form whose rows are the self-scored criteria, with the maximum filled in."""
    forms = {"Biểu!A6": "CD", "Biểu!B6": "Tự chấm điểm", "Biểu!C6": "dòng cố định",
             "Biểu!D6": "Tiêu chí", "Biểu!F6": "2024"}  # fmt: skip
    rows = [
        ["CD", "noi_dung", "Tiêu chí", "", "văn bản", *[""] * 8, "nội dung"],
        ["CD", "toi_da", "Điểm tối đa", "", "số thập phân", *[""] * 6, "không", "không",
         "chỉ tiêu giao"],
        ["CD", "tu_cham", "Điểm tự chấm", "", "số thập phân", "", "có", "", "0", "", "", "cộng",
         "cuối kỳ", "", "", "", "tự chấm"],
        ["CD", "minh_chung", "Minh chứng", "", "văn bản", *[""] * 11, "minh chứng"],
    ]  # fmt: skip
    first = 1 + max(
        row for table in edited({}).tables if table.sheet == "Cột" for row, _ in table.cells
    )
    fields = {
        f"Cột!{'ABCDEFGHIJKLMNOPQ'[column]}{first + n}": text
        for n, line in enumerate(rows)
        for column, text in enumerate(line)
        if text
    }
    changed = sheets(T_E2="tự chấm", T_F2="") | forms | fields
    programme, findings = load_book(edited(changed))
    assert programme is not None, [(where(f), message(f)) for f in findings]
    items = programme.items(programme.form("CD"))
    assert [(i.code, i.text, i.target) for i in items] == [("T1", "Đối thoại", Decimal(15))]
    assert programme.criteria[0].formula is None


def test_the_sheets_are_built_and_read_again(tmp_path: Path) -> None:
    target = tmp_path / "chuong-trinh.xlsx"
    write_book(edited(sheets()), target)
    again = load(target)
    assert (again.criteria, again.bands) == (loaded().criteria, loaded().bands)
