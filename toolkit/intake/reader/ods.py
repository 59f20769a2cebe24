"""OpenDocument spreadsheets (.ods, .fods): content.xml read row by row.

Repeated rows and columns are only expanded where they hold something, so that a sheet that
declares a million rows costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree

from toolkit.errors import UnreadableFile
from toolkit.findings import Finding, Severity
from toolkit.intake.model import RawCell, RawSheet
from toolkit.intake.reader import xml
from toolkit.intake.reader.archive import Archive
from toolkit.intake.reader.limits import Limits
from toolkit.intake.reader.ods_cells import ODS_COLUMNS, ODS_ROWS, read_ods_cell
from toolkit.intake.reader.ods_styles import OdsStyles, uses_legacy
from toolkit.intake.reader.ooxml import Reading
from toolkit.intake.reader.values import Budget, a1, iso_moment, note

_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_REPEAT_ROWS = _TABLE + "number-rows-repeated"
_REPEAT_COLUMNS = _TABLE + "number-columns-repeated"
_CELL, _COVERED = _TABLE + "table-cell", _TABLE + "covered-table-cell"
_ROW, _COLUMN, _SHEET = _TABLE + "table-row", _TABLE + "table-column", _TABLE + "table"
_TAGS = (_SHEET, _ROW, _COLUMN, _STYLE + "style", _STYLE + "font-face")
# Attributes of a cell that holds nothing.
_QUIET = frozenset([_REPEAT_COLUMNS, _TABLE + "style-name", _TABLE + "content-validation-name"])
_GENERATOR = re.compile(rb"<meta:generator>([^<]{0,200})")
_COMPUTING = (b"LibreOffice", b"OpenOffice", b"Collabora", b"MicrosoftOffice", b"Excel")
# A copy of another file's cells that LibreOffice keeps for formulas: it is told by its name only.
_OTHER_FILE = re.compile(r"'[^'].*'#.*", re.DOTALL)
_FAR = 10**9  # beyond every sheet
_ARRAYS = 64  # array formulas that can be open at a time
_REPORTED = 20  # faults of one kind that are named one by one


def is_ods(archive: Archive) -> bool:
    """Whether the zip file is an OpenDocument spreadsheet."""
    if "mimetype" in archive:
        return archive.read("mimetype").strip().startswith(_SPREADSHEET)
    return "content.xml" in archive and "meta-inf/manifest.xml" in archive


def read_ods(archive: Archive, file: str, limits: Limits) -> Reading:
    """Read an .ods. Raises UnreadableFile; zip and XML errors pass through to the caller."""
    if "meta-inf/manifest.xml" in archive:
        manifest = archive.read("META-INF/manifest.xml")
        if b"encryption-data" in manifest and _is_sealed(manifest, limits):
            raise UnreadableFile("reader.encrypted")
    content = archive.read("content.xml")
    styles = OdsStyles()
    if "styles.xml" in archive:
        common = archive.read("styles.xml")
        styles.legacy = uses_legacy(content, common)
        if styles.legacy and len(common) <= limits.max_tree:
            _common_styles(common, styles)
    else:
        styles.legacy = uses_legacy(content)
    meta = archive.read("meta.xml") if "meta.xml" in archive else b""
    sheets, odd = _Content(styles, file, limits, computes=_computes(meta)).read(content)
    notes = [note("reader.macros", Severity.NOTE, file)] if _has_macros(archive) else []
    return Reading("ods", sheets, _modified(meta, limits), (*notes, *odd))


def read_flat_ods(data: bytes, file: str, limits: Limits) -> Reading:
    """Read a flat .fods. Raises UnreadableFile; XML errors pass through to the caller."""
    if len(data) > limits.max_part:
        raise UnreadableFile("reader.too_large")
    styles = OdsStyles(legacy=uses_legacy(data))
    sheets, odd = _Content(styles, file, limits, computes=_computes(data)).read(data)
    return Reading("ods", sheets, None, odd)


def _is_sealed(manifest: bytes, limits: Limits) -> bool:
    """Whether the cells have a password. A macro library has one of its own: no matter here."""
    return any(
        xml.attribute(each, "full-path") in ("content.xml", "encrypted-package")
        and xml.child(each, "encryption-data") is not None
        for each in xml.parse(manifest, limit=limits.max_tree)
    )


def _has_macros(archive: Archive) -> bool:
    return archive.any_under("basic/") or archive.any_under("scripts/")


def _common_styles(data: bytes, styles: OdsStyles) -> None:
    for _event, element in xml.events(data, ("end",), _TAGS[3:]):
        styles.note(element)


def _computes(meta: bytes) -> bool:
    """Whether the file comes from a program that stores the result of every formula."""
    generator = _GENERATOR.search(meta)
    return generator is not None and any(name in generator[1] for name in _COMPUTING)


def _modified(meta: bytes, limits: Limits) -> datetime | None:
    """The date in meta.xml; LibreOffice writes the sender's clock without a zone: read as UTC."""
    if not meta:
        return None
    try:
        root = xml.parse(meta, limit=limits.max_tree)
    except (etree.LxmlError, UnreadableFile):
        return None  # the properties are not worth a file
    dates = [e.text or "" for e in root.iter() if xml.local(e) == "date"]
    moment = iso_moment(dates[0]) if dates else None
    if moment is None:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class _Content:
    """One pass over content.xml."""

    def __init__(self, styles: OdsStyles, file: str, limits: Limits, *, computes: bool) -> None:
        self._computes = computes
        self._styles = styles
        self._file = file
        self._limits = limits
        self._budget = Budget(limits.max_cells)
        self._odd: list[Finding] = []

    def read(self, data: bytes) -> tuple[tuple[RawSheet, ...], tuple[Finding, ...]]:
        """All sheets and what was found amiss. Raises UnreadableFile("reader.no_sheets")."""
        sheets: list[RawSheet] = []
        table: _Table | None = None
        linked = False  # whether the file holds cells of another file
        depth = 0  # of tables: one within a cell is no sheet
        for event, element in xml.events(data, ("start", "end"), _TAGS):
            tag = element.tag
            if tag == _SHEET:
                depth += 1 if event == "start" else -1
                if event == "start" and depth == 1:
                    other = _OTHER_FILE.fullmatch(element.get(_TABLE + "name") or "")
                    linked = linked or other is not None
                    table = None if other else self._table(element)
                elif event == "end" and depth == 0 and table is not None:
                    self._odd += table.odd(self._file)
                    sheets.append(table.sheet())
                    table = None
                    element.clear()
                    if len(sheets) > self._limits.max_sheets:
                        raise UnreadableFile("reader.too_large")
            elif event == "start":
                continue
            elif tag == _ROW and depth == 1:
                if table is not None:
                    table.row(element)
                xml.drop(element)
            elif tag == _COLUMN and depth == 1 and table is not None:
                table.column(element)
            elif depth == 0:
                self._styles.note(element)
        if not sheets:
            raise UnreadableFile("reader.no_sheets")
        if linked:
            self._odd.insert(0, note("reader.external_links", Severity.NOTE, self._file))
        return tuple(sheets), tuple(self._odd)

    def _table(self, element: etree._Element) -> _Table:
        return _Table(element, self._styles, self._budget, self._limits, computes=self._computes)


