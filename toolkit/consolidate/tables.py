"""The tables of a consolidation: rows, units, periods.

First each unit over the periods it owes, then all units; both as the field declares. A unit
is expected in a row when, in at least one member period, it exists, the form is asked of its
type and the item of its type. Its periods before it came and after it went are not expected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol

from toolkit.consolidate.aggregate import NIL, VALUE, ZERO, Plan
from toolkit.consolidate.attain import attainment_of
from toolkit.consolidate.cells import BLANK, Cells, FormReturn
from toolkit.consolidate.form_plan import OWN_FIGURE, ROWS_OF, FormPlan, form_plan
from toolkit.consolidate.levels import Groups, groups, level_lines
from toolkit.consolidate.model import (
    ROWS,
    Entry,
    Figure,
    FormTable,
    Part,
    TableRow,
    Totals,
    UnitLine,
)
from toolkit.consolidate.over_periods import Slot, UnitResult, over_periods
from toolkit.consolidate.place import Placement, absent
from toolkit.consolidate.recompute import NOTHING_LEFT_OUT, unit_recomputed
from toolkit.consolidate.succeeded import Successors, successors
from toolkit.consolidate.totals import marked, totals_of
from toolkit.consolidate.weighted import unit_weighted
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
    Unit,
)
from toolkit.record import record

_RECOMPUTE, _WEIGHTED = Aggregation.RECOMPUTE, Aggregation.WEIGHTED_MEAN


@record()
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
    *,
    levels: bool = False,
    keep: bool = False,
    only: frozenset[str] = frozenset(),
) -> FormTable:
    """``form`` consolidated over ``periods``, its member periods or the first of them.

    ``items`` restricts a FIXED form to the items of these codes; with ``levels`` each row has
    its subtotals, with ``keep`` what its totals are made of. With ``carry`` the lines are
    those of other units than those that reported (``toolkit.consolidate.succession``).
    With ``only`` there are the totals of these fields alone, with their coverage: no lines,
    entries or parts.
    """
    plan = form_plan(programme, form, single=len(periods) == 1)
    owing = _owing(programme, form, periods, placement)
    gone = successors(programme, periods)
    desk = _Desk(
        programme, form, tuple(periods), placement, plan, owing, levels, keep, gone, only, carry
    )
    match form.kind:
        case FormKind.FIXED:
            wanted = [i for i in programme.items(form) if not items or i.code in items]
            rows = tuple([_item_row(desk, item) for item in wanted])
        case FormKind.QUESTIONS:
            rows = _question_rows(desk)
        case FormKind.OPEN:
            rows = (_list_row(desk),)
    return FormTable(form, desk.periods, rows, () if only else tuple(_entries(desk)))


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every row of one table needs."""

    programme: Programme
    form: Form
    periods: tuple[Period, ...]
    placement: Placement
    plan: FormPlan
    owing: Sequence[tuple[Unit, tuple[str, ...]]]  # the units and the periods each owes
    levels: bool
    keep: bool
    successors: Successors
    only: frozenset[str] = frozenset()
    carry: Carry | None = None
    grouped: dict[tuple[str, ...], Groups] = field(default_factory=dict)  # made once

    def groups(self, codes: tuple[str, ...]) -> Groups:
        """The groups of these units; none where subtotals are not asked for."""
        if not self.levels:
            return Groups()
        if codes not in self.grouped:
            self.grouped[codes] = groups(self.programme, codes)
        return self.grouped[codes]


