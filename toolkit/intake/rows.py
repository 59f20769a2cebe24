"""Finding the rows of a table again."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.findings import Address, Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.cells import a1, is_blank, key_of, shortened
from toolkit.intake.model import CellKind, RawCell, RawSheet
from toolkit.template.layout import SheetLayout
from toolkit.text import match_key

# How a row of sums is labelled when an office types one (also "Cộng", "Tổng").
_TOTAL = re.compile(r"^(?:tổng(?: cộng| số)?|cộng)(?: cộng)?\s*:?$")
_DIGITS = re.compile(r"\d")
_NUMBER = re.compile(r"[0-9]{1,6}")  # of a row of a list
_SIGNATURE = re.compile(
    r"^(?:người lập|thủ trưởng|t/m|tm\.|k/t|kt\.|t/l|tl\.|tuq\.|nơi nhận|ký|\(ký|"
    r"prepared by|head of the|.*\bdate [\d.… ]+month|"
    r".*\bngày\s*[\d.… ]*\s*tháng\s*[\d.… ]*\s*năm)"
)


@dataclass(frozen=True, slots=True)
class Placed:
    """Row keys and their places; rows that cannot be attributed; second rows of one key.

    Each of the last two with the finding that says so.
    """

    rows: Mapping[str, int]
    faulted: Mapping[str, Finding] = field(default_factory=dict)
    spare: Mapping[int, Finding] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def is_total(text_key: str) -> bool:
    """Whether a matching key is the label of a row of sums."""
    return bool(_TOTAL.match(text_key))


def is_signature(text_key: str) -> bool:
    """Whether a matching key opens the block of place, date and signatures."""
    return bool(_SIGNATURE.match(text_key))


# --- rows that the programme knows (items, questions) ---------------------------------------


def place_known_rows(
    file: str,
    sheet: RawSheet,
    texts: Mapping[str, str],
    column: int,
    keys: Mapping[str, Sequence[int]],
    inputs: Sequence[int],
    first: int,
) -> Placed:
    """Place each row by its hidden key, held against the text seen in ``column``.

    Keys that are gone are made up for by the texts. Where whole keys and texts are exchanged
    among rows (the visible part sorted), what the sender saw counts, with a warning.
    """
    wanted = {key: match_key(text) for key, text in texts.items()}
    owner = _unique(wanted)
    shown = {
        row: key_of(cell)
        for (row, col), cell in sheet.cells.items()
        if col == column and row >= first
    }
    rows: dict[str, int] = {}
    faulted: dict[str, Finding] = {}
    spare: dict[int, Finding] = {}
    findings: list[Finding] = []

    def at(row: int) -> Address:
        return Address(file, sheet.name, a1(row, column))

    for key in texts:
        candidates = list(keys.get(key, ()))
        same = [row for row in candidates if shown.get(row) == wanted[key]]
        candidates = same or candidates
        filled = [
            r for r in candidates if any(not is_blank(sheet.cells.get((r, c))) for c in inputs)
        ]
        if len(filled) > 1:
            said = finding("structure.row_duplicated", at(filled[1]), shortened(texts[key]))
            faulted[key] = said
            spare.update(dict.fromkeys(filled[1:], said))
            findings.append(said)
        if candidates:
            rows[key] = (filled or candidates)[0]
    exchanged = {
        key: owner[shown[row]]
        for key, row in rows.items()
        if shown.get(row, wanted[key]) != wanted[key] and shown[row] in owner
    }
    if exchanged and set(exchanged) == set(exchanged.values()):
        moved = {other: rows[key] for key, other in exchanged.items()}
        rows.update(moved)
        findings.append(finding("structure.rows_resorted", at(min(moved.values()))))
    else:
        for key, other in exchanged.items():
            faulted[key] = finding(
                "structure.row_contradicts",
                at(rows[key]),
                shortened(texts[other]),
                expected=shortened(texts[key]),
            )
            findings.append(faulted[key])
    findings += _by_text(texts, wanted, owner, shown, rows, at)
    findings += _missing(texts, rows, at, first)
    order = [rows[key] for key in texts if key in rows]
    if order != sorted(order) and not exchanged:
        findings.append(finding("structure.rows_moved", at(min(order))))
    return Placed(rows, faulted, spare, tuple(findings))


def _unique(wanted: Mapping[str, str]) -> dict[str, str]:
    """Key by text, for the texts that only one row has."""
    owner: dict[str, str] = {}
    repeated = set()
    for key, text in wanted.items():
        if text in owner:
            repeated.add(text)
        owner[text] = key
    return {text: key for text, key in owner.items() if text and text not in repeated}


def _by_text(
    texts: Mapping[str, str],
    wanted: Mapping[str, str],
    owner: Mapping[str, str],
    shown: Mapping[int, str],
    rows: dict[str, int],
    at: Callable[[int], Address],
) -> list[Finding]:
    """Place the rows whose key is gone where exactly one free row shows their text."""
    taken = set(rows.values())
    free: dict[str, list[int]] = {}
    for row, text in shown.items():
        if row not in taken:
            free.setdefault(text, []).append(row)
    made_up = []
    for key in texts:
        places = free.get(wanted[key], [])
        if key not in rows and owner.get(wanted[key]) == key and len(places) == 1:
            rows[key] = places[0]
            made_up.append(key)
    if not made_up:
        return []
    first = min(rows[key] for key in made_up)
    return [finding("structure.rows_by_text", at(first), count=str(len(made_up)))]


def _missing(
    texts: Mapping[str, str],
    rows: Mapping[str, int],
    at: Callable[[int], Address],
    first: int,
) -> list[Finding]:
    """An error for each row that is not there, at the place where it should follow."""
    findings = []
    before = first - 1
    for key, text in texts.items():
        if key in rows:
            before = rows[key]
        else:
            findings.append(
                finding("structure.row_missing", at(before + 1), expected=shortened(text), row=key)
            )
    return findings


# --- rows that the sender fills (open forms) -------------------------------------------------


def rows_of(sheet: RawSheet, key_column: int) -> dict[int, dict[int, RawCell]]:
    """The non-blank cells by row and column, in order, without the hidden keys."""
    rows: dict[int, dict[int, RawCell]] = {}
    for (row, column), cell in sorted(sheet.cells.items(), key=lambda pair: pair[0]):
        if column != key_column and not is_blank(cell):
            rows.setdefault(row, {})[column] = cell
    return rows


def is_heading_row(cells: Mapping[int, RawCell], layout: SheetLayout) -> bool:
    """Whether the row repeats the table head or its column numbers (at a page break)."""
    texts = {key_of(cell) for cell in cells.values()}
    head = {match_key(h.text) for h in layout.headings} | {
        match_key(label) for label in layout.number_labels
    }
    return len(texts) > 1 and texts <= head


def is_total_row(cells: Mapping[int, RawCell]) -> bool:
    """Whether the row is one of sums: such a label among its first cells, then no text."""
    leading = list(cells.values())[:2]
    if not any(is_total(key_of(cell)) for cell in leading):
        return False
    rest = list(cells.values())[2:]
    return not any(cell.kind is CellKind.TEXT and not _DIGITS.search(cell.shown()) for cell in rest)


def is_signature_row(cells: Mapping[int, RawCell], number_column: int) -> bool:
    """Whether the block of place, date and signatures begins in the row."""
    return (
        0 < len(cells) <= 3
        and number_column not in cells
        and any(is_signature(key_of(cell)) for cell in cells.values())
    ) or (
        bool(cells)
        and len(cells) <= 3
        and all(is_signature(key_of(cell)) for cell in cells.values())
    )


def place_open_rows(
    sheet: RawSheet,
    layout: SheetLayout,
    keys: Mapping[str, Sequence[int]],
    inputs: Sequence[int],
    number_column: int,
    first: int,
    total: int | None,
) -> Placed:
    """Place the rows of an open form, from the table head to its total row or signatures.

    A row keeps its hidden key; rows the sender inserted (without a key, or with the copied
    key of another) take the next free numbers, from above. Repeated heads and typed rows of
    sums are no rows of the table.
    """
    known = {row: key for key, at in keys.items() if _NUMBER.fullmatch(key) for row in at[:1]}
    by_row = rows_of(sheet, 0)
    last_known = max(known, default=0)
    rows: dict[int, str] = {}
    inserted: list[int] = []
    for row in range(min([first, *known]), max([*by_row, last_known, first]) + 1):
        cells = by_row.get(row, {})
        visible = {c: cell for c, cell in cells.items() if c >= number_column}
        if row == total:
            break
        if row > last_known and _table_ends(visible, layout, inputs, number_column, bool(known)):
            break
        if is_heading_row(visible, layout) or is_total_row(visible):
            continue
        if row in known:
            rows[row] = known[row]
        elif any(column in visible for column in inputs):
            inserted.append(row)
    fresh = max((int(key) for key in known.values()), default=0)
    for row in inserted:
        fresh += 1
        rows[row] = str(fresh)
    return Placed({key: row for row, key in sorted(rows.items())})


def _table_ends(
    cells: Mapping[int, RawCell],
    layout: SheetLayout,
    inputs: Sequence[int],
    number_column: int,
    keyed: bool,
) -> bool:
    """Whether a row below the last keyed one is no longer part of the table.

    With keys the rows that follow on directly are; without any, all until the signatures.
    """
    if is_signature_row(cells, number_column):
        return True
    if is_total_row(cells):
        return layout.total_row is not None
    if keyed:
        return not any(column in cells for column in inputs)
    return False
