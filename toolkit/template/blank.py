"""What the formulas of a template come to while nothing is filled in.

Stored beside the formulas, for programs that show a stored result without computing it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.programme.language.evaluate import (
    MISSING,
    AnswerPair,
    EvaluationError,
    compute,
    judge,
)
from toolkit.programme.model import FormKind
from toolkit.template.checks import RuleUse, is_required, rule_row
from toolkit.template.layout import (
    ANSWER_KEY,
    HelperKind,
    Row,
    SheetLayout,
    WorkbookLayout,
)
from toolkit.template.prefill import prefilled
from toolkit.template.verdicts import Verdict

_BLANK: AnswerPair = (MISSING, None)


@dataclass(frozen=True, slots=True)
class BlankRow:
    """A row of a template as it goes out: the head office's figures and nothing else."""

    workbook: WorkbookLayout
    sheet: SheetLayout
    row: Row

    def answer(self, field: str) -> AnswerPair:
        """The answer of a field: prefilled, computed from what is, or missing."""
        asked = self.sheet.form.field(field)
        value: Decimal | str | None = None
        if asked.prefill:
            value = prefilled(self.workbook.programme, self.workbook.unit, asked, self.row.item)
        elif asked.formula is not None:
            value = compute(asked.formula, self)
        return _BLANK if value is None else ("value", value)

    def previous(self, field: str) -> AnswerPair:
        """The unit's answer of the period before, where the workbook carries it."""
        row = field if self.sheet.answer_column else self.row.key
        value = self.workbook.previous.get((self.sheet.form.code, row, field))
        return _BLANK if value is None else ("value", value)

    def count_rows(self, form: str) -> int | None:
        """None is filled in yet; None where the workbook has no such form."""
        return 0 if any(sheet.form.code == form for sheet in self.workbook.sheets) else None

    def unit_value(self, name: str) -> Decimal | None:
        """The unit's own figure of an item."""
        return self.workbook.programme.allotments.get((name, self.workbook.unit.code))

    def repeats(
        self, fields: tuple[str, ...], alike: Callable[[AnswerPair], Hashable | None]
    ) -> int:
        """How many rows hold the same; 0 where this row holds nothing to compare."""

        def content(row: BlankRow) -> tuple[Hashable | None, ...]:
            return tuple(alike(row.answer(field)) for field in fields)

        own = content(self)
        rows = [self] if self.sheet.answer_column else self._others()
        return 0 if None in own else sum(content(row) == own for row in rows)

    def _others(self) -> list[BlankRow]:
        return [BlankRow(self.workbook, self.sheet, row) for row in self.sheet.rows]


def blank_row(workbook: WorkbookLayout, sheet: SheetLayout, index: int) -> BlankRow:
    """The blank row that stands there; the row under the table has no key."""
    rows = (row for row in sheet.rows if row.index == index)
    return BlankRow(workbook, sheet, next(rows, Row("", sheet.check_row, "")))


def computed_value(row: BlankRow, field: str) -> float | str:
    """What a computed field shows in the blank row; "" where it has no value."""
    try:
        value = row.answer(field)[1]
    except EvaluationError:
        return ""
    return float(value) if isinstance(value, Decimal) else ""


def blank_verdicts(
    workbook: WorkbookLayout, sheet: SheetLayout, uses: Sequence[RuleUse]
) -> Mapping[int, tuple[Verdict | None, ...]]:
    """By row, what the FIELD and RULE columns say; None where one is empty.

    The row under the table is among them.
    """
    form = sheet.form
    open_form = form.kind is FormKind.OPEN
    asked = {f.code for f in form.fields if is_required(workbook, f) and not open_form}
    fields = [helper.code for helper in sheet.helpers_of(HelperKind.FIELD)]
    found: dict[int, tuple[Verdict | None, ...]] = {}
    for row in sheet.rows:
        keys = [row.key if code == ANSWER_KEY else code for code in fields]
        said: list[Verdict | None] = [
            _field(form.field(key).is_input, key in asked) for key in keys
        ]
        for use in uses:
            if rule_row(sheet, use) in (None, row.index):
                blank = open_form or not asked.isdisjoint(use.rests_on)
                said.append(Verdict.BLANK if blank else _rule(BlankRow(workbook, sheet, row), use))
            else:
                said.append(None)
        found[row.index] = tuple(said)
    whole = [
        _rule(blank_row(workbook, sheet, sheet.check_row), use) if use.whole_form else None
        for use in uses
    ]
    found[sheet.check_row] = (*[None] * len(fields), *whole)
    return found


def _field(is_input: bool, asked: bool) -> Verdict | None:
    if not is_input:
        return None
    return Verdict.MISSING if asked else Verdict.BLANK


def _rule(row: BlankRow, use: RuleUse) -> Verdict:
    try:
        verdict = judge(use.rule.expression, row)
    except EvaluationError:
        return Verdict.BLANK  # the sheet has an error there, and says nothing
    return use.broken if verdict is False else Verdict.BLANK
