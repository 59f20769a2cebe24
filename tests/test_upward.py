"""The chain upward: cells -> wards -> city, and what ``fill`` does to a template.

The sample ``samples/ba-cap`` is run by the commands themselves; the city's totals are held
against sums over what the cells typed, and against one office that asks all cells directly.
"""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from programmes import SMALL_PROGRAMME, small_programme
from test_summary_soffice import calculated, formulas_of

from toolkit import workflow
from toolkit.cli import run
from toolkit.consolidate.consolidate import consolidate
from toolkit.errors import ToolkitError, UnreadableFile
from toolkit.findings import Severity
from toolkit.folder import Folder
from toolkit.intake.model import State
from toolkit.intake.reader import read_bytes
from toolkit.programme.build import build_workbook
from toolkit.programme.load import load
from toolkit.template.layout import layout
from toolkit.template.write import write
from toolkit.upward.entries import Fate, Filling
from toolkit.upward.package import filled, unlocked_cells
from toolkit.upward.target import read_target
from toolkit.workflow.judging import current_details

SAMPLE = Path(__file__).parent.parent / "samples" / "ba-cap"
WARDS = {"GS": "phuong-gia-sang", "DQ": "phuong-dong-quang", "TL": "phuong-tan-long"}
PERIODS = ("2024-H1", "2024-H2")
NUMBERS = {
    ("KQ", "CT1", "thuc_hien"), ("KQ", "CT2", "thuc_hien"), ("KQ", "CT3", "thuc_hien"),
    ("HD", "so_ho", "so_ho"), ("HD", "y_kien", "y_kien"), ("HD", "giai_quyet", "giai_quyet"),
}  # fmt: skip
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Chain:
    """The sample after all three levels have done their part."""

    root: Path
    codes: Mapping[tuple[str, str], int]  # exit codes of fill by ward and period
    filled: Mapping[tuple[str, str], workflow.Filled]

    def folder(self, name: str) -> Folder:
        return Folder(self.root / name, self.root / name)


def typed_by_hand(path: Path) -> bytes:
    """What a ward adds to its filled template: its own assessment."""
    book = openpyxl.load_workbook(path)
    target = read_target(path.read_bytes(), path.name).forms["HD"]
    place = target.place("danh_gia", "danh_gia")
    assert place is not None
    book[target.sheet.name].cell(*place).value = "Tốt"
    done = io.BytesIO()
    book.save(done)
    return done.getvalue()


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    root = tmp_path_factory.mktemp("ba-cap") / "ba-cap"
    shutil.copytree(SAMPLE, root)
    city = root / "thanh-pho"
    assert run(["distribute", "-C", str(city)]) == 0
    incoming = city / "nhan-ve" / "2024-07-10"
    incoming.mkdir(parents=True)
    codes: dict[tuple[str, str], int] = {}
    done: dict[tuple[str, str], workflow.Filled] = {}
    for ward, name in WARDS.items():
        assert run(["receive", "-C", str(root / name)]) == 0
        for period in PERIODS:
            (template,) = (city / "gui-di" / period).glob(f"{ward}_*.xlsx")
            codes[ward, period] = run(["fill", "-C", str(root / name), str(template)])
            at = Folder(root / name, root / name)
            done[ward, period] = made = workflow.fill(at, template)
            (incoming / made.workbook.name).write_bytes(typed_by_hand(made.workbook))
    assert run(["receive", "-C", str(city)]) == 0
    return Chain(root, codes, done)


