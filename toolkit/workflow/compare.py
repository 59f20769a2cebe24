"""A published edition against the present day, or against another edition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit import __version__
from toolkit.errors import ToolkitError
from toolkit.folder import Folder
from toolkit.text import match_key
from toolkit.workflow.common import load_programme
from toolkit.workflow.judging import bring_up_to_date
from toolkit.workflow.named import edition_named
from toolkit.workflow.reviews import reviews_for

if TYPE_CHECKING:
    from toolkit.consolidate.differences import Differences, ReturnAt, Side
    from toolkit.programme.model import Programme
    from toolkit.register.editions import EditionReader
    from toolkit.register.model import (
        Decision,
        Edition,
        FigureKey,
        PublishedFigure,
        Submission,
    )

# What the present day is called on the command line.
_NOW = frozenset(match_key(word) for word in ("now", "nay", "hiện nay", "hien-nay", "hien nay"))


@dataclass(frozen=True, slots=True)
class Compared:
    """``after`` is None for the present day; ``waiting`` are the returns in it that a closed
    edition still holds back."""

    programme: Programme
    before: Edition
    after: Edition | None
    differences: Differences
    waiting: tuple[Submission, ...] = ()


def compare(folder: Folder, before: str, after: str = "now") -> Compared:
    """What changed in which figure from one edition to another or to the present day.

    The present day is what would be consolidated if the edition were reopened: what came
    after closing counts in it. Raises ToolkitError for an edition that is not there and for
    two editions of different periods.
    """
    from toolkit.consolidate.differences import differences
    from toolkit.register.editions import EditionReader

    programme = load_programme(folder)
    bring_up_to_date(folder, programme)
    with EditionReader(folder.register, read_only=True) as register, register.snapshot():
        editions = register.editions()
        old = edition_named(programme, before, editions)
        one = _published(register, old)
        if match_key(after) in _NOW:
            waiting = tuple(s for s in register.held_back() if s.period in old.periods)
            now = _present(folder, register, programme, old)
            return Compared(programme, old, None, differences(one, now), waiting)
        new = edition_named(programme, after, editions)
        if new.period != old.period:
            raise ToolkitError("edition.other_period", before=old.name, after=new.name)
        return Compared(programme, old, new, differences(one, _published(register, new)))


def _published(register: EditionReader, edition: Edition) -> Side:
    from toolkit.consolidate.differences import ReturnAt, Side

    rulings = _rulings(register.decisions_until(edition.decisions))
    returns = {
        (r.unit, r.period): ReturnAt(r.sha256, r.file, r.received, rulings.get(r.sha256, ""))
        for r in register.edition_returns(edition.id)
        if r.counted and r.period in edition.periods
    }
    return Side(
        _by_key(register.edition_figures(edition.id)),
        returns,
        edition.fingerprint,
        edition.judged_with,
        edition.version,
    )


def _present(
    folder: Folder, register: EditionReader, programme: Programme, edition: Edition
) -> Side:
    from toolkit.consolidate.consolidate import consolidate
    from toolkit.consolidate.differences import Side
    from toolkit.consolidate.published import published
    from toolkit.programme.fingerprint import judging_key

    period = next((p for p in programme.periods if p.code == edition.period), None)
    if period is None:
        raise ToolkitError("edition.period_gone", period=edition.period)
    details = register.would_count(edition)
    reviews, _ = reviews_for(folder, programme, period)
    figures = published(consolidate(programme, period, details, reviews))
    inside = {p.code for p in programme.collected_periods() if period.code in (p.code, *p.within)}
    return Side(
        _by_key(figures),
        _counting((d.submission for d in details), inside),
        programme.fingerprint,
        judging_key(programme),
        __version__,
    )


def _by_key(figures: Sequence[PublishedFigure]) -> dict[FigureKey, PublishedFigure]:
    return {figure.key: figure for figure in figures}


def _counting(
    submissions: Iterable[Submission], periods: set[str]
) -> dict[tuple[str, str], ReturnAt]:
    from toolkit.consolidate.differences import ReturnAt

    return {
        (s.unit, s.period): ReturnAt(s.sha256, s.file, s.received, _ruling(s.decision))
        for s in submissions
        if s.period in periods
    }


def _rulings(decisions: Sequence[Decision]) -> dict[str, str]:
    """The decision in force about each return, by its hash."""
    return {one.sha256: _ruling(one) for one in decisions}


def _ruling(decision: Decision | None) -> str:
    """The ruling with what it waived; "" where none is in force."""
    from toolkit.register.model import Ruling

    if decision is None or decision.ruling is Ruling.REOPEN:
        return ""
    return " ".join((decision.ruling.value, *sorted(decision.waived)))
