"""The sample whose units change in the middle of 2025, worked out both ways without our code.

What was typed is read from so-lieu-goc.csv; the successions stand here a second time.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from test_summary_soffice import calculated, formulas_of

from toolkit import console, workflow
from toolkit.folder import Folder
from toolkit.programme.build import build_workbook
from toolkit.programme.load import load, load_folder

SAMPLE = Path(__file__).parent.parent / "samples" / "sap-nhap-2025"
OLD, NEW = ("303", "304", "313", "315", "318"), ("HB", "AL", "AQ", "TL", "QT", "BLV")
UNITS = (*OLD, "KKT", *NEW)
WHOLE = {"303": "HB", "304": "HB", "318": "BLV"}
SHARES = {"AL": 60, "AQ": 40}  # of 313, in per cent
PERIODS = {
    "2025-Q1": ("2025-Q1",),
    "2025-Q2": ("2025-Q2",),
    "2025": ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"),
}
INDICATORS = ("CT1", "CT2", "CT3")
Key = tuple[str, str, str]  # form, row, field
Answers = Mapping[tuple[str, str], object]  # (unit, quarter) -> what it means

# (form, field) -> how it is aggregated, as nguon/cot.csv has it
SUMS = {("CT", "ke_hoach"), ("CT", "trong_ky"), ("DT", "so_cuoc"), ("DT", "so_luot")}
STOCKS = {("CT", "luy_ke"), ("DT", "to_dan_van")}
RATES = {
    ("CT", "ty_le"): ("trong_ky", "ke_hoach"),
    ("DT", "luot_moi_cuoc"): ("so_luot", "so_cuoc"),
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Folder(SAMPLE, tmp_path_factory.mktemp("sap-nhap"))
    workflow.run(folder, workflow.load_programme(folder))
    return folder.out


@pytest.fixture(scope="module")
def typed() -> Mapping[Key, dict[tuple[str, str], object]]:
    found: dict[Key, dict[tuple[str, str], object]] = {}
    with (SAMPLE / "so-lieu-goc.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            assert line["counts"] == "yes"
            key = (line["form"], line["row"], line["field"])
            found.setdefault(key, {})[line["unit"], line["period"]] = line["value"]
    return found


def exported(out: Path, period: str) -> list[dict[str, str]]:
    path = out / "bao-cao" / period / "theo-don-vi-moi.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def table(out: Path, period: str, form: str, row: str, field: str, side: str) -> dict[str, str]:
    """unit ("" for all) -> the figure, of the units that have a line on that side."""
    return {
        line["unit"]: line[side]
        for line in exported(out, period)
        if (line["form"], line["row"], line["field"]) == (form, row, field)
        and (line[f"{side}_state"] or not line["unit"])
    }


# --- the second implementation ------------------------------------------------------------


def divided(value: int, unit: str) -> int:
    """The part of a count of unit 313 that goes to AL or AQ; the larger fraction rounds up."""
    floors = {code: value * share // 100 for code, share in SHARES.items()}
    rests = {code: value * share % 100 for code, share in SHARES.items()}
    if sum(floors.values()) < value:
        floors["AL" if rests["AL"] >= rests["AQ"] else "AQ"] += 1
    return floors[unit]


def present(answers: Answers, *, divides: Callable[[object, str], object] | None) -> Answers:
    """The answers by the unit that has them today: (unit, quarter) -> their list."""
    found: dict[tuple[str, str], list[object]] = {}
    for (unit, quarter), value in answers.items():
        if unit == "313" and divides is not None:
            for code in SHARES:
                found.setdefault((code, quarter), []).append(divides(value, code))
        else:
            found.setdefault((WHOLE.get(unit, unit), quarter), []).append(value)
    return found


def alone(answers: Answers) -> Answers:
    return {key: [value] for key, value in answers.items()}


def of_units(lists: Answers, quarters: Iterable[str]) -> dict[str, list[list[object]]]:
    """unit -> its answers, a list for each quarter in order of time."""
    found: dict[str, list[list[object]]] = {}
    for quarter in quarters:
        for unit in UNITS:
            if (unit, quarter) in lists:
                found.setdefault(unit, []).append(list(lists[unit, quarter]))  # type: ignore[call-overload]
    return found


def both(answers: Answers, divides: Callable[[object, str], object] | None) -> dict[str, Answers]:
    return {"as_reported": alone(answers), "as_now": present(answers, divides=divides)}


def flat(lists: list[list[object]]) -> list[object]:
    return [value for one in lists for value in one]


def numbers(answers: Mapping[tuple[str, str], object]) -> dict[tuple[str, str], object]:
    return {key: Fraction(str(value)) for key, value in answers.items()}


def by_count(value: object, unit: str) -> object:
    return Fraction(divided(int(value), unit))  # type: ignore[call-overload]


def by_share(value: object, unit: str) -> object:
    assert isinstance(value, Fraction)
    return value * SHARES[unit] / 100


def same(shown: Mapping[str, str], expected: Mapping[str, Fraction]) -> None:
    found = {unit: Fraction(text) for unit, text in shown.items() if text}
    for unit, value in expected.items():
        assert abs(found.pop(unit) - value) < Fraction(1, 10**20), unit
    assert found == {}


# --- every figure -------------------------------------------------------------------------


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize(
    ("form", "field"), [*sorted(SUMS), ("DT", "kinh_phi"), ("MH", "so_ho"), ("MH", "#")]
)
def test_what_is_added(
    out: Path,
    typed: Mapping[Key, dict[tuple[str, str], object]],
    period: str,
    form: str,
    field: str,
) -> None:
    for row in {"CT": INDICATORS, "DT": (field,), "MH": ("",)}[form]:
        if form == "MH":
            wanted = "ten" if field == "#" else field
            answers: dict[tuple[str, str], object] = {}
            for (name, _, code), cells in typed.items():
                if (name, code) == (form, wanted):
                    for key, value in cells.items():
                        more = Fraction(1) if field == "#" else Fraction(str(value))
                        answers[key] = answers.get(key, Fraction(0)) + more  # type: ignore[operator]
            sides = both(answers, None)
        else:
            answers = numbers(typed[form, row, field])
            sides = both(answers, by_share if field == "kinh_phi" else by_count)
        for side, lists in sides.items():
            expected = {u: sum(flat(v)) for u, v in of_units(lists, PERIODS[period]).items()}  # type: ignore[arg-type]
            shown = table(out, period, form, row, field, side)
            same(shown, {**expected, "": sum(expected.values())})  # type: ignore[dict-item]
        totals = [table(out, period, form, row, field, side)[""] for side in sides]
        assert Fraction(totals[0]) == Fraction(totals[1])


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize(("form", "field"), sorted(STOCKS))
def test_what_stands_at_the_end(
    out: Path,
    typed: Mapping[Key, dict[tuple[str, str], object]],
    period: str,
    form: str,
    field: str,
) -> None:
    for row in INDICATORS if form == "CT" else (field,):
        for side, lists in both(numbers(typed[form, row, field]), by_count).items():
            by_unit = of_units(lists, PERIODS[period])
            if side == "as_now" and period == "2025":
                by_unit.pop("315", None)  # gone and divided: no stock at the end of the year
            expected = {unit: sum(values[-1]) for unit, values in by_unit.items()}  # type: ignore[arg-type]
            # at the end of the year the old units are gone: theirs is shown, and not added
            there = [u for u in expected if period != "2025" or u not in OLD]
            shown = table(out, period, form, row, field, side)
            same(shown, {**expected, "": sum(expected[u] for u in there)})  # type: ignore[dict-item]


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize(("form", "field"), sorted(RATES))
def test_what_is_worked_out_again(
    out: Path,
    typed: Mapping[Key, dict[tuple[str, str], object]],
    period: str,
    form: str,
    field: str,
) -> None:
    for row in INDICATORS if form == "CT" else (field,):
        sums: dict[str, list[dict[str, Fraction]]] = {"as_reported": [], "as_now": []}
        for code in RATES[form, field]:
            key = (form, row if form == "CT" else code, code)
            for side, lists in both(numbers(typed[key]), by_count).items():
                by_unit = of_units(lists, PERIODS[period])
                sums[side].append({u: Fraction(sum(flat(v))) for u, v in by_unit.items()})  # type: ignore[arg-type]
        for side, (over, under) in sums.items():
            expected = {unit: over[unit] / under[unit] for unit in over}
            expected[""] = sum(over.values()) / sum(under.values())  # type: ignore[assignment]
            same(table(out, period, form, row, field, side), expected)


@pytest.mark.parametrize("period", PERIODS)
def test_what_is_compared(
    out: Path, typed: Mapping[Key, dict[tuple[str, str], object]], period: str
) -> None:
    for field in ("dong_nhat", "gan_nhat"):
        read = (lambda v: int(v)) if field == "dong_nhat" else date.fromisoformat
        answers = {key: read(str(value)) for key, value in typed["DT", field, field].items()}
        for side, lists in both(answers, None).items():
            found = of_units(lists, PERIODS[period])
            expected = {unit: str(max(flat(v))) for unit, v in found.items()}  # type: ignore[type-var]
            expected[""] = str(max(flat(list(map(flat, found.values())))))  # type: ignore[type-var]
            shown = table(out, period, "DT", field, field, side)
            assert {u: v for u, v in shown.items() if v} == expected


@pytest.mark.parametrize("period", PERIODS)
def test_texts_and_choices(
    out: Path, typed: Mapping[Key, dict[tuple[str, str], object]], period: str
) -> None:
    """Each text stands once, on the line of the unit of today, with the name of its sender."""
    named = {k: f"{k[0]}: {v}" for k, v in typed["DT", "kho_khan", "kho_khan"].items()}
    for side, lists in both(named, None).items():
        found = of_units(lists, PERIODS[period])
        shown = table(out, period, "DT", "kho_khan", "kho_khan", side)
        for unit, values in found.items():
            lines = shown[unit].split("\n")
            plain = [str(v) for v in flat(values)]
            # a single text is its unit's own and stands without a name
            assert sorted(lines) in (sorted(plain), [plain[0].partition(": ")[2]])
        assert len(shown[""].split("\n")) == sum(len(flat(v)) for v in found.values())
    areas: dict[tuple[str, str], object] = {}
    for (form, _, field), cells in typed.items():
        if (form, field) == ("MH", "linh_vuc"):
            for key, value in cells.items():
                areas[key] = [*areas.get(key, []), value]  # type: ignore[misc]
    for side, lists in both(areas, None).items():
        shown = table(out, period, "MH", "", "linh_vuc", side)
        for unit, values in of_units(lists, PERIODS[period]).items():
            counted = Counter(value for one in flat(values) for value in one)  # type: ignore[attr-defined]
            assert shown[unit].split("\n") == [
                f"{area}: {counted[area]}"
                for area in (
                    "Kinh tế",
                    "Văn hóa - xã hội",
                    "Quốc phòng - an ninh",
                    "Xây dựng hệ thống chính trị",
                )
                if counted[area]
            ]


def test_csv_and_json_are_the_same(out: Path) -> None:
    folder = out / "bao-cao" / "2025"
    lines = json.loads((folder / "theo-don-vi-moi.json").read_text("utf-8"))
    assert lines == exported(out, "2025")
    assert {line["includes"] for line in lines if line["unit"] == "HB"} == {"303;304"}
    assert {line["includes"] for line in lines if line["unit"] == "AL"} == {"313:0.6"}


def test_after_the_change_there_is_no_second_way(out: Path) -> None:
    assert not (out / "bao-cao" / "2025-Q3" / "theo-don-vi-moi.csv").exists()
    book = openpyxl.load_workbook(out / "bao-cao" / "2025-Q3" / "tong-hop.xlsx", read_only=True)
    assert "Theo đơn vị mới" not in book.sheetnames


# --- the sheet ----------------------------------------------------------------------------


def sheet(out: Path, *, formulas: bool) -> Worksheet:
    path = out / "bao-cao" / "2025" / "tong-hop.xlsx"
    return openpyxl.load_workbook(path, data_only=not formulas)["Theo đơn vị mới"]


def test_the_sheet_shows_both_ways_with_live_formulas(out: Path) -> None:
    shown, live = sheet(out, formulas=False), sheet(out, formulas=True)
    rows = {str(r[1].value).strip(): r for r in shown.iter_rows(min_row=15)}
    total = rows["Số lượt người dự (lượt người)"]
    expected = table(out, "2025", "DT", "so_luot", "so_luot", "as_now")
    assert total[2].value == total[3].value == int(expected[""])
    at = total[0].row
    block = {str(live.cell(r, 2).value): r for r in range(at + 1, at + 12)}
    assert str(live.cell(at, 4).value).startswith("=SUM(D")
    assert "'!$" in str(live.cell(at, 3).value)
    assert live.cell(block["Phường Hồng Bàng"], 4).value == (
        f"=C{block['Phường Hồng Bàng']}+C{block['Quận Hồng Bàng']}+C{block['Quận Ngô Quyền']}"
    )
    words = {name: str(shown.cell(row, 5).value) for name, row in block.items()}
    assert "Quận Hồng Bàng; Quận Ngô Quyền" in words["Phường Hồng Bàng"]
    assert "Quý II/2025" in words["Phường Hồng Bàng"]  # Ngô Quyền sent none
    assert "60%" in words["Xã An Lão"]
    assert "Huyện Tiên Lãng" in words["Xã Tiên Lãng"]
    assert "không chia" in words["Huyện Tiên Lãng (đã chia tách)"]


@pytest.mark.soffice
def test_libreoffice_works_out_the_same(out: Path, tmp_path: Path) -> None:
    """Of every formula of the workbook, among them those of the sheet by present units."""
    book = out / "bao-cao" / "2025" / "tong-hop.xlsx"
    expected = formulas_of(book)
    (found,) = calculated([book], tmp_path)
    assert set(found) == set(expected)
    live = sheet(out, formulas=True)
    here = [c for row in live.iter_rows() for c in row if c.data_type == "f"]
    assert len(here) > 300
    assert len(expected) > len(here)
    for at, (formula, value) in expected.items():
        assert float(found[at][1]) == pytest.approx(float(value), rel=1e-12), (at, formula)


# --- files under a wrong name, and the status ------------------------------------------------


def test_files_under_a_wrong_name_are_refused_with_the_way_out() -> None:
    found = {}
    for name in ("2025-10-03/Bao cao quy 3.xlsx", "2025-10-12/So lieu bo sung.xlsx"):
        checked = workflow.check([SAMPLE / "nhan-ve" / name])
        (judgement,) = checked
        found[name] = {(f.code, f.params.get("others")) for f in judgement.findings}
    assert found == {
        "2025-10-03/Bao cao quy 3.xlsx": {("identify.ended_others", "Phường Hồng Bàng")},
        "2025-10-12/So lieu bo sung.xlsx": {
            ("identify.not_yet_others", "Quận Hồng Bàng; Quận Ngô Quyền")
        },
    }


def test_status_says_what_is_on_record_and_no_longer_asked(tmp_path: Path) -> None:
    """The units had lived on to the year's end when the returns came; then they were ended."""
    folder = Folder(tmp_path, tmp_path)
    shutil.copytree(SAMPLE / "nguon", tmp_path / "nguon")
    shutil.copytree(SAMPLE / "nhan-ve" / "2025-07-10", tmp_path / "nhan-ve" / "2025-07-10")
    build_workbook(tmp_path / "nguon", folder.programme)
    workflow.receive(folder, workflow.load_programme(folder))
    assert workflow.status(folder).unasked == ()
    units = tmp_path / "nguon" / "don-vi.csv"
    text = units.read_text("utf-8").replace(
        "Quận ủy Hồng Bàng,,30/06/2025", "Quận ủy Hồng Bàng,,31/03/2025"
    )
    units.write_text(text, "utf-8")
    rows = tmp_path / "nguon" / "ke-thua.csv"
    rows.write_text(
        rows.read_text("utf-8").replace("303,HB,01/07/2025", "303,HB,01/04/2025"), "utf-8"
    )
    units.write_text(text.replace("C1,,01/07/2025,,9", "C1,,01/04/2025,,9"), "utf-8")
    build_workbook(tmp_path / "nguon", folder.programme)
    table = workflow.status(folder)
    assert [one.submission.file for one in table.unasked] == [
        "2025-07-10/303_Quan-Hong-Bang_2025-Q2.xlsx"
    ]
    said = "\n".join(console.status(table, "vi"))
    assert "Có 1 tệp đã nhận không được tính vào đâu" in said
    assert "Quận Hồng Bàng chỉ còn đến ngày 31/03/2025" in said
    assert "do Phường Hồng Bàng báo cáo" in said
    workflow.write_status(table, tmp_path / "s.xlsx", "vi")
    cells = [
        str(cell.value)
        for row in openpyxl.load_workbook(tmp_path / "s.xlsx").worksheets[1].iter_rows()
        for cell in row
    ]
    assert any("do Phường Hồng Bàng báo cáo" in cell for cell in cells)


