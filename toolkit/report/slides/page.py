"""A slide as a page: title, text that is made to fit, cards, a table. Sizes in inches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Inches, Length, Pt

from toolkit.messages.documents import said
from toolkit.report.numbers.decks import PAGE_NUMBER
from toolkit.report.official.blocks import Span
from toolkit.report.official.parts import clean
from toolkit.report.official.telling import clipped
from toolkit.template.metrics import line_count

FONT = "Arial"
WIDTH, HEIGHT = 13.333, 7.5
MARGIN = 0.6
TOP = 1.35  # of what stands below the title
ROOM = HEIGHT - TOP - 0.55

INK, BLUE, RED, GREY, PALE, YELLOW = "1F1F1F", "1F3864", "C00000", "595959", "EAF0F8", "FFFF00"
# The widths of letters are known for Times New Roman; Arial is wider by this.
_WIDER = 1.16
_LINE = 1.22  # height of a line in letter sizes
_GAP = 0.45  # room between paragraphs in letter sizes
_SIZES = (24, 22, 20, 18, 16, 15, 14, 13, 12)
# A point longer than this is clipped: whole it stands in the report.
LONGEST = 320


@dataclass(frozen=True, slots=True)
class Box:
    """A place on a slide."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Length, Length, Length, Length]:
        """The four as the library wants them."""
        return Inches(self.left), Inches(self.top), Inches(self.width), Inches(self.height)


BODY = Box(MARGIN, TOP, WIDTH - 2 * MARGIN, ROOM)


def colour(code: str) -> RGBColor:
    """A colour by its six digits."""
    red, green, blue = (int(code[at : at + 2], 16) for at in (0, 2, 4))
    return RGBColor(red, green, blue)  # type: ignore[no-untyped-call]  # untyped in python-pptx


def new_slide(deck: Any, title: str) -> Any:
    """A slide with its title on a band; the title is the slide's own, for screen readers."""
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(WIDTH), Inches(1.0))
    paint(band, BLUE)
    describe(band, "")
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = Box(MARGIN, 0.1, WIDTH - 2 * MARGIN, 0.8).emu
    # The band was drawn later and would cover the title.
    slide.shapes._spTree.remove(band._element)
    slide.shapes._spTree.insert(2, band._element)
    frame = head.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    size, _ = fitting([title], Box(0, 0, WIDTH - 2 * MARGIN, 0.8), sizes=(30, 28, 26, 24, 20))
    put(frame.paragraphs[0], [Span(title)], size, code="FFFFFF", bold=True)
    frame.paragraphs[0].alignment = PP_ALIGN.LEFT
    number = slide.shapes.add_textbox(*Box(WIDTH - 1.2, HEIGHT - 0.45, 0.7, 0.3).emu)
    put(number.text_frame.paragraphs[0], [Span(str(len(deck.slides)))], 12, code=GREY)
    number.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    number.name = PAGE_NUMBER
    return slide


def paint(shape: Any, code: str) -> None:
    """Fill a shape, without a line around it."""
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour(code)
    shape.line.fill.background()
    shape.shadow.inherit = False


def describe(shape: Any, words: str) -> None:
    """The words a screen reader says for a shape."""
    properties = next(shape._element.iter(qn("p:cNvPr")))
    properties.set("descr", clean(words))


def put(
    paragraph: Any, parts: Iterable[Span], size: float, *, code: str = INK, bold: bool = False
) -> None:
    """The runs of a paragraph; what is left for a person to write is yellow, in brackets."""
    for part in parts:
        run = paragraph.add_run()
        run.text = clean(f"[{part.words}]" if part.open else part.words)
        run.font.size, run.font.name, run.font.bold = Pt(size), FONT, bold
        run.font.color.rgb = colour(code)
        if part.open:
            _highlight(run)


def _highlight(run: Any) -> None:
    """A yellow ground, which the library cannot set: after the fill, before the fonts."""
    properties = run._r.get_or_add_rPr()
    mark = etree.SubElement(properties, qn("a:highlight"))
    etree.SubElement(mark, qn("a:srgbClr")).set("val", YELLOW)
    fill = properties.find(qn("a:solidFill"))
    if fill is not None:
        fill.addnext(mark)


# --- text that fits ---------------------------------------------------------------------------


def fitting(
    lines: Sequence[str], box: Box, *, sizes: Sequence[int] = _SIZES, most: int | None = None
) -> tuple[int, int]:
    """The largest size at which the lines fit the box, and how many of them do.

    At the smallest size as many as fit; the rest is said to be left out by the caller.
    """
    for size in sizes:
        if _height(lines, box.width, size) <= box.height:
            return size, len(lines)
    size, kept = sizes[-1], len(lines) if most is None else min(most, len(lines))
    while kept > 1 and _height([*lines[:kept], "…"], box.width, size) > box.height:
        kept -= 1
    return size, kept


