"""Cells of a form's sheet that hold no answer: the template's own, or the sender's additions.

Nothing is dropped in silence: what the template does not have is left out with a finding at
its cell.
"""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.intake.catalogue import finding
from toolkit.intake.cells import is_blank, key_of, shortened
from toolkit.intake.formreading import FormReading
from toolkit.intake.ledger import Place
from toolkit.intake.left_cells import (
    SHOWN_CELLS,
    Added,
    Cells,
    above,
    below,
    beside,
    between,
    heading_over,
    ignore,
    in_head,
    in_total,
    leave_out,
)
from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.rows import is_signature, rows_of
from toolkit.intake.shapes import Around, Shape, learn
from toolkit.intake.versions import moved_columns, vanished
from toolkit.intake.wording import is_check
from toolkit.programme.language.sentence import pattern
from toolkit.text import match_key


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
            above(reading, row, {column: cell})
    return True


def _settle(reading: FormReading) -> None:
    table = reading.table
    known_rows = set(table.rows.values())
    by_row = rows_of(table.sheet, 0)
    added = Added()
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
            above(reading, row, rest)
        elif row < table.first:
            in_head(reading, row, rest, added)
        elif row == table.total_row:
            in_total(reading, row, rest, added)
        elif row in known_rows:
            beside(reading, row, rest, added)
        elif row > last and row >= signatures:
            below(reading, row, rest, added)
        else:
            between(reading, row, rest, below=row > last)
    _tell_added(reading, added)


def _tell_added(reading: FormReading, added: Added) -> None:
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
        heading = heading_over(reading, column)
        ignore(reading, places, finding(code, reading.address(first), shown, heading=heading))
    if added.signatures:
        first = added.signatures[0]
        shown = "; ".join(shortened(cells[p].shown()) for p in added.signatures[:SHOWN_CELLS])
        said = finding("outside.signature", reading.address(first), shown)
        ignore(reading, added.signatures, said)


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


def _settle_hidden_keys(reading: FormReading, added: Added) -> None:
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
            leave_out(reading, place, cell, "outside.text" if text else "outside.cell")


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
