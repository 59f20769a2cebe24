"""Putting the page together: one file, its style and script inside, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

from toolkit.consolidate.chartdata import ChartData
from toolkit.consolidate.compare import Comparisons
from toolkit.consolidate.control import ControlTotal
from toolkit.consolidate.model import Consolidation
from toolkit.errors import ToolkitError
from toolkit.messages import text
from toolkit.register.files import replacing
from toolkit.register.model import SubmissionDetail
from toolkit.report.page.forms import plan
from toolkit.report.page.markup import Markup, data_block, join, tag
from toolkit.report.page.origins import Origins, origins
from toolkit.report.page.sections import Desk, Section, sections
from toolkit.report.page.table import Json, Strings, packed
from toolkit.report.shown import shown
from toolkit.report.voice import Voice, returned

# The words of the script; each is the text page.script.<key>.
_SCRIPT_WORDS = (
    "search", "all", "shown", "none", "more", "sort", "open_row", "origins", "file", "received",
    "original", "column", "raw", "read", "sheet", "cell", "notes", "same", "provisional", "clear",
)  # fmt: skip


def write_page(
    consolidation: Consolidation,
    details: Sequence[SubmissionDetail],
    charts: Sequence[ChartData],
    controls: Sequence[ControlTotal],
    target: Path,
    root: Path,
    lang: str = "vi",
    compared: Comparisons | None = None,
) -> None:
    """Write the page to ``target``, which is replaced whole.

    ``details`` give what stood in the cells, ``root`` is the folder that holds the archive,
    ``compared`` what the period is compared with.
    The same returns give the same bytes. Raises ToolkitError where it cannot be written.
    """
    made = page(consolidation, details, charts, controls, target, root, lang, compared)
    try:
        with replacing(target) as aside:
            aside.write_text(made, encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or error
        raise ToolkitError("export.cannot_write", file=target, reason=reason) from error


def page(
    consolidation: Consolidation,
    details: Sequence[SubmissionDetail],
    charts: Sequence[ChartData],
    controls: Sequence[ControlTotal],
    target: Path,
    root: Path,
    lang: str = "vi",
    compared: Comparisons | None = None,
) -> str:
    """The page as text; see :func:`write_page`."""
    voice = Voice(consolidation.programme, lang, returned(consolidation))
    known = origins(consolidation, details, voice, target.absolute(), root.absolute())
    plans = [plan(table, voice) for table in consolidation.tables]
    found = sections(Desk(consolidation, charts, controls, known, plans, compared))
    style, script = _packaged("page.css"), _packaged("page.js")
    body = tag(
        "body",
        tag("a", text("page.skip", lang), href="#chinh", class_="skip"),
        _header(consolidation, lang),
        _navigation(found, lang),
        tag("noscript", tag("p", text("page.noscript", lang), class_="noscript")),
        tag("main", [_section(one) for one in found], id="chinh", tabindex="-1"),
        *_data(found, known, lang),
        Markup(f"<script>{script}</script>"),
    )
    title = f"{consolidation.programme.name} – {consolidation.period.name}"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(style, script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light"),
        tag("title", title),
        Markup(f"<style>{style}</style>"),
    )
    made = join(Markup("<!DOCTYPE html>\n"), tag("html", head, body, lang=lang), "\n")
    return made.encode("utf-8", "replace").decode("utf-8")


def _packaged(name: str) -> str:
    """A file beside this module; it is ours and ends no element."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _policy(style: str, script: str) -> str:
    """Nothing from elsewhere, and no script or style but these very ones."""
    return (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _header(consolidation: Consolidation, lang: str) -> Markup:
    programme, period = consolidation.programme, consolidation.period
    span = text(
        "page.span", lang, start=shown(period.start, "", lang), end=shown(period.end, "", lang)
    )
    return tag(
        "header",
        tag("p", " – ".join(programme.issuers), class_="issuers"),
        tag("h1", programme.name),
        tag("p", tag("b", period.name), f" · {span}", class_="period"),
    )


def _navigation(found: Sequence[Section], lang: str) -> Markup:
    links = [tag("li", tag("a", s.short, href=f"#{s.name}", title=s.title)) for s in found]
    return tag("nav", tag("ul", links), aria_label=text("page.navigation", lang))


def _section(one: Section) -> Markup:
    title = f"{one.name}-h"
    return tag(
        "section", tag("h2", one.title, id=title), one.body, id=one.name, aria_labelledby=title
    )


def _data(found: Sequence[Section], known: Origins, lang: str) -> list[Markup]:
    strings = Strings()
    tables = [
        (table.name, packed(table, strings)) for s in found for table in s.tables if table.rows
    ]
    sources: list[Json] = [
        [s.file, s.link, shown(s.received, "", lang), s.unit, s.period] for s in known.sources
    ]
    findings: list[Json] = [
        [f.severity.value, known.voice.say(f"severity.{f.severity}"), known.message(f)]
        for f in known.findings
    ]
    shared = {
        "say": {key: text(f"page.script.{key}", lang) for key in _SCRIPT_WORDS},
        "lang": lang,
        "strings": strings.listed(),
        "sources": sources,
        "findings": findings,
    }
    return [data_block("shared", shared), *(data_block(name, data) for name, data in tables)]
