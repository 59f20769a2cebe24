"""The consolidation by the units of today (sheet Kế thừa).

Every answer stays what it was; only the line it stands in is another. In each period the
answers of the old units that have one successor become one answer of it, by the aggregation
over units; then the successor's periods, those carried and its own, become its figure by the
aggregation over periods, as any unit's do. So a stock is that of the last period and a
running total is not added. What gathers answers (a count, a share by choice, a list of
texts) takes them one by one; a rate is recomputed, from those returns only in which all its
inputs are in.

A split divides what may be added (``divide``) and only by stated shares. All else stays on
a line of the old unit, which is in the total as before; but a stock of a unit that is gone
is no stock of today: that line has none once its successors report (``succeeded``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.consolidate.aggregate import (
    GATHERING,
    NIL,
    NOT_APPLICABLE,
    ZERO,
    Plan,
    counts,
    kind_of_nothing,
)
from toolkit.consolidate.cells import NOT_ASKED, Cells
from toolkit.consolidate.divide import divided, divisible, whole_numbers
from toolkit.consolidate.form_plan import FormPlan, form_plan, raw_inputs
from toolkit.consolidate.model import (
    ROWS,
    Carried,
    Coverage,
    Figure,
    FormTable,
    PresentUnits,
    TableRow,
)
from toolkit.consolidate.over_periods import Slot
from toolkit.consolidate.over_units import over_units
from toolkit.consolidate.place import Placement
from toolkit.consolidate.recompute import LeftOut
from toolkit.consolidate.succeeded import successors
from toolkit.consolidate.tables import Member, form_table, unit_result
from toolkit.consolidate.totals import total_over
from toolkit.intake.model import State
from toolkit.programme.lineage import Events, Heirs, Step, events_of, goes_whole, heirs, next_event
from toolkit.programme.model import Aggregation, Form, FormKind, Period, Programme, Unit

_RECOMPUTE, _LAST = Aggregation.RECOMPUTE, Aggregation.LAST
_WEIGHTED = Aggregation.WEIGHTED_MEAN
# Made of several answers of one return, which enter together or not at all.
_TOGETHER = (_RECOMPUTE, _WEIGHTED)
_UNDIVIDED: tuple[Step, ...] = ()

Ways = Mapping[tuple[str, str], Heirs]  # (unit, period) -> where its answers stand today


def present_units(
    programme: Programme, tables: Sequence[FormTable], placement: Placement
) -> PresentUnits | None:
    """The tables of a consolidation by the units of today.

    None where every answer of their periods stands with the unit that gave it.
    """
    if not programme.successions:
        return None
    events = events_of(programme)
    asked = {period.code: period for table in tables for period in table.periods}
    periods = [period for period in programme.periods if period.code in asked]
    ways = {
        (unit.code, period.code): heirs(events, unit.code, period.end)
        for period in periods
        for unit in programme.units_for(period)
    }
    carried = tuple(_carried(programme, events, periods, ways))
    left = _divided(programme, events, periods, ways)
    if not carried and not left:
        return None
    made: list[FormTable] = []
    rounded: set[tuple[str, str, str, str]] = set()
    for table in tables:
        carrier = _Carrier(programme, table.form, table.periods, ways)
        carry = form_table(programme, table.form, table.periods, placement, carry=carrier)
        made.append(carrier.with_gaps(carry))
        rounded |= {(table.form.code, *place) for place in carrier.rounded}
    return PresentUnits(tuple(made), carried, left, frozenset(rounded))


def _carried(
    programme: Programme, events: Events, periods: Sequence[Period], ways: Ways
) -> Iterable[Carried]:
    """Who carries on whom in which periods, by predecessor and successor in official order."""
    found: dict[tuple[int, int], Carried] = {}
    order = {unit.code: place for place, unit in enumerate(programme.units)}
    for period in periods:
        for unit in programme.units_for(period):
            way = ways[unit.code, period.code]
            event = next_event(events, unit.code, period.end)
            shares = {heir.unit: heir.share for heir in way.parts}
            for code in shares or (way.holder,):
                if code == unit.code and not shares:
                    continue
                key = (order[unit.code], order[code])
                known = found.get(key)
                earlier = known.periods if known else ()
                successor = programme.units[order[code]]
                found[key] = Carried(
                    unit, successor, (*earlier, period), event[0].day, shares.get(code)
                )
    return [found[key] for key in sorted(found)]


def _divided(
    programme: Programme, events: Events, periods: Sequence[Period], ways: Ways
) -> tuple[Unit, ...]:
    """The units that were split and keep what is not divided, in official order."""
    left = set()
    for period in periods:
        for unit in programme.units_for(period):
            way = ways[unit.code, period.code]
            event = next_event(events, way.holder, period.end)
            if event and not goes_whole(event):
                left.add(way.holder)
    return tuple([unit for unit in programme.units if unit.code in left])


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one unit returned for one period, as far as it stands with one unit of today."""

    unit: str
    slot: Slot
    shown: Cells
    whole: bool


