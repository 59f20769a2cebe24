"""The long lists of the summary workbook: rows of open forms, every answer with its source,
findings, source files. One row per thing, a filter on the headings."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.control import ControlTotal
from toolkit.consolidate.model import Consolidation, Figure, FormTable, Part, TableRow
from toolkit.findings import Severity
from toolkit.intake.model import State
from toolkit.messages import message
from toolkit.programme.model import FormKind
from toolkit.report.summary.grid import ROW_COUNT
from toolkit.report.summary.pen import (
    BODY_SIZE,
    MOST_LINKS,
    SMALL_SIZE,
    Pen,
    height,
    link_to,
    page_setup,
    spread,
    unit_height,
)

_HEAD_ROW = 3
_NOTE_ROW = 2
_LABEL_LENGTH = 48  # letters of a row's name in the list of answers: one line
# Excel's sheets end at row 1,048,576, and what is written beyond is dropped without a word.
MOST_ROWS = 1_000_000
# More answers than this nobody reads in a workbook, and it would open slowly or not at all.
MOST_DETAILS = 100_000


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list, by its heading."""

    key: str  # of the heading in the catalogue: report.head.<key>; or "=" + the heading itself
    width: float
    centred: bool = False


def draw_list(
    sheet: Worksheet,
    pen: Pen,
    title: str,
    columns: Sequence[ListColumn],
    rows: Iterable[Sequence[object]],
    links: dict[tuple[int, int], str] | None = None,
    left_out: int = 0,
) -> int:
    """Draw a list with frozen, filterable headings; returns how many rows it has.

    ``links`` maps (row of the list, column) to a target. ``left_out`` are rows that the
    caller does not give because they are too many; where ``rows`` are more than a sheet
    holds, the last ones are left out too. The sheet then says how many and where they are.
    """
    shown = list(rows)
    left_out += len(shown[MOST_ROWS:])
    formats = pen.formats
    last = len(columns) - 1
    spread(sheet, 0, (0, last), title, formats.title)
    sheet.set_row(0, 22)
    up = f"internal:'{pen.say('sheet.overview')}'!A1"
    sheet.write_url(1, 0, up, formats.link, pen.say("up"))
    if not left_out:
        spread(sheet, _NOTE_ROW, (0, last), pen.period, formats.subtitle)
    heads = []
    for index, column in enumerate(columns):
        words = column.key[1:] if column.key[0] == "=" else pen.say(f"head.{column.key}")
        sheet.write_string(_HEAD_ROW, index, words, formats.head)
        sheet.set_column(index, index, column.width)
        # the arrow of the filter takes some room
        heads.append((words, column.width - 2, float(BODY_SIZE), True))
    sheet.set_row(_HEAD_ROW, height(*heads))
    if left_out:
        words = pen.say("left_out", shown=len(shown[:MOST_ROWS]), left=left_out)
        words = f"{pen.period}. {words}"
        spread(sheet, _NOTE_ROW, (0, last), words, formats.note)
        width = sum(column.width for column in columns)
        sheet.set_row(_NOTE_ROW, height((words, width, float(SMALL_SIZE), False)))
    count = 0
    for count, values in enumerate(shown[:MOST_ROWS], 1):
        row = _HEAD_ROW + count
        for index, value in enumerate(values):
            target = (links or {}).get((count - 1, index))
            if target:
                look = formats.boxed(font_color="#1F4E9E", underline=1, font_size=10)
                sheet.write_url(row, index, target, look, "")
            else:
                look = None
            _write(sheet, pen, row, index, value, centred=columns[index].centred, look=look)
        # Neither Excel nor LibreOffice fits the rows of a file it did not write itself.
        texts = [
            (value, column.width, float(SMALL_SIZE), False)
            for value, column in zip(values, columns, strict=True)
            if isinstance(value, str)
        ]
        sheet.set_row(row, unit_height(texts))
    sheet.autofilter(_HEAD_ROW, 0, _HEAD_ROW + max(count, 1), last)
    sheet.freeze_panes(_HEAD_ROW + 1, 0)
    page_setup(sheet, pen, last, (_HEAD_ROW, _HEAD_ROW))
    return count


