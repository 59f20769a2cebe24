"""Answers that were returned with an error at their cell: kept out, or taken in and marked.

Which answers are faulty
    Those at whose cell an error stands that neither a waiver nor the officer's acceptance
    excuses; all that the units type into the cells of a broken rule, for nobody can tell which
    of them is wrong; and every computed cell of the row that rests on one of these. What the
    head office filled in is never at fault.
What becomes of them
    Kept out (``FaultyAnswers.EXCLUDE``), they count as unreadable: named in the coverage, never
    in a figure. Taken in (``INCLUDE``), they are marked on every figure they are in. What
    cannot be read as a value can never be taken in; of a value beyond its limits, which the
    intake does not let pass, the finding tells what it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from toolkit.consolidate.aggregate import UNREADABLE, VALUE, ZERO, counts
from toolkit.consolidate.model import Faulty, Figure
from toolkit.findings import Finding, Severity
from toolkit.intake.model import AnswerValue
from toolkit.intake.waivers import waiver_code
from toolkit.programme.language.walk import references
from toolkit.programme.model import FaultyAnswers, Field, FieldType, Form, FormKind
from toolkit.register.model import Ruling, SubmissionDetail

Place = tuple[str, str]  # sheet and cell
Faults = Mapping[Place, Finding]
Rows = dict[str, dict[str, Figure]]  # row key -> field code -> the answer

_BROKEN = "rule.broken"
# Findings on a value that was read, and found to be beyond what is allowed; they name it.
_BEYOND = frozenset({"number.too_small", "number.too_large", "date.too_early", "date.too_late"})
_CELL = re.compile(r"[A-Z]+[0-9]+")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def faults_of(detail: SubmissionDetail) -> Faults:
    """The errors of a return by cell, the first at each; without what was accepted."""
    decision = detail.submission.decision
    accepted = decision is not None and decision.ruling is Ruling.ACCEPT
    waived = frozenset(decision.waived) if decision is not None and accepted else frozenset()
    found: dict[Place, Finding] = {}
    for said in detail.findings:
        if said.severity is not Severity.ERROR or waiver_code(said) in waived:
            continue
        for cell in _cells(said):
            found.setdefault((said.address.sheet, cell), said)
    return found


def _cells(said: Finding) -> Iterable[str]:
    if said.code == _BROKEN:
        return _CELL.findall(said.params.get("cells", "")) or _own(said)
    return _own(said)


def _own(said: Finding) -> Sequence[str]:
    return (said.address.cell,) if said.address.cell else ()


def settle(form: Form, rows: Rows, faults: Faults, choice: FaultyAnswers) -> list[Faulty]:
    """Keep the faulty answers of one form of a return out, or mark them; which they are."""
    found: list[Faulty] = []
    for cells in _together(form, rows):
        for code, said in _at_fault(form, cells, faults).items():
            settled = _settled(form.field(code), cells[code], said, choice)
            if settled is None:
                continue
            target = rows[code] if form.kind is FormKind.QUESTIONS else cells
            target[code] = settled
            found.append(Faulty(form.code, code, settled.parts[0]))
    return found


def _together(form: Form, rows: Rows) -> Iterable[dict[str, Figure]]:
    """The cells that one formula sees: of a row, of all questions."""
    if form.kind is not FormKind.QUESTIONS:
        return list(rows.values())
    return [{code: held[code] for code, held in rows.items() if code in held}]


def _at_fault(form: Form, cells: Mapping[str, Figure], faults: Faults) -> dict[str, Finding]:
    """The fields whose answers in this row are at fault, in column order, each with why."""
    fields = {field.code: field for field in form.fields if field.code in cells}
    found: dict[str, Finding] = {}
    for code, field in fields.items():
        said = None if field.prefill else _fault_at(cells[code], faults)
        if said is None:
            continue
        found.setdefault(code, said)
        if said.code == _BROKEN:
            for used in _inputs(field, fields):
                found.setdefault(used, said)
    if not found:
        return found
    for code, field in fields.items():
        resting = next((used for used in _inputs(field, fields) if used in found), None)
        if resting is not None:
            found.setdefault(code, found[resting])
    return {code: found[code] for code in fields if code in found}


def _fault_at(figure: Figure, faults: Faults) -> Finding | None:
    for part in figure.parts:
        return faults.get((part.sheet, part.cell))
    return None


def _inputs(field: Field, fields: Mapping[str, Field]) -> list[str]:
    """What the units type that a computed field rests on, formulas between seen through."""
    found: dict[str, None] = {}
    open_ones = [field]
    while open_ones:
        one = open_ones.pop()
        for code in references(one.formula) if one.formula is not None else ():
            used = fields.get(code)
            if used is None or used.prefill or code in found:
                continue
            found[code] = None
            open_ones.append(used)
    return [code for code in found if fields[code].is_input]


def _settled(field: Field, figure: Figure, said: Finding, choice: FaultyAnswers) -> Figure | None:
    """The answer as it goes on; None where there is nothing that a fault could be in."""
    if not figure.parts:
        return None
    part = figure.parts[0]
    if counts(figure):
        if choice is FaultyAnswers.INCLUDE:
            return replace(figure, parts=(replace(part, fault=said.code),))
        return _kept_out(figure, said)
    if figure.state is not UNREADABLE:
        return None
    value = _beyond(field, said) if choice is FaultyAnswers.INCLUDE else None
    if value is None:
        return _kept_out(figure, said)
    state = VALUE if value else ZERO
    marked = replace(part, state=state, value=value, fault=said.code)
    return Figure(state, value, (marked,))


def _kept_out(figure: Figure, said: Finding) -> Figure:
    part = replace(figure.parts[0], state=UNREADABLE, fault=said.code)
    return Figure(UNREADABLE, None, (part,))


def _beyond(field: Field, said: Finding) -> AnswerValue:
    """The value that a finding says is beyond the limits, as the intake shows values."""
    shown = said.params.get("value", "") if said.code in _BEYOND else ""
    if field.type is FieldType.DATE:
        day = _DAY.fullmatch(shown)
        return date(int(day[3]), int(day[2]), int(day[1])) if day else None
    if not shown or not field.is_numeric:
        return None
    number = Decimal(shown.removesuffix("%").replace(",", "."))
    return number.scaleb(-2) if shown.endswith("%") else number
