"""What the list of the copy says of each finding, and the cells of the copy it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.correction.marks import all_of, still
from toolkit.correction.plan import FormPlan, Key, Plan, inside, merged_area
from toolkit.correction.wording import Said, said_of
from toolkit.findings import Finding, Severity
from toolkit.intake.cells import a1, shortened
from toolkit.intake.locate import Table
from toolkit.intake.model import Judgement
from toolkit.messages import text
from toolkit.places import column_letters, place_of
from toolkit.template.layout import ANSWER_KEY, Slot, SlotKind

_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]*")
# A finding about more cells is noted at the first of them only.
_FEW = 12
# Findings of a whole form, row or column that the sender's file lacks and the copy has.
_NO_FORM = frozenset({"structure.sheet_missing", "template.form_new", "form.empty"})
_NO_ROW = frozenset({"structure.row_missing", "template.row_new"})
_NO_COLUMN = frozenset({"structure.column_missing", "template.column_new"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding as the copy tells it.

    ``form`` is the form it is about ("" for the whole file), ``cells`` the answers to look
    at, the first one first. ``jointly``: they contradict each other, so that a change of any
    one may mend it; else each is to be mended by itself.
    """

    finding: Finding
    said: Said
    form: str
    cells: tuple[Key, ...]
    jointly: bool


def entries_of(plan: Plan, judgement: Judgement, lang: str) -> tuple[Entry, ...]:
    """The findings that ask for something: errors, then warnings, each in the file's order.

    Notes are left out: they only say what was assumed, and nothing is to be done.
    """
    return tuple(
        _entry(plan, finding, lang)
        for severity in (Severity.ERROR, Severity.WARNING)
        for finding in judgement.findings
        if finding.severity is severity
    )


def _entry(plan: Plan, finding: Finding, lang: str) -> Entry:
    code = plan.form_of(finding.address.sheet) or ""
    keys = tuple(dict.fromkeys(_cells(plan, finding, code))) if code else ()
    form = plan.forms.get(code)
    shown = "; ".join(_a1(form.slots[key]) for key in keys[:5]) if form else ""
    params = _here(plan, finding) | {"copy_cells": shown}
    jointly = finding.code == "rule.broken"
    return Entry(finding, said_of(finding, lang, params), code, keys, jointly)


def _here(plan: Plan, finding: Finding) -> dict[str, str]:
    """The parameters that are addresses in the sender's file, as addresses in the copy."""
    found = {}
    for name, value in finding.params.items():
        if name == "other" and _CELL.fullmatch(value):
            at = plan.keys.get((finding.address.sheet, place_of(value)))
            if at is not None:
                found[name] = _a1(plan.forms[at[0]].slots[at[1]])
    return found


def _a1(slot: Slot) -> str:
    return a1(slot.row, slot.column)


# --- the cells a finding speaks of --------------------------------------------------------


def _cells(plan: Plan, finding: Finding, code: str) -> Iterator[Key]:
    form = plan.forms[code]
    if finding.code in _NO_FORM:
        yield from _asked(form)
    elif finding.code in _NO_ROW | _NO_COLUMN:
        yield from _lacking(form, finding)
    elif finding.code == "structure.sheet_duplicated":
        yield from _differing(form)
    elif finding.code == "cell.merged":
        yield from _merged(form, finding)
    elif finding.code == "rule.broken":
        yield from _named(plan, finding, code)
    else:
        doubted = list(_doubted(form, finding))
        yield from doubted
        at = plan.slot_at(finding.address)
        if at is not None and not doubted:
            yield at[1].row_key, at[1].field.code


def _asked(form: FormPlan) -> Iterator[Key]:
    """The answers that must be given, in a form whose rows are known."""
    for key, slot in form.slots.items():
        if slot.kind is SlotKind.INPUT and slot.field.required and _is_known(form, key):
            yield key


def _is_known(form: FormPlan, key: Key) -> bool:
    """Whether a row is one of the programme's, not one of a list that may stay blank."""
    return bool(form.layout.answer_column) or any(
        row.key == key[0] and row.item is not None for row in form.layout.rows
    )


def _lacking(form: FormPlan, finding: Finding) -> Iterator[Key]:
    """The answers of a row or column that the sender's table lacks."""
    expected = finding.params.get("expected", "")
    for key, slot in form.slots.items():
        if slot.kind is not SlotKind.INPUT:
            continue
        for table in form.tables:
            row_lacks = key[0] not in table.rows and expected == _row_text(form, key)
            column = ANSWER_KEY if form.layout.answer_column else key[1]
            title = _heading(form) if form.layout.answer_column else shortened(slot.field.title)
            if row_lacks or (column not in table.columns and expected == title):
                yield key


