"""Scoring: the file to review in, and the scores as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import ToolkitError
from toolkit.findings import Finding, has_errors
from toolkit.folder import Folder
from toolkit.workflow.basis import due_periods
from toolkit.workflow.common import Progress, load_programme, periods_of, silent
from toolkit.workflow.judging import current_details
from toolkit.workflow.reviews import reviews_for

if TYPE_CHECKING:
    from toolkit.consolidate.score_model import ScoreTable
    from toolkit.programme.model import Period, Programme
    from toolkit.register.model import SubmissionDetail


@dataclass(frozen=True, slots=True)
class Scored:
    """A period scored. ``file`` is None where the file at hand has faults and was kept."""

    period: Period
    file: Path | None
    findings: tuple[Finding, ...] = ()
    rows: int = 0
    unreviewed: int = 0
    incomplete: int = 0
    changed: tuple[str, ...] = ()  # where the unit changed its own score after the review
    exported: tuple[Path, ...] = ()


def score(
    folder: Folder,
    periods: Sequence[str] = (),
    *,
    lang: str = "vi",
    progress: Progress = silent,
) -> tuple[Scored, ...]:
    """``cham-diem/PERIOD.xlsx`` to review in, and the scores as JSON and CSV.

    What was typed in the file before stays; a file with a fault is not written over. Raises
    ToolkitError where the programme has no criteria, for a period it does not score, and
    where nothing is on record.
    """
    from toolkit.consolidate.scoring import scored_periods

    programme = load_programme(folder)
    if not programme.criteria:
        raise ToolkitError("score.error.no_criteria")
    possible = scored_periods(programme)
    for period in periods_of(programme, periods):
        if period not in possible:
            known = ", ".join(p.code for p in possible)
            raise ToolkitError("score.error.not_scored", period=period.code, known=known)
    details = current_details(folder, programme)
    have = {detail.submission.period for detail in details}
    asked = [p for p in due_periods(programme, have, periods) if p in possible]
    return tuple(
        _score(folder, programme, period, details, lang)
        for period in progress(asked, "score.cli.progress")
    )


def _score(
    folder: Folder,
    programme: Programme,
    period: Period,
    details: Sequence[SubmissionDetail],
    lang: str,
) -> Scored:
    from toolkit.consolidate.consolidate import consolidate
    from toolkit.report.judgement_export import write_judgements
    from toolkit.report.review_file import write_review_file

    reviews, findings = reviews_for(folder, programme, period)
    consolidation = consolidate(programme, period, details, reviews)
    table = consolidation.scores
    assert table is not None
    exported = write_judgements(consolidation, folder.reports(period.code), lang)
    if has_errors(findings):
        return Scored(period, None, findings, exported=exported)
    target = folder.review(period.code)
    rows = write_review_file(table, reviews, target, lang)
    return Scored(
        period,
        target,
        findings,
        rows,
        sum(one.unreviewed for one in table.units),
        sum(one.incomplete for one in table.units),
        tuple(_changed(table)),
        exported,
    )


def _changed(table: ScoreTable) -> list[str]:
    return [
        f"{one.unit.short or one.unit.name} – {score.criterion.code}"
        for one in table.units
        for score in one.criteria
        if any(note.key == "own_changed" for note in score.notes)
    ]
