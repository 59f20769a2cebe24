"""The template's own checks, taken out of a returned file before anything is read.

A template judges itself while it is filled in: a column beside each table, hidden columns
further right, a panel on the cover, a sheet of its own. None of it is an answer, and what it
says is judged anew. Only formulas are passed over, and what the template wrote beside them: a
remark somebody types into the column of checks stays, and is told of.
"""

from __future__ import annotations

from dataclasses import replace

from toolkit.intake.cells import key_of, keys_of
from toolkit.intake.cover import cover_sheet
from toolkit.intake.model import RawCell, RawSheet, RawWorkbook
from toolkit.intake.sheets import mark_place
from toolkit.messages import LANGUAGES, text
from toolkit.template.layout import CHECK_KEY, CHECK_SHEET
from toolkit.text import match_key


def _in_all_languages(key: str) -> frozenset[str]:
    return frozenset(match_key(text(key, lang)) for lang in LANGUAGES)


_HEADINGS = _in_all_languages("template.heading.check")
_PANEL = _in_all_languages("template.cover.panel")
_FINE = _in_all_languages("template.check.fine")


def without_checks(raw: RawWorkbook) -> RawWorkbook:
    """The workbook without the cells that belong to the template's checks."""
    cover = cover_sheet(raw)
    sheets = []
    for sheet in raw.sheets:
        if sheet.name == CHECK_SHEET and not sheet.visible:
            continue
        if sheet is cover:
            sheets.append(_without(sheet, _panel(sheet)))
        else:
            sheets.append(_without(sheet, _columns(sheet)))
    return replace(raw, sheets=tuple(sheets))


def _without(sheet: RawSheet, own: frozenset[tuple[int, int]]) -> RawSheet:
    if not own:
        return sheet
    cells = {place: cell for place, cell in sheet.cells.items() if place not in own}
    return replace(sheet, cells=cells)


def _columns(sheet: RawSheet) -> frozenset[tuple[int, int]]:
    """The cells in the columns of checks: known by their key, else by their heading.

    In the hidden columns everything is the template's own.
    """
    cells = sheet.cells
    mark = mark_place(sheet)
    keys = {
        column: cell.shown()
        for (row, column), cell in cells.items()
        if mark is not None and row == mark[0] and cell.shown().startswith(CHECK_KEY)
    }
    hidden = {column for column, key in keys.items() if key != CHECK_KEY}
    shown = keys.keys() - hidden
    if not keys:
        headed = sorted({column for (_, column), key in keys_of(sheet).items() if key in _HEADINGS})
        shown, hidden = set(headed[:1]), set(headed[1:])
    if not (hidden or shown):
        return frozenset()
    return frozenset(
        place
        for place, cell in cells.items()
        if place[1] in hidden or (place[1] in shown and _is_own(cell))
    )


def _is_own(cell: RawCell) -> bool:
    return cell.formula or key_of(cell) in _HEADINGS | _FINE | {CHECK_KEY}


def _panel(sheet: RawSheet) -> frozenset[tuple[int, int]]:
    """The formulas of the panel on the cover: in the rows under its heading, as long as there
    are any."""
    heads = [row for (row, _), key in keys_of(sheet).items() if key in _PANEL]
    if not heads:
        return frozenset()
    formulas: dict[int, list[tuple[int, int]]] = {}
    for place, cell in sheet.cells.items():
        if cell.formula:
            formulas.setdefault(place[0], []).append(place)
    row = min(heads) + 2  # a line of headings stands between
    own: list[tuple[int, int]] = []
    while row in formulas:
        own += formulas[row]
        row += 1
    return frozenset(own)
