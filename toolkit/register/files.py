"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import socket
import zlib
from collections.abc import Iterator
from pathlib import Path

from toolkit.register.written import make_way, note


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path to write aside; it takes the place of ``target`` when the block ends well.

    The folder is made where it is missing. An exception in the block, or a machine that
    stops, leaves the old ``target`` (or none) and never half a file. A ``target`` that this
    program did not write is kept under another name (:mod:`toolkit.register.written`).
    Raises OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(aside_name(target.name))
    try:
        yield aside
        flush(aside)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        note(target, aside)
        make_way(target)
        aside.replace(target)
        flush_folder(target.parent)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def flush(path: Path) -> None:
    """See the content of a file to the disk. Raises OSError."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def aside_name(name: str) -> str:
    """What a file is called until it is whole.

    It lies beside its target, so that the rename stays on one disk; machine and process keep
    two commands apart, also on a network share.
    """
    return f".baocao-{_machine()}-{os.getpid()}-{name}"


def aside_owner(name: str) -> tuple[bool, int] | None:
    """Whether a file aside is of this machine, and the process it is of.

    None for a name that :func:`aside_name` does not give.
    """
    found = _ASIDE.match(name)
    return None if found is None else (found[1] in (None, _machine()), int(found[2]))


# Earlier versions did not write the machine.
_ASIDE = re.compile(r"\.baocao-(?:([0-9a-f]{8})-)?(\d+)-")


def _machine() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def flush_folder(folder: Path | str) -> None:
    """See the names in a folder to the disk.

    A rename itself reaches the disk with the folder. Windows cannot open a folder, and some
    network shares refuse to flush one: there the system does it in its own time.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
