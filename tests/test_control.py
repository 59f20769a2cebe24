"""What does not add up stops the run: exit code 2, the column named, nothing written.

The register is changed behind the program's back, as a bug on the way from the answers to
the totals would: the cells of the originals, the register and the summary no longer agree.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from conftest import tree
from returned import clean_return, opened, saved, sheet
from test_workflow import filled, programme_in, put, receive

from toolkit.cli import run
from toolkit.cli_work import code_of
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.intake import ledger
from toolkit.intake.child import _answer
from toolkit.intake.refused import IMBALANCE
from toolkit.programme.load import load
from toolkit.shell import CANNOT

HERE = "WHERE field = 'trong_ky' AND row = 'CT1'"
CHANGES = {
    "a figure is another": f"UPDATE answers SET value = '9' {HERE}",
    "a figure is gone": f"UPDATE answers SET state = 'missing', kind = NULL, value = NULL {HERE}",
    "a figure of another cell": f"UPDATE answers SET cell = 'F10' {HERE}",
    "a figure twice as large": "UPDATE answers SET value = '240' WHERE field = 'so_ho'",
}


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    made = programme_in(tmp_path)
    receive(made, put(made, "a.xlsx", filled(made)))
    return made


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_totals_that_differ_stop_the_summary(
    change: str, place: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(place.register) as register:
        assert register.execute(change).rowcount > 0
    register.close()
    before = tree(place.root / "bao-cao") if (place.root / "bao-cao").exists() else {}
    assert run(["-C", str(place.root), "consolidate", "-p", "2024-Q1"]) == CANNOT
    said = capsys.readouterr().err
    assert "Tổng kiểm soát không khớp" in said
    assert "Traceback" not in said
    after = tree(place.root / "bao-cao") if (place.root / "bao-cao").exists() else {}
    assert after == before
    assert not place.summary("2024-Q1").exists()


def test_totals_that_agree_are_written(place: Folder) -> None:
    assert run(["-C", str(place.root), "consolidate", "-p", "2024-Q1"]) != CANNOT
    assert place.summary("2024-Q1").exists()


def test_cells_that_do_not_add_up_cost_the_file_and_the_exitcode_of(
    place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that is counted and that nobody settled: the judgement is worth nothing."""
    book = opened(clean_return())
    sheet(book, "CT")["F11"].value = " "
    monkeypatch.setattr(ledger, "is_blank", lambda cell: cell is None)
    message, tired = _answer(saved(book), "a.xlsx", load(place.programme), _nothing, 1 << 40)
    assert IMBALANCE.encode() in message
    assert tired


def _nothing(unit: str, period: str) -> tuple[()]:
    del unit, period
    return ()


def test_the_exit_code_of_cells_that_do_not_add_up() -> None:
    faulty = Finding("answer.missing", Severity.ERROR, Address("b.xlsx"))
    lost = Finding(IMBALANCE, Severity.ERROR, Address("a.xlsx"))
    assert code_of([faulty]) == 1
    assert code_of([faulty, lost]) == CANNOT
