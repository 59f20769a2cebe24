"""The officer's decisions and the waivers of the programme: what they change and what not."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from decided import (
    NOW,
    TWO,
    add_waivers,
    broken,
    missing,
    new_folder,
    put,
)
from programmes import SMALL_PROGRAMME, small_programme

from toolkit.cli import run
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.status import period_status
from toolkit.consolidate.waivers import waiver_lines
from toolkit.errors import ToolkitError
from toolkit.findings import Severity
from toolkit.folder import Folder
from toolkit.intake.catalogue import SEVERITIES
from toolkit.intake.waivers import excused, waiver_code
from toolkit.messages import LANGUAGES, catalogue, message
from toolkit.programme.fingerprint import judging_key
from toolkit.programme.load import load, load_book, load_with_findings
from toolkit.programme.model import Programme, Waiver
from toolkit.programme.read import read_folder
from toolkit.programme.shift import move_year
from toolkit.programme.waivers import waivable_codes
from toolkit.register import schema
from toolkit.register.model import Decision, Ruling
from toolkit.register.store import Register
from toolkit.workflow import accept, history, reopen, send_back, status
from toolkit.workflow.decisions import errors_by_code
from toolkit.workflow.named import period_named, unit_named


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_folder(tmp_path_factory.mktemp("built")).root


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Folder:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return Folder(tmp_path, tmp_path)


def shown(folder: Folder, unit: str = "305", period: str = "2024-Q1") -> str:
    with Register(folder.register, read_only=True) as register:
        table = period_status(
            small_programme(), small_programme().period(period), register.current()
        )
    return next(u.shown for u in table.units if u.unit.code == unit)


def key_of(call: object, *args: object, **settings: object) -> str:
    with pytest.raises(ToolkitError) as refused:
        call(*args, **settings)  # type: ignore[operator]
    for lang in LANGUAGES:
        assert refused.value.key in catalogue(lang)
    return refused.value.key


# --- accept, return, reopen -----------------------------------------------------------------

# what is wrong with the return, received, the decisions taken, the word for where it stands
STANDS = [
    ((), date(2024, 4, 5), "", "on_time"),
    ((), date(2024, 4, 12), "", "late"),
    ((broken(),), date(2024, 4, 5), "", "returned"),
    ((), date(2024, 4, 5), "accept", "accepted"),
    ((), date(2024, 4, 12), "accept", "accepted"),
    ((), date(2024, 4, 5), "return", "returned"),
    ((), date(2024, 4, 5), "return reopen", "on_time"),
    ((), date(2024, 4, 12), "accept reopen", "late"),
    ((), date(2024, 4, 5), "accept return", "returned"),
    ((), date(2024, 4, 5), "return accept", "accepted"),
    ((broken(),), date(2024, 4, 5), "waive:CT-01", "accepted"),
    ((broken(),), date(2024, 4, 5), "waive:CT-01 reopen", "returned"),
    ((broken(),), date(2024, 4, 5), "return", "returned"),
    ((broken(severity=Severity.WARNING),), date(2024, 4, 5), "accept", "accepted"),
]


def take(folder: Folder, steps: str) -> None:
    for number, step in enumerate(steps.split()):
        name, _, codes = step.partition(":")
        now = NOW + timedelta(minutes=number)
        if name in ("accept", "waive"):
            accept(folder, "305", "2024-Q1", "đã xem", [codes] if codes else [], now=now)
        else:
            call = {"return": send_back, "reopen": reopen}[name]
            call(folder, "305", "2024-Q1", "đã xem", now=now)


@pytest.mark.parametrize(("findings", "received", "steps", "expected"), STANDS)
def test_where_a_return_stands(
    folder: Folder, findings: tuple[object, ...], received: date, steps: str, expected: str
) -> None:
    put(folder, *findings, received=received, answers=TWO)  # type: ignore[arg-type]
    take(folder, steps)
    assert shown(folder) == expected
    (period,) = status(folder, "2024-Q1").periods
    assert period.accepted == (expected == "accepted")
    assert period.returned == (expected == "returned")
    assert period.received == period.on_time + period.late == 1


def test_a_decision_is_recorded_with_time_reason_and_hash(folder: Folder) -> None:
    judgement = put(folder, broken(), missing(), missing("G11"))
    done = accept(folder, "305", "2024-Q1", " Cấp ủy\n đồng ý ", ["answer.missing; ct-01"], now=NOW)
    expected = Decision(
        "305",
        "2024-Q1",
        judgement.sha256,
        Ruling.ACCEPT,
        NOW,
        "Cấp ủy đồng ý",
        ("answer.missing", "CT-01"),
    )
    assert done.decision == expected
    assert (done.state, done.before) == ("accepted", None)
    with Register(folder.register, read_only=True) as register:
        assert register.decisions("305", "2024-Q1") == (expected,)
        (current,) = register.current()
        assert (current.decision, current.errors, current.accepted) == (expected, 3, True)


REFUSED = [
    (accept, {}, "decision.not_waived"),
    (accept, {"waive": ["CT-01"]}, "decision.not_waived"),
    (accept, {"waive": ["answer.missing"]}, "decision.not_waived"),
    (accept, {"waive": ["CT-01", "answer.missing", "CT-09"]}, "decision.waive_unknown"),
    (accept, {"waive": ["CT-02"]}, "decision.waive_unknown"),
    (accept, {"waive": ["rule.broken", "answer.missing"]}, "decision.waive_unknown"),
    (accept, {"why": " \n"}, "decision.no_reason"),
    (send_back, {"why": ""}, "decision.no_reason"),
    (reopen, {}, "decision.nothing_to_reopen"),
    (accept, {"unit": "303"}, "decision.no_return"),
    (reopen, {"unit": "303"}, "decision.no_return"),
    (send_back, {"period": "2024-Q2"}, "decision.no_return"),
    (accept, {"period": "2024"}, "error.not_collected"),
    (accept, {"period": "quý V"}, "error.unknown_period"),
    (accept, {"unit": "Lê Chan"}, "error.unit_close"),
    (accept, {"unit": "Đồ Sơn"}, "error.unit_unknown"),
]


@pytest.mark.parametrize(("call", "given", "key"), REFUSED)
def test_what_is_refused_leaves_no_trace(
    folder: Folder, call: object, given: dict[str, object], key: str
) -> None:
    put(folder, broken(), missing(), broken(rule="CT-02", severity=Severity.WARNING))
    settings = {"unit": "305", "period": "2024-Q1", "why": "đã xem"} | given
    assert key_of(call, folder, **settings) == key
    with Register(folder.register, read_only=True) as register:
        assert register.decisions("305", "2024-Q1") == ()
    assert shown(folder) == "returned"


@pytest.mark.parametrize(
    ("first", "second", "key"),
    [
        ("accept", accept, "decision.already_accept"),
        ("return", send_back, "decision.already_return"),
        ("accept reopen", reopen, "decision.nothing_to_reopen"),
    ],
)
def test_a_decision_is_not_taken_twice(
    folder: Folder, first: str, second: object, key: str
) -> None:
    put(folder)
    take(folder, first)
    assert key_of(second, folder, "305", "2024-Q1", "lại") == key


def test_a_newer_return_supersedes_the_decision(folder: Folder) -> None:
    put(folder)
    take(folder, "accept")
    put(folder, file="b.xlsx", received=date(2024, 4, 8))
    assert shown(folder) == "on_time"
    take(folder, "return")
    put(folder, file="c.xlsx", received=date(2024, 4, 9))
    assert shown(folder) == "on_time"
    versions = history(folder, "305", "2024-Q1").versions
    assert [[d.ruling.value for d in v.decisions] for v in versions] == [["accept"], ["return"], []]


def test_an_older_return_that_comes_in_later_changes_nothing(folder: Folder) -> None:
    put(folder, received=date(2024, 4, 8))
    take(folder, "accept")
    put(folder, broken(), file="old.xlsx", received=date(2024, 4, 2))
    assert shown(folder) == "accepted"


def test_errors_found_after_the_acceptance_are_not_covered_by_it(folder: Folder) -> None:
    judgement = put(folder, broken())
    take(folder, "waive:CT-01")
    again = replace(judgement, findings=(broken(), missing()))
    with Register(folder.register) as register:
        register.rejudge(judgement.sha256, again, judging_key(small_programme()))
        (current,) = register.current()
    assert (current.accepted, current.unwaived) == (False, 1)
    assert shown(folder) == "returned"
    accept(folder, "305", "2024-Q1", "cũng được", ["CT-01", "answer.missing"])
    assert shown(folder) == "accepted"


def test_a_return_that_moves_to_another_unit_takes_no_decision_along(folder: Folder) -> None:
    judgement = put(folder)
    take(folder, "accept")
    moved = replace(judgement, unit="303")
    with Register(folder.register) as register:
        after = register.rejudge(judgement.sha256, moved, judging_key(small_programme()))
    assert after.decision is None
    assert (shown(folder, "303"), shown(folder, "305")) == ("on_time", "missing")


def test_a_decision_is_about_what_the_officer_saw(folder: Folder) -> None:
    judgement = put(folder)
    put(folder, file="b.xlsx", received=date(2024, 4, 8))
    decision = Decision("305", "2024-Q1", judgement.sha256, Ruling.ACCEPT, NOW, "x")
    with Register(folder.register) as register:
        assert key_of(register.decide, decision) == "register.error.overtaken"
        assert register.decisions("305", "2024-Q1") == ()


# --- names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["305", "Quận Lê Chân", "Q. Lê Chân", "lê chân", " LÊ  CHÂN ", "Quận ủy Lê Chân", "le chan"],
)
def test_a_unit_goes_by_each_of_its_names(name: str) -> None:
    assert unit_named(small_programme(), name).code == "305"


@pytest.mark.parametrize("name", ["2024-Q1", "2024-q1", "quý 1/2024", "Quý I", "q1", "quí 1"])
def test_a_period_goes_by_code_and_label(name: str) -> None:
    assert period_named(small_programme(), name).code == "2024-Q1"


def test_what_may_be_several_is_not_guessed() -> None:
    programme = small_programme()
    twin = replace(programme.unit("303"), code="999", name="Huyện Lê Chân", short="x", aliases=())
    two = replace(programme, units=(*programme.units, twin))
    assert key_of(unit_named, replace_short(two), "Lê Chân") == "error.unit_ambiguous"
    next_year = replace(programme.period("2024-Q1"), code="2025-Q1", name="Quý I/2025")
    moved = replace(next_year, start=date(2025, 1, 1), end=date(2025, 3, 31), due=date(2025, 4, 10))
    forms = tuple(replace(f, periods=(*f.periods, "2025-Q1")) for f in programme.forms)
    years = replace(programme, periods=(*programme.periods, moved), forms=forms)
    assert key_of(period_named, years, "quý 1") == "error.period_ambiguous"


def replace_short(programme: Programme) -> Programme:
    """So that nothing but the name without its kind is left to go by."""
    units = tuple(
        replace(u, short=u.name, aliases=()) if u.code in ("305", "999") else u
        for u in programme.units
    )
    return replace(programme, units=units)


# --- the register: migration and sudden death -------------------------------------------------


def as_version_one(path: Path) -> None:
    """Make a register as the first version of the toolkit left it, with its own tables."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in schema.MIGRATIONS[0]:
            connection.execute(statement)
        connection.execute("PRAGMA user_version = 1")
        connection.execute("INSERT INTO originals VALUES ('ab', 'luu-tru/ab/ab.xlsx', 9)")
        connection.execute(
            "INSERT INTO submissions VALUES (1, 'ab', 'a.xlsx', 'DV-2024', 'f', 'p', '305', "
            "'2024-Q1', '2024-04-05', NULL, 'findings', 1, 0, 1)"
        )
        connection.execute(
            "INSERT INTO findings VALUES (1, 1, NULL, 0, 'rule.broken', 'error', NULL, 'CT', "
            "'G9', '', '{\"rule\": \"CT-01\"}')"
        )