def _owing(
    programme: Programme, form: Form, periods: Sequence[Period], placement: Placement
) -> list[tuple[Unit, tuple[str, ...]]]:
    """Each unit with the periods it owes; of an optional one, where it has sent a return."""
    found = []
    for unit in programme.units:
        owed = tuple(
            [
                p.code
                for p in periods
                if form.code in {f.code for f in programme.forms_for(unit, p)}
                and (not p.optional or (unit.code, p.code) in placement.returns)
            ]
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
    made = _figures(desk, members, desk.plan.plans)
    attained = None if desk.only else attainment_of(desk.form, item, made.totals)
    row = TableRow(item.code, item.text, item, made.totals, made.lines, attained)
    return _levelled(desk, row, made)


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
    made = _figures(desk, members, desk.plan.plans)
    return tuple(
        [
            _levelled(
                desk,
                TableRow(
                    f.code, f.title, None, {f.code: made.totals[f.code]}, _only(made.lines, f.code)
                ),
                _Made((), {}, {c: o for c, o in made.over.items() if c == f.code}),
            )
            for f in desk.form.fields
            if f.code in made.totals
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
        return row_count(desk.placement.form(unit.code, period, name))
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
            counts.append(Slot(period, ({ROWS: row_count(came)},)))
        shown = {} if desk.only else {s.period: _Shown(desk, s) for s in slots}
        members.append(Member(unit, slots, shown))
        counters.append(Member(unit, counts, {s.period: s.rows[0] for s in counts}))
    if desk.carry:
        members = [*desk.carry.lists(members, desk.plan)]
        counters = [*desk.carry.counts(counters, counting)]
    made = _figures(desk, members, desk.plan.plans)
    counted = _figures(desk, counters, {ROWS: counting})
    lines = tuple([_merged(a, b) for a, b in zip(made.lines, counted.lines, strict=True)])
    both = _Made(lines, {**made.totals, **counted.totals}, {**made.over, **counted.over})
    return _levelled(desk, TableRow("", desk.form.name, None, both.totals, lines), both)


def _merged(line: UnitLine, counted: UnitLine) -> UnitLine:
    return UnitLine(
        line.unit,
        {**line.figures, **counted.figures},
        {
            period: _together(cells, counted.by_period[period])
            for period, cells in line.by_period.items()
        },
    )


class _Shown(Mapping[str, Figure]):
    """The figures of a list in one return, made when one is looked at: many never are."""

    __slots__ = ("_desk", "_made", "_more", "_slot")

    def __init__(
        self, desk: _Desk, slot: Slot, more: Mapping[str, Figure] = MappingProxyType({})
    ) -> None:
        self._desk, self._slot, self._more = desk, slot, more
        self._made: Mapping[str, Figure] | None = None

    def _figures(self) -> Mapping[str, Figure]:
        if self._made is None:
            plan, slots, fields = self._desk.plan, (self._slot,), self._desk.form.fields
            own = {field.code: unit_result(plan, field.code, slots).figure for field in fields}
            self._made = {**own, **self._more}
        return self._made

    def __getitem__(self, code: str) -> Figure:
        return self._more[code] if code in self._more else self._figures()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures())

    def __len__(self) -> int:
        return len(self._figures())

    def __contains__(self, code: object) -> bool:
        return code in self._more or code in self._figures()

    def with_more(self, more: Mapping[str, Figure]) -> _Shown:
        """The same figures and these."""
        return _Shown(self._desk, self._slot, {**self._more, **more})


def _together(cells: Mapping[str, Figure], more: Mapping[str, Figure]) -> Mapping[str, Figure]:
    return cells.with_more(more) if isinstance(cells, _Shown) else {**cells, **more}


def _rows_plan(desk: _Desk) -> Plan:
    """Rows are added over periods, unless each period repeats the whole list.

    It does where everything that is declared over periods is declared LAST.
    """
    declared = {f.over_periods for f in desk.form.fields} - {Aggregation.NONE}
    how = Aggregation.LAST if declared == {Aggregation.LAST} else Aggregation.SUM
    field = Field(desk.form.code, ROWS, ROWS, FieldType.INTEGER)
    return Plan(field, Aggregation.SUM, how)


def row_count(came: FormReturn | None) -> Figure:
    """How many rows are filled: a part for each (its first answer), then confirmed nils."""
    if came is None:
        return BLANK
    if came.rows:
        firsts = [_first_part(cells) for cells in came.rows.values()]
        parts = (*[part for part in firsts if part is not None], *came.nil_parts)
        return Figure(VALUE, Decimal(len(came.rows)), parts)
    if came.nothing in (ZERO, NIL):
        return Figure(came.nothing, Decimal(0), came.nil_parts)
    return Figure(came.nothing, None, came.nil_parts)


def _first_part(cells: Cells) -> Part | None:
    parts = [part for figure in cells.values() for part in figure.parts]
    return next((part for part in parts if part.state is not State.MISSING), None)


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


@dataclass(frozen=True, slots=True)
class _Made:
    """The units' lines of a row, its totals and what they are made of."""

    lines: tuple[UnitLine, ...]
    totals: Mapping[str, Figure]
    over: Mapping[str, Totals]


def _figures(desk: _Desk, members: Sequence[Member], plans: Mapping[str, Plan]) -> _Made:
    figures: list[dict[str, Figure]] = [{} for _ in members]
    totals: dict[str, Figure] = {}
    over: dict[str, Totals] = {}
    left = NOTHING_LEFT_OUT
    if desk.carry is None:  # the lines of today hold what is carried already
        left = desk.successors.left_out(desk.plan, plans, {m.unit.code: m.slots for m in members})
    wanted = {
        code: plan
        for code, plan in plans.items()
        if code not in desk.plan.outside and (not desk.only or code in desk.only)
    }
    # Totals that are made of the answers themselves need no figures of the units.
    bare = {c for c, p in wanted.items() if desk.only and p.over_units in (_RECOMPUTE, _WEIGHTED)}
    results: dict[str, list[UnitResult]] = {code: [] for code in wanted}
    for member, own in zip(members, figures, strict=True):  # a unit's answers lie together
        for code, plan in wanted.items():
            if code not in bare:
                result = unit_result(desk.plan, code, member.slots_of(code), plan)
                results[code].append(result)
                own[code] = result.figure
    for code, plan in wanted.items():
        units = [(m.unit.code, m.slots_of(code)) for m in members]
        made = totals_of(desk.plan, code, plan, units, results[code], left)
        totals[code] = made.total(None, traced=not desk.only or desk.placement.marked)
        if desk.placement.marked:
            made = marked(made, totals[code])
            totals[code] = made.total(None, traced=True)
        if not desk.only and (desk.keep or desk.levels):
            over[code] = made
    if desk.only:
        return _Made((), totals, over)
    lines = [UnitLine(m.unit, own, m.shown) for m, own in zip(members, figures, strict=True)]
    return _Made(tuple(lines), totals, over)


def _levelled(desk: _Desk, row: TableRow, made: _Made) -> TableRow:
    """The row with its subtotals, and with what its totals are made of."""
    codes = tuple([line.unit.code for line in row.lines])
    chosen = desk.groups(codes)
    if not (chosen.superiors or chosen.types or desk.keep):
        return row
    return replace(
        row,
        superiors=level_lines(chosen.superiors, codes, made.over),
        types=level_lines(chosen.types, codes, made.over),
        over=made.over if desk.keep else {},
    )


def unit_result(
    form: FormPlan, code: str, slots: Sequence[Slot], plan: Plan | None = None
) -> UnitResult:
    """A unit's figure of a field over its periods."""
    plan = plan or form.plans[code]
    if plan.over_periods is _RECOMPUTE:
        return unit_recomputed(form, code, slots)
    if plan.over_periods is _WEIGHTED or (plan.rows and plan.over_units is _WEIGHTED):
        return unit_weighted(form, code, slots)
    return over_periods(plan, slots)
