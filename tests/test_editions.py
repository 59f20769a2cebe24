"""Closing, reopening, comparing and rebuilding: what is published stays provable."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from decided import add_waivers
from docx import Document
from test_workflow import OTHERS, filled, programme_in

from toolkit import workflow
from toolkit.cli import run
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.differences import ReturnAt, Side, Why, differences
from toolkit.consolidate.published import published
from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.intake.model import State
from toolkit.programme.load import load
from toolkit.register.closing import ClosingRegister
from toolkit.register.model import PublishedFigure
from toolkit.register.store import Register
from toolkit.workflow import Day

Say = Callable[..., tuple[int, str, str]]
WHY = "Báo cáo cấp trên"
Q1, H1 = "2024-Q1", "2024-H1"
CHANGED = {
    "Công tác dân vận năm 2024": "Chương trình đã đổi tên",
    "Chỉ tiêu và kết quả": "Biểu đồ đã đổi tên",
}
THIRDS = {where: f"{text}, huyện thứ ba" for where, text in OTHERS.items()}


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command line: exit code, standard output, standard error."""

    def command(*argv: object) -> tuple[int, str, str]:
        code = run([str(word) for word in argv])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture(scope="module")
def returns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Returns as they come in, by the name they come under."""
    place = programme_in(tmp_path_factory.mktemp("programme"))
    return {
        "303.xlsx": filled(place, unit="303"),
        "305.xlsx": filled(place, changes=OTHERS),
        "305 lai.xlsx": filled(place, changes={**OTHERS, ("CT", "F9"): 2, ("CT", "G9"): 5}),
        "311.xlsx": filled(place, unit="311", changes=THIRDS),
        "311 chep.xlsx": filled(place, unit="311"),
        "305 q2.xlsx": filled(place, "2024-Q2"),
    }


def take(place: Folder, returns: dict[str, bytes], name: str, day: date) -> workflow.Received:
    path = place.root / "den" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(returns[name])
    programme = workflow.load_programme(place)
    (one,) = workflow.receive(place, programme, [path], day=Day(day))
    return one


@pytest.fixture(scope="module")
def closed_once(tmp_path_factory: pytest.TempPathFactory, returns: dict[str, bytes]) -> Folder:
    """Two returns in, the first quarter closed; to be copied, never written to."""
    place = programme_in(tmp_path_factory.mktemp("closed"))
    take(place, returns, "303.xlsx", date(2024, 4, 5))
    take(place, returns, "305.xlsx", date(2024, 4, 6))
    workflow.close(place, Q1, WHY)
    return place


@pytest.fixture
def place(closed_once: Folder, tmp_path: Path) -> Folder:
    """A copy of that folder: whatever is in it holds when it is moved."""
    target = tmp_path / "dời đi"
    shutil.copytree(closed_once.root, target)
    return Folder(target, target)


def summary(place: Folder, period: str = Q1) -> bytes:
    workflow.consolidate(place, [period], again=True)
    return place.summary(period).read_bytes()


def edition(place: Folder, number: int = 1) -> Path:
    return place.root / "an-ban" / f"{Q1}-so-{number}"


# --- closing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("vi", ("Chưa chốt Quý I/2024: còn", "Quận Hồng Bàng (chưa gửi);", "--why LÝ_DO")),
        ("en", ("was not closed: ", "Quận Hồng Bàng (missing);", "--why REASON")),
    ],
)
def test_closing_says_what_is_lacking(
    say: Say, tmp_path: Path, returns: dict[str, bytes], lang: str, words: Sequence[str]
) -> None:
    place = programme_in(tmp_path)
    take(place, returns, "305.xlsx", date(2024, 4, 5))
    before = sorted(tmp_path.rglob("*"))
    code, out, err = say("-C", tmp_path, "close", Q1, "--lang", lang)
    assert (code, out) == (2, "")
    assert all(word in err for word in words), err
    assert "Quận Lê Chân" not in err  # its return is there
    kept = {p for p in tmp_path.rglob("*") if "luu-tru" not in p.parts}
    assert kept <= set(before)


def test_an_edition_holds_every_figure_and_its_files(place: Folder) -> None:
    programme = load(place.programme)
    with ClosingRegister(place.register, read_only=True) as register:
        (one,) = register.editions()
        figures = register.edition_figures(one.id)
        files = register.edition_files(one.id)
        held = register.edition_returns(one.id)
        details = register.details()
    assert (one.name, one.reason, one.fingerprint) == ("2024-Q1/1", WHY, programme.fingerprint)
    assert [unit for unit, _, _ in one.lacking] == ["HP", "311"]
    assert figures == published(consolidate(programme, programme.period(Q1), details))
    by_key = {f.key: f for f in figures}
    total = by_key["CT", "CT1", "luy_ke", "total", "", Q1, ""]
    unit = by_key["CT", "CT1", "luy_ke", "unit", "305", Q1, ""]
    assert (total.value, unit.value) == (Decimal(6), Decimal(3))
    assert [cell for _, _, cell in unit.cells] == ["G9"]
    assert by_key["CT", "CT1", "luy_ke", "total", "", Q1, "counted"].value == Decimal(2)
    assert {(r.file, r.counted) for r in held} == {("303.xlsx", True), ("305.xlsx", True)}
    names = ["an-ban.json", "chuong-trinh.xlsx", "con-so.csv", "tong-hop.xlsx"]
    assert [f.name for f in files] == names == sorted(p.name for p in edition(place).iterdir())
    paper = json.loads((edition(place) / "an-ban.json").read_text("utf-8"))
    assert paper["programme"]["sha256"] == one.programme
    rows = (edition(place) / "con-so.csv").read_text("utf-8-sig").splitlines()
    assert len(rows) >= len(figures) + 1


def test_a_closed_period_is_not_closed_again(say: Say, place: Folder) -> None:
    code, _, err = say("-C", place.root, "close", "quý 1", "--why", "x")
    assert code == 2
    assert err.startswith("Quý I/2024 đã chốt (ấn bản 2024-Q1/1).")


@pytest.mark.parametrize("broken", ["os.replace", "toolkit.register.files.flush_folder"])
def test_an_interruption_leaves_no_half_edition(
    tmp_path: Path, returns: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Before the folder is in its place, and after it but before the register is sure."""
    place = programme_in(tmp_path)
    take(place, returns, "305.xlsx", date(2024, 4, 5))

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    from toolkit.workflow import editions

    with monkeypatch.context() as patched:
        if broken == "os.replace":
            patched.setattr(editions.os, "replace", stop)
        else:
            original = editions.os.replace

            def moved(a: Path, b: Path) -> None:
                original(a, b)
                if b == edition(place):
                    raise KeyboardInterrupt

            patched.setattr(editions.os, "replace", moved)
        with pytest.raises(KeyboardInterrupt):
            workflow.close(place, Q1, WHY)
    with ClosingRegister(place.register, read_only=True) as register:
        assert register.editions() == ()
    assert not list(place.editions.glob(".*"))
    killed = place.editions / f".baocao-1-{edition(place).name}"
    killed.mkdir(parents=True)
    workflow.close(place, Q1, WHY)
    assert not killed.exists()
    assert workflow.rebuild(place, Q1).sound


