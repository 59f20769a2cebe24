"""A long list on a sheet of the summary workbook: one row per thing, a filter on the headings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain, islice

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.report.summary.names import Voice
from toolkit.report.summary.pen import (
    BODY_SIZE,
    MOST_LINKS,
    SMALL_SIZE,
    Pen,
    column_numbers,
    height,
    link_to,
    page_setup,
    spread,
    text_height,
)
from toolkit.report.summary.sheet import Shape, number
from toolkit.report.summary.spill import Listed, Row
from toolkit.text import slug

HEAD_ROW = 3
_NOTE_ROW = 2
# More rows than this nobody reads on a sheet, and the workbook would open slowly or not at all.
MOST_ROWS = 100_000
ORIGINAL = "head.original"  # the heading of the column with the archived original, in a file


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list, by its heading."""

    key: str  # of the heading in the catalogue: report.head.<key>; or "=" + the heading itself
    width: float
    centred: bool = False


def draw_list(
    sheet: Worksheet,
    pen: Pen,
    title: str,
    columns: Sequence[ListColumn],
    rows: Iterable[Row],
    linked: int = -1,
    *,
    numbered: int = 0,
    listed: Listed | None = None,
) -> int:
    """Draw a list with frozen, filterable headings; returns how many rows it has.

    A list to be printed has its columns ``numbered``, the first so many by letters; one for
    pivot tables has its rows right below the headings.

    ``linked`` is the column that is linked to the answer of its row. Where the rows are more
    than ``MOST_ROWS`` none is on the sheet: all are in a file beside the workbook, which the
    sheet names. Where they are ``listed`` already no row is asked for.
    """
    rest = iter(rows if listed is None else ())
    shown = list(islice(rest, MOST_ROWS + 1))
    spilled = ""
    name, heads = slug(sheet.get_name()).lower(), headings(columns, pen)
    if listed is not None and pen.spill is not None:
        files = pen.spill.adopt(name, listed)
        spilled = pen.say("spilled", count=listed.count, files=", ".join(files))
    elif len(shown) > MOST_ROWS and pen.spill is not None:
        original = [pen.say(ORIGINAL)] if linked >= 0 else []
        many, files = pen.spill.write(name, [*heads, *original], chain(shown, rest))
        spilled = pen.say("spilled", count=many, files=", ".join(files))
        shown = []
    _draw_frame(sheet, pen, title, columns, heads, spilled)
    above, last = HEAD_ROW, len(columns) - 1  # the row above the first
    if numbered:
        above += 1
        column_numbers(sheet, above, numbered, len(columns), pen)
    cells = Cells(sheet, pen, columns)
    for row, (values, part) in enumerate(shown, above + 1):
        if linked >= 0 and part and part.stored and row <= above + MOST_LINKS:
            cells.put(row, values, linked, link_to(part))
        else:
            cells.put(row, values)
    if not shown and not spilled:
        spread(sheet, above + 1, (0, last), pen.say("none_absent"), pen.formats.mark())
    sheet.autofilter(above, 0, above + max(len(shown), 1), last)
    sheet.freeze_panes(above + 1, 0)
    page_setup(sheet, pen, last, (HEAD_ROW, above))
    return len(shown)


def headings(columns: Sequence[ListColumn], voice: Voice) -> list[str]:
    """The headings of the columns."""
    return [c.key[1:] if c.key[0] == "=" else voice.say(f"head.{c.key}") for c in columns]


def _draw_frame(
    sheet: Worksheet,
    pen: Pen,
    title: str,
    columns: Sequence[ListColumn],
    heads: Sequence[str],
    spilled: str,
) -> None:
    """Title, the way back, the period or what is said of rows not listed, the headings."""
    formats, last = pen.formats, len(columns) - 1
    whole = sum(column.width for column in columns)
    title = pen.titled(sheet, title)
    spread(sheet, 0, (0, last), title, formats.title)
    sheet.set_row(0, height((title, whole, 14.0, True)))
    up = f"internal:'{pen.say('sheet.overview')}'!A1"
    sheet.write_url(1, 0, up, formats.link, pen.say("up"))
    if not spilled:
        spread(sheet, _NOTE_ROW, (0, last), pen.period, formats.subtitle)
    tall = []
    for index, (column, words) in enumerate(zip(columns, heads, strict=True)):
        sheet.write_string(HEAD_ROW, index, words, formats.head)
        sheet.set_column(index, index, column.width)
        # the arrow of the filter takes some room
        tall.append((words, column.width - 2, float(BODY_SIZE), True))
    sheet.set_row(HEAD_ROW, height(*tall))
    if spilled:
        words = f"{pen.period}. {spilled}"
        spread(sheet, _NOTE_ROW, (0, last), words, formats.note)
        sheet.set_row(_NOTE_ROW, height((words, whole, float(SMALL_SIZE), False)))


