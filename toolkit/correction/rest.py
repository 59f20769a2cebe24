"""What the sender typed and the copy has no cell for: each with its place, content and reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.correction.plan import FormPlan, Plan
from toolkit.findings import Address, Finding
from toolkit.intake.cells import a1, is_blank, key_of
from toolkit.intake.cover import PERIOD, UNIT, cover_sheet, labelled
from toolkit.intake.locate import Table
from toolkit.intake.model import CellKind, Judgement, RawCell, RawSheet
from toolkit.messages import LANGUAGES, text
from toolkit.places import place_of
from toolkit.template.content import Place
from toolkit.template.formulas import adds_up
from toolkit.template.layout import ANSWER_KEY, FORM_MARK, SlotKind
from toolkit.template.prefill import prefilled
from toolkit.text import match_key

# Left out by the intake, and nothing that the sender typed: the template's own words again.
_OURS = frozenset({"row.repeated_heading", "structure.sheet_copied"})
# The template's own cells, whose content the sender changed: the copy has the template's.
_CHANGED = frozenset(
    {
        "prefill.changed",
        "prefill.text_changed",
        "structure.heading_changed",
        "computed.unchecked",
        "computed.error",
    }
)
# Another issue of the template said it otherwise: its words, not the sender's.
_ANOTHER_ISSUE = frozenset(
    {"template.heading_changed", "template.text_changed", "template.figure_changed"}
)


@dataclass(frozen=True, slots=True)
class Rest:
    """One cell of the sender's file; ``said`` is the finding that tells why it has no place."""

    address: Address
    cell: RawCell
    said: Finding | None


def rest_of(plan: Plan, judgement: Judgement) -> tuple[Rest, ...]:
    """Every cell that the sender filled and the copy does not hold, as the file has them."""
    reasons = _reasons(plan, judgement)
    found = []
    for sheet in plan.raw.sheets:
        for place in sorted(sheet.cells):
            cell = sheet.cells[place]
            if (sheet.name, place) not in reasons or _is_key(cell):
                continue
            where = Address(plan.raw.file, sheet.name, a1(*place))
            found.append(Rest(where, cell, reasons[sheet.name, place]))
    return tuple(found)


def _is_key(cell: RawCell) -> bool:
    return cell.shown().startswith(FORM_MARK)


def _reasons(plan: Plan, judgement: Judgement) -> Mapping[tuple[str, Place], Finding | None]:
    """The cells without a place, by sheet and place, with the finding that says why."""
    said_at = {(said.code, said.address): said for said in judgement.findings}
    by_cell = {said.address: said for said in reversed(judgement.findings)}
    reasons: dict[tuple[str, Place], Finding | None] = {}
    for sheet, place in _not_given(plan):
        where = Address(plan.raw.file, sheet.name, a1(*place))
        reasons[sheet.name, place] = by_cell.get(where)
    for at in _spelt_otherwise(plan):
        reasons[at] = None
    older = any(said.code == "template.older_version" for said in judgement.findings)
    for sheet, place in () if older else _changed_words(plan):
        reasons[sheet.name, place] = by_cell.get(Address(plan.raw.file, sheet.name, a1(*place)))
    for said in judgement.findings:
        if said.code in _CHANGED and said.address.cell:
            place = place_of(said.address.cell)
            sheet_ = plan.raw.sheet(said.address.sheet)
            cell = sheet_.cells.get(place) if sheet_ is not None else None
            if cell is not None and not cell.formula and not is_blank(cell):
                reasons[said.address.sheet, place] = said
    again = _same_words(plan)
    for left in judgement.left_out:
        at = (left.address.sheet, place_of(left.address.cell))
        if left.code not in _OURS and at not in plan.placed and at not in again:
            reasons[at] = said_at.get((left.code, left.said_at)) or by_cell.get(left.said_at)
    return {
        at: said for at, said in reasons.items() if said is None or said.code not in _ANOTHER_ISSUE
    }


