"""Cells of a form's sheet that hold no answer: the template's own, or the sender's additions.

Nothing is dropped in silence: what the template does not have is left out with a finding at
its cell.
"""

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
from toolkit.intake.rows import is_heading_row, is_signature, is_total, is_total_row, rows_of
from toolkit.intake.shapes import Around, Shape, learn
from toolkit.intake.versions import moved_columns, vanished
from toolkit.intake.wording import is_check, is_wording
from toolkit.programme.language.sentence import pattern
from toolkit.programme.model import FormKind
from toolkit.template.layout import ANSWER_KEY
from toolkit.text import match_key

# At most so much of an added row is shown in its finding.
_SHOWN_CELLS = 4

_ROW_NUMBER = re.compile(r"\d{1,3}")
_MOST_ROWS = 999

Cells = Mapping[int, RawCell]  # of one row, by column


@dataclass(slots=True)
class _Added:
    """What was found so far of columns and texts that are told of in one finding each."""

    columns: dict[int, list[Place]] = field(default_factory=dict)
    signatures: list[Place] = field(default_factory=list)
    gone_columns: Mapping[int, Finding] = field(default_factory=dict)
    gone_rows: Mapping[int, Finding] = field(default_factory=dict)


def settle_leftovers(reading: FormReading) -> None:
    """Give every cell that nothing was said of yet its fate, with a finding where it needs one."""
    if reading.parts is None:
        _settle(reading)
        return
    if reading.shape is not None and _settle_as_known(reading, reading.parts, reading.shape):
        return
    said = len(reading.findings)
    _settle(reading)
    if reading.shape is None and len(reading.findings) == said:
        learn(reading.parts, reading.table, reading.fates.own, reading.own_words)


def _settle_as_known(reading: FormReading, parts: Around, shape: Shape) -> bool:
    """Settle the leftovers of a sheet of known shape; False where they have to be looked at."""
    fates = reading.fates
    if any(not (fates.settled(place) or is_blank(cell)) for place, cell in parts.held.items()):
        return False
    fates.own |= shape.own
    _keep_checks(reading, parts.above)
    for (row, column), cell in parts.above.items():
        if not (fates.settled((row, column)) or is_blank(cell)):
            _above(reading, row, {column: cell})
    return True


def _settle(reading: FormReading) -> None:
    table = reading.table
    known_rows = set(table.rows.values())
    by_row = rows_of(table.sheet, 0)
    added = _Added()
    if reading.older:
        reading.findings += moved_columns(reading)
        added.gone_columns, added.gone_rows = vanished(reading)
    _keep_checks(reading, table.sheet.cells)
    _settle_hidden_keys(reading, added)
    _reject_spare(reading)
    last = max(table.last, *known_rows, 0) if known_rows else table.last
    signatures = _signatures_from(by_row, last)
    for row, cells in by_row.items():
        rest = {c: cell for c, cell in cells.items() if not reading.fates.settled((row, c))}
        if not rest:
            continue
        if row in added.gone_rows:
            for column in rest:
                reading.fates.ignore((row, column), added.gone_rows[row])
        elif row < table.head:
            _above(reading, row, rest)
        elif row < table.first:
            _in_head(reading, row, rest, added)
        elif row == table.total_row:
            _in_total(reading, row, rest, added)
        elif row in known_rows:
            _beside(reading, row, rest, added)
        elif row > last and row >= signatures:
            _below(reading, row, rest, added)
        else:
            _between(reading, row, rest, below=row > last)
    _tell_added(reading, added)


def _tell_added(reading: FormReading, added: _Added) -> None:
    cells = reading.table.sheet.cells
    for column, places in sorted(added.columns.items()):
        said = added.gone_columns.get(column)
        if said is not None:
            for place in places:
                reading.fates.ignore(place, said)
            continue
        filled = [place for place in places if place[0] >= reading.table.first]
        figures = [place for place in places if cells[place].kind is not CellKind.TEXT]
        first = (filled or figures or places)[0]
        code = "outside.column" if filled else "outside.cell" if figures else "outside.text"
        shown = shortened(cells[first].shown())
        heading = _heading_over(reading, column)
        _ignore(reading, places, finding(code, reading.address(first), shown, heading=heading))
    if added.signatures:
        first = added.signatures[0]
        shown = "; ".join(shortened(cells[p].shown()) for p in added.signatures[:_SHOWN_CELLS])
        said = finding("outside.signature", reading.address(first), shown)
        _ignore(reading, added.signatures, said)


def _ignore(reading: FormReading, places: Iterable[Place], said: Finding) -> None:
    """Leave cells out with the one finding that tells the sender so."""
    reading.findings.append(said)
    for place in places:
        reading.fates.ignore(place, said)


def _leave_out(reading: FormReading, place: Place, cell: RawCell, code: str) -> None:
    """Leave out one cell with a finding of its own."""
    said = finding(code, reading.address(place), shortened(cell.shown()))
    _ignore(reading, [place], said)


def _keep_checks(reading: FormReading, cells: Mapping[Place, RawCell]) -> None:
    """What the template's checks said, in a copy of values only, right of the table.

    Where they still compute they are taken out before anything is read (``own_checks``).
    """
    table = reading.table
    last = max([table.number_column, *table.columns.values()])
    messages = {match_key(rule.message) for rule in table.layout.rules}
    patterns = (pattern(rule.sentence, match_key) for rule in table.layout.rules if rule.sentence)
    filled = [known for known in patterns if known is not None]
    for place, cell in cells.items():
        if place[1] <= last or cell.kind is not CellKind.TEXT or reading.fates.settled(place):
            continue
        key = key_of(cell)
        said = key in messages or any(sentence.fullmatch(key) for sentence in filled)
        if key and (is_check(key) or said):
            reading.fates.keep(place)