def _height(lines: Sequence[str], width: float, size: float) -> float:
    """Inches that the lines take at a size."""
    room = (width - 0.3) * 96 / _WIDER
    rows = sum(line_count(line, room, size) for line in lines)
    return (rows * _LINE + len(lines) * _GAP) * size / 72


def bullets(
    slide: Any, box: Box, points: Sequence[str], more: Sequence[Sequence[Span]] = ()
) -> None:
    """Points in a box, in the largest size that fits; what does not fit is said to be left out.

    ``more`` are paragraphs after them, left for a person to write.
    """
    shown = [clipped(point, LONGEST) for point in points]
    after = ["".join(f"[{s.words}]" if s.open else s.words for s in one) for one in more]
    size, kept = fitting([*(f"• {one}" for one in shown), *after], box)
    kept = min(kept, len(shown))
    paragraphs: list[list[Span]] = [[Span(f"• {one}")] for one in shown[:kept]]
    if kept < len(shown):
        paragraphs.append([Span(said("slides.more"))])
    paragraphs += [list(one) for one in more]
    text(slide, box, paragraphs, size)


def text(
    slide: Any,
    box: Box,
    paragraphs: Sequence[Sequence[Span]],
    size: float,
    *,
    code: str = INK,
    bold: bool = False,
    align: PP_ALIGN = PP_ALIGN.LEFT,
    anchor: MSO_ANCHOR = MSO_ANCHOR.TOP,
) -> Any:
    """A text box; the size is the caller's to have made fit."""
    shape = slide.shapes.add_textbox(*box.emu)
    frame = shape.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = anchor
    for place, parts in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = align
        paragraph.space_after = Pt(size * _GAP)
        put(paragraph, parts, size, code=code, bold=bold)
    return shape


# --- cards and tables -------------------------------------------------------------------------


def cards(slide: Any, box: Box, given: Sequence[tuple[str, str]]) -> None:
    """Figures with what they are of, three abreast."""
    across, gap = 3, 0.3
    down = max(1, -(-len(given) // across))
    width = (box.width - gap * (across - 1)) / across
    height = min(2.3, (box.height - gap * (down - 1)) / down)
    for place, (figure, label) in enumerate(given):
        left = box.left + (place % across) * (width + gap)
        top = box.top + (place // across) * (height + gap)
        card = slide.shapes.add_shape(
            MSO_SHAPE.ROUNDED_RECTANGLE, *Box(left, top, width, height).emu
        )
        card.adjustments[0] = 0.06
        paint(card, PALE)
        frame = card.text_frame
        frame.word_wrap = True
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        room = Box(0, 0, width - 0.2, height * 0.45)
        large, _ = fitting([figure], room, sizes=(40, 36, 32, 28, 24, 20))
        put(frame.paragraphs[0], [Span(figure)], large, code=BLUE, bold=True)
        small, _ = fitting([label], room, sizes=(18, 16, 14, 12, 11))
        below = frame.add_paragraph()
        put(below, [Span(label)], small, code=INK)
        for paragraph in frame.paragraphs:
            paragraph.alignment = PP_ALIGN.CENTER


def table(
    slide: Any,
    box: Box,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    shares: Sequence[float],
) -> Any:
    """A table whose texts fit its rows; columns by their shares of the width."""
    widths = [box.width * share / sum(shares) for share in shares]
    size = next(
        (
            s
            for s in (16, 15, 14, 13, 12, 11)
            if _table_height([heads, *rows], widths, s) <= box.height
        ),
        10,
    )
    frame = slide.shapes.add_table(len(rows) + 1, len(heads), *box.emu)
    made = frame.table
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Inches(width)
    for place, cells in enumerate((heads, *rows)):
        made.rows[place].height = Inches(_table_height([cells], widths, size))
        for column, words in enumerate(cells):
            cell = made.cell(place, column)
            cell.margin_left = cell.margin_right = Inches(0.06)
            cell.margin_top = cell.margin_bottom = Inches(0.03)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = colour(
                BLUE if place == 0 else PALE if place % 2 else "FFFFFF"
            )
            white = "FFFFFF" if place == 0 else INK
            put(cell.text_frame.paragraphs[0], [Span(words)], size, code=white, bold=place == 0)
            if column != 1:
                cell.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    return frame


def _table_height(rows: Sequence[Sequence[str]], widths: Sequence[float], size: float) -> float:
    """Inches of rows of a table at a letter size."""
    return sum(
        max(
            line_count(words, (width - 0.14) * 96 / _WIDER, size)
            for words, width in zip(cells, widths, strict=True)
        )
        * _LINE
        * size
        / 72
        + 0.08
        for cells in rows
    )
