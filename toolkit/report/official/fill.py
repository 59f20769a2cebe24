"""Putting sections and annexes into the template of a report."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph

from toolkit.messages.documents import said
from toolkit.report.official.blocks import Annex, Block, Column, Grid, Look, Para
from toolkit.report.official.form import PAGE, OfficialForm
from toolkit.report.official.marks import Mark, block_mark
from toolkit.report.official.parts import (
    CENTRE,
    LEFT,
    add_row,
    clean,
    drop,
    drop_first,
    line,
    repeat,
    table,
    write_spans,
)

_AFTER_TABLE = 8  # points


def fill_sections(
    document: Doc, sections: Mapping[Mark, Sequence[Block]], form: OfficialForm
) -> frozenset[Mark]:
    """Put each section in place of its mark; the marks that were found."""
    found = set()
    for paragraph in document.paragraphs:
        mark = block_mark(paragraph.text)
        if mark is not None:
            found.add(mark)
            _blocks(document, paragraph, sections[mark], form)
    return frozenset(found)


def _blocks(document: Doc, place: Paragraph, blocks: Sequence[Block], form: OfficialForm) -> None:
    """Blocks in place of a paragraph, in its look; the paragraph goes."""
    after_table = False
    for block in blocks:
        if isinstance(block, Para):
            made = copy.deepcopy(place._p)
            place._p.addprevious(made)
            _paragraph(Paragraph(made, place._parent), block)
            if after_table:
                Paragraph(made, place._parent).paragraph_format.space_before = Pt(_AFTER_TABLE)
        else:
            place._p.addprevious(_grid(document, block, form)._tbl)
        after_table = isinstance(block, Grid)
    drop(place)


def _paragraph(paragraph: Paragraph, block: Para) -> None:
    """Words in the paragraph of a mark, whose runs lend their look."""
    runs = paragraph.runs
    look = copy.deepcopy(runs[0]._r.rPr) if runs and runs[0]._r.rPr is not None else None
    for child in list(paragraph._p):
        if child.tag != qn("w:pPr"):
            paragraph._p.remove(child)
    if block.look is Look.BULLET:
        paragraph.add_run("- ")
    write_spans(paragraph, block.spans, bold=block.look is Look.HEADING)
    if look is not None:
        for run in paragraph.runs:
            highlight = run.font.highlight_color
            bold = run.bold
            if run._r.rPr is not None:
                run._r.remove(run._r.rPr)
            run._r.insert(0, copy.deepcopy(look))
            run.font.highlight_color = highlight
            run.bold = bold or run.bold
    if block.look in (Look.HEADING, Look.LEAD):
        paragraph.paragraph_format.keep_with_next = True
    if block.look is Look.NOTE:
        for run in paragraph.runs:
            run.italic = True


# --- tables -----------------------------------------------------------------------------------


def _grid(document: Doc, grid: Grid, form: OfficialForm) -> Table:
    """A table at the end of the document; whoever wants it elsewhere moves it."""
    widths = [column.width for column in grid.columns]
    size = grid.size or form.cell
    made = table(document, widths, grid=True)
    _margins(made)
    head = made.rows[0]
    repeat(head)
    for cell, column in zip(head.cells, grid.columns, strict=True):
        line(cell, column.head, size, bold=True)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    drop_first(head.cells)
    for place, row in enumerate(grid.rows):
        _row(made, row, grid.columns, size, strong=place in grid.strong)
    return made


def _row(
    made: Table, words: Sequence[str], columns: Sequence[Column], size: float, *, strong: bool
) -> None:
    row = add_row(made, [column.width for column in columns])
    for cell, said_, column in zip(row.cells, words, columns, strict=True):
        align = CENTRE if column.centred else LEFT
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(clean(said_))
        run.font.size, run.bold = Pt(size), strong or None
        paragraph.paragraph_format.alignment = align


def _margins(made: Table) -> None:
    """Narrower room beside the text of cells than Word gives: 1.2 mm instead of 1.9."""
    properties = made._tbl.tblPr
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        each = OxmlElement(f"w:{side}")
        each.set(qn("w:w"), "68")
        each.set(qn("w:type"), "dxa")
        margins.append(each)
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        look.addprevious(margins)
    else:
        properties.append(margins)


# --- annexes ----------------------------------------------------------------------------------


def add_annex(document: Doc, annex: Annex, issuers: str, form: OfficialForm) -> None:
    """An annex on pages of its own at the end, on their side where it is wide."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    width, height = (PAGE[1], PAGE[0]) if annex.landscape else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if annex.landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    # A page turned on its side keeps its binding edge, which is then on top.
    turned = (form.left, form.right, form.bottom, form.top)
    upright = (form.top, form.bottom, form.left, form.right)
    sides = [Mm(side) for side in (turned if annex.landscape else upright)]
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = sides
    _number_anew(section._sectPr)
    line(document, said("annex.name", number=annex.number), form.annex, bold=True)
    line(document, annex.title, form.annex, bold=True)
    line(
        document,
        said("annex.with", issuers=issuers),
        form.annex,
        italic=True,
        after=8,
    )
    for block in annex.blocks:
        if isinstance(block, Grid):
            _grid(document, block, form)
        else:
            _annex_line(document, block, form)


def _number_anew(properties: object) -> None:
    """Annexes count their pages for themselves (Decree 30/2020, Annex I)."""
    for old in properties.findall(qn("w:pgNumType")):  # type: ignore[attr-defined]
        properties.remove(old)  # type: ignore[attr-defined]
    number = OxmlElement("w:pgNumType")
    number.set(qn("w:start"), "1")
    margins = properties.find(qn("w:pgMar"))  # type: ignore[attr-defined]
    margins.addnext(number)


def _annex_line(document: Doc, block: Para, form: OfficialForm) -> None:
    paragraph = document.add_paragraph()
    small = block.look is Look.NOTE
    if block.look is Look.BULLET:
        paragraph.add_run("- ").font.size = Pt(form.cell)
    bold = block.look is Look.HEADING
    write_spans(paragraph, block.spans, form.cell - (1 if small else 0), bold=bold)
    for run in paragraph.runs:
        run.italic = small or None
    layout = paragraph.paragraph_format
    layout.alignment = LEFT if bold else WD_ALIGN_PARAGRAPH.JUSTIFY
    layout.space_before = Pt(8 if bold else 4 if small else 0)
    layout.space_after, layout.keep_with_next = Pt(3), bold
