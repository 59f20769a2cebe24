"""The process beside: what it finds is what one process finds, whatever becomes of it."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import tree
from test_workflow import filled, programme_in, put, receive

from toolkit import workflow
from toolkit.cli import run
from toolkit.consolidate.consolidate import consolidate
from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.intake.control import ColumnTotal
from toolkit.programme.load import load
from toolkit.register.model import Submission
from toolkit.register.store import Register
from toolkit.workflow.audit import Audit, auditing
from toolkit.workflow.control import verified
from toolkit.workflow.judging import recorded_details
from toolkit.workflow.outputs import write_summary_of

QUARTER = "2024-Q1"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    """A folder with returns whose answers are too many for a sheet of ten rows."""
    made = programme_in(tmp_path)
    receive(made, put(made, "a.xlsx", filled(made)))
    monkeypatch.setattr("toolkit.report.summary.lists.MOST_ROWS", 10)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return made


def on_record(place: Folder) -> frozenset[Submission]:
    return frozenset(one.submission for one in recorded_details(place))


def audit_of(place: Folder) -> Audit | None:
    programme = load(place.programme)
    with auditing(place, programme, programme.period(QUARTER), "vi") as auditor:
        return auditor.result(on_record(place))


def aside(place: Folder) -> list[Path]:
    folder = place.reports(QUARTER)
    return [p for p in folder.iterdir() if p.name.startswith(".baocao-")] if folder.exists() else []


def test_two_processes_write_what_one_writes(
    place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["-C", str(place.root), "consolidate", "-p", QUARTER, "--again"]
    assert run(command) == 0
    two = tree(place.out / "bao-cao")
    assert f"{QUARTER}/chi-tiet.csv" in two
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    assert run(command) == 0
    assert tree(place.out / "bao-cao") == two


def test_the_sums_are_those_of_the_summary(place: Folder) -> None:
    audit = audit_of(place)
    assert audit is not None
    programme, details = load(place.programme), recorded_details(place)
    made = consolidate(programme, programme.period(QUARTER), details)
    assert verified(place, made, details, audit.sums) == verified(place, made, details)
    assert audit.sums.returns == on_record(place)
    assert audit.details is not None
    assert audit.details.count > 10
    assert aside(place) == []  # nobody gave the list a place


def test_sums_that_differ_stop_the_summary(place: Folder) -> None:
    audit = audit_of(place)
    assert audit is not None
    programme, details = load(place.programme), recorded_details(place)
    made = consolidate(programme, programme.period(QUARTER), details)
    column = next(iter(audit.sums.originals))
    for name in ("register", "originals"):
        wrong = {**getattr(audit.sums, name)}
        wrong[column] = wrong[column] + ColumnTotal(1, wrong[column].total + 1)
        with pytest.raises(ToolkitError, match=r"error\.control_totals"):
            verified(place, made, details, replace(audit.sums, **{name: wrong}))


@pytest.mark.parametrize("late", ["another", "judged otherwise"])
def test_what_was_found_of_other_returns_is_not_taken(place: Folder, late: str) -> None:
    """The process read the register after another command had recorded something: neither its
    sums nor its list are those of the returns in the totals."""
    programme, before = load(place.programme), recorded_details(place)
    period, target = programme.period(QUARTER), place.summary(QUARTER)
    made = consolidate(programme, period, before)
    write_summary_of(place, made, before, target, "vi")
    alone = tree(place.out / "bao-cao")
    if late == "another":
        receive(place, put(place, "b.xlsx", filled(place, unit="303")))
    else:
        workflow.send_back(place, "305", QUARTER, "thiếu chữ ký")
    with auditing(place, programme, period, "vi") as auditor:
        write_summary_of(place, made, before, target, "vi", None, auditor)
    assert tree(place.out / "bao-cao") == alone
    with auditing(place, programme, period, "vi") as auditor:
        found = auditor.result(frozenset(one.submission for one in before))
    assert found is None


def test_a_process_that_is_ended_costs_nothing(place: Folder) -> None:
    programme = load(place.programme)
    with auditing(place, programme, programme.period(QUARTER), "vi") as auditor:
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        assert auditor.result(on_record(place)) is None
    assert aside(place) == []


def test_without_a_process_one_does_everything(
    place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_to_be_had() -> None:
        raise OSError(11, "Resource temporarily unavailable")

    command = ["-C", str(place.root), "consolidate", "-p", QUARTER, "--again"]
    assert run(command) == 0
    two = tree(place.out / "bao-cao")
    monkeypatch.setattr("toolkit.intake.isolated.processes", none_to_be_had)
    assert audit_of(place) is None
    assert run(command) == 0
    assert tree(place.out / "bao-cao") == two


def test_a_damaged_original_is_told(place: Folder) -> None:
    with Register(place.register, read_only=True) as register:
        (one,) = register.current()
    path = place.out / one.stored
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ToolkitError) as told:
        audit_of(place)
    assert told.value.key == "register.error.archive_damaged"
    assert told.value.params["file"] == one.stored
    assert not place.reports(QUARTER).exists()
    assert run(["-C", str(place.root), "consolidate", "-p", QUARTER]) == 2


def test_it_ends_with_the_block(place: Folder) -> None:
    programme = load(place.programme)
    with (
        pytest.raises(KeyboardInterrupt),
        auditing(place, programme, programme.period(QUARTER), "vi"),
    ):
        raise KeyboardInterrupt
    assert multiprocessing.active_children() == []
    assert aside(place) == []
