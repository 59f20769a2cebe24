"""One function per command: the only place where the rooms meet. Prints nothing.

Heavy rooms (pandas, matplotlib, openpyxl) are imported inside the functions that need them,
so that ``baocao --help`` starts at once.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from toolkit import folder as folders
from toolkit.errors import ToolkitError, UnreadableFile
from toolkit.findings import Address, Finding, Severity
from toolkit.folder import Folder
from toolkit.programme.model import PeriodKind
from toolkit.text import slug

if TYPE_CHECKING:
    from toolkit.consolidate.model import PeriodStatus
    from toolkit.intake.collect import Incoming
    from toolkit.intake.model import Answer, Judgement
    from toolkit.programme.model import Period, Programme, Unit
    from toolkit.programme.standard import StandardProgramme
    from toolkit.register.model import Receipt, Submission, SubmissionDetail
    from toolkit.register.store import Register
    from toolkit.report.public_json import JudgementJson, StatusJson

T = TypeVar("T")
# Gives the answers on record of a unit (its code) in a period (its code).
History: TypeAlias = "Callable[[str, str], Iterable[Answer]]"


class Progress(Protocol):
    """Walks a sequence and shows how far it is; ``label`` is a catalogue key."""

    def __call__(self, items: Sequence[T], label: str) -> Iterator[T]:
        """The items one by one."""


def silent(items: Sequence[T], label: str) -> Iterator[T]:
    """The Progress that shows nothing."""
    del label
    return iter(items)


# --- the programme ------------------------------------------------------------------------


def templates() -> tuple[StandardProgramme, ...]:
    """The standard programmes an office can start from."""
    from toolkit.programme.standard import standard_programmes

    return standard_programmes()


def new(name: str, target: Path, year: int | None) -> int:
    """Start a folder from a standard programme; the year its periods lie in now.

    Raises ToolkitError for an unknown name or a folder that already holds a programme.
    """
    from toolkit.programme.load import load
    from toolkit.programme.standard import start

    return load(start(name, target, year)).year


def load_programme(folder: Folder) -> Programme:
    """The folder's programme; ProgrammeError with every fault when it has any."""
    from toolkit.programme.load import load

    return load(folder.programme)


def _periods(programme: Programme, codes: Sequence[str]) -> tuple[Period, ...]:
    known = {p.code: p for p in programme.periods}
    for code in codes:
        if code not in known:
            raise ToolkitError("error.unknown_period", period=code, known=", ".join(known))
    return tuple(known[code] for code in dict.fromkeys(codes))


def _units(programme: Programme, codes: Sequence[str]) -> tuple[Unit, ...]:
    known = {u.code: u for u in programme.units}
    for code in codes:
        if code not in known:
            raise ToolkitError("error.unknown_unit", unit=code)
    return tuple(known[code] for code in dict.fromkeys(codes))


# --- distribute ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Distributed:
    """The templates of one period: how many, where, and their archive when asked for."""

    period: Period
    count: int
    folder: Path
    archive: Path | None


def distribute(
    folder: Folder,
    periods: Sequence[str] = (),
    units: Sequence[str] = (),
    *,
    as_zip: bool = False,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Distributed, ...]:
    """One workbook per unit and period in ``gui-di/PERIOD/``.

    Raises ToolkitError for a code that is not in the programme, or when nobody owes
    anything for what was asked.
    """
    from toolkit.template.layout import file_name, layout
    from toolkit.template.write import write

    programme = load_programme(folder)
    asked = _periods(programme, periods) or programme.collected_periods()
    chosen = _units(programme, units) or programme.units
    jobs = [(p, u) for p in asked for u in chosen if programme.forms_for(u, p)]
    if not jobs:
        raise ToolkitError("error.nothing_to_distribute")
    for period, unit in progress(jobs, "cli.progress.distribute"):
        target = folder.outgoing(period.code) / file_name(unit, period)
        target.parent.mkdir(parents=True, exist_ok=True)
        write(layout(programme, unit, period), target, lang)
    made = []
    for period in asked:
        names = sorted(file_name(u, p) for p, u in jobs if p is period)
        if names:
            place = folder.outgoing(period.code)
            archive = _zip_up(place, names) if as_zip else None
            made.append(Distributed(period, len(names), place, archive))
    return tuple(made)


