"""Cells of a form's sheet that hold no answer: the template's own, or the sender's additions.

Nothing is dropped in silence: what the template does not have is left out with a finding at
its cell.
"""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.intake.catalogue import finding
from toolkit.intake.cells import is_blank, key_of, shortened
from toolkit.intake.formreading import FormReading
from toolkit.intake.ledger import Fate
from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.rows import is_heading_row, is_signature, is_total_row, rows_of
from toolkit.text import match_key

# At most so much of an added row is shown in its finding.
_SHOWN_CELLS = 4


def settle_leftovers(reading: FormReading) -> None:
    """Give every cell that nothing was said of yet its fate, with a finding where it needs one."""
    table = reading.table
    known_rows = set(table.rows.values())
    by_row = rows_of(table.sheet, 0)
    _keep_hidden_keys(reading)
    _reject_spare(reading)
    last = max(table.last, *known_rows, 0) if known_rows else table.last
    signatures = _signatures_from(by_row, last)
    added_columns: dict[int, tuple[int, int]] = {}
    for row, cells in by_row.items():
        rest = {c: cell for c, cell in cells.items() if not reading.fates.settled((row, c))}
        if not rest:
            continue
        if row < table.first:
            _above(reading, row, rest)
        elif row in known_rows or row == table.total_row:
            _beside(reading, row, rest, added_columns)
        elif row > last and row >= signatures:
            _below(reading, row, rest)
        else:
            _between(reading, row, rest, below=row > last)
    for column, place in sorted(added_columns.items()):
        shown = shortened(table.sheet.cells[place].shown())
        heading = _heading_over(reading, column)
        reading.findings.append(
            finding("outside.column", reading.address(place), shown, heading=heading)
        )


def _keep_hidden_keys(reading: FormReading) -> None:
    """The codes of row 1 and the keys of column A are the template's own."""
    table = reading.table
    for place, cell in table.sheet.cells.items():
        hidden = (table.key_row and place[0] == table.key_row) or (
            table.key_column and place[1] == table.key_column
        )
        if hidden and not is_blank(cell) and not reading.fates.settled(place):
            reading.fates.keep(place)


def _reject_spare(reading: FormReading) -> None:
    """Second rows and columns of one identity: rejected by the finding that names them."""
    table = reading.table
    columns = {c.index for c in table.layout.columns}  # for the width of a row only
    width = range(table.number_column + 1, table.number_column + len(columns) + 2)
    inputs = {
        table.columns[f.code]
        for f in table.layout.form.fields
        if f.is_input and f.code in table.columns
    }
    for (row, column), cell in table.sheet.cells.items():
        if is_blank(cell) or reading.fates.settled((row, column)) or row < table.first:
            continue
        if (row in table.spare_rows and column in inputs) or (
            column in table.spare_columns and row in table.rows.values()
        ):
            reading.fates.give((row, column), Fate.REJECTED)
        elif (column in table.spare_columns and row == table.total_row) or (
            row in table.spare_rows and (column == table.number_column or column in width)
        ):
            reading.fates.keep((row, column))


def _signatures_from(by_row: Mapping[int, Mapping[int, RawCell]], last: int) -> int:
    """The row from which on a sheet holds place, date and signatures."""
    for row, cells in by_row.items():
        if row > last and any(
            cell.kind is CellKind.TEXT and is_signature(key_of(cell)) for cell in cells.values()
        ):
            return row
    return max(by_row, default=0) + 1


def _above(reading: FormReading, row: int, cells: Mapping[int, RawCell]) -> None:
    """Title, guidance and head: their texts are the template's; a number there is added."""
    labels = {match_key(label) for label in reading.layout.number_labels}
    for column, cell in cells.items():
        number = cell.kind is CellKind.NUMBER and key_of(cell) not in labels
        beyond = column > reading.table.number_column + reading.layout.last_column
        if (number and row not in _head_rows(reading)) or (beyond and cell.kind is CellKind.TEXT):
            reading.fates.give((row, column), Fate.IGNORED)
            where = reading.address((row, column))
            reading.findings.append(finding("outside.cell", where, shortened(cell.shown())))
        else:
            reading.fates.keep((row, column))


def _head_rows(reading: FormReading) -> range:
    return range(reading.table.head, reading.table.first)


def _beside(
    reading: FormReading,
    row: int,
    cells: Mapping[int, RawCell],
    added_columns: dict[int, tuple[int, int]],
) -> None:
    """Cells in a row of the table that are in none of its columns."""
    table = reading.table
    own = {table.number_column}
    if row == table.total_row:
        own |= set(table.columns.values())
        own |= {c for c, cell in cells.items() if cell.kind is CellKind.TEXT}
    if table.layout.answer_column:
        answer = next(iter(table.columns.values()), table.layout.answer_column)
        own |= set(range(table.number_column, answer))
        if key_of(cells.get(answer + 1)) == _help_key(reading, row):
            own.add(answer + 1)
    for column, cell in cells.items():
        if column in own:
            reading.fates.keep((row, column))
            continue
        if column in table.columns.values():
            # A computed cell of an offered row that was left blank.
            _template_cell(reading, (row, column), cell)
            continue
        reading.fates.give((row, column), Fate.IGNORED)
        added_columns.setdefault(column, (row, column))


def _help_key(reading: FormReading, row: int) -> str:
    """The explanation the template writes right of a question's answer."""
    keys = {place: key for key, place in reading.table.rows.items()}
    return match_key(reading.layout.form.field(keys[row]).help) if row in keys else ""


def _template_cell(reading: FormReading, place: tuple[int, int], cell: RawCell) -> None:
    if cell.formula or cell.kind is not CellKind.NUMBER:
        reading.fates.keep(place)
        return
    reading.fates.give(place, Fate.IGNORED)
    where = reading.address(place)
    reading.findings.append(finding("outside.cell", where, shortened(cell.shown())))


def _heading_over(reading: FormReading, column: int) -> str:
    cells = reading.table.sheet.cells
    texts = [cells.get((row, column)) for row in reversed(_head_rows(reading))]
    named = next((t.shown() for t in texts if t is not None and not is_blank(t)), "")
    return shortened(named)


def _between(reading: FormReading, row: int, cells: Mapping[int, RawCell], *, below: bool) -> None:
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
    if number is not None and len(cells) == 1 and key_of(number).isdecimal():
        reading.fates.keep((row, table.number_column))
        return
    for column in cells:
        reading.fates.give((row, column), Fate.IGNORED)
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
    reading.findings.append(finding(code, first, shown))


def _below(reading: FormReading, row: int, cells: Mapping[int, RawCell]) -> None:
    """Place, date, titles and names are texts; figures under the table belong to nothing."""
    for column, cell in cells.items():
        if cell.kind in (CellKind.TEXT, CellKind.DATE):
            reading.fates.keep((row, column))
            continue
        reading.fates.give((row, column), Fate.IGNORED)
        where = reading.address((row, column))
        reading.findings.append(finding("outside.cell", where, shortened(cell.shown())))
