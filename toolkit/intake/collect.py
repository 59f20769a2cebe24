"""From what ``receive`` and ``check`` are given to single files: folders and archives opened up.

Nothing is skipped. A file that is no return (a lock file, a file of the operating system) or
that cannot be read comes out as well, and says why when it is read: so the closing count adds
up to the number of files that were there.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from toolkit.errors import UnreadableFile
from toolkit.intake.archives import MAX_BYTES, MB, ArchiveReader, looks_like_archive, members
from toolkit.text import harmless

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SYSTEM_FILES = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store"})
_SYSTEM_FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """One file given. ``read()`` gives its bytes or raises UnreadableFile with the reason.

    ``name`` is the path below what was given, with forward slashes and safe to show and to
    write: ``quy 1/Q. Lê Chân.xlsx``, ``thu.zip/member.xlsx``. ``received`` is the day of the
    folder it lies in, where that is named like one (``2024-04-05``).
    """

    name: str
    read: Callable[[], bytes]
    received: date | None = None


def collect(paths: Sequence[Path]) -> Iterator[Incoming]:
    """Every file of ``paths``: files, folders with all that is in them, ``.zip`` archives.

    In the order of ``paths``, inside a folder by name. Nothing is read before
    :attr:`Incoming.read` is called, save the tables of contents of archives.
    """
    reader = ArchiveReader()
    for path in paths:
        day = _day(path.parts)
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            yield _refused(shown_name(path.name), day, "collect.absent")
        except OSError as error:
            yield _refused(shown_name(path.name), day, *_reason(error))
        else:
            if is_folder:
                yield from _folder(path, path, day, reader)
            else:
                yield from _file(path, shown_name(path.name), _day(path.parts[:-1]), reader)


def _day(parts: Sequence[str]) -> date | None:
    """The innermost part that is a day, as in ``nhan-ve/2024-04-05/``."""
    for part in reversed(parts):
        if _DAY.fullmatch(part):
            try:
                return date.fromisoformat(part)
            except ValueError:
                continue
    return None


def shown_name(path: str) -> str:
    """``path`` in a form that is safe to show and names no place outside: no ``..``, no drive,
    no device of Windows, no control characters or marks of direction; composed Unicode,
    forward slashes.
    """
    # Surrogates are how Python holds bytes of a name that are no UTF-8.
    text = re.sub(r"[\ud800-\udfff]", "\ufffd", path)
    parts = re.split(r"[/\\]", unicodedata.normalize("NFC", text))
    safe = [_safe_part(part) for part in parts if part.strip(" .")]
    return "/".join(safe) or "_"


def _safe_part(part: str) -> str:
    clean = harmless(re.sub(r'[\t\n<>:"|?*]', "_", part), "_").rstrip(" .")
    stem = clean.split(".", 1)[0].strip().upper()
    reserved = re.fullmatch(r"CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³]", stem)
    return f"_{clean}" if reserved else clean


def _refused(
    name: str, day: date | None, key: str, params: Mapping[str, object] = MappingProxyType({})
) -> Incoming:
    def read() -> bytes:
        raise UnreadableFile(key, **params)

    return Incoming(name, read, day)


def _folder(folder: Path, top: Path, day: date | None, reader: ArchiveReader) -> Iterator[Incoming]:
    """Everything in ``folder``, which lies in the folder ``top`` that was given."""
    name = shown_name(folder.relative_to(top).as_posix() if folder != top else top.name)
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda e: (unicodedata.normalize("NFC", e.name), e.name))
    except OSError as error:
        yield _refused(name, day, *_reason(error))
        return
    for entry in entries:
        path = folder / entry.name
        below = shown_name(path.relative_to(top).as_posix())
        inside = _day((entry.name,)) or day
        key = _no_return(entry.name)
        if key is None and entry.is_symlink():
            key = _bad_link(path, top)
        if key is not None:
            yield _refused(below, day, key)
        elif entry.is_dir():
            yield from _folder(path, top, inside, reader)
        else:
            yield from _file(path, below, day, reader)


def _no_return(name: str) -> str | None:
    """The key that says why a name is not that of a return; None where it may be one."""
    lowered = name.lower()
    if lowered.startswith("~$") or (lowered.startswith(".~lock.") and lowered.endswith("#")):
        return "collect.lock_file"
    if lowered in _SYSTEM_FILES or lowered in _SYSTEM_FOLDERS or lowered.startswith("._"):
        return "collect.system_file"
    return "collect.hidden_file" if lowered.startswith(".") else None


def _bad_link(path: Path, top: Path) -> str | None:
    """Why a link inside a folder is not followed; None for one to a file in the folder."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        return "collect.link_broken"
    if target.is_dir():
        return "collect.link_folder"
    return None if target.is_relative_to(top.resolve()) else "collect.link_outside"


def _file(path: Path, name: str, day: date | None, reader: ArchiveReader) -> Iterator[Incoming]:
    key = _no_return(path.name)
    if key is not None and key != "collect.hidden_file":  # a hidden file that is named is meant
        yield _refused(name, day, key)
        return
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a pipe would keep us waiting for ever
            yield _refused(name, day, "collect.not_a_file")
            return
        archive = looks_like_archive(path)
    except OSError as error:
        yield _refused(name, day, *_reason(error))
        return
    if archive:
        yield from _archive(path, name, day, reader)
    else:
        yield Incoming(name, lambda: _read(path), day)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
            size = os.fstat(stream.fileno()).st_size
    except OSError as error:
        key, params = _reason(error)
        raise UnreadableFile(key, **params) from error
    if len(data) > MAX_BYTES:
        raise UnreadableFile("collect.too_large", size=-(-size // MB), limit=MAX_BYTES // MB)
    return data


def _archive(path: Path, name: str, day: date | None, reader: ArchiveReader) -> Iterator[Incoming]:
    """The members of an archive, in the order of their names; never nothing at all."""
    try:
        inside = members(path)
    except UnreadableFile as refusal:
        yield _refused(name, day, refusal.key, refusal.params)
        return
    for member in inside:
        shown = shown_name(member.name)
        full = f"{name}/{shown}"
        parts = shown.split("/")
        received = _day(parts[:-1]) or day
        key = next((k for part in parts if (k := _no_return(part)) is not None), member.refusal)
        if key is not None:
            yield _refused(full, received, key, member.params)
        else:
            yield Incoming(full, reader.reading(path, member), received)


def _reason(error: OSError) -> tuple[str, dict[str, object]]:
    """The key for what the operating system says, and its parameters."""
    if isinstance(error, PermissionError):
        return "collect.no_permission", {}
    if isinstance(error, FileNotFoundError):
        return "collect.vanished", {}
    return "collect.read_error", {"reason": error.strerror or str(error)}
