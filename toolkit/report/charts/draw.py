"""Drawing a chart to its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
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


# By ending: the canvas, and what keeps the bytes the same (no date, no version in the files).
_FILES: Mapping[str, tuple[type[FigureCanvasBase], Mapping[str, Any]]] = {
    "png": (FigureCanvasAgg, {"dpi": DPI, "metadata": {"Software": None}}),
    "svg": (FigureCanvasSVG, {"metadata": {"Date": None, "Creator": None}}),
    "pdf": (
        FigureCanvasPdf,
        {"metadata": {"CreationDate": None, "Creator": None, "Producer": None}},
    ),
}


def draw(
    data: ChartData, stem: Path, lang: str = "vi", kinds: Sequence[str] = ("png", "svg")
) -> list[Path]:
    """Write ``stem`` with the endings asked for; the paths written.

    A chart is as wide as a sheet of A4 on its side less its margins, so that it prints at its
    size; a PNG is fine enough for that. A chart without data is a page that says so. Raises
    ToolkitError where a picture cannot be written, KeyError for an ending that is not known.
    """
    with settings():
        figure = _MAKERS[data.kind](data, lang) if data.series else _empty(data, lang)
        written = []
        for kind in kinds:
            canvas, extra = _FILES[kind]
            path = stem.with_name(f"{stem.name}.{kind}")
            canvas(figure)
            try:
                with replacing(path) as aside:
                    figure.savefig(aside, format=kind, facecolor="white", **extra)
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
