"""Charts as HTML: labels are text that wraps, bars are small SVG drawings.

Every number drawn is written beside it or in the table below the chart, so that neither
colour nor eyes are needed. Lengths are geometry only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from toolkit.consolidate.chartdata import NO_RETURN, UNREADABLE, ChartData, Series
from toolkit.messages import text
from toolkit.programme.model import ChartKind
from toolkit.report.page.markup import Markup, join, tag
from toolkit.report.page.table import Cell, Column, Kind, Node, Table, html
from toolkit.text import figure_text

_COLOURS = 8
# A segment narrower than this many percent has no room for its number.
_LEAST_TAGGED = 5
_WIDE, _HIGH, _LEFT, _TOP, _BOTTOM = 320, 150, 22, 26, 24  # of a small line chart
_ALL_NAMED = 4  # points; of more only the first and the last are named
_LETTER = Decimal(6)  # width of a letter of an axis
_STEP = Decimal("0.01")


def chart(data: ChartData, number: int, lang: str) -> Markup:
    """A chart under its title, with its notes and the table of its numbers."""
    heading = tag("h3", data.title, id=f"chart-{number}")
    notes = [tag("p", note, class_="note") for note in data.notes]
    if not data.series:
        return tag("figure", heading, notes or tag("p", text("report.chart.empty", lang)))
    draw = {
        ChartKind.TARGET: _targets,
        ChartKind.PROGRESS: _lines,
    }.get(data.kind, _stacked)
    return tag(
        "figure",
        heading,
        draw(data, lang),
        notes,
        tag(
            "details",
            tag("summary", text("page.chart_numbers", lang)),
            html(_numbers(data, number, lang), "", text("page.provisional", lang)),
        ),
        class_="chart",
        aria_labelledby=f"chart-{number}",
    )


def _numbers(data: ChartData, number: int, lang: str) -> Table:
    rows = []
    for place, name in enumerate(data.categories):
        cells = [Cell(name)]
        for series in data.series:
            value = series.values[place]
            unit = data.measures[place] if data.measures else series.measure
            words = text("report.no_verdict", lang) if value is None else _said(value, unit, lang)
            cells.append(Cell(words, value))
        rows.append(Node(tuple(cells)))
    heads = [Column(series.name, Kind.NUMBER) for series in data.series]
    return Table(
        name=f"chart-{number}",
        caption=data.title,
        columns=(Column(text("report.head.category", lang), wide=True), *heads),
        rows=tuple(rows),
        still=True,
    )


def _said(value: Decimal, measure: str, lang: str) -> str:
    return figure_text(value, lang) + ("%" if measure == "%" else "")


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return (part * 100 / whole).quantize(_STEP)


# --- stacked bars -------------------------------------------------------------------------------


def _look(series: Series, place: int) -> str:
    return {NO_RETURN: "c-none", UNREADABLE: "c-bad"}.get(series.key) or f"c{place % _COLOURS}"


def _stacked(data: ChartData, lang: str) -> Markup:
    """A bar per category; one without any answer says so."""
    totals = [data.total(place) for place in range(len(data.categories))]
    largest = max([*totals, Decimal(1)])
    looks = [_look(series, place) for place, series in enumerate(data.series)]
    rows = []
    for place, name in enumerate(data.categories):
        values = [series.values[place] for series in data.series]
        if all(value is None for value in values):
            bar = tag("span", text("report.state.no_return", lang), class_="words")
        else:
            named = [
                (s.name, v or Decimal(0), c)
                for s, v, c in zip(data.series, values, looks, strict=True)
            ]
            bar = stack(named, largest, name, lang)
        total = figure_text(totals[place], lang)
        rows.append(
            tag(
                "li",
                tag("span", name, class_="name"),
                bar,
                tag("span", total, class_="end") if isinstance(bar, Markup) else None,
            )
        )
    return join(
        legend([(s.name, c) for s, c in zip(data.series, looks, strict=True)]),
        tag("ul", rows, class_="bars"),
    )


def legend(entries: Sequence[tuple[str, str]]) -> Markup:
    """The names of the colours."""
    return tag(
        "ul",
        [tag("li", tag("i", class_=look), name) for name, look in entries],
        class_="legend",
    )


def stack(
    segments: Sequence[tuple[str, Decimal, str]], whole: Decimal, label: str, lang: str
) -> Markup:
    """A bar of (name, value, look); ``whole`` is the value as long as the bar's room."""
    left = Decimal(0)
    drawn: list[Markup] = []
    for _, value, look in segments:
        if not value:
            continue
        width = _percent(value, whole)
        drawn.append(tag("rect", x=f"{left}%", y=0, width=f"{width}%", height="100%", class_=look))
        if width >= _LEAST_TAGGED:
            middle = (left + width / 2).quantize(_STEP)
            words = figure_text(value, lang)
            drawn.append(tag("text", words, x=f"{middle}%", y="50%", dy=".35em"))
        left += width
    said = "; ".join(f"{name} {figure_text(value, lang)}" for name, value, _ in segments if value)
    return tag("svg", drawn, role="img", aria_label=f"{label}: {said}", class_="stack")


# --- target and actual --------------------------------------------------------------------------

