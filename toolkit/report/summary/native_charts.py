"""The charts as native charts of the workbook, over tables of their data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.chartdata import NO_RETURN, UNREADABLE, ChartData
from toolkit.programme.model import ChartKind
from toolkit.report.summary.formats import FONT
from toolkit.report.summary.overview import LAST_COLUMN
from toolkit.report.summary.pen import (
    BODY_SIZE,
    SMALL_SIZE,
    Pen,
    height,
    link_back,
    page_setup,
    spread,
)

_COLOURS = ("#0072B2", "#F0E442", "#009E73", "#E69F00", "#D55E00", "#56B4E9", "#555555", "#CC79A7")
# The pattern of each series, so that grey print tells them apart too.
_PATTERNS = (
    None,
    "wide_upward_diagonal",
    "percent_20",
    "wide_downward_diagonal",
    "small_grid",
    "light_horizontal",
    "large_confetti",
    "outlined_diamond",
)
_KINDS: dict[ChartKind, dict[str, str]] = {
    ChartKind.STATUS: {"type": "column", "subtype": "stacked"},
    ChartKind.TARGET: {"type": "bar"},
    ChartKind.PROGRESS: {"type": "line"},
    ChartKind.BREAKDOWN: {"type": "bar", "subtype": "stacked"},
}
_HORIZONTAL = frozenset({ChartKind.TARGET, ChartKind.BREAKDOWN})

_LABEL_WIDTH, _NUMBER_WIDTH, _LEAST_COLUMNS = 44.0, 12.0, 7
_ROW_PIXELS = 20
_FIRST, _TITLE_PIXELS = 4, 92  # the row of the first chart, and what stands above it
_LEAST_ROWS = 23  # rows of the sheet that a chart takes
_WIDTH = 935  # pixels: the columns of the sheet where there are no more than the least
_OVERVIEW_WIDTH = 1180
_PAGE_WIDTH, _PAGE_HEIGHT = 1026, 670  # pixels of A4 landscape within the margins, at 100 %
_MOST_SCALE = 88  # per cent: the least columns side by side


def drawn_charts(charts: Sequence[ChartData]) -> list[ChartData]:
    """Those that have anything to show, and are no table by nature."""
    return [c for c in charts if c.series and c.kind is not ChartKind.PUNCTUALITY]


def draw_charts(
    book: Workbook,
    overview: Worksheet,
    row: int,
    sheet: Worksheet,
    charts: Sequence[ChartData],
    index: str,
    pen: Pen,
) -> None:
    """One chart a page with its data on ``sheet``; on the overview, from ``row`` on, the same
    charts for the screen.

    The punctuality matrix is a table by nature: it stands on the status sheet. ``index`` is
    the name of the sheet that lists the sheets.
    """
    drawable = drawn_charts(charts)
    columns = max([_LEAST_COLUMNS, *(len(c.series) for c in drawable)])
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, columns, _NUMBER_WIDTH)
    scale = min(_MOST_SCALE, int(100 * _PAGE_WIDTH / (320 + 90 * columns)))
    spread(overview, row, (0, LAST_COLUMN), pen.say("part.charts"), pen.formats.section)
    _title(sheet, columns, index, pen)
    place, data_row, breaks, above = row + 2, _FIRST, [], _TITLE_PIXELS
    for chart in drawable:
        rows = _rows(chart, scale)
        table = data_row + rows
        names = (sheet.get_name(), table)
        pixels = rows * _ROW_PIXELS - 10
        shown = _chart(book, *names, chart, (_WIDTH, pixels))
        sheet.insert_chart(data_row, 0, shown, {"x_offset": 2, "y_offset": 2})
        shown = _chart(book, *names, chart, (_OVERVIEW_WIDTH, pixels))
        overview.insert_chart(place, 0, shown, {"x_offset": 4})
        place += rows
        data_row, high = _data(sheet, table, chart, pen)
        if above + pixels + high > _PAGE_HEIGHT * 100 / scale:
            breaks.append(table)
        breaks.append(data_row)
        above = 0
    page_setup(sheet, pen, columns, None)
    sheet.set_print_scale(scale)  # not fitted to the width: Excel would then ignore the breaks
    sheet.set_h_pagebreaks(breaks[:-1])


def _title(sheet: Worksheet, last: int, index: str, pen: Pen) -> None:
    """Title, period, the ways back to the first sheet and to the index."""
    formats = pen.formats
    spread(sheet, 0, (0, last), pen.say("title.charts"), formats.title)
    sheet.set_row(0, 24)
    spread(sheet, 1, (0, last), pen.period, formats.subtitle)
    link_back(sheet, 2, pen)
    sheet.merge_range(2, 1, 2, 3, "", formats.link)
    sheet.write_url(2, 1, f"internal:'{index}'!A1", formats.link, pen.say("to_index"))


def _rows(chart: ChartData, scale: int) -> int:
    """The rows a chart takes: more for many bars, at most a printed page."""
    if chart.kind not in _HORIZONTAL:
        return _LEAST_ROWS
    each = 0.9 if chart.kind is ChartKind.BREAKDOWN else 2.4
    most = int((_PAGE_HEIGHT * 100 / scale - _TITLE_PIXELS) / _ROW_PIXELS)
    return max(_LEAST_ROWS, min(most, 6 + int(each * len(chart.categories))))


def _data(sheet: Worksheet, row: int, chart: ChartData, pen: Pen) -> tuple[int, float]:
    """The table of a chart: categories down, series across; the row after it, its pixels."""
    formats = pen.formats
    sheet.write_string(row, 0, pen.say("head.category"), formats.head)
    heads = []
    for column, series in enumerate(chart.series, 1):
        unit = f" ({series.measure})" if series.measure else ""
        sheet.write_string(row, column, series.name + unit, formats.head)
        heads.append((series.name + unit, _NUMBER_WIDTH, float(BODY_SIZE), True))
    heights = [height(*heads)]
    sheet.set_row(row, heights[0])
    for index, name in enumerate(chart.categories, 1):
        sheet.write_string(row + index, 0, name, formats.boxed())
        heights.append(height((name, _LABEL_WIDTH, BODY_SIZE, False)))
        sheet.set_row(row + index, heights[-1])
        for column, series in enumerate(chart.series, 1):
            _number(sheet, row + index, column, series.values[index - 1], pen)
    end = row + 1 + len(chart.categories)
    for note in chart.notes:
        look = formats.get(italic=True, font_size=SMALL_SIZE, text_wrap=True)
        spread(sheet, end, (0, _LEAST_COLUMNS), note, look)
        wide = _LABEL_WIDTH + _LEAST_COLUMNS * _NUMBER_WIDTH
        heights.append(height((note, wide, SMALL_SIZE, False)))
        sheet.set_row(end, heights[-1])
        end += 1
    return end + 1, sum(heights) * 96 / 72


def _number(sheet: Worksheet, row: int, column: int, value: object, pen: Pen) -> None:
    if value is None:
        sheet.write_blank(row, column, None, pen.formats.boxed())
        return
    number = float(value)  # type: ignore[arg-type]
    shown = "#,##0" if number == int(number) else "#,##0.0"
    sheet.write_number(row, column, number, pen.formats.boxed(num_format=shown, align="right"))


def _chart(book: Workbook, sheet: str, row: int, chart: ChartData, pixels: tuple[int, int]) -> Any:
    made = book.add_chart(_KINDS[chart.kind])
    for place in range(len(chart.series)):
        made.add_series(_series(sheet, row, chart, place))
    made.set_title(
        {"name": f"{chart.title} ({chart.period})", "name_font": {"name": FONT, "size": 13}}
    )
    made.set_legend({"position": "bottom", "font": {"name": FONT, "size": 10}})
    each = pixels[1] / max(1, len(chart.categories))
    size = 10 if each > 18 else 8 if each > 14 else 7
    named = {"num_font": {"name": FONT, "size": size}, "interval_unit": 1}
    lines = {
        "num_font": {"name": FONT, "size": 10},
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        "min": 0,
    }
    if chart.kind in _HORIZONTAL:
        # Bars run upward; a reversed axis keeps the first item on top, as in the tables.
        made.set_y_axis({**named, "reverse": True, "crossing": "max"})
        made.set_x_axis(lines)
    else:
        made.set_x_axis(named)
        made.set_y_axis(lines)
    made.set_size({"width": pixels[0], "height": pixels[1]})
    made.show_blanks_as("gap")
    return made


def _series(sheet: str, row: int, chart: ChartData, place: int) -> dict[str, Any]:
    series, last = chart.series[place], len(chart.categories)
    colour = {NO_RETURN: "#FFFFFF", UNREADABLE: "#BBBBBB"}.get(
        series.key, _COLOURS[place % len(_COLOURS)]
    )
    options: dict[str, Any] = {
        "name": [sheet, row, place + 1],
        "categories": [sheet, row + 1, 0, row + last, 0],
        "values": [sheet, row + 1, place + 1, row + last, place + 1],
    }
    labels = {"value": True, "font": {"name": FONT, "size": 9}}
    if chart.kind is ChartKind.PROGRESS:
        options["line"] = {"color": colour, "width": 2.25}
        options["marker"] = {
            "type": ("circle", "square", "triangle", "diamond")[place % 4],
            "size": 8,
            "fill": {"color": colour},
            "border": {"color": colour},
        }
        options["data_labels"] = {**labels, "position": "above"}
    else:
        options |= _filled(colour, place)
        options["gap"] = 50
        if chart.kind is ChartKind.TARGET:
            options["data_labels"] = labels
    return options


def _filled(colour: str, place: int) -> dict[str, Any]:
    pattern = _PATTERNS[place % len(_PATTERNS)]
    border = {"color": "#333333", "width": 0.75}
    if pattern is None or colour == "#FFFFFF":
        return {"fill": {"color": colour}, "border": border}
    return {
        "pattern": {"pattern": pattern, "fg_color": "#333333", "bg_color": colour},
        "border": border,
    }
