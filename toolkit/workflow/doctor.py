"""Whether a folder is sound: register, originals, journal, editions, files made; and mending it.

Mending never removes an original and never a decision: what is replaced is kept beside it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.register.closing import ClosingRegister
from toolkit.register.editions import EditionReader
from toolkit.register.events import keep_journal, recorded
from toolkit.register.health import Health, health
from toolkit.register.journal import (
    Journal,
    identity,
    journal_path,
    read_journal,
    write_journal,
)
from toolkit.register.lock import at_work
from toolkit.register.model import Arrival, Decision
from toolkit.register.schema import VERSION
from toolkit.register.shares import share_kind
from toolkit.workflow.common import Progress, load_programme, silent
from toolkit.workflow.doctor_archive import (
    ArchiveState,
    archive_state,
    bring_back,
    kept_by_journal,
    kept_by_register,
)
from toolkit.workflow.doctor_outputs import (
    edition_findings,
    output_findings,
    remove_leftovers,
    stale_summaries,
)
from toolkit.workflow.doctor_reread import reread

if TYPE_CHECKING:
    from toolkit.programme.model import Programme
    from toolkit.workflow.restore import Restored

# What --mend puts right, where it can.
MENDABLE = frozenset(
    f"doctor.{code}"
    for code in (
        "register_damaged",
        "register_gone",
        "register_links",
        "register_behind",
        "register_older",
        "original_missing",
        "original_damaged",
        "original_unrecorded",
        "journal_short",
        "leftover",
        "edition_missing",
        "edition_altered",
    )
)


# The files made that --mend makes again where they are not whole; others need their command.
_BROKEN = "output_broken"
_REMADE = ("tong-hop.xlsx", "trang.html")


def mendable(finding: Finding) -> bool:
    """Whether --mend can put it right, if all it needs is there."""
    if finding.code == f"doctor.{_BROKEN}":
        return PurePosixPath(finding.address.file).name in _REMADE
    return finding.code in MENDABLE


@dataclass(frozen=True, slots=True)
class Checkup:
    """What is wrong now (``findings``) and what was put right (``mended``).

    ``originals`` and ``editions`` are how many were looked at.
    """

    findings: tuple[Finding, ...]
    originals: int
    editions: int
    mended: tuple[Finding, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing is left that somebody has to see to; notes are no such thing."""
        return all(f.severity is Severity.NOTE for f in self.findings)