def test_an_old_register_opens_and_its_copy_stays_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "baocao.db"
    as_version_one(path)
    before = path.read_bytes()
    with Register(path, read_only=True) as reader:
        (submission,) = reader.current()
        assert (submission.file, submission.decision) == ("a.xlsx", None)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["baocao.db"]
    decision = Decision("305", "2024-Q1", "ab", Ruling.ACCEPT, NOW, "x", ("CT-01",))
    with Register(path) as register:
        assert register.decide(decision).accepted
    copy = tmp_path / "baocao.db.v1"
    made = sorted(p.name for p in tmp_path.iterdir() if not p.name.startswith("."))
    assert made == ["baocao.db", "baocao.db.v1"]
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("PRAGMA user_version").fetchone() == (1,)
        assert kept.execute("SELECT file FROM submissions").fetchall() == [("a.xlsx",)]
        tables = {name for (name,) in kept.execute("SELECT name FROM sqlite_master")}
    assert "decisions" not in tables
    with Register(path) as again:
        assert again.decisions("305", "2024-Q1") == (decision,)


def test_without_room_for_the_copy_the_register_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "baocao.db"
    as_version_one(path)
    (tmp_path / "baocao.db.v1").mkdir()  # the copy cannot take this place
    assert key_of(Register, path) == "register.error.backup"
    with closing(sqlite3.connect(path)) as kept:
        assert kept.execute("PRAGMA user_version").fetchone() == (1,)
    (tmp_path / "baocao.db.v1").rmdir()
    with Register(path) as register:
        assert register.decisions("305", "2024-Q1") == ()


