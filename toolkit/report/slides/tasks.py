"""The slide of tasks: who has done what, by the names of the tasks."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from toolkit.consolidate.facts import Facts, Task, Tasks, is_done
from toolkit.messages.documents import said
from toolkit.report.official import results, telling
from toolkit.report.official.telling import clipped
from toolkit.report.slides import page
from toolkit.report.slides.charts import NOTHING, Bars, add_chart, coloured
from toolkit.report.slides.page import BODY, WIDTH, Box

# So many fit a slide and can still be read from the last row.
_MOST, _MOST_BESIDE = 12, 10
_LABEL, _SHORT = telling.CLIPS[2], telling.CLIPS[3]
_GAP = 0.3


def draw_tasks(slide: Any, facts: Facts) -> bool:
    """The tally in words and a chart of each form of tasks (at most two, side by side).

    Gives whether tasks are left out; the caller says so.
    """
    shown = [tasks for tasks in facts.tasks if tasks.answered][:2]
    tally = [results.tasks_tally(facts, tasks) for tasks in shown]
    page.bullets(slide, Box(BODY.left, BODY.top - 0.2, BODY.width, 0.4 + 0.5 * len(shown)), tally)
    top = BODY.top + 0.25 + 0.5 * len(shown)
    height = BODY.top + BODY.height - top
    if all(task.asked == 1 for tasks in shown for task in tasks.tasks):
        _by_state(slide, shown, top, height)
        return len(shown) < len(facts.tasks)
    width = (BODY.width - _GAP * (len(shown) - 1)) / len(shown)
    most = _MOST if len(shown) == 1 else _MOST_BESIDE
    for place, tasks in enumerate(shown):
        box = Box(BODY.left + place * (width + _GAP), top, width, height)
        title = tasks.form.name if len(shown) > 1 else ""
        add_chart(slide, box, _bars(tasks, most, _LABEL if len(shown) == 1 else _SHORT, title))
    kept = sum(min(most, len(tasks.tasks)) for tasks in shown)
    return facts.tasks_given > kept


def _bars(tasks: Tasks, most: int, label: int, title: str) -> Bars:
    """A bar a task: how many units gave each status."""
    shown = tasks.tasks[:most]
    given = [state for state in tasks.states if any(t.tally.get(state) for t in shown)]
    lacking = any(t.asked > t.answered for t in shown)
    names = [*given, *([said("slides.unreported")] if lacking else [])]
    values = [tuple(Decimal(t.tally.get(state, 0)) for t in shown) for state in given]
    if lacking:
        values.append(tuple(Decimal(t.asked - t.answered) for t in shown))
    palette = coloured(tasks.states)
    colours = [palette[tasks.states.index(state)] for state in given]
    colours += [NOTHING] if lacking else []
    return Bars(
        categories=tuple(clipped(task.row.label, label) for task in shown),
        series=tuple(zip(names, values, colours, strict=True)),
        alt=said("slides.alt_tasks"),
        horizontal=True,
        stacked=True,
        title=title,
        names=0.42,
    )


def _by_state(slide: Any, shown: Sequence[Tasks], top: float, height: float) -> None:
    """Where each task is one unit's: how many are in each state, and which are not finished."""
    offered = list(dict.fromkeys(state for tasks in shown for state in tasks.states))
    palette = dict(zip(offered, coloured(offered), strict=True))
    given = [state for state in offered if any(tasks.tally.get(state) for tasks in shown)]
    series = [
        (state, tuple(Decimal(tasks.tally.get(state, 0)) for tasks in shown), palette[state])
        for state in given
    ]
    lacking = tuple(Decimal(len(tasks.tasks) - tasks.answered) for tasks in shown)
    if any(lacking):
        series.append((said("slides.unreported"), lacking, NOTHING))
    bars = Bars(
        categories=tuple(clipped(tasks.form.name, _SHORT) for tasks in shown),
        series=tuple(series),
        alt=said("slides.alt_states"),
        stacked=True,
        title=said("slides.by_state"),
        legend=True,
    )
    add_chart(slide, Box(BODY.left, top, 4.6, height), bars)
    box = Box(5.5, top, WIDTH - 5.5 - page.MARGIN, height)
    page.bullets(slide, box, _unfinished(shown))


def _unfinished(shown: Sequence[Tasks]) -> Sequence[str]:
    behind = [task for tasks in shown for task in tasks.unfinished]
    if not behind:
        return [said("slides.all_finished")]
    return [f"{said('slides.unfinished')}:", *(_named(task) for task in behind)]


def _named(task: Task) -> str:
    state = next((s for s, n in task.tally.items() if n and not is_done(s)), "")
    label = clipped(task.row.label, telling.LABEL)
    state = state or said("slides.unreported")
    return said("slides.unfinished_one", label=label, state=state)
