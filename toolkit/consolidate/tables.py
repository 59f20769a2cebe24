"""The tables of a consolidation: rows, units, periods.

First each unit over the periods it owes, then all units; both as the field declares. A unit
is expected in a row when, in at least one member period, it exists, the form is asked of its
type and the item of its type. Its periods before it came and after it went are not expected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from toolkit.consolidate.aggregate import NIL, VALUE, ZERO, Plan
from toolkit.consolidate.cells import BLANK, Cells, FormReturn
from toolkit.consolidate.model import (
    ROWS,
    Attainment,
    Entry,
    Figure,
    FormTable,
    Part,
    TableRow,
    UnitLine,
)
from toolkit.consolidate.over_periods import Slot, UnitResult, over_periods
from toolkit.consolidate.over_units import over_units
from toolkit.consolidate.place import Placement, absent
from toolkit.consolidate.recompute import (
    OWN_FIGURE,
    ROWS_OF,
    FormPlan,
    form_plan,
    total_recomputed,
    unit_recomputed,
)
from toolkit.intake.model import State
from toolkit.programme.model import (
    Aggregation,
    Field,
    FieldType,
    Form,
    FormKind,
    Item,
    Period,
    Programme,
    Role,
    Unit,
)

_RECOMPUTE = Aggregation.RECOMPUTE


@dataclass(frozen=True, slots=True)
class Member:
    """A unit expected in a row: its slots, and its answers by period as they are shown."""

    unit: Unit
    slots: Sequence[Slot]
    shown: Mapping[str, Mapping[str, Figure]]
    own: Mapping[str, Sequence[Slot]] = field(default_factory=dict)  # of a field, not ``slots``

    def slots_of(self, code: str) -> Sequence[Slot]:
        """The slots that a field's figure is made of."""
        return self.own.get(code, self.slots)


class Carry(Protocol):
    """Puts answers where the units of today have them, before any figure is made."""

    def cells(self, row: str, members: Sequence[Member], plan: FormPlan) -> Sequence[Member]:
        """The members of a row of a form with one answer per field, row and return."""

    def lists(self, members: Sequence[Member], plan: FormPlan) -> Sequence[Member]:
        """The members of a list."""

    def counts(self, members: Sequence[Member], counting: Plan) -> Sequence[Member]:
        """The members of the count of rows of a list."""


