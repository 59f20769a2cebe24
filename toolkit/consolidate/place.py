"""Each answer of the returns that count put where the programme asks for it.

Whatever has no place is handed out as :class:`Unplaced` with its reason; nothing is dropped.
The order in which the returns are given does not matter.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto
from types import MappingProxyType

from toolkit.consolidate.aggregate import (
    MISSING,
    NIL,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    UNREADABLE,
    VALUE,
    ZERO,
    text_of,
)
from toolkit.consolidate.model import Figure, Part, SourceFile, Unplaced, UnplacedReason
from toolkit.findings import Severity
from toolkit.intake.model import Answer, AnswerValue, State
from toolkit.programme.model import Field, FieldType, Form, FormKind, Item, Period, Programme, Unit
from toolkit.register.model import Submission, SubmissionDetail
from toolkit.template.layout import COVER_SHEET, META_SHEET
from toolkit.template.names import sheet_names
from toolkit.template.prefill import prefilled
from toolkit.text import match_key

# A blank cell of a return that never came, or of a row it does not hold: no address.
BLANK = Figure(MISSING, None)
NOT_ASKED = Figure(NOT_APPLICABLE, None)

Cells = Mapping[str, Figure]  # field code -> the answer as a figure
_NO_SHARES: Mapping[str, int] = MappingProxyType({})
_NUMBER_ZERO = Decimal(0)
# What makes a row of an OPEN form a filled one. A row in which everything is confirmed nil
# or not applicable says that there is nothing to list.
_SAYS_SOMETHING = (VALUE, ZERO, UNREADABLE, NOT_AVAILABLE)

# How the intake says under which other name it found a sheet, the template's as "expected".
_SHEET_FOUND = frozenset({"structure.sheet_renamed", "structure.sheet_by_headings"})


@dataclass(frozen=True, slots=True)
class FormReturn:
    """One form of one return.

    ``rows`` by row key; of an OPEN form only the filled ones, in order. ``nothing`` is what
    an OPEN form without rows says: ZERO (left empty) or NIL (confirmed in ``nil_parts``)
    when the form came without fault, UNREADABLE when the form has an error, else MISSING.
    """

    rows: Mapping[str, Cells]
    nothing: State = MISSING
    nil_parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """The returns that count: by (unit, period) and form. Orders: period, then unit."""

    returns: Mapping[tuple[str, str], Mapping[str, FormReturn]]
    sources: tuple[SourceFile, ...]
    unplaced: tuple[Unplaced, ...]

    def form(self, unit: str, period: str, form: str) -> FormReturn | None:
        """The unit's return of that form and period; None where no return came."""
        forms = self.returns.get((unit, period))
        return None if forms is None else forms.get(form, _EMPTY_FORM)


_EMPTY_FORM = FormReturn({})


class _Kind(Enum):
    NUMBER = auto()
    DATE = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class _Expected:
    """A form as a unit of some type owes it in some period."""

    form: Form
    fields: Mapping[str, tuple[Field, _Kind]]
    items: Mapping[str, Item] | None  # None: any row (OPEN) or a row per field (QUESTIONS)
    wanted: bool  # whether the period makes up figures of this consolidation


def place(programme: Programme, period: Period, details: Iterable[SubmissionDetail]) -> Placement:
    """The answers of ``details`` that make up the figures of ``period``.

    Returns that are not current are left out. So are returns and forms of other periods,
    which belong to their own consolidations: of a year made of quarters, a half-year's
    return is none of its business. Raises ValueError when two current returns of one unit
    and period are given: counting either would be arbitrary.
    """
    known = {p.code for p in programme.periods}
    inside = {p.code for p in programme.periods if period.code in (p.code, *p.within)}
    members = {f.code: {p.code for p in programme.members(f, period)} for f in programme.forms}
    wanted = set[str]().union(*members.values())
    owed = _Owed(programme, members)
    returns: dict[tuple[str, str], Mapping[str, FormReturn]] = {}
    sources: list[SourceFile] = []
    unplaced: list[Unplaced] = []
    for detail in sorted(details, key=_official_order(programme)):
        submission = detail.submission
        key = (submission.unit, submission.period)
        if not submission.current or (submission.period in known - inside):
            continue
        if key in returns:
            raise ValueError(f"two current returns of unit and period {key}")
        returns[key], left = _place_return(detail, owed)
        unplaced += left
        if submission.period in wanted:
            sources.append(_source(detail))
    return Placement(returns, tuple(sources), tuple(unplaced))


def absent(programme: Programme, form: Form, item: Item | None, unit: Unit) -> Cells:
    """The cells of a row that is not there: missing, but for what was never asked.

    A prefilled text is the head office's own, and so is a figure that it left blank (no
    target, no allotment for the unit): neither is the unit's to give.
    """
    return {
        field.code: NOT_ASKED if _never_asked(programme, field, item, unit) else BLANK
        for field in form.fields
    }


