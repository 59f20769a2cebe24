"""The sheets that judge and gather: scores, task progress, opinions, probable duplicates.

Each is drawn only where the programme asks for it and there is something to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.consolidate.model import Consolidation
from toolkit.consolidate.narrative import Heading, gathered
from toolkit.consolidate.tasks import TaskLine, task_lines
from toolkit.consolidate.twins import Duplicates, probable_duplicates
from toolkit.programme.model import FormKind
from toolkit.report.summary.drawn import Sheet
from toolkit.report.summary.opinions import draw_opinions
from toolkit.report.summary.score_details import draw_score_details
from toolkit.report.summary.score_sheet import draw_scores
from toolkit.report.summary.task_sheet import draw_tasks
from toolkit.report.summary.titles import frame_titles
from toolkit.report.summary.twins import draw_twins


@dataclass(frozen=True, slots=True)
class Judged:
    """What these sheets show besides the scores, worked out before anything is drawn."""

    tasks: Sequence[TaskLine]
    opinions: Sequence[Heading]
    twins: Duplicates


def judged(consolidation: Consolidation) -> Judged:
    """What there is to show of a consolidation."""
    return Judged(
        task_lines(consolidation),
        # What units write row by row stands with the rows; questions are gathered here.
        gathered(consolidation, (FormKind.QUESTIONS,)),
        probable_duplicates(consolidation),
    )


def judgements(
    consolidation: Consolidation, found: Judged, names: Mapping[str, str]
) -> Iterator[Sheet]:
    """The sheets; ``names`` are those of the workbook's own sheets by key."""
    frame, scores = frame_titles(consolidation), consolidation.scores
    if scores is not None and scores.units:
        table, details = scores, names["score_details"]
        yield Sheet(
            names["scores"], "scores", lambda s, p: draw_scores(s, table, details, frame, p)
        )
        yield Sheet(details, "score_details", lambda s, p: draw_score_details(s, table, frame, p))
    if found.tasks:
        yield Sheet(names["tasks"], "tasks", lambda s, p: draw_tasks(s, found.tasks, frame, p))
    if found.opinions:
        yield Sheet(
            names["opinions"], "opinions", lambda s, p: draw_opinions(s, found.opinions, frame, p)
        )
    if found.twins.pairs:
        yield Sheet(names["twins"], "twins", lambda s, p: draw_twins(s, found.twins, frame, p))
