"""A raw table bound to its sheet of the schema: headings found, rows with typed access.

Each access that cannot give what the column promises records the fault and returns None;
a row knows whether it is sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from toolkit.findings import Address, Finding, Severity
from toolkit.programme.faults import Faults, listed, near
from toolkit.programme.keywords import Keywords, lookup
from toolkit.programme.read import Cell, RawTable
from toolkit.programme.schema import Column, ColumnKind, Sheet
from toolkit.programme.values import (
    Quantity,
    parse_flag,
    parse_list,
    read_date,
    read_quantity,
)
from toolkit.text import match_key

E = TypeVar("E", bound=StrEnum)

MAX_CODE = 60
# Codes name folders and files, stand in lists and in formulas: what would break one of
# these is not a code. "@" begins the marks in the hidden cells of a template.
_BAD_CODE = re.compile(r'[;:\\/*?"<>|\[\]\n\t]|^[@=\s.]|[.\s]$')


class Codes:
    """The codes declared on a sheet: where each stands first, and how it is written."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, Address]] = {}
        self._declared: set[str] = set()  # as they are written, which they nearly always are
        # The sheet or its codes are missing (said elsewhere): nothing is dangling then.
        self.unreadable = False

    def declare(self, code: str, address: Address, faults: Faults) -> bool:
        """Record a code; a second one of the same key is a fault that names the first."""
        key = match_key(code)
        if key in self._known:
            first = self._known[key][1]
            place = first.cell if first.sheet == address.sheet else f"{first.sheet}!{first.cell}"
            faults.add("code.twice", address, code, first=place)
            return False
        self._known[key] = (code, address)
        self._declared.add(code)
        return True

    def find(self, text: str) -> str | None:
        """The code as it was declared, or None."""
        if text in self._declared:
            return text
        known = self._known.get(match_key(text))
        return known[0] if known else None

    def address(self, code: str) -> Address:
        """Where a declared code stands."""
        return self._known[match_key(code)][1]

    @property
    def names(self) -> tuple[str, ...]:
        """All codes, in the order of the sheet."""
        return tuple(code for code, _ in self._known.values())


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its headings found: attribute -> column number."""

    raw: RawTable
    sheet: Sheet
    columns: Mapping[str, int]
    extra: Mapping[int, str] = field(default_factory=dict)  # column -> further heading
    absent: frozenset[str] = frozenset()  # required headings that are missing
    schema: Mapping[str, Column] = field(default_factory=dict)  # by attribute

    def rows(self, faults: Faults) -> Iterator[Row]:
        """The rows that hold anything in a known column."""
        used = {*self.columns.values(), *self.extra}
        held = sorted({row for row, column in self.raw.cells if column in used})
        if held and held[0] == 1:
            del held[0]  # the headings
        for number in held:
            yield Row(self, number, faults)

    def heading(self, attr: str) -> Address:
        """The address of a heading; of the sheet where the heading is missing."""
        column = self.columns.get(attr)
        return self.raw.address(1, column) if column else self.raw.whole


def bind(raw: RawTable, sheet: Sheet, faults: Faults) -> Table | None:
    """The table of a sheet, its headings recognised and their faults recorded.

    None where the first row holds no heading at all.
    """
    names = {match_key(name): c.attr for c in sheet.columns for name in (c.vi, c.en)}
    headings = sorted(place for place in raw.cells if place[0] == 1)
    first_row = {place[1]: raw.cells[place] for place in headings}
    if not any(match_key(cell.text) in names for cell in first_row.values()):
        required = listed(column.vi for column in sheet.columns if column.required)
        faults.add("sheet.no_headings", raw.address(1, 1), allowed=required)
        return None
    columns: dict[str, int] = {}
    extra: dict[int, str] = {}
    for column, cell in first_row.items():
        attr = names.get(match_key(cell.text))
        here = raw.address(1, column)
        if attr in columns or (attr is None and _repeats(cell.text, extra)):
            faults.add("heading.twice", here, cell.text)
        elif attr is not None:
            columns[attr] = column
        elif sheet.open_headings:
            extra[column] = " ".join(cell.text.split())
        else:
            faults.add("heading.unknown", here, cell.text, allowed=near(cell.text, _free(sheet)))
    absent = frozenset(c.attr for c in sheet.columns if c.required and c.attr not in columns)
    for lacking in (c for c in sheet.columns if c.attr in absent):
        faults.add("heading.missing", raw.whole, lacking.vi)
    table = Table(raw, sheet, columns, extra, absent, {c.attr: c for c in sheet.columns})
    _check_shape(table, frozenset(first_row), faults)
    return table


def _free(sheet: Sheet) -> tuple[str, ...]:
    return tuple(column.vi for column in sheet.columns)


def _repeats(heading: str, extra: Mapping[int, str]) -> bool:
    return match_key(heading) in map(match_key, extra.values())


def _check_shape(table: Table, headed: frozenset[int], faults: Faults) -> None:
    """Faults of the table as a whole: unheaded data, merged cells, cells with a problem."""
    unheaded: set[int] = set()
    cells = table.raw.cells
    odd = (place for place, cell in cells.items() if cell.problem or place[1] not in headed)
    for row, column in sorted(odd):
        cell = cells[row, column]
        if column not in headed and column not in unheaded:
            unheaded.add(column)
            faults.add("heading.blank", table.raw.address(row, column), cell.text)
        if cell.problem and column in headed:
            faults.add(cell.problem, table.raw.address(row, column), cell.text)
    for top, left, bottom, right in table.raw.merged:
        if top <= table.raw.last_row and any(left <= column <= right for column in headed):
            last = table.raw.address(bottom, right).cell
            faults.add("cell.merged", table.raw.address(top, left), last)


class Row:
    """A row with typed access to its cells. ``sound`` is False after any error in it."""

    def __init__(self, table: Table, number: int, faults: Faults) -> None:
        self.table = table
        self.number = number
        self.sound = True
        self.faults = faults

    def address(self, attr: str) -> Address:
        """The cell of an attribute; of the row's first column where the heading is absent."""
        column = self.table.columns.get(attr)
        if column is None:
            column = min(self.table.columns.values(), default=1)
        return self.table.raw.address(self.number, column)

    def fault(self, code: str, attr: str, found: str = "", /, **params: str) -> None:
        """Record an error at the cell of an attribute; the row is sound no more."""
        self.sound = False
        place = self.address(attr)
        self.faults.put(Finding(f"programme.{code}", Severity.ERROR, place, found, params))

    def warn(self, code: str, attr: str, found: str = "", /, **params: str) -> None:
        """Record something doubtful at the cell of an attribute."""
        self.faults.warn(code, self.address(attr), found, **params)

    def cell(self, attr: str) -> Cell | None:
        """The cell of an attribute, None where blank; records a missing required value."""
        column = self.table.columns.get(attr)
        cell = self.table.raw.cells.get((self.number, column)) if column else None
        if cell is not None and cell.problem:
            self.sound = False  # reported with the table already
            return None
        if cell is None and self._column(attr).required:
            self.sound = False
            if attr not in self.table.absent:
                heading = self._column(attr).vi
                self.faults.add("value.missing", self.address(attr), "", heading=heading)
        return cell

    def filled(self, attr: str) -> bool:
        """Whether anything stands in the cell."""
        column = self.table.columns.get(attr)
        return column is not None and (self.number, column) in self.table.raw.cells

    def _column(self, attr: str) -> Column:
        return self.table.schema[attr]

    def text(self, attr: str) -> str:
        """The text of a cell, "" where blank."""
        cell = self.cell(attr)
        if cell is None:
            return ""
        if type(cell.value) is str:  # nearly always
            return cell.value
        if isinstance(cell.value, date) and self._column(attr).kind is ColumnKind.CODE:
            # Excel turns 1.1 or 3/4 into a date as it is typed; the number is then lost.
            self.warn("text.date", attr, cell.text)
        return cell.text

    def line(self, attr: str) -> str:
        """The text of a cell on one line, runs of spaces as one."""
        return " ".join(self.text(attr).split())

    def code(self, attr: str) -> str:
        """The code in a cell, "" where blank or no code."""
        text = self.line(attr)
        if len(text) > MAX_CODE or _BAD_CODE.search(text):
            self.fault("code.bad", attr, text)
            return ""
        return text

    def texts(self, attr: str) -> tuple[str, ...]:
        """The parts of a list cell."""
        return parse_list(self.text(attr))

    def reference(self, attr: str, known: Codes, what: str) -> str:
        """A code of another sheet as declared there, "" where blank or dangling."""
        text = self.line(attr)
        if not text:
            return ""
        return self.resolve(attr, text, known, what)

    def references(self, attr: str, known: Codes, what: str) -> tuple[str, ...]:
        """The codes of a list cell as declared on another sheet, the dangling ones faulted."""
        found = (self.resolve(attr, text, known, what) for text in self.texts(attr))
        return tuple(dict.fromkeys(code for code in found if code))

    def resolve(self, attr: str, text: str, known: Codes, what: str) -> str:
        """The code meant by ``text``; a dangling one is the fault ``reference.<what>``."""
        code = known.find(text)
        if code is None and known.unreadable:
            self.sound = False
            return ""
        if code is None:
            self.fault(f"reference.{what}", attr, text, allowed=near(text, known.names))
            return ""
        return code

    def among(self, attr: str, allowed: Iterable[str], fault: str) -> tuple[str, ...]:
        """The parts of a list cell that are among the allowed texts, the others faulted."""
        names = tuple(allowed)
        # With no name known at all, the fault lies elsewhere and is said there.
        by_key = {match_key(name): name for name in names}
        found: list[str] = []
        for text in self.texts(attr):
            name = by_key.get(match_key(text))
            if name is None and names:
                self.fault(fault, attr, text, allowed=near(text, names))
            elif name is not None:
                found.append(name)
        return tuple(found)

    def quantity(self, attr: str) -> Quantity | None:
        """The number of a cell, None where blank or none."""
        cell = self.cell(attr)
        if cell is None:
            return None
        read = read_quantity(cell)
        if isinstance(read, str):
            self.fault(read, attr, cell.text)
            return None
        return read

    def integer(self, attr: str, least: int, most: int) -> int | None:
        """A whole number within limits, None where blank or faulty."""
        read = self.quantity(attr)
        if read is None:
            return None
        number = read.value
        if number != number.to_integral_value() or not Decimal(least) <= number <= Decimal(most):
            shown = self.text(attr)
            self.fault("number.range", attr, shown, least=str(least), most=str(most))
            return None
        return int(number)

    def day(self, attr: str) -> date | None:
        """The date of a cell, None where blank or no date."""
        cell = self.cell(attr)
        if cell is None:
            return None
        found = read_date(cell)
        if found is None:
            self.fault("date.bad", attr, cell.text)
        return found

    def flag(self, attr: str) -> bool:
        """Yes or no; blank is no."""
        text = self.text(attr)
        if not text:
            return False
        flag = parse_flag(text)
        if flag is None:
            self.fault("flag.bad", attr, text)
        return bool(flag)

    def keyword(self, attr: str, table: Keywords[E], heading: str = "") -> E | None:
        """The meaning of a keyword, None where blank or not in the table."""
        text = self.text(attr)
        if not text:
            return None
        found = lookup(table, text)
        if found is None:
            allowed = listed(word.vi for word in table)
            named = heading or self._column(attr).vi
            self.fault("keyword.bad", attr, text, heading=named, allowed=allowed)
        return found

    def extra(self) -> dict[str, str]:
        """The non-blank cells under further headings, by heading."""
        cells = self.table.raw.cells
        return {
            heading: cells[self.number, column].text
            for column, heading in sorted(self.table.extra.items())
            if (self.number, column) in cells and not cells[self.number, column].problem
        }
