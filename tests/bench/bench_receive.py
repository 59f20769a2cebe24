"""What ``receive`` costs beside a bare reading of the same files by python-calamine.

    python tests/bench/bench_receive.py [--returns FOLDER] [--count 500] [--rounds 3] [--profile]

One process. Every round measures each step over all files, one step after the other, each
into a fresh folder; the table shows the best round of each and its ratio to the bare reading
(``CalamineWorkbook`` from the same files, each sheet ``to_python``) of the same run. The
returns are made by LibreOffice once, in FOLDER (see make_returns.py). Both clocks are shown:
that on the wall counts the waiting for the disk and for whatever else the machine does.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from make_returns import make, ward_programme
from python_calamine import CalamineWorkbook

from toolkit.folder import Folder
from toolkit.intake.judge import judge_workbook
from toolkit.intake.model import Judgement, Outcome
from toolkit.intake.reader import read_bytes, read_workbook
from toolkit.programme.model import Programme
from toolkit.register.archive import Deposit
from toolkit.register.model import Effect
from toolkit.register.store import Register
from toolkit.workflow.returns import receive

DAY = date(2024, 4, 1)
TOGETHER = 64  # as in toolkit/workflow/returns.py

# Seconds on the wall, and seconds that this process computed.
Spent = tuple[float, float]


def bare(paths: list[Path]) -> None:
    """The reading to be compared with: every value of every sheet, nothing else."""
    for path in paths:
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def reader(paths: list[Path]) -> None:
    """Our reading alone, every cell asked for."""
    for path in paths:
        for sheet in read_workbook(path).sheets:
            for _ in sheet.cells.values():
                pass


def judging(paths: list[Path], programme: Programme) -> Spent:
    """What judging takes without the reading."""
    wall = cpu = 0.0
    for path in paths:
        data = path.read_bytes()
        raw = read_bytes(data, path.name)
        spent = timed(lambda raw=raw, data=data: judge_workbook(raw, len(data), programme))
        wall, cpu = wall + spent[0], cpu + spent[1]
    return wall, cpu


def judgements(paths: list[Path], programme: Programme) -> list[Judgement]:
    """The judgement on each file."""
    return [
        judge_workbook(read_bytes(data, path.name), len(data), programme)
        for path in paths
        for data in [path.read_bytes()]
    ]


def recording(judged: list[Judgement], out: Path) -> None:
    """Recording alone, as ``receive`` does it."""
    with Register(out / "baocao.db") as register:
        for start in range(0, len(judged), TOGETHER):
            with register.together():
                for one in judged[start : start + TOGETHER]:
                    register.record(one, DAY, f"luu-tru/{one.sha256}.xlsx", "bench")


def archiving(contents: list[tuple[bytes, str]], out: Path) -> None:
    """Archiving alone, as ``receive`` does it."""
    deposit = Deposit(out)
    for number, (data, sha256) in enumerate(contents, 1):
        deposit.add(data, sha256, ".xlsx")
        if number % TOGETHER == 0:
            deposit.settle()
    deposit.settle()


def whole(paths: list[Path], programme: Programme, out: Path) -> None:
    """The command's own function; every return must end clean and recorded."""
    received = receive(Folder(out, out), programme, sorted({path.parent for path in paths}))
    assert len(received) == len(paths)
    assert all(r.judgement.outcome is Outcome.CLEAN for r in received)
    assert all(r.receipt.effect is Effect.RECORDED for r in received)


def timed(act: Callable[[], object]) -> Spent:
    """Seconds on the wall and of this process; what ``act`` measured itself counts instead."""
    wall, cpu = time.perf_counter(), time.process_time()
    given = act()
    if isinstance(given, tuple):
        return given
    return time.perf_counter() - wall, time.process_time() - cpu


def measure(paths: list[Path], programme: Programme, rounds: int) -> dict[str, list[Spent]]:
    """What each step took in each round."""
    judged = judgements(paths, programme)
    contents = [(p.read_bytes(), j.sha256) for p, j in zip(paths, judged, strict=True)]
    figures: dict[str, list[Spent]] = {}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as place:
            out = Path(place)
            steps: dict[str, Callable[[], object]] = {
                "calamine, bare": lambda: bare(paths),
                "reader": lambda: reader(paths),
                "judge": lambda: judging(paths, programme),
                "archive": lambda out=out: archiving(contents, out / "a"),
                "record": lambda out=out: recording(judged, out / "r"),
                "receive, whole": lambda out=out: whole(paths, programme, out / "w"),
            }
            for name, act in steps.items():
                figures.setdefault(name, []).append(timed(act))
    return figures


def show(figures: dict[str, list[Spent]], count: int) -> None:
    """The table."""
    bests = {
        name: [min(clock) for clock in zip(*spent, strict=True)] for name, spent in figures.items()
    }
    base = bests["calamine, bare"]
    print(f"{count} returns, {sys.version.split()[0]}, best of {len(next(iter(figures.values())))}")
    print(f"{'ms/return':<18}{'wall':>10}{'ratio':>8}{'process':>10}{'ratio':>8}")
    for name, best in bests.items():
        columns = [
            f"{seconds / count * 1000:>10.3f}{seconds / bare:>8.2f}"
            for seconds, bare in zip(best, base, strict=True)
        ]
        print(f"{name:<18}{''.join(columns)}")


def main() -> None:
    """Make the returns where they are missing, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(tempfile.gettempdir()) / "baocao-bench"
    parser.add_argument("--returns", type=Path, default=default)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", action="store_true", help="where the whole time goes")
    options = parser.parse_args()
    programme = ward_programme(-(-options.count // 4))
    folder = options.returns / str(options.count)
    make(folder, programme)
    paths = sorted(folder.glob("*/*.xlsx"))
    show(measure(paths, programme, options.rounds), len(paths))
    if options.profile:
        with tempfile.TemporaryDirectory() as place, cProfile.Profile() as profile:
            whole(paths, programme, Path(place))
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
