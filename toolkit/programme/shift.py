"""Moving a programme's tables to another year: periods, due dates and what refers to them.

Only what is a year of reporting moves. Numbers of documents and dates of resolutions inside
texts of tasks, guidance or rules stay as they are.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from toolkit.programme.faults import Faults
from toolkit.programme.read import Cell, RawBook, RawTable
from toolkit.programme.schema import (
    FIELDS,
    FORMS,
    INDICATORS,
    PERIODS,
    PROGRAMME,
    PROGRAMME_KEYS,
    RULES,
    TASKS,
    WAIVERS,
    Sheet,
    find_sheet,
)
from toolkit.programme.table import Table, bind
from toolkit.programme.values import parse_date, parse_list
from toolkit.text import match_key

_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
# In the name of a programme: neither the year of a date or document (11/7/2022,
# 12/2024/NQ-HĐND) nor the end of a span of years (2022-2026).
_NAME_YEAR = re.compile(r"(?<!\d)(?<!\d[/.\-–])(\d{4})(?!\d)(?!\s?[\-–]\s?\d)(?!/)")

Change = Callable[[str], str]


def book_year(book: RawBook) -> int | None:
    """The year the sheet Chương trình states, or None."""
    shown = programme_values(book).get("year", "")
    return int(shown) if shown.isascii() and shown.isdigit() else None


def programme_values(book: RawBook) -> dict[str, str]:
    """The texts of the sheet Chương trình by key; of repeated keys the first."""
    table = _tables(book).get(PROGRAMME.key)
    if table is None:
        return {}
    found: dict[str, str] = {}
    for row in table.rows(Faults()):
        key = _programme_key(row.line("key"))
        if key:
            found.setdefault(key, row.line("value"))
    return found


def _programme_key(name: str) -> str:
    names = {match_key(n): key.attr for key in PROGRAMME_KEYS for n in (key.vi, key.en)}
    return names.get(match_key(name), "")


def _tables(book: RawBook) -> dict[str, Table]:
    found: dict[str, Table] = {}
    for raw in book.tables:
        spec = find_sheet(raw.sheet)
        table = bind(raw, spec, Faults()) if spec is not None else None
        if table is not None:
            found[table.sheet.key] = table
    return found


# --- dates and texts ----------------------------------------------------------------------


def moved_start(day: date, years: int) -> date:
    """A first day moved by years; a 29 February that is not there becomes 1 March."""
    if (day.month, day.day) == (2, 29) and not calendar.isleap(day.year + years):
        return date(day.year + years, 3, 1)
    return day.replace(year=day.year + years)


def moved_end(day: date, years: int) -> date:
    """A last day moved by years; the last day of February stays the last day."""
    year = day.year + years
    if day.month == 2 and day.day == calendar.monthrange(day.year, 2)[1]:
        return date(year, 2, calendar.monthrange(year, 2)[1])
    return day.replace(year=year)


def moved_due(day: date, years: int) -> date:
    """A due date moved by years; a 29 February that is not there becomes the 28th."""
    if (day.month, day.day) == (2, 29) and not calendar.isleap(day.year + years):
        return date(day.year + years, 2, 28)
    return day.replace(year=day.year + years)


def _on_dates(move: Callable[[date, int], date], years: int) -> Change:
    def change(text: str) -> str:
        day = parse_date(text)
        return move(day, years).strftime("%d/%m/%Y") if day is not None else text

    return change


def _on_years(base: int, years: int) -> Change:
    """Every year next to the programme's own, in codes and names of periods."""
    known = range(base - 1, base + 2)

    def moved(found: re.Match[str]) -> str:
        year = int(found.group())
        return str(year + years) if year in known else found.group()

    return lambda text: _YEAR.sub(moved, text)


def moved_name(name: str, base: int, years: int) -> str:
    """The name of a programme with its own year moved, and no other."""

    def moved(found: re.Match[str]) -> str:
        return str(base + years) if int(found.group(1)) == base else found.group()

    return _NAME_YEAR.sub(moved, name)


# --- tables -------------------------------------------------------------------------------


def move_year(book: RawBook, year: int) -> RawBook:
    """The book with its periods, what refers to them and its own year moved to ``year``.

    Limits of date columns move too: they stand around the year of reporting. The units'
    dates of validity stay: they are facts. Unchanged where the book states no year.
    """
    base = book_year(book)
    if base is None or base == year:
        return book
    years = year - base
    tables = _tables(book)
    renamed = _on_years(base, years)
    codes = _column_texts(tables.get(PERIODS.key), "code")
    names = _column_texts(tables.get(PERIODS.key), "name")
    by_code = {match_key(code): renamed(code) for code in codes}
    by_name = {match_key(name): renamed(name) for name in names}

    def references(text: str) -> str:
        return "; ".join(by_code.get(match_key(part), part) for part in parse_list(text))

    def period_name(text: str) -> str:
        return by_name.get(match_key(text), text)

    changes: Mapping[str, Mapping[str, Change]] = {
        PERIODS.key: {
            "code": renamed,
            "name": renamed,
            "start": _on_dates(moved_start, years),
            "end": _on_dates(moved_end, years),
            "due": _on_dates(moved_due, years),
            "within": references,
        },
        FORMS.key: {"periods": references},
        RULES.key: {"periods": references},
        WAIVERS.key: {"periods": references},
        FIELDS.key: {
            "minimum": _on_dates(moved_start, years),
            "maximum": _on_dates(moved_end, years),
        },
        # "Năm 2024" as the time of a task names a period and moves with it.
        TASKS.key: {"due": period_name},
        INDICATORS.key: {"due": period_name},
    }
    moved = [_moved_table(raw, tables, changes, base, years) for raw in book.tables]
    return replace(book, tables=tuple(moved))


def _column_texts(table: Table | None, attr: str) -> list[str]:
    if table is None or attr not in table.columns:
        return []
    column = table.columns[attr]
    return [cell.text for (row, at), cell in table.raw.cells.items() if at == column and row > 1]


def _moved_table(
    raw: RawTable,
    tables: Mapping[str, Table],
    changes: Mapping[str, Mapping[str, Change]],
    base: int,
    years: int,
) -> RawTable:
    spec: Sheet | None = find_sheet(raw.sheet)
    if spec is None or spec.key not in tables:
        return raw
    table = tables[spec.key]
    if spec.key == PROGRAMME.key:
        return _moved_head(table, base, years)
    by_column = {
        table.columns[attr]: change
        for attr, change in changes.get(spec.key, {}).items()
        if attr in table.columns
    }
    cells = {
        place: Cell(by_column[place[1]](cell.text))
        if place[0] > 1 and place[1] in by_column and not cell.percent
        else cell
        for place, cell in raw.cells.items()
    }
    return replace(raw, cells=cells)


def _moved_head(table: Table, base: int, years: int) -> RawTable:
    cells = dict(table.raw.cells)
    keys, values = table.columns.get("key"), table.columns.get("value")
    for (row, column), cell in table.raw.cells.items():
        if column != keys or values is None or (row, values) not in cells:
            continue
        shown = cells[row, values].text
        key = _programme_key(cell.text)
        if key == "year":
            cells[row, values] = Cell(str(base + years))
        elif key == "name":
            cells[row, values] = Cell(moved_name(shown, base, years))
        elif key == "code":
            cells[row, values] = Cell(_on_years(base, years)(shown))
    return replace(table.raw, cells=cells)
