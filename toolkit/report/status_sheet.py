"""The return status as a workbook on A4: who has sent, on time, late, returned, missing.

Two sheets: a matrix of units and periods to print and hang up, and a list with real dates to
filter. A state is a word first and a colour second, so that a grey print tells the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.model import ACCEPTED, PeriodStatus, ReturnState, UnitStatus
from toolkit.errors import ToolkitError
from toolkit.messages import text
from toolkit.programme.model import Programme, Unit
from toolkit.register.files import replacing
from toolkit.template.metrics import line_count

_FONT = "Times New Roman"
# The same status is to give the same bytes: a workbook carries its day of creation.
_CREATED = datetime(2000, 1, 1)
_A4 = 9

# Told apart by the colour-blind, and in grey from light to dark in this order.
_COLOURS: Mapping[str, str] = {
    ACCEPTED: "#FFFFFF",
    ReturnState.ON_TIME: "#E3F1E4",
    ReturnState.LATE: "#FFD97A",
    ReturnState.RETURNED: "#A9C8E8",
    ReturnState.MISSING: "#E39B8B",
}
_COUNTS = ("owed", "sent", "on_time", "late", "returned", "accepted")
_HEAD = "#D9D9D9"

_UNIT_COLUMN = 1
_FIRST_PERIOD = 2
_HEAD_ROW = 4
_LINE = 15.0  # points a line of text needs at 11 points
_DIGIT = 7.0  # pixels of a digit, what a column's width is counted in
_INSET = 14.0  # pixels of the indent and of the room beside the text


@dataclass(frozen=True, slots=True)
class _Formats:
    """Every format of the workbook, made once."""

    title: Format
    centre: Format
    head: Format
    text: Format
    number: Format
    bold: Format
    count: Format
    rate: Format
    day: Format
    note: Format
    state: Mapping[str, Format]  # by UnitStatus.shown
    none: Format


def write_status(
    programme: Programme,
    statuses: Sequence[PeriodStatus],
    target: Path,
    lang: str = "vi",
    unasked: Sequence[str] = (),
) -> None:
    """Write the status of ``statuses`` (one or more periods, in order) to ``target``.

    ``unasked`` are said below the list: files on record that are asked of nobody.

    The same status gives the same bytes. Raises ToolkitError when the file cannot be written.
    """
    # Names of units and files are text, whatever they look like.
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": _FONT, "font_size": 11},
    }
    try:
        with replacing(target) as aside, Workbook(str(aside), options) as book:
            book.set_properties({"title": text("status_sheet.title", lang), "created": _CREATED})
            name = text("status_sheet.sheet", lang)
            draw_status(book, book.add_worksheet(name), programme, statuses, lang)
            _list(book, statuses, _formats(book), lang, unasked)
    except (OSError, FileCreateError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ToolkitError("export.cannot_write", file=target, reason=reason) from error


def _formats(book: Workbook) -> _Formats:
    def look(**properties: object) -> Format:
        return book.add_format({"font_name": _FONT, "font_size": 11, **properties})

    cell = {"border": 1, "valign": "vcenter", "text_wrap": True}
    left = {**cell, "align": "left", "indent": 1}
    middle = {**cell, "align": "center"}
    return _Formats(
        title=look(bold=True, font_size=14, align="center"),
        centre=look(align="center", valign="vcenter", italic=True, text_wrap=True),
        head=look(**middle, bold=True, bg_color=_HEAD),
        text=look(**left),
        number=look(**middle, num_format="0"),
        bold=look(**left, bold=True),
        count=look(**middle, bold=True, num_format="0"),
        rate=look(**middle, bold=True, num_format="0.0%"),
        day=look(**middle, num_format="dd/mm/yyyy"),
        note=look(valign="top", align="left", text_wrap=True, indent=1),
        state={
            state: look(**middle, bg_color=colour, bold=state is ReturnState.MISSING)
            for state, colour in _COLOURS.items()
        },
        none=look(**middle, font_color="#595959", italic=True),
    )


# --- the matrix ---------------------------------------------------------------------------


def draw_status(
    book: Workbook,
    sheet: Worksheet,
    programme: Programme,
    statuses: Sequence[PeriodStatus],
    lang: str,
) -> None:
    """Draw the matrix of units and periods on a sheet of ``book``."""
    formats = _formats(book)
    several = len(statuses) > 1
    last = _FIRST_PERIOD + len(statuses) - 1 + (3 if several else 0)
    _page(sheet, lang, landscape=len(statuses) > 4)
    widths = _widths(len(statuses))
    _matrix_head(sheet, programme, statuses, widths, formats, lang)
    units = _units(programme, statuses)
    by_unit = [{one.unit.code: one for one in status.units} for status in statuses]
    for row, unit in enumerate(units, _HEAD_ROW + 1):
        _unit_row(sheet, row, unit, [found.get(unit.code) for found in by_unit], formats, lang)
    first, end = _HEAD_ROW + 1, _HEAD_ROW + len(units)
    after = _totals(sheet, end + 1, statuses, formats, lang)
    _legend(sheet, after + 1, last, widths, formats, lang)
    sheet.freeze_panes(first, _FIRST_PERIOD)
    sheet.repeat_rows(_HEAD_ROW)


def _page(sheet: Worksheet, lang: str, *, landscape: bool) -> None:
    sheet.set_paper(_A4)
    if landscape:
        sheet.set_landscape()
    sheet.set_margins(left=0.6, right=0.4, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    sheet.set_footer(f'&C&"{_FONT}"&10{text("status_sheet.page", lang)} &P/&N')


def _matrix_head(
    sheet: Worksheet,
    programme: Programme,
    statuses: Sequence[PeriodStatus],
    widths: Sequence[float],
    formats: _Formats,
    lang: str,
) -> None:
    title, last = text("status_sheet.title", lang), len(widths) - 1
    for row, (words, look) in enumerate(
        (
            (" - ".join(programme.issuers), formats.centre),
            (title, formats.title),
            (programme.name, formats.centre),
        )
    ):
        sheet.merge_range(row, 0, row, last, "", look)
        sheet.write_string(row, 0, words, look)
        sheet.set_row(row, 21 if words == title else _height(words, sum(widths)) * _LINE)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    heads = [text("status_sheet.number", lang), text("status_sheet.unit", lang)]
    heads += [_period_head(status, lang) for status in statuses]
    if len(statuses) > 1:
        heads += [text(f"status_sheet.{key}", lang) for key in ("owed", "sent", "on_time")]
    for column, head in enumerate(heads):
        sheet.write_string(_HEAD_ROW, column, head, formats.head)
    sheet.set_row(_HEAD_ROW, 2 * _LINE + 6)


def _period_head(status: PeriodStatus, lang: str) -> str:
    period = status.period
    if period.due is None:
        return text("status_sheet.period_head_no_due", lang, period=period.name)
    return text("status_sheet.period_head", lang, period=period.name, due=_shown(period.due))


def _units(programme: Programme, statuses: Sequence[PeriodStatus]) -> tuple[Unit, ...]:
    """The units that owe anything in one of the periods, in official order."""
    owing = {one.unit.code for status in statuses for one in status.units}
    return tuple(unit for unit in programme.units if unit.code in owing)


def _unit_row(
    sheet: Worksheet,
    row: int,
    unit: Unit,
    found: Sequence[UnitStatus | None],
    formats: _Formats,
    lang: str,
) -> None:
    """One unit; ``found`` is its status in each period, None where it owes nothing."""
    sheet.write_number(row, 0, row - _HEAD_ROW, formats.number)
    sheet.write_string(row, _UNIT_COLUMN, unit.name, formats.text)
    width = _period_width(len(found))
    single = len(found) == 1
    lines = [1 if single else 2, _height(unit.name, _widths(len(found))[_UNIT_COLUMN])]
    for column, one in enumerate(found, _FIRST_PERIOD):
        if one is None:
            sheet.write_string(row, column, text("status_sheet.not_asked", lang), formats.none)
            continue
        said = status_words(one, lang)
        if single:  # its column is wide
            said = said.replace("\n", ", ")
        lines.append(_height(said, width))
        sheet.write_string(row, column, said, formats.state[one.shown])
    # Excel does not grow the rows of a file it did not write itself.
    sheet.set_row(row, max(lines) * _LINE + 2)
    if len(found) > 1:
        owed = [one for one in found if one is not None]
        sent = [one for one in owed if one.received is not None]
        counts = (len(owed), len(sent), sum(one.late_days == 0 for one in sent))
        for column, count in enumerate(counts, _FIRST_PERIOD + len(found)):
            sheet.write_number(row, column, count, formats.count)


def _period_width(periods: int) -> float:
    """Characters a period's column is wide: narrower where there are many."""
    return 46 if periods == 1 else 20.5 if periods <= 4 else 17


