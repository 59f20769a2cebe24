"""Small questions about raw cells."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.intake.model import CellKind, RawCell, RawSheet
from toolkit.kept import by_identity
from toolkit.places import column_letters
from toolkit.text import match_key

_LONG = 1500  # characters of a text; the keys of shorter ones are kept by match_key itself


def a1(row: int, column: int) -> str:
    """``C5`` for row 5, column 3."""
    return f"{column_letters(column)}{row}"


def is_blank(cell: RawCell | None) -> bool:
    """Whether nothing can be seen in the cell: nothing, or white space of any kind."""
    if cell is None:
        return True
    if cell.kind is not CellKind.TEXT:
        return False
    text = cell.shown()
    return not text[:1].isalnum() and not match_key(text)


def key_of(cell: RawCell | None) -> str:
    """The matching key of what the cell shows; empty for a blank one."""
    return "" if cell is None else match_key(cell.shown())


def _keys(sheet: RawSheet) -> Mapping[tuple[int, int], str]:
    long: dict[str, str] = {}  # one text of megabytes may stand in thousands of cells
    found = {}
    for place, cell in sheet.cells.items():
        shown = cell.shown()
        if len(shown) <= _LONG:
            found[place] = match_key(shown)
        else:
            if shown not in long:
                long[shown] = match_key(shown)
            found[place] = long[shown]
    return found


# The matching keys of all cells of a sheet, in their order: the cover is asked many times.
keys_of = by_identity(_keys)


def shortened(text: str, limit: int = 60) -> str:
    """``text`` on one line and no longer than ``limit``, for a message."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
