"""Whether a return is a copy of another unit's with the cover changed.

Two offices that did little report the same zeros, ones and hundred per cents; that is no
copy. What two offices do not write by chance is weighed in bits: a number by its digits, a
day, a sentence. What repeats along a row or down a column is one sign, and a figure that
only repeats what was assigned is none. A copy is a return most of whose signs are the other's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from toolkit.findings import Address, Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.model import Answer, AnswerValue, State
from toolkit.programme.model import FieldType, Programme
from toolkit.text import match_key

# By chance two returns agree on so many bits once in a thousand million pairs; offices are
# more alike than chance, hence not fewer.
ENOUGH_BITS = 30
# A copier corrects a cell or two and a sentence; of two honest returns no such share is equal.
MOST = Decimal("0.8")
_SENTENCE_BITS = 16
_WORDS = 4  # fewer words are a name or a standard answer that two offices may both give
_DAY_BITS = 5

COPIED = "cross.same_as_unit"

# Form, row, field and what was written there.
Sign: TypeAlias = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Signs:
    """What sets a return apart from others of its period, and how much each sign weighs."""

    unit: str
    period: str
    file: str
    bits: Mapping[Sign, int]
    weight: int  # all bits together


def signs_of(
    programme: Programme, unit: str, period: str, file: str, answers: Iterable[Answer]
) -> Signs:
    """The signs of one return: cheap to keep for every return of a period."""
    inputs = {
        (form.code, field.code): field.type
        for form in programme.forms
        for field in form.fields
        if field.is_input and field.type is not FieldType.CHOICE
    }
    held = list(answers)
    assigned = {
        (a.form, a.row, a.value)
        for a in held
        if (a.form, a.field) not in inputs and isinstance(a.value, Decimal)
    }
    seen: set[tuple[str, ...]] = set()
    bits: dict[Sign, int] = {}
    for answer in held:
        kind = inputs.get((answer.form, answer.field))
        if kind is None or answer.state is not State.VALUE:
            continue
        if (answer.form, answer.row, answer.value) in assigned:
            continue
        said = written(answer.value)
        weight = _bits(answer.value, kind)
        lines = {
            ("row", answer.form, answer.row, said),
            ("", answer.form, answer.field, said),
        }
        if weight and not lines & seen:
            bits[answer.form, answer.row, answer.field, said] = weight
        seen |= lines
    return Signs(unit, period, file, bits, sum(bits.values()))


def written(value: AnswerValue) -> str:
    """A value as signs hold it: spelling and case do not matter."""
    return match_key(value) if isinstance(value, str) else str(value)


@lru_cache(maxsize=4096)  # the same small numbers in return after return
def _bits(value: AnswerValue, kind: FieldType) -> int:
    """How much chance it takes to write the same."""
    if isinstance(value, Decimal):
        digits = value.normalize().as_tuple().digits  # 120 tells as much as 12
        if kind is FieldType.RATE and not value.scaleb(2) % 5:
            return 1  # 50 %, 75 %: estimated, not counted
        return int("".join(map(str, digits))).bit_length()
    if isinstance(value, date):
        return _DAY_BITS
    return _SENTENCE_BITS if isinstance(value, str) and len(value.split()) >= _WORDS else 0


def sources(returns: Iterable[Signs]) -> Iterator[Signs | None]:
    """For each return, given oldest first, the one before it that it is a copy of, if any.

    That is the return of another unit and the same period that has the most signs in common
    with it; of several, the oldest, so that the one who wrote first is not told to have
    copied. Takes time in proportion to the signs, not to the pairs of returns.
    """
    seen = _Seen()
    for mine in returns:
        yield seen.source_of(mine)
        seen.add(mine)


def telling(mine: Signs) -> list[list[Sign]]:
    """Signs of a return in groups: each copy of it, or what it was copied from, has one of each.

    The heaviest first: without all of a group, less is left than a copy has in common.
    """
    if mine.weight < ENOUGH_BITS:
        return []
    left = sorted(mine.bits, key=lambda sign: (-mine.bits[sign], sign))
    groups = []
    while sum(mine.bits[sign] for sign in left) > mine.weight * (1 - MOST):
        groups.append(_enough(mine, left))
        left = left[len(groups[-1]) :]
    return groups


def _enough(mine: Signs, ordered: Iterable[Sign]) -> list[Sign]:
    """As many of the signs as weigh more than what a copy may have changed."""
    held, taken = 0, []
    for sign in ordered:
        if held > mine.weight * (1 - MOST):
            break
        taken.append(sign)
        held += mine.bits[sign]
    return taken


@dataclass(slots=True)
class _Seen:
    """Returns by their signs, the oldest first; of equal ones the first two are enough."""

    heads: list[Signs] = field(default_factory=list)
    by_sign: dict[tuple[str, Sign], list[int]] = field(default_factory=dict)
    equal: dict[tuple[str, frozenset[Sign]], list[str]] = field(default_factory=dict)

    def add(self, new: Signs) -> None:
        if new.weight < ENOUGH_BITS:
            return
        units = self.equal.setdefault((new.period, frozenset(new.bits)), [])
        # Two, since the first may be of the unit that asks.
        if len(units) == 2 or new.unit in units:
            return
        units.append(new.unit)
        for sign in new.bits:
            self.by_sign.setdefault((new.period, sign), []).append(len(self.heads))
        self.heads.append(new)

    def source_of(self, mine: Signs) -> Signs | None:
        if mine.weight < ENOUGH_BITS:
            return None
        places = {sign: self.by_sign.get((mine.period, sign), ()) for sign in mine.bits}
        rarest = _enough(mine, sorted(places, key=lambda sign: (len(places[sign]), sign)))
        near = sorted({place for sign in rarest for place in places[sign]})
        alike = [self.heads[place] for place in near if _is_copy(mine, self.heads[place])]
        return max(alike, key=lambda other: len(mine.bits.keys() & other.bits.keys()), default=None)


def _is_copy(mine: Signs, other: Signs) -> bool:
    if other.unit == mine.unit:
        return False
    equal = sum(mine.bits[sign] for sign in mine.bits.keys() & other.bits.keys())
    return equal >= ENOUGH_BITS and equal >= MOST * max(mine.weight, other.weight)


def say_copied(programme: Programme, mine: Signs, source: Signs) -> Finding:
    """The finding on a return that is a copy of ``source``."""
    name = next((u.name for u in programme.units if u.code == source.unit), source.unit)
    return finding(
        COPIED,
        Address(mine.file),
        unit=name,
        file=source.file,
        count=str(len(mine.bits.keys() & source.bits.keys())),
    )
