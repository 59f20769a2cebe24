"""Summary workbooks, charts, exported data, and the whole way at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.programme.model import PeriodKind
from toolkit.text import slug
from toolkit.workflow.common import Progress, load_programme, periods_of, silent
from toolkit.workflow.compare import Archive, compared_periods, comparisons, last_year
from toolkit.workflow.control import verified
from toolkit.workflow.judging import current_details
from toolkit.workflow.returns import AS_FOUND, Day, Received, receive
from toolkit.workflow.status import StatusTable, status_of, write_status

if TYPE_CHECKING:
    from toolkit.programme.model import Period, Programme
    from toolkit.register.model import SubmissionDetail


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


def due_periods(
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
    """``bao-cao/PERIOD/tong-hop.xlsx`` for each period.

    ``year_before`` is the folder of last year's programme, where the sheet Chương trình does
    not name it. Raises ToolkitError for an unknown period, where nothing is on record, and
    where last year's folder is none.
    """
    programme = load_programme(folder)
    now = Archive(programme, current_details(folder, programme))
    asked = due_periods(programme, now.details, periods)
    before = last_year(folder, programme, year_before)
    return tuple(
        _write_summary(folder, now, period, before, lang)
        for period in progress(asked, "cli.progress.consolidate")
    )


def _write_summary(
    folder: Folder, now: Archive, period: Period, before: Archive | None, lang: str
) -> Consolidated:
    from toolkit.consolidate.chartdata import chart_data
    from toolkit.consolidate.consolidate import consolidate as consolidate_returns
    from toolkit.report.summary.book import write_summary

    programme, details = now.programme, now.details
    keep = compared_periods(now, period, before)
    consolidation = consolidate_returns(programme, period, details, keep=keep)
    charts = [
        chart_data(chart, programme, period, details, consolidation, lang=lang)
        for chart in programme.charts
    ]
    target = folder.summary(period.code)
    controls = verified(folder, consolidation, details)
    compared = comparisons(now, consolidation, before)
    write_summary(consolidation, charts, controls, target, lang, compared)
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
    details = current_details(folder, programme)
    asked = due_periods(programme, details, periods)
    consolidations = {
        p.code: consolidate_returns(programme, p, details, levels=False) for p in asked
    }
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
