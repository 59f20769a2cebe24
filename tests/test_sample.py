"""The whole way on the sample: every figure recomputed, every file accounted for.

``sample_truth`` predicts the workbooks from what was typed, without our code.
"""

from __future__ import annotations

import csv
import hashlib
import io
import random
import re
import shutil
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pytest
from assert_twice import assert_levels, assert_row
from conftest import SampleRun, tree
from docx import Document
from page_cases import Page
from sample_truth import (
    FIRST_ROW,
    FORMS,
    PROGRAMME,
    QUARTERS,
    SAMPLE,
    YEAR,
    Answer,
    answer,
    as_shown,
    fields,
    form_names,
    form_sheet,
    items,
    kept_out,
    list_sheet,
    meaning,
    measured,
    period_names,
    period_sheet,
    quarters_of,
    returns,
    same,
    table,
    title,
    truth,
    units,
)
from second_consolidation import Second

from toolkit import console, workflow
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.model import ReturnState
from toolkit.errors import ToolkitError
from toolkit.findings import Severity
from toolkit.folder import Folder
from toolkit.intake.model import Outcome
from toolkit.register.journal import journal_path
from toolkit.register.store import Register

PERIODS = (*QUARTERS, YEAR)


@pytest.fixture(scope="session")
def out(sample: SampleRun) -> Path:
    return sample.out


@pytest.fixture(scope="session")
def books(out: Path) -> dict[str, openpyxl.Workbook]:
    """The summary workbooks, with the values their formulas are stored with."""
    return {
        period: openpyxl.load_workbook(out / "bao-cao" / period / "tong-hop.xlsx", data_only=True)
        for period in PERIODS
    }


def sheet_of(book: openpyxl.Workbook, form: str, tail: str = "") -> openpyxl.worksheet.worksheet:
    names = [n for n in book.sheetnames if n.startswith(f"{form} ")]
    wanted = [n for n in names if n == f"{form} {tail}"] if tail else names[:1]
    return book[wanted[0]]


# Below the figures of an annex; no figure is a word of these.
MARKS = "●▲■○ "  # before what the overview says
SIGNATURE = (
    "NGƯỜI LẬP BIỂU",
    "(Ký, ghi rõ họ tên)",
    "THỦ TRƯỞNG CƠ QUAN",
    "(Ký tên, đóng dấu)",
)


def cells_of(sheet: object, first_row: int = FIRST_ROW) -> dict[tuple[int, int], object]:
    return {
        (cell.row, cell.column): as_shown(cell.value)
        for row in sheet.iter_rows(min_row=first_row)  # type: ignore[attr-defined]
        for cell in row
        if cell.value not in (None, "", *SIGNATURE)
    }


def cut_short(whole: object, shown: object) -> bool:
    """Whether a long text is shown by its beginning, and says on which sheet it stands whole."""
    if not (isinstance(whole, str) and isinstance(shown, str)):
        return False
    begun, said, _ = shown.partition(" (còn ")
    return bool(said) and "xem trang" in shown and whole.startswith(begun.rstrip("…").rstrip())


def compare(expected: dict, found: dict) -> int:
    """Every cell is what it must be, none is there that must not; how many there are."""
    wrong = {
        at: (expected.get(at), found.get(at))
        for at in sorted({*expected, *found})
        if not same(expected.get(at), found.get(at))
        and not cut_short(expected.get(at), found.get(at))
    }
    assert wrong == {}
    return len(expected)


# --- every figure ---------------------------------------------------------------------------


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("form", FORMS)
def test_every_cell_of_the_form_sheets(books: dict, period: str, form: str) -> None:
    sheet = sheet_of(books[period], form)
    headings, expected = form_sheet(form, period)
    found_headings = [
        sheet.cell(row=6, column=c).value or sheet.cell(row=5, column=c).value
        for c in range(3, 3 + len(headings))
    ]
    assert found_headings == headings
    compared = compare(expected, cells_of(sheet))
    figures = sum(isinstance(v, int | Fraction | date) for v in expected.values())
    assert compared > figures > len(units())  # something was compared


@pytest.mark.parametrize("form", FORMS)
def test_every_cell_of_the_sheets_of_single_periods(books: dict, form: str) -> None:
    sheet = sheet_of(books[YEAR], form, "theo kỳ")
    assert compare(period_sheet(form), cells_of(sheet)) > len(units())
    headings = [sheet.cell(row=6, column=c).value for c in range(3, 7)]
    assert headings == [period_names()[q] for q in QUARTERS]


