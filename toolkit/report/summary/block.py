"""A plain table on a sheet of the summary: headings, boxed rows, heights that show all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from toolkit.report.summary.pen import BODY_SIZE, SMALL_SIZE, Pen, height, spread, unit_height

HEAD_ROW = 4  # below issuer, title, period and the way back


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in characters, how its cells look."""

    heading: str
    width: float
    align: str = "left"
    num_format: str = ""


@dataclass(frozen=True, slots=True)
class Live:
    """A cell with a formula and the value it comes to."""

    formula: str
    value: float | int
    suffix: str = ""  # shown behind the number


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with the colour of its cell."""

    words: str
    colour: str


Cell = str | int | Decimal | Live | Marked | None


def draw_titles(
    sheet: Worksheet, pen: Pen, titles: Sequence[str], widths: Sequence[float], note: str = ""
) -> None:
    """Issuers, title, period; below them the way back to the overview and a note."""
    formats, last = pen.formats, len(widths) - 1
    looks = ((formats.issuer, BODY_SIZE), (formats.title, 14), (formats.subtitle, BODY_SIZE))
    titles = (titles[0], pen.titled(sheet, titles[1]), titles[2])
    for row, (words, (look, size)) in enumerate(zip(titles, looks, strict=True)):
        spread(sheet, row, (0, last), words, look)
        sheet.set_row(row, height((words, sum(widths), size, True)) + (4 if row == 1 else 0))
    up = f"internal:'{pen.say('sheet.overview')}'!A1"
    sheet.merge_range(3, 0, 3, 1, "", formats.link)
    sheet.write_url(3, 0, up, formats.link, pen.say("up"))
    if note:
        spread(sheet, 3, (2, last), note, formats.note)
        sheet.set_row(3, height((note, sum(widths[2:]), SMALL_SIZE, False)))
    for index, width in enumerate(widths):
        sheet.set_column(index, index, width)


def draw_head(sheet: Worksheet, pen: Pen, row: int, columns: Sequence[Column]) -> int:
    """The headings; returns the row below."""
    for index, column in enumerate(columns):
        sheet.write_string(row, index, column.heading, pen.formats.head)
    texts = [(c.heading, c.width - 2, float(BODY_SIZE), True) for c in columns]
    sheet.set_row(row, max(20.0, height(*texts)))
    return row + 1


def draw_rows(
    sheet: Worksheet,
    pen: Pen,
    row: int,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    links: Mapping[tuple[int, int], str] | None = None,
    *,
    level: int = 0,
) -> int:
    """The rows from ``row`` on; returns the row below the last.

    With a ``level`` they can be folded under the row above. ``links`` maps (row counted from
    0, column) to where a text leads.
    """
    for place, cells in enumerate(rows):
        for index, cell in enumerate(cells):
            target = (links or {}).get((place, index))
            if target:
                link = pen.formats.boxed(font_color="#1F4E9E", underline=1, font_size=SMALL_SIZE)
                sheet.write_url(row, index, target, link, "")
                sheet.write_string(row, index, str(cell), link)
            else:
                draw_cell(sheet, pen, (row, index), columns[index], cell)
        texts = [
            (cell.words if isinstance(cell, Marked) else cell, c.width, float(SMALL_SIZE), False)
            for cell, c in zip(cells, columns, strict=True)
            if isinstance(cell, str | Marked)
        ]
        sheet.set_row(row, unit_height(texts), None, {"level": level} if level else None)
        row += 1
    return row


def draw_cell(
    sheet: Worksheet, pen: Pen, at: tuple[int, int], column: Column, cell: Cell, **look: object
) -> None:
    """One cell: a text stays text, a number a number."""
    boxed = pen.formats.boxed
    shown = {"font_size": SMALL_SIZE, "align": column.align, **look}
    if isinstance(cell, Marked):
        sheet.write_string(*at, cell.words, boxed(**shown, bg_color=cell.colour))
    elif isinstance(cell, Live):
        form = column.num_format + (f'"{cell.suffix}"' if cell.suffix else "")
        sheet.write_formula(*at, cell.formula, boxed(**{**shown, "num_format": form}), cell.value)
    elif isinstance(cell, int | Decimal):
        number = boxed(**{**shown, "num_format": column.num_format or "#,##0"})
        sheet.write_number(*at, float(cell), number)
    else:
        sheet.write_string(*at, cell or "", boxed(**shown))
