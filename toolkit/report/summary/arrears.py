"""What is behind or overdue, one row a task and unit, with the reason and its source."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.tasks import TaskCell, TaskLine, TaskState
from toolkit.messages import text
from toolkit.report.summary.block import Column
from toolkit.report.summary.pen import SMALL_SIZE, Pen, height, link_to, spread

_SHOWN = (TaskState.OVERDUE, TaskState.BEHIND)


def state_word(state: TaskState, pen: Pen) -> str:
    """The word for a state."""
    return text(f"task.state.{state.value}", pen.lang)


def reason_words(cell: TaskCell, lang: str) -> str:
    """Why a task stands where it stands."""
    return text(f"task.reason.{cell.verdict.reason}", lang, **cell.verdict.params)


def draw_arrears(
    sheet: Worksheet, row: int, lines: Sequence[TaskLine], columns: Sequence[Column], pen: Pen
) -> None:
    """A list over the columns of the sheet: number and task, unit, state, reason, source."""
    named = [(_task(line), line.cells) for line in lines]
    found = [
        (task, c) for state in _SHOWN for task, cells in named for c in cells if c.state is state
    ]
    if not found:
        return
    title = pen.formats.get(bold=True, font_size=12)
    spread(sheet, row, (0, len(columns) - 1), pen.say("tasks.arrears", count=len(found)), title)
    spans = _spans(columns)
    for key, span in zip(("tt", "task", "unit", "state_reason", "source"), spans, strict=True):
        spread(sheet, row + 1, span, pen.say(f"tasks.{key}"), pen.formats.head)
    look = pen.formats.boxed(font_size=SMALL_SIZE)
    link = pen.formats.boxed(font_size=SMALL_SIZE, font_color="#1F4E9E", underline=1)
    plan = _Plan(spans, _widths(spans, columns), look, link)
    for place, (task, cell) in enumerate(found, row + 2):
        _draw(sheet, place, task, cell, plan, pen)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is the same for every row of the list: there may be thousands."""

    spans: Sequence[tuple[int, int]]
    widths: Sequence[float]
    look: Format
    link: Format


def _task(line: TaskLine) -> tuple[str, str]:
    """Its number and its text, whole on the form's own sheet."""
    return line.item.number, textwrap.shorten(line.item.text, 150, placeholder=" …")


def _widths(spans: Sequence[tuple[int, int]], columns: Sequence[Column]) -> list[float]:
    return [sum(column.width for column in columns[first : last + 1]) for first, last in spans]


def _spans(columns: Sequence[Column]) -> list[tuple[int, int]]:
    """Five groups of columns; the last two share what lies right of the third column."""
    last = len(columns) - 1
    wanted = sum(column.width for column in columns[3:]) * 0.6
    held, middle = 0.0, 3
    for index in range(3, last):
        held += columns[index].width
        middle = index
        if held >= wanted:
            break
    return [(0, 0), (1, 1), (2, 2), (3, middle), (middle + 1, last)]


def _draw(
    sheet: Worksheet,
    row: int,
    task: tuple[str, str],
    cell: TaskCell,
    plan: _Plan,
    pen: Pen,
) -> None:
    """One row; ``task`` is its number and its text."""
    said = f"{state_word(cell.state, pen)}: {reason_words(cell, pen.lang)}"
    part = next((p for p in cell.parts if p.cell), None)
    source = ""
    if part is not None and cell.period is not None:
        source = pen.say("scores.cell", period=cell.period.name, cell=part.cell)
    words = (*task, cell.unit.short or cell.unit.name, said, source)
    for span, one in zip(plan.spans, words, strict=True):
        spread(sheet, row, span, one, plan.look)
    if part is not None and part.stored:
        sheet.write_url(row, plan.spans[-1][0], link_to(part), plan.link, source)
    texts = zip(words, plan.widths, strict=True)
    sheet.set_row(row, height(*((one, width, float(SMALL_SIZE), False) for one, width in texts)))
