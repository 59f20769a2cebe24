"""A plan as the sheet Nhiệm vụ of a programme workbook, its doubtful cells marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from toolkit.findings import Address, Finding, Severity
from toolkit.messages import text
from toolkit.plan.model import Doubt, Place, Plan, Task
from toolkit.programme.read import Cell, RawBook, RawTable
from toolkit.programme.schema import TASKS

CODE = "NV"


@dataclass(frozen=True, slots=True)
class TaskSheet:
    """The book with the plan's tasks; ``marks`` are notes by (sheet, row, attribute)."""

    book: RawBook
    marks: Mapping[tuple[str, int, str], str]
    findings: tuple[Finding, ...]


def task_sheet(plan: Plan, book: RawBook, lang: str) -> TaskSheet:
    """``book`` with its sheet Nhiệm vụ replaced by the tasks of the plan.

    Codes are given in order (NV01, NV02, …): they are the identity, the numbers stay as
    printed. The findings are the doubts, each a warning at its cell.
    """
    reserved = {c.vi for c in TASKS.columns}
    headings = [heading for task in plan.tasks for heading in task.extra]
    extra = [h for h in dict.fromkeys(headings) if h not in reserved]
    doubtful, where = text("plan.column.doubts", lang), text("plan.column.place", lang)
    columns = [*(c.vi for c in TASKS.columns), *extra, doubtful, where]
    width = max(2, len(str(len(plan.tasks))))
    rows = [columns]
    marks: dict[tuple[str, int, str], str] = {}
    findings: list[Finding] = []
    for index, task in enumerate(plan.tasks, start=1):
        row = index + 1
        said = [(doubt, _said(doubt, lang)) for doubt in task.doubts]
        held = _held(task, f"{CODE}{index:0{width}}")
        rows.append(
            [held[c.attr] for c in TASKS.columns]
            + [task.extra.get(heading, "") for heading in extra]
            + ["\n".join(words for _, words in said), _place(task.place, lang)]
        )
        for doubt, words in said:
            key = (TASKS.key, row, doubt.attr)
            marks[key] = "\n".join(filter(None, (marks.get(key, ""), words)))
            findings.append(_finding(plan, doubt, row))
        if said:
            marks[TASKS.key, row, f"extra:{doubtful}"] = ""
    tables = [t for t in book.tables if t.sheet != TASKS.vi]
    new = replace(book, tables=(*tables, _table(rows)))
    return TaskSheet(new, marks, tuple(findings))


def _held(task: Task, code: str) -> dict[str, str]:
    parts = (*task.parts, "", "")
    held = dict.fromkeys((c.attr for c in TASKS.columns), "")
    held |= {"code": code, "number": task.number, "text": task.text or "?", "group": task.group}
    held |= {"lead": task.lead, "part1": parts[0], "part2": parts[1], "due": task.due}
    return held


def _said(doubt: Doubt, lang: str) -> str:
    return text(f"plan.doubt.{doubt.code}", lang, **doubt.params)


def _finding(plan: Plan, doubt: Doubt, row: int) -> Finding:
    column = [c.attr for c in TASKS.columns].index(doubt.attr)
    place = Address(plan.file, TASKS.vi, f"{chr(ord('A') + column)}{row}")
    severity = Severity.NOTE if doubt.code == "markup" else Severity.WARNING
    return Finding(f"plan.doubt.{doubt.code}", severity, place, "", dict(doubt.params))


def _place(place: Place, lang: str) -> str:
    return text(
        f"plan.place.{place.kind}", lang, first=place.first, second=place.second, name=place.name
    )


def _table(rows: list[list[str]]) -> RawTable:
    cells = {
        (number, column): Cell(shown)
        for number, row in enumerate(rows, start=1)
        for column, shown in enumerate(row, start=1)
        if shown
    }
    return RawTable(TASKS.vi, TASKS.vi, cells)
