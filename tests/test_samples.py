"""The samples of the five standard programmes, end to end.

Each is received and consolidated as its README says; the documented findings are found and
no others, every figure is worked out a second time from what was typed.
"""

from __future__ import annotations

import csv
import re
import shlex
import shutil
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from assert_twice import assert_levels, assert_row
from page_cases import Page
from sample_figures import ROOT, counting, second, truth
from test_summary_soffice import calculated, formulas_of

from toolkit import console, workflow
from toolkit.cli import run
from toolkit.consolidate.chartdata import chart_data
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.following import followed
from toolkit.consolidate.model import Consolidation, ReturnState
from toolkit.findings import Severity
from toolkit.folder import Folder
from toolkit.programme.load import load_folder
from toolkit.programme.model import Programme
from toolkit.programme.standard import templates_folder
from toolkit.register.store import Register

Found = tuple[str, str, str, str, str]  # unit, period, code, sheet, cell


@dataclass(frozen=True)
class Case:
    """A sample folder: what its README documents.

    ``kept_out`` are the cells a broken rule speaks of, which no total may take up; ``plain``
    the notes that are no fault and not counted one by one.
    """

    programme: str
    year: str
    effects: dict[str, int]
    faults: list[Found]
    kept_out: list[str] = field(default_factory=list)
    late: dict[tuple[str, str], int] = field(default_factory=dict)


