"""A worksheet part of .xlsx or .xlsm: fast where it is regular, whole in any case.

The fast reading tiles the sheet's data with one regular expression. Only when the tiles
cover every byte between ``<sheetData>`` and ``</sheetData>`` is its result taken, so no cell
can be passed over; anything unusual sends the whole sheet to ``ooxml_walk``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from toolkit.errors import UnreadableFile
from toolkit.intake.model import RawCell
from toolkit.intake.reader import xml
from toolkit.intake.reader.limits import Limits
from toolkit.intake.reader.ooxml_cells import MAX_COLUMN, CellMaker, position_of
from toolkit.intake.reader.values import Budget

Cells = dict[tuple[int, int], RawCell]
Range = tuple[int, int, int, int]


@dataclass(slots=True)
class SheetData:
    """What was read from a worksheet part."""

    cells: Cells
    merged: tuple[Range, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    duplicates: list[tuple[int, int]] = field(default_factory=list)  # addresses stored twice
    misplaced: list[str] = field(default_factory=list)  # references that are no address


_TILE = re.compile(
    rb"""
    (                                                     # 1: the whole tile
      (?:                                                 # rows and blank cells, passed over
          <c\ r="[A-Z]++[0-9]++"(?:\ s="[0-9]++")?+(?:\ t="[a-zA-Z]++")?+ (?:/>|></c>)
        | </row> | <row(?:\ [a-zA-Z0-9:]++="[^"<>]*+")*+\ ?/?> | [\ \t\r\n]++
      )*+
      (?:
        <c\ r="([A-Z]++[0-9]++)"                          # 2: address
          (?:\ s="([0-9]++)")?+                           # 3: style
          (?:\ t="([a-zA-Z]++)")?+                        # 4: type
          (?:\ (?:cm|vm|ph)="[0-9]++")*+ >
          (<f(?:\ [^<>]*+)?+(?:(?<=/)>|>[^<]*+</f>))?+    # 5: formula
          (?: <v(?:\ xml:space="preserve")?+(?:/>|>([^<]*+)</v>)          # 6: value
            | <is><t(?:\ xml:space="preserve")?+>([^<]*+)</t></is> )?+    # 7: inline string
        </c>
      | \Z
      )
    )
    | .++                                                 # neither: no tile from here on
    """,
    re.VERBOSE | re.DOTALL,
)
# Possessive throughout: a damaged part must not make them try again and again.
_FORMULA_TAG = re.compile(rb"<f\b[^<>]*+>")
_SEVERAL_CELLS = re.compile(rb"\sref=\"[A-Z0-9]++:")
_ROW_TAG = re.compile(rb"<row\b[^<>]*+>")
_HIDDEN = re.compile(rb"\s(?:hidden=\"(?:1|true)\"|ht=\"0\")")
_ROW_NUMBER = re.compile(rb"\sr=\"([0-9]{1,7})\"")
_CHUNK = 1 << 18


def read_fast(data: bytes, maker: CellMaker, limits: Limits, budget: Budget) -> SheetData | None:
    """The sheet, or None where it is not regular enough to be sure of every cell.

    Raises UnreadableFile beyond the limits.
    """
    start = data.find(b"<sheetData>") + len(b"<sheetData>")
    end = data.rfind(b"</sheetData>")
    if start < len(b"<sheetData>") or end < start or not xml.is_utf8(data):
        return None
    if _has_arrays(data, start, end):
        return None
    # All but the cells is parsed properly: that also proves the part whole to its end.
    try:
        frame = xml.parse(data[:start] + data[end:], limit=limits.max_tree)
    except etree.LxmlError:
        return None  # broken, or "<sheetData>" in a comment: the slow reading finds out
    cells = _tiles(data, start, end, maker, budget)
    rows = _hidden_rows(data, start, end)
    if cells is None or rows is None:
        return None
    columns = hidden_columns(xml.child(frame, "cols"))
    return SheetData(cells, merged_ranges(frame, limits), rows, columns)


def _tiles(data: bytes, start: int, end: int, maker: CellMaker, budget: Budget) -> Cells | None:
    """The non-blank cells between two offsets, or None where the tiles leave a gap."""
    cells: Cells = {}
    memo = maker.memo
    stored = 0
    while start < end:
        cut = data.find(b"</row>", start + _CHUNK, end)
        stop = end if cut < 0 else cut + len(b"</row>")
        covered = 0
        before = len(cells)
        for whole, ref, style, kind, formula, value, inline in _TILE.findall(data, start, stop):
            covered += len(whole)
            if not ref:
                continue
            cell = memo.get((style, kind, value, not formula)) if value else None
            if cell is None:
                cell = maker.make(whole, style, kind, formula, value, inline)
                if cell is None:
                    continue
            stored += 1
            cells[position_of(ref)] = cell  # type: ignore[index]
        if covered != stop - start:
            return None
        budget.spend(len(cells) - before)
        start = stop
    # Two cells with one address, or one outside a sheet: the slow reading names them.
    return None if stored != len(cells) or None in cells else cells


def _has_arrays(data: bytes, start: int, end: int) -> bool:
    """Whether one formula fills several cells; all but the first are stored as bare values."""
    if data.find(b'"array"', start, end) < 0 and data.find(b'"dataTable"', start, end) < 0:
        return False
    return any(_SEVERAL_CELLS.search(tag[0]) for tag in _FORMULA_TAG.finditer(data, start, end))


def _hidden_rows(data: bytes, start: int, end: int) -> frozenset[int] | None:
    """Rows hidden or of height 0; None where a hidden row does not say its number."""
    if (
        data.find(b' hidden="1"', start, end) < 0
        and data.find(b' hidden="true"', start, end) < 0
        and data.find(b' ht="0"', start, end) < 0
    ):
        return frozenset()
    rows = set()
    for match in _ROW_TAG.finditer(data, start, end):
        if not _HIDDEN.search(match[0]):
            continue
        number = _ROW_NUMBER.search(match[0])
        if number is None:
            return None
        rows.add(int(number[1]))
    return frozenset(rows)


# --- around the cells -----------------------------------------------------------------

_REFERENCE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")


def merged_ranges(root: etree._Element, limits: Limits) -> tuple[Range, ...]:
    """The merged ranges of a worksheet element; such as are no ranges are passed over."""
    parent = xml.child(root, "mergeCells")
    found: list[Range] = []
    for each in parent if parent is not None else ():
        area = parse_area(each.get("ref") or "")
        if area is not None:
            found.append(area)
        if len(found) > limits.max_merged:
            raise UnreadableFile("reader.too_large")
    return tuple(found)


@lru_cache(maxsize=1 << 12)  # the same few ranges in file after file
def parse_area(reference: str) -> Range | None:
    """``A1:B2`` as (first row, first column, last row, last column), or None."""
    ends = reference.replace("$", "").split(":")
    if len(ends) > 2 or not all(_REFERENCE.fullmatch(end) for end in ends):
        return None
    first, last = position_of(ends[0].encode()), position_of(ends[-1].encode())
    if first is None or last is None:
        return None
    return (
        min(first[0], last[0]),
        min(first[1], last[1]),
        max(first[0], last[0]),
        max(first[1], last[1]),
    )


def hidden_columns(cols: etree._Element | None) -> frozenset[int]:
    """Columns hidden or of width 0, from the ``cols`` element."""
    hidden: set[int] = set()
    for col in cols if cols is not None else ():
        if xml.truth(col.get("hidden")) or col.get("width") == "0":
            first, last = col.get("min") or "", col.get("max") or ""
            if first.isascii() and first.isdigit() and last.isascii() and last.isdigit():
                hidden.update(range(max(1, int(first)), min(MAX_COLUMN, int(last)) + 1))
    return frozenset(hidden)
