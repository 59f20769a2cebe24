"""Returns in: checked without a trace, or received and recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import folder as folders
from toolkit.findings import Finding, Severity
from toolkit.folder import Folder
from toolkit.workflow.common import Progress, load_programme, must_exist, silent
from toolkit.workflow.judging import (
    Judge,
    answers_on_record,
    judge_again,
    looks_back,
    no_history,
    recorded_answers,
    settle_after,
)

if TYPE_CHECKING:
    from toolkit.intake.collect import Incoming
    from toolkit.intake.model import Judgement
    from toolkit.programme.model import Programme
    from toolkit.register.model import Receipt
    from toolkit.register.store import Register
    from toolkit.report.public_json import JudgementJson


@dataclass(frozen=True, slots=True)
class ProgrammeCheck:
    """The judgement on a file that is itself a programme workbook."""

    file: str
    sha256: str
    programme: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """One file given to ``check``; ``programme`` is None for a programme workbook."""

    result: Judgement | ProgrammeCheck
    programme: Programme | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found in the file."""
        return self.result.findings


@dataclass(frozen=True, slots=True)
class Received:
    """One file given to ``receive``: what was said of it and what it did to the register."""

    judgement: Judgement
    receipt: Receipt
    late_days: int

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found in the file and in its place among the others."""
        # The receipt of a file without bytes repeats why there are none.
        return tuple(dict.fromkeys(self.judgement.findings + self.receipt.findings))


@dataclass(frozen=True, slots=True)
class Day:
    """The day of receipt: ``given`` for all files when set, else the one found, else today."""

    given: date | None = None

    def of(self, incoming: Incoming) -> date:
        """The day of receipt of one file."""
        return self.given or incoming.received or date.today()


# No day given: that of the folder a file lies in, else today.
AS_FOUND = Day()


def check(
    paths: Sequence[Path], start: Path | None = None, *, progress: Progress = silent
) -> list[Checked]:
    """Judge files without recording anything, in a stable order.

    A programme workbook is checked as a programme. A return is judged by the programme of
    the folder ``start``, else of the nearest folder upward from the path given, else from
    here; by the answers on record there where a rule looks at the period before.
    Raises ToolkitError where there is no programme, and for a path that is not there.
    """
    from toolkit.intake.collect import collect

    must_exist(paths)
    jobs = [(path, one) for path in paths for one in collect([path])]
    judges: dict[Path, Judge] = {}
    return [
        _check_one(path, one, start, judges) for path, one in progress(jobs, "cli.progress.check")
    ]


def _check_one(
    path: Path, incoming: Incoming, start: Path | None, judges: dict[Path, Judge]
) -> Checked:
    if path.is_file():
        checked = _check_programme(path)
        if checked is not None:
            return checked
    place = folders.find(start) if start else folders.nearest(path) or folders.find()
    if place.root not in judges:
        programme = load_programme(place)
        judges[place.root] = Judge(programme, answers_on_record(place, programme))
    judge = judges[place.root]
    return Checked(judge.of(incoming)[0], judge.programme)


def _check_programme(path: Path) -> Checked | None:
    """The judgement on a programme workbook; None where the file is not one."""
    from toolkit.programme.load import load_with_findings
    from toolkit.programme.recognise import is_programme

    if not is_programme(path):
        return None
    programme, findings = load_with_findings(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    code = programme.code if programme else ""
    return Checked(ProgrammeCheck(path.name, digest, code, findings), None)


def checked_json(results: Sequence[Checked], lang: str) -> list[JudgementJson]:
    """The public JSON of ``check``, one object a file; a programme has no cells to balance."""
    from toolkit.intake.model import Judgement, Outcome
    from toolkit.report.public_json import judgement_json

    shapes = []
    for one in results:
        result = one.result
        if isinstance(result, ProgrammeCheck):
            faulty = any(f.severity is Severity.ERROR for f in result.findings)
            result = Judgement(
                result.file,
                result.sha256,
                0,
                Outcome.FINDINGS if faulty else Outcome.CLEAN,
                programme=result.programme,
                findings=result.findings,
            )
        shapes.append(judgement_json(result, lang))
    return shapes


def receive(
    folder: Folder,
    programme: Programme,
    paths: Sequence[Path] = (),
    *,
    day: Day = AS_FOUND,
    lang: str = "vi",
    progress: Progress = silent,
) -> list[Received]:
    """Archive, judge and record each file, in a stable order; nothing given vanishes.

    Without ``paths`` the folder ``nhan-ve/`` is received. What is on record from an earlier
    version of the programme is judged again first, from the archived originals. A return
    that counts and has errors gets a correction copy in ``tra-lai/PERIOD/``; one that has
    none any more loses it.
    Raises ToolkitError for a path that is not there, and when register or archive cannot be
    written.
    """
    from toolkit.intake.collect import collect
    from toolkit.register.lock import at_work

    if not paths and folder.incoming.is_dir():
        paths = (folder.incoming,)  # a folder nobody has put anything in yet is no fault
    must_exist(paths)
    given = list(collect(paths))
    with at_work(folder.out):
        return take_in(folder, programme, given, day=day, lang=lang, progress=progress)


def take_in(
    folder: Folder,
    programme: Programme,
    given: Sequence[Incoming],
    *,
    day: Day = AS_FOUND,
    lang: str = "vi",
    progress: Progress = silent,
) -> list[Received]:
    """The work of :func:`receive` on files found; the caller keeps other commands away.

    An original that a command was killed over, archived but not on record, is recorded too,
    under the name and day it came.
    """
    from toolkit.programme.fingerprint import judging_key
    from toolkit.register.archive import Deposit
    from toolkit.register.events import keep_journal
    from toolkit.register.journal import identities, read_journal
    from toolkit.register.store import Register
    from toolkit.workflow.desk import Desk, take_up, unrecorded

    received: list[Received] = []
    key = judging_key(programme)
    with Register(folder.register) as register:
        judge = Judge(
            programme, recorded_answers(register) if looks_back(programme) else no_history
        )
        judge_again(register, register.stale(key), judge, folder)
        journal = read_journal(folder.out)
        if not journal.entries:  # received by a version that kept none
            keep_journal(register, folder.out)
        interrupted = unrecorded(register, journal)
        desk = Desk(register, Deposit(folder.out), key, folder.out, identities(journal))
        try:
            for incoming in progress(given, "cli.progress.receive"):
                judgement, data = judge.of(incoming)
                begun = interrupted.pop(judgement.sha256, None)
                found = day.of(incoming)
                desk.take(
                    judgement,
                    data,
                    Path(incoming.name).suffix,
                    min(found, begun.received) if begun and day.given is None else found,
                )
            for begun in interrupted.values():
                take_up(begun, desk, judge)
        finally:
            desk.settle()  # what was judged before a fault or an interruption counts
        for judgement, receipt in desk.done:
            received.append(Received(judgement, receipt, _late_days(programme, judgement, receipt)))
        if judge.history is not no_history:
            received = _settle_history(register, received, judge, folder)
        _write_corrections(register, received, judge, folder, lang)
    return received


def _write_corrections(
    register: Register, received: Sequence[Received], judge: Judge, folder: Folder, lang: str
) -> None:
    from toolkit.correction.write import correction_name, needs_correction, write_correction
    from toolkit.intake.check import previous_period
    from toolkit.intake.reader import read_bytes
    from toolkit.register.archive import load
    from toolkit.register.files import replacing

    judgements = {r.judgement.sha256: r.judgement for r in received if r.judgement.unit}
    periods = sorted({j.period for j in judgements.values()})
    for current in register.current(periods):
        judgement = judgements.get(current.sha256)
        if judgement is None:
            continue
        unit = judge.programme.unit(judgement.unit)
        period = judge.programme.period(judgement.period)
        target = folder.returned(period.code) / correction_name(unit, period)
        if not needs_correction(judgement):
            target.unlink(missing_ok=True)
            continue
        before = previous_period(judge.programme, period)
        raw = read_bytes(load(current.stored, current.sha256, folder.out), judgement.file)
        with replacing(target) as aside:
            write_correction(
                judge.programme,
                judgement,
                raw,
                aside,
                lang,
                previous=judge.history(unit.code, before.code) if before else (),
            )


def _late_days(programme: Programme, judgement: Judgement, receipt: Receipt) -> int:
    from toolkit.consolidate.status import late_days

    due = next((p.due for p in programme.periods if p.code == judgement.period), None)
    return late_days(due, receipt.received)


def _settle_history(
    register: Register, received: list[Received], judge: Judge, folder: Folder
) -> list[Received]:
    """Judge again what looks back at a return that came in only now.

    Files come in any order: without this, a return judged before the one of the period
    before it would be judged otherwise than after it.
    """
    changed = {(r.judgement.unit, r.judgement.period) for r in received if r.judgement.unit}
    anew = settle_after(register, changed, judge, folder)
    return [replace(r, judgement=anew.get(r.judgement.sha256, r.judgement)) for r in received]