COMMON_2021: list[Found] = [
    ("531", "2021-Q1", "cell.error", "SL", "E15"),
    ("QN-QS", "2021-H1", "rule.broken", "MH", ""),
    ("527", "2021-Q2", "rule.broken", "SL", "E19"),
    ("534", "2021", "answer.missing", "TK", "E10"),
    ("534", "2021-Q4", "rule.broken", "SL", "E9"),
]
OUT_2021 = ["534 2021-Q4 SL tuyen_truyen tuyen_truyen", "534 2021-Q4 SL luot_nguoi luot_nguoi"]
CASES: dict[str, Case] = {
    "phoi-hop-2024": Case(
        "phoi-hop-2024",
        "2024",
        {"recorded": 58, "supersedes": 1, "duplicate": 1},
        [
            ("313-DV", "2024-KH", "rule.broken", "KHC", "E11"),
            ("309-DV", "2024-KH", "rule.broken", "KHC", "E12"),
            ("304-DV", "2024-KH", "date.too_late", "KHC", "E10"),
            ("305-QS", "2024-Q1", "rule.broken", "QS", "F10"),
            ("311-QS", "2024-H1", "answer.missing", "SK", "E13"),
            ("303-DV", "2024-H1", "rule.broken", "SK", "E14"),
            ("304-DV", "2024", "nothing.nil", "TK", "E15"),
            ("312-QS", "2024", "rule.broken", "TK", "E10"),
            ("303-QS", "2024", "number.text", "TK", "E13"),
            ("303-QS", "2024", "number.text", "TK", "E14"),
            ("HP-QS", "2024-Q4", "register.other_name", "", ""),
        ],
        [
            "309-DV 2024-KH KHC so_nhiem_vu so_nhiem_vu",
            "305-QS 2024-Q1 QS NV1 trang_thai",
            "305-QS 2024-Q1 QS NV1 tien_do",
            "303-DV 2024-H1 SK danh_gia danh_gia",
            "312-QS 2024 TK cong_nhan cong_nhan",
            "312-QS 2024 TK dang_ky dang_ky",
        ],
        {("316-DV", "2024-KH"): 3},
    ),
    "phoi-hop-2021/ban-dan-van": Case(
        "phoi-hop-2021", "2021", {"recorded": 25, "supersedes": 1}, COMMON_2021, OUT_2021
    ),
    "phoi-hop-2021/bo-chi-huy-quan-su": Case(
        "phoi-hop-2021",
        "2021",
        {"recorded": 25},
        [*COMMON_2021, ("535", "2021-Q1", "number.text", "SL", "E17")],
        OUT_2021,
        {("525", "2021-Q1"): 4},
    ),
    "cong-tac-nam": Case(
        "cong-tac-nam",
        "2023",
        {"recorded": 43, "supersedes": 1, "unidentified": 1},
        [
            ("305", "2023-6M", "answer.missing", "TH", "E14"),
            ("311", "2023-6M", "rule.broken", "CT", "G9"),
            ("", "", "identify.cover_period", "Bìa", "D11"),
            ("312", "2023-9M", "rule.broken", "CT", "G10"),
            ("309", "2023", "number.text", "TC", "E9"),
            ("314", "2023", "rule.broken", "CT", "H11"),
            ("317", "2023", "rule.broken", "CT", "H11"),
            ("P-KT", "2023", "date.too_early", "KT", "H10"),
            ("304", "2023", "rule.broken", "TC", "E11"),
            ("308", "2023", "rule.broken", "TC", "E15"),
        ],
        [
            "311 2023-6M CT CT1 luy_ke",
            "312 2023-9M CT CT2 luy_ke",
            "304 2023 TC TC03 diem_tu_cham",
            "308 2023 TC TC07 diem_tu_cham",
        ],
        {("P-TG", "2023-3M"): 4, ("316", "2023"): 8},
    ),
    "dan-van-kheo": Case(
        "dan-van-kheo",
        "2023",
        {"recorded": 47},
        [
            ("P4", "2023-DK1", "rule.broken", "DK", ""),
            ("X2", "2023-DK1", "rule.broken", "DK", "C11"),
            ("X2", "2023-DK1", "rule.broken", "DK", "C12"),
            ("CQ3", "2023-DK1", "rule.broken", "DK", "H10"),
            ("P1", "2023-M06", "rule.broken", "TD", "H11"),
            ("X1", "2023-H1", "rule.broken", "BC", "E11"),
            ("P2", "2023-M09", "date.imprecise", "TD", "I12"),
            ("P2", "2023-M12", "rule.broken", "TD", "E10"),
        ],
        [
            "X2 2023-DK1 DK 2 ma",
            "X2 2023-DK1 DK 3 ma",
            "CQ3 2023-DK1 DK 1 bat_dau",
            "CQ3 2023-DK1 DK 1 ket_thuc",
            "P1 2023-M06 TD 2 ngay_giao",
            "P1 2023-M06 TD 2 ngay_trien_khai",
            "P2 2023-M12 TD 1 trang_thai",
            "X1 2023-H1 BC dang_ky dang_ky",
            "X1 2023-H1 BC hieu_qua hieu_qua",
        ],
        {("X3", "2023-DK1"): 6, ("BCD", "2023-H1"): 2},
    ),
    "ke-hoach-phuong": Case(
        "ke-hoach-phuong",
        "2024",
        {"recorded": 35, "supersedes": 1},
        [
            ("TDP07", "2024-H1", "number.text", "HD", "E9"),
            ("TDP07", "2024-H1", "number.text", "HD", "E10"),
            ("TDP03", "2024-H1", "rule.broken", "HD", "E12"),
            ("CB08", "2024-H1", "answer.missing", "HD", "E10"),
            ("TDP08", "2024", "choice.unknown", "MH", "D9"),
            ("CB01", "2024", "rule.broken", "NV", "D19"),
            ("TDP05", "2024", "rule.broken", "KS", "E12"),
            ("TDP10", "2024", "nothing.nil", "HD", "E15"),
        ],
        [
            "TDP03 2024-H1 HD y_kien y_kien",
            "TDP03 2024-H1 HD giai_quyet giai_quyet",
            "CB01 2024 NV NV22 trang_thai",
            *(
                f"TDP05 2024 KS {code} {code}"
                for code in ("hop_le", "rat_hai_long", "hai_long", "chua_hai_long")
            ),
        ],
        {("CB-CA", "2024"): 6, ("CB08", "2024-H1"): 2},
    ),
}
NAMES = tuple(CASES)
COMMAND = "bo-chi-huy-quan-su"


