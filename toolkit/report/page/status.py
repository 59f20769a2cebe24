"""Who has sent what: the counts of each period, and the matrix of units and periods."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from toolkit.consolidate.model import (
    ACCEPTED,
    Consolidation,
    PeriodStatus,
    ReturnState,
    UnitStatus,
)
from toolkit.messages import text
from toolkit.report.page.origins import Origins
from toolkit.report.page.table import EMPTY, By, Cell, Column, Filter, Kind, Look, Node, Table
from toolkit.report.shown import shown
from toolkit.report.status_sheet import status_words

# In the order of the legend; the words are those of the status sheet.
STATES = (
    *(
        (state.value, Look(state.value))
        for state in ReturnState
        if state is not ReturnState.MISSING
    ),
    (ACCEPTED, Look.ACCEPTED),
    (ReturnState.MISSING.value, Look.MISSING),
)


def counts_table(consolidation: Consolidation, origins: Origins) -> Table:
    """A row per period: owed, received, on time, late, to be corrected, who is missing."""
    say = origins.voice.say
    numbers = ("expected", "received", "on_time", "late", "returned", "rate")
    return Table(
        name="periods",
        caption=text("page.periods", origins.voice.lang),
        columns=(
            Column(say("head.period")),
            *(Column(say(f"head.{key}"), Kind.NUMBER) for key in numbers),
            Column(say("head.absent"), wide=True),
        ),
        rows=tuple(_counts(status, origins) for status in consolidation.status),
        still=True,
    )


def _counts(status: PeriodStatus, origins: Origins) -> Node:
    voice = origins.voice
    numbers = (status.expected, status.received, status.on_time, status.late, status.returned)
    absent = [u.unit.short or u.unit.name for u in status.units if u.received is None]
    return Node(
        (
            Cell(status.period.name),
            *(Cell(shown(n, "#,##0", voice.lang), n) for n in numbers),
            _rate(status, voice.lang),
            Cell("; ".join(absent) or voice.say("none_absent")),
        )
    )


def _rate(status: PeriodStatus, lang: str) -> Cell:
    rate = status.share_received
    return EMPTY if rate is None else Cell(shown(rate, "0.0%", lang), rate)


def matrix(consolidation: Consolidation, origins: Origins) -> Table:
    """A row per unit that owes anything, a column per period: a word on a colour."""
    lang = origins.voice.lang
    statuses = consolidation.status
    by_unit = [{one.unit.code: one for one in status.units} for status in statuses]
    owing = {code for found in by_unit for code in found}
    units = [unit for unit in consolidation.programme.units if unit.code in owing]
    options = tuple((text(f"status_sheet.{name}", lang), look) for name, look in STATES)
    label = text("status_sheet.state", lang)
    places = tuple(range(1, len(statuses) + 1))
    return Table(
        name="matrix",
        caption=text("page.matrix", lang),
        columns=(
            Column(text("status_sheet.unit", lang), wide=True),
            *(Column(_head(status, lang), Kind.WORD) for status in statuses),
        ),
        rows=tuple(
            _unit(unit.name, [found.get(unit.code) for found in by_unit], origins) for unit in units
        ),
        filters=(Filter(label, places, By.LOOK, options),),
        still=True,
        note=text("status_sheet.note", lang),
    )


def _head(status: PeriodStatus, lang: str) -> str:
    period = status.period
    if period.due is None:
        return text("status_sheet.period_head_no_due", lang, period=period.name)
    return text("status_sheet.period_head", lang, period=period.name, due=_day(period.due))


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _unit(name: str, found: Sequence[UnitStatus | None], origins: Origins) -> Node:
    lang = origins.voice.lang
    sources = [origins.source(one.unit.code, one.period.code) for one in found if one is not None]
    return Node(
        (Cell(name), *(_state(one, lang) for one in found)),
        sources=tuple(place for place in sources if place is not None),
    )


def _state(one: UnitStatus | None, lang: str) -> Cell:
    if one is None:
        return Cell(text("status_sheet.not_asked", lang), look=Look.NOTHING)
    order = one.received.toordinal() if one.received else None
    return Cell(status_words(one, lang), order, Look(one.shown))