def _widths(periods: int) -> list[float]:
    """Characters of every column of the matrix; one period alone fills the page too."""
    if periods == 1:
        return [5, 34, _period_width(1)]
    return [5, 26, *[_period_width(periods)] * periods, 9, 9, 9]


def _height(said: str, width: float) -> int:
    """How many lines a text takes in a column of that width."""
    return line_count(said, width * _DIGIT - _INSET, 11)


def status_words(one: UnitStatus, lang: str) -> str:
    """The state in words, the day of receipt and the days late, on two lines."""
    if one.received is None:
        return text("status_sheet.cell.missing", lang)
    key = one.shown
    if one.accepted and one.late_days:
        key = "accepted_late"
    elif key == ReturnState.ON_TIME and one.period.due is None:
        key = "on_time_no_due"
    elif key == ReturnState.RETURNED and one.late_days:
        key = "returned_late"
    return text(f"status_sheet.cell.{key}", lang, received=_shown(one.received), days=one.late_days)


def _totals(
    sheet: Worksheet, row: int, statuses: Sequence[PeriodStatus], formats: _Formats, lang: str
) -> int:
    """Counts and rates below the matrix; the row after them.

    Counts of a period are the status's own; what is missing, the rates and the totals over
    the periods are live formulas over them.
    """
    at = {key: row + i for i, key in enumerate((*_COUNTS, "missing", "rate_sent", "rate_on_time"))}
    for key, line in at.items():
        label = text(f"status_sheet.{key}", lang)
        sheet.merge_range(line, 0, line, _UNIT_COLUMN, "", formats.bold)
        sheet.write_string(line, 0, label, formats.bold)
        sheet.set_row(line, _LINE + 4)
    every = [dict(zip(_COUNTS, _counts(s), strict=True)) for s in statuses]
    for column, counts in enumerate(every, _FIRST_PERIOD):
        for key, count in counts.items():
            sheet.write_number(at[key], column, count, formats.count)
        _derived(sheet, column, at, counts, formats)
    if len(statuses) > 1:
        column = _FIRST_PERIOD + len(statuses)
        for line in at.values():
            sheet.merge_range(line, column, line, column + 2, "", formats.count)
        sums = {key: sum(counts[key] for counts in every) for key in _COUNTS}
        for key, total in sums.items():
            over = xl_range(at[key], _FIRST_PERIOD, at[key], column - 1)
            sheet.write_formula(at[key], column, f"=SUM({over})", formats.count, total)
        _derived(sheet, column, at, sums, formats)
    return row + len(at)


