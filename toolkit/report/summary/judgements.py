"""The sheets that judge and gather: scores, task progress, opinions, probable duplicates.

Each is drawn only where the programme asks for it and there is something to show.
"""

from __future__ import annotations

from collections.abc import Mapping

from xlsxwriter import Workbook

from toolkit.consolidate.model import Consolidation
from toolkit.consolidate.narrative import gathered
from toolkit.consolidate.tasks import task_lines
from toolkit.consolidate.twins import probable_duplicates
from toolkit.programme.model import FormKind
from toolkit.report.summary.opinions import draw_opinions
from toolkit.report.summary.pen import Pen
from toolkit.report.summary.score_details import draw_score_details
from toolkit.report.summary.score_sheet import draw_scores
from toolkit.report.summary.task_sheet import draw_tasks
from toolkit.report.summary.titles import frame_titles
from toolkit.report.summary.twins import draw_twins


def draw_judgements(
    book: Workbook, consolidation: Consolidation, names: Mapping[str, str], pen: Pen
) -> None:
    """Add the sheets; ``names`` are those of the workbook's own sheets by key."""
    frame = frame_titles(consolidation)
    if consolidation.scores is not None and consolidation.scores.units:
        details = names["score_details"]
        draw_scores(book.add_worksheet(names["scores"]), consolidation.scores, details, frame, pen)
        draw_score_details(book.add_worksheet(details), consolidation.scores, frame, pen)
    lines = task_lines(consolidation)
    if lines:
        draw_tasks(book.add_worksheet(names["tasks"]), lines, frame, pen)
    # What units write row by row stands with the rows; questions are gathered here.
    headings = [h for h in gathered(consolidation) if h.form.kind is FormKind.QUESTIONS]
    if headings:
        draw_opinions(book.add_worksheet(names["opinions"]), headings, frame, pen)
    found = probable_duplicates(consolidation)
    if found.pairs:
        draw_twins(book.add_worksheet(names["twins"]), found, frame, pen)
