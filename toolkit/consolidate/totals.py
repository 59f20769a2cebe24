"""One field of one row over its units, ready to be totalled over any choice of them.

The units' figures are made once; the total of all units, the subtotal of a superior, of a
type of unit and of the units that are in two periods are all made of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolkit.consolidate.aggregate import Plan
from toolkit.consolidate.form_plan import FormPlan
from toolkit.consolidate.model import Figure, Totals
from toolkit.consolidate.over_periods import Slot, UnitResult
from toolkit.consolidate.over_units import UnitResults, over_units
from toolkit.consolidate.recompute import NOTHING_LEFT_OUT, OUT, LeftOut, recomputed
from toolkit.consolidate.weighted import weighted_total
from toolkit.programme.model import Aggregation


@dataclass(frozen=True, slots=True)
class PlainTotals:
    """The units' figures, where those alone make the total."""

    plan: Plan
    results: UnitResults

    def total(self, places: Sequence[int] | None, *, traced: bool) -> Figure:
        """As :class:`Totals`."""
        chosen = self.results if places is None else [self.results[place] for place in places]
        return over_units(self.plan, chosen, traced=traced)


@dataclass(frozen=True, slots=True)
class MarkedTotals:
    """Totals in which answers with a fault were taken in: of the units ``marked``; and from
    which the units ``succeeded`` were left out."""

    inner: Totals
    marked: frozenset[str] = frozenset()
    succeeded: frozenset[str] = frozenset()

    def total(self, places: Sequence[int] | None, *, traced: bool) -> Figure:
        """As :class:`Totals`, the units marked in the coverage."""
        figure = self.inner.total(places, traced=traced)
        cover = figure.coverage
        if cover is None:
            return figure
        if faulty := tuple([unit for unit in cover.expected if unit in self.marked]):
            cover = replace(cover, faulty=faulty)
        if gone := tuple([unit for unit in cover.not_applicable if unit in self.succeeded]):
            cover = replace(cover, succeeded=gone)
        return figure if cover is figure.coverage else replace(figure, coverage=cover)


def totals_of(
    form: FormPlan,
    code: str,
    plan: Plan,
    units: Sequence[tuple[str, Sequence[Slot]]],
    results: Sequence[UnitResult],
    left_out: LeftOut = NOTHING_LEFT_OUT,
) -> Totals:
    """The totals of a field; ``results`` are the figures of the ``units``, in their order.

    Of a unit in ``left_out`` the fields named there are in no total (see ``succeeded``).
    """
    gone = frozenset([unit for unit, codes in left_out.items() if code in codes])
    made: Totals
    if plan.over_units is Aggregation.RECOMPUTE:
        made = recomputed(form, code, units, left_out)
    elif plan.over_units is Aggregation.WEIGHTED_MEAN:
        made = weighted_total(form, code, units, gone)
    else:
        both = zip(units, results, strict=True)
        made = PlainTotals(plan, [(u, OUT if u in gone else r) for (u, _), r in both])
    return MarkedTotals(made, succeeded=gone) if gone else made


def total_over(form: FormPlan, code: str, units: Sequence[tuple[str, Sequence[Slot]]]) -> Figure:
    """The total of a field that is RECOMPUTE or WEIGHTED_MEAN over units, of these units."""
    return totals_of(form, code, form.plans[code], units, ()).total(None, traced=True)


def marked(totals: Totals, whole: Figure) -> Totals:
    """The totals with the units marked whose faulty answers are in ``whole``, their figure."""
    units = frozenset(part.unit for part in whole.parts if part.fault and part.state.counts)
    return MarkedTotals(totals, units) if units else totals
