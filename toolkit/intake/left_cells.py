"""Cells of one row that hold no answer, by where the row stands: above, in or under the table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.findings import Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.cells import is_blank, key_of, shortened
from toolkit.intake.formreading import FormReading
from toolkit.intake.ledger import Place
from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.rows import is_heading_row, is_total, is_total_row
from toolkit.intake.wording import is_wording
from toolkit.programme.model import FormKind
from toolkit.template.layout import ANSWER_KEY
from toolkit.text import match_key

SHOWN_CELLS = 4  # at most so much of an added row is shown in its finding

_ROW_NUMBER = re.compile(r"\d{1,3}")
_MOST_ROWS = 999

Cells = Mapping[int, RawCell]  # of one row, by column


@dataclass(slots=True)
class Added:
    """What was found so far of columns and texts that are told of in one finding each."""

    columns: dict[int, list[Place]] = field(default_factory=dict)
    signatures: list[Place] = field(default_factory=list)
    gone_columns: Mapping[int, Finding] = field(default_factory=dict)
    gone_rows: Mapping[int, Finding] = field(default_factory=dict)


def ignore(reading: FormReading, places: Iterable[Place], said: Finding) -> None:
    """Leave cells out with the one finding that tells the sender so."""
    reading.findings.append(said)
    for place in places:
        reading.fates.ignore(place, said)


def leave_out(reading: FormReading, place: Place, cell: RawCell, code: str) -> None:
    """Leave out one cell with a finding of its own."""
    said = finding(code, reading.address(place), shortened(cell.shown()))
    ignore(reading, [place], said)


# --- over the table -------------------------------------------------------------------------


def above(reading: FormReading, row: int, cells: Cells) -> None:
    """Issuer, title and guidance are the template's; another issue may word them otherwise."""
    doubt = reading.doubtful
    for column, cell in cells.items():
        if doubt is not None and doubt.address == reading.address((row, column)):
            reading.fates.reject((row, column), doubt)  # the line that names another owner
            continue
        beyond = column > reading.table.number_column + reading.layout.last_column
        if cell.kind is not CellKind.TEXT or beyond:
            leave_out(reading, (row, column), cell, "outside.cell")
        elif reading.older or _is_own(reading, cell):
            reading.fates.keep((row, column))
        else:
            leave_out(reading, (row, column), cell, "outside.text")


def _is_own(reading: FormReading, cell: RawCell) -> bool:
    key = key_of(cell)
    return cell.kind is CellKind.TEXT and (key in reading.own_words or is_wording(key))


def in_head(reading: FormReading, row: int, cells: Cells, added: Added) -> None:
    """Headings over our columns are the template's; others go with the column they head."""
    table = reading.table
    own = {table.number_column, *table.columns.values()}
    if table.layout.answer_column:
        answer = table.columns.get(ANSWER_KEY, table.layout.answer_column)
        own |= set(range(table.number_column, answer + 2))
    own -= added.gone_columns.keys()
    layout = table.layout
    words = {match_key(text) for text in layout.number_labels}
    words |= {match_key(heading.text) for heading in layout.headings}
    # Where a heading may have been reworded: the lowest over a column, the column numbers.
    lowest = {h.row: h for h in layout.headings if h.column == h.last_column}
    reworded = {table.first - 1, *(table.head + row - layout.head_row for row in lowest)}
    for column, cell in cells.items():
        may_be_ours = reading.older or (row in reworded and not _is_figure(reading, cell))
        if key_of(cell) in words or (column in own and may_be_ours):
            reading.fates.keep((row, column))
        elif column in own:
            text = cell.kind is CellKind.TEXT
            leave_out(reading, (row, column), cell, "outside.text" if text else "outside.cell")
        else:
            added.columns.setdefault(column, []).append((row, column))


def _is_figure(reading: FormReading, cell: RawCell) -> bool:
    """Whether a cell holds a figure, and not the number of one of the columns."""
    if cell.kind is CellKind.TEXT:
        return False
    columns = len(reading.layout.number_labels)
    return not (isinstance(cell.value, Decimal) and cell.value in range(1, columns + 1))


# --- the table ------------------------------------------------------------------------------


def in_total(reading: FormReading, row: int, cells: Cells, added: Added) -> None:
    """Sums and their label are the template's; figures and remarks beside them are added."""
    table = reading.table
    for column, cell in cells.items():
        if cell.formula or is_total(key_of(cell)) or _is_own(reading, cell):
            reading.fates.keep((row, column))
        elif column not in (table.number_column, *table.columns.values()):
            added.columns.setdefault(column, []).append((row, column))
        else:
            text = cell.kind is CellKind.TEXT
            leave_out(reading, (row, column), cell, "outside.remark" if text else "row.total")


