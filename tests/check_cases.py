"""Returns for the tests of the checks: filled by LibreOffice, read back as it computed them.

The programme is ``tests/data/checks``: a form of each kind, a rule of each kind. Cells are
named by form, row key and field.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook

from toolkit.findings import Address, Severity
from toolkit.intake.judge import judge
from toolkit.intake.model import Answer, Judgement, State
from toolkit.places import column_letters
from toolkit.programme.load import load_folder
from toolkit.programme.model import Programme
from toolkit.template.check_sheet import check_places
from toolkit.template.checks import place_of
from toolkit.template.layout import HelperKind, SheetLayout, WorkbookLayout, layout
from toolkit.template.verdicts import Verdict
from toolkit.template.write import write

UNO_FILL = Path(__file__).parent.parent / "samples" / "uno_fill.py"
Slot = tuple[str, str, str]  # form, row key, field
Step = tuple[object, ...]
# What the unit answered in the quarter before.
PREVIOUS: Mapping[Slot, Decimal | date | str] = {
    ("CT", "CT1", "luy_ke"): Decimal(1),
    ("CT", "CT2", "luy_ke"): Decimal(3),
    ("DT", "so_cuoc", "so_cuoc"): Decimal(4),
}


@cache
def checks_programme() -> Programme:
    return load_folder(Path(__file__).parent / "data" / "checks")


@cache
def laid_out(period: str = "2024-Q2") -> WorkbookLayout:
    whole = checks_programme()
    return layout(whole, whole.unit("305"), whole.period(period), previous=PREVIOUS)


def place(slot: Slot) -> tuple[str, int, int]:
    """Sheet, row and column of an answer."""
    form, row_key, code = slot
    sheet = laid_out().sheet_for(form)
    (found,) = [s for s in sheet.slots() if (s.row_key, s.field.code) == (row_key, code)]
    return sheet.sheet, found.row, found.column


def cell(slot: Slot) -> tuple[str, str]:
    """Form and cell of an answer."""
    _, row, column = place(slot)
    return slot[0], f"{column_letters(column)}{row}"


def typed(content: Mapping[Slot, object]) -> list[Step]:
    """The steps that type ``content``: None clears a cell, a text that begins with = is a
    formula."""
    steps: list[Step] = []
    for slot, value in content.items():
        where = place(slot)
        if value is None:
            steps.append(("clear", *where))
        elif isinstance(value, date):
            steps.append(("date", *where, value.isoformat()))
        elif isinstance(value, str):
            steps.append(("formula" if value.startswith("=") else "text", *where, value))
        else:
            assert isinstance(value, int | float)
            steps.append(("number", *where, value))
    return steps


def fill(
    folder: Path,
    jobs: Mapping[str, Sequence[Step]],
    workbooks: Mapping[str, WorkbookLayout] | None = None,
) -> dict[str, Path]:
    """The template filled by one LibreOffice, a workbook for each name.

    ``workbooks`` are templates other than that of :func:`laid_out`, by the name of the job.
    """
    sources = dict.fromkeys(jobs, folder / "template.xlsx")
    write(laid_out(), folder / "template.xlsx")
    for name, workbook in (workbooks or {}).items():
        sources[name] = folder / f"template of {name}.xlsx"
        write(workbook, sources[name])
    made = {name: folder / f"{name}.xlsx" for name in jobs}
    listed = [
        {"source": str(sources[name]), "target": str(made[name]), "format": "xlsx", "steps": steps}
        for name, steps in jobs.items()
    ]
    (folder / "jobs.json").write_text(json.dumps(listed), "utf-8")
    command = ["/usr/bin/python3", str(UNO_FILL), str(folder / "jobs.json")]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return made


# --- what the sheet says ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """What LibreOffice computed.

    ``checks`` are the words in the column of checks by form and row key ("" for the form as a
    whole), blank ones left out; ``faults`` the cells that want mending, ("CT", "") for a form
    as a whole; ``panel`` the line of each form: filled, missing, faults, looks, words.
    """

    checks: Mapping[tuple[str, str], str]
    faults: frozenset[tuple[str, str]]
    looks: frozenset[tuple[str, str]]
    panel: Mapping[str, tuple[object, ...]]
    state: str
    links: Mapping[str, str]


def shown(path: Path) -> Shown:
    book = openpyxl.load_workbook(path, data_only=True)
    try:
        return _shown(book)
    finally:
        book.close()


def _shown(book: Workbook) -> Shown:
    workbook = laid_out()
    places = check_places(workbook, "vi")
    checks: dict[tuple[str, str], str] = {}
    said: dict[int, set[tuple[str, str]]] = {1: set(), -1: set()}
    for form in workbook.sheets:
        sheet = book[form.sheet]
        keys = {row.index: row.key for row in form.rows} | {form.check_row: ""}
        for row, key in keys.items():
            words = sheet.cell(row, form.check_column).value
            if words:
                checks[form.form.code, key] = words
        for row, column, verdict in _verdicts(form, sheet, places.uses[form.form.code], keys):
            where = "" if column == form.check_column else f"{column_letters(column)}{row}"
            if verdict > Verdict.FINE:
                said[1].add((form.form.code, where))
            elif verdict == Verdict.LOOK:
                said[-1].add((form.form.code, where))
    cover = book["Bìa"]
    (top,) = [r for r in range(1, 60) if cover.cell(r, 2).value == "TỰ KIỂM TRA TRƯỚC KHI GỬI"]
    panel = {
        form.form.code: tuple(cover.cell(row, column).value for column in range(4, 9))
        for row, form in enumerate(workbook.sheets, top + 2)
    }
    last = top + 2 + len(workbook.sheets)
    found = book["_kiemtra"]
    links = {
        code: found[block.target.rpartition("!")[2].replace("$", "")].value
        for code, block in places.blocks.items()
    }
    state = cover.cell(last, 8).value
    return Shown(checks, frozenset(said[1]), frozenset(said[-1]), panel, state, links)


def _verdicts(form: SheetLayout, sheet, uses, keys: Iterable[int]):  # type: ignore[no-untyped-def]
    for helper in form.helpers_of(HelperKind.FIELD, HelperKind.RULE):
        for row in keys:
            verdict = sheet.cell(row, helper.index).value
            if verdict is not None:
                yield row, place_of(form, helper, uses), verdict


# --- what the intake says -----------------------------------------------------------------------


def judged(path: Path) -> Judgement:
    """The intake's judgement, with :data:`PREVIOUS` on record."""
    before = [
        Answer(*slot, State.VALUE, value, str(value), Address("q1.xlsx", "", ""))
        for slot, value in PREVIOUS.items()
    ]
    return judge(
        path.read_bytes(),
        path.name,
        checks_programme(),
        lambda unit, period: before if (unit, period) == ("305", "2024-Q1") else (),
    )


def said(judgement: Judgement, *severities: Severity) -> set[tuple[str, str]]:
    """Form and cell of the findings of those severities; what is said of a blank form counts
    for each of its required cells."""
    workbook = laid_out()
    names = {sheet.sheet: sheet for sheet in workbook.sheets}
    found: set[tuple[str, str]] = set()
    for finding in judgement.findings:
        if finding.severity not in severities or finding.address.sheet not in names:
            continue
        sheet = names[finding.address.sheet]
        if finding.code == "form.empty":
            found |= {
                (sheet.form.code, f"{column_letters(s.column)}{s.row}")
                for s in sheet.slots()
                if s.field.is_input and s.field.required
            }
        else:
            found.add((sheet.form.code, finding.address.cell))
    return found
