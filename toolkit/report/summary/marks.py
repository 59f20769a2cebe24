"""Traffic-light marks: a symbol and words on a colour, legible in grey print too."""

from __future__ import annotations

from enum import Enum

from xlsxwriter.worksheet import Worksheet

from toolkit.report.summary.pen import SMALL_SIZE, Pen, height, spread


class Mark(Enum):
    """How something stands: its key in the catalogue, its symbol, the colour of its cell.

    The symbols are in Times New Roman itself, so that no program borrows another font.
    """

    GOOD = ("good", "●", "#E2EFDA")
    LACKING = ("lacking", "▲", "#FFF2CC")
    BAD = ("bad", "■", "#F8CBAD")
    UNKNOWN = ("unknown", "○", "#F7F7F7")

    @property
    def key(self) -> str:
        """The key of its words in the legend: report.mark.<key>."""
        return self.value[0]

    @property
    def symbol(self) -> str:
        """The symbol before its words."""
        return self.value[1]

    @property
    def colour(self) -> str:
        """The colour of its cell."""
        return self.value[2]


def verdict_mark(reached: bool | None) -> Mark:
    """The mark of an indicator held against its target."""
    return {True: Mark.GOOD, False: Mark.BAD, None: Mark.UNKNOWN}[reached]


def marked(mark: Mark, words: str) -> str:
    """Words with the symbol of a mark."""
    return f"{mark.symbol} {words}"


def draw_legend(sheet: Worksheet, row: int, last: int, pen: Pen) -> int:
    """The marks and what they mean, side by side in one row; returns the row below."""
    spans = ((0, 1), (2, 4), (5, 7), (8, last))
    widths = (52.0, 39.0, 39.0, 36.0)
    texts = []
    for mark, span, width in zip(Mark, spans, widths, strict=True):
        words = marked(mark, pen.say(f"mark.{mark.key}"))
        look = pen.formats.boxed(font_size=SMALL_SIZE, align="center", bg_color=mark.colour)
        spread(sheet, row, span, words, look)
        texts.append((words, width, float(SMALL_SIZE), False))
    sheet.set_row(row, max(18.0, height(*texts)))
    return row + 1
