"""The marks of a report's template: ``{{KẾT QUẢ}}`` is where the results go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import Enum

from docx.document import Document as Doc
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from toolkit.text import match_key

_MARK = re.compile(r"\{\{\s*(.+?)\s*\}\}")


class Mark(Enum):
    """A place in the template, by its name as it is written there."""

    # In a line of text.
    SUBJECT = "TRÍCH YẾU"
    PERIOD = "KỲ BÁO CÁO"
    YEAR = "NĂM"
    # A paragraph of its own, which gives way to paragraphs and tables.
    OPENING = "MỞ ĐẦU"
    RESULTS = "KẾT QUẢ"
    INDICATORS = "CHỈ TIÊU"
    MODELS = "MÔ HÌNH"
    SHORTCOMINGS = "HẠN CHẾ"
    PROPOSALS = "KIẾN NGHỊ"
    NEXT = "NHIỆM VỤ TỚI"
    CLOSING = "KẾT THÚC"

    @property
    def written(self) -> str:
        """As it stands in the template."""
        return "{{" + self.value + "}}"


IN_LINE = frozenset({Mark.SUBJECT, Mark.PERIOD, Mark.YEAR})
_BY_KEY: Mapping[str, Mark] = {match_key(mark.value): mark for mark in Mark}


def marks_in(words: str) -> list[tuple[str, Mark | None]]:
    """Every mark of a text as it is written there; None for one that is not known."""
    return [(m.group(), _BY_KEY.get(match_key(m.group(1)))) for m in _MARK.finditer(words)]


def block_mark(words: str) -> Mark | None:
    """The mark that is the whole text of a paragraph and gives way to blocks."""
    found = _MARK.fullmatch(words.strip())
    mark = _BY_KEY.get(match_key(found.group(1))) if found else None
    return mark if mark is not None and mark not in IN_LINE else None


def paragraphs(document: Doc) -> Iterator[Paragraph]:
    """Every paragraph of a document: text, tables within tables, heads and feet of pages."""
    yield from document.paragraphs
    for found in document.tables:
        yield from _of_table(found)
    for section in document.sections:
        for part in (
            section.header,
            section.footer,
            section.first_page_header,
            section.first_page_footer,
        ):
            if not part.is_linked_to_previous:
                yield from part.paragraphs
                for found in part.tables:
                    yield from _of_table(found)


def _of_table(found: Table) -> Iterator[Paragraph]:
    seen: set[object] = set()
    for row in found.rows:
        for cell in row.cells:
            if cell._tc not in seen:  # a merged cell stands in the row more than once
                seen.add(cell._tc)
                yield from _of_cell(cell)


def _of_cell(cell: _Cell) -> Iterator[Paragraph]:
    yield from cell.paragraphs
    for inner in cell.tables:
        yield from _of_table(inner)


def replace_in_line(paragraph: Paragraph, values: Mapping[Mark, str]) -> None:
    """Put the values in place of the marks of a line, in the look of the mark.

    Word may have split a mark over several runs: then the first of them takes it all.
    """
    for written, mark in marks_in(paragraph.text):
        if mark is None or mark not in values:
            continue
        whole = [run for run in paragraph.runs if written in run.text]
        if not whole:
            _join(paragraph, written)
            whole = [run for run in paragraph.runs if written in run.text]
        for run in whole:
            run.text = run.text.replace(written, values[mark])


def _join(paragraph: Paragraph, written: str) -> None:
    """Move a mark that lies across several runs into the first of them."""
    runs = paragraph.runs
    start = "".join(run.text for run in runs).find(written)
    if start < 0:
        return
    end, at, first = start + len(written), 0, None
    for run in runs:
        text, begin, at = run.text, at, at + len(run.text)
        if at <= start or begin >= end:
            continue
        if first is None:
            first = run
            first.text = text[: start - begin] + written + text[max(0, end - begin) :]
        else:
            run.text = text[max(0, end - begin) :]
