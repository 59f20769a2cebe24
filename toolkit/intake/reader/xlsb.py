"""Binary workbooks (.xlsb): the records of MS-XLSB, read whole, error cells included."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.errors import UnreadableFile
from toolkit.findings import Severity
from toolkit.intake.model import CellKind, RawCell, RawSheet
from toolkit.intake.reader.archive import Archive
from toolkit.intake.reader.formats import UNKNOWN, Style, any_legacy, style_of
from toolkit.intake.reader.limits import Limits
from toolkit.intake.reader.ooxml import Reading, links, modified, package_notes
from toolkit.intake.reader.ooxml_cells import MAX_COLUMN, MAX_ROW
from toolkit.intake.reader.values import (
    Budget,
    a1,
    decimal_of,
    error_text,
    note,
    number_cell,
    text_cell,
)

# Record numbers, MS-XLSB 2.3.2.
_ROW, _BLANK = 0, 1
_RK, _ERROR, _BOOL, _REAL, _STRING, _SHARED = 2, 3, 4, 5, 6, 7
_F_STRING, _F_NUMBER, _F_BOOL, _F_ERROR = 8, 9, 10, 11
_RICH = 62
_CELLS = frozenset([*range(_RK, _F_ERROR + 1), _RICH])
_ITEM, _FONT, _FORMAT, _XF, _COLUMNS = 19, 43, 44, 47, 60
_PROPERTIES, _SHEET, _MERGED = 153, 156, 176
_BEGIN_XFS, _END_XFS = 617, 618


@dataclass(slots=True)
class _Book:
    strings: list[str] = field(default_factory=list)
    styles: list[Style] = field(default_factory=list)
    date1904: bool = False


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a part: number and data.

    Raises UnreadableFile where the part ends within a record: nothing after it can be had.
    """
    position, end = 0, len(data)
    while position < end:
        number = data[position]
        position += 1
        if number & 0x80:
            number = (number & 0x7F) | (data[position] & 0x7F) << 7
            position += 1
        size = 0
        for shift in (0, 7, 14, 21):
            byte = data[position]
            position += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if position + size > end:
            raise UnreadableFile("reader.damaged")
        yield number, data[position : position + size]
        position += size


def read_xlsb(archive: Archive, part: str, file: str, limits: Limits) -> Reading:
    """Read the binary workbook whose workbook part is ``part``. Raises UnreadableFile."""
    related = links(archive, part, limits)
    entries: list[tuple[str, bool, str]] = []
    book = _Book()
    for number, data in records(archive.read(part)):
        if number == _SHEET:
            link, position = _text(data, 8)
            name, _end = _text(data, position)
            entries.append((name, struct.unpack_from("<I", data)[0] == 0, link))
        elif number == _PROPERTIES:
            book.date1904 = bool(data[0] & 1)
    if not entries:
        raise UnreadableFile("reader.no_sheets")
    if len(entries) > limits.max_sheets:
        raise UnreadableFile("reader.too_large")
    if (target := related.by_type.get("sharedStrings")) is not None:
        book.strings = _strings(archive.read(target), limits)
    notes = package_notes(archive, file)
    if (target := related.by_type.get("styles")) is not None:
        book.styles = _styles(archive.read(target))
    budget = Budget(limits.max_cells)
    sheets = []
    for name, visible, link in entries:
        target = related.by_id.get(link)
        if target is None:
            raise UnreadableFile("reader.damaged")
        reader = _SheetReader(book, budget, limits)
        sheets.append(reader.read(archive.read(target), name, visible))
        notes += [
            note("reader.bad_cell", Severity.WARNING, file, name, a1(*address), found=found)
            for address, found in reader.odd[:20]
        ]
        notes += [
            note("reader.duplicate_cell", Severity.ERROR, file, name, a1(*address))
            for address in reader.duplicates[:20]
        ]
    return Reading("xlsb", tuple(sheets), modified(archive, limits), tuple(notes))


