"""What a sheet of a programme workbook is made of: its columns and what their cells hold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
