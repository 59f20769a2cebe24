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
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from toolkit.consolidate.alike import NEAR, in_order, likeness, passage_key, words_of_key
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
    entries, read = _compared(table), _Reader()
    own_code = next((f for f in table.form.fields if f.role is Role.KEY), None)
    keys = [_name_key(read.key(entry, name), common) for entry in entries]
    columns = [_Column(field, _rare(entries, field, read)) for field in others]
    named = named_alike(keys, {column.of.code: column.keys for column in columns})
    found = []
    for first, second, percent in named.pairs:
        alike, telling = [], False
        for column in columns:
            if (text := column.keys[first]) and (said := column.keys[second]):
                telling = True
                if (why := column.reason(text, said)) is not None:
                    alike.append(why)
        if telling and not alike:
            continue
        one, other = entries[first], entries[second]
        if not _same_thing(one, other, own_code, read):
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


def _name_key(key: str, common: frozenset[str]) -> str:
    words = key.split()
    telling = [word for word in words if word not in common]
    return " ".join(telling or words)


@dataclass(frozen=True, slots=True)
class _Reader:
    """The texts of one list as they are compared; each is brought to its key once."""

    known: dict[str, str] = field(default_factory=dict)

    def key(self, entry: Entry, field: Field) -> str:
        """The text; ``P. An Biên`` in an address is ``phường An Biên``."""
        part = entry.answers.get(field.code)
        if part is None or not isinstance(part.value, str):
            return ""
        text = part.value
        if (key := self.known.get(text)) is None:
            pieces = _PIECES.split(text)
            key = self.known[text] = words_of_key(" ".join([unit_key(piece) for piece in pieces]))
        return key


def _same_thing(one: Entry, other: Entry, own_code: Field | None, read: _Reader) -> bool:
    """Whether both rows follow one thing of one unit, by its code."""
    if own_code is None or one.unit != other.unit:
        return False
    return read.key(one, own_code) == read.key(other, own_code) != ""


def _rare(entries: Sequence[Entry], field: Field, read: _Reader) -> list[str]:
    """The text of each row in a column; "" where more than a few rows hold it."""
    keys = [read.key(entry, field) for entry in entries]
    held = Counter(keys)
    return [key if held[key] <= _FEW else "" for key in keys]


@dataclass(frozen=True, slots=True)
class _Column:
    """A text beside the name: the key of each row, "" for one that tells nothing."""

    of: Field
    keys: Sequence[str]
    told: dict[str, tuple[list[str], str]] = field(default_factory=dict)

    def reason(self, one: str, other: str) -> Reason | None:
        """Why two texts are alike here; None where they are not."""
        if one == other:
            return Reason(self.of, Likeness.SAME, 100)
        told, words = self._words(one)
        others, said = self._words(other)
        if told != others:  # P1-01 is not P1-02
            return None
        percent = likeness(words, said)
        return Reason(self.of, Likeness.NEAR, int(percent)) if percent >= NEAR else None

    def _words(self, key: str) -> tuple[list[str], str]:
        """The numbers in a text, and its words, both in order."""
        if (known := self.told.get(key)) is None:
            known = self.told[key] = sorted(_NUMBERS.findall(key)), in_order(key)
        return known
