"""What close, reopen, compare and rebuild print. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.console import day
from toolkit.console_decisions import moment
from toolkit.console_figures import is_percent, place_words, value_words
from toolkit.messages import text

if TYPE_CHECKING:
    from toolkit.consolidate.differences import FigureChange, ReturnAt, ReturnChange
    from toolkit.programme.model import Programme
    from toolkit.register.model import Edition, PublishedFigure, Submission
    from toolkit.workflow.compare import Compared
    from toolkit.workflow.editions import Closed, Reopened
    from toolkit.workflow.rebuild import Rebuilt

_MOST_FIGURES = 40
_MOST_UNITS = 10
_MOST_NAMED = 4


def closed(done: Closed, lang: str) -> list[str]:
    """An edition as it was fixed."""
    edition = done.edition
    out = [
        text("edition.done", lang, period=done.period.name, edition=edition.name),
        text("edition.holds", lang, returns=done.returns, figures=done.figures),
    ]
    if done.lacking:
        several = len(done.edition.periods) > 1
        names = "; ".join(
            f"{u.unit.name}, {u.period.name}" if several else u.unit.name for u in done.lacking
        )
        out.append(text("edition.closed_without", lang, units=names, why=edition.reason))
    out.append(text("edition.folder", lang, folder=done.folder))
    return [*out, text("edition.later", lang, code=done.period.code)]


def reopened(done: Reopened, lang: str) -> list[str]:
    """A period opened again, and what counts now."""
    period, edition = done.period, done.edition
    out = [text("edition.reopened", lang, period=period.name, edition=edition.name)]
    out += [
        text("edition.counts_now", lang, file=one.file, **_names(done.programme, one))
        for one in done.counting
    ]
    if not done.counting:
        out.append(text("edition.counts_same", lang))
    return [*out, text("edition.reopened_next", lang, edition=edition.name, code=period.code)]


def _names(programme: Programme, one: Submission | ReturnChange) -> dict[str, str]:
    units = {u.code: u.name for u in programme.units}
    periods = {p.code: p.name for p in programme.periods}
    return {
        "unit": units.get(one.unit, one.unit),
        "period": periods.get(one.period, one.period),
    }


# --- comparing ------------------------------------------------------------------------------


def compared(done: Compared, lang: str, *, every: bool = False) -> list[str]:
    """What changed: the returns, then the totals with the units behind them, then the rest."""
    found, programme = done.differences, done.programme
    out = [
        text("compare.head", lang, before=_side(done.before, lang), after=_side(done.after, lang))
    ]
    out += [_return(one, programme, lang) for one in found.returns]
    out += [
        text("compare.waiting", lang, file=one.file, **_names(programme, one))
        for one in done.waiting
    ]
    out += [text(f"compare.general.{why}", lang) for why in found.general]
    if not found.figures:
        return [*out, text("compare.same", lang)]
    totals = [c for c in found.figures if c.key[3] == "total"]
    counts = {"totals": len(totals), "units": len(found.figures) - len(totals)}
    out.append(text("compare.counts", lang, **counts))
    shown = set()
    for change in totals if every else totals[:_MOST_FIGURES]:
        out.append(_figure(change, programme, lang, "total"))
        behind = _behind(change, found.figures)
        shown |= {one.key for one in behind}
        few = behind if every else behind[:_MOST_UNITS]
        out += [_figure(one, programme, lang, "unit") for one in few]
        if len(behind) > len(few):
            out.append(text("compare.more_units", lang, count=len(behind) - len(few)))
    if not every and len(totals) > _MOST_FIGURES:
        out.append(text("compare.more", lang, count=len(totals) - _MOST_FIGURES))
        return out
    rest = [c for c in found.figures if c.key[3] != "total" and c.key not in shown]
    out += [
        _figure(one, programme, lang, "alone") for one in rest[: None if every else _MOST_FIGURES]
    ]
    if not every and len(rest) > _MOST_FIGURES:
        out.append(text("compare.more", lang, count=len(rest) - _MOST_FIGURES))
    return out


def _behind(total: FigureChange, changes: Sequence[FigureChange]) -> list[FigureChange]:
    """The changed figures of units in the row and column of a total, for its period."""
    form, row, field, _, _, period, measure = total.key
    if measure in ("counted", "expected", "reached"):
        return []
    wanted = (form, row, field, "unit", period, measure)
    return [c for c in changes if (*c.key[:4], *c.key[5:]) == wanted]


def _side(edition: Edition | None, lang: str) -> str:
    if edition is None:
        return text("compare.now", lang)
    return text("compare.edition", lang, edition=edition.name, day=moment(edition.closed, lang))


def _return(one: ReturnChange, programme: Programme, lang: str) -> str:
    return text(
        f"compare.return.{one.why}",
        lang,
        before=_file(one.before, lang),
        after=_file(one.after, lang),
        **_names(programme, one),
    )


def _file(one: ReturnAt | None, lang: str) -> str:
    if one is None:
        return ""
    return text("compare.file", lang, file=one.file, day=day(one.received, lang))


def _figure(change: FigureChange, programme: Programme, lang: str, kind: str) -> str:
    form, row, field, _, whose, period, measure = change.key
    units = {u.code: u.name for u in programme.units}
    periods = {p.code: p.name for p in programme.periods}
    cells = "; ".join(f"{sheet}!{cell}" for _, sheet, cell in change.figure.cells[:3])
    behind = ", ".join(units.get(code, code) for code in change.units[:_MOST_NAMED])
    if len(change.units) > _MOST_NAMED:
        behind += ", …"
    return text(
        f"compare.figure.{kind}",
        lang,
        place=place_words(programme, form, row, field, lang) + _measure(measure, lang),
        unit=units.get(whose, whose.removeprefix("type:")),
        period=periods.get(period, period),
        before=_value(change.before, programme, lang),
        after=_value(change.after, programme, lang),
        why=", ".join(text(f"compare.why.{why}", lang, units=behind) for why in change.why),
        cells=text("compare.cells", lang, cells=cells) if cells else "",
    )


def _measure(measure: str, lang: str) -> str:
    if not measure:
        return ""
    if measure.startswith("="):
        return f" = “{measure[1:]}”"
    return f" – {text(f'compare.measure.{measure}', lang)}"


def _value(figure: PublishedFigure | None, programme: Programme, lang: str) -> str:
    if figure is None or (figure.state == "missing" and not figure.cells):
        return text("compare.absent", lang)
    if figure.measure == "reached":
        key = {"yes": "reached", "no": "not_reached"}.get(str(figure.value), "no_verdict")
        return text(f"report.{key}", lang)
    percent = not figure.measure and is_percent(programme, figure.form, figure.field)
    return value_words(figure.value, figure.state, lang, percent=percent)


def compared_json(done: Compared) -> dict[str, object]:
    """The comparison for machines: codes only, numbers as text with each of their digits."""
    found = done.differences
    return {
        "before": done.before.name,
        "after": done.after.name if done.after else "now",
        "general": [why.value for why in found.general],
        "returns": [
            {
                "unit": one.unit,
                "period": one.period,
                "why": one.why.value,
                "before": one.before.file if one.before else None,
                "after": one.after.file if one.after else None,
            }
            for one in found.returns
        ],
        "figures": [_change_json(change) for change in found.figures],
    }


def _change_json(change: FigureChange) -> dict[str, object]:
    names = ("form", "row", "field", "scope", "whose", "period", "measure")
    return {
        **dict(zip(names, map(str, change.key), strict=True)),
        "before": _figure_json(change.before),
        "after": _figure_json(change.after),
        "why": [why.value for why in change.why],
        "units": list(change.units),
    }


def _figure_json(figure: PublishedFigure | None) -> dict[str, object] | None:
    if figure is None:
        return None
    value = figure.value
    plain = format(value, "f") if isinstance(value, Decimal) else value and str(value)
    return {
        "state": figure.state.value,
        "value": plain,
        "cells": [{"period": p, "sheet": s, "cell": c} for p, s, c in figure.cells],
    }


# --- rebuilding -----------------------------------------------------------------------------


def rebuilt(done: Rebuilt, lang: str) -> list[str]:
    """Each file made again, and whether anything deviates."""
    edition = done.edition
    out = [text("rebuild.head", lang, edition=edition.name, day=moment(edition.closed, lang))]
    for one in done.files:
        made = text("rebuild.same" if one.same else "rebuild.differs", lang)
        shelf = text(f"rebuild.shelf.{one.shelf}", lang)
        out.append(text("rebuild.file", lang, file=one.name, made=made, shelf=shelf))
    key = "figures_differ" if done.deviating else "figures_same"
    out.append(text(f"rebuild.{key}", lang, figures=done.figures, count=done.deviating))
    out.append(text("rebuild.folder", lang, folder=done.folder))
    return [*out, text("rebuild.sound" if done.sound else "rebuild.unsound", lang)]
