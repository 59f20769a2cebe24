"""The ten slides of a period: what stands on each."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches

from toolkit.consolidate.facts import Facts, Indicator, Listed
from toolkit.consolidate.themes import Theme, theme
from toolkit.messages.documents import said
from toolkit.register.files import replacing
from toolkit.report.numbers.written import rounded
from toolkit.report.official import goals, remarks, telling
from toolkit.report.official.blocks import Span, spans
from toolkit.report.official.parts import clean, packed
from toolkit.report.official.telling import clipped, count
from toolkit.report.slides import page
from toolkit.report.slides.charts import NOTHING, Bars, add_chart
from toolkit.report.slides.page import BLUE, BODY, GREY, HEIGHT, RED, WIDTH, Box
from toolkit.report.slides.scores import draw_figures, draw_scores
from toolkit.report.slides.tasks import draw_tasks

_CREATED = datetime(2000, 1, 1)
# So many fit a slide and can still be read from the last row.
_MOST_PERIODS, _MOST_COLUMNS, _MOST_INDICATORS, _MOST_UNITS, _MOST_CARDS = 18, 5, 7, 24, 6
_MOST_CHOICES = 12
_PERIOD = 30
# A year or a quarter is not torn from its number at the end of a line.
_TIMES = re.compile(r"(?i)\b(năm|quý|tháng)\s+(?=[\dIVX])")
_LABEL, _SHORT = telling.CLIPS[2], telling.CLIPS[3]


def write_deck(facts: Facts, target: Path) -> None:
    """Write the ten slides to ``target``, the same bytes for the same facts. Raises OSError."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    for draw in _SLIDES:
        draw(deck, facts)
    about = deck.core_properties
    about.title = clean(f"{said('head.kind')}: {telling.subject(facts)}")
    about.author = about.last_modified_by = clean(telling.issuers(facts))
    about.created = about.modified = _CREATED
    made = io.BytesIO()
    deck.save(made)
    with replacing(target) as aside:
        aside.write_bytes(packed(made.getvalue()))


# --- the first and the last -------------------------------------------------------------------


def _title(deck: Any, facts: Facts) -> None:
    slide = _plain(deck, telling.subject(facts).upper(), Box(1.0, 2.7, WIDTH - 2.0, 2.2))
    issuers = [[Span(name.upper())] for name in facts.consolidation.programme.issuers]
    size, _ = page.fitting(
        [i[0].words for i in issuers], Box(0, 0, WIDTH - 2, 1.2), sizes=(22, 18, 15)
    )
    box = Box(1.0, 0.7, WIDTH - 2.0, 1.2)
    page.text(slide, box, issuers, size, code="FFFFFF", bold=True, align=PP_ALIGN.CENTER)
    kind = Box(1.0, 2.1, WIDTH - 2.0, 0.6)
    said_kind = [[Span(said("head.kind"))]]
    page.text(slide, kind, said_kind, 26, code="FFFFFF", bold=True, align=PP_ALIGN.CENTER)


def _thanks(deck: Any, facts: Facts) -> None:
    slide = _plain(deck, said("slides.thanks"), Box(1.0, 2.8, WIDTH - 2.0, 1.4))
    names = [[Span(name)] for name in facts.consolidation.programme.issuers]
    box = Box(1.0, 4.6, WIDTH - 2.0, 1.2)
    page.text(slide, box, names, 18, code="FFFFFF", align=PP_ALIGN.CENTER)


def _plain(deck: Any, title: str, box: Box) -> Any:
    """A blue slide with a title in the middle."""
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.background.fill.solid()
    slide.background.fill.fore_color.rgb = page.colour(BLUE)
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = box.emu
    frame = head.text_frame
    frame.word_wrap = True
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    title = _TIMES.sub("\\1\N{NO-BREAK SPACE}", title)
    size, _ = page.fitting([title], box, sizes=(44, 40, 36, 32, 28, 24, 20))
    page.put(frame.paragraphs[0], [Span(title)], size, code="FFFFFF", bold=True)
    frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    return slide


# --- figures ----------------------------------------------------------------------------------


def _overview(deck: Any, facts: Facts) -> None:
    slide = page.new_slide(deck, said("slides.overview"))
    given = _cards(facts)[:_MOST_CARDS]
    page.cards(slide, Box(BODY.left, BODY.top + 0.2, BODY.width, BODY.height - 0.7), given)
    shown = [
        *(i.figure for i in facts.indicators),
        *(one.figure for one in facts.figures),
        *(listed.figure for listed in facts.lists),
    ]
    covers = [figure.coverage for figure in shown if figure.coverage is not None]
    if facts.returns.missing or any(not cover.complete for cover in covers):
        _note(slide, said("slides.tentative"))