def truth() -> list[dict[str, str]]:
    with (SAMPLE / "so-lieu-goc.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def sums(period: str, ward: str = "") -> dict[Key, Decimal]:
    """The totals straight from what the cells typed; a year is both halves."""
    found: dict[Key, Decimal] = defaultdict(Decimal)
    for line in truth():
        key = (line["biểu"], line["dòng"], line["cột"])
        if line["kỳ"].startswith(period) and ward in ("", line["phường"]):
            if key in NUMBERS:
                found[key] += Decimal(line["giá trị"])
            elif line["cột"] == "ten":
                found["HD", "so_mo_hinh", "so_mo_hinh"] += 1
            elif line["cột"] == "so_ho" and line["biểu"] == "MH":
                found["DS", "", "so_ho"] += Decimal(line["giá trị"])
    return dict(found)


def totals(folder: Folder, period: str) -> dict[Key, Decimal]:
    programme = load(folder.programme)
    whole = consolidate(programme, programme.period(period), current_details(folder, programme))
    return {
        (table.form.code, row.key, code): figure.value
        for table in whole.tables
        for row in table.rows
        for code, figure in row.totals.items()
        if isinstance(figure.value, Decimal) and not figure.shares
    }


@pytest.mark.parametrize("period", [*PERIODS, "2024"])
def test_the_citys_totals_are_the_sums_of_what_the_cells_typed(chain: Chain, period: str) -> None:
    city, wanted = totals(chain.folder("thanh-pho"), period), sums(period)
    assert len(wanted) == 8
    assert {key: city[key] for key in wanted} == wanted
    rate = wanted["HD", "giai_quyet", "giai_quyet"] / wanted["HD", "y_kien", "y_kien"]
    assert abs(city["HD", "ty_le", "ty_le"] - rate) < Decimal("1e-20")


@pytest.mark.parametrize("period", PERIODS)
def test_one_office_that_asks_all_cells_directly_gets_the_same(
    chain: Chain, tmp_path: Path, period: str
) -> None:
    """The wards' programme with the cells of all three, and all their files at once."""
    books = {
        name: openpyxl.load_workbook(SAMPLE / name / "chuong-trinh.xlsx") for name in WARDS.values()
    }
    whole = books["phuong-gia-sang"]
    sheet = whole["Đơn vị"]
    place = 100
    for name in ("phuong-dong-quang", "phuong-tan-long"):
        for row in books[name]["Đơn vị"].iter_rows(min_row=2, values_only=True):
            if row[0]:
                place += 1
                for column, value in enumerate(row, 1):
                    sheet.cell(place, column).value = value
    whole.save(tmp_path / "chuong-trinh.xlsx")
    direct = Folder(tmp_path, tmp_path)
    programme = load(direct.programme)
    assert len(programme.units) == 10
    received = workflow.receive(
        direct, programme, [chain.root / n / "nhan-ve" for n in WARDS.values()]
    )
    assert {r.judgement.outcome.value for r in received} == {"clean"}
    one, three = totals(direct, period), totals(chain.folder("thanh-pho"), period)
    shared = [key for key in one if key[0] in ("KQ", "HD")]
    assert len(shared) == 7
    assert {key: one[key] for key in shared} == {key: three[key] for key in shared}
    assert one["MH", "", "so_ho"] == three["DS", "", "so_ho"]
    assert one["MH", "", "#"] == three["HD", "so_mo_hinh", "so_mo_hinh"]


def test_a_lacking_cell_makes_its_wards_figures_provisional(chain: Chain) -> None:
    fates = {
        key: {f.fate for f in made.fillings if f.transfer.to_form == "KQ"}
        for key, made in chain.filled.items()
    }
    assert fates.pop(("TL", "2024-H2")) == {Fate.PROVISIONAL}
    assert set(map(frozenset, fates.values())) == {frozenset({Fate.FILLED})}
    said = [f for f in chain.filled["TL", "2024-H2"].findings if f.code == "upward.provisional"]
    assert {f.params["units"] for f in said} == {"Tổ dân phố số 3"}
    assert {(f.params["counted"], f.params["asked"]) for f in said} == {("2", "3")}
    assert {f.severity for f in said} == {Severity.WARNING}
    assert set(chain.codes.values()) == {0}


def test_what_a_ward_says_it_has_not_travels_on_as_such(chain: Chain) -> None:
    ward = chain.folder(WARDS["GS"])
    programme = load(ward.programme)
    whole = consolidate(programme, programme.period("2024-H1"), current_details(ward, programme))
    (table,) = (t for t in whole.tables if t.form.code == "KQ")
    states = {part.state for row in table.rows for part in row.totals["thuc_hien"].parts}
    assert State.NIL in states  # GS-11 typed "Không có"
    cells = [f for f in chain.filled["GS", "2024-H1"].fillings if f.transfer.to_form == "KQ"]
    assert all(isinstance(f.typed, Decimal) for f in cells)  # the others have figures


def test_every_figure_names_the_cells_it_is_made_of(chain: Chain) -> None:
    made = chain.filled["DQ", "2024-H1"]
    figure = next(f for f in made.fillings if f.to_row == "CT1")
    assert [part.unit for part in figure.parts] == ["DQ-01", "DQ-02", "DQ-11"]
    assert sum(p.value for p in figure.parts if isinstance(p.value, Decimal)) == figure.typed
    book = openpyxl.load_workbook(made.record)
    rows = [[str(c or "") for c in row] for row in book.active.iter_rows(values_only=True)]  # type: ignore[union-attr]
    for part in figure.parts:
        where = f"{part.sheet}!{part.cell}"
        assert any(row[5] == part.file and row[7] == where for row in rows)
    filled_cell = next(row for row in rows if row[2] == figure.cell and row[0] == "1")
    assert filled_cell[1] == figure.sheet


def test_nothing_of_the_template_changes_but_the_cells(chain: Chain) -> None:
    made = chain.filled["GS", "2024-H1"]
    template = chain.root / "thanh-pho" / "gui-di" / "2024-H1" / made.workbook.name
    old, new = zipfile.ZipFile(template), zipfile.ZipFile(made.workbook)
    assert old.namelist() == new.namelist()
    same = [n for n in old.namelist() if old.read(n) == new.read(n)]
    assert {n for n in old.namelist() if n not in same} == {
        "xl/workbook.xml",
        *(n for n in old.namelist() if n.startswith("xl/worksheets/sheet") and n not in same),
    }
    before, after = (read_bytes(p.read_bytes(), "x.xlsx") for p in (template, made.workbook))
    typed = {(f.sheet, f.place) for f in made.fillings if f.typed is not None}
    for was, now in zip(before.sheets, after.sheets, strict=True):
        changed = {p for p in now.cells if now.cells[p].value != was.cells.get(p, None)}
        formulas = {p for p, cell in now.cells.items() if cell.formula}
        assert {
            p for p in changed - formulas
            if p not in was.cells or was.cells[p].shown() != now.cells[p].shown()
        } == {p for sheet, p in typed if sheet == now.name}  # fmt: skip


def test_filled_twice_it_is_the_same(chain: Chain) -> None:
    made = chain.filled["GS", "2024-H1"]
    template = chain.root / "thanh-pho" / "gui-di" / "2024-H1" / made.workbook.name
    before = made.workbook.read_bytes(), made.record.read_bytes()
    workflow.fill(chain.folder(WARDS["GS"]), template)
    assert (made.workbook.read_bytes(), made.record.read_bytes()) == before


@pytest.mark.soffice
def test_libreoffice_computes_the_panel_of_a_filled_template(chain: Chain, tmp_path: Path) -> None:
    made = chain.filled["GS", "2024-H1"]
    source = tmp_path / "in" / "a.xlsx"
    source.parent.mkdir()
    source.write_bytes(typed_by_hand(made.workbook))
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    cover = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)["Bìa"]
    assert "Sẵn sàng gửi" in {cell.value for row in cover.iter_rows() for cell in row}


