"""``baocao import-plan``: a plan's task table into the sheet Nhiệm vụ."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import ProgrammeError, ToolkitError
from toolkit.findings import Finding
from toolkit.folder import find
from toolkit.register.files import replacing
from toolkit.text import slug


@dataclass(frozen=True, slots=True)
class Imported:
    """The workbook written, how many tasks it holds and what has to be settled.

    ``replaced`` counts the tasks of the programme that the new ones stand in place of;
    ``skipped`` are the sections of the plan without tasks, with their paragraphs counted.
    """

    file: Path
    tasks: int
    headers: int
    replaced: int
    skipped: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]
    has_times: bool


def import_plan(
    plan_file: Path, programme: Path | None = None, output: Path | None = None, lang: str = "vi"
) -> Imported:
    """Read a plan and write its tasks into a programme workbook.

    With ``programme``, a folder, into a copy of its workbook beside it, the sheet Nhiệm vụ
    replaced; else into a new workbook. Nothing that is there is ever overwritten: raises
    ToolkitError (``plan.error.exists``); and as ``read_plan`` and ``find`` do.
    """
    from toolkit.plan import read_plan
    from toolkit.plan.book import task_sheet
    from toolkit.programme.read import RawBook, read_workbook
    from toolkit.programme.schema import TASKS
    from toolkit.programme.write import write_book

    name = slug(plan_file.stem) or "ke-hoach"
    book = RawBook(name)
    place = Path()
    if programme is not None:
        folder = find(programme)
        place, book = folder.root, read_workbook(folder.programme)
        if book.findings:
            raise ProgrammeError(book.findings)
        name = f"chuong-trinh-{name}"
    target = output or place / f"{name}.xlsx"
    if target.exists():
        raise ToolkitError("plan.error.exists", file=target)
    plan = read_plan(plan_file)
    sheet = task_sheet(plan, book, lang)
    target.parent.mkdir(parents=True, exist_ok=True)
    with replacing(target) as aside:
        write_book(sheet.book, aside, lang=lang, marks=sheet.marks)
    before = next((t for t in book.tables if t.sheet == TASKS.vi), None)
    replaced = len({row for row, _ in before.cells if row > 1}) if before else 0
    return Imported(
        target,
        len(plan.tasks),
        plan.headers,
        replaced,
        plan.skipped,
        sheet.findings,
        plan.has_times,
    )
