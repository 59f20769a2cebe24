"""What goes into which cell of the superior's template, and where each figure comes from.

Nothing is made up and nothing is typed over: a figure that has no value leaves its cell blank
and is named, a cell that holds something already stays as it is, a figure that lacks units is
filled in and named as provisional. "Không có" and "không áp dụng" travel on as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from toolkit.consolidate.model import (
    ROWS,
    Consolidation,
    Coverage,
    Entry,
    Figure,
    FormTable,
    Part,
    TableRow,
)
from toolkit.findings import Address, Finding, Severity
from toolkit.intake.model import State
from toolkit.places import column_letters
from toolkit.programme.model import ROW_COUNT, UNIT_NAME, Field, FormKind, Transfer, Unit
from toolkit.upward.package import Place
from toolkit.upward.target import Target, TargetForm

# What an office writes for the kinds of nothing; the superior's intake reads it as such.
WORDS = {
    State.NIL: "Không có",
    State.NOT_APPLICABLE: "Không áp dụng",
    State.NOT_AVAILABLE: "Chưa có số liệu",
}


class Fate(StrEnum):
    """What became of one transfer."""

    FILLED = "filled"
    PROVISIONAL = "provisional"  # filled, though units are lacking
    BLANK = "blank"  # no figure: left to be typed
    KEPT = "kept"  # something stood there already
    LOST = "lost"  # the template has no such cell, or no room


@dataclass(frozen=True, slots=True)
class Filling:
    """One figure on its way up.

    ``place`` is its cell in the template (None where it has none), ``typed`` what is put
    there. ``field`` is the own field it comes from (None for names and counts of rows).
    """

    transfer: Transfer
    to_row: str
    sheet: str
    place: Place | None
    fate: Fate
    typed: Decimal | date | str | None
    field: Field | None
    label: str  # of the own row
    coverage: Coverage | None = None
    parts: tuple[Part, ...] = ()
    finding: Finding | None = None

    @property
    def cell(self) -> str:
        """The cell in A1 form; "" where it has none."""
        return f"{column_letters(self.place[1])}{self.place[0]}" if self.place else ""


def fillings(
    transfers: Sequence[Transfer], consolidation: Consolidation, target: Target
) -> tuple[Filling, ...]:
    """Every transfer settled, in the order of the sheet Chuyển lên."""
    tables = {table.form.code: table for table in consolidation.tables}
    names = {unit.code: unit.name for unit in consolidation.programme.units}
    lists: dict[str, _Lists] = {}
    found: list[Filling] = []
    for transfer in transfers:
        form = target.forms.get(transfer.to_form)
        table = tables.get(transfer.form)
        if form is None:
            found.append(_lost(transfer, target, "upward.no_form"))
        elif table is None:
            found.append(_lost(transfer, target, "upward.no_figures"))
        elif table.form.kind is FormKind.OPEN and transfer.field != ROW_COUNT and form.is_list:
            rows = lists.setdefault(form.code, _Lists(form, table))
            found += rows.fillings(transfer, target)
        else:
            found += _figures(transfer, table, form, target, names)
    return tuple(found)


# --- figures ------------------------------------------------------------------------------


def _figures(
    transfer: Transfer,
    table: FormTable,
    form: TargetForm,
    target: Target,
    names: Mapping[str, str],
) -> Iterator[Filling]:
    """The totals of one row, or of each row to the row of the same code."""
    code = ROWS if transfer.field == ROW_COUNT else transfer.field
    rows = [
        row
        for row in table.rows
        if not transfer.row or table.form.kind is FormKind.OPEN or row.key == transfer.row
    ]
    every = not transfer.row and not transfer.to_row
    rows = [row for row in rows if not every or row.key in form.rows]
    if not rows:
        yield _lost(transfer, target, "upward.no_figures")
    for row in rows:
        figure = row.totals.get(code)
        if figure is None:
            yield _lost(transfer, target, "upward.no_figures")
        else:
            yield _figure(transfer, table, row, figure, form, target, names)


def _figure(
    transfer: Transfer,
    table: FormTable,
    row: TableRow,
    figure: Figure,
    form: TargetForm,
    target: Target,
    names: Mapping[str, str],
) -> Filling:
    to_row = transfer.to_row or row.key
    field = None if transfer.field == ROW_COUNT else table.form.field(transfer.field)
    typed = _typed(figure, names)
    fate = Fate.BLANK if typed is None else Fate.FILLED
    asked = field is None or field.required or field.is_numeric  # a remark need not be complete
    lacking = figure.coverage is not None and not figure.coverage.complete
    if asked and lacking and fate is Fate.FILLED:
        fate = Fate.PROVISIONAL
    filling = Filling(
        transfer,
        to_row,
        form.sheet.name,
        form.place(to_row, transfer.to_field),
        fate,
        typed,
        field,
        row.label,
        figure.coverage,
        figure.parts,
    )
    return _settled(filling, form, target, figure, names)


def _typed(figure: Figure, names: Mapping[str, str]) -> Decimal | date | str | None:
    """What a figure is typed as: its value, the words for its kind of nothing, each text after
    the name of its unit. Answers counted by choice are no single answer: None."""
    if figure.shares:
        return None
    if figure.texts:
        return "\n".join(f"{names.get(unit, unit)}: {said}" for unit, said in figure.texts)
    if figure.state in WORDS:
        return WORDS[figure.state]
    return figure.value


def _settled(
    filling: Filling,
    form: TargetForm,
    target: Target,
    figure: Figure | None,
    names: Mapping[str, str],
) -> Filling:
    """The filling with what stands in its way, and what is to be said of it."""
    address = Address(target.file, filling.sheet, filling.cell)
    title = filling.field.title if filling.field else ""
    label = " – ".join(dict.fromkeys(part for part in (filling.label, title) if part))
    said = {"field": _source(filling.transfer), "row": label}
    if filling.place is None:
        return _lost(filling.transfer, target, "upward.no_cell", filling)
    if not form.may_type(filling.place):
        return _lost(filling.transfer, target, "upward.locked", filling)
    there = form.content(filling.place)
    if there is not None:
        finding = Finding("upward.occupied", Severity.WARNING, address, there.shown(), said)
        return replace(filling, fate=Fate.KEPT, typed=None, finding=finding)
    if filling.fate is Fate.BLANK:
        state = figure.state.value if figure is not None else State.MISSING.value
        finding = Finding("upward.blank", Severity.WARNING, address, state, said)
        return replace(filling, finding=finding)
    if filling.fate is Fate.PROVISIONAL and filling.coverage is not None:
        cover = filling.coverage
        lacking = [c for c in cover.expected if c in {*cover.missing, *cover.unreadable}]
        lacking += [code for code in cover.partial if code not in lacking]
        counted = str(cover.denominator - len(lacking))
        said |= {
            "counted": counted,
            "asked": str(cover.denominator),
            "units": ", ".join(names.get(code, code) for code in lacking),
        }
        finding = Finding("upward.provisional", Severity.WARNING, address, "", said)
        return replace(filling, finding=finding)
    return filling


def _source(transfer: Transfer) -> str:
    return f"{transfer.form}.{transfer.field}"


def _lost(transfer: Transfer, target: Target, code: str, filling: Filling | None = None) -> Filling:
    """A transfer that finds no place: an error, and nothing is lost in silence."""
    form = target.forms.get(transfer.to_form)
    sheet = form.sheet.name if form is not None else ""
    to_row = filling.to_row if filling else transfer.to_row
    wanted = " / ".join(part for part in (transfer.to_form, to_row, transfer.to_field) if part)
    finding = Finding(
        code,
        Severity.ERROR,
        Address(target.file, sheet),
        "",
        {"wanted": wanted, "field": _source(transfer)},
    )
    if filling is not None:
        return replace(filling, fate=Fate.LOST, finding=finding)
    return Filling(transfer, to_row, sheet, None, Fate.LOST, None, None, "", finding=finding)


# --- lists --------------------------------------------------------------------------------


class _Lists:
    """The own rows of a list on the free rows of the superior's, the same for every field."""

    def __init__(self, form: TargetForm, table: FormTable) -> None:
        self._form = form
        self._table = table
        free = [
            key
            for key, row in sorted(form.rows.items(), key=lambda pair: pair[1])
            if all(form.content((row, column)) is None for column in form.columns.values())
        ]
        entries = table.entries
        self._rows = [*zip(entries, free, strict=False)]
        self._over = entries[len(self._rows) :]

    def fillings(self, transfer: Transfer, target: Target) -> Iterator[Filling]:
        """One answer of each row; rows without room are lost, and said."""
        for entry, key in self._rows:
            yield self._answer(transfer, entry, key, target)
        for entry in self._over:
            lost = self._answer(transfer, entry, "", target)
            yield replace(_lost(transfer, target, "upward.no_room", lost), to_row="")

    def _answer(self, transfer: Transfer, entry: Entry, key: str, target: Target) -> Filling:
        part = entry.answers.get(transfer.field)
        typed = entry.unit.name if transfer.field == UNIT_NAME else _of_part(part)
        field = None if transfer.field == UNIT_NAME else self._table.form.field(transfer.field)
        fate = Fate.BLANK if typed is None else Fate.FILLED
        filling = Filling(
            transfer,
            key,
            self._form.sheet.name,
            self._form.place(key, transfer.to_field) if key else None,
            fate,
            typed,
            field,
            _entry_label(entry.unit, entry.row),
            parts=(part,) if part is not None else (),
        )
        blank = part is None or part.state is State.MISSING
        if fate is Fate.BLANK and blank and filling.place is not None:
            return filling  # the unit left it blank: nothing to say that its own check did not
        return _settled(filling, self._form, target, None, {})


def _of_part(part: Part | None) -> Decimal | date | str | None:
    if part is None:
        return None
    return WORDS.get(part.state, part.value)


def _entry_label(unit: Unit, row: str) -> str:
    return f"{unit.short or unit.name}, {row}"