def form_table(
    programme: Programme,
    form: Form,
    periods: Sequence[Period],
    placement: Placement,
    items: Sequence[str] = (),
    carry: Carry | None = None,
) -> FormTable:
    """``form`` consolidated over ``periods``, its member periods or the first of them.

    ``items`` restricts a FIXED form to the items of these codes. With ``carry`` the lines are
    those of other units than those that reported (``toolkit.consolidate.succession``).
    """
    plan = form_plan(programme, form, single=len(periods) == 1)
    owing = _owing(programme, form, periods)
    desk = _Desk(programme, form, tuple(periods), placement, plan, owing, carry)
    match form.kind:
        case FormKind.FIXED:
            wanted = [i for i in programme.items(form) if not items or i.code in items]
            rows = tuple([_item_row(desk, item) for item in wanted])
        case FormKind.QUESTIONS:
            rows = _question_rows(desk)
        case FormKind.OPEN:
            rows = (_list_row(desk),)
    return FormTable(form, desk.periods, rows, tuple(_entries(desk)))


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every row of one table needs."""

    programme: Programme
    form: Form
    periods: tuple[Period, ...]
    placement: Placement
    plan: FormPlan
    owing: Sequence[tuple[Unit, tuple[str, ...]]]  # the units and the periods each owes
    carry: Carry | None = None


def _owing(
    programme: Programme, form: Form, periods: Sequence[Period]
) -> list[tuple[Unit, tuple[str, ...]]]:
    found = []
    for unit in programme.units:
        owed = tuple(
            [p.code for p in periods if form.code in {f.code for f in programme.forms_for(unit, p)}]
        )
        if owed:
            found.append((unit, owed))
    return found


# --- forms with one answer per field, row and return ----------------------------------------


def _item_row(desk: _Desk, item: Item) -> TableRow:
    members = []
    for unit, periods in desk.owing:
        if item.unit_types and unit.type not in item.unit_types:
            continue
        shown: dict[str, Cells] = {}
        for period in periods:
            came = desk.placement.form(unit.code, period, desk.form.code)
            cells = came.rows.get(item.code) if came is not None else None
            if cells is None:
                cells = absent(desk.programme, desk.form, item, unit)
            shown[period] = cells
        members.append(_member(desk, unit, shown))
    if desk.carry:
        members = [*desk.carry.cells(item.code, members, desk.plan)]
    lines, totals = _figures(desk, members, desk.plan.plans)
    attainment = _attainment(desk.form, item, totals)
    return TableRow(item.code, item.text, item, totals, lines, attainment)


def _question_rows(desk: _Desk) -> tuple[TableRow, ...]:
    """All questions are one row of cells to their formulas, and a row each to the reader."""
    members = []
    for unit, periods in desk.owing:
        shown: dict[str, Cells] = {}
        for period in periods:
            came = desk.placement.form(unit.code, period, desk.form.code)
            blank = absent(desk.programme, desk.form, None, unit)
            rows = came.rows if came is not None else {}
            shown[period] = {
                code: rows.get(code, {}).get(code, figure) for code, figure in blank.items()
            }
        members.append(_member(desk, unit, shown))
    if desk.carry:
        members = [*desk.carry.cells("", members, desk.plan)]
    lines, totals = _figures(desk, members, desk.plan.plans)
    return tuple(
        [
            TableRow(f.code, f.title, None, {f.code: totals[f.code]}, _only(lines, f.code))
            for f in desk.form.fields
        ]
    )


def _only(lines: Sequence[UnitLine], code: str) -> tuple[UnitLine, ...]:
    return tuple(
        [
            UnitLine(
                line.unit,
                {code: line.figures[code]},
                {period: {code: cells[code]} for period, cells in line.by_period.items()},
            )
            for line in lines
        ]
    )


def _member(desk: _Desk, unit: Unit, shown: Mapping[str, Cells]) -> Member:
    slots = [
        Slot(period, (_with_outside(desk, unit, period, cells),)) for period, cells in shown.items()
    ]
    return Member(unit, slots, shown)


def _with_outside(desk: _Desk, unit: Unit, period: str, cells: Cells) -> Cells:
    """The cells and what their formulas find outside the row: COUNTROWS and UNIT."""
    outside = desk.plan.outside
    if not outside:
        return cells
    return {**cells, **{code: _outside(desk, unit, period, code) for code in outside}}


def _outside(desk: _Desk, unit: Unit, period: str, code: str) -> Figure:
    kind, name = code[0], code[1:]
    if kind == ROWS_OF:
        return _row_count(desk.placement.form(unit.code, period, name))
    assert kind == OWN_FIGURE, code
    allotted = desk.programme.allotments.get((name, unit.code))
    return BLANK if allotted is None else Figure(VALUE if allotted else ZERO, allotted)


# --- lists ----------------------------------------------------------------------------------


def _list_row(desk: _Desk) -> TableRow:
    """The one row of an OPEN form; the pseudo field ROWS counts the filled rows."""
    counting = _rows_plan(desk)
    members, counters = [], []
    for unit, periods in desk.owing:
        slots: list[Slot] = []
        counts: list[Slot] = []
        for period in periods:
            came = desk.placement.form(unit.code, period, desk.form.code)
            rows = tuple(came.rows.values()) if came is not None else ()
            slots.append(Slot(period, rows, came.nothing if came is not None else State.MISSING))
            counts.append(Slot(period, ({ROWS: _row_count(came)},)))
        members.append(Member(unit, slots, {s.period: _shown_rows(desk, s) for s in slots}))
        counters.append(Member(unit, counts, {s.period: s.rows[0] for s in counts}))
    if desk.carry:
        members = [*desk.carry.lists(members, desk.plan)]
        counters = [*desk.carry.counts(counters, counting)]
    lines, totals = _figures(desk, members, desk.plan.plans)
    counted, total = _figures(desk, counters, {ROWS: counting})
    return TableRow(
        key="",
        label=desk.form.name,
        item=None,
        totals={**totals, **total},
        lines=tuple([_merged(a, b) for a, b in zip(lines, counted, strict=True)]),
    )


def _merged(line: UnitLine, counted: UnitLine) -> UnitLine:
    return UnitLine(
        line.unit,
        {**line.figures, **counted.figures},
        {
            period: {**cells, **counted.by_period[period]}
            for period, cells in line.by_period.items()
        },
    )


def _rows_plan(desk: _Desk) -> Plan:
    """Rows are added over periods, unless each period repeats the whole list.

    It does where everything that is declared over periods is declared LAST.
    """
    declared = {f.over_periods for f in desk.form.fields} - {Aggregation.NONE}
    how = Aggregation.LAST if declared == {Aggregation.LAST} else Aggregation.SUM
    field = Field(desk.form.code, ROWS, ROWS, FieldType.INTEGER)
    return Plan(field, Aggregation.SUM, how)


def _row_count(came: FormReturn | None) -> Figure:
    """How many rows are filled: a part for each (its first answer), then confirmed nils."""
    if came is None:
        return BLANK
    if came.rows:
        firsts = [_first_part(cells) for cells in came.rows.values()]
        parts = (*[part for part in firsts if part is not None], *came.nil_parts)
        return Figure(VALUE, Decimal(len(came.rows)), parts)
    if came.nothing in (ZERO, NIL):
        return Figure(came.nothing, Decimal(0), came.nil_parts)
    return Figure(came.nothing, None, came.nil_parts if came.nothing is State.NOT_AVAILABLE else ())


def _first_part(cells: Cells) -> Part | None:
    parts = [part for figure in cells.values() for part in figure.parts]
    return next((part for part in parts if part.state is not State.MISSING), None)


def _shown_rows(desk: _Desk, slot: Slot) -> dict[str, Figure]:
    return {f.code: unit_result(desk.plan, f.code, (slot,)).figure for f in desk.form.fields}


def _entries(desk: _Desk) -> Iterator[Entry]:
    """Every filled row of an OPEN form, by period, unit and row."""
    if desk.form.kind is not FormKind.OPEN:
        return
    for period in desk.periods:
        for unit, periods in desk.owing:
            came = desk.placement.form(unit.code, period.code, desk.form.code)
            if came is None or period.code not in periods:
                continue
            for row, cells in came.rows.items():
                answers = {c: figure.parts[0] for c, figure in cells.items() if figure.parts}
                yield Entry(unit, period, row, answers)


# --- figures --------------------------------------------------------------------------------


def _figures(
    desk: _Desk, members: Sequence[Member], plans: Mapping[str, Plan]
) -> tuple[tuple[UnitLine, ...], dict[str, Figure]]:
    """Each unit's line, and the totals by field."""
    figures: list[dict[str, Figure]] = [{} for _ in members]
    totals: dict[str, Figure] = {}
    for code, plan in plans.items():
        if code in desk.plan.outside:
            continue
        results = [unit_result(desk.plan, code, m.slots_of(code), plan) for m in members]
        for own, result in zip(figures, results, strict=True):
            own[code] = result.figure
        if plan.over_units is _RECOMPUTE:
            units = [(m.unit.code, m.slots_of(code)) for m in members]
            totals[code] = total_recomputed(desk.plan, code, units)
        else:
            named = [(m.unit.code, r) for m, r in zip(members, results, strict=True)]
            totals[code] = over_units(plan, named)
    lines = [UnitLine(m.unit, own, m.shown) for m, own in zip(members, figures, strict=True)]
    return tuple(lines), totals


