"""Two states of the same figures held against each other: what changed, for whom, and why.

Pure: an edition and the present day are both a :class:`Side`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from toolkit.consolidate.published import BAND, RANK, REVIEWED
from toolkit.register.model import FigureKey, PublishedFigure, Scope


class Why(StrEnum):
    """Why a figure changed."""

    NEW = "new"  # the unit had no return then
    RESENT = "resent"  # another version of its return counts
    GONE = "gone"  # its return does not count any more
    DECISION = "decision"  # the officer decided otherwise about the same return
    PROGRAMME = "programme"  # the programme asks, checks or adds up otherwise
    REVIEW = "review"  # the head office gave other points
    WAIVER = "waiver"  # only the sheets Miễn trừ, Cách ghi changed
    SOFTWARE = "software"  # nothing but the version of this program
    UNITS = "units"  # a total: the figures of units below it changed
    UNKNOWN = "unknown"  # nothing on record explains it


@dataclass(frozen=True, slots=True)
class ReturnAt:
    """A return that counts on one side. ``ruling`` tells the decision in force about it."""

    sha256: str
    file: str
    received: date
    ruling: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """The figures by key, and what they rest on. ``returns`` are by (unit, period)."""

    figures: Mapping[FigureKey, PublishedFigure]
    returns: Mapping[tuple[str, str], ReturnAt]
    fingerprint: str
    judged_with: str
    version: str


@dataclass(frozen=True, slots=True)
class ReturnChange:
    """A return that differs, or the decision about it."""

    unit: str
    period: str
    why: Why
    before: ReturnAt | None
    after: ReturnAt | None


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure that differs; None on the side where it is not.

    ``units`` are the codes of the units a total changed through, in the order of the figures.
    """

    key: FigureKey
    before: PublishedFigure | None
    after: PublishedFigure | None
    why: tuple[Why, ...]
    units: tuple[str, ...] = ()

    @property
    def figure(self) -> PublishedFigure:
        """The figure on the side where it is, the later one first."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Differences:
    """``general`` are the reasons that may bear on every figure."""

    returns: tuple[ReturnChange, ...]
    figures: tuple[FigureChange, ...]
    general: tuple[Why, ...]


def differences(before: Side, after: Side) -> Differences:
    """What changed from one side to the other: totals first, then the units' figures."""
    returns = tuple(_returns(before, after))
    general = _general(before, after)
    by_return: dict[tuple[str, str], Why] = {(c.unit, c.period): c.why for c in returns}
    changed = [
        key
        for key in dict.fromkeys((*after.figures, *before.figures))
        if not _same(before.figures.get(key), after.figures.get(key))
    ]
    through = _through(changed)
    reviewed = {key[4] for key in changed if key[6] == REVIEWED}
    found = []
    for key in changed:
        old, new = before.figures.get(key), after.figures.get(key)
        units = through.get(_line(key), ()) if key[3] == Scope.TOTAL else ()
        why = _why(key, (old, new), units, by_return, general)
        if not key[0] and (key[6] == REVIEWED or key[4] in reviewed):
            why = (Why.REVIEW,)
        elif not key[0] and key[6] in (RANK, BAND) and reviewed:
            why = (*why, Why.REVIEW) if Why.UNKNOWN not in why else (Why.REVIEW,)
        found.append(FigureChange(key, old, new, why, units))
    found.sort(key=lambda change: change.key[3] != Scope.TOTAL)
    return Differences(returns, tuple(found), general)


def _same(one: PublishedFigure | None, other: PublishedFigure | None) -> bool:
    if one is None or other is None:
        return False
    return (one.state, one.value) == (other.state, other.value)


def _line(key: FigureKey) -> tuple[str, str, str]:
    return key[:3]


def _through(changed: list[FigureKey]) -> Mapping[tuple[str, str, str], tuple[str, ...]]:
    """By form, row and field: the units whose figures changed there."""
    found: dict[tuple[str, str, str], dict[str, None]] = {}
    for key in changed:
        if key[3] == Scope.UNIT:
            found.setdefault(_line(key), {})[key[4]] = None
            # The target of a row is held against whichever of its fields.
            found.setdefault((key[0], key[1], ""), {})[key[4]] = None
    return {line: tuple(units) for line, units in found.items()}


def _why(
    key: FigureKey,
    figures: tuple[PublishedFigure | None, PublishedFigure | None],
    units: tuple[str, ...],
    by_return: Mapping[tuple[str, str], Why],
    general: tuple[Why, ...],
) -> tuple[Why, ...]:
    if units:
        return (Why.UNITS,)
    if key[3] == Scope.TOTAL or key[3] == Scope.GROUP:
        # Counted or not: a return may change who is in, and no figure of a unit.
        own = tuple(dict.fromkeys(by_return.values()))
    else:
        periods = {key[5]} | {p for f in figures if f is not None for p, _, _ in f.cells}
        mine = {p: why for (unit, p), why in by_return.items() if unit == key[4]}
        # A figure of a longer period names its own code, which no return has.
        near = [why for p, why in mine.items() if p in periods] or list(mine.values())
        own = tuple(dict.fromkeys(near))
    return own or general or (Why.UNKNOWN,)


def _returns(before: Side, after: Side) -> Iterator[ReturnChange]:
    for unit, period in sorted({*before.returns, *after.returns}, key=lambda k: (k[1], k[0])):
        old, new = before.returns.get((unit, period)), after.returns.get((unit, period))
        if old is None or new is None:
            yield ReturnChange(unit, period, Why.GONE if new is None else Why.NEW, old, new)
        elif old.sha256 != new.sha256:
            yield ReturnChange(unit, period, Why.RESENT, old, new)
        elif old.ruling != new.ruling:
            yield ReturnChange(unit, period, Why.DECISION, old, new)


def _general(before: Side, after: Side) -> tuple[Why, ...]:
    if before.fingerprint != after.fingerprint:
        return (Why.PROGRAMME,)
    if before.judged_with != after.judged_with:
        return (Why.WAIVER,)
    return (Why.SOFTWARE,) if before.version != after.version else ()
