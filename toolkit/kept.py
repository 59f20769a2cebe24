"""What was found out once about a thing that does not change, kept for the next time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def by_identity(make: Callable[[K], V], size: int = 8) -> Callable[[K], V]:
    """``make`` with its last ``size`` answers kept, by the very object that was asked about.

    For frozen objects that have no hash, or one that takes long to compute (a programme, an
    expression). The answer must not be changed by who gets it.
    """
    kept: dict[int, tuple[K, V]] = {}  # holds the object too, so that its id stays its own

    def get(thing: K) -> V:
        found = kept.get(id(thing))
        if found is not None:
            return found[1]
        value = make(thing)
        if len(kept) >= size:
            kept.pop(next(iter(kept)), None)
        kept[id(thing)] = thing, value
        return value

    return get
