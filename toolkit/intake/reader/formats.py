"""Number formats: is a number shown as a date, as a percentage; what a cell's style says."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

# ECMA-376 part 1, 18.8.30: built-in identifiers that have no code in the file.
_BUILTIN_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_BUILTIN_PERCENT = frozenset([9, 10])

_LITERALS = re.compile(r'"[^"]*"?|\\.|_.|\*.')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)

_LEGACY = re.compile(r"(?:\.vn|vni)", re.IGNORECASE)


class Style(NamedTuple):
    """What the reader needs of a cell's style."""

    date: bool = False
    percent: bool | None = None  # None: the style is not known
    font: str = ""


UNKNOWN = Style()


@lru_cache(maxsize=512)
def shown_as(code: str) -> tuple[bool, bool]:
    """Whether a number format code shows (a date or time, a percentage).

    Only the section for positive numbers counts; quoted and escaped text does not.
    """
    section = _LITERALS.sub("", code).split(";", 1)[0]
    elapsed = bool(_ELAPSED.search(section))
    section = _BRACKETS.sub("", section)
    if elapsed:
        return True, False
    if "%" in section:
        return False, True
    if "#" in section or "?" in section or "general" in section.lower():
        return False, False
    return bool(_DATE_LETTERS.search(section)), False


def style_of(number_format: int, code: str | None, font: str) -> Style:
    """The style of a cell from its format's identifier and code (None: built-in)."""
    if code is not None:
        date, percent = shown_as(code)
        return Style(date, percent, font)
    return Style(number_format in _BUILTIN_DATES, number_format in _BUILTIN_PERCENT, font)


def is_legacy(font: str) -> bool:
    """Whether text in that font is TCVN3 (.VnTime …) or VNI (VNI-Times …)."""
    return bool(_LEGACY.match(font))


def any_legacy(fonts: Iterable[str]) -> bool:
    """Whether the workbook uses a legacy Vietnamese font at all."""
    return any(is_legacy(font) for font in fonts)
