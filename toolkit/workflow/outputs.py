"""Summary workbooks, pages, exported data, and the whole way at once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.findings import Finding
from toolkit.folder import Folder
from toolkit.workflow.audit import NO_AUDITOR, Auditor, auditing
from toolkit.workflow.basis import Loaded, asked_for, bases_of, closed_editions
from toolkit.workflow.charts import Drawn, charts, charts_of
from toolkit.workflow.common import Progress, load_programme, periods_of, silent
from toolkit.workflow.comparisons import (
    compared_periods,
    comparisons,
    last_year,
    last_year_folder,
)
from toolkit.workflow.control import returns_in, verified
from toolkit.workflow.judging import current_details
from toolkit.workflow.returns import AS_FOUND, Day, Received, receive
from toolkit.workflow.reviews import reviews_for
from toolkit.workflow.status import StatusTable, status_of, write_status
from toolkit.workflow.unchanged import Grounds, as_made, remember

if TYPE_CHECKING:
    from toolkit.consolidate.compare import Comparisons
    from toolkit.consolidate.model import Consolidation, PeriodStatus
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
    unchanged: bool = False  # what it is made of is as it was: left as it is


def consolidate(
    folder: Folder,
    periods: Sequence[str] = (),
    *,
    year_before: Path | None = None,
    again: bool = False,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Consolidated, ...]:
    """``bao-cao/PERIOD/tong-hop.xlsx`` for each period; of a closed one as it was published.

    One that would come out the same is left as it is, unless asked for ``again``.

    ``year_before`` is the folder of last year's programme, where the sheet Chương trình does
    not name it. Raises ToolkitError for an unknown period, where nothing is on record, and
    where last year's folder is none.
    """
    programme, asked = asked_for(folder, periods)
    closed = closed_editions(folder)
    grounds = Grounds(folder, programme, last_year_folder(folder, programme, year_before))
    loaded = Loaded(folder, programme, year_before)
    made = []
    for period in progress(asked, "cli.progress.consolidate"):
        edition = closed.get(period.code)
        ground = grounds.of(period, "summary", lang) if edition is None else ""
        name = f"summary {period.code}"
        if not again and as_made(folder, name, ground):
            made.append(_left(folder, programme, period))
            continue
        beside = nullcontext(NO_AUDITOR) if edition else auditing(folder, programme, period, lang)
        with beside as auditor:
            one, files = _write_summary(folder, loaded, period, lang, edition, auditor)
        remember(folder, name, ground, files)
        made.append(one)
    return tuple(made)


def _left(folder: Folder, programme: Programme, period: Period) -> Consolidated:
    """What there is to say of a summary workbook that is left as it is."""
    from toolkit.consolidate.status import statuses_within
    from toolkit.register.store import Register

    with Register(folder.register, read_only=True) as register:
        status = statuses_within(programme, period, register.current())
    _, faults = reviews_for(folder, programme, period)
    return replace(_said(folder, period, status, faults), unchanged=True)


def _write_summary(
    folder: Folder,
    loaded: Loaded,
    period: Period,
    lang: str,
    edition: Edition | None,
    auditor: Auditor,
) -> tuple[Consolidated, tuple[Path, ...]]:
    from toolkit.consolidate.consolidate import consolidate as consolidate_returns
    from toolkit.report.present_export import write_present
    from toolkit.workflow.rebuild import published_summary

    now, before = loaded.now, loaded.before
    keep = edition is None and compared_periods(now, period, before)
    reviews, faults = reviews_for(folder, now.programme, period)
    consolidation = consolidate_returns(now.programme, period, now.details, reviews, keep=keep)
    target = folder.summary(period.code)
    files: tuple[Path, ...] = (target,)
    if edition is None:
        compared = comparisons(now, consolidation, before)
        files += write_summary_of(
            folder, consolidation, now.details, target, lang, compared, auditor
        )
    else:
        published_summary(folder, edition, target, lang)
    files += write_present(consolidation, folder.reports(period.code))
    said = _said(folder, period, consolidation.status, faults)
    return replace(said, edition=edition.name if edition else ""), files


def _said(
    folder: Folder, period: Period, status: Sequence[PeriodStatus], faults: tuple[Finding, ...]
) -> Consolidated:
    units = [u for one in status for u in one.units]
    several = len(status) > 1
    missing = tuple(
        f"{u.unit.short or u.unit.name} ({u.period.name})"
        if several
        else u.unit.short or u.unit.name
        for u in units
        if u.received is None
    )
    came = sum(u.received is not None for u in units)
    target = folder.summary(period.code)
    return Consolidated(period, target, len(units), came, missing, findings=faults)


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
    from toolkit.report.summary.judgements import judged

    with no_cycle_search():
        charts = charts_of(consolidation, details, lang)
        compared = compared or Comparisons(targets(consolidation))
        ran, found = trends(consolidation, details), judged(consolidation)
        audit = auditor.result(
            frozenset([one.submission for one in returns_in(consolidation, details)])
        )
        controls = verified(folder, consolidation, details, audit.sums if audit else None)
        listed = audit.details if audit else None
        return write_summary(
            consolidation, charts, controls, target, lang, compared, ran, found, listed
        )


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

    asked, bases = bases_of(folder, periods)
    if output is not None and len(asked) != 1:
        raise ToolkitError("error.page_one_output")
    made = []
    for base in progress(bases, "cli.progress.page"):
        before = last_year(folder, base.programme, None)
        consolidation, compared = base.consolidated(before)
        charts = charts_of(consolidation, base.details, lang)
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
