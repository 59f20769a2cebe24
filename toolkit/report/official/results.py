"""The first section of a report: returns, tasks, single figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.consolidate.facts import Facts, Stated, Task, Tasks
from toolkit.consolidate.themes import Theme, theme
from toolkit.messages.documents import said
from toolkit.report.official import telling
from toolkit.report.official.blocks import Block, body, bullet, heading, lead, open_words
from toolkit.report.official.changes import change_words
from toolkit.report.official.ranks import scores_in_words
from toolkit.report.official.telling import Desk, count


def results(desk: Desk) -> Iterator[Block]:
    """Section I: returns, tasks, single figures."""
    yield open_words(said("results.leadership"))
    yield heading(said("results.returns"))
    yield body(_returns(desk))
    number = 2
    if desk.facts.tasks:
        yield heading(said("results.tasks", number=number))
        number += 1
        for tasks in desk.facts.tasks:
            yield from _tasks(desk, tasks)
        if "tasks" in desk.annexes:
            yield body(said("tasks.annex", annex=desk.annexes["tasks"]))
    if desk.facts.figures:
        yield heading(said("results.figures", number=number))
        number += 1
        yield from _figures(desk)
    scored = desk.facts.consolidation.scores
    if scored is not None and scored.units:
        yield heading(said("results.scores", number=number))
        number += 1
        yield from scores_in_words(desk)
    if "stories" in desk.annexes and any(
        theme(h) is Theme.RESULT and h.passages for h in desk.facts.narratives
    ):
        yield heading(said("results.stories", number=number))
        yield open_words(said("results.stories_annex", annex=desk.annexes["stories"]))


# --- returns ----------------------------------------------------------------------------------


def _returns(desk: Desk) -> str:
    returns = desk.facts.returns
    statuses = desk.facts.consolidation.status
    if not returns.expected:
        return said("returns.nobody")
    numbers = {
        "expected": count(returns.expected),
        "received": count(returns.received),
        "on_time": count(returns.on_time),
        "late": count(returns.late),
        "missing": count(returns.missing),
        "rate": telling.rate(returns.received, returns.expected),
    }
    if desk.several:
        names = ", ".join(telling.within(s.period.name) for s in statuses)
        words = [said("returns.several", periods=count(len(statuses)), names=names, **numbers)]
    else:
        period = telling.within(statuses[0].period.name)
        words = [said("returns.one", period=period, **numbers)]
    if not returns.received:
        words.append(said("returns.none"))
    else:
        whole = "some" if returns.missing else "all"
        how = "late" if returns.late else "punctual"
        words.append(said(f"returns.{whole}_{how}", **numbers))
    if returns.returned:
        words.append(said("returns.returned", returned=count(returns.returned)))
    if "returns" in desk.annexes:
        words.append(said("returns.annex", annex=desk.annexes["returns"]))
    return " ".join(words)


# --- tasks ------------------------------------------------------------------------------------


def task_name(tasks: Tasks, task: Task) -> str:
    """``nhiệm vụ 3``; its text where the number is blank or not its own."""
    if number := own_number(tasks, task):
        return said("tasks.numbered", number=number)
    return said("tasks.named", label=telling.clipped(task.row.label, telling.LABEL))


def task_names(tasks: Tasks, named: Sequence[Task]) -> str:
    """Tasks by name; of many the first, and that there are others."""
    kept: list[Task] = []
    texts = 0  # tasks without a number of their own are called by their text, which is long
    for task in named[: telling.MOST_TASKS]:
        texts += not own_number(tasks, task)
        if texts <= telling.MOST_TEXTS:
            kept.append(task)
    names = ", ".join(task_name(tasks, task) for task in kept)
    return names + (said("tasks.others") if len(named) > len(kept) else "")


def own_number(tasks: Tasks, task: Task) -> str:
    """The number as printed; "" where it is blank or stands at another task too."""
    numbers = [t.row.item.number.strip() for t in tasks.tasks if t.row.item is not None]
    own = task.row.item.number.strip() if task.row.item is not None else ""
    return own if numbers.count(own) == 1 else ""


def _full_name(tasks: Tasks, task: Task) -> str:
    label = telling.clipped(task.row.label, telling.LABEL)
    if number := own_number(tasks, task):
        return said("tasks.full", number=number, label=label)
    return said("tasks.full_named", label=label)


def _tasks(desk: Desk, tasks: Tasks) -> Iterator[Block]:
    yield body(tasks_tally(desk.facts, tasks))
    if not tasks.answered:
        return
    agreed: set[str] = set()
    for state in tasks.states:
        alike = tasks.agreed(state)
        agreed |= {t.row.key for t in alike}
        if alike:
            which = task_names(tasks, alike)
            key = "agreed" if any(t.asked > 1 for t in alike) else "agreed_one"
            number = count(len(alike))
            yield bullet(said(f"tasks.{key}", state=state, count=number, which=which))
    mixed = [t for t in tasks.tasks if t.row.key not in agreed]
    for task in mixed[: telling.MOST_TASKS]:
        yield bullet(_mixed(tasks, task))


def tasks_tally(facts: Facts, tasks: Tasks) -> str:
    """How many answers gave each status."""
    numbers = {"tasks": count(len(tasks.tasks)), "answered": count(tasks.answered)}
    if not tasks.answered:
        return said("tasks.nobody", **numbers)
    tally = "; ".join(
        said(
            "tasks.share",
            count=count(tasks.tally[state]),
            state=state,
            rate=telling.rate(tasks.tally[state], tasks.answered),
        )
        for state in tasks.states
        if tasks.tally.get(state)
    )
    key = "tasks.given_form" if len(facts.tasks) > 1 else "tasks.given"
    return said(key, form=tasks.form.name, tally=tally, **numbers)


def _mixed(tasks: Tasks, task: Task) -> str:
    given = [
        said(
            "tasks.unit_share", state=state, count=count(task.tally[state]), asked=count(task.asked)
        )
        for state in tasks.states
        if task.tally.get(state)
    ]
    lacking = task.asked - task.answered
    missing = ""
    if lacking > 0:
        words = said("tasks.unreported", count=count(lacking), asked=count(task.asked))
        missing = words if given else words.removeprefix("; ")
    return said(
        "tasks.mixed", which=_full_name(tasks, task), tally="; ".join(given), missing=missing
    )


# --- single figures ---------------------------------------------------------------------------


def _figures(desk: Desk) -> Iterator[Block]:
    """A point each; the note that most share is said once below them."""
    stated = desk.facts.figures
    notes = [telling.coverage(desk.facts, one.figure.coverage) for one in stated]
    common = max(dict.fromkeys(n for n in notes if n), key=notes.count, default="")
    if notes.count(common) < 2:
        common = ""
    several = len({one.form.code for one in stated}) > 1
    last = ""
    for one, note in zip(stated, notes, strict=True):
        if several and one.form.code != last:
            yield lead(said("results.of_form", form=one.form.name))
        last = one.form.code
        own = said("figures.note", note=note) if note and note != common else ""
        change = change_words(desk.facts, one.form, one.row, one.field)
        yield bullet(figure_words(one, own, change))
    if common:
        alike = all(note == common for note in notes)
        yield body(said("figures.common" if alike else "figures.common_except", note=common))


def figure_words(one: Stated, note: str = "", change: str = "") -> str:
    """A figure with its label, its unit of measure, its change and the note given."""
    if one.figure.value is None:
        return said("figures.nothing", label=one.label, note=note)
    shown = telling.value(one.field, one.figure.value)
    unit = telling.measure(one.field, one.row.item)
    return said("figures.value", label=one.label, value=shown, unit=unit, change=change, note=note)
