"""Texts that are the same, and texts that are nearly the same.

The same: letter case, spaces, tone position and punctuation apart (``passage_key``). Nearly
the same: alike enough to be shown to a person as a doubt; never enough to drop one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from toolkit.text import match_key

# Likeness (0..100) from which two texts are shown as nearly the same. Chosen on pairs of
# sentences as districts write them: a changed number or name alone stays above it, two
# different proposals of one field of work stay below.
NEAR = 86.0
# Texts of which every two are compared: the work grows with the square of their number.
MOST_COMPARED = 2_000
_MARKS = re.compile(r"[^\w%]+")


def passage_key(text: str) -> str:
    """The key under which two passages are the same: words and numbers only."""
    return _MARKS.sub(" ", match_key(text)).strip()


def near_pairs(keys: Sequence[str], least: float = NEAR) -> list[tuple[int, int, float]]:
    """The pairs (first, second, likeness) of keys that are nearly the same.

    Likeness is 0 to 100, words in any order. Each pair once, ``first < second``, in order;
    an empty key is like nothing.
    """
    found: list[tuple[int, int, float]] = []
    # Words sorted once and not for every pair: lists may hold thousands of rows. None is
    # passed over.
    ready = [_sorted(key) or None for key in keys]
    for place, key in enumerate(ready):
        if key is None:
            continue
        rest = ready[place + 1 :]
        matches = process.extract(key, rest, scorer=fuzz.ratio, score_cutoff=least, limit=None)
        found += [(place, place + 1 + index, score) for _, score, index in matches]
    return sorted(found)


def likeness(one: str, other: str) -> float:
    """How alike two keys are, 0 to 100, words in any order."""
    return fuzz.ratio(_sorted(one), _sorted(other))


def _sorted(key: str) -> str:
    return " ".join(sorted(key.split()))