class _SheetReader:
    """One pass over a worksheet part."""

    def __init__(self, book: _Book, budget: Budget, limits: Limits) -> None:
        self._book = book
        self._budget = budget
        self._limits = limits
        self._cells: dict[tuple[int, int], RawCell] = {}
        self.odd: list[tuple[tuple[int, int], str]] = []
        self.duplicates: list[tuple[int, int]] = []

    def read(self, part: bytes, name: str, visible: bool) -> RawSheet:
        merged: list[tuple[int, int, int, int]] = []
        rows: set[int] = set()
        columns: set[int] = set()
        row = 0
        for number, data in records(part):
            if number in _CELLS:
                self._cell(number, data, row)
            elif number == _ROW:
                row = struct.unpack_from("<I", data)[0] + 1
                if row > MAX_ROW:
                    raise UnreadableFile("reader.damaged")
                if len(data) > 11 and data[11] & 0x10:
                    rows.add(row)
            elif number == _COLUMNS:
                first, last, _width, _style, flags = struct.unpack_from("<IIIIH", data)
                if flags & 1:
                    columns.update(range(first + 1, min(last + 1, MAX_COLUMN) + 1))
            elif number == _MERGED:
                top, bottom, left, right = struct.unpack_from("<IIII", data)
                merged.append((top + 1, left + 1, bottom + 1, right + 1))
                if len(merged) > self._limits.max_merged:
                    raise UnreadableFile("reader.too_large")
        return RawSheet(
            name, self._cells, visible, tuple(merged), frozenset(rows), frozenset(columns)
        )

    def _cell(self, number: int, data: bytes, row: int) -> None:
        column, style_index = struct.unpack_from("<II", data)
        address = (row, column + 1)
        if row == 0 or column >= MAX_COLUMN:
            raise UnreadableFile("reader.damaged")
        styles = self._book.styles
        style_index &= 0xFFFFFF
        style = styles[style_index] if style_index < len(styles) else UNKNOWN
        cell = self._value(number, data, style, address)
        if cell is None:
            return
        if address in self._cells:
            self.duplicates.append(address)
        self._cells[address] = cell
        self._budget.spend(1)

    def _value(
        self, number: int, data: bytes, style: Style, address: tuple[int, int]
    ) -> RawCell | None:
        formula = _F_STRING <= number <= _F_ERROR
        if number in (_ERROR, _F_ERROR):
            return RawCell(CellKind.ERROR, error_text(data[8]), formula, style.percent)
        if number in (_BOOL, _F_BOOL):
            return RawCell(CellKind.BOOLEAN, data[8] != 0, formula, style.percent)
        if number in (_STRING, _F_STRING, _RICH):
            text, _end = _text(data, 9 if number == _RICH else 8)
            return text_cell(text, style, formula=formula) if text or formula else None
        if number == _SHARED:
            (index,) = struct.unpack_from("<I", data, 8)
            if index < len(self._book.strings):
                text = self._book.strings[index]
                return text_cell(text, style) if text else None
            return self._odd(str(index), style, address)
        value = _rk(data) if number == _RK else struct.unpack_from("<d", data, 8)[0]
        exact = decimal_of(value)
        if exact is None:
            return self._odd("?", style, address)
        return number_cell(exact, style, formula=formula, date1904=self._book.date1904)

    def _odd(self, found: str, style: Style, address: tuple[int, int]) -> RawCell:
        self.odd.append((address, found))
        return RawCell(CellKind.ERROR, found, False, style.percent)


def _rk(data: bytes) -> float:
    """A number in four bytes (MS-XLSB 2.5.122): an integer or a short double, maybe of cents."""
    (raw,) = struct.unpack_from("<i", data, 8)
    if raw & 2:
        value = float(raw >> 2)
    else:
        value = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<i", raw & ~3))[0]
    return value / 100 if raw & 1 else value


def _text(data: bytes, position: int) -> tuple[str, int]:
    """A counted UTF-16 text at a position and where it ends."""
    (length,) = struct.unpack_from("<I", data, position)
    if length == 0xFFFFFFFF:
        return "", position + 4
    end = position + 4 + 2 * length
    if end > len(data):
        raise UnreadableFile("reader.damaged")
    return data[position + 4 : end].decode("utf-16-le", "replace"), end


def _strings(part: bytes, limits: Limits) -> list[str]:
    strings = []
    for number, data in records(part):
        if number == _ITEM:
            strings.append(_text(data, 1)[0])
            if len(strings) > 2 * limits.max_cells:
                raise UnreadableFile("reader.too_many_cells", limit=limits.max_cells)
    return strings


def _styles(part: bytes) -> list[Style]:
    fonts: list[str] = []
    codes: dict[int, str] = {}
    xfs: list[tuple[int, int]] = []
    within = False
    for number, data in records(part):
        if number == _FONT:
            fonts.append(_text(data, 21)[0])
        elif number == _FORMAT:
            codes[struct.unpack_from("<H", data)[0]] = _text(data, 2)[0]
        elif number in (_BEGIN_XFS, _END_XFS):
            within = number == _BEGIN_XFS
        elif number == _XF and within:
            _parent, fmt, font = struct.unpack_from("<HHH", data)
            xfs.append((fmt, font))
    legacy = any_legacy(fonts)
    return [
        style_of(fmt, codes.get(fmt), fonts[font] if legacy and font < len(fonts) else "")
        for fmt, font in xfs
    ]
