"""Stacked bars: the states of the tasks by period (upright), answers by choice and unit."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from toolkit.consolidate.chartdata import ChartData
from toolkit.messages import text
from toolkit.report.charts.look import plain_axes, wrapped
from toolkit.report.charts.page import (
    EDGE,
    finish,
    floats,
    new,
    panels,
    patch,
    series_style,
    shown,
    tag,
    value_axis,
)

_COLUMN = 0.62
# Fewer columns than this stand in the middle, as wide as if there were so many.
_FULL_ROW = 4
# A segment smaller than this part of the axis has no room for its number.
_LEAST_TAGGED = 0.032


def columns(data: ChartData, lang: str) -> Figure:
    """A column per period; the segments of a column add up to all answers owed."""
    figure, (axes,) = new(data, 5.6)
    places = range(len(data.categories))
    totals = [sum(floats([s.values[i] for s in data.series])) for i in places]
    largest = max([*totals, 1.0])
    base = [0.0] * len(data.categories)
    beside = [-largest] * len(data.categories)  # the last number set beside each column
    handles = []
    for place, series in enumerate(data.series):
        values = floats(series.values)
        look = series_style(series, place)
        handles.append(patch(look, series.name))
        axes.bar(
            places,
            values,
            _COLUMN,
            bottom=base,
            color=look.colour,
            hatch=look.hatch,
            edgecolor=EDGE,
            linewidth=0.6,
        )
        for x, (value, bottom) in enumerate(zip(values, base, strict=True)):
            if value >= largest * _LEAST_TAGGED:
                tag(axes, x, bottom + value / 2, shown(value, lang))
            elif value:
                beside[x] = max(bottom + value / 2, beside[x] + largest * _LEAST_TAGGED)
                _beside(axes, x, beside[x], shown(value, lang))
        base = [b + v for b, v in zip(base, values, strict=True)]
    axes.set_xticks(list(places), [wrapped(c, 18) for c in data.categories])
    middle, half = (len(places) - 1) / 2, max(len(places), _FULL_ROW) / 2
    axes.set_xlim(middle - half, middle + half)
    axes.set_ylim(0, largest * 1.05)
    value_axis(axes.yaxis, lang)
    plain_axes(axes, horizontal=False)
    return finish(figure, data, handles)


def _beside(axes: Axes, x: float, y: float, words: str) -> None:
    """The number of a segment too low to hold it."""
    axes.text(x + _COLUMN / 2 + 0.02, y, words, ha="left", va="center", fontsize=9)


def bars(data: ChartData, lang: str) -> Figure:
    """A bar per unit; a unit without return says so instead of showing an empty bar."""
    groups = panels(len(data.categories))
    figure, all_axes = new(data, 1.5 + 0.31 * len(groups[0]), columns=len(groups))
    totals = [sum(floats([s.values[i] for s in data.series])) for i in range(len(data.categories))]
    largest = max([*totals, 1.0])
    for axes, rows in zip(all_axes, groups, strict=True):
        for y, i in enumerate(rows):
            _bar(axes, data, y, i, largest, lang)
        axes.set_yticks(range(len(rows)), [wrapped(data.categories[i], 28, 1) for i in rows])
        axes.set_ylim(len(groups[0]) - 0.5, -0.6)
        axes.set_xlim(0, largest * 1.12)
        value_axis(axes.xaxis, lang)
        plain_axes(axes, horizontal=True)
    handles = [patch(series_style(s, place), s.name) for place, s in enumerate(data.series)]
    return finish(figure, data, handles)


def _bar(axes: Axes, data: ChartData, y: int, i: int, largest: float, lang: str) -> None:
    if all(series.values[i] is None for series in data.series):
        axes.text(
            largest * 0.01,
            y,
            text("report.state.no_return", lang),
            va="center",
            fontsize=9.5,
            style="italic",
            color="#666666",
        )
        return
    left = 0.0
    for place, series in enumerate(data.series):
        value = float(series.values[i] or 0)
        if not value:
            continue
        look = series_style(series, place)
        axes.barh(
            y,
            value,
            0.68,
            left=left,
            color=look.colour,
            hatch=look.hatch,
            edgecolor=EDGE,
            linewidth=0.6,
        )
        if value >= largest * 0.04:
            tag(axes, left + value / 2, y, shown(value, lang))
        left += value
    words = shown(left, lang)
    axes.text(left + largest * 0.012, y, words, va="center", fontweight="bold", fontsize=10.5)
