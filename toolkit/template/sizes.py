"""How wide the columns and how high the rows of a form are.

Neither Excel nor LibreOffice fits merged cells, and neither shows more of a row than its
height: so the heights are computed here from the texts. Widths are in characters and heights
in points, as Excel counts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from toolkit.programme.model import Field, FieldType, Role
from toolkit.template.layout import Column, Heading, Row, SheetLayout, SlotKind
from toolkit.template.metrics import line_count, text_width
from toolkit.template.prefill import item_text
from toolkit.template.styles import BODY_SIZE, GUIDANCE_SIZE, SHORT_PREFILLS

HIGHEST = 409.0  # Excel shows no higher row
# A higher row is hard to read beside the frozen headings on an office screen; the column is
# made wider instead, as long as the page stays readable in print.
_COMFORTABLE = 290.0
_WIDEST = 50.0
_PAGE = 144.0  # characters across A4 landscape at 100 %
_TEXT_STRETCH, _OTHER_STRETCH = 2.0, 1.6  # how much wider a column gets to fill the page
# A line of Times New Roman takes 1.15 of its size on paper; Excel's own fitting adds a little.
_LINE = BODY_SIZE * 1.2
_PADDING = 6.0
_PIXELS = 7.0  # of a digit of the workbook's font
_LEAST_ROW = 21.0
INDENT = 1.4  # what the indent of a cell takes from its width

_WIDTH_BY_TYPE = {
    FieldType.INTEGER: 11.0,
    FieldType.DECIMAL: 12.0,
    FieldType.RATE: 10.0,
    FieldType.DATE: 11.0,
    FieldType.FORMULA: 10.0,
    FieldType.CHOICE: 15.0,
    FieldType.TEXT: 22.0,
}
# A prefilled text of up to so many characters stands in a column so wide.
_WIDTH_BY_LENGTH = ((8, 8.0), (20, 11.0), (60, 20.0), (150, 25.0), (400, 30.0), (600, 35.0))
_LONG_TEXT_WIDTH = 40.0
_REMARK_WIDTH = 14.0
_QUESTION_WIDTHS = (6.0, 58.0, 11.0, 38.0, 34.0)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Widths by column (from ``number_column`` on) and heights by row, hidden ones left out."""

    first_column: int
    widths: tuple[float, ...]
    heights: Mapping[int, float]

    @property
    def total(self) -> float:
        """The width of the whole table."""
        return sum(self.widths)

    def width(self, first: int, last: int) -> float:
        """The width of the columns ``first`` to ``last`` together."""
        return sum(self.widths[first - self.first_column : last - self.first_column + 1])

    def middle(self) -> int:
        """The last column of the left half, where a block on the left ends."""
        done, half = 0.0, self.total / 2
        for place, width in enumerate(self.widths[:-1]):
            done += width
            if done + self.widths[place + 1] / 2 >= half:
                return self.first_column + place
        return self.first_column


@lru_cache(maxsize=256)
def sizes(sheet: SheetLayout) -> Sizes:
    """The sizes of a form's sheet; they depend on its fields and items, not on the unit."""
    widths = _QUESTION_WIDTHS if sheet.answer_column else _table_widths(sheet)
    made = Sizes(sheet.number_column, widths, {})
    heights = _head_heights(sheet, made)
    for row in sheet.rows:
        heights[row.index] = _row_height(sheet, made, row)
    for band in sheet.bands:
        heights[band.index] = height_of(band.text, made.total, bold=True)
    if sheet.total_row is not None:
        heights[sheet.total_row] = _LEAST_ROW
    return Sizes(sheet.number_column, widths, heights)


def height_of(text: str, width: float, size: float = BODY_SIZE, *, bold: bool = False) -> float:
    """The height of a row that shows ``text`` whole in ``width`` characters."""
    return min(HIGHEST, max(_raw_height(text, width, size, bold), _LEAST_ROW))


def _table_widths(sheet: SheetLayout) -> tuple[float, ...]:
    number = max([5.0, *(len(row.number) + 1.5 for row in sheet.rows)])
    texts = [_texts(sheet, column) for column in sheet.columns]
    widths = [number]
    for column, column_texts in zip(sheet.columns, texts, strict=True):
        widths.append(_column_width(column, column_texts))
    return _stretched(sheet, widths)