def _never_asked(programme: Programme, field: Field, item: Item | None, unit: Unit) -> bool:
    return bool(field.prefill) and (
        not field.is_numeric or prefilled(programme, unit, field, item) is None
    )


class _Owed:
    """Which forms each type of unit owes in each period, worked out once for all of them."""

    def __init__(self, programme: Programme, members: Mapping[str, set[str]]) -> None:
        self.programme = programme
        self.units = {unit.code: unit for unit in programme.units}
        self.periods = {p.code: p for p in programme.periods}
        self._members = members
        self._by_type: dict[tuple[str, str], Mapping[str, _Expected]] = {}

    def forms(self, unit: Unit, period: Period) -> Mapping[str, _Expected]:
        """By form code; empty when the unit does not exist on the period's last day."""
        if not unit.valid_on(period.end):
            return {}
        key = (unit.type, period.code)
        if key not in self._by_type:
            self._by_type[key] = {
                form.code: self._expected(form, unit, period)
                for form in self.programme.forms_for(unit, period)
            }
        return self._by_type[key]

    def _expected(self, form: Form, unit: Unit, period: Period) -> _Expected:
        fixed = form.kind is FormKind.FIXED
        return _Expected(
            form,
            {field.code: (field, _kind(field)) for field in form.fields},
            {item.code: item for item in self.programme.items(form, unit)} if fixed else None,
            period.code in self._members[form.code],
        )


def _kind(field: Field) -> _Kind:
    if field.is_numeric:
        return _Kind.NUMBER
    return _Kind.DATE if field.type is FieldType.DATE else _Kind.TEXT


def _official_order(programme: Programme) -> Callable[[SubmissionDetail], tuple[object, ...]]:
    """Periods, then units, as the programme lists them; the unknown after them, by code."""
    periods = {p.code: place for place, p in enumerate(programme.periods)}
    units = {unit.code: place for place, unit in enumerate(programme.units)}

    def key(detail: SubmissionDetail) -> tuple[object, ...]:
        unit, period = detail.submission.unit, detail.submission.period
        return (
            periods.get(period, len(periods)),
            period,
            units.get(unit, len(units)),
            unit,
            detail.submission.id,
        )

    return key


def _source(detail: SubmissionDetail) -> SourceFile:
    submission = detail.submission
    return SourceFile(
        unit=submission.unit,
        period=submission.period,
        file=submission.file,
        stored=submission.stored,
        sha256=submission.sha256,
        received=submission.received,
        ledgers=dict(detail.ledgers),
        findings=detail.findings,
    )


def _place_return(
    detail: SubmissionDetail, owed: _Owed
) -> tuple[Mapping[str, FormReturn], list[Unplaced]]:
    """The forms of one return, and the answers that have no place in it."""
    submission = detail.submission
    unit, period = owed.units.get(submission.unit), owed.periods.get(submission.period)
    if unit is None or period is None:
        whose = UnplacedReason.UNIT if unit is None else UnplacedReason.PERIOD
        return {}, [_unplaced(a, submission, whose) for a in detail.answers if _speaks(a)]
    expected = owed.forms(unit, period)
    rows: dict[str, dict[str, dict[str, Figure]]] = {
        code: {} for code, form in expected.items() if form.wanted
    }
    left: list[Unplaced] = []
    for answer in detail.answers:
        form = expected.get(answer.form)
        reason = _why_not(answer, form)
        if reason is None and form is not None:
            if not form.wanted:
                continue
            cells = rows[answer.form].setdefault(answer.row, {})
            if answer.field not in cells:
                cells[answer.field] = _figure(answer, form.fields[answer.field][1], submission)
                continue
            reason = UnplacedReason.TWICE
        if reason is not None and _speaks(answer):
            left.append(_unplaced(answer, submission, reason))
    return {
        code: _form_return(expected[code], form_rows, detail, unit, owed.programme)
        for code, form_rows in rows.items()
    }, left


def _why_not(answer: Answer, form: _Expected | None) -> UnplacedReason | None:
    if form is None:
        return UnplacedReason.FORM
    if answer.field not in form.fields:
        return UnplacedReason.FIELD
    if form.items is not None:
        return None if answer.row in form.items else UnplacedReason.ROW
    if form.form.kind is FormKind.QUESTIONS and answer.row != answer.field:
        return UnplacedReason.ROW
    return None


def _speaks(answer: Answer) -> bool:
    return answer.state is not MISSING


def _unplaced(answer: Answer, submission: Submission, reason: UnplacedReason) -> Unplaced:
    part = _part(answer, submission, answer.state)
    return Unplaced(reason, answer.form, answer.field, part)


def _part(answer: Answer, submission: Submission, state: State) -> Part:
    address = answer.address
    return Part(
        submission.unit,
        submission.period,
        answer.row,
        state,
        answer.value,
        address.file,
        address.sheet,
        address.cell,
        submission.stored,
    )


