"""A worksheet part of .xlsx or .xlsm: fast where it is regular, whole in any case."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from lxml import etree

from toolkit.errors import UnreadableFile
from toolkit.intake.reader import xml
from toolkit.intake.reader.limits import Limits
from toolkit.intake.reader.ooxml_cells import MAX_COLUMN, position_of
from toolkit.intake.reader.ooxml_pieces import CellMaker, Cells
from toolkit.intake.reader.ooxml_styles import text_of
from toolkit.intake.reader.values import Budget

Range: TypeAlias = tuple[int, int, int, int]


@dataclass(slots=True)
class SheetData:
    """What was read from a worksheet part."""

    cells: Cells
    merged: tuple[Range, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    duplicates: list[tuple[int, int]] = field(default_factory=list)  # addresses stored twice
    misplaced: list[str] = field(default_factory=list)  # references that are no address


class _Frame(NamedTuple):
    """What a worksheet part says around its cells."""

    merged: tuple[Range, ...]
    hidden_columns: frozenset[int]


_CHUNK = 1 << 18
# The one thing around the cells that differs from unit to unit: their name in the page's foot.
_PRINTED = re.compile(
    rb"<(odd|even|first)(Header|Footer)>([^<\x01-\x08\x0b\x0c\x0e-\x1f]*+)</\1\2>"
)


def read_fast(data: bytes, maker: CellMaker, limits: Limits, budget: Budget) -> SheetData | None:
    """The sheet, or None where it is not regular enough to be sure of every cell.

    Raises UnreadableFile beyond the limits.
    """
    start = data.find(b"<sheetData>") + len(b"<sheetData>")
    end = data.rfind(b"</sheetData>")
    if start < len(b"<sheetData>") or end < start or not xml.is_utf8(data) or b"\0" in data:
        return None
    # All but the cells is parsed properly: that also proves the part whole to its end.
    try:
        frame = _read_frame(data[:start] + _PRINTED.sub(_blank, data[end:]), limits)
    except (etree.LxmlError, ValueError):
        return None  # broken, or "<sheetData>" in a comment: the slow reading finds out
    cells: Cells = {}
    hidden: set[int] = set()
    while start < end:
        cut = data.find(b"</row>", start + _CHUNK, end)
        stop = end if cut < 0 else cut + len(b"</row>")
        before = len(cells)
        if not maker.cells(data[start:stop], cells, hidden):
            return None
        budget.spend(len(cells) - before)
        start = stop
    return SheetData(cells, frame.merged, frozenset(hidden), frame.hidden_columns)


def _blank(printed: re.Match[bytes]) -> bytes:
    text_of(printed[3])  # ValueError where it is broken
    return b""


@xml.remembered
def _read_frame(data: bytes, limits: Limits) -> _Frame:
    root = xml.parse(data, limit=limits.max_tree)
    return _Frame(merged_ranges(root, limits), hidden_columns(xml.child(root, "cols")))


# --- around the cells -----------------------------------------------------------------

_REFERENCE = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")


def merged_ranges(root: etree._Element, limits: Limits) -> tuple[Range, ...]:
    """The merged ranges of a worksheet element; such as are no ranges are passed over."""
    parent = xml.child(root, "mergeCells")
    found: list[Range] = []
    for each in parent if parent is not None else ():
        area = parse_area(each.get("ref") or "") if xml.local(each) == "mergeCell" else None
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