def test_the_workbook_is_that_of_the_tables() -> None:
    assert load(SAMPLE / "chuong-trinh.xlsx") == load_folder(SAMPLE / "nguon")
    shares = {s.successor: s.share for s in load(SAMPLE / "chuong-trinh.xlsx").successions}
    assert shares["AL"] == Decimal("0.6")


def test_a_stock_of_old_units_is_told_in_brackets_and_in_no_formula(out: Path) -> None:
    """Quận Hồng Bàng had 93 teams in June; by the end of the year Phường Hồng Bàng tells."""
    path = out / "bao-cao" / "2025" / "tong-hop.xlsx"
    name = next(n for n in openpyxl.load_workbook(path).sheetnames if n.startswith("DT Đối"))
    written, cached = (openpyxl.load_workbook(path, data_only=d)[name] for d in (False, True))
    total = next(r[0].row for r in written.iter_rows() if "tổ dân vận" in str(r[1].value).lower())
    rows = {written.cell(n, 2).value: n for n in range(total + 1, total + 13)}
    assert cached.cell(total, 3).value == sum(
        cached.cell(n, 3).value
        for unit, n in rows.items()
        if unit.startswith(("Đảng", "P", "X", "Đặc"))
    )
    left = [n for unit, n in rows.items() if str(cached.cell(n, 3).number_format).startswith('"["')]
    assert [cached.cell(n, 2).value for n in left] == [
        *("Quận Hồng Bàng", "Quận Ngô Quyền", "Huyện An Lão", "Huyện Tiên Lãng"),
        "Huyện Bạch Long Vĩ",
    ]
    assert all("nay do" in cached.cell(n, 5).value for n in left)
    first = min(n for n in rows.values() if n not in left)
    assert written.cell(total, 3).value == f"=SUM(C{first}:C{max(rows.values())})"
    assert cached.cell(total, 4).value == "7/7 đơn vị"