_REACHED: Mapping[bool | None, str] = {True: "c2", False: "c3", None: "c6"}


def _targets(data: ChartData, lang: str) -> Markup:
    goal, done = data.series
    words = {
        reached: text(f"report.{key}", lang)
        for reached, key in ((True, "reached"), (False, "not_reached"), (None, "no_verdict"))
    }
    rows = []
    for place, name in enumerate(data.categories):
        same = [i for i, m in enumerate(data.measures) if m == data.measures[place]]
        both = [s.values[i] for s in (goal, done) for i in same]
        largest = max([v for v in both if v is not None], default=Decimal(0)) or Decimal(1)
        said = _against(data, place, lang)
        verdict = words[data.reached[place]]
        rows.append(
            tag(
                "li",
                tag("span", name, class_="name"),
                _target_bar(
                    goal.values[place],
                    done.values[place],
                    largest * Decimal("1.02"),
                    _REACHED[data.reached[place]],
                    f"{name}: {said}",
                ),
                tag("span", said, tag("small", verdict), class_="end"),
            )
        )
    entries = [(words[r], _REACHED[r]) for r in (True, False) if r in data.reached]
    entries.append((goal.name, "c-goal"))
    return join(legend(entries), tag("ul", rows, class_="bars targets"))


def _against(data: ChartData, place: int, lang: str) -> str:
    goal, done = data.series
    measure = data.measures[place]
    value, aim = done.values[place], goal.values[place]
    said = text("report.no_verdict", lang) if value is None else _said(value, measure, lang)
    if aim is not None:
        said += f" / {_said(aim, measure, lang)}"
    if done.provisional and done.provisional[place] and value is not None:
        said += f" {text('report.provisional', lang)}"
    return said


def _target_bar(
    goal: Decimal | None, done: Decimal | None, whole: Decimal, look: str, label: str
) -> Markup:
    drawn = [tag("rect", x=0, y=0, width="100%", height="100%", class_="ground")]
    if done is not None:
        width = f"{max(Decimal(0), _percent(done, whole))}%"
        drawn.append(tag("rect", x=0, y="15%", width=width, height="70%", class_=look))
    if goal is not None:
        at = f"{_percent(goal, whole)}%"
        drawn.append(tag("line", x1=at, x2=at, y1=0, y2="100%", class_="goal"))
    return tag("svg", drawn, role="img", aria_label=label, class_="stack")


# --- lines --------------------------------------------------------------------------------------


def _lines(data: ChartData, lang: str) -> Markup:
    """A small chart per line: what is counted in different measures shares no scale."""
    cards = [_line(data, series, lang) for series in data.series]
    hollow = any(any(series.provisional) for series in data.series)
    note = tag("p", text("report.chart.hollow", lang), class_="note") if hollow else None
    return join(tag("ul", cards, class_="lines"), note)


def _at_edge(x: Decimal, edge: str) -> Decimal:
    """The names of the first and the last point begin and end where the drawing does."""
    return {" first": Decimal(4), " last": Decimal(_WIDE - 4)}.get(edge, x)


def _line(data: ChartData, series: Series, lang: str) -> Markup:
    values = [value for value in series.values if value is not None]
    low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
    span = (high - low) or Decimal(1)
    room = Decimal(_WIDE - 2 * _LEFT) / max(len(series.values) - 1, 1)
    # Every point is named where the names stand apart; else the first and the last.
    longest = max((len(name) for name in data.categories), default=0)
    named = len(series.values) <= _ALL_NAMED and longest * _LETTER <= room
    dots: list[Markup] = []
    way: list[str] = []
    for place, value in enumerate(series.values):
        x = (_LEFT + room * place).quantize(_STEP)
        name = data.categories[place]
        edge = {0: " first", len(series.values) - 1: " last"}.get(place, "")
        if edge or named:
            dots.append(tag("text", name, x=_at_edge(x, edge), y=_HIGH - 6, class_=f"axis{edge}"))
        if value is None:
            continue
        y = (_HIGH - _BOTTOM - (value - low) / span * (_HIGH - _TOP - _BOTTOM)).quantize(_STEP)
        way.append(f"{x},{y}")
        open_ = bool(series.provisional) and series.provisional[place]
        dots.append(tag("circle", cx=x, cy=y, r=4, class_="dot open" if open_ else "dot"))
        dots.append(tag("text", _said(value, series.measure, lang), x=x, y=y - 9))
    ground = tag("line", x1=4, x2=_WIDE - 4, y1=_HIGH - _BOTTOM, y2=_HIGH - _BOTTOM, class_="base")
    measure = f" ({series.measure})" if series.measure else ""
    said = "; ".join(
        f"{n}: {text('report.no_verdict', lang) if v is None else _said(v, series.measure, lang)}"
        for n, v in zip(data.categories, series.values, strict=True)
    )
    drawing = tag(
        "svg",
        ground,
        tag("polyline", points=" ".join(way)) if len(way) > 1 else None,
        dots,
        role="img",
        aria_label=f"{series.name}{measure}. {said}",
        viewBox=f"0 0 {_WIDE} {_HIGH}",
    )
    return tag("li", tag("p", f"{series.name}{measure}"), drawing)