@pytest.mark.parametrize("period", PERIODS)
def test_every_model_is_listed_as_it_was_sent(books: dict, period: str) -> None:
    sheet = sheet_of(books[period], "MH", "danh sách")
    columns = 2 + sum(form == "MH" for form, _ in fields())
    found = [
        [as_shown(cell.value) for cell in row[1 : 1 + columns]]
        for row in sheet.iter_rows(min_row=5)
        if isinstance(row[0].value, int)
    ]
    assert found == list_sheet(period)


@pytest.mark.parametrize("period", PERIODS)
def test_the_overview_says_the_same(books: dict, period: str) -> None:
    sheet = books[period]["Tổng quan"]
    rows = [[as_shown(cell.value) for cell in row] for row in sheet.iter_rows(min_row=1)]
    at = {str(row[0]): n for n, row in enumerate(rows) if isinstance(row[0], str)}
    begin = next(
        n for n, row in enumerate(rows) if row[1] == period_names()[quarters_of(period)[0]]
    )
    status = rows[begin : begin + len(quarters_of(period))]
    assert [[*row[1:4], row[7], str(row[8]).lstrip(MARKS)] for row in status] == [
        [
            period_names()[q],
            Fraction(len(units())),
            Fraction(sum((u, q) in returns() for u in units())),
            pytest.approx(sum((u, q) in returns() for u in units()) / len(units())),
            "; ".join(u["tên ngắn"] for c, u in units().items() if (c, q) not in returns())
            or "Không có",
        ]
        for q in quarters_of(period)
    ]
    _, indicators = form_sheet("CT", period)
    first = at["II. Kết quả thực hiện chỉ tiêu"] + 2
    for n, item in enumerate(items("chi-tieu.csv").values()):
        row, total = rows[first + n], FIRST_ROW + n * (len(units()) + 1)
        assert row[:2] == [item["số hiệu"], item["nội dung"]]
        assert same(indicators[total, 9], row[2])
        assert same(indicators[total, 6], row[3])
        assert str(row[4]).lstrip(MARKS) == str(indicators[total, 10]).replace("\n", " ")
    assert_key_figures(rows[at["III. Số liệu chính"] + 2 :], period)


def assert_key_figures(rows: list[list[object]], period: str) -> None:
    _, models = form_sheet("MH", period)
    _, answers = form_sheet("DT", period)
    name = form_names()["MH"]
    expected: list[tuple[str, object]] = [
        (f"{name}: Số dòng đã ghi", models[FIRST_ROW, 3]),
        (f"{name}: {title('MH', 'so_ho')}", models[FIRST_ROW, 10]),
    ]
    for n, (form, code) in enumerate([k for k in fields() if k[0] == "DT"]):
        if fields()[form, code]["tổng hợp theo đơn vị"] in ("cộng", "tính lại"):
            at = FIRST_ROW + n * (len(units()) + 1)
            assert answers[at, 2] == measured(form, code)
            expected.append((title(form, code), answers[at, 3]))
    for (label, value), row in zip(expected, rows, strict=False):
        assert row[1] == label
        assert same(value, row[3])
    assert rows[len(expected)][0] is None


def test_the_export_is_what_was_typed(out: Path, tmp_path: Path) -> None:
    target = tmp_path / "so-lieu.csv"
    shutil.copyfile(SAMPLE / "chuong-trinh.xlsx", tmp_path / "chuong-trinh.xlsx")
    written, count = workflow.export(Folder(tmp_path, out), (), "csv", target)
    assert written == target
    text = target.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == count
    files = {(r["unit"], r["period"]): r["file"] for r in truth() if r["counts"] == "yes"}
    left = {
        (unit, period, *key): one
        for (unit, period), answers in returns().items()
        for key, one in answers.items()
    }
    for row in rows:
        assert row["file"] == files[row["unit"], row["period"]]
        if row["field"] == "#":
            assert row["form"] == "MH"
            continue
        assert row["sheet"]
        assert row["cell"]
        field = fields()[row["form"], row["field"]]
        key = (row["unit"], row["period"], row["form"], row["row"], row["field"])
        if key in left:
            assert_answer(left.pop(key), row)
        elif field["kiểu"] == "công thức" or not field["điền sẵn"]:
            assert (row["state"], row["value"]) == ("missing", ""), key
    assert left == {}


