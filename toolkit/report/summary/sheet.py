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
    RowInfo,
)

from toolkit.report.summary.sheet_links import LinkedSheet, letters

_LONG = 16_000  # letters; xlsxwriter looks closer at longer texts
# What is called in the formulas of a summary. Names of newer functions get a prefix from
# xlsxwriter, which looks for each of thirty of them in every formula.
_CALLED = re.compile(r"(\w*)\(")
_KNOWN = frozenset(
    (
        *("", "SUM", "MAX", "MIN", "AVERAGE", "COUNT", "SUMPRODUCT", "ISNUMBER", "FREQUENCY"),
        *("IF", "IFERROR", "NA", "OR", "AND", "NOT", "TRIM", "LOWER", "EXACT", "LEN", "ROUND"),
    )
)
# Excel takes 1900 for a leap year; from March on its days are those since the end of 1899.
_COUNTED, _DAY_ZERO = date(1900, 3, 1), date(1899, 12, 30).toordinal()
_QUICK = frozenset((CellStringTuple, CellNumberTuple, CellBlankTuple, CellFormulaTuple))


def number(value: float) -> str:
    """A number as a cell holds it."""
    return f"{value:.16G}"


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
        self._lines: dict[int, tuple[Shape, Sequence[str]]] = {}
        self._drawn: dict[Shape, list[str]] = {}

    # --- whole rows ---------------------------------------------------------------------------

    def shared(self, text: str) -> str:
        """The place of a text among those of the workbook, for the cells of :meth:`put_row`."""
        if len(text) > _LONG and _utf16_len(text) > self.xls_strmax:
            text = _utf16_truncate(text, self.xls_strmax)
        index = self.str_table._get_shared_string_index(text)
        self.str_table.count -= 1  # the cells are counted when they are put
        return str(index)

    def day(self, value: date) -> float:
        """A day as the number that a cell holds."""
        if value.__class__ is date and value >= _COUNTED and not self.date_1904:
            return float(value.toordinal() - _DAY_ZERO)
        return float(self._convert_date_time(value))

    def put_row(self, row: int, shape: Shape, cells: Sequence[str]) -> None:
        """A whole row, from the first column on: what ``write_string`` and ``write_number``
        would make of each cell. Of a text its place is given (:meth:`shared`), a number as
        :func:`number` has it.

        No chart can show these cells. Cells written singly into the row come over them.
        """
        if (self.dim_colmin == 0 or self._fits(row, 0)) and self._fits(row, len(cells) - 1):
            self._lines[row] = shape, cells
            self.str_table.count += shape.texts.count(True)

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

    def set_row(
        self,
        row: int,
        height: float | None = None,
        cell_format: Format | None = None,
        options: dict[str, Any] | None = None,
    ) -> int:
        """As xlsxwriter's."""
        column = self.dim_colmin or 0
        if not height or cell_format is not None or options or not self._fits(row, column):
            return int(super().set_row(row, height, cell_format, options))
        pixels = int(height * 4.0 / 3.0 + 0.5)
        self.row_info[row] = RowInfo(pixels, None, False, 0, False)
        self.row_sizes[row] = [pixels, False]
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
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            line, cells, info = self._lines.get(row), self.table.get(row), self.row_info.get(row)
            if line is None and not cells and info is None:
                continue
            span = self.row_spans.get(row // 16)
            if line is None and not cells:
                self._write_empty_row(row, span, info)
                continue
            self._start_row(row, span, info)
            if line is not None:
                shape, values = line
                drawn = self._drawn.get(shape) or self._draw(shape)
                # What stands before the number of the row, it, before the value, it; and so on.
                whole = [*drawn]
                whole[1::4] = [str(row + 1)] * len(values)
                whole[3::4] = values
                self.fh.write("".join(whole))
            else:
                for col in sorted(cells):
                    self._write_cell(row, col, cells[col])
            self.fh.write("</row>")

    def _start_row(self, row: int, span: str | None, info: Any) -> None:
        """The tag of a row; of one that is higher than usual and nothing else the quick way."""
        usual = self.default_row_height == self.original_row_height and self.excel_version != 2010
        if usual and info is None:
            self.fh.write(f'<row r="{row + 1}" spans="{span}">')
            return
        if (
            not usual
            or info is None
            or info.row_format
            or info.hidden
            or info.level
            or info.collapsed
        ):
            self._write_row(row, span, info)
            return
        if info.height == self.default_row_height:
            self.fh.write(f'<row r="{row + 1}" spans="{span}">')
            return
        high = f'ht="{info.height * 0.75:.16g}" customHeight="1"'
        self.fh.write(f'<row r="{row + 1}" spans="{span}" {high}>')

    def _unfold(self, rows: Sequence[int]) -> None:
        """Rows put whole as single cells, below those written singly."""
        for row in rows:
            shape, values = self._lines.pop(row)
            cells = {
                col: CellStringTuple(value, look)
                if is_text
                else CellNumberTuple(float(value), look)
                for col, (value, look, is_text) in enumerate(
                    zip(values, shape.looks, shape.texts, strict=True)
                )
            }
            self.table[row] = cells | self.table.get(row, {})

    def _draw(self, shape: Shape) -> list[str]:
        """The cells of a row in pieces, with room for its number and what they hold."""
        drawn, before = [], ""
        for col, (look, is_text) in enumerate(zip(shape.looks, shape.texts, strict=True)):
            kind = ' t="s"' if is_text else ""
            drawn += [
                f'{before}<c r="{letters(col)}',
                "",
                f'" s="{look._get_xf_index()}"{kind}><v>',
                "",
            ]
            before = "</v></c>"
        self._drawn[shape] = drawn = [*drawn, before]
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
