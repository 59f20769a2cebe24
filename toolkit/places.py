"""Cells by name and by number: ``C5`` is row 5, column 3, both counted from 1."""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")


@lru_cache(maxsize=1 << 10)
def column_letters(column: int) -> str:
    """The letters of a 1-based column: 1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@lru_cache(maxsize=1 << 14)  # the same few thousand cells in file after file
def place_of(name: str) -> tuple[int, int]:
    """The 1-based (row, column) of ``C5`` or ``$C$5``. Raises ValueError for no such name."""
    found = _NAME.fullmatch(name.upper())
    if found is None:
        raise ValueError(f"{name!r} is no cell")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column
