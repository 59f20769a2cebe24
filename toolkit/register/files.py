"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
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
        _flush(aside)
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        note(target, aside)
        make_way(target)
        aside.replace(target)
        flush_folder(target.parent)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _flush(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def aside_name(name: str) -> str:
    """What a file is called until it is whole.

    It lies beside its target, so that the rename stays on one disk; the process id keeps two
    commands apart.
    """
    return f".baocao-{os.getpid()}-{name}"


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
