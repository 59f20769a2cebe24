"""Sheets of a hundred thousand rows: what xlsxwriter writes, byte for byte, in a third of the time.

xlsxwriter checks and renders each cell on its own. A summary has millions of them, nearly all
texts and numbers with a look, and these take a short way here; whatever else there is goes the
usual one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellNumberTuple, CellStringTuple, Worksheet

_LONG = 16_000  # letters; xlsxwriter looks closer at longer texts
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384

_letters = lru_cache(maxsize=_MOST_COLUMNS)(xl_col_to_name)


class QuickSheet(Worksheet):  # type: ignore[misc]
    """A sheet of xlsxwriter. Numbers and texts are to be given by row and column."""

    def write_string(
        self, row: int, col: int, string: str, cell_format: Format | None = None
    ) -> int:
        """As xlsxwriter's."""
        if cell_format is None or len(string) > _LONG or not self._fits(row, col):
            return int(self._write_string(row, col, string, cell_format))
        index = self.str_table._get_shared_string_index(string)
        self.table[row][col] = CellStringTuple(index, cell_format)
        return 0

    def _fits(self, row: int, col: int) -> bool:
        """Whether the cell is on the sheet; the sheet then reaches to it."""
        if self.dim_rowmin is None or self.dim_colmin is None:
            return not self._check_dimensions(row, col)
        if row > self.dim_rowmax or col > self.dim_colmax:
            return not self._check_dimensions(row, col)
        if row < self.dim_rowmin or col < self.dim_colmin:
            return not self._check_dimensions(row, col)
        return True

    def _calculate_spans(self) -> None:
        """The columns taken by each sixteen rows."""
        if self.comments:
            super()._calculate_spans()
            return
        spans: dict[int, tuple[int, int]] = {}
        for row in range(self.dim_rowmin, self.dim_rowmax + 1):
            cells = self.table.get(row)
            if cells:
                low, high = min(cells), max(cells)
                before = spans.get(row // 16)
                if before is not None:
                    low, high = min(low, before[0]), max(high, before[1])
                spans[row // 16] = (low, high)
        self.row_spans = {place: f"{low + 1}:{high + 1}" for place, (low, high) in spans.items()}

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """One cell."""
        look = cell.format
        kind = cell.__class__
        if look is None or (kind is not CellStringTuple and kind is not CellNumberTuple):
            super()._write_cell(row, col, cell)
            return
        style = look.xf_index
        if style is None:
            style = look._get_xf_index()
        if kind is CellStringTuple:
            self.fh.write(
                f'<c r="{_letters(col)}{row + 1}" s="{style}" t="s"><v>{cell.string}</v></c>'
            )
        else:
            self.fh.write(
                f'<c r="{_letters(col)}{row + 1}" s="{style}"><v>{cell.number:.16G}</v></c>'
            )
