"""The checks of a form as formulas: what is to be said of each answer and by each rule.

Each hidden column right of the table holds a number per row, a :class:`Verdict`; the column of
checks, the marks on the cells and the panel on the cover only look these numbers up. They come
to the verdict of the intake, with one difference: what the intake reads with an assumption ("5
mô hình" as 5, "quý I" as a day) is a fault here, since it is put right most easily by the one
who types it. Functions of Excel 2007, none volatile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.findings import Severity
from toolkit.places import column_letters
from toolkit.programme.language.excel import ANY_ROW, Around, quoted, to_text, to_verdict
from toolkit.programme.language.tree import Hole
from toolkit.programme.language.walk import previous_references, references
from toolkit.programme.model import Field, FormKind, Rule
from toolkit.template.formulas import around, cells_of
from toolkit.template.layout import (
    ANSWER_KEY,
    Helper,
    HelperKind,
    SheetLayout,
    SlotKind,
    WorkbookLayout,
)
from toolkit.template.verdicts import SAID, ChoiceKeys, Verdict, nothing_in, verdict_of

# The code of the finding by which a programme excuses a unit from answering.
_MISSING_CODE = "answer.missing"


@dataclass(frozen=True, slots=True)
class RuleUse:
    """A rule in a form: the fields it uses and where its verdict belongs.

    ``inputs`` are the input fields it names, ``rests_on`` those too that the computed fields it
    names come from. ``field`` is the one whose cell is named first, "" where the rule uses
    none; ``whole_form`` tells that it is asked once, not row by row.
    """

    rule: Rule
    inputs: tuple[str, ...]
    rests_on: tuple[str, ...]
    field: str
    whole_form: bool

    @property
    def broken(self) -> Verdict:
        """What it says where it fails."""
        return Verdict.FAULT if self.rule.severity is Severity.ERROR else Verdict.LOOK


def rule_uses(sheet: SheetLayout) -> tuple[RuleUse, ...]:
    """The rules of the form, in order, with the fields they use."""
    uses = []
    for rule in sheet.rules:
        used = dict.fromkeys((*references(rule.expression), *previous_references(rule.expression)))
        fields = [sheet.form.field(code) for code in used]
        inputs = tuple(field.code for field in fields if field.is_input)
        shown = [f.code for f in fields if f.is_numeric and not f.is_input]
        first = next(iter((*inputs, *shown)), "")
        questions = sheet.form.kind is FormKind.QUESTIONS
        whole = not (first if questions else used)
        uses.append(RuleUse(rule, inputs, _inputs_behind(sheet, used), first, whole))
    return tuple(uses)


def _inputs_behind(sheet: SheetLayout, codes: Iterable[str]) -> tuple[str, ...]:
    """The input fields that the answers of the fields come from, computed ones seen through."""
    found: dict[str, None] = {}
    for code in codes:
        field = sheet.form.field(code)
        if field.is_input:
            found[code] = None
        elif field.formula is not None:
            found.update(dict.fromkeys(_inputs_behind(sheet, references(field.formula))))
    return tuple(found)


def is_required(workbook: WorkbookLayout, field: Field) -> bool:
    """Whether an answer must not be left blank, the unit's waivers heeded."""
    return (
        field.is_input
        and field.required
        and not any(
            waiver.rule == _MISSING_CODE and waiver.covers(workbook.unit.code, workbook.period.code)
            for waiver in workbook.programme.waivers
        )
    )


