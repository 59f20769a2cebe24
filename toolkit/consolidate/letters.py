"""Which of many texts may be alike at all, by the letters that they are made of.

To make one text of another, at least every letter that only one of them has must be put in or
taken out, each as often as it is there too often. Counting these for two texts is a matter of
some nanoseconds, so that of many texts only few pairs have to be compared letter by letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

_Words = npt.NDArray[np.uint64]
# A letter is counted up to here: in long texts this rules out a little less, never more.
_MOST = 48
_BLOCK = 32  # texts that are counted against all others at once
_ROUNDING = 1e-6  # of a letter: what floating point may lose


def may_be_alike(texts: Sequence[str], least: float) -> Iterator[tuple[int, list[int]]]:
    """For each text that has any the later ones that may be like it, by their places.

    Two texts are alike where the letters to put in and take out are at most ``100 - least``
    per cent of the letters of both. None that is alike is left out.
    """
    lengths = np.array([len(text) for text in texts])
    slack = (1 - least / 100) * lengths + _ROUNDING / 2
    words = _letters(texts, lengths)
    for start in range(0, len(texts), _BLOCK):
        own, after = slice(start, start + _BLOCK), slice(start + 1, None)
        allowed = slack[own, None] + slack[after]
        apart = np.zeros(allowed.shape, dtype=np.uint32)
        for word in words:
            apart += np.bitwise_count(word[own, None] ^ word[after])
        ones, others = (apart <= allowed).nonzero()
        bounds = np.searchsorted(ones, range(len(allowed) + 1)).tolist()
        near = (others + (start + 1)).tolist()
        for place, (first, end) in enumerate(pairwise(bounds), start):
            if lengths[place]:
                yield place, [other for other in near[first:end] if other > place]


def _letters(texts: Sequence[str], lengths: npt.NDArray[np.int_]) -> list[_Words]:
    """A bit for every letter of a text, for the first of its kind, the second, and so on:
    64 of them in each array, which has a number for each text."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if not len(codes):
        return []
    kinds = np.unique(codes)
    rows = np.repeat(np.arange(len(texts)), lengths)
    cells = rows * len(kinds) + np.searchsorted(kinds, codes)
    counts = np.bincount(cells, minlength=len(texts) * len(kinds)).reshape(len(texts), -1)
    bits = [
        counts[:, kind] > number
        for kind, most in enumerate(counts.max(axis=0))
        for number in range(min(most, _MOST))
    ]
    packed = np.packbits(np.array(bits, dtype=bool).reshape(len(bits), len(texts)), axis=0)
    whole = np.pad(packed, ((0, -len(packed) % 8), (0, 0)))
    return list(np.ascontiguousarray(np.ascontiguousarray(whole.T).view(np.uint64).T))
