"""The sheet Chuyển lên: which own figures fill the template of the superior body.

The codes of the superior's programme are taken as they stand: only the template that is
received tells whether it has them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.programme.desk import Desk
from toolkit.programme.faults import near
from toolkit.programme.forms import FormDraft, ItemLists, touches_broken
from toolkit.programme.model import ROW_COUNT, UNIT_NAME, FormKind, Transfer
from toolkit.programme.schema import TRANSFERS
from toolkit.programme.table import Row
from toolkit.text import match_key

# What may be named instead of a field of a list, in words.
_PSEUDO: Mapping[str, str] = {
    match_key(name): code
    for code, names in (
        (UNIT_NAME, ("đơn vị", "unit", UNIT_NAME)),
        (ROW_COUNT, ("số dòng", "rows", ROW_COUNT)),
    )
    for name in names
}


def read_transfers(
    desk: Desk, drafts: Sequence[FormDraft], lists: ItemLists
) -> tuple[Transfer, ...]:
    """The sheet Chuyển lên; two rows that fill one cell are a fault."""
    forms = {draft.form.code: draft for draft in drafts if draft.form.code}
    found: list[Transfer] = []
    for row in desk.rows(TRANSFERS):
        transfer = _read(desk, row, forms, lists)
        if not row.sound:
            continue
        if any(_same_cell(transfer, other) for other in found):
            row.fault("transfer.twice", "to_field", row.line("to_field"))
            continue
        found.append(transfer)
    return tuple(found)


def _read(desk: Desk, row: Row, forms: Mapping[str, FormDraft], lists: ItemLists) -> Transfer:
    to_field = row.code("to_field")
    draft = forms.get(row.reference("form", desk.forms, "form"))
    field = row.line("field") or to_field
    own_row = row.line("row")
    if draft is not None and (draft.kind is None or touches_broken(draft, field)):
        row.sound = False  # said at the form already: more would be an echo
    elif draft is not None:
        field = _field(row, draft, field)
        own_row = _row(row, draft, own_row, field, lists)
    return Transfer(
        row.code("to_form"),
        row.line("to_row"),
        to_field,
        draft.form.code if draft else "",
        own_row,
        field,
    )


def _field(row: Row, draft: FormDraft, name: str) -> str:
    """A field of the form by code or heading, or what stands for the unit or the rows."""
    known = {f.field.code: f.field.title for f in draft.fields if f.field.code}
    key = match_key(name)
    exact = [c for c in known if match_key(c) == key]
    meant = exact or [c for c, title in known.items() if match_key(title) == key]
    if len(meant) == 1:
        return meant[0]
    if draft.kind is FormKind.OPEN and key in _PSEUDO:
        return _PSEUDO[key]
    row.fault("reference.field", "field", name, form=draft.form.code, allowed=near(name, known))
    return ""


def _row(row: Row, draft: FormDraft, name: str, field: str, lists: ItemLists) -> str:
    """A row of the form by code; a list as a whole has none, a question is its field."""
    if draft.kind is FormKind.OPEN:
        if name:
            row.fault("transfer.row_of_list", "row", name, form=draft.form.code)
        elif field == ROW_COUNT and not row.line("to_row"):
            row.fault("transfer.count_without_row", "to_row")
        return ""
    if draft.kind is FormKind.QUESTIONS:
        if name and match_key(name) != match_key(field):
            row.fault("transfer.row_of_question", "row", name)
        elif not row.line("to_row"):
            row.fault("transfer.question_without_row", "to_row")
        return field
    if not name and not row.line("to_row"):
        return ""
    codes = {item.code for item in lists.get(draft.form.source, ())}
    wanted = name or row.line("to_row")
    if wanted not in codes:
        row.fault("reference.form_item", "row", wanted, allowed=near(wanted, codes))
    return wanted


def _same_cell(one: Transfer, other: Transfer) -> bool:
    return (one.to_form, one.to_field) == (other.to_form, other.to_field) and (
        one.to_row == other.to_row or not one.to_row or not other.to_row
    )
