"""The sheet of single scores: one row a unit and criterion, with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from toolkit.consolidate.score_model import CriterionScore, ScoreState, ScoreTable, UnitScore
from toolkit.report.score_words import basis_words
from toolkit.report.summary.block import (
    Cell,
    Column,
    Live,
    Marked,
    draw_head,
    draw_rows,
    draw_titles,
)
from toolkit.report.summary.pen import Pen, link_to, page_setup, plain
from toolkit.report.summary.titles import titles_of

FIRST = 5  # the row of the first score
OWN, REVIEWED, DIFFERENCE, POINTS = 5, 6, 7, 8
_SOURCE = 11
_COLUMNS = (
    ("unit", 20.0, "left"),
    ("code", 8.0, "center"),
    ("criterion", 36.0, "left"),
    ("method", 10.0, "center"),
    ("maximum", 8.0, "center"),
    ("own", 10.0, "center"),
    ("reviewed", 10.0, "center"),
    ("difference", 10.0, "center"),
    ("points", 9.0, "center"),
    ("state", 13.0, "center"),
    ("basis", 48.0, "left"),
    ("source", 30.0, "left"),
)
_COLOURS = {ScoreState.PROVISIONAL: "#FFF2CC", ScoreState.INCOMPLETE: "#F8CBAD"}


def draw_score_details(sheet: Worksheet, table: ScoreTable, frame: Sequence[str], pen: Pen) -> None:
    """Every score in the order of units and criteria, filterable."""
    columns = [
        Column(pen.say(f"scores.{key}"), width, align, "#,##0.##" if align == "center" else "")
        for key, width, align in _COLUMNS
    ]
    titles = titles_of(frame, pen.say("scores.details_title"))
    draw_titles(
        sheet, pen, titles, [column.width for column in columns], pen.say("scores.details_note")
    )
    draw_head(sheet, pen, FIRST - 1, columns)
    scores = [(one, score) for one in table.units for score in one.criteria]
    links = {}
    for place, (_, score) in enumerate(scores):
        part = next((p for p in score.parts if p.stored), None)
        if part is not None:
            links[place, _SOURCE] = link_to(part)
    rows = (list(_row(one, score, FIRST + n, pen)) for n, (one, score) in enumerate(scores))
    draw_rows(sheet, pen, FIRST, columns, rows, links)
    sheet.autofilter(FIRST - 1, 0, FIRST - 1 + max(len(scores), 1), len(columns) - 1)
    sheet.freeze_panes(FIRST, 2)
    page_setup(sheet, pen, len(columns) - 1, (FIRST - 1, FIRST - 1))


def _row(one: UnitScore, score: CriterionScore, row: int, pen: Pen) -> Iterator[Cell]:
    criterion = score.criterion
    yield one.unit.name
    yield criterion.code
    yield criterion.text
    yield pen.say("scores.by_self" if criterion.self_scored else "scores.by_formula")
    yield criterion.maximum
    yield score.own
    yield score.reviewed
    yield _difference(score, row)
    yield _points(score, row)
    yield _state(score, pen)
    yield basis_words(score, pen)
    yield _source(score, pen)


def _difference(score: CriterionScore, row: int) -> Cell:
    if score.difference is None:
        return ""
    reviewed, own = (xl_rowcol_to_cell(row, index) for index in (REVIEWED, OWN))
    value = plain(score.difference)
    return Live(f"={reviewed}-{own}", value) if not isinstance(value, str) else ""


def _points(score: CriterionScore, row: int) -> Cell:
    """The reviewed points where there are any, else the own; a failed condition's 0 is typed."""
    if score.points is None:
        return ""
    source = REVIEWED if score.reviewed is not None else OWN
    taken = score.reviewed if score.reviewed is not None else score.own
    if taken != score.points:
        return score.points
    value = plain(score.points)
    return Live(f"={xl_rowcol_to_cell(row, source)}", value) if not isinstance(value, str) else ""


def _state(score: CriterionScore, pen: Pen) -> Cell:
    words = pen.say(f"scores.state_{score.state.value}")
    return Marked(words, _COLOURS[score.state]) if score.state in _COLOURS else words


def _source(score: CriterionScore, pen: Pen) -> str:
    """The first cell the score rests on, and how many more there are."""
    if not score.parts:
        return ""
    first = score.parts[0]
    more = len(score.parts) - 1
    period = pen.programme.period(first.period).name
    words = pen.say("scores.cell", period=period, cell=first.cell)
    return pen.say("scores.and_more", first=words, count=more) if more else words
