"""``baocao reconcile``: the registers of two bodies that receive the same returns, compared."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder, find
from toolkit.workflow.common import load_programme, periods_of

if TYPE_CHECKING:
    from toolkit.intake.model import Answer
    from toolkit.programme.model import Programme
    from toolkit.register.model import Submission, SubmissionDetail


@dataclass(frozen=True, slots=True)
class Differs:
    """A figure that two registers hold differently; None where one has no such answer."""

    form: str
    row: str
    field: str
    here: Answer | None
    there: Answer | None


@dataclass(frozen=True, slots=True)
class Pair:
    """The returns that count for one unit and period here and there, and what differs."""

    here: Submission
    there: Submission
    figures: tuple[Differs, ...]

    @property
    def same_file(self) -> bool:
        """Whether both bodies count the very same bytes."""
        return self.here.sha256 == self.there.sha256


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Two registers compared. ``here`` and ``there`` are returns, by hash, that only one has.

    ``pairs`` are the returns that count for the same unit and period in both;
    ``same_programme`` tells whether both bodies work with the same programme to the letter.
    """

    programme: Programme
    other: Path
    same_programme: bool
    here: tuple[Submission, ...]
    there: tuple[Submission, ...]
    pairs: tuple[Pair, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing has to be settled between the two bodies."""
        return not (self.here or self.there or self.apart)

    @property
    def apart(self) -> tuple[Pair, ...]:
        """The pairs that are two different files or hold different figures."""
        return tuple(p for p in self.pairs if p.figures or not p.same_file)


def reconcile(folder: Folder, other: Path, periods: Sequence[str] = ()) -> Reconciled:
    """Compare the folder's register with that of another folder; neither is changed.

    Returns are told by the hash of their bytes, whatever their names. Raises ToolkitError
    for a period the programme lacks and where ``other`` is of another programme
    (``reconcile.other_programme``) or the same folder.
    """
    programme = load_programme(folder)
    place = find(other)
    if place.root.resolve() == folder.root.resolve():
        raise ToolkitError("reconcile.same_folder", folder=other)
    theirs = load_programme(place)
    if theirs.code != programme.code:
        raise ToolkitError(
            "reconcile.other_programme", folder=other, code=theirs.code, own=programme.code
        )
    asked = {p.code for p in periods_of(programme, periods)} or None
    ours_all, ours = _read(folder, asked)
    theirs_all, there = _read(place, asked)
    pairs = [
        Pair(ours[key].submission, there[key].submission, _figures(ours[key], there[key]))
        for key in sorted(ours.keys() & there.keys())
    ]
    return Reconciled(
        programme=programme,
        other=place.root,
        same_programme=theirs.fingerprint == programme.fingerprint,
        here=_only(ours_all, theirs_all),
        there=_only(theirs_all, ours_all),
        pairs=tuple(pairs),
    )


_Current = Mapping[tuple[str, str], "SubmissionDetail"]


def _read(
    folder: Folder, periods: Collection[str] | None
) -> tuple[tuple[Submission, ...], _Current]:
    """Every return on record, and those that count by period and unit."""
    from toolkit.register.store import Register

    if not folder.register.exists():
        return (), {}
    with Register(folder.register, read_only=True) as register, register.snapshot():
        every = [detail.submission for detail in register.archived()]
        every += register.unplaced() if periods is None else ()
        current = {(d.submission.period, d.submission.unit): d for d in register.details(periods)}
    wanted = (s for s in every if periods is None or s.period in periods)
    return tuple(wanted), current


def _only(own: Sequence[Submission], others: Sequence[Submission]) -> tuple[Submission, ...]:
    known = {s.sha256 for s in others}
    return tuple(s for s in own if s.sha256 not in known)


def _figures(here: SubmissionDetail, there: SubmissionDetail) -> tuple[Differs, ...]:
    """The answers whose state or value differ, in the order of the sheet here."""
    ours = {(a.form, a.row, a.field): a for a in here.answers}
    theirs = {(a.form, a.row, a.field): a for a in there.answers}
    keys = [*ours, *(key for key in theirs if key not in ours)]
    return tuple(
        Differs(*key, ours.get(key), theirs.get(key))
        for key in keys
        if _read_as(ours.get(key)) != _read_as(theirs.get(key))
    )


def _read_as(answer: Answer | None) -> tuple[object, ...]:
    # Where one file has no such row, a blank answer of the other is no difference.
    if answer is None or (answer.value is None and not answer.raw):
        return ("missing", None) if answer is None else (answer.state.value, None)
    return (answer.state.value, answer.value)
