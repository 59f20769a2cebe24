"""The sheets of a summary workbook in their order, each with what draws it.

All are named and numbered before the first is drawn: an annex says its number on itself, the
index lists it, both the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.chartdata import ChartData
from toolkit.consolidate.compare import Comparisons
from toolkit.consolidate.control import ControlTotal
from toolkit.consolidate.following import followed
from toolkit.consolidate.model import Consolidation
from toolkit.consolidate.side_by_side import side_by_side
from toolkit.consolidate.trend import Trend
from toolkit.report.status_sheet import draw_status
from toolkit.report.summary.compare_sheet import draw_comparisons, has_comparisons
from toolkit.report.summary.drawn import Draw, Sheet
from toolkit.report.summary.finish import finish
from toolkit.report.summary.form_sheet import draw_form
from toolkit.report.summary.grid import Grid, grid
from toolkit.report.summary.index_sheet import Entry, draw_index, numbered
from toolkit.report.summary.judgements import Judged, judgements
from toolkit.report.summary.level_sheet import (
    Lines,
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
from toolkit.report.summary.native_charts import draw_charts, drawn_charts
from toolkit.report.summary.overview import draw_overview
from toolkit.report.summary.pen import Pen, link_back
from toolkit.report.summary.periods import draw_periods
from toolkit.report.summary.present import draw_present
from toolkit.report.summary.spill import Listed
from toolkit.report.summary.titles import frame_titles
from toolkit.report.summary.together import draw_followed, draw_side_by_side
from toolkit.report.summary.trend_sheet import draw_trends, place_trends
from toolkit.report.summary.waivers import draw_waivers, has_waivers


@dataclass(frozen=True, slots=True)
class Drawn:
    """Everything the workbook shows."""

    consolidation: Consolidation
    charts: Sequence[ChartData]
    controls: Sequence[ControlTotal]
    comparisons: Comparisons
    trends: Sequence[Trend]
    judged: Judged
    details: Listed | None = None  # the list of all answers, where it is written already


def draw_sheets(book: Workbook, drawn: Drawn, pen: Pen) -> None:
    """Add every sheet, then draw them one after the other."""
    consolidation = drawn.consolidation
    names = name_sheets(consolidation.tables, pen)
    grids = [grid(t, pen.programme, names.forms[t.form.code]) for t in consolidation.tables]
    index, overview, charts = (names.own[key] for key in ("index", "overview", "charts"))
    sheets = list(_sheets(book, drawn, names, grids, pen))
    pages = {name: book.add_worksheet(name) for name in (overview, index)}
    pages |= {sheet.name: book.add_worksheet(sheet.name) for sheet in sheets}
    listed = [(overview, "overview", ""), *[(s.name, s.key, s.form) for s in sheets]]
    entries = numbered(listed)
    pen = replace(pen, annexes=_annexes(entries, pen))
    draw_index(pages[index], entries, frame_titles(consolidation), pen)
    small = place_trends(drawn.trends, names.own["trend"])
    row = draw_overview(pages[overview], consolidation, grids, index, small, pen)
    if charts in pages:
        draw_charts(book, pages[overview], row, pages[charts], drawn.charts, index, pen)
    for sheet in sheets:
        sheet.draw(pages[sheet.name], pen)
    finish(book, entries, consolidation.period.name, pen)
    pages[overview].activate()


def _annexes(entries: Sequence[Entry], pen: Pen) -> Mapping[str, str]:
    return {e.name: pen.say("annex", number=e.annex) for e in entries if e.annex}


def _sheets(
    book: Workbook, drawn: Drawn, names: SheetNames, grids: Sequence[Grid], pen: Pen
) -> Iterator[Sheet]:
    """All but the overview and the index; only those that have something to show."""
    own, consolidation = names.own, drawn.consolidation

    def status(sheet: Worksheet, pen: Pen) -> None:
        draw_status(book, sheet, pen.programme, consolidation.status, pen.lang)
        link_back(sheet, 3, pen)

    yield Sheet(own["status"], "status", status)
    for plan in grids:
        yield from _of_form(consolidation, plan, pen)
    yield from _over_units(drawn, own, grids, pen)
    yield from judgements(consolidation, drawn.judged, own)
    if drawn_charts(drawn.charts):
        yield Sheet(own["charts"], "charts", _with_the_overview)
    yield Sheet(
        own["details"], "details", lambda s, p: draw_details(s, consolidation, p, drawn.details)
    )
    yield Sheet(own["findings"], "findings", lambda s, p: draw_findings(s, consolidation, p))
    if has_waivers(consolidation):
        yield Sheet(own["waivers"], "waivers", lambda s, p: draw_waivers(s, consolidation, p))
    controls = drawn.controls
    yield Sheet(own["sources"], "sources", lambda s, p: draw_sources(s, consolidation, controls, p))


def _of_form(consolidation: Consolidation, plan: Grid, pen: Pen) -> Iterator[Sheet]:
    """The sheets of one form: its figures, its rows as sent, its single periods."""
    table, period = plan.table, consolidation.period.name
    issuers, name = frame_titles(consolidation)[0], table.form.name
    if consolidation.present is not None:
        period += f" ({pen.say('present.see')})"
    heading = (issuers, name.upper(), period)
    yield Sheet(plan.sheet, "form", lambda s, p: draw_form(s, plan, p, heading), name)
    if plan.list_sheet:
        yield Sheet(
            plan.list_sheet, "listed", lambda s, p: draw_entries(s, table, p, name.upper()), name
        )
    if plan.period_sheet:
        single = (issuers, pen.say("title.by_period", form=name.upper()), period)
        yield Sheet(
            plan.period_sheet, "by_period", lambda s, p: draw_periods(s, plan, p, single), name
        )


def _over_units(
    drawn: Drawn, own: Mapping[str, str], grids: Sequence[Grid], pen: Pen
) -> Iterator[Sheet]:
    """What is said of all forms together: over time, by level, against other periods."""
    consolidation, trends, comparisons = drawn.consolidation, drawn.trends, drawn.comparisons
    period, frame = consolidation.period.name, frame_titles(consolidation)
    if trends:
        yield Sheet(own["trend"], "trend", lambda s, p: draw_trends(s, trends, grids, frame, p))
    if has_comparisons(comparisons):
        yield Sheet(
            own["compare"],
            "compare",
            lambda s, p: draw_comparisons(s, grids, comparisons, p, period),
        )
    for key, lines in (("levels", superiors_of), ("types", types_of)):
        if has_lines(grids, lines):
            yield Sheet(own[key], key, _by_level(grids, lines, pen.say(f"title.{key}"), period))
    if pairs := side_by_side(consolidation):
        yield Sheet(own["side"], "side", lambda s, p: draw_side_by_side(s, pairs, p))
    if things := followed(consolidation):
        yield Sheet(own["follow"], "follow", lambda s, p: draw_followed(s, things, p))
    if consolidation.present is not None:
        yield Sheet(
            own["present"], "present", lambda s, p: draw_present(s, consolidation, grids, p)
        )


def _with_the_overview(sheet: Worksheet, pen: Pen) -> None:
    """The charts are drawn already: those of the overview have their data here."""
    del sheet, pen


def _by_level(grids: Sequence[Grid], lines: Lines, title: str, period: str) -> Draw:
    return lambda sheet, pen: draw_levels(sheet, grids, lines, title, pen, period)
