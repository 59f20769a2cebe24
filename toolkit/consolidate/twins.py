"""Rows of lists that may stand there twice: a model registered by two units, or again later.

Two rows are named as probable duplicates where their names are the same or nearly the same
with the same numbers in them, and some other text of both (address, owner) is so too; or
where neither row gives such a text to compare. The name is the first text column of the
form. What is common tells nothing and is passed over: words that stand in the
form's own name ("mô hình", "Dân vận khéo"), and other texts that more than a few rows hold
("Hội Nông dân" as the owner). Rows of one unit with the same code of their own (role KEY) are
one thing followed over time, and no duplicates. Nothing is ever removed: a person decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from toolkit.consolidate.alike import NEAR, likeness, passage_key
from toolkit.consolidate.model import Consolidation, Entry, FormTable
from toolkit.consolidate.named_alike import named_alike
from toolkit.intake.names import unit_key
from toolkit.programme.model import Aggregation, Field, FieldType, FormKind, Role

_PIECES = re.compile(r"[,;\n]")
_NUMBERS = re.compile(r"\d+")
_FEW = 3  # rows that may hold the same text and it still tells something


class Likeness(StrEnum):
    """How two texts compare."""

    SAME = "same"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class Reason:
    """A column in which two rows are alike; ``percent`` is 100 for the same."""

    field: Field
    likeness: Likeness
    percent: int


@dataclass(frozen=True, slots=True)
class Twins:
    """Two rows of a list that are probably one thing, the earlier one first."""

    table: FormTable
    first: Entry
    second: Entry
    reasons: tuple[Reason, ...]  # the name first

    @property
    def same_unit(self) -> bool:
        """Whether one unit sent both."""
        return self.first.unit == self.second.unit


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The pairs of all lists, in the order of their rows.

    ``thorough`` is False where a list was too long for every two rows to be compared
    (:mod:`toolkit.consolidate.named_alike`).
    """

    pairs: tuple[Twins, ...]
    thorough: bool = True


def probable_duplicates(consolidation: Consolidation) -> Duplicates:
    """The pairs of all lists."""
    lists = [table for table in consolidation.tables if table.form.kind is FormKind.OPEN]
    found = [_of_table(table) for table in lists]
    pairs = tuple([pair for one in found for pair in one.pairs])
    return Duplicates(pairs, all(one.thorough for one in found))


def _of_table(table: FormTable) -> Duplicates:
    texts = [f for f in table.form.fields if _tells(f)]
    if not texts:
        return Duplicates(())
    name, *others = texts
    common = frozenset(passage_key(table.form.name).split())
    entries = _compared(table)
    own_code = next((f for f in table.form.fields if f.role is Role.KEY), None)
    keys = [_name_key(entry, name, common) for entry in entries]
    told = {field.code: _rare(entries, field) for field in others}
    named = named_alike(keys, told)
    found = []
    for first, second, percent in named.pairs:
        one, other = entries[first], entries[second]
        if _same_thing(one, other, own_code):
            continue
        both = [(f, told[f.code][first], told[f.code][second]) for f in others]
        telling = [(field, a, b) for field, a, b in both if a and b]
        alike = list(_reasons(telling))
        if alike or not telling:
            kind = Likeness.SAME if keys[first] == keys[second] else Likeness.NEAR
            found.append(Twins(table, one, other, (Reason(name, kind, int(percent)), *alike)))
    return Duplicates(tuple(found), named.thorough)


def _tells(field: Field) -> bool:
    """Whether a column can tell one thing from another."""
    return (
        field.is_input
        and field.type is FieldType.TEXT
        and field.role not in (Role.REMARK, Role.KEY)
    )


def _compared(table: FormTable) -> Sequence[Entry]:
    """The rows to compare: where each period repeats the whole list, those of the last."""
    declared = {f.over_periods for f in table.form.fields} - {Aggregation.NONE}
    if declared != {Aggregation.LAST}:
        return table.entries
    last: dict[str, str] = {entry.unit.code: entry.period.code for entry in table.entries}
    return [entry for entry in table.entries if last[entry.unit.code] == entry.period.code]


def _name_key(entry: Entry, name: Field, common: frozenset[str]) -> str:
    words = _key(entry, name).split()
    telling = [word for word in words if word not in common]
    return " ".join(telling or words)


def _key(entry: Entry, field: Field) -> str:
    """The text as it is compared; ``P. An Biên`` in an address is ``phường An Biên``."""
    part = entry.answers.get(field.code)
    if part is None or not isinstance(part.value, str):
        return ""
    return _text_key(part.value)


# Each row is compared with several others.
@lru_cache(maxsize=1 << 14)
def _text_key(text: str) -> str:
    return passage_key(" ".join(unit_key(piece) for piece in _PIECES.split(text)))


def _same_thing(one: Entry, other: Entry, own_code: Field | None) -> bool:
    """Whether both rows follow one thing of one unit, by its code."""
    if own_code is None or one.unit != other.unit:
        return False
    return _key(one, own_code) == _key(other, own_code) != ""


def _rare(entries: Sequence[Entry], field: Field) -> list[str]:
    """The text of each row in a column; "" where more than a few rows hold it."""
    keys = [_key(entry, field) for entry in entries]
    held = Counter(keys)
    return [key if held[key] <= _FEW else "" for key in keys]


def _reasons(telling: Sequence[tuple[Field, str, str]]) -> Iterator[Reason]:
    for field, one, other in telling:
        percent = likeness(one, other)
        if percent >= NEAR and _numbers(one) == _numbers(other):  # P1-01 is not P1-02
            kind = Likeness.SAME if one == other else Likeness.NEAR
            yield Reason(field, kind, int(percent))


def _numbers(words: str) -> list[str]:
    return sorted(_NUMBERS.findall(words))
