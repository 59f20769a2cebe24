"""What a sheet of a programme workbook is made of: columns, and the words of closed lists."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from toolkit.text import match_key

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Keyword(Generic[E]):
    """A word of a closed list: what it means, how it is written, what else is accepted."""

    value: E
    vi: str
    others: tuple[str, ...] = ()


Keywords = tuple[Keyword[E], ...]


def lookup(table: Keywords[E], text: str) -> E | None:
    """The meaning of a keyword, or None for a word that is not in the table."""
    key = match_key(text)
    for word in table:
        if key in (match_key(word.vi), word.value, *map(match_key, word.others)):
            return word.value
    return None


def written(table: Keywords[E], value: E) -> str:
    """The Vietnamese word for a meaning; KeyError where the table has none."""
    for word in table:
        if word.value == value:
            return word.vi
    raise KeyError(value)


class ColumnKind(StrEnum):
    """What the cells of a column hold."""

    CODE = "code"
    CODES = "codes"  # a list of codes or keywords
    TEXT = "text"
    TEXTS = "texts"  # a list
    NUMBER = "number"
    DATE = "date"
    LIMIT = "limit"  # a number or a date, as the field's type says
    FLAG = "flag"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. ``refers`` is ``sheet.column`` where its dropdown comes from.

    ``required`` says that the heading and a value in every row must be there.
    """

    attr: str
    vi: str
    en: str
    kind: ColumnKind = ColumnKind.TEXT
    required: bool = False
    words: tuple[str, ...] = ()  # the Vietnamese keywords offered
    refers: str = ""
    width: float = 12  # characters, the least the built workbook gives it


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook; ``csv`` is the name of its file in a folder of CSV files."""

    key: str
    vi: str
    en: str
    csv: str
    columns: tuple[Column, ...]
    required: bool = False
    open_headings: bool = False  # a further heading is data, not a fault

    def column(self, attr: str) -> Column:
        """The column of that attribute; KeyError where the sheet has none."""
        for column in self.columns:
            if column.attr == attr:
                return column
        raise KeyError(attr)
