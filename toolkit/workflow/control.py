"""Holding the totals of a consolidation against the originals they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder

if TYPE_CHECKING:
    from toolkit.consolidate.control import ControlTotal
    from toolkit.consolidate.model import Consolidation, Faulty, Unplaced
    from toolkit.intake.control import Column, ColumnTotal
    from toolkit.intake.model import Answer
    from toolkit.programme.model import Period, Programme
    from toolkit.register.model import Submission, SubmissionDetail

_Place = tuple[str, str, str]  # form, row, field


@dataclass(frozen=True, slots=True)
class Sums:
    """The same columns added up on two ways, over these returns."""

    register: Mapping[Column, ColumnTotal]
    originals: Mapping[Column, ColumnTotal]
    returns: frozenset[Submission]


def verified(
    folder: Folder,
    consolidation: Consolidation,
    details: Sequence[SubmissionDetail],
    sums: Sums | None = None,
) -> tuple[ControlTotal, ...]:
    """The control totals of a consolidation, each the same on all three ways.

    ``sums`` are those of the same returns where they are known already, else they are made
    (:class:`Adding`). Raises ToolkitError (``error.control_totals``) when the sums of a
    column differ: nothing is to be written then; also when an original is gone or damaged.
    """
    from toolkit.consolidate.control import control_totals

    if sums is None:
        sums = _sums(folder, consolidation, returns_in(consolidation, details))
    totals = control_totals(consolidation, sums.register, sums.originals)
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


def returns_in(
    consolidation: Consolidation, details: Iterable[SubmissionDetail]
) -> list[SubmissionDetail]:
    """Those of ``details`` that the figures of a consolidation are made of."""
    sources = {(source.unit, source.period) for source in consolidation.sources}
    return [d for d in details if (d.submission.unit, d.submission.period) in sources]


def _sums(
    folder: Folder, consolidation: Consolidation, details: Iterable[SubmissionDetail]
) -> Sums:
    unplaced: dict[tuple[str, str], list[Unplaced]] = {}
    for left in consolidation.unplaced:
        unplaced.setdefault((left.part.unit, left.part.period), []).append(left)
    faulty: dict[tuple[str, str], list[Faulty]] = {}
    for one in consolidation.faulty:
        faulty.setdefault((one.part.unit, one.part.period), []).append(one)
    adding = Adding(folder, consolidation.programme, consolidation.period)
    for detail in details:
        key = (detail.submission.unit, detail.submission.period)
        adding.add(detail, unplaced.get(key, ()), faulty.get(key, ()))
    return adding.sums()


class Adding:
    """Adds up the figures of the returns that count, of the register and of the originals.

    Every original is held against its hash. Where that and the proof taken when it was read
    (:mod:`toolkit.intake.proof`) show that its cells hold the figures on record, these are
    what it adds; it is read anew where they do not, or where some of its figures are left
    out.
    """

    def __init__(self, folder: Folder, programme: Programme, period: Period) -> None:
        from toolkit.consolidate.control import controlled_columns
        from toolkit.intake.proof import plain_columns

        self._folder = folder
        self._provable = plain_columns(programme)
        # By period: of a form asked by half-year and by year, the figure of the year is that
        # of the year's own returns, and those of the half-year are no part of it.
        columns = controlled_columns(programme, period)
        self._columns: dict[str, frozenset[Column]] = {}
        for form in programme.forms:
            own = {column for column in columns if column[0] == form.code}
            for member in programme.members(form, period):
                self._columns[member.code] = self._columns.get(member.code, frozenset()) | own
        self._register: dict[Column, ColumnTotal] = {}
        self._originals: dict[Column, ColumnTotal] = {}
        self._returns: set[Submission] = set()

    def add(
        self, detail: SubmissionDetail, unplaced: Iterable[Unplaced], faulty: Iterable[Faulty]
    ) -> None:
        """Add a return; the answers ``unplaced`` are in no figure, those ``faulty`` as settled.

        Raises ToolkitError when its original is gone or damaged.
        """
        from toolkit.intake.control import added

        columns = self._columns.get(detail.submission.period, frozenset())
        held = [a for a in detail.answers if (a.form, a.field) in columns]
        own = _settled(held, unplaced, faulty)
        provable = self._provable if own is held else frozenset[tuple[str, str]]()
        registered = added(own)
        _add(self._register, registered)
        if self._proven(detail, provable):
            _add(self._originals, registered)
        else:
            _add(self._originals, self._in_cells(detail, own))
        self._returns.add(detail.submission)

    def sums(self) -> Sums:
        """What was added so far."""
        return Sums(self._register, self._originals, frozenset(self._returns))

    def _proven(self, detail: SubmissionDetail, provable: frozenset[Column]) -> bool:
        """Whether the original is whole and is known to hold the figures of ``provable``."""
        from toolkit.intake.proof import proof_of
        from toolkit.register.archive import load

        one = detail.submission
        if not (provable and one.proof and one.proof == proof_of(detail.answers, provable)):
            return False
        load(one.stored, one.sha256, self._folder.out)  # whole, or said why not
        return True

    def _in_cells(
        self, detail: SubmissionDetail, own: Sequence[Answer]
    ) -> Mapping[Column, ColumnTotal]:
        from toolkit.intake.control import raw_totals
        from toolkit.intake.reader import read_bytes
        from toolkit.register.archive import load

        one = detail.submission
        data = load(one.stored, one.sha256, self._folder.out)
        raw = read_bytes(data, PurePosixPath(one.stored).name)
        return raw_totals(raw, own, frozenset((a.form, a.field) for a in own))


def _add(to: dict[Column, ColumnTotal], more: Mapping[Column, ColumnTotal]) -> None:
    from toolkit.intake.control import ColumnTotal

    for column, total in more.items():
        to[column] = to.get(column, ColumnTotal()) + total


def _settled(
    held: list[Answer], unplaced: Iterable[Unplaced], faulty: Iterable[Faulty]
) -> list[Answer]:
    """The answers of a return that are in the figures; ``held`` itself where all are, as read."""
    out: set[_Place] = {(one.form, one.part.row, one.field) for one in unplaced}
    taken = {}
    for fault in faulty:
        place = (fault.form, fault.part.row, fault.field)
        if fault.included:
            taken[place] = fault.part
        else:
            out.add(place)
    if not (out or taken):
        return held
    found = []
    for answer in held:
        place = (answer.form, answer.row, answer.field)
        part = taken.get(place)
        if place not in out:
            found.append(replace(answer, state=part.state, value=part.value) if part else answer)
    return found
