"""The sheet Mục lục: every sheet of the workbook with a link, what it holds, its annex number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from xlsxwriter.worksheet import Worksheet

from toolkit.report.summary.block import HEAD_ROW, draw_titles
from toolkit.report.summary.pen import BODY_SIZE, Pen, height, page_setup, spread
from toolkit.report.summary.titles import titles_of

_WIDTHS = (6.0, 34.0, 16.0, 92.0)
# Sheet (its key) -> the part of the index it stands in. Whatever is of a form is in "main".
GROUPS = {
    "overview": "main",
    "form": "main",
    "listed": "main",
    "trend": "main",
    "compare": "main",
    "charts": "main",
    "opinions": "main",
    "status": "units",
    "by_period": "units",
    "levels": "units",
    "types": "units",
    "side": "units",
    "follow": "units",
    "present": "units",
    "scores": "units",
    "score_details": "units",
    "tasks": "units",
    "twins": "checks",
    "details": "checks",
    "findings": "checks",
    "waivers": "checks",
    "sources": "checks",
}
_ORDER = ("main", "units", "checks")
# What goes to the superior behind the report: numbered in the order of the sheets.
ANNEXES = frozenset(
    {"form", "listed", "levels", "types", "compare", "side", "follow", "present"}
    | {"scores", "tasks", "trend"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A sheet: its name, its key, the form it is of ("" for none), its annex number (or "")."""

    name: str
    key: str
    form: str = ""
    annex: str = ""


def numbered(sheets: Sequence[tuple[str, str, str]]) -> list[Entry]:
    """(name, key, form) of the sheets in their order, the annexes numbered I, II, III …"""
    numbers = _roman()
    return [
        Entry(name, key, form, next(numbers) if key in ANNEXES else "")
        for name, key, form in sheets
    ]


def _roman() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        rest, words = number, ""
        for value, letters in (
            *((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X")),
            *((9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
        ):
            words += letters * (rest // value)
            rest %= value
        yield words


def draw_index(sheet: Worksheet, entries: Sequence[Entry], frame: Sequence[str], pen: Pen) -> None:
    """Draw the whole sheet; the parts one after the other, the sheets in their order."""
    last = len(_WIDTHS) - 1
    draw_titles(sheet, pen, titles_of(frame, pen.say("index.title")), _WIDTHS)
    for index, key in enumerate(("head.tt", "head.sheet", "index.annex", "index.holds")):
        sheet.write_string(HEAD_ROW, index, pen.say(key), pen.formats.head)
    sheet.set_row(HEAD_ROW, 20)
    row, number = HEAD_ROW + 1, 0
    ordered = sorted(entries, key=lambda entry: _ORDER.index(GROUPS[entry.key]))
    for group, members in groupby(ordered, key=lambda entry: GROUPS[entry.key]):
        words = pen.say(f"index.{group}")
        spread(sheet, row, (0, last), words, pen.formats.cell(total=True))
        sheet.set_row(row, 20)
        row += 1
        for entry in members:
            number += 1
            _line(sheet, row, number, entry, pen)
            row += 1
    sheet.freeze_panes(HEAD_ROW + 1, 0)
    page_setup(sheet, pen, last, (HEAD_ROW, HEAD_ROW))


def _line(sheet: Worksheet, row: int, number: int, entry: Entry, pen: Pen) -> None:
    formats = pen.formats
    target = entry.name.replace("'", "''")
    link = formats.boxed(font_color="#1F4E9E", underline=1)
    sheet.write_number(row, 0, number, formats.cell(align="center"))
    sheet.write_url(row, 1, f"internal:'{target}'!A1", link, "")
    sheet.write_string(row, 1, entry.name, link)
    annex = pen.say("annex", number=entry.annex) if entry.annex else ""
    sheet.write_string(row, 2, annex, formats.cell(align="center"))
    holds = pen.say(f"index.of_{entry.key}", form=entry.form)
    sheet.write_string(row, 3, holds, formats.cell())
    sheet.set_row(row, max(18.0, height((holds, _WIDTHS[3], BODY_SIZE, False))))
