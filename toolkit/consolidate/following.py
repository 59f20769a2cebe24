"""Rows of lists that carry a code of their own, followed over periods by that code.

A list (OPEN form) with a field of role KEY names things that live on: a model is registered on
one list and followed on another, period after period. Of each the way it went, and what does
not fit: followed without being registered, registered and never heard of again, a name that
changed, a step back, a name very like another one's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from rapidfuzz import fuzz

from toolkit.consolidate.model import Consolidation, Entry, FormTable
from toolkit.programme.model import Field, FieldType, FormKind, Period, Programme, Role, Unit
from toolkit.text import match_key

# Names as like as this (0..100, order of words apart) are shown to the office, no more.
LIKE = 90.0
_MOST_COMPARED = 1_500  # names; where there are more, only equal ones are found


@dataclass(frozen=True, slots=True)
class Step:
    """What a return of one period says of a thing."""

    period: Period
    status: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a thing for the office to look at; ``code`` below report.follow."""

    code: str
    unit: str = ""  # name of another unit
    name: str = ""


@dataclass(frozen=True, slots=True)
class Followed:
    """A thing of one unit by its own code. ``steps`` are the changes of its status, in time."""

    unit: Unit
    key: str
    name: str
    registered: Period | None
    steps: tuple[Step, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def status(self) -> str:
        """The newest status; "" where it was never followed."""
        return self.steps[-1].status if self.steps else ""


@dataclass(slots=True)
class _Thread:
    unit: Unit
    key: str
    names: list[str] = field(default_factory=list)
    registered: Period | None = None
    steps: list[Step] = field(default_factory=list)


def followed(consolidation: Consolidation) -> tuple[Followed, ...]:
    """Everything that lists of the consolidation follow by code, by unit, then code.

    Empty where no list has a field of role KEY.
    """
    tables = [t for t in consolidation.tables if t.form.kind is FormKind.OPEN and _of(t, Role.KEY)]
    threads: dict[tuple[str, str], _Thread] = {}
    for table in tables:
        for entry in sorted(table.entries, key=lambda e: (e.period.start, e.period.end)):
            _add(threads, table, entry)
    registers = any(not _of(t, Role.STATUS) for t in tables)
    tracks = any(_of(t, Role.STATUS) for t in tables)
    order = {u.code: n for n, u in enumerate(consolidation.programme.units)}
    sorted_ = sorted(threads.values(), key=lambda t: (order[t.unit.code], match_key(t.key)))
    ranks = _ranks(consolidation.programme, tables)
    found = [
        Followed(
            t.unit,
            t.key,
            t.names[0] if t.names else "",
            t.registered,
            tuple(t.steps),
            tuple(_remarks(t, ranks, registers=registers, tracks=tracks)),
        )
        for t in sorted_
    ]
    return _with_alike(found)


def latest(table: FormTable) -> tuple[tuple[Unit, str], ...]:
    """Each thing that a list follows by code: its unit and the newest status ("": none yet).

    Empty for a list that has no code or no status. A row without its code is a thing of its
    own: nothing is left uncounted.
    """
    key_field, status_field = _of(table, Role.KEY), _of(table, Role.STATUS)
    if table.form.kind is not FormKind.OPEN or key_field is None or status_field is None:
        return ()
    found: dict[tuple[str, ...], tuple[Unit, str]] = {}
    for entry in sorted(table.entries, key=lambda e: (e.period.start, e.period.end)):
        key = match_key(_text(entry, key_field))
        place = (entry.unit.code, key) if key else (entry.unit.code, entry.period.code, entry.row)
        known = found.get(place, (entry.unit, ""))[1]
        found[place] = (entry.unit, _text(entry, status_field) or known)
    return tuple(found.values())


def _of(table: FormTable, role: Role) -> Field | None:
    return next((f for f in table.form.fields if f.role is role), None)


def _add(threads: dict[tuple[str, str], _Thread], table: FormTable, entry: Entry) -> None:
    key_field, status_field = _of(table, Role.KEY), _of(table, Role.STATUS)
    key = _text(entry, key_field)
    if not key:
        return  # a blank code is a finding of its own
    thread = threads.setdefault((entry.unit.code, match_key(key)), _Thread(entry.unit, key))
    name = _text(entry, _name_field(table))
    if name and match_key(name) not in map(match_key, thread.names):
        thread.names.append(name)
    if status_field is None:
        thread.registered = thread.registered or entry.period
        return
    status = _text(entry, status_field)
    if status and (not thread.steps or thread.steps[-1].status != status):
        thread.steps.append(Step(entry.period, status))


def _name_field(table: FormTable) -> Field | None:
    """What a thing is called: the first text of the list beside its code."""
    return next(
        (f for f in table.form.fields if f.type is FieldType.TEXT and f.role is not Role.KEY),
        None,
    )


def _text(entry: Entry, wanted: Field | None) -> str:
    part = entry.answers.get(wanted.code) if wanted is not None else None
    return str(part.value) if part is not None and part.value is not None else ""


def _ranks(programme: Programme, tables: Sequence[FormTable]) -> dict[str, int]:
    """The place of each status on the way, as its choice list gives it."""
    fields = (_of(table, Role.STATUS) for table in tables)
    lists = [f.choices for f in fields if f is not None and f.choices]
    return {
        value: place
        for code in lists
        for place, value in enumerate(programme.choice_list(code).values)
    }


def _remarks(
    thread: _Thread, ranks: dict[str, int], *, registers: bool, tracks: bool
) -> Iterator[Remark]:
    if registers and thread.registered is None:
        yield Remark("unregistered")
    if tracks and not thread.steps:
        yield Remark("not_followed")
    if len(thread.names) > 1:
        yield Remark("renamed", name=thread.names[-1])
    places = [ranks.get(step.status, -1) for step in thread.steps]
    if places != sorted(places):
        yield Remark("back")


def _with_alike(found: Sequence[Followed]) -> tuple[Followed, ...]:
    """Names that are very like one another, each said at both."""
    keys = [match_key(one.name) for one in found]
    alike = _alike(keys) if len(keys) <= _MOST_COMPARED else _equal(keys)
    return tuple(
        replace(one, remarks=(*one.remarks, *(_like(found[n]) for n in alike.get(index, ()))))
        for index, one in enumerate(found)
    )


def _alike(keys: Sequence[str]) -> dict[int, list[int]]:
    """The places of the names like each name."""
    found: dict[int, list[int]] = {}
    for one, other in combinations(range(len(keys)), 2):
        if keys[one] and fuzz.token_sort_ratio(keys[one], keys[other], score_cutoff=LIKE):
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
    return found


def _equal(keys: Sequence[str]) -> dict[int, list[int]]:
    """The places of the names equal to each name, without comparing each with each."""
    places: dict[str, list[int]] = {}
    for index, key in enumerate(keys):
        if key:
            places.setdefault(key, []).append(index)
    return {
        index: [other for other in same if other != index]
        for same in places.values()
        if len(same) > 1
        for index in same
    }


def _like(other: Followed) -> Remark:
    return Remark("alike", other.unit.name, f"{other.key} {other.name}")