def _zip_up(folder: Path, names: Sequence[str]) -> Path:
    # Fixed member times: the same workbooks give the same archive.
    target = folder.parent / f"{folder.name}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), (folder / name).read_bytes())
    return target


# --- check and receive --------------------------------------------------------------------


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
        return self.judgement.findings + self.receipt.findings


@dataclass(frozen=True, slots=True)
class Day:
    """The day of receipt: ``given`` for all files when set, else the one found, else today."""

    given: date | None = None

    def of(self, incoming: Incoming) -> date:
        """The day of receipt of one file."""
        return self.given or incoming.received or date.today()


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

    _must_exist(paths)
    jobs = [(path, one) for path in paths for one in collect([path])]
    judges: dict[Path, _Judge] = {}
    return [
        _check_one(path, one, start, judges) for path, one in progress(jobs, "cli.progress.check")
    ]


def _check_one(
    path: Path, incoming: Incoming, start: Path | None, judges: dict[Path, _Judge]
) -> Checked:
    if path.is_file():
        checked = _check_programme(path)
        if checked is not None:
            return checked
    place = folders.find(start) if start else folders.nearest(path) or folders.find()
    if place.root not in judges:
        programme = load_programme(place)
        judges[place.root] = _Judge(programme, _answers_on_record(place, programme))
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


def _must_exist(paths: Sequence[Path]) -> None:
    for path in paths:
        if not path.exists():
            raise ToolkitError("error.no_path", path=str(path))


def _answers_on_record(folder: Folder, programme: Programme) -> History:
    """The answers of the returns that count, for rules that look at the period before."""
    from toolkit.register.store import Register

    if not _looks_back(programme) or not folder.register.exists():
        return _no_history
    with Register(folder.register, read_only=True) as register:
        known = {(d.submission.unit, d.submission.period): d.answers for d in register.details()}
    return lambda unit, period: known.get((unit, period), ())


def _no_history(unit: str, period: str) -> tuple[Answer, ...]:
    del unit, period
    return ()


def _looks_back(programme: Programme) -> bool:
    """Whether a rule or formula speaks of the period before."""
    from toolkit.programme.language.walk import previous_references

    formulas = [f.formula for form in programme.forms for f in form.fields if f.formula]
    return any(
        previous_references(e) for e in (*formulas, *(r.expression for r in programme.rules))
    )


@dataclass(frozen=True, slots=True)
class _Judge:
    """The intake, set for one programme."""

    programme: Programme
    history: History

    def of(self, incoming: Incoming) -> tuple[Judgement, bytes]:
        """The judgement on one file given, and its bytes (none where it cannot be read)."""
        from toolkit.intake.judge import judge
        from toolkit.intake.model import Judgement, Outcome

        try:
            data = incoming.read()
        except UnreadableFile as error:
            # Nothing to keep: a lock file, a file of the system, one that cannot be opened.
            finding = Finding(
                error.key,
                Severity.NOTE if error.key in _NO_RETURNS else Severity.ERROR,
                Address(incoming.name),
                params={key: str(value) for key, value in error.params.items()},
            )
            return Judgement(incoming.name, "", 0, Outcome.UNREADABLE, findings=(finding,)), b""
        return judge(data, incoming.name, self.programme, self.history), data


# Left behind by programs, never sent by a unit: said, but nothing to mend.
_NO_RETURNS = frozenset({"collect.lock_file", "collect.system_file", "collect.hidden_file"})


