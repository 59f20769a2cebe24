"""Sheets of a hundred thousand rows: what xlsxwriter writes, byte for byte, in a third of the time.

xlsxwriter checks and renders each cell on its own. A summary has millions of them, nearly all
texts, numbers and formulas of a few kinds, and these take a short way here; whatever
else there is goes the usual one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import _utf16_len, _utf16_truncate
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellStringTuple,
)

from toolkit.report.summary.sheet_links import LinkedSheet, letters

_LONG = 16_000  # letters; xlsxwriter looks closer at longer texts
# What is called in the formulas of a summary. Names of newer functions get a prefix from
# xlsxwriter, which looks for each of thirty of them in every formula.
_CALLED = re.compile(r"(\w*)\(")
_KNOWN = frozenset(
    ("", "SUM", "MAX", "MIN", "AVERAGE", "COUNT", "SUMPRODUCT", "ISNUMBER", "FREQUENCY")
)
_QUICK = frozenset((CellStringTuple, CellNumberTuple, CellBlankTuple, CellFormulaTuple))
# Stands for the number of the row in a line of cells; no cell holds it.
_ROW = "\0"


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """The looks of the cells of a row, from the first column on, and which of them are texts."""

    looks: tuple[Format, ...]
    texts: tuple[bool, ...]


class QuickSheet(LinkedSheet):
    """A sheet of xlsxwriter. Cells are to be given by row and column, not as "A1"."""

    def __init__(self) -> None:
        super().__init__()
        # Whole rows, each with its cells: the places of shared texts, and numbers.
        self._lines: dict[int, tuple[Shape, Sequence[float]]] = {}
        self._drawn: dict[Shape, str] = {}

    # --- whole rows ---------------------------------------------------------------------------

    def shared(self, text: str) -> int:
        """The place of a text among those of the workbook, for :meth:`put_row`.

        To be asked for each cell anew: the workbook says how many cells have texts.
        """
        if len(text) > _LONG and _utf16_len(text) > self.xls_strmax:
            text = _utf16_truncate(text, self.xls_strmax)
        return int(self.str_table._get_shared_string_index(text))

    def again(self, count: int) -> None:
        """So many cells have texts whose places were asked for before."""
        self.str_table.count += count

    def day(self, value: date) -> float:
        """A day as the number that a cell holds."""
        return float(self._convert_date_time(value))

    def put_row(self, row: int, shape: Shape, cells: Sequence[float]) -> None:
        """A whole row, from the first column on: what ``write_string`` and ``write_number``
        would make of each cell, which for a text is its place (:meth:`shared`).

        No chart can show these cells. Cells written singly into the row come over them.
        """
        if self._fits(row, 0) and self._fits(row, len(cells) - 1):
            self._lines[row] = shape, cells

    # --- single cells -------------------------------------------------------------------------

    def write_string(
        self, row: int, col: int, string: str, cell_format: Format | None = None
    ) -> int:
        """As xlsxwriter's."""
        if cell_format is None or len(string) > _LONG or not self._fits(row, col):
            return int(self._write_string(row, col, string, cell_format))
        index = self.str_table._get_shared_string_index(string)
        self.table[row][col] = CellStringTuple(index, cell_format)
        return 0

    def write_number(
        self, row: int, col: int, number: float, cell_format: Format | None = None
    ) -> int:
        """As xlsxwriter's."""
        usual = cell_format is None or (
            number.__class__ is not float and number.__class__ is not int
        )
        if usual or not isfinite(number) or not self._fits(row, col):
            return int(self._write_number(row, col, number, cell_format))
        self.table[row][col] = CellNumberTuple(number, cell_format)
        return 0

    def write_blank(
        self, row: int, col: int, blank: object, cell_format: Format | None = None
    ) -> int:
        """As xlsxwriter's."""
        if cell_format is None or not self._fits(row, col):
            return int(self._write_blank(row, col, blank, cell_format))
        self.table[row][col] = CellBlankTuple(cell_format)
        return 0

    def write_formula(
        self,
        row: int,
        col: int,
        formula: str,
        cell_format: Format | None = None,
        value: float | str = 0,
    ) -> int:
        """As xlsxwriter's."""
        if (
            cell_format is None
            or formula[:1] != "="
            or formula[-1:] == "}"
            or self.use_future_functions
            or not _KNOWN.issuperset(_CALLED.findall(formula))
            or not self._fits(row, col)
        ):
            return int(self._write_formula(row, col, formula, cell_format, value))
        self.table[row][col] = CellFormulaTuple(formula[1:], cell_format, value)
        return 0

    # --- closing ------------------------------------------------------------------------------

    def _calculate_spans(self) -> None:
        """The columns taken by each sixteen rows."""
        if self.comments:
            super()._calculate_spans()
            return
        spans: dict[int, tuple[int, int]] = {}
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            line, cells = self._lines.get(row), self.table.get(row)
            if line is not None:
                low, high = 0, len(line[1]) - 1
            elif cells:
                low, high = min(cells), max(cells)
            else:
                continue
            before = spans.get(row // 16)
            if before is not None:
                low, high = min(low, before[0]), max(high, before[1])
            spans[row // 16] = (low, high)
        self.row_spans = {place: f"{low + 1}:{high + 1}" for place, (low, high) in spans.items()}

    def _write_rows(self) -> None:
        """All rows."""
        if self.comments:
            self._unfold(tuple(self._lines))
            super()._write_rows()
            return
        self._unfold([row for row in self._lines if self.table.get(row)])
        self._calculate_spans()
        plain = self.default_row_height == self.original_row_height and self.excel_version != 2010
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            line, cells, info = self._lines.get(row), self.table.get(row), self.row_info.get(row)
            if line is None and not cells and info is None:
                continue
            span = self.row_spans.get(row // 16)
            if line is None and not cells:
                self._write_empty_row(row, span, info)
                continue
            if info is None and plain:
                self.fh.write(f'<row r="{row + 1}" spans="{span}">')
            else:
                self._write_row(row, span, info)
            if line is not None:
                shape, values = line
                drawn = self._drawn.get(shape) or self._draw(shape)
                self.fh.write((drawn % tuple(values)).replace(_ROW, str(row + 1)))
            else:
                for col in sorted(cells):
                    self._write_cell(row, col, cells[col])
            self.fh.write("</row>")

    def _unfold(self, rows: Sequence[int]) -> None:
        """Rows put whole as single cells, below those written singly."""
        for row in rows:
            shape, values = self._lines.pop(row)
            cells = {
                col: (CellStringTuple if is_text else CellNumberTuple)(value, look)
                for col, (value, look, is_text) in enumerate(
                    zip(values, shape.looks, shape.texts, strict=True)
                )
            }
            self.table[row] = cells | self.table.get(row, {})

    def _draw(self, shape: Shape) -> str:
        """The cells of a row with room for what they hold and for the row's number."""
        cells = []
        for col, (look, is_text) in enumerate(zip(shape.looks, shape.texts, strict=True)):
            start = f'<c r="{letters(col)}{_ROW}" s="{look._get_xf_index()}"'
            cells.append(f'{start} t="s"><v>%d</v></c>' if is_text else f"{start}><v>%.16G</v></c>")
        drawn = self._drawn[shape] = "".join(cells)
        return drawn

    def _shows_text(self, row: int, col: int) -> bool:
        """As of a single cell."""
        line = self._lines.get(row)
        return line[0].texts[col] if line is not None else super()._shows_text(row, col)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """One cell."""
        look = cell.format
        kind = cell.__class__
        if look is None or kind not in _QUICK:
            super()._write_cell(row, col, cell)
            return
        style = look.xf_index
        if style is None:
            style = look._get_xf_index()
        start = f'<c r="{letters(col)}{row + 1}" s="{style}"'
        if kind is CellStringTuple:
            self.fh.write(f'{start} t="s"><v>{cell.string}</v></c>')
        elif kind is CellNumberTuple:
            self.fh.write(f"{start}><v>{cell.number:.16G}</v></c>")
        elif kind is CellBlankTuple:
            self.fh.write(f"{start}/>")
        elif cell.value.__class__ is int or cell.value.__class__ is float:
            formula = self._escape_data(cell.formula)
            self.fh.write(f"{start}><f>{formula}</f><v>{cell.value}</v></c>")
        else:
            super()._write_cell(row, col, cell)
