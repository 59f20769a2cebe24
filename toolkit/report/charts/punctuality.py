"""The punctuality matrix: a unit a row, a period a column, words where something is amiss."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from toolkit.consolidate.chartdata import ChartData, MatrixCell
from toolkit.consolidate.model import ReturnState
from toolkit.messages import text
from toolkit.report.charts.look import WIDTH, wrapped
from toolkit.report.charts.page import EDGE, finish, new, panels, tag

# In the order of the legend. Lightness tells them apart in grey, patterns do it again.
_LOOKS = {
    ReturnState.ON_TIME: ("#56B4E9", ""),
    ReturnState.LATE: ("#F0E442", "//"),
    ReturnState.RETURNED: ("#E69F00", "xx"),
    ReturnState.MISSING: ("#FFFFFF", ""),
}
# Inches of a cell from which it holds state and days, one of the two, or the days alone.
_WIDE, _MIDDLE = 1.45, 0.8
_LETTER = 0.075  # inches of a letter of a unit's name
_UPRIGHT = 0.55  # inches of a cell below which the period over it stands upright
_LONGEST_NAME = 28


def matrix(data: ChartData, lang: str) -> Figure:
    """All units and periods; more units than fit one column stand in two."""
    groups = panels(len(data.series))
    figure, all_axes = new(data, 1.4 + 0.3 * len(groups[0]), columns=len(groups))
    names = [wrapped(series.name, _LONGEST_NAME, 1) for series in data.series]
    room = WIDTH / len(groups) - _LETTER * max(map(len, names)) - 0.3
    width = room / len(data.categories)
    for axes, rows in zip(all_axes, groups, strict=True):
        for y, i in enumerate(rows):
            for x, cell in enumerate(data.matrix[i]):
                _cell(axes, x, y, cell, width, lang)
        _labels(axes, data.categories, [names[i] for i in rows], width)
        axes.set_ylim(len(groups[0]), 0)
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor=EDGE, label=_name(state, lang))
        for state, (colour, hatch) in _LOOKS.items()
    ]
    if width < _MIDDLE:
        words = text("report.chart.days_in_cell", lang)
        handles.append(Patch(facecolor="none", edgecolor="none", label=words))
    return finish(figure, data, handles, columns=5)


def _labels(axes: Axes, periods: Sequence[str], units: Sequence[str], width: float) -> None:
    axes.set_xlim(0, len(periods))
    upright = width < _UPRIGHT
    axes.set_xticks(
        [x + 0.5 for x in range(len(periods))],
        [wrapped(p, 24 if upright else max(8, int(width / _LETTER))) for p in periods],
        rotation=90 if upright else 0,
    )
    axes.xaxis.tick_top()
    axes.set_yticks([y + 0.5 for y in range(len(units))], list(units))
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _name(state: ReturnState, lang: str) -> str:
    return text(f"report.return.{state}", lang)


def _cell(axes: Axes, x: int, y: int, cell: MatrixCell, width: float, lang: str) -> None:
    if cell.state is None:
        axes.text(x + 0.5, y + 0.5, "–", ha="center", va="center", color="#777777")
        return
    colour, hatch = _LOOKS[cell.state]
    box = Rectangle(
        (x + 0.03, y + 0.06),
        0.94,
        0.88,
        facecolor=colour,
        hatch=hatch,
        edgecolor="#666666",
        linewidth=0.6,
    )
    axes.add_patch(box)
    words = _words(cell, width, lang)
    if words:
        tag(axes, x + 0.5, y + 0.5, words, size=9, pad=0.8)


def _words(cell: MatrixCell, width: float, lang: str) -> str:
    """As much as the cell has room for; the colour says the state in any case."""
    if width < _MIDDLE:
        return str(cell.late_days or "")
    late = text("report.chart.late_days", lang, days=cell.late_days) if cell.late_days else ""
    state = ""
    if cell.state is ReturnState.MISSING:
        state = _name(ReturnState.MISSING, lang)
    elif cell.state is ReturnState.RETURNED:
        state = text("report.chart.returned", lang)
    if width < _WIDE:
        return late or state
    return ", ".join(part for part in (state, late) if part)
