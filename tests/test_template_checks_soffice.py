"""The checks of a template as LibreOffice computes them, held against the intake's judgement.

One LibreOffice fills the distributed template with several contents; the column of checks,
the panel and the links are read back, and the same file is judged: the same cells are at fault.

``BAOCAO_LONG=1`` fills many more random returns.
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from check_cases import (
    Shown,
    Slot,
    Step,
    cell,
    checks_programme,
    fill,
    judged,
    laid_out,
    place,
    said,
    shown,
    typed,
)
from programmes import small_programme
from template_cases import programme

from toolkit.findings import Severity
from toolkit.intake.model import Judgement, Outcome
from toolkit.programme.model import Field, FieldType, FormKind
from toolkit.template.checks import rule_uses
from toolkit.template.layout import SlotKind, layout

pytestmark = pytest.mark.soffice

RIGHT: Mapping[Slot, object] = {
    ("TH", "NV1", "trang_thai"): "Đã hoàn thành",
    ("TH", "NV1", "tien_do"): 1,
    ("TH", "NV1", "ngay"): date(2024, 5, 5),
    ("TH", "NV2", "trang_thai"): "Chậm tiến độ",
    ("TH", "NV2", "tien_do"): 0.5,
    ("TH", "NV2", "ly_do"): "Chờ hướng dẫn của cấp trên",
    ("TH", "NV3", "trang_thai"): "Chưa triển khai",
    ("TH", "NV3", "tien_do"): 0,
    ("CT", "CT1", "trong_ky"): 1,
    ("CT", "CT1", "luy_ke"): 2,
    ("CT", "CT1", "kinh_te"): 1,
    ("CT", "CT1", "van_hoa"): 0,
    ("CT", "CT1", "quoc_phong"): "không có",
    ("CT", "CT2", "trong_ky"): 2,
    ("CT", "CT2", "luy_ke"): 5,
    ("CT", "CT2", "kinh_te"): 1,
    ("CT", "CT2", "van_hoa"): 1,
    ("CT", "CT2", "quoc_phong"): "-",
    ("MH", "1", "ten"): "Tổ dân vận khéo vận động hiến đất",
    ("MH", "1", "linh_vuc"): "Kinh tế",
    ("MH", "1", "bat_dau"): date(2024, 4, 1),
    ("MH", "1", "ket_thuc"): date(2024, 12, 1),
    ("MH", "1", "so_ho"): 120,
    ("MH", "1", "kinh_phi"): 12.5,
    ("MH", "2", "ten"): "Camera an ninh",
    ("MH", "2", "linh_vuc"): "Văn hóa, xã hội",
    ("MH", "2", "bat_dau"): date(2024, 5, 1),
    ("MH", "2", "kinh_phi"): "không",
    ("DT", "so_cuoc", "so_cuoc"): 5,
    ("DT", "y_kien", "y_kien"): 10,
    ("DT", "giai_quyet", "giai_quyet"): 8,
    ("DT", "hai_long", "hai_long"): 0.9,
    ("DT", "ngay", "ngay"): date(2024, 5, 20),
    ("DT", "co", "co"): "Có",
}


@dataclass(frozen=True, slots=True)
class Case:
    """A content and what is said of it.

    ``changes`` are typed over RIGHT (over nothing where ``alone``). ``checks`` are the words in
    the column of checks where they are neither "✓" nor blank. ``counts`` are missing, faults,
    looks of the forms that are not without any; ``links`` where they lead.
    """

    changes: Mapping[Slot, object]
    checks: Mapping[tuple[str, str], str]
    counts: Mapping[str, tuple[int, int, int]]
    links: Mapping[str, Slot | str]
    alone: bool = False
    more: tuple[Step, ...] = field(default=())


OTHER_TOWN = {("MH", "2", code): None for code in ("ten", "linh_vuc", "bat_dau", "kinh_phi")}
CASES: Mapping[str, Case] = {
    "empty": Case(
        {},
        {
            **{("TH", f"NV{n}"): "chưa điền: Trạng thái" for n in (1, 2, 3)},
            **{("CT", f"CT{n}"): "chưa điền: Trong quý" for n in (1, 2)},
            ("MH", ""): "Mới đăng ký 0 mô hình, chỉ tiêu giao là 2.",
            **{("DT", code): "chưa điền" for code in ("so_cuoc", "y_kien", "giai_quyet")},
        },
        {"TH": (6, 0, 0), "CT": (4, 0, 0), "MH": (0, 1, 0), "DT": (3, 0, 0)},
        {
            "TH": ("TH", "NV1", "trang_thai"),
            "CT": ("CT", "CT1", "trong_ky"),
            "MH": "I19",
            "DT": ("DT", "so_cuoc", "so_cuoc"),
        },
        alone=True,
    ),
    "right": Case({}, {}, {}, {}),
    "broken": Case(
        {
            ("TH", "NV1", "tien_do"): 0.5,
            ("TH", "NV2", "ly_do"): None,
            ("TH", "NV3", "tien_do"): 0.1,
            ("CT", "CT1", "luy_ke"): 0,
            ("CT", "CT2", "trong_ky"): 9,
            ("CT", "CT2", "luy_ke"): 12,
            ("MH", "1", "ket_thuc"): date(2024, 3, 31),
            ("MH", "2", "ten"): "tổ dân vận khéo  VẬN ĐỘNG hiến đất",
            ("DT", "giai_quyet", "giai_quyet"): 11,
            ("DT", "so_cuoc", "so_cuoc"): 3,
        },
        {
            ("TH", "NV1"): 'Nhiệm vụ "Đã hoàn thành" thì tiến độ phải là 100%.',
            ("TH", "NV2"): "Nhiệm vụ chậm tiến độ thì phải ghi lý do.",
            ("TH", "NV3"): "Xem lại: Chưa làm mà tiến độ đã là 10%.",
            ("CT", "CT1"): "Số lũy kế (0) không thể nhỏ hơn số trong quý (1).",
            ("CT", "CT2"): "Các lĩnh vực cộng lại phải bằng số trong quý.",
            ("MH", "1"): "Ngày kết thúc (31/03/2024) phải từ ngày bắt đầu (01/04/2024) trở đi.",
            ("MH", "2"): "Tên mô hình tổ dân vận khéo VẬN ĐỘNG hiến đất đã ghi ở dòng khác.",
            ("DT", "so_cuoc"): "Xem lại: Số cuộc đối thoại ít hơn kỳ trước 1 cuộc.",
            ("DT", "giai_quyet"): "Số ý kiến đã giải quyết không thể lớn hơn số ý kiến.",
        },
        # CT1 breaks two rules; MH repeats a name in both rows, and MH1 ends before it begins
        {"TH": (0, 2, 1), "CT": (0, 3, 1), "MH": (0, 3, 0), "DT": (0, 1, 1)},
        {
            "TH": ("TH", "NV1", "trang_thai"),
            "CT": ("CT", "CT1", "luy_ke"),
            "MH": ("MH", "1", "ket_thuc"),
            "DT": ("DT", "giai_quyet", "giai_quyet"),
        },
    ),
    "missing": Case(
        {
            ("TH", "NV2", "tien_do"): "   ",
            ("CT", "CT2", "luy_ke"): None,
            ("MH", "2", "bat_dau"): None,
            ("DT", "y_kien", "y_kien"): "\u00a0",
        },
        {
            ("TH", "NV2"): "chưa điền: Tiến độ",
            ("CT", "CT2"): "chưa điền: Lũy kế từ đầu năm",
            ("MH", "2"): "chưa điền: Bắt đầu",
            ("DT", "y_kien"): "chưa điền",
        },
        {"TH": (1, 0, 0), "CT": (1, 0, 0), "MH": (1, 0, 0), "DT": (1, 0, 0)},
        {
            "TH": ("TH", "NV2", "tien_do"),
            "CT": ("CT", "CT2", "luy_ke"),
            "MH": ("MH", "2", "bat_dau"),
            "DT": ("DT", "y_kien", "y_kien"),
        },
    ),
    "wrong kind": Case(
        {
            ("TH", "NV1", "trang_thai"): "Hoàn toàn xong",
            ("TH", "NV2", "ngay"): "cuối tháng",
            ("TH", "NV3", "tien_do"): "=1/0",
            ("CT", "CT1", "trong_ky"): "nhiều",
            ("CT", "CT2", "kinh_te"): 1.5,
            ("MH", "1", "kinh_phi"): "?",
            ("MH", "2", "linh_vuc"): "Thể thao",
            ("DT", "hai_long", "hai_long"): "*",
            ("DT", "ngay", "ngay"): "hôm qua",
            ("DT", "co", "co"): "Sắp có",
        },
        {
            ("TH", "NV1"): "Trạng thái: không có trong danh mục",
            ("TH", "NV2"): "Ngày hoàn thành: không phải ngày",
            ("TH", "NV3"): "Tiến độ: ô báo lỗi",
            ("CT", "CT1"): "Trong quý: không phải số",
            ("CT", "CT2"): "Kinh tế: phải là số nguyên",
            ("MH", "1"): "Kinh phí: không phải số",
            ("MH", "2"): "Lĩnh vực: không có trong danh mục",
            ("DT", "hai_long"): "không phải số",
            ("DT", "ngay"): "không phải ngày",
            ("DT", "co"): "không có trong danh mục",
        },
        {"TH": (0, 3, 0), "CT": (0, 2, 0), "MH": (0, 2, 0), "DT": (0, 3, 0)},
        {
            "TH": ("TH", "NV1", "trang_thai"),
            "CT": ("CT", "CT1", "trong_ky"),
            "MH": ("MH", "1", "kinh_phi"),
            "DT": ("DT", "hai_long", "hai_long"),
        },
    ),
    "out of limits": Case(
        {
            ("TH", "NV2", "tien_do"): 1.2,
            ("TH", "NV3", "ngay"): date(2025, 1, 1),
            ("CT", "CT1", "trong_ky"): 1001,
            ("CT", "CT2", "kinh_te"): -1,
            ("MH", "1", "bat_dau"): date(2021, 12, 31),
            ("MH", "1", "kinh_phi"): 1234.6,
            ("MH", "2", "so_ho"): "không có",  # at least 1 is asked
            ("DT", "hai_long", "hai_long"): -0.1,
            ("DT", "ngay", "ngay"): date(2023, 5, 20),
        },
        {
            ("TH", "NV2"): "Tiến độ: lớn hơn 100%",
            ("TH", "NV3"): "Ngày hoàn thành: sau ngày 31/12/2024",
            ("CT", "CT1"): "Trong quý: lớn hơn 1.000",
            ("CT", "CT2"): "Kinh tế: nhỏ hơn 0",
            ("MH", "1"): "Bắt đầu: trước ngày 01/01/2022",
            ("MH", "2"): "Số hộ tham gia: nhỏ hơn 1",
            ("DT", "hai_long"): "nhỏ hơn giới hạn",
            ("DT", "ngay"): "Xem lại: có thể sai năm",
        },
        {"TH": (0, 2, 0), "CT": (0, 2, 0), "MH": (0, 3, 0), "DT": (0, 1, 1)},
        {
            "TH": ("TH", "NV2", "tien_do"),
            "CT": ("CT", "CT1", "trong_ky"),
            "MH": ("MH", "1", "bat_dau"),
            "DT": ("DT", "hai_long", "hai_long"),
        },
    ),
    "words for nothing": Case(
        {
            ("TH", "NV1", "trang_thai"): "Không áp dụng",
            ("TH", "NV1", "tien_do"): "x",
            ("TH", "NV2", "ngay"): "Chưa có số liệu",
            ("TH", "NV2", "tien_do"): "chưa có",
            ("CT", "CT1", "trong_ky"): "Không phát sinh.",
            ("CT", "CT1", "luy_ke"): 1,
            ("CT", "CT1", "kinh_te"): "không",
            ("CT", "CT2", "luy_ke"): "n/a",
            ("MH", "3", "ten"): "Không có",
            ("DT", "giai_quyet", "giai_quyet"): "–",
            ("DT", "hai_long", "hai_long"): "không áp dụng",
            ("DT", "ngay", "ngay"): "không",
            ("DT", "co", "co"): "Không",
        },
        {},
        {},
        {},
    ),
    "too few, all else right": Case(
        OTHER_TOWN,
        {("MH", ""): "Mới đăng ký 1 mô hình, chỉ tiêu giao là 2."},
        {"MH": (0, 1, 0)},
        {"MH": "I19"},
    ),
    "an inserted row": Case(
        OTHER_TOWN,
        {},
        {"MH": (0, 0, 1)},  # counted by the rule; nobody checks it here
        {},
        more=(
            ("insert_rows", place(("MH", "1", "ten"))[0], 11, 1),
            ("text", place(("MH", "1", "ten"))[0], 11, 3, "Dòng họ tự quản"),
            ("text", place(("MH", "1", "ten"))[0], 11, 4, "Kinh tế"),
            ("date", place(("MH", "1", "ten"))[0], 11, 5, "2024-04-04"),
        ),
    ),
}


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Shown, Judgement]]:
    """Every case filled, computed and judged."""
    folder = tmp_path_factory.mktemp("checks")
    jobs = {
        name: [*typed({**({} if case.alone else RIGHT), **case.changes}), *case.more]
        for name, case in CASES.items()
    }
    return {name: (shown(path), judged(path)) for name, path in fill(folder, jobs).items()}


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.more])
def test_the_column_of_checks_says_what_is_wrong(
    name: str, returns: Mapping[str, tuple[Shown, Judgement]]
) -> None:
    found = {where: words for where, words in returns[name][0].checks.items() if words != "✓"}
    assert found == CASES[name].checks


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if not case.more])
def test_the_intake_says_the_same_of_a_broken_rule(
    name: str, returns: Mapping[str, tuple[Shown, Judgement]]
) -> None:
    seen, judgement = returns[name]
    said = [" ".join(str(f.params.get("message", "")).split()) for f in judgement.findings]
    for words in seen.checks.values():
        rule = words.removeprefix("Xem lại: ")
        if rule.endswith(".") and judgement.findings:
            assert rule in said


@pytest.mark.parametrize("name", CASES)
def test_the_panel_counts(name: str, returns: Mapping[str, tuple[Shown, Judgement]]) -> None:
    seen, case = returns[name][0], CASES[name]
    none = (0, 0, 0)
    assert {form: line[1:4] for form, line in seen.panel.items()} == {
        form: case.counts.get(form, none) for form in seen.panel
    }
    todo = {form: sum(counts[:2]) for form, counts in case.counts.items()}
    for form, line in seen.panel.items():
        looks = case.counts.get(form, none)[2]
        fine = f"Nên xem lại {looks} chỗ" if looks else "✓ Đạt"
        assert line[4] == (f"Còn {todo[form]} chỗ cần sửa" if todo.get(form) else fine)
    total = sum(todo.values())
    assert seen.state == (f"Còn {total} chỗ cần sửa" if total else "Sẵn sàng gửi")


@pytest.mark.parametrize("name", CASES)
def test_links_lead_to_the_first_fault(
    name: str, returns: Mapping[str, tuple[Shown, Judgement]]
) -> None:
    for form in laid_out().sheets:
        wanted = CASES[name].links.get(form.form.code, f"$B${form.title_row}")
        at = wanted if isinstance(wanted, str) else cell(wanted)[1]
        assert returns[name][0].links[form.form.code] == f"#'{form.sheet}'!{at}"


@pytest.mark.parametrize("name", CASES)
def test_the_intake_finds_the_same_cells_at_fault(
    name: str, returns: Mapping[str, tuple[Shown, Judgement]]
) -> None:
    seen, judgement = returns[name]
    assert said(judgement, Severity.ERROR) == seen.faults
    wanted = Outcome.FINDINGS if seen.faults else Outcome.CLEAN
    assert judgement.outcome is wanted
    if not CASES[name].more:
        assert seen.looks <= said(judgement, Severity.WARNING)


def test_filled_cells_and_rows_are_counted(
    returns: Mapping[str, tuple[Shown, Judgement]],
) -> None:
    filled = {
        name: [line[0] for line in seen.panel.values()] for name, (seen, _) in returns.items()
    }
    assert filled["empty"] == ["0/12 ô", "0/10 ô", "0 dòng", "0/7 ô"]
    assert filled["right"] == ["8/12 ô", "10/10 ô", "2 dòng", "6/7 ô"]
    assert filled["missing"] == ["7/12 ô", "9/10 ô", "2 dòng", "5/7 ô"]
    assert filled["wrong kind"] == ["9/12 ô", "10/10 ô", "2 dòng", "6/7 ô"]
    assert filled["words for nothing"] == ["9/12 ô", "10/10 ô", "2 dòng", "6/7 ô"]


def test_untouched_rows_of_a_list_say_nothing_and_filled_ones_are_ticked(
    returns: Mapping[str, tuple[Shown, Judgement]],
) -> None:
    ticked = {where for where, words in returns["right"][0].checks.items() if words == "✓"}
    assert {key for form, key in ticked if form == "MH"} == {"1", "2"}
    assert {key for form, key in ticked if form == "TH"} == {"NV1", "NV2", "NV3"}
    ticked = {where for where, words in returns["words for nothing"][0].checks.items()}
    assert ("MH", "3") in ticked  # "không có" is a statement


# --- as sent ------------------------------------------------------------------------------------


def test_stored_results_are_what_the_formulas_come_to(tmp_path: Path) -> None:
    """A program that shows a stored result without computing it shows the right one."""
    small, full = small_programme(), programme()
    workbooks = {
        "small": layout(small, small.unit("303"), small.period("2024-Q3")),
        "full": layout(full, full.unit("311"), full.period("2024-Q1")),
        "checks": laid_out(),
        "first quarter": layout(
            checks_programme(), checks_programme().unit("303"), checks_programme().period("2024-Q1")
        ),
    }
    computed = fill(tmp_path, dict.fromkeys(workbooks, ()), workbooks)
    for name, path in computed.items():
        source = tmp_path / f"template of {name}.xlsx"
        formulas = openpyxl.load_workbook(source)
        stored = openpyxl.load_workbook(source, data_only=True)
        found = openpyxl.load_workbook(path, data_only=True)
        count = 0
        for sheet in formulas:
            for row in sheet.iter_rows():
                for each in row:
                    if each.data_type != "f":
                        continue
                    count += 1
                    pair = [b[sheet.title][each.coordinate].value for b in (stored, found)]
                    before, after = ("" if value is None else value for value in pair)
                    if isinstance(before, int | float) and isinstance(after, int | float):
                        assert after == pytest.approx(before), (name, sheet.title, each.coordinate)
                    else:
                        assert before == after, (name, sheet.title, each.coordinate)
        assert count > 100


# --- random returns -----------------------------------------------------------------------------

RANDOM = 80 if os.environ.get("BAOCAO_LONG") else 8
WORDS = (
    "không", "Không có", "KHÔNG PHÁT SINH", "-", "--", "x", "chưa", "...", "không áp dụng",
    "chưa có số liệu", "na", "5 mô hình", "1.234", "12,5%", "?", "*", "abc", "khoảng 5", "  ",
    "5/3/2024", "quý I", "30/2/2024", "Đã hoàn thành", "đã hoàn  thành", "Đang", "Kinh tế",
    "Có", "ko", "Không thực hiện", "xong.", "=1/0", "=\"\"", "01", "nil",
)  # fmt: skip


def _random_answer(draw: random.Random, asked: Field) -> object:
    chance = draw.random()
    if chance < 0.25:
        return None
    if chance < 0.5:
        return draw.choice(WORDS)
    if asked.type is FieldType.DATE:
        return date(2021, 6, 1) + timedelta(draw.randint(0, 1800))
    if asked.type is FieldType.RATE:
        return draw.choice([0, 0.1, 0.125, 0.5, 1, 1.2, -0.5])
    if asked.type in (FieldType.TEXT, FieldType.CHOICE):
        values = {"trang_thai": ["Đã hoàn thành", "Chậm tiến độ"], "linh_vuc": ["Kinh tế"]}
        return draw.choice([*values.get(asked.code, ["Có", "Không"]), "Hòa", "hoà", 5])
    return draw.choice([0, 1, 2, 3, 5, 0.5, 1000, 1001, -1, 1234.5, 1e9])


def _random_return(draw: random.Random) -> list[Step]:
    """Anything anywhere, or what is right but for a few cells."""
    if draw.random() < 0.5:
        inputs = [
            ((form.form.code, slot.row_key, slot.field.code), slot.field)
            for form in laid_out().sheets
            for slot in form.slots()
            if slot.kind is SlotKind.INPUT
        ]
        few = draw.sample(inputs, draw.randint(0, 3))
        return typed(dict(RIGHT) | {slot: _random_answer(draw, asked) for slot, asked in few})
    content: dict[Slot, object] = {}
    for form in laid_out().sheets:
        if draw.random() < 0.15:
            continue
        for slot in form.slots():
            rare = form.form.kind is FormKind.OPEN and int(slot.row_key) > draw.randint(2, 5)
            if slot.kind is SlotKind.INPUT and not rare:
                value = _random_answer(draw, slot.field)
                if value is not None:
                    content[form.form.code, slot.row_key, slot.field.code] = value
    return typed(content)


def test_what_is_wrong_to_the_intake_is_wrong_in_the_sheet(tmp_path: Path) -> None:
    """And what the sheet marks, the intake speaks of: where it reads with an assumption what
    the sheet refuses, at least in a note."""
    draw = random.Random(20240630)
    jobs = {f"return-{n}": _random_return(draw) for n in range(RANDOM)}
    faults, states = 0, set()
    for name, path in fill(tmp_path, jobs).items():
        seen, judgement = shown(path), judged(path)
        everything = said(judgement, Severity.ERROR, Severity.WARNING, Severity.NOTE)
        assert not seen.faults - everything, (name, jobs[name])
        rules = {
            (form, cell_)
            for form, cell_ in said(judgement, Severity.ERROR) - seen.faults
            if not _marked_beside(judgement, form, cell_, seen)
        }
        assert not rules, (name, jobs[name])
        assert not seen.looks - everything, (name, jobs[name])
        if seen.state == "Sẵn sàng gửi":
            assert judgement.outcome is Outcome.CLEAN, name
        states.add(seen.state == "Sẵn sàng gửi")
        faults += len(seen.faults)
    assert faults > RANDOM * 3
    assert states == {True, False}


def _marked_beside(judgement: Judgement, form: str, cell_: str, seen: Shown) -> bool:
    """Whether a rule that the intake finds broken rests on a cell that the sheet refuses: there
    it is silent until that cell is mended."""
    sheet = laid_out().sheet_for(form)
    rests_on = {use.rule.code: use.rests_on for use in rule_uses(sheet)}
    for found in judgement.findings:
        if (found.address.sheet, found.address.cell) != (sheet.sheet, cell_):
            continue
        for slot in sheet.slots():
            at = cell((form, slot.row_key, slot.field.code))
            used = slot.field.code in rests_on.get(found.params.get("rule", ""), ())
            same_row = bool(sheet.answer_column) or at[1][1:] == cell_[1:]
            if used and same_row and at in seen.faults:
                return True
    return False