def test_what_comes_in_while_closing_stops_it(place: Folder, returns: dict[str, bytes]) -> None:
    workflow.reopen_period(place, Q1, "sửa")
    with ClosingRegister(place.register, read_only=True) as register:
        (old,), seen = register.editions(), register.on_record()
    take(place, returns, "311.xlsx", date(2024, 4, 7))
    draft = replace(old, number=2)
    with (
        ClosingRegister(place.register) as register,
        pytest.raises(ToolkitError, match="moved_on"),
        register.closing(draft, seen, (), ()),
    ):
        pytest.fail("the block must not run")
    with ClosingRegister(place.register, read_only=True) as register:
        assert len(register.editions()) == 1


def test_a_register_of_the_version_before_opens(tmp_path: Path) -> None:
    from toolkit.register import schema

    path = tmp_path / "baocao.db"
    with closing(sqlite3.connect(path)) as old:
        for statements in schema.MIGRATIONS[:2]:
            for statement in statements:
                old.execute(statement)
        old.execute("PRAGMA user_version = 2")
        old.commit()
    with ClosingRegister(path) as register:
        assert register.editions() == ()
    assert (tmp_path / "baocao.db.v2").is_file()


# --- after closing --------------------------------------------------------------------------


def test_page_charts_and_report_of_a_closed_period_are_those_of_its_edition(
    place: Folder,
) -> None:
    """The programme of today has another name and another chart; the edition keeps its own."""
    workflow.pages(place, [Q1])
    before = place.page(Q1).read_text("utf-8")
    book = openpyxl.load_workbook(place.programme)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value in CHANGED:
                    cell.value = CHANGED[cell.value]
    book.save(place.programme)
    assert workflow.load_programme(place).name == "Chương trình đã đổi tên"
    workflow.pages(place, [Q1])
    assert place.page(Q1).read_text("utf-8") == before
    made = workflow.report(place, Q1)
    said = " ".join(p.text for p in Document(str(made.file)).paragraphs)
    assert "đã đổi tên" not in said
    assert made.findings[0].code == "official.to_write"
    workflow.reopen_period(place, Q1, "sửa tên")
    workflow.pages(place, [Q1])
    after = place.page(Q1).read_text("utf-8")
    assert "Chương trình đã đổi tên" in after
    assert "Biểu đồ đã đổi tên" in after