def test_a_new_register_needs_no_copy(tmp_path: Path) -> None:
    Register(tmp_path / "baocao.db").close()
    assert [p.name for p in tmp_path.iterdir()] == ["baocao.db"]


KILLED = """
import os, sys
from datetime import datetime, UTC
from pathlib import Path
from toolkit.register.model import Decision, Ruling
from toolkit.register.store import Register

at, sha = sys.argv[1:]
register = Register(Path("baocao.db"))
plain = register._execute
def execute(sql, *params):
    done = None if sql.startswith(at) and at == "COMMIT" else plain(sql, *params)
    if sql.startswith(at):
        os._exit(9)
    return done
register._execute = execute
now = datetime(2024, 4, 12, tzinfo=UTC)
register.decide(Decision("305", "2024-Q1", sha, Ruling.RETURN, now, "x"))
"""


@pytest.mark.parametrize("at", ["BEGIN", "INSERT INTO decisions", "COMMIT"])
def test_a_command_killed_midway_decides_nothing(folder: Folder, at: str) -> None:
    judgement = put(folder)
    arguments = [sys.executable, "-c", KILLED, at, judgement.sha256]
    root = Path(__file__).resolve().parents[1]
    killed = subprocess.run(arguments, cwd=folder.root, env={"PYTHONPATH": str(root)}, check=False)
    assert killed.returncode == 9
    with Register(folder.register) as register:
        assert register.decisions("305", "2024-Q1") == ()
    assert shown(folder) == "on_time"
    take(folder, "accept")
    assert shown(folder) == "accepted"