def _counts(status: PeriodStatus) -> tuple[int, ...]:
    """The numbers of ``_COUNTS``."""
    return (
        status.expected,
        status.received,
        status.on_time,
        status.late,
        status.returned,
        status.accepted,
    )


def _derived(
    sheet: Worksheet,
    column: int,
    at: Mapping[str, int],
    counts: Mapping[str, int],
    formats: _Formats,
) -> None:
    """What is missing and the rates, as formulas over the counts above them."""
    cell = {key: xl_rowcol_to_cell(line, column) for key, line in at.items()}
    owed, sent = counts["owed"], counts["sent"]
    sheet.write_formula(
        at["missing"], column, f"={cell['owed']}-{cell['sent']}", formats.count, owed - sent
    )
    for rate, part in (("rate_sent", "sent"), ("rate_on_time", "on_time")):
        formula = f'=IF({cell["owed"]}=0,"",{cell[part]}/{cell["owed"]})'
        value = counts[part] / owed if owed else ""
        sheet.write_formula(at[rate], column, formula, formats.rate, value)


def _legend(
    sheet: Worksheet,
    row: int,
    last: int,
    widths: Sequence[float],
    formats: _Formats,
    lang: str,
) -> None:
    sheet.merge_range(row, 0, row, _UNIT_COLUMN, "", formats.note)
    sheet.write_string(row, 0, text("status_sheet.legend", lang), formats.note)
    for line, state in enumerate(_COLOURS, row + 1):
        name = text(f"status_sheet.{state}", lang)
        sheet.merge_range(line, 0, line, _UNIT_COLUMN, "", formats.state[state])
        sheet.write_string(line, 0, name, formats.state[state])
        said = text(f"status_sheet.legend_{state}", lang)
        _wide(sheet, line, last, said, formats.note)
        sheet.set_row(line, _height(said, sum(widths[_FIRST_PERIOD:])) * _LINE + 3)
    note_row = row + 1 + len(_COLOURS)
    sheet.merge_range(note_row, 0, note_row, max(last, _FIRST_PERIOD), "", formats.note)
    note = text("status_sheet.note", lang)
    sheet.write_string(note_row, 0, note, formats.note)
    sheet.set_row(note_row, _height(note, sum(widths)) * _LINE + 3)


