"""Holding the totals of a consolidation against the originals they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder

if TYPE_CHECKING:
    from toolkit.consolidate.control import ControlTotal
    from toolkit.consolidate.model import Consolidation, Part
    from toolkit.intake.control import Column, ColumnTotal
    from toolkit.intake.model import Answer
    from toolkit.register.model import SubmissionDetail

_Key = tuple[str, str, str, str, str]  # unit, period, form, row, field


def verified(
    folder: Folder, consolidation: Consolidation, details: Sequence[SubmissionDetail]
) -> tuple[ControlTotal, ...]:
    """The control totals of a consolidation, each the same on all three ways.

    Every original is held against its hash. Where that and the proof taken when it was read
    (:mod:`toolkit.intake.proof`) show that its cells hold the figures on record, these are
    what it adds; it is read anew where they do not, or where some of its figures are left
    out. Raises ToolkitError (``error.control_totals``) when the sums of a column differ:
    nothing is to be written then; also when an original is gone or damaged.
    """
    from toolkit.consolidate.control import control_totals
    from toolkit.intake.control import ColumnTotal
    from toolkit.intake.proof import plain_columns

    counted = {(s.unit, s.period) for s in consolidation.sources}
    figures = _figures_of(consolidation)
    provable = plain_columns(consolidation.programme)
    originals: dict[Column, ColumnTotal] = {}
    answers: list[Answer] = []
    for detail in details:
        if (detail.submission.unit, detail.submission.period) not in counted:
            continue
        own, whole = figures.own(detail)
        answers += own
        columns = provable if whole else frozenset[tuple[str, str]]()
        for column, total in _in_original(folder, detail, own, columns).items():
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


@dataclass(frozen=True, slots=True)
class _Figures:
    """Which answers make up the figures that are added up.

    ``left_out`` have no place or are kept out; ``taken`` are faulty and yet in. ``drawn`` are
    the (form, period) of the tables: of a form asked by half-year and by year, the figure of
    the year is that of the year's own returns, and those of the half-year are no part of it.
    """

    columns: frozenset[Column]
    drawn: frozenset[tuple[str, str]]
    left_out: frozenset[_Key]
    taken: Mapping[_Key, Part]
    touched: frozenset[tuple[str, str]]  # unit and period of whatever is left out or taken

    def own(self, detail: SubmissionDetail) -> tuple[list[Answer], bool]:
        """The controlled answers of a return that count, and whether each is as on record."""
        unit, period = detail.submission.unit, detail.submission.period
        held = [
            answer
            for answer in detail.answers
            if (answer.form, answer.field) in self.columns and (answer.form, period) in self.drawn
        ]
        if (unit, period) not in self.touched:
            return held, True
        found = []
        for answer in held:
            key = (unit, period, answer.form, answer.row, answer.field)
            if key not in self.left_out:
                part = self.taken.get(key)
                taken = replace(answer, state=part.state, value=part.value) if part else answer
                found.append(taken)
        return found, False


def _figures_of(consolidation: Consolidation) -> _Figures:
    from toolkit.consolidate.control import controlled_columns

    left_out = {
        (u.part.unit, u.part.period, u.form, u.part.row, u.field) for u in consolidation.unplaced
    }
    taken = {
        (f.part.unit, f.part.period, f.form, f.part.row, f.field): f.part
        for f in consolidation.faulty
    }
    left_out |= {key for key, part in taken.items() if not part.state.counts}
    return _Figures(
        frozenset(controlled_columns(consolidation)),
        frozenset((t.form.code, p.code) for t in consolidation.tables for p in t.periods),
        frozenset(left_out),
        taken,
        frozenset((unit, period) for unit, period, *_ in (*left_out, *taken)),
    )


def _in_original(
    folder: Folder,
    detail: SubmissionDetail,
    own: Sequence[Answer],
    provable: frozenset[Column],
) -> Mapping[Column, ColumnTotal]:
    """What an original adds to each column; by its proof where that covers ``provable``."""
    from toolkit.intake.control import added, raw_totals
    from toolkit.intake.proof import proof_of
    from toolkit.intake.reader import read_bytes
    from toolkit.register.archive import load

    one = detail.submission
    data = load(one.stored, one.sha256, folder.out)
    if provable and one.proof and one.proof == proof_of(detail.answers, provable):
        return added(own)
    raw = read_bytes(data, PurePosixPath(one.stored).name)
    return raw_totals(raw, own, frozenset((a.form, a.field) for a in own))
