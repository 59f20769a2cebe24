"""What each command costs, beside others' ways of reading the same sheets, and how it grows.

    python tests/bench [--folder FOLDER] [--sizes 100,1000] [--office] [--rounds 1]

Sizes are numbers of returns: four quarters of so many communes (see country.py); 13284 is the
whole country's year. Every line is a process of its own, start-up included. "x" is its CPU
time over that of bare python-calamine reading the same returns in the same run; seconds by
the clock are only worth something on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from country import ROOT, make_country
from peers import PEERS

_PEERS = Path(__file__).with_name("peers.py")
_BAOCAO = (sys.executable, "-c", "from toolkit.cli import main; main()")
_DAY = ("--received-at", "2025-01-05")
_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
_SLOW = 500  # returns from which only bare calamine is run beside


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock, those computed by the command and all its processes, and the
    memory of the command's own process in MiB.
    """

    clock: float
    cpu: float
    peak: float


def cost_of(command: Sequence[str], rounds: int = 1, ok: Sequence[int] = (0, 1)) -> Cost:
    """What a command costs, best of some rounds; SystemExit where it fails."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    _adopt()
    costs = []
    for _ in range(rounds):
        start = time.perf_counter()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(command, stdout=said, stderr=said, env=env)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            _, status, used = os.wait4(process.pid, 0)
            clock = time.perf_counter() - start
            _wait_for_the_rest()
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in ok:
                said.seek(0)
                raise SystemExit(said.read().decode()[-2000:])
        costs.append(Cost(clock, cpu, used.ru_maxrss / 1024))
    return min(costs, key=lambda one: one.cpu)


def _adopt() -> None:
    """Have the processes that a command leaves behind become ours (Linux), to count them too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def _wait_for_the_rest(seconds: float = 30.0) -> None:
    """The processes that a command made end by themselves, soon after it."""
    until = time.monotonic() + seconds
    with contextlib.suppress(ChildProcessError):
        while time.monotonic() < until:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                time.sleep(0.02)


def row(name: str, count: int, cost: Cost, base: Cost) -> None:
    """A line of the table."""
    print(
        f"{name:<32}{count:>7}{cost.clock:>9.2f}{cost.cpu:>9.2f}"
        f"{cost.cpu / count * 1000:>9.2f}{cost.peak:>8.0f}{cost.cpu / base.cpu:>8.2f}",
        flush=True,
    )


def measure(place: Path, count: int, rounds: int, office: bool) -> None:
    """All lines of one size."""
    home = place / str(count)
    programme, paths = make_country(home, -(-count // 4), place / "models")
    count = len(paths)
    base = cost_of([sys.executable, str(_PEERS), "calamine", str(home / "nhan-ve")], rounds)
    row("python-calamine, bare", count, base, base)
    for name in [] if count > _SLOW else [n for n in PEERS if n != "calamine"]:
        peer = [sys.executable, str(_PEERS), name, str(home / "nhan-ve")]
        row({"openpyxl": "openpyxl script"}.get(name, name), count, cost_of(peer), base)
    with tempfile.TemporaryDirectory(dir=place) as scratch:
        out = Path(scratch)
        shutil.copy(home / "chuong-trinh.xlsx", out)
        late = out / paths[-1].name
        shutil.copytree(home / "nhan-ve", out / "nhan-ve", copy_function=os.link)
        (out / "nhan-ve" / paths[-1].relative_to(home / "nhan-ve")).rename(late)
        steps: list[tuple[str, list[str]]] = [
            ("receive", ["receive", *_DAY]),
            ("status", ["status"]),
            ("consolidate the year", ["consolidate", "-p", "2024"]),
            ("one late return: receive", ["receive", str(late), *_DAY]),
            ("one late return: status", ["status"]),
            ("one late return: consolidate", ["consolidate", "-p", "2024"]),
            ("distribute a quarter", ["distribute", "-p", "2024-Q1"]),
        ]
        for name, words in steps:
            row(name, count, cost_of([*_BAOCAO, "-C", str(out), *words]), base)
        summary = out / "bao-cao" / "2024" / "tong-hop.xlsx"
        print(
            f"tong-hop.xlsx: {summary.stat().st_size / 2**20:.1f} MiB, {len(programme.units)} units"
        )
        if office:
            opened = ["soffice", f"-env:UserInstallation=file://{scratch}/lo", "--headless"]
            opened += ["--convert-to", "csv", "--outdir", scratch, str(summary)]
            row("LibreOffice opens tong-hop.xlsx", count, cost_of(opened), base)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(tempfile.gettempdir()) / "baocao-country"
    parser.add_argument("--folder", type=Path, default=default)
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--office", action="store_true")
    options = parser.parse_args()
    folder = options.folder.resolve()
    print(f"{sys.version.split()[0]}, {os.cpu_count()} processors")
    head = f"{'':<32}{'returns':>7}{'clock s':>9}{'CPU s':>9}{'ms each':>9}{'MiB':>8}{'x':>8}"
    print(head)
    for size in options.sizes.split(","):
        measure(folder, int(size), options.rounds, options.office)
    start = cost_of([*_BAOCAO, "--help"], 3)
    print(f"baocao --help: {start.clock:.2f} s by the clock, {start.cpu:.2f} s CPU")


if __name__ == "__main__":
    main()