def receive(
    folder: Folder,
    programme: Programme,
    paths: Sequence[Path] = (),
    *,
    day: Day = Day(),
    progress: Progress = silent,
) -> list[Received]:
    """Archive, judge and record each file, in a stable order; nothing given vanishes.

    Without ``paths`` the folder ``nhan-ve/`` is received. What is on record from an earlier
    version of the programme is judged again first, from the archived originals.
    Raises ToolkitError for a path that is not there, and when register or archive cannot be
    written.
    """
    from toolkit.intake.collect import collect
    from toolkit.register.archive import store
    from toolkit.register.store import Register

    if not paths and folder.incoming.is_dir():
        paths = (folder.incoming,)  # a folder nobody has put anything in yet is no fault
    _must_exist(paths)
    given = list(collect(paths))
    folder.out.mkdir(parents=True, exist_ok=True)
    received: list[Received] = []
    with Register(folder.register) as register:
        judge = _Judge(programme, _recorded(register) if _looks_back(programme) else _no_history)
        _judge_again(register, register.stale(programme.fingerprint), judge, folder)
        for incoming in progress(given, "cli.progress.receive"):
            judgement, data = judge.of(incoming)
            stored = ""
            if judgement.sha256:
                stored = store(data, judgement.sha256, Path(incoming.name).suffix, folder.out)
            receipt = register.record(judgement, day.of(incoming), stored, programme.fingerprint)
            received.append(Received(judgement, receipt, _late_days(programme, judgement, receipt)))
        if judge.history is not _no_history:
            received = _settle_history(register, received, judge, folder)
    return received


def _recorded(register: Register) -> History:
    def history(unit: str, period: str) -> tuple[Answer, ...]:
        detail = register.current_detail(unit, period)
        return detail.answers if detail else ()

    return history


def _late_days(programme: Programme, judgement: Judgement, receipt: Receipt) -> int:
    from toolkit.consolidate.status import late_days

    due = next((p.due for p in programme.periods if p.code == judgement.period), None)
    return late_days(due, receipt.received)


def _judge_again(
    register: Register, submissions: Iterable[Submission], judge: _Judge, folder: Folder
) -> dict[str, Judgement]:
    """Replace what was read from these originals; the new judgements by hash."""
    from toolkit.intake.judge import judge as judge_bytes
    from toolkit.register.archive import load

    made = {}
    for one in submissions:
        data = load(one.stored, one.sha256, folder.out)
        judgement = judge_bytes(data, one.file, judge.programme, judge.history)
        register.rejudge(one.sha256, judgement, judge.programme.fingerprint)
        made[one.sha256] = judgement
    return made


def _settle_history(
    register: Register, received: list[Received], judge: _Judge, folder: Folder
) -> list[Received]:
    """Judge again what looks back at a return that came in only now.

    Files come in any order: without this, a return judged before the one of the period
    before it would be judged otherwise than after it.
    """
    from toolkit.intake.check import previous_period

    programme = judge.programme
    changed = {(r.judgement.unit, r.judgement.period) for r in received if r.judgement.unit}
    anew: dict[str, Judgement] = {}
    for period in sorted(programme.collected_periods(), key=lambda p: p.end):
        before = previous_period(programme, period)
        if before is None:
            continue
        units = {unit for unit, code in changed if code == before.code}
        again = [s for s in register.current([period.code]) if s.unit in units]
        anew |= _judge_again(register, again, judge, folder)
        changed |= {(s.unit, period.code) for s in again}
    return [replace(r, judgement=anew.get(r.judgement.sha256, r.judgement)) for r in received]


# --- status -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StatusTable:
    """The return status of one or more periods, in order.

    ``strangers`` are returns on record of units or periods the programme does not ask.
    """

    programme: Programme
    periods: tuple[PeriodStatus, ...]
    strangers: tuple[Submission, ...] = ()


def status(folder: Folder, period: str | None = None) -> StatusTable:
    """The status of a period, of all that make up a longer one, or of every period.

    Raises ToolkitError for a period that is not in the programme.
    """
    programme = load_programme(folder)
    return _status(folder, programme, _periods(programme, [period] if period else ()))


