"""The rows of a list with the same or nearly the same name, and the same numbers in it.

Of a few thousand rows every two are compared. Beyond, the work would grow with the square of
the rows, and so would what is found: then only names with the same numbers are ever compared,
of very many different ones none is looked for that is merely near, and of very many rows with
one name only those are paired that have another text in common, or no other text at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from toolkit.consolidate.alike import MOST_COMPARED, near_pairs

_NUMBERS = re.compile(r"\d+")
_MANY = 2_500  # pairs of rows with two given names, beyond which not all are looked at

# The texts by which the rows are told apart but for the name: column -> text of each row, ""
# for one that tells nothing.
Others = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class NamedAlike:
    """The pairs (first, second, likeness in per cent) in order, and whether they are all.

    ``thorough`` is False where there were too many rows to look for every pair.
    """

    pairs: tuple[tuple[int, int, float], ...]
    thorough: bool


def named_alike(names: Sequence[str], others: Others) -> NamedAlike:
    """The pairs of rows by their ``names``; a row without one is like nothing."""
    rows: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        if name:
            rows.setdefault(name, []).append(row)
    same_numbers: dict[tuple[str, ...], list[str]] = {}
    for name in rows:
        same_numbers.setdefault(tuple(sorted(_NUMBERS.findall(name))), []).append(name)
    found: list[tuple[int, int, float]] = []
    thorough = True
    for group in same_numbers.values():
        alike = [(name, name, 100.0) for name in group if len(rows[name]) > 1]
        if len(group) > MOST_COMPARED:
            thorough = False
        else:
            alike += [(group[a], group[b], score) for a, b, score in near_pairs(group)]
        for one, other, score in alike:
            first, second = rows[one], rows[other]
            made: Iterable[tuple[int, int]] = _every(first, second)
            if len(first) * len(second) > _MANY:
                thorough = False
                made = {(min(a, b), max(a, b)) for a, b in _few(first, second, others)}
            found += [(a, b, score) if a < b else (b, a, score) for a, b in made]
    return NamedAlike(tuple(sorted(found)), thorough)


def _every(first: Sequence[int], second: Sequence[int]) -> Iterable[tuple[int, int]]:
    return combinations(first, 2) if first is second else product(first, second)


def _few(first: Sequence[int], second: Sequence[int], others: Others) -> Iterator[tuple[int, int]]:
    """The pairs with a text in common, and those rows that have no text each with the first."""
    for texts in others.values():
        holding: dict[str, list[int]] = {}
        for row in second:
            if texts[row]:
                holding.setdefault(texts[row], []).append(row)
        for row in first:
            yield from ((row, other) for other in holding.get(texts[row], ()) if other != row)
    bare = [row for row in second if not any(texts[row] for texts in others.values())]
    start = next((r for r in first if not any(texts[r] for texts in others.values())), None)
    if start is not None:
        yield from ((start, row) for row in bare if row != start)
