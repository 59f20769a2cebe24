"""The tidy data: one line per answer that counts, with the cell it came from.

The columns are a public contract. Values are text in every format but the workbook, where
numbers and days are real ones.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import Part
from toolkit.errors import ToolkitError
from toolkit.intake.model import AnswerValue, State
from toolkit.messages import text
from toolkit.programme.model import FormKind, Programme
from toolkit.register.reading import AnswerRow
from toolkit.report.as_text import harmless, plain, writing

COLUMNS = (
    "period",
    "unit",
    "form",
    "row",
    "field",
    "state",
    "value",
    "file",
    "sheet",
    "cell",
    "raw",
    "fault",
    "counted",
)
Line: TypeAlias = tuple[str, str, str, str, str, str, AnswerValue, str, str, str, str, str, str]
Values: TypeAlias = tuple[AnswerValue, ...]
Counts: TypeAlias = Mapping[tuple[str, str, str, str, str], Part]  # by the first five columns
FORMATS = ("csv", "parquet", "xlsx")
_COUNTING = frozenset(state.value for state in State if state.counts)

# Excel's own limits; the first row holds the headings, and days before March 1900 have
# another number there than everywhere else.
_ROWS_PER_SHEET = 1_048_576 - 1
_MAX_TEXT = 32_767
_FIRST_DAY = date(1900, 3, 1)
_LAST = 2**31  # after everything that has a place
# A workbook carries its day of creation; the same data are to give the same bytes.
_CREATED = datetime(2000, 1, 1)
_WIDTH = 12
_WIDTHS = {"field": 18, "state": 14, "value": 24, "file": 34, "sheet": 18, "raw": 24, "fault": 18}
_NO_FAULTS: Counts = MappingProxyType({})


def export_rows(
    programme: Programme, answers: Iterable[AnswerRow], faulty: Counts = _NO_FAULTS
) -> pd.DataFrame:
    """The answers as a table of ``COLUMNS``, from :meth:`Register.answers_frame_rows`.

    ``faulty`` are the answers with an error at their cell, as figures take them. Values stay
    Decimal, date, str or None. In the programme's order of periods, units, forms, rows and
    fields; what the programme does not know comes after it, by code.
    """
    lines: list[Line] = []
    for period, unit, form, row, field, state, value, raw, file, sheet, cell, _ in answers:
        part = faulty.get((period, unit, form, row, field)) if faulty else None
        if part is None:
            fault, counted = "", "yes" if state in _COUNTING else "no"
        else:
            fault, counted = part.fault, "marked" if part.state.counts else "no"
            value = part.value if value is None else value
        lines.append(
            (period, unit, form, row, field, state, value, file, sheet, cell, raw, fault, counted)
        )
    lines.sort(key=_order(programme, lines))
    return frame_of(COLUMNS, lines)


def frame_of(names: Sequence[str], lines: Sequence[Values]) -> pd.DataFrame:
    """Lines of values as a table that any of the writers takes; values stay what they are."""
    columns = list(zip(*lines, strict=True)) or [()] * len(names)
    return pd.DataFrame(
        {name: pd.Series(column, dtype=object) for name, column in zip(names, columns, strict=True)}
    )


def write(frame: pd.DataFrame, target: Path, kind: str, lang: str = "vi") -> None:
    """Write in one of ``FORMATS``; ToolkitError for any other, or when it cannot be written."""
    if kind == "csv":
        write_csv(frame, target)
    elif kind == "parquet":
        write_parquet(frame, target)
    elif kind == "xlsx":
        write_xlsx(frame, target, lang)
    else:
        raise ToolkitError("export.unknown_format", format=kind, known=", ".join(FORMATS))


def write_csv(frame: pd.DataFrame, target: Path) -> None:
    """As CSV in UTF-8 with the mark by which Excel knows it.

    A text that a spreadsheet program would run as a formula gets an apostrophe in front; a
    number never does. Raises ToolkitError when the file cannot be written.
    """
    with writing(target) as aside, aside.open("w", encoding="utf-8-sig", newline="") as stream:
        # RFC 4180; with "\n" alone the csv module would leave a lone "\r" in a text unquoted.
        out = csv.writer(stream, lineterminator="\r\n")
        out.writerow(frame.columns)
        out.writerows([harmless(value) for value in line] for line in _lines(frame))


def write_parquet(frame: pd.DataFrame, target: Path) -> None:
    """As Parquet, every column text; ``value`` is null where the answer holds none.

    Raises ToolkitError when the file cannot be written.
    """
    columns = [
        pa.array([None if value is None else plain(value) for value in frame[name]], pa.string())
        for name in frame.columns
    ]
    table = pa.Table.from_arrays(columns, names=list(frame.columns))
    with writing(target) as aside:
        pq.write_table(table, aside)


def write_xlsx(frame: pd.DataFrame, target: Path, lang: str = "vi") -> None:
    """As a workbook: real numbers and days, headings frozen, a filter on every column.

    Goes on on a further sheet where one is full. A number of more digits than Excel keeps
    is written as text, digit for digit. Raises ToolkitError when the file cannot be written.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "Times New Roman", "font_size": 11},
    }
    lines = _lines(frame)
    with writing(target) as aside, xlsxwriter.Workbook(str(aside), options) as book:
        book.set_properties({"created": _CREATED})
        looks = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"num_format": "dd/mm/yyyy"}),
        )
        sheets = max(1, -(-len(frame) // _ROWS_PER_SHEET))
        for number in range(1, sheets + 1):
            key = "export.sheet" if number == 1 else "export.sheet_next"
            sheet = book.add_worksheet(text(key, lang, number=number))
            _fill(sheet, list(frame.columns), list(islice(lines, _ROWS_PER_SHEET)), looks, lang)


def _fill(
    sheet: Worksheet,
    columns: Sequence[str],
    lines: Sequence[Values],
    looks: tuple[Format, Format],
    lang: str,
) -> None:
    bold, day = looks
    for column, name in enumerate(columns):
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
        sheet.write_string(0, column, name, bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(lines), len(columns) - 1)
    for row, line in enumerate(lines, 1):
        for column, value in enumerate(line):
            if isinstance(value, Decimal) and _is_exact(value):
                sheet.write_number(row, column, float(value))
            elif isinstance(value, date) and value >= _FIRST_DAY:
                sheet.write_datetime(row, column, value, day)
            elif value is not None:
                sheet.write_string(row, column, _fitting(plain(value), lang))


def _is_exact(value: Decimal) -> bool:
    """Whether a spreadsheet's double gives this very number back."""
    return Decimal(repr(float(value))) == value


def _fitting(value: str, lang: str) -> str:
    if len(value) <= _MAX_TEXT:
        return value
    mark = text("export.cut", lang, count=len(value))  # the longest the mark can become
    kept = _MAX_TEXT - len(mark)
    return value[:kept] + text("export.cut", lang, count=len(value) - kept)


def _lines(frame: pd.DataFrame) -> Iterator[Values]:
    return zip(*(frame[name] for name in frame.columns), strict=True)


def _order(programme: Programme, lines: Iterable[Line]) -> Callable[[Line], tuple[int, int, int]]:
    """The sort key of a line: its place among the periods, units and cells that occur."""
    periods, units, cells = set(), set(), set()
    for period, unit, form, row, field, *_ in lines:
        periods.add(period)
        units.add(unit)
        cells.add((form, row, field))
    period_at = _places(periods, [p.code for p in programme.periods])
    unit_at = _places(units, [u.code for u in programme.units])
    cell_at = {cell: i for i, cell in enumerate(sorted(cells, key=_cell_order(programme)))}

    def key(line: Line) -> tuple[int, int, int]:
        return period_at[line[0]], unit_at[line[1]], cell_at[line[2:5]]

    return key


def _places(found: Iterable[str], known: Sequence[str]) -> dict[str, int]:
    """The codes found by place: those known in their order, then the others by code."""
    rank = {code: i for i, code in enumerate(known)}
    ordered = sorted(found, key=lambda code: (rank.get(code, len(rank)), code))
    return {code: i for i, code in enumerate(ordered)}


def _cell_order(
    programme: Programme,
) -> Callable[[tuple[str, str, str]], tuple[int, str, int, str, int, str]]:
    """The sort key of form, row and field: all three as the template has them."""
    forms = {form.code: i for i, form in enumerate(programme.forms)}
    fields = {
        (form.code, field.code): i
        for form in programme.forms
        for i, field in enumerate(form.fields)
    }
    items: Mapping[tuple[str, str], int] = {
        (form.code, item.code): i
        for form in programme.forms
        if form.kind is FormKind.FIXED
        for i, item in enumerate(programme.items(form))
    }

    def key(cell: tuple[str, str, str]) -> tuple[int, str, int, str, int, str]:
        form, row, field = cell
        # FIXED: the item's place; QUESTIONS: the field's; OPEN: the number itself.
        row_at = items.get((form, row), fields.get((form, row)))
        if row_at is None:
            row_at = int(row) if row.isdecimal() else _LAST
        return (
            forms.get(form, _LAST),
            form,
            row_at,
            row,
            fields.get((form, field), _LAST),
            field,
        )

    return key