def assert_answer(expected: Answer, row: dict[str, str]) -> None:
    found = meaning(row["form"], row["field"], row["state"], row["value"] or "0")
    if isinstance(expected.value, Fraction):
        assert abs(expected.value - Fraction(row["value"] or 0)) < Fraction(1, 10**14), row
        assert row["state"] == expected.state, row
    else:
        assert found.state == expected.state, row
        if expected.counts:
            assert found.value == expected.value, row


def test_the_page_leads_to_every_original(out: Path, tmp_path: Path) -> None:
    """One file of the year: small, and each return it rests on opens from where it lies."""
    folder, target = Folder(SAMPLE, out), tmp_path / "năm" / "trang.html"
    (made,) = workflow.pages(folder, ["2024"], target)
    assert made.file == target
    assert target.stat().st_size < 1_500_000
    read = Page(target)
    sources = read.data("shared")["sources"]
    assert len(sources) == 57
    for name, way, *_ in sources:
        original = (target.parent / unquote(way)).resolve()
        assert original.is_relative_to(out.resolve() / "luu-tru"), name
        assert original.is_file(), name
    assert len(read.data("rows-3")["r"]) == 138
    assert {row[0][-1] for row in read.data("controls")["r"]} == {"cân"}
    with pytest.raises(ToolkitError) as raised:
        workflow.pages(folder, ["2024", "2024-Q1"], target)
    assert raised.value.key == "error.page_one_output"


@pytest.mark.parametrize("period", ["2024", "2024-Q3"])
def test_the_report_and_the_slides(out: Path, tmp_path: Path, period: str) -> None:
    """Written, every number checked; the sentences have the figures of the truth."""
    folder = Folder(SAMPLE, out)
    report = workflow.report(folder, period, output=tmp_path / "bc.docx")
    slides = workflow.slides(folder, period, output=tmp_path / "tc.pptx")
    for made in (report, slides):
        assert [f.code for f in made.findings] == ["official.to_write"]
    said = "\n".join(p.text for p in Document(str(report.file)).paragraphs)
    if period == "2024":
        assert "tổng số 60 báo cáo. Đã nhận 57/60 báo cáo (đạt 95%)" in said
        assert "Có 4 chỉ tiêu được giao, trong đó 2 chỉ tiêu đạt, 2 chỉ tiêu chưa đạt." in said
        assert "Các đơn vị đã báo cáo 138 mô hình; có 15/15 đơn vị báo cáo" in said
    else:
        assert "số liệu của 14/15 đơn vị, chưa gồm: Hồng Bàng" in said
        assert "chưa tính số liệu còn lỗi của: Thuỷ Nguyên" in said


def test_the_list_of_answers_holds_every_answer(books: dict) -> None:
    sheet = books[YEAR]["Chi tiết"]
    found = Counter(
        (row[0].value, row[1].value, row[2].value, row[4].value, row[5].value)
        for row in sheet.iter_rows(min_row=5)
        if row[9].value
    )
    words = {"value": "có số liệu", "zero": "bằng 0", "nil": "không có", "unreadable": "có lỗi"}
    expected: Counter[tuple[str, ...]] = Counter()
    for row in truth():
        if row["counts"] == "yes":
            unit, period = units()[row["unit"]]["tên"], period_names()[row["period"]]
            name = title(row["form"], row["field"])
            asked = (row["unit"], row["period"], row["form"], row["row"], row["field"])
            state = words["unreadable" if asked in kept_out() else row["state"]]
            expected[period, unit, form_names()[row["form"]], name, state] += 1
    assert expected - found == Counter()


# --- the files ------------------------------------------------------------------------------

