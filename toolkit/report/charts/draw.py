"""Drawing each kind of chart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from toolkit.consolidate.chartdata import (
    NO_RETURN,
    UNREADABLE,
    ChartData,
    MatrixCell,
    Series,
)
from toolkit.consolidate.model import ReturnState
from toolkit.messages import text
from toolkit.programme.model import ChartKind
from toolkit.register.files import replacing
from toolkit.report.charts.look import (
    DPI,
    FAULTY,
    NOTHING,
    WIDTH,
    Style,
    figure_text,
    plain_axes,
    settings,
    style,
    wrapped,
)

# More units than this stand in two panels side by side.
_ONE_PANEL = 32
_STATE_LOOK = {
    ReturnState.ON_TIME: ("#56B4E9", ""),
    ReturnState.LATE: ("#F0E442", "//"),
    ReturnState.RETURNED: ("#E69F00", "xx"),
    ReturnState.MISSING: ("#FFFFFF", ""),
}


def draw(data: ChartData, stem: Path, lang: str = "vi") -> list[Path]:
    """Write ``stem``.png and ``stem``.svg; the paths written.

    A chart without data is a page that says so. Raises OSError where it cannot be written.
    """
    with settings():
        figure = _figure(data, lang)
        written = []
        # Bytes depend on the data alone: no date, no version in the files.
        for suffix, canvas, extra in (
            (".png", FigureCanvasAgg, {"dpi": DPI, "metadata": {"Software": None}}),
            (".svg", FigureCanvasSVG, {"metadata": {"Date": None, "Creator": None}}),
        ):
            target = stem.with_name(stem.name + suffix)
            canvas(figure)
            with replacing(target) as aside:
                figure.savefig(aside, format=suffix[1:], facecolor="white", **extra)
            written.append(target)
    return written


def _figure(data: ChartData, lang: str) -> Figure:
    if not data.series:
        return _empty(data, lang)
    makers = {
        ChartKind.STATUS: _stacked_columns,
        ChartKind.TARGET: _target,
        ChartKind.PUNCTUALITY: _matrix,
        ChartKind.PROGRESS: _lines,
        ChartKind.BREAKDOWN: _stacked_bars,
    }
    return makers[data.kind](data, lang)


def _new(data: ChartData, height: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.subplots(1, panels, squeeze=False)[0]
    figure.suptitle(
        f"{wrapped(data.title, 90)}\n{data.period}", fontweight="bold", fontsize=14, linespacing=1.4
    )
    return figure, list(axes)


def _below(
    figure: Figure, data: ChartData, handles: Sequence[Patch | Line2D], columns: int
) -> None:
    """The legend, and under it the notes in a strip of their own."""
    lines = [line for note in data.notes for line in wrapped(note, 150).split("\n")]
    strip = 0.18 * len(lines) / figure.get_figheight()
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    engine.set(rect=(0, strip, 1, 1 - strip))
    if lines:
        figure.text(
            0.008,
            0.006,
            "\n".join(lines),
            fontsize=9.5,
            style="italic",
            color="#444444",
            va="bottom",
        )
    if handles:
        figure.legend(
            handles=list(handles),
            loc="outside lower center",
            bbox_to_anchor=(0, strip, 1, 1 - strip),
            ncols=min(columns, max(1, len(handles))),
            frameon=False,
            handleheight=1.2,
        )


def _empty(data: ChartData, lang: str) -> Figure:
    figure, (axes,) = _new(data, 3.2)
    axes.axis("off")
    words = "\n".join(data.notes) or text("report.chart.empty", lang)
    axes.text(0.5, 0.5, words, ha="center", va="center", fontsize=13, transform=axes.transAxes)
    return figure


def _series_style(series: Series, place: int) -> Style:
    return {NO_RETURN: NOTHING, UNREADABLE: FAULTY}.get(series.key) or style(place)


def _patch(look: Style, label: str) -> Patch:
    return Patch(facecolor=look.colour, hatch=look.hatch, edgecolor="#333333", label=label)


def _floats(values: Sequence[Decimal | None]) -> list[float]:
    return [0.0 if value is None else float(value) for value in values]


def _value_axis(axis: object, lang: str) -> None:
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))  # type: ignore[attr-defined]
    axis.set_major_formatter(  # type: ignore[attr-defined]
        FuncFormatter(lambda value, _: figure_text(Decimal(repr(float(value))), lang))
    )


# --- status by period ---------------------------------------------------------------------


def _stacked_columns(data: ChartData, lang: str) -> Figure:
    figure, (axes,) = _new(data, 6.4)
    places = range(len(data.categories))
    base = [0.0] * len(data.categories)
    largest = max(
        sum(_floats([s.values[i] for s in data.series])) for i in range(len(data.categories))
    )
    handles = []
    for place, series in enumerate(data.series):
        values = _floats(series.values)
        look = _series_style(series, place)
        handles.append(_patch(look, series.name))
        bars = axes.bar(
            places,
            values,
            0.62,
            bottom=base,
            color=look.colour,
            hatch=look.hatch,
            edgecolor="#333333",
            linewidth=0.6,
        )
        for bar, value, bottom in zip(bars, values, base, strict=True):
            if value and value >= largest * 0.035:
                _tag(axes, bar.get_x() + bar.get_width() / 2, bottom + value / 2, value, lang)
        base = [b + v for b, v in zip(base, values, strict=True)]
    axes.set_xticks(list(places), [wrapped(c, 18) for c in data.categories])
    axes.set_xlim(-0.6, max(len(data.categories) - 0.4, 3.4))
    _value_axis(axes.yaxis, lang)
    plain_axes(axes, horizontal=False)
    _below(figure, data, handles, 4)
    return figure


def _tag(axes: Axes, x: float, y: float, value: float, lang: str) -> None:
    """A number on a bar, on white so that a pattern does not swallow it."""
    axes.text(
        x,
        y,
        figure_text(Decimal(repr(float(value))), lang),
        ha="center",
        va="center",
        fontsize=10,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.85},
    )


# --- target against actual ----------------------------------------------------------------


def _target(data: ChartData, lang: str) -> Figure:
    """A bar for what was reached and a line for the target; one panel per unit of measure."""
    measures = list(dict.fromkeys(data.measures)) or [""]
    groups = [
        [i for i, measure in enumerate(data.measures) if measure == wanted] for wanted in measures
    ]
    figure = Figure(
        figsize=(WIDTH, 2.2 + 0.95 * len(data.categories) + 0.5 * len(groups)), layout="constrained"
    )
    figure.suptitle(
        f"{wrapped(data.title, 90)}\n{data.period}", fontweight="bold", fontsize=14, linespacing=1.4
    )
    panels = figure.subplots(
        len(groups), 1, squeeze=False, height_ratios=[max(1, len(g)) for g in groups]
    )[:, 0]
    target, actual = data.series[0], data.series[1]
    for axes, group, measure in zip(panels, groups, measures, strict=True):
        _target_panel(axes, data, group, measure, lang)
    handles: list[Patch | Line2D] = [
        _patch(style(0), f"{actual.name} ({text('report.reached', lang)})"),
        _patch(style(3), f"{actual.name} ({text('report.not_reached', lang)})"),
        Line2D([], [], color="black", linewidth=2.5, label=target.name),
    ]
    _below(figure, data, handles, 4)
    return figure


def _target_panel(
    axes: Axes, data: ChartData, group: Sequence[int], measure: str, lang: str
) -> None:
    target, actual = data.series[0], data.series[1]
    largest = max(
        [float(v) for i in group for v in (target.values[i], actual.values[i]) if v is not None]
        or [1.0]
    )
    for place, i in enumerate(group):
        goal, done = target.values[i], actual.values[i]
        if done is not None:
            look = style(0 if data.reached[i] else 3)
            axes.barh(
                place,
                float(done),
                0.5,
                color=look.colour,
                hatch=look.hatch,
                edgecolor="#333333",
                linewidth=0.6,
            )
        if goal is not None:
            axes.plot([float(goal)] * 2, [place - 0.38, place + 0.38], color="black", linewidth=2.5)
        words = _target_words(data, i, measure, lang)
        right = max(float(done or 0), float(goal or 0))
        axes.text(right + largest * 0.015, place, words, va="center", fontsize=10.5)
    axes.set_yticks(range(len(group)), [wrapped(data.categories[i], 46, 4) for i in group])
    axes.invert_yaxis()
    axes.set_xlim(0, largest * 1.32)
    axes.set_xlabel(measure)
    _value_axis(axes.xaxis, lang)
    plain_axes(axes, horizontal=True)


def _target_words(data: ChartData, i: int, measure: str, lang: str) -> str:
    goal, done = data.series[0].values[i], data.series[1].values[i]
    unit = measure if measure == "%" else ""
    if done is None:
        return text("report.no_verdict", lang)
    said = f"{figure_text(done, lang)}{unit}"
    if goal is not None:
        said += f" / {figure_text(goal, lang)}{unit}"
    provisional = data.series[1].provisional
    if provisional and provisional[i]:
        said += f" {text('report.provisional', lang)}"
    return said


# --- punctuality --------------------------------------------------------------------------


def _panels(count: int) -> list[range]:
    if count <= _ONE_PANEL:
        return [range(count)]
    half = math.ceil(count / 2)
    return [range(half), range(half, count)]


def _matrix(data: ChartData, lang: str) -> Figure:
    panels = _panels(len(data.series))
    figure, all_axes = _new(data, 2.3 + 0.3 * len(panels[0]), len(panels))
    for axes, rows in zip(all_axes, panels, strict=True):
        for y, i in enumerate(rows):
            for x, cell in enumerate(data.matrix[i]):
                _matrix_cell(axes, x, y, cell, lang)
        axes.set_xlim(0, len(data.categories))
        axes.set_ylim(len(panels[0]), 0)
        axes.set_xticks(
            [x + 0.5 for x in range(len(data.categories))],
            [wrapped(c, 14) for c in data.categories],
        )
        axes.xaxis.tick_top()
        axes.set_yticks([y + 0.5 for y in range(len(rows))], [data.series[i].name for i in rows])
        axes.tick_params(length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
    states = (ReturnState.ON_TIME, ReturnState.LATE, ReturnState.RETURNED, ReturnState.MISSING)
    handles = [
        Patch(
            facecolor=_STATE_LOOK[state][0],
            hatch=_STATE_LOOK[state][1],
            edgecolor="#333333",
            label=text(f"report.return.{state}", lang),
        )
        for state in states
    ]
    _below(figure, data, handles, 4)
    return figure


def _matrix_cell(axes: Axes, x: int, y: int, cell: MatrixCell, lang: str) -> None:
    if cell.state is None:
        axes.text(x + 0.5, y + 0.5, "–", ha="center", va="center", color="#999999")
        return
    colour, hatch = _STATE_LOOK[cell.state]
    axes.add_patch(
        Rectangle(
            (x + 0.03, y + 0.06),
            0.94,
            0.88,
            facecolor=colour,
            hatch=hatch,
            edgecolor="#666666",
            linewidth=0.6,
        )
    )
    words = {
        ReturnState.MISSING: text("report.return.missing", lang),
        ReturnState.RETURNED: text("report.chart.returned", lang),
    }.get(cell.state, "")
    if cell.late_days:
        late = text("report.chart.late_days", lang, days=cell.late_days)
        words = f"{words}, {late}" if words else late
    if words:
        axes.text(
            x + 0.5,
            y + 0.5,
            words,
            ha="center",
            va="center",
            fontsize=9,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85},
        )


# --- progress -----------------------------------------------------------------------------


def _lines(data: ChartData, lang: str) -> Figure:
    figure, (axes,) = _new(data, 6.2)
    handles = []
    for place, series in enumerate(data.series):
        look = style((0, 5, 2, 6, 3, 4, 7, 1)[place % 8])
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
            axes.annotate(
                figure_text(Decimal(repr(float(y))), lang),
                (x, y),
                textcoords="offset points",
                xytext=(0, 9),
                ha="center",
                fontsize=10,
            )
        unit = f" ({series.measure})" if series.measure else ""
        handles.append(
            Line2D(
                [],
                [],
                color=look.colour,
                marker=look.marker,
                linestyle=look.line,
                linewidth=2,
                markersize=8,
                label=wrapped(series.name + unit, 100, 2),
            )
        )
    if any(any(s.provisional) for s in data.series):
        handles.append(
            Line2D(
                [],
                [],
                color="#555555",
                marker="o",
                linestyle="",
                markerfacecolor="white",
                markersize=8,
                label=text("report.chart.hollow", lang),
            )
        )
    axes.set_xticks(range(len(data.categories)), [wrapped(c, 18) for c in data.categories])
    axes.set_xlim(-0.4, len(data.categories) - 0.6 if len(data.categories) > 1 else 0.4)
    axes.set_ylim(bottom=0)
    axes.margins(y=0.15)
    _value_axis(axes.yaxis, lang)
    plain_axes(axes, horizontal=False)
    _below(figure, data, handles, 1 if max(len(s.name) for s in data.series) > 40 else 3)
    return figure


# --- breakdown ----------------------------------------------------------------------------


def _stacked_bars(data: ChartData, lang: str) -> Figure:
    panels = _panels(len(data.categories))
    figure, all_axes = _new(data, 2.4 + 0.31 * len(panels[0]), len(panels))
    totals = [
        sum(float(s.values[i] or 0) for s in data.series) for i in range(len(data.categories))
    ]
    largest = max([*totals, 1.0])
    for axes, rows in zip(all_axes, panels, strict=True):
        for y, i in enumerate(rows):
            _stacked_bar(axes, data, y, i, largest, lang)
        axes.set_yticks(range(len(rows)), [data.categories[i] for i in rows])
        axes.set_ylim(len(panels[0]) - 0.5, -0.6)
        axes.set_xlim(0, largest * 1.12)
        _value_axis(axes.xaxis, lang)
        plain_axes(axes, horizontal=True)
    handles = [_patch(_series_style(s, place), s.name) for place, s in enumerate(data.series)]
    _below(figure, data, handles, 4)
    return figure


def _stacked_bar(axes: Axes, data: ChartData, y: int, i: int, largest: float, lang: str) -> None:
    if all(series.values[i] is None for series in data.series):
        axes.text(
            largest * 0.01,
            y,
            text("report.state.no_return", lang),
            va="center",
            fontsize=9.5,
            style="italic",
            color="#777777",
        )
        return
    left = 0.0
    for place, series in enumerate(data.series):
        value = float(series.values[i] or 0)
        if not value:
            continue
        look = _series_style(series, place)
        axes.barh(
            y,
            value,
            0.68,
            left=left,
            color=look.colour,
            hatch=look.hatch,
            edgecolor="#333333",
            linewidth=0.6,
        )
        if value >= largest * 0.04:
            _tag(axes, left + value / 2, y, value, lang)
        left += value
    axes.text(
        left + largest * 0.012,
        y,
        figure_text(Decimal(repr(float(left))), lang),
        va="center",
        fontweight="bold",
        fontsize=10.5,
    )