def _write(
    sheet: Worksheet, pen: Pen, row: int, column: int, value: object, *, centred: bool, look: object
) -> None:
    align = {"align": "center"} if centred else {}
    formats = pen.formats
    if isinstance(value, bool) or value is None:
        value = "" if value is None else str(value)
    if isinstance(value, Decimal | int):
        whole = isinstance(value, int) or value == value.to_integral_value()
        number = formats.boxed(
            font_size=10,
            align="center" if centred else "right",
            num_format="#,##0" if whole else "#,##0.####",
        )
        sheet.write_number(row, column, float(value), number)
    elif isinstance(value, date):
        day = formats.boxed(font_size=10, align="center", num_format="dd/mm/yyyy")
        sheet.write_datetime(row, column, value, day)
    else:
        text_look = look or formats.boxed(font_size=10, **align)
        sheet.write_string(row, column, str(value), text_look)


# --- rows of open forms -------------------------------------------------------------------


def draw_entries(sheet: Worksheet, table: FormTable, pen: Pen, title: str) -> None:
    """Every filled row of an open form, as the units sent it."""
    fields = table.form.fields
    columns = [ListColumn("tt", 6, centred=True), ListColumn("unit", 20), ListColumn("period", 13)]
    columns += [ListColumn("=" + f.title, min(34, max(11, f.width or 14))) for f in fields]
    columns += [ListColumn("file", 26), ListColumn("cell", 10, centred=True)]
    rows: list[list[object]] = []
    links = {}
    for place, entry in enumerate(table.entries):
        parts = [entry.answers.get(f.code) for f in fields]
        first = next((p for p in parts if p is not None), None)
        row: list[object] = [place + 1, entry.unit.name, entry.period.name]
        row += [_shown(part, pen) for part in parts]
        row += [first.file if first else "", first.cell if first else ""]
        rows.append(row)
        if first and first.stored and place < MOST_LINKS:
            links[place, len(row) - 2] = link_to(first)
    draw_list(sheet, pen, title, columns, rows, links)


def _shown(part: Part | None, pen: Pen) -> object:
    if part is None or (part.value is None and part.state is State.MISSING):
        return ""
    return pen.say(f"state.{part.state}") if part.value is None else part.value


# --- every answer with its source ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Detail:
    form: str
    label: str
    field: str
    part: Part


def _details(consolidation: Consolidation) -> Iterable[_Detail]:
    for table in consolidation.tables:
        form = table.form
        titles = {f.code: f.title for f in form.fields}
        if form.kind is FormKind.OPEN:
            for entry in table.entries:
                for code, part in entry.answers.items():
                    yield _Detail(form.name, f"#{entry.row}", titles.get(code, code), part)
            continue
        for row in table.rows:
            label = _row_name(row)
            for line in row.lines:
                for period in table.periods:
                    for code, figure in line.by_period.get(period.code, {}).items():
                        yield from _parts(form.name, label, titles.get(code, code), figure)


def _row_name(row: TableRow) -> str:
    """The row's number and the beginning of its text; it stands whole on the form's sheet."""
    number = f"{row.item.number}. " if row.item and row.item.number else ""
    return number + textwrap.shorten(row.label, _LABEL_LENGTH, placeholder=" …")


def _parts(form: str, label: str, title: str, figure: Figure) -> Iterable[_Detail]:
    if title == ROW_COUNT:
        return
    for part in figure.parts:
        yield _Detail(form, label, title, part)


def _state_words(part: Part, pen: Pen) -> str:
    """The state of an answer, and that it is at fault where it was taken in all the same."""
    words = pen.say(f"state.{part.state}")
    return f"{words} ({pen.say('state.taken')})" if part.fault and part.state.counts else words


def draw_details(sheet: Worksheet, consolidation: Consolidation, pen: Pen) -> None:
    """One row per answer that was asked for and returned: value, state, file, sheet, cell."""
    columns = (
        ListColumn("period", 13),
        ListColumn("unit", 20),
        ListColumn("form", 36),
        ListColumn("row", 42),
        ListColumn("field", 22),
        ListColumn("state", 13, centred=True),
        ListColumn("value", 44),
        ListColumn("file", 38),
        ListColumn("sheet", 27),
        ListColumn("cell", 8, centred=True),
    )
    units = {u.code: u.name for u in consolidation.programme.units}
    periods = {p.code: p.name for p in consolidation.programme.periods}
    rows: list[Sequence[object]] = []
    links = {}
    asked = sum(1 for _ in _details(consolidation))
    left_out = asked if asked > MOST_DETAILS else 0
    for place, detail in enumerate(() if left_out else _details(consolidation)):
        part = detail.part
        rows.append(
            (
                periods[part.period],
                units[part.unit],
                detail.form,
                detail.label,
                detail.field,
                _state_words(part, pen),
                part.value if part.value is not None else "",
                part.file,
                part.sheet,
                part.cell,
            )
        )
        if part.stored and place < MOST_LINKS:
            links[place, 7] = link_to(part)
    draw_list(sheet, pen, pen.say("title.details"), columns, rows, links, left_out)


