"""The lists of the summary workbook: rows of open forms, every answer with its source,
findings, source files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.control import ControlTotal
from toolkit.consolidate.model import Consolidation, FormTable, Part
from toolkit.findings import Severity
from toolkit.intake.model import State
from toolkit.messages import message
from toolkit.report.summary.details import COLUMNS, LINKED, detail_rows
from toolkit.report.summary.lists import HEAD_ROW, Cells, ListColumn, draw_list
from toolkit.report.summary.pen import Pen
from toolkit.report.summary.spill import Listed, Row

# The headings of the control totals, the first over three columns.
_CONTROLS = ("form", "", "", "field", "cells", "originals", "register", "summary", "balance")


# --- rows of open forms -------------------------------------------------------------------


def draw_entries(sheet: Worksheet, table: FormTable, pen: Pen, title: str) -> None:
    """Every filled row of an open form, as the units sent it."""
    fields = table.form.fields
    columns = [ListColumn("tt", 6, centred=True), ListColumn("unit", 20), ListColumn("period", 13)]
    columns += [ListColumn("=" + f.title, min(34, max(11, f.width or 14))) for f in fields]
    columns += [ListColumn("file", 26), ListColumn("cell", 10, centred=True)]
    rows = _entry_rows(table, pen)
    # The link is on the cell: LibreOffice wraps no link, and the file's name is long.
    draw_list(sheet, pen, title, columns, rows, len(columns) - 1, numbered=3)


def _entry_rows(table: FormTable, pen: Pen) -> Iterator[Row]:
    for number, entry in enumerate(table.entries, 1):
        parts = [entry.answers.get(field.code) for field in table.form.fields]
        first = next((p for p in parts if p is not None), None)
        row: list[object] = [number, entry.unit.name, entry.period.name]
        row += [_shown(part, pen) for part in parts]
        row += [first.file if first else "", first.cell if first else ""]
        yield row, first


def _shown(part: Part | None, pen: Pen) -> object:
    if part is None or (part.value is None and part.state is State.MISSING):
        return ""
    return pen.say(f"state.{part.state}") if part.value is None else part.value


# --- every answer with its source ---------------------------------------------------------


def draw_details(
    sheet: Worksheet, consolidation: Consolidation, pen: Pen, listed: Listed | None
) -> None:
    """One row per answer that was asked for and returned: value, state, file, sheet, cell.

    ``listed`` is the list where it is written already.
    """
    placement = consolidation.placement
    returns = placement.returns.items() if placement is not None else ()
    rows = detail_rows(pen, returns)
    draw_list(sheet, pen, pen.say("title.details"), COLUMNS, rows, LINKED, listed=listed)


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
    order = {severity: place for place, severity in enumerate(Severity)}
    found = (
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
        for finding in sorted(source.findings, key=lambda f: order[f.severity])
    )
    unplaced = (
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
    )
    rows = ((values, None) for values in chain(found, unplaced))
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
    rows = _source_rows(consolidation, pen)
    count = draw_list(sheet, pen, pen.say("title.sources"), columns, rows)
    _controls(sheet, HEAD_ROW + count + 2, consolidation, controls, pen)


def _source_rows(consolidation: Consolidation, pen: Pen) -> Iterator[Row]:
    units = {u.code: u.name for u in consolidation.programme.units}
    periods = {p.code: p.name for p in consolidation.programme.periods}
    said = {True: pen.say("balanced"), False: pen.say("unbalanced")}
    for source in consolidation.sources:
        balance = source.balance
        counts = (balance.nonempty, balance.used, balance.ignored, balance.rejected)
        yield (
            (
                periods[source.period],
                units[source.unit],
                source.received,
                source.file,
                *counts,
                said[counts[0] == sum(counts[1:])],
                source.sha256,
            ),
            None,
        )


def _controls(
    sheet: Worksheet,
    row: int,
    consolidation: Consolidation,
    controls: Sequence[ControlTotal],
    pen: Pen,
) -> None:
    formats = pen.formats
    cells = Cells(sheet, pen, [ListColumn(key, 0.0) for key in _CONTROLS])
    sheet.write_string(row, 0, pen.say("title.controls"), formats.get(bold=True, font_size=12))
    for index, key in enumerate(_CONTROLS):
        sheet.write_string(row + 1, index, pen.say(f"head.{key}") if key else "", formats.head)
    sheet.merge_range(row + 1, 0, row + 1, 2, pen.say("head.form"), formats.head)
    for line, one in enumerate(controls, row + 2):
        form = consolidation.programme.form(one.form)
        sheet.merge_range(line, 0, line, 2, "", formats.boxed(font_size=10))
        sheet.write_string(line, 0, form.name, formats.boxed(font_size=10))
        values = (form.field(one.field).title, one.cells, one.originals, one.register, one.summary)
        for index, value in enumerate(values, 3):
            cells.write(line, index, value)
        words = pen.say("balanced" if one.balanced else "unbalanced")
        balance = len(_CONTROLS) - 1
        sheet.write_string(line, balance, words, formats.boxed(font_size=10, align="center"))
    sheet.print_area(0, 0, row + 1 + len(controls), 9)
