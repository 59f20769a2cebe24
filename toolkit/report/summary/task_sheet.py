"""The sheet of task progress: where each task of each unit stands, with a legend.

Every state has a mark of its own and a word in the legend, so that colour is never alone. Up
to a certain number of units there is a column for each; beyond it the counts stand, and the
units that are not where they should be are named.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.tasks import COUNTED, TaskCell, TaskLine, TaskState, tally
from toolkit.programme.due import DueKind
from toolkit.programme.model import Form, Unit
from toolkit.report.summary.arrears import draw_arrears, state_word
from toolkit.report.summary.block import (
    Cell,
    Column,
    Live,
    Marked,
    draw_cell,
    draw_head,
    draw_rows,
    draw_titles,
)
from toolkit.report.summary.pen import (
    SMALL_SIZE,
    Pen,
    column_numbers,
    height,
    page_setup,
    spread,
)
from toolkit.report.summary.titles import titles_of

# More columns than this cannot be read on one page of A4 any more.
MOST_UNITS = 32
# Marks that Times New Roman and its free likes hold, and pale colours under dark print.
MARKS = {
    TaskState.DONE: ("●", "#C6E0B4"),
    TaskState.ON_TRACK: ("►", "#E2EFDA"),
    TaskState.NOT_STARTED: ("○", "#F2F2F2"),
    TaskState.BEHIND: ("▲", "#FFE699"),
    TaskState.OVERDUE: ("▼", "#F4B084"),
    TaskState.UNKNOWN: ("?", "#D9D9D9"),
    TaskState.NOT_APPLICABLE: ("–", "#FFFFFF"),
}
_LEAD = (("tt", 6.0), ("task", 44.0), ("due", 13.0))
_TASK_LENGTH = 150  # letters
_COUNT_WIDTH, _UNIT_WIDTH, _NAMES_WIDTH = 8.0, 4.6, 60.0


def draw_tasks(sheet: Worksheet, lines: Sequence[TaskLine], frame: Sequence[str], pen: Pen) -> None:
    """The matrix of each form with tasks, the legend, and what is behind, overdue or unknown."""
    units = _units(lines)
    matrix = len(units) <= MOST_UNITS
    columns = list(_columns(units, pen, matrix=matrix))
    widths = [column.width for column in columns]
    draw_titles(sheet, pen, titles_of(frame, pen.say("tasks.title")), widths, pen.say("tasks.note"))
    row = _legend(sheet, 4, len(columns), widths, pen)
    for form, group in groupby(lines, key=lambda line: line.form):
        plan = _Plan(form, tuple(group), units if matrix else (), columns, row + 3)
        row = _block(sheet, plan, pen) + 1
    draw_arrears(sheet, row, lines, columns, pen)
    page_setup(sheet, pen, len(columns) - 1, None)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where one form stands: its tasks from row ``first`` on; ``units`` are those that have
    a column (none where there are too many)."""

    form: Form
    lines: tuple[TaskLine, ...]
    units: Sequence[Unit]
    columns: Sequence[Column]
    first: int

    @property
    def counts(self) -> int:
        """The column of the first count."""
        return len(_LEAD) + len(self.units)

    @property
    def below(self) -> int:
        """The row below the tasks."""
        return self.first + len(self.lines)

    def of_unit(self, unit: Unit) -> list[TaskCell]:
        """All cells of a unit."""
        return [cell for line in self.lines for cell in line.cells if cell.unit == unit]


def _units(lines: Sequence[TaskLine]) -> list[Unit]:
    """Every unit that has a task, in the order of the longest row first seen."""
    found: dict[str, Unit] = {}
    for line in lines:
        for cell in line.cells:
            found.setdefault(cell.unit.code, cell.unit)
    return sorted(found.values(), key=lambda unit: unit.order)


def _columns(units: Sequence[Unit], pen: Pen, *, matrix: bool) -> Iterator[Column]:
    for key, width in _LEAD:
        yield Column(pen.say(f"tasks.{key}"), width, "left" if key == "task" else "center")
    if matrix:
        for unit in units:
            yield Column(unit.short or unit.name, _UNIT_WIDTH, "center")
    for state in COUNTED:
        yield Column(f"{MARKS[state][0]} {state_word(state, pen)}", _COUNT_WIDTH, "center")
    if not matrix:
        yield Column(pen.say("tasks.names"), _NAMES_WIDTH)


def _legend(sheet: Worksheet, row: int, count: int, widths: Sequence[float], pen: Pen) -> int:
    """Mark and word of every state on one line, and the rule in short."""
    words = "    ".join(f"{mark} {state_word(state, pen)}" for state, (mark, _) in MARKS.items())
    spread(sheet, row, (0, count - 1), words, pen.formats.get(font_size=SMALL_SIZE, text_wrap=True))
    sheet.set_row(row, height((words, sum(widths), SMALL_SIZE, False)))
    rule = pen.say("tasks.rule")
    spread(sheet, row + 1, (0, count - 1), rule, pen.formats.note)
    sheet.set_row(row + 1, height((rule, sum(widths), SMALL_SIZE, False)))
    return row + 3


