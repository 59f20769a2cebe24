"""Returns in: checked without a trace, or received and recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit import folder as folders
from toolkit.findings import Finding, Severity
from toolkit.folder import Folder
from toolkit.intake.history import no_history
from toolkit.workflow.common import Progress, load_programme, must_exist, silent
from toolkit.workflow.copied import checked_for_copies, settle_copies, with_copy
from toolkit.workflow.judging import (
    Judge,
    answers_on_record,
    in_order_of_time,
    judge_again,
    judging,
    looks_back,
    recorded_answers,
    settle_after,
)

if TYPE_CHECKING:
    from toolkit.intake.collect import Incoming
    from toolkit.intake.model import Judgement
    from toolkit.programme.model import Programme
    from toolkit.register.model import Receipt, Submission
    from toolkit.register.store import Register
    from toolkit.report.public_json import JudgementJson
    from toolkit.workflow.told import Told

_RECEIVING = "cli.progress.receive"


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
    """One file given to ``receive``: what was said of it and what it did to the register.

    The answers of a judgement without errors are in the register only.
    """

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
    from toolkit.intake.model import Judgement

    must_exist(paths)
    jobs = [(path, one) for path in paths for one in collect([path])]
    judges: dict[Path, Judge] = {}
    places: list[Path | None] = []
    results: list[Checked] = []
    with ExitStack() as stack:
        for path, one in progress(jobs, "cli.progress.check"):
            place, checked = _check_one(path, one, start, judges, stack)
            places.append(place)
            results.append(checked)
    days = [one.received or date.today() for _, one in jobs]
    for root, judge in judges.items():
        at = [n for n, place in enumerate(places) if place == root]
        judged = [(j, days[n]) for n in at if isinstance(j := results[n].result, Judgement)]
        copied = checked_for_copies(folders.find(root), judge.programme, judged)
        for n, judgement in zip(at, copied, strict=True):
            results[n] = replace(results[n], result=judgement)
    return results


def _check_one(
    path: Path, incoming: Incoming, start: Path | None, judges: dict[Path, Judge], stack: ExitStack
) -> tuple[Path | None, Checked]:
    """The judgement on one file, and the folder whose programme judged it."""
    if path.is_file():
        checked = _check_programme(path)
        if checked is not None:
            return None, checked
    place = folders.find(start) if start else folders.nearest(path) or folders.find()
    if place.root not in judges:
        programme = load_programme(place)
        history = answers_on_record(place, programme)
        judges[place.root] = stack.enter_context(judging(programme, history))
    judge = judges[place.root]
    ((_, judgement, _),) = judge.all([incoming])
    return place.root, Checked(judgement, judge.programme)


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


def get_ready() -> None:
    """Begin to get ready for :func:`receive`, beside what the caller does meanwhile."""
    from toolkit.intake.isolated import warm

    warm()


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
    folder.out.mkdir(parents=True, exist_ok=True)
    get_ready()
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

    key = judging_key(programme)
    with Register(folder.register) as register:
        history = recorded_answers(register) if looks_back(programme) else no_history
        stale = register.stale(key)
        with judging(programme, history, len(given) + len(stale)) as judge:
            judged = judge_again(register, stale, judge, folder)
            journal = read_journal(folder.out)
            if not journal.entries:  # received by a version that kept none
                keep_journal(register, folder.out)
            interrupted = unrecorded(register, journal)
            desk = Desk(
                register, Deposit(folder.out), programme, key, folder.out, identities(journal)
            )
            try:
                # The bar counts what is judged, not what is taken in hand ahead of that.
                shown = progress(given, _RECEIVING)
                for (incoming, judgement, data), _ in zip(judge.all(given), shown, strict=True):
                    begun = interrupted.pop(judgement.sha256, None)
                    found = day.of(incoming)
                    if begun and day.given is None:
                        found = min(found, begun.received)
                    desk.take(judgement, data, Path(incoming.name).suffix, found)
                for begun in interrupted.values():
                    take_up(begun, desk, judge)
            finally:
                desk.settle()  # what was judged before a fault or an interruption counts
            done = _settled(register, desk.done, judged, judge, folder, lang)
    return [Received(j, receipt, _late_days(programme, j, receipt)) for j, receipt in done]


def _settled(
    register: Register,
    given: list[tuple[Told, Receipt]],
    judged: dict[str, Told],
    judge: Judge,
    folder: Folder,
    lang: str,
) -> list[tuple[Judgement, Receipt]]:
    """What came, as it stands when all of it is there; its correction copies are written.

    ``judged`` are the returns on record that were judged again beforehand, by hash.
    """
    if judge.history is not no_history:
        # Files come in any order: what looks back at one that came only now is judged anew.
        changed = {(t.judgement.unit, t.judgement.period) for t, _ in given if t.signs}
        anew = settle_after(register, changed, judge, folder)
        judged |= anew
        given = [(anew.get(t.judgement.sha256, t), receipt) for t, receipt in given]
    came = {t.judgement.sha256: t for t, _ in given if t.signs}
    copied = settle_copies(register, judge.programme, judged | came)
    done = [
        (with_copy(j, copied[j.sha256]) if j.sha256 in copied else j, receipt)
        for j, receipt in ((t.judgement, receipt) for t, receipt in given)
    ]
    others = dict.fromkeys(copied.keys() - judged.keys())
    concerned = others | {j.sha256: j for j, _ in done if j.unit}
    _write_corrections(register, concerned, copied, judge, folder, lang)
    return done


def _write_corrections(
    register: Register,
    concerned: Mapping[str, Judgement | None],
    copied: Mapping[str, Finding | None],
    judge: Judge,
    folder: Folder,
    lang: str,
) -> None:
    """Of what counts among these, by hash; None where it is still to be judged again.

    So is what had no error of its own and is said to be a copy: its answers are gone by now.
    """
    from toolkit.correction.needed import correction_name, needs_correction
    from toolkit.register.written import remove

    periods = sorted({j.period for j in concerned.values() if j is not None})
    for current in register.current(periods, concerned):
        judgement = concerned[current.sha256]
        if judgement is None or (needs_correction(judgement) and not judgement.answers):
            ((_, read),) = in_order_of_time([current], judge, folder)
            judgement = with_copy(read, copied[current.sha256])
        unit = judge.programme.unit(judgement.unit)
        period = judge.programme.period(judgement.period)
        target = folder.returned(period.code) / correction_name(unit, period)
        if not needs_correction(judgement):
            remove(target)
            continue
        _write_correction(current, judgement, judge, folder, target, lang)


def _write_correction(
    current: Submission, judgement: Judgement, judge: Judge, folder: Folder, target: Path, lang: str
) -> None:
    from toolkit.correction.write import write_correction
    from toolkit.intake.check import previous_period
    from toolkit.intake.reader import read_bytes
    from toolkit.register.archive import load
    from toolkit.register.files import replacing

    before = previous_period(judge.programme, judge.programme.period(judgement.period))
    raw = read_bytes(load(current.stored, current.sha256, folder.out), judgement.file)
    with replacing(target) as aside:
        write_correction(
            judge.programme,
            judgement,
            raw,
            aside,
            lang,
            previous=judge.history(judgement.unit, before.code) if before else (),
        )


def _late_days(programme: Programme, judgement: Judgement, receipt: Receipt) -> int:
    from toolkit.consolidate.status import late_days

    due = next((p.due for p in programme.periods if p.code == judgement.period), None)
    return late_days(due, receipt.received)
