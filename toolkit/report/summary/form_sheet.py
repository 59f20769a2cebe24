"""A form in the summary workbook: totals over the units, each unit's value folded below."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from toolkit.report.summary.frame import draw_frame
from toolkit.report.summary.grid import HEAD_ROW, NUMBER_ROW, Grid
from toolkit.report.summary.pen import Links, Pen, page_setup
from toolkit.report.summary.totals import draw_total
from toolkit.report.summary.units import draw_unit


def draw_form(sheet: Worksheet, grid: Grid, pen: Pen, heading: Sequence[str]) -> None:
    """Draw the whole sheet of a form; ``heading`` are issuers, title and period."""
    draw_frame(sheet, grid, pen, heading)
    links = Links(sheet)
    for block in grid.blocks:
        draw_total(sheet, grid, block, pen)
        for row, line in zip(range(block.first, block.last + 1), block.lines, strict=True):
            draw_unit(sheet, grid, block, row, line, pen, links)
    page_setup(sheet, pen, grid.last_column, (HEAD_ROW, NUMBER_ROW))
