"""Runs commands on a disk that is full at different points, and looks at what they leave.

    python tests/full_disk.py FOLDER DISK tmpfs|limit STEPS

FOLDER holds a programme and returns; DISK is where it is copied to. With ``tmpfs`` DISK is a
small disk of its own, and a ballast file leaves less and less room on it; with ``limit`` the
system refuses to let any file grow beyond a size. Prints a JSON list of what each run said.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from kills import check_left, content, copied, made

from toolkit.cli import run
from toolkit.folder import Folder
from toolkit.register.editions import EditionReader
from toolkit.workflow.doctor_outputs import edition_findings

COMMANDS = (
    ("receive",),
    ("consolidate", "--period", "2024-Q1"),
    ("close", "2024-Q1", "--why", "đến hạn"),
)
ROOM = (0, 8_000, 20_000, 40_000, 70_000, 110_000, 160_000, 250_000)  # bytes left


@contextlib.contextmanager
def ballast(disk: Path, room: int) -> Iterator[None]:
    """Leave so much room on the disk."""
    stone = disk / "stone"
    with stone.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        left = shutil.disk_usage(disk).free - room
        while left > 0:
            left -= stream.write(b"x" * min(left, 1 << 16))
    try:
        yield
    finally:
        stone.unlink()


@contextlib.contextmanager
def limited(room: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
        signal.signal(signal.SIGXFSZ, before)


def spoken(place: Folder, command: tuple[str, ...]) -> tuple[int, str]:
    """The exit code and what was said on the error stream."""
    said = io.StringIO()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        code = run(["-C", str(place.root), *command])
    return code, said.getvalue()


def published(place: Folder) -> dict[str, str]:
    """The files of editions, each held against the register: they tell the moment of closing."""
    if place.register.exists():
        with EditionReader(place.register, read_only=True) as register:
            assert edition_findings(place, register) == []
    return {name: digest for name, digest in made(place).items() if name.startswith("an-ban/")}


def without_time(place: Folder) -> dict[str, list[str]]:
    """All a register says but for the moment of closing and what follows from it."""
    found = content(place.register)
    del found["editions"], found["edition_files"]
    return found


def main(folder: Path, disk: Path, how: str, steps: int) -> list[dict[str, object]]:
    said: list[dict[str, object]] = []
    base = Folder(folder, folder)
    elsewhere = folder.parent / "elsewhere"
    for number, command in enumerate(COMMANDS):
        undisturbed = copied(base, elsewhere / f"done-{number}")
        assert spoken(undisturbed, command)[0] in (0, 1)
        rooms = ROOM if steps > 1 else ROOM[2:3]
        for room in rooms:
            place = copied(base, disk / "work")
            with ballast(disk, room) if how == "tmpfs" else limited(max(room, 1)):
                code, words = spoken(place, command)
            assert "Traceback" not in words, words
            said.append({"command": command[0], "room": room, "code": code, "said": words})
            check_left(place, made(base), made(undisturbed) | published(place))
            if not (command[0] == "close" and code != 2):
                assert spoken(place, command)[0] in (0, 1), "the next run"
            assert without_time(place) == without_time(undisturbed), (command, room)
            assert set(made(place)) == set(made(undisturbed)), (command, room)
            shutil.rmtree(place.root)
        base = undisturbed
    return said


if __name__ == "__main__":
    done = main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    print(json.dumps(done, ensure_ascii=False, indent=1))