@pytest.mark.soffice
def test_libreoffice_works_out_the_summaries_of_all_three_levels(
    chain: Chain, tmp_path: Path
) -> None:
    """Of the city over both halves, and of a ward that lacks a cell."""
    books = []
    for name, period in (("thanh-pho", "2024"), ("phuong-tan-long", "2024-H2")):
        (made,) = workflow.consolidate(chain.folder(name), [period])
        copy = tmp_path / f"{name}.xlsx"
        books.append(Path(shutil.copy(made.file, copy)))
    for book, found in zip(books, calculated(books, tmp_path), strict=True):
        expected = formulas_of(book)
        assert len(expected) > 10
        assert set(found) == set(expected)
        for at, (formula, value) in expected.items():
            assert float(found[at][1]) == pytest.approx(float(value), rel=1e-12), (at, formula)


# --- what stands in the way ------------------------------------------------------------------


def office(place: Path, transfers: str) -> Folder:
    """The small programme with other rows on its sheet Chuyển lên, and one return."""
    source = place / "csv"
    shutil.copytree(SMALL_PROGRAMME, source)
    head = "biểu nhận,dòng nhận,cột nhận,biểu nguồn,dòng nguồn,cột nguồn\n"
    (source / "chuyen-len.csv").write_text(head + transfers, "utf-8")
    build_workbook(source, place / "chuong-trinh.xlsx")
    return Folder(place, place)


