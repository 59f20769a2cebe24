"""The first section: the numbers a leader looks for, indicators and key figures in tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.consolidate.headline import (
    Indicators,
    Returns,
    TaskStates,
    indicators,
    returns,
    task_states,
)
from toolkit.consolidate.model import Consolidation, Figure
from toolkit.messages import text
from toolkit.programme.model import Field, FormKind
from toolkit.report.page.charts import legend, stack
from toolkit.report.page.forms import provisional, total_cell, value_cell, verdict_cells
from toolkit.report.page.markup import Markup, tag
from toolkit.report.page.table import Cell, Column, Kind, Look, Node, Table
from toolkit.report.shown import shown
from toolkit.report.summary.coverage import ratio
from toolkit.report.summary.formats import is_mean
from toolkit.report.summary.grid import ROW_COUNT, Block, Grid
from toolkit.report.summary.overview import coverage_note, key_figures, measured
from toolkit.report.summary.totals import total_words
from toolkit.report.voice import Voice


def cards(consolidation: Consolidation, plans: Sequence[Grid], voice: Voice) -> Markup:
    """The key figures, each with what it is made of or how far it is covered."""
    made = [_returns(returns(consolidation), voice)]
    held = indicators(consolidation)
    if held is not None:
        made.append(_indicators(held, voice))
    made += [_list(plan, voice) for plan in plans if plan.table.form.kind is FormKind.OPEN]
    made += [_tasks(one, voice) for one in task_states(consolidation)]
    return tag("ul", made, class_="cards")


def _card(big: str, of: str, what: str, lines: Sequence[str], *, wide: bool = False) -> Markup:
    return tag(
        "li",
        tag("p", what, class_="what"),
        tag("p", big, tag("small", of) if of else None, class_="big"),
        [tag("p", line) for line in lines if line],
        class_="card wide" if wide else "card",
    )


def _returns(counted: Returns, voice: Voice) -> Markup:
    def say(key: str, count: int) -> str:
        return text(f"page.card.{key}", voice.lang, count=_whole(count, voice))

    lines = (
        f"{say('on_time', counted.on_time)} · {say('late', counted.late)}",
        f"{say('missing', counted.missing)} · {say('returned', counted.returned)}",
        say("accepted", counted.accepted) if counted.accepted else "",
    )
    of = f" / {_whole(counted.expected, voice)}"
    return _card(_whole(counted.received, voice), of, text("page.card.returns", voice.lang), lines)


def _indicators(held: Indicators, voice: Voice) -> Markup:
    lines = (
        text("page.card.not_reached", voice.lang, count=_whole(held.not_reached, voice))
        + (
            " · " + text("page.card.without", voice.lang, count=_whole(held.without_figure, voice))
            if held.without_figure
            else ""
        ),
        text("page.provisional_long", voice.lang) if held.provisional else "",
    )
    of = f" / {_whole(held.total, voice)}"
    return _card(_whole(held.reached, voice), of, text("page.card.indicators", voice.lang), lines)


def _list(plan: Grid, voice: Voice) -> Markup:
    block = plan.blocks[0]
    figure = block.row.totals[ROW_COUNT]
    name = plan.table.form.name
    if figure.value is None:
        return _card("–", "", name, [total_words(plan, block, figure, voice)])
    return _card(
        shown(figure.value, "#,##0", voice.lang),
        f" {voice.say('rows_unit')}",
        name,
        _covered(figure, voice),
    )


def _covered(figure: Figure, voice: Voice) -> list[str]:
    if figure.coverage is None:
        return []
    counted, expected = ratio(figure.coverage)
    lines = [text("page.card.coverage", voice.lang, counted=counted, expected=expected)]
    if not figure.coverage.complete:
        lines.append(text("page.provisional_long", voice.lang))
    return lines


def _tasks(one: TaskStates, voice: Voice) -> Markup:
    """The states as one bar; each with its number in the legend."""
    missing = text("page.card.lacking", voice.lang)
    named = [(name or voice.say("state.value"), n) for name, n in one.states.items()]
    segments = [(name, Decimal(n), f"c{i % 8}") for i, (name, n) in enumerate(named)]
    segments.append((missing, Decimal(one.lacking), "c-none"))
    entries = [(f"{name}: {_whole(int(n), voice)}", look) for name, n, look in segments if n]
    title = one.form.name
    return tag(
        "li",
        tag("p", title, class_="what"),
        stack(segments, Decimal(max(one.asked, 1)), title, voice.lang),
        legend(entries),
        tag("p", text("page.card.asked", voice.lang, count=_whole(one.asked, voice))),
        class_="card wide",
    )


def _whole(count: int, voice: Voice) -> str:
    return shown(count, "#,##0", voice.lang)


# --- tables -------------------------------------------------------------------------------------


def indicator_table(plans: Sequence[Grid], voice: Voice) -> Table:
    """Each indicator's target, figure, verdict and coverage."""
    rows = [
        Node(tuple(_indicator_cells(plan, block, voice)))
        for plan in plans
        for block in plan.blocks
        if block.row.attainment is not None
    ]
    heads = (
        Column(voice.say("head.tt"), Kind.WORD),
        Column(voice.say("head.indicator"), wide=True),
        Column(voice.say("head.target"), Kind.WORD),
        Column(voice.say("head.attained"), Kind.NUMBER),
        Column(voice.say("head.verdict"), Kind.WORD),
        Column(voice.say("head.coverage_missing"), wide=True),
    )
    caption = text("page.indicators", voice.lang)
    return Table("indicators", caption, heads, tuple(rows), label=1, still=True)


def _indicator_cells(plan: Grid, block: Block, voice: Voice) -> Iterator[Cell]:
    held = block.row.attainment
    assert held is not None
    field = measured(plan, rate=held.target_is_rate)
    target, verdict = verdict_cells(block, voice)
    yield Cell(block.row.item.number if block.row.item else "")
    yield Cell(block.row.label)
    yield target
    yield total_cell(plan, block, plan.column(field.code), voice)
    yield verdict
    yield Cell(coverage_note(plan, block, field.code, voice))


def figure_table(plans: Sequence[Grid], voice: Voice) -> Table:
    """The numbers of lists and questions; those of fixed rows have a table of their own."""
    found = [one for plan in plans for one in key_figures(plan, voice)]
    rows = [
        Node(
            (
                Cell(label),
                _figure(plan, block, field, figure, voice),
                Cell(field.unit_of_measure if field else voice.say("rows_unit")),
                Cell(coverage_note(plan, block, field.code if field else ROW_COUNT, voice)),
            )
        )
        for plan, block, field, figure, label in found
    ]
    heads = (
        Column(voice.say("head.label"), wide=True),
        Column(voice.say("head.value"), Kind.NUMBER),
        Column(voice.say("head.measure"), Kind.WORD),
        Column(voice.say("head.coverage_missing"), wide=True),
    )
    return Table("figures", text("page.figures", voice.lang), heads, tuple(rows), still=True)


def _figure(plan: Grid, block: Block, field: Field | None, figure: Figure, voice: Voice) -> Cell:
    if figure.value is None:
        return Cell(total_words(plan, block, figure, voice), look=Look.NOTHING)
    if field is None:
        return total_cell(plan, block, plan.column(ROW_COUNT), voice)
    mean = is_mean(field, over_units=True)
    return provisional(figure, value_cell(field, figure, voice, mean=mean), voice)