def _cards(facts: Facts) -> list[tuple[str, str]]:
    returns, made = facts.returns, []
    if returns.expected:
        made.append((_of(returns.received, returns.expected), said("slides.card_returns")))
        made.append((_of(returns.on_time, returns.expected), said("slides.card_on_time")))
    if facts.tasks_given:
        finished = _of(facts.tasks_finished, facts.tasks_given)
        made.append((finished, said("slides.card_tasks")))
    if facts.indicators:
        reached = _of(facts.reached, len(facts.indicators))
        made.append((reached, said("slides.card_indicators")))
    for listed in facts.lists:
        if listed.figure.value is not None:
            label = said("slides.card_list", form=clipped(listed.form.name, _LABEL))
            made.append((f"{count(listed.rows)} {goals.noun(listed)}", label))
    for one in facts.figures:
        if isinstance(one.figure.value, Decimal):
            shown = telling.value(one.field, one.figure.value)
            unit = telling.measure(one.field, one.row.item)
            made.append((f"{shown}{unit}", clipped(one.label, 2 * telling.LABEL)))
    return made


def _of(part: int, whole: int) -> str:
    return said("slides.card_of", part=count(part), whole=count(whole))


def _note(slide: Any, words: str) -> None:
    box = Box(BODY.left, HEIGHT - 0.6, BODY.width - 1.2, 0.4)
    page.text(slide, box, [[Span(words)]], 13, code=RED)


def _nothing(slide: Any) -> None:
    page.text(slide, BODY, [[Span(said("slides.no_data"))]], 24, code=GREY)


# --- charts -----------------------------------------------------------------------------------


def _returns(deck: Any, facts: Facts) -> None:
    slide = page.new_slide(deck, said("slides.returns"))
    statuses = [s for s in facts.consolidation.status if s.expected][-_MOST_PERIODS:]
    if not statuses:
        _nothing(slide)
        return
    series = (
        (said("slides.on_time"), [s.on_time for s in statuses], "009E73"),
        (said("slides.late"), [s.late for s in statuses], "F0E442"),
        (said("slides.missing"), [s.expected - s.received for s in statuses], NOTHING),
    )
    bars = Bars(
        categories=tuple(clipped(s.period.name, _PERIOD) for s in statuses),
        series=tuple((n, tuple(map(Decimal, v)), c) for n, v, c in series),
        alt=said("slides.alt_returns"),
        horizontal=len(statuses) > _MOST_COLUMNS,
        stacked=True,
        names=0.36 if len(statuses) > _MOST_COLUMNS else 0,
    )
    add_chart(slide, Box(BODY.left, BODY.top, 6.3, BODY.height), bars)
    several = len(facts.consolidation.status) > 1
    points = remarks.return_faults(facts, several=several)
    page.bullets(slide, Box(7.1, BODY.top, WIDTH - 7.1 - page.MARGIN, BODY.height), points)


def _tasks(deck: Any, facts: Facts) -> None:
    slide = page.new_slide(deck, said("slides.tasks"))
    if not any(tasks.answered for tasks in facts.tasks):
        _nothing(slide)
        return
    if draw_tasks(slide, facts):
        _note(slide, said("slides.more_rows"))


def _indicators(deck: Any, facts: Facts) -> None:
    if not facts.indicators and any(one.figure.value is not None for one in facts.figures):
        slide = page.new_slide(deck, said("slides.figures"))
        if draw_figures(slide, facts):
            _note(slide, said("slides.more_rows"))
        return
    slide = page.new_slide(deck, said("slides.indicators"))
    if not facts.indicators:
        _nothing(slide)
        return
    shown = facts.indicators[:_MOST_INDICATORS]
    rates = [i for i in shown if i.attainment.target_is_rate and i.attainment.actual is not None]
    left = BODY.left
    if rates:
        add_chart(slide, Box(BODY.left, BODY.top + 0.7, 5.6, BODY.height - 0.8), _rate_bars(rates))
        left = 6.4
    heads = [said(f"column.{key}") for key in ("tt", "indicator", "target", "actual", "verdict")]
    rows = [_indicator_row(one) for one in shown]
    box = Box(left, BODY.top + 0.7, WIDTH - left - page.MARGIN, BODY.height - 0.9)
    frame = page.table(slide, box, heads, rows, (0.8, 4.2, 1.4, 1.9, 1.6))
    page.describe(frame, said("slides.alt_table"))
    words = goals.indicators_verdict(facts)
    page.bullets(slide, Box(BODY.left, BODY.top - 0.2, BODY.width, 0.8), [words])
    if len(shown) < len(facts.indicators):
        _note(slide, said("slides.more_rows"))