# --- the sheet Miễn trừ -----------------------------------------------------------------------


def faults(folder: Folder) -> list[tuple[str, str, str]]:
    _, findings = load_with_findings(folder.programme)
    return [(f.code, f.address.cell, f.severity.value) for f in findings]


def test_waivers_are_read(folder: Folder) -> None:
    add_waivers(
        folder,
        ("305", "CT-01", None, "Mới  thành lập"),
        ("Quận Hồng Bàng", "ANSWER.missing", "2024-Q1; 2024-Q2", "Bão"),
        ("thuỷ nguyên", "ct-02", "quý", "Khác"),
    )
    quarters = tuple(f"2024-Q{n}" for n in range(1, 5))
    assert load(folder.programme).waivers == (
        Waiver("305", "CT-01", "Mới thành lập"),
        Waiver("303", "answer.missing", "Bão", ("2024-Q1", "2024-Q2")),
        Waiver("311", "CT-02", "Khác", quarters),
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((None, "CT-01", None, "x"), ("programme.value.missing", "A2", "error")),
        (("305", None, None, "x"), ("programme.value.missing", "B2", "error")),
        (("305", "CT-01", None, None), ("programme.value.missing", "D2", "error")),
        (("999", "CT-01", None, "x"), ("programme.reference.unit", "A2", "error")),
        (("305", "CT-99", None, "x"), ("programme.reference.waived", "B2", "error")),
        (("305", "rule.broken", None, "x"), ("programme.reference.waived", "B2", "error")),
        (("305", "rule.failed", None, "x"), ("programme.reference.waived", "B2", "error")),
        (("305", "computed.failed", None, "x"), ("programme.reference.waived", "B2", "error")),
        (("305", "identify.no_unit", None, "x"), ("programme.reference.waived", "B2", "error")),
        (("305", "CT-01", "2030-Q1", "x"), ("programme.reference.period", "C2", "error")),
    ],
)
def test_a_faulty_waiver_is_a_fault_of_the_programme(
    folder: Folder, row: tuple[str | None, ...], expected: tuple[str, str, str]
) -> None:
    add_waivers(folder, row)
    assert faults(folder) == [expected]


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (("305", "CT-01", "2024-Q1", "y"), [("programme.waiver.twice", "B3", "warning")]),
        (("305", "CT-01", None, "y"), [("programme.waiver.twice", "B3", "warning")]),
        (("305", "CT-01", "2024-Q2", "y"), []),
        (("303", "CT-01", "2024-Q1", "y"), []),
        (("305", "CT-02", "2024-Q1", "y"), []),
    ],
)
def test_a_waiver_given_twice_is_said(
    folder: Folder, second: tuple[str | None, ...], said: list[tuple[str, str, str]]
) -> None:
    add_waivers(folder, ("305", "CT-01", "2024-Q1", "x"), second)
    assert faults(folder) == said


