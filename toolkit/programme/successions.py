"""The sheet Kế thừa: which unit carries on which, from which day, and what share of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from toolkit.programme.desk import Desk, find_circles
from toolkit.programme.keywords import SUCCESSION_KINDS
from toolkit.programme.lineage import goes_whole
from toolkit.programme.model import Succession, SuccessionKind, Unit
from toolkit.programme.schema import SUCCESSIONS
from toolkit.programme.table import Row
from toolkit.programme.unit_names import unit_names, unit_of

_WHOLE = Decimal(1)
_DAY = timedelta(days=1)
_SINGLE = (SuccessionKind.RENAME, SuccessionKind.MOVE)


@dataclass(frozen=True, slots=True)
class _Placed:
    row: Row
    said: Succession


def read_successions(desk: Desk, units: Sequence[Unit]) -> tuple[Succession, ...]:
    """The sheet Kế thừa. A unit is named by its code, else by its name, short name or alias."""
    names = unit_names(units)
    read = [_read(desk, row, names) for row in desk.rows(SUCCESSIONS)]
    placed = _without_doubles([one for one in read if one is not None])
    circular = _check_circles(placed)
    events: dict[tuple[str, date], list[_Placed]] = {}
    for one in placed:
        if not one.said.only_moves:
            events.setdefault((one.said.predecessor, one.said.day), []).append(one)
    for event in events.values():
        _check_shares(event)
    by_code = {unit.code: unit for unit in units}
    for one in placed:
        if not one.row.sound or one.said.predecessor in circular:
            continue  # the days would only echo the fault that was said
        event = events.get((one.said.predecessor, one.said.day), [one])
        _check_days(one, [e.said for e in event], by_code)
    _check_superiors(placed, units)
    return tuple([one.said for one in placed])


def _read(desk: Desk, row: Row, names: Mapping[str, str]) -> _Placed | None:
    """The row, or None where it lacks what makes it one."""
    old = unit_of(desk, row, "predecessor", names)
    new = unit_of(desk, row, "successor", names)
    former = unit_of(desk, row, "former", names)
    day, kind = row.day("day"), row.keyword("kind", SUCCESSION_KINDS)
    share, remark = _share(row), row.text("remark")
    moves = kind is SuccessionKind.MOVE
    if moves and not row.filled("successor"):
        new = old
    elif kind is not None and not row.filled("successor"):
        row.fault("succession.successor_missing", "successor", "")
    if moves and old and new == old:
        _check_former(row, old, former)
    elif row.filled("former"):
        row.warn("succession.former_idle", "former", row.line("former"))
    if not (row.sound and old and new and day and kind):
        return None
    return _Placed(row, Succession(old, new, day, kind, share, former if moves else "", remark))


def _share(row: Row) -> Decimal | None:
    read = row.quantity("share")
    if read is None:
        return None
    if not 0 < read.value <= _WHOLE:
        row.fault("succession.share_range", "share", row.text("share"))
        return None
    return read.value


def _check_former(row: Row, unit: str, former: str) -> None:
    if not row.filled("former"):
        row.fault("succession.former_missing", "former", "", unit=unit)
    elif former == unit:
        row.fault("succession.former_self", "former", former)
    if row.filled("share"):
        row.warn("succession.share_idle", "share", row.text("share"))


def _without_doubles(placed: Sequence[_Placed]) -> list[_Placed]:
    kept: dict[tuple[str, str, date], _Placed] = {}
    for one in placed:
        key = (one.said.predecessor, one.said.successor, one.said.day)
        first = kept.setdefault(key, one)
        if first is not one:
            place = first.row.address("predecessor").cell
            one.row.fault("succession.twice", "predecessor", one.said.predecessor, first=place)
    return list(kept.values())


def _check_circles(placed: Sequence[_Placed]) -> frozenset[str]:
    """A chain of successors must end somewhere; a unit may carry on a part of itself.

    Returns the units that stand in a circle.
    """
    graph: dict[str, tuple[str, ...]] = {}
    rows: dict[str, Row] = {}
    for one in placed:
        old, new = one.said.predecessor, one.said.successor
        if old != new:
            graph[old] = (*graph.get(old, ()), new)
            rows.setdefault(old, one.row)
    circles = find_circles(graph)
    for circle in circles:
        chain = " → ".join((*circle, circle[0]))
        rows[circle[0]].fault("succession.circle", "successor", chain=chain)
    return frozenset(code for circle in circles for code in circle)


def _check_shares(event: Sequence[_Placed]) -> None:
    """Of one unit on one day: what kinds stand together, and whether its shares are whole."""
    rows = [one.said for one in event]
    first, old = event[0].row, rows[0].predecessor
    for one in event:
        alone = len(event) == 1
        if one.said.predecessor == one.said.successor and (
            alone or one.said.kind is not SuccessionKind.SPLIT
        ):
            one.row.fault("succession.self", "successor", one.said.successor)
            return
        if not alone and one.said.kind in _SINGLE:
            one.row.fault("succession.kind_single", "kind", one.row.line("kind"), unit=old)
            return
    lacking = [one for one in event if one.said.share is None]
    if lacking and len(lacking) < len(event):
        lacking[0].row.fault("succession.share_lacking", "share", "", unit=old)
    elif lacking and not goes_whole(rows):
        first.faults.note("succession.share_none", first.address("kind"), unit=old)
    elif not lacking and (total := sum(one.share or 0 for one in rows)) != _WHOLE:
        shown = f"{Decimal(total) * 100:f}".replace(".", ",")
        shown = shown.rstrip("0").rstrip(",") if "," in shown else shown
        first.fault("succession.share_sum", "share", first.text("share"), unit=old, total=shown)


def _check_days(one: _Placed, event: Sequence[Succession], units: Mapping[str, Unit]) -> None:
    """The day against the lives of both units, each limit named with the cell to mend."""
    said, row = one.said, one.row
    old, new = units.get(said.predecessor), units.get(said.successor)
    if old is None or new is None:
        return
    day, eve = _shown(said.day), _shown(said.day - _DAY)
    found = row.text("day")
    if said.only_moves:
        if not (old.valid_on(said.day) and old.valid_on(said.day - _DAY)):
            row.fault("succession.moved_absent", "day", found, unit=old.name, day=day)
        return
    lives_on = any(other.successor == old.code for other in event)
    stated = goes_whole(event) or said.share is not None
    if old.valid_from is not None and old.valid_from >= said.day:
        row.fault("succession.old_late", "day", found, unit=old.name, day=day)
    elif lives_on:
        if not old.valid_on(said.day):
            row.fault("succession.new_absent", "day", found, unit=old.name, day=day)
    elif old.valid_to is None:
        if stated:
            row.fault("succession.old_endless", "day", found, unit=old.name, eve=eve)
    elif old.valid_to >= said.day and stated:
        row.fault("succession.old_lives", "day", found, unit=old.name, eve=eve)
    elif old.valid_to < said.day - _DAY:
        row.warn("succession.gap", "day", found, unit=old.name, last=_shown(old.valid_to))
    if not new.valid_on(said.day):
        row.fault("succession.new_absent", "day", found, unit=new.name, day=day)
    elif said.kind is SuccessionKind.RENAME and (
        new.valid_from is None or new.valid_from < said.day
    ):
        row.fault("succession.new_early", "day", found, unit=new.name, day=day)


def _check_superiors(placed: Sequence[_Placed], units: Sequence[Unit]) -> None:
    """Before a move, too, nobody may stand below himself."""
    moves = sorted((p for p in placed if p.said.only_moves), key=lambda p: p.said.day)
    parents = {unit.code: unit.parent for unit in units if unit.parent}
    for one in reversed(moves):
        parents[one.said.predecessor] = one.said.former
        for circle in find_circles({code: (parent,) for code, parent in parents.items() if parent}):
            if one.said.predecessor in circle:
                chain = " → ".join((*circle, circle[0]))
                one.row.fault("unit.circle", "former", one.said.former, chain=chain)


def _shown(day: date) -> str:
    return f"{day:%d/%m/%Y}"
