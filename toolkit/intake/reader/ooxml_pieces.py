"""The cells of a regular worksheet, cut at its values.

What stands between two values (the end of one cell, blank cells, ends and starts of rows, the
opening of the next cell with its formula) comes again byte for byte in every return of a
template. So a piece is taken apart by a regular expression once and known from then on. The
expression must cover a piece to its last byte; pieces and values together are the sheet. So no
cell can be passed over, and anything unusual sends the whole sheet to ``ooxml_walk``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from toolkit.intake.model import CellKind, RawCell
from toolkit.intake.reader.ooxml_cells import Context, Stored, position_of, read_cell
from toolkit.intake.reader.ooxml_styles import Styles, characters, text_of
from toolkit.intake.reader.values import decimal_of

Position: TypeAlias = tuple[int, int]
Cells: TypeAlias = dict[Position, RawCell]

_VALUE = re.compile(rb"<v>([^<]*+)</v>")
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
          (?: (<v(?:\ xml:space="preserve")?+(?:/>|>([^<]*+)</v>))        # 6, 7: value
            | <is><t(?:\ xml:space="preserve")?+>([^<]*+)</t></is> )?+    # 8: inline string
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
_DIGITS = b"0123456789.+-eE"

_START = b"\0"  # marks the first piece; XML cannot hold it
_CLOSE = b"</c>"
_CUT = b"<v>0</v></c>"  # put in the place of the value that follows a piece
_KEPT_PIECE = 4096  # the longest piece that is kept
_KEPT_TEXT = 4096  # the longest value that is kept
_KEPT = 1 << 23  # bytes and characters that one memory may keep
_INDICES = tuple(b"%d" % number for number in range(4096))


class Cell(NamedTuple):
    """A stored cell as the bytes have it; ``value`` is None where there is no value element."""

    place: Position
    style: bytes
    kind: bytes
    formula: str | None  # None: no formula
    value: bytes | None
    inline: bytes


class Piece(NamedTuple):
    """What was found between two values."""

    before: tuple[Cell, ...]  # cells that are whole in the piece: uncached, inline strings
    cell: Cell | None  # the one whose value follows; None in the last piece
    hidden: tuple[int, ...]  # rows


def read_piece(piece: bytes, *, last: bool = False) -> Piece | None:
    """Take a piece apart; None where it is not regular to its last byte."""
    if not piece.startswith((_CLOSE, _START)):
        return None
    text = piece[len(_START) if piece.startswith(_START) else len(_CLOSE) :]
    hidden = _hidden_rows(text)
    if hidden is None or _has_arrays(text):
        return None
    if not last:
        text += _CUT
    tiles = _TILE.findall(text)
    if sum(len(tile[0]) for tile in tiles) != len(text):
        return None
    cells = []
    for _, reference, style, kind, formula, element, value, inline in tiles:
        if not reference:
            continue
        place = position_of(reference)
        if place is None:
            return None
        try:
            computed = _formula(formula)
        except ValueError:
            return None
        cells.append(Cell(place, style, kind, computed, value if element else None, inline))
    if last:
        return Piece(tuple(cells), None, hidden)
    if not cells:
        return None
    return Piece(tuple(cells[:-1]), cells[-1], hidden)


def _formula(element: bytes) -> str | None:
    """The text of a formula element, None where there is none. Raises ValueError."""
    if not element:
        return None
    return text_of(element[element.find(b">") + 1 : -4]) if element.endswith(b"</f>") else ""


def _has_arrays(text: bytes) -> bool:
    """Whether one formula fills several cells; all but the first are stored as bare values."""
    if b'"array"' not in text and b'"dataTable"' not in text:
        return False
    return any(_SEVERAL_CELLS.search(tag[0]) for tag in _FORMULA_TAG.finditer(text))


def _hidden_rows(text: bytes) -> tuple[int, ...] | None:
    """Rows hidden or of height 0; None where a hidden row does not say its number."""
    rows = []
    for match in _ROW_TAG.finditer(text):
        if not _HIDDEN.search(match[0]):
            continue
        number = _ROW_NUMBER.search(match[0])
        if number is None:
            return None
        rows.append(int(number[1]))
    return tuple(rows)


_last_piece = lru_cache(maxsize=256)(read_piece)


class Known(NamedTuple):
    """A piece and the cells known for the value that follows it, by that value."""

    place: Position
    cells: dict[bytes | str, RawCell]
    shared: bool  # the value is the number of a shared string: the text itself is the key
    more: bool  # there are hidden rows or cells before
    piece: Piece
    cell: Cell


class Memory:
    """What is known of sheets under one set of styles. Forgotten when it has grown too large."""

    def __init__(self) -> None:
        self.pieces: dict[bytes, Known] = {}
        self._cells: dict[tuple[bytes, bytes, bool], dict[bytes | str, RawCell]] = {}
        self._size = 0

    def learn(self, piece: bytes) -> Known | None:
        """A piece that was not known; None where it is not regular."""
        read = read_piece(piece)
        if read is None or read.cell is None:
            return None
        cell = read.cell
        cells = self._cells.setdefault((cell.style, cell.kind, cell.formula is not None), {})
        more = bool(read.before or read.hidden)
        known = Known(cell.place, cells, cell.kind == b"s", more, read, cell)
        if len(piece) <= _KEPT_PIECE:
            self._grow(len(piece))
            self.pieces[piece] = known
        return known

    def keep(self, cells: dict[bytes | str, RawCell], key: bytes | str, cell: RawCell) -> None:
        """Keep a cell by its value."""
        if len(key) <= _KEPT_TEXT:
            self._grow(len(key))
            cells[key] = cell

    def _grow(self, size: int) -> None:
        self._size += size + 200  # and what the objects around it take, roughly
        if self._size > _KEPT:
            self.pieces.clear()
            for cells in self._cells.values():
                cells.clear()
            self._size = 0


@lru_cache(maxsize=4)
def _memory_of(styles: Styles, date1904: bool) -> Memory:
    del styles, date1904
    return Memory()


class CellMaker:
    """The cells of one workbook from the pieces and values of its sheets."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._memory = _memory_of(context.styles, context.date1904)
        texts, fonts = context.strings
        # By number as it is written; those in a font of their own are made one by one.
        self._texts: dict[bytes, str] = dict(zip(_INDICES, texts, strict=False))
        for index in fonts:
            self._texts.pop(b"%d" % index, None)

    def cells(self, body: bytes, found: Cells, hidden: set[int]) -> bool:
        """Add the non-blank cells of ``body`` and its hidden rows; False where it is irregular.

        ``body`` begins and ends between rows. Two cells of one address make it irregular.
        Raises ValueError for an unknown entity.
        """
        tokens = _VALUE.split(_START + body)
        pieces = iter(tokens[::2])
        stored = len(found)
        pieces_known, texts = self._memory.pieces, self._texts
        for value, piece in zip(tokens[1::2], pieces, strict=False):
            known = pieces_known.get(piece) or self._memory.learn(piece)
            if known is None:
                return False
            place, cells, shared, more, read, opened = known
            if more:
                hidden.update(read.hidden)
                stored += self._add(read.before, found)
            cell = cells.get(texts.get(value, b"") if shared else value)
            if cell is None:
                cell = self._make(opened._replace(value=value), known.cells)
                if cell is None:
                    continue
            stored += 1
            found[place] = cell
        last = _last_piece(tokens[-1], last=True)
        if last is None:
            return False
        hidden.update(last.hidden)
        stored += self._add(last.before, found)
        return stored == len(found)

    def _add(self, cells: Iterable[Cell], found: Cells) -> int:
        stored = 0
        for cell in cells:
            made = self._make(cell, None)
            if made is not None:
                found[cell.place] = made
                stored += 1
        return stored

    def _make(self, cell: Cell, kept: dict[bytes | str, RawCell] | None) -> RawCell | None:
        """The cell, or None for a blank one; kept where its value alone tells what it is."""
        doubtful = len(self.context.contradictions)
        style = self.context.style(cell.style.decode())
        value = cell.value or b""
        made = None
        if value and not style.date and cell.kind in (b"", b"n"):
            number = _decimal(value)
            if number is not None:
                made = RawCell(CellKind.NUMBER, number, cell.formula is not None, style.percent)
        if made is None:
            made = self._other(cell)
        if made is None or kept is None or not value:
            return made
        key = self._texts.get(value) if cell.kind == b"s" else value
        if key and len(self.context.contradictions) == doubtful:
            self._memory.keep(kept, key, made)
        return made

    def _other(self, cell: Cell) -> RawCell | None:
        return read_cell(
            Stored(
                cell.style.decode(),
                cell.kind.decode(),
                None if cell.value is None else characters(cell.value),
                cell.formula,
                (text_of(cell.inline), "") if cell.inline else None,
            ),
            self.context,
        )


def _decimal(value: bytes) -> Decimal | None:
    """The number of a value that is written as one, or None."""
    if value.isdigit() and len(value) < 16:
        return Decimal(int(value))
    if value.translate(None, _DIGITS):
        return None  # float() takes more than a file may write: "1_000", "nan", "inf"
    try:
        return decimal_of(float(value))
    except ValueError:
        return None
