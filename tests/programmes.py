"""A small, complete programme for the tests of every room.

Three units below a city, four quarters, a half-year and a year, a form of each kind, rules
and a chart of each kind: ``tests/data/programme``, one CSV file a sheet.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from toolkit.programme.load import load_folder
from toolkit.programme.model import Programme

SMALL_PROGRAMME = Path(__file__).parent / "data" / "programme"


@cache
def small_programme() -> Programme:
    """The programme of ``tests/data/programme``, loaded once."""
    return load_folder(SMALL_PROGRAMME)