def _block(sheet: Worksheet, plan: _Plan, pen: Pen) -> int:
    """One form: its tasks, and below them the counts; returns the row below."""
    columns = plan.columns
    name = pen.formats.get(bold=True, font_size=12)
    spread(sheet, plan.first - 3, (0, len(columns) - 1), plan.form.name, name)
    _heads(sheet, plan.first - 2, columns, plan.units, pen)
    column_numbers(sheet, plan.first - 1, len(_LEAD), len(columns), pen)
    for row, line in enumerate(plan.lines, plan.first):
        cells = _matrix_cells(line, plan.units, row) if plan.units else _wide_cells(line, pen)
        draw_rows(sheet, pen, row, columns, [[*_lead(line, pen), *cells]])
    for place, state in enumerate(COUNTED):
        _foot(sheet, plan, place, state, pen)
    return plan.below + len(COUNTED)


def _heads(
    sheet: Worksheet, row: int, columns: Sequence[Column], units: Sequence[Unit], pen: Pen
) -> None:
    """The headings; those of the units stand on end."""
    draw_head(sheet, pen, row, columns)
    turned = pen.formats.boxed(
        bold=True, align="center", bg_color="#D9E2F3", rotation=90, font_size=SMALL_SIZE
    )
    longest = 8
    for index, unit in enumerate(units, len(_LEAD)):
        shown = unit.short or unit.name
        longest = max(longest, len(shown))
        sheet.write_string(row, index, shown, turned)
    for index, state in enumerate(COUNTED, len(_LEAD) + len(units)):
        ground = pen.formats.boxed(bold=True, align="center", bg_color=MARKS[state][1])
        sheet.write_string(row, index, columns[index].heading, ground)
    if units:
        sheet.set_row(row, min(180.0, max(54.0, longest * 6.2)))


def _lead(line: TaskLine, pen: Pen) -> list[Cell]:
    due = line.item.due
    if line.due.kind is DueKind.UNCLEAR:
        due = f"{due}\n({pen.say('tasks.unclear')})"
    # Whole on the form's own sheet; a row here is to be read at a glance.
    task = textwrap.shorten(line.item.text, _TASK_LENGTH, placeholder=" …")
    return [line.item.number, task, due or pen.say("tasks.no_due")]


def _matrix_cells(line: TaskLine, units: Sequence[Unit], row: int) -> list[Cell]:
    by_unit = {cell.unit.code: cell for cell in line.cells}
    first = len(_LEAD)
    cells: list[Cell] = []
    for unit in units:
        cell = by_unit.get(unit.code)
        cells.append(Marked(*MARKS[cell.state]) if cell is not None else "")
    span = xl_range(row, first, row, first + len(units) - 1)
    tally = line.tally
    return [*cells, *(_count(span, state, tally[state]) for state in COUNTED)]


def _count(span: str, state: TaskState, count: int) -> Live:
    """Counted by the very mark: COUNTIF would take "?" for any letter."""
    return Live(f'=SUMPRODUCT(--({span}="{MARKS[state][0]}"))', count)


def _wide_cells(line: TaskLine, pen: Pen) -> list[Cell]:
    named = [
        f"{MARKS[state][0]} {state_word(state, pen)}: "
        + "; ".join(c.unit.short or c.unit.name for c in line.cells if c.state is state)
        for state in (TaskState.OVERDUE, TaskState.BEHIND, TaskState.UNKNOWN)
        if line.tally[state]
    ]
    return [*line.tally.values(), "\n".join(named)]


def _foot(sheet: Worksheet, plan: _Plan, place: int, state: TaskState, pen: Pen) -> None:
    """How many tasks stand in a state, by unit and in all: live counts over the block."""
    row, last = plan.below + place, plan.below - 1
    words = f"{MARKS[state][0]} {state_word(state, pen)}"
    look = pen.formats.cell(total=True, font_size=SMALL_SIZE)
    spread(sheet, row, (0, len(_LEAD) - 1), words, look)
    for index in range(len(_LEAD), len(plan.columns)):
        span = xl_range(plan.first, index, last, index)
        cell: Cell = ""
        if index < plan.counts:
            held = tally(plan.of_unit(plan.units[index - len(_LEAD)]))
            cell = _count(span, state, held[state])
        elif index == plan.counts + place:
            cell = Live(f"=SUM({span})", sum(line.tally[state] for line in plan.lines))
        draw_cell(
            sheet, pen, (row, index), plan.columns[index], cell, bold=True, bg_color="#EDF2FA"
        )
    sheet.set_row(row, None)
