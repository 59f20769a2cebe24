"""The chasing list as a Word document in the official form of the programme.

Sizes, margins and heads follow Guide 36-HD/VPTW (Party) and Decree 30/2020/NĐ-CP, Annex I
(State), see ``official.form``. The number and the place are left open: a clerk fills them in.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.table import Table

from toolkit.messages import text
from toolkit.programme.model import Profile
from toolkit.register.files import replacing
from toolkit.report.official.form import FORMS, OfficialForm
from toolkit.report.official.parts import (
    CENTRE,
    LEFT,
    add_row,
    balanced,
    bytes_of,
    drop_first,
    keep_whole,
    line,
    repeat,
    rule,
    set_up,
    table,
)
from toolkit.report.remind import (
    Chase,
    Chasing,
    counted,
    issuers,
    period_name,
    shortly,
    state,
    wanted_by,
)

_COLUMNS = (("number", 12), ("unit", 33), ("state", 33), ("what", 62), ("by", 25))


def write_document(chasing: Chasing, target: Path, lang: str = "vi") -> None:
    """Write ``don-doc.docx``; ``target`` is replaced whole. Raises OSError."""
    document = Document()
    form = FORMS[chasing.programme.profile]
    subject = text("remind.document.subject", lang, period=period_name(chasing, lang))
    set_up(document, form, title=subject, author=issuers(chasing, lang), lang=lang)
    _head(document, chasing, form, lang)
    line(document, text("remind.document.title", lang), form.title, bold=True, before=12)
    line(document, subject, form.subject, bold=True, after=8)
    body = line(document, counted(chasing, lang), form.body, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    body.paragraph_format.first_line_indent = Mm(10)
    body.paragraph_format.space_after = Pt(6)
    _list(document, chasing, form, lang)
    _foot(document, chasing, form, lang)
    with replacing(target) as aside:
        aside.write_bytes(bytes_of(document))


# --- the head -------------------------------------------------------------------------------


def _head(document: Doc, chasing: Chasing, form: OfficialForm, lang: str) -> None:
    """Superior and issuer on the left, party or nation, place and date on the right."""
    programme = chasing.programme
    party = programme.profile is Profile.PARTY
    share = form.head_share
    left, right = table(document, (share, form.width - share)).rows[0].cells
    if programme.superior:
        line(left, programme.superior.upper(), form.superior)
    for issuer in programme.issuers:
        line(left, balanced(issuer.upper(), form.issuer, share), form.issuer, bold=True)
    if party:
        line(left, "*", form.issuer)
    else:
        rule(left, 22)
    line(left, text("remind.document.number", lang), form.number)
    if party:
        line(right, text("template.head.party", lang), form.head, bold=True)
        rule(right, 20)
    else:
        line(right, text("template.head.nation", lang), form.head, bold=True)
        line(right, text("template.head.motto", lang), form.motto, bold=True)
        rule(right, 21)
    line(right, _place_date(chasing.on, lang), form.number, italic=True, before=6)
    drop_first((left, right))


def _place_date(on: date, lang: str) -> str:
    # Decree 30/2020 (and the Guide): days below 10 and January, February with a leading 0.
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return text("remind.document.place_date", lang, day=f"{on.day:02}", month=month, year=on.year)


# --- the list -------------------------------------------------------------------------------


def _list(document: Doc, chasing: Chasing, form: OfficialForm, lang: str) -> None:
    made = table(document, [width for _, width in _COLUMNS], grid=True)
    repeat(made.rows[0])
    for cell, (key, _) in zip(made.rows[0].cells, _COLUMNS, strict=True):
        line(cell, text(f"remind.column.{key}", lang), form.cell, bold=True)
    drop_first(made.rows[0].cells)
    for number, chase in enumerate(chasing.chases, 1):
        _list_row(made, number, chase, form, lang)


def _list_row(made: Table, number: int, chase: Chase, form: OfficialForm, lang: str) -> None:
    row = add_row(made, [width for _, width in _COLUMNS])
    contents = (
        ([str(number)], CENTRE),
        ([chase.unit.name], LEFT),
        ([state(chase, lang)], LEFT),
        (shortly(chase, lang), LEFT),
        ([wanted_by(chase, lang)], CENTRE),
    )
    for cell, (lines, align) in zip(row.cells, contents, strict=True):
        for words in lines:
            line(cell, words, form.cell, align=align)
    drop_first(row.cells)


# --- the foot -------------------------------------------------------------------------------


def _foot(document: Doc, chasing: Chasing, form: OfficialForm, lang: str) -> None:
    """Recipients on the left, a signature block for each issuing body on the right."""
    programme = chasing.programme
    line(document, "", 6)
    share = (form.width - 55) / len(programme.issuers)
    row = table(document, (55, *(share for _ in programme.issuers))).rows[0]
    cells = row.cells
    keep_whole(row)
    heading = line(cells[0], text("remind.document.recipients", lang), 12, align=LEFT)
    party = programme.profile is Profile.PARTY
    heading.runs[0].underline = party
    heading.runs[0].bold = heading.runs[0].italic = not party
    for key in ("recipient_units", "recipient_file"):
        line(cells[0], text(f"remind.document.{key}", lang), 11, align=LEFT)
    for cell, issuer in zip(cells[1:], programme.issuers, strict=True):
        line(cell, issuer.upper(), form.signature, bold=True)
        hint = text("remind.document.signature", lang)
        line(cell, hint, form.signature - 2, italic=True, after=48)
    drop_first(cells)
