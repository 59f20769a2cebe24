"""Texts that are the same, and texts that are nearly the same.

The same: letter case, spaces, tone position and punctuation apart (``passage_key``). Nearly
the same: alike enough to be shown to a person as a doubt; never enough to drop one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process

from toolkit.text import match_key

# Likeness (0..100) from which two texts are shown as nearly the same. Chosen on pairs of
# sentences as districts write them: a changed number or name alone stays above it, two
# different proposals of one field of work stay below.
NEAR = 86.0
# Texts of which every two are compared: the work grows with the square of their number.
MOST_COMPARED = 2_000
_FEW = 600  # texts that are compared at once: of so few it is dearer to load numpy first
_MARKS = re.compile(r"[^\w% ]+")


def passage_key(text: str) -> str:
    """The key under which two passages are the same: words and numbers only."""
    return words_of_key(match_key(text))


def words_of_key(key: str) -> str:
    """The words and numbers of what :func:`toolkit.text.match_key` gave, or of several of it."""
    return " ".join(_MARKS.sub(" ", key).split())


def near_pairs(keys: Sequence[str], least: float = NEAR) -> list[tuple[int, int, float]]:
    """The pairs (first, second, likeness) of keys that are nearly the same.

    Likeness is 0 to 100, words in any order. Each pair once, ``first < second``, in order;
    an empty key is like nothing.
    """
    found: list[tuple[int, int, float]] = []
    # Words sorted once and not for every pair: lists may hold thousands of rows. None is
    # passed over.
    ready = [in_order(key) or None for key in keys]
    for place, others in _to_compare(ready, least):
        key, rest = ready[place], [ready[other] for other in others]
        matches = process.extract(key, rest, scorer=fuzz.ratio, score_cutoff=least, limit=None)
        found += [(place, others[index], score) for _, score, index in matches]
    return sorted(found)


def _to_compare(ready: Sequence[str | None], least: float) -> Iterator[tuple[int, Sequence[int]]]:
    """The places of the texts, each with those after it that it may be like."""
    if len(ready) > _FEW:
        from toolkit.consolidate.letters import may_be_alike  # numpy takes a tenth of a second

        return may_be_alike([text or "" for text in ready], least)
    places = range(len(ready))
    return ((place, places[place + 1 :]) for place in places if ready[place] is not None)


def likeness(one: str, other: str) -> float:
    """How alike two keys with their words in order (:func:`in_order`) are, 0 to 100."""
    return fuzz.ratio(one, other)


def in_order(key: str) -> str:
    """The words of a key in the order of letters, so that their own order does not tell."""
    return " ".join(sorted(key.split()))
