"""The template of a report: its head, headings, signatures, and marks where the rest goes.

It is written once as ``bao-cao/mau.docx`` for an office to change as it likes, and used as it
then is. Without one, the very same template is made and filled on the spot.
"""

from __future__ import annotations

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from toolkit.messages.documents import said
from toolkit.programme.model import Profile, Programme
from toolkit.report.official.blocks import spans
from toolkit.report.official.form import OfficialForm
from toolkit.report.official.marks import Mark
from toolkit.report.official.parts import (
    CENTRE,
    LEFT,
    balanced,
    drop_first,
    keep_whole,
    line,
    rule,
    set_up,
    table,
    write_spans,
)

# Each section under its heading.
_SECTIONS = (
    ("results", Mark.RESULTS),
    ("indicators", Mark.INDICATORS),
    ("models", Mark.MODELS),
    ("shortcomings", Mark.SHORTCOMINGS),
    ("proposals", Mark.PROPOSALS),
    ("next", Mark.NEXT),
)
_ROOM = 60  # points for a signature


def new_template(programme: Programme, form: OfficialForm) -> Doc:
    """The template for the programme's issuing bodies in the official form."""
    document = Document()
    author = said("head.and").join(programme.issuers)
    set_up(document, form, title=f"{said('head.kind')}: {programme.name}", author=author)
    _page_number(document, form)
    _head(document, programme, form)
    line(document, said("head.kind"), form.title, bold=True, before=14)
    line(document, Mark.SUBJECT.written, form.subject, bold=True)
    rule(document, 62, 62)
    _running(document, Mark.OPENING.written, before=8)
    for name, mark in _SECTIONS:
        _section_heading(document, said(f"heading.{name}"))
        _running(document, mark.written)
    closing = _running(document, Mark.CLOSING.written)
    closing.paragraph_format.keep_with_next = True  # no signature alone on a page
    _foot(document, programme, form)
    return document


# --- the head ---------------------------------------------------------------------------------


def _head(document: Doc, programme: Programme, form: OfficialForm) -> None:
    """Superior, issuers and number on the left; party or nation, place and date on the right."""
    party = form.profile is Profile.PARTY
    left, right = table(document, (form.head_share, form.width - form.head_share)).rows[0].cells
    if programme.superior:
        line(left, programme.superior.upper(), form.superior)
    for issuer in programme.issuers:
        name = balanced(issuer.upper(), form.issuer, form.head_share)
        line(left, name, form.issuer, bold=True)
    if party:
        line(left, "*", form.issuer)
    else:
        rule(left, 22)
    number = said("head.number_party" if party else "head.number_state")
    _spans(left, number, form.number)
    if party:
        line(right, said("head.party"), form.head, bold=True)
        rule(right, 9)
    else:
        line(right, said("head.nation"), form.head, bold=True)
        line(right, said("head.motto"), form.motto, bold=True)
        rule(right, 21)
    place = _spans(right, said("head.place"), form.place)
    place.paragraph_format.space_before = Pt(8)
    for run in place.runs:
        run.italic = True
    drop_first((left, right))


def _spans(cell: _Cell, words: str, size: float, align: WD_ALIGN_PARAGRAPH = CENTRE) -> Paragraph:
    paragraph: Paragraph = cell.add_paragraph()
    paragraph.paragraph_format.alignment = align
    write_spans(paragraph, spans(words), size)
    return paragraph


# --- the body ---------------------------------------------------------------------------------


def _section_heading(document: Doc, words: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(words).bold = True
    layout = paragraph.paragraph_format
    layout.first_line_indent = Mm(10)
    layout.space_before, layout.space_after = Pt(8), Pt(6)
    layout.keep_with_next = True


def _running(document: Doc, words: str, before: float = 0) -> Paragraph:
    """A paragraph of running text: the body takes its look from it."""
    paragraph = document.add_paragraph(words)
    layout = paragraph.paragraph_format
    layout.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    layout.first_line_indent = Mm(10)
    layout.space_before, layout.space_after = Pt(before), Pt(6)
    layout.line_spacing = 1.1
    return paragraph


def _page_number(document: Doc, form: OfficialForm) -> None:
    """The number of the page in the middle above the text, from the second page on."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.header_distance = Mm(10)
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTRE
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " PAGE ")
    run = OxmlElement("w:r")
    look, size = OxmlElement("w:rPr"), OxmlElement("w:sz")
    size.set(qn("w:val"), str(int(form.page_number * 2)))
    look.append(size)
    run.append(look)
    run.append(OxmlElement("w:t"))
    field.append(run)
    paragraph._p.append(field)


# --- the foot ---------------------------------------------------------------------------------


def _foot(document: Doc, programme: Programme, form: OfficialForm) -> None:
    """Recipients on the left and the signature on the right; of two issuers two signatures
    side by side, the recipients below them."""
    line(document, "", 6).paragraph_format.keep_with_next = True
    if len(programme.issuers) == 1:
        row = table(document, (form.width * 0.45, form.width * 0.55)).rows[0]
        left, right = row.cells
        _recipients(left, programme, form)
        _signature(right, programme.issuers[0], form, form.width * 0.55)
        keep_whole(row)
        drop_first(row.cells)
        return
    share = form.width / len(programme.issuers)
    row = table(document, [share] * len(programme.issuers)).rows[0]
    for cell, issuer in zip(row.cells, programme.issuers, strict=True):
        _signature(cell, issuer, form, share)
    keep_whole(row)
    drop_first(row.cells)
    line(document, "", 4)
    below = table(document, (form.width,)).rows[0]
    _recipients(below.cells[0], programme, form)
    keep_whole(below)
    drop_first(below.cells)


def _signature(cell: _Cell, issuer: str, form: OfficialForm, room: float) -> None:
    """The authority and title left open, the body between them; no name."""
    party = form.profile is Profile.PARTY
    authority = said("closing.authority_party" if party else "closing.authority_state")
    _spans(cell, authority, form.signature)
    line(cell, balanced(issuer.upper(), form.signature, room), form.signature, bold=True)
    _spans(cell, said("closing.signer"), form.signature)
    line(cell, "", form.signature, after=_ROOM)


def _recipients(cell: _Cell, programme: Programme, form: OfficialForm) -> None:
    party = form.profile is Profile.PARTY
    head = line(cell, said("closing.recipients"), form.recipients_head, align=LEFT)
    head.runs[0].underline = party
    head.runs[0].bold = head.runs[0].italic = not party
    wanted = [said("closing.superior", superior=programme.superior)] if programme.superior else []
    wanted += [said("closing.units"), said("closing.others")]
    wanted.append(said("closing.file_party" if party else "closing.file_state"))
    for words in wanted:
        _spans(cell, words, form.recipients, LEFT)
