"""Writing a file so that it is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path to write aside; it takes the place of ``target`` when the block ends well.

    The folder is made where it is missing. An exception in the block, or a machine that
    stops, leaves the old ``target`` (or none) and never half a file. Raises OSError.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that the rename stays on one disk; the process id keeps two
    # commands apart.
    aside = target.with_name(f".baocao-{os.getpid()}-{target.name}")
    try:
        yield aside
        _flush(aside)
        aside.replace(target)
        _flush_folder(target.parent)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _flush(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def _flush_folder(folder: Path) -> None:
    # The rename itself reaches the disk with the folder. Windows cannot open a folder, and
    # some network shares refuse to flush one: there the system does it in its own time.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
