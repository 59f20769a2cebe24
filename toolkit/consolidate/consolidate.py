"""Consolidation: the returns of a period, or of the periods within it, made one.

What a figure is
    Each unit over its periods by ``Field.over_periods``, then the units by
    ``Field.over_units``. A period that a unit does not owe (it did not exist then) is not
    expected. A running total (LAST) is not added over periods, nor is a stock.
What counts
    VALUE, ZERO and NIL (as 0). "Not applicable" leaves the denominator. An answer with an
    error at its cell is kept out or marked, as ``faulty`` says. A blank, "not yet
    available" and a return that never came are missing; what cannot be read is kept out and
    counted as unreadable. A missing figure never becomes 0: where nothing counts the value is
    None and the state the kind of nothing.
What is known of a figure
    Its coverage (who is in, who is missing, for whom some periods are missing) and its parts
    with file, sheet and cell. ``place`` says where answers without a place go,
    ``over_periods``, ``over_units`` and ``recompute`` how figures are made, ``tables`` what
    the rows are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.consolidate.memory import no_cycle_search
from toolkit.consolidate.model import Consolidation
from toolkit.consolidate.place import place
from toolkit.consolidate.scoring import score
from toolkit.consolidate.status import statuses_within
from toolkit.consolidate.succession import present_units
from toolkit.consolidate.tables import form_table
from toolkit.programme.model import Period, Programme
from toolkit.programme.reviews import Review
from toolkit.register.model import SubmissionDetail


def consolidate(
    programme: Programme,
    period: Period,
    details: Sequence[SubmissionDetail],
    reviews: Sequence[Review] = (),
    *,
    levels: bool = True,
    keep: bool = False,
) -> Consolidation:
    """All forms that have something to say about ``period``, over all units.

    With ``levels`` there are subtotals of superiors and of types of units; with ``keep`` the
    rows hold what their totals are made of, for comparisons.

    ``details`` may be everything on record, in any order: what belongs to other periods and
    what is no longer current is passed over. ``reviews`` are the points the head office gave,
    where the programme scores its units. Raises ValueError when two current returns of
    one unit and period are among them, EvaluationError for a formula that does not fit the
    answers.
    """
    with no_cycle_search():
        placement = place(programme, period, details)
        tables = [
            form_table(programme, form, members, placement, levels=levels, keep=keep)
            for form in programme.forms
            if (members := programme.members(form, period))
        ]
        present = present_units(programme, tables, placement)
    submissions = [detail.submission for detail in details]
    made = Consolidation(
        programme=programme,
        period=period,
        tables=tuple(tables),
        status=statuses_within(programme, period, submissions),
        sources=placement.sources,
        unplaced=placement.unplaced,
        faulty=placement.faulty,
        present=present,
        placement=placement,
    )
    return replace(made, scores=score(made, reviews))
