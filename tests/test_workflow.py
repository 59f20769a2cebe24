"""What only holds where the rooms meet: folders, repeated work, a programme that changes."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from programmes import SMALL_PROGRAMME, small_workbook
from returned import CLEAN

from toolkit import folder as folders
from toolkit import workflow
from toolkit.errors import ProgrammeError, ToolkitError
from toolkit.findings import Severity
from toolkit.folder import Folder
from toolkit.messages import catalogue
from toolkit.programme.build import build_workbook
from toolkit.programme.load import load
from toolkit.register.journal import journal_path
from toolkit.register.order import age
from toolkit.register.store import Register
from toolkit.template.layout import layout
from toolkit.template.write import write
from toolkit.workflow import Day

# A rule that looks at the quarter before.
GROWING = (
    *("CT-09", "CT", "[Lũy kế từ đầu năm] >= PREV([Lũy kế từ đầu năm])"),
    *("lỗi", "Số lũy kế {luy_ke} nhỏ hơn kỳ trước: {PREV([luy_ke])}.", "", ""),
)

# What makes a return another one than ``CLEAN``.
OTHERS: Mapping[tuple[str, str], object] = {
    ("MH", "C10"): "Đề án khác hẳn của quận này",
    ("MH", "C11"): "Một dòng họ khác hẳn của quận này",
}


def programme_in(place: Path, rules: Sequence[Sequence[str]] = (), without: str = "") -> Folder:
    """A folder with the small programme, with further rules or without a rule."""
    place.mkdir(parents=True, exist_ok=True)
    workbook = small_workbook(tuple(tuple(rule) for rule in rules), without)
    (place / "chuong-trinh.xlsx").write_bytes(workbook)
    return Folder(place, place)


def filled(
    place: Folder,
    period: str = "2024-Q1",
    unit: str = "305",
    changes: Mapping[tuple[str, str], object] | None = None,
) -> bytes:
    """The template of a unit, filled as ``CLEAN`` says but for ``changes`` (form, cell)."""
    programme = load(place.programme)
    plan = layout(programme, programme.unit(unit), programme.period(period))
    blank = BytesIO()
    write(plan, blank)
    book = openpyxl.load_workbook(blank)
    for sheet in plan.sheets:
        for cell, value in CLEAN[sheet.form.code].items():
            book[sheet.sheet][cell].value = (changes or {}).get((sheet.form.code, cell), value)
    done = BytesIO()
    book.save(done)
    return done.getvalue()


def put(place: Folder, name: str, data: bytes) -> Path:
    target = place.incoming / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    return target


def receive(place: Folder, *paths: Path, day: date = date(2024, 4, 5)) -> list[workflow.Received]:
    return workflow.receive(place, workflow.load_programme(place), paths, day=Day(day))


def codes(place: Folder) -> dict[tuple[str, str], list[str]]:
    """The faults on record of the returns that count, by unit and period."""
    with Register(place.register, read_only=True) as register:
        return {
            (d.submission.unit, d.submission.period): sorted(
                str(f.params.get("rule", f.code))
                for f in d.findings
                if f.severity is not Severity.NOTE
            )
            for d in register.details()
        }


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    return programme_in(tmp_path)


# --- folders --------------------------------------------------------------------------------


def test_the_nearest_programme_upward(place: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = place.root / "nhan-ve" / "2024-04-05"
    deep.mkdir(parents=True)
    assert folders.nearest(deep) == place
    monkeypatch.chdir(deep)
    assert folders.find() == place
    assert folders.find(out=deep) == Folder(place.root, deep)
    assert folders.find(place.root, deep) == Folder(place.root, deep)
    with pytest.raises(ToolkitError) as refused:
        folders.find(deep)
    assert refused.value.key == "error.no_programme_here"


def test_where_things_stand(tmp_path: Path) -> None:
    one = Folder(tmp_path / "a", tmp_path / "b")
    assert one.programme == tmp_path / "a" / "chuong-trinh.xlsx"
    assert one.incoming == tmp_path / "a" / "nhan-ve"
    assert one.register == tmp_path / "b" / "baocao.db"
    assert one.outgoing("P") == tmp_path / "b" / "gui-di" / "P"
    assert one.summary("P") == tmp_path / "b" / "bao-cao" / "P" / "tong-hop.xlsx"
    assert one.page("P") == tmp_path / "b" / "bao-cao" / "P" / "trang.html"
    assert one.charts("P") == tmp_path / "b" / "bao-cao" / "P" / "bieu-do"


# --- a programme that changes ---------------------------------------------------------------


def test_what_is_on_record_is_judged_by_the_programme_as_it_is(place: Folder) -> None:
    wrong = put(place, "a.xlsx", filled(place, changes={("CT", "G9"): 1}))  # below the quarter
    (one,) = receive(place, wrong)
    assert [f.params["rule"] for f in one.findings] == ["CT-01"]
    programme_in(place.root, without="CT-01")
    workflow.consolidate(place)
    assert codes(place) == {("305", "2024-Q1"): []}
    programme_in(place.root)
    assert receive(place, put(place, "b.xlsx", filled(place, unit="303", changes=OTHERS)))
    assert codes(place) == {("305", "2024-Q1"): ["CT-01"], ("303", "2024-Q1"): []}
    statuses = workflow.status(place, "2024-Q1").periods[0]
    assert {u.unit.code: u.errors for u in statuses.units}["305"] == 1


def test_the_return_of_a_unit_that_is_gone_stays_on_record(place: Folder) -> None:
    receive(place, put(place, "a.xlsx", filled(place)))
    source = place.root / "units"
    shutil.copytree(SMALL_PROGRAMME, source)
    units = source / "don-vi.csv"
    allotted = source / "giao-chi-tieu.csv"
    for file in (units, allotted):
        lines = file.read_text("utf-8").splitlines()
        file.write_text("\n".join(x for x in lines if "305" not in x) + "\n", "utf-8")
    place.programme.unlink()
    build_workbook(source, place.programme)
    shutil.rmtree(source)
    table = workflow.status(place)
    assert sum(p.received for p in table.periods) == 0
    with Register(place.register, read_only=True) as register:
        assert [s.file for s in (*register.unplaced(), *table.strangers)] == ["a.xlsx"]


def test_a_faulty_programme_stops_everything(place: Folder) -> None:
    receive(place, put(place, "a.xlsx", filled(place)))
    before = codes(place)
    book = openpyxl.load_workbook(place.programme)
    book["Đơn vị"]["A3"] = book["Đơn vị"]["A2"].value
    book.save(place.programme)
    for command in (workflow.status, workflow.consolidate, workflow.charts, workflow.distribute):
        with pytest.raises(ProgrammeError):
            command(place)
    assert codes(place) == before
    assert not (place.root / "bao-cao").exists()


# --- rules that look back -------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("calls", [1, 2])
def test_the_order_of_receipt_changes_no_judgement(
    tmp_path: Path, order: tuple[int, int], calls: int
) -> None:
    place = programme_in(tmp_path, [GROWING])
    first = put(place, "q1.xlsx", filled(place))
    less = {("CT", "F9"): 1, ("CT", "G9"): 2}  # 3 before
    second = put(place, "q2.xlsx", filled(place, "2024-Q2", changes=less))
    files = [(first, second)[n] for n in order]
    for some in [files] if calls == 1 else [[file] for file in files]:
        receive(place, *some)
    assert codes(place) == {("305", "2024-Q1"): [], ("305", "2024-Q2"): ["CT-09"]}


def test_check_looks_back_at_what_is_on_record_and_writes_nothing(tmp_path: Path) -> None:
    place = programme_in(tmp_path, [GROWING])
    receive(place, put(place, "q1.xlsx", filled(place)))
    less = {("CT", "F9"): 1, ("CT", "G9"): 2}
    second = put(place, "q2.xlsx", filled(place, "2024-Q2", changes=less))
    before = place.register.read_bytes()
    (checked,) = workflow.check([second])
    assert [f.params["rule"] for f in checked.findings] == ["CT-09"]
    assert place.register.read_bytes() == before


# --- originals and repetition ---------------------------------------------------------------


def test_a_file_without_bytes_is_said_once(place: Folder) -> None:
    lock = put(place, "~$a.xlsx", b"\x00" * 20)
    (one,) = receive(place, lock)
    assert [f.code for f in one.findings] == ["collect.lock_file"]
    assert one.receipt.sha256 == ""


def test_a_damaged_original_stops_the_summary(place: Folder) -> None:
    receive(place, put(place, "a.xlsx", filled(place)))
    (original,) = (place.root / "luu-tru").rglob("*.xlsx")
    original.chmod(0o644)
    original.write_bytes(filled(place, changes={("CT", "F9"): 2}))
    with pytest.raises(ToolkitError):
        workflow.consolidate(place)
    assert not place.summary("2024-Q1").exists()


def test_receiving_the_same_again_changes_no_register(place: Folder) -> None:
    file = put(place, "a.xlsx", filled(place))
    receive(place, file)
    before = codes(place)
    (again,) = receive(place, file, day=date(2024, 5, 1))
    assert str(again.receipt.effect) == "duplicate"
    assert codes(place) == before
    units = workflow.status(place, "2024-Q1").periods[0].units
    assert {u.unit.code: u.received for u in units}["305"] == date(2024, 4, 5)


def test_a_newer_return_counts_whatever_comes_first(place: Folder) -> None:
    old = put(place, "old.xlsx", filled(place))
    new = put(place, "new.xlsx", filled(place, changes={("CT", "F9"): 2}))
    receive(place, new, day=date(2024, 4, 8))
    (late,) = receive(place, old, day=date(2024, 4, 5))
    assert str(late.receipt.effect) == "superseded"
    with Register(place.register, read_only=True) as register:
        assert [s.file for s in register.current()] == ["new.xlsx"]
        assert [s.file for s in register.history("305", "2024-Q1")] == ["old.xlsx", "new.xlsx"]


def test_the_day_is_that_of_the_folder(place: Folder) -> None:
    file = put(place, "2024-04-12/a.xlsx", filled(place))
    assert file.parent.name == "2024-04-12"
    (one,) = workflow.receive(place, workflow.load_programme(place))
    assert (one.receipt.received, one.late_days) == (date(2024, 4, 12), 2)


# --- outputs --------------------------------------------------------------------------------


def test_progress_is_told_of_every_step(place: Folder) -> None:
    seen: list[tuple[str, int]] = []

    def watched(items: Sequence[object], label: str) -> Iterator[object]:
        seen.append((label, len(items)))
        return iter(items)

    put(place, "2024-04-05/a.xlsx", filled(place))
    put(place, "2024-04-05/b.xlsx", filled(place, unit="303"))
    workflow.distribute(place, ["2024-Q1"], progress=watched)
    workflow.run(place, workflow.load_programme(place), progress=watched)
    assert seen == [
        ("cli.progress.distribute", 4),
        ("cli.progress.receive", 2),
        ("cli.progress.consolidate", 2),
        ("cli.progress.charts", 10),
    ]
    assert all(label in catalogue("vi") for label, _ in seen)


def test_periods_and_units_asked_for(place: Folder) -> None:
    made = workflow.distribute(place, ["2024-Q2", "2024-Q1", "2024-Q2"], ["305", "305"])
    assert [(one.period.code, one.count) for one in made] == [("2024-Q2", 1), ("2024-Q1", 1)]
    made = workflow.distribute(place, ["quý 2"], ["Quận Lê Chân", "le chan", "305"])
    assert [(one.period.code, one.count) for one in made] == [("2024-Q2", 1)]
    for periods, units, key in (
        (["2024-Q7"], [], "error.unknown_period"),
        ([], ["000"], "error.unit_unknown"),
    ):
        with pytest.raises(ToolkitError) as refused:
            workflow.distribute(place, periods, units)
        assert refused.value.key == key


def test_a_half_year_of_one_quarter(place: Folder) -> None:
    receive(place, put(place, "a.xlsx", filled(place)))
    (made,) = workflow.consolidate(place, ["2024-H1"])
    assert (made.expected, made.received) == (8, 1)  # four units, two quarters
    assert "Lê Chân (Quý II/2024)" in made.missing
    with pytest.raises(ToolkitError) as refused:
        workflow.consolidate(place, ["2024-Q3"])
    assert refused.value.key == "error.no_data_for_period"


def test_everything_goes_to_out(tmp_path: Path) -> None:
    place = programme_in(tmp_path / "goc")
    put(place, "2024-04-05/a.xlsx", filled(place))
    apart = Folder(place.root, tmp_path / "kq")
    before = sorted(place.root.rglob("*"))
    workflow.run(apart, workflow.load_programme(apart))
    workflow.export(apart, (), "csv", None)
    assert sorted(place.root.rglob("*")) == before
    names = {p.relative_to(apart.out).as_posix() for p in apart.out.rglob("*") if p.is_file()}
    assert {"baocao.db", "bao-cao/so-lieu.csv", "bao-cao/tinh-hinh-nop.xlsx"} <= names


def test_any_subset_of_files_leaves_a_register_that_says_so(place: Folder) -> None:
    """Nothing given vanishes: junk, copies and returns all have their line."""
    chance = random.Random(5)
    good = {u: filled(place, unit=u) for u in ("303", "305", "311")}
    junk = [b"", b"<html>", b"PK\x03\x04", bytes(chance.randrange(256) for _ in range(400))]
    files = [put(place, f"{u}.xlsx", data) for u, data in good.items()]
    files += [put(place, f"lai-{u}.xlsx", data) for u, data in good.items()]
    files += [put(place, f"rac-{n}.xlsx", data) for n, data in enumerate(junk)]
    chance.shuffle(files)
    lines = receive(place, *files)
    assert sorted(one.judgement.file for one in lines) == sorted(f.name for f in files)
    effects = sorted(str(one.receipt.effect) for one in lines)
    assert effects == ["duplicate"] * 3 + ["recorded"] * 3 + ["unreadable"] * 4


def test_the_period_before_travels_with_the_template_and_judges_what_comes_back(
    tmp_path: Path,
) -> None:
    place = programme_in(tmp_path, [GROWING])
    receive(place, put(place, "q1.xlsx", filled(place)))
    (made,) = workflow.distribute(place, ["2024-Q2"], ["305"])
    (sent,) = made.folder.glob("*.xlsx")
    book = openpyxl.load_workbook(sent)
    programme = load(place.programme)
    form = layout(programme, programme.unit("305"), programme.period("2024-Q2")).sheet_for("CT")
    prompts = [v.prompt for v in book[form.sheet].data_validations.dataValidation]
    was = CLEAN["CT"]["G9"]
    assert f"Kỳ trước: {was}." in next(p for p in prompts if p.startswith("Kỳ trước"))
    for sheet in layout(programme, programme.unit("305"), programme.period("2024-Q2")).sheets:
        for cell, value in CLEAN[sheet.form.code].items():
            book[sheet.sheet][cell].value = value
    assert isinstance(was, int)
    book[form.sheet]["F9"].value = 0
    book[form.sheet]["G9"].value = was - 1
    back = BytesIO()
    book.save(back)
    (received,) = receive(place, put(place, "q2.xlsx", back.getvalue()))
    (found,) = [f for f in received.judgement.findings if f.code == "rule.broken"]
    assert (found.params["rule"], found.address.cell) == ("CT-09", "G9")
    assert found.params["message"] == f"Số lũy kế {was - 1} nhỏ hơn kỳ trước: {was}."


def copied(place: Folder) -> dict[str, str]:
    """Unit by unit, the file of which its return is said to be a copy."""
    with Register(place.register, read_only=True) as register:
        return {
            d.submission.unit: f.params["file"]
            for d in register.details()
            for f in d.findings
            if f.code == "cross.same_as_unit"
        }


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_the_later_of_two_equal_returns_is_a_copy(
    place: Folder, order: tuple[int, ...], together: bool
) -> None:
    """Whatever the order of receipt, in one call or many: the day of receipt tells."""
    days = ["2024-04-02", "2024-04-03", "2024-04-04"]
    files = [
        put(place, f"{days[0]}/lc.xlsx", filled(place, unit="305")),
        put(
            place,
            f"{days[1]}/hb.xlsx",
            filled(place, unit="303", changes={("DT", "E14"): "Không có ý kiến gì"}),
        ),
        put(place, f"{days[2]}/tn.xlsx", filled(place, unit="311", changes=OTHERS)),
    ]
    calls = [[files[n] for n in order]] if together else [[files[n]] for n in order]
    for paths in calls:
        workflow.receive(place, workflow.load_programme(place), paths)
    assert copied(place) == {"303": "lc.xlsx"}
    with Register(place.register, read_only=True) as register:
        found = {s.unit: (s.outcome.value, s.errors) for s in register.current()}
    assert found == {"303": ("findings", 1), "305": ("clean", 0), "311": ("clean", 0)}
    (sent_back,) = (place.out / "tra-lai" / "2024-Q1").iterdir()
    said = [str(c.value) for s in openpyxl.load_workbook(sent_back) for r in s for c in r]
    assert sum("Quận Lê Chân" in text and "lc.xlsx" in text for text in said) == 1
    table = workflow.status(place)
    shown = {u.unit.code: u.shown for p in table.periods for u in p.units if u.received}
    assert shown["303"] == "returned"
    assert shown["305"] != "returned"


def test_a_copy_is_one_no_more_when_either_return_is_replaced(place: Folder) -> None:
    first = put(place, "lc.xlsx", filled(place, unit="305"))
    second = put(place, "hb.xlsx", filled(place, unit="303"))
    receive(place, first, day=date(2024, 4, 2))
    (one,) = receive(place, second, day=date(2024, 4, 3))
    assert [f.code for f in one.findings] == ["cross.same_as_unit"]
    returned = place.out / "tra-lai" / "2024-Q1"
    assert len(list(returned.iterdir())) == 1
    # The one copied from sends another return: nothing is copied any more, nothing to mend.
    newer = put(place, "lc2.xlsx", filled(place, unit="305", changes=OTHERS))
    receive(place, newer, day=date(2024, 4, 5))
    assert copied(place) == {}
    assert list(returned.iterdir()) == []
    # Its first one came before all, and counts again where the newer one is that of a day before.
    third = put(place, "tn.xlsx", filled(place, unit="311"))
    receive(place, third, day=date(2024, 4, 1))
    assert copied(place) == {"303": "tn.xlsx"}
    assert len(list(returned.iterdir())) == 1
    workflow.consolidate(place)


def forget(place: Folder) -> None:
    """The folder as it was before anything was received."""
    place.register.unlink(missing_ok=True)
    journal_path(place.out).unlink(missing_ok=True)


def test_of_one_day_the_documents_time_tells_the_copy(place: Folder) -> None:
    files = {u: filled(place, unit=u) for u in ("303", "305", "311")}
    paths = [put(place, f"{unit}.xlsx", data) for unit, data in files.items()]
    for many in (paths, paths[::-1]):
        forget(place)
        receive(place, *many)
        with Register(place.register, read_only=True) as register:
            newest = sorted(register.current(), key=age)
        first, *others = (s.unit for s in newest)
        assert copied(place) == dict.fromkeys(others, f"{first}.xlsx")


def test_check_tells_a_copy_of_what_is_on_record_and_of_what_it_is_given(place: Folder) -> None:
    first = put(place, "lc.xlsx", filled(place, unit="305"))
    receive(place, first, day=date(2024, 4, 2))
    second = put(place, "hb.xlsx", filled(place, unit="303"))
    for paths in ([second], [first, second], [second, first]):
        found = {c.result.file: [f.code for f in c.findings] for c in workflow.check(paths)}
        assert found["hb.xlsx"] == ["cross.same_as_unit"]
        assert found.get("lc.xlsx", []) == []
    forget(place)
    both = [c.result.file for c in workflow.check([first, second]) if c.findings]
    assert len(both) == 1
