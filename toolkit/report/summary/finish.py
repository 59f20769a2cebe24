"""What every sheet gets once it is drawn: the printed heading, and under an annex the place
to sign."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from toolkit.report.summary.formats import FONT
from toolkit.report.summary.index_sheet import Entry
from toolkit.report.summary.pen import Pen, spread

_HEADER = 250  # letters; Excel takes 255
_ROOM = 4  # rows left for the signature and the seal


def finish(book: Workbook, entries: Sequence[Entry], period: str, pen: Pen) -> None:
    """Head the printed pages of every sheet, and put the place to sign under the annexes."""
    by_name = {entry.name: entry for entry in entries}
    for sheet in book.worksheets():
        entry = by_name.get(sheet.get_name())
        annex = pen.say("annex", number=entry.annex) if entry and entry.annex else ""
        sheet.set_header(_header(sheet.get_name(), period, annex))
        if annex:
            _sign(sheet, sheet.dim_colmax or 1, pen)


def _header(name: str, period: str, annex: str) -> str:
    """Period and sheet to the left, the annex to the right, on every page."""
    plain = f'&"{FONT},Italic"&9'
    bold = f'&"{FONT},Bold"&11'
    # An & starts a code; a digit behind a font size would be read as part of the size.
    told = f"{period} - {name}".replace("&", "&&")
    words = f"&L{plain} {told}"
    if annex:
        words += f"&R{bold} {annex}"
    return words if len(words) <= _HEADER else words[:_HEADER].rstrip("&")


def _sign(sheet: Worksheet, last: int, pen: Pen) -> None:
    """Who drew the table up, and the head of the office with the seal."""
    row = (sheet.dim_rowmax or 0) + 2
    half = max(1, (last + 1) // 2)
    sides = ((0, half - 1, "maker"), (min(half, last), last, "head"))
    for first, end, key in sides:
        title, hint = pen.formats.get(bold=True, align="center"), pen.formats.subtitle
        spread(sheet, row, (first, end), pen.say(f"sign.{key}"), title)
        spread(sheet, row + 1, (first, end), pen.say(f"sign.{key}_hint"), hint)
    sheet.print_area(0, 0, row + 1 + _ROOM, last)