# --- findings and sources -----------------------------------------------------------------


def draw_findings(sheet: Worksheet, consolidation: Consolidation, pen: Pen) -> None:
    """What was found in the returns that count, errors first within a unit."""
    columns = (
        ListColumn("period", 13),
        ListColumn("unit", 22),
        ListColumn("severity", 11, centred=True),
        ListColumn("sheet", 22),
        ListColumn("cell", 8, centred=True),
        ListColumn("found", 18),
        ListColumn("said", 70),
        ListColumn("file", 30),
    )
    units = {u.code: u.name for u in consolidation.programme.units}
    periods = {p.code: p.name for p in consolidation.programme.periods}
    order = list(Severity)
    rows = [
        (
            periods[source.period],
            units[source.unit],
            pen.say(f"severity.{finding.severity}"),
            finding.address.sheet,
            finding.address.cell,
            finding.found,
            message(finding, pen.lang),
            source.file,
        )
        for source in consolidation.sources
        for finding in sorted(source.findings, key=lambda f: order.index(f.severity))
    ]
    rows += [
        (
            periods.get(one.part.period, one.part.period),
            units.get(one.part.unit, one.part.unit),
            pen.say("severity.warning"),
            one.part.sheet,
            one.part.cell,
            str(one.part.value if one.part.value is not None else ""),
            pen.say(f"unplaced.{one.reason}"),
            one.part.file,
        )
        for one in consolidation.unplaced
    ]
    draw_list(sheet, pen, pen.say("title.findings"), columns, rows)


def draw_sources(
    sheet: Worksheet,
    consolidation: Consolidation,
    controls: Sequence[ControlTotal],
    pen: Pen,
) -> None:
    """The returns that count, each with the balance of its cells and its hash; below them the
    control totals: the same sums from the originals, the register and this workbook."""
    columns = (
        ListColumn("period", 13),
        ListColumn("unit", 22),
        ListColumn("received", 12),
        ListColumn("file", 34),
        ListColumn("nonempty", 11),
        ListColumn("used", 11),
        ListColumn("ignored", 11),
        ListColumn("rejected", 11),
        ListColumn("balance", 12, centred=True),
        ListColumn("sha256", 68),
    )
    units = {u.code: u.name for u in consolidation.programme.units}
    periods = {p.code: p.name for p in consolidation.programme.periods}
    rows = []
    for source in consolidation.sources:
        ledgers = source.ledgers.values()
        counts = [
            sum(getattr(ledger, name) for ledger in ledgers)
            for name in ("nonempty", "used", "ignored", "rejected")
        ]
        balanced = counts[0] == sum(counts[1:])
        rows.append(
            (
                periods[source.period],
                units[source.unit],
                source.received,
                source.file,
                *counts,
                pen.say("balanced" if balanced else "unbalanced"),
                source.sha256,
            )
        )
    count = draw_list(sheet, pen, pen.say("title.sources"), columns, rows)
    _controls(sheet, _HEAD_ROW + count + 2, consolidation, controls, pen)


def _controls(
    sheet: Worksheet,
    row: int,
    consolidation: Consolidation,
    controls: Sequence[ControlTotal],
    pen: Pen,
) -> None:
    formats = pen.formats
    sheet.write_string(row, 0, pen.say("title.controls"), formats.get(bold=True, font_size=12))
    keys = ("form", "", "", "field", "cells", "originals", "register", "summary", "balance")
    for index, key in enumerate(keys):
        sheet.write_string(row + 1, index, pen.say(f"head.{key}") if key else "", formats.head)
    sheet.merge_range(row + 1, 0, row + 1, 2, pen.say("head.form"), formats.head)
    for line, one in enumerate(controls, row + 2):
        form = consolidation.programme.form(one.form)
        sheet.merge_range(line, 0, line, 2, "", formats.boxed(font_size=10))
        sheet.write_string(line, 0, form.name, formats.boxed(font_size=10))
        values = (form.field(one.field).title, one.cells, one.originals, one.register, one.summary)
        for index, value in enumerate(values, 3):
            _write(sheet, pen, line, index, value, centred=False, look=None)
        words = pen.say("balanced" if one.balanced else "unbalanced")
        _write(sheet, pen, line, len(keys) - 1, words, centred=True, look=None)
    sheet.print_area(0, 0, row + 1 + len(controls), 9)
