"""A figure taken apart: from the total over each unit and period down to the cells.

Computes no figure: it looks up what the consolidation made and what stands on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.consolidate.aggregate import exact_sum
from toolkit.consolidate.form_plan import FormPlan, form_plan
from toolkit.consolidate.form_plan import leaves as formula_inputs
from toolkit.consolidate.model import (
    ROWS,
    Consolidation,
    Entry,
    Figure,
    FormTable,
    Part,
    TableRow,
    UnitLine,
)
from toolkit.findings import Finding
from toolkit.intake.model import State
from toolkit.programme.model import Aggregation, Field, FormKind, Period, Programme, Unit
from toolkit.register.model import Submission, SubmissionDetail

# Over periods: what of an input's answers is one of the summands over units.
_ADDED = (Aggregation.SUM, Aggregation.LAST)

Returns = Mapping[tuple[str, str], SubmissionDetail]  # by (unit, period): those that count


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figure: ``row`` is a key of the table ("" for all rows of a list), ``field`` a
    field's code or ROWS. ``number`` is a row of the lists as sent, ``unit`` narrows down."""

    form: str
    row: str
    field: str
    unit: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class TracedCell:
    """One answer: where it stands, what stood there, what was said of it, whether it enters.

    ``field`` is its own field: that of an input, where a figure was recomputed.
    """

    part: Part
    field: str
    raw: str
    counts: bool
    notes: tuple[Finding, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class TracedPeriod:
    """A unit's figure of a single period; ``came`` is None where no return counts.

    ``overtaken`` tells that it is not in the unit's figure, which takes that of a later period.
    """

    period: Period
    figure: Figure
    came: Submission | None
    cells: tuple[TracedCell, ...]
    overtaken: bool = False


@dataclass(frozen=True, slots=True)
class TracedUnit:
    """A unit's figure over the periods; ``inputs`` are the cells of a formula's inputs where
    the figure was recomputed from them."""

    unit: Unit
    figure: Figure
    # "counted", "partial", "missing", "unreadable", "succeeded", "not_applicable", ""
    standing: str
    periods: tuple[TracedPeriod, ...]
    inputs: tuple[TracedCell, ...] = ()


@dataclass(frozen=True, slots=True)
class TracedInput:
    """A formula's input: its own total in the row, and what of it ``entered`` the formula.

    The two differ where a unit lacks another input: numerator and denominator come from the
    same units. ``entered`` is None where the input is not added over units.
    """

    field: Field
    total: Figure | None
    entered: Decimal | None


@dataclass(frozen=True, slots=True)
class Trace:
    """The chain of one figure. ``formula`` is its source where it was recomputed over units;
    ``controls`` names the periods it is made of."""

    programme: Programme
    period: Period
    table: FormTable
    row: TableRow
    field: Field | None  # None: the number of rows
    number: str
    total: Figure
    over_units: Aggregation
    over_periods: Aggregation
    units: tuple[TracedUnit, ...]
    formula: str = ""
    inputs: tuple[TracedInput, ...] = ()


def trace(
    consolidation: Consolidation, wanted: Wanted, details: Iterable[SubmissionDetail]
) -> Trace:
    """The chain of a figure of the consolidation that ``details`` were consolidated into.

    Raises KeyError for a form, row or field that it has no figure of.
    """
    programme = consolidation.programme
    table = next((t for t in consolidation.tables if t.form.code == wanted.form), None)
    if table is None:
        raise KeyError(wanted.form)
    row = next((r for r in table.rows if r.key == wanted.row), None)
    if row is None or wanted.field not in row.totals:
        raise KeyError((wanted.row, wanted.field))
    field = None if wanted.field == ROWS else table.form.field(wanted.field)
    returns = {(d.submission.unit, d.submission.period): d for d in details if d.submission.current}
    plan = form_plan(programme, table.form, single=len(table.periods) == 1)
    desk = _Desk(table, row, wanted, plan, returns)
    lines = [line for line in row.lines if wanted.unit in ("", line.unit.code)]
    over_units = plan.plans[wanted.field].over_units if field else Aggregation.SUM
    over_periods = plan.plans[wanted.field].over_periods if field else Aggregation.SUM
    recomputed = Aggregation.RECOMPUTE in (over_units, over_periods)
    return Trace(
        programme,
        consolidation.period,
        table,
        row,
        field,
        wanted.number,
        row.totals[wanted.field],
        over_units,
        over_periods,
        tuple(_unit(desk, line) for line in lines),
        field.formula.source if field and field.formula and recomputed else "",
        tuple(_inputs(desk)) if recomputed else (),
    )


@dataclass(frozen=True, slots=True)
class _Desk:
    table: FormTable
    row: TableRow
    wanted: Wanted
    plan: FormPlan
    returns: Returns

    @property
    def recomputed(self) -> bool:
        """Whether a unit's figure is made of other fields' answers."""
        code = self.wanted.field
        return code != ROWS and self.plan.plans[code].over_periods is Aggregation.RECOMPUTE


def _inputs(desk: _Desk) -> Iterable[TracedInput]:
    code, fields = desk.wanted.field, {f.code: f for f in desk.table.form.fields}
    units = desk.plan.plans[code].over_units is Aggregation.RECOMPUTE
    for used in formula_inputs(desk.plan, code, units=units):
        if used in fields:  # what a formula finds outside its row has no cell
            home = desk.row
            if desk.table.form.kind is FormKind.QUESTIONS:
                home = next(row for row in desk.table.rows if row.key == used)
            yield TracedInput(fields[used], home.totals.get(used), _entered(desk, used))


def _entered(desk: _Desk, used: str) -> Decimal | None:
    """The sum of an input's answers that are in the recomputed total."""
    plan = desk.plan.plans[used]
    added = plan.over_units is Aggregation.SUM and plan.over_periods in _ADDED
    if not added or desk.plan.plans[desk.wanted.field].over_units is not Aggregation.RECOMPUTE:
        return None
    cells = (_cell(desk, part) for part in desk.row.totals[desk.wanted.field].parts)
    values = [cell.part.value for cell in cells if cell.field == used and cell.counts]
    return exact_sum(value for value in values if isinstance(value, Decimal))


def _unit(desk: _Desk, line: UnitLine) -> TracedUnit:
    figure = line.figures[desk.wanted.field]
    periods = tuple(
        _period(desk, line, period)
        for period in desk.table.periods
        if period.code in line.by_period
    )
    inputs: tuple[TracedCell, ...] = ()
    if desk.recomputed:
        inputs = tuple(_cell(desk, part) for part in figure.parts)
    return TracedUnit(line.unit, figure, _standing(desk, line.unit.code), periods, inputs)


def _standing(desk: _Desk, unit: str) -> str:
    cover = desk.row.totals[desk.wanted.field].coverage
    if cover is None:
        return ""
    groups = {
        "counted": cover.counted,
        "partial": tuple(cover.partial),
        "missing": cover.missing,
        "unreadable": cover.unreadable,
        "succeeded": cover.succeeded,  # of those not applicable
        "not_applicable": cover.not_applicable,
    }
    return next((name for name, units in groups.items() if unit in units), "")


def _period(desk: _Desk, line: UnitLine, period: Period) -> TracedPeriod:
    code, wanted = line.unit.code, desk.wanted
    figure = line.by_period[period.code][wanted.field]
    detail = desk.returns.get((code, period.code))
    if desk.table.form.kind is FormKind.OPEN:
        parts = _list_parts(desk, code, period.code)
    else:
        parts = figure.parts
    return TracedPeriod(
        period,
        figure,
        detail.submission if detail else None,
        tuple(_cell(desk, part) for part in parts),
        _overtaken(desk, line, figure),
    )


def _overtaken(desk: _Desk, line: UnitLine, figure: Figure) -> bool:
    """Whether a period's figure counts for itself and is not the one taken for the whole."""
    code = desk.wanted.field
    last = code != ROWS and desk.plan.plans[code].over_periods is Aggregation.LAST
    if not last or figure.value is None:
        return False
    taken = set(line.figures[code].parts)
    return not taken.intersection(figure.parts)


def _list_parts(desk: _Desk, unit: str, period: str) -> Sequence[Part]:
    """The cells of a column of a list, row by row; of the rows themselves their first cell."""
    mine = [
        entry
        for entry in desk.table.entries
        if (entry.unit.code, entry.period.code) == (unit, period)
        and desk.wanted.number in ("", entry.row)
    ]
    parts = [_of_entry(entry, desk.wanted.field) for entry in mine]
    return [part for part in parts if part is not None]


def _of_entry(entry: Entry, field: str) -> Part | None:
    if field != ROWS:
        return entry.answers.get(field)
    said = [part for part in entry.answers.values() if part.state is not State.MISSING]
    return said[0] if said else None


def _cell(desk: _Desk, part: Part) -> TracedCell:
    detail = desk.returns.get((part.unit, part.period))
    form = desk.table.form.code
    own = [
        answer
        for answer in (detail.answers if detail else ())
        if (answer.form, answer.row) == (form, part.row)
        and (answer.address.sheet, answer.address.cell) == (part.sheet, part.cell)
    ]
    answer = next((a for a in own if a.field == desk.wanted.field), own[0] if own else None)
    notes = tuple(
        finding
        for finding in (detail.findings if detail else ())
        if finding.address.sheet == part.sheet and part.cell in _cells(finding)
    )
    return TracedCell(
        part,
        answer.field if answer else desk.wanted.field,
        answer.raw if answer else "",
        part.state.counts,
        notes,
        detail.submission.sha256 if detail else "",
    )


def _cells(finding: Finding) -> tuple[str, ...]:
    """The cells a finding speaks of: its own and those of a rule."""
    others = finding.params.get("cells", "").split(",")
    return (finding.address.cell, *(cell.strip() for cell in others))
