"""The compound file (OLE2) around .xls and encrypted .xlsx: its streams, read with bounds.

Own code because the readers at hand follow chains of sectors without end in damaged files.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from toolkit.errors import UnreadableFile

_HEADER = 76  # fixed fields before the first 109 entries of the sector table's own table
_FREE = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors
_NONE = 0xFFFFFFFF
_STORAGE, _STREAM = 1, 2


class _Entry(NamedTuple):
    name: str
    kind: int
    left: int
    right: int
    child: int
    start: int
    size: int


class CompoundFile:
    """The streams at the root of a compound file, by name.

    Raises UnreadableFile("reader.damaged") where the file's own tables do not hold together.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < 512:
            raise UnreadableFile("reader.damaged")
        version, _order, shift, mini_shift = struct.unpack_from("<HHHH", data, 26)
        if shift not in (9, 12) or mini_shift != 6 or version not in (3, 4):
            raise UnreadableFile("reader.damaged")
        self._data = data
        self._sector = 1 << shift
        self._table = self._sector_table()
        (directory,) = struct.unpack_from("<I", data, 48)
        (self._cutoff, mini_table) = struct.unpack_from("<II", data, 56)
        self._entries = _entries(self._chain(directory))
        if not self._entries:
            raise UnreadableFile("reader.damaged")
        root = self._entries[0]
        self._mini = self._chain(root.start) if root.start < _FREE else b""
        raw = self._chain(mini_table) if mini_table < _FREE else b""
        self._mini_table = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
        self._children = self._walk(root.child)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the streams and storages at the root."""
        return tuple(self._children)

    def stream(self, name: str) -> bytes | None:
        """The stream at the root of that name (upper or lower case alike), or None."""
        entry = next(
            (e for n, e in self._children.items() if n.lower() == name.lower()),
            None,
        )
        if entry is None or entry.kind != _STREAM:
            return None
        long = entry.size >= self._cutoff
        data = self._chain(entry.start) if long else self._mini_chain(entry.start)
        if len(data) < entry.size:  # cut off: half a return must not pass for a whole one
            raise UnreadableFile("reader.damaged")
        return data[: entry.size]

    def _sector_table(self) -> tuple[int, ...]:
        """The table that names, for each sector, the one that follows it."""
        heads = list(struct.unpack_from("<109I", self._data, _HEADER))
        (following, count) = struct.unpack_from("<II", self._data, 68)
        limit = len(self._data) // self._sector + 1
        while following < _FREE and count > 0 and len(heads) <= limit + 109:
            raw = self._read(following)
            numbers = struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4])
            heads += numbers[:-1]
            following = numbers[-1] if numbers else _NONE
            count -= 1
        chosen = [head for head in heads if head < limit][:limit]
        table = b"".join(self._read(head) for head in dict.fromkeys(chosen))
        return struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4])

    def _read(self, sector: int) -> bytes:
        start = (sector + 1) * self._sector
        return self._data[start : start + self._sector]

    def _chain(self, sector: int) -> bytes:
        return b"".join(self._read(each) for each in _follow(sector, self._table))

    def _mini_chain(self, sector: int) -> bytes:
        return b"".join(
            self._mini[each * 64 : each * 64 + 64] for each in _follow(sector, self._mini_table)
        )

    def _walk(self, first: int) -> dict[str, _Entry]:
        """The siblings in the tree that starts at an entry."""
        found: dict[str, _Entry] = {}
        seen: set[int] = set()
        queue = [first]
        while queue:
            number = queue.pop()
            if number in seen or number >= len(self._entries):
                continue
            seen.add(number)
            entry = self._entries[number]
            found.setdefault(entry.name, entry)
            queue += (entry.left, entry.right)
        return found


def _follow(sector: int, table: tuple[int, ...]) -> list[int]:
    chain: list[int] = []
    while sector < _FREE:
        if sector >= len(table) or len(chain) > len(table):
            raise UnreadableFile("reader.damaged")
        chain.append(sector)
        sector = table[sector]
    return chain


def _entries(raw: bytes) -> list[_Entry]:
    entries = []
    for start in range(0, len(raw) - 127, 128):
        (length, kind) = struct.unpack_from("<HB", raw, start + 64)
        left, right, child = struct.unpack_from("<III", raw, start + 68)
        first, size = struct.unpack_from("<II", raw, start + 116)
        name = raw[start : start + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        entries.append(_Entry(name, kind, left, right, child, first, size))
    return entries


# --- when it was saved ----------------------------------------------------------------

_LAST_SAVED = 13  # MS-OLEPS / PIDSI_LASTSAVE_DTM
_FILETIME = 64
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def last_saved(compound: CompoundFile) -> datetime | None:
    """When the document was last saved, in UTC, as its SummaryInformation says."""
    try:
        raw = compound.stream("\x05SummaryInformation") or b""
        (section,) = struct.unpack_from("<I", raw, 44)
        (count,) = struct.unpack_from("<I", raw, section + 4)
        for index in range(min(count, 100)):
            number, offset = struct.unpack_from("<II", raw, section + 8 + index * 8)
            if number != _LAST_SAVED:
                continue
            kind, ticks = struct.unpack_from("<IQ", raw, section + offset)
            return _EPOCH + timedelta(microseconds=ticks // 10) if kind == _FILETIME else None
    except (struct.error, OverflowError, UnreadableFile):
        return None  # the properties are not worth a file
    return None
