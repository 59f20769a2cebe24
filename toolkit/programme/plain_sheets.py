"""The tables of an ordinary ``.xlsx``, read in a tenth of the time that openpyxl takes.

Excel, LibreOffice, openpyxl and XlsxWriter write what is read here. Whatever else a file may
hold (a date before March 1900, a link in an empty cell, parts that are not there) is not judged
here: :func:`read_plainly` gives None, and openpyxl reads the file. A test holds both ways to
the same tables.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from toolkit.places import place_of
from toolkit.programme import cell_scan
from toolkit.record import record

# A value as a file holds it; a number still as binary as Excel keeps it.
Stored: TypeAlias = str | int | float | bool | date

MAX_ROWS = 50_000
MAX_COLUMNS = 300

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_SHEET_TYPE, _STRINGS_TYPE, _STYLES_TYPE = "/worksheet", "/sharedStrings", "/styles"
_BOOK = "xl/workbook.xml"

_NOT_IN_TITLES = re.compile(r"[\\*?:/\[\]]")
_LONGEST_TITLE = 31
# The two ways of counting days differ before March 1900.
_DAY_ZERO, _FIRST_DAY, _LAST_DAY = date(1899, 12, 30), 61, 2_958_465

# Of the formats that are not written out in a file (ECMA-376, 18.8.30).
_PERCENTS = frozenset({9, 10})
_DAYS = frozenset(range(14, 18)) | {22}
_TIMES = frozenset(range(18, 22)) | {45, 46, 47}
_LITERAL = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
_MOMENT = re.compile(r"(?<![_\\])[dmhysDMHYS]")
_SPAN = re.compile(r"\[(hh?|mm?|ss?)\]", re.IGNORECASE)


class _UnusualError(Exception):
    """The file holds something that is left to openpyxl."""


# What a damaged or foreign file runs into here; openpyxl says what it makes of it.
_LEFT = (
    _UnusualError,
    LookupError,
    ArithmeticError,  # a number beyond all days
    ValueError,
    OSError,
    EOFError,
    RuntimeError,  # an encrypted part, or one packed in a way that is not known
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
)


@record()
class PlainCell:
    """A cell with a stored value; ``problem`` is ``error`` or ``uncached``, "" where sound."""

    value: Stored
    percent: bool = False  # a number whose format shows a percentage
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PlainSheet:
    """A sheet: its cells with a value by 1-based (row, column), merged areas, its extent."""

    title: str
    cells: Mapping[tuple[int, int], PlainCell]
    merged: tuple[tuple[int, int, int, int], ...]  # top, left, bottom, right
    extent: tuple[int, int]  # the last row and column that the file speaks of

    @property
    def too_large(self) -> bool:
        """Whether it is larger than a programme's table can be; cells beyond are not read."""
        return self.extent[0] > MAX_ROWS or self.extent[1] > MAX_COLUMNS


@dataclass(frozen=True, slots=True)
class _Look:
    """What the number format of a cell says of its value."""

    percent: bool = False
    day: bool = False
    unusual: bool = False


_NO_LOOK = _Look()

