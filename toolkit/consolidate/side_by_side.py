"""Two agencies' parts of the same tasks, each reported on its own, laid side by side.

Where a programme asks the first issuer's part of its tasks on one form and the second's on
another, of units of other types, the two are one table to the reader: a task with both parts,
and below it each place (superior unit) with the pair of units that answer there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from toolkit.consolidate.model import Consolidation, FormTable, TableRow, UnitLine
from toolkit.programme.keywords import Prefill
from toolkit.programme.model import Aggregation, Field, Form, FormKind, Item, Role, Unit


@dataclass(frozen=True, slots=True)
class PairLine:
    """The two units of one place and what each answered; None where one side has no unit."""

    place: Unit
    first: UnitLine | None
    second: UnitLine | None


@dataclass(frozen=True, slots=True)
class SharedTask:
    """A task with what each side made of it; None where a side does not have the task."""

    item: Item
    first: TableRow | None
    second: TableRow | None
    pairs: tuple[PairLine, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two forms over the same tasks, the first issuer's and the second's."""

    first: FormTable
    second: FormTable
    tasks: tuple[SharedTask, ...]


def side_by_side(consolidation: Consolidation) -> tuple[SideBySide, ...]:
    """The pairs of forms to be read together; none in most programmes."""
    firsts = [t for t in consolidation.tables if _asks(t.form, Prefill.PART1)]
    seconds = [t for t in consolidation.tables if _asks(t.form, Prefill.PART2)]
    return tuple(
        SideBySide(one, other, _tasks(consolidation, one, other))
        for one in firsts
        for other in seconds
        if _belong_together(one.form, other.form)
    )


def _asks(form: Form, part: Prefill) -> bool:
    """Whether the form shows that part of the tasks, and not the other issuer's."""
    shown = {f.prefill for f in form.fields} & {Prefill.PART1.value, Prefill.PART2.value}
    return form.kind is FormKind.FIXED and shown == {part.value}


def _belong_together(one: Form, other: Form) -> bool:
    same = (one.source, one.source_group) == (other.source, other.source_group)
    apart = bool(one.unit_types and other.unit_types) and not (
        set(one.unit_types) & set(other.unit_types)
    )
    return same and apart


def _tasks(
    consolidation: Consolidation, one: FormTable, other: FormTable
) -> tuple[SharedTask, ...]:
    rows = ({r.key: r for r in one.rows}, {r.key: r for r in other.rows})
    items = {r.key: r.item for table in (one, other) for r in table.rows if r.item is not None}
    order = consolidation.programme.item_lists[one.form.source]
    found = []
    for item in (i for i in order if i.code in items):
        first, second = rows[0].get(item.code), rows[1].get(item.code)
        found.append(SharedTask(item, first, second, _pairs(consolidation, first, second)))
    return tuple(found)


def _pairs(
    consolidation: Consolidation, first: TableRow | None, second: TableRow | None
) -> tuple[PairLine, ...]:
    """The lines of both sides by the unit above them, in official order."""
    places: dict[str, tuple[list[UnitLine], list[UnitLine]]] = {}
    for side, row in enumerate((first, second)):
        for line in row.lines if row is not None else ():
            at = line.unit.parent or line.unit.code
            places.setdefault(at, ([], []))[side].append(line)
    return tuple(
        PairLine(unit, one, other)
        for unit in consolidation.programme.units
        if unit.code in places
        for one, other in zip_longest(*places[unit.code])
    )


def role_field(form: Form, role: Role) -> Field | None:
    """The field that plays the role in the form; None where none does."""
    return next((f for f in form.fields if f.role is role), None)


def result_field(form: Form) -> Field | None:
    """The text in which a unit tells what came out; None where none is gathered."""
    gathered = (f for f in form.fields if f.is_input and f.over_units is Aggregation.LIST)
    return next(gathered, None)
