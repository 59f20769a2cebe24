"""The sheet of narrative answers: per question, what was written and by whom, ready to edit."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.narrative import Heading, Passage
from toolkit.programme.model import Unit
from toolkit.report.summary.block import Column, draw_head, draw_rows, draw_titles
from toolkit.report.summary.pen import SMALL_SIZE, Pen, height, page_setup, spread
from toolkit.report.summary.titles import titles_of
from toolkit.text import slug

_KEYS = ("tt", "said", "count", "units", "near")
_WIDTHS = (6.0, 78.0, 8.0, 44.0, 14.0)
MOST_PASSAGES = 2_000  # of one question on the sheet


def draw_opinions(
    sheet: Worksheet, headings: Sequence[Heading], titles: Sequence[str], pen: Pen
) -> None:
    """A block per heading; headings nobody answered say so on one line."""
    columns = [
        Column(pen.say(f"opinions.{key}"), width, "center" if width < 20 else "left")
        for key, width in zip(_KEYS, _WIDTHS, strict=True)
    ]
    draw_titles(
        sheet, pen, titles_of(titles, pen.say("opinions.title")), _WIDTHS, pen.say("opinions.note")
    )
    row = draw_head(sheet, pen, 4, columns)
    sheet.freeze_panes(row, 0)
    last = len(_WIDTHS) - 1
    for number, heading in enumerate(headings, 1):
        title = f"{heading.form.name}: {heading.title}"
        bold = pen.formats.cell(total=True)
        spread(sheet, row, (0, last), title, bold)
        sheet.set_row(row, max(18.0, height((title, sum(_WIDTHS), 11.0, True))))
        row = _note(sheet, row + 1, number, heading, pen)
        if len(heading.passages) <= MOST_PASSAGES:
            rows = [_row(passage, pen) for passage in heading.passages]
            row = draw_rows(sheet, pen, row, columns, rows)
        row = _rest(sheet, row, heading, pen)
    page_setup(sheet, pen, last, (4, 4))


def _note(sheet: Worksheet, row: int, number: int, heading: Heading, pen: Pen) -> int:
    """What is said of a question with very many answers, which are in a file then."""
    said = [] if heading.compared else [pen.say("opinions.not_compared")]
    if len(heading.passages) > MOST_PASSAGES and pen.spill is not None:
        name = f"{slug(sheet.get_name()).lower()}-{number}"
        head = [pen.say(f"opinions.{key}") for key in _KEYS]
        rows = ((_row(passage, pen), None) for passage in heading.passages)
        count, files = pen.spill.write(name, head, rows)
        said.append(pen.say("spilled", count=count, files=", ".join(files)))
    if said:
        words, last = " ".join(said), len(_WIDTHS) - 1
        spread(sheet, row, (0, last), words, pen.formats.note)
        sheet.set_row(row, height((words, sum(_WIDTHS), SMALL_SIZE, False)))
    return row + bool(said)


def _row(passage: Passage, pen: Pen) -> tuple[str, str, int, str, str]:
    near = ", ".join(map(str, passage.near))
    units = "; ".join(_name(unit) for unit in passage.units)
    marked = f"{pen.say('opinions.see')} {near}" if near else ""
    return str(passage.number), passage.text, len(passage.units), units, marked


def _rest(sheet: Worksheet, row: int, heading: Heading, pen: Pen) -> int:
    """Who confirmed that there is nothing, and who did not answer."""
    last = len(_WIDTHS) - 1
    for key, units in (("nothing", heading.nothing), ("silent", heading.silent)):
        if units:
            words = pen.say(f"opinions.{key}", units="; ".join(_name(unit) for unit in units))
            look = pen.formats.boxed(italic=True, font_size=SMALL_SIZE, font_color="#595959")
            spread(sheet, row, (0, last), words, look)
            sheet.set_row(row, height((words, sum(_WIDTHS), SMALL_SIZE, False)))
            row += 1
    return row


def _name(unit: Unit) -> str:
    return unit.short or unit.name
