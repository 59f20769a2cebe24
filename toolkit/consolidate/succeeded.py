"""What a unit that is gone no longer adds: a stock that its successors report in its place.

A stock or a running total (LAST over periods) is that of the end of the periods. A unit that
ended before it has a last figure of its own, which stays to be seen on its line; but once a
successor has answered for a later period, that figure is the successor's, and adding both
would count the same things twice. So it leaves the total (``Coverage.succeeded``), the unit
leaves the denominator, and nothing else changes: what is added over periods (SUM) was done
while the unit was there and stays in.

Until a successor answers the last figure known stays in, and the total is provisional, as the
successor is named as missing. A unit that is gone without a successor (sheet Kế thừa) keeps
its last figure: nothing says who has its things now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.consolidate.aggregate import NIL, NOT_APPLICABLE, ZERO, Plan, counts
from toolkit.consolidate.form_plan import OWN_FIGURE, FormPlan, raw_inputs
from toolkit.consolidate.over_periods import Slot
from toolkit.consolidate.recompute import NOTHING_LEFT_OUT, LeftOut
from toolkit.programme.lineage import Events, events_of
from toolkit.programme.model import Aggregation, Period, Programme, Unit

_LAST, _RECOMPUTE = Aggregation.LAST, Aggregation.RECOMPUTE

Held = Mapping[str, Sequence[Slot]]  # the slots of the units of a row


@dataclass(frozen=True, slots=True)
class Successors:
    """Who came after the units that ended within the periods of a table, near or far.

    ``later`` are the periods a unit owes no more, from the end of its last one on.
    """

    heirs: Mapping[str, frozenset[str]]
    later: Mapping[str, frozenset[str]]

    def left_out(self, plan: FormPlan, plans: Mapping[str, Plan], held: Held) -> LeftOut:
        """What the ended units among those of a row leave to their successors there."""
        if not self.heirs:
            return NOTHING_LEFT_OUT
        stocks = [code for code, made in plans.items() if _stands(plan, code, made)]
        if not stocks:
            return NOTHING_LEFT_OUT
        found: dict[str, frozenset[str]] = {}
        for unit in self.heirs:
            gone = {c for c in stocks if self._answered(unit, c, plans[c], held)}
            gone |= {
                code
                for code, made in plans.items()
                if made.over_units is _RECOMPUTE
                and code in plan.uses
                and (raw := raw_inputs(plan, code, units=True))
                and gone.issuperset(raw)
            }
            if gone:
                found[unit] = frozenset(gone)
        return found

    def _answered(self, unit: str, code: str, made: Plan, held: Held) -> bool:
        """Whether a successor answered the field for a period after the unit's last."""
        return any(
            _says(slot, code, made)
            for heir in self.heirs[unit]
            for slot in held.get(heir, ())
            if slot.period in self.later[unit]
        )


def successors(programme: Programme, periods: Sequence[Period]) -> Successors:
    """The successors of the units that ended before the last of these periods did."""
    if len(periods) < 2 or not programme.successions:
        return Successors({}, {})
    events, end = events_of(programme), periods[-1].end
    heirs: dict[str, frozenset[str]] = {}
    later: dict[str, frozenset[str]] = {}
    for unit in programme.units:
        if unit.valid_to is None or unit.valid_to >= end:
            continue
        if after := _after(events, unit):
            heirs[unit.code] = after
            later[unit.code] = frozenset([p.code for p in periods if p.end > unit.valid_to])
    return Successors(heirs, later)


def _after(events: Events, unit: Unit) -> frozenset[str]:
    """Every unit that carries the unit on, itself or through others."""
    found: set[str] = set()
    waiting = [unit.code]
    while waiting:
        fresh = {row.successor for row in events.get(waiting.pop(), ())} - found - {unit.code}
        found |= fresh
        waiting += sorted(fresh)
    return frozenset(found)


def _stands(plan: FormPlan, code: str, made: Plan) -> bool:
    """Whether a figure is what there is at the end: taken so, or computed of nothing else."""
    if made.over_periods is _LAST:
        return True
    if made.over_periods is not _RECOMPUTE or made.over_units is _RECOMPUTE:
        return False
    raw = raw_inputs(plan, code, units=False)
    return bool(raw) and all(plan.plans[used].over_periods is _LAST for used in raw)


def _says(slot: Slot, code: str, made: Plan) -> bool:
    if made.rows:  # a list: it came, if only to say that there is nothing
        return bool(slot.rows) or slot.nothing in (ZERO, NIL)
    figure = slot.rows[0][code]
    if code.startswith(OWN_FIGURE):
        return counts(figure)
    return counts(figure) or (figure.state is NOT_APPLICABLE and bool(figure.parts))