def _status(folder: Folder, programme: Programme, asked: Sequence[Period]) -> StatusTable:
    from toolkit.consolidate.status import programme_status, strangers

    submissions = _current(folder)
    table = programme_status(programme, submissions)
    if asked:
        table = tuple(
            one
            for one in table
            if any(one.period.code == p.code or p.code in one.period.within for p in asked)
        )
    return StatusTable(programme, table, strangers(programme, submissions))


def _current(folder: Folder) -> tuple[Submission, ...]:
    from toolkit.register.store import Register

    with Register(folder.register, read_only=True) as register:
        return register.current()


def status_json(folder: Folder, period: str | None, lang: str) -> StatusJson:
    """The public JSON of one period's status; without one, of the latest with returns.

    Raises ToolkitError for a period that units send no return for.
    """
    from toolkit.report.public_json import status_json as shape

    table = status(folder).periods
    if period is None:
        with_returns = [one for one in table if one.received]
        return shape(with_returns[-1] if with_returns else table[0], lang)
    _periods(load_programme(folder), [period])
    for one in table:
        if one.period.code == period:
            return shape(one, lang)
    known = ", ".join(one.period.code for one in table)
    raise ToolkitError("error.not_collected", period=period, known=known)


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


def write_status(table: StatusTable, target: Path, lang: str) -> None:
    """The status as an Excel workbook for printing."""
    from toolkit.report.status_sheet import write_status as write

    write(table.programme, table.periods, target, lang)


