"""Subtotals: of each superior unit over those below it, and of each type of unit.

A superior's figure is over its descendants, at any depth, and itself where it reports itself;
nobody is in it twice. It is made of the units' figures as the grand total is, never of the
subtotals below it, so that a mean is no mean of means and a rate is recomputed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.consolidate.model import LevelLine, Totals
from toolkit.programme.model import Programme, Unit


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the units of a row: their ``places`` in official order, from 0."""

    code: str  # of the superior unit; "" for a type
    name: str
    depth: int  # how many superiors stand above it in the table; 0 for a type
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups of one choice of units; empty where they would only repeat the total."""

    superiors: tuple[Group, ...] = ()
    types: tuple[Group, ...] = ()


def groups(programme: Programme, codes: Sequence[str]) -> Groups:
    """The superiors of these units, each before those below it, and their types.

    One superior over all of them, or one type, says nothing beyond the total.
    """
    return Groups(_superiors(programme, codes), _types(programme, codes))


def _superiors(programme: Programme, codes: Sequence[str]) -> tuple[Group, ...]:
    units = {unit.code: unit for unit in programme.units}
    below: dict[str, list[int]] = {}
    strictly: set[str] = set()
    for place, code in enumerate(codes):
        above = _line_upward(units, code)
        strictly.update(above[1:])
        for superior in above:
            below.setdefault(superior, []).append(place)
    if all(len(below[code]) == len(codes) for code in strictly):
        return ()
    children: dict[str, list[Unit]] = {}
    for unit in programme.units:
        children.setdefault(unit.parent, []).append(unit)
    found: list[Group] = []

    def walk(unit: Unit, depth: int) -> None:
        if unit.code in strictly:
            found.append(Group(unit.code, unit.name, depth, tuple(below[unit.code])))
        for child in children.get(unit.code, ()):
            walk(child, depth + (unit.code in strictly))

    for top in programme.units:
        if top.parent not in units:
            walk(top, 0)
    return tuple(found)


def _line_upward(units: Mapping[str, Unit], code: str) -> list[str]:
    """The unit and its superiors, the nearest first."""
    line = [code]
    while (parent := units[line[-1]].parent) in units and parent not in line:
        line.append(parent)
    return line


def _types(programme: Programme, codes: Sequence[str]) -> tuple[Group, ...]:
    types = {unit.code: unit.type for unit in programme.units}
    places: dict[str, list[int]] = {}
    for place, code in enumerate(codes):
        places.setdefault(types[code], []).append(place)
    if len(places) < 2:
        return ()
    return tuple([Group("", name, 0, tuple(held)) for name, held in places.items()])


def level_lines(
    chosen: Sequence[Group], codes: Sequence[str], over: Mapping[str, Totals]
) -> tuple[LevelLine, ...]:
    """The figures of each group, by field code; without parts, which are those of its units."""
    return tuple(
        [
            LevelLine(
                group.code,
                group.name,
                group.depth,
                tuple([codes[place] for place in group.places]),
                {code: made.total(group.places, traced=False) for code, made in over.items()},
            )
            for group in chosen
        ]
    )