def _stretched(sheet: SheetLayout, widths: list[float]) -> tuple[float, ...]:
    """The widths with the room that is left on the page given first to the columns of texts,
    then to the others; not to those whose width the programme sets."""
    free = [column.field for column in sheet.columns if column.field.width is None]
    texts = {
        field.code
        for field in free
        if field.type is FieldType.TEXT and field.prefill not in SHORT_PREFILLS
    }
    others = {field.code for field in free} - texts
    for codes, most in ((texts, _TEXT_STRETCH), (others, _OTHER_STRETCH)):
        chosen = [False, *(column.field.code in codes for column in sheet.columns)]
        base = sum(width for width, elastic in zip(widths, chosen, strict=True) if elastic)
        spare = max(_PAGE - sum(widths), 0.0)
        factor = min(1 + spare / base, most) if base else 1.0
        widths = [w * factor if elastic else w for w, elastic in zip(widths, chosen, strict=True)]
    return tuple(round(width, 2) for width in widths)


def _column_width(column: Column, texts: tuple[str, ...]) -> float:
    field = column.field
    width = field.width or _usual_width(field, column.kind, texts)
    # no word of a heading is broken
    words = f"{column.heading} {column.number_label}".split()
    longest = max((text_width(word, BODY_SIZE, bold=True) for word in words), default=0.0)
    width = max(width, longest / _PIXELS + 1.5)
    limit = _COMFORTABLE if width < _WIDEST and field.width is None else HIGHEST
    while width < 200 and any(_raw_height(text, width - INDENT) > limit for text in texts):
        width += 4.0
        if width >= _WIDEST:
            limit = HIGHEST
    return width


def _usual_width(field: Field, kind: SlotKind, texts: tuple[str, ...]) -> float:
    if kind is SlotKind.PREFILLED and not field.is_numeric:
        longest = max(map(len, texts), default=0)
        return next((w for length, w in _WIDTH_BY_LENGTH if longest <= length), _LONG_TEXT_WIDTH)
    if field.role is Role.REMARK:
        return _REMARK_WIDTH
    return _WIDTH_BY_TYPE[field.type]


def _raw_height(text: str, width: float, size: float = BODY_SIZE, bold: bool = False) -> float:
    """As :func:`height_of`, without Excel's limit and ours."""
    lines = line_count(text, width * _PIXELS, size, bold)
    return lines * _LINE * size / BODY_SIZE + _PADDING


def _texts(sheet: SheetLayout, column: Column) -> tuple[str, ...]:
    if column.kind is not SlotKind.PREFILLED:
        return ()
    return tuple(item_text(column.field.prefill, row.item) for row in sheet.rows if row.item)


def _row_height(sheet: SheetLayout, made: Sizes, row: Row) -> float:
    if sheet.answer_column:
        field = sheet.form.field(row.key)
        texts = [
            (field.title, sheet.question_column),
            (field.unit_of_measure, sheet.question_column + 1),
            (field.help, sheet.last_column),
        ]
    else:
        texts = [
            (item_text(column.field.prefill, row.item), column.index)
            for column in sheet.columns
            if column.kind is SlotKind.PREFILLED and row.item
        ]
    heights = (height_of(words, made.width(at, at) - INDENT) for words, at in texts)
    return max(heights, default=_LEAST_ROW)


def _head_heights(sheet: SheetLayout, made: Sizes) -> dict[int, float]:
    heights: dict[int, float] = {}
    if sheet.guidance_row:
        heights[sheet.guidance_row] = height_of(sheet.form.guidance, made.total, GUIDANCE_SIZE)
    top, low = sheet.head_row, sheet.number_row - 1
    for row in range(top, low + 1):
        single = [h for h in sheet.headings if h.row == h.last_row == row]
        heights[row] = max([_LEAST_ROW, *(_heading_height(h, made) for h in single)])
    tall = [_heading_height(h, made) for h in sheet.headings if h.row < h.last_row]
    lacking = max(tall, default=0.0) - sum(heights[row] for row in range(top, low + 1))
    if lacking > 0:
        heights[low] += lacking
    return heights


def _heading_height(heading: Heading, made: Sizes) -> float:
    return height_of(heading.text, made.width(heading.column, heading.last_column), bold=True)
