"""The chasing list as a Word document in the official form of the programme.

Sizes, margins and heads follow Guide 36-HD/VPTW (Party) and Decree 30/2020/NĐ-CP, Annex I
(State). The number and the place are left open: a clerk fills them in.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from toolkit.messages import text
from toolkit.programme.model import Profile
from toolkit.register.files import replacing
from toolkit.report.remind import (
    Chase,
    Chasing,
    counted,
    issuers,
    shortly,
    state,
    wanted_by,
)

_FONT = "Times New Roman"
# The same list is to give the same bytes: neither the parts nor the packing carry a time.
_CREATED = datetime(2000, 1, 1)
_PACKED = (1980, 1, 1, 0, 0, 0)
_MARGINS = {"top_margin": 20, "bottom_margin": 20, "left_margin": 30, "right_margin": 15}
_TEXT_WIDTH = 210 - 30 - 15  # mm
# mm; the name of the nation stands on one line beside it.
_HEAD_LEFT = {Profile.PARTY: 80, Profile.STATE: 64}
_COLUMNS = (("number", 12), ("unit", 33), ("state", 33), ("what", 62), ("by", 25))
_CENTRE, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Points, by what stands there."""

    head: float
    superior: float
    issuer: float
    motto: float
    number: float
    title: float
    subject: float
    body: float
    cell: float
    signature: float


_SIZES = {
    Profile.PARTY: _Sizes(15, 14, 14, 14, 14, 16, 14, 14, 12, 14),
    Profile.STATE: _Sizes(12.5, 13, 13, 14, 13, 14, 14, 14, 12, 14),
}


def write_document(chasing: Chasing, target: Path, lang: str = "vi") -> None:
    """Write ``don-doc.docx``; ``target`` is replaced whole. Raises OSError."""
    document = Document()
    sizes = _SIZES[chasing.programme.profile]
    _set_up(document, chasing, sizes, lang)
    _head(document, chasing, sizes, lang)
    _line(document, text("remind.document.title", lang), sizes.title, bold=True, before=12)
    subject = text("remind.document.subject", lang, period=chasing.period.name)
    _line(document, subject, sizes.subject, bold=True, after=8)
    body = _line(document, counted(chasing, lang), sizes.body, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    body.paragraph_format.first_line_indent = Mm(10)
    body.paragraph_format.space_after = Pt(6)
    _list(document, chasing, sizes, lang)
    _foot(document, chasing, sizes, lang)
    with replacing(target) as aside:
        aside.write_bytes(_packed(document))


def _set_up(document: Doc, chasing: Chasing, sizes: _Sizes, lang: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, width in _MARGINS.items():
        setattr(section, side, Mm(width))
    normal = document.styles["Normal"]
    normal.font.name = _FONT
    normal.font.size = Pt(sizes.body)
    # Word takes the font of Vietnamese letters from these too.
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), _FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN" if lang == "vi" else "en-GB")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(0)
    about = document.core_properties
    about.title = text("remind.document.subject", lang, period=chasing.period.name)
    about.author = about.last_modified_by = issuers(chasing, lang)
    about.comments = ""
    about.created = about.modified = _CREATED


# --- the head -------------------------------------------------------------------------------


def _head(document: Doc, chasing: Chasing, sizes: _Sizes, lang: str) -> None:
    """Superior and issuer on the left, party or nation, place and date on the right."""
    programme = chasing.programme
    party = programme.profile is Profile.PARTY
    share = _HEAD_LEFT[programme.profile]
    table = _table(document, (share, _TEXT_WIDTH - share))
    left, right = table.rows[0].cells
    if programme.superior:
        _line(left, programme.superior.upper(), sizes.superior)
    for issuer in programme.issuers:
        _line(left, issuer.upper(), sizes.issuer, bold=True)
    if party:
        _line(left, "*", sizes.issuer)
    else:
        _rule(left, 22)
    _line(left, text("remind.document.number", lang), sizes.number)
    if party:
        _line(right, text("template.head.party", lang), sizes.head, bold=True)
        _rule(right, 20)
    else:
        _line(right, text("template.head.nation", lang), sizes.head, bold=True)
        _line(right, text("template.head.motto", lang), sizes.motto, bold=True)
        _rule(right, 21)
    _line(right, _place_date(chasing.on, lang), sizes.number, italic=True, before=6)
    for cell in (left, right):
        _drop_first(cell)


def _place_date(on: date, lang: str) -> str:
    # Decree 30/2020 (and the Guide): days below 10 and January, February with a leading 0.
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return text("remind.document.place_date", lang, day=f"{on.day:02}", month=month, year=on.year)


def _rule(cell: _Cell, inset: int) -> None:
    """A thin line across the cell, ``inset`` mm from both of its sides."""
    paragraph = cell.add_paragraph()
    layout = paragraph.paragraph_format
    layout.left_indent = layout.right_indent = Mm(inset)
    layout.space_before, layout.space_after, layout.line_spacing = Pt(0), Pt(4), Pt(3)
    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")


# --- the list -------------------------------------------------------------------------------


def _list(document: Doc, chasing: Chasing, sizes: _Sizes, lang: str) -> None:
    table = _table(document, [width for _, width in _COLUMNS], grid=True)
    _repeat(table.rows[0])
    for cell, (key, _) in zip(table.rows[0].cells, _COLUMNS, strict=True):
        _line(cell, text(f"remind.column.{key}", lang), sizes.cell, bold=True)
        _drop_first(cell)
    for number, chase in enumerate(chasing.chases, 1):
        _list_row(table, number, chase, sizes, lang)


def _list_row(table: Table, number: int, chase: Chase, sizes: _Sizes, lang: str) -> None:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]  # untyped in python-docx
    # A row stays on one page.
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    contents = (
        ([str(number)], _CENTRE),
        ([chase.unit.name], _LEFT),
        ([state(chase, lang)], _LEFT),
        (shortly(chase, lang), _LEFT),
        ([wanted_by(chase, lang)], _CENTRE),
    )
    for cell, (lines, align), (_, width) in zip(row.cells, contents, _COLUMNS, strict=True):
        cell.width = Mm(width)
        for line in lines:
            _line(cell, line, sizes.cell, align=align)
        _drop_first(cell)


