"""The annexes of a report: tasks, indicators by unit, lists, returns, what units wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from toolkit.consolidate.facts import Facts, Indicator, Listed, Tasks
from toolkit.consolidate.model import Entry, Part, PeriodStatus, ReturnState, UnitLine, UnitStatus
from toolkit.consolidate.narrative import Heading
from toolkit.intake.model import State
from toolkit.messages.documents import said
from toolkit.programme.model import Field, FieldType, Role, Unit
from toolkit.report.official import telling
from toolkit.report.official.blocks import (
    Annex,
    Block,
    Column,
    Grid,
    Look,
    body,
    bullet,
    fitted,
    heading,
    roman,
)
from toolkit.report.official.form import OfficialForm
from toolkit.report.official.ranks import rank_blocks
from toolkit.report.official.remarks import opinions
from toolkit.report.official.telling import count

_TT = 11.0
_SMALL, _SMALLER = 11.0, 10.0
# So many indicators stand side by side; further ones in a table of their own.
_ABREAST = 5
_MOST_COLUMNS = 8


def numbering(facts: Facts) -> Mapping[str, str]:
    """The Roman numbers of the annexes there will be, by key."""
    keys = []
    if any(tasks.tasks for tasks in facts.tasks):
        keys.append("tasks")
    if any(one.row.lines for one in facts.indicators):
        keys.append("indicators")
    keys += [f"list:{listed.form.code}" for listed in facts.lists if listed.entries]
    scored = facts.consolidation.scores
    if scored is not None and scored.units:
        keys.append("scores")
    if facts.returns.expected:
        keys.append("returns")
    if any(question.passages for question in facts.narratives):
        keys.append("stories")
    return {key: roman(place) for place, key in enumerate(keys, 1)}


def annexes(facts: Facts, form: OfficialForm) -> Iterator[Annex]:
    """The annexes in the order of their numbers."""
    numbers, wide, upright = numbering(facts), float(form.annex_width), float(form.width)
    if "tasks" in numbers:
        shown = [tasks for tasks in facts.tasks if tasks.tasks]
        blocks: list[Block] = []
        for tasks in shown:
            if len(shown) > 1:  # tables that touch would run together
                blocks.append(heading(tasks.form.name))
            blocks.append(_task_grid(tasks, wide))
        yield Annex(numbers["tasks"], said("annex.tasks"), tuple(blocks))
    if "indicators" in numbers:
        yield Annex(numbers["indicators"], said("annex.indicators"), tuple(_by_unit(facts, wide)))
    for listed in facts.lists:
        number = numbers.get(f"list:{listed.form.code}")
        if number:
            rows: tuple[Block, ...] = (
                _list_grid(facts, listed, wide),
                body(said("annex.list_note"), Look.NOTE),
            )
            yield Annex(number, listed.form.name.upper(), rows)
    if "scores" in numbers:
        ranked = rank_blocks(facts, wide)
        yield Annex(numbers["scores"], said("annex.scores"), ranked)
    if "returns" in numbers:
        statuses = facts.consolidation.status
        landscape = len(statuses) > 4
        grid = _return_grid(facts, statuses, wide if landscape else upright)
        yield Annex(numbers["returns"], said("annex.returns"), (grid,), landscape=landscape)
    if "stories" in numbers:
        passages = tuple(_stories(facts))
        yield Annex(numbers["stories"], said("annex.stories"), passages, landscape=False)


# --- tasks ------------------------------------------------------------------------------------


def _task_grid(tasks: Tasks, width: float) -> Grid:
    """A row per task: how many units gave each status."""
    dated = any(t.row.item is not None and t.row.item.due for t in tasks.tasks)
    lacking = any(t.asked > t.answered for t in tasks.tasks)
    columns = [Column(said("column.tt"), _TT, centred=True), Column(said("column.task"), 96)]
    columns += [Column(said("column.due"), 22, centred=True)] if dated else []
    columns += [Column(state, 19, centred=True) for state in tasks.states]
    columns += [Column(said("column.unreported"), 19, centred=True)] if lacking else []
    if tasks.progress is not None:
        columns.append(Column(said("column.progress"), 20, centred=True))
    rows = []
    for task in tasks.tasks:
        item = task.row.item
        row = [item.number if item is not None else "", task.row.label]
        row += [item.due if item is not None else ""] if dated else []
        row += [count(task.tally.get(state, 0)) for state in tasks.states]
        row += [count(task.asked - task.answered)] if lacking else []
        if tasks.progress is not None:
            given = task.row.totals[tasks.progress.code].value
            row.append(telling.value(tasks.progress, given) or "-")
        rows.append(tuple(row))
    return Grid(fitted(columns, width), tuple(rows), size=_SMALL)


# --- indicators by unit -----------------------------------------------------------------------


def _by_unit(facts: Facts, width: float) -> Iterator[Block]:
    shown = [one for one in facts.indicators if one.row.lines]
    for start in range(0, len(shown), _ABREAST):
        if start:
            yield body("", Look.NOTE)
        yield _unit_grid(facts, shown[start : start + _ABREAST], width)
    yield body(said("annex.unit_note"), Look.NOTE)
    if any(one.figure.coverage is not None and one.figure.coverage.partial for one in shown):
        yield body(said("annex.unit_partial"), Look.NOTE)
    if any(one.figure.coverage is not None and one.figure.coverage.succeeded for one in shown):
        yield body(said("annex.unit_succeeded"), Look.NOTE)


def _unit_grid(facts: Facts, indicators: Sequence[Indicator], width: float) -> Grid:
    lines = [{line.unit.code: line for line in one.row.lines} for one in indicators]
    units = [u for u in facts.consolidation.programme.units if any(u.code in own for own in lines)]
    columns = [
        Column(said("column.tt"), _TT, centred=True),
        Column(said("column.unit"), 36),
        *(Column(one.row.label, 200 / max(3, len(indicators)), centred=True) for one in indicators),
    ]
    rows = [
        (
            str(place),
            unit.name,
            *(
                _unit_cell(one, own.get(unit.code))
                for one, own in zip(indicators, lines, strict=True)
            ),
        )
        for place, unit in enumerate(units, 1)
    ]
    whole = ("", said("column.whole"), *(_whole_cell(one) for one in indicators))
    return Grid(
        fitted(columns, width), (*rows, whole), strong=frozenset({len(rows)}), size=_SMALLER
    )


def _unit_cell(one: Indicator, line: UnitLine | None) -> str:
    if line is None:
        return ""
    given = line.figures[one.field.code].value
    if not isinstance(given, Decimal):
        return "-"
    fields = {f.role: f for f in reversed(one.form.fields) if f.role is not None}
    made = ""
    if one.done is not None:
        made = _made_of(line, fields, given)
    cover = one.figure.coverage
    late = "*" if cover is not None and line.unit.code in cover.partial else ""
    told = f"{telling.value(one.field, given)}{made}{late}"
    return f"[{told}]" if cover is not None and line.unit.code in cover.succeeded else told


def _made_of(line: UnitLine, fields: Mapping[Role, Field], rate: Decimal) -> str:
    """Numerator and denominator of a unit's rate, where they give just that rate."""

    def given(role: Role) -> Decimal | None:
        field = fields.get(role)
        value = line.figures[field.code].value if field and field.code in line.figures else None
        return value if isinstance(value, Decimal) else None

    whole = given(Role.PLAN)
    for role in (Role.CUMULATIVE, Role.ACTUAL):
        done = given(role)
        if done is not None and whole and done / whole == rate:
            parts = [telling.plain(number) for number in (done, whole)]
            return f" ({'/'.join(parts)})"
    return ""


