"""The number check of a deck of slides: its texts, tables and charts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from pptx import Presentation
from pptx.exc import PackageNotFoundError
from pptx.oxml.ns import qn

from toolkit.errors import ToolkitError
from toolkit.findings import Finding
from toolkit.report.numbers.check import Stray, in_row, in_text, of_point
from toolkit.report.numbers.documents import finding, to_write
from toolkit.report.numbers.known import Known
from toolkit.report.numbers.written import Kind, Token

# The text box of this name holds the number of the slide.
PAGE_NUMBER = "baocao page number"


def check_deck(path: Path, known: Known) -> list[Finding]:
    """A finding for each number that belongs to nothing, and a note for what is still to write.

    Raises ToolkitError where the file is no deck of slides.
    """
    try:
        deck = Presentation(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        raise ToolkitError("official.not_slides", file=path) from error
    found = [
        finding("official.number_slide", path.name, stray, slide=str(number))
        for number, slide in enumerate(deck.slides, 1)
        for shape in slide.shapes
        for stray in _strays(shape, known)
    ]
    marks = sum(1 for slide in deck.slides for _ in slide._element.iter(qn("a:highlight")))
    return found + to_write(path.name, marks)


def _strays(shape: Any, known: Known) -> Iterator[Stray]:
    if shape.has_text_frame and shape.name != PAGE_NUMBER:
        for paragraph in shape.text_frame.paragraphs:
            yield from in_text("".join(run.text for run in paragraph.runs), known)
    if shape.has_table:
        rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
        for place, cells in enumerate(rows[1:], 1):
            yield from (stray for _, stray in in_row(cells, rows[0], place, known))
    if shape.has_chart:
        for plot in shape.chart.plots:
            categories = [str(category) for category in plot.categories]
            for series in plot.series:
                for category, value in zip(categories, series.values, strict=False):
                    if value is not None:
                        yield from _point(series.name, category, value, known)


def _point(series: str, category: str, value: float, known: Known) -> list[Stray]:
    """A number of a chart may be a count or a percentage: its scale is the chart's."""
    number = Decimal(repr(value)).normalize()
    places = max(0, -int(number.as_tuple().exponent))
    kinds = (Kind.NUMBER, Kind.PERCENT)
    strays = [
        of_point(series, category, Token(f"{number:f}", kind, number, places), known)
        for kind in kinds
    ]
    return [] if not all(strays) else strays[0]
