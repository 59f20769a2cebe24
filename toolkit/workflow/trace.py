"""From a figure to the cells it was made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.intake.cells import a1
from toolkit.places import place_of
from toolkit.workflow.common import load_programme, must_exist
from toolkit.workflow.judging import current_details
from toolkit.workflow.named import any_period_named

if TYPE_CHECKING:
    from toolkit.consolidate.trace import Trace
    from toolkit.programme.model import Period, Programme
    from toolkit.register.model import SubmissionDetail
    from toolkit.report.summary.lookup import Placed


def trace(folder: Folder, words: Sequence[str], unit: str = "", period: str = "") -> Trace:
    """The chain of the figure that ``words`` name: FORM ROW FIELD [UNIT] [PERIOD], or a
    summary workbook and SHEET!CELL in it.

    Without a period it is that of the latest return on record. Raises ToolkitError for names
    that fit nothing or several, and where nothing is on record.
    """
    from toolkit.consolidate.consolidate import consolidate
    from toolkit.consolidate.trace import trace as trace_figure
    from toolkit.workflow.trace_names import asked_for

    programme = load_programme(folder)
    if words[0].lower().endswith(".xlsx"):
        return _of_cell(folder, programme, words, period)
    asked = asked_for(programme, words, unit, period)
    details = current_details(folder, programme)
    when = asked.period or _latest(programme, asked.wanted.form, details)
    form = programme.form(asked.wanted.form)
    if not programme.members(form, when):
        raise ToolkitError("trace.form_not_asked", form=form.name, period=when.name)
    consolidation = consolidate(programme, when, details)
    try:
        return trace_figure(consolidation, asked.wanted, details)
    except KeyError:
        raise ToolkitError(
            "trace.no_figure", form=form.code, row=asked.wanted.row, field=asked.wanted.field
        ) from None


def _latest(programme: Programme, form: str, details: Sequence[SubmissionDetail]) -> Period:
    asked = set(programme.form(form).periods)
    have = {d.submission.period for d in details} & asked
    if not have:
        raise ToolkitError("error.nothing_received")
    return [p for p in programme.periods if p.code in have][-1]


def _of_cell(folder: Folder, programme: Programme, words: Sequence[str], period: str) -> Trace:
    """The chain of the figure in a cell of a summary workbook that agrees with the register."""
    from toolkit.consolidate.consolidate import consolidate
    from toolkit.consolidate.trace import Wanted
    from toolkit.consolidate.trace import trace as trace_figure
    from toolkit.report.summary.lookup import figure_at, grids

    file = Path(words[0])
    must_exist([file])
    if len(words) < 2 or (place := _place(words[1])) is None:
        raise ToolkitError("trace.not_a_cell", cell=" ".join(words[1:]))
    for word in words[3:]:
        raise ToolkitError("trace.too_many", word=word)
    sheet, row, column = place
    when = _period_of(programme, file, period or (words[2] if len(words) > 2 else ""))
    details = current_details(folder, programme)
    consolidation = consolidate(programme, when, details)
    cell = f"{sheet}!{a1(row + 1, column + 1)}"
    known = dict.fromkeys(s for g in grids(consolidation) for s in (g.sheet, g.period_sheet) if s)
    if sheet not in known:
        raise ToolkitError("trace.no_sheet", sheet=sheet, period=when.name, known=", ".join(known))
    found = figure_at(consolidation, sheet, row, column)
    if found is None:
        raise ToolkitError("trace.no_figure_at", cell=a1(row + 1, column + 1), sheet=sheet)
    _must_agree(file, sheet, (row + 1, column + 1), cell, found)
    # A figure of a single period lies within its unit's chain for the whole period.
    wanted = Wanted(found.form, found.row, found.field, found.unit)
    return trace_figure(consolidation, wanted, details)


def _place(word: str) -> tuple[str, int, int] | None:
    """Sheet, row and column (from 0) of ``Sheet!C5``, quoted or not, with or without $."""
    sheet, _, cell = word.rpartition("!")
    plain = cell.replace("$", "").strip().upper()
    if not sheet or not re.fullmatch(r"[A-Z]{1,3}[1-9][0-9]{0,6}", plain):
        return None
    row, column = place_of(plain)
    name = sheet.strip()
    if len(name) > 1 and name[0] == name[-1] == "'":
        name = name[1:-1].replace("''", "'")
    return name, row - 1, column - 1


def _period_of(programme: Programme, file: Path, asked: str) -> Period:
    """The period named, else that of the folder the workbook lies in."""
    if asked:
        return any_period_named(programme, asked)
    name = file.resolve().parent.name
    codes = {p.code: p for p in programme.periods}
    for code in (name, name.rpartition("-so-")[0]):
        if code in codes:
            return codes[code]
    raise ToolkitError("trace.which_period", file=file)


def _must_agree(file: Path, sheet: str, at: tuple[int, int], cell: str, found: Placed) -> None:
    """Raise ToolkitError where another number stands in the cell than is consolidated now."""
    from toolkit.intake.model import CellKind
    from toolkit.intake.reader import read_bytes

    if found.choice or not isinstance(found.value, Decimal):
        return
    raw = read_bytes(file.read_bytes(), file.name).sheet(sheet)
    held = raw.cells.get(at) if raw else None
    there = held.value if held is not None and held.kind is CellKind.NUMBER else None
    if there is None or float(str(there)) != float(found.value):
        shown = held.shown() if held else "—"
        raise ToolkitError(
            "trace.stale", file=file, cell=cell, found=shown, now=format(found.value, "f")
        )
