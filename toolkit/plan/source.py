"""From a file to paragraphs and tables, whatever program wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from toolkit.errors import ToolkitError, UnreadableFile
from toolkit.intake.model import RawSheet
from toolkit.intake.reader import read_bytes
from toolkit.intake.reader.archive import Archive
from toolkit.intake.reader.entry import BROKEN
from toolkit.intake.reader.limits import DEFAULTS
from toolkit.plan.document import is_document, read_document
from toolkit.plan.model import Block, Grid, Line, Paragraph, Place
from toolkit.plan.wash import unmark

MAX_TEXT = 5_000_000  # bytes of plain text; a plan of a hundred pages has half a million
MAX_CELLS = 500_000  # of a sheet, blank ones between counted
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0"
# What is no text though it has no zero bytes near its start; named by the intake's reader.
_NAMED = (b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf", b"MZ")


def read_source(path: Path) -> tuple[Block, ...]:
    """The paragraphs and tables of a plan, in its order.

    Raises UnreadableFile where the file is none that can be read (``reader.*``,
    ``plan.error.*`` in the catalogues), ToolkitError where there is none.
    """
    try:
        if path.stat().st_size > DEFAULTS.max_bytes:
            raise UnreadableFile("reader.too_large")
        data = path.read_bytes()
    except OSError as error:
        raise ToolkitError("error.no_path", path=str(path)) from error
    if data.startswith(_ZIP):
        document = _document(data)
        return document if document is not None else _sheets(data, path.name)
    if not data or data.startswith(_OLE) or data.startswith(_NAMED) or b"\0" in data[:4096]:
        text = _utf16(data)
        return _text(text) if text is not None else _sheets(data, path.name)
    return _text(_decoded(data))


def _document(data: bytes) -> tuple[Block, ...] | None:
    """The blocks of a .docx; None where the zip is no such document."""
    try:
        with Archive(data, DEFAULTS) as archive:
            return read_document(archive, DEFAULTS) if is_document(archive) else None
    except BROKEN as error:
        raise UnreadableFile("reader.damaged") from error


# --- workbooks ----------------------------------------------------------------------------


def _sheets(data: bytes, name: str) -> tuple[Block, ...]:
    return tuple(_grid(sheet) for sheet in read_bytes(data, name).sheets if sheet.cells)


def _grid(sheet: RawSheet) -> Grid:
    columns = sorted({column for _, column in sheet.cells})
    if len(columns) * len({row for row, _ in sheet.cells}) > MAX_CELLS:
        raise UnreadableFile("reader.too_large")
    columns = _with_gaps(columns)
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in sheet.cells.items():
        rows.setdefault(row, {})[column] = cell.shown()
    return Grid(
        tuple(
            Line(
                tuple(rows[row].get(column, "") for column in columns),
                Place("sheet", second=row, name=sheet.name),
            )
            for row in sorted(rows)
        )
    )


def _with_gaps(columns: list[int]) -> list[int]:
    """The columns with one blank one between: a heading may reach over it."""
    return sorted({c for column in columns for c in (column, column + 1) if c <= columns[-1]})


# --- plain text ---------------------------------------------------------------------------


def _utf16(data: bytes) -> str | None:
    if not data.startswith((b"\xff\xfe", b"\xfe\xff")) or len(data) > MAX_TEXT:
        return None
    try:
        return data.decode("utf-16")
    except UnicodeDecodeError:
        return None


def _decoded(data: bytes) -> str:
    if len(data) > MAX_TEXT:
        raise UnreadableFile("reader.too_large")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("plan.error.not_utf8") from error


def _text(text: str) -> tuple[Block, ...]:
    return tuple(_text_blocks(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))


def _text_blocks(lines: list[str]) -> Iterator[Block]:
    """Lines with tabs that follow one another are a table, every other one a paragraph."""
    grid: list[Line] = []
    for number, line in enumerate(lines, start=1):
        if "\t" in line:
            cells = tuple(unmark(cell) for cell in line.split("\t"))
            grid.append(Line(cells, Place("line", number)))
            continue
        if grid:
            yield Grid(tuple(grid))
            grid = []
        if line.strip():
            yield Paragraph(unmark(line), Place("line", number))
    if grid:
        yield Grid(tuple(grid))