def _row_text(form: FormPlan, key: Key) -> str:
    row = next(row for row in form.layout.rows if row.key == key[0])
    if form.layout.answer_column:
        return shortened(form.layout.form.field(key[0]).title)
    item = row.item
    shown = any(column.field.prefill == "text" for column in form.layout.columns)
    return shortened((item.text if shown else item.number) if item else "")


def _heading(form: FormPlan) -> str:
    at = form.layout.answer_column
    return shortened(next(h.text for h in form.layout.headings if h.column == at))


def _differing(form: FormPlan) -> Iterator[Key]:
    """The answers on which two sheets of a form differ."""
    for key, slot in form.slots.items():
        contents = {
            cell.shown() if (cell := sheet.cells.get(place)) else ""
            for sheet, place in form.sent(key)
        }
        if slot.kind is SlotKind.INPUT and len(contents) > 1:
            yield key


def _merged(form: FormPlan, finding: Finding) -> Iterator[Key]:
    area = merged_area(finding)
    for key, slot in form.slots.items():
        if slot.kind is SlotKind.INPUT and any(inside(area, p) for _, p in form.sent(key)):
            yield key


def _named(plan: Plan, finding: Finding, code: str) -> Iterator[Key]:
    """The answers a rule has used, those to be typed first."""
    named = [name for name in finding.params.get("cells", "").split(", ") if name]
    own: list[Key] = []
    others: list[Key] = []
    for name in named:
        known = plan.keys.get((finding.address.sheet, place_of(name)))
        if known is not None and known[0] == code:
            slot = plan.forms[code].slots[known[1]]
            (own if slot.kind is SlotKind.INPUT else others).append(known[1])
    yield from own
    yield from others


def _doubted(form: FormPlan, finding: Finding) -> Iterator[Key]:
    """The answers of rows or columns that this finding makes nobody's."""
    for table in form.tables:
        rows = {key for key, said in table.faulted_rows.items() if _same(said, finding)}
        columns = {key for key, said in table.faulted_columns.items() if _same(said, finding)}
        if rows or columns:
            yield from _in_lines(form, table, rows, columns)


def _in_lines(form: FormPlan, table: Table, rows: set[str], columns: set[str]) -> Iterator[Key]:
    for key, slot in form.slots.items():
        column = ANSWER_KEY if table.layout.answer_column else key[1]
        if slot.kind is SlotKind.INPUT and (key[0] in rows or column in columns):
            yield key


def _same(said: Finding, finding: Finding) -> bool:
    return (said.code, said.address) == (finding.code, finding.address)


# --- marks and notes ----------------------------------------------------------------------


def still_faulty(form: FormPlan, entry: Entry, key: Key, sheet: str = "") -> str:
    """The formula that is true while what the entry says of the cell may still hold.

    ``sheet`` (with its ``!``) goes before each address.
    """
    keys = [k for k in entry.cells if is_input(form, k)] if entry.jointly else [key]
    return all_of([still(sheet + _absolute(form.slots[k]), form.given.get(k)) for k in keys])


def is_input(form: FormPlan, key: Key) -> bool:
    """Whether the sender types the answer."""
    return form.slots[key].kind is SlotKind.INPUT


def _absolute(slot: Slot) -> str:
    return f"${column_letters(slot.column)}${slot.row}"


def notes_of(form: FormPlan, code: str, entries: Sequence[Entry], lang: str) -> dict[Key, str]:
    """What the cells of a form are noted with."""
    notes: dict[Key, list[str]] = {}
    for entry in entries:
        if entry.form != code:
            continue
        told = entry.cells if len(entry.cells) <= _FEW else entry.cells[:1]
        for key in told:
            notes.setdefault(key, []).append(entry.said.note(entry.finding.severity, lang))
    for key, words in notes.items():
        sent = [cell.shown() for sheet, at in form.sent(key) if (cell := sheet.cells.get(at))]
        if is_input(form, key) and key not in form.given and sent:
            shown = " | ".join(shortened(content, 200) for content in sent)
            words.append(text("correction.note.sent", lang, content=shown))
    return {key: "\n".join(words) for key, words in notes.items()}
