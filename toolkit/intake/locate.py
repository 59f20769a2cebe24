"""Finding a form's table again in the sheet that came back.

The hidden codes of row 1 and keys of column A move along with whatever the sender inserts,
moves, sorts or deletes; they are held against the texts that can be seen. Where they are
gone the texts decide. Every position below is one of the sender's file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.findings import Address, Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.cells import a1, is_blank, key_of, shortened
from toolkit.intake.model import CellKind, RawSheet
from toolkit.intake.rows import Placed, is_total_row, place_known_rows, place_open_rows, rows_of
from toolkit.intake.sheets import mark_place
from toolkit.programme.model import Field, FormKind
from toolkit.template.layout import (
    ANSWER_KEY,
    KEY_COLUMN,
    KEY_ROW,
    TOTAL_KEY,
    Heading,
    SheetLayout,
    SlotKind,
    slot_kind,
)
from toolkit.text import match_key


@dataclass(frozen=True, slots=True)
class Table:
    """Where a form's table stands in the sender's sheet.

    ``columns`` maps field codes (in a form of QUESTIONS the one entry ANSWER_KEY) and
    ``rows`` row keys to their places; what is missing is not in them. Answers in a faulted
    row or column cannot be attributed: the finding that says so stands beside it.
    """

    layout: SheetLayout
    sheet: RawSheet
    key_row: int
    key_column: int
    head: int
    first: int  # the first row under the table head
    last: int  # the last row of the table, its total row included
    total_row: int | None
    number_column: int
    columns: Mapping[str, int]
    rows: Mapping[str, int]
    faulted_columns: Mapping[str, Finding]
    faulted_rows: Mapping[str, Finding]
    spare_columns: Mapping[int, Finding]  # second columns of one code
    spare_rows: Mapping[int, Finding]  # second rows of one key
    findings: tuple[Finding, ...]

    def place(self, row_key: str, field: Field) -> tuple[int, int] | None:
        """Where the answer stands, or None where its row or column is gone."""
        row = self.rows.get(row_key)
        column = self.columns.get(ANSWER_KEY if self.layout.answer_column else field.code)
        return None if row is None or column is None else (row, column)

    def address(self, file: str, row_key: str, field: Field) -> Address:
        """The answer's address; without a cell where its row or column is gone."""
        place = self.place(row_key, field)
        return Address(file, self.sheet.name, a1(*place) if place else "")


@dataclass(frozen=True, slots=True)
class _Columns:
    places: Mapping[str, int]
    faulted: Mapping[str, Finding]
    spare: Mapping[int, Finding]
    findings: tuple[Finding, ...]


def locate(file: str, sheet: RawSheet, layout: SheetLayout) -> Table:
    """Find columns and rows of ``layout`` in ``sheet``; what is amiss is in the findings."""
    mark = mark_place(sheet)
    key_row, key_column = mark or (0, 0)
    shift = _shift(sheet, layout, (mark or (KEY_ROW, KEY_COLUMN))[0] - KEY_ROW)
    columns = _find_columns(file, sheet, layout, key_row, shift)
    first = layout.number_row + shift + 1
    label = tuple(match_key(text) for text in layout.number_labels)
    number_column = _number_column(sheet, layout, key_column, shift)
    keys = _keys(sheet, key_column, first) if key_column else {}
    totals = keys.get(TOTAL_KEY, ())
    total = next(iter(totals), None)
    if not _has_labels(sheet, layout.number_row + shift, label):
        first -= 1  # the row of column numbers is gone: rows may stand there
    placed = _place_rows(file, sheet, layout, keys, columns.places, number_column, first, total)
    # A row of answers is no row of sums, whatever was written over its key.
    taken = set(placed.rows.values())
    total = next((row for row in totals if row not in taken), None)
    last = max([first - 1, *taken])
    if total is None and layout.total_row is not None:
        total = _total_by_label(sheet, last, key_column)
    last = max(last, total or 0)
    return Table(
        layout,
        sheet,
        key_row,
        key_column,
        layout.head_row + shift,
        first,
        last,
        total,
        number_column,
        columns.places,
        placed.rows,
        columns.faulted,
        placed.faulted,
        columns.spare,
        placed.spare,
        columns.findings + placed.findings,
    )


def _total_by_label(sheet: RawSheet, last: int, key_column: int) -> int | None:
    """The row of sums under the last row, by its label, where its key is gone."""
    for row, cells in rows_of(sheet, key_column).items():
        if row > last and is_total_row(cells):
            return row
    return None


