"""Points, bands and ranks of the units: the words of the report and its annex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.consolidate.facts import Facts
from toolkit.consolidate.score_model import ScoreState, ScoreTable, UnitScore
from toolkit.messages.documents import said
from toolkit.report.official import telling
from toolkit.report.official.blocks import Block, Column, Grid, Look, body, bullet, fitted
from toolkit.report.official.telling import Desk, count
from toolkit.report.score_words import unit_notes
from toolkit.report.voice import Voice
from toolkit.text import figure_text

_SMALL = 11.0
_PLACES = 2


def scores_in_words(desk: Desk) -> Iterator[Block]:
    """How many units are in each band, by name; who could not be scored."""
    table = desk.facts.consolidation.scores
    assert table is not None
    yield body(said("scores.units", units=count(len(table.units))))
    for words in band_points(table):
        yield bullet(words)
    if any(one.band_provisional or one.state is ScoreState.PROVISIONAL for one in table.units):
        yield body(said("scores.tentative"))
    if "scores" in desk.annexes:
        yield body(said("scores.annex", annex=desk.annexes["scores"]))


def band_points(table: ScoreTable) -> list[str]:
    """A sentence a band with its units, the best first; then those in none."""
    ranked = by_rank(table)
    points = []
    for band in dict.fromkeys(band.name for band in table.bands):
        units = [one.unit for one in ranked if one.band is not None and one.band.name == band]
        if units:
            points.append(
                said(
                    "scores.band",
                    band=band,
                    count=count(len(units)),
                    rate=telling.rate(len(units), len(table.units)),
                    units=telling.names(units),
                )
            )
    lacking = [one.unit for one in ranked if one.total is None]
    none = [one.unit for one in ranked if one.total is not None and one.band is None]
    if none and table.bands:
        points.append(said("scores.no_band", count=count(len(none)), units=telling.names(none)))
    if lacking:
        units_said = telling.names(lacking)
        points.append(said("scores.incomplete", count=count(len(lacking)), units=units_said))
    return points


def by_rank(table: ScoreTable) -> list[UnitScore]:
    """The units type by type, each from the first rank down; those without one at the end."""
    types = {name: place for place, name in enumerate(table.types)}
    order = {one.unit.code: place for place, one in enumerate(table.units)}
    return sorted(
        table.units,
        key=lambda one: (
            types[one.unit.type],
            one.rank if one.rank is not None else len(order) + 1,
            order[one.unit.code],
        ),
    )


def points_words(value: Decimal | None) -> str:
    """Points with up to two places."""
    return "-" if value is None else figure_text(value, "vi", _PLACES)


def rank_blocks(facts: Facts, width: float) -> tuple[Block, ...]:
    """The table of the annex, from the first rank down, and the meaning of its marks."""
    table = facts.consolidation.scores
    assert table is not None
    several = len(table.types) > 1
    columns = [
        Column(said("column.tt"), 10, centred=True),
        Column(said("column.unit"), 42),
        *([Column(said("column.unit_type"), 18, centred=True)] if several else []),
        Column(said("column.own_points"), 19, centred=True),
        Column(said("column.points"), 19, centred=True),
        Column(said("column.band"), 36, centred=True),
        Column(said("column.rank_type" if several else "column.rank"), 18, centred=True),
        *([Column(said("column.rank"), 18, centred=True)] if several else []),
        Column(said("column.remark"), 66),
    ]
    voice = Voice(facts.consolidation.programme, "vi", frozenset())
    rows = tuple(
        _row(place, one, voice, several=several) for place, one in enumerate(by_rank(table), 1)
    )
    grid = Grid(fitted(columns, width), rows, size=_SMALL)
    return grid, body(said("annex.scores_note"), Look.NOTE)


def _row(place: int, one: UnitScore, voice: Voice, *, several: bool) -> tuple[str, ...]:
    unsure = "*" if one.state is ScoreState.PROVISIONAL else ""
    if one.band is not None:
        band = one.band.name + ("*" if one.band_provisional else "")
    else:
        band = said("scores.band_unknown" if one.total is None else "scores.band_none")
    ranks: Sequence[int | None] = [one.rank, one.rank_all] if several else [one.rank]
    mark = "*" if one.rank_provisional else ""
    return (
        str(place),
        one.unit.name,
        *([one.unit.type] if several else []),
        points_words(one.own_total),
        points_words(one.total) + (unsure if one.total is not None else ""),
        band,
        *("-" if rank is None else f"{rank}{mark}" for rank in ranks),
        "; ".join(unit_notes(one, voice).rstrip(".").split(".\n")),
    )
