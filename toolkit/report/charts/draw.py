"""Drawing a chart to its files."""

from __future__ import annotations

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from toolkit.consolidate.chartdata import ChartData
from toolkit.errors import ToolkitError
from toolkit.messages import text
from toolkit.programme.model import ChartKind
from toolkit.register.files import replacing
from toolkit.report.charts import page, progress, punctuality, stacked, target
from toolkit.report.charts.look import DPI, settings, wrapped

_MAKERS = {
    ChartKind.STATUS: stacked.columns,
    ChartKind.TARGET: target.targets,
    ChartKind.PUNCTUALITY: punctuality.matrix,
    ChartKind.PROGRESS: progress.lines,
    ChartKind.BREAKDOWN: stacked.bars,
}


def draw(data: ChartData, stem: Path, lang: str = "vi") -> list[Path]:
    """Write ``stem``.png and ``stem``.svg; the paths written.

    A chart without data is a page that says so. Raises ToolkitError where a picture cannot
    be written.
    """
    with settings():
        figure = _MAKERS[data.kind](data, lang) if data.series else _empty(data, lang)
        written = []
        # Bytes depend on the data alone: no date, no version in the files.
        for suffix, canvas, extra in (
            (".png", FigureCanvasAgg, {"dpi": DPI, "metadata": {"Software": None}}),
            (".svg", FigureCanvasSVG, {"metadata": {"Date": None, "Creator": None}}),
        ):
            path = stem.with_name(stem.name + suffix)
            canvas(figure)
            try:
                with replacing(path) as aside:
                    figure.savefig(aside, format=suffix[1:], facecolor="white", **extra)
            except OSError as error:
                reason = error.strerror or error
                raise ToolkitError("export.cannot_write", file=path, reason=reason) from error
            written.append(path)
    return written


def _empty(data: ChartData, lang: str) -> Figure:
    figure, (axes,) = page.new(data, 3.2)
    axes.axis("off")
    words = "\n".join(wrapped(note, 90, 6) for note in data.notes)
    words = words or text("report.chart.empty", lang)
    axes.text(0.5, 0.5, words, ha="center", va="center", fontsize=13, transform=axes.transAxes)
    return figure
