"""The words that stand for nothing, as the checks of a template know them.

The intake reads more spellings than these; what it reads of each of these is the same, and a
test holds the two together. They stand on the sheet of the checks, so that a formula names a
range instead of every word.
"""

from __future__ import annotations

from toolkit.programme.language.excel import Words
from toolkit.template.layout import CHECK_SHEET

# Confirmed: there is none. A 0 where a number is asked.
_NIL = ("không", "không có", "không phát sinh", "ko", "ko có", "-", "--", "---", "–", "—", "−")
_NIL_NOT_IN_TEXT = ("none", "nil", "no")
# Does not apply, or is not known yet: an answer without a value.
_NO_VALUE = (
    "không áp dụng",
    "không thuộc đối tượng",
    "not applicable",
    "chưa có số liệu",
    "chưa tổng hợp",
    "đang tổng hợp",
    "chưa thống kê",
    "not available",
)
_NO_VALUE_NOT_IN_TEXT = ("x", "chưa có", "chưa", "…", "...", "....", ".....", "na", "n/a")


def _stopped(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words, and again with the full stop of a sentence."""
    return (*words, *(f"{word}." for word in words if word[-1].isalpha()))


NIL = _stopped(_NIL + _NIL_NOT_IN_TEXT)
NO_VALUE = _stopped(_NO_VALUE + _NO_VALUE_NOT_IN_TEXT)
NIL_IN_TEXT = _stopped(_NIL)
NO_VALUE_IN_TEXT = _stopped(_NO_VALUE)

# As they stand on the sheet of the checks, one below the other from row 2 on: in fields of
# numbers, dates and choices, and in fields of texts.
NUMBER_COLUMN, TEXT_COLUMN = 1, 2
FIRST_ROW = 2
IN_NUMBERS = NIL + NO_VALUE
IN_TEXTS = NO_VALUE_IN_TEXT + NIL_IN_TEXT


def _range(letter: str, count: int, *, after: int = 0) -> str:
    first = FIRST_ROW + after
    return f"{CHECK_SHEET}!${letter}${first}:${letter}${first + count - 1}"


# A nil is 0 among numbers; among texts it is a text, unlike what does not apply.
NUMBER_WORDS = Words(blank=_range("A", len(NIL)), nothing=_range("A", len(IN_NUMBERS)))
NO_VALUE_WORDS = _range("A", len(NO_VALUE), after=len(NIL))
TEXT_WORDS = Words(blank=_range("B", len(NO_VALUE_IN_TEXT)), nothing=_range("B", len(IN_TEXTS)))
