"""What of another period's programme is the same thing: units, rows, fields.

Codes are the identity, but offices use them again for something else. So the same code is not
enough: a row of another text and a field of another meaning are not compared, and every
difference is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from toolkit.consolidate.compared import Mismatch, Unmatched
from toolkit.consolidate.model import FormTable, TableRow
from toolkit.programme.model import Field, Unit
from toolkit.text import match_key

# Two wordings of one row, of 100: "Quý I" for "Quý II", a year changed, a word added.
_ALIKE = 60
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class UnitPairs:
    """The units of now by the code of then, and what is to be said of the others."""

    then: Mapping[str, str]  # code now -> code then
    unmatched: tuple[Unmatched, ...]


def match_units(now: Sequence[Unit], then: Sequence[Unit]) -> UnitPairs:
    """Units by their code; else by a name, short name or alias that only one of them has."""
    by_code = {unit.code: unit for unit in then}
    pairs = {unit.code: unit.code for unit in now if unit.code in by_code}
    named: dict[str, list[str]] = {}
    for unit in then:
        if unit.code not in pairs:
            for key in _names(unit):
                named.setdefault(key, []).append(unit.code)
    taken: set[str] = set()
    for unit in now:
        if unit.code in pairs:
            continue
        found = {code for key in _names(unit) for code in named.get(key, ())}
        if len(found) == 1 and not found & taken:
            pairs[unit.code] = found.pop()
            taken.add(pairs[unit.code])
    return UnitPairs(pairs, tuple(_said_of_units(now, then, pairs)))


def _names(unit: Unit) -> frozenset[str]:
    return frozenset(match_key(name) for name in (unit.name, unit.short, *unit.aliases) if name)


def _said_of_units(
    now: Sequence[Unit], then: Sequence[Unit], pairs: Mapping[str, str]
) -> Iterator[Unmatched]:
    by_code = {unit.code: unit for unit in then}
    for unit in now:
        other = by_code.get(pairs.get(unit.code, ""))
        if other is None:
            yield Unmatched(Mismatch.UNIT_NOW, unit.code, unit.name)
        elif not _names(unit) & _names(other):
            yield Unmatched(Mismatch.UNIT_NAME, unit.code, unit.name, other.name)
    used = set(pairs.values())
    for unit in then:
        if unit.code not in used:
            yield Unmatched(Mismatch.UNIT_THEN, unit.code, "", unit.name)


def match_row(row: TableRow, then: FormTable, said: list[Unmatched]) -> TableRow | None:
    """The row of the same code that asks the same thing; None where there is none."""
    other = next((one for one in then.rows if one.key == row.key), None)
    if other is None:
        said.append(Unmatched(Mismatch.ROW, row.key, row.label))
        return None
    if row.item is None or other.item is None or _wording(row.label) == _wording(other.label):
        return other
    alike = fuzz.ratio(_wording(row.label), _wording(other.label)) >= _ALIKE
    kind = Mismatch.ROW_TEXT if alike else Mismatch.ROW
    said.append(Unmatched(kind, row.key, row.label, other.label))
    return other if alike else None


def _wording(label: str) -> str:
    """The words of a row without its figures: the year changes every year."""
    return _DIGITS.sub("#", match_key(label))


def match_field(field: Field, then: FormTable, said: list[Unmatched]) -> bool:
    """Whether the form had the same field then."""
    other = next((one for one in then.form.fields if one.code == field.code), None)
    code = f"{field.form}.{field.code}"
    if other is None:
        said.append(Unmatched(Mismatch.FIELD, code, field.title))
    elif _meaning(field) != _meaning(other):
        said.append(Unmatched(Mismatch.MEANING, code, field.title, other.title))
    else:
        return True
    return False


def _meaning(field: Field) -> tuple[object, ...]:
    return (
        field.is_numeric,
        field.shows_percent,
        match_key(field.unit_of_measure),
        field.over_units,
    )