def beside(reading: FormReading, row: int, cells: Cells, added: Added) -> None:
    """Cells in a row of the table that are in none of its columns."""
    table = reading.table
    if table.layout.answer_column:
        cells = _question_texts(reading, row, cells)
    for column, cell in cells.items():
        if column == table.number_column:
            _row_number(reading, (row, column), cell)
        elif column in table.columns.values():
            # A computed cell of an offered row that was left blank.
            _template_cell(reading, (row, column), cell)
        else:
            added.columns.setdefault(column, []).append((row, column))


def _row_number(reading: FormReading, place: Place, cell: RawCell) -> None:
    """What stands in the column of row numbers: rows may be numbered anew, figures are added."""
    layout = reading.layout
    last = _MOST_ROWS if layout.form.kind is FormKind.OPEN else len(layout.rows)
    numbers = {match_key(row.number) for row in layout.rows}
    counts = isinstance(cell.value, Decimal) and 0 <= cell.value <= last
    if cell.kind is CellKind.TEXT or counts or key_of(cell) in numbers:
        reading.fates.keep(place)
    else:
        leave_out(reading, place, cell, "outside.cell")


def _question_texts(reading: FormReading, row: int, cells: Cells) -> Cells:
    """Settle question, unit of measure and explanation; the other cells of the row."""
    table = reading.table
    keys = {place: key for key, place in table.rows.items()}
    asked = table.layout.form.field(keys[row])
    own = {match_key(words) for words in (asked.title, asked.unit_of_measure, asked.help)}
    answer = table.columns.get(ANSWER_KEY, table.layout.answer_column)
    title = match_key(asked.title)
    edited = all(key_of(cell) != title for cell in cells.values())
    rest = {}
    for column, cell in cells.items():
        if key_of(cell) in own:
            reading.fates.keep((row, column))
        elif edited and table.number_column < column < answer and cell.kind is CellKind.TEXT:
            edited = False
            reading.fates.keep((row, column))
            _question_changed(reading, (row, column), asked.title)
        else:
            rest[column] = cell
    if edited:
        column = table.number_column + table.layout.question_column - table.layout.number_column
        if is_blank(table.sheet.cells.get((row, column))):
            _question_changed(reading, (row, column), asked.title)
    return rest


def _question_changed(reading: FormReading, place: Place, title: str) -> None:
    cell = reading.table.sheet.cells.get(place)
    reading.findings.append(
        finding(
            "prefill.text_changed",
            reading.address(place),
            shortened(cell.shown()) if cell else "",
            field=reading.layout.headings[1].text,
            expected=shortened(title),
        )
    )


def _template_cell(reading: FormReading, place: Place, cell: RawCell) -> None:
    if cell.formula or cell.kind is not CellKind.NUMBER:
        reading.fates.keep(place)
        return
    leave_out(reading, place, cell, "outside.cell")


def heading_over(reading: FormReading, column: int) -> str:
    """The lowest text over a column of the table, as it is shown; "" where there is none."""
    cells = reading.table.sheet.cells
    rows = range(reading.table.head, reading.table.first)
    texts = [cells.get((row, column)) for row in reversed(rows)]
    named = next((t.shown() for t in texts if t is not None and not is_blank(t)), "")
    return shortened(named)


def between(reading: FormReading, row: int, cells: Cells, *, below: bool) -> None:
    """A row among those of the table that is none of them, or one left under it."""
    table = reading.table
    bands = {match_key(band.text) for band in table.layout.bands}
    if all(key_of(cell) in bands for cell in cells.values()):
        for column in cells:
            reading.fates.keep((row, column))
        return
    # The number of an offered row that was left blank is the template's.
    texts_only = all(cell.kind is CellKind.TEXT for cell in cells.values())
    number = cells.get(table.number_column)
    offered = table.layout.form.kind is FormKind.OPEN and len(cells) == 1
    if offered and number is not None and _ROW_NUMBER.fullmatch(key_of(number)):
        reading.fates.keep((row, table.number_column))
        return
    if is_heading_row(cells, table.layout):
        code = "row.repeated_heading"
    elif is_total_row(cells):
        code = "row.total"
    elif below and texts_only:
        code = "outside.remark"
    else:
        code = "outside.row"
    first = reading.address((row, next(iter(cells))))
    shown = " | ".join(shortened(c.shown(), 30) for c in list(cells.values())[:SHOWN_CELLS])
    ignore(reading, [(row, column) for column in cells], finding(code, first, shown))


def below(reading: FormReading, row: int, cells: Cells, added: Added) -> None:
    """Place, date and titles are the template's; names and words there are told once."""
    for column, cell in cells.items():
        if cell.kind is CellKind.TEXT and _is_own(reading, cell):
            reading.fates.keep((row, column))
        elif cell.kind in (CellKind.TEXT, CellKind.DATE):
            added.signatures.append((row, column))
        else:
            leave_out(reading, (row, column), cell, "outside.cell")
