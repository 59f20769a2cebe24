"""Consolidated figures and comparisons for other programs: tables and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.folder import Folder
from toolkit.workflow.basis import due_periods
from toolkit.workflow.common import load_programme
from toolkit.workflow.comparisons import Archive, compared_periods, comparisons, last_year
from toolkit.workflow.judging import current_details

if TYPE_CHECKING:
    from toolkit.consolidate.compare import Comparisons
    from toolkit.consolidate.model import Consolidation

_FILES = {"figures": "tong-hop", "comparisons": "so-sanh"}


def figures(
    folder: Folder, periods: Sequence[str], *, year_before: Path | None = None
) -> Iterator[tuple[Consolidation, Comparisons]]:
    """The consolidation of each period with what it is compared with.

    Raises ToolkitError as :func:`consolidate`.
    """
    from toolkit.consolidate.consolidate import consolidate as consolidate_returns

    programme = load_programme(folder)
    now = Archive(programme, current_details(folder, programme))
    before = last_year(folder, programme, year_before)
    for period in due_periods(programme, now.periods, periods):
        keep = compared_periods(now, period, before)
        made = consolidate_returns(programme, period, now.details, keep=keep)
        yield made, comparisons(now, made, before)


def export_figures(
    folder: Folder,
    periods: Sequence[str],
    table: str,
    kind: str,
    output: Path | None,
    lang: str = "vi",
) -> tuple[Path, int]:
    """The ``figures`` or ``comparisons`` of the periods as one tidy table; as :func:`export`."""
    from toolkit.report.export import frame_of, write
    from toolkit.report.figures import (
        COMPARISON_COLUMNS,
        FIGURE_COLUMNS,
        comparison_rows,
        figure_rows,
        in_columns,
    )

    made = list(figures(folder, periods))
    if table == "figures":
        columns: tuple[str, ...] = FIGURE_COLUMNS
        rows = [row for one, _ in made for row in figure_rows(one)]
    else:
        columns = COMPARISON_COLUMNS
        rows = [row for one, compared in made for row in comparison_rows(one, compared)]
    target = output or folder.out / "bao-cao" / f"{_FILES[table]}.{kind}"
    write(frame_of(columns, in_columns(rows, columns)), target, kind, lang)
    return target, len(rows)


def figures_json(
    folder: Folder, periods: Sequence[str], *, year_before: Path | None = None
) -> list[dict[str, object]]:
    """What ``consolidate --json`` prints: the figures and comparisons of each period."""
    from toolkit.report.figures import figures_json as as_json

    made = figures(folder, periods, year_before=year_before)
    return [as_json(one, compared) for one, compared in made]
