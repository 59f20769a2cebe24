"""The slow and complete reading of a worksheet part, for what the fast one declines.

Handles what XML allows and writers do: other attribute orders, prefixes, cells and rows
without addresses, rich inline strings, comments, CDATA, addresses stored twice.
"""

from __future__ import annotations

import re

from lxml import etree

from toolkit.errors import UnreadableFile
from toolkit.intake.reader import xml
from toolkit.intake.reader.limits import Limits
from toolkit.intake.reader.ooxml_cells import (
    MAX_COLUMN,
    MAX_ROW,
    Context,
    Stored,
    position_of,
    read_cell,
)
from toolkit.intake.reader.ooxml_sheet import (
    Range,
    SheetData,
    hidden_columns,
    parse_area,
)
from toolkit.intake.reader.ooxml_styles import rich_text, unescape_x
from toolkit.intake.reader.values import Budget

_REFERENCE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")
_TAGS = ("{*}c", "{*}row", "{*}cols", "{*}mergeCell", "{*}sheetData")
_ARRAYS = 500  # array formulas kept in mind at a time
_REPORTED = 20  # faults of one kind that are named one by one


class _Walk:
    """The state of a pass over one sheet: where we are and what was found."""

    def __init__(self, context: Context, limits: Limits, budget: Budget) -> None:
        self.context = context
        self.limits = limits
        self.budget = budget
        self.data = SheetData({})
        self.row = 0
        self.column = 0
        self.merged: list[Range] = []
        self.hidden: set[int] = set()
        self.arrays: list[Range] = []

    def open_row(self, element: etree._Element) -> None:
        number = element.get("r") or ""
        self.row = int(number) if number.isascii() and number.isdigit() else self.row + 1
        self.column = 0
        if xml.truth(element.get("hidden")) or element.get("ht") == "0":
            self.hidden.add(self.row)

    def cell(self, element: etree._Element) -> None:
        address = self._address(element)
        cell = read_cell(self._stored(element, address), self.context)
        if cell is None:
            return
        if address is None:
            if len(self.data.misplaced) < _REPORTED:
                self.data.misplaced.append(f"{element.get('r')}: {cell.shown()}")
            return
        if address in self.data.cells:
            if len(self.data.duplicates) < _REPORTED:
                self.data.duplicates.append(address)
        else:
            self.budget.spend(1)
        self.data.cells[address] = cell

    def _address(self, element: etree._Element) -> tuple[int, int] | None:
        reference = element.get("r")
        if reference is None:
            address: tuple[int, int] | None = (self.row, self.column + 1)
        else:
            plain = reference.strip().replace("$", "").upper()
            address = position_of(plain.encode()) if _REFERENCE.fullmatch(plain) else None
        if address is None or not (1 <= address[0] <= MAX_ROW and address[1] <= MAX_COLUMN):
            return None
        self.column = address[1]
        return address

    def _stored(self, element: etree._Element, address: tuple[int, int] | None) -> Stored:
        value: str | None = None
        formula: str | None = None
        inline: tuple[str, str] | None = None
        for part in element:
            match xml.local(part):
                case "v":
                    value = (value or "") + (part.text or "")
                case "f":
                    formula = unescape_x(part.text or "")
                    self._note_array(part)
                case "is":
                    inline = rich_text(part)
        if formula is None and address is not None and self._in_array(address):
            formula = ""
        return Stored(element.get("s") or "", element.get("t") or "", value, formula, inline)

    def _note_array(self, formula: etree._Element) -> None:
        """Remember the cells that one formula fills: the others are stored as bare values."""
        area = parse_area(formula.get("ref") or "")
        several = area is not None and area[:2] != area[2:]
        if area is not None and several and formula.get("t") in ("array", "dataTable"):
            self.arrays.append(area)
            if len(self.arrays) > _ARRAYS:
                self.arrays.pop(0)

    def _in_array(self, address: tuple[int, int]) -> bool:
        row, column = address
        return any(
            top <= row <= bottom and left <= column <= right
            for top, left, bottom, right in self.arrays
        )

    def merge(self, element: etree._Element) -> None:
        area = parse_area(element.get("ref") or "")
        if area is not None:
            self.merged.append(area)
        if len(self.merged) > self.limits.max_merged:
            raise UnreadableFile("reader.too_large")


def read_walking(data: bytes, context: Context, limits: Limits, budget: Budget) -> SheetData:
    """The sheet, element by element.

    Raises UnreadableFile beyond the limits, etree.LxmlError where the part is broken.
    """
    walk = _Walk(context, limits, budget)
    for event, element in xml.events(data, ("start", "end"), _TAGS):
        name = xml.local(element)
        if event == "start":
            if name == "row":
                walk.open_row(element)
            continue
        if name == "c":
            walk.cell(element)
            element.clear()
        elif name == "row":
            xml.drop(element)
        elif name == "cols":
            walk.data.hidden_columns = hidden_columns(element)
        elif name == "mergeCell":
            walk.merge(element)
    walk.data.merged = tuple(walk.merged)
    walk.data.hidden_rows = frozenset(walk.hidden)
    return walk.data
