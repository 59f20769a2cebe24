"""The numbers of scores and comparisons that a document may hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from toolkit.consolidate.compared import Change, Compared
from toolkit.consolidate.facts import Facts
from toolkit.consolidate.score_model import ScoreTable, UnitScore
from toolkit.report.numbers.written import Numbers
from toolkit.report.score_words import unit_notes
from toolkit.report.voice import Voice


def changed_numbers(one: Compared) -> Numbers:
    """Both figures of a comparison, of all units and like for like; what lies between them."""
    units = Numbers(plain=frozenset({Decimal(len(one.units))}))
    return _changed(one, one.plain) | _changed(one, one.same) | units


def _changed(one: Compared, change: Change) -> Numbers:
    figures = {value for value in (change.now, change.before) if value is not None}
    between = {abs(change.difference)} if change.difference is not None else set()
    growth = {abs(change.growth) * 100} if change.growth is not None else set()
    if one.points:
        # Percentage points are written without the sign of a percentage.
        return Numbers(
            plain=frozenset(value * 100 for value in between),
            percents=frozenset(value * 100 for value in figures),
        )
    return Numbers(plain=frozenset(figures | between), percents=frozenset(growth))


def unit_numbers(one: UnitScore) -> Numbers:
    """The points and ranks of a unit."""
    given = [one.own_total, one.total, one.known]
    ranks = [Decimal(rank) for rank in (one.rank, one.rank_all) if rank is not None]
    return Numbers(plain=frozenset([*ranks, *(value for value in given if value is not None)]))


def band_numbers(table: ScoreTable) -> Numbers:
    """How many units there are, in each band and in none, and their shares."""
    whole = len(table.units)
    tally = Counter(one.band.name for one in table.units if one.band is not None)
    lacking = sum(one.total is None for one in table.units)
    none = sum(one.total is not None and one.band is None for one in table.units)
    counts = [*tally.values(), lacking, none, whole]
    shares = [Decimal(number) / whole * 100 for number in counts] if whole else []
    return Numbers(plain=frozenset(map(Decimal, counts)), percents=frozenset(shares))


def judged_texts(facts: Facts) -> Iterator[str]:
    """Texts with numbers of their own: periods compared with, bands, notes on scores."""
    for comparison in facts.compared:
        yield comparison.period.name
    table = facts.consolidation.scores
    if table is None:
        return
    yield from (band.name for band in table.bands)
    voice = Voice(facts.consolidation.programme, "vi", frozenset())
    for one in table.units:
        yield from (line.rstrip(".") for line in unit_notes(one, voice).split("\n"))
