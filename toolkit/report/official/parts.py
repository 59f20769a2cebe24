"""The parts of a Word document in the official form: page, lines, rules, tables, packing."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime

from docx.document import Document as Doc
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from toolkit.report.official.blocks import Span
from toolkit.report.official.form import FONT, PAGE, OfficialForm
from toolkit.template.metrics import text_width

CENTRE, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT
# The same document is to give the same bytes: neither the parts nor the packing carry a time.
_CREATED = datetime(2000, 1, 1)
_MADE = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_MADE_THEN = rb"\g<1>2000-01-01T00:00:00Z"
_PACKED = (1980, 1, 1, 0, 0, 0)
_CELL_MARGIN, _PIXELS_PER_MM = 1.9, 96 / 25.4
# Terms in the names of offices that are not torn at the end of a line.
_TOGETHER = frozenset(
    [
        "THÀNH ỦY",
        "TỈNH ỦY",
        "QUẬN ỦY",
        "HUYỆN ỦY",
        "THỊ ỦY",
        "ĐẢNG ỦY",
        "THÀNH PHỐ",
        "THỊ XÃ",
        "DÂN VẬN",
        "QUÂN SỰ",
        "CHỈ HUY",
        "CHỈ ĐẠO",
        "PHONG TRÀO",
        "THI ĐUA",
        "ỦY BAN",
        "NHÂN DÂN",
        "MẶT TRẬN",
        "TỔ QUỐC",
        "VIỆT NAM",
    ]
)
# Characters that no XML file may hold; a cell can hold them all the same.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(words: str) -> str:
    """Text of a cell without the characters that no document may hold."""
    return _FORBIDDEN.sub(" ", words)


def set_up(document: Doc, form: OfficialForm, *, title: str, author: str, lang: str = "vi") -> None:
    """The page, the font of all text and the properties of a new document."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE[0]), Mm(PAGE[1])
    section.top_margin, section.bottom_margin = Mm(form.top), Mm(form.bottom)
    section.left_margin, section.right_margin = Mm(form.left), Mm(form.right)
    normal = document.styles["Normal"]
    normal.font.name = FONT
    normal.font.size = Pt(form.body)
    # Word takes the font of Vietnamese letters from these too.
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN" if lang == "vi" else "en-GB")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(0)
    about = document.core_properties
    about.title = clean(title)
    about.author = about.last_modified_by = clean(author)
    about.comments = ""
    about.created = about.modified = _CREATED


def line(
    into: Doc | _Cell,
    words: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = CENTRE,
    before: float = 0,
    after: float = 0,
) -> Paragraph:
    """A paragraph of one look; spaces before and after it in points."""
    paragraph = into.add_paragraph()
    run = paragraph.add_run(clean(words))
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    layout = paragraph.paragraph_format
    layout.alignment = align
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    return paragraph


def balanced(words: str, size: float, room: float) -> str:
    """A name in capitals and bold broken into lines of like length where it needs several.

    ``room`` is in mm. As offices break theirs: ``BAN DÂN VẬN`` / ``THÀNH ỦY HẢI PHÒNG``.
    """
    width = (room - 2 * _CELL_MARGIN) * _PIXELS_PER_MM
    terms = _terms(words.split())
    lines = _lines(terms, size, width)
    if len(lines) == 1:
        return words
    while len(narrower := _lines(terms, size, width - 1)) == len(lines) and all(
        text_width(line, size, bold=True) <= width - 1 for line in narrower
    ):
        lines, width = narrower, width - 1
    return "\n".join(lines)


def _terms(words: Sequence[str]) -> list[str]:
    """Words that stay on one line: ``THÀNH ỦY``, and the last two, mostly the name of a place."""
    found: list[str] = []
    for place, word in enumerate(words):
        before = found[-1].split()[-1] if found else ""
        last = place == len(words) - 1 and place > 1
        if last or f"{before} {word}" in _TOGETHER:
            found[-1] = f"{found[-1]} {word}"
        else:
            found.append(word)
    return found


def _lines(terms: Sequence[str], size: float, width: float) -> list[str]:
    lines = [""]
    for term in terms:
        longer = f"{lines[-1]} {term}".strip()
        if lines[-1] and text_width(longer, size, bold=True) > width:
            lines.append(term)
        else:
            lines[-1] = longer
    return lines


def write_spans(
    paragraph: Paragraph, parts: Iterable[Span], size: float | None = None, *, bold: bool = False
) -> None:
    """The runs of a paragraph; what is left for a person to write is yellow, in brackets."""
    for part in parts:
        words = f"[{part.words}]" if part.open else part.words
        run = paragraph.add_run(clean(words))
        run.bold = bold or None
        if size is not None:
            run.font.size = Pt(size)
        if part.open:
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def rule(into: Doc | _Cell, left: float, right: float | None = None) -> None:
    """A thin line across, that many mm from the left side and from the right one."""
    paragraph = into.add_paragraph()
    layout = paragraph.paragraph_format
    layout.left_indent, layout.right_indent = Mm(left), Mm(left if right is None else right)
    layout.space_before, layout.space_after, layout.line_spacing = Pt(0), Pt(4), Pt(3)
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    properties = paragraph._p.get_or_add_pPr()
    later = ("w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")
    properties.insert_element_before(borders, *later)  # type: ignore[arg-type]  # stubs of lxml


def table(document: Doc, widths: Sequence[float], *, grid: bool = False) -> Table:
    """A table of one row with these widths in mm."""
    made: Table = document.add_table(rows=1, cols=len(widths))
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    if grid:
        made.style = "Table Grid"
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return made


def add_row(into: Table, widths: Sequence[float]) -> _Row:
    """A further row, which stays on one page."""
    row: _Row = into.add_row()  # type: ignore[no-untyped-call]  # untyped in python-docx
    keep_whole(row)
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = Mm(width)
    return row


def keep_whole(row: _Row) -> None:
    """A row stays on one page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def repeat(row: _Row) -> None:
    """The row stands again at the head of every page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def drop(paragraph: Paragraph) -> None:
    """Take a paragraph out of its document."""
    element = paragraph._p
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def drop_first(cells: Iterable[_Cell]) -> None:
    """Take out the empty paragraph that every new cell begins with."""
    for cell in cells:
        if len(cell.paragraphs) > 1:
            drop(cell.paragraphs[0])


def packed(made: bytes) -> bytes:
    """An Office file's bytes without the time of packing, nor that of workbooks within it."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(into, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith(".xlsx"):  # the data of a chart
                data = packed(data)
            elif name == "docProps/core.xml":
                data = _MADE.sub(_MADE_THEN, data)
            target.writestr(zipfile.ZipInfo(name, _PACKED), data, zipfile.ZIP_DEFLATED)
    return into.getvalue()


def is_untouched(data: bytes) -> bool:
    """Whether an Office file was written here and never saved by a person since.

    Raises zipfile.BadZipFile for what is no Office file.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        core = source.read("docProps/core.xml") if "docProps/core.xml" in source.namelist() else b""
    return _MADE.search(core) is not None and _MADE.sub(_MADE_THEN, core) == core


def bytes_of(document: Doc) -> bytes:
    """The whole document, the same bytes for the same content."""
    made = io.BytesIO()
    document.save(made)
    return packed(made.getvalue())
