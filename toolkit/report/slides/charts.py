"""Native charts of a slide: their data stay editable in the deck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.oxml.ns import qn
from pptx.util import Pt

from toolkit.report.official.parts import clean
from toolkit.report.slides.page import FONT, INK, Box, colour, describe

# Okabe and Ito's palette, as in the charts of the workbook; the last for what is missing.
COLOURS = ("0072B2", "F0E442", "009E73", "E69F00", "D55E00", "56B4E9", "555555", "CC79A7")
NOTHING = "D9D9D9"
# Programs that know the mark write 12,5 whatever their own language.
_VIETNAMESE = "[$-42A]"
_LIGHT = frozenset({"F0E442", "56B4E9", "E69F00", "CC79A7", NOTHING})


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart: categories, and series of numbers with their colours; None is no bar."""

    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[Decimal | None, ...], str], ...]
    alt: str
    horizontal: bool = False
    stacked: bool = False
    percent: bool = False
    title: str = ""
    legend: bool | None = None  # None: where there are several series
    decimals: bool = False  # points, which may have places
    names: float = 0  # share of the width kept for long names beside bars; 0: as it comes


_KINDS = {
    (False, False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    (False, True): XL_CHART_TYPE.COLUMN_STACKED,
    (True, False): XL_CHART_TYPE.BAR_CLUSTERED,
    (True, True): XL_CHART_TYPE.BAR_STACKED,
}


def add_chart(slide: Any, box: Box, bars: Bars) -> None:
    """Draw the bars; a zero has no number, so that empty segments stay quiet."""
    data: Any = CategoryChartData(  # type: ignore[no-untyped-call]  # untyped in python-pptx
        number_format=_format(bars)
    )
    data.categories = [clean(category) for category in bars.categories]
    for name, values, _ in bars.series:
        data.add_series(clean(name), [None if v is None else float(v) for v in values])
    kind = _KINDS[bars.horizontal, bars.stacked]
    frame = slide.shapes.add_chart(kind, *box.emu, data)
    describe(frame, bars.alt)
    chart = frame.chart
    chart.font.size, chart.font.name = Pt(12), FONT
    chart.font.color.rgb = colour(INK)
    chart.has_title = bool(bars.title)
    if bars.title:
        paragraph = chart.chart_title.text_frame.paragraphs[0]
        run = paragraph.add_run()
        run.text = clean(bars.title)
        run.font.size, run.font.bold, run.font.name = Pt(14), True, FONT
    chart.has_legend = len(bars.series) > 1 if bars.legend is None else bars.legend
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.BOTTOM
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(12)
    _axes(chart, bars)
    _paint(chart, bars)


def _format(bars: Bars) -> str:
    """The numbers of the bars; the marks of decimals are those of the reader's computer,
    Vietnamese where the program follows the format."""
    if bars.percent:
        return f'{_VIETNAMESE}0.0"%"'
    return f"{_VIETNAMESE}#,##0.##" if bars.decimals else "#,##0;-#,##0;"


def _room(chart: Any, bars: Bars) -> None:
    """Keep a share of the width for the names, so that none is cut or left out."""
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = etree.Element(qn("c:layout"))
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    top = 0.1 if bars.title else 0.02
    bottom = 0.1 if chart.has_legend else 0.02
    parts = (
        ("layoutTarget", "inner"),
        ("xMode", "edge"),
        ("yMode", "edge"),
        ("x", f"{bars.names:g}"),
        ("y", f"{top:g}"),
        ("w", f"{0.97 - bars.names:g}"),
        ("h", f"{1 - top - bottom:g}"),
    )
    for name, value in parts:
        etree.SubElement(manual, qn(f"c:{name}")).set("val", value)
    area.insert(0, layout)


def _every_name(axis: Any) -> None:
    """Name every bar: left to itself a program passes over every other one."""
    skip = etree.Element(qn("c:tickLblSkip"))
    skip.set("val", "1")
    element = axis._element
    after = element.find(qn("c:noMultiLvlLbl"))
    if after is not None:
        after.addprevious(skip)
    else:
        element.append(skip)


def _axes(chart: Any, bars: Bars) -> None:
    names, values = chart.category_axis, chart.value_axis
    each = 26 if bars.horizontal else 16
    few = len(bars.categories) <= each
    names.tick_labels.font.size = Pt(9 if not few else 11 if bars.names else 12)
    _every_name(names)
    if bars.names:
        _room(chart, bars)
    names.format.line.color.rgb = colour("7F7F7F")
    names.reverse_order = bars.horizontal  # the first on top
    values.minimum_scale = 0
    values.visible = False
    values.has_major_gridlines = False
    if bars.percent:
        # Room beside the longest bar for its number.
        values.maximum_scale = 120.0


def _paint(chart: Any, bars: Bars) -> None:
    plot = chart.plots[0]
    plot.gap_width = 45
    plot.overlap = 100 if bars.stacked else -5
    for made, (_, _, code) in zip(plot.series, bars.series, strict=True):
        made.format.fill.solid()
        made.format.fill.fore_color.rgb = colour(code)
        made.format.line.color.rgb = colour("333333")
        made.format.line.width = Pt(0.5)
        made.invert_if_negative = False
        labels = made.data_labels
        labels.show_value = True
        labels.font.size = Pt(11)
        labels.number_format = _format(bars)
        labels.number_format_is_linked = False
        if bars.stacked:
            labels.position = XL_LABEL_POSITION.CENTER
            labels.font.color.rgb = colour(INK if code in _LIGHT else "FFFFFF")
        else:
            labels.position = XL_LABEL_POSITION.OUTSIDE_END


def coloured(names: Sequence[str], *, last_is_nothing: bool = False) -> list[str]:
    """A colour for each series; the last is grey where it stands for what is missing."""
    codes = [COLOURS[place % len(COLOURS)] for place, _ in enumerate(names)]
    if last_is_nothing and codes:
        codes[-1] = NOTHING
    return codes