def doctor(
    folder: Folder,
    *,
    mend: bool = False,
    again: bool = False,
    lang: str = "vi",
    progress: Progress = silent,
) -> Checkup:
    """Look a folder through; with ``mend`` put right what safely can be.

    With ``again`` every original is read anew and held against the figures on record.

    Raises ToolkitError for a register of a newer version or one that is not ours, where
    another command is at work and is waited for in vain, and where the disk does not let it.
    """
    if not mend:
        return _look(folder, progress, again=again).checkup
    with at_work(folder.out):
        before = _look(folder, progress)
        extra = _mend(folder, before, lang)
    after = _look(folder, progress, again=again)
    both = (*before.checkup.findings, *after.checkup.findings)
    seen = {(f.code, f.address): f for f in both}
    if after.programme is not None and any(map(mendable, after.checkup.findings)):
        # A register that is there again may speak of editions that are not.
        _remake(folder, after.checkup.findings, lang)
        after = _look(folder, silent)
    left = {(f.code, f.address) for f in after.checkup.findings}
    mended = tuple(f for f in seen.values() if (f.code, f.address) not in left)
    return replace(after.checkup, findings=(*extra, *after.checkup.findings), mended=mended)


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that a look through a folder gives."""

    checkup: Checkup
    programme: Programme | None
    register: Health
    journal: Journal
    archive: ArchiveState


def _look(folder: Folder, progress: Progress, *, again: bool = False) -> _Seen:
    programme, findings = _programme(folder)
    findings += _place(folder)
    state, journal = health(folder.register), read_journal(folder.out)
    findings += _register(folder, state)
    if journal.broken:
        params = {"count": str(journal.broken)}
        findings.append(_of_journal(folder, "doctor.journal_broken", Severity.NOTE, params))
    editions = 0
    kept = kept_by_journal(journal)
    with _opened(folder, state) as register:
        if register is not None:
            kept = kept_by_register(register)
            editions = len(register.editions())
            findings += _journal(folder, register, journal)
            findings += edition_findings(folder, register)
    archive = archive_state(folder, kept, journal, progress)
    findings += [*archive.findings, *output_findings(folder)]
    sound = not any(f.severity is Severity.ERROR for f in findings)
    if programme is not None and sound:  # else what is told already is why they would differ
        findings += stale_summaries(folder, programme)
        findings += reread(folder, programme, progress) if again else []
    checkup = Checkup(tuple(findings), len(kept), editions)
    return _Seen(checkup, programme, state, journal, archive)


@contextlib.contextmanager
def _opened(folder: Folder, state: Health) -> Iterator[EditionReader | None]:
    if not state.usable:
        yield None
        return
    with EditionReader(folder.register, read_only=True) as register, register.snapshot():
        yield register


def _programme(folder: Folder) -> tuple[Programme | None, list[Finding]]:
    try:
        return load_programme(folder), []
    except ToolkitError:
        at = Address(folder.programme.name)
        return None, [Finding("doctor.programme_faulty", Severity.ERROR, at)]


def _place(folder: Folder) -> list[Finding]:
    """What the place itself brings with it."""
    at, found = Address(str(folder.out)), []
    if not os.access(folder.out, os.W_OK):
        found.append(Finding("doctor.read_only", Severity.ERROR, at))
    if kind := share_kind(folder.out):
        found.append(Finding("doctor.share", Severity.NOTE, at, params={"kind": kind}))
    return found


def _register(folder: Folder, state: Health) -> list[Finding]:
    at = Address(folder.register.name)
    found = []
    if state.state in ("damaged", "gone", "links"):
        params = {"reason": state.reason}
        found.append(Finding(f"doctor.register_{state.state}", Severity.ERROR, at, params=params))
    if state.older:
        versions = {"found": str(state.version), "known": str(VERSION)}
        found.append(Finding("doctor.register_older", Severity.NOTE, at, params=versions))
    return found


def _journal(folder: Folder, register: EditionReader, journal: Journal) -> list[Finding]:
    """Where register and journal disagree."""
    entries, found = recorded(register), []
    short = journal.lacking(entries)
    if short:
        params = {"count": str(len(short))}
        found.append(_of_journal(folder, "doctor.journal_short", Severity.WARNING, params))
    known = {identity(e) for e in entries}
    behind = [e for e in journal.entries if not isinstance(e, Arrival) and identity(e) not in known]
    if behind:
        params = {
            "decisions": str(sum(isinstance(e, Decision) for e in behind)),
            "editions": str(sum(not isinstance(e, Decision) for e in behind)),
        }
        at = Address(folder.register.name)
        found.append(Finding("doctor.register_behind", Severity.ERROR, at, params=params))
    return found


def _of_journal(folder: Folder, code: str, severity: Severity, params: dict[str, str]) -> Finding:
    name = journal_path(folder.out).relative_to(folder.out).as_posix()
    return Finding(code, severity, Address(name), params=params)


# --- mending --------------------------------------------------------------------------------


def _mend(folder: Folder, seen: _Seen, lang: str) -> list[Finding]:
    """Mend originals, register and journal; gives what could not be written down again."""
    from toolkit.workflow.restore import restore_register
    from toolkit.workflow.returns import take_in

    remove_leftovers(folder)
    bring_back(folder, seen.archive.lost)
    if seen.programme is None:
        return []  # nothing can be judged
    write_journal(folder.out, seen.journal.lacking(seen.archive.loose))
    codes = {f.code for f in seen.checkup.findings}
    lost: list[Finding] = []
    if codes & _MADE_AGAIN:
        done = restore_register(folder, seen.programme)
        lost = _lost(folder, done, seen.journal)
    elif seen.archive.loose:
        take_in(folder, seen.programme, (), lang=lang)
    if folder.register.exists():
        with ClosingRegister(folder.register) as register:
            keep_journal(register, folder.out)
    return lost


# After these the register is made again.
_MADE_AGAIN = frozenset(
    f"doctor.register_{state}" for state in ("damaged", "gone", "links", "behind")
)


def _lost(folder: Folder, done: Restored, journal: Journal) -> list[Finding]:
    """What a register made again does not hold."""
    said = {
        "originals": "; ".join(sorted(done.originals.values())),
        "decisions": str(done.decisions or ""),
        "editions": "; ".join(done.editions),
    }
    at = Address(folder.register.name)
    found = [
        Finding(f"doctor.lost_{what}", Severity.ERROR, at, params={"lost": lost})
        for what, lost in said.items()
        if lost
    ]
    if not journal.entries:
        found.append(Finding("doctor.lost_journal", Severity.WARNING, at))
    return found


def _remake(folder: Folder, findings: Sequence[Finding], lang: str) -> None:
    """Put published files back and make half outputs again, as far as the figures can be had."""
    from toolkit.workflow.outputs import consolidate, pages
    from toolkit.workflow.rebuild import rebuild

    commands: dict[str, Callable[[str], object]] = {
        "tong-hop.xlsx": lambda period: consolidate(folder, [period], lang=lang),
        "trang.html": lambda period: pages(folder, [period], lang=lang),
    }
    editions = {str(f.params["edition"]) for f in findings if f.code in _PUBLISHED}
    jobs: list[Callable[[], object]] = [partial(rebuild, folder, name) for name in sorted(editions)]
    for finding in findings:
        path = PurePosixPath(finding.address.file)
        if finding.code == f"doctor.{_BROKEN}" and path.name in commands:
            jobs.append(partial(commands[path.name], path.parent.name))
    for job in jobs:
        # What keeps it from being made is among the findings of the look that follows.
        with contextlib.suppress(ToolkitError):
            job()


_PUBLISHED = ("doctor.edition_missing", "doctor.edition_altered")
