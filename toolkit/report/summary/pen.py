"""What every sheet of the summary workbook is drawn with: words, formats, links, heights."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Figure, Part
from toolkit.report.summary.formats import Formats
from toolkit.report.summary.spill import Spill
from toolkit.report.voice import Voice
from toolkit.template.metrics import line_count

# Excel allows 65,530 links on a sheet; LibreOffice takes a second to open each 12,000 of them.
MOST_LINKS = 20_000
BODY_SIZE = 11
SMALL_SIZE = 10
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".xltx", ".xltm", ".ods", ".fods")
_HIGHEST = 409.0  # Excel shows no higher row
_DIGIT_PIXELS = 7.0  # of a digit of the workbook's font: what a column's width is counted in
_A4 = 9
# (text, width of its column in characters, font size, bold)
Words: TypeAlias = tuple[str, float, float, bool]


@dataclass(frozen=True, slots=True)
class Pen(Voice):
    """The voice, and the formats of the workbook."""

    formats: Formats
    period: str = ""  # whose figures the workbook holds, by name
    spill: Spill | None = None  # for lists too long for a sheet
    annexes: Mapping[str, str] = field(default_factory=dict)  # "Phụ lục I" by name of sheet

    def titled(self, sheet: Worksheet, title: str) -> str:
        """The title of a sheet, below the annex it is, where it is one."""
        annex = self.annexes.get(sheet.get_name(), "")
        return f"{annex}\n{title}" if annex else title


def page_setup(sheet: Worksheet, pen: Pen, last_column: int, head: tuple[int, int] | None) -> None:
    """A4 landscape, one page wide, the heading rows repeated, pages numbered."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    if head is not None:
        sheet.repeat_rows(*head)
    sheet.set_footer(f'&C&"Times New Roman"&10{pen.say("page")} &P/&N')
    sheet.hide_gridlines(2)
    sheet.print_area(0, 0, max(sheet.dim_rowmax or 0, 1), last_column)


def link_back(sheet: Worksheet, row: int, pen: Pen) -> None:
    """The way back to the overview, in the first cell of a row."""
    up = f"internal:'{pen.say('sheet.overview')}'!A1"
    sheet.write_url(row, 0, up, pen.formats.link, pen.say("up"))


def spread(
    sheet: Worksheet,
    row: int,
    columns: tuple[int, int],
    words: str,
    look: Format,
    last_row: int = 0,
) -> None:
    """A text over several columns (and, with ``last_row``, rows); it stays text."""
    first, last = columns
    if last > first or last_row > row:
        sheet.merge_range(row, first, max(row, last_row), last, "", look)
    sheet.write_string(row, first, words, look)


def column_numbers(
    sheet: Worksheet, row: int, letters: int, count: int, pen: Pen, told: Sequence[str] = ()
) -> None:
    """The row of column numbers: A, B … for those that name the row, then (1), (2) …

    ``told`` are the numbers as they are to be said where a column is worked out of others:
    (3)=(1)-(2).
    """
    for index in range(count):
        place = index - letters
        said = chr(ord("A") + index) if place < 0 else f"({place + 1})"
        if 0 <= place < len(told):
            said = told[place]
        sheet.write_string(row, index, said, pen.formats.numbers)


def height(*texts: Words) -> float:
    """The height in points of a row that shows every text whole."""
    return min(_HIGHEST, max((_needed(*words) for words in texts), default=0.0) + 4.0)


def unit_height(texts: Iterable[Words]) -> float | None:
    """As :func:`height`; None, the usual height, where every text fits one line."""
    tall = [words for words in texts if _lines(*words) > 1]
    return height(*tall) if tall else None


def text_height(words: str, width: float, size: float) -> float:
    """The height of a row that shows this text whole; 0 where one line is enough."""
    lines = _lines(words, width, size, False)
    return min(_HIGHEST, lines * size * 1.2 + 4.0) if lines > 1 else 0.0


def _needed(words: str, width: float, size: float, bold: bool) -> float:
    return _lines(words, width, size, bold) * size * 1.2


def _lines(words: str, width: float, size: float, bold: bool) -> int:
    return line_count(words, width * _DIGIT_PIXELS, size, bold) if words else 1


class Links:
    """Links from values to the archived originals, as many as a sheet may hold."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._left = MOST_LINKS

    def add(self, row: int, column: int, parts: Sequence[Part], look: Format) -> None:
        """Link a cell to the one cell its value comes from; to be called before writing it."""
        # A text stays plain: as a link, LibreOffice would show it blue and unbroken. Its source
        # is linked on the sheet of all answers.
        linked = len(parts) == 1 and parts[0].stored and not isinstance(parts[0].value, str)
        if not linked or self._left <= 0:
            return
        self._left -= 1
        self._sheet.write_url(row, column, link_to(parts[0]), look, "")


def link_to(part: Part) -> str:
    """The address of a part's cell in the archive, seen from bao-cao/PERIOD/ (and from an
    edition, which lies as deep): relative, so that the folder can be moved.

    The archive's names are hashes: nothing in them needs encoding. Excel and LibreOffice both
    follow the place in a workbook of any kind.
    """
    target = f"external:../../{part.stored}"
    if part.stored.endswith(_WORKBOOKS) and part.cell:
        sheet = part.sheet.replace("'", "''")
        target += f"#'{sheet}'!{part.cell}"
    return target


def plain(value: object) -> float | str | int:
    """A value as the cached result of a formula."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return (value - date(1899, 12, 30)).days
    if isinstance(value, int | float):
        return value
    return "" if value is None else str(value)


def write_value(sheet: Worksheet, row: int, column: int, value: object, look: Format) -> None:
    """A constant; text is written as text and never becomes a formula or a link."""
    shown = plain(value)
    if isinstance(shown, str):
        sheet.write_string(row, column, shown, look)
    else:
        sheet.write_number(row, column, shown, look)


def gathered(figure: Figure) -> str:
    """The texts of a LIST figure, each once, one per line."""
    return "\n".join(dict.fromkeys(words for _, words in figure.texts))


_SHOWN = 110  # letters of a narrative answer on a form's sheet over several periods


@lru_cache(maxsize=1024)  # asked for twice: for the cell, and for the height of its row
def _beginning(words: str) -> str:
    return textwrap.shorten(words, _SHOWN, placeholder=" …")


def shortened(figure: Figure, sheet: str, voice: Voice) -> str:
    """The beginning of what was written over the periods; ``sheet`` has every word of it."""
    texts = [*dict.fromkeys(words for _, words in figure.texts)]
    if not texts or (len(texts) == 1 and len(texts[0]) <= _SHOWN):
        return gathered(figure)
    first = _beginning(texts[0])
    if len(texts) > 1:
        return f"{first} {voice.say('long.more', count=len(texts) - 1, sheet=sheet)}"
    return f"{first} {voice.say('long.cut', sheet=sheet)}"