class _Table:
    """A sheet in the making."""

    def __init__(
        self,
        element: etree._Element,
        styles: OdsStyles,
        budget: Budget,
        limits: Limits,
        *,
        computes: bool,
    ) -> None:
        self._computes = computes
        self._name = element.get(_TABLE + "name") or ""
        self._visible = element.get(_TABLE + "style-name") not in styles.hidden_tables
        self._styles = styles
        self._budget = budget
        self._limits = limits
        self._cells: dict[tuple[int, int], RawCell] = {}
        self._merged: list[tuple[int, int, int, int]] = []
        self._hidden_rows: list[tuple[int, int]] = []
        self._hidden_columns: set[int] = set()
        self._column_styles: list[tuple[int, str]] = []  # (last column, default cell style)
        self._arrays: list[tuple[int, int, int, int]] = []
        self._bad: list[tuple[int, int]] = []
        self._misplaced: list[str] = []
        self._row = 0
        self._columns = 0

    def column(self, element: etree._Element) -> None:
        repeat = _repeat(element, _REPEAT_COLUMNS, ODS_COLUMNS)
        first, self._columns = self._columns + 1, self._columns + repeat
        if element.get(_TABLE + "visibility") in ("collapse", "filter"):
            last = min(self._columns, ODS_COLUMNS)
            self._hidden_columns.update(range(first, last + 1))
        if self._styles.legacy:
            style = element.get(_TABLE + "default-cell-style-name") or ""
            self._column_styles.append((self._columns, style))

    def row(self, element: etree._Element) -> None:
        repeat = _repeat(element, _REPEAT_ROWS, _FAR)
        first = self._row + 1
        self._row += repeat
        if element.get(_TABLE + "visibility") in ("collapse", "filter"):
            self._hidden_rows.append((first, self._row))
        for column, width, cell in self._row_cells(element):
            self._budget.spend(repeat * width)
            if self._row > ODS_ROWS or column + width - 1 > ODS_COLUMNS:
                if len(self._misplaced) < _REPORTED:
                    self._misplaced.append(f"{a1(self._row, column + width - 1)}: {cell.shown()}")
                continue
            for row in range(first, self._row + 1):
                for each in range(column, column + width):
                    self._cells[row, each] = cell

    def _row_cells(self, row: etree._Element) -> Iterator[tuple[int, int, RawCell]]:
        """The cells of a row that hold something: first column, how many columns, the cell."""
        column = 1
        default = row.get(_TABLE + "default-cell-style-name") or ""
        for element in row:
            if element.tag != _CELL and element.tag != _COVERED:
                continue
            repeat = _repeat(element, _REPEAT_COLUMNS, _FAR)
            if len(element) or not _QUIET.issuperset(element.attrib):
                self._merge(element, column)
                follows = bool(self._arrays) and self._in_array(column)
                self._note_array(element, column)
                font = self._font(element, default, column)
                cell, sound = read_ods_cell(element, font, computes=self._computes, follows=follows)
                if cell is not None:
                    yield column, repeat, cell
                if not sound:
                    self._bad.append((self._row, column))
            column += repeat

    def _font(self, element: etree._Element, default: str, column: int) -> str:
        if not self._styles.legacy:
            return ""
        name = element.get(_TABLE + "style-name") or default
        if not name:
            name = next((style for last, style in self._column_styles if column <= last), "")
        return self._styles.font(name)

    def _note_array(self, element: etree._Element, column: int) -> None:
        """Remember the cells that one formula fills: the others are stored as bare values."""
        across = _repeat(element, _TABLE + "number-matrix-columns-spanned", ODS_COLUMNS)
        down = _repeat(element, _TABLE + "number-matrix-rows-spanned", ODS_ROWS)
        if across > 1 or down > 1:
            live = [area for area in self._arrays if area[2] >= self._row]
            area = (self._row, column, self._row + down - 1, column + across - 1)
            self._arrays = [*live, area][-_ARRAYS:]

    def _in_array(self, column: int) -> bool:
        return any(
            top <= self._row <= bottom and left <= column <= right
            for top, left, bottom, right in self._arrays
        )

    def _merge(self, element: etree._Element, column: int) -> None:
        across = _repeat(element, _TABLE + "number-columns-spanned", ODS_COLUMNS)
        down = _repeat(element, _TABLE + "number-rows-spanned", ODS_ROWS)
        if across > 1 or down > 1:
            top = self._row
            self._merged.append((top, column, top + down - 1, column + across - 1))
            if len(self._merged) > self._limits.max_merged:
                raise UnreadableFile("reader.too_large")

    def sheet(self) -> RawSheet:
        """The finished sheet; rows hidden beyond the last cell are of no interest."""
        last = max((row for row, _column in self._cells), default=0)
        hidden = {
            row for first, end in self._hidden_rows for row in range(first, min(end, last) + 1)
        }
        return RawSheet(
            self._name,
            self._cells,
            self._visible,
            tuple(self._merged),
            frozenset(hidden),
            frozenset(self._hidden_columns),
        )

    def odd(self, file: str) -> list[Finding]:
        """Findings for cells outside a sheet, and whose stored value contradicts their type."""
        return [
            note("reader.misplaced_cell", Severity.ERROR, file, self._name, found=shown)
            for shown in self._misplaced
        ] + [
            note(
                "reader.bad_cell",
                Severity.WARNING,
                file,
                self._name,
                a1(*address),
                found=self._cells[address].shown(),
            )
            for address in self._bad[:_REPORTED]
        ]


def _repeat(element: etree._Element, attribute: str, most: int) -> int:
    text = element.get(attribute)
    if text is None:
        return 1
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        raise UnreadableFile("reader.damaged")
    return min(max(int(text), 1), most)
