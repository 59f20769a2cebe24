"""Where each cell of the sender's file stands in the copy, and what has no cell there.

The sender's table is found again as the intake found it; the copy is the template of today,
with as many rows as the sender's lists have. An answer of which nobody can tell whose it is
gets no cell: put into the likely one, it would come back as if the sender had meant it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from toolkit.correction.typed import given_of
from toolkit.findings import Address, Finding, Severity
from toolkit.intake.cells import is_blank
from toolkit.intake.cover import cover_sheet
from toolkit.intake.locate import Table, locate
from toolkit.intake.model import Answer, Judgement, RawCell, RawSheet, RawWorkbook
from toolkit.intake.sheets import Found, find_sheets
from toolkit.places import place_of
from toolkit.programme.model import Form, FormKind, Period, Programme, Unit
from toolkit.template.content import Given, Place
from toolkit.template.layout import (
    ANSWER_KEY,
    Row,
    SheetLayout,
    Slot,
    SlotKind,
    WorkbookLayout,
    layout,
)

Key: TypeAlias = tuple[str, str]  # row and field of an answer
Area: TypeAlias = tuple[int, int, int, int]  # first row and column, last row and column

# So many rows at least stay blank in a list: something may be missing from it.
_SPARE_ROWS = 5


@dataclass(frozen=True, slots=True)
class FormPlan:
    """One form of the copy: its cells by row and field, the sender's table and what is given.

    ``tables`` are the sender's: none where the form is missing, several where sheets claim it
    and differ.
    """

    layout: SheetLayout
    tables: tuple[Table, ...]
    slots: Mapping[Key, Slot]
    given: Mapping[Key, Given]

    def sent(self, key: Key) -> Iterator[tuple[RawSheet, Place]]:
        """The places of an answer in the sender's file."""
        for table in self.tables:
            place = table.place(key[0], self.layout.form.field(key[1]))
            if place is not None:
                yield table.sheet, place


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole copy. ``keys`` tells for a sender's cell which answer it is."""

    layout: WorkbookLayout
    raw: RawWorkbook
    forms: Mapping[str, FormPlan]
    keys: Mapping[tuple[str, Place], tuple[str, Key]]  # sheet and place -> form and answer
    placed: frozenset[tuple[str, Place]]  # the sender's cells whose content the copy holds

    def slot_at(self, address: Address) -> tuple[str, Slot] | None:
        """The form and cell of the copy that a cell of the sender's file became."""
        if not address.cell:
            return None
        known = self.keys.get((address.sheet, place_of(address.cell)))
        if known is None or known[1] not in self.forms[known[0]].slots:
            return None
        return known[0], self.forms[known[0]].slots[known[1]]

    def form_of(self, sheet: str) -> str | None:
        """The form that a sheet of the sender's file, or of the template, holds."""
        for code, form in self.forms.items():
            names = {table.sheet.name for table in form.tables} or {form.layout.sheet}
            if sheet in names:
                return code
        return None


def make_plan(
    programme: Programme,
    judgement: Judgement,
    raw: RawWorkbook,
    previous: Iterable[Answer] = (),
    lang: str = "vi",
) -> Plan:
    """Plan the copy of a return whose unit and period are known.

    ``previous`` are the answers of the period before, for the checks that look back at them.

    Raises KeyError for a unit or period that the programme lacks, ValueError where the unit
    owes nothing in the period.
    """
    unit, period = programme.unit(judgement.unit), programme.period(judgement.period)
    found = find_sheets(raw, layout(programme, unit, period), cover_sheet(raw))
    wanted = layout(programme, unit, period).sheets
    tables = {sheet.form.code: _tables(raw, found, sheet) for sheet in wanted}
    book = _layout(programme, unit, period, tables, lang)
    before = {(a.form, a.row, a.field): a.value for a in previous if a.value is not None}
    book = replace(book, previous=before)
    doubted = _doubted(judgement)
    forms = {
        sheet.form.code: _form_plan(sheet, tables[sheet.form.code], doubted)
        for sheet in book.sheets
    }
    keys = {
        (sheet.name, place): (code, key)
        for code, form in forms.items()
        for key in form.slots
        for sheet, place in form.sent(key)
    }
    placed = frozenset(
        (sheet.name, place)
        for form in forms.values()
        for key in form.given
        for sheet, place in form.sent(key)
    )
    return Plan(book, raw, forms, keys, placed)


def _tables(raw: RawWorkbook, found: Found, wanted: SheetLayout) -> tuple[Table, ...]:
    """The sender's tables of a form, the one the intake read first."""
    code = wanted.form.code
    if code not in found.sheets:
        return ()
    sheets = [found.sheets[code]]
    if code in found.doubtful:
        sheets += [
            sheet
            for sheet, said in found.copies
            if said.params.get("other") == sheets[0].name
            and said.code == "structure.sheet_duplicated"
        ]
    return tuple(locate(raw.file, sheet, wanted) for sheet in sheets)


