"""Holding the totals of a consolidation against the originals they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder

if TYPE_CHECKING:
    from toolkit.consolidate.control import ControlTotal
    from toolkit.consolidate.model import Consolidation
    from toolkit.intake.model import Answer
    from toolkit.register.model import SubmissionDetail


def verified(
    folder: Folder, consolidation: Consolidation, details: Sequence[SubmissionDetail]
) -> tuple[ControlTotal, ...]:
    """The control totals of a consolidation, each the same on all three ways.

    The originals are read anew from the archive. Raises ToolkitError
    (``error.control_totals``) when the sums of a column differ: nothing is to be written
    then; also when an original is gone or damaged.
    """
    from toolkit.consolidate.control import control_totals, controlled_columns
    from toolkit.intake.control import ColumnTotal, raw_totals
    from toolkit.intake.reader import read_bytes
    from toolkit.register.archive import load

    counted = {(s.unit, s.period) for s in consolidation.sources}
    used = [d for d in details if (d.submission.unit, d.submission.period) in counted]
    columns = frozenset(controlled_columns(consolidation))
    left_out = {
        (u.part.unit, u.part.period, u.form, u.part.row, u.field) for u in consolidation.unplaced
    }
    taken = {
        (f.part.unit, f.part.period, f.form, f.part.row, f.field): f.part
        for f in consolidation.faulty
    }
    left_out |= {key for key, part in taken.items() if not part.state.counts}
    # A form asked by half-year and by year: the figure of the year is that of the year's own
    # returns, and those of the half-year are no part of it.
    drawn = {(t.form.code, p.code) for t in consolidation.tables for p in t.periods}
    originals: dict[tuple[str, str], ColumnTotal] = {}
    answers: list[Answer] = []
    for detail in used:
        unit, period, stored = (
            detail.submission.unit,
            detail.submission.period,
            detail.submission.stored,
        )
        own = []
        for answer in detail.answers:
            key = (unit, period, answer.form, answer.row, answer.field)
            if (answer.form, period) not in drawn or key in left_out:
                continue
            part = taken.get(key)
            own.append(replace(answer, state=part.state, value=part.value) if part else answer)
        answers += own
        data = load(stored, detail.submission.sha256, folder.out)
        raw = read_bytes(data, PurePosixPath(stored).name)
        for column, total in raw_totals(raw, own, columns).items():
            originals[column] = originals.get(column, ColumnTotal()) + total
    totals = control_totals(consolidation, answers, originals)
    for one in totals:
        if not one.balanced:
            raise ToolkitError(
                "error.control_totals",
                form=one.form,
                field=one.field,
                originals=one.originals,
                register=one.register,
                summary=one.summary,
            )
    return totals
