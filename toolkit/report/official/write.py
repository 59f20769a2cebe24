"""The report of a period as a Word document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as Doc
from docx.opc.exceptions import PackageNotFoundError

from toolkit.consolidate.facts import Facts
from toolkit.errors import ToolkitError
from toolkit.messages.documents import said
from toolkit.programme.model import Profile, Programme
from toolkit.register.files import replacing
from toolkit.report.official import goals, remarks, results, telling
from toolkit.report.official.annexes import annexes, numbering
from toolkit.report.official.blocks import Block, Para, Span, open_words, spans
from toolkit.report.official.fill import add_annex, fill_sections
from toolkit.report.official.form import FORMS
from toolkit.report.official.marks import IN_LINE, Mark, marks_in, paragraphs, replace_in_line
from toolkit.report.official.parts import bytes_of, clean
from toolkit.report.official.telling import Desk
from toolkit.report.official.template import new_template


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the template: the marks of sections it has no place for."""

    left_out: tuple[str, ...]


def write_template(programme: Programme, profile: Profile, target: Path) -> None:
    """Write the template for an office to change. Raises OSError."""
    with replacing(target) as aside:
        aside.write_bytes(bytes_of(new_template(programme, FORMS[profile])))


def write_report(
    facts: Facts, profile: Profile, target: Path, template: Path | None = None
) -> Written:
    """Write the report of the facts' period, into the office's ``template`` if there is one.

    The same facts and template give the same bytes. Raises ToolkitError for a template that
    is no Word document or has a mark that is not known, OSError where the report cannot be
    written.
    """
    programme, form = facts.consolidation.programme, FORMS[profile]
    document = _opened(template) if template else new_template(programme, form)
    _known_marks(document, template)
    period = facts.consolidation.period
    values = {
        Mark.SUBJECT: clean(telling.subject(facts)),
        Mark.PERIOD: clean(period.name),
        Mark.YEAR: str(programme.year),
    }
    for paragraph in paragraphs(document):
        replace_in_line(paragraph, values)
    written = {mark: tuple(blocks) for mark, blocks in _sections(facts, form.width).items()}
    found = fill_sections(document, written, form)
    for annex in annexes(facts, form):
        add_annex(document, annex, telling.issuers(facts), form)
    document.core_properties.title = clean(f"{said('head.kind')}: {telling.subject(facts)}")
    with replacing(target) as aside:
        aside.write_bytes(bytes_of(document))
    return Written(tuple(m.written for m in Mark if m not in IN_LINE and m not in found))


def _sections(facts: Facts, width: float) -> dict[Mark, Sequence[Block]]:
    desk = Desk(facts, numbering(facts), width)
    return {
        Mark.OPENING: _opening(facts),
        Mark.RESULTS: tuple(results.results(desk)),
        Mark.INDICATORS: tuple(goals.indicators(desk)),
        Mark.MODELS: tuple(goals.models(desk)),
        Mark.SHORTCOMINGS: tuple(remarks.shortcomings(desk)),
        Mark.PROPOSALS: tuple(remarks.proposals(desk)),
        Mark.NEXT: tuple(remarks.next_tasks(desk)),
        Mark.CLOSING: _closing(facts),
    }


def _opening(facts: Facts) -> tuple[Block, ...]:
    key = "says" if facts.returns.received else "says_nothing"
    names = {"issuers": telling.issuers(facts), "subject": _small(telling.subject(facts))}
    words = Span(said(f"opening.{key}", **names))
    return (open_words(said("opening.grounds")), Para((words,)))


def _closing(facts: Facts) -> tuple[Block, ...]:
    before, mark, after = said("closing.says", subject="\0").partition("\0")
    assert mark
    subject = Span(_small(telling.subject(facts)))
    return (Para((*spans(before), subject, *spans(after))),)


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


# --- the office's own template ----------------------------------------------------------------


def _opened(template: Path) -> Doc:
    try:
        return Document(str(template))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise ToolkitError("official.template_unreadable", file=template) from error


def _known_marks(document: Doc, template: Path | None) -> None:
    """Raise ToolkitError for a mark that is not known, or not alone in its paragraph.

    Filled in silently wrong, a section would be missing from the report.
    """
    for paragraph in paragraphs(document):
        found = marks_in(paragraph.text)
        for written, mark in found:
            if mark is None:
                known = ", ".join(m.written for m in Mark)
                raise ToolkitError(
                    "official.mark_unknown", file=template or "", mark=written, known=known
                )
            if mark not in IN_LINE and paragraph.text.strip() != written:
                raise ToolkitError("official.mark_not_alone", file=template or "", mark=written)
