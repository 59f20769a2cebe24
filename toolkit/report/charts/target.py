"""Target against actual: a bar for what was reached, a line for the target."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from toolkit.consolidate.chartdata import ChartData
from toolkit.messages import text
from toolkit.report.charts.look import plain_axes, style, wrapped
from toolkit.report.charts.page import EDGE, finish, new, patch, value_axis
from toolkit.text import figure_text

_REACHED, _NOT_REACHED = 0, 3


def targets(data: ChartData, lang: str) -> Figure:
    """One panel per unit of measure: a percentage and a count share no axis."""
    groups = [
        [i for i, measure in enumerate(data.measures) if measure == wanted]
        for wanted in dict.fromkeys(data.measures)
    ]
    high = 1.0 + 0.85 * len(data.categories) + 0.5 * len(groups)
    figure, panels = new(data, high, rows=[max(1, len(g)) for g in groups])
    for axes, group in zip(panels, groups, strict=True):
        _panel(axes, data, group, lang)
    target, actual = data.series[0], data.series[1]
    handles: list[Patch | Line2D] = [
        patch(style(_REACHED), f"{actual.name} ({text('report.reached', lang)})"),
        patch(style(_NOT_REACHED), f"{actual.name} ({text('report.not_reached', lang)})"),
        Line2D([], [], color="black", linewidth=2.5, label=target.name),
    ]
    return finish(figure, data, handles)


def _panel(axes: Axes, data: ChartData, group: Sequence[int], lang: str) -> None:
    target, actual = data.series[0], data.series[1]
    pairs = [(target.values[i], actual.values[i]) for i in group]
    largest = max((float(v) for pair in pairs for v in pair if v is not None), default=0.0) or 1.0
    for place, (i, (goal, done)) in enumerate(zip(group, pairs, strict=True)):
        if done is not None:
            look = style(_REACHED if data.reached[i] else _NOT_REACHED)
            axes.barh(
                place,
                float(done),
                0.5,
                color=look.colour,
                hatch=look.hatch,
                edgecolor=EDGE,
                linewidth=0.6,
            )
        if goal is not None:
            axes.plot([float(goal)] * 2, [place - 0.38, place + 0.38], color="black", linewidth=2.5)
        right = max(float(done or 0), float(goal or 0))
        words = _words(data, i, goal, done, lang)
        axes.text(right + largest * 0.015, place, words, va="center", fontsize=10.5)
    axes.set_yticks(range(len(group)), [wrapped(data.categories[i], 46, 4) for i in group])
    axes.set_ylim(len(group) - 0.4, -0.6)
    axes.set_xlim(0, largest * 1.32)
    axes.set_xlabel(data.measures[group[0]])
    value_axis(axes.xaxis, lang)
    plain_axes(axes, horizontal=True)


def _words(data: ChartData, i: int, goal: Decimal | None, done: Decimal | None, lang: str) -> str:
    unit = "%" if data.measures[i] == "%" else ""
    if done is None:
        return text("report.no_verdict", lang)
    said = f"{figure_text(done, lang)}{unit}"
    if goal is not None:
        said += f" / {figure_text(goal, lang)}{unit}"
    provisional = data.series[1].provisional
    if provisional and provisional[i]:
        said += f" {text('report.provisional', lang)}"
    return said
