"""What the outputs of a period are made of: what is on record, or its closed edition."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.programme.model import PeriodKind
from toolkit.workflow.common import load_programme, periods_of
from toolkit.workflow.comparisons import Archive, compared_periods, comparisons, last_year
from toolkit.workflow.edition_files import as_closed, reviews_of
from toolkit.workflow.judging import bring_up_to_date, current_details, recorded_details
from toolkit.workflow.reviews import reviews_for

if TYPE_CHECKING:
    from toolkit.consolidate.compare import Comparisons
    from toolkit.consolidate.model import Consolidation
    from toolkit.programme.model import Period, Programme
    from toolkit.programme.reviews import Review
    from toolkit.register.model import Edition, SubmissionDetail


@dataclass(frozen=True, slots=True)
class Basis:
    """The programme, the returns that count and the reviewed scores of a period."""

    programme: Programme
    period: Period
    details: Sequence[SubmissionDetail]
    reviews: Sequence[Review]

    def consolidated(
        self, before: Archive | None, *, levels: bool = True
    ) -> tuple[Consolidation, Comparisons]:
        """The consolidation, and what it is compared with: ``before`` is last year's."""
        from toolkit.consolidate.consolidate import consolidate

        now = Archive(self.programme, self.details)
        keep = compared_periods(now, self.period, before)
        made = consolidate(
            self.programme, self.period, self.details, self.reviews, levels=levels, keep=keep
        )
        return made, comparisons(now, made, before)


def closed_editions(folder: Folder) -> Mapping[str, Edition]:
    """The editions by which periods are closed, by period."""
    from toolkit.register.editions import EditionReader

    with EditionReader(folder.register, read_only=True) as register:
        return {e.period: e for e in register.editions() if e.reopened is None}


def basis_of(folder: Folder, now: Archive, period: Period, edition: Edition | None) -> Basis:
    """The basis of a period: of a closed one the programme and the scores of its edition.

    ``now`` is what is on record, judged by today's programme; where the programme has changed
    since closing, the archived originals are judged anew by the one of then. Raises
    ToolkitError where one of them is gone or damaged.
    """
    if edition is None:
        reviews, _ = reviews_for(folder, now.programme, period)
        return Basis(now.programme, period, now.details, reviews)
    from toolkit.programme.reviews import read_reviews
    from toolkit.register.editions import EditionReader

    with EditionReader(folder.register, read_only=True) as register, register.snapshot():
        returns = register.edition_returns(edition.id)
        decisions = register.decisions_until(edition.decisions)
        files = register.edition_files(edition.id)
    if _unchanged(folder, edition, now.programme):
        archived = reviews_of(folder, files)
        given = read_reviews(archived, now.programme)[0] if archived is not None else ()
        return Basis(now.programme, period, now.details, given)
    with as_closed(folder, edition, returns, decisions, files) as state:
        then = state.programme
        return Basis(then, then.period(period.code), state.details, state.given())


def _unchanged(folder: Folder, edition: Edition, programme: Programme) -> bool:
    """Whether today's programme says what it said when the edition was closed."""
    from toolkit.programme.load import load
    from toolkit.register.archive import load as archived

    if hashlib.sha256(folder.programme.read_bytes()).hexdigest() == edition.programme:
        return True
    archived(edition.stored, edition.programme, folder.out)  # whole, or said why not
    return load(folder.out / edition.stored) == programme


def due_periods(
    programme: Programme, have: Collection[str], codes: Sequence[str]
) -> tuple[Period, ...]:
    """The periods asked for; else those that have returns, and the years they belong to.

    ``have`` are the codes of the periods that have returns. Raises ToolkitError when nothing
    is on record, or nothing for a period asked for.
    """
    if not have:
        raise ToolkitError("error.nothing_received")
    inside = {p.code: {p.code, *p.within} for p in programme.periods}
    covered = set().union(*(inside.get(code, set()) for code in have))
    asked = periods_of(programme, codes)
    for period in asked:
        if period.code not in covered:
            raise ToolkitError("error.no_data_for_period", period=period.code)
    return asked or tuple(
        p
        for p in programme.periods
        if p.code in have or (p.kind is PeriodKind.YEAR and p.code in covered)
    )


def asked_for(folder: Folder, periods: Sequence[str]) -> tuple[Programme, tuple[Period, ...]]:
    """The programme, with what is on record judged by it, and the periods that are due."""
    from toolkit.register.store import Register

    programme = load_programme(folder)
    bring_up_to_date(folder, programme)
    with Register(folder.register, read_only=True) as register:
        return programme, due_periods(programme, register.current_periods(), periods)


class Loaded:
    """What is on record, this year and last, loaded when something is to be made of it."""

    def __init__(self, folder: Folder, programme: Programme, year_before: Path | None) -> None:
        self._folder, self._programme, self._year_before = folder, programme, year_before

    @cached_property
    def now(self) -> Archive:
        """This year's returns."""
        return Archive(self._programme, recorded_details(self._folder))

    @cached_property
    def before(self) -> Archive | None:
        """Last year's, where they are named."""
        return last_year(self._folder, self._programme, self._year_before)


def bases_of(folder: Folder, periods: Sequence[str]) -> tuple[Sequence[Period], Sequence[Basis]]:
    """The periods to draw, and what each is drawn from."""
    programme = load_programme(folder)
    now = Archive(programme, current_details(folder, programme))
    asked = due_periods(programme, now.periods, periods)
    closed = closed_editions(folder)
    return asked, [basis_of(folder, now, period, closed.get(period.code)) for period in asked]