# What the sample's README documents: file, code of the finding, severity, sheet, cell.
FAULTS = [
    ("2024-04-06/305_Quan-Le-Chan_2024-Q1.xlsx", "rate.text", "note", "NV", "H12"),
    ("2024-04-06/305_Quan-Le-Chan_2024-Q1.xlsx", "number.text", "note", "DT", "E10"),
    ("2024-04-06/305_Quan-Le-Chan_2024-Q1.xlsx", "number.text", "note", "DT", "E14"),
    ("2024-07-06/306_Quan-Hai-An_2024-Q2.xlsx", "nothing.nil", "note", "DT", "E14"),
    ("2024-07-06/316_Huyen-Vinh-Bao_2024-Q2.xlsx", "answer.missing", "error", "DT", "E9"),
    ("2024-10-04/311_Huyen-Thuy-Nguyen_2024-Q3.xlsx", "cell.error", "error", "DT", "E10"),
    ("2024-10-05/312_Huyen-An-Duong_2024-Q3.xlsx", "rule.broken", "error", "CT", "H12"),
    (
        "2024-10-07/Báo cáo quý III - Quận Hồng Bàng.xlsx",
        "identify.cover_period",
        "error",
        "Bìa",
        "D11",
    ),
    ("2024-10-10/Báo cáo quý III - Huyện An Lão.xlsx", "answer.missing", "error", "NV", "G13"),
    ("2025-01-10/Bao cao.xlsx", "reader.is_html", "error", "", ""),
    ("2025-01-10/~$Báo cáo quý IV - Quận Lê Chân.xlsx", "collect.lock_file", "note", "", ""),
    ("2025-01-11/Báo cáo quý IV - Quận Dương Kinh.xlsx", "choice.unknown", "error", "MH", "E10"),
]


def test_the_documented_faults_are_found_and_no_others(sample: SampleRun) -> None:
    found = [
        (
            one.judgement.file,
            finding.code,
            str(finding.severity),
            finding.address.sheet.split(" ")[0],
            finding.address.cell,
        )
        for one in sample.ran.received
        for finding in one.findings
        if finding.severity is not Severity.NOTE or finding.code in {f[1] for f in FAULTS}
    ]
    assert Counter(found) - Counter(FAULTS) == Counter()
    assert Counter(FAULTS) - Counter(found) == Counter()


def test_every_file_has_its_line_and_the_count_adds_up(
    sample: SampleRun, capsys: pytest.CaptureFixture[str]
) -> None:
    given = {p.relative_to(SAMPLE / "nhan-ve").as_posix() for p in incoming()}
    assert {one.judgement.file for one in sample.ran.received} == given
    assert len(sample.ran.received) == len(given)
    effects = Counter(str(one.receipt.effect) for one in sample.ran.received)
    assert effects == {
        "recorded": 57,
        "supersedes": 1,
        "duplicate": 1,
        "unidentified": 1,
        "unreadable": 2,  # the saved web page, and Excel's lock file
    }
    lines = console.received(sample.ran.received, sample.ran.status.programme, "vi")
    assert sum(line.startswith(("✔", "✘")) for line in lines) == len(given)
    total, *parts = [int(n) for n in re.findall(r"\d+", lines[-1])]
    assert total == sum(parts) == len(given)


def incoming() -> list[Path]:
    return sorted(p for p in (SAMPLE / "nhan-ve").rglob("*") if p.is_file())


def test_late_missing_and_superseded(sample: SampleRun) -> None:
    states = {
        (u.unit.code, u.period.code): (u.state, u.late_days)
        for status in sample.ran.status.periods
        for u in status.units
    }
    late = {key: days for key, (_, days) in states.items() if days}
    assert late == {("317", "2024-Q1"): 5, ("314", "2024-Q4"): 12, ("309", "2024-Q4"): 1}
    missing = {key for key, (state, _) in states.items() if state is ReturnState.MISSING}
    assert missing == {("315", "2024-Q2"), ("318", "2024-Q2"), ("303", "2024-Q3")}
    returned = {key for key, (state, _) in states.items() if state is ReturnState.RETURNED}
    assert returned == {(u, "2024-Q3") for u in ("311", "312", "313")} | {("309", "2024-Q4")}
    assert {key for key in states if key not in missing} == set(returns())
    with Register(sample.out / "baocao.db", read_only=True) as register:
        kept = register.history("316", "2024-Q2")
    assert [(s.file, s.current) for s in kept] == [
        ("2024-07-06/316_Huyen-Vinh-Bao_2024-Q2.xlsx", False),
        ("2024-07-09/(gửi lại) 316_Huyen-Vinh-Bao_2024-Q2.xlsx", True),
    ]


