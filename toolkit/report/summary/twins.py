"""The sheet of list entries that may stand there twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Entry
from toolkit.consolidate.twins import Duplicates, Likeness, Reason
from toolkit.report.summary.block import Cell, Column, draw_head, draw_rows, draw_titles
from toolkit.report.summary.pen import MOST_LINKS, Pen, link_to, page_setup
from toolkit.report.summary.titles import titles_of
from toolkit.text import slug

_KEYS = ("tt", "form", "first", "second", "why", "source_1", "source_2")
MOST_PAIRS = 1_000  # on the sheet: a person looks at each of them
_WIDTHS = (6.0, 26.0, 44.0, 44.0, 36.0, 11.0, 11.0)


def draw_twins(sheet: Worksheet, found: Duplicates, frame: Sequence[str], pen: Pen) -> None:
    """One row a pair: both entries as they were sent, why they look alike, where they stand.

    Of very many pairs the first are on the sheet, and all in a file beside the workbook.
    """
    columns = [
        Column(pen.say(f"twins.{key}"), width, "center" if key == "tt" else "left")
        for key, width in zip(_KEYS, _WIDTHS, strict=True)
    ]
    note = pen.say("twins.note")
    if not found.thorough:
        note += f" {pen.say('twins.note_many')}"
    if len(found.pairs) > MOST_PAIRS and pen.spill is not None:
        rows = (
            ((*cells[:-2], _where(pair.first), _where(pair.second)), None)
            for cells, pair in zip(_rows(found, pen), found.pairs, strict=True)
        )
        name, head = slug(sheet.get_name()).lower(), [column.heading for column in columns]
        count, files = pen.spill.write(name, head, rows)
        shown = pen.say("twins.spilled", count=count, shown=MOST_PAIRS, files=", ".join(files))
        note += f" {shown}"
    draw_titles(sheet, pen, titles_of(frame, pen.say("twins.title")), _WIDTHS, note)
    first = draw_head(sheet, pen, 4, columns)
    links: dict[tuple[int, int], str] = {}
    for place, pair in enumerate(found.pairs[:MOST_PAIRS]):
        sources = [_source(entry) for entry in (pair.first, pair.second)]
        for column, (_, target) in enumerate(sources, 5):
            if target and place * 2 < MOST_LINKS:
                links[place, column] = target
    row = draw_rows(sheet, pen, first, columns, islice(_rows(found, pen), MOST_PAIRS), links)
    sheet.autofilter(4, 0, row - 1, len(_WIDTHS) - 1)
    sheet.freeze_panes(first, 0)
    page_setup(sheet, pen, len(_WIDTHS) - 1, (4, 4))


def _rows(found: Duplicates, pen: Pen) -> Iterator[tuple[Cell, ...]]:
    for number, pair in enumerate(found.pairs, 1):
        yield (
            number,
            pair.table.form.name,
            _entry(pair.first, pair.reasons),
            _entry(pair.second, pair.reasons),
            "\n".join(_reason(reason, pen) for reason in pair.reasons),
            *(_source(entry)[0] for entry in (pair.first, pair.second)),
        )


def _entry(entry: Entry, reasons: Sequence[Reason]) -> str:
    lines = [f"{entry.unit.short or entry.unit.name}, {entry.period.name}"]
    for reason in reasons:
        part = entry.answers.get(reason.field.code)
        if part is not None and isinstance(part.value, str):
            lines.append(f"{reason.field.title}: {part.value}")
    return "\n".join(lines)


def _reason(reason: Reason, pen: Pen) -> str:
    if reason.likeness is Likeness.SAME:
        return pen.say("twins.same", field=reason.field.title)
    return pen.say("twins.near", field=reason.field.title, percent=reason.percent)


def _where(entry: Entry) -> str:
    """The file, sheet and cell of an entry, where there is nothing to click."""
    part = next(iter(entry.answers.values()), None)
    return "" if part is None else f"{part.file}, {part.sheet}, {part.cell}"


def _source(entry: Entry) -> tuple[str, str]:
    part = next(iter(entry.answers.values()), None)
    if part is None:
        return "", ""
    return part.cell, link_to(part) if part.stored else ""
