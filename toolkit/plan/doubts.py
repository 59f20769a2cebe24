"""Doubts that only show when the tasks are looked at together: their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from toolkit.plan.model import Doubt, Plan, Task

_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_HEADING = re.compile(r"(\d+(?:\.\d+)*)\.\s")
_OPEN, _CLOSE = "“", "”"


def with_doubts(plan: Plan) -> Plan:
    """The plan with the doubts about numbers and quotation marks put to its tasks."""
    tasks = []
    seen: dict[tuple[str, ...], int] = {}
    for index, task in enumerate(plan.tasks):
        found = [*_numbering(plan.tasks, index, seen), *_quotes(task)]
        tasks.append(replace(task, doubts=(*task.doubts, *found)))
    return replace(plan, tasks=tuple(tasks))


def _numbering(
    tasks: Sequence[Task], index: int, seen: dict[tuple[str, ...], int]
) -> Iterator[Doubt]:
    task = tasks[index]
    if not _NUMBER.fullmatch(task.number):
        return
    section = _section(tasks, index)
    key = (section, task.number)
    if key in seen:
        yield Doubt("repeated", "number", {"number": task.number, "row": str(seen[key] + 2)})
    seen.setdefault(key, index)
    prefix, _, last = task.number.rpartition(".")
    headings = _HEADING.findall(task.group)
    if prefix and headings and headings[-1] != prefix:
        params = {"number": task.number, "section": headings[-1]}
        yield Doubt("other_section", "number", params)
    before = _before(tasks, index)
    if before is None:
        if int(last) != 1 and not (prefix and headings and headings[-1] != prefix):
            yield Doubt("gap", "number", {"number": task.number, "before": "–"})
        return
    stem, _, previous = before.rpartition(".")
    if stem == prefix and int(last) > int(previous) + 1:
        yield Doubt("gap", "number", {"number": task.number, "before": before})
    elif stem == prefix and int(last) < int(previous):
        yield Doubt("backwards", "number", {"number": task.number, "before": before})


def _section(tasks: Sequence[Task], index: int) -> str:
    """What the number must be unlike in: all of the plan where it has levels, else the group."""
    return "" if "." in tasks[index].number else tasks[index].group


def _before(tasks: Sequence[Task], index: int) -> str | None:
    """The number of the task before it in its group."""
    for task in reversed(tasks[:index]):
        if task.group != tasks[index].group:
            return None
        if _NUMBER.fullmatch(task.number):
            return task.number
    return None


def _quotes(task: Task) -> Iterator[Doubt]:
    """A quotation that is not closed is often a text cut short."""
    for attr, text in (("text", task.text), *_parts(task)):
        if text.count(_OPEN) != text.count(_CLOSE):
            yield Doubt("quotes", attr)


def _parts(task: Task) -> Iterator[tuple[str, str]]:
    for index, part in enumerate(task.parts, start=1):
        yield f"part{index}", part
