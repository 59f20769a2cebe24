"""What stands on the page, in order: a builder per section. A new one is a line in SECTIONS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from toolkit.consolidate.chartdata import ChartData
from toolkit.consolidate.compare import Comparisons
from toolkit.consolidate.control import ControlTotal
from toolkit.consolidate.model import Consolidation
from toolkit.messages import text
from toolkit.programme.model import ChartKind, FormKind
from toolkit.report.page import judged, lists, overview, status
from toolkit.report.page.charts import chart
from toolkit.report.page.forms import form_table
from toolkit.report.page.markup import Markup, join, tag
from toolkit.report.page.origins import Origins
from toolkit.report.page.table import Table, html
from toolkit.report.summary.grid import Grid


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything a section can be built from."""

    consolidation: Consolidation
    charts: Sequence[ChartData]
    controls: Sequence[ControlTotal]
    origins: Origins
    plans: Sequence[Grid]
    compared: Comparisons | None = None

    @property
    def lang(self) -> str:
        """The language of the words."""
        return self.origins.voice.lang

    def say(self, key: str, **params: object) -> str:
        """A text of the page."""
        return text(f"page.{key}", self.lang, **params)

    def table(self, table: Table) -> Markup:
        """A table, or the sentence that it has no row."""
        return html(table, self.say("no_rows"), self.say("provisional"))


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page. ``name`` is its anchor, ``short`` its name in the navigation."""

    name: str
    title: str
    short: str
    body: Markup
    tables: tuple[Table, ...] = ()


Builder: TypeAlias = Callable[[Desk], Iterator[Section]]


def _overview(desk: Desk) -> Iterator[Section]:
    voice = desk.origins.voice
    tables = [
        status.counts_table(desk.consolidation, desk.origins),
        overview.indicator_table(desk.plans, voice),
        overview.figure_table(desk.plans, voice),
    ]
    tables = [table for table in tables if table.rows]
    body = [overview.cards(desk.consolidation, desk.plans, voice)]
    body.append(tag("p", desk.say("marks"), class_="note"))
    for table in tables:
        body += [tag("h3", table.caption), desk.table(table)]
    title = desk.say("section.overview")
    yield Section("tong-quan", title, title, join(body), tuple(tables))


def _status(desk: Desk) -> Iterator[Section]:
    table = status.matrix(desk.consolidation, desk.origins)
    title = desk.say("section.status")
    legend = tag(
        "ul",
        [
            tag(
                "li",
                tag("b", text(f"status_sheet.{name}", desk.lang), class_=f"state l-{look}"),
                text(f"status_sheet.legend_{name}", desk.lang),
            )
            for name, look in status.STATES
        ],
        class_="states",
    )
    yield Section("tinh-hinh", title, title, join(legend, desk.table(table)), (table,))


def _charts(desk: Desk) -> Iterator[Section]:
    # Who was on time is the matrix above.
    drawn = [data for data in desk.charts if data.kind is not ChartKind.PUNCTUALITY]
    if drawn:
        body = [chart(data, number, desk.lang) for number, data in enumerate(drawn, 1)]
        title = desk.say("section.charts")
        yield Section("bieu-do", title, title, tag("div", body, class_="charts"))


def _scores(desk: Desk) -> Iterator[Section]:
    scored = desk.consolidation.scores
    if scored is not None and scored.units:
        table = judged.scores(scored, desk.origins)
        title = desk.say("section.scores")
        unfold = tag("p", desk.say("unfold_scores"), class_="note screen")
        yield Section("xep-loai", title, title, join(unfold, desk.table(table)), (table,))


def _comparisons(desk: Desk) -> Iterator[Section]:
    periods = desk.compared.periods if desk.compared is not None else ()
    tables = tuple(judged.comparisons(periods, desk.origins.voice))
    if tables:
        body = [tag("p", desk.origins.voice.say("compare.note"), class_="note")]
        for table in tables:
            body += [tag("h3", table.caption), desk.table(table)]
        title = desk.say("section.compare")
        yield Section("so-sanh", title, title, join(body), tables)


def _forms(desk: Desk) -> Iterator[Section]:
    for number, plan in enumerate(desk.plans, 1):
        form = plan.table.form
        tables = [form_table(f"form-{number}", plan, desk.origins)]
        body = [tag("p", desk.say("unfold"), class_="note screen"), desk.table(tables[0])]
        if form.kind is FormKind.OPEN:
            tables.append(lists.entries(f"rows-{number}", plan.table, desk.origins))
            body += [tag("h3", tables[1].caption), desk.table(tables[1])]
        yield Section(f"bieu-{number}", form.name, form.name, join(body), tuple(tables))


def _one(name: str, key: str, build: Callable[[Consolidation, Origins], Table]) -> Builder:
    """The builder of a section that is one table; none where it has no row."""

    def builder(desk: Desk) -> Iterator[Section]:
        table = build(desk.consolidation, desk.origins)
        if table.rows:
            title = text(key, desk.lang)
            yield Section(name, title, title, desk.table(table), (table,))

    return builder


def _findings(desk: Desk) -> Iterator[Section]:
    table = lists.findings(desk.consolidation, desk.origins)
    title = desk.say("section.findings")
    yield Section("ket-qua-kiem-tra", title, title, desk.table(table), (table,))


def _sources(desk: Desk) -> Iterator[Section]:
    tables = [
        lists.sources(desk.consolidation, desk.origins),
        lists.controls(desk.controls, desk.origins),
    ]
    body = [desk.table(tables[0])]
    if tables[1].rows:
        body += [tag("h3", tables[1].caption), desk.table(tables[1])]
    title = desk.say("section.sources")
    yield Section("nguon", title, title, join(body), tuple(tables))


SECTIONS: tuple[Builder, ...] = (
    _overview,
    _status,
    _charts,
    _scores,
    _comparisons,
    _forms,
    _one("y-kien", "page.section.narrative", lists.narrative),
    _findings,
    _one("mien-tru", "page.section.waivers", lists.waivers),
    _sources,
)


def sections(desk: Desk) -> list[Section]:
    """All sections that have something to say."""
    return [section for build in SECTIONS for section in build(desk)]