# The cells with a value, and the last row and column that the sheet speaks of.
_Cells: TypeAlias = tuple[dict[tuple[int, int], PlainCell], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Book:
    """What the sheets of a workbook share."""

    strings: tuple[str, ...]
    looks: tuple[_Look, ...]


def read_plainly(path: Path, wanted: Callable[[str], bool]) -> tuple[PlainSheet, ...] | None:
    """The sheets of a workbook whose titles are wanted; None for openpyxl to read it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return tuple(_sheets(archive, wanted))
    except _LEFT:
        return None


def _sheets(archive: zipfile.ZipFile, wanted: Callable[[str], bool]) -> Iterator[PlainSheet]:
    root = _usual(_parsed(archive, _BOOK), "workbook")
    settings = root.find(f"{_MAIN}workbookPr")
    if settings is not None and settings.get("date1904", "0") not in ("0", "false"):
        raise _UnusualError
    links = _links(archive)
    shared = _only(links, _STRINGS_TYPE)
    styles = _only(links, _STYLES_TYPE)
    book = _Book(
        tuple(_strings(_usual(_parsed(archive, shared), "sst"))) if shared else (),
        tuple(_looks(_usual(_parsed(archive, styles), "styleSheet"))) if styles else (),
    )
    seen: set[str] = set()
    for sheet in _all(root.find(f"{_MAIN}sheets")):
        title = sheet.attrib["name"]
        kind, part = links[sheet.attrib[_RELATED]]
        usual = kind.endswith(_SHEET_TYPE) and 0 < len(title) <= _LONGEST_TITLE
        if not usual or _NOT_IN_TITLES.search(title) or title.lower() in seen:
            raise _UnusualError
        seen.add(title.lower())
        if wanted(title):
            yield _sheet(title, _read(archive, part), book)


def _read(archive: zipfile.ZipFile, part: str) -> bytes:
    data = archive.read(part)
    # Entities are nothing a spreadsheet program writes; UTF-16 would hide them.
    if b"<!" in data.replace(b"<!--", b"") or b"\x00" in data[:4]:
        raise _UnusualError
    return data


def _parsed(archive: zipfile.ZipFile, part: str) -> Element:
    return ElementTree.fromstring(_read(archive, part))


def _usual(root: Element, tag: str) -> Element:
    """``root`` where it is what is looked for: under another namespace nothing would be found."""
    if root.tag != f"{_MAIN}{tag}":
        raise _UnusualError
    return root


def _all(parent: Element | None) -> Iterable[Element]:
    return () if parent is None else parent


def _links(archive: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """Type and part of each relationship of the workbook, by its id."""
    root = _parsed(archive, "xl/_rels/workbook.xml.rels")
    return {
        one.attrib["Id"]: (
            one.attrib["Type"],
            posixpath.normpath(posixpath.join("/xl", one.attrib["Target"])).lstrip("/"),
        )
        for one in root.iter(_PACKAGE)
        if one.get("TargetMode") != "External"
    }


def _only(links: Mapping[str, tuple[str, str]], kind: str) -> str | None:
    parts = [part for type_, part in links.values() if type_.endswith(kind)]
    if len(parts) > 1:
        raise _UnusualError
    return parts[0] if parts else None


def _strings(root: Element) -> Iterator[str]:
    for one in root:
        if one.tag == f"{_MAIN}si":
            yield _text(one).replace("x005F_", "")  # as openpyxl does


def _text(parent: Element) -> str:
    """The text of a shared or inline string, in however many pieces; no reading aids."""
    pieces = []
    for child in parent:
        if child.tag == f"{_MAIN}t":
            pieces.append(child.text or "")
        elif child.tag == f"{_MAIN}r":
            pieces += [piece.text or "" for piece in child.findall(f"{_MAIN}t")]
    return "".join(pieces)


# --- number formats -----------------------------------------------------------------------


def _looks(root: Element) -> Iterator[_Look]:
    codes = {
        int(one.attrib["numFmtId"]): one.attrib["formatCode"]
        for one in _all(root.find(f"{_MAIN}numFmts"))
    }
    for style in _all(root.find(f"{_MAIN}cellXfs")):
        number = int(style.get("numFmtId", "0"))
        yield _written_out(codes[number]) if number in codes else _built_in(number)


def _built_in(number: int) -> _Look:
    return _Look(number in _PERCENTS, number in _DAYS, number in _TIMES)


def _written_out(code: str) -> _Look:
    first = code.split(";")[0]
    bare = _LITERAL.sub("", first)
    moment = _MOMENT.search(bare) is not None
    return _Look("%" in code, moment, _SPAN.search(first) is not None)


# --- cells --------------------------------------------------------------------------------


def _sheet(title: str, data: bytes, book: _Book) -> PlainSheet:
    scanned = cell_scan.scan(data)
    quick = _scanned_cells(scanned, book) if scanned is not None else None
    if scanned is not None and quick is not None:
        root = _usual(ElementTree.fromstring(scanned.rest), "worksheet")
        if root.find(f"{_MAIN}sheetData") is None:
            raise _UnusualError
        cells, (last_row, last_column) = quick
    else:
        root = _usual(ElementTree.fromstring(data), "worksheet")
        cells, (last_row, last_column) = _parsed_cells(root, book)
    merged = tuple(sorted(_merged(root), key=lambda area: area[:2]))
    for top, left, bottom, right in merged:
        last_row, last_column = max(last_row, bottom), max(last_column, right)
        for place in _within(cells, top, left, bottom, right):
            del cells[place]  # under the first cell of the area nothing can be seen
    for link in _all(root.find(f"{_MAIN}hyperlinks")):
        if place_of(link.attrib["ref"]) not in cells:
            raise _UnusualError  # openpyxl takes the link for the text
    sheet = PlainSheet(title, cells, merged, (last_row, last_column))
    if sheet.too_large:
        raise _UnusualError
    return sheet


def _parsed_cells(root: Element, book: _Book) -> _Cells:
    cells: dict[tuple[int, int], PlainCell] = {}
    last_row = last_column = 1
    for row in _all(root.find(f"{_MAIN}sheetData")):
        for cell in row:
            place = place_of(cell.attrib["r"])
            last_row, last_column = max(last_row, place[0]), max(last_column, place[1])
            held = _held(cell, book)
            if held is not None:
                cells[place] = held
    return cells, (last_row, last_column)


def _scanned_cells(sheet: cell_scan.Sheet, book: _Book) -> _Cells | None:
    """The same of cells cut out of the text; None where one of them is for the XML parser."""
    cells: dict[tuple[int, int], PlainCell] = {}
    columns: dict[str, int] = {}
    looks: dict[str, _Look] = {}
    meant = sheet.meant
    before, number, last_row = "", 0, 1
    for letters, row, style, kind, inline, formula, value in sheet.cells:
        column = columns.get(letters) or columns.setdefault(letters, place_of(f"{letters}1")[1])
        if row != before:
            before, number = row, int(row)
            last_row = max(last_row, number)
        look = looks.get(style)
        if look is None:
            look = book.looks[int(style or "0")] if book.looks else _NO_LOOK
            looks[style] = look
        if kind == "inlineStr":
            if formula or value:
                return None
            if inline:
                cells[number, column] = PlainCell(meant.get(inline, inline), look.percent)
        elif inline:
            return None
        elif value:
            cells[number, column] = _with_value(kind or "n", meant.get(value, value), look, book)
        elif formula:
            return None
    return cells, (last_row, max(columns.values(), default=1))


def _merged(root: Element) -> Iterator[tuple[int, int, int, int]]:
    for one in _all(root.find(f"{_MAIN}mergeCells")):
        first, _, last = one.attrib["ref"].partition(":")
        top, left = place_of(first)
        bottom, right = place_of(last or first)
        if top > bottom or left > right:
            raise _UnusualError
        yield top, left, bottom, right


def _within(
    cells: Mapping[tuple[int, int], object], top: int, left: int, bottom: int, right: int
) -> list[tuple[int, int]]:
    return [
        (row, column)
        for row, column in cells
        if top <= row <= bottom and left <= column <= right and (row, column) != (top, left)
    ]


def _held(cell: Element, book: _Book) -> PlainCell | None:
    kind = cell.get("t", "n")
    look = book.looks[int(cell.get("s", "0"))] if book.looks else _NO_LOOK
    if kind == "inlineStr":
        inner = cell.find(f"{_MAIN}is")
        if cell.find(f"{_MAIN}f") is not None:
            raise _UnusualError
        return None if inner is None else PlainCell(_text(inner), look.percent)
    stored = cell.findtext(f"{_MAIN}v")
    if not stored:
        return _without_result(cell.find(f"{_MAIN}f"), look)
    return _with_value(kind, stored, look, book)


def _with_value(kind: str, stored: str, look: _Look, book: _Book) -> PlainCell:
    match kind:
        case "n":
            return PlainCell(_number(stored, look), look.percent)
        case "s":
            return PlainCell(book.strings[int(stored)], look.percent)
        case "str":
            return PlainCell(stored, look.percent)
        case "b":
            return PlainCell(bool(int(stored)), look.percent)
        case "e":
            return PlainCell(stored, look.percent, "error")
    raise _UnusualError


def _without_result(formula: Element | None, look: _Look) -> PlainCell | None:
    if formula is None:
        return None
    if formula.get("t", "normal") not in ("normal", "array"):
        raise _UnusualError  # its text stands elsewhere
    return PlainCell(f"={formula.text or ''}", look.percent, "uncached")


def _number(stored: str, look: _Look) -> int | float | date:
    number = _cast(stored)
    if look.unusual:
        raise _UnusualError
    if not look.day:
        return number
    if number != int(number) or not _FIRST_DAY <= number <= _LAST_DAY:
        raise _UnusualError
    return _DAY_ZERO + timedelta(days=int(number))


@lru_cache(maxsize=1 << 12)
def _cast(stored: str) -> int | float:
    return float(stored) if {".", "E", "e"} & set(stored) else int(stored)
