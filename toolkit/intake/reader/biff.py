"""A pass of our own over the records of an .xls stream, before and beside xlrd.

It finds what xlrd does not tell (which cells are formulas, which have no stored result),
the addresses of all cells, to be compared with what xlrd reads, and it takes out of the
stream what would cost xlrd time or memory without bound and holds no cell.
Record numbers after MS-XLS and, for BIFF2 to BIFF4, OpenOffice's documentation.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.errors import UnreadableFile
from toolkit.intake.reader.limits import Limits

_BOFS = frozenset([0x0009, 0x0209, 0x0409, 0x0809])
_BOOKS = (b"\x00\x05", b"\x00\x06")  # versions of the streams that hold a whole workbook
_WORKSHEET = 0x0010
_EOF = 0x000A
_BOUNDSHEET = 0x0085
_FILEPASS = 0x002F
_FORMULAS = frozenset([0x0006, 0x0206, 0x0406])
_STRINGS = frozenset([0x0007, 0x0207])
_BETWEEN = frozenset([0x04BC, 0x0221, 0x0021, 0x0236, 0x0036, 0x0037])  # SHRFMLA, ARRAY, TABLE
_CELLS = _FORMULAS | frozenset(
    [0x0002, 0x0003, 0x0004, 0x0005, 0x0203, 0x0204, 0x0205, 0x027E, 0x007E, 0x00D6, 0x00FD]
)
_BLANKS = frozenset([0x0001, 0x0201])
_MULRK, _MULBLANK = 0x00BD, 0x00BE

# Records that hold no cell of ours: hyperlinks (xlrd notes each cell of a range that may be
# the whole sheet), names and their formulas, drawings, comments, conditional formats.
_NAMES = (0x0017, 0x0018, 0x0218, 0x0023, 0x0223, 0x01AE)
_DRAWINGS = (0x001C, 0x005D, 0x00EB, 0x00EC, 0x00ED, 0x01B6)
_DECORATION = (0x015F, 0x01B0, 0x01B1, 0x01B8, 0x0800)
_NEEDLESS = frozenset([*_NAMES, *_DRAWINGS, *_DECORATION])
_IGNORED = 0xFFFE  # a number no reader knows
_EMPTY_TEXT = 3  # the kind of a formula's result that is an empty text
_MAX_ROW, _MAX_COLUMN = 65_536, 256
_MAX_AREA = 8_000_000  # cells, blank ones and those left of them included, that xlrd holds


@dataclass(slots=True)
class SheetScan:
    """The addresses (1-based) found on one sheet."""

    cells: set[tuple[int, int]] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    uncached: set[tuple[int, int]] = field(default_factory=set)
    duplicates: set[tuple[int, int]] = field(default_factory=set)
    widths: dict[int, int] = field(default_factory=dict)  # last column by row, blanks counted


@dataclass(frozen=True, slots=True)
class Scan:
    """The stream made safe for xlrd and what was found in it, worksheet by worksheet."""

    stream: bytes
    sheets: tuple[SheetScan, ...]
    macro_sheets: bool


def scan(stream: bytes, limits: Limits) -> Scan:
    """Go over the whole stream.

    Raises UnreadableFile: encrypted, beyond the limits, or with addresses outside a sheet.
    """
    safe = bytearray(stream)
    starts: list[int] = []
    macros = False
    for kind, start, size in records(stream, 0):
        if kind == _EOF:
            break
        if kind in _NEEDLESS:
            struct.pack_into("<H", safe, start - 4, _IGNORED)
        elif kind == _FILEPASS:
            raise UnreadableFile("reader.encrypted")
        elif kind == _BOUNDSHEET and size >= 6:
            offset, _visibility, sheet_kind = struct.unpack_from("<IBB", stream, start)
            if sheet_kind == 0:
                starts.append(offset)
            macros = macros or sheet_kind == 1
    if len(starts) > limits.max_sheets:
        raise UnreadableFile("reader.too_large")
    if not starts and (stream[:2] != b"\x09\x08" or stream[4:6] not in _BOOKS):
        starts = [0]  # BIFF2 to BIFF4: the stream is the sheet
        if stream[:2] == b"\x09\x08":
            _as_old_sheet(stream, safe)
    found: list[SheetScan] = []
    left = limits.max_cells
    for offset in starts:
        sheet = _scan_sheet(stream, safe, offset, left)
        left -= len(sheet.cells)
        if left < 0:
            raise UnreadableFile("reader.too_many_cells", limit=limits.max_cells)
        if sum(sheet.widths.values()) > _MAX_AREA:
            raise UnreadableFile("reader.too_large")
        found.append(sheet)
    return Scan(bytes(safe), tuple(found), macros)


def _as_old_sheet(stream: bytes, safe: bytearray) -> None:
    """A web program's file, the type of a new one around the cells of an old sheet.

    Its cells name formats that it does not hold: they get the one that is always there.
    """
    struct.pack_into("<HH", safe, 4, 0, _WORKSHEET)
    for kind, start, size in records(stream, 0):
        if size >= 6 and kind in _CELLS | _BLANKS:
            struct.pack_into("<H", safe, start + 4, 0)


def records(stream: bytes, position: int) -> Iterator[tuple[int, int, int]]:
    """The records from an offset on: number, start of the data, its size."""
    unpack = struct.Struct("<HH").unpack_from
    end = len(stream) - 4
    while 0 <= position <= end:
        kind, size = unpack(stream, position)
        if position + 4 + size > len(stream):
            return
        yield kind, position + 4, size
        position += 4 + size


def _scan_sheet(stream: bytes, safe: bytearray, offset: int, left: int) -> SheetScan:
    sheet = SheetScan()
    depth = 0
    pending: tuple[tuple[int, int], int] | None = None  # a formula that waits for its text
    for kind, start, size in records(stream, offset):
        if pending is not None and kind not in _BETWEEN:
            if kind not in _STRINGS:
                _without_result(sheet, safe, pending)
            pending = None
        if kind in _NEEDLESS:
            struct.pack_into("<H", safe, start - 4, _IGNORED)
        elif kind in _BOFS:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1 and size >= 4:
            address = _record(sheet, stream, kind, start, size)
            if address is not None and kind in _FORMULAS and size >= 14:
                sheet.formulas.add(address)
                result = stream[start + 6 : start + 14]
                if kind == 0x0006 and result[6:] == b"\xff\xff" and result[0] == 0:
                    pending = (address, start)
            if len(sheet.cells) > left:
                break
    if pending is not None:
        _without_result(sheet, safe, pending)
    return sheet


def _without_result(
    sheet: SheetScan, safe: bytearray, formula: tuple[tuple[int, int], int]
) -> None:
    """A formula whose text result is missing: xlrd would give up the whole file over it."""
    address, start = formula
    sheet.uncached.add(address)
    safe[start + 6] = _EMPTY_TEXT


def _record(
    sheet: SheetScan, stream: bytes, kind: int, start: int, size: int
) -> tuple[int, int] | None:
    """Note the cells of a record; the address where it is a single cell."""
    single = kind in _CELLS
    if not single and kind not in _BLANKS and kind not in (_MULRK, _MULBLANK):
        return None
    row, column = struct.unpack_from("<HH", stream, start)
    last = column
    if kind == _MULRK:
        last = column + (size - 6) // 6 - 1
    elif kind == _MULBLANK:
        last = column + (size - 6) // 2 - 1
    if last >= _MAX_COLUMN or row >= _MAX_ROW:
        raise UnreadableFile("reader.damaged")
    sheet.widths[row] = max(sheet.widths.get(row, 0), last + 1)
    if not single and kind != _MULRK:
        return None
    for each in range(column, last + 1):
        address = (row + 1, each + 1)
        if address in sheet.cells:
            sheet.duplicates.add(address)
        sheet.cells.add(address)
    return (row + 1, column + 1) if single else None
