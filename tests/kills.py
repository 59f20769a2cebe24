"""Kills commands at random instants and looks at what they leave behind.

Run as a program, so that it can fork from one process that has everything loaded:

    python tests/kills.py FOLDER SCRATCH SEED COUNT

FOLDER holds a programme and returns in ``nhan-ve/``. Each kill is a SIGKILL to a process that
runs one command: at the very call of an operation on the disk or the register, a moment after
it, or at any time. Prints one JSON object: how many kills, where, and what was wrong.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing import forkserver
from pathlib import Path

from toolkit import workflow
from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.programme.recognise import is_programme
from toolkit.register.files import aside_owner
from toolkit.register.health import health
from toolkit.register.journal import read_journal
from toolkit.workflow.doctor import doctor
from toolkit.workflow.doctor_outputs import broken_outputs, leftovers, remove_leftovers

PERIOD = "2024-Q1"
NOON = datetime(2024, 5, 2, 12, 0, tzinfo=UTC)
Act = Callable[[Folder], object]


def forget_children() -> None:
    """A forked process must not wait for the children of its parent: it makes its own."""
    forkserver._forkserver._forkserver_pid = None
    forkserver._forkserver._forkserver_alive_fd = None
    forkserver._forkserver._forkserver_address = None


def receive(place: Folder) -> object:
    return workflow.receive(place, workflow.load_programme(place))


def consolidate(place: Folder) -> object:
    return workflow.consolidate(place, [PERIOD])


def close(place: Folder) -> object:
    return workflow.close(place, PERIOD, "đến hạn", now=NOON)


COMMANDS: dict[str, Act] = {"receive": receive, "consolidate": consolidate, "close": close}


# --- where to kill --------------------------------------------------------------------------


def count_operations(root: Path, tick: Callable[[], None]) -> None:
    """Call ``tick`` before each operation on a file below ``root`` and each SQL statement."""
    top = os.fspath(root)

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event in ("open", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.rmdir"):
            with contextlib.suppress(TypeError):
                if os.fsdecode(args[0]).startswith(top):  # type: ignore[arg-type]
                    tick()

    fsync = os.fsync

    def flushed(handle: int) -> None:
        tick()
        fsync(handle)

    connect = sqlite3.connect

    def connected(*args: object, **options: object) -> sqlite3.Connection:
        connection = connect(*args, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(lambda _: tick())
        return connection  # type: ignore[no-any-return]

    os.fsync = flushed  # type: ignore[assignment]
    sqlite3.connect = connected  # type: ignore[assignment]
    sys.addaudithook(hook)


@dataclass
class Runner:
    """Runs commands in forked processes."""

    scratch: Path

    def whole(self, act: Act, place: Folder, count: bool = False) -> tuple[int, float]:
        """Run to the end; the operations counted and the seconds taken. Raises on failure."""
        out = self.scratch / "ticks"
        start = time.monotonic()
        pid = os.fork()
        if pid == 0:
            self._child(act, place, 0, out if count else None)
        _, status = os.waitpid(pid, 0)
        if status != 0:
            raise AssertionError(f"{act.__name__} ended with {status}")
        return int(out.read_text()) if count else 0, time.monotonic() - start

    def killed(self, act: Act, place: Folder, at: int, delay: float) -> bool:
        """Kill at the ``at``-th operation (0: at none), ``delay`` seconds after it."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            self._child(act, place, at, None, writing if delay else None)
        os.close(writing)
        if delay:
            if at:
                os.read(reading, 1)  # returns at the operation, or when the command has ended
            time.sleep(delay)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        os.close(reading)
        _, status = os.waitpid(pid, 0)
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL

    def _child(
        self, act: Act, place: Folder, at: int, out: Path | None, pipe: int | None = None
    ) -> None:
        seen = 0

        def tick() -> None:
            nonlocal seen
            seen += 1
            if seen == at:
                if pipe is None:
                    os.kill(os.getpid(), signal.SIGKILL)
                else:
                    os.write(pipe, b".")

        try:
            forget_children()
            if at or out:
                count_operations(place.root, tick)
            act(place)
            if out:
                out.write_text(str(seen))
        except BaseException:
            traceback.print_exc()
            os._exit(3)
        os._exit(0)


