"""Work on millions of small objects that stay."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycle_search() -> Iterator[None]:
    """Without the cyclic garbage collector, and as before afterwards.

    Millions of small objects are made that all stay and hold no cycle; searching them over
    and over takes as long as the work itself (measured: 2.4 s instead of 1.2 s for 3,000
    returns of 100 answers). They leave as old objects, so that the next search does not
    begin with all of them.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            if gc.get_freeze_count() == 0:  # what others have frozen stays so
                gc.freeze()
                gc.unfreeze()
            gc.enable()