# --- the rows -----------------------------------------------------------------------------


def _layout(
    programme: Programme,
    unit: Unit,
    period: Period,
    tables: Mapping[str, tuple[Table, ...]],
    lang: str,
) -> WorkbookLayout:
    """The template of today whose lists have the sender's rows, in the sender's order."""
    rows = {
        form.code: _row_keys(form, tables[form.code])
        for form in programme.forms_for(unit, period)
        if form.kind is FormKind.OPEN
    }
    roomy = replace(
        programme,
        forms=tuple(
            replace(form, blank_rows=len(rows[form.code])) if form.code in rows else form
            for form in programme.forms
        ),
    )
    book = layout(roomy, unit, period, lang=lang)
    return replace(
        book,
        sheets=tuple(
            _with_keys(sheet, rows[sheet.form.code]) if sheet.form.code in rows else sheet
            for sheet in book.sheets
        ),
    )


def _row_keys(form: Form, tables: Iterable[Table]) -> list[str]:
    """The keys of a list's rows as they follow each other in the sender's sheet, and new ones.

    A row keeps its key, so that its answers can be followed from one version to the next.
    """
    keys: list[str] = []
    filled = 0
    for table in tables:
        inputs = [f for f in form.fields if f.is_input]
        fresh = [key for key in sorted(table.rows, key=table.rows.__getitem__) if key not in keys]
        for key in fresh:
            places = (table.place(key, field) for field in inputs)
            filled += any(not is_blank(table.sheet.cells.get(p)) for p in places if p)
        keys += fresh
    wanted = max(form.blank_rows, filled + _SPARE_ROWS, len(keys), 1)
    number = 0
    while len(keys) < wanted:
        number += 1
        if str(number) not in keys:
            keys.append(str(number))
    return keys


def _with_keys(sheet: SheetLayout, keys: Iterable[str]) -> SheetLayout:
    rows = zip(sheet.rows, keys, strict=True)
    return replace(sheet, rows=tuple(Row(key, row.index, row.number) for row, key in rows))


# --- the answers --------------------------------------------------------------------------


def _form_plan(
    sheet: SheetLayout,
    tables: tuple[Table, ...],
    doubted: _Doubted,
) -> FormPlan:
    slots = {(slot.row_key, slot.field.code): slot for slot in sheet.slots()}
    bare = FormPlan(sheet, tables, slots, {})
    given: dict[Key, Given] = {}
    for key, slot in slots.items():
        if slot.kind is not SlotKind.INPUT or any(_is_faulted(t, key) for t in tables):
            continue
        places = list(bare.sent(key))
        if any(doubted.about(where.name, place) for where, place in places):
            continue
        cell = _agreed([where.cells.get(place) for where, place in places])
        typed = None if cell is None else given_of(cell, slot.field)
        if typed is not None:
            given[key] = typed
    return replace(bare, given=given)


def _is_faulted(table: Table, key: Key) -> bool:
    column = ANSWER_KEY if table.layout.answer_column else key[1]
    return key[0] in table.faulted_rows or column in table.faulted_columns


def _agreed(cells: list[RawCell | None]) -> RawCell | None:
    """The content that all the cells have; None where they differ or are blank."""
    first = cells[0] if cells else None
    if first is None or is_blank(first):
        return None
    same = all(
        cell is not None and (cell.kind, cell.value) == (first.kind, first.value) for cell in cells
    )
    return first if same else None


@dataclass(frozen=True, slots=True)
class _Doubted:
    """The cells of which nobody can tell what they hold, or which answer."""

    cells: frozenset[tuple[str, Place]]
    areas: tuple[tuple[str, Area], ...]

    def about(self, sheet: str, place: Place) -> bool:
        return (sheet, place) in self.cells or any(
            sheet == name and inside(area, place) for name, area in self.areas
        )


def _doubted(judgement: Judgement) -> _Doubted:
    errors = [said for said in judgement.findings if said.severity is Severity.ERROR]
    return _Doubted(
        frozenset(
            (said.address.sheet, place_of(said.address.cell))
            for said in errors
            if said.code.startswith("reader.") and said.address.cell
        ),
        tuple(
            (said.address.sheet, merged_area(said)) for said in errors if said.code == "cell.merged"
        ),
    )


def merged_area(said: Finding) -> Area:
    """The area that a finding of merged cells speaks of."""
    first, _, last = said.params["area"].partition(":")
    return *place_of(first), *place_of(last or first)


def inside(area: Area, place: Place) -> bool:
    """Whether a cell belongs to an area."""
    top, left, bottom, right = area
    return top <= place[0] <= bottom and left <= place[1] <= right
