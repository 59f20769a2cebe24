"""The standard programmes made from the five source plans: what they ask, and clean returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from itertools import groupby
from pathlib import Path

import openpyxl
import pytest

from toolkit import workflow
from toolkit.findings import Finding, Severity, has_errors
from toolkit.folder import Folder
from toolkit.intake.judge import judge
from toolkit.intake.model import Judgement, Outcome, State
from toolkit.programme.load import load_book, load_folder_with_findings
from toolkit.programme.model import FieldType, FormKind, Item, Period, Programme
from toolkit.programme.read import read_folder
from toolkit.programme.shift import move_year
from toolkit.programme.standard import templates_folder
from toolkit.template.layout import layout
from toolkit.template.model import Slot, SlotKind
from toolkit.template.write import write

NAMES = (
    "phoi-hop-2024",
    "phoi-hop-2021",
    "cong-tac-nam",
    "dan-van-kheo",
    "ke-hoach-phuong",
    "chuong-trinh-trong",
)


@cache
def loaded(name: str) -> tuple[Programme, tuple[Finding, ...]]:
    programme, findings = load_folder_with_findings(templates_folder() / name)
    assert programme is not None, findings
    return programme, findings


def of(name: str) -> Programme:
    return loaded(name)[0]


def units(name: str, *types: str) -> list[str]:
    return [u.code for u in of(name).units if u.type in types]


def dues(name: str) -> dict[str, str]:
    return {p.code: f"{p.due:%d/%m/%Y}" for p in of(name).periods if p.due}


def tasks(name: str) -> tuple[Item, ...]:
    return of(name).item_lists["tasks"]


@pytest.mark.parametrize("name", NAMES)
def test_each_loads_without_a_remark(name: str) -> None:
    assert loaded(name)[1] == ()


@pytest.mark.parametrize("name", NAMES)
def test_each_moves_to_another_year(name: str) -> None:
    """Everything that is a date of reporting moves: no rule or limit stays behind."""
    book = read_folder(templates_folder() / name)
    year = of(name).year
    moved, findings = load_book(move_year(book, year + 4))
    assert (moved and moved.year, findings) == (year + 4, ())
    assert moved is not None
    assert [p.code.replace(str(year + 4), str(year)) for p in moved.periods] == [
        p.code for p in of(name).periods
    ]
    assert not [r.code for r in moved.rules if str(year) in r.expression.source]
    assert not [f.code for f in moved.forms if str(year) in f.guidance + f.name]


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_owes_something_or_stands_above_others(name: str) -> None:
    programme = of(name)
    above = {u.parent for u in programme.units}
    owing = {u.code for p in programme.periods for u in programme.units_for(p)}
    assert {u.code for u in programme.units} - above <= owing
    assert not above & owing


@pytest.mark.parametrize("name", NAMES)
def test_no_person_is_named(name: str) -> None:
    text = "".join(p.read_text("utf-8") for p in sorted((templates_folder() / name).glob("*.csv")))
    for rank in ("Đại tá", "đồng chí", "Đ/c", "TRƯỞNG BAN", "PHÓ"):
        assert rank not in text


# --- what each asks ---------------------------------------------------------------------------


def test_coordination_2024() -> None:
    name = "phoi-hop-2024"
    programme = of(name)
    assert [t.number for t in tasks(name)] == [str(n) for n in range(1, 9)]
    assert all(len(t.parts) == 2 and all(t.parts) for t in tasks(name))
    assert [t.due for t in tasks(name)] == [
        "Quý I", "", "Quý II", "Thường xuyên", "Thường xuyên", "Thường xuyên", "Quý III", "Quý IV"
    ]  # fmt: skip
    assert programme.issuers == (
        "Ban Dân vận Thành ủy Hải Phòng",
        "Bộ Chỉ huy Quân sự thành phố Hải Phòng",
    )
    districts = units(name, "quận", "huyện")
    assert len(districts) == 15
    # Each district mirrors the pair of the city.
    for code in districts:
        assert [u.type for u in programme.children(code)] == ["ban dân vận", "ban chỉ huy quân sự"]
    assert dues(name)["2024-KH"] == "03/02/2024"
    assert asked(programme, "305-DV", "2024-KH") == ["KHC", "KH"]
    assert asked(programme, "305-QS", "2024-KH") == []
    assert asked(programme, "305-DV", "2024-Q1") == asked(programme, "HP-DV", "2024-Q1") == ["DV"]
    assert asked(programme, "305-QS", "2024-Q1") == asked(programme, "HP-QS", "2024-Q1") == ["QS"]
    assert asked(programme, "305-QS", "2024-H1") == ["SK"]
    assert asked(programme, "305-QS", "2024") == ["TK"]
    parts = [programme.form(f).field("phan_viec").prefill for f in ("DV", "QS")]
    assert parts == ["part1", "part2"]


def asked(programme: Programme, unit: str, period: str) -> list[str]:
    forms = programme.forms_for(programme.unit(unit), programme.period(period))
    return [form.code for form in forms]


def test_coordination_2021() -> None:
    name = "phoi-hop-2021"
    programme = of(name)
    assert len(units(name, "huyện", "thị xã", "thành phố")) == 13
    assert len(programme.issuers) == len(programme.recipients) == 2
    assert [(t.number, t.lead) for t in tasks(name)] == [
        *((str(n), "") for n in range(1, 7)),
        ("1", "Ban Dân vận Tỉnh ủy"),
        ("-", "Bộ Chỉ huy Quân sự tỉnh"),
        ("-", "Bộ Chỉ huy Quân sự tỉnh"),
    ]
    assert len(programme.items(programme.form("NV"), programme.unit("531"))) == 6
    assert asked(programme, "531", "2021-Q1") == ["NV", "SL"]
    assert asked(programme, "531", "2021") == ["TK"]
    assert asked(programme, "QN-QS", "2021") == ["MH", "TK"]
    assert dues(name)["2021"] == "31/12/2021"


def test_annual_plan() -> None:
    name = "cong-tac-nam"
    programme = of(name)
    numbers = [(group, [t.number for t in run]) for group, run in by_group(tasks(name))]
    assert [n for _, n in numbers] == [
        [f"1.{n}" for n in range(1, 12)],
        *(["-"] * count for count in (6, 6, 3, 5)),
        [f"3.{n}" for n in range(1, 5)],
        [f"4.{n}" for n in range(1, 4)],
        [str(n) for n in range(1, 6)],
    ]
    assert [g.split("–")[-1].strip()[:4] for g, _ in numbers] == [
        "1. N", "2.1.", "2.2.", "2.3.", "2.4.", "3. T", "4. X", "III."
    ]  # fmt: skip
    assert all(t.lead and t.due for t in tasks(name))
    targets = [t for t in programme.item_lists["indicators"] if t.group.startswith("1.")]
    assert [t.target for t in targets] == [1, 1, Decimal("0.4"), Decimal("0.1")]
    for item in ("CT3", "CT4"):
        given = [v for (code, _), v in programme.allotments.items() if code == item]
        assert (len(given), sum(given)) == (15, 239)
    criteria = programme.items(programme.form("TC"))
    assert sum(t.target or 0 for t in criteria) == 100
    assert [p.code for p in programme.periods] == ["2023-3M", "2023-6M", "2023-9M", "2023"]
    assert len(programme.items(programme.form("KT"), programme.unit("P-KT"))) == 5
    # Each office has its own tasks, and together they have all of them once.
    offices = [u for u in programme.units if u.parent == "BDV" and u.code.startswith("P-")]
    shared = [programme.items(programme.form("NV"), u) for u in offices if u.code != "P-KT"]
    assert sorted(t.code for items in shared for t in items) == [f"NV{n:02}" for n in range(1, 39)]
    assert asked(programme, "305", "2023-9M") == ["CT", "TH"]
    assert asked(programme, "305", "2023") == ["CT", "TH", "TC"]


def by_group(items: tuple[Item, ...]) -> list[tuple[str, list[Item]]]:
    return [(group, list(run)) for group, run in groupby(items, key=lambda t: t.group)]


def test_model_movement() -> None:
    name = "dan-van-kheo"
    programme = of(name)
    known = dues(name)
    assert (known["2023-H1"], known["2023-KT"], known["2023-CN"]) == (
        "25/07/2023", "15/12/2023", "31/12/2023"
    )  # fmt: skip
    quotas = [(str(r.unit_types), r.expression.source, r.periods)
              for r in programme.rules if r.code in ("DK-01", "DK-02")]  # fmt: skip
    assert quotas == [
        ("('phường', 'xã')", "COUNTROWS(DK) >= 5", ("2023-DK1",)),
        ("('cơ quan', 'doanh nghiệp', 'trường học')", "COUNTROWS(DK) >= 1", ("2023-DK1",)),
    ]
    titles = {f.title for f in programme.form("DK").fields}
    assert titles >= {"Tên mô hình", "Địa chỉ", "Bắt đầu", "Kết thúc", "Nội dung thực hiện",
                      "Chủ mô hình", "Hình thức"}  # fmt: skip
    assert all(f.required for f in programme.form("DK").fields)
    steps = [f.title for f in programme.form("TD").fields if f.type is FieldType.DATE]
    assert steps == ["Đăng ký", "Kiểm tra, giao nhiệm vụ", "Triển khai", "Sơ kết 3 tháng",
                     "Sơ kết 6 tháng", "Công nhận, biểu dương", "Nhân rộng"]  # fmt: skip
    assert asked(programme, "P1", "2023-DK2") == ["DK"]
    assert asked(programme, "P1", "2023-M05") == ["TD"]
    assert asked(programme, "P1", "2023-H1") == asked(programme, "TH1", "2023") == ["BC"]
    assert asked(programme, "BCD", "2023-CN") == ["CN"]
    assert len(tasks(name)) == 18


def test_ward_plan() -> None:
    name = "ke-hoach-phuong"
    programme = of(name)
    numbers = [t.number for t in tasks(name)]
    assert len(numbers) == 34
    assert numbers.count("2.3") == 2
    assert "4.3" not in numbers
    under_3 = [t.number for t in tasks(name) if "– 3. " in t.group]
    assert under_3 == ["2.3", "2.4", "2.5", "2.6", "2.7"]
    assert {u.type for u in programme.units} == {"phường", "khối dân vận", "tổ dân phố", "chi bộ"}
    assert [p.code for p in programme.periods] == ["2024-H1", "2024"]
    assert asked(programme, "TDP01", "2024") == ["NV", "HD", "MH", "KS"]
    assert asked(programme, "CB01", "2024") == ["NV", "HD", "MH"]
    assert len(programme.items(programme.form("NV"), programme.unit("KDV"))) == 34
    assert len(programme.items(programme.form("NV"), programme.unit("TDP01"))) == 7


def test_blank_programme_has_one_of_each_kind() -> None:
    programme = of("chuong-trinh-trong")
    assert [(f.kind, f.source) for f in programme.forms] == [
        (FormKind.FIXED, "tasks"),
        (FormKind.FIXED, "indicators"),
        (FormKind.OPEN, ""),
        (FormKind.QUESTIONS, ""),
    ]
    assert len({c.kind for c in programme.charts}) == 5
    assert {f.type for form in programme.forms for f in form.fields} == set(FieldType) - {
        FieldType.DECIMAL
    }


# --- clean returns ----------------------------------------------------------------------------

Value = str | int | float | datetime
# What the general rule below would get wrong, by form and field.
TYPED: Mapping[tuple[str, str, str], Value] = {
    ("phoi-hop-2024", "KHC", "so_nhiem_vu"): 5,
    ("phoi-hop-2024", "KHC", "ngay_ky"): datetime(2024, 1, 25),
    ("ke-hoach-phuong", "KS", "rat_hai_long"): 1,
    ("ke-hoach-phuong", "KS", "hai_long"): 2,
    ("ke-hoach-phuong", "KS", "chua_hai_long"): 3,
}
CHOSEN = {"trang-thai": "Đã hoàn thành", "buoc": "Được nhân rộng", "thoi-gian": "Thường xuyên"}
ROWS = {("phoi-hop-2021", "MH"): 3}


def typed(name: str, unit: str, period: Period, slot: Slot, number: int) -> Value:
    programme, field = of(name), slot.field
    special = TYPED.get((name, field.form, field.code))
    if special is not None:
        return special
    match field.type:
        case FieldType.CHOICE:
            return CHOSEN.get(field.choices) or programme.choice_list(field.choices).values[0]
        case FieldType.TEXT:
            return f"Nội dung số {number} của đơn vị"
        case FieldType.RATE:
            return 1.0
        case FieldType.DATE:
            day = period.end if field.code == "ket_thuc" else period.start
            return datetime(day.year, day.month, day.day)
        case _ if field.code == "luy_ke":
            return int(programme.allotments[slot.row_key, unit])
        case _:
            return 5 if field.code == "diem_tu_cham" else 6


Filled = tuple[bytes, dict[tuple[str, str, str], Value]]


def filled(name: str, unit: str, period: str, keep: Callable[[Slot], bool] | None = None) -> Filled:
    """The template, every cell of it filled; of open forms five rows."""
    programme = of(name)
    plan = layout(programme, programme.unit(unit), programme.period(period))
    target = BytesIO()
    write(plan, target)
    book = openpyxl.load_workbook(BytesIO(target.getvalue()))
    given: dict[tuple[str, str, str], Value] = {}
    for form in plan.sheets:
        rows = ROWS.get((name, form.form.code), 5)
        for number, slot in enumerate(form.slots(), start=1):
            skipped = form.form.kind is FormKind.OPEN and int(slot.row_key) > rows
            if slot.kind is not SlotKind.INPUT or skipped or (keep and not keep(slot)):
                continue
            value = typed(name, unit, plan.period, slot, number)
            book[form.sheet].cell(slot.row, slot.column).value = value
            given[form.form.code, slot.row_key, slot.field.code] = value
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue(), given


def judged(name: str, data: bytes) -> Judgement:
    return judge(data, "bao-cao.xlsx", of(name))


RETURNS = [
    ("phoi-hop-2024", "305-DV", "2024-Q1"),
    ("phoi-hop-2024", "HP-QS", "2024-Q3"),
    ("phoi-hop-2024", "318-DV", "2024-KH"),
    ("phoi-hop-2024", "311-QS", "2024-H1"),
    ("phoi-hop-2024", "HP-DV", "2024"),
    ("phoi-hop-2021", "531", "2021-Q2"),
    ("phoi-hop-2021", "QN-QS", "2021-H1"),
    ("phoi-hop-2021", "534", "2021"),
    ("cong-tac-nam", "305", "2023"),
    ("cong-tac-nam", "P-CQ", "2023-3M"),
    ("cong-tac-nam", "P-KT", "2023-6M"),
    ("dan-van-kheo", "P1", "2023-DK1"),
    ("dan-van-kheo", "TH2", "2023-DK2"),
    ("dan-van-kheo", "X3", "2023-M07"),
    ("dan-van-kheo", "DN1", "2023"),
    ("dan-van-kheo", "BCD", "2023-H1"),
    ("dan-van-kheo", "BCD", "2023-CN"),
    ("ke-hoach-phuong", "TDP07", "2024"),
    ("ke-hoach-phuong", "KDV", "2024-H1"),
    ("chuong-trinh-trong", "02", "2025-Q3"),
]


@pytest.mark.parametrize(("name", "unit", "period"), RETURNS)
def test_a_clean_return_has_no_finding(name: str, unit: str, period: str) -> None:
    data, given = filled(name, unit, period)
    judgement = judged(name, data)
    found = [(f.code, str(f.address), f.params) for f in judgement.findings
             if f.severity is not Severity.NOTE]  # fmt: skip
    assert found == []
    assert judgement.outcome is Outcome.CLEAN
    assert (judgement.unit, judgement.period) == (unit, period)
    answers = {(a.form, a.row, a.field): a for a in judgement.answers}
    for key, value in given.items():
        answer = answers[key]
        assert answer.state is (State.ZERO if value == 0 else State.VALUE)
        assert answer.value == (value.date() if isinstance(value, datetime) else value)
    assert judgement.ledger.nonempty == judgement.ledger.used == len(given)


# --- the quotas -------------------------------------------------------------------------------


def quota_findings(name: str, unit: str, period: str, rows: int) -> list[str]:
    data, _ = filled(name, unit, period, lambda slot: not slot.row_key.isdigit()
                     or int(slot.row_key) <= rows)  # fmt: skip
    return [f.params.get("rule", f.code) for f in judged(name, data).findings
            if f.severity is not Severity.NOTE]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "unit", "period", "rows", "rules"),
    [
        ("dan-van-kheo", "P1", "2023-DK1", 4, ["DK-01"]),
        ("dan-van-kheo", "X1", "2023-DK1", 0, ["DK-01"]),
        ("dan-van-kheo", "DN1", "2023-DK1", 0, ["DK-02"]),
        ("dan-van-kheo", "DN1", "2023-DK1", 1, []),
        ("dan-van-kheo", "P1", "2023-DK2", 1, []),  # a supplement has no least number
        ("phoi-hop-2021", "QN-QS", "2021", 1, ["MH-01"]),
        ("phoi-hop-2021", "QN-QS", "2021", 2, []),
    ],
)
def test_quotas(name: str, unit: str, period: str, rows: int, rules: list[str]) -> None:
    assert quota_findings(name, unit, period, rows) == rules


# --- both periods of a form that is asked by half-year and by year ------------------------------


def test_a_year_is_made_of_its_own_returns_alone(tmp_path: Path) -> None:
    """The half-year's return is a source of the year (its review), but its list of models is
    no part of the year's own list: the totals balance over the latter."""
    name = "phoi-hop-2021"
    workflow.new(name, tmp_path / "p", None)
    place = Folder(tmp_path / "p", tmp_path / "p")
    for period in ("2021-H1", "2021"):
        data, _ = filled(name, "QN-QS", period)
        (place.incoming / f"{period}.xlsx").write_bytes(data)
    received = workflow.receive(
        place, workflow.load_programme(place), (), day=workflow.Day(date(2021, 12, 20))
    )
    assert [has_errors(r.findings) for r in received] == [False, False]
    (done,) = workflow.consolidate(place, ["2021"])
    listed = openpyxl.load_workbook(done.file, data_only=True)["MH danh sách"]
    rows = [row for row in listed.iter_rows(min_row=5, values_only=True) if isinstance(row[0], int)]
    assert [row[2] for row in rows] == ["Năm 2021"] * 3
