"""What the doctor finds in the files made: half, out of date, left behind, altered."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.messages import LANGUAGES
from toolkit.register.editions import EditionReader
from toolkit.register.files import aside_owner
from toolkit.register.lock import alive
from toolkit.register.written import is_kept
from toolkit.workflow.edition_files import file_of

if TYPE_CHECKING:
    from toolkit.programme.model import Programme

# Another machine's file aside is left alone for so long: its command may still be running.
_DAY_SECONDS = 86_400
_MADE = ("bao-cao", "tra-lai", "gui-di", "chuyen-len", "don-doc", "cham-diem")
_ZIPPED = frozenset({".xlsx", ".docx", ".pptx", ".zip"})
_ENDS = {
    ".png": b"IEND\xaeB`\x82",
    ".svg": b"</svg>",
    ".html": b"</html>",
    ".parquet": b"PAR1",
}
_TAIL = 64  # bytes in which the end of a file is looked for


def leftovers(folder: Folder) -> list[Path]:
    """The files aside of commands that are gone, below what commands write to."""
    return [path for path in _aside(folder) if _abandoned(path)]


def _aside(folder: Folder) -> Iterator[Path]:
    for top, folders, files in os.walk(folder.out):
        here = Path(top)
        if here == folder.incoming:
            folders.clear()
            continue
        for name in sorted([*folders, *files]):
            if aside_owner(name):
                yield here / name
        folders[:] = sorted(name for name in folders if not aside_owner(name))


def _abandoned(path: Path) -> bool:
    owner = aside_owner(path.name)
    if owner is None:
        return False
    here, pid = owner
    if here:
        return not alive(pid)
    with contextlib.suppress(OSError):
        return time.time() - path.stat().st_mtime > _DAY_SECONDS
    return False


def remove_leftovers(folder: Folder) -> None:
    """Remove the files aside of commands that are gone: none of them is an original's only copy.

    What cannot be removed stays and is found again.
    """
    for path in leftovers(folder):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                path.unlink()


def broken_outputs(folder: Folder) -> list[Path]:
    """The files made that are not whole."""
    found = []
    for name in _MADE:
        for path in sorted((folder.out / name).rglob("*")):
            if not path.is_file() or path.name.startswith(("~$", ".")) or is_kept(path):
                continue  # what was kept aside is nobody's output any more
            if not _whole(path):
                found.append(path)
    return found


def _whole(path: Path) -> bool:
    kind = path.suffix.lower()
    try:
        if kind in _ZIPPED:
            with zipfile.ZipFile(path) as archive:
                return archive.testzip() is None
        size = path.stat().st_size
        if kind not in _ENDS:
            return size > 0
        with path.open("rb") as stream:
            stream.seek(max(0, size - _TAIL))
            return _ENDS[kind] in stream.read()
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError):
        return False


def output_findings(folder: Folder) -> list[Finding]:
    """What is left behind and what is broken."""
    return [
        *(_said("doctor.leftover", folder, path, Severity.WARNING) for path in leftovers(folder)),
        *(_said("doctor.output_broken", folder, path) for path in broken_outputs(folder)),
    ]


def edition_findings(folder: Folder, register: EditionReader) -> list[Finding]:
    """Published files that are gone or altered, and folders of editions that are not on record."""
    found = []
    known = set()
    for edition in register.editions():
        place = folder.edition(edition.period, edition.number)
        known.add(place)
        for one in register.edition_files(edition.id):
            path = place / one.name
            if not path.is_file():
                code = "doctor.edition_missing"
            elif file_of(path).sha256 != one.sha256:
                code = "doctor.edition_altered"
            else:
                continue
            found.append(_said(code, folder, path, edition=edition.name))
    for path in sorted(folder.editions.iterdir()) if folder.editions.is_dir() else ():
        if path.is_dir() and path not in known and not aside_owner(path.name):
            found.append(_said("doctor.edition_unrecorded", folder, path, Severity.WARNING))
    return found


@dataclass(frozen=True, slots=True)
class _Elsewhere(Folder):
    """A folder whose reports are made in another place."""

    place: Path

    def reports(self, period: str) -> Path:
        """The reports of a period."""
        return self.place / period


def stale_summaries(folder: Folder, programme: Programme) -> list[Finding]:
    """The summary workbooks that are not what the register gives now, byte for byte.

    They are made again in a place of their own, in either language. One of a period that the
    programme no longer has says nothing.
    """
    from toolkit.programme.fingerprint import judging_key
    from toolkit.register.store import Register

    periods = [p.code for p in programme.periods if folder.summary(p.code).is_file()]
    if not periods or not folder.register.exists():
        return []
    with Register(folder.register, read_only=True) as register:
        # To judge again would write; whatever comes of it, the summary is older.
        older = bool(register.stale(judging_key(programme)))
    stale = [code for code in periods if older or not _current(folder, code)]
    code, severity = "doctor.output_stale", Severity.WARNING
    return [_said(code, folder, folder.summary(one), severity, period=one) for one in stale]


def _current(folder: Folder, period: str) -> bool:
    from toolkit.workflow.outputs import consolidate

    there = folder.summary(period).read_bytes()
    with TemporaryDirectory() as scratch:
        made = _Elsewhere(folder.root, folder.out, Path(scratch))
        for lang in LANGUAGES:
            try:
                consolidate(made, [period], again=True, lang=lang)
            except ToolkitError:
                return False  # cannot be made now; why is said elsewhere
            if made.summary(period).read_bytes() == there:
                return True
    return False


def _said(
    code: str, folder: Folder, path: Path, severity: Severity = Severity.ERROR, **params: str
) -> Finding:
    name = path.relative_to(folder.out).as_posix()
    return Finding(code, severity, Address(name), params=params)