class _Column(dict[object, tuple[str, float]]):
    """The cells of a column by their values: each as a row is given it, and how high it makes
    the row (0: as usual). ``odd`` gets the kind of a cell that is no text."""

    def __init__(self, place: int, column: ListColumn, sheet: Worksheet, odd: dict[int, str]):
        self._place, self._width = place, column.width
        self._sheet, self._odd = sheet, odd

    def __missing__(self, value: object) -> tuple[str, float]:
        """A text is kept: the same names and words come in row after row."""
        if isinstance(value, str):
            high = text_height(value, self._width, float(SMALL_SIZE))
            made = self[value] = self._sheet.shared(value), high
            return made
        kind, cell = _cell(value, self._sheet)
        if isinstance(cell, str):
            return self._sheet.shared(cell), 0.0
        self._odd[self._place] = kind
        return number(cell), 0.0


class Cells:
    """Writes the cells of a list; each look is asked for once, lists have a million cells."""

    def __init__(self, sheet: Worksheet, pen: Pen, columns: Sequence[ListColumn]) -> None:
        self._sheet = sheet
        self._formats = pen.formats
        self._columns = columns
        self._looks: dict[tuple[str, bool], Format] = {}
        self._odd: dict[int, str] = {}  # of the row at hand: column -> kind
        self._known = [_Column(n, c, sheet, self._odd) for n, c in enumerate(columns)]
        self._shapes: dict[tuple[tuple[int, str], ...], Shape] = {}

    def write(self, row: int, column: int, value: object) -> None:
        """A value by its type; a text stays text."""
        kind, cell = _cell(value, self._sheet)
        look = self._look(kind, column)
        if isinstance(cell, str):
            self._sheet.write_string(row, column, cell, look)
        else:
            self._sheet.write_number(row, column, cell, look)

    def put(self, row: int, values: Sequence[object], linked: int = -1, link: str = "") -> None:
        """A whole row, as high as its texts need; the cell ``linked`` leads to ``link``."""
        odd, known = self._odd, self._known
        odd.clear()
        if link:
            held = [column[value] for column, value in zip(known, values[:linked], strict=False)]
            self._sheet.link(row, linked, link)
            rest = [_text(values[linked]), *values[linked + 1 :]]
            held += [column[value] for column, value in zip(known[linked:], rest, strict=True)]
            odd[linked] = "link"
        else:
            held = [column[value] for column, value in zip(known, values, strict=True)]
        key = tuple(odd.items())
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = self._shape(odd)
        self._sheet.put_row(row, shape, [cell for cell, _ in held])
        # Neither Excel nor LibreOffice fits the rows of a file it did not write itself.
        if high := max([high for _, high in held]):
            self._sheet.set_row(row, high)

    def _shape(self, odd: Mapping[int, str]) -> Shape:
        kinds = [odd.get(column, "text") for column in range(len(self._columns))]
        looks = tuple(self._look(kind, column) for column, kind in enumerate(kinds))
        return Shape(looks, tuple(kind in ("text", "link") for kind in kinds))

    def _look(self, kind: str, column: int) -> Format:
        centred = self._columns[column].centred
        look = self._looks.get((kind, centred))
        if look is None:
            look = self._looks[kind, centred] = self._made(kind, centred)
        return look

    def _made(self, kind: str, centred: bool) -> Format:
        boxed = self._formats.boxed
        if kind == "link":
            place = {"align": "center"} if centred else {}
            return boxed(font_color="#1F4E9E", underline=1, font_size=10, **place)
        if kind == "text":
            return boxed(font_size=10, align="center") if centred else boxed(font_size=10)
        if kind == "day":
            return boxed(font_size=10, align="center", num_format="dd/mm/yyyy")
        align = "center" if centred else "right"
        shown = "#,##0" if kind == "whole" else "#,##0.####"
        return boxed(font_size=10, align=align, num_format=shown)


def _cell(value: object, sheet: Worksheet) -> tuple[str, str | float]:
    """The kind of a value, and what its cell holds: a text or a number."""
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return "text", _text(value)
    if isinstance(value, Decimal | int):
        whole = isinstance(value, int) or value == value.to_integral_value()
        return "whole" if whole else "number", float(value)
    if isinstance(value, date):
        return "day", sheet.day(value)
    return "text", str(value)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else str(value)
