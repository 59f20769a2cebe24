"""One command at a time changes a folder; a second one waits, then says who is at work.

On a disk of this machine the operating system keeps the lock and lets go of it when the
command ends, however it ends. On a network share that cannot be relied on: there a lock file
is made that names machine and process. One left behind by a command of this machine that is
gone is taken over; of another machine nobody here can tell, so its user is named, and what
to do.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.register.shares import share_kind

LOCK = ".baocao.lock"  # kept for good: a lock file that is removed can be locked twice
SHARE_LOCK = "baocao-dang-chay.lock"  # there while a command works on a share
WAIT_SECONDS = 30.0
_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a lock file on a share is; ``since`` is the local time of that machine."""

    host: str
    pid: int
    since: str


@contextlib.contextmanager
def at_work(root: Path) -> Iterator[None]:
    """Keep other commands from changing the folder ``root`` while the block runs.

    Not to be nested. Raises ToolkitError where another command is still at work after
    ``WAIT_SECONDS``, and where the folder cannot be written to.
    """
    until = time.monotonic() + WAIT_SECONDS
    kind = share_kind(root)
    if not kind:
        with _locked(root / LOCK, root, until):
            yield
        return
    # Among the commands of this machine its own lock decides, so that only one of them looks
    # at the lock file of the share.
    name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:16]
    here = Path(tempfile.gettempdir(), f"baocao-{name}.lock")
    with _locked(here, root, until), _share_locked(root / SHARE_LOCK, root, until):
        yield


@contextlib.contextmanager
def _locked(path: Path, root: Path, until: float) -> Iterator[None]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise _unwritable(root, error) from error
    try:
        _wait(lambda: _try_lock(handle), until, lambda: _busy(root))
        yield
    finally:
        os.close(handle)  # lets go of the lock too


def _try_lock(handle: int) -> bool:
    if sys.platform == "win32":
        import msvcrt

        # Waits up to a second by itself with LK_LOCK; here the caller waits.
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _share_locked(path: Path, root: Path, until: float) -> Iterator[None]:
    mine = Owner(
        socket.gethostname(), os.getpid(), datetime.now().astimezone().isoformat(timespec="seconds")
    )
    _wait(lambda: _take(path, mine, root), until, lambda: _elsewhere(path, root))
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()


def _take(path: Path, mine: Owner, root: Path) -> bool:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    except FileExistsError:
        owner = owner_of(path)
        # Only this machine's commands can be known to have ended. No second look is needed:
        # the lock of the machine is held.
        if owner and owner.host == mine.host and not alive(owner.pid):
            path.unlink(missing_ok=True)
        return False
    except OSError as error:
        raise _unwritable(root, error) from error
    with open(handle, "w", encoding="utf-8") as stream:
        json.dump({"host": mine.host, "pid": mine.pid, "since": mine.since}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    return True


def owner_of(path: Path) -> Owner | None:
    """Whose the lock file of a share is; None where it is gone or does not say."""
    try:
        said = json.loads(path.read_text("utf-8"))
        return Owner(str(said["host"]), int(said["pid"]), str(said["since"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def alive(pid: int) -> bool:
    """Whether a process of this machine is running."""
    if sys.platform == "win32":
        import ctypes

        # os.kill would end the process on Windows.
        query = 0x1000  # PROCESS_QUERY_LIMITED_INFORMATION
        handle = ctypes.windll.kernel32.OpenProcess(query, False, pid)
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's, and there
    return True


def _wait(done: Callable[[], bool], until: float, late: Callable[[], ToolkitError]) -> None:
    while not done():
        if time.monotonic() >= until:
            raise late()
        time.sleep(_PAUSE)


def _busy(root: Path) -> ToolkitError:
    return ToolkitError("lock.busy", folder=root)


def _elsewhere(path: Path, root: Path) -> ToolkitError:
    owner = owner_of(path)
    if owner is None:
        return ToolkitError("lock.unknown", folder=root, file=path)
    return ToolkitError(
        "lock.elsewhere", folder=root, file=path, host=owner.host, pid=owner.pid, since=owner.since
    )


def _unwritable(root: Path, error: OSError) -> ToolkitError:
    return ToolkitError("lock.unwritable", folder=root, reason=error.strerror or error)
