"""Each answer of the returns that count put where the programme asks for it.

Whatever has no place is handed out as :class:`Unplaced` with its reason; nothing is dropped.
The order in which the returns are given does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from toolkit.consolidate.aggregate import MISSING, NOT_APPLICABLE
from toolkit.consolidate.cells import (
    BLANK,
    NOT_ASKED,
    AnswerKind,
    Cells,
    FormReturn,
    figure,
    kind_of,
    part,
)
from toolkit.consolidate.faulty import faults_of, settle
from toolkit.consolidate.model import Faulty, Figure, SourceFile, Unplaced, UnplacedReason
from toolkit.consolidate.open_forms import list_return
from toolkit.intake.model import Answer
from toolkit.programme.model import Field, Form, FormKind, Item, Period, Programme, Unit
from toolkit.register.model import Submission, SubmissionDetail
from toolkit.template.prefill import prefilled


@dataclass(frozen=True, slots=True)
class Placement:
    """The returns that count: by (unit, period) and form. Orders: period, then unit."""

    returns: Mapping[tuple[str, str], Mapping[str, FormReturn]]
    sources: tuple[SourceFile, ...]
    unplaced: tuple[Unplaced, ...]
    faulty: tuple[Faulty, ...] = ()

    @property
    def marked(self) -> bool:
        """Whether any faulty answer is taken in."""
        return any(one.included for one in self.faulty)

    def form(self, unit: str, period: str, form: str) -> FormReturn | None:
        """The unit's return of that form and period; None where no return came."""
        forms = self.returns.get((unit, period))
        return None if forms is None else forms.get(form, _EMPTY_FORM)


_EMPTY_FORM = FormReturn({})


@dataclass(frozen=True, slots=True)
class _Expected:
    """A form as a unit of some type owes it in some period."""

    form: Form
    fields: Mapping[str, AnswerKind]
    items: Mapping[str, Item] | None  # None: any row (OPEN) or a row per field (QUESTIONS)
    prefilled: tuple[Field, ...]
    wanted: bool  # whether the period makes up figures of this consolidation


@dataclass(frozen=True, slots=True)
class PlacedReturn:
    """One return that counts: its forms, and the answers that have no place or a fault.

    ``source`` is None where the period makes up no figures of the consolidation.
    """

    forms: Mapping[str, FormReturn]
    source: SourceFile | None
    unplaced: Sequence[Unplaced]
    faulty: Sequence[Faulty]


class Placing:
    """Places the returns that make up the figures of ``period``, one by one."""

    def __init__(self, programme: Programme, period: Period) -> None:
        self._elsewhere = {
            p.code for p in programme.periods if period.code not in (p.code, *p.within)
        }
        members = {f.code: {p.code for p in programme.members(f, period)} for f in programme.forms}
        self._wanted = set[str]().union(*members.values())
        self._owed = _Owed(programme, members)

    def takes(self, submission: Submission) -> bool:
        """Whether a return counts, and here.

        Returns and forms of other periods belong to their own consolidations: of a year made
        of quarters, a half-year's return is none of its business.
        """
        return submission.current and submission.period not in self._elsewhere

    def placed(self, detail: SubmissionDetail) -> PlacedReturn:
        """A return that is taken, its answers at their places."""
        forms, unplaced, faulty = _place_return(detail, self._owed)
        source = _source(detail) if detail.submission.period in self._wanted else None
        return PlacedReturn(forms, source, unplaced, faulty)


def place(programme: Programme, period: Period, details: Iterable[SubmissionDetail]) -> Placement:
    """The answers of those of ``details`` that make up the figures of ``period``.

    Raises ValueError when two current returns of one unit and period are given: counting
    either would be arbitrary.
    """
    placing = Placing(programme, period)
    returns: dict[tuple[str, str], Mapping[str, FormReturn]] = {}
    sources: list[SourceFile] = []
    unplaced: list[Unplaced] = []
    faulty: list[Faulty] = []
    order = official_order(programme)
    for detail in sorted(details, key=lambda one: order(one.submission)):
        submission = detail.submission
        if not placing.takes(submission):
            continue
        key = (submission.unit, submission.period)
        if key in returns:
            raise ValueError(f"two current returns of unit and period {key}")
        one = placing.placed(detail)
        returns[key] = one.forms
        unplaced += one.unplaced
        faulty += one.faulty
        if one.source is not None:
            sources.append(one.source)
    return Placement(returns, tuple(sources), tuple(unplaced), tuple(faulty))


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
            {field.code: kind_of(field) for field in form.fields},
            {item.code: item for item in self.programme.items(form, unit)} if fixed else None,
            tuple([field for field in form.fields if field.prefill]),
            period.code in self._members[form.code],
        )