class _Carrier:
    """Carries the members of one form's rows; remembers what was rounded and what lacks.

    Made for one table and gone with it.
    """

    def __init__(
        self,
        programme: Programme,
        form: Form,
        periods: Sequence[Period],
        ways: Ways,
    ) -> None:
        self.rounded: set[tuple[str, str, str]] = set()
        self._gaps: dict[tuple[str, str, str], tuple[str, ...]] = {}  # row, unit, field
        self._programme = programme
        self._successors = successors(programme, periods)
        self._periods = [period.code for period in periods]
        self._ways = ways
        self._single = form_plan(programme, form, single=True)
        self._cut = frozenset(c for c in self._single.plans if divisible(self._single, c))
        self._questions = form.kind is FormKind.QUESTIONS

    # --- what the tables ask (tables.Carry) -----------------------------------------------

    def cells(self, row: str, members: Sequence[Member], plan: FormPlan) -> list[Member]:
        """Of a row with one answer per field and return."""
        carried = []
        left = self._left(members, plan, plan.plans)
        for unit, pieces in self._pieces(members, row):
            slots = [self._one(period, pieces[period]) for period in pieces]
            shown = {
                period: slot.rows[0] if len(pieces[period]) > 1 else pieces[period][0].shown
                for period, slot in zip(pieces, slots, strict=True)
            }
            gone = left.get(unit.code, ())
            if gone:
                stocks = dict.fromkeys(gone, NOT_ASKED)
                slots = [Slot(slot.period, ({**slot.rows[0], **stocks},)) for slot in slots]
            member = Member(unit, slots, shown)
            own = {
                code: own
                for code, made in plan.plans.items()
                if (own := self._own(code, made, plan, pieces, member.slots)) is not None
            }
            self._note_gaps(row, unit, plan, slots)
            carried.append(replace(member, own=own))
        return carried

    def lists(self, members: Sequence[Member], plan: FormPlan) -> list[Member]:
        """Of a list: the rows of all returns of a period together."""
        carried = []
        left = self._left(members, plan, plan.plans)
        for unit, pieces in self._pieces(members, "", rows=True):
            slots = [_pooled(period, pieces[period]) for period in pieces]
            shown = {
                slot.period: {
                    field.code: unit_result(plan, field.code, (slot,)).figure
                    for field in plan.form.fields
                }
                for slot in slots
            }
            for period, group in pieces.items():
                if len(group) > 1 and any(_list_lacks(piece.slot) for piece in group):
                    for code in (*plan.plans, ROWS):
                        self._add_gap("", unit, code, period)
            nothing = [Slot(slot.period, (), NOT_APPLICABLE) for slot in slots]
            own = dict.fromkeys(left.get(unit.code, ()), nothing)
            carried.append(Member(unit, slots, shown, own))
        return carried

    def counts(self, members: Sequence[Member], counting: Plan) -> list[Member]:
        """Of the count of rows of a list."""
        one = replace(counting, over_periods=_LAST)
        carried = []
        left = self._left(members, self._single, {ROWS: counting})
        for unit, pieces in self._pieces(members, "", rows=True):
            slots = []
            for period, group in pieces.items():
                results = [(p.unit, unit_result(self._single, ROWS, (p.slot,), one)) for p in group]
                slots.append(Slot(period, ({ROWS: over_units(one, results)},)))
            shown = {slot.period: slot.rows[0] for slot in slots}
            if unit.code in left:
                slots = [Slot(slot.period, ({ROWS: NOT_ASKED},)) for slot in slots]
            carried.append(Member(unit, slots, shown))
        return carried

    # --- what stands with whom ------------------------------------------------------------

    def _pieces(
        self, members: Sequence[Member], row: str, *, rows: bool = False
    ) -> Iterable[tuple[Unit, Mapping[str, Sequence[_Piece]]]]:
        """The units of today in official order, the pieces of each by period in order."""
        found: dict[str, dict[str, list[_Piece]]] = {}
        for member in members:
            for slot in member.slots:
                shown = member.shown[slot.period]
                for code, piece in self._shared(member.unit.code, slot, shown, row, rows=rows):
                    found.setdefault(code, {}).setdefault(slot.period, []).append(piece)
        for unit in self._programme.units:
            if unit.code in found:
                mine = found[unit.code]
                yield unit, {code: mine[code] for code in self._periods if code in mine}

    def _shared(
        self, unit: str, slot: Slot, shown: Cells, row: str, *, rows: bool
    ) -> Iterable[tuple[str, _Piece]]:
        way = self._ways[unit, slot.period]
        shares = {heir.unit: heir.steps for heir in way.parts}
        if rows or not shares or not self._cut:
            yield way.holder, _Piece(unit, slot, shown, whole=True)
            return
        for target in dict.fromkeys((way.holder, *shares)):
            steps = shares.get(target)
            cells: dict[str, Figure] = {}
            for code, figure in slot.rows[0].items():
                if code not in self._cut:
                    cells[code] = figure if target == way.holder else NOT_ASKED
                elif steps is None:
                    cells[code] = NOT_ASKED
                else:
                    cells[code] = self._part(figure, steps, (row, target, code))
            yield target, _Piece(unit, Slot(slot.period, (cells,)), cells, whole=False)

    def _part(self, figure: Figure, steps: Sequence[Step], place: tuple[str, str, str]) -> Figure:
        code = place[2]
        part, rounded = divided(figure, steps, whole=whole_numbers(self._single, code))
        if rounded:
            self.rounded.add((code if self._questions else place[0], *place[1:]))
        return part

    def _one(self, period: str, group: Sequence[_Piece]) -> Slot:
        """The answers of one period as one, each field by its aggregation over units."""
        if len(group) == 1 and group[0].whole:
            return group[0].slot
        units = [(piece.unit, (piece.slot,)) for piece in group]
        cells: dict[str, Figure] = {}
        for code in group[0].slot.rows[0]:
            made = self._single.plans[code]
            if made.over_units in _TOGETHER:
                cells[code] = total_over(self._single, code, units)
            elif len(group) == 1:
                cells[code] = group[0].slot.rows[0][code]
            else:
                results = [(u, unit_result(self._single, code, slots)) for u, slots in units]
                cells[code] = over_units(made, results)
        return Slot(period, (cells,))

    def _own(
        self,
        code: str,
        made: Plan,
        plan: FormPlan,
        pieces: Mapping[str, Sequence[_Piece]],
        slots: Sequence[Slot],
    ) -> list[Slot] | None:
        """The slots of a field that is not made of one answer per period; None for others."""
        if all(len(group) == 1 for group in pieces.values()):
            return None
        if made.over_periods in GATHERING:
            return [piece.slot for group in pieces.values() for piece in group]
        flows = _inputs_together(code, made, plan)
        if not flows:
            return None
        own = []
        for slot, group in zip(slots, pieces.values(), strict=True):
            used = [p for p in group if all(counts(p.slot.rows[0][c]) for c in flows)]
            partly = 0 < len(used) < len(group)
            own.append(self._one(slot.period, used) if partly else slot)
        return own

    def _left(
        self, members: Sequence[Member], plan: FormPlan, plans: Mapping[str, Plan]
    ) -> LeftOut:
        """What the line of a divided unit has no longer, as its successors report it."""
        held = {member.unit.code: member.slots for member in members}
        return self._successors.left_out(plan, plans, held)

    # --- who lacks ------------------------------------------------------------------------

    def _note_gaps(self, row: str, unit: Unit, plan: FormPlan, slots: Sequence[Slot]) -> None:
        """The periods in which the answer of an old unit is not among those made one."""
        for code, made in plan.plans.items():
            figures = [slot.rows[0][code] for slot in slots]
            first = 0
            if made.over_periods is _LAST:
                taken = [place for place, figure in enumerate(figures) if counts(figure)]
                first = taken[-1] if taken else len(figures)
            for slot, figure in list(zip(slots, figures, strict=True))[first:]:
                lacks = figure.coverage is not None and not figure.coverage.complete
                if lacks and counts(figure):
                    self._add_gap(code if self._questions else row, unit, code, slot.period)

    def _add_gap(self, row: str, unit: Unit, code: str, period: str) -> None:
        key = (row, unit.code, code)
        self._gaps[key] = (*self._gaps.get(key, ()), period)

    def with_gaps(self, table: FormTable) -> FormTable:
        """The table, its totals knowing what lacks within the answers made one."""
        return replace(table, rows=tuple([self._row_with_gaps(row) for row in table.rows]))

    def _row_with_gaps(self, row: TableRow) -> TableRow:
        totals = {}
        for code, figure in row.totals.items():
            lacking = {
                line.unit.code: gaps
                for line in row.lines
                if (gaps := self._gaps.get((row.key, line.unit.code, code)))
            }
            cover = figure.coverage
            if cover is not None and (lacking or cover.partial):
                figure = replace(figure, coverage=self._widened(cover, lacking))
            totals[code] = figure
        return replace(row, totals=totals)

    # Of answers taken one by one the same period may lack twice; it is named once.
    def _widened(self, cover: Coverage, lacking: Mapping[str, tuple[str, ...]]) -> Coverage:
        partial = {}
        for code in cover.expected:
            known = (*cover.partial.get(code, ()), *lacking.get(code, ()))
            if known and code in (*cover.counted, *cover.partial):
                partial[code] = tuple([period for period in self._periods if period in known])
        counted = tuple([code for code in cover.counted if code not in partial])
        return replace(cover, counted=counted, partial=partial)


def _inputs_together(code: str, made: Plan, plan: FormPlan) -> list[str]:
    """The answers of one return that a figure is made of; none where it is made of its own."""
    axes = (made.over_units, made.over_periods)
    if _RECOMPUTE in axes:
        inputs = raw_inputs(plan, code, units=made.over_units is _RECOMPUTE)
    elif _WEIGHTED in axes:
        inputs = (code, made.field.weight)
    else:
        return []
    return [c for c in inputs if plan.plans[c].over_periods is not _LAST]


def _pooled(period: str, group: Sequence[_Piece]) -> Slot:
    """Lists of one period as one list. Without any row it says the least any of them says."""
    rows = [cells for piece in group for cells in piece.slot.rows]
    said = [piece.slot.nothing for piece in group]
    certain = all(state in (ZERO, NIL) for state in said)
    nothing: State = said[0]
    if len(said) > 1:
        nothing = (
            ZERO if certain and ZERO in said else said[0] if certain else kind_of_nothing(said)
        )
    return Slot(period, rows, nothing)


def _list_lacks(slot: Slot) -> bool:
    return not slot.rows and slot.nothing not in (ZERO, NIL, NOT_APPLICABLE)