@dataclass(frozen=True)
class Made:
    """A sample received: where it was written to and what was said of each file."""

    folder: Folder
    received: list[workflow.Received]
    programme: Programme

    def consolidated(self, period: str) -> Consolidation:
        with Register(self.folder.register, read_only=True) as register:
            details = register.details()
        return consolidate(self.programme, self.programme.period(period), details)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    """Every sample received once."""
    root = tmp_path_factory.mktemp("samples")
    made = {}
    for name in NAMES:
        shutil.copytree(ROOT / name, root / name)
        folder = Folder(root / name, root / name)
        programme = workflow.load_programme(folder)
        made[name] = Made(folder, workflow.receive(folder, programme), programme)
    return made


@cache
def summary(folder: Folder, period: str) -> Path:
    (made,) = workflow.consolidate(folder, [period])
    return made.file


# --- what comes in ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_documented_findings_and_no_others(samples: dict[str, Made], name: str) -> None:
    case, made = CASES[name], samples[name]
    watched = {code for _, _, code, _, _ in case.faults}
    found = [
        (
            one.judgement.unit or "",
            one.judgement.period or "",
            f.code,
            f.address.sheet.split(" ")[0],
            f.address.cell,
        )
        for one in made.received
        for f in one.findings
        if f.severity is not Severity.NOTE or f.code in watched
    ]
    assert Counter(found) == Counter(case.faults)
    other = {f.code for one in made.received for f in one.findings} - watched
    assert other <= {"form.blank"}  # a list left empty on purpose
    effects = Counter(str(one.receipt.effect) for one in made.received)
    assert effects == case.effects
    files = [p for p in (ROOT / name / "nhan-ve").rglob("*") if p.is_file()]
    assert len(made.received) == len(files)


@pytest.mark.parametrize("name", NAMES)
def test_who_is_late_and_who_is_missing(samples: dict[str, Made], name: str) -> None:
    table = workflow.status(samples[name].folder)
    units = [u for status in table.periods for u in status.units]
    late = {(u.unit.code, u.period.code): u.late_days for u in units if u.late_days}
    assert late == CASES[name].late
    came = {(row["unit"], row["period"]) for row in counting(ROOT / name)}
    here = {(u.unit.code, u.period.code) for u in units if u.state is not ReturnState.MISSING}
    assert here == came


@pytest.mark.parametrize("name", NAMES)
def test_the_programme_is_the_standard_one(samples: dict[str, Made], name: str) -> None:
    standard = load_folder(templates_folder() / CASES[name].programme)
    assert samples[name].programme.fingerprint == standard.fingerprint
    asked = {u.code for p in standard.periods for u in standard.units_for(p)}
    assert {row["unit"] for row in truth(ROOT / name)} <= asked


@pytest.mark.parametrize("name", NAMES)
def test_what_is_on_record_is_what_was_typed(
    samples: dict[str, Made], name: str, tmp_path: Path
) -> None:
    target, _ = workflow.export(samples[name].folder, (), "csv", tmp_path / "a.csv")
    with target.open(encoding="utf-8-sig", newline="") as file:
        exported = {
            key_of(row): (row["state"], row["value"], row["file"]) for row in csv.DictReader(file)
        }
    typed = {key_of(row): row for row in counting(ROOT / name)}
    wrong = {
        key: (row["state"], row["value"], row["file"], exported.get(key))
        for key, row in typed.items()
        if (exported.get(key) or ("", "", ""))[0::2] != (row["state"], row["file"])
        or not alike(row["value"], exported[key][1])
    }
    assert wrong == {}
    prefilled = {
        (form.code, f.code)
        for form in samples[name].programme.forms
        for f in form.fields
        if not f.is_input
    }
    rest = {
        key
        for key, (state, *_) in exported.items()
        if state in ("value", "zero", "nil") and key[4] != "#" and (key[2], key[4]) not in prefilled
    }
    assert rest <= set(typed)


