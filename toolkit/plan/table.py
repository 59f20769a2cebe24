"""The tasks of a table: headings repeated on each page, sections, rows cut by a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from toolkit.plan.headings import Columns, find_columns, is_column_numbers, key_of
from toolkit.plan.model import Doubt, Grid, Line, Plan, Task
from toolkit.plan.wash import Washed, wash

_SECTION = re.compile(r"(?:[IVXLC]+|[A-H])[.)]?")
_LEADING = re.compile(r"(?:^|\n)[-–]?\s*chủ trì", re.IGNORECASE)


def read_tables(file: str, grids: Iterable[Grid]) -> Plan | None:
    """The plan in the task tables among these; None where there is no task table.

    A table that goes on after a page break, with its headings repeated or without, is one.
    """
    reading = _Reading()
    for grid in grids:
        _read_grid(reading, grid.lines)
    if reading.columns is None:
        return None
    agencies = tuple(name for name, _ in reading.columns.parts)
    tasks = tuple(_settled(task, agencies, reading.columns) for task in reading.tasks)
    return Plan(file, tasks, agencies, headers=reading.headers, has_times=reading.columns.due >= 0)


@dataclass(slots=True)
class _Reading:
    columns: Columns | None = None
    group: str = ""
    headers: int = 0
    tasks: list[Task] = field(default_factory=list)


def _read_grid(reading: _Reading, lines: Sequence[Line]) -> None:
    index = 0
    width = len(reading.columns.key) if reading.columns else 0
    # A table of another width is another table, unless it brings its own headings.
    same = bool(lines) and len(lines[0].cells) == width
    known = reading.columns if same else None
    while index < len(lines):
        rows = [line.cells for line in lines[index : index + 2]]
        found = find_columns(rows)
        if found is not None:
            if reading.columns is not None and found.key == reading.columns.key:
                reading.headers += 1
            reading.columns = known = found
            index += found.rows
            continue
        if known is not None and not is_column_numbers(lines[index].cells):
            _read_line(reading, known, lines[index])
        index += 1


def _read_line(reading: _Reading, columns: Columns, line: Line) -> None:
    cells = [wash(cell) for cell in line.cells]
    cells += [Washed("")] * (len(columns.key) - len(cells))
    filled = [cell.text for cell in cells if cell.text]
    if not filled or key_of(line.cells) == columns.key:
        return
    number = _line_of(cells[columns.number]) if columns.number >= 0 else ""
    text = cells[columns.text].text
    rest = [c for i, c in enumerate(cells) if c.text and i not in (columns.number, columns.text)]
    if not rest and _heads(number, filled, text):
        reading.group = _line_of(Washed(" ".join(filled)))
    elif not number and reading.tasks and _goes_on(text, filled):
        reading.tasks[-1] = _joined(reading.tasks[-1], columns, cells)
    else:
        reading.tasks.append(_task(columns, cells, line, number, reading.group))


def _heads(number: str, filled: Sequence[str], text: str) -> bool:
    """Whether a row with nothing but a number and a text heads those below it."""
    if _SECTION.fullmatch(number):
        return True
    only = filled[0]
    lone = len(filled) == 1 and not number
    section = re.match(r"(?:[IVXLC]+|[A-H])[.)]\s", only)
    return lone and (section is not None or (only == only.upper() and only == (text or only)))


def _goes_on(text: str, filled: Sequence[str]) -> bool:
    """Whether a row without number continues the one above: a page break cut it."""
    return not text or text[:1].islower() or filled[0][:1].islower()


def _line_of(cell: Washed) -> str:
    return " ".join(cell.text.split())


def _at(cells: Sequence[Washed], index: int) -> str:
    return cells[index].text if index >= 0 else ""


def _task(columns: Columns, cells: Sequence[Washed], line: Line, number: str, group: str) -> Task:
    parts = tuple(cells[i].text for _, i in columns.parts)
    doubts = [
        Doubt(code, attr)
        for attr, i in _attrs(columns)
        for code, said in (("markup", cells[i].had_markup and not cells[i].cut),
                           ("cut_markup", cells[i].cut))
        if said
    ]  # fmt: skip
    extra = {name: cells[i].text for name, i in columns.extra if cells[i].text}
    return Task(
        number=number.rstrip("."),
        text=cells[columns.text].text,
        place=line.place,
        group=group,
        lead=_line_of(Washed(_at(cells, columns.lead))),
        parts=parts,
        due=_line_of(Washed(_at(cells, columns.due))),
        doubts=tuple(doubts),
        extra=extra,
    )


def _attrs(columns: Columns) -> list[tuple[str, int]]:
    named = [(f"part{n}", i) for n, (_, i) in enumerate(columns.parts, start=1)]
    return [("text", columns.text), *named]


def _joined(task: Task, columns: Columns, cells: Sequence[Washed]) -> Task:
    """The task with what a page break had cut off from it."""

    def joined(before: str, after: str) -> str:
        glue = " " if after[:1].islower() else "\n"
        return f"{before}{glue}{after}" if before and after else before or after

    parts = tuple(
        joined(part, cells[i].text) for part, (_, i) in zip(task.parts, columns.parts, strict=True)
    )
    changed = [attr for attr, i in _attrs(columns) if cells[i].text]
    extra = dict(task.extra)
    for name, i in columns.extra:
        if cells[i].text:
            extra[name] = joined(extra.get(name, ""), cells[i].text)
    return replace(
        task,
        text=joined(task.text, cells[columns.text].text),
        parts=parts,
        lead=joined(task.lead, _line_of(Washed(_at(cells, columns.lead)))),
        due=joined(task.due, _line_of(Washed(_at(cells, columns.due)))),
        doubts=(*task.doubts, *(Doubt("joined", attr) for attr in changed)),
        extra=extra,
    )


def _settled(task: Task, agencies: Sequence[str], columns: Columns) -> Task:
    """The task with the agency in charge, or the doubt about it, and blank cells named."""
    doubts = list(task.doubts)
    lead = task.lead
    if len(agencies) == 2 and not lead:
        leading = [n for n, part in zip(agencies, task.parts, strict=True) if _LEADING.search(part)]
        if len(leading) == 1:
            lead = leading[0]
        elif all(task.parts):
            doubts.append(Doubt("two_leads", "lead", {"agencies": "; ".join(agencies)}))
    for index, part in enumerate(task.parts, start=1):
        if not part:
            doubts.append(Doubt("no_part", f"part{index}", {"agency": agencies[index - 1]}))
    if columns.due >= 0 and not task.due:
        doubts.append(Doubt("no_time", "due"))
    if columns.number >= 0 and not task.number:
        doubts.append(Doubt("no_number", "number"))
    return replace(task, lead=lead, doubts=tuple(doubts))
