"""What is to be said of one answer, as a formula over its cell.

Limits and kinds of nothing are the intake's (``toolkit.intake.values``); a test holds the two
together. Functions of Excel 2007, none volatile.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum

from toolkit.programme.language.excel import folded, has_word, is_blank
from toolkit.programme.model import Field, FieldType, Period
from toolkit.template.words import IN_NUMBERS, NO_VALUE_WORDS, NUMBER_WORDS, TEXT_WORDS
from toolkit.text import match_key

_SERIAL_ZERO = date(1899, 12, 30)  # the day Excel's serial numbers count from
# Excel keeps 15 digits; what differs beyond this place is how a computed number came about.
_PLACES = 12


class Verdict(IntEnum):
    """What is said of one answer, or by one rule in one row. Above FINE it wants mending."""

    LOOK = -1  # stands, but somebody should look: a rule of severity warning, a doubtful year
    BLANK = 0
    FINE = 1
    MISSING = 2
    FAULT = 3  # an error such as #REF! in the cell; a broken rule
    NUMBER = 4  # no number
    WHOLE = 5  # no whole number
    SMALL = 6
    LARGE = 7
    DATE = 8  # no day
    CHOICE = 9  # not in the list


# The verdicts that have a message, in the order of its columns on the sheet of the checks.
SAID = (*(v for v in Verdict if v > Verdict.FINE), Verdict.LOOK)


@dataclass(frozen=True, slots=True)
class ChoiceKeys:
    """The matching keys a choice field takes: its choices and the words for nothing.

    ``cells`` is where they stand, ``nothing`` where the words alone do ("": it takes none).
    """

    keys: tuple[str, ...]
    cells: str
    nothing: str


def nothing_in(field: Field, choices: ChoiceKeys | None) -> str:
    """Where the words stand that say nothing in a field; "" where every content says something."""
    if field.type is FieldType.CHOICE and choices is not None:
        return choices.nothing
    if field.type in (FieldType.TEXT, FieldType.CHOICE):
        return TEXT_WORDS.nothing
    # a nil that is out of limits is a wrong answer, not none
    return NUMBER_WORDS.nothing if _zero_verdict(field) is None else NO_VALUE_WORDS


def verdict_of(
    field: Field, cell: str, missing: str, period: Period, choices: ChoiceKeys | None
) -> str:
    """The verdict on the answer of an input field; ``missing`` is said of a blank cell."""
    fine = Verdict.FINE.value
    said = f"IF({is_blank(cell)},{missing},"
    if field.type is FieldType.CHOICE and choices is not None:
        same = f"EXACT({choices.cells},{folded(cell, ' '.join(choices.keys))})"
        said += f"IF(SUMPRODUCT(--{same})>0,{fine},{Verdict.CHOICE.value}))"
    elif field.type in (FieldType.TEXT, FieldType.CHOICE):
        said += f"{fine})"
    elif field.type is FieldType.DATE:
        said = f"IF(ISNUMBER({cell}),{_day(field, cell, period)},{said}"
        nothing = has_word(cell, NUMBER_WORDS.nothing)
        said += f"IF({nothing},{fine},{Verdict.DATE.value})))"
    else:
        said = f"IF(ISNUMBER({cell}),{_number(field, cell)},{said}{_no_number(field, cell)}))"
    return f"IF(ISERROR({cell}),{Verdict.FAULT.value},{said})"


def _number(field: Field, cell: str) -> str:
    number = f"ROUND({cell},{_PLACES})"
    said = str(Verdict.FINE.value)
    if isinstance(field.maximum, Decimal):
        said = f"IF({number}>{_plain(field.maximum)},{Verdict.LARGE.value},{said})"
    if isinstance(field.minimum, Decimal):
        said = f"IF({number}<{_plain(field.minimum)},{Verdict.SMALL.value},{said})"
    if field.type is FieldType.INTEGER:
        said = f"IF({number}<>INT({number}),{Verdict.WHOLE.value},{said})"
    return said


def _no_number(field: Field, cell: str) -> str:
    """A text where a number is asked: a word for nothing, or no number."""
    fine, other = Verdict.FINE.value, Verdict.NUMBER.value
    said = f"IF({has_word(cell, NUMBER_WORDS.nothing)},{fine},{other})"
    beyond = _zero_verdict(field)  # a nil is a 0
    if beyond is None:
        return said
    return f"IF({has_word(cell, NUMBER_WORDS.blank)},{beyond.value},{said})"


def _zero_verdict(field: Field) -> Verdict | None:
    """What is said of a 0 where it is not within the limits."""
    if isinstance(field.minimum, Decimal) and field.minimum > 0:
        return Verdict.SMALL
    if isinstance(field.maximum, Decimal) and field.maximum < 0:
        return Verdict.LARGE
    return None


def _day(field: Field, cell: str, period: Period) -> str:
    """A real day: within the limits, else within the years that can be meant."""
    day = f"INT({cell})"
    said = _doubt(field, day, period)
    if isinstance(field.maximum, date):
        said = f"IF({day}>{_serial(field.maximum)},{Verdict.LARGE.value},{said})"
    if isinstance(field.minimum, date):
        said = f"IF({day}<{_serial(field.minimum)},{Verdict.SMALL.value},{said})"
    return said


def _doubt(field: Field, day: str, period: Period) -> str:
    """The year, where no declared limit judges it."""
    doubts = []
    if not isinstance(field.maximum, date):
        doubts.append(f"{day}>{_serial(date(period.end.year + 1, 12, 31))}")
    if not isinstance(field.minimum, date):
        doubts.append(f"{day}<{_serial(date(period.start.year - 1, 1, 1))}")
        first, last = _year_before(period.start), _year_before(period.end)
        if last < period.start:
            # the year of last year's form left standing
            doubts.append(f"AND({day}>={_serial(first)},{day}<={_serial(last)})")
    if not doubts:
        return str(Verdict.FINE.value)
    return f"IF(OR({','.join(doubts)}),{Verdict.LOOK.value},{Verdict.FINE.value})"


def _year_before(day: date) -> date:
    last = (day.month, day.day) == (2, 29)
    return date(day.year - 1, day.month, 28 if last else day.day)


def _serial(day: date) -> int:
    return (day - _SERIAL_ZERO).days


def _plain(number: Decimal) -> str:
    return format(number, "f")


def accepted_keys(values: tuple[str, ...]) -> tuple[str, ...]:
    """The matching keys a choice field takes: its choices, and the words for nothing.

    Not the words that a choice begins with: "Không" beside "Không thực hiện" could be either.
    """
    keys = tuple(match_key(value) for value in values)
    bare = [_bare(key) for key in keys]

    def begins(word: str) -> bool:
        start = _bare(word.rstrip("."))
        return any(k.startswith(start) and not k[len(start) :][:1].isalnum() for k in bare)

    return keys + tuple(word for word in IN_NUMBERS if not begins(word))


def _bare(key: str) -> str:
    """A key without its marks: ``khong thuc hien``."""
    spread = unicodedata.normalize("NFD", key.replace("đ", "d"))
    return "".join(char for char in spread if not unicodedata.combining(char))