def key_of(row: dict[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in ("unit", "period", "form", "row", "field"))


def alike(typed: str, recorded: str) -> bool:
    if typed == recorded:
        return True
    number = r"-?\d+(\.\d+)?"
    both = re.fullmatch(number, typed) and re.fullmatch(number, recorded)
    return bool(both) and Decimal(typed) == Decimal(recorded)


# --- every figure -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_follows_from_what_was_typed(samples: dict[str, Made], name: str) -> None:
    made, case = samples[name], CASES[name]
    out = frozenset("|".join(line.split(" ")) for line in case.kept_out)
    keys = {"|".join(key_of(row)) for row in counting(ROOT / name)}
    assert out <= keys
    figures = 0
    periods = sorted({row["period"] for row in counting(ROOT / name)} | {case.year})
    for period in periods:
        twice = second(ROOT / name, made.programme, period, out)
        for table in made.consolidated(period).tables:
            for row in table.rows:
                totals = {
                    code: figure
                    for code, figure in row.totals.items()
                    if code == "#" or not (f := table.form.field(code)).prefill or f.is_numeric
                }
                if row.key == "ty_le" and table.form.code == "KS":
                    continue  # not a plain quotient: see the test of the survey
                totals = {c: f for c, f in totals.items() if c not in ("chi_tieu", "diem_toi_da")}
                assert_row(twice, table.form, row, totals)
                if name == "phoi-hop-2024":  # the others have one level
                    assert_levels(twice, table.form, row, set(totals))
                figures += len(totals)
    assert figures > 50


def test_the_rate_of_the_survey_is_worked_out_from_its_counts(samples: dict[str, Made]) -> None:
    out = {line.split(" ")[0] for line in CASES["ke-hoach-phuong"].kept_out if " KS " in line}
    sums: Counter[str] = Counter()
    for row in counting(ROOT / "ke-hoach-phuong"):
        if row["form"] == "KS" and row["unit"] not in out and row["field"] != "y_kien":
            sums[row["field"]] += int(row["value"])
    tables = samples["ke-hoach-phuong"].consolidated("2024").tables
    (survey,) = (table for table in tables if table.form.code == "KS")
    (rate,) = (row.totals["ty_le"].value for row in survey.rows if row.key == "ty_le")
    assert isinstance(rate, Decimal)
    expected = Fraction(sums["rat_hai_long"] + sums["hai_long"], sums["hop_le"])
    assert abs(Fraction(rate) - expected) < Fraction(1, 10**20)


@pytest.mark.soffice
def test_libreoffice_works_out_every_formula_of_the_years(
    samples: dict[str, Made], tmp_path: Path
) -> None:
    names = [name for name in NAMES if not name.endswith(COMMAND)]
    books = [summary(samples[name].folder, CASES[name].year) for name in names]
    for book, found in zip(books, calculated(books, tmp_path), strict=True):
        expected = formulas_of(book)
        assert set(found) == set(expected)
        assert len(expected) > 40, book
        for at, (formula, value) in expected.items():
            assert same_value(found[at][1], value), (book, at, formula)


def same_value(found: str, expected: str) -> bool:
    if expected.startswith("=") or not expected:
        return found.removeprefix("=") == expected.removeprefix("=")
    return float(found) == pytest.approx(float(expected), rel=1e-12, abs=1e-12)


# --- what each sample is there to show --------------------------------------------------------


def test_two_agencies_side_by_side(samples: dict[str, Made]) -> None:
    book = openpyxl.load_workbook(summary(samples["phoi-hop-2024"].folder, "2024-Q1"))
    words = {str(c.value) for row in book["Hai cơ quan"].iter_rows() for c in row if c.value}
    assert {"Quận Lê Chân", "Quận Hồng Bàng", "Huyện Thuỷ Nguyên"} <= words


def test_the_two_registers_differ_where_documented(samples: dict[str, Made]) -> None:
    here, there = (samples[f"phoi-hop-2021/{n}"].folder for n in ("ban-dan-van", COMMAND))
    done = workflow.reconcile(here, there.out, ())
    assert done.same_programme
    assert {(s.unit, s.period) for s in done.here} >= {("530", "2021-Q1")}
    assert {(s.unit, s.period) for s in done.there} >= {("536", "2021-Q1")}
    apart = {
        (pair.here.unit, pair.here.period): [
            (d.field, str(d.here.value), str(d.there.value))
            for d in pair.figures
            if d.here is not None and d.there is not None
        ]
        for pair in done.apart
    }
    (typed,) = (
        row["value"]
        for row in counting(ROOT / "phoi-hop-2021/ban-dan-van")
        if key_of(row) == ("535", "2021-Q1", "SL", "kinh_phi", "kinh_phi")
    )
    assert apart == {
        ("533", "2021-Q1"): [("ngay_cong", "69", "96")],
        ("535", "2021-Q1"): [("kinh_phi", typed, "125.5")],
    }


def test_the_districts_are_ranked_by_reviewed_points(samples: dict[str, Made]) -> None:
    made = samples["cong-tac-nam"]
    with (ROOT / "cong-tac-nam" / "diem-tham-dinh.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    before = made.folder.review("2023").read_bytes()
    points: dict[str, Decimal] = {}
    for row in rows:
        points[row["unit"]] = points.get(row["unit"], Decimal(0)) + Decimal(row["points"])
    own = {
        row["row"]: Decimal(row["value"])
        for row in counting(ROOT / "cong-tac-nam")
        if (row["unit"], row["field"]) == ("318", "diem_tu_cham")
    }
    points["318"] += own["TC10"] + own["TC11"]  # not reviewed yet: its own points, provisionally
    (scored,) = workflow.score(made.folder)
    assert (scored.findings, scored.incomplete) == ((), 11)  # all of 315
    with (made.folder.reports("2023") / "xep-loai.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        found = {row["unit"]: row for row in csv.DictReader(file)}
    assert {u: Decimal(r["total"]) for u, r in found.items() if r["total"]} == points
    ranks = {u: 1 + sum(other > p for other in points.values()) for u, p in points.items()}
    assert {u: int(r["rank_all"]) for u, r in found.items() if r["total"]} == ranks
    assert sorted(ranks.values())[:4] == [1, 1, 1, 4]  # three are equal
    assert {u: r["state"] for u, r in found.items() if r["state"] != "final"} == {
        "315": "incomplete",
        "318": "provisional",
    }
    bands = Counter(r["band"] for r in found.values())
    assert bands == {"Hoàn thành xuất sắc nhiệm vụ": 3, "Hoàn thành tốt nhiệm vụ": 11, "": 1}
    assert made.folder.review("2023").read_bytes() == before


def test_charts_over_time_show_the_year_up_to_their_period(samples: dict[str, Made]) -> None:
    """Returns that run from the beginning of the year: each a figure of its own, none added."""
    made = samples["cong-tac-nam"]
    with Register(made.folder.register, read_only=True) as register:
        details = register.details()
    charts = {chart.code: chart for chart in made.programme.charts}
    out = {tuple(line.split(" ")) for line in CASES["cong-tac-nam"].kept_out}

    def typed(period: str, row: str) -> Decimal:
        found = [r for r in counting(ROOT / "cong-tac-nam") if r["field"] == "luy_ke"]
        here = [r for r in found if (r["period"], r["row"]) == (period, row)]
        return sum((Decimal(r["value"]) for r in here if key_of(r) not in out), Decimal(0))

    for last, periods in {"2023": 4, "2023-9M": 3, "2023-3M": 1}.items():
        whole = made.consolidated(last)
        data = chart_data(charts["BD4"], made.programme, whole.period, details, whole)
        assert data.keys == ("2023-3M", "2023-6M", "2023-9M", "2023")[:periods]
        for series in data.series:
            assert series.values == tuple(typed(p, series.key) for p in data.keys)
        tasks = chart_data(charts["BD1"], made.programme, whole.period, details, whole)
        assert [tasks.total(n) for n in range(len(tasks.keys))] == [38] * periods


def test_models_are_followed_by_their_own_code(samples: dict[str, Made]) -> None:
    things = {t.key: t for t in followed(samples["dan-van-kheo"].consolidated("2023"))}
    said = {key: {r.code for r in t.remarks} for key, t in things.items() if t.remarks}
    assert said["X1-O3"] & {"unregistered"} or "X1-O3" in said
    assert "P2-02" in said
    assert "P3-04" in said
    path = [step.status for step in things["P1-01"].steps]
    assert path == [
        "Đã kiểm tra, giao nhiệm vụ", "Đang triển khai", "Đã sơ kết 3 tháng", "Được nhân rộng"
    ]  # fmt: skip
    assert things["P1-04"].status == "Dừng thực hiện"
    later = [t for t in things.values() if t.registered and t.registered.code == "2023-DK2"]
    assert [t.key for t in later] == ["P1-06", "P1-07", "X1-06", "TH1-02"]


# --- as a reader of the README ----------------------------------------------------------------


@pytest.mark.parametrize("name", sorted({n.split("/")[0] for n in NAMES}))
def test_the_commands_of_the_readme(
    samples: dict[str, Made], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As they stand, but for ``run``, whose work is done; that of the ward is done anew."""
    copy, *lines = commands(name)
    assert copy == ["cp", "-r", f"samples/{name}", "thu-nghiem"]
    place = next(made.folder.root for n, made in samples.items() if n.split("/")[0] == name)
    place = place.parent if (place.parent / "ban-dan-van").is_dir() else place
    monkeypatch.chdir(tmp_path)
    if name == "ke-hoach-phuong":
        shutil.copytree(ROOT / name, tmp_path / "thu-nghiem")
    else:
        (tmp_path / "thu-nghiem").symlink_to(place)
        lines = [words for words in lines if words[0] != "run"]
    expected = {"run": 1, "reconcile": 1}
    assert {w[0]: run(w) for w in lines} == {w[0]: expected.get(w[0], 0) for w in lines}
    made = [p for p in (tmp_path / "thu-nghiem").rglob("bao-cao/20*/*") if p.is_file()]
    (page,) = (p for p in made if p.name == "trang.html")
    assert page.stat().st_size < 1_500_000
    assert {row[0][-1] for row in Page(page).data("controls")["r"]} <= {"cân"}
    assert {"bao-cao.docx", "trinh-chieu.pptx"} <= {p.name for p in made}
    if name == "ke-hoach-phuong":
        charts = tmp_path / "thu-nghiem" / "bao-cao" / "2024" / "bieu-do"
        assert len(list(charts.glob("*.svg"))) == 3
        assert any((tmp_path / "thu-nghiem" / "don-doc" / "2024-H1").iterdir())


@cache
def commands(name: str) -> list[list[str]]:
    """The commands of a README, as a shell would split them."""
    (block,) = re.findall(
        r"```sh\n(.*?)```", (ROOT / name / "README.md").read_text("utf-8"), flags=re.S
    )
    lines = block.replace("\\\n", " ").strip().splitlines()
    return [shlex.split(line.removeprefix("baocao ")) for line in lines]


@pytest.mark.parametrize("name", sorted({n.split("/")[0] for n in NAMES}))
def test_each_readme_says_what_is_in_the_sample(name: str) -> None:
    text = (ROOT / name / "README.md").read_text("utf-8")
    assert all("thu-nghiem" in " ".join(words) for words in commands(name))
    assert text.count("\n| ") > 8  # the table of faults
    size = sum(p.stat().st_size for p in (ROOT / name).rglob("*") if p.is_file())
    assert size < 1_650_000


def test_a_long_list_of_what_is_lacking_ends_with_its_count(samples: dict[str, Made]) -> None:
    (made,) = workflow.consolidate(samples["dan-van-kheo"].folder, ["2023"])
    _, line = console.consolidated([made], "vi")
    assert len(made.missing) == made.expected - made.received > 200
    assert line.endswith(f" và {len(made.missing) - 40} báo cáo khác (xem đủ ở trang Tổng quan)")