def _whole_cell(one: Indicator) -> str:
    shown = telling.attained(one.field, one.attainment)
    if one.done is None or one.whole is None:
        return shown or "-"
    parts = [telling.plain(number) for number in (one.done, one.whole)]
    return f"{shown} ({'/'.join(parts)})"


# --- lists ------------------------------------------------------------------------------------


def _list_grid(facts: Facts, listed: Listed, width: float) -> Grid:
    """Every row that was filled in: unit by unit, each in the order of the periods."""
    fields = [f for f in listed.form.fields if f.is_input and f.role is not Role.REMARK]
    fields = fields[:_MOST_COLUMNS]
    several = len({entry.period.code for entry in listed.entries}) > 1
    columns = [Column(said("column.tt"), _TT, centred=True), Column(said("column.unit"), 30)]
    columns += [Column(said("column.period"), 22, centred=True)] if several else []
    columns += [_list_column(field) for field in fields]
    order = {u.code: place for place, u in enumerate(facts.consolidation.programme.units)}
    rows = []
    for place, entry in enumerate(sorted(listed.entries, key=lambda e: order[e.unit.code]), 1):
        head = [str(place), telling.short(entry.unit)]
        head += [entry.period.name] if several else []
        rows.append((*head, *(_entry_cell(entry, field) for field in fields)))
    return Grid(fitted(columns, width), tuple(rows), size=_SMALLER)


def _list_column(field: Field) -> Column:
    if field.type is FieldType.TEXT:
        return Column(field.title, min(60.0, 1.6 * (field.width or 24)))
    return Column(field.title, 24 if field.type is not FieldType.CHOICE else 30, centred=True)


def _entry_cell(entry: Entry, field: Field) -> str:
    part: Part | None = entry.answers.get(field.code)
    if part is None or part.value is None:
        unread = part is not None and part.state is State.UNREADABLE
        return said("column.faulty") if unread else ""
    if field.type is FieldType.DATE:
        return telling.value(field, part.value).removeprefix(said("figures.day", day=""))
    return telling.value(field, part.value)


# --- returns ----------------------------------------------------------------------------------


def _return_grid(facts: Facts, statuses: Sequence[PeriodStatus], width: float) -> Grid:
    found = [{one.unit.code: one for one in status.units} for status in statuses]
    units = [u for u in facts.consolidation.programme.units if any(u.code in own for own in found)]
    columns = [Column(said("column.tt"), _TT, centred=True), Column(said("column.unit"), 45)]
    columns += [Column(status.period.name, 27, centred=True) for status in statuses]
    rows = tuple(
        (str(place), unit.name, *(_return_cell(own, unit) for own in found))
        for place, unit in enumerate(units, 1)
    )
    return Grid(fitted(columns, width), rows, size=_SMALL)


def _return_cell(own: Mapping[str, UnitStatus], unit: Unit) -> str:
    one = own.get(unit.code)
    if one is None:
        return said("state.none")
    state = one.shown
    if one.late_days and (one.accepted or one.state is ReturnState.RETURNED):
        state += "_late"
    return said(f"state.{state}", days=count(one.late_days))


# --- what the units wrote ---------------------------------------------------------------------


def _stories(facts: Facts) -> Iterator[Block]:
    """Every passage under its question, with its units."""
    for question in facts.narratives:
        if question.passages:
            yield heading(_question(question))
            for words in opinions(question):
                yield bullet(words)


def _question(question: Heading) -> str:
    """The question; of a row its number and the beginning of its text, whole in its annex."""
    item = question.item
    if item is None:
        return question.title
    label = telling.clipped(item.text, 2 * telling.LABEL)
    number = f"{item.number}. " if any(map(str.isalnum, item.number)) else ""
    return said("annex.question", number=number, label=label, title=question.field.title)
