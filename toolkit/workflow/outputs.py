"""Summary workbooks, charts, exported data, and the whole way at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.findings import Finding
from toolkit.folder import Folder
from toolkit.programme.model import PeriodKind
from toolkit.text import slug
from toolkit.workflow.audit import NO_AUDITOR, Auditor, auditing
from toolkit.workflow.basis import Basis, basis_of, closed_editions
from toolkit.workflow.common import Progress, load_programme, periods_of, silent
from toolkit.workflow.comparisons import Archive, compared_periods, comparisons, last_year
from toolkit.workflow.control import verified
from toolkit.workflow.judging import bring_up_to_date, current_details, recorded_details
from toolkit.workflow.returns import AS_FOUND, Day, Received, receive
from toolkit.workflow.reviews import reviews_for
from toolkit.workflow.status import StatusTable, status_of, write_status

if TYPE_CHECKING:
    from toolkit.consolidate.chartdata import ChartData
    from toolkit.consolidate.compare import Comparisons
    from toolkit.consolidate.model import Consolidation
    from toolkit.programme.model import Period, Programme
    from toolkit.register.model import Edition, SubmissionDetail


@dataclass(frozen=True, slots=True)
class Consolidated:
    """A summary workbook written."""

    period: Period
    file: Path
    expected: int
    received: int
    missing: tuple[str, ...]
    edition: str = ""  # the closed edition that it is a copy of
    findings: tuple[Finding, ...] = ()  # of the file of reviewed scores


@dataclass(frozen=True, slots=True)
class Drawn:
    """The charts of a period drawn."""

    period: Period
    folder: Path
    charts: tuple[Path, ...]


def due_periods(
    programme: Programme, have: Collection[str], codes: Sequence[str]
) -> tuple[Period, ...]:
    """The periods asked for; else those that have returns, and the years they belong to.

    ``have`` are the codes of the periods that have returns. Raises ToolkitError when nothing
    is on record, or nothing for a period asked for.
    """
    if not have:
        raise ToolkitError("error.nothing_received")
    inside = {p.code: {p.code, *p.within} for p in programme.periods}
    covered = set().union(*(inside.get(code, set()) for code in have))
    asked = periods_of(programme, codes)
    for period in asked:
        if period.code not in covered:
            raise ToolkitError("error.no_data_for_period", period=period.code)
    return asked or tuple(
        p
        for p in programme.periods
        if p.code in have or (p.kind is PeriodKind.YEAR and p.code in covered)
    )


def consolidate(
    folder: Folder,
    periods: Sequence[str] = (),
    *,
    year_before: Path | None = None,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Consolidated, ...]:
    """``bao-cao/PERIOD/tong-hop.xlsx`` for each period; of a closed one as it was published.

    ``year_before`` is the folder of last year's programme, where the sheet Chương trình does
    not name it. Raises ToolkitError for an unknown period, where nothing is on record, and
    where last year's folder is none.
    """
    from toolkit.register.store import Register

    programme = load_programme(folder)
    bring_up_to_date(folder, programme)
    with Register(folder.register, read_only=True) as register:
        asked = due_periods(programme, register.current_periods(), periods)
    before = last_year(folder, programme, year_before)
    closed = closed_editions(folder)
    now: Archive | None = None
    made = []
    for period in progress(asked, "cli.progress.consolidate"):
        edition = closed.get(period.code)
        open_one = edition is None
        beside = auditing(folder, programme, period, lang) if open_one else nullcontext(NO_AUDITOR)
        with beside as auditor:
            now = now or Archive(programme, recorded_details(folder))
            archives = (now, before)
            made.append(_write_summary(folder, archives, period, lang, edition, auditor))
    return tuple(made)


def _write_summary(
    folder: Folder,
    archives: tuple[Archive, Archive | None],
    period: Period,
    lang: str,
    edition: Edition | None,
    auditor: Auditor,
) -> Consolidated:
    from toolkit.consolidate.consolidate import consolidate as consolidate_returns
    from toolkit.report.present_export import write_present
    from toolkit.workflow.rebuild import published_summary

    now, before = archives
    keep = edition is None and compared_periods(now, period, before)
    reviews, faults = reviews_for(folder, now.programme, period)
    consolidation = consolidate_returns(now.programme, period, now.details, reviews, keep=keep)
    target = folder.summary(period.code)
    if edition is None:
        compared = comparisons(now, consolidation, before)
        write_summary_of(folder, consolidation, now.details, target, lang, compared, auditor)
    else:
        published_summary(folder, edition, target, lang)
    write_present(consolidation, folder.reports(period.code))
    units = [u for status in consolidation.status for u in status.units]
    several = len(consolidation.status) > 1
    missing = tuple(
        f"{u.unit.short or u.unit.name} ({u.period.name})"
        if several
        else u.unit.short or u.unit.name
        for u in units
        if u.received is None
    )
    came = sum(u.received is not None for u in units)
    name = edition.name if edition else ""
    return Consolidated(period, target, len(units), came, missing, name, faults)


def write_summary_of(
    folder: Folder,
    consolidation: Consolidation,
    details: Sequence[SubmissionDetail],
    target: Path,
    lang: str,
    compared: Comparisons | None = None,
    auditor: Auditor = NO_AUDITOR,
) -> tuple[Path, ...]:
    """The summary workbook of a consolidation of ``details``, at ``target``.

    Gives the files written beside it, of lists too long for a sheet. What the ``auditor`` has
    done is not done again.

    Without ``compared`` it is set against the targets alone: the figures of other periods may
    change, and an edition must not.

    The archive of ``folder`` is read. Raises ToolkitError as :func:`verified`, and where the
    target cannot be written.
    """
    from toolkit.consolidate.compare import Comparisons, targets
    from toolkit.consolidate.memory import no_cycle_search
    from toolkit.consolidate.trend import trends
    from toolkit.report.summary.book import write_summary

    with no_cycle_search():
        charts = _charts_of(consolidation, details, lang)
        compared = compared or Comparisons(targets(consolidation))
        ran = trends(consolidation, details)
        audit = auditor.result()
        controls = verified(folder, consolidation, details, audit.sums if audit else None)
        listed = audit.details if audit else None
        return write_summary(consolidation, charts, controls, target, lang, compared, ran, listed)


def _charts_of(
    consolidation: Consolidation, details: Sequence[SubmissionDetail], lang: str
) -> list[ChartData]:
    """The data of the charts the programme asks for."""
    from toolkit.consolidate.chartdata import chart_data

    programme, period = consolidation.programme, consolidation.period
    return [
        chart_data(chart, programme, period, details, consolidation, lang=lang)
        for chart in programme.charts
    ]


def charts(
    folder: Folder,
    periods: Sequence[str] = (),
    *,
    kinds: Sequence[str] = ("png", "svg"),
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Drawn, ...]:
    """The charts of the sheet Biểu đồ in ``bao-cao/PERIOD/bieu-do/``.

    ``kinds`` are the files wanted of each: png, svg, pdf. Raises ToolkitError for an unknown
    period and where nothing is on record.
    """
    from toolkit.consolidate.chartdata import chart_data
    from toolkit.consolidate.consolidate import consolidate as consolidate_returns
    from toolkit.report.charts import draw

    asked, bases = _bases(folder, periods)
    consolidations = {
        b.period.code: consolidate_returns(b.programme, b.period, b.details, levels=False)
        for b in bases
    }
    jobs = [(base, chart) for base in bases for chart in base.programme.charts]
    made: dict[str, list[Path]] = {period.code: [] for period in asked}
    for base, chart in progress(jobs, "cli.progress.charts"):
        code = base.period.code
        whole = consolidations[code]
        data = chart_data(chart, base.programme, base.period, base.details, whole, lang=lang)
        target = folder.charts(code)
        target.mkdir(parents=True, exist_ok=True)
        made[code] += draw(data, target / slug(chart.code), lang, kinds)
    return tuple(Drawn(p, folder.charts(p.code), tuple(made[p.code])) for p in asked)


def _bases(folder: Folder, periods: Sequence[str]) -> tuple[Sequence[Period], Sequence[Basis]]:
    """The periods to draw, and what each is drawn from."""
    programme = load_programme(folder)
    now = Archive(programme, current_details(folder, programme))
    asked = due_periods(programme, now.periods, periods)
    closed = closed_editions(folder)
    return asked, [basis_of(folder, now, period, closed.get(period.code)) for period in asked]


@dataclass(frozen=True, slots=True)
class Paged:
    """The page of a period written."""

    period: Period
    file: Path


def pages(
    folder: Folder,
    periods: Sequence[str] = (),
    output: Path | None = None,
    *,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Paged, ...]:
    """``bao-cao/PERIOD/trang.html`` for each period, or ``output`` for a single one.

    Raises ToolkitError as :func:`consolidate`, and where ``output`` is given for several.
    """
    from toolkit.report.page.write import write_page

    asked, bases = _bases(folder, periods)
    if output is not None and len(asked) != 1:
        raise ToolkitError("error.page_one_output")
    made = []
    for base in progress(bases, "cli.progress.page"):
        before = last_year(folder, base.programme, None)
        consolidation, compared = base.consolidated(before)
        charts = _charts_of(consolidation, base.details, lang)
        controls = verified(folder, consolidation, base.details)
        target = output or folder.page(base.period.code)
        write_page(
            consolidation, base.details, charts, controls, target, folder.out, lang, compared
        )
        made.append(Paged(base.period, target))
    return tuple(made)


def export(
    folder: Folder, periods: Sequence[str], kind: str, output: Path | None, lang: str = "vi"
) -> tuple[Path, int]:
    """The answers that count as one tidy table; where it was written and how many rows.

    ``kind`` is ``csv``, ``parquet`` or ``xlsx``. Raises ToolkitError as :func:`consolidate`.
    """
    from toolkit.consolidate.counted import counted
    from toolkit.register.store import Register
    from toolkit.report.export import export_rows, write

    programme = load_programme(folder)
    asked = {p.code for p in periods_of(programme, periods)}
    wanted = [
        p.code for p in programme.periods if not asked or p.code in asked or asked & set(p.within)
    ]
    held = counted(programme, programme.collected_periods(), current_details(folder, programme))
    with Register(folder.register, read_only=True) as register:
        answers = register.answers_frame_rows(wanted if asked else None)
        lists = [row for row in held.lists if not asked or row[0] in wanted]
        frame = export_rows(programme, chain(answers, lists), held.faulty)
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
    day: Day = AS_FOUND,
    lang: str = "vi",
    progress: Progress = silent,
) -> Ran:
    """Receive ``nhan-ve/``, then status, consolidation and charts; safe to repeat.

    Raises ToolkitError as the commands it is made of.
    """
    received = receive(folder, programme, day=day, lang=lang, progress=progress)
    table = status_of(folder, programme, ())
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