def test_later_returns_are_kept_and_do_not_count(
    say: Say, place: Folder, returns: dict[str, bytes]
) -> None:
    half, quarter = summary(place, H1), summary(place)
    assert quarter == (edition(place) / "tong-hop.xlsx").read_bytes()
    one = take(place, returns, "305 lai.xlsx", date(2024, 4, 20))
    assert str(one.receipt.effect) == "after_closing"
    assert [f.code for f in one.receipt.findings] == ["register.after_closing"]
    new = take(place, returns, "311.xlsx", date(2024, 4, 20))
    assert str(new.receipt.effect) == "after_closing"
    with ClosingRegister(place.register, read_only=True) as register:
        assert [s.file for s in register.current()] == ["303.xlsx", "305.xlsx"]
        assert [s.file for s in register.held_back()] == ["305 lai.xlsx", "311.xlsx"]
    assert summary(place) == quarter
    assert summary(place, H1) == half  # a longer period takes the quarter as it was published
    code, out, _ = say("-C", place.root, "receive", place.root / "den" / "311.xlsx")
    assert code == 0
    assert "trùng tệp đã nhận" in out
    assert "nhận sau khi chốt kỳ, chưa tính" in say("-C", place.root, "history", "305", Q1)[1]
    code, out, _ = say("-C", place.root, "status", "-p", Q1)
    assert "Đã chốt: ấn bản 2024-Q1/1" in out
    assert "Nhận sau khi chốt, chưa tính: Quận Lê Chân; Huyện Thủy Nguyên" in out
    code, out, _ = say("-C", place.root, "consolidate", "-p", Q1)
    assert "theo ấn bản 2024-Q1/1 đã chốt" in out


@pytest.mark.parametrize("command", ["accept", "return"])
def test_no_decision_about_a_closed_period(say: Say, place: Folder, command: str) -> None:
    code, _, err = say("-C", place.root, command, "305", Q1, "--why", "x")
    assert code == 2
    assert err.startswith("Kỳ 2024-Q1 đã chốt (ấn bản 2024-Q1/1).")


def test_reopening_lets_them_count(say: Say, place: Folder, returns: dict[str, bytes]) -> None:
    take(place, returns, "305 lai.xlsx", date(2024, 4, 20))
    code, out, err = say("-C", place.root, "reopen", "Quý I/2024", "--why", "Bổ sung")
    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == [
        "Đã mở lại Quý I/2024 (ấn bản 2024-Q1/1 vẫn được giữ nguyên).",
        "  Nay được tính: Quận Lê Chân, Quý I/2024: 305 lai.xlsx",
    ]
    assert say("-C", place.root, "reopen", Q1, "--why", "x")[2].startswith("Quý I/2024 chưa chốt")
    assert summary(place) != (edition(place) / "tong-hop.xlsx").read_bytes()
    second = workflow.close(place, Q1, WHY)
    assert second.edition.name == "2024-Q1/2"
    for number in (1, 2):
        done = workflow.rebuild(place, f"{Q1}/{number}")
        assert (done.sound, done.deviating) == (True, 0)
    code, out, _ = say("-C", place.root, "compare", f"{Q1}/1", f"{Q1}/2")
    assert code == 0
    assert "bản gửi lại (305 lai.xlsx, nhận 20/04/2024) thay bản 305.xlsx" in out
    assert "Quận Lê Chân: 3 → 5 (bản gửi lại; ô CT Kết quả thực hiện chỉ tiêu!G9)" in out


