"""How hard the random tests try: a little each time, much with ``BAOCAO_LONG=1``."""

from __future__ import annotations

import os

LONG = os.environ.get("BAOCAO_LONG") == "1"


def examples(quick: int, long: int) -> int:
    """How many examples a random test takes: ``quick`` of them, ``long`` when there is time."""
    return long if LONG else quick
