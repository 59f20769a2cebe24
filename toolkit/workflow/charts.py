"""The charts of a programme, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.folder import Folder
from toolkit.text import slug
from toolkit.workflow.basis import Loaded, asked_for, basis_of, closed_editions
from toolkit.workflow.common import Progress, silent
from toolkit.workflow.unchanged import Grounds, as_made, remember

if TYPE_CHECKING:
    from toolkit.consolidate.chartdata import ChartData
    from toolkit.consolidate.model import Consolidation
    from toolkit.programme.model import Period
    from toolkit.register.model import SubmissionDetail


@dataclass(frozen=True, slots=True)
class Drawn:
    """The charts of a period drawn."""

    period: Period
    folder: Path
    charts: tuple[Path, ...]
    unchanged: bool = False  # as in Consolidated


def charts(
    folder: Folder,
    periods: Sequence[str] = (),
    *,
    kinds: Sequence[str] = ("png", "svg"),
    again: bool = False,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Drawn, ...]:
    """The charts of the sheet Biểu đồ in ``bao-cao/PERIOD/bieu-do/``.

    ``kinds`` are the files wanted of each: png, svg, pdf. Those of a period that would come
    out the same are left as they are, unless asked for ``again``. Raises ToolkitError for an
    unknown period and where nothing is on record.
    """
    from toolkit.consolidate.chartdata import chart_data
    from toolkit.consolidate.consolidate import consolidate as consolidate_returns

    programme, asked = asked_for(folder, periods)
    closed = closed_editions(folder)
    grounds = Grounds(folder, programme, None)
    wanted = {p.code: grounds.of(p, "charts", lang, *kinds) for p in asked if p.code not in closed}
    left = {
        code: files
        for code, ground in wanted.items()
        if not again and (files := as_made(folder, f"charts {code}", ground))
    }
    loaded = Loaded(folder, programme, None)
    bases = [
        basis_of(folder, loaded.now, period, closed.get(period.code))
        for period in asked
        if period.code not in left
    ]
    consolidations = {
        b.period.code: consolidate_returns(b.programme, b.period, b.details, levels=False)
        for b in bases
    }
    jobs = [(base, chart) for base in bases for chart in base.programme.charts]
    made: dict[str, list[Path]] = {period.code: [] for period in asked}
    for base, chart in progress(jobs, "cli.progress.charts"):
        from toolkit.report.charts import draw  # matplotlib: only where something is drawn

        code = base.period.code
        whole = consolidations[code]
        data = chart_data(chart, base.programme, base.period, base.details, whole, lang=lang)
        target = folder.charts(code)
        target.mkdir(parents=True, exist_ok=True)
        made[code] += draw(data, target / slug(chart.code), lang, kinds)
    for base in bases:
        code = base.period.code
        remember(folder, f"charts {code}", wanted.get(code, ""), made[code])
    return tuple(
        Drawn(p, folder.charts(p.code), left.get(p.code, tuple(made[p.code])), p.code in left)
        for p in asked
    )


def charts_of(
    consolidation: Consolidation, details: Sequence[SubmissionDetail], lang: str
) -> list[ChartData]:
    """The data of the charts the programme asks for."""
    from toolkit.consolidate.chartdata import chart_data

    programme, period = consolidation.programme, consolidation.period
    return [
        chart_data(chart, programme, period, details, consolidation, lang=lang)
        for chart in programme.charts
    ]