def test_a_longer_edition_keeps_the_shorter_one_closed(say: Say, place: Folder) -> None:
    workflow.close(place, H1, WHY)
    code, _, err = say("-C", place.root, "reopen", Q1, "--why", "x")
    assert code == 2
    assert "còn nằm trong ấn bản 2024-H1/1 đã chốt" in err
    workflow.reopen_period(place, H1, "x")
    workflow.reopen_period(place, Q1, "x")
    with ClosingRegister(place.register, read_only=True) as register:
        assert [e.reopened is None for e in register.editions()] == [False, False]


# --- comparing ------------------------------------------------------------------------------


def test_compare_with_today(say: Say, place: Folder, returns: dict[str, bytes]) -> None:
    code, out, err = say("-C", place.root, "compare", f"{Q1}/1")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "Không có con số nào thay đổi."
    take(place, returns, "305 lai.xlsx", date(2024, 4, 20))
    take(place, returns, "311.xlsx", date(2024, 4, 21))
    found = json.loads(say("-C", place.root, "compare", Q1, "now", "--json")[1])
    assert {(r["unit"], r["why"]) for r in found["returns"]} == {("305", "resent"), ("311", "new")}
    (total,) = [
        f
        for f in found["figures"]
        if (f["row"], f["field"], f["scope"], f["measure"]) == ("CT1", "luy_ke", "total", "")
    ]
    assert (total["before"]["value"], total["after"]["value"]) == ("6", "11")
    assert (total["why"], total["units"]) == (["units"], ["305", "311"])
    units = {
        f["whose"]: (f["why"], f["after"]["cells"][0]["cell"])
        for f in found["figures"]
        if (f["row"], f["field"], f["scope"], f["measure"]) == ("CT1", "luy_ke", "unit", "")
    }
    assert units == {"305": (["resent"], "G9"), "311": (["new"], "G9")}
    out = say("-C", place.root, "compare", Q1, "--lang", "en")[1]
    assert "Not counted until the period is reopened: Quận Lê Chân, Quý I/2024" in out
    assert "sent again" in out


def test_compare_after_the_programme_changed(say: Say, place: Folder) -> None:
    add_waivers(place, ("305", "answer.missing", None, "Theo thỏa thuận"))
    found = json.loads(say("-C", place.root, "compare", Q1, "--json")[1])
    assert (found["general"], found["figures"]) == (["waiver"], [])
    programme_in(place.root, without="CT-01")
    assert "Chương trình (chuong-trinh.xlsx) đã thay đổi" in say("-C", place.root, "compare", Q1)[1]
    assert workflow.rebuild(place, Q1).sound  # with the programme as it was


KEY = ("CT", "CT1", "luy_ke", "unit", "305", Q1, "")


def side(value: int, sha: str = "a", ruling: str = "", **more: str) -> Side:
    unit = PublishedFigure(*KEY, State.VALUE, Decimal(value))
    total = replace(unit, scope="total", whose="")
    seen = {("305", Q1): ReturnAt(sha, f"{sha}.xlsx", date(2024, 4, 5), ruling)} if sha else {}
    known = {"fingerprint": "f", "judged_with": "j", "version": "1", **more}
    return Side({f.key: f for f in (total, unit)}, seen, **known)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (side(1), side(2, "b"), Why.RESENT),
        (side(1, ""), side(2), Why.NEW),
        (side(1), side(2, ""), Why.GONE),
        (side(1), side(2, ruling="accept CT-01"), Why.DECISION),
        (side(1), side(2, fingerprint="g", judged_with="k"), Why.PROGRAMME),
        (side(1), side(2, judged_with="k"), Why.WAIVER),
        (side(1), side(2, version="2"), Why.SOFTWARE),
        (side(1), side(2), Why.UNKNOWN),
        # What is closest to the unit is said, the rest stands in the head.
        (side(1), side(2, "b", fingerprint="g"), Why.RESENT),
    ],
    ids=lambda one: str(one) if isinstance(one, Why) else "",
)
def test_each_reason_is_told(before: Side, after: Side, why: Why) -> None:
    total, unit = differences(before, after).figures
    assert (total.key[3], total.why, total.units) == ("total", (Why.UNITS,), ("305",))
    assert (unit.key, unit.why) == (KEY, (why,))
    assert differences(before, before).figures == ()


# --- rebuilding -----------------------------------------------------------------------------


