"""Putting the summary workbook together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from toolkit.consolidate.chartdata import ChartData
from toolkit.consolidate.compare import Comparisons
from toolkit.consolidate.control import ControlTotal
from toolkit.consolidate.model import Consolidation
from toolkit.consolidate.trend import Trend
from toolkit.errors import ToolkitError
from toolkit.messages import text
from toolkit.register.files import replacing
from toolkit.report.summary.formats import Formats
from toolkit.report.summary.judgements import Judged, judged
from toolkit.report.summary.pen import Pen
from toolkit.report.summary.quick_book import QuickBook
from toolkit.report.summary.sheets import Drawn, draw_sheets
from toolkit.report.summary.spill import Listed, Spill
from toolkit.report.voice import returned
from toolkit.template.styles import BASE

# The file says nothing of when it was made: the same returns give the same bytes.
_CREATED = datetime(2000, 1, 1)
NOTHING_COMPARED = Comparisons()
_OPTIONS = {
    "in_memory": True,  # no temporary files
    # Text from the returns stays text, whatever it looks like.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_summary(
    consolidation: Consolidation,
    charts: Sequence[ChartData],
    controls: Sequence[ControlTotal],
    target: Path,
    lang: str = "vi",
    comparisons: Comparisons = NOTHING_COMPARED,
    trends: Sequence[Trend] = (),
    found: Judged | None = None,
    details: Listed | None = None,
) -> tuple[Path, ...]:
    """Write ``tong-hop.xlsx``; ``target`` is replaced whole.

    ``trends`` are how the totals ran over the periods, where there are several. Lists too
    long for a sheet are written beside it; these files are given back. ``found`` is what
    :func:`judged` gives, ``details`` the list of all answers, where they are there already.

    Raises ToolkitError when the target cannot be written (open in Excel, read-only folder).
    """
    spill = Spill(target.parent)
    try:
        with replacing(target) as aside:
            drawn = Drawn(
                consolidation,
                charts,
                controls,
                comparisons,
                trends,
                found or judged(consolidation),
                details,
            )
            _write(drawn, aside, lang, spill)
        spill.clear()
    except (OSError, FileCreateError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ToolkitError("export.cannot_write", file=target, reason=reason) from error
    return tuple(spill.written)


def _write(drawn: Drawn, target: Path, lang: str, spill: Spill) -> None:
    consolidation = drawn.consolidation
    # Widths of columns count in digits of this font; Excel's own is not on every machine.
    # A copy: xlsxwriter writes into what it is given, and the next book would differ.
    font = {"default_format_properties": dict(BASE)}
    book = QuickBook(str(target), {**_OPTIONS, **font})
    programme = consolidation.programme
    book.set_properties(
        {
            "title": f"{programme.name} - {consolidation.period.name}",
            "author": " - ".join(programme.issuers),
            "created": _CREATED,
        }
    )
    formats = Formats(book, text("report.state.nil", lang))
    period = consolidation.period.name
    pen = Pen(programme, lang, returned(consolidation), formats, period, spill)
    draw_sheets(book, drawn, pen)
    book.close()