def test_every_kind_of_finding_on_a_return_can_be_waived() -> None:
    never = ("identify.", "rule.", "template.")
    said = {c for c in SEVERITIES if not c.startswith(never)} - {"computed.failed"}
    assert said <= set(waivable_codes())
    assert not [c for c in waivable_codes() if c.startswith(never)]


def waived(*waivers: Waiver) -> Programme:
    return replace(small_programme(), waivers=waivers)


@pytest.mark.parametrize(
    ("waiver", "finding", "expected"),
    [
        (Waiver("305", "CT-01", "x"), broken(), "note"),
        (Waiver("305", "CT-01", "x", ("2024-Q1",)), broken(), "note"),
        (Waiver("305", "CT-01", "x", ("2024-Q2",)), broken(), "error"),
        (Waiver("303", "CT-01", "x"), broken(), "error"),
        (Waiver("305", "CT-02", "x"), broken(), "error"),
        (Waiver("305", "answer.missing", "x"), missing(), "note"),
        (Waiver("305", "answer.missing", "x"), broken(), "error"),
        (Waiver("305", "CT-01", "x"), broken(severity=Severity.WARNING), "note"),
        (Waiver("305", "CT-01", "x"), replace(broken(), code="rule.failed"), "error"),
    ],
)
def test_a_waived_finding_is_a_note(waiver: Waiver, finding: object, expected: str) -> None:
    (found,) = excused(waived(waiver), "305", "2024-Q1", [finding])  # type: ignore[list-item]
    assert found.severity.value == expected
    assert (found.code, found.address) == (finding.code, finding.address)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("lang", "words"), [("vi", "Được miễn trừ: Bão"), ("en", "Excused: Bão")])
