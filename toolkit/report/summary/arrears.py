"""What is behind or overdue, one row a task and unit, with the reason and its source."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

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
    found = [
        (line, c) for state in _SHOWN for line in lines for c in line.cells if c.state is state
    ]
    if not found:
        return
    title = pen.formats.get(bold=True, font_size=12)
    spread(sheet, row, (0, len(columns) - 1), pen.say("tasks.arrears", count=len(found)), title)
    spans = _spans(columns)
    wide = [sum(column.width for column in columns[first : last + 1]) for first, last in spans]
    places = [*zip(spans, wide, strict=True)]
    tasks = {
        line.item.text: textwrap.shorten(line.item.text, 150, placeholder=" …") for line in lines
    }
    for key, span in zip(("tt", "task", "unit", "state_reason", "source"), spans, strict=True):
        spread(sheet, row + 1, span, pen.say(f"tasks.{key}"), pen.formats.head)
    for place, (line, cell) in enumerate(found, row + 2):
        _draw(sheet, place, line, cell, tasks[line.item.text], places, pen)


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
    line: TaskLine,
    cell: TaskCell,
    task: str,
    places: Sequence[tuple[tuple[int, int], float]],
    pen: Pen,
) -> None:
    said = f"{state_word(cell.state, pen)}: {reason_words(cell, pen.lang)}"
    part = next((p for p in cell.parts if p.cell), None)
    source = ""
    if part is not None and cell.period is not None:
        source = pen.say("scores.cell", period=cell.period.name, cell=part.cell)
    unit = cell.unit.short or cell.unit.name
    words = (line.item.number, task, unit, said, source)
    look = pen.formats.boxed(font_size=SMALL_SIZE)
    texts = []
    for (span, width), one in zip(places, words, strict=True):
        spread(sheet, row, span, one, look)
        texts.append((one, width, float(SMALL_SIZE), False))
    if part is not None and part.stored:
        link = pen.formats.boxed(font_size=SMALL_SIZE, font_color="#1F4E9E", underline=1)
        sheet.write_url(row, places[-1][0][0], link_to(part), link, source)
    sheet.set_row(row, height(*texts))