class Formulas:
    """The formulas of one form's checks, each with ``ANY_ROW`` for the row it stands in.

    ``keys`` are the matching keys that a choice field takes, by list code.
    """

    __slots__ = ("_around", "_cell", "_helpers", "_keys", "_sheet", "_workbook")

    def __init__(
        self,
        workbook: WorkbookLayout,
        sheet: SheetLayout,
        keys: Mapping[str, ChoiceKeys],
    ) -> None:
        self._workbook = workbook
        self._sheet = sheet
        self._keys = keys
        self._cell = cells_of(sheet)
        self._around: Around = around(workbook, sheet)
        self._helpers = {(h.kind, h.code): column_letters(h.index) for h in sheet.helpers}

    def helper(self, kind: HelperKind, code: str = "", row: str = ANY_ROW) -> str:
        """The cell of a hidden column."""
        return f"${self._helpers[kind, code]}{row}"

    def first(self) -> str:
        """Which of the FIELD and RULE columns is the first that wants mending; 0: none."""
        line, ends = self._line()
        place = f"(COLUMN({ends[1]})+1-COLUMN({line}))"
        last = f"COLUMN({ends[1]})+2-COLUMN({ends[0]})"
        return f'IF(COUNTIF({line},">1")=0,0,{last}-SUMPRODUCT(MAX(({line}>1)*{place})))'

    def check(
        self, messages: str, fine: str, faults: Mapping[str, Hole], doubts: Mapping[str, Hole]
    ) -> str:
        """The words in the column of checks.

        ``messages`` are cells: a row for each FIELD and RULE column, a column for each verdict
        from MISSING on and a last one for LOOK. ``faults`` and ``doubts`` are the marks in them
        and what each is replaced by.
        """
        first = self.helper(HelperKind.FIRST)
        line, _ = self._line()
        answered = "0"
        if self._sheet.helpers_of(HelperKind.FIELD):
            answered = f"COUNTIF({self._line(HelperKind.FIELD)[0]},{Verdict.FINE.value})"
        looked = str(Verdict.LOOK.value)
        fault = f"INDEX({messages},{first},INDEX({line},{first})-1)"
        doubt = f"INDEX({messages},MATCH({looked},{line},0),{len(SAID)})"
        return (
            f"IF({first}>0,{self._filled(fault, faults)},"
            f"IF(COUNTIF({line},{looked})>0,{self._filled(doubt, doubts)},"
            f'IF({answered}>0,"{fine}","")))'
        )

    def _filled(self, message: str, marks: Mapping[str, Hole]) -> str:
        """A message with its marks replaced by the values of the row."""
        for mark, hole in marks.items():
            shown = to_text(hole, self._cell, self._around)
            message = f"SUBSTITUTE({message},{quoted(mark)},{shown})"
        return message

    def _line(self, *kinds: HelperKind) -> tuple[str, tuple[str, str]]:
        """The cells of the FIELD and RULE columns in a row, and the first and last of them."""
        helpers = self._sheet.helpers_of(*(kinds or (HelperKind.FIELD, HelperKind.RULE)))
        ends = [f"${column_letters(helper.index)}{ANY_ROW}" for helper in (helpers[0], helpers[-1])]
        return f"{ends[0]}:{ends[1]}", (ends[0], ends[1])

    def says_something(self) -> str:
        """In an OPEN form: how many answers stand in the row, words for nothing not counted.

        A row that only says "không có" is a statement, not an entry of the list.
        """
        parts = []
        for cells, words in self._input_runs():
            parts.append(f"+SUMPRODUCT(ISERROR({cells})+1-ISERROR(1/LEN(TRIM({_spaces(cells)}))))")
            if words:
                same = f"EXACT({words},LOWER(TRIM({_spaces(cells)})))"
                parts.append(f"-SUMPRODUCT(--ISNUMBER(1/{same}))")
        return "".join(parts).removeprefix("+") or "0"

    def _input_runs(self) -> list[tuple[str, str]]:
        """The input cells of a row as ranges, each with the words that say nothing in it."""
        runs: list[tuple[int, int, str]] = []
        for column in self._sheet.columns:
            if column.kind is not SlotKind.INPUT:
                continue
            words = nothing_in(column.field, self._keys.get(column.field.choices))
            if runs and runs[-1][1] == column.index - 1 and runs[-1][2] == words:
                runs[-1] = (runs[-1][0], column.index, words)
            else:
                runs.append((column.index, column.index, words))
        return [
            (f"${column_letters(a)}{ANY_ROW}:${column_letters(b)}{ANY_ROW}", words)
            for a, b, words in runs
        ]

    def field(self, field: Field) -> str:
        """The verdict on the answer of an input field."""
        missing = str(Verdict.BLANK.value)
        if is_required(self._workbook, field):
            missing = str(Verdict.MISSING.value)
            if self._sheet.form.kind is FormKind.OPEN:
                missing = f"IF({self.helper(HelperKind.ROW)}>0,{missing},{Verdict.BLANK.value})"
        keys = self._keys.get(field.choices)
        return verdict_of(field, self._cell(field.code), missing, self._workbook.period, keys)

    def rule(self, use: RuleUse) -> str:
        """The verdict of a rule; silent where an answer it uses is faulted already."""
        verdict = to_verdict(
            use.rule.expression, self._cell, self._around, broken=str(use.broken.value)
        )
        used = [self._status(code) for code in use.rests_on]
        guards = [f"MAX({','.join(used)})>1"] if used else []
        if self._sheet.form.kind is FormKind.OPEN and not use.whole_form:
            guards.append(f"{self.helper(HelperKind.ROW)}=0")
        if not guards:
            return verdict
        guard = guards[0] if len(guards) == 1 else f"OR({','.join(guards)})"
        return f"IF({guard},0,{verdict})"

    def _status(self, code: str) -> str:
        if self._sheet.answer_column:
            row = next(row.index for row in self._sheet.rows if row.key == code)
            return self.helper(HelperKind.FIELD, ANSWER_KEY, f"${row}")
        return self.helper(HelperKind.FIELD, code)


def rule_row(sheet: SheetLayout, use: RuleUse) -> int | None:
    """The row a rule's verdict stands in; None where it stands in every row of the table."""
    if use.whole_form:
        return sheet.check_row
    if sheet.answer_column:
        return next(row.index for row in sheet.rows if row.key == use.field)
    return None


def place_of(sheet: SheetLayout, helper: Helper, uses: Sequence[RuleUse]) -> int:
    """The column of the cell that a FIELD or RULE column speaks of."""
    code = helper.code
    if helper.kind is HelperKind.RULE:
        code = next(use.field for use in uses if use.rule.code == code)
    if sheet.answer_column:
        return sheet.answer_column if code else sheet.check_column
    return next((c.index for c in sheet.columns if c.field.code == code), sheet.check_column)


def _spaces(cells: str) -> str:
    return f'SUBSTITUTE({cells},"\u00a0"," ")'