def _shift(sheet: RawSheet, layout: SheetLayout, otherwise: int) -> int:
    """How many rows the table head has moved down: what most of its headings say.

    Of two heads (repeated at a page break) the upper one counts.
    """
    wanted: dict[str, list[int]] = {}
    for heading in layout.headings:
        wanted.setdefault(match_key(heading.text), []).append(heading.row)
    votes: Counter[int] = Counter()
    for (row, _), cell in sheet.cells.items():
        if cell.kind is CellKind.TEXT:
            votes.update(row - expected for expected in wanted.get(key_of(cell), ()))
    if not votes:
        return otherwise
    most = max(votes.values())
    return min(shift for shift, count in votes.items() if count == most)


def _has_labels(sheet: RawSheet, row: int, labels: Sequence[str]) -> bool:
    there = {key_of(cell) for (r, _), cell in sheet.cells.items() if r == row}
    return bool(there & set(labels)) or not there


def _number_column(sheet: RawSheet, layout: SheetLayout, key_column: int, shift: int) -> int:
    """The TT column: under its heading, else where the template has it."""
    heading = layout.headings[0]
    columns = [
        column
        for (row, column), cell in sheet.cells.items()
        if row == heading.row + shift and key_of(cell) == match_key(heading.text)
    ]
    return min(columns, default=layout.number_column - KEY_COLUMN + key_column)


def _keys(sheet: RawSheet, key_column: int, first: int) -> dict[str, list[int]]:
    keys: dict[str, list[int]] = {}
    for (row, column), cell in sheet.cells.items():
        if column == key_column and row >= first - 1 and not is_blank(cell):
            keys.setdefault(cell.shown().strip(), []).append(row)
    return {key: sorted(rows) for key, rows in keys.items()}


# --- columns ------------------------------------------------------------------------------


def _wanted_columns(layout: SheetLayout) -> Iterator[tuple[str, Heading, SlotKind]]:
    """The code, the heading and the filler of each column that holds answers."""
    if layout.answer_column:
        heading = next(h for h in layout.headings if h.column == layout.answer_column)
        yield ANSWER_KEY, heading, SlotKind.INPUT
        return
    lowest = {h.column: h for h in sorted(layout.headings, key=lambda h: h.row)}
    for column in layout.columns:
        yield column.field.code, lowest[column.index], slot_kind(column.field)


def _find_columns(
    file: str, sheet: RawSheet, layout: SheetLayout, key_row: int, shift: int
) -> _Columns:
    codes: dict[str, list[int]] = {}
    for (row, column), cell in sheet.cells.items():
        if row == key_row and not is_blank(cell):
            codes.setdefault(cell.shown().strip(), []).append(column)
    wanted = list(_wanted_columns(layout))
    taken = {column for code, _, _ in wanted for column in codes.get(code, ())}
    titles = {match_key(heading.text) for _, heading, _ in wanted}
    head = range(layout.head_row + shift, layout.number_row + shift)
    places: dict[str, int] = {}
    faulted: dict[str, Finding] = {}
    spare: dict[int, Finding] = {}
    findings: list[Finding] = []
    lost: list[str] = []
    for code, heading, kind in wanted:
        at = sorted(codes.get(code, ()))
        if at:
            places[code] = at[0]
            said, doubt = _held_against(file, sheet, heading, kind, shift, at, titles, head)
            findings += said
            if doubt:
                faulted[code] = said[0]
                spare.update(dict.fromkeys(at[1:], said[0]))
            continue
        seen = _by_heading(sheet, layout, heading, shift, taken)
        if seen is None:
            findings += _missing_column(file, sheet, layout, code, heading, kind, shift)
            continue
        taken.add(seen)
        lost.append(code)
        places[code] = seen
    if lost:
        names = "; ".join(shortened(h.text) for code, h, _ in wanted if code in lost)
        where = Address(file, sheet.name, a1(layout.head_row + shift, min(places.values())))
        findings.append(finding("structure.columns_by_heading", where, columns=names))
    return _Columns(places, faulted, spare, tuple(findings))


def _held_against(
    file: str,
    sheet: RawSheet,
    heading: Heading,
    kind: SlotKind,
    shift: int,
    at: Sequence[int],
    titles: set[str],
    head: range,
) -> tuple[list[Finding], bool]:
    """What the heading over a coded column says to its code, and whether that puts it in doubt."""
    row = heading.row + shift
    if len(at) > 1 and kind is SlotKind.INPUT:
        where = Address(file, sheet.name, a1(row, at[1]))
        return [finding("structure.column_duplicated", where, shortened(heading.text))], True
    cell = sheet.cells.get((row, at[0]))
    if key_of(cell) == match_key(heading.text):
        return [], False
    # A heading of two rows changed places with one of one row: it stands above or below.
    around = (r for r in head if key_of(sheet.cells.get((r, at[0]))) in titles)
    row = row if key_of(cell) in titles else next(around, row)
    cell = sheet.cells.get((row, at[0]))
    contradicts = key_of(cell) in titles
    said = finding(
        "structure.heading_contradicts" if contradicts else "structure.heading_changed",
        Address(file, sheet.name, a1(row, at[0])),
        shortened(cell.shown()) if cell else "",
        expected=shortened(heading.text),
    )
    return [said], contradicts and kind is SlotKind.INPUT


