"""Putting the summary workbook together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook

from toolkit.consolidate.chartdata import ChartData
from toolkit.consolidate.control import ControlTotal
from toolkit.consolidate.model import Consolidation
from toolkit.register.files import replacing
from toolkit.report.status_sheet import add_status_sheet
from toolkit.report.summary.form_sheet import Pen, draw_form, draw_periods, page_setup
from toolkit.report.summary.formats import Formats
from toolkit.report.summary.grid import Grid, grid
from toolkit.report.summary.lists import (
    draw_details,
    draw_entries,
    draw_findings,
    draw_sources,
)
from toolkit.report.summary.native_charts import draw_charts
from toolkit.report.summary.overview import draw_overview
from toolkit.template.names import sheet_names

# The file says nothing of when it was made: the same returns give the same bytes.
_CREATED = datetime(2000, 1, 1)


def write_summary(
    consolidation: Consolidation,
    charts: Sequence[ChartData],
    controls: Sequence[ControlTotal],
    target: Path,
    lang: str = "vi",
) -> None:
    """Write ``tong-hop.xlsx``; ``target`` is replaced whole.

    Raises OSError when the target cannot be written (open in Excel, read-only folder).
    """
    with replacing(target) as aside:
        _write(consolidation, charts, controls, aside, lang)


def _write(
    consolidation: Consolidation,
    charts: Sequence[ChartData],
    controls: Sequence[ControlTotal],
    target: Path,
    lang: str,
) -> None:
    book = Workbook(
        str(target),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    programme = consolidation.programme
    book.set_properties(
        {
            "title": f"{programme.name} - {consolidation.period.name}",
            "author": " - ".join(programme.issuers),
            "created": _CREATED,
        }
    )
    pen = Pen(programme, Formats(book), lang)
    _draw(book, consolidation, charts, controls, pen)
    book.close()


def _draw(
    book: Workbook,
    consolidation: Consolidation,
    charts: Sequence[ChartData],
    controls: Sequence[ControlTotal],
    pen: Pen,
) -> None:
    programme = consolidation.programme
    own = [pen.say(f"sheet.{key}") for key in _OWN_SHEETS]
    names = sheet_names(programme.forms, tuple(own))
    grids = [grid(t, programme, names[t.form.code]) for t in consolidation.tables]
    overview = book.add_worksheet(own[0])
    add_status_sheet(book, own[1], programme, consolidation.status, pen.lang)
    drawn = [own[1]]
    for plan in grids:
        drawn += _draw_form(book, consolidation, plan, pen)
    chart_sheet = book.add_worksheet(own[2])
    details, findings, sources = (book.add_worksheet(name) for name in own[3:])
    drawn += own[2:]
    row = draw_overview(overview, consolidation, grids, drawn, pen)
    draw_charts(book, overview, row, chart_sheet, charts, pen)
    draw_details(details, consolidation, pen)
    draw_findings(findings, consolidation, pen)
    draw_sources(sources, consolidation, controls, pen)
    overview.activate()


_OWN_SHEETS = ("overview", "status", "charts", "details", "findings", "sources")


def _draw_form(book: Workbook, consolidation: Consolidation, plan: Grid, pen: Pen) -> list[str]:
    form = plan.table.form
    issuers = " – ".join(consolidation.programme.issuers)
    heading = (issuers, form.name.upper(), consolidation.period.name)
    sheet = book.add_worksheet(plan.sheet)
    draw_form(sheet, plan, pen, heading)
    page_setup(sheet, pen, plan.last_column, (4, 6))
    made = [plan.sheet]
    if plan.list_sheet:
        listed = book.add_worksheet(plan.list_sheet)
        draw_entries(listed, plan.table, pen, form.name)
        made.append(plan.list_sheet)
    if plan.period_sheet:
        by_period = book.add_worksheet(plan.period_sheet)
        title = (issuers, pen.say("title.by_period", form=form.name.upper()), heading[2])
        draw_periods(by_period, plan, pen, title)
        last = max((plan.period_column(c, 0) for c in plan.columns if not c.choice), default=1)
        page_setup(by_period, pen, last + len(plan.table.periods) - 1, (4, 6))
        made.append(plan.period_sheet)
    return made
