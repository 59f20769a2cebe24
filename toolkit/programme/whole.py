"""Checks that need the whole programme: figures lacking, things nobody uses or owes."""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.programme.desk import Desk
from toolkit.programme.forms import FieldDraft, FormDraft
from toolkit.programme.keywords import Prefill
from toolkit.programme.language.tree import UnitValue
from toolkit.programme.language.walk import nodes
from toolkit.programme.model import FieldType, Form, Item, Programme, Unit
from toolkit.programme.schema import ALLOTMENTS, INDICATORS, PERIODS, PROGRAMME, TASKS
from toolkit.programme.table import Row


def check_whole(desk: Desk, programme: Programme, drafts: Sequence[FormDraft]) -> None:
    """Record what only shows when everything has been read."""
    for draft in drafts:
        for field in draft.fields:
            _check_prefilled(desk, programme, draft.whole, field)
    # The rest is told from sound data only: on faulty data it would be an echo.
    if not desk.faults.fatal:
        _note_unused(desk, programme)
        _check_periods(desk, programme)
        _check_owed(programme, drafts)


def _check_prefilled(desk: Desk, programme: Programme, form: Form, draft: FieldDraft) -> None:
    if draft.field.prefill == Prefill.TARGET:
        _check_targets(programme.items(form), draft)
    if draft.field.prefill == Prefill.ALLOTMENT and not desk.faults.fatal:
        _check_allotments(programme, form, draft)


def _check_targets(items: Sequence[Item], draft: FieldDraft) -> None:
    """A target of 40 % in a column of numbers would show 0,4; 40 in one of rates 4000 %."""
    rate = draft.field.type is FieldType.RATE
    if not rate and draft.field.type not in (FieldType.INTEGER, FieldType.DECIMAL):
        return
    unfit = [i for i in items if i.target is not None and i.target_is_rate != rate]
    if unfit:
        code = "prefill.target_not_rate" if rate else "prefill.target_rate"
        codes = ", ".join(item.code or item.text for item in unfit)
        draft.row.fault(code, "prefill", draft.row.text("prefill"), items=codes)


def _check_allotments(programme: Programme, form: Form, draft: FieldDraft) -> None:
    lacking = [
        f"{item.code}–{unit.code}"
        for unit in programme.units
        if _owes(programme, unit, form)
        for item in programme.items(form, unit)
        if (item.code, unit.code) not in programme.allotments
    ]
    if lacking:
        text = draft.row.text("prefill")
        count, first = str(len(lacking)), lacking[0]
        draft.row.warn("allotment.lacking", "prefill", text, count=count, first=first)


def _owes(programme: Programme, unit: Unit, form: Form) -> bool:
    return any(
        form.code == owed.code
        for period in programme.periods
        for owed in programme.forms_for(unit, period)
    )


def _note_unused(desk: Desk, programme: Programme) -> None:
    fields = [field for form in programme.forms for field in form.fields]
    used = {field.choices for field in fields}
    for choices in programme.choices:
        if choices.code not in used:
            desk.faults.note("choices.unused", desk.choices.address(choices.code), choices.code)
    sources = {form.source for form in programme.forms}
    for sheet in (TASKS, INDICATORS):
        if sheet.key in programme.item_lists and sheet.key not in sources:
            desk.faults.note("items.unused", desk.whole(sheet), sheet.vi)
    formulas = [field.formula for field in fields if field.formula is not None]
    formulas += [rule.expression for rule in programme.rules]
    asked = any(field.prefill == Prefill.ALLOTMENT for field in fields) or any(
        isinstance(node, UnitValue) for formula in formulas for node in nodes(formula.root)
    )
    if programme.allotments and not asked:
        desk.faults.note("allotment.unused", desk.whole(ALLOTMENTS), ALLOTMENTS.vi)


def _check_periods(desk: Desk, programme: Programme) -> None:
    years = {p.start.year for p in programme.periods} | {p.end.year for p in programme.periods}
    if programme.year not in years:
        place = desk.whole(PROGRAMME)
        desk.faults.warn("year.no_period", place, str(programme.year))
    collected = {period.code for period in programme.collected_periods()}
    for row, code in _period_rows(desk):
        if code in collected and not row.filled("due"):
            row.warn("due.missing", "due", "", period=code)


def _period_rows(desk: Desk) -> list[tuple[Row, str]]:
    found = ((row, desk.periods.find(row.line("code"))) for row in desk.rows(PERIODS))
    return [(row, code) for row, code in found if code]


def _check_owed(programme: Programme, drafts: Sequence[FormDraft]) -> None:
    owed = {
        form.code
        for period in programme.periods
        for unit in programme.units
        for form in programme.forms_for(unit, period)
    }
    for draft in drafts:
        if draft.form.code not in owed:
            draft.row.warn("form.nobody", "code", draft.form.code)
