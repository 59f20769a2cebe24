"""Whether a return is a copy of another unit's with the cover changed.

Two offices that did little report the same zeros, ones and hundred per cents; that is no
copy. What two offices do not write by chance is weighed in bits: a number by its digits, a
day, a sentence. What repeats along a row or down a column is one sign, and a figure that
only repeats what was assigned is none. A copy is a return most of whose signs are the other's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from toolkit.findings import Address, Finding
from toolkit.intake.catalogue import finding
from toolkit.intake.model import Answer, AnswerValue, Judgement, State
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


@dataclass(frozen=True, slots=True)
class Signs:
    """What sets a return apart from others of its period, and how much each sign weighs."""

    unit: str
    period: str
    file: str
    bits: Mapping[tuple[str, str, str, str], int]  # by form, row, field and what was written

    @property
    def weight(self) -> int:
        """All bits together."""
        return sum(self.bits.values())


class _OnRecord(Protocol):
    @property
    def unit(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def file(self) -> str: ...


class Detail(Protocol):
    """A return on record with its answers (the register's SubmissionDetail is one)."""

    @property
    def submission(self) -> _OnRecord:
        """Whose return it is, of which period, under which file name."""

    @property
    def answers(self) -> Sequence[Answer]:
        """All that was read from it."""


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
    bits: dict[tuple[str, str, str, str], int] = {}
    for answer in held:
        kind = inputs.get((answer.form, answer.field))
        if kind is None or answer.state is not State.VALUE:
            continue
        if (answer.form, answer.row, answer.value) in assigned:
            continue
        written = _written(answer.value)
        weight = _bits(answer.value, kind)
        lines = {
            ("row", answer.form, answer.row, written),
            ("", answer.form, answer.field, written),
        }
        if weight and not lines & seen:
            bits[answer.form, answer.row, answer.field, written] = weight
        seen |= lines
    return Signs(unit, period, file, bits)


def _written(value: AnswerValue) -> str:
    return match_key(value) if isinstance(value, str) else str(value)


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


def copies_of(mine: Signs, others: Iterable[Signs]) -> Iterator[Signs]:
    """Those of ``others`` that are returns of another unit and the same as ``mine``."""
    weight = mine.weight
    if weight < ENOUGH_BITS:
        return
    for other in others:
        if other.unit == mine.unit or other.period != mine.period:
            continue
        equal = sum(mine.bits[sign] for sign in mine.bits.keys() & other.bits.keys())
        if equal >= ENOUGH_BITS and equal >= MOST * max(weight, other.weight):
            yield other


def copied_from(
    programme: Programme, judgement: Judgement, others: Iterable[Detail]
) -> Finding | None:
    """An error where a return holds what another unit sent for the same period.

    ``others`` are returns on record, best those received up to the same day, so that the
    one who wrote first is not told to have copied. The likest one is named.
    """
    mine = signs_of(programme, judgement.unit, judgement.period, judgement.file, judgement.answers)
    if mine.weight < ENOUGH_BITS:
        return None
    theirs = (
        signs_of(programme, d.submission.unit, d.submission.period, d.submission.file, d.answers)
        for d in others
        if d.submission.unit != mine.unit and d.submission.period == mine.period
    )
    return say_copied(programme, mine, copies_of(mine, theirs))


def say_copied(programme: Programme, mine: Signs, copies: Iterable[Signs]) -> Finding | None:
    """The finding for the likest of the returns that are the same; None where there is none."""
    order = {unit.code: place for place, unit in enumerate(programme.units)}

    def likeness(other: Signs) -> tuple[int, int, str]:
        return (
            -len(mine.bits.keys() & other.bits.keys()),
            order.get(other.unit, len(order)),
            other.file,
        )

    likest = min(copies, key=likeness, default=None)
    if likest is None:
        return None
    name = next((u.name for u in programme.units if u.code == likest.unit), likest.unit)
    return finding(
        "cross.same_as_unit",
        Address(mine.file),
        unit=name,
        file=likest.file,
        count=str(len(mine.bits.keys() & likest.bits.keys())),
    )
