"""What trace prints: a figure, its units, their periods, the cells. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.console import day
from toolkit.console_decisions import short
from toolkit.console_figures import number_words, place_words, value_words
from toolkit.messages import message, text

if TYPE_CHECKING:
    from toolkit.consolidate.model import Coverage, Figure
    from toolkit.consolidate.trace import Trace, TracedCell, TracedPeriod, TracedUnit
    from toolkit.intake.model import AnswerValue
    from toolkit.programme.model import Field, Programme


def traced(done: Trace, lang: str) -> list[str]:
    """The chain from the total to the cells."""
    programme, form = done.programme, done.table.form
    code = done.field.code if done.field else "#"
    place = place_words(programme, form.code, done.row.key, code, lang)
    out = [text("trace.head", lang, form=form.name, place=place, period=done.period.name)]
    if done.number:
        out.append(text("trace.number", lang, row=done.number))
    out.append(_total(done, lang))
    if len(done.table.periods) > 1:
        names = ", ".join(p.name for p in done.table.periods)
        how = text(f"trace.how.{done.over_periods}", lang)
        out.append(text("trace.periods", lang, periods=names, how=how))
    if done.formula:
        out.append(text("trace.formula", lang, formula=done.formula))
    for one in done.inputs:
        words = _figure(one.total, one.field, lang) if one.total else "—"
        if one.entered is not None:
            words = number_words(one.entered, lang, percent=one.field.shows_percent)
        title = " ".join(one.field.title.split())
        out.append(text("trace.input", lang, field=title, value=words))
    for unit in done.units:
        out += _unit(done, unit, lang)
    return out


def _total(done: Trace, lang: str) -> str:
    how = text(f"trace.how.{done.over_units}", lang)
    cover = done.total.coverage
    coverage = _coverage(done.programme, cover, lang) if cover else ""
    value = _figure(done.total, done.field, lang)
    shares = [f"“{choice}”: {count}" for choice, count in done.total.shares.items()]
    if shares:
        value += f" ({'; '.join(shares)})"
    return text("trace.total", lang, value=value, how=how, coverage=coverage)


def _coverage(programme: Programme, cover: Coverage, lang: str) -> str:
    names = {u.code: u.short or u.name for u in programme.units}
    periods = {p.code: p.name for p in programme.periods}
    gone = {*cover.missing, *cover.unreadable, *cover.partial}
    words = text(
        "trace.coverage",
        lang,
        counted=cover.denominator - len(gone),
        expected=cover.denominator,
    )
    lacking = []
    for code in cover.expected:
        if code not in gone:
            continue
        gaps = ", ".join(periods.get(p, p) for p in cover.partial.get(code, ()))
        lacking.append(f"{names[code]} ({gaps})" if gaps else names[code])
    return words + (text("trace.lacking", lang, units="; ".join(lacking)) if lacking else "")


def _unit(done: Trace, unit: TracedUnit, lang: str) -> Iterator[str]:
    value = _figure(unit.figure, done.field, lang)
    came = any(period.came for period in unit.periods)
    if unit.figure.value is None and not came:
        value = text("report.state.no_return", lang)
    standing = text(f"trace.standing.{unit.standing}", lang) if unit.standing else ""
    name = f"{unit.unit.code} {unit.unit.name}"
    yield text("trace.unit", lang, unit=name, value=value, standing=standing)
    if unit.inputs:
        yield text("trace.from_inputs", lang)
        for cell in unit.inputs:
            yield from _cell(done, cell, lang, named=True)
        return
    for period in unit.periods if came else ():
        yield from _period(done, period, lang)


def _period(done: Trace, one: TracedPeriod, lang: str) -> Iterator[str]:
    if one.came is None:
        yield text("trace.period_none", lang, period=one.period.name)
        return
    value = _figure(one.figure, done.field, lang)
    yield text(
        "trace.period",
        lang,
        period=one.period.name,
        value=value,
        file=one.came.file,
        day=day(one.came.received, lang),
        stored=one.came.stored,
        overtaken=text("trace.overtaken", lang) if one.overtaken else "",
    )
    if not one.cells:
        yield text("trace.no_cell", lang)
    for cell in one.cells:
        yield from _cell(done, cell, lang, named=False)


def _cell(done: Trace, cell: TracedCell, lang: str, *, named: bool) -> Iterator[str]:
    part = cell.part
    field = _field_of(done, cell.field)
    listed = not done.row.key and bool(part.row)
    lead = text("history.row", lang, row=part.row) + ": " if listed else ""
    if named:
        periods = {p.code: p.name for p in done.programme.periods}
        title = " ".join(field.title.split()) if field else cell.field
        lead += f"{periods.get(part.period, part.period)}, {title}: "
    left_out = "" if cell.counts else text("trace.left_out", lang)
    yield text(
        "trace.cell",
        lang,
        lead=lead,
        sheet=part.sheet,
        cell=part.cell or "?",
        raw=short(cell.raw, 80) if cell.raw.strip() else text("history.blank", lang),
        value=value_words(
            part.value, part.state, lang, percent=bool(field and field.shows_percent)
        ),
        left_out=left_out,
    )
    for finding in cell.notes:
        severity = text(f"cli.severity.{finding.severity}", lang)
        yield text("trace.note", lang, severity=severity, said=message(finding, lang))


def _field_of(done: Trace, code: str) -> Field | None:
    return next((f for f in done.table.form.fields if f.code == code), None)


def _figure(figure: Figure, field: Field | None, lang: str) -> str:
    percent = bool(field and field.shows_percent)
    return value_words(figure.value, figure.state, lang, percent=percent)


# --- for machines ---------------------------------------------------------------------------


def traced_json(done: Trace) -> dict[str, object]:
    """The chain as plain data: codes, numbers as text with each of their digits."""
    cover = done.total.coverage
    return {
        "form": done.table.form.code,
        "row": done.number or done.row.key,
        "field": done.field.code if done.field else "#",
        "period": done.period.code,
        "total": _json_figure(done.total),
        "over_units": done.over_units.value,
        "over_periods": done.over_periods.value,
        "formula": done.formula,
        "coverage": {
            "expected": list(cover.expected),
            "counted": list(cover.counted),
            "missing": list(cover.missing),
            "unreadable": list(cover.unreadable),
            "not_applicable": list(cover.not_applicable),
            "succeeded": list(cover.succeeded),
            "partial": {unit: list(periods) for unit, periods in cover.partial.items()},
        }
        if cover
        else None,
        "inputs": [
            {
                "field": one.field.code,
                "total": _json_figure(one.total) if one.total else None,
                "entered": _plain(one.entered),
            }
            for one in done.inputs
        ],
        "units": [_json_unit(unit) for unit in done.units],
    }


def _json_unit(unit: TracedUnit) -> dict[str, object]:
    return {
        "unit": unit.unit.code,
        **_json_figure(unit.figure),
        "standing": unit.standing,
        "inputs": _json_cells(unit.inputs),
        "periods": [
            {
                "period": one.period.code,
                **_json_figure(one.figure),
                "file": one.came.file if one.came else None,
                "stored": one.came.stored if one.came else None,
                "sha256": one.came.sha256 if one.came else None,
                "overtaken": one.overtaken,
                "cells": _json_cells(one.cells),
            }
            for one in unit.periods
        ],
    }


def _json_cells(cells: Sequence[TracedCell]) -> list[dict[str, object]]:
    return [
        {
            "period": cell.part.period,
            "row": cell.part.row,
            "field": cell.field,
            "file": cell.part.file,
            "sheet": cell.part.sheet,
            "cell": cell.part.cell,
            "raw": cell.raw,
            "state": cell.part.state.value,
            "value": _plain(cell.part.value),
            "counts": cell.counts,
            "notes": [finding.code for finding in cell.notes],
            "stored": cell.part.stored,
        }
        for cell in cells
    ]


def _json_figure(figure: Figure) -> dict[str, object]:
    return {"state": figure.state.value, "value": _plain(figure.value)}


def _plain(value: AnswerValue) -> str | None:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else value