def _figure(answer: Answer, kind: _Kind, submission: Submission) -> Figure:
    state, value = answer.state, answer.value
    if state is not MISSING:
        state, value = _understood(state, value, kind)
    return Figure(state, value, (_part(answer, submission, state),), None, _NO_SHARES)


def _understood(state: State, value: AnswerValue, kind: _Kind) -> tuple[State, AnswerValue]:
    """The answer as its field's type has it now.

    A programme may have changed since the return was read: a value that is no number where
    a number is asked is unreadable, and kept out.
    """
    if state is VALUE:
        if kind is _Kind.NUMBER:
            good = type(value) is Decimal and value.is_finite()
            return (VALUE, value) if good else (UNREADABLE, None)
        if kind is _Kind.DATE:
            if isinstance(value, datetime):
                return VALUE, value.date()
            return (VALUE, value) if isinstance(value, date) else (UNREADABLE, None)
        return VALUE, value if isinstance(value, str) else text_of(value)
    if state is ZERO or state is NIL:
        if kind is _Kind.NUMBER:
            return state, _NUMBER_ZERO
        return state, (text_of(value) or None) if kind is _Kind.TEXT else None
    return state, None


def _form_return(
    form: _Expected,
    rows: Mapping[str, dict[str, Figure]],
    detail: SubmissionDetail,
    unit: Unit,
    programme: Programme,
) -> FormReturn:
    if form.form.kind is FormKind.OPEN:
        return _open_return(form, rows, detail, programme)
    for row, cells in rows.items():
        item = form.items[row] if form.items is not None else None
        for field in form.form.fields:
            there = cells.setdefault(field.code, BLANK) if item else cells.get(field.code)
            if field.prefill and there is not None and there.state is MISSING:
                never = _never_asked(programme, field, item, unit)
                state = NOT_APPLICABLE if never else MISSING
                cells[field.code] = Figure(state, None, there.parts)
    return FormReturn(rows)


def _open_return(
    form: _Expected,
    rows: Mapping[str, dict[str, Figure]],
    detail: SubmissionDetail,
    programme: Programme,
) -> FormReturn:
    inputs = [code for code, (field, _) in form.fields.items() if field.is_input]
    filled: dict[str, Cells] = {}
    nil_parts: list[Part] = []
    for row in sorted(rows, key=_row_order):
        cells = rows[row]
        states = [cells[code].state for code in inputs if code in cells]
        if any(state in _SAYS_SOMETHING for state in states):
            filled[row] = {code: cells.get(code, BLANK) for code in form.fields}
        else:
            nil_parts += [p for code in inputs if code in cells for p in cells[code].parts]
    nil_parts = [part for part in nil_parts if part.state is NIL]
    sheet = _sheet_of(form.form, rows, detail, programme)
    nil_parts += _said_nothing(detail, sheet)
    return FormReturn(filled, _no_rows(detail, sheet, bool(nil_parts)), tuple(nil_parts))


def _sheet_of(
    form: Form, rows: Mapping[str, Cells], detail: SubmissionDetail, programme: Programme
) -> str:
    """The sheet an OPEN form stands on in the return; "" where the return does not hold it.

    A list without a filled row leaves no answer behind, but the balance of its sheet, and a
    finding where the sheet goes by another name than the template's.
    """
    for cells in rows.values():
        for figure in cells.values():
            for part in figure.parts:
                return part.sheet
    wanted = sheet_names(programme.forms, (COVER_SHEET, META_SHEET))[form.code]
    names = {wanted} | {
        finding.address.sheet
        for finding in detail.findings
        if finding.code in _SHEET_FOUND and finding.params.get("expected") == wanted
    }
    keys = {match_key(name) for name in names}
    return next((name for name, _ in detail.ledgers if match_key(name) in keys), "")


def _said_nothing(detail: SubmissionDetail, sheet: str) -> list[Part]:
    """The cells of the sheet in which the unit says that there is nothing to list."""
    submission = detail.submission
    return [
        Part(
            submission.unit,
            submission.period,
            "",
            NIL,
            None,
            finding.address.file,
            sheet,
            finding.address.cell,
            submission.stored,
        )
        for finding in detail.findings
        if finding.code == "form.said_nothing" and sheet and finding.address.sheet == sheet
    ]


def _no_rows(detail: SubmissionDetail, sheet: str, confirmed: bool) -> State:
    """What an OPEN form says by having no filled row: with an error on its sheet, nothing."""
    if not sheet:
        return MISSING
    faulty = any(
        finding.severity is Severity.ERROR
        and sheet in (finding.address.sheet, finding.params.get("other"))
        for finding in detail.findings
    )
    if faulty:
        return UNREADABLE
    return NIL if confirmed else ZERO


def _row_order(key: str) -> tuple[int, str]:
    """Row keys "1", "2", … "10" in the order of the rows."""
    return (int(key), "") if key.isdecimal() else (sys.maxsize, key)