# --- what is left ---------------------------------------------------------------------------

# Every table without the numbers that depend on how often a command was begun.
CONTENT = {
    "originals": "SELECT * FROM originals",
    "submissions": "SELECT sha256, file, programme, fingerprint, judged_with, unit, period, "
    "received, modified, outcome, errors, warnings, current FROM submissions",
    "answers": "SELECT s.sha256, a.form, a.row, a.field, a.seq, a.state, a.kind, a.value, a.raw, "
    "a.sheet, a.cell FROM answers a JOIN submissions s ON s.id = a.submission",
    "ledgers": "SELECT s.sha256, l.seq, l.sheet, nonempty, used, ignored, rejected "
    "FROM ledgers l JOIN submissions s ON s.id = l.submission",
    "findings": "SELECT s.sha256, f.seq, f.code, f.severity, f.file, f.sheet, f.cell, f.found, "
    "f.params FROM findings f JOIN submissions s ON s.id = f.submission",
    # A file without bytes leaves a receipt each time it is given; the same bytes a duplicate.
    "receipts": "SELECT DISTINCT sha256, file, received, effect, supersedes FROM receipts "
    "WHERE effect <> 'duplicate'",
    "decisions": "SELECT * FROM decisions",
    "editions": "SELECT * FROM editions",
    "edition_periods": "SELECT * FROM edition_periods",
    "edition_returns": "SELECT * FROM edition_returns",
    "edition_figures": "SELECT * FROM edition_figures",
    "edition_files": "SELECT * FROM edition_files",
    "reopenings": "SELECT * FROM reopenings",
}


def content(register: Path) -> dict[str, list[str]]:
    """Everything a register says, table by table."""
    with contextlib.closing(sqlite3.connect(register)) as connection:
        return {name: sorted(map(repr, connection.execute(sql))) for name, sql in CONTENT.items()}


def made(place: Folder) -> dict[str, str]:
    """Every file made, with its hash."""
    found = {}
    for name in ("bao-cao", "an-ban", "tra-lai"):
        for path in (place.out / name).rglob("*"):
            if path.is_file() and not any(map(aside_owner, path.parts)):
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                found[path.relative_to(place.out).as_posix()] = digest
    return found


def check_left(place: Folder, before: dict[str, str], after: dict[str, str]) -> None:
    """What a killed command may leave: nothing half, nothing lost."""
    state = health(place.register)
    assert state.state in ("sound", "absent"), state
    journal = {a.sha256 for a in read_journal(place.out).arrivals()}
    with sqlite3.connect(place.register) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
        rows = connection.execute("SELECT sha256 FROM originals") if tables else ()
        known = {row[0] for row in rows}
    connection.close()
    for path in (place.out / "luu-tru").glob("*/*"):
        if aside_owner(path.name):
            continue
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert path.stem == digest, f"half an original: {path.name}"
        assert digest in known | journal or is_programme(path), f"nobody knows {path.name}"
    assert broken_outputs(place) == []
    for name, digest in made(place).items():
        assert digest in (before.get(name), after.get(name)), f"neither old nor new: {name}"


# --- the runs -------------------------------------------------------------------------------


@dataclass
class Case:
    """A command, the folder it starts from, and what it leaves when nothing disturbs it."""

    name: str
    act: Act
    base: Folder
    operations: int
    seconds: float
    before: dict[str, str]
    after: dict[str, str]
    content: dict[str, list[str]]


@dataclass
class Outcome:
    kills: Counter[str] = field(default_factory=Counter)
    ended: int = 0
    faults: list[str] = field(default_factory=list)


