"""The page of a chart: its title, the room for the plot, legend and notes below it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from toolkit.consolidate.chartdata import NO_RETURN, UNREADABLE, ChartData, Series
from toolkit.report.charts.look import (
    FAULTY,
    NOTHING,
    WIDTH,
    Style,
    style,
    wrapped,
)
from toolkit.text import figure_text

EDGE = "#333333"
# More units than this stand in two panels side by side.
_ONE_PANEL = 32
_NOTE_LINE = 0.175  # inches
_GAP = 0.06  # inches between plot, legend and notes


def panels(count: int) -> list[range]:
    """The places of so many units: in one panel, or the halves of two."""
    if count <= _ONE_PANEL:
        return [range(count)]
    half = math.ceil(count / 2)
    return [range(half), range(half, count)]


def new(
    data: ChartData, plot_height: float, rows: Sequence[int] = (1,), columns: int = 1
) -> tuple[Figure, list[Axes]]:
    """A page with its title and the axes, row by row; ``rows`` are their relative heights.

    ``plot_height`` are the inches of title and plot; legend and notes come on top of it.
    """
    figure = Figure(figsize=(WIDTH, plot_height), layout="constrained")
    axes = figure.subplots(len(rows), columns, squeeze=False, height_ratios=list(rows))
    figure.suptitle(
        f"{wrapped(data.title, 90)}\n{data.period}", fontweight="bold", fontsize=14, linespacing=1.4
    )
    return figure, list(axes.flat)


def finish(
    figure: Figure, data: ChartData, handles: Sequence[Patch | Line2D] = (), columns: int = 4
) -> Figure:
    """Put the legend and, under it, the notes below the plot; the page grows by their height."""
    plot = figure.get_figheight()
    lines = [line for note in data.notes for line in wrapped(note, 170, 6).split("\n")]
    strip = _NOTE_LINE * len(lines) + (_GAP if lines else 0.0)
    legend = None
    legend_height = 0.0
    if handles:
        legend = figure.legend(
            handles=list(handles),
            loc="lower center",
            ncols=min(columns, len(handles)),
            frameon=False,
            handleheight=1.2,
            borderaxespad=0.0,
        )
        legend.set_in_layout(False)  # its room is set aside here
        FigureCanvasAgg(figure)  # what its letters are measured on
        box = legend.get_window_extent()
        legend_height = box.height / figure.dpi + _GAP
    whole = plot + strip + legend_height
    figure.set_figheight(whole)
    if legend is not None:
        legend.set_bbox_to_anchor((0.5, strip / whole), transform=figure.transFigure)
    if lines:
        figure.text(
            0.008,
            _GAP / 2 / whole,
            "\n".join(lines),
            fontsize=9.5,
            style="italic",
            color="#444444",
            va="bottom",
        ).set_in_layout(False)
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    below = (strip + legend_height) / whole
    engine.set(rect=(0, below, 1, 1 - below))
    return figure


def series_style(series: Series, place: int) -> Style:
    """The look of a series; what is no answer of the programme is pale or grey."""
    return {NO_RETURN: NOTHING, UNREADABLE: FAULTY}.get(series.key) or style(place)


def patch(look: Style, label: str) -> Patch:
    """An entry of the legend."""
    return Patch(facecolor=look.colour, hatch=look.hatch, edgecolor=EDGE, label=label)


def floats(values: Sequence[Decimal | None]) -> list[float]:
    """The lengths of bars; nothing has none."""
    return [0.0 if value is None else float(value) for value in values]


def value_axis(axis: Axis, lang: str) -> None:
    """Few whole ticks, numbers as the language writes them."""
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: shown(value, lang)))


def shown(value: float, lang: str) -> str:
    """A length as a number of the language."""
    return figure_text(Decimal(repr(float(value))), lang)


def tag(axes: Axes, x: float, y: float, words: str, *, size: float = 10, pad: float = 1.2) -> None:
    """Words on a bar, on white so that a pattern does not swallow them."""
    axes.text(
        x,
        y,
        words,
        ha="center",
        va="center",
        fontsize=size,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": pad, "alpha": 0.85},
    )
