"""The slide of points and bands, and that of single figures."""

from __future__ import annotations

from typing import Any

from toolkit.consolidate.facts import Facts
from toolkit.consolidate.score_model import ScoreTable
from toolkit.messages.documents import said
from toolkit.report.numbers.written import rounded
from toolkit.report.official import ranks, telling
from toolkit.report.slides import page
from toolkit.report.slides.charts import COLOURS, NOTHING, Bars, add_chart
from toolkit.report.slides.page import BODY, WIDTH, Box

_MOST_UNITS, _MOST_FIGURES = 20, 12
_PLACES = 2


def draw_scores(slide: Any, table: ScoreTable) -> bool:
    """A bar a unit from the most points down, coloured by band; the bands in words.

    Gives whether units are left out; the caller says so.
    """
    scored = sorted(
        (one for one in table.units if one.total is not None),
        key=lambda one: one.rank_all or len(table.units),
    )
    shown = scored[:_MOST_UNITS]
    bands = list(dict.fromkeys(band.name for band in table.bands))
    names = [one.band.name if one.band is not None else "" for one in shown]
    series = []
    for band in [*bands, ""]:
        if band in names:
            code = COLOURS[bands.index(band) % len(COLOURS)] if band else NOTHING
            values = tuple(
                rounded(one.total, _PLACES) if name == band and one.total is not None else None
                for one, name in zip(shown, names, strict=True)
            )
            series.append((band or said("slides.no_band"), values, code))
    left = BODY.left
    if shown:
        bars = Bars(
            categories=tuple(telling.short(one.unit) for one in shown),
            series=tuple(series),
            alt=said("slides.alt_scores"),
            horizontal=True,
            stacked=True,
            title=said("slides.points"),
            names=0.22,
            decimals=True,
        )
        add_chart(slide, Box(BODY.left, BODY.top - 0.1, 6.9, BODY.height + 0.1), bars)
        left = 7.7
    box = Box(left, BODY.top, WIDTH - left - page.MARGIN, BODY.height)
    page.bullets(slide, box, ranks.band_points(table))
    return len(scored) > len(shown)


def draw_figures(slide: Any, facts: Facts) -> bool:
    """The single figures in a table, where there are no indicators to show.

    Gives whether figures are left out; the caller says so.
    """
    stated = [one for one in facts.figures if one.figure.value is not None]
    heads = [said(f"column.{key}") for key in ("tt", "label", "value", "coverage")]
    labels = [one.label for one in stated]
    rows = []
    for place, one in enumerate(stated[:_MOST_FIGURES], 1):
        shown = telling.value(one.field, one.figure.value)
        unit = telling.measure(one.field, one.row.item)
        cover = one.figure.coverage
        units = f"{len(cover.counted)}/{cover.denominator}" if cover is not None else ""
        again = labels.count(one.label) > 1  # asked half-yearly and yearly, say
        label = f"{one.label} ({one.form.name})" if again else one.label
        label = telling.clipped(label, 2 * telling.LABEL)
        rows.append((str(place), label, f"{shown}{unit}", units))
    frame = page.table(slide, BODY, heads, rows, (0.6, 7.0, 2.4, 2.0))
    page.describe(frame, said("slides.alt_figures"))
    return len(stated) > len(rows)
