"""The archive of originals: every file that came in, kept under its hash, never altered."""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from toolkit.errors import ToolkitError
from toolkit.register.files import aside_name, flush_folder

T = TypeVar("T")

ARCHIVE = "luu-tru"

# What an archived copy may be called, so that a double click opens it; a name from outside
# never reaches the disk. Anything else becomes ".bin".
SUFFIXES = (
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".xls",
    ".xltx",
    ".xltm",
    ".ods",
    ".fods",
    ".csv",
    ".doc",
    ".docx",
    ".pdf",
    ".zip",
)
_OTHER = ".bin"
_AT_ONCE = 16  # files on their way to the disk at one time


class _Written(NamedTuple):
    aside: str
    target: str
    stream: BinaryIO


class Deposit:
    """Originals put into the archive below ``root`` together.

    :meth:`add` writes each aside; :meth:`settle` sees all of them to the disk and then puts
    each in its place. Waiting for the disk is most of what archiving takes, and many files
    wait hardly longer than one.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._archive = os.path.join(root, ARCHIVE)
        self._written: dict[str, _Written] = {}  # by hash
        self._folders: set[str] = set()  # to be flushed: something in them has changed
        self._parted: dict[str, str] = {}  # the places of what is being settled as a part

    def add(self, data: bytes, sha256: str, suffix: str) -> str:
        """Take ``data`` in; gives the path below the root, with slashes, that it will have.

        That is ``luu-tru/ab/<sha256>.<ext>``; ``suffix`` is that of the name the file came
        under, with or without its dot. Bytes that are there already are left alone, under
        whichever suffix they came first; a copy that was damaged on the disk is made good.

        Raises ValueError when ``sha256`` is not the hash of ``data``, ToolkitError when the
        disk or its permissions do not let the copy be written.
        """
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"the bytes do not have the hash {sha256}")
        folder = os.path.join(self._archive, sha256[:2])
        with self._told():
            if sha256 in self._written:
                target = self._written[sha256].target
            elif sha256 in self._parted:
                target = self._parted[sha256]
            else:
                there = _present(sha256, folder)
                target = there or os.path.join(folder, sha256 + _safe(suffix))
                if there is None or Path(there).read_bytes() != data:
                    self._write(data, sha256, target)
        return f"{ARCHIVE}/{sha256[:2]}/{os.path.basename(target)}"

    def part(self) -> Deposit:
        """What was taken in so far as a deposit of its own: it may be settled by another thread
        while more is taken in here. The part before must be settled by now.
        """
        part = Deposit(self._root)
        part._written, self._written = self._written, {}
        part._folders, self._folders = self._folders, set()
        self._parted = {sha256: each.target for sha256, each in part._written.items()}
        return part

    def settle(self) -> None:
        """Put all that was taken in where it belongs; it is on the disk when this returns.

        The copies are read-only. Raises ToolkitError when the disk does not let it.
        """
        with self._told():
            _at_once(_flush, [each.stream for each in self._written.values()])
            for sha256, (aside, target, _) in list(self._written.items()):
                _unprotect(target)
                os.replace(aside, target)
                del self._written[sha256]
                # Some network shares know no permissions; the hash still shows any change.
                with contextlib.suppress(OSError):
                    os.chmod(target, 0o444)
            folders, self._folders = self._folders, set()
            _at_once(flush_folder, sorted(folders))

    def drop(self) -> None:
        """Let go of what was not settled."""
        for aside, _, stream in self._written.values():
            stream.close()
            with contextlib.suppress(OSError):
                os.unlink(aside)
        self._written.clear()

    def _write(self, data: bytes, sha256: str, target: str) -> None:
        folder, name = os.path.split(target)
        aside = os.path.join(folder, aside_name(name))
        try:
            stream = open(aside, "wb")  # noqa: SIM115 (closed by settle or drop)
        except FileNotFoundError:
            self._folders |= {str(self._root), self._archive}
            os.makedirs(folder, exist_ok=True)
            stream = open(aside, "wb")  # noqa: SIM115
        self._written[sha256] = _Written(aside, target, stream)
        self._folders.add(folder)
        stream.write(data)
        stream.flush()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Nothing is left lying about, and what the system says is told in the user's words."""
        try:
            yield
        except OSError as error:
            self.drop()
            raise ToolkitError(
                "register.error.archive_write", folder=self._archive, reason=error.strerror or error
            ) from error
        except BaseException:
            self.drop()
            raise


def store(data: bytes, sha256: str, suffix: str, root: Path) -> str:
    """Keep ``data`` below ``root``: one file as by :class:`Deposit`, and on the disk at once."""
    deposit = Deposit(root)
    stored = deposit.add(data, sha256, suffix)
    deposit.settle()
    return stored


def verify(stored: str, sha256: str, root: Path) -> bool:
    """Whether the archived copy is there and still has its hash."""
    try:
        return hashlib.sha256((root / stored).read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def load(stored: str, sha256: str, root: Path) -> bytes:
    """The bytes of an archived copy, as they came in.

    Raises ToolkitError when it is gone or no longer has its hash.
    """
    try:
        data = (root / stored).read_bytes()
    except OSError as error:
        raise ToolkitError(
            "register.error.archive_missing", file=stored, reason=error.strerror or error
        ) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ToolkitError("register.error.archive_damaged", file=stored)
    return data


def find(sha256: str, root: Path) -> str:
    """The path below ``root`` of the archived copy of that hash.

    Raises ToolkitError when it is gone.
    """
    folder = os.path.join(root, ARCHIVE, sha256[:2])
    there = _present(sha256, folder)
    if there is None:
        raise ToolkitError("register.error.archive_missing", file=sha256, reason=folder)
    return f"{ARCHIVE}/{sha256[:2]}/{os.path.basename(there)}"


def _present(sha256: str, folder: str) -> str | None:
    paths = (os.path.join(folder, sha256 + suffix) for suffix in (*SUFFIXES, _OTHER))
    return next((path for path in paths if os.path.exists(path)), None)


def _safe(suffix: str) -> str:
    dotted = "." + suffix.lower().lstrip(".")
    return dotted if dotted in SUFFIXES else _OTHER


def _at_once(act: Callable[[T], None], each: Iterable[T]) -> None:
    """``act`` on each, several at a time: to wait for the disk takes no processor."""
    items = list(each)
    if len(items) < 2:
        for item in items:
            act(item)
        return
    with ThreadPoolExecutor(min(_AT_ONCE, len(items))) as pool:
        list(pool.map(act, items))


def _flush(stream: BinaryIO) -> None:
    with stream:
        os.fsync(stream.fileno())


def _unprotect(target: str) -> None:
    # Windows does not replace a read-only file.
    with contextlib.suppress(FileNotFoundError):
        os.chmod(target, 0o644)
