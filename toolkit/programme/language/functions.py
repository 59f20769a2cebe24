"""The functions of the language: their English names, Vietnamese aliases and arguments.

A name is compared by its matching key without spaces, dots and underscores: ``LÀM TRÒN``,
``lamtròn`` and ``Làm_Tròn`` are one. A Vietnamese name typed without its marks (``TONG``) is
understood too, except ``TRONG``, which could be ``TRỐNG`` (blank) or ``trong`` (one of).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from toolkit.programme.language.scope import closest
from toolkit.text import match_key, slug


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how many arguments it takes (``most`` None: any number) and its names."""

    name: str
    least: int
    most: int | None
    aliases: tuple[str, ...] = ()
    takes_spans: bool = False
    # Its argument is the name of a form or an item, which may stand there without quotes.
    takes_name: bool = False


FUNCTIONS: tuple[Function, ...] = (
    Function("IF", 3, 3, ("NẾU",)),
    Function("AND", 1, None, ("VÀ",)),
    Function("OR", 1, None, ("HOẶC",)),
    Function("NOT", 1, 1, ("KHÔNG", "KHÔNG PHẢI")),
    Function("SUM", 1, None, ("TỔNG", "CỘNG"), takes_spans=True),
    Function("MIN", 1, None, ("NHỎ NHẤT",), takes_spans=True),
    Function("MAX", 1, None, ("LỚN NHẤT",), takes_spans=True),
    Function("AVERAGE", 1, None, ("TRUNG BÌNH",), takes_spans=True),
    Function("ROUND", 2, 2, ("LÀM TRÒN",)),
    Function("ABS", 1, 1, ("TRỊ TUYỆT ĐỐI", "GIÁ TRỊ TUYỆT ĐỐI")),
    Function("ISBLANK", 1, 1, ("TRỐNG", "BỎ TRỐNG", "ĐỂ TRỐNG")),
    Function("IN", 2, None, ("THUỘC", "MỘT TRONG")),
    Function("UNIQUE", 1, None, ("KHÔNG TRÙNG", "DUY NHẤT")),
    Function("DATE", 3, 3, ("NGÀY",)),
    Function("PREV", 1, 1, ("KỲ TRƯỚC",)),
    Function("COUNTROWS", 1, 1, ("SỐ DÒNG", "ĐẾM DÒNG"), takes_name=True),
    Function("UNIT", 1, 1, ("ĐƠN VỊ", "GIAO CHO ĐƠN VỊ", "CHỈ TIÊU GIAO"), takes_name=True),
)
_WORDS = {"TRUE": True, "ĐÚNG": True, "FALSE": False, "SAI": False}
# Two meanings once the marks are gone: not understood rather than guessed.
_UNCLEAR = {"trong"}


def find_function(name: str) -> Function | None:
    """The function of that name, English or Vietnamese; None where there is none."""
    return _by_key().get(_key(name))


def find_boolean(word: str) -> bool | None:
    """What TRUE, FALSE, ĐÚNG, SAI mean; None for any other word."""
    return {_key(known): value for known, value in _WORDS.items()}.get(_key(word))


def suggest_function(name: str) -> str | None:
    """The function name closest to ``name``, or None."""
    return closest(name, [n for f in FUNCTIONS for n in (f.name, *f.aliases)])


def _key(name: str) -> str:
    return re.sub(r"[\s._]+", "", match_key(name))


@cache
def _by_key() -> dict[str, Function]:
    exact = {_key(name): f for f in FUNCTIONS for name in (f.name, *f.aliases)}
    bare = {slug(_key(name)): f for f in FUNCTIONS for name in f.aliases}
    return {key: f for key, f in bare.items() if key not in _UNCLEAR} | exact