def _not_given(plan: Plan) -> Iterator[tuple[RawSheet, Place]]:
    """The sender's input cells that were found but not put into the copy."""
    for form in plan.forms.values():
        for key, slot in form.slots.items():
            if slot.kind is not SlotKind.INPUT or key in form.given:
                continue
            for sheet, place in form.sent(key):
                if not is_blank(sheet.cells.get(place)):
                    yield sheet, place


def _same_words(plan: Plan) -> set[tuple[str, Place]]:
    """The cells of a second sheet of a form, outside its answers, that the first has as well."""
    found = set()
    for form in plan.forms.values():
        for table in form.tables[1:]:
            first = {key_of(cell) for cell in form.tables[0].sheet.cells.values()}
            answers = {
                place
                for key, slot in form.slots.items()
                if slot.kind is SlotKind.INPUT
                and (place := table.place(key[0], slot.field)) is not None
            }
            found |= {
                (table.sheet.name, place)
                for place, cell in table.sheet.cells.items()
                if place not in answers and key_of(cell) in first
            }
    return found


def _spelt_otherwise(plan: Plan) -> Iterator[tuple[str, Place]]:
    """Where the cover names unit and period, if not in the words of the template."""
    cover = cover_sheet(plan.raw)
    if cover is None:
        return
    book = plan.layout
    for label, name in ((UNIT, book.unit.name), (PERIOD, book.period.name)):
        for words, place in labelled(cover, label):
            if match_key(words) != match_key(name):
                yield cover.name, place


def _changed_words(plan: Plan) -> Iterator[tuple[RawSheet, Place]]:
    """The headings, row numbers, labels and totals that say what the template does not."""
    for form in plan.forms.values():
        own = _words(plan, form)
        for table in form.tables:
            ours = _own_places(form, table)
            sums = _sums(form, table)
            for place, cell in table.sheet.cells.items():
                key = key_of(cell)
                numbered = place[1] == table.number_column and place[0] >= table.first
                if (place in ours or (numbered and key.isdecimal())) and not (
                    cell.formula
                    or key in own
                    or (place in sums and cell.kind is CellKind.NUMBER)  # the intake compares it
                ):
                    yield table.sheet, place


def _own_places(form: FormPlan, table: Table) -> set[Place]:
    """The cells of the sender's table whose texts and figures are the template's."""
    columns = {table.number_column, *table.columns.values()}
    if form.layout.answer_column:
        answer = table.columns.get(ANSWER_KEY, form.layout.answer_column)
        columns |= set(range(table.number_column, answer + 2))
    places = {(row, column) for row in range(table.head, table.first) for column in columns}
    places |= {(row, table.number_column) for row in table.rows.values()}
    if table.total_row is not None:
        places |= {(table.total_row, column) for column in columns}
    for key, slot in form.slots.items():
        if slot.kind is SlotKind.PREFILLED and not slot.field.is_numeric:
            place = table.place(key[0], slot.field)
            places |= {place} if place is not None else set()
    return places


def _sums(form: FormPlan, table: Table) -> set[tuple[int | None, int | None]]:
    """The cells of the total row that hold sums."""
    return {
        (table.total_row, table.columns.get(column.field.code))
        for column in form.layout.columns
        if adds_up(form.layout, column.field)
    }


def _words(plan: Plan, form: FormPlan) -> set[str]:
    """The matching keys of all texts in the table of a form, and of nothing."""
    layout, book = form.layout, plan.layout
    words = [heading.text for heading in layout.headings]
    words += [*layout.number_labels, *(row.number for row in layout.rows)]
    for field in layout.form.fields:
        words += [field.title, field.unit_of_measure, field.help]
    for row in layout.rows:
        for column in layout.columns:
            if column.field.prefill:
                value = prefilled(book.programme, book.unit, column.field, row.item)
                words.append(str(value or ""))
    words += [text("template.form.total", lang) for lang in LANGUAGES]
    return {match_key(word) for word in words} | {""}
