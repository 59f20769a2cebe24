"""The number check of a Word document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as Doc
from docx.enum.text import WD_COLOR_INDEX
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from toolkit.errors import ToolkitError
from toolkit.findings import Address, Finding, Severity
from toolkit.report.numbers.check import Stray, in_row, in_text
from toolkit.report.numbers.known import Known
from toolkit.report.official.marks import paragraphs

_ERROR = Severity.ERROR


def check_document(path: Path, known: Known) -> list[Finding]:
    """A finding for each number that belongs to nothing, and a note for what is still to write.

    Raises ToolkitError where the file is no Word document.
    """
    try:
        document = Document(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        raise ToolkitError("official.not_word", file=path) from error
    found = list(_paragraphs(document, path.name, known))
    for number, table in enumerate(document.tables, 1):
        found += _table(table, number, path.name, known)
    return found + to_write(path.name, sum(_is_open(p) for p in paragraphs(document)))


def to_write(name: str, places: int) -> list[Finding]:
    """A note that a person has still to write in so many places; none for no place."""
    if not places:
        return []
    params = {"count": str(places)}
    return [Finding("official.to_write", Severity.NOTE, Address(name), params=params)]


def texts_of(path: Path) -> list[str]:
    """Every paragraph of a Word document: what an office has put into its own template."""
    return [paragraph.text for paragraph in paragraphs(Document(str(path))) if paragraph.text]


def _paragraphs(document: Doc, name: str, known: Known) -> Iterator[Finding]:
    for number, paragraph in enumerate(document.paragraphs, 1):
        annexed = paragraph.text.lstrip().startswith("(")
        for stray in in_text(paragraph.text, known, head=annexed):
            yield finding("official.number_paragraph", name, stray, paragraph=str(number))
    for section in document.sections:
        for part in (section.header, section.footer):
            if part.is_linked_to_previous:
                continue
            for paragraph in part.paragraphs:
                if not _is_page_number(paragraph):
                    for stray in in_text(paragraph.text, known):
                        yield finding("official.number_margin", name, stray)


def _table(table: Table, number: int, name: str, known: Known) -> Iterator[Finding]:
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    if number == 1 or not _is_grid(table):  # the head, the foot: no rows of figures
        for cells in rows:
            for cell in dict.fromkeys(cells):
                for words in cell.split("\n"):
                    for stray in in_text(words, known, head=True):
                        yield finding("official.number_margin", name, stray)
        return
    for place, cells in enumerate(rows):
        if place == 0:
            for column, head in enumerate(cells):
                for stray in in_text(head, known):
                    yield _cell(name, stray, number, place, column)
            continue
        for column, stray in in_row(cells, rows[0], place, known):
            yield _cell(name, stray, number, place, column)


def _is_grid(table: Table) -> bool:
    return len(table.rows) > 1 and len(table.columns) > 1


def _cell(name: str, stray: Stray, table: int, row: int, column: int) -> Finding:
    place = {"table": str(table), "row": str(row + 1), "column": str(column + 1)}
    return finding("official.number_table", name, stray, **place)


def finding(code: str, name: str, stray: Stray, **params: str) -> Finding:
    """The finding of a stray number."""
    params = {"number": stray.number, "around": stray.around, **params}
    return Finding(code, _ERROR, Address(name), stray.number, params)


def _is_page_number(paragraph: Paragraph) -> bool:
    fields = paragraph._p.iter(qn("w:instrText"), qn("w:fldSimple"))
    return any("PAGE" in (f.text or "") + (f.get(qn("w:instr")) or "") for f in fields)


def _is_open(paragraph: Paragraph) -> bool:
    return any(run.font.highlight_color == WD_COLOR_INDEX.YELLOW for run in paragraph.runs)
