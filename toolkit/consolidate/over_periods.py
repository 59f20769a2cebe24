"""One unit's figure out of its returns of the member periods.

Only periods that the unit owes are here (:class:`Slot`). What counts is combined, what does
not is named: ``gaps`` are the periods for which an answer was owed and does not count, so
that a figure over periods is computed over those present and yet known to be partial. For
LAST (a stock, a running total) only the periods after the one taken can be gaps: an older
figure that never came would not have been used. "Not applicable" is neither.

In an OPEN form the rows of one return are combined by ``over_units`` first. Over periods SUM
(and COUNT, SHARE, LIST) means the rows of all periods together, LAST the rows of the last
period returned, MAX, MIN and MEAN compare the figures of the periods.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import Enum, auto

from toolkit.consolidate.aggregate import (
    COUNTING,
    MISSING,
    NIL,
    NOT_APPLICABLE,
    UNREADABLE,
    ZERO,
    Plan,
    combine,
    counts,
    kind_of_nothing,
    none_at_all,
)
from toolkit.consolidate.cells import Cells
from toolkit.consolidate.model import Figure, Part
from toolkit.intake.model import State
from toolkit.programme.model import Aggregation
from toolkit.record import record

# Over periods: the rows of all periods together. Over units: of no rows at all these are 0
# (or an empty list), while there is no largest, no last and no mean of no rows.
_TOGETHER = frozenset(
    {
        Aggregation.SUM,
        Aggregation.COUNT,
        Aggregation.DISTINCT,
        Aggregation.SHARE,
        Aggregation.LIST,
        Aggregation.NONE,
    }
)
# Of a single answer these are that answer.
_OF_ONE = (Aggregation.SUM, Aggregation.LAST, Aggregation.MAX, Aggregation.MIN, Aggregation.MEAN)


class Standing(Enum):
    """Where a unit stands in the coverage of a figure."""

    COUNTED = auto()
    PARTIAL = auto()
    MISSING = auto()
    UNREADABLE = auto()
    NOT_APPLICABLE = auto()


_COUNTED, _LAST, _SUM = Standing.COUNTED, Aggregation.LAST, Aggregation.SUM


@record()
class Slot:
    """A return that a unit owes, seen by one row of a table.

    ``rows`` holds the cells: exactly one in FIXED forms and QUESTIONS (blank when nothing
    came), the filled rows in an OPEN form. ``nothing`` is what no rows mean there.
    """

    period: str
    rows: Sequence[Cells]
    nothing: State = MISSING


@record()
class UnitResult:
    """A unit's figure, its standing and the periods lacking (of PARTIAL).

    ``pool`` are its rows where the rows of all units are taken together (``Plan.pools``).
    """

    figure: Figure
    standing: Standing
    gaps: tuple[str, ...] = ()
    pool: tuple[Figure, ...] = ()

    @property
    def present(self) -> bool:
        """Whether the unit is in the figure, if only for some of its periods."""
        return self.standing is _COUNTED or self.standing is Standing.PARTIAL


def over_periods(plan: Plan, slots: Sequence[Slot]) -> UnitResult:
    """A unit's figure of a field. RECOMPUTE and WEIGHTED_MEAN are not for here."""
    return _of_rows_of_periods(plan, slots) if plan.rows else _of_answers(plan, slots)


def _of_answers(plan: Plan, slots: Sequence[Slot]) -> UnitResult:
    how, code = plan.over_periods, plan.code
    if (how is _LAST or len(slots) == 1) and slots and how in _OF_ONE:
        last = slots[-1].rows[0][code]
        if counts(last):  # the common case of stocks and of a single period
            return UnitResult(last, _COUNTED)
    figures = [slot.rows[0][code] for slot in slots]
    counting = [figure for figure in figures if figure.state in COUNTING]
    if how is _SUM and counting and len(counting) == len(figures) > 1:  # the common flow
        return UnitResult(combine(how, figures, _parts(figures)), _COUNTED)
    if not counting:
        state = kind_of_nothing(figure.state for figure in figures)
        nothing = none_at_all(how, state, _parts(figures), plan.choices)
        return UnitResult(nothing, standing_of(state))
    if how is _LAST:
        taken = max(place for place, figure in enumerate(figures) if counts(figure))
        slots, figures = slots[taken:], figures[taken:]
    gaps: tuple[str, ...] = ()
    if len(counting) < len(figures) or how is _LAST:
        gaps = tuple(
            [
                slot.period
                for slot, figure in zip(slots, figures, strict=True)
                if not counts(figure) and figure.state is not NOT_APPLICABLE
            ]
        )
    if how is Aggregation.NONE:
        figure = Figure(NOT_APPLICABLE, None, _parts(figures))
    elif len(figures) == 1 and how in _OF_ONE:
        figure = figures[0]
    else:
        figure = combine(how, counting, _parts(figures), choices=plan.choices)
    return UnitResult(figure, Standing.PARTIAL if gaps else _COUNTED, gaps)