def unit_result(
    form: FormPlan, code: str, slots: Sequence[Slot], plan: Plan | None = None
) -> UnitResult:
    """A unit's figure of a field over its periods."""
    plan = plan or form.plans[code]
    if plan.over_periods is _RECOMPUTE:
        return unit_recomputed(form, code, slots)
    return over_periods(plan, slots)


def _attainment(form: Form, item: Item, totals: Mapping[str, Figure]) -> Attainment | None:
    """The item against its target; None where the form has no field to hold against it.

    Of several fields in the role the first in column order speaks.
    """
    role = Role.RATE if item.target_is_rate else Role.ACTUAL
    measured = next((field for field in form.fields if field.role is role), None)
    return attainment(item, totals[measured.code]) if measured is not None else None


def attainment(item: Item, figure: Figure) -> Attainment | None:
    """A figure against the item's target, unrounded: 95 of 239 are not 40 %, 96 are.

    None where the item has no target.
    """
    if item.target is None:
        return None
    value = figure.value if isinstance(figure.value, Decimal) else None
    reached = None
    if value is not None:
        reached = value >= item.target if item.target_is_floor else value <= item.target
    complete = figure.coverage is not None and figure.coverage.complete
    return Attainment(item.target, item.target_is_rate, value, reached, not complete)
