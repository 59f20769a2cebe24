"""The column of checks beside a table, the hidden columns it looks up, the marks on cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from toolkit.messages import text
from toolkit.places import column_letters
from toolkit.programme.language.excel import ANY_ROW, quoted
from toolkit.template.blank import blank_row
from toolkit.template.check_sheet import CheckPlaces
from toolkit.template.checks import Formulas, RuleUse, rule_row
from toolkit.template.layout import (
    ANSWER_KEY,
    HelperKind,
    Row,
    SheetLayout,
    SlotKind,
    WorkbookLayout,
)
from toolkit.template.sheet import TemplateSheet, put, put_across, put_formula
from toolkit.template.styles import Styles
from toolkit.template.verdicts import Verdict

WIDTH = 14.0  # characters; a longer message runs on over the free columns beside
_HELPER_WIDTH = 4.0
_LITERAL = 250  # characters of a text in a formula; Excel allows 255
_SERIAL_ZERO = date(1899, 12, 30)

Said: TypeAlias = tuple[Verdict | None, ...]


@dataclass(frozen=True, slots=True)
class CheckPage:
    """All that is needed to write the checks of one form.

    ``blank`` is what they say by row while nothing is filled in; None: leave the stored results
    to be computed, because answers stand in the cells already.
    """

    workbook: WorkbookLayout
    layout: SheetLayout
    sheet: TemplateSheet
    styles: Styles
    places: CheckPlaces
    blank: Mapping[int, Said] | None
    lang: str

    @property
    def uses(self) -> tuple[RuleUse, ...]:
        """The rules of the form."""
        return self.places.uses[self.layout.form.code]


def first_fault(said: Said) -> int:
    """The place of the first verdict that wants mending, from 1 on; 0: none."""
    return next((n for n, v in enumerate(said, 1) if v is not None and v > Verdict.FINE), 0)


def write_checks(page: CheckPage) -> None:
    """Write heading, column and hidden columns of the checks, and the marks on faulty cells."""
    _head(page)
    _before(page)
    layout = page.layout
    if not layout.helpers_of(HelperKind.FIELD, HelperKind.RULE):
        return
    formulas = Formulas(page.workbook, layout, page.places.keys)
    ready = _table_formulas(page, formulas)
    for row in layout.rows:
        at = ready | _own_formulas(page, formulas, row.index, row)
        _line(page, formulas, row.index, at)
    whole = _own_formulas(page, formulas, layout.check_row, None)
    _line(page, formulas, layout.check_row, whole)
    # what stands beside neither is a row that the unit inserted: see formulas.unchecked_rows
    for helper in layout.helpers_of(HelperKind.ROW):
        for row_index in (layout.total_row, layout.check_row):
            if row_index is not None:
                put_formula(page.sheet, row_index, helper.index, "=0", 0)
    _mark_answers(page, formulas)
    _colour_checks(page)


def _head(page: CheckPage) -> None:
    layout, sheet = page.layout, page.sheet
    column, heading = layout.check_column, page.styles["heading"]
    sheet.set_column(column - 1, column - 1, WIDTH)
    words = layout.check_heading
    put_across(
        sheet, layout.head_row, column, column, words, heading, last_row=layout.number_row - 1
    )
    put(sheet, layout.number_row, column, None, page.styles["column_number"])
    hidden = [helper.index for helper in layout.helpers]
    if hidden:
        width = _HELPER_WIDTH
        sheet.set_column(hidden[0] - 1, hidden[-1] - 1, width, None, {"hidden": True})
    for index in hidden:
        put(sheet, layout.head_row, index, words, page.styles["plain"])


def _before(page: CheckPage) -> None:
    """The answers of the period before, as formulas: nothing that could be taken for data."""
    layout = page.layout
    for helper in layout.helpers_of(HelperKind.BEFORE):
        for row in layout.rows:
            value = page.workbook.previous.get((layout.form.code, row.key, helper.code))
            if value is None or (layout.answer_column and row.key != helper.code):
                continue
            source, stored = _literal(value)
            put_formula(page.sheet, row.index, helper.index, f"={source}", stored)


def _literal(value: Decimal | date | str) -> tuple[str, float | str]:
    """A value as Excel source, and as it is stored."""
    if isinstance(value, Decimal):
        return format(value, "f"), float(value)
    if isinstance(value, date):
        serial = (value - _SERIAL_ZERO).days
        return str(serial), serial
    parts = [value[at : at + _LITERAL] for at in range(0, max(len(value), 1), _LITERAL)]
    return "&".join(map(quoted, parts)), value


def _table_formulas(page: CheckPage, formulas: Formulas) -> dict[int, str]:
    """By hidden column, the formulas that are the same in every row but for its number."""
    layout = page.layout
    rules = {use.rule.code: use for use in page.uses}
    ready: dict[int, str] = {}
    for helper in layout.helpers:
        if helper.kind is HelperKind.ROW:
            ready[helper.index] = formulas.says_something()
        elif helper.kind is HelperKind.FIELD and helper.code != ANSWER_KEY:
            ready[helper.index] = formulas.field(layout.form.field(helper.code))
        elif helper.kind is HelperKind.RULE:
            use = rules[helper.code]
            if rule_row(layout, use) is None:
                ready[helper.index] = formulas.rule(use)
    return ready


def _own_formulas(
    page: CheckPage, formulas: Formulas, index: int, row: Row | None
) -> dict[int, str]:
    """By hidden column, the formulas of one row alone: of a question, or of the whole form."""
    layout = page.layout
    rules = {use.rule.code: use for use in page.uses}
    own: dict[int, str] = {}
    for helper in layout.helpers_of(HelperKind.FIELD, HelperKind.RULE):
        if helper.kind is HelperKind.RULE:
            if rule_row(layout, rules[helper.code]) == index:
                own[helper.index] = formulas.rule(rules[helper.code])
        elif helper.code == ANSWER_KEY and row is not None:
            asked = layout.form.field(row.key)
            if asked.is_input:
                own[helper.index] = formulas.field(asked)
    return own


def _line(page: CheckPage, formulas: Formulas, row: int, at: Mapping[int, str]) -> None:
    """The checks of one row: its hidden columns, which is the first at fault, and the words."""
    layout, sheet = page.layout, page.sheet
    (first,) = layout.helpers_of(HelperKind.FIRST)
    line = layout.helpers_of(HelperKind.FIELD, HelperKind.RULE)
    said = dict(zip([h.index for h in line], page.blank[row], strict=True)) if page.blank else {}
    place = str(row)
    for index, formula in at.items():
        verdict = said.get(index)
        stored: int | str = "" if page.blank is None else int(verdict or Verdict.BLANK)
        put_formula(sheet, row, index, "=" + formula.replace(ANY_ROW, place), stored)
    look = page.styles["check"]
    if not at:
        put_formula(sheet, row, first.index, "=0", 0)
        return
    block = page.places.blocks[layout.form.code]
    fine = text("template.check.fine", page.lang)
    whole = row == layout.check_row
    faults, doubts = (
        page.places.marks(layout.form.code, broken, whole=whole)
        for broken in (Verdict.FAULT, Verdict.LOOK)
    )
    words = formulas.check(block.messages, fine, faults, doubts).replace(ANY_ROW, place)
    which = formulas.first().replace(ANY_ROW, place)
    known = None if page.blank is None else page.blank[row]
    stored = "" if known is None else first_fault(known)
    put_formula(sheet, row, first.index, f"={which}", stored)
    shown = ""
    if known is not None:
        shown = page.places.said(layout.form.code, known, blank_row(page.workbook, layout, row))
    put_formula(sheet, row, layout.check_column, f"={words}", shown, look)


def _mark_answers(page: CheckPage, formulas: Formulas) -> None:
    """Conditions over the input cells: wrong, wanting, to be looked at. Also over the computed
    cells that a rule speaks of."""
    layout = page.layout
    named = {use.field for use in page.uses}
    if layout.answer_column:
        for row in layout.rows:
            if layout.form.field(row.key).is_input or row.key in named:
                _mark(page, formulas, row.key, (row.index, row.index), layout.answer_column)
        return
    ends = (layout.rows[0].index, layout.rows[-1].index) if layout.rows else None
    for column in layout.columns:
        if ends and (column.kind is SlotKind.INPUT or column.field.code in named):
            _mark(page, formulas, column.field.code, ends, column.index)


def _mark(
    page: CheckPage, formulas: Formulas, code: str, rows: tuple[int, int], column: int
) -> None:
    layout = page.layout
    top = f"${rows[0]}" if layout.answer_column else str(rows[0])
    conditions: dict[str, list[str]] = {"check_wrong": [], "check_missing": [], "check_look": []}
    if layout.form.field(code).is_input:
        key = ANSWER_KEY if layout.answer_column else code
        own = formulas.helper(HelperKind.FIELD, key, top)
        conditions["check_wrong"].append(f"{own}>{Verdict.MISSING.value}")
        conditions["check_missing"].append(f"{own}={Verdict.MISSING.value}")
        conditions["check_look"].append(f"{own}={Verdict.LOOK.value}")
    for use in page.uses:
        if code not in (*use.inputs, use.field) or use.whole_form:
            continue
        row = rule_row(layout, use)
        cell = formulas.helper(HelperKind.RULE, use.rule.code, top if row is None else f"${row}")
        look = "check_look" if use.broken is Verdict.LOOK else "check_wrong"
        conditions[look].append(f"{cell}={use.broken.value}")
    for look, parts in conditions.items():
        if parts:
            criteria = parts[0] if len(parts) == 1 else f"OR({','.join(parts)})"
            options = {"type": "formula", "criteria": f"={criteria}"}
            options["format"] = page.styles.mark(look)
            page.sheet.conditional_format(rows[0] - 1, column - 1, rows[1] - 1, column - 1, options)


def _colour_checks(page: CheckPage) -> None:
    """The tick in green, what is only to be looked at in brown; the rest is red."""
    layout = page.layout
    (first,) = layout.helpers_of(HelperKind.FIRST)
    top = layout.rows[0].index if layout.rows else layout.check_row
    cell = f"${column_letters(layout.check_column)}{top}"
    nothing = f"${column_letters(first.index)}{top}=0"
    fine = quoted(text("template.check.fine", page.lang))
    for look, criteria in (
        ("check_fine", f"={cell}={fine}"),
        ("check_note", f"={nothing}"),
    ):
        page.sheet.conditional_format(
            top - 1,
            layout.check_column - 1,
            layout.check_row - 1,
            layout.check_column - 1,
            {"type": "formula", "criteria": criteria, "format": page.styles.mark(look)},
        )