def _settle_hidden_keys(reading: FormReading, added: _Added) -> None:
    """The codes of row 1 and the keys of column A are the template's own."""
    table = reading.table
    marks = {mark for _, _, mark in table.layout.marks()} | table.rows.keys()
    hidden = [
        place
        for place in table.sheet.cells
        if place[0] == table.key_row or place[1] == table.key_column
    ]
    for place in sorted(hidden):
        cell = table.sheet.cells[place]
        if is_blank(cell) or reading.fates.settled(place):
            continue
        gone = (place[0] == table.key_row and place[1] in added.gone_columns) or (
            place[1] == table.key_column and place[0] in added.gone_rows
        )
        if gone or cell.shown().strip() in marks:
            reading.fates.keep(place)
        else:
            text = cell.kind is CellKind.TEXT
            _leave_out(reading, place, cell, "outside.text" if text else "outside.cell")


def _reject_spare(reading: FormReading) -> None:
    """Second rows and columns of one identity: rejected by the finding that names them."""
    table = reading.table
    if not (table.spare_rows or table.spare_columns):
        return
    columns = {c.index for c in table.layout.columns}  # for the width of a row only
    width = range(table.number_column + 1, table.number_column + len(columns) + 2)
    inputs = {
        table.columns[f.code]
        for f in table.layout.form.fields
        if f.is_input and f.code in table.columns
    }
    for (row, column), cell in table.sheet.cells.items():
        if is_blank(cell) or reading.fates.settled((row, column)) or row < table.head:
            continue
        if row in table.spare_rows and column in inputs:
            reading.fates.reject((row, column), table.spare_rows[row])
        elif column in table.spare_columns and row in table.rows.values():
            reading.fates.reject((row, column), table.spare_columns[column])
        elif (column in table.spare_columns and (row == table.total_row or row < table.first)) or (
            row in table.spare_rows and (column == table.number_column or column in width)
        ):
            reading.fates.keep((row, column))


def _signatures_from(by_row: Mapping[int, Cells], last: int) -> int:
    """The row from which on a sheet holds place, date and signatures."""
    for row, cells in by_row.items():
        if row > last and any(
            cell.kind is CellKind.TEXT and is_signature(key_of(cell)) for cell in cells.values()
        ):
            return row
    return max(by_row, default=0) + 1


# --- over the table -------------------------------------------------------------------------


def _above(reading: FormReading, row: int, cells: Cells) -> None:
    """Issuer, title and guidance are the template's; another issue may word them otherwise."""
    doubt = reading.doubtful
    for column, cell in cells.items():
        if doubt is not None and doubt.address == reading.address((row, column)):
            reading.fates.reject((row, column), doubt)  # the line that names another owner
            continue
        beyond = column > reading.table.number_column + reading.layout.last_column
        if cell.kind is not CellKind.TEXT or beyond:
            _leave_out(reading, (row, column), cell, "outside.cell")
        elif reading.older or _is_own(reading, cell):
            reading.fates.keep((row, column))
        else:
            _leave_out(reading, (row, column), cell, "outside.text")


def _is_own(reading: FormReading, cell: RawCell) -> bool:
    key = key_of(cell)
    return cell.kind is CellKind.TEXT and (key in reading.own_words or is_wording(key))


def _in_head(reading: FormReading, row: int, cells: Cells, added: _Added) -> None:
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
            _leave_out(reading, (row, column), cell, "outside.text" if text else "outside.cell")
        else:
            added.columns.setdefault(column, []).append((row, column))


def _is_figure(reading: FormReading, cell: RawCell) -> bool:
    """Whether a cell holds a figure, and not the number of one of the columns."""
    if cell.kind is CellKind.TEXT:
        return False
    columns = len(reading.layout.number_labels)
    return not (isinstance(cell.value, Decimal) and cell.value in range(1, columns + 1))


# --- the table ------------------------------------------------------------------------------


def _in_total(reading: FormReading, row: int, cells: Cells, added: _Added) -> None:
    """Sums and their label are the template's; figures and remarks beside them are added."""
    table = reading.table
    for column, cell in cells.items():
        if cell.formula or is_total(key_of(cell)) or _is_own(reading, cell):
            reading.fates.keep((row, column))
        elif column not in (table.number_column, *table.columns.values()):
            added.columns.setdefault(column, []).append((row, column))
        else:
            text = cell.kind is CellKind.TEXT
            _leave_out(reading, (row, column), cell, "outside.remark" if text else "row.total")


def _beside(reading: FormReading, row: int, cells: Cells, added: _Added) -> None:
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
        _leave_out(reading, place, cell, "outside.cell")


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
    _leave_out(reading, place, cell, "outside.cell")


def _heading_over(reading: FormReading, column: int) -> str:
    cells = reading.table.sheet.cells
    rows = range(reading.table.head, reading.table.first)
    texts = [cells.get((row, column)) for row in reversed(rows)]
    named = next((t.shown() for t in texts if t is not None and not is_blank(t)), "")
    return shortened(named)


def _between(reading: FormReading, row: int, cells: Cells, *, below: bool) -> None:
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
    shown = " | ".join(shortened(c.shown(), 30) for c in list(cells.values())[:_SHOWN_CELLS])
    _ignore(reading, [(row, column) for column in cells], finding(code, first, shown))


def _below(reading: FormReading, row: int, cells: Cells, added: _Added) -> None:
    """Place, date and titles are the template's; names and words there are told once."""
    for column, cell in cells.items():
        if cell.kind is CellKind.TEXT and _is_own(reading, cell):
            reading.fates.keep((row, column))
        elif cell.kind in (CellKind.TEXT, CellKind.DATE):
            added.signatures.append((row, column))
        else:
            _leave_out(reading, (row, column), cell, "outside.cell")