def received(place: Folder) -> Folder:
    from returned import clean_return

    path = place.incoming / "a.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(clean_return())
    programme = load(place.programme)
    workflow.receive(place, programme, [path])
    return place


def template(place: Path, name: str = "mau.xlsx", unit: str = "303") -> Path:
    """A template from above: of the same shape, for another unit."""
    programme = small_programme()
    plan = layout(programme, programme.unit(unit), programme.period("2024-Q1"))
    write(plan, place / name)
    return place / name


def met(found: workflow.Filled) -> list[tuple[str, str]]:
    return [(f.fate.value, f.finding.code if f.finding else "") for f in found.fillings]


@pytest.mark.parametrize(
    ("transfers", "fate", "code", "exit_code"),
    [
        ("CT,CT1,trong_ky,CT,CT1,trong_ky", "provisional", "upward.provisional", 0),
        ("XX,CT1,trong_ky,CT,CT1,trong_ky", "lost", "upward.no_form", 1),
        ("CT,CT7,trong_ky,CT,CT1,trong_ky", "lost", "upward.no_cell", 1),
        ("CT,CT1,trong_thang,CT,CT1,trong_ky", "lost", "upward.no_cell", 1),
        ("CT,CT1,ty_le,CT,CT1,ty_le", "lost", "upward.locked", 1),
        ("NV,NV1,trang_thai,NV,NV1,trang_thai", "blank", "upward.blank", 0),
        ("DT,ngay,ngay,DT,,ngay", "filled", "", 0),
    ],
)
def test_what_becomes_of_a_figure(
    tmp_path: Path, transfers: str, fate: str, code: str, exit_code: int
) -> None:
    place = received(office(tmp_path, transfers + "\n"))
    source = template(tmp_path)
    assert met(workflow.fill(place, source)) == [(fate, code)]
    assert run(["fill", "-C", str(tmp_path), str(source)]) == exit_code
    assert run(["fill", "-C", str(tmp_path), str(source), "--lang", "en"]) == exit_code


def test_a_cell_that_holds_something_stays_as_it_is(tmp_path: Path) -> None:
    place = received(office(tmp_path, "CT,CT1,trong_ky,CT,CT1,trong_ky\n"))
    source = template(tmp_path)
    (first,) = workflow.fill(place, source).fillings
    assert first.place is not None
    source.write_bytes(filled(source.read_bytes(), {first.sheet: {first.place: Decimal(77)}}))
    done = workflow.fill(place, source)
    assert met(done) == [("kept", "upward.occupied")]
    (cell,) = (f.finding.found for f in done.fillings if f.finding)
    assert cell == "77"
    assert done.workbook.read_bytes() == source.read_bytes()


def test_rows_without_room_are_said(tmp_path: Path) -> None:
    place = received(office(tmp_path, "MH,,ten,MH,,ten\n"))
    source = template(tmp_path)
    found = workflow.fill(place, source).fillings
    listed = [f for f in found if f.fate is Fate.FILLED]
    assert [f.to_row for f in listed] == ["1", "2", "3"]
    form = read_target(source.read_bytes(), source.name).forms["MH"]
    rows = sorted(form.rows.values())
    (at,) = {f.place[1] for f in listed if f.place}
    taken: dict[tuple[int, int], Decimal | str] = {(row, at): "đã ghi" for row in rows[:-1]}
    source.write_bytes(filled(source.read_bytes(), {form.sheet.name: taken}))  # type: ignore[dict-item]
    done = workflow.fill(place, source)
    assert met(done) == [("filled", ""), *[("lost", "upward.no_room")] * 2]
    assert [f.typed for f in done.fillings] == [f.typed for f in listed]


