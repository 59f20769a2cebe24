"""Telling a file that this program wrote from one that somebody else did, or has changed since.

Beside the register (or the programme) lies a list of what was written: a line for each time,
its hash and its place. A file whose content is in no line of its place is not ours: it may be
an office's own work, or an output that somebody has added to. It is never overwritten or
removed but kept under another name. Without the list nothing is ours, and nothing is lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from toolkit.programme import FILE_NAME

LIST = ".baocao-da-ghi"
# The nearest folder upward that holds one of these is where the list lies, the first two
# before the programme, of which an edition holds a copy.
_HOMES = ((LIST, "baocao.db"), (FILE_NAME,))
_ASIDE = ".baocao-"  # what is being made is put on the list when it gets its place
_OLD = re.compile(r" \(cũ( \d+)?\)$")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file, or a folder, that was in the way and where it is now."""

    place: Path
    kept: Path


_kept: ContextVar[list[Kept] | None] = ContextVar("_kept", default=None)


@contextlib.contextmanager
def noticing() -> Iterator[list[Kept]]:
    """What is kept aside within the block, for the command line to say."""
    found: list[Kept] = []
    token = _kept.set(found)
    try:
        yield found
    finally:
        _kept.reset(token)


def note(target: Path, content: Path) -> None:
    """Put on the list that ``target`` is about to be given what is in ``content``.

    Raises OSError where the list cannot be written.
    """
    if any(part.startswith(_ASIDE) for part in target.parent.parts):
        return
    home = _home(target)
    # One short line at the end of the file: two commands at once do not hurt each other.
    with (home / LIST).open("ab") as stream:
        stream.write(_line(target, home, content))


def is_ours(path: Path) -> bool:
    """Whether a file has the content that this program gave it, some time. Raises OSError."""
    home = _home(path)
    try:
        return _line(path, home, path) in (home / LIST).read_bytes()
    except FileNotFoundError:
        return False


def remove(path: Path) -> None:
    """Take away an output that no longer holds; what is not ours is kept aside.

    Nothing happens where there is none. Raises OSError.
    """
    make_way(path)
    path.unlink(missing_ok=True)


def make_way(path: Path) -> None:
    """Put what lies at ``path`` under another name unless it is ours; it is there no longer or
    may be overwritten then. Of a folder every file must be ours. Raises OSError.
    """
    if not path.exists() and not path.is_symlink():
        return
    if path.is_dir() and not path.is_symlink():
        files = [file for file in path.rglob("*") if file.is_file() and file.name != LIST]
        if all(map(is_ours, files)):
            shutil.rmtree(path)
            return
    elif path.is_file() and is_ours(path):
        return
    kept = _free_name(path)
    path.rename(kept)
    notices = _kept.get()
    if notices is not None:
        notices.append(Kept(path, kept))


def is_kept(path: Path) -> bool:
    """Whether a name is one under which something is kept aside."""
    return _OLD.search(path.stem) is not None


def _free_name(path: Path) -> Path:
    for number in range(1, 10_000):
        mark = " (cũ)" if number == 1 else f" (cũ {number})"
        name = path.with_name(f"{path.stem}{mark}{path.suffix}")
        if not name.exists() and not name.is_symlink():
            return name
    raise FileExistsError(17, "too many old copies", str(path))


def _home(path: Path) -> Path:
    folder = path.absolute().parent
    for names in _HOMES:
        for above in (folder, *folder.parents):
            if any((above / name).exists() for name in names):
                return above
    return folder


def _line(path: Path, home: Path, content: Path) -> bytes:
    with content.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    place = os.path.relpath(path.absolute(), home).replace(os.sep, "/")
    return f"{digest} {place}\n".encode("utf-8", "surrogateescape")