def official_order(programme: Programme) -> Callable[[Submission], tuple[object, ...]]:
    """Periods, then units, as the programme lists them; the unknown after them, by code."""
    periods = {p.code: place for place, p in enumerate(programme.periods)}
    units = {unit.code: place for place, unit in enumerate(programme.units)}

    def key(submission: Submission) -> tuple[object, ...]:
        unit, period = submission.unit, submission.period
        return (
            periods.get(period, len(periods)),
            period,
            units.get(unit, len(units)),
            unit,
            submission.id,
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
) -> tuple[Mapping[str, FormReturn], list[Unplaced], list[Faulty]]:
    """The forms of one return, the answers that have no place in it, and the faulty ones."""
    submission = detail.submission
    unit, period = owed.units.get(submission.unit), owed.periods.get(submission.period)
    if unit is None or period is None:
        whose = UnplacedReason.UNIT if unit is None else UnplacedReason.PERIOD
        return {}, list(_unplaced(detail.answers, submission, whose)), []
    expected = owed.forms(unit, period)
    forms: dict[str, dict[str, dict[str, Figure]]] = {
        code: {} for code, form in expected.items() if form.wanted
    }
    left: list[Unplaced] = []
    for (code, row), answers in groupby(detail.answers, key=_form_and_row):
        form = expected.get(code)
        reason = _why_no_row(form, row)
        if form is None or reason is not None:
            left += _unplaced(answers, submission, reason or UnplacedReason.FORM)
            continue
        cells = forms[code].setdefault(row, {}) if form.wanted else {}
        left += _place_row(answers, row, form, cells, submission)
    faults, faulty = faults_of(detail), []
    if faults:
        for code, rows in forms.items():
            faulty += settle(expected[code].form, rows, faults, owed.programme.faulty_answers)
    placed = {
        code: _form_return(expected[code], rows, detail, unit, owed.programme)
        for code, rows in forms.items()
    }
    return placed, left, faulty


_form_and_row = attrgetter("form", "row")


def _why_no_row(form: _Expected | None, row: str) -> UnplacedReason | None:
    if form is None:
        return UnplacedReason.FORM
    if form.form.kind is FormKind.QUESTIONS:
        return None if row in form.fields else UnplacedReason.ROW
    return None if form.items is None or row in form.items else UnplacedReason.ROW


def _place_row(
    answers: Iterable[Answer],
    row: str,
    form: _Expected,
    cells: dict[str, Figure],
    submission: Submission,
) -> list[Unplaced]:
    """Fill the cells of one row; what could not be placed. Runs for every answer there is."""
    left: list[Unplaced] = []
    only = row if form.form.kind is FormKind.QUESTIONS else None
    for answer in answers:
        code = answer.field
        kind = form.fields.get(code)
        if kind is None:
            left += _unplaced((answer,), submission, UnplacedReason.FIELD)
        elif only is not None and code != only:
            left += _unplaced((answer,), submission, UnplacedReason.ROW)
        elif code in cells:
            left += _unplaced((answer,), submission, UnplacedReason.TWICE)
        else:
            cells[code] = figure(answer, kind, submission)
    return left


def _unplaced(
    answers: Iterable[Answer], submission: Submission, reason: UnplacedReason
) -> Iterable[Unplaced]:
    """The answers, without the blank ones: there is nothing in them to lose."""
    for answer in answers:
        if answer.state is not MISSING:
            own = part(answer, submission, answer.state)
            yield Unplaced(reason, answer.form, answer.field, own)


def _form_return(
    form: _Expected,
    rows: Mapping[str, dict[str, Figure]],
    detail: SubmissionDetail,
    unit: Unit,
    programme: Programme,
) -> FormReturn:
    if form.form.kind is FormKind.OPEN:
        return list_return(form.form, rows, detail, programme)
    for row, cells in rows.items():
        item = form.items[row] if form.items is not None else None
        if item is not None and len(cells) < len(form.fields):
            for code in form.fields:
                cells.setdefault(code, BLANK)
        for field in form.prefilled:
            there = cells.get(field.code)
            if (
                there is not None
                and there.state is MISSING
                and _never_asked(programme, field, item, unit)
            ):
                cells[field.code] = Figure(NOT_APPLICABLE, None, there.parts)
    return FormReturn(rows)