def _by_heading(
    sheet: RawSheet, layout: SheetLayout, heading: Heading, shift: int, taken: set[int]
) -> int | None:
    """The one free column under that heading, the group over it telling equal titles apart."""
    head = range(layout.head_row + shift, layout.number_row + shift)
    title = match_key(heading.text)
    at = [
        column
        for (row, column), cell in sheet.cells.items()
        if row in head and column not in taken and key_of(cell) == title
    ]
    if len(at) > 1:
        group = _group_over(layout, heading)
        at = [c for c in at if _shown_group(sheet, layout.head_row + shift, c) == group]
    return at[0] if len(at) == 1 else None


def _group_over(layout: SheetLayout, heading: Heading) -> str:
    for other in layout.headings:
        if other.row < heading.row and other.column <= heading.column <= other.last_column:
            return match_key(other.text)
    return match_key(heading.text)


def _shown_group(sheet: RawSheet, row: int, column: int) -> str:
    """The text over a column in the upper row of the head: a merged cell holds it at its left."""
    left = [c for (r, c), cell in sheet.cells.items() if r == row and c <= column]
    return key_of(sheet.cells[row, max(left)]) if left else ""


def _missing_column(
    file: str,
    sheet: RawSheet,
    layout: SheetLayout,
    code: str,
    heading: Heading,
    kind: SlotKind,
    shift: int,
) -> list[Finding]:
    if kind is SlotKind.PREFILLED:
        return []  # ours to know: nothing is lost with it
    where = Address(file, sheet.name, a1(heading.row + shift, heading.column))
    title = layout.form.field(code).title if code != ANSWER_KEY else heading.text
    name = "structure.column_missing" if kind is SlotKind.INPUT else "structure.column_gone"
    return [finding(name, where, expected=shortened(title), column=code)]


# --- rows ---------------------------------------------------------------------------------


def _place_rows(
    file: str,
    sheet: RawSheet,
    layout: SheetLayout,
    keys: Mapping[str, Sequence[int]],
    columns: Mapping[str, int],
    number_column: int,
    first: int,
    total: int | None,
) -> Placed:
    inputs = _input_columns(layout, columns)
    if layout.form.kind is FormKind.OPEN:
        return place_open_rows(sheet, layout, keys, inputs, number_column, first, total)
    wanted, column = _visible_texts(layout, columns, number_column)
    column = _column_of(sheet, wanted, column, first)
    return place_known_rows(file, sheet, wanted, column, keys, inputs, first)


def _column_of(sheet: RawSheet, texts: Mapping[str, str], expected: int, first: int) -> int:
    """The column most of the texts stand in; the expected one where that is not clear."""
    wanted = {match_key(text) for text in texts.values()} - {""}
    votes = Counter(
        column
        for (row, column), cell in sheet.cells.items()
        if row >= first and cell.kind is CellKind.TEXT and key_of(cell) in wanted
    )
    best = max(votes.values(), default=0)
    return expected if votes[expected] == best else min(c for c in votes if votes[c] == best)


def _input_columns(layout: SheetLayout, columns: Mapping[str, int]) -> tuple[int, ...]:
    if layout.answer_column:
        return tuple(columns.values())
    return tuple(
        columns[c.field.code]
        for c in layout.columns
        if c.kind is SlotKind.INPUT and c.field.code in columns
    )


def _visible_texts(
    layout: SheetLayout, columns: Mapping[str, int], number_column: int
) -> tuple[dict[str, str], int]:
    """What a reader takes each row by, by key, and the column it stands in.

    The item's text where the form shows it, else its number; the question in a form of
    QUESTIONS.
    """
    if layout.answer_column:
        offset = columns.get(ANSWER_KEY, layout.answer_column) - layout.answer_column
        moved = layout.question_column + (number_column - layout.number_column)
        by_title = {f.code: f.title for f in layout.form.fields}
        wanted = {row.key: by_title[row.key] for row in layout.rows}
        return wanted, moved if number_column else layout.question_column + offset
    for column in layout.columns:
        if column.field.prefill == "text" and column.field.code in columns:
            texts = {row.key: row.item.text if row.item else "" for row in layout.rows}
            return texts, columns[column.field.code]
    for column in layout.columns:
        if column.field.prefill == "number" and column.field.code in columns:
            numbers = {row.key: row.item.number if row.item else "" for row in layout.rows}
            return numbers, columns[column.field.code]
    return {row.key: row.number for row in layout.rows}, number_column