def test_a_waived_finding_says_what_it_said_and_why_it_is_waived(lang: str, words: str) -> None:
    (found,) = excused(
        waived(Waiver("305", "answer.missing", "Bão")), "305", "2024-Q1", [missing()]
    )
    assert message(found, lang).startswith(message(missing(), lang))
    assert words in message(found, lang)
    assert waiver_code(found) == "answer.missing"


def test_waivers_change_what_is_judged_but_not_the_template() -> None:
    plain, excusing = small_programme(), waived(Waiver("305", "CT-01", "x"))
    book = read_folder(SMALL_PROGRAMME)
    assert judging_key(plain) == plain.fingerprint
    assert judging_key(excusing) != judging_key(plain)
    assert judging_key(excusing) != judging_key(waived(Waiver("305", "CT-02", "x")))
    loaded, _ = load_book(book)
    assert loaded is not None
    assert loaded.fingerprint == plain.fingerprint


def test_the_periods_of_a_waiver_move_with_the_year(folder: Folder) -> None:
    add_waivers(folder, ("305", "CT-01", "2024-Q1", "x"))
    from toolkit.programme.read import read_workbook

    moved, findings = load_book(move_year(read_workbook(folder.programme), 2026))
    assert [f.code for f in findings if f.severity is Severity.ERROR] == []
    assert moved is not None
    assert moved.waivers[0].periods == ("2026-Q1",)


# --- what the summary prints ------------------------------------------------------------------


def test_the_lines_of_the_summary(folder: Folder) -> None:
    first = Waiver("303", "answer.missing", "Bão", ("2024-Q1", "2024-Q2"))
    programme = waived(first, Waiver("311", "CT-01", "Khác", ("2024-Q3",)))
    note = excused(programme, "303", "2024-Q1", [missing(), missing("G11"), broken()])
    put(folder, broken(), broken("G10"), missing())
    take(folder, "waive:CT-01,answer.missing")
    put(folder, *note, unit="303", programme=programme)
    with Register(folder.register, read_only=True) as register:
        details = register.details()
    lines = waiver_lines(consolidate(programme, programme.period("2024-H1"), details))
    assert [
        (w.unit.code, w.code, [p.code for p in w.periods], w.reason, bool(w.decided), w.places)
        for w in lines
    ] == [
        ("303", "answer.missing", ["2024-Q1", "2024-Q2"], "Bão", False, 2),
        ("305", "CT-01", ["2024-Q1"], "đã xem", True, 2),
        ("305", "answer.missing", ["2024-Q1"], "đã xem", True, 1),
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sheet_of_the_summary(folder: Folder, tmp_path: Path, lang: str) -> None:
    from xlsxwriter import Workbook

    from toolkit.messages import text
    from toolkit.report.summary.formats import Formats
    from toolkit.report.summary.pen import Pen
    from toolkit.report.summary.waivers import draw_waivers, has_waivers

    programme = waived(Waiver("303", "answer.missing", "=1+1"))
    put(folder, broken())
    take(folder, "waive:CT-01")
    with Register(folder.register, read_only=True) as register:
        whole = consolidate(programme, programme.period("2024-Q1"), register.details())
    assert has_waivers(whole)
    assert not has_waivers(consolidate(small_programme(), programme.period("2024-Q2"), ()))
    target = tmp_path / "w.xlsx"
    with Workbook(str(target), {"strings_to_formulas": False}) as book:
        formats = Formats(book, text("report.state.nil", lang))
        pen = Pen(programme, lang, frozenset(), formats)
        draw_waivers(book.add_worksheet("w"), whole, pen)
    sheet = openpyxl.load_workbook(target)["w"]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=5)]
    assert [row[1:5] + row[6:] for row in rows] == [
        ["Quận Hồng Bàng", "answer.missing", "Quý I/2024", "=1+1", 0],
        ["Quận Lê Chân", "CT-01", "Quý I/2024", "đã xem", 1],
    ]
    assert sheet["E5"].data_type == "s"


