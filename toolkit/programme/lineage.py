"""What became of the units: who carries on whose figures, and below whom a unit stood when.

Plain questions to the sheet Kế thừa. The loader has made sure that no chain of successors
comes back to where it began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from toolkit.programme.model import Period, Programme, Succession, SuccessionKind, Unit

_DAY = timedelta(days=1)
_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Step:
    """One division on the way: the shares of all successors, and whose turn it is."""

    shares: tuple[Decimal, ...]
    place: int


@dataclass(frozen=True, slots=True)
class Heir:
    """A unit of today that takes a share of an old one's figures, by these divisions."""

    unit: str
    steps: tuple[Step, ...]

    @property
    def share(self) -> Decimal:
        """The part of the whole it takes, as a fraction."""
        share = _WHOLE
        for step in self.steps:
            share *= step.shares[step.place]
        return share


@dataclass(frozen=True, slots=True)
class Heirs:
    """Where the figures of one unit and day stand today.

    ``holder`` has what is not divided: everything, where there are no ``parts``; else what
    cannot be divided (texts, rates, rows of a list).
    """

    holder: str
    parts: tuple[Heir, ...] = ()


Events = Mapping[str, Sequence[Succession]]  # by predecessor, without mere moves


def events_of(programme: Programme) -> Events:
    """The rows of the sheet Kế thừa by predecessor: asked for once per answer on record."""
    found: dict[str, list[Succession]] = {}
    for row in programme.successions:
        if not row.only_moves:
            found.setdefault(row.predecessor, []).append(row)
    return found


def heirs(events: Events, unit: str, day: date) -> Heirs:
    """Who carries on what the unit of that code reported for a period ending on ``day``.

    Only successions after that day count. A split without shares carries nothing on.
    """
    event = next_event(events, unit, day)
    if not event:
        return Heirs(unit)
    if goes_whole(event):
        return heirs(events, event[0].successor, event[0].day - _DAY)
    later = heirs(events, unit, event[0].day)  # a unit may live on after a split
    if event[0].share is None:
        return later
    shares = tuple([row.share or Decimal(0) for row in event])
    parts: list[Heir] = []
    for place, row in enumerate(event):
        after = row.day if row.successor == unit else row.day - _DAY
        inner = heirs(events, row.successor, after)
        step = Step(shares, place)
        parts += [
            Heir(heir.unit, (step, *heir.steps))
            for heir in inner.parts or (Heir(inner.holder, ()),)
        ]
    return Heirs(later.holder, tuple(parts))


def next_event(events: Events, unit: str, day: date) -> tuple[Succession, ...]:
    """What first became of the unit after that day: its rows of one date, in sheet order.

    Empty where nothing did; a mere move below another superior is nothing here.
    """
    rows = [row for row in events.get(unit, ()) if row.day > day]
    first = min((row.day for row in rows), default=None)
    return tuple([row for row in rows if row.day == first])


def goes_whole(event: Sequence[Succession]) -> bool:
    """Whether all that the unit was goes to one successor.

    A split into one successor without a share says nothing of how much that one got.
    """
    if len(event) != 1:
        return False
    return event[0].kind is not SuccessionKind.SPLIT or event[0].share == _WHOLE


def origins(programme: Programme, unit: str) -> tuple[Succession, ...]:
    """The rows that name the unit as a successor of others, in sheet order."""
    return tuple(
        [r for r in programme.successions if r.successor == unit and r.predecessor != unit]
    )


def parent_on(programme: Programme, unit: Unit, day: date) -> str:
    """The code of the unit's superior on that day, "" at the top.

    ``Unit.parent`` is the present one; the sheet Kế thừa tells the superiors before it.
    """
    moves = [
        row
        for row in programme.successions
        if row.only_moves and row.predecessor == unit.code and row.day > day
    ]
    return min(moves, key=lambda row: row.day).former if moves else unit.parent


class Owing(StrEnum):
    """Whether a unit owes a return of a period, and if not, why."""

    OWED = "owed"
    ENDED = "ended"  # it was gone by the last day of the period
    NOT_YET = "not_yet"  # it came into being after that day
    NOT_ASKED = "not_asked"  # no form is asked of units of its type in that period


@dataclass(frozen=True, slots=True)
class Owed:
    """Whether a return is owed; if not, ``others`` are the units that owe it in its place.

    ``day`` is the last day of a unit that ended, the first of one that was not there yet.
    """

    owing: Owing
    others: tuple[Unit, ...] = ()
    day: date | None = None


def owed(programme: Programme, unit: Unit, period: Period) -> Owed:
    """Whether ``unit`` owes a return of ``period``, and who does in its place."""
    end = period.end
    if unit.valid_to is not None and unit.valid_to < end:
        codes = {
            row.successor
            for row in programme.successions
            if row.predecessor == unit.code and row.day <= end
        }
        return Owed(Owing.ENDED, _units(programme, codes - {unit.code}), unit.valid_to)
    if unit.valid_from is not None and unit.valid_from > end:
        codes = {row.predecessor for row in origins(programme, unit.code) if row.day > end}
        return Owed(Owing.NOT_YET, _units(programme, codes), unit.valid_from)
    return Owed(Owing.OWED if programme.forms_for(unit, period) else Owing.NOT_ASKED)


def _units(programme: Programme, codes: set[str]) -> tuple[Unit, ...]:
    return tuple([unit for unit in programme.units if unit.code in codes])