def _wide(sheet: Worksheet, row: int, last: int, said: str, form: Format) -> None:
    if last > _FIRST_PERIOD:
        sheet.merge_range(row, _FIRST_PERIOD, row, last, "", form)
    sheet.write_string(row, _FIRST_PERIOD, said, form)


def _shown(day: date) -> str:
    return day.strftime("%d/%m/%Y")


# --- the list -----------------------------------------------------------------------------

_LIST = (  # heading, width
    ("period", 20),
    ("due", 12),
    ("code", 11),
    ("unit", 30),
    ("state", 20),
    ("received", 12),
    ("late_days", 9),
    ("errors", 8),
    ("warnings", 9),
    ("file", 54),
)


def _list(
    book: Workbook,
    statuses: Iterable[PeriodStatus],
    formats: _Formats,
    lang: str,
    unasked: Sequence[str],
) -> None:
    sheet = book.add_worksheet(text("status_sheet.list_sheet", lang))
    _page(sheet, lang, landscape=True)
    for column, (key, width) in enumerate(_LIST):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, text(f"status_sheet.{key}", lang), formats.head)
    sheet.set_row(0, 2 * _LINE + 4)
    owing = [one for status in statuses for one in status.units]
    for row, one in enumerate(owing, 1):
        _list_row(sheet, row, one, formats, lang)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(owing), len(_LIST) - 1)
    sheet.repeat_rows(0)
    if unasked:
        row, last = len(owing) + 2, len(_LIST) - 1
        head = text("succession.unasked.head", lang, count=len(unasked))
        for place, words in enumerate((head, *unasked), row):
            sheet.merge_range(place, 0, place, last, "", formats.text)
            sheet.write_string(place, 0, words, formats.text if place > row else formats.bold)
            sheet.set_row(place, _height(words, sum(w for _, w in _LIST)) * _LINE + 2)


def _list_row(sheet: Worksheet, row: int, one: UnitStatus, formats: _Formats, lang: str) -> None:
    state = text(f"status_sheet.{one.shown}", lang)
    values: tuple[tuple[str | int | date | None, Format], ...] = (
        (one.period.name, formats.text),
        (one.period.due, formats.day),
        (one.unit.code, formats.number),
        (one.unit.name, formats.text),
        (state, formats.state[one.shown]),
        (one.received, formats.day),
        (one.late_days if one.received else None, formats.number),
        (one.errors if one.received else None, formats.number),
        (one.warnings if one.received else None, formats.number),
        (one.file, formats.text),
    )
    for column, (value, form) in enumerate(values):
        if isinstance(value, date):
            sheet.write_datetime(row, column, value, form)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, form)
        elif not value:
            sheet.write_blank(row, column, None, form)
        else:
            sheet.write_string(row, column, value, form)
    lines = max(_height(one.unit.name, 30), _height(one.file, 54), _height(one.period.name, 20))
    sheet.set_row(row, lines * _LINE + 2)
