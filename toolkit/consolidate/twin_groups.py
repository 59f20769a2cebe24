"""Probable duplicates by groups: rows that are alike, be it through one another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from toolkit.consolidate.model import Entry, FormTable
from toolkit.consolidate.twins import Reason, Twins


@dataclass(frozen=True, slots=True)
class TwinRow:
    """A row of a group; ``like`` is the place in the group (from 0) of the earlier row that it
    is most alike, -1 where only later ones are like it; ``reasons`` say why."""

    entry: Entry
    like: int = -1
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class TwinGroup:
    """Rows of one list that are probably one thing, in the order of the list."""

    table: FormTable
    rows: tuple[TwinRow, ...]


def twin_groups(pairs: Sequence[Twins]) -> tuple[TwinGroup, ...]:
    """The groups of the pairs, in the order of their first rows; each row is in one group.

    No pair is lost: two rows of a pair are always in the same group.
    """
    found: list[TwinGroup] = []
    by_table: dict[str, list[Twins]] = {}
    for pair in pairs:
        by_table.setdefault(pair.table.form.code, []).append(pair)
    for mine in by_table.values():
        table = mine[0].table
        place = {_key(entry): n for n, entry in enumerate(table.entries)}
        edges = [(place[_key(p.first)], place[_key(p.second)], p.reasons) for p in mine]
        found += [
            TwinGroup(table, tuple(_rows(table, members, edges_of)))
            for members, edges_of in _components(edges)
        ]
    return tuple(found)


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.unit.code, entry.period.code, entry.row


_Edge = tuple[int, int, tuple[Reason, ...]]


def _components(edges: Sequence[_Edge]) -> Iterable[tuple[list[int], list[_Edge]]]:
    """The places that hang together, in order, with the edges among them."""
    parent: dict[int, int] = {}

    def root(place: int) -> int:
        while (above := parent.setdefault(place, place)) != place:
            parent[place] = parent[above]
            place = above
        return place

    for one, other, _ in edges:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    members: dict[int, list[int]] = {}
    for place in sorted(parent):
        members.setdefault(root(place), []).append(place)
    held: dict[int, list[_Edge]] = {}
    for edge in edges:
        held.setdefault(root(edge[0]), []).append(edge)
    for first in sorted(members):
        yield members[first], held[first]


def _rows(table: FormTable, members: Sequence[int], edges: Sequence[_Edge]) -> Iterable[TwinRow]:
    at = {place: n for n, place in enumerate(members)}
    best: dict[int, tuple[tuple[int, int], int, tuple[Reason, ...]]] = {}
    for one, other, reasons in edges:
        early, late = sorted((one, other))
        # the more columns and the nearer the better; of equals the earliest row
        rank = (-sum(reason.percent for reason in reasons), early)
        if late not in best or rank < best[late][0]:
            best[late] = (rank, early, reasons)
    for place in members:
        entry = table.entries[place]
        if place in best:
            _, early, reasons = best[place]
            yield TwinRow(entry, at[early], reasons)
        else:
            yield TwinRow(entry)
