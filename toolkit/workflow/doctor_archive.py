"""What the doctor finds in the archive of originals, and what it can put right there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import UnreadableFile
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.programme import FILE_NAME
from toolkit.register.archive import ARCHIVE, store
from toolkit.register.files import aside_owner
from toolkit.register.journal import Closing, Journal, journal_path
from toolkit.register.model import Arrival, EditionFile
from toolkit.workflow.common import Progress
from toolkit.workflow.edition_files import REVIEWS, file_of

if TYPE_CHECKING:
    from toolkit.register.editions import EditionReader

_NAME = re.compile(r"([0-9a-f]{64})\.[a-z]{2,5}")


@dataclass(frozen=True, slots=True)
class Kept:
    """An original that the register or the journal speaks of, and the name it came under."""

    stored: str
    file: str


@dataclass(frozen=True, slots=True)
class ArchiveState:
    """What is wrong in the archive. ``lost`` are the originals that are gone or damaged,
    ``loose`` those that nothing speaks of.
    """

    findings: tuple[Finding, ...]
    lost: Mapping[str, Kept]
    loose: tuple[Arrival, ...]


def kept_by_register(register: EditionReader) -> dict[str, Kept]:
    """The originals a register speaks of, by hash, the programmes of editions with them."""
    kept = {sha: Kept(stored, stored) for sha, stored in register.originals().items()}
    for one in reversed(register.arrivals()):
        kept[one.sha256] = Kept(one.stored, one.file)
    for edition in register.editions():
        kept[edition.programme] = Kept(edition.stored, FILE_NAME)
        kept |= _reviews(edition.stored, register.edition_files(edition.id))
    return kept


def _reviews(programme: str, files: Iterable[EditionFile]) -> dict[str, Kept]:
    """The reviewed scores of an edition, by hash; ``programme`` is where its programme is kept."""
    top = programme.split("/")[0]
    return {
        f.sha256: Kept(f"{top}/{f.sha256[:2]}/{f.sha256}{Path(REVIEWS).suffix}", REVIEWS)
        for f in files
        if f.name == REVIEWS
    }


def kept_by_journal(journal: Journal) -> dict[str, Kept]:
    """The originals the journal speaks of, by hash, where there is no register to ask."""
    kept = {}
    for entry in reversed(journal.entries):
        if isinstance(entry, Arrival):
            kept[entry.sha256] = Kept(entry.stored, entry.file)
        elif isinstance(entry, Closing):
            kept[entry.edition.programme] = Kept(entry.edition.stored, FILE_NAME)
            kept |= _reviews(entry.edition.stored, entry.files)
    return kept


def archive_state(
    folder: Folder, kept: Mapping[str, Kept], journal: Journal, progress: Progress
) -> ArchiveState:
    """Read every original and hold it against its hash."""
    findings: list[Finding] = []
    lost: dict[str, Kept] = {}
    for sha, one in progress(sorted(kept.items()), "cli.progress.doctor"):
        code, reason = _state(folder.out / one.stored, sha)
        if code:
            lost[sha] = one
            findings.append(_said(code, one.stored, name=one.file, reason=reason))
    loose: list[Arrival] = []
    named = {a.sha256: a for a in reversed(journal.arrivals())}
    # Kept by a closing that did not come to its end.
    reviews = {file_of(path).sha256 for path in _reviewed(folder)}
    places = {one.stored for one in kept.values()}
    for path in _files(folder.out / ARCHIVE):
        where = path.relative_to(folder.out).as_posix()
        if where in places or path == journal_path(folder.out) or aside_owner(path.name):
            continue
        if path.stem in reviews:
            continue
        found, arrival = _loose(path, where, kept, named)
        findings += [found] if found else []
        loose += [arrival] if arrival else []
    return ArchiveState(tuple(findings), lost, tuple(loose))


def _reviewed(folder: Folder) -> list[Path]:
    """The reviewed scores as they are now."""
    return sorted(folder.review("").parent.glob("*.xlsx"))


def _state(path: Path, sha256: str) -> tuple[str, str]:
    """The code of what is wrong with an original, "" where nothing is, and the reason."""
    try:
        same = hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return "doctor.original_missing", ""
    except OSError as error:
        return "doctor.original_unreadable", str(error.strerror or error)
    return ("" if same else "doctor.original_damaged"), ""


def _loose(
    path: Path, where: str, kept: Mapping[str, Kept], named: Mapping[str, Arrival]
) -> tuple[Finding | None, Arrival | None]:
    """What a file in the archive is that nothing on record points at."""
    from toolkit.programme.recognise import is_programme

    name = _NAME.fullmatch(path.name)
    sha = name[1] if name else ""
    if not sha or path.parent.name != sha[:2]:
        return _said("doctor.original_foreign", where, Severity.NOTE), None
    code, _ = _state(path, sha)
    if sha in kept or code:  # whole elsewhere, or not whole: nothing to be received
        return _said("doctor.original_half", where, Severity.WARNING), None
    if is_programme(path):
        return None, None  # kept by a closing that did not come to its end
    known = named.get(sha)
    arrival = known or Arrival(sha, where, path.name, _written(path))
    day = f"{arrival.received:%d/%m/%Y}"
    return _said("doctor.original_unrecorded", where, name=arrival.file, day=day), arrival


def _written(path: Path) -> date:
    """The day a file was written, by the clock of this machine: the best that is known."""
    return datetime.fromtimestamp(path.stat().st_mtime).date()


def _files(top: Path) -> Iterable[Path]:
    return sorted(path for path in top.rglob("*") if path.is_file())


def _said(code: str, file: str, severity: Severity = Severity.ERROR, **params: str) -> Finding:
    return Finding(code, severity, Address(file), params=params)


def bring_back(folder: Folder, lost: Mapping[str, Kept]) -> list[str]:
    """Put originals back of which the same bytes lie elsewhere in the folder.

    They may lie in ``nhan-ve/`` still, programme and scores in the folder of the edition. Gives the
    hashes of those that are whole again.
    """
    wanted, back = dict(lost), []
    for data in _elsewhere(folder) if wanted else ():
        sha = hashlib.sha256(data).hexdigest()
        one = wanted.pop(sha, None)
        if one is not None:
            store(data, sha, Path(one.stored).suffix, folder.out)
            back.append(sha)
    return back


def _elsewhere(folder: Folder) -> Iterable[bytes]:
    from toolkit.intake.collect import collect

    published = [p for name in (FILE_NAME, REVIEWS) for p in folder.editions.glob(f"*/{name}")]
    files = (folder.programme, *sorted(published), *_reviewed(folder))
    given = [path for path in (folder.incoming, *files) if path.exists()]
    for incoming in collect(given):
        try:
            yield incoming.read()
        except UnreadableFile:
            continue
