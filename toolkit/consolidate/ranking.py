"""Ranks that equals share, and bands with their conditions and largest shares.

Points are compared as the rule language compares numbers: at nine places, so that a third
three times over is a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TypeVar

from toolkit.consolidate.score_model import Note
from toolkit.programme.language.evaluate import rounded
from toolkit.programme.model import Unit
from toolkit.programme.score_types import Band

K = TypeVar("K", bound=Hashable)


def shared_ranks(totals: Mapping[K, Decimal]) -> dict[K, int]:
    """1 for the most points; equals share a rank and the next ones are passed over: 1, 2, 2, 4."""
    points = {key: rounded(total) for key, total in totals.items()}
    ordered = sorted(points.values(), reverse=True)
    first: dict[Decimal, int] = {}
    for place, value in enumerate(ordered, 1):
        first.setdefault(value, place)
    return {key: first[value] for key, value in points.items()}


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a unit comes to stand: its band (None: none fits, or unknown) and why."""

    band: Band | None
    notes: tuple[Note, ...] = ()
    unknown: bool = False  # a condition could not be judged


# Whether a unit meets the condition of a band; None where that cannot be told.
Judge = Callable[[Band, str], "bool | None"]


def placed_in_bands(
    bands: Sequence[Band],
    units: Sequence[Unit],
    totals: Mapping[str, Decimal],
    meets: Judge,
) -> dict[str, Placed]:
    """Each unit that has a total (by code) in the highest band that it reaches.

    ``bands`` from the highest down. A band that takes at most a share of the units takes
    that share of all ``units`` of its types, rounded down; who has more points goes first,
    and equals at the limit stay out together: "at most" is never exceeded.
    """
    placed: dict[str, Placed] = {}
    notes: dict[str, list[Note]] = {unit.code: [] for unit in units}
    for band in bands:
        scope = [u for u in units if not band.unit_types or u.type in band.unit_types]
        reached: dict[str, Decimal] = {}
        for unit in scope:
            code = unit.code
            if code not in totals or code in placed:
                continue
            if rounded(totals[code]) < rounded(band.least):
                continue
            met = meets(band, code)
            if met is None:
                notes[code].append(Note("band_unknown", {"band": band.name}))
                placed[code] = Placed(None, tuple(notes[code]), unknown=True)
            elif met:
                reached[code] = totals[code]
            else:
                notes[code].append(Note("band_condition", {"band": band.name}))
        limit = _limit(band, len(scope))
        for code in _within(reached, limit):
            placed[code] = Placed(band, tuple(notes[code]))
        ranks = shared_ranks(reached)
        for code in reached:
            if code not in placed and limit is not None:
                key = "band_tie" if ranks[code] <= limit else "band_share"
                params = {"band": band.name, "limit": str(limit), "count": str(len(scope))}
                notes[code].append(Note(key, params))
    for code in totals:
        placed.setdefault(code, Placed(None, tuple(notes[code])))
    return placed


def _limit(band: Band, count: int) -> int | None:
    if band.share is None:
        return None
    return int((band.share * count).to_integral_value(ROUND_FLOOR))


def _within(reached: Mapping[str, Decimal], limit: int | None) -> list[str]:
    """Those whose whole group of equals finds room."""
    if limit is None:
        return list(reached)
    ranks = shared_ranks(reached)
    return [
        code for code in reached if sum(rank <= ranks[code] for rank in ranks.values()) <= limit
    ]
