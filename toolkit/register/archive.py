"""The archive of originals: every file that came in, kept under its hash, never altered."""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.register.files import replacing

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


def store(data: bytes, sha256: str, suffix: str, root: Path) -> str:
    """Keep ``data`` as ``luu-tru/ab/<sha256>.<ext>`` below ``root``; that path, with slashes.

    ``suffix`` is that of the name the file came under, with or without its dot. Bytes that
    are there already are left alone, under whichever suffix they came first; a copy that was
    damaged on the disk is made good. The copy is read-only.

    Raises ValueError when ``sha256`` is not the hash of ``data``, ToolkitError when the disk
    or its permissions do not let the copy be written.
    """
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ValueError(f"the bytes do not have the hash {sha256}")
    target = _present(sha256, root) or _place(sha256, root) / (sha256 + _safe(suffix))
    try:
        if not (target.exists() and target.read_bytes() == data):
            _write(data, target)
    except OSError as error:
        raise ToolkitError(
            "register.error.archive_write", folder=root / ARCHIVE, reason=error.strerror or error
        ) from error
    return target.relative_to(root).as_posix()


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


def _place(sha256: str, root: Path) -> Path:
    return root / ARCHIVE / sha256[:2]


def _present(sha256: str, root: Path) -> Path | None:
    folder = _place(sha256, root)
    names = (folder / (sha256 + suffix) for suffix in (*SUFFIXES, _OTHER))
    return next((path for path in names if path.exists()), None)


def _safe(suffix: str) -> str:
    dotted = "." + suffix.lower().lstrip(".")
    return dotted if dotted in SUFFIXES else _OTHER


def _write(data: bytes, target: Path) -> None:
    if target.exists():
        target.chmod(0o644)  # Windows does not replace a read-only file
    with replacing(target) as aside:
        aside.write_bytes(data)
    # Some network shares know no permissions; the hash still shows any change.
    with contextlib.suppress(OSError):
        target.chmod(0o444)