def copied(base: Folder, target: Path) -> Folder:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(base.root, target)
    return Folder(target, target)


def prepare(folder: Path, scratch: Path, runner: Runner) -> list[Case]:
    """Each command on top of the one before, undisturbed."""
    base, cases = copied(Folder(folder, folder), scratch / "base-0"), []
    for number, (name, act) in enumerate(COMMANDS.items(), 1):
        done = copied(base, scratch / "work")
        ticks, _ = runner.whole(act, done, count=True)
        done = copied(base, scratch / "work")
        _, seconds = runner.whole(act, done)
        final = copied(done, scratch / f"base-{number}")
        with contextlib.suppress(ToolkitError):
            consolidate(final)
        cases.append(
            Case(name, act, base, ticks, seconds, made(base), made(final), content(final.register))
        )
        base = final
    return cases


def one(case: Case, chance: random.Random, runner: Runner) -> str:
    """Kill once, look, run again, look; "" where the command had ended before."""
    place = copied(case.base, runner.scratch / "work")
    how = chance.choice(["at", "after", "any"])
    at = 0 if how == "any" else chance.randint(1, case.operations)
    delay = {"at": 0.0, "after": chance.uniform(0.0001, 0.004)}.get(
        how, chance.uniform(0.0005, case.seconds)
    )
    killed = runner.killed(case.act, place, at, delay)
    check_left(place, case.before, case.after)
    if case.name == "receive" and chance.random() < 0.3:
        # The files were on a stick that is gone: what was archived is recorded all the same.
        away = place.root / "de-rieng"
        place.incoming.rename(away)
        runner.whole(receive, place)
        archived = {p.stem for p in (place.out / "luu-tru").glob("*/*") if p.name[0] != "."}
        with contextlib.closing(sqlite3.connect(place.register)) as connection:
            known = {row[0] for row in connection.execute("SELECT sha256 FROM originals")}
        assert archived == known, "an original without a record"
        shutil.rmtree(place.incoming, ignore_errors=True)
        away.rename(place.incoming)
    again = case.act
    with contextlib.suppress(ToolkitError):
        if case.name == "close" and len(content(place.register)["editions"]) == 1:
            again = consolidate  # it was killed after all was done
    runner.whole(again, place)
    runner.whole(consolidate, place)
    left = content(place.register)
    for table, rows in case.content.items():
        assert left[table] == rows, f"{table} differs"
    assert made(place) == case.after, "the files made differ"
    remove_leftovers(place)
    assert leftovers(place) == []
    if chance.random() < 0.1:
        found = doctor(place, mend=True)
        assert found.clean, [f.code for f in found.findings]
    return how if killed else ""


def main(folder: Path, scratch: Path, seed: int, count: int) -> Outcome:
    scratch.mkdir(parents=True, exist_ok=True)
    runner, outcome = Runner(scratch), Outcome()
    warm = copied(Folder(folder, folder), scratch / "warm")
    for act in COMMANDS.values():
        act(warm)
    cases = prepare(folder, scratch, runner)
    number = 0
    while sum(outcome.kills.values()) < count and number < 3 * count:
        case, chance = cases[number % len(cases)], random.Random(f"{seed}-{number}")
        number += 1
        try:
            how = one(case, chance, runner)
        except (AssertionError, ToolkitError, OSError, sqlite3.Error) as error:
            outcome.faults.append(f"{case.name} {number}: {error!r}")
            continue
        if how:
            outcome.kills[f"{case.name} {how}"] += 1
        else:
            outcome.ended += 1
    return outcome


if __name__ == "__main__":
    result = main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    said = {
        "kills": sum(result.kills.values()),
        "where": dict(sorted(result.kills.items())),
        "ended_before": result.ended,
        "faults": result.faults,
    }
    print(json.dumps(said, ensure_ascii=False, indent=1))