# --- outputs ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Consolidated:
    """A summary workbook written."""

    period: Period
    file: Path
    expected: int
    received: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The charts of a period drawn."""

    period: Period
    folder: Path
    charts: tuple[Path, ...]


def _due_periods(
    programme: Programme, details: Sequence[SubmissionDetail], codes: Sequence[str]
) -> tuple[Period, ...]:
    """The periods asked for; else those that have returns, and the years they belong to.

    Raises ToolkitError when nothing is on record, or nothing for a period asked for.
    """
    if not details:
        raise ToolkitError("error.nothing_received")
    have = {d.submission.period for d in details}
    inside = {p.code: {p.code, *p.within} for p in programme.periods}
    covered = set().union(*(inside.get(code, set()) for code in have))
    asked = _periods(programme, codes)
    for period in asked:
        if period.code not in covered:
            raise ToolkitError("error.no_data_for_period", period=period.code)
    return asked or tuple(
        p
        for p in programme.periods
        if p.code in have or (p.kind is PeriodKind.YEAR and p.code in covered)
    )


def _details(folder: Folder, programme: Programme) -> tuple[SubmissionDetail, ...]:
    """The returns that count, judged by the programme as it is now."""
    from toolkit.register.store import Register

    with Register(folder.register, read_only=True) as register:
        if not register.stale(programme.fingerprint):
            return register.details()
    with Register(folder.register) as register:
        judge = _Judge(programme, _recorded(register))
        _judge_again(register, register.stale(programme.fingerprint), judge, folder)
        return register.details()


def consolidate(
    folder: Folder,
    periods: Sequence[str] = (),
    *,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Consolidated, ...]:
    """``bao-cao/PERIOD/tong-hop.xlsx`` for each period.

    Raises ToolkitError for an unknown period and where nothing is on record.
    """
    programme = load_programme(folder)
    details = _details(folder, programme)
    asked = _due_periods(programme, details, periods)
    return tuple(
        _write_summary(folder, programme, period, details, lang)
        for period in progress(asked, "cli.progress.consolidate")
    )


def _write_summary(
    folder: Folder,
    programme: Programme,
    period: Period,
    details: Sequence[SubmissionDetail],
    lang: str,
) -> Consolidated:
    from toolkit.consolidate.chartdata import chart_data
    from toolkit.consolidate.consolidate import consolidate as consolidate_returns
    from toolkit.report.summary.book import write_summary

    consolidation = consolidate_returns(programme, period, details)
    charts = [
        chart_data(chart, programme, period, details, consolidation, lang=lang)
        for chart in programme.charts
    ]
    target = folder.summary(period.code)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_summary(consolidation, charts, target, lang)
    units = [u for status in consolidation.status for u in status.units]
    several = len(consolidation.status) > 1
    missing = tuple(
        f"{u.unit.short or u.unit.name} ({u.period.name})"
        if several
        else u.unit.short or u.unit.name
        for u in units
        if u.received is None
    )
    return Consolidated(
        period, target, len(units), sum(u.received is not None for u in units), missing
    )


def charts(
    folder: Folder,
    periods: Sequence[str] = (),
    *,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Drawn, ...]:
    """The charts of the sheet Biểu đồ as PNG and SVG in ``bao-cao/PERIOD/bieu-do/``.

    Raises ToolkitError for an unknown period and where nothing is on record.
    """
    from toolkit.consolidate.chartdata import chart_data
    from toolkit.consolidate.consolidate import consolidate as consolidate_returns
    from toolkit.report.charts import draw

    programme = load_programme(folder)
    details = _details(folder, programme)
    asked = _due_periods(programme, details, periods)
    consolidations = {p.code: consolidate_returns(programme, p, details) for p in asked}
    jobs = [(period, chart) for period in asked for chart in programme.charts]
    made: dict[str, list[Path]] = {period.code: [] for period in asked}
    for period, chart in progress(jobs, "cli.progress.charts"):
        data = chart_data(chart, programme, period, details, consolidations[period.code], lang=lang)
        target = folder.charts(period.code)
        target.mkdir(parents=True, exist_ok=True)
        made[period.code] += draw(data, target / slug(chart.code), lang)
    return tuple(Drawn(p, folder.charts(p.code), tuple(made[p.code])) for p in asked)


def export(
    folder: Folder, periods: Sequence[str], kind: str, output: Path | None, lang: str = "vi"
) -> tuple[Path, int]:
    """The answers that count as one tidy table; where it was written and how many rows.

    ``kind`` is ``csv``, ``parquet`` or ``xlsx``. Raises ToolkitError as :func:`consolidate`.
    """
    from toolkit.register.store import Register
    from toolkit.report.export import export_rows, write

    programme = load_programme(folder)
    asked = {p.code for p in _periods(programme, periods)}
    wanted = [
        p.code for p in programme.periods if not asked or p.code in asked or asked & set(p.within)
    ]
    _details(folder, programme)
    with Register(folder.register, read_only=True) as register:
        frame = export_rows(programme, register.answers_frame_rows(wanted if asked else None))
    if frame.empty:
        raise ToolkitError("error.nothing_received")
    target = output or folder.out / "bao-cao" / f"so-lieu.{kind}"
    write(frame, target, kind, lang)
    return target, len(frame)


@dataclass(frozen=True, slots=True)
class Ran:
    """All that ``run`` did."""

    folder: Folder
    received: list[Received]
    status: StatusTable
    status_file: Path
    consolidated: tuple[Consolidated, ...]
    charts: tuple[Drawn, ...]


def run(
    folder: Folder,
    programme: Programme,
    *,
    day: Day = Day(),
    lang: str = "vi",
    progress: Progress = silent,
) -> Ran:
    """Receive ``nhan-ve/``, then status, consolidation and charts; safe to repeat.

    Raises ToolkitError as the commands it is made of.
    """
    received = receive(folder, programme, day=day, progress=progress)
    table = _status(folder, programme, ())
    target = folder.out / "bao-cao" / "tinh-hinh-nop.xlsx"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_status(table, target, lang)
    return Ran(
        folder,
        received,
        table,
        target,
        consolidate(folder, lang=lang, progress=progress),
        charts(folder, lang=lang, progress=progress),
    )