def _rate_bars(rates: list[Indicator]) -> Bars:
    def shown(value: Decimal | None) -> Decimal | None:
        return None if value is None else rounded(value * 100, 1)

    return Bars(
        categories=tuple(clipped(i.row.label, _SHORT) for i in rates),
        series=(
            (said("slides.target"), tuple(shown(i.attainment.target) for i in rates), NOTHING),
            (said("slides.actual"), tuple(shown(i.attainment.actual) for i in rates), "0072B2"),
        ),
        alt=said("slides.alt_indicators"),
        horizontal=True,
        percent=True,
        names=0.42,
    )


def _indicator_row(one: Indicator) -> tuple[str, ...]:
    return (
        one.row.item.number if one.row.item is not None else "",
        clipped(one.row.label, 2 * telling.LABEL),
        telling.target(one.row.item, one.attainment),
        goals.indicator_actual(one) or "-",
        goals.indicator_verdict(one),
    )


def _scores(deck: Any, facts: Facts) -> None:
    """The slide of scores: in place of the lists where there are none, else one more."""
    table = facts.consolidation.scores
    if table is not None and table.units:
        slide = page.new_slide(deck, said("slides.scores"))
        if draw_scores(slide, table):
            _note(slide, said("slides.more_rows"))


def _models(deck: Any, facts: Facts) -> None:
    listed = next((one for one in facts.lists if one.rows), None)
    scored = facts.consolidation.scores
    if listed is None and scored is not None and scored.units:
        return  # the slide of scores stands in its place
    slide = page.new_slide(deck, said("slides.models"))
    if listed is None:
        _nothing(slide)
        return
    by_unit = Box(BODY.left, BODY.top + 1.6, 7.4, BODY.height - 1.7)
    right = Box(8.2, BODY.top + 1.6, WIDTH - 8.2 - page.MARGIN, BODY.height - 1.7)
    points = [goals.list_words(facts, listed), *goals.list_points(facts, listed)]
    page.bullets(slide, Box(BODY.left, BODY.top - 0.25, BODY.width, 1.9), points)
    add_chart(slide, by_unit, _unit_bars(listed))
    if listed.shares:
        add_chart(slide, right, _choice_bars(listed))


def _unit_bars(listed: Listed) -> Bars:
    """The units with most rows, in official order; all of them where they fit."""
    noun = goals.noun(listed)
    most = sorted(listed.by_unit, key=lambda each: -each[1])[:_MOST_UNITS]
    kept = [each for each in listed.by_unit if each in most]
    return Bars(
        categories=tuple(telling.short(unit) for unit, _ in kept),
        series=((noun, tuple(Decimal(n) for _, n in kept), "0072B2"),),
        alt=said("slides.alt_by_unit", noun=noun),
        title=said("slides.by_unit", noun=noun),
    )


def _choice_bars(listed: Listed) -> Bars:
    field, shares = listed.shares[0]
    kept = [(choice, n) for choice, n in shares.items() if choice][:_MOST_CHOICES]
    noun = goals.noun(listed)
    return Bars(
        categories=tuple(clipped(choice, _SHORT) for choice, _ in kept),
        series=((noun, tuple(Decimal(n) for _, n in kept), "009E73"),),
        alt=said("slides.alt_by_choice", noun=noun, field=field.title.lower()),
        horizontal=True,
        title=said("slides.by_choice", field=field.title),
    )


# --- words ------------------------------------------------------------------------------------


def _shortcomings(deck: Any, facts: Facts) -> None:
    slide = page.new_slide(deck, said("slides.shortcomings"))
    several = len(facts.consolidation.status) > 1
    points = remarks.return_faults(facts, several=several) + remarks.work_faults(facts)
    points += _opinions(facts, Theme.DIFFICULTY)
    page.bullets(slide, BODY, points, [spans(said("shortcomings.causes"))])


def _proposals(deck: Any, facts: Facts) -> None:
    slide = page.new_slide(deck, said("slides.proposals"))
    points = _opinions(facts, Theme.PROPOSAL) or [said("stories.nobody")]
    page.bullets(slide, BODY, points, [spans(said("proposals.own"))])


def _next(deck: Any, facts: Facts) -> None:
    slide = page.new_slide(deck, said("slides.next"))
    points = remarks.next_points(facts) + _opinions(facts, Theme.NEXT)
    page.bullets(slide, BODY, points, [spans(said("next.write"))])


def _opinions(facts: Facts, about: Theme) -> list[str]:
    questions = [h for h in facts.narratives if theme(h) is about and h.passages]
    # What stands in several questions is said once; who had nothing to say, in the report.
    found = (words for q in questions for words in remarks.opinions(q)[: len(q.passages)])
    return list(dict.fromkeys(found))


_SLIDES: tuple[Callable[[Any, Facts], None], ...] = (
    _title,
    _overview,
    _returns,
    _tasks,
    _indicators,
    _scores,
    _models,
    _shortcomings,
    _proposals,
    _next,
    _thanks,
)
