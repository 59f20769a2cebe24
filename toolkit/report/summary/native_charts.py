"""The charts as native charts of the workbook, over tables of their data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.chartdata import NO_RETURN, UNREADABLE, ChartData
from toolkit.programme.model import ChartKind
from toolkit.report.summary.form_sheet import Pen, page_setup
from toolkit.report.summary.formats import FONT

_COLOURS = ("#0072B2", "#F0E442", "#009E73", "#E69F00", "#56B4E9", "#D55E00", "#CC79A7", "#555555")
# The pattern of each series, so that grey print tells them apart too.
_PATTERNS = (
    None,
    "wide_upward_diagonal",
    "percent_20",
    "wide_downward_diagonal",
    "small_grid",
    "light_horizontal",
    "large_confetti",
    "cross",
)
# A page of the chart sheet holds a chart and, below it, the table of its data.
_ROWS_OF_CHART = 23
_PIXELS = (935, _ROWS_OF_CHART * 20 - 10)
_SCALE = 88  # per cent: label column and eight series on A4 landscape
_OVERVIEW_ROWS = 21
_OVERVIEW_PIXELS = (1180, _OVERVIEW_ROWS * 20 - 10)


def draw_charts(
    book: Workbook,
    overview: Worksheet,
    row: int,
    sheet: Worksheet,
    charts: Sequence[ChartData],
    pen: Pen,
) -> None:
    """One chart a page with its data on ``sheet``; on the overview, from ``row`` on, the same
    charts for the screen.

    The punctuality matrix is a table by nature: it stands on the status sheet.
    """
    formats = pen.formats
    drawable = [c for c in charts if c.series and c.kind is not ChartKind.PUNCTUALITY]
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, max([7, *(len(c.series) for c in drawable)]), 12)
    overview.print_area(0, 0, row, 8)  # printed, a chart would be cut by the end of a page
    if drawable:
        overview.merge_range(row, 0, row, 8, "", formats.section)
        overview.write_string(row, 0, pen.say("part.charts"), formats.section)
    place, data_row, breaks = row + 2, 0, []
    for chart in drawable:
        table = data_row + _ROWS_OF_CHART
        names = (sheet.get_name(), table)
        sheet.insert_chart(data_row, 0, _chart(book, *names, chart, _PIXELS), {"x_offset": 2})
        shown = _chart(book, *names, chart, _OVERVIEW_PIXELS)
        overview.insert_chart(place, 0, shown, {"x_offset": 4})
        place += _OVERVIEW_ROWS
        data_row = _data(sheet, table, chart, pen)
        breaks.append(data_row)
    page_setup(sheet, pen, max([7, *(len(c.series) for c in drawable)]), None)
    sheet.set_print_scale(_SCALE)
    sheet.set_h_pagebreaks(breaks[:-1])


def _data(sheet: Worksheet, row: int, chart: ChartData, pen: Pen) -> int:
    """The table of a chart: categories down, series across; the row after it."""
    formats = pen.formats
    sheet.write_string(row, 0, pen.say("head.category"), formats.head)
    for column, series in enumerate(chart.series, 1):
        unit = f" ({series.measure})" if series.measure else ""
        sheet.write_string(row, column, series.name + unit, formats.head)
    longest = max(len(series.name) for series in chart.series)
    sheet.set_row(row, min(120, 16 * -(-longest // 11)))
    for index, name in enumerate(chart.categories):
        sheet.write_string(row + 1 + index, 0, name, formats.boxed())
        sheet.set_row(row + 1 + index, 16 * -(-len(name) // 44))
        for column, series in enumerate(chart.series, 1):
            value = series.values[index]
            if value is None:
                sheet.write_blank(row + 1 + index, column, None, formats.boxed())
                continue
            whole = value == value.to_integral_value()
            number = formats.boxed(num_format="#,##0" if whole else "#,##0.0", align="right")
            sheet.write_number(row + 1 + index, column, float(value), number)
    end = row + 1 + len(chart.categories)
    for note in chart.notes:
        sheet.write_string(end, 0, note, formats.get(italic=True, font_size=10))
        end += 1
    return end + 1


def _chart(book: Workbook, sheet: str, row: int, chart: ChartData, pixels: tuple[int, int]) -> Any:
    kinds: dict[ChartKind, dict[str, str]] = {
        ChartKind.STATUS: {"type": "column", "subtype": "stacked"},
        ChartKind.TARGET: {"type": "bar"},
        ChartKind.PROGRESS: {"type": "line"},
        ChartKind.BREAKDOWN: {"type": "bar", "subtype": "stacked"},
    }
    made = book.add_chart(kinds[chart.kind])
    last = len(chart.categories)
    for place, series in enumerate(chart.series):
        colour = {NO_RETURN: "#FFFFFF", UNREADABLE: "#BBBBBB"}.get(
            series.key, _COLOURS[place % len(_COLOURS)]
        )
        options: dict[str, Any] = {
            "name": [sheet, row, place + 1],
            "categories": [sheet, row + 1, 0, row + last, 0],
            "values": [sheet, row + 1, place + 1, row + last, place + 1],
        }
        if chart.kind is ChartKind.PROGRESS:
            options["line"] = {"color": colour, "width": 2.25}
            options["marker"] = {
                "type": ("circle", "square", "triangle", "diamond")[place % 4],
                "size": 8,
                "fill": {"color": colour},
                "border": {"color": colour},
            }
            options["data_labels"] = {"value": True, "position": "above"}
        else:
            options |= _filled(colour, place)
            if chart.kind is ChartKind.TARGET:
                options["data_labels"] = {"value": True}
        made.add_series(options)
    font = {"name": FONT, "size": 10}
    made.set_title(
        {"name": f"{chart.title} ({chart.period})", "name_font": {"name": FONT, "size": 13}}
    )
    made.set_legend({"position": "bottom", "font": font})
    horizontal = chart.kind in (ChartKind.TARGET, ChartKind.BREAKDOWN)
    lines = {"num_font": font, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
    if horizontal:
        # Bars run upward; a reversed axis keeps the first item on top, as in the tables.
        made.set_y_axis({"num_font": font, "reverse": True, "crossing": "max"})
        made.set_x_axis({**lines, "min": 0})
    else:
        made.set_x_axis({"num_font": font})
        made.set_y_axis({**lines, "min": 0})
    made.set_size({"width": pixels[0], "height": pixels[1]})
    made.show_blanks_as("gap")
    return made


def _filled(colour: str, place: int) -> dict[str, Any]:
    pattern = _PATTERNS[place % len(_PATTERNS)]
    border = {"color": "#333333", "width": 0.75}
    if pattern is None or colour == "#FFFFFF":
        return {"fill": {"color": colour}, "border": border}
    return {
        "pattern": {"pattern": pattern, "fg_color": "#333333", "bg_color": colour},
        "border": border,
    }
