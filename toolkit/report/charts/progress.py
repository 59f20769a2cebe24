"""Cumulative progress: a line per item over the periods."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from toolkit.consolidate.chartdata import ChartData, Series
from toolkit.messages import text
from toolkit.report.charts.look import Style, plain_axes, style, wrapped
from toolkit.report.charts.page import finish, new, shown, value_axis

# Dark colours first: a yellow line is hardly seen.
_ORDER = (0, 4, 2, 7, 3, 5, 6, 1)
_LONG_NAME = 40
# Of more lines than this only the last figure is written: the others would cover each other.
_ALL_FIGURES = 4


def lines(data: ChartData, lang: str) -> Figure:
    """A hollow mark is a figure in which returns are still lacking."""
    figure, (axes,) = new(data, 5.2)
    largest = max((float(v) for s in data.series for v in s.values if v is not None), default=0.0)
    handles = []
    for place, series in enumerate(data.series):
        look = style(_ORDER[place % len(_ORDER)] + place // len(_ORDER) * len(_ORDER))
        _line(axes, series, look, lang, every=len(data.series) <= _ALL_FIGURES)
        unit = f" ({series.measure})" if series.measure else ""
        handles.append(_handle(look, wrapped(series.name + unit, 100, 2)))
    if any(any(s.provisional) for s in data.series):
        handles.append(_hollow(text("report.chart.hollow", lang)))
    axes.set_xticks(range(len(data.categories)), [wrapped(c, 18) for c in data.categories])
    axes.set_xlim(-0.4, max(len(data.categories) - 0.6, 0.4))
    axes.set_ylim(0, (largest or 1.0) * 1.12)
    value_axis(axes.yaxis, lang)
    plain_axes(axes, horizontal=False)
    long = max(len(s.name) for s in data.series) > _LONG_NAME
    return finish(figure, data, handles, columns=1 if long else 3)


def _line(axes: Axes, series: Series, look: Style, lang: str, *, every: bool) -> None:
    points = [(x, float(v)) for x, v in enumerate(series.values) if v is not None]
    axes.plot(
        [x for x, _ in points],
        [y for _, y in points],
        color=look.colour,
        linewidth=2,
        linestyle=look.line,
    )
    for x, y in points:
        provisional = bool(series.provisional) and series.provisional[x]
        axes.plot(
            x,
            y,
            look.marker,
            color=look.colour,
            markersize=8,
            markerfacecolor="white" if provisional else look.colour,
        )
        if every or (x, y) == points[-1]:
            axes.annotate(
                shown(y, lang),
                (x, y),
                textcoords="offset points",
                xytext=(0, 9),
                ha="center",
                fontsize=10,
            )


def _handle(look: Style, label: str) -> Line2D:
    return Line2D(
        [],
        [],
        color=look.colour,
        marker=look.marker,
        linestyle=look.line,
        linewidth=2,
        markersize=8,
        label=label,
    )


def _hollow(label: str) -> Line2D:
    return Line2D(
        [],
        [],
        color="#555555",
        marker="o",
        linestyle="",
        markerfacecolor="white",
        markersize=8,
        label=label,
    )