# --- at the command line ----------------------------------------------------------------------


@pytest.fixture
def say(folder: Folder, capsys: pytest.CaptureFixture[str]) -> object:
    def ran(*words: str) -> tuple[int, str, str]:
        code = run([*words, "-C", str(folder.root)])
        out, err = capsys.readouterr()
        return code, out, err

    return ran


def test_the_way_at_the_command_line(folder: Folder, say) -> None:  # type: ignore[no-untyped-def]
    put(folder, broken(), missing(), file="Lê Chân.xlsx", received=date(2024, 4, 12))
    code, out, err = say("accept", "q. lê chân", "quý 1/2024", "--why", "đã xem")
    assert (code, out) == (2, "")
    assert "CT-01 (1), answer.missing (1)" in err
    assert '--waive "CT-01" --waive "answer.missing"' in err
    words = ("--waive", "ct-01", "--waive", "answer.missing", "--why", "Cấp ủy đồng ý")
    code, out, err = say("accept", "305", "2024-Q1", *words)
    assert (code, err) == (0, "")
    assert "Đã tiếp nhận báo cáo Quý I/2024 của Quận Lê Chân: Lê Chân.xlsx." in out
    assert "Miễn: CT-01, answer.missing" in out
    code, out, _ = say("status", "-p", "2024-Q1")
    assert (code, "đã tiếp nhận 1" in out) == (0, True)
    assert "305  Quận Lê Chân  đã tiếp nhận, nhận 12/04/2024, chậm 2 ngày" in out
    shape = json.loads(say("status", "-p", "2024-Q1", "--json")[1])
    assert shape["accepted"] == 1
    assert [u["state"] for u in shape["units"]] == ["missing", "missing", "accepted", "missing"]
    code, out, _ = say("reopen", "305", "2024-Q1", "--why", "nhầm")
    assert (code, "phải sửa, gửi lại" in out) == (0, True)
    code, out, _ = say("return", "305", "2024-Q1", "--why", "thiếu chữ ký", "--lang", "en")
    assert (code, "is sent back: Lê Chân.xlsx." in out) == (0, True)


@pytest.mark.parametrize(
    "words",
    [
        ("accept", "305", "2024-Q1"),
        ("return", "305"),
        ("reopen", "--why", "x"),
        ("accept", "305", "2024-Q1", "--why"),
    ],
)
def test_a_reason_is_required(folder: Folder, say, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    put(folder)
    code, out, err = say(*words)
    assert (code, out) == (2, "")
    assert "--help" in err
    assert shown(folder) == "on_time"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["accept", "return", "reopen", "history", "remind", "rehearse"])
def test_every_command_has_help(say, name: str, lang: str) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = say(name, "--help", "--lang", lang)
    assert code == 0
    assert "option." not in out
    assert "metavar." not in out


def test_the_status_workbook_shows_accepted(folder: Folder, say, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    put(folder, received=date(2024, 4, 12))
    take(folder, "accept")
    assert say("status", "-p", "2024-Q1", "--xlsx", str(tmp_path / "s.xlsx"))[0] == 0
    book = openpyxl.load_workbook(tmp_path / "s.xlsx", data_only=True)
    cells = [c.value for row in book.worksheets[0].iter_rows() for c in row]
    assert "Đã tiếp nhận, 12/04/2024, chậm 2 ngày" in cells
    states = [row[4] for row in book.worksheets[1].iter_rows(min_row=2, values_only=True)]
    assert states == ["Chưa gửi", "Chưa gửi", "Đã tiếp nhận", "Chưa gửi"]


def test_errors_are_counted_by_what_waives_them() -> None:
    findings = (missing(), broken(), broken("G10"), broken(severity=Severity.WARNING))
    assert dict(errors_by_code(findings)) == {"answer.missing": 1, "CT-01": 2}
