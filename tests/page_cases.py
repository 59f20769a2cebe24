"""Pages made of the returns of ``consolidate_cases``, and read back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import html

from toolkit.consolidate.chartdata import chart_data
from toolkit.consolidate.consolidate import consolidate
from toolkit.consolidate.model import Consolidation
from toolkit.programme.model import Programme
from toolkit.register.model import SubmissionDetail
from toolkit.report.page.write import write_page


@dataclass(frozen=True)
class Page:
    """A page written, with the consolidation it was made of where the test needs it."""

    path: Path
    made_of: Consolidation | None = None

    @property
    def consolidation(self) -> Consolidation:
        assert self.made_of is not None
        return self.made_of

    @cached_property
    def source(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def tree(self) -> Any:
        return html.document_fromstring(self.source.encode("utf-8"))

    def data(self, name: str) -> Any:
        """The JSON of a table, or what they share."""
        (block,) = self.tree.xpath(f"//script[@id='d-{name}']")
        return json.loads(block.text)

    def still(self, name: str) -> list[list[str]]:
        """The rows of a table as a browser without JavaScript shows them."""
        rows = self.tree.xpath(f"//*[@data-table='{name}']//tbody/tr")
        return [[seen(cell) for cell in row] for row in rows]


def seen(cell: Any) -> str:
    """What is to be read in a cell, without what is for screen readers."""
    hidden = cell.xpath(".//*[@class='vh']")
    for one in hidden:
        one.drop_tree()
    return str(cell.text_content())


def nodes(rows: Sequence[Any]) -> Iterator[Any]:
    """The nodes of a table's JSON, each before those below it."""
    for node in rows:
        yield node
        yield from nodes(kids(node))


def kids(node: Any) -> list[Any]:
    return node[1] if len(node) > 1 else []


def origins(node: Any) -> list[Any]:
    return node[2] if len(node) > 2 else []


def words(cell: Any) -> str:
    return str(cell[0] if isinstance(cell, list) else cell)


def page(
    programme: Programme,
    period: str,
    details: Sequence[SubmissionDetail],
    folder: Path,
    lang: str = "vi",
) -> Page:
    """The page of a period, written to bao-cao/PERIOD below ``folder``."""
    one = programme.period(period)
    made = consolidate(programme, one, details)
    charts = [
        chart_data(chart, programme, one, details, made, lang=lang) for chart in programme.charts
    ]
    path = folder / "bao-cao" / period / "trang.html"
    write_page(made, details, charts, (), path, folder, lang)
    return Page(path, made)