def _first(found: workflow.Filled) -> Filling:
    return found.fillings[0]


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (lambda place: template(place).rename(place / "x.xlsx"), ""),
        (lambda place: place / "chuong-trinh.xlsx", "upward.not_a_template"),
    ],
)
def test_only_a_template_can_be_filled(tmp_path: Path, make, key: str) -> None:  # type: ignore[no-untyped-def]
    place = received(office(tmp_path, "CT,CT1,trong_ky,CT,CT1,trong_ky\n"))
    source = make(tmp_path)
    if not key:
        assert _first(workflow.fill(place, source)).typed is not None
        return
    with pytest.raises(ToolkitError) as caught:
        workflow.fill(place, source)
    assert caught.value.key == key


def test_the_template_itself_is_never_replaced(tmp_path: Path) -> None:
    place = received(office(tmp_path, "CT,CT1,trong_ky,CT,CT1,trong_ky\n"))
    source = template(tmp_path)
    before = source.read_bytes()
    with pytest.raises(ToolkitError) as caught:
        workflow.fill(place, source, output=source)
    assert caught.value.key == "upward.same_file"
    assert source.read_bytes() == before


@pytest.mark.parametrize(
    ("transfers", "period", "key"),
    [
        ("", "", "upward.no_transfers"),
        ("CT,CT1,trong_ky,CT,CT1,trong_ky\n", "2031-Q1", "error.unknown_period"),
    ],
)
def test_what_cannot_go_on(tmp_path: Path, transfers: str, period: str, key: str) -> None:
    place = office(tmp_path, transfers)
    with pytest.raises(ToolkitError) as caught:
        workflow.fill(place, template(tmp_path), period=period)
    assert caught.value.key == key


def test_before_anything_came_there_is_nothing_to_pass_on(tmp_path: Path) -> None:
    place = office(tmp_path, "CT,CT1,trong_ky,CT,CT1,trong_ky\n")
    with pytest.raises(ToolkitError) as caught:
        workflow.fill(place, template(tmp_path))
    assert caught.value.key == "error.nothing_received"


def test_a_broken_file_is_said_to_be_broken() -> None:
    with pytest.raises(UnreadableFile):
        read_target(b"PK\x03\x04 not a zip", "a.xlsx")


def test_locked_cells_are_known(tmp_path: Path) -> None:
    programme = small_programme()
    plan = layout(programme, programme.unit("303"), programme.period("2024-Q1"))
    free = unlocked_cells(template(tmp_path).read_bytes())
    for sheet in plan.sheets:
        inputs = {(s.row, s.column) for s in sheet.slots() if s.kind.value == "input"}
        unlocked = free[sheet.sheet]
        assert unlocked is not None
        assert inputs <= unlocked
        assert not unlocked & {(s.row, s.column) for s in sheet.slots() if s.kind.value != "input"}


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    source = template(tmp_path)
    form = read_target(source.read_bytes(), source.name).forms["DT"]
    place = form.place("kien_nghi", "kien_nghi")
    assert place is not None
    evil = '=HYPERLINK("http://x","<b>&")' + "\nvà còn nữa" * 4
    made = filled(source.read_bytes(), {form.sheet.name: {place: evil}})
    cell = read_bytes(made, "a.xlsx").sheet(form.sheet.name).cells[place]  # type: ignore[union-attr]
    assert (cell.value, cell.formula) == (evil, False)
    sheet = openpyxl.load_workbook(io.BytesIO(made))[form.sheet.name]
    assert sheet.cell(*place).data_type == "s"
    assert sheet.row_dimensions[place[0]].height >= 5 * 12  # room for all of its lines


def test_the_period_of_another_code_is_asked_for(tmp_path: Path) -> None:
    place = received(office(tmp_path, "CT,CT1,trong_ky,CT,CT1,trong_ky\n"))
    programme = replace(small_programme())
    quarter = replace(programme.period("2024-Q1"), code="Q1-24")
    other = replace(programme, periods=(quarter, *programme.periods[1:]))
    forms = tuple(replace(f, periods=("Q1-24", *f.periods)) for f in other.forms)
    other = replace(other, forms=forms)
    write(layout(other, other.unit("303"), quarter), tmp_path / "khac.xlsx")
    with pytest.raises(ToolkitError) as caught:
        workflow.fill(place, tmp_path / "khac.xlsx")
    assert caught.value.key == "upward.which_period"
    done = workflow.fill(place, tmp_path / "khac.xlsx", period="2024-Q1")
    assert done.period.code == "2024-Q1"