def test_the_archive_holds_every_original(sample: SampleRun) -> None:
    kept = set(tree(sample.out / "luu-tru").values())
    for one in sample.ran.received:
        if one.judgement.outcome is not Outcome.UNREADABLE:
            assert one.judgement.sha256 in kept
    originals = {hashlib.sha256(p.read_bytes()).hexdigest() for p in incoming()}
    journal = hashlib.sha256(journal_path(sample.out).read_bytes()).hexdigest()
    assert kept - {journal} <= originals


# --- safe to repeat -------------------------------------------------------------------------


def test_the_sample_folder_stays_untouched(sample: SampleRun) -> None:
    assert tree(SAMPLE) == sample.before
    assert "baocao.db" not in sample.before


def test_running_again_changes_nothing(sample: SampleRun, tmp_path: Path) -> None:
    again = Folder(SAMPLE, tmp_path / "kq")
    shutil.copytree(sample.out, again.out)
    programme = workflow.load_programme(again)
    lines = console.received(workflow.receive(again, programme), programme, "vi")
    assert lines[-1] == "Tổng số 62 tệp: 61 trùng, 1 không phải báo cáo."
    assert all(one.unchanged for one in workflow.consolidate(again))
    assert not any(one.unchanged for one in workflow.consolidate(again, again=True))
    workflow.charts(again, ["2024-Q2"], again=True)
    assert outputs(again.out) == outputs(sample.out)


def test_any_order_and_several_calls_give_the_same_bytes(sample: SampleRun, tmp_path: Path) -> None:
    place = Folder(SAMPLE, tmp_path / "kq")
    programme = workflow.load_programme(place)
    days = sorted((SAMPLE / "nhan-ve").iterdir())
    random.Random(7).shuffle(days)
    for call, some in enumerate((days[:9], days[9:10], days[10:])):
        for day in some:
            shutil.copytree(day, tmp_path / str(call) / day.name)
        workflow.receive(place, programme, [tmp_path / str(call)])
    for made in workflow.consolidate(place):
        whole = sample.out / made.file.relative_to(place.out)
        assert made.file.read_bytes() == whole.read_bytes(), made.period.code


def outputs(root: Path) -> dict[str, str]:
    """What is written for people: the register is judged by what comes out of it."""
    return {name: digest for name, digest in tree(root).items() if name.startswith("bao-cao/")}


# --- what the truth itself is worth ---------------------------------------------------------


def test_the_programme_is_the_standard_one(sample: SampleRun) -> None:
    """The predictions read the standard programme's CSV; the sample holds the same."""
    from toolkit.programme.load import load_folder

    assert load_folder(PROGRAMME).fingerprint == sample.ran.status.programme.fingerprint


def test_every_answer_typed_is_predicted_once() -> None:
    typed = [r for r in truth() if r["counts"] == "yes"]
    keys = {(r["unit"], r["period"], r["form"], r["row"], r["field"]) for r in typed}
    assert len(keys) == len(typed) > 3000
    assert {unit for unit, *_ in keys} == set(units())
    row = next(r for r in typed if r["state"] == "value" and r["field"] == "so_luot")
    assert answer(row["unit"], row["period"], "DT", "so_luot", "so_luot") == Answer(
        "value", Fraction(row["value"])
    )
    assert len(table(PROGRAMME / "cot.csv")) == len(fields())


# --- worked out a second time from the export alone -----------------------------------------


@pytest.mark.parametrize("period", [*QUARTERS, YEAR])
def test_every_figure_follows_from_the_export(
    sample: SampleRun, tmp_path: Path, period: str
) -> None:
    target = tmp_path / "so-lieu.csv"
    shutil.copyfile(SAMPLE / "chuong-trinh.xlsx", tmp_path / "chuong-trinh.xlsx")
    workflow.export(Folder(tmp_path, sample.out), (), "csv", target)
    with target.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    programme = sample.ran.status.programme
    second = Second(programme, programme.period(period), rows)
    with Register(sample.out / "baocao.db", read_only=True) as register:
        found = consolidate(programme, programme.period(period), register.details())
    count = 0
    for table_ in found.tables:
        for row in table_.rows:
            totals = {
                code: figure
                for code, figure in row.totals.items()
                if code == "#" or not table_.form.field(code).prefill or code == "tong_so"
            }
            count += len(totals)
            assert_row(second, table_.form, row, totals)
            assert_levels(second, table_.form, row, set(totals))
    assert count > 60
