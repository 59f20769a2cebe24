"""The last sections of a report: shortcomings, proposals, next tasks, what units wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.consolidate.facts import Facts
from toolkit.consolidate.narrative import Heading
from toolkit.consolidate.themes import Theme, theme
from toolkit.messages.documents import said
from toolkit.programme.model import Unit
from toolkit.report.official import telling
from toolkit.report.official.blocks import Block, body, bullet, heading, lead, open_words
from toolkit.report.official.goals import indicator_actual
from toolkit.report.official.results import task_names
from toolkit.report.official.telling import Desk, count

# Opinions told in the text; all of them stand in the annex.
MOST_OPINIONS = 12


def shortcomings(desk: Desk) -> Iterator[Block]:
    """Section IV: returns, indicators and tasks, difficulties the units name."""
    yield heading(said("shortcomings.returns"))
    for words in return_faults(desk.facts, several=desk.several):
        yield bullet(words)
    yield heading(said("shortcomings.work"))
    for words in work_faults(desk.facts):
        yield bullet(words)
    yield heading(said("shortcomings.difficulties"))
    yield from _opinions(desk, Theme.DIFFICULTY)
    yield open_words(said("shortcomings.causes"))


def return_faults(facts: Facts, *, several: bool) -> list[str]:
    """What is amiss with the returns; that nothing is, otherwise."""
    words = []
    if facts.missing_ones:
        units = telling.owing(facts.missing_ones, several=several)
        words.append(said("shortcomings.missing", units=units))
    if facts.late_ones:
        key = "late_days_of" if several else "late_days"
        units = telling.with_periods(
            (
                one.unit,
                said(
                    f"shortcomings.{key}",
                    period=telling.within(one.period.name),
                    days=count(one.late_days),
                ),
            )
            for one in facts.late_ones
        )
        words.append(said("shortcomings.late", units=units))
    if facts.returned_ones:
        units = telling.owing(facts.returned_ones, several=several)
        words.append(said("shortcomings.returned", units=units))
    return words or [said("shortcomings.in_order")]


def work_faults(facts: Facts) -> list[str]:
    """Indicators missed, and tasks on which the units differ."""
    words = [
        said(
            "shortcomings.indicator",
            label=one.row.label,
            actual=indicator_actual(one),
            target=telling.target_words(one.row.item, one.attainment),
            note=telling.note(facts, one.figure),
        )
        for one in facts.not_reached
    ]
    for tasks in facts.tasks:
        behind = tasks.unfinished
        if behind:
            which = task_names(tasks, behind)
            key = "tasks_form" if len(facts.tasks) > 1 else "tasks"
            words.append(said(f"shortcomings.{key}", form=tasks.form.name, which=which))
    return words or [said("shortcomings.work_done")]


def proposals(desk: Desk) -> Iterator[Block]:
    """Section V: what the units propose, and room for the office's own."""
    yield from _opinions(desk, Theme.PROPOSAL)
    yield open_words(said("proposals.own"))


def next_tasks(desk: Desk) -> Iterator[Block]:
    """Section VI: what is left of this period, what the units plan, and the office's own."""
    for words in next_points(desk.facts):
        yield bullet(words)
    if any(theme(h) is Theme.NEXT for h in desk.facts.narratives):
        yield from _opinions(desk, Theme.NEXT)
    yield open_words(said("next.write"))


def next_points(facts: Facts) -> list[str]:
    """What follows from the figures: indicators missed, tasks not finished, returns lacking."""
    words = []
    if facts.not_reached:
        labels = "; ".join(one.row.label for one in facts.not_reached)
        words.append(said("next.indicators", labels=labels))
    for tasks in facts.tasks:
        behind = tasks.unfinished
        if behind:
            which = task_names(tasks, behind)
            key = "tasks_form" if len(facts.tasks) > 1 else "tasks"
            words.append(said(f"next.{key}", form=tasks.form.name, which=which))
    wanted = (*facts.missing_ones, *facts.returned_ones)
    if wanted:
        units = list({one.unit.code: one.unit for one in wanted}.values())
        words.append(said("next.returns", units=telling.names(units)))
    return words


# --- what the units wrote ---------------------------------------------------------------------


def _opinions(desk: Desk, about: Theme) -> Iterator[Block]:
    questions = [h for h in desk.facts.narratives if theme(h) is about]
    if not questions:
        yield body(said("stories.none"))
        return
    for question in questions:
        if len(questions) > 1:
            again = [h.title for h in questions].count(question.title) > 1
            key = "question_form" if again else "question"
            yield lead(said(f"stories.{key}", title=question.title, form=question.form.name))
        for words in opinions(question, MOST_OPINIONS):
            yield bullet(words)
        if len(question.passages) > MOST_OPINIONS:
            yield body(said("stories.more", annex=desk.annexes["stories"]))


def opinions(question: Heading, most: int | None = None) -> list[str]:
    """The passages, those of most units first, and who had nothing to say."""
    asked = _asked(question)
    ordered = sorted(question.passages, key=lambda p: -len(p.units))
    words = [
        said(
            "stories.passage",
            text=" ".join(passage.text.split()).rstrip(" ."),
            units=_speakers(passage.units, asked),
        )
        for passage in ordered[:most]
    ]
    if question.nothing:
        words.append(said("stories.nothing", count=count(len(question.nothing)), asked=asked))
    if question.silent:
        words.append(said("stories.silent", count=count(len(question.silent)), asked=asked))
    return words or [said("stories.nobody")]


def _asked(question: Heading) -> int:
    speakers = {unit.code for passage in question.passages for unit in passage.units}
    return len(speakers) + len(question.nothing) + len(question.silent)


def _speakers(units: Sequence[Unit], asked: int) -> str:
    if len(units) > telling.MOST_NAMES:
        return said("stories.all_units", count=count(len(units)), asked=count(asked))
    return telling.names(units)