def _of_rows_of_periods(plan: Plan, slots: Sequence[Slot]) -> UnitResult:
    looks = [_look(plan, slot) for slot in slots]
    if plan.over_periods is _LAST:
        taken = max((n for n, look in enumerate(looks) if look.present or look.empty), default=0)
        looks = looks[taken:]
    parts = tuple([part for look in looks for part in look.parts])
    present = [look for look in looks if look.present]
    if not present:
        state = kind_of_nothing(look.state for look in looks)
        nothing = none_at_all(plan.over_units, state, parts, plan.choices)
        return UnitResult(nothing, standing_of(state))
    gaps = tuple([look.period for look in looks if look.lacking])
    standing = Standing.PARTIAL if gaps else Standing.COUNTED
    if plan.over_units is Aggregation.NONE:
        return UnitResult(Figure(NOT_APPLICABLE, None, parts), standing, gaps)
    if plan.pools:
        pool = [figure for look in present for figure in look.counting]
        figure = _combined(plan, pool, parts, [look.state for look in present])
        return UnitResult(figure, standing, gaps, tuple(pool))
    by_period = [_combined(plan, look.counting, look.parts, [look.state]) for look in present]
    figure = combine(plan.over_periods, by_period, parts, choices=plan.choices)
    return UnitResult(figure, standing, gaps)


def standing_of(state: State) -> Standing:
    """The standing of a unit of which nothing counts."""
    if state is NOT_APPLICABLE:
        return Standing.NOT_APPLICABLE
    return Standing.UNREADABLE if state is UNREADABLE else Standing.MISSING


def of_no_rows(plan: Plan, states: Iterable[State], parts: tuple[Part, ...] = ()) -> Figure:
    """The figure of a list confirmed to be empty: 0, NIL when every unit said so in words."""
    state = NIL if all(state is NIL for state in states) else ZERO
    match plan.over_units:
        case Aggregation.SUM | Aggregation.COUNT | Aggregation.DISTINCT:
            return Figure(state, Decimal(0), parts)
        case Aggregation.SHARE:
            return Figure(state, Decimal(0), parts, None, dict.fromkeys(plan.choices, 0))
    return Figure(state, None, parts)


@record()
class _Look:
    """One field in the rows of one return."""

    period: str
    counting: Sequence[Figure]
    parts: tuple[Part, ...]
    state: State  # ZERO or NIL: no rows, and that is certain
    lacking: bool  # something owed does not count
    empty: bool = False  # a list that came without rows

    @property
    def present(self) -> bool:
        return bool(self.counting) or self.state in (ZERO, NIL)


def _look(plan: Plan, slot: Slot) -> _Look:
    if not slot.rows:
        certain = slot.nothing in (ZERO, NIL)
        if certain and plan.over_units not in _TOGETHER:
            return _Look(slot.period, (), (), NOT_APPLICABLE, lacking=False, empty=True)
        return _Look(slot.period, (), (), slot.nothing, lacking=not certain, empty=certain)
    figures = [cells[plan.code] for cells in slot.rows]
    counting = [figure for figure in figures if figure.state in COUNTING]
    nothing = [figure.state for figure in figures if figure.state not in COUNTING]
    state = State.VALUE if counting else kind_of_nothing(nothing)
    lacking = any(state is not NOT_APPLICABLE for state in nothing)
    return _Look(slot.period, counting, _parts(figures), state, lacking)


def _combined(
    plan: Plan, rows: Sequence[Figure], parts: tuple[Part, ...], states: Iterable[State]
) -> Figure:
    if not rows:
        return of_no_rows(plan, states, parts)
    return combine(plan.over_units, rows, parts, choices=plan.choices)


def _parts(figures: Sequence[Figure]) -> tuple[Part, ...]:
    if len(figures) == 1:
        return figures[0].parts
    return tuple([part for figure in figures for part in figure.parts])