def _repeat(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


# --- the foot -------------------------------------------------------------------------------


def _foot(document: Doc, chasing: Chasing, sizes: _Sizes, lang: str) -> None:
    """Recipients on the left, a signature block for each issuing body on the right."""
    programme = chasing.programme
    _line(document, "", 6)
    share = (_TEXT_WIDTH - 55) / len(programme.issuers)
    table = _table(document, (55, *(share for _ in programme.issuers)))
    cells = table.rows[0].cells
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    heading = _line(cells[0], text("remind.document.recipients", lang), 12, align=_LEFT)
    party = programme.profile is Profile.PARTY
    heading.runs[0].underline = party
    heading.runs[0].bold = heading.runs[0].italic = not party
    for key in ("recipient_units", "recipient_file"):
        _line(cells[0], text(f"remind.document.{key}", lang), 11, align=_LEFT)
    for cell, issuer in zip(cells[1:], programme.issuers, strict=True):
        _line(cell, issuer.upper(), sizes.signature, bold=True)
        hint = text("remind.document.signature", lang)
        _line(cell, hint, sizes.signature - 2, italic=True, after=48)
    for cell in cells:
        _drop_first(cell)


# --- parts ----------------------------------------------------------------------------------


def _table(document: Doc, widths: Sequence[float], *, grid: bool = False) -> Table:
    """A table of one row with these widths in mm."""
    table: Table = document.add_table(rows=1, cols=len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    if grid:
        table.style = "Table Grid"
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _line(
    into: Doc | _Cell,
    words: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = _CENTRE,
    before: float = 0,
    after: float = 0,
) -> Paragraph:
    paragraph = into.add_paragraph()
    run = paragraph.add_run(words)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    layout = paragraph.paragraph_format
    layout.alignment = align
    layout.space_before, layout.space_after = Pt(before), Pt(after)
    return paragraph


def _drop_first(cell: _Cell) -> None:
    """Take out the empty paragraph that every new cell begins with."""
    first = cell.paragraphs[0]._p
    if len(cell.paragraphs) > 1:
        first.getparent().remove(first)


def _packed(document: Doc) -> bytes:
    """The document's bytes, packed without the time of packing."""
    made, packed = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, _PACKED)
            target.writestr(info, source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
