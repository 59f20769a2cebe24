"""Putting the summary workbook together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from toolkit.consolidate.chartdata import ChartData
from toolkit.consolidate.compare import Comparisons
from toolkit.consolidate.control import ControlTotal
from toolkit.consolidate.following import followed
from toolkit.consolidate.model import Consolidation
from toolkit.consolidate.side_by_side import side_by_side
from toolkit.consolidate.trend import Trend
from toolkit.errors import ToolkitError
from toolkit.messages import text
from toolkit.register.files import replacing
from toolkit.report.status_sheet import add_status_sheet
from toolkit.report.summary.compare_sheet import draw_comparisons, has_comparisons
from toolkit.report.summary.finish import finish
from toolkit.report.summary.form_sheet import draw_form
from toolkit.report.summary.formats import Formats
from toolkit.report.summary.grid import Grid, grid
from toolkit.report.summary.index_sheet import draw_index, numbered
from toolkit.report.summary.judgements import draw_judgements
from toolkit.report.summary.level_sheet import (
    draw_levels,
    has_lines,
    superiors_of,
    types_of,
)
from toolkit.report.summary.list_sheets import (
    draw_details,
    draw_entries,
    draw_findings,
    draw_sources,
)
from toolkit.report.summary.names import SheetNames, name_sheets
from toolkit.report.summary.native_charts import draw_charts
from toolkit.report.summary.overview import draw_overview
from toolkit.report.summary.pen import Pen, link_back
from toolkit.report.summary.periods import draw_periods
from toolkit.report.summary.present import draw_present
from toolkit.report.summary.sheet import QuickSheet
from toolkit.report.summary.spill import Spill
from toolkit.report.summary.titles import frame_titles
from toolkit.report.summary.together import draw_followed, draw_side_by_side
from toolkit.report.summary.trend_sheet import draw_trends, place_trends
from toolkit.report.summary.waivers import draw_waivers, has_waivers
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
) -> tuple[Path, ...]:
    """Write ``tong-hop.xlsx``; ``target`` is replaced whole.

    ``trends`` are how the totals ran over the periods, where there are several. Lists too
    long for a sheet are written beside it; these files are given back.

    Raises ToolkitError when the target cannot be written (open in Excel, read-only folder).
    """
    spill = Spill(target.parent)
    try:
        with replacing(target) as aside:
            _write(consolidation, charts, controls, aside, lang, comparisons, trends, spill)
        spill.clear()
    except (OSError, FileCreateError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ToolkitError("export.cannot_write", file=target, reason=reason) from error
    return tuple(spill.written)


def _write(
    consolidation: Consolidation,
    charts: Sequence[ChartData],
    controls: Sequence[ControlTotal],
    target: Path,
    lang: str,
    comparisons: Comparisons,
    trends: Sequence[Trend],
    spill: Spill,
) -> None:
    # Widths of columns count in digits of this font; Excel's own is not on every machine.
    # A copy: xlsxwriter writes into what it is given, and the next book would differ.
    font = {"default_format_properties": dict(BASE)}
    book = Workbook(str(target), {**_OPTIONS, **font})
    book.worksheet_class = QuickSheet
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
    _draw(book, consolidation, charts, controls, pen, comparisons, trends)
    book.close()


def _draw(
    book: Workbook,
    consolidation: Consolidation,
    charts: Sequence[ChartData],
    controls: Sequence[ControlTotal],
    pen: Pen,
    comparisons: Comparisons,
    trends: Sequence[Trend],
) -> None:
    names = name_sheets(consolidation.tables, pen)
    own = names.own
    grids = [grid(t, pen.programme, names.forms[t.form.code]) for t in consolidation.tables]
    frame = frame_titles(consolidation)
    overview, index = (book.add_worksheet(own[key]) for key in ("overview", "index"))
    add_status_sheet(book, own["status"], pen.programme, consolidation.status, pen.lang)
    link_back(book.get_worksheet_by_name(own["status"]), 3, pen)
    for plan in grids:
        _draw_form(book, consolidation, plan, pen)
    if trends:
        draw_trends(book.add_worksheet(own["trend"]), trends, grids, frame, pen)
    for key, lines in (("levels", superiors_of), ("types", types_of)):
        if has_lines(grids, lines):
            title, period = pen.say(f"title.{key}"), consolidation.period.name
            draw_levels(book.add_worksheet(own[key]), grids, lines, title, pen, period)
    if has_comparisons(comparisons):
        compared = book.add_worksheet(own["compare"])
        draw_comparisons(compared, grids, comparisons, pen, consolidation.period.name)
    if pairs := side_by_side(consolidation):
        draw_side_by_side(book.add_worksheet(own["side"]), pairs, pen)
    if things := followed(consolidation):
        draw_followed(book.add_worksheet(own["follow"]), things, pen)
    if consolidation.present is not None:
        draw_present(book.add_worksheet(own["present"]), consolidation, grids, pen)
    draw_judgements(book, consolidation, own, pen)
    chart_sheet = book.add_worksheet(own["charts"])
    details, findings = (book.add_worksheet(own[key]) for key in ("details", "findings"))
    if has_waivers(consolidation):
        draw_waivers(book.add_worksheet(own["waivers"]), consolidation, pen)
    sources = book.add_worksheet(own["sources"])
    entries = numbered(_contents(book, names, consolidation))
    draw_index(index, entries, frame, pen)
    small = place_trends(trends, own["trend"])
    row = draw_overview(overview, consolidation, grids, own["index"], small, pen)
    draw_charts(book, overview, row, chart_sheet, charts, pen)
    draw_details(details, consolidation, pen)
    draw_findings(findings, consolidation, pen)
    draw_sources(sources, consolidation, controls, pen)
    finish(book, entries, consolidation.period.name, pen)
    overview.activate()


def _contents(
    book: Workbook, names: SheetNames, consolidation: Consolidation
) -> list[tuple[str, str, str]]:
    """(name, key, name of the form) of every sheet but the index, in their order."""
    told = {name: (key, "") for key, name in names.own.items()}
    for table in consolidation.tables:
        held = names.forms[table.form.code]
        for key, name in (
            ("form", held.form),
            ("by_period", held.by_period),
            ("listed", held.listed),
        ):
            told[name] = (key, table.form.name)
    drawn = [sheet.get_name() for sheet in book.worksheets()]
    return [(name, *told[name]) for name in drawn if name != names.own["index"]]


def _draw_form(book: Workbook, consolidation: Consolidation, plan: Grid, pen: Pen) -> None:
    form, period = plan.table.form, consolidation.period.name
    issuers = " – ".join(consolidation.programme.issuers)
    if consolidation.present is not None:
        period += f" ({pen.say('present.see')})"
    heading = (issuers, form.name.upper(), period)
    draw_form(book.add_worksheet(plan.sheet), plan, pen, heading)
    if plan.list_sheet:
        draw_entries(book.add_worksheet(plan.list_sheet), plan.table, pen, form.name)
    if plan.period_sheet:
        title = pen.say("title.by_period", form=form.name.upper())
        draw_periods(book.add_worksheet(plan.period_sheet), plan, pen, (issuers, title, period))