def test_rebuild_is_the_same_to_the_byte(say: Say, place: Folder, tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in edition(place).iterdir()}
    code, out, err = say("-C", place.root, "rebuild", f"{Q1}/1", "--out", tmp_path / "ra")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "Ấn bản nguyên vẹn."
    assert {p.name: p.read_bytes() for p in (tmp_path / "ra").glob("[!.]*")} == before
    assert not list(place.editions.glob(".*"))


def test_rebuild_puts_back_what_is_gone_or_altered(say: Say, place: Folder) -> None:
    before = {p.name: p.read_bytes() for p in edition(place).iterdir()}
    (edition(place) / "tong-hop.xlsx").unlink()
    (edition(place) / "con-so.csv").write_text("sửa", "utf-8")
    assert summary(place) == before["tong-hop.xlsx"]  # consolidate makes it again
    code, out, _ = say("-C", place.root, "rebuild", Q1)
    assert code == 0
    assert out.count("nay đã khôi phục") == 2
    # Who altered the file still has what he made of it.
    kept = {"con-so (cũ).csv": "sửa".encode()}
    assert {p.name: p.read_bytes() for p in edition(place).iterdir()} == before | kept


def test_every_deviation_is_said(say: Say, place: Folder) -> None:
    with closing(sqlite3.connect(place.register)) as register:
        register.execute("UPDATE edition_files SET sha256 = 'x' WHERE name = 'tong-hop.xlsx'")
        register.execute(
            "UPDATE edition_figures SET value = '7' WHERE row = 'CT1' AND field = 'luy_ke' "
            "AND scope = 'total' AND measure = ''"
        )
        register.commit()
    code, out, _ = say("-C", place.root, "rebuild", Q1, "--lang", "en")
    assert code == 1
    assert "tong-hop.xlsx: DIFFERS from what was published; the kept file was altered" in out
    assert "1 DIFFER" in out
    for name in ("den", "nhan-ve"):
        shutil.rmtree(place.root / name, ignore_errors=True)
    with Register(place.register, read_only=True) as opened:
        stored = place.root / opened.current()[0].stored
    stored.chmod(0o644)
    stored.write_bytes(b"sua")
    code, _, err = say("-C", place.root, "rebuild", Q1)
    assert code == 2
    assert "không còn nguyên vẹn" in err


# --- what is typed wrongly ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["close"], "Thiếu KỲ."),
        (["close", "2024-Q9"], 'Không có kỳ "2024-Q9"'),
        (["close", "2024-Q3", "--why", "x"], 'Kỳ "2024-Q3" chưa có báo cáo'),
        (["reopen", "--why", "x"], "Thiếu [ĐƠN_VỊ] KỲ."),
        (["reopen", Q1], "Thiếu --why."),
        (["reopen", Q1, "--why", " "], "Chưa ghi lý do."),
        (["reopen", "305", Q1, "x", "--why", "y"], "Thừa: x."),
        (["reopen", "305", "2024-Q2", "--why", "x"], "Quận Lê Chân chưa có báo cáo"),
        (["reopen", "2024-Q2", "--why", "x"], "Quý II/2024 chưa chốt"),
        (["compare"], "Thiếu ẤN_BẢN."),
        (["compare", "2024-Q2"], 'Không có ấn bản "2024-Q2". Các ấn bản hiện có: 2024-Q1/1.'),
        (["compare", "2024-Q1/3"], 'Không có ấn bản "2024-Q1/3".'),
        (["compare", "xyz"], 'Không có ấn bản "xyz".'),
        (["rebuild", "2024"], 'Không có ấn bản "2024".'),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else "",
)
def test_wrong_words(say: Say, closed_once: Folder, argv: list[str], said: str) -> None:
    code, out, err = say("-C", closed_once.root, *argv)
    assert (code, out) == (2, "")
    assert err.startswith(said), err


def test_a_copy_stays_one_when_an_edition_is_made_again_and_reopened(
    place: Folder, returns: dict[str, bytes]
) -> None:
    copied = take(place, returns, "311 chep.xlsx", date(2024, 4, 8))  # of 303, after closing
    assert [f.code for f in copied.findings if f.code.startswith("cross")] == []
    workflow.reopen_period(place, Q1, WHY)
    with Register(place.register, read_only=True) as register:
        told = [s.unit for s in register.told("cross.same_as_unit") if s.current]
    assert told == ["311"]
    workflow.close(place, Q1, WHY)
    assert workflow.rebuild(place, f"{Q1}/2").sound
