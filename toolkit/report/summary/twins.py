"""The sheet of list entries that may stand there twice, group by group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Entry
from toolkit.consolidate.twin_groups import TwinGroup, TwinRow, twin_groups
from toolkit.consolidate.twins import Duplicates, Likeness, Reason
from toolkit.programme.model import Field
from toolkit.report.summary.block import Cell, Column, draw_head, draw_rows, draw_titles
from toolkit.report.summary.pen import (
    MOST_LINKS,
    SMALL_SIZE,
    Pen,
    height,
    link_to,
    page_setup,
    spread,
)
from toolkit.report.summary.spill import Row
from toolkit.report.summary.titles import titles_of
from toolkit.text import slug

_KEYS = ("tt", "unit", "period", "said", "why", "source")
_WIDTHS = (6.0, 26.0, 14.0, 66.0, 44.0, 12.0)
_CENTRED = ("tt", "period", "source")
_SOURCE = _KEYS.index("source")
# A person looks at them one by one: beyond these it is a fault of the list as such.
MOST_GROUPS, MOST_ROWS = 300, 12


def draw_twins(sheet: Worksheet, found: Duplicates, frame: Sequence[str], pen: Pen) -> None:
    """A block for each group: its rows as they were sent, why they look alike, where they
    stand. Of very many groups, or of a very large one, the first are on the sheet, and all in
    a file beside the workbook."""
    groups = twin_groups(found.pairs)
    columns = [
        Column(pen.say(f"twins.{key}"), width, "center" if key in _CENTRED else "left")
        for key, width in zip(_KEYS, _WIDTHS, strict=True)
    ]
    notes = [_note(groups, pen)]
    if not found.thorough:
        notes.append(pen.say("twins.note_many"))
    largest = max(len(group.rows) for group in groups)
    if pen.spill is not None and (len(groups) > MOST_GROUPS or largest > MOST_ROWS):
        heads = [columns[0].heading, pen.say("twins.form"), *(c.heading for c in columns[1:])]
        name = slug(sheet.get_name()).lower()
        count, files = pen.spill.write(name, heads, _every_row(groups, pen))
        notes.append(pen.say("twins.spilled", count=count, files=", ".join(files)))
    titles = titles_of(frame, pen.say("twins.title"))
    draw_titles(sheet, pen, titles, _WIDTHS, " ".join(notes))
    row = draw_head(sheet, pen, 4, columns)
    sheet.freeze_panes(row, 0)
    for number, group in enumerate(groups[:MOST_GROUPS], 1):
        row = _group(sheet, row, number, group, columns, pen)
    sheet.outline_settings(True, False, True, False)
    page_setup(sheet, pen, len(_WIDTHS) - 1, (4, 4))


def _note(groups: Sequence[TwinGroup], pen: Pen) -> str:
    rows = sum(len(group.rows) for group in groups)
    words = pen.say("twins.note", groups=len(groups), rows=rows)
    left = groups[MOST_GROUPS:]
    if left:
        rows = sum(len(group.rows) for group in left)
        words += " " + pen.say("twins.left_out", shown=MOST_GROUPS, left=len(left), rows=rows)
    return words


def _every_row(groups: Sequence[TwinGroup], pen: Pen) -> Iterator[Row]:
    """Every row of every group, for the file."""
    for number, group in enumerate(groups, 1):
        fields = _fields(group)
        for place, one in enumerate(group.rows, 1):
            cells = _cells(one, f"{number}.{place}", number, fields, pen)
            yield (cells[0], group.table.form.name, *cells[1:], _where(one.entry)), None


def _cells(
    one: TwinRow, label: str, number: int, fields: Sequence[Field], pen: Pen
) -> tuple[str, ...]:
    """A row but for its source: number, unit, period, what it says, why it is here."""
    entry = one.entry
    said = "\n".join(_texts(entry, fields))
    return label, entry.unit.name, entry.period.name, said, _why(one, number, pen)


def _group(
    sheet: Worksheet,
    row: int,
    number: int,
    group: TwinGroup,
    columns: Sequence[Column],
    pen: Pen,
) -> int:
    """One group; returns the row below it."""
    last, units = len(columns) - 1, len({one.entry.unit.code for one in group.rows})
    words = pen.say(
        "twins.group", number=number, rows=len(group.rows), units=units, form=group.table.form.name
    )
    spread(sheet, row, (0, last), words, pen.formats.cell(total=True))
    sheet.set_row(row, max(18.0, height((words, sum(_WIDTHS), 11.0, True))))
    fields = _fields(group)
    links: dict[tuple[int, int], str] = {}
    rows: list[tuple[Cell, ...]] = []
    for place, one in enumerate(group.rows[:MOST_ROWS]):
        said, target = _source(one.entry)
        if target and row + place < MOST_LINKS:
            links[place, _SOURCE] = target
        rows.append((*_cells(one, f"{number}.{place + 1}", number, fields, pen), said))
    below = draw_rows(sheet, pen, row + 1, columns, rows, links, level=1)
    more = group.rows[MOST_ROWS:]
    if more:
        units = len({one.entry.unit.code for one in more})
        words = pen.say("twins.more", rows=len(more), units=units)
        spread(sheet, below, (0, last), words, pen.formats.boxed(italic=True, font_size=SMALL_SIZE))
        sheet.set_row(below, None, None, {"level": 1})
        below += 1
    return below


def _fields(group: TwinGroup) -> list[Field]:
    """The columns in which any of the group are alike, in the order of the form."""
    alike = {reason.field.code for one in group.rows for reason in one.reasons}
    return [field for field in group.table.form.fields if field.code in alike]


def _texts(entry: Entry, fields: Sequence[Field]) -> Iterator[str]:
    for field in fields:
        part = entry.answers.get(field.code)
        if part is not None and isinstance(part.value, str):
            yield f"{field.title}: {part.value}"


def _why(one: TwinRow, number: int, pen: Pen) -> str:
    """What is alike, and with which row."""
    if not one.reasons:
        return ""
    other = f"{number}.{one.like + 1}"
    said = "; ".join(_reason(reason, pen) for reason in one.reasons)
    return pen.say("twins.like", row=other, said=said)


def _reason(reason: Reason, pen: Pen) -> str:
    if reason.likeness is Likeness.SAME:
        return pen.say("twins.same", field=reason.field.title)
    return pen.say("twins.near", field=reason.field.title, percent=reason.percent)


def _source(entry: Entry) -> tuple[str, str]:
    part = next(iter(entry.answers.values()), None)
    if part is None:
        return "", ""
    return part.cell, link_to(part) if part.stored else ""


def _where(entry: Entry) -> str:
    """The file, sheet and cell of an entry, where there is nothing to click."""
    part = next(iter(entry.answers.values()), None)
    return "" if part is None else f"{part.file}, {part.sheet}, {part.cell}"
