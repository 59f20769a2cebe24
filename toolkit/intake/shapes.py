"""Sheets that came back as the template was: known by their cells around the answers.

Finding a table again and telling the template's own cells from added ones is most of the work
on a return, and in most returns there is nothing to find. What was once found of a sheet with
nothing amiss holds for every sheet whose cells around the answers are the same ones, as long
as no answer could be taken for a heading or a row of sums.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from toolkit.intake.cells import is_blank, key_of
from toolkit.intake.ledger import Place
from toolkit.intake.locate import Table
from toolkit.intake.model import CellKind, RawCell, RawSheet
from toolkit.intake.rows import is_heading_row, is_total, is_total_row
from toolkit.kept import by_identity
from toolkit.programme.model import FormKind
from toolkit.template.layout import ANSWER_KEY, KEY_COLUMN, KEY_ROW, SheetLayout, SlotKind
from toolkit.text import match_key

# Shapes kept of one form: as each program that saves them writes them.
_SHAPES = 6
_FIGURE = re.compile(r"[-+0-9.,/: e]+|true|false")  # as a cell that is no text is shown


@dataclass(frozen=True, slots=True)
class Shape:
    """What was found of a sheet with nothing amiss around its answers."""

    frame: Mapping[Place, RawCell]  # its cells around the answers
    table: Table
    own: frozenset[Place]  # those that are not blank: all are the template's own
    needed: frozenset[str]  # texts that are the template's own by the words of the programme


@dataclass(frozen=True, slots=True)
class Around:
    """A sheet, taken apart into what the template says and what differs in each return."""

    layout: SheetLayout
    frame: Mapping[Place, RawCell]
    above: Mapping[Place, RawCell]  # title and names, between the hidden codes and the table
    held: Mapping[Place, RawCell]  # the cells of answers, results and sums
    plain: bool  # none of the latter two can be taken for a part of the table


class _Known:
    """The shapes of one form, the last one met first."""

    def __init__(self, layout: SheetLayout) -> None:
        self.varying = frozenset(_varying(layout))
        self.words = frozenset(
            match_key(text)
            for text in (*layout.number_labels, *(heading.text for heading in layout.headings))
        )
        self.figures = any(map(_FIGURE.fullmatch, self.words))  # a number could be one of them
        self.shapes: list[Shape] = []

    def may_be_structure(self, cell: RawCell) -> bool:
        """Whether a cell reads like a heading, a column number or the label of a sum."""
        if cell.kind is not CellKind.TEXT:
            return self.figures and key_of(cell) in self.words
        key = key_of(cell)
        return key in self.words or _is_total(key)


_is_total = lru_cache(maxsize=4096)(is_total)
_known = by_identity(_Known, 256)


def _varying(layout: SheetLayout) -> Iterator[Place]:
    """The cells that hold something else in each return."""
    for slot in layout.slots():
        prefilled = slot.kind is SlotKind.PREFILLED
        if not prefilled or slot.field.is_numeric or slot.field.prefill == "allotment":
            yield slot.row, slot.column
    if layout.total_row is not None:
        for column in layout.columns:
            yield layout.total_row, column.index


def around(sheet: RawSheet, layout: SheetLayout) -> Around:
    """Take a sheet apart by the places of its layout."""
    known = _known(layout)
    varying, head = known.varying, layout.head_row
    frame: dict[Place, RawCell] = {}
    above: dict[Place, RawCell] = {}
    held: dict[Place, RawCell] = {}
    for place, cell in sheet.cells.items():
        if place in varying:
            held[place] = cell
        elif KEY_ROW < place[0] < head and place[1] != KEY_COLUMN:
            above[place] = cell
        else:
            frame[place] = cell
    plain = not any(map(known.may_be_structure, (*above.values(), *held.values())))
    return Around(layout, frame, above, held, plain)


def find(sheet: Around, own_words: frozenset[str]) -> Shape | None:
    """The known shape of the sheet, or None where it has to be analysed."""
    if not sheet.plain:
        return None
    shapes = _known(sheet.layout).shapes
    for place, shape in enumerate(shapes):
        if shape.frame == sheet.frame and shape.needed <= own_words:
            if place:
                shapes.insert(0, shapes.pop(place))
            return shape
    return None


def learn(sheet: Around, table: Table, kept: Collection[Place], own_words: frozenset[str]) -> None:
    """Keep what was found of a sheet that nothing was said of but about its answers.

    ``kept`` are the cells found to be the template's own.
    """
    own = frozenset(place for place, cell in sheet.frame.items() if not is_blank(cell))
    if not sheet.plain or table.findings or not own.issubset(kept) or not _in_place(table):
        return
    keys = {key_of(cell) for cell in sheet.frame.values()}
    shapes = _known(sheet.layout).shapes
    shapes.insert(0, Shape(sheet.frame, table, own, frozenset(keys & own_words)))
    del shapes[_SHAPES:]


def _in_place(table: Table) -> bool:
    """Whether the table stands where the template has it, with no row that others may turn
    into a head or a sum."""
    layout = table.layout
    columns = {column.field.code: column.index for column in layout.columns}
    if layout.answer_column:
        columns = {ANSWER_KEY: layout.answer_column}
    rows = {row.key: row.index for row in layout.rows}
    if (
        dict(table.columns) != columns
        or dict(table.rows) != rows
        or table.total_row != layout.total_row
        or table.head != layout.head_row
        or table.number_column != layout.number_column
        or (table.key_row, table.key_column) != (KEY_ROW, KEY_COLUMN)
        or table.faulted_columns
        or table.faulted_rows
        or table.spare_columns
        or table.spare_rows
    ):
        return False
    if layout.form.kind is not FormKind.OPEN:
        return True
    cells = table.sheet.cells
    for row in rows.values():
        own = {
            column: cell
            for column in range(layout.number_column, layout.last_column + 1)
            if (row, column) not in _known(layout).varying
            and (cell := cells.get((row, column))) is not None
        }
        if is_heading_row(own, layout) or is_total_row(own):
            return False
    return True
